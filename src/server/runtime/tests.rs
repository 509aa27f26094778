//! A hearing from the first arrival to the close, against a real ledger and the real media plane.

#![allow(clippy::unwrap_used)]

mod down;
mod late;

use super::hearing::{Arrival, Entry, Greeting, Handle};
use super::outlet::outlet;
use super::ports::{Pending, Shelf, ShelfError};
use super::{Registry, Settings};
use assize_core::hearing::{Command, Entrant, Event, HoldCause, LeaveReason, Room, SessionState};
use assize_core::ids::{CourtId, HearingId, LinkId, PersonId};
use assize_core::plan::{self, Person, Plan, Role};
use assize_core::refusal::Refusal;
use assize_core::signal::ServerMessage;
use assize_core::view::View;
use assize_record::{folder, ledger};
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use uuid::Uuid;

const HEARING: HearingId = HearingId(Uuid::from_u128(45));
const JUDGE: PersonId = PersonId(Uuid::from_u128(1));
const CLERK: PersonId = PersonId(Uuid::from_u128(2));
const COUNSEL: PersonId = PersonId(Uuid::from_u128(3));
/// Against hanging only: nothing here is about time.
const CEILING: Duration = Duration::from_secs(20);

#[derive(Debug, Default)]
struct OneHearing {
    sealed: Mutex<Vec<PathBuf>>,
    not_sealed: Mutex<Vec<String>>,
    not_shelved: Mutex<Vec<String>>,
    /// The states that were taken.
    states: Mutex<Vec<SessionState>>,
    /// The database does not answer.
    gone: AtomicBool,
    /// What the list of hearings says.
    known_state: Mutex<Option<SessionState>>,
}

impl Shelf for OneHearing {
    fn plan(&self, hearing: HearingId) -> Pending<'_, Result<Option<Plan>, ShelfError>> {
        Box::pin(async move { Ok((hearing == HEARING).then(plan)) })
    }

    fn known_state(&self, _: HearingId) -> Pending<'_, Result<Option<SessionState>, ShelfError>> {
        let known = *self.known_state.lock().unwrap();
        Box::pin(async move { Ok(known) })
    }

    fn state(&self, _: HearingId, state: SessionState) -> Pending<'_, Result<(), ShelfError>> {
        Box::pin(async move { self.answers().map(|()| self.states.lock().unwrap().push(state)) })
    }

    fn sealed(&self, _: HearingId, folder: PathBuf) -> Pending<'_, Result<(), ShelfError>> {
        Box::pin(async { self.answers().map(|()| self.sealed.lock().unwrap().push(folder)) })
    }

    fn not_shelved(&self, _: HearingId, why: String) -> Pending<'_, Result<(), ShelfError>> {
        self.not_shelved.lock().unwrap().push(why);
        Box::pin(async { Ok(()) })
    }

    fn not_sealed(&self, _: HearingId, why: String) -> Pending<'_, Result<(), ShelfError>> {
        self.not_sealed.lock().unwrap().push(why);
        Box::pin(async { Ok(()) })
    }
}

impl OneHearing {
    fn answers(&self) -> Result<(), ShelfError> {
        if self.gone.load(Ordering::Relaxed) { Err(ShelfError("no answer".into())) } else { Ok(()) }
    }
}

pub(super) fn plan() -> Plan {
    let person = |id, name: &str, role, account: Option<&str>| Person {
        id,
        name: name.into(),
        role,
        point: None,
        own_screen: true,
        account: account.map(str::to_owned),
        with: vec![],
    };
    Plan {
        hearing: HEARING,
        court: plan::Court { id: CourtId(Uuid::from_u128(9)), name: "Court".into(), zone: "Asia/Ho_Chi_Minh".into() },
        case: "45/2026/TLST-HS".into(),
        title: "A case".into(),
        procedure: "vn-criminal-first-instance".into(),
        starts: "2026-11-21T08:00:00+07:00".into(),
        points: vec![],
        people: vec![
            person(JUDGE, "Judge", Role::PresidingJudge, Some("judge")),
            person(CLERK, "Clerk", Role::Clerk, Some("clerk")),
            person(COUNSEL, "Counsel", Role::Counsel, None),
        ],
        screens: vec![],
        rehearsal: false,
    }
}

struct Court {
    dir: TempDir,
    shelf: Arc<OneHearing>,
    registry: Registry,
}

impl Court {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Arc::new(OneHearing::default());
        let registry = registry(dir.path(), &shelf);
        Self { dir, shelf, registry }
    }

    /// Another server on the same disk, as after a crash of this one.
    fn restart(&mut self) {
        self.registry = registry(self.dir.path(), &self.shelf);
    }

    async fn enter(&self, person: PersonId) -> Result<Client, Refusal> {
        self.arrive(person, None).await
    }

    async fn arrive(&self, person: PersonId, last: Option<u64>) -> Result<Client, Refusal> {
        self.arrive_by(person, last, None).await
    }

    async fn arrive_by(&self, person: PersonId, last: Option<u64>, link: Option<LinkId>) -> Result<Client, Refusal> {
        let (outlet, messages) = outlet();
        let arrival = Arrival {
            entrant: Entrant::Person { person },
            resume: last.is_some(),
            link,
            greeting: Some(Greeting { token: "next".into(), last }),
        };
        let (handle, entry) = self.registry.enter(HEARING, arrival, outlet).await?;
        Ok(Client { handle, entry, messages, view: None, n: 0, commands: 0 })
    }

    /// What is on disk now, by kinds.
    fn ledger(&self) -> Vec<Event> {
        let sitting = folder::sittings(&self.dir.path().join("recordings"), HEARING).unwrap().pop().unwrap();
        let data = sitting.join("data");
        let replay = ledger::replay(if data.exists() { &data } else { &sitting }).unwrap();
        replay.lines.into_iter().map(|line| line.event).collect()
    }
}

fn registry(dir: &Path, shelf: &Arc<OneHearing>) -> Registry {
    let settings = Settings {
        recordings: dir.join("recordings"),
        procedures: Arc::new(crate::procedures::Procedures::load(&dir.join("procedures")).unwrap()),
        keys: crate::keyring::Keyring::of(dir),
        segment_us: 300_000_000,
        decoder: None,
        second_places: Vec::new(),
        ballast_bytes: 0,
        time_authority: None,
        hold_after_us: Some(10_000_000),
        evidence_bytes: 1 << 30,
        media: assize_media::plane::Config {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            first_port: 0,
            tcp: true,
            srtp_aes_cm: true,
            workers: 1,
            announce: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        },
    };
    Registry::start(settings, Arc::clone(shelf) as Arc<dyn Shelf>).unwrap()
}

/// A browser without media.
struct Client {
    handle: Handle,
    entry: Entry,
    messages: Receiver<ServerMessage>,
    view: Option<View>,
    n: u64,
    commands: u32,
}

impl Client {
    async fn next(&mut self) -> Option<ServerMessage> {
        let message = timeout(CEILING, self.messages.recv()).await.expect("a message")?;
        match &message {
            ServerMessage::Welcome { n, view, .. } => {
                self.n = *n;
                self.view = Some((**view).clone());
            }
            ServerMessage::Event { n, changes, .. } => {
                assert_eq!(*n, self.n + 1, "numbers have no hole");
                self.n = *n;
                if let Some(view) = &mut self.view {
                    changes.iter().for_each(|change| view.apply(change.clone()));
                }
            }
            _ => {}
        }
        Some(message)
    }

    async fn welcome(mut self) -> Self {
        let first = self.next().await;
        assert!(matches!(first, Some(ServerMessage::Welcome { .. })), "{first:?}");
        self
    }

    fn view(&self) -> &View {
        self.view.as_ref().unwrap()
    }

    async fn until(&mut self, what: &str, reached: impl Fn(&View) -> bool) {
        while !reached(self.view()) {
            assert!(self.next().await.is_some(), "the link ended before: {what}");
        }
    }

    /// Gives a command and awaits the answer.
    async fn act(&mut self, command: Command) -> Result<(), Refusal> {
        self.commands += 1;
        self.handle.command(self.entry.connection, self.commands, command).await;
        loop {
            match self.next().await.expect("an answer") {
                ServerMessage::Done { id } if id == self.commands => return Ok(()),
                ServerMessage::Refused { id, refusal } if id == self.commands => return Err(refusal),
                _ => {}
            }
        }
    }

    /// Reads to the end of the link and returns why it ended.
    async fn end(&mut self) -> Option<Refusal> {
        let mut why = None;
        while let Some(message) = self.next().await {
            if let ServerMessage::Bye { refusal } = message {
                why = refusal;
            }
        }
        why
    }
}

fn open() -> Command {
    Command::Open { record: true, reason: Some("the prosecutor comes later".into()) }
}

fn unrecorded() -> Command {
    Command::Open { record: false, reason: Some("closed to the public".into()) }
}

#[tokio::test]
async fn a_hearing_is_held_under_the_procedure_that_its_plan_names() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    assert_eq!(judge.view().session.missing, [Role::Clerk, Role::Prosecutor]);
    let roles = vec![Role::Clerk, Role::Prosecutor];
    let alone = Command::Open { record: true, reason: None };
    assert_eq!(judge.act(alone).await, Err(Refusal::RolesMissing { roles: roles.clone() }));
    let _clerk = court.enter(CLERK).await.unwrap().welcome().await;
    judge.act(open()).await.unwrap();
    judge.until("the first phase", |view| view.session.phase.is_some()).await;
    assert_eq!(judge.view().procedure.id, "vn-criminal-first-instance");
    let ledger = court.ledger();
    let Event::Planned { procedure: Some(planned), .. } = &ledger[0] else { panic!("{:?}", ledger[0]) };
    assert_eq!(**planned, *judge.view().procedure);
    let opened = ledger.iter().find_map(|event| match event {
        Event::Opened { missing, reason, .. } => Some((missing.clone(), reason.is_some())),
        _ => None,
    });
    assert_eq!(opened, Some((vec![Role::Prosecutor], true)));
    let sitting = folder::sittings(&court.dir.path().join("recordings"), HEARING).unwrap().pop().unwrap();
    let held: serde_json::Value =
        serde_json::from_slice(&std::fs::read(sitting.join("hearing.json")).unwrap()).unwrap();
    let known = crate::procedures::Procedures::load(Path::new("/nowhere")).unwrap();
    let sha256 = known.get("vn-criminal-first-instance").unwrap().sha256;
    assert_eq!(held["procedure"]["sha256"], sha256.to_string());
}

#[tokio::test]
async fn counsel_waits_is_admitted_and_everybody_is_told() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let mut counsel = court.enter(COUNSEL).await.unwrap().welcome().await;
    assert_eq!(counsel.view().me.room, Room::Waiting);
    let seat = counsel.entry.seat;
    judge.until("counsel waits", |view| view.seats.iter().any(|s| s.seat == seat && s.connected)).await;
    judge.act(Command::Admit { seat }).await.unwrap();
    counsel.until("admitted", |view| view.me.room == Room::Courtroom).await;
    assert_eq!(counsel.act(open()).await, Err(Refusal::NotYourAct));
}

#[tokio::test]
async fn what_is_acknowledged_is_on_disk() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    assert!(matches!(court.ledger()[..], [Event::Planned { .. }, Event::Awaited, Event::Entered { .. }]));
    judge.act(unrecorded()).await.unwrap();
    assert!(matches!(court.ledger()[3..], [Event::Opened { recording: false, .. }, Event::PhaseBegan { .. }]));
    judge.act(Command::Pause { reason: "lunch".into() }).await.unwrap();
    assert!(matches!(court.ledger().last(), Some(Event::Paused { .. })));
}

#[tokio::test]
async fn a_session_opens_with_its_recording_as_one_act() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    judge.act(open()).await.unwrap();
    assert!(judge.view().session.recording);
    assert!(matches!(court.ledger()[3..], [Event::Opened { recording: true, .. }, Event::PhaseBegan { .. }]));
}

#[tokio::test]
async fn a_link_that_returns_gets_what_it_missed_and_no_more() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let counsel = court.enter(COUNSEL).await.unwrap().welcome().await;
    let (seat, last) = (counsel.entry.seat, counsel.n);
    counsel.handle.leave(counsel.entry.connection, LeaveReason::Lost).await;
    judge.act(Command::Admit { seat }).await.unwrap();
    let mut back = court.arrive(COUNSEL, Some(last)).await.unwrap();
    assert_eq!(back.entry.seat, seat);
    back.view = counsel.view.clone();
    back.n = last;
    assert!(matches!(back.next().await, Some(ServerMessage::Resumed { .. })));
    back.until("what happened meanwhile", |view| view.me.room == Room::Courtroom && view.me.connected).await;
}

#[tokio::test]
async fn after_a_crash_everybody_is_back_and_the_session_is_held_until_the_judge_goes_on() {
    let mut court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let counsel = court.enter(COUNSEL).await.unwrap().welcome().await;
    judge.act(Command::Admit { seat: counsel.entry.seat }).await.unwrap();
    judge.act(unrecorded()).await.unwrap();
    let last = counsel.n;
    court.restart();
    let back = court.arrive(COUNSEL, Some(last)).await.unwrap().welcome().await;
    assert_eq!(back.view().me.room, Room::Courtroom);
    assert_eq!(back.view().session.state, SessionState::Held);
    assert_eq!(back.view().session.hold, Some(HoldCause::Restart));
    assert!(back.view().me.microphone_open, "ruling 13: as it was");
    let mut judge = court.arrive(JUDGE, Some(judge.n)).await.unwrap().welcome().await;
    judge.act(Command::Resume { reason: None }).await.unwrap();
    let events = court.ledger();
    let taken_up = events.iter().position(|event| matches!(event, Event::TakenUp { epoch: 2, .. })).unwrap();
    assert!(matches!(events[taken_up + 1], Event::Held { cause: HoldCause::Restart }));
}

#[tokio::test]
async fn a_stop_in_good_order_comes_back_held_too() {
    let mut court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    judge.act(unrecorded()).await.unwrap();
    court.registry.stop().await;
    assert_eq!(judge.end().await, None, "a restart is no farewell");
    assert!(matches!(court.ledger().last(), Some(Event::Left { reason: LeaveReason::Restart, .. })));
    court.restart();
    let judge = court.arrive(JUDGE, Some(judge.n)).await.unwrap().welcome().await;
    assert_eq!(judge.view().session.state, SessionState::Held);
}

#[tokio::test]
async fn a_fault_in_a_task_costs_its_hearing_a_hold_and_nothing_more() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    judge.act(unrecorded()).await.unwrap();
    judge.handle.panic().await;
    assert_eq!(judge.end().await, None, "the link ends, the client comes back");
    let mut judge = court.arrive(JUDGE, Some(judge.n)).await.unwrap().welcome().await;
    assert_eq!(judge.view().session.hold, Some(HoldCause::Restart));
    judge.act(Command::Resume { reason: None }).await.unwrap();
}

#[tokio::test]
async fn a_code_used_from_elsewhere_is_refused_and_the_clerk_is_told() {
    let court = Court::start();
    let mut clerk = court.enter(CLERK).await.unwrap().welcome().await;
    let counsel = court.enter(COUNSEL).await.unwrap().welcome().await;
    assert_eq!(court.enter(COUNSEL).await.err(), Some(Refusal::SeatTaken));
    let seat = counsel.entry.seat;
    clerk.until("second use", |view| view.seats.iter().any(|s| s.seat == seat && s.second_use)).await;
}

#[tokio::test]
async fn a_device_that_asks_is_told_nothing_of_what_the_seat_saw() {
    let court = Court::start();
    let [known, asks] = [1, 2].map(|n| Some(LinkId(Uuid::from_u128(n))));
    let mut clerk = court.enter(CLERK).await.unwrap().welcome().await;
    let mut counsel = court.arrive_by(COUNSEL, None, known).await.unwrap().welcome().await;
    let seat = counsel.entry.seat;
    clerk.act(Command::Admit { seat }).await.unwrap();
    counsel.until("in the courtroom", |view| view.me.room == Room::Courtroom).await;
    counsel.handle.leave(counsel.entry.connection, LeaveReason::Lost).await;
    let last = counsel.n;

    let stranger = court.arrive_by(COUNSEL, None, asks).await.unwrap().welcome().await;
    assert_eq!((stranger.view().me.room, stranger.view().me.microphone_open), (Room::Waiting, false));
    clerk.until("the warning", |view| view.seats.iter().any(|s| s.seat == seat && s.second_use && s.connected)).await;
    // Numbers that the seat had before are of no use to it.
    for old in [last, last.saturating_sub(1)] {
        let mut again = court.arrive_by(COUNSEL, Some(old), asks).await.unwrap();
        let first = again.messages.recv().await;
        assert!(matches!(first, Some(ServerMessage::Welcome { .. })), "{first:?}");
    }
    // Nor are those of the time between to the device that comes back.
    let mut back = court.arrive_by(COUNSEL, Some(last), known).await.unwrap().welcome().await;
    assert_eq!(back.view().me.room, Room::Courtroom);
    clerk.act(Command::Admit { seat }).await.unwrap();
    clerk.until("answered", |view| view.seats.iter().any(|s| s.seat == seat && !s.second_use)).await;
    back.until("still in", |view| view.me.room == Room::Courtroom).await;
}

#[tokio::test]
async fn staff_may_move_to_another_screen_and_the_first_is_told() {
    let court = Court::start();
    let mut first = court.enter(JUDGE).await.unwrap().welcome().await;
    let mut second = court.enter(JUDGE).await.unwrap().welcome().await;
    assert_eq!(first.end().await, Some(Refusal::SeatMoved), "nobody has been told of what is theirs to do");
    assert!(second.view().me.connected);
    second.act(unrecorded()).await.unwrap();
}

#[tokio::test]
async fn whoever_is_removed_is_told_and_stays_out() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let mut counsel = court.enter(COUNSEL).await.unwrap().welcome().await;
    judge.act(Command::Remove { seat: counsel.entry.seat, reason: "disorder".into() }).await.unwrap();
    assert_eq!(counsel.end().await, Some(Refusal::RemovedByCourt));
    assert_eq!(court.enter(COUNSEL).await.err(), Some(Refusal::RemovedByCourt));
}

#[tokio::test]
async fn a_disk_that_takes_nothing_lets_people_in_and_no_session_open() {
    let court = Court::start();
    // A file where the folder of records should be.
    std::fs::write(court.dir.path().join("recordings"), "in the way").unwrap();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let refused = judge.act(open()).await;
    assert!(matches!(refused, Err(Refusal::CannotRecord { ledger: true, .. })), "{refused:?}");
    assert_eq!(judge.act(unrecorded()).await, Err(Refusal::LedgerFault), "not even without recording");
    std::fs::remove_file(court.dir.path().join("recordings")).unwrap();
    judge.act(unrecorded()).await.unwrap();
    assert!(matches!(court.ledger()[0], Event::Planned { .. }));
}

/// Waits until something is so; it is asked for again and again.
async fn eventually(so: impl Fn() -> bool) {
    let waited = timeout(CEILING, async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    waited.await.expect("it never was");
}

#[tokio::test]
async fn closing_tells_everybody_seals_and_is_final() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let mut clerk = court.enter(CLERK).await.unwrap().welcome().await;
    judge.act(unrecorded()).await.unwrap();
    judge.act(Command::Close {}).await.unwrap();
    assert_eq!(judge.view().session.state, SessionState::Closed);
    assert_eq!(judge.end().await, Some(Refusal::Over));
    assert_eq!(clerk.end().await, Some(Refusal::Over));
    assert_eq!(clerk.view().session.state, SessionState::Closed);
    assert_eq!(court.enter(JUDGE).await.err(), Some(Refusal::Over));
    eventually(|| !court.shelf.sealed.lock().unwrap().is_empty()).await;
    assert!(court.shelf.not_sealed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_record_that_cannot_be_sealed_is_told_and_sealed_once_it_can_be() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    judge.act(unrecorded()).await.unwrap();
    // A key that others may read is not used.
    let mut keys = std::fs::read_dir(court.dir.path().join("keys")).unwrap().map(|entry| entry.unwrap().path());
    let key = keys.find(|path| path.extension().is_some_and(|kind| kind == "pem")).unwrap();
    let readable = |mode| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    readable(0o644);
    judge.act(Command::Close {}).await.unwrap();
    eventually(|| !court.shelf.not_sealed.lock().unwrap().is_empty()).await;
    let why = court.shelf.not_sealed.lock().unwrap()[0].clone();
    assert!(why.contains("0600"), "{why}");
    assert!(matches!(court.enter(JUDGE).await.err(), Some(Refusal::Over)), "nobody waits for a seal");
    readable(0o600);
    eventually(|| !court.shelf.sealed.lock().unwrap().is_empty()).await;
    assert_eq!(court.shelf.sealed.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_database_that_does_not_answer_says_nothing_against_the_seal_and_is_told_again() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    judge.act(unrecorded()).await.unwrap();
    eventually(|| court.shelf.states.lock().unwrap().last() == Some(&SessionState::InSession)).await;
    court.shelf.gone.store(true, Ordering::Relaxed);
    judge.act(Command::Close {}).await.unwrap();
    eventually(|| !court.shelf.not_shelved.lock().unwrap().is_empty()).await;
    assert!(court.shelf.not_sealed.lock().unwrap().is_empty(), "it is sealed");
    assert!(court.shelf.sealed.lock().unwrap().is_empty());
    court.shelf.gone.store(false, Ordering::Relaxed);
    eventually(|| court.shelf.states.lock().unwrap().last() == Some(&SessionState::Closed)).await;
    eventually(|| court.shelf.sealed.lock().unwrap().len() == 1).await;
}

#[tokio::test]
async fn what_was_opened_does_not_begin_anew_without_its_record() {
    let court = Court::start();
    *court.shelf.known_state.lock().unwrap() = Some(SessionState::Held);
    assert_eq!(court.enter(JUDGE).await.err(), Some(Refusal::LedgerFault));
    assert!(!court.dir.path().join("recordings").exists(), "nothing is begun in its place");
    *court.shelf.known_state.lock().unwrap() = Some(SessionState::Waiting);
    court.enter(JUDGE).await.unwrap();
}

#[tokio::test]
async fn nobody_is_let_into_a_hearing_that_is_not_planned() {
    let court = Court::start();
    let nobody = PersonId(Uuid::from_u128(77));
    assert_eq!(court.enter(nobody).await.err(), Some(Refusal::NoSuchPerson));
    assert!(!court.dir.path().join("recordings").exists(), "nothing is begun for a stranger");
    court.enter(JUDGE).await.unwrap().welcome().await;
}
