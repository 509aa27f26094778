//! Who reads after the close: by a seat's token whoever took part with a screen of their own, and by the credential of a
//! point's device somebody who sits there.

use super::{Opened, kept, open_with};
use crate::app::Base;
use crate::minutes::{By, Kept};
use crate::problem::Problem;
use crate::store::{Device, HearingRow, Link, RecordRow};
use assize_core::hearing::{Entrant, Occupant};
use assize_core::ids::{HearingId, LinkId, PersonId, SeatId};
use assize_core::minutes::Reader;
use assize_core::refusal::Refusal;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use uuid::Uuid;

/// No procedure lets those who took part read for longer, in milliseconds.
const LONGEST_MS: i64 = 24 * 3_600_000;

/// Whose key a request brings, whether the hearing still runs or is over.
#[derive(Debug)]
pub(in crate::http) enum Holder {
    /// By the seat's resume token.
    Seat(Link),
    /// By the device's credential, which it keeps when its browser starts anew.
    Device(Device),
}

impl FromRequestParts<Arc<Base>> for Holder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, base: &Arc<Base>) -> Result<Self, Problem> {
        let bearer = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let token = bearer.ok_or(Refusal::BadResume)?;
        let Some(link) = base.identity.tickets.link(token).await? else {
            let device = base.identity.devices.find(token).await?;
            return device.map(Self::Device).ok_or_else(|| Refusal::BadResume.into());
        };
        // What it stands on may have been taken back since.
        let standing = base.store.standing_links(&[link.id]).await?;
        if standing.is_empty() { Err(Refusal::BadResume.into()) } else { Ok(Self::Seat(link)) }
    }
}

/// Which sitting, and who reads of those at a point's device. Without a sitting: the last one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Of {
    pub(super) sitting: Option<u32>,
    pub(super) person: Option<PersonId>,
}

/// Somebody who took part, with a sitting that they may read.
pub(super) struct Party {
    pub(super) record: RecordRow,
    pub(super) folder: PathBuf,
    pub(super) kept: Arc<Kept>,
    pub(super) reader: Reader,
    pub(super) by: By,
    /// All that they may read now, the last first.
    pub(super) sittings: Vec<u32>,
}

impl Holder {
    fn id(&self) -> Uuid {
        match self {
            Self::Seat(link) => link.id,
            Self::Device(device) => device.id.0,
        }
    }

    /// What is asked for costs the server work, and nobody asks without end.
    pub(super) fn counted(&self, base: &Base) -> Result<(), Problem> {
        base.readers.ask(self.id(), base.clock.utc_ms()).map_err(|seconds| Problem::TooOften { seconds })
    }

    /// Whether the hearing is the holder's by its plan. One that was planned anew may have left out a point that took part.
    fn is_planned(&self, row: &HearingRow) -> bool {
        match self {
            Self::Seat(link) => link.hearing == row.plan.hearing,
            Self::Device(device) => row.plan.points.iter().any(|point| point.id == device.point),
        }
    }

    /// The minutes of a sitting, while the procedure lets the holder read: of every sitting that ended for good or was
    /// adjourned, whatever has become of the hearing since.
    pub(super) async fn party(&self, base: &Base, hearing: HearingId, of: Of) -> Result<Party, Problem> {
        let sittings = self.sittings(base, hearing).await?;
        if of.sitting.is_none() && sittings.sealing {
            return Err(Problem::NotSealedYet);
        }
        let over = sittings.over();
        let (mut open, mut refused) = (Vec::new(), None);
        for (record, kept) in sittings.open {
            match self.reads(&kept, of.person) {
                Ok((reader, by)) => open.push((record, kept, reader, by)),
                Err(problem) => refused = refused.or(Some(problem)),
            }
        }
        let sittings: Vec<u32> = open.iter().map(|(record, ..)| record.sitting).collect();
        let chosen = open.into_iter().find(|(record, ..)| of.sitting.is_none_or(|wanted| wanted == record.sitting));
        let (record, kept, reader, by) = chosen.ok_or_else(|| refused.unwrap_or(over))?;
        let folder = base.config.storage.recordings.join(&record.folder);
        Ok(Party { record, folder, kept, reader, by, sittings })
    }

    /// What the procedure lets those who took part read now. Of a hearing that is not the holder's nothing is said, not even
    /// that it is there.
    async fn sittings(&self, base: &Base, hearing: HearingId) -> Result<Sittings, Problem> {
        let row = base.store.hearing(hearing).await?.ok_or(Problem::NotFound)?;
        let records = base.store.records_of(hearing).await?;
        let sealing = is_being_sealed(base, &row, &records).await?;
        let mut open = readable(base, records).await?;
        if !self.is_planned(&row) {
            open.retain(|(_, kept)| self.took_part(kept));
        }
        if open.is_empty() && !self.is_planned(&row) {
            return Err(Problem::NotFound);
        }
        Ok(Sittings { row, open, sealing })
    }

    fn took_part(&self, kept: &Kept) -> bool {
        match self {
            Self::Seat(_) => false,
            Self::Device(device) => !kept.minutes.readers_at(device.id).is_empty(),
        }
    }

    /// As whom the holder reads a sitting.
    fn reads(&self, kept: &Kept, person: Option<PersonId>) -> Result<(Reader, By), Problem> {
        match (self, person) {
            (Self::Seat(link), None) => of_seat(kept, link),
            (Self::Device(device), Some(person)) => {
                let reader = kept.minutes.reader_at(device.id, person)?;
                Ok((reader, By::at_point(kept.minutes.hearing(), reader).ok_or(Refusal::NotAtThisPoint)?))
            }
            // A seat of one's own reads for nobody else, and a device for nobody who was not chosen.
            (Self::Seat(_), Some(_)) => Err(Refusal::NotYourAct.into()),
            (Self::Device(_), None) => Err(Refusal::NoSuchPerson.into()),
        }
    }

    /// Who may read which sittings at the device: of one at which nobody may there is nothing. If none is read at all, why.
    pub(super) async fn readers(&self, base: &Base, hearing: HearingId) -> Result<Value, Problem> {
        let Self::Device(device) = self else { return Err(Refusal::NotYourAct.into()) };
        self.counted(base)?;
        let all = self.sittings(base, hearing).await?;
        let mut sittings = Vec::new();
        for (record, kept) in &all.open {
            let people = kept.minutes.readers_at(device.id);
            let told = people.iter().map(|(id, name)| json!({ "person": id, "name": name.name, "role": name.role }));
            let told: Vec<Value> = told.collect();
            if !told.is_empty() {
                sittings.push(json!({
                    "sitting": record.sitting, "began_utc_ms": kept.began_ms, "until_utc_ms": kept.open_until_ms(),
                    "people": told,
                }));
            }
        }
        match all.open.is_empty() {
            true if all.sealing => Err(Problem::NotSealedYet),
            true => Err(all.over()),
            false => Ok(json!({ "zone": all.row.plan.court.zone, "sealing": all.sealing, "sittings": sittings })),
        }
    }
}

/// Sittings of a hearing that may be read now, the last first.
struct Sittings {
    row: HearingRow,
    open: Vec<(RecordRow, Arc<Kept>)>,
    /// The newest has ended and is not in the catalogue yet.
    sealing: bool,
}

impl Sittings {
    /// Why nothing is read, where nobody was refused.
    fn over(&self) -> Problem {
        let state = self.row.state;
        if state.ends_sitting() { Problem::NoLongerRead } else { Refusal::NotNow { state }.into() }
    }
}

impl Party {
    /// With the log.
    pub(super) async fn open(self, base: &Base, holder: &Holder) -> Result<Opened, Problem> {
        holder.counted(base)?;
        open_with(base, self.record, self.kept).await
    }
}

async fn readable(base: &Base, records: Vec<RecordRow>) -> Result<Vec<(RecordRow, Arc<Kept>)>, Problem> {
    let now_ms = base.clock.utc_ms();
    let mut all = Vec::new();
    for record in records.into_iter().rev().filter(|record| now_ms < record.to_ms.saturating_add(LONGEST_MS)) {
        let kept = kept(base, &record).await?;
        if kept.is_open_to_parties(now_ms) {
            all.push((record, kept));
        }
    }
    Ok(all)
}

/// Whether the newest sitting has ended and is not in the catalogue yet.
async fn is_being_sealed(base: &Base, row: &HearingRow, records: &[RecordRow]) -> Result<bool, Problem> {
    let last = records.last().map_or(0, |record| record.sitting);
    Ok(row.state.ends_sitting() && newest(base, row.plan.hearing).await? > last)
}

/// Number of the newest sitting that is on the disk: it may not be sealed yet.
async fn newest(base: &Base, hearing: HearingId) -> Result<u32, Problem> {
    let root = base.config.storage.recordings.clone();
    let read = spawn_blocking(move || assize_record::folder::sittings(&root, hearing));
    let newest = read.await.map_err(|_| Problem::Internal)??.pop();
    let number = newest.as_ref().and_then(|folder| folder.file_name()?.to_str()?.parse().ok());
    Ok(number.unwrap_or_default())
}

/// As whom the holder of a link reads a sitting.
fn of_seat(kept: &Kept, link: &Link) -> Result<(Reader, By), Problem> {
    let (seat, name) = seat_of(kept, &link.entrant).ok_or(Problem::NotFound)?;
    let reader = kept.minutes.reader(seat)?;
    // Somebody else may have used the code, and was kept waiting: the seat's own devices read.
    let by_code = link.person.is_some().then_some(LinkId(link.id));
    if !kept.minutes.hearing().seats.get(&seat).is_some_and(|seat| seat.knows(by_code)) {
        return Err(Refusal::NotAdmitted.into());
    }
    let role = kept.minutes.hearing().roles(seat).first().copied();
    Ok((reader, By { role, seat: Some(seat), ..By::staff(name) }))
}

/// The seat that somebody had, and their name.
fn seat_of(kept: &Kept, entrant: &Entrant) -> Option<(SeatId, String)> {
    let Entrant::Person { person } = entrant else { return None };
    let hearing = kept.minutes.hearing();
    let name = hearing.plan.people.iter().find(|known| known.id == *person)?.name.clone();
    let own = |occupant: &Occupant| matches!(occupant, Occupant::Person { person: id } if id == person);
    hearing.seats.values().find(|seat| own(&seat.occupant)).map(|seat| (seat.id, name))
}
