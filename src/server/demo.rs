//! The demonstration: one court, one account a staff role, two points and one hearing, made at the first start with
//! `--demo` and by nothing else; and the print-out that says how to enter.

use crate::app::Base;
use crate::http::{comes_by_account, enrolment_link, invite_person};
use crate::identity::keyfile::write_private;
use crate::identity::password;
use crate::plans::{self, Draft, DraftPerson};
use crate::problem::Problem;
use crate::store::{Account, Filter, HearingRow, StaffRole};
use crate::times;
use anyhow::{Context as _, Result, anyhow};
use assize_core::hearing::SessionState;
use assize_core::ids::{CourtId, HearingId, PointId};
use assize_core::plan::{Court, Point, PointKind, Role};
use serde::{Deserialize, Serialize};
use std::path::Path;
use uuid::Uuid;

const COURT: &str = "Tòa án nhân dân khu vực 5 – Sông Lam";
const CENTRAL: &str = "Phòng xử án số 1";
/// Counsel may speak with him in private.
const DEFENDANT: &str = "Đặng Văn Thức";
const DETENTION: &str = "Trại tạm giam số 2";
/// Number of the first demonstration's case; later ones count on.
const FIRST_CASE: usize = 45;
const TITLE: &str = "Trộm cắp tài sản";

/// What the print-out needs again at later starts: the database holds only digests of it.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    hearing: HearingId,
    point: PointId,
    passwords: Vec<(String, String)>,
    codes: Vec<(Role, String)>,
    enrolment: String,
}

/// Makes what the demonstration needs, unless it is there, and says how to enter.
///
/// # Errors
/// The data directory or the database cannot be written.
pub async fn prepare(base: &Base) -> Result<String> {
    let path = base.config.storage.data.join("demo.json");
    let kept = match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).context("data/demo.json")?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let (kept, first) = match kept {
        Some(kept) => (renew(base, kept).await?, false),
        None if base.store.courts().await?.is_empty() => (make(base).await?, true),
        None => return Ok("--demo: this data directory belongs to a court; nothing was added.".to_owned()),
    };
    write_private(&path, &serde_json::to_vec_pretty(&kept)?)?;
    let case = base.store.hearing(kept.hearing).await?.map(|row| row.plan.case).unwrap_or_default();
    Ok(print(base, &kept, &case, first, &path))
}

async fn make(base: &Base) -> Result<Kept> {
    let court = Court { id: CourtId(Uuid::now_v7()), name: COURT.to_owned(), zone: base.config.court.zone.clone() };
    base.store.put_court(&court).await?;
    let detention =
        Point { id: PointId(Uuid::now_v7()), name: DETENTION.to_owned(), kind: PointKind::Detention, province: None };
    let central =
        Point { id: PointId(Uuid::now_v7()), name: CENTRAL.to_owned(), kind: PointKind::Central, province: None };
    base.store.put_point(court.id, &central).await?;
    base.store.put_point(court.id, &detention).await?;
    let passwords = accounts(base, court.id).await?;
    let row = plans::create(base, court.id, draft(base, &court.zone, FIRST_CASE)).await.map_err(failed)?;
    let codes = codes(base, &row).await?;
    let (token, _) = base.identity.devices.offer(detention.id).await?;
    Ok(Kept { hearing: row.plan.hearing, point: detention.id, passwords, codes, enrolment: token.reveal() })
}

/// A later start: the hearing is moved to today if nobody came, a new one is made once it is over, and a used or expired
/// enrolment link is replaced.
async fn renew(base: &Base, mut kept: Kept) -> Result<Kept> {
    let row = base.store.hearing(kept.hearing).await?.context("data/demo.json names a hearing that is not there")?;
    match row.state {
        SessionState::Scheduled => move_to_today(base, row).await?,
        SessionState::Closed => {
            let row = another(base, row.plan.court).await?;
            kept.hearing = row.plan.hearing;
            kept.codes = codes(base, &row).await?;
        }
        // It runs, or was cut off while it ran: it goes on.
        _ => {}
    }
    // A fresh link costs nothing, and whether the old one was used is not to be told without using it.
    let (token, _) = base.identity.devices.offer(kept.point).await?;
    kept.enrolment = token.reveal();
    Ok(kept)
}

async fn move_to_today(base: &Base, row: HearingRow) -> Result<()> {
    let (now, mut plan) = (base.clock.utc_ms(), row.plan);
    let day = |ms| times::day(ms, &plan.court.zone);
    if times::parse(&plan.starts).map(day) != Some(day(now)) {
        plan.starts = times::rfc3339(now, &plan.court.zone);
        base.store.replace_plan(&plan).await?;
    }
    Ok(())
}

/// The next case, today.
async fn another(base: &Base, court: Court) -> Result<HearingRow> {
    let filter = Filter { court: Some(court.id), ..Filter::default() };
    let before = base.store.hearings(&filter).await?.len();
    plans::create(base, court.id, draft(base, &court.zone, FIRST_CASE + before)).await.map_err(failed)
}

async fn accounts(base: &Base, court: CourtId) -> Result<Vec<(String, String)>> {
    let people = [
        (StaffRole::Administrator, "Phạm Quốc Toản"),
        (StaffRole::Judge, "Nguyễn Thị Hòa"),
        (StaffRole::Clerk, "Trần Minh Khuê"),
        (StaffRole::Technician, "Hoàng Đức Lộc"),
    ];
    let mut passwords = Vec::new();
    for (role, display) in people {
        let secret = password::random()?;
        let account = Account {
            name: role.name().to_owned(),
            display: display.to_owned(),
            court,
            role,
            password: base.identity.sessions.passwords().hash(&secret)?,
            disabled: false,
            created_ms: base.clock.utc_ms(),
        };
        base.store.put_account(&account).await?;
        passwords.push((account.name, secret));
    }
    Ok(passwords)
}

fn draft(base: &Base, zone: &str, number: usize) -> Draft {
    let person = |name: &str, role, point: Option<&str>, account: Option<&str>| DraftPerson {
        id: None,
        name: name.to_owned(),
        role,
        point: point.map(str::to_owned),
        own_screen: None,
        account: account.map(str::to_owned),
        with: if role == Role::Counsel { vec![DEFENDANT.to_owned()] } else { vec![] },
    };
    let starts = times::rfc3339(base.clock.utc_ms(), zone);
    let year = &starts[..4];
    Draft {
        case: format!("{number}/{year}/TLST-HS"),
        title: TITLE.to_owned(),
        procedure: None,
        starts: starts.clone(),
        points: vec![CENTRAL.to_owned(), DETENTION.to_owned()],
        people: vec![
            person("Nguyễn Thị Hòa", Role::PresidingJudge, None, Some("judge")),
            person("Trần Minh Khuê", Role::Clerk, None, Some("clerk")),
            person("Vũ Thanh Bình", Role::Prosecutor, None, None),
            person("Lê Thu Hà", Role::Counsel, None, None),
            person(DEFENDANT, Role::Defendant, Some(DETENTION), None),
            person("Bùi Công Sơn", Role::PointOfficer, Some(DETENTION), None),
            person("Đoàn Hội thẩm quận", Role::Observer, None, None),
        ],
        screens: vec![],
    }
}

async fn codes(base: &Base, row: &HearingRow) -> Result<Vec<(Role, String)>> {
    let mut codes = Vec::new();
    for person in row.plan.people.iter().filter(|person| person.own_screen && !comes_by_account(person)) {
        codes.push((person.role, invite_person(base, row, person.id).await.map_err(failed)?));
    }
    Ok(codes)
}

fn failed(problem: Problem) -> anyhow::Error {
    anyhow!("the demonstration cannot be made: {}", problem.code())
}

fn print(base: &Base, kept: &Kept, case: &str, first: bool, path: &Path) -> String {
    let local = format!("http://localhost:{}", base.config.server.listen.port());
    let secure = base.config.tls.listen.map(|listen| {
        let host = crate::tls::host_name().unwrap_or_else(|| "localhost".to_owned());
        format!("https://{host}:{}", listen.port())
    });
    let password = |account: &str| {
        kept.passwords.iter().find(|(name, _)| name == account).map_or("?", |(_, password)| password.as_str())
    };
    let code = |role: Role| kept.codes.iter().find(|(known, _)| *known == role).map_or("?", |(_, code)| code.as_str());
    let hearing = kept.hearing;
    let mut lines = vec![
        String::new(),
        format!("  Assize · {COURT}"),
        format!("  Phiên tòa / hearing {case} · {TITLE}"),
        String::new(),
        format!("  Máy này / this machine            {local}"),
    ];
    if let Some(secure) = &secure {
        lines.push(format!("  Máy khác / other machines         {secure}   (CA: {secure}/ca.crt)"));
    }
    lines.extend([
        String::new(),
        format!("  Thẩm phán / judge                 {local}/login      judge / {}", password("judge")),
        format!("    bàn xét xử / bench              {local}/bench/{hearing}"),
        format!("  Thư ký / clerk                    {local}/login      clerk / {}", password("clerk")),
        format!("  Quản trị / administrator          {local}/login      administrator / {}", password("administrator")),
        format!("  Kỹ thuật / technician             {local}/login      technician / {}", password("technician")),
        String::new(),
        "  Điểm cầu bị cáo (mở một lần trên máy đó) / defendant's point (open once on that machine)".to_owned(),
        format!("                                    {}", enrolment_link(&local, &kept.enrolment)),
        format!("  Luật sư / counsel                 {local}/enter      {}", code(Role::Counsel)),
        format!("  Kiểm sát viên / prosecutor        {local}/enter      {}", code(Role::Prosecutor)),
        format!("  Dự khán / observer                {local}/enter      {}", code(Role::Observer)),
        String::new(),
    ]);
    lines.push(if first {
        format!(
            "  Chỉ để trình diễn; in lại mỗi lần khởi động, giữ ở / For demonstration only; printed at every start, kept in {}",
            path.display()
        )
    } else {
        "  Đổi mật khẩu / set a password: assize user password NAME".to_owned()
    });
    lines.join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::SetClock;
    use crate::config::Config;
    use std::sync::Arc;

    const DAY_MS: i64 = 24 * 3600 * 1000;

    async fn started(base: &Base) -> (Kept, HearingRow, String) {
        let printed = prepare(base).await.unwrap();
        let kept: Kept =
            serde_json::from_slice(&std::fs::read(base.config.storage.data.join("demo.json")).unwrap()).unwrap();
        let row = base.store.hearing(kept.hearing).await.unwrap().unwrap();
        (kept, row, printed)
    }

    fn code(kept: &Kept, role: Role) -> &str {
        &kept.codes.iter().find(|(known, _)| *known == role).unwrap().1
    }

    #[tokio::test]
    async fn a_closed_demonstration_is_followed_by_a_new_one_today() {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.storage.data = data.path().join("data");
        let clock = Arc::new(SetClock::at(times::parse("2026-11-25T08:00:00+07:00").unwrap()));
        let base = Base::open(config, Arc::<SetClock>::clone(&clock)).await.unwrap();
        let (first, row, _) = started(&base).await;
        assert_eq!(row.plan.case, "45/2026/TLST-HS");

        clock.advance(DAY_MS);
        let (moved, row, _) = started(&base).await;
        assert_eq!((moved.hearing, row.plan.starts.as_str()), (first.hearing, "2026-11-26T08:00:00+07:00"));
        assert_eq!(moved.codes, first.codes, "nobody came: it is the same hearing");

        base.store.set_state(first.hearing, SessionState::Held, 0).await.unwrap();
        assert_eq!(started(&base).await.0.hearing, first.hearing, "what was cut off goes on");

        // As after the sealing.
        base.store.set_state(first.hearing, SessionState::Closed, 0).await.unwrap();
        base.store.delete_codes(first.hearing, None).await.unwrap();
        clock.advance(40 * DAY_MS);
        let (next, row, printed) = started(&base).await;
        assert_ne!(next.hearing, first.hearing);
        assert_eq!(
            (row.plan.case.as_str(), row.plan.starts.as_str()),
            ("46/2027/TLST-HS", "2027-01-05T08:00:00+07:00")
        );
        assert_eq!(row.state, SessionState::Scheduled);
        for shown in
            [&row.plan.case, &next.hearing.to_string(), code(&next, Role::Counsel), code(&next, Role::Observer)]
        {
            assert!(printed.contains(shown), "{shown} is not in {printed}");
        }
        let found = base.identity.codes.find(code(&next, Role::Counsel)).await.unwrap().unwrap();
        assert_eq!(found.hearing, next.hearing);
        assert_eq!(next.passwords, first.passwords, "staff and points stay as they are");
        assert_eq!(next.point, first.point);
        assert_eq!(started(&base).await.0.hearing, next.hearing);
    }
}
