//! Into a hearing: by code, by an enrolled device, or as staff; and the enrolment of devices.

use super::court::enrol_problem;
use super::extract::{Body, Here, Source, Staff};
use super::hearings::comes_by_account;
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::identity::ticket::{Authority, IssueError, Issued, TICKET_MS};
use crate::identity::tries::network;
use crate::problem::Problem;
use crate::store::{Device, HearingRow};
use crate::times;
use assize_core::hearing::{Entrant, SessionState, may_continue};
use assize_core::ids::HearingId;
use assize_core::plan::Role;
use assize_core::refusal::Refusal;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;

/// Most seats of which one browser can say that it held them before.
const MOST_TOKENS: usize = 8;

/// One of the three.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    code: Option<String>,
    /// With a code: resume tokens that this device was given before. One of them shows that it is not another device
    /// that uses the code.
    #[serde(default)]
    tokens: Vec<String>,
    device: Option<String>,
    hearing: Option<HearingId>,
}

/// Somebody who may enter: as whom, and on whose authority.
pub(super) struct Guest {
    pub(super) row: HearingRow,
    pub(super) entrant: Entrant,
    pub(super) role: Role,
    pub(super) authority: Authority,
    /// The link that is opened again instead of a new one, by a device that has one.
    pub(super) again: Option<Issued>,
}

pub(super) async fn join(
    State(base): State<Arc<Base>>,
    Source(source): Source,
    Here(here): Here,
    staff: Result<Staff, Problem>,
    Body(join): Body<Join>,
) -> Result<Json<Value>, Problem> {
    if join.tokens.len() > MOST_TOKENS || (join.code.is_none() && !join.tokens.is_empty()) {
        return Err(Problem::BadRequest { detail: "tokens".to_owned() });
    }
    let guest = match (join.code, join.device, join.hearing) {
        (Some(code), None, None) => by_code(&base, source, &code, &join.tokens).await?,
        (None, Some(credential), None) => by_device(&base, &credential).await?,
        (None, None, Some(hearing)) => as_staff(&base, &staff?, hearing).await?,
        _ => return Err(Problem::BadRequest { detail: "code, device or hearing".to_owned() }),
    };
    let_in(&base, guest, &here).await.map(Json)
}

/// The ticket of somebody who may enter, if the hearing may be entered now.
pub(super) async fn let_in(base: &Base, guest: Guest, here: &str) -> Result<Value, Problem> {
    if guest.row.state == SessionState::Closed {
        return Err(Refusal::Over.into());
    }
    if guest.row.state.is_adjourned() {
        may_continue(times::parse(&guest.row.plan.starts), base.clock.utc_ms())?;
    }
    let plan = &guest.row.plan;
    let issued = match guest.again {
        Some(again) => again,
        None => base
            .identity
            .tickets
            .issue(plan.hearing, guest.entrant, guest.authority, TICKET_MS)
            .await
            .map_err(not_issued)?,
    };
    Ok(json!({
        "hearing": plan.hearing,
        "ticket": issued.ticket.reveal(),
        "resume": issued.resume.reveal(),
        "nodes": [here],
        "role": guest.role,
        "expires": times::rfc3339(issued.expires_ms, &plan.court.zone),
    }))
}

fn not_issued(error: IssueError) -> Problem {
    match error {
        IssueError::Store(error) => Problem::from(error),
        IssueError::Random(error) => Problem::from(error),
    }
}

async fn by_code(base: &Base, source: IpAddr, code: &str, tokens: &[String]) -> Result<Guest, Problem> {
    let now = base.clock.utc_ms();
    let (tries, source) = (&base.identity.tries.codes, network(source));
    tries.check(source, now).map_err(|seconds| Problem::TooOften { seconds })?;
    let Some(code) = base.identity.codes.find(code).await? else {
        tries.failed(source, now);
        return Err(Problem::UnknownCode);
    };
    let row = base.store.hearing(code.hearing).await?.ok_or(Problem::UnknownCode)?;
    let person = row.plan.people.iter().find(|known| known.id == code.person).ok_or(Problem::UnknownCode)?;
    if comes_by_account(person) {
        return Err(Problem::ComesByAccount);
    }
    let role = person.role;
    let (entrant, authority) = (Entrant::Person { person: code.person }, Authority::Person(code.person));
    let again = base.identity.tickets.again(&code, tokens, TICKET_MS).await.map_err(not_issued)?;
    Ok(Guest { row, entrant, role, authority, again })
}

/// A credential of 256 bits is not guessed: nobody's wrong codes keep a device out.
async fn by_device(base: &Base, credential: &str) -> Result<Guest, Problem> {
    let now = base.clock.utc_ms();
    let Some(device) = base.identity.devices.find(credential).await? else {
        return Err(Problem::UnknownDevice);
    };
    let hearings = base.store.hearings_of_point(device.point).await?;
    let row = nearest(hearings, now).ok_or(Problem::NoHearingNow)?;
    let (entrant, authority) = (entrant_of(&device), Authority::Device(device.id));
    Ok(Guest { row, entrant, role: Role::PointOfficer, authority, again: None })
}

fn entrant_of(device: &Device) -> Entrant {
    Entrant::Device { point: device.point, device: device.id }
}

/// A device enters the hearing that runs, or else the one that starts nearest to now, within a day. A rehearsal keeps no
/// device from a hearing.
fn nearest(hearings: Vec<HearingRow>, now_ms: i64) -> Option<HearingRow> {
    const DAY_MS: u64 = 24 * 3600 * 1000;
    let distance = |row: &HearingRow| times::parse(&row.plan.starts).unwrap_or(i64::MAX).abs_diff(now_ms);
    // An adjourned one is planned again.
    let runs = |row: &HearingRow| row.state != SessionState::Scheduled && !row.state.is_adjourned();
    hearings
        .into_iter()
        .filter(|row| runs(row) || distance(row) <= DAY_MS)
        .min_by_key(|row| (row.plan.rehearsal, !runs(row), distance(row)))
}

/// Staff named in the plan take their own seat; others of the same court watch.
async fn as_staff(base: &Base, staff: &Staff, hearing: HearingId) -> Result<Guest, Problem> {
    staff.must(StaffAct::Join)?;
    let row = super::hearings::own(base, staff.0.court, hearing).await?;
    let own = row.plan.people.iter().find(|person| person.account.as_deref() == Some(&staff.0.name));
    let (entrant, role) = match own {
        Some(person) => (Entrant::Person { person: person.id }, person.role),
        None => (Entrant::Observer { name: staff.0.display.clone() }, Role::Observer),
    };
    let authority = Authority::Account(staff.0.name.clone(), staff.1);
    Ok(Guest { row, entrant, role, authority, again: None })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrol {
    token: String,
}

/// Uses up an enrolment link: the device gets a credential of its own, shown this once.
pub(super) async fn enrol(State(base): State<Arc<Base>>, Body(enrol): Body<Enrol>) -> Result<Json<Value>, Problem> {
    let (device, credential) = base.identity.devices.enrol(&enrol.token).await.map_err(enrol_problem)?;
    let (court, point) = base.store.point(device.point).await?.ok_or(Problem::Internal)?;
    let court = base.store.court(court).await?.ok_or(Problem::Internal)?;
    Ok(Json(json!({
        "device": credential.reveal(),
        "id": device.id,
        "point": { "id": point.id, "name": point.name, "kind": point.kind },
        "court": court,
    })))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use assize_core::ids::CourtId;
    use assize_core::plan::{Court, Plan};
    use uuid::Uuid;

    fn row(case: &str, starts: &str, state: SessionState) -> HearingRow {
        let court = Court { id: CourtId(Uuid::nil()), name: String::new(), zone: "UTC".to_owned() };
        let plan = Plan {
            hearing: HearingId(Uuid::nil()),
            court,
            case: case.to_owned(),
            title: String::new(),
            procedure: String::new(),
            starts: starts.to_owned(),
            points: Vec::new(),
            people: Vec::new(),
            screens: vec![],
            rehearsal: false,
        };
        HearingRow { plan, state, created_ms: 0, seal_fault: None, shelf_fault: None }
    }

    #[test]
    fn a_device_enters_what_runs_or_else_what_is_nearest() {
        let now = times::parse("2026-11-21T08:00:00Z").unwrap();
        let early = row("early", "2026-11-21T02:00:00Z", SessionState::Scheduled);
        let soon = row("soon", "2026-11-21T09:00:00Z", SessionState::Scheduled);
        let old = row("old", "2026-11-01T09:00:00Z", SessionState::Scheduled);
        let runs = row("runs", "2026-11-20T09:00:00Z", SessionState::Held);
        let pick = |rows: &[&HearingRow]| nearest(rows.iter().map(|row| (*row).clone()).collect(), now);
        assert_eq!(pick(&[&early, &soon, &old]).unwrap().plan.case, "soon");
        assert_eq!(pick(&[&early, &soon, &runs]).unwrap().plan.case, "runs");
        assert_eq!(pick(&[&old]), None, "a forgotten plan attracts nobody");
        let mut rehearsal = runs.clone();
        (rehearsal.plan.rehearsal, rehearsal.plan.case) = (true, "rehearsal".to_owned());
        assert_eq!(pick(&[&rehearsal, &early]).unwrap().plan.case, "early", "it keeps no device from a hearing");
        assert_eq!(pick(&[&rehearsal, &old]).unwrap().plan.case, "rehearsal");
    }
}
