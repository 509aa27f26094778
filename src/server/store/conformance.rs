//! What every engine of [`Store`] must do. SQLite runs it here; another engine adds one line below.
#![allow(clippy::unwrap_used)]

use super::*;
use assize_core::hearing::{Entrant, Event};
use assize_core::plan::{Person, PointKind, Role};
use assize_core::statistics::sitting;

async fn sqlite(dir: &tempfile::TempDir) -> Sqlite {
    Sqlite::open(&dir.path().join("assize.db")).await.unwrap()
}

#[tokio::test]
async fn sqlite_conforms() {
    let dir = tempfile::tempdir().unwrap();
    let store = sqlite(&dir).await;
    let world = World::fill(&store).await;
    places(&store, &world).await;
    staff(&store, &world).await;
    hearings(&store, &world).await;
    codes(&store, &world).await;
    standing(&store, &world).await;
    kept_sessions(&store, &world).await;
    tickets(&store, &world).await;
    resume_tokens(&store, &world).await;
    records(&store, &world).await;
    verdicts(&store).await;
    audit(&store).await;
    preparations(&store, &world).await;
    invitations_and_tests(&store, &world).await;
}

#[tokio::test]
async fn sqlite_keeps_what_it_was_told_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = sqlite(&dir).await;
    let world = World::fill(&store).await;
    store.close().await;
    let store = sqlite(&dir).await;
    assert_eq!(store.hearing(world.plan.hearing).await.unwrap().unwrap().plan, world.plan);
}

struct World {
    court: Court,
    other: Court,
    point: Point,
    plan: Plan,
}

impl World {
    async fn fill(store: &dyn Store) -> Self {
        let court = court("Tòa án nhân dân khu vực 3 - Hải An");
        let other = self::court("Tòa án nhân dân khu vực 9 - Hải Bình");
        let point = Point {
            id: PointId(Uuid::now_v7()),
            name: "Trại tạm giam số 2".to_owned(),
            kind: PointKind::Detention,
            province: Some("Nghệ An".to_owned()),
        };
        store.put_court(&court).await.unwrap();
        store.put_court(&other).await.unwrap();
        store.put_point(court.id, &point).await.unwrap();
        let plan = plan(&court, std::slice::from_ref(&point));
        let row = HearingRow {
            plan: plan.clone(),
            state: SessionState::Scheduled,
            created_ms: 7,
            seal_fault: None,
            shelf_fault: None,
        };
        store.put_hearing(&row).await.unwrap();
        Self { court, other, point, plan }
    }
}

fn court(name: &str) -> Court {
    Court { id: CourtId(Uuid::now_v7()), name: name.to_owned(), zone: "Asia/Ho_Chi_Minh".to_owned() }
}

fn plan(court: &Court, points: &[Point]) -> Plan {
    Plan {
        hearing: HearingId(Uuid::now_v7()),
        court: court.clone(),
        case: "45/2026/TLST-HS".to_owned(),
        title: "Trộm cắp tài sản".to_owned(),
        procedure: "vn-criminal-first-instance".to_owned(),
        starts: "2026-11-22T01:00:00+07:00".to_owned(),
        points: points.to_vec(),
        people: vec![Person {
            id: PersonId(Uuid::now_v7()),
            name: "Đặng Văn Thức".to_owned(),
            role: Role::Counsel,
            point: None,
            own_screen: true,
            account: None,
            with: vec![],
        }],
        screens: vec![],
        rehearsal: false,
    }
}

async fn places(store: &dyn Store, world: &World) {
    assert_eq!(store.court(world.court.id).await.unwrap().as_ref(), Some(&world.court));
    assert_eq!(store.courts().await.unwrap().len(), 2);
    assert!(matches!(store.put_court(&world.court).await, Err(StoreError::Exists)));
    assert_eq!(store.points(world.court.id).await.unwrap(), std::slice::from_ref(&world.point));
    assert_eq!(store.points(world.other.id).await.unwrap(), []);
    assert_eq!(store.point(world.point.id).await.unwrap(), Some((world.court.id, world.point.clone())));

    store.set_province(world.point.id, "Hà Tĩnh").await.unwrap();
    let (_, moved) = store.point(world.point.id).await.unwrap().unwrap();
    assert_eq!(moved, Point { province: Some("Hà Tĩnh".to_owned()), ..world.point.clone() });

    store.put_enrolment([1; 32], world.point.id, 100).await.unwrap();
    assert_eq!(store.take_enrolment([1; 32], 100).await.unwrap(), None, "expired");
    assert_eq!(store.take_enrolment([1; 32], 99).await.unwrap(), Some(world.point.id));
    assert_eq!(store.take_enrolment([1; 32], 99).await.unwrap(), None, "used up");

    let device =
        Device { id: DeviceId(Uuid::now_v7()), point: world.point.id, enrolled_ms: 5, seen_ms: None, revoked_ms: None };
    store.put_device(&device, [2; 32]).await.unwrap();
    assert_eq!(store.device_by_credential([2; 32]).await.unwrap().as_ref(), Some(&device));
    assert_eq!(store.device_by_credential([3; 32]).await.unwrap(), None);
    store.see_device(device.id, 9).await.unwrap();
    assert!(store.revoke_device(device.id, 11).await.unwrap());
    assert!(store.revoke_device(device.id, 12).await.unwrap());
    assert!(!store.revoke_device(DeviceId(Uuid::now_v7()), 12).await.unwrap());
    let now = store.devices(world.point.id).await.unwrap();
    assert_eq!((now[0].seen_ms, now[0].revoked_ms), (Some(9), Some(11)), "the first revocation stands");
}

async fn staff(store: &dyn Store, world: &World) {
    let account = Account {
        name: "clerk".to_owned(),
        display: "Trần Thị Mai".to_owned(),
        court: world.court.id,
        role: StaffRole::Clerk,
        password: "$argon2id$x".to_owned(),
        disabled: false,
        created_ms: 3,
    };
    store.put_account(&account).await.unwrap();
    assert!(matches!(store.put_account(&account).await, Err(StoreError::Exists)));
    assert_eq!(store.account("clerk").await.unwrap().as_ref(), Some(&account));
    assert_eq!(store.account("Clerk").await.unwrap(), None);

    store.put_session([4; 32], "clerk", 10).await.unwrap();
    store.see_session([4; 32], 20).await.unwrap();
    assert_eq!(store.session([4; 32]).await.unwrap(), Some((account.clone(), 10, 20)));
    store.delete_session([4; 32]).await.unwrap();
    assert_eq!(store.session([4; 32]).await.unwrap(), None);

    store.put_session([5; 32], "clerk", 10).await.unwrap();
    assert!(store.set_password("clerk", "$argon2id$y").await.unwrap());
    assert_eq!(store.session([5; 32]).await.unwrap(), None, "a new password ends sessions");
    store.put_session([6; 32], "clerk", 10).await.unwrap();
    assert!(store.set_disabled("clerk", true).await.unwrap());
    assert_eq!(store.session([6; 32]).await.unwrap(), None, "disabling ends sessions");
    assert!(store.account("clerk").await.unwrap().unwrap().disabled);
    assert!(store.set_disabled("clerk", false).await.unwrap());
    assert!(!store.set_disabled("nobody", true).await.unwrap());

    store.put_session([7; 32], "clerk", 10).await.unwrap();
    store.sweep(0, 11).await.unwrap();
    assert_eq!(store.session([7; 32]).await.unwrap(), None, "swept");
}

async fn hearings(store: &dyn Store, world: &World) {
    let count = async |filter: Filter| store.hearings(&filter).await.unwrap().len();
    assert_eq!(count(Filter::default()).await, 1);
    assert_eq!(count(Filter { court: Some(world.other.id), ..Filter::default() }).await, 0);
    assert_eq!(count(Filter { day: Some("2026-11-22".to_owned()), ..Filter::default() }).await, 1);
    assert_eq!(count(Filter { day: Some("2026-11-21".to_owned()), ..Filter::default() }).await, 0);
    assert_eq!(count(Filter { q: Some("THUC trom 45/2026".to_owned()), ..Filter::default() }).await, 1);
    assert_eq!(count(Filter { q: Some("thuc 46/2026".to_owned()), ..Filter::default() }).await, 0);
    assert_eq!(count(Filter { q: Some("%".to_owned()), ..Filter::default() }).await, 0);
    assert_eq!(count(Filter { state: Some(SessionState::Scheduled), ..Filter::default() }).await, 1);

    let other = plan(&world.court, &[]);
    let row = HearingRow {
        plan: other.clone(),
        state: SessionState::Scheduled,
        created_ms: 8,
        seal_fault: None,
        shelf_fault: None,
    };
    store.put_hearing(&row).await.unwrap();
    assert!(matches!(store.put_hearing(&row).await, Err(StoreError::Exists)));
    let mut changed = other.clone();
    changed.points = vec![world.point.clone()];
    changed.case = "46/2026/TLST-HS".to_owned();
    assert!(store.replace_plan(&changed).await.unwrap());
    assert_eq!(store.hearing(other.hearing).await.unwrap().unwrap().plan, changed);
    assert_eq!(store.hearings_of_point(world.point.id).await.unwrap().len(), 2);

    assert_eq!(store.unfinished().await.unwrap(), [], "nobody came yet");
    store.set_state(other.hearing, SessionState::Held, 0).await.unwrap();
    assert_eq!(store.unfinished().await.unwrap().len(), 1);
    assert!(!store.replace_plan(&other).await.unwrap(), "a plan that has begun stands");
    for adjourned in [SessionState::Suspended, SessionState::Postponed] {
        store.set_state(other.hearing, adjourned, 0).await.unwrap();
        assert_eq!(store.unfinished().await.unwrap(), [], "nobody has come to the next sitting");
        assert_eq!(store.hearings_of_point(world.point.id).await.unwrap().len(), 2, "which is still to come");
        assert!(store.replace_plan(&changed).await.unwrap(), "and planned anew");
    }
    store.set_state(other.hearing, SessionState::Closed, 0).await.unwrap();
    assert_eq!(store.unfinished().await.unwrap(), []);
    assert_eq!(store.hearings_of_point(world.point.id).await.unwrap().len(), 1);
    for fault in [Some("no room"), None] {
        store.set_seal_fault(other.hearing, fault).await.unwrap();
        assert_eq!(store.hearing(other.hearing).await.unwrap().unwrap().seal_fault.as_deref(), fault);
        store.set_shelf_fault(other.hearing, fault).await.unwrap();
        assert_eq!(store.hearing(other.hearing).await.unwrap().unwrap().shelf_fault.as_deref(), fault);
    }
    assert_eq!(store.hearing(HearingId(Uuid::now_v7())).await.unwrap(), None);
}

async fn codes(store: &dyn Store, world: &World) {
    let code = Code { hearing: world.plan.hearing, person: world.plan.people[0].id, created_ms: 1 };
    store.put_code([1; 32], &code).await.unwrap();
    assert_eq!(store.code([1; 32]).await.unwrap().as_ref(), Some(&code));
    store.put_code([2; 32], &code).await.unwrap();
    assert_eq!(store.code([1; 32]).await.unwrap(), None, "the newer code replaces the older");
    assert_eq!(store.codes(code.hearing).await.unwrap(), std::slice::from_ref(&code));

    let mut link = link(world, 1);
    link.person = Some(code.person);
    store.put_link(&link, [41; 32], 100).await.unwrap();
    assert_eq!(store.delete_codes(code.hearing, Some(PersonId(Uuid::now_v7()))).await.unwrap(), 0);
    assert_eq!(store.delete_codes(code.hearing, Some(code.person)).await.unwrap(), 1);
    assert_eq!(store.code([2; 32]).await.unwrap(), None);
    assert_eq!(store.take_ticket([41; 32], 0).await.unwrap(), None, "what the code opened is shut");
    store.put_code([3; 32], &code).await.unwrap();
    assert_eq!(store.delete_codes(code.hearing, None).await.unwrap(), 1);
}

fn link(world: &World, seed: u8) -> Link {
    Link {
        id: Uuid::now_v7(),
        hearing: world.plan.hearing,
        entrant: Entrant::Person { person: world.plan.people[0].id },
        account: None,
        device: None,
        person: None,
        session: None,
        current: [seed; 32],
        pending: None,
        created_ms: 1,
    }
}

/// After [`staff`] and [`places`], whose account and device it uses.
async fn standing(store: &dyn Store, world: &World) {
    let device = store.devices(world.point.id).await.unwrap()[0].id;
    store.put_session([60; 32], "clerk", 10).await.unwrap();
    let plain = link(world, 61);
    let by_account = Link { account: Some("clerk".to_owned()), session: Some([60; 32]), ..link(world, 62) };
    let by_device = Link { device: Some(device), ..link(world, 63) };
    for (n, link) in [&plain, &by_account, &by_device].into_iter().enumerate() {
        store.put_link(link, [70 + n as u8; 32], 100).await.unwrap();
    }
    let all = [plain.id, by_account.id, by_device.id, Uuid::now_v7()];
    let stands = async || {
        let standing = store.standing_links(&all).await.unwrap();
        all.map(|id| standing.contains(&id))
    };
    assert_eq!(stands().await, [true, true, false, false], "the device was revoked");
    store.set_disabled("clerk", true).await.unwrap();
    assert_eq!(stands().await, [true, false, false, false], "even if a link came after the disabling");
    store.set_disabled("clerk", false).await.unwrap();
    assert_eq!(store.end_links(&LinkEnd::Session([60; 32])).await.unwrap(), [by_account.id]);
    assert_eq!(stands().await, [true, false, false, false]);
    assert_eq!(store.standing_links(&[]).await.unwrap(), [] as [Uuid; 0]);
}

async fn kept_sessions(store: &dyn Store, world: &World) {
    let seen = async |token| store.session(token).await.unwrap().map(|(_, _, seen)| seen);
    let live = Link { account: Some("clerk".to_owned()), session: Some([80; 32]), ..link(world, 81) };
    store.put_link(&live, [82; 32], 100).await.unwrap();
    for token in [[80; 32], [83; 32]] {
        store.put_session(token, "clerk", 1_000).await.unwrap();
    }
    store.see_sessions_of(&[live.id], 1_500, 1_001, 0).await.unwrap();
    assert_eq!(seen([80; 32]).await, Some(1_000), "unused for too long: it is not called back to life");
    store.see_sessions_of(&[live.id], 1_500, 1_000, 1_001).await.unwrap();
    assert_eq!(seen([80; 32]).await, Some(1_000), "too old");
    store.see_sessions_of(&[live.id], 1_500, 1_000, 1_000).await.unwrap();
    assert_eq!((seen([80; 32]).await, seen([83; 32]).await), (Some(1_500), Some(1_000)), "nobody else's");
}

async fn tickets(store: &dyn Store, world: &World) {
    let link = link(world, 10);
    store.put_link(&link, [11; 32], 100).await.unwrap();
    assert_eq!(store.take_ticket([12; 32], 50).await.unwrap(), None);
    assert_eq!(store.take_ticket([11; 32], 50).await.unwrap().as_ref(), Some(&link));
    assert!(store.put_ticket(link.id, [12; 32], 100).await.unwrap());
    assert_eq!(store.take_ticket([12; 32], 50).await.unwrap().as_ref(), Some(&link), "as often as one is made");
    assert!(!store.put_ticket(Uuid::nil(), [12; 32], 100).await.unwrap(), "a link that has ended");
    assert_eq!(store.take_ticket([11; 32], 50).await.unwrap(), None, "used once");
    let late = self::link(world, 13);
    store.put_link(&late, [14; 32], 100).await.unwrap();
    assert_eq!(store.take_ticket([14; 32], 100).await.unwrap(), None, "expired");

    let swept = self::link(world, 15);
    store.put_link(&swept, [16; 32], 100).await.unwrap();
    store.sweep(100, 0).await.unwrap();
    assert_eq!(store.take_ticket([16; 32], 99).await.unwrap(), None, "swept");

    let day = 48 * 3600 * 1000;
    store.sweep(link.created_ms + day + 1, 0).await.unwrap();
    assert!(store.link_by_resume([10; 32]).await.unwrap().is_some(), "the hearing is not over");
    // A trial of weeks: it counts from the close, and from the first time that it was told.
    let closed = link.created_ms + 20 * day;
    for told in [closed, closed + day] {
        store.set_state(world.plan.hearing, SessionState::Closed, told).await.unwrap();
    }
    store.sweep(closed + day, 0).await.unwrap();
    assert!(store.link_by_resume([10; 32]).await.unwrap().is_some(), "over, but not for two days");
    store.sweep(closed + day + 1, 0).await.unwrap();
    assert_eq!(store.link_by_resume([10; 32]).await.unwrap(), None, "swept");
    store.set_state(world.plan.hearing, SessionState::Scheduled, 0).await.unwrap();
}

async fn resume_tokens(store: &dyn Store, world: &World) {
    let link = link(world, 20);
    store.put_link(&link, [21; 32], 100).await.unwrap();
    assert!(store.rotate(link.id, [20; 32], [22; 32]).await.unwrap());
    assert_eq!(store.link_by_resume([20; 32]).await.unwrap().unwrap().id, link.id, "the one before is still good");
    // The answer with 22 was lost: 20 is used again, and 22 is dead.
    assert!(store.rotate(link.id, [20; 32], [23; 32]).await.unwrap());
    assert_eq!(store.link_by_resume([22; 32]).await.unwrap(), None);
    assert!(store.rotate(link.id, [23; 32], [24; 32]).await.unwrap());
    assert_eq!(store.link_by_resume([20; 32]).await.unwrap(), None, "its successor was used");
    assert!(!store.rotate(link.id, [20; 32], [25; 32]).await.unwrap());
    assert_eq!(store.end_links(&LinkEnd::Link(link.id)).await.unwrap(), [link.id]);
    assert_eq!(store.link_by_resume([23; 32]).await.unwrap(), None);

    let link = self::link(world, 30);
    store.put_link(&link, [31; 32], 100).await.unwrap();
    assert!(store.end_links(&LinkEnd::Hearing(world.plan.hearing)).await.unwrap().contains(&link.id));
    assert_eq!(store.take_ticket([31; 32], 0).await.unwrap(), None, "the ticket goes with its link");
}

async fn verdicts(store: &dyn Store) {
    let first = VerdictRow { record: "a-01".into(), fingerprint: [1; 32], checked_ms: 5, report: "{}".into() };
    let second = VerdictRow { fingerprint: [2; 32], checked_ms: 6, ..first.clone() };
    store.put_verdict(&first).await.unwrap();
    store.put_verdict(&second).await.unwrap();
    assert_eq!(store.verdict("a-01").await.unwrap(), Some(second));
    assert_eq!(store.verdict("a-02").await.unwrap(), None);
    for n in [2, 3] {
        store.put_after_head("a-01", &Head { n, hash: "ab".into() }).await.unwrap();
    }
    let checks: Vec<_> = store.checks().await.unwrap().into_iter().map(|row| (row.id, row.checked_ms)).collect();
    assert_eq!(checks, [], "verdicts of no record");
    store.clear_records().await.unwrap();
    assert_eq!(store.verdict("a-01").await.unwrap(), None);
    let head = store.after_head("a-01").await.unwrap();
    assert_eq!(head, Some(Head { n: 3, hash: "ab".into() }), "the catalogue is made again, the log is not");
    assert_eq!(store.after_head("a-02").await.unwrap(), None);
}

async fn records(store: &dyn Store, world: &World) {
    let record = RecordRow {
        id: format!("{}-01", world.plan.hearing),
        hearing: world.plan.hearing,
        court: world.court.id,
        sitting: 1,
        folder: "2026/x/01".to_owned(),
        case: world.plan.case.clone(),
        title: world.plan.title.clone(),
        day: "2026-11-22".to_owned(),
        from_ms: 1,
        to_ms: 2,
        sealed_ms: None,
        result: None,
        people: vec!["Đặng Văn Thức".to_owned(), "Lê Thu Hà".to_owned()],
        rehearsal: true,
    };
    store.put_record(&record).await.unwrap();
    let planned = Event::Planned { plan: world.plan.clone(), procedure: None };
    let mut figures = sitting([(0, &planned)]).unwrap();
    store.put_statistics(&record, &figures).await.unwrap();
    figures.in_session_us = 7;
    store.put_statistics(&record, &figures).await.unwrap();
    let counted = async |court, from: &str, to: &str| store.statistics(court, from, to).await.unwrap();
    assert_eq!(counted(world.court.id, "2026-11-22", "2026-11-22").await, [figures], "replaced, not doubled");
    assert!(counted(world.other.id, "2026-01-01", "2026-12-31").await.is_empty(), "another court's");
    assert!(counted(world.court.id, "2026-11-23", "2026-12-31").await.is_empty());
    assert_eq!(store.records_without_text().await.unwrap(), std::slice::from_ref(&record.id));
    store.put_record_text(&record.id, &RecordText::default()).await.unwrap();
    assert_eq!(store.records_without_text().await.unwrap(), [""; 0]);
    let sealed = RecordRow { sealed_ms: Some(3), result: Some("intact".to_owned()), ..record.clone() };
    store.put_record(&sealed).await.unwrap();
    assert_eq!(store.record(&record.id).await.unwrap().as_ref(), Some(&sealed), "renewed, not doubled");
    let count = async |filter: RecordFilter| store.records(&filter).await.unwrap().len();
    assert_eq!(count(RecordFilter { court: Some(world.other.id), ..RecordFilter::default() }).await, 0);
    assert_eq!(count(RecordFilter { q: Some("trom cap".to_owned()), ..RecordFilter::default() }).await, 1);
    assert_eq!(count(RecordFilter { person: Some("thu ha".to_owned()), ..RecordFilter::default() }).await, 1);
    assert_eq!(count(RecordFilter { person: Some("trom cap".to_owned()), ..RecordFilter::default() }).await, 0);
    assert_eq!(count(RecordFilter { from: Some("2026-11-22".to_owned()), ..RecordFilter::default() }).await, 1);
    assert_eq!(count(RecordFilter { to: Some("2026-11-21".to_owned()), ..RecordFilter::default() }).await, 0);
    let checks = store.checks().await.unwrap();
    assert_eq!((checks.len(), checks[0].result.as_deref(), checks[0].checked_ms), (1, Some("intact"), None));
    found_by_its_words(store, &sealed, &count).await;
    store.clear_records().await.unwrap();
    assert_eq!(count(RecordFilter::default()).await, 0);
    assert!(counted(world.court.id, "2026-01-01", "2026-12-31").await.is_empty());
}

/// `record` is there already; so is what it is searched by, twice over.
async fn found_by_its_words(store: &dyn Store, record: &RecordRow, count: impl AsyncFn(RecordFilter) -> usize) {
    assert_eq!(store.records_without_text().await.unwrap(), [""; 0], "renewing the row keeps it");
    let text = RecordText {
        judges: vec!["Phạm Quốc Bảo".to_owned()],
        phases: vec!["Tranh luận".to_owned(), "Arguments".to_owned()],
        minutes: "Bị cáo khai nhận đã lấy chiếc xe máy.\n".to_owned(),
    };
    store.put_record_text(&record.id, &text).await.unwrap();
    store.put_record_text("of nothing", &text).await.unwrap();
    // Of the same moment, and of another case.
    let (id, folder, case) = ("b-01".to_owned(), "2026/y/01".to_owned(), "46/2026/DSST".to_owned());
    let other = RecordRow { id, folder, case, people: vec![], ..record.clone() };
    store.put_record(&other).await.unwrap();
    store.put_record_text(&other.id, &RecordText::default()).await.unwrap();
    let q = async |q: &str| count(RecordFilter { q: Some(q.to_owned()), ..RecordFilter::default() }).await;
    for (words, found) in [
        ("xe may", 1),
        ("CHIẾC xe", 1),
        ("tranh luan", 1),
        ("quoc bao", 1),
        ("46/2026", 1),
        ("2026", 2),
        ("xe may 46/2026", 0),
        ("dsst \"", 1),
        ("%", 2),
    ] {
        assert_eq!(q(words).await, found, "{words}");
    }
    let judge =
        async |judge: &str| count(RecordFilter { judge: Some(judge.to_owned()), ..RecordFilter::default() }).await;
    assert_eq!((judge("pham quoc").await, judge("thu ha").await), (1, 0));
    let phase =
        async |phase: &str| count(RecordFilter { phase: Some(phase.to_owned()), ..RecordFilter::default() }).await;
    assert_eq!((phase("argu").await, phase("xe").await), (1, 0));
    let ends = RecordFilter { person: Some("thuc le".to_owned()), ..RecordFilter::default() };
    assert_eq!(count(ends).await, 0, "the end of one name and the beginning of the next");
}

async fn audit(store: &dyn Store) {
    let entry = |at_ms, act: &str| AuditEntry {
        at_ms,
        who: "clerk".to_owned(),
        act: act.to_owned(),
        subject: Some("r".to_owned()),
        source: None,
        detail: None,
    };
    for entry in [entry(1, "record_viewed"), entry(2, "login"), entry(3, "record_viewed")] {
        store.put_audit(&entry).await.unwrap();
    }
    let seen = store.audit("r", &["record_viewed"], 10).await.unwrap();
    assert_eq!(seen.iter().map(|entry| entry.at_ms).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(store.audit("other", &["record_viewed"], 10).await.unwrap(), []);
}

async fn preparations(store: &dyn Store, world: &World) {
    let hearing = world.plan.hearing;
    assert_eq!(store.preparation(hearing).await.unwrap(), None);
    let first = Preparation { summary: true, ..Preparation::default() };
    assert!(store.put_preparation(hearing, 0, &first).await.unwrap());
    assert!(!store.put_preparation(hearing, 0, &Preparation::default()).await.unwrap(), "there is one");
    assert_eq!(store.preparation(hearing).await.unwrap(), Some((1, first)));
    assert!(store.put_preparation(hearing, 1, &Preparation::default()).await.unwrap());
    assert!(!store.put_preparation(hearing, 1, &Preparation::default()).await.unwrap(), "another was faster");
    assert_eq!(store.preparation(hearing).await.unwrap(), Some((2, Preparation::default())));
    let prepared = store.prepared(world.court.id).await.unwrap();
    assert_eq!(prepared.len(), 1, "those of others are not there, nor those without");
    assert_eq!((prepared[0].0.plan.hearing, &prepared[0].1), (hearing, &Preparation::default()));
    assert_eq!(store.prepared(world.other.id).await.unwrap().len(), 0);
}

async fn invitations_and_tests(store: &dyn Store, world: &World) {
    let (hearing, subject) = (world.plan.hearing, Uuid::now_v7());
    let publish = async |content, now| store.publish(hearing, subject, content, now).await.unwrap();
    assert_eq!(publish([1; 32], 10).await, Version { sequence: 0, changed_ms: 10 });
    assert_eq!(publish([1; 32], 20).await, Version { sequence: 0, changed_ms: 10 }, "the same");
    assert_eq!(publish([2; 32], 30).await, Version { sequence: 1, changed_ms: 30 });
    let other = store.publish(hearing, Uuid::now_v7(), [2; 32], 40).await.unwrap();
    assert_eq!(other.sequence, 0, "somebody else's");

    assert_eq!(store.tests(world.point.id, 9).await.unwrap(), []);
    let test = |at_ms| Test {
        id: Uuid::now_v7(),
        point: world.point.id,
        at_ms,
        device: None,
        account: Some("clerk".to_owned()),
        measured: crate::prepare::readiness::Measured { device: "Firefox".to_owned(), ..Default::default() },
    };
    let (early, late) = (test(5), test(6));
    store.put_test(&late).await.unwrap();
    store.put_test(&early).await.unwrap();
    assert_eq!(store.tests(world.point.id, 9).await.unwrap(), [late.clone(), early]);
    assert_eq!(store.tests(world.point.id, 1).await.unwrap(), [late]);
}
