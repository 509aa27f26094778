//! Whatever is asked in whatever order: the rules hold, nothing panics, and the ledger gives the same hearing back.

use crate::copies;
use crate::court::*;
use crate::events::replay;
use crate::model::Model;
use crate::told;
use assize_core::hearing::{
    Actor, Answer, Command, Continuity, Entrant, Event, GapReason, HoldCause, Layout, LeaveReason, Off, Room,
    SessionState, SignalKind, Task, Trouble,
};
use assize_core::ids::{DeviceKind, LinkId, SeatId, SignalId, TrackId};
use assize_core::procedure::{PhaseId, PromptId};
use assize_core::routing::{Sink, routes};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone)]
enum Step {
    Enter {
        who: Entrant,
        resume: bool,
        link: Option<LinkId>,
    },
    /// Enters with a link that may be in use.
    Borrow {
        who: Entrant,
        connection: u128,
    },
    Lose {
        seat: u16,
        reason: LeaveReason,
    },
    Act {
        seat: u16,
        command: Command,
    },
    System(Command),
    Pass(u64),
}

fn seat() -> impl Strategy<Value = u16> {
    0..20_u16
}

fn who() -> impl Strategy<Value = Entrant> {
    prop_oneof![
        8 => (1..16_u16).prop_map(|n| entrant(SeatId(n))),
        2 => (1..7_u128, 70..73_u128).prop_map(|(p, d)| Entrant::Device { point: point(p), device: device(d) }),
        1 => select(vec!["Observer Van", "Observer Bao"]).prop_map(|name| Entrant::Observer { name: name.into() }),
        1 => (1..20_u128).prop_map(|n| Entrant::Person { person: person(n) }),
    ]
}

/// By no code, or by one on one of three devices.
fn by() -> impl Strategy<Value = Option<LinkId>> {
    prop::option::of((0..3_u128).prop_map(link))
}

fn devices() -> impl Strategy<Value = Vec<DeviceKind>> {
    // Of who may not present nothing is taken that plays.
    let of_people = DeviceKind::ALL.into_iter().filter(|device| !device.is_played()).collect::<Vec<_>>();
    let some = |kinds: Vec<DeviceKind>| prop::collection::vec(select(kinds), 0..10);
    prop_oneof![9 => some(of_people), 1 => some(DeviceKind::ALL.to_vec())]
}

fn reason() -> impl Strategy<Value = String> {
    prop_oneof![4 => Just("reason".to_owned()), 1 => Just("  ".to_owned()), 1 => Just("x".repeat(501))]
}

fn cause() -> impl Strategy<Value = HoldCause> {
    prop_oneof![
        Just(HoldCause::RecorderFault { detail: "EIO".into() }),
        Just(HoldCause::LedgerFault),
        Just(HoldCause::MediaFault),
        Just(HoldCause::Restart),
    ]
}

fn court_act() -> impl Strategy<Value = Command> {
    let seat = || seat().prop_map(SeatId);
    prop_oneof![
        8 => seat().prop_map(|seat| Command::Admit { seat }),
        2 => seat().prop_map(|seat| Command::Mute { seat }),
        2 => seat().prop_map(|seat| Command::Unmute { seat }),
        2 => seat().prop_map(|seat| Command::MuteLock { seat }),
        2 => seat().prop_map(|seat| Command::Unlock { seat }),
        1 => (seat(), reason()).prop_map(|(seat, reason)| Command::Remove { seat, reason }),
        4 => (any::<bool>(), prop::option::of(reason())).prop_map(|(record, reason)| Command::Open { record, reason }),
        2 => reason().prop_map(|reason| Command::Hold { reason }),
        2 => reason().prop_map(|reason| Command::Pause { reason }),
        6 => prop::option::of(reason()).prop_map(|reason| Command::Resume { reason }),
        4 => (phase(), prop::option::of(reason())).prop_map(|(phase, reason)| Command::Advance { phase, reason }),
        2 => prompt().prop_map(|prompt| Command::ReadPrompt { prompt }),
        3 => seat().prop_map(|seat| Command::GiveFloor { seat }),
        1 => Just(Command::TakeFloor {}),
        1 => Just(Command::LowerHands {}),
        1 => any::<bool>().prop_map(|lock| Command::MuteAll { lock }),
        2 => (reason(), 0..90_000_u32).prop_map(|(text, ago_ms)| Command::Note { text, ago_ms }),
    ]
}

fn phase() -> impl Strategy<Value = PhaseId> {
    let names = ["opening", "questioning", "debate", "last-word", "deliberation", "verdict", "nowhere"];
    select(names.map(PhaseId::from).to_vec())
}

fn prompt() -> impl Strategy<Value = PromptId> {
    select(["rights", "indictment", "last-word", "nothing"].map(PromptId::from).to_vec())
}

fn own_act() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => any::<bool>().prop_map(|open| Command::SetMicrophone { open }),
        4 => devices().prop_map(|devices| Command::Publish { devices }),
        1 => devices().prop_map(|devices| Command::Unpublish { devices }),
        1 => any::<bool>().prop_map(|blocked| Command::ReportPlayback { blocked }),
        2 => said(),
        2 => at_the_desk(),
        2 => any::<bool>().prop_map(|raised| Command::RaiseHand { raised }),
    ]
}

fn at_the_desk() -> impl Strategy<Value = Command> {
    let spotlight = seat().prop_map(|n| Layout::Spotlight { seat: SeatId(n) });
    let layout = prop_oneof![Just(Layout::Grid {}), Just(Layout::Speaker {}), spotlight];
    let troubles = vec![Trouble::Continuity, Trouble::Playback, Trouble::Camera, Trouble::Microphone, Trouble::Line];
    let task = prop_oneof![
        (1..9_u32).prop_map(|n| Task::Signal { signal: SignalId(n) }),
        (seat(), select(troubles)).prop_map(|(n, trouble)| Task::Seat { seat: SeatId(n), trouble }),
    ];
    let to = prop::option::of(seat()).prop_map(|to| to.map(SeatId));
    prop_oneof![
        (to, reason()).prop_map(|(to, text)| Command::Message { to, text }),
        (task, any::<bool>()).prop_map(|(task, taken)| Command::TakeTask { task, taken }),
        prop::option::of(layout).prop_map(|layout| Command::SetLayout { layout }),
    ]
}

/// By a button, or of somebody at the roll call.
fn said() -> impl Strategy<Value = Command> {
    let kind = select(vec![SignalKind::CannotHear, SignalKind::WantLawyer, SignalKind::SeeMissed]);
    let answers = vec![Answer::Granted, Answer::NotNow, Answer::Withdrawn];
    let who = || (1..20_u128).prop_map(person);
    let signal = || (1..9_u32).prop_map(SignalId);
    prop_oneof![
        (kind, prop::option::of(who())).prop_map(|(kind, person)| Command::Signal { kind, person }),
        (signal(), who()).prop_map(|(signal, person)| Command::NameSignal { signal, person }),
        signal().prop_map(|signal| Command::WithdrawSignal { signal }),
        (signal(), select(answers), prop::option::of(reason()))
            .prop_map(|(signal, answer, text)| Command::AnswerSignal { signal, answer, text }),
        (who(), any::<bool>()).prop_map(|(person, present)| Command::ReportPresence { person, present, note: None }),
        (seat(), prop::option::of(who())).prop_map(|(n, person)| Command::NameSpeaker { seat: SeatId(n), person }),
    ]
}

fn system() -> impl Strategy<Value = Command> {
    let track =
        || (seat(), select(DeviceKind::ALL.to_vec())).prop_map(|(n, device)| TrackId { seat: SeatId(n), device });
    prop_oneof![
        2 => seat().prop_map(|seat| Command::ReportSecondUse { seat: SeatId(seat) }),
        2 => cause().prop_map(|cause| Command::AutoHold { cause }),
        2 => (0..9_u32, 0..40_u64).prop_map(|(epoch, s)| Command::TakeUp { epoch, outage_us: s * SECOND }),
        1 => (track(), any::<u64>(), any::<u64>())
            .prop_map(|(track, from_us, to_us)| Command::ReportGap { track, from_us, to_us, reason: GapReason::Shed, pieces: None }),
        1 => prop::option::of(track()).prop_map(|track| Command::ReportRecorderFault { track, detail: "EIO".into() }),
        1 => prop::option::of(track()).prop_map(|track| Command::ReportRecorderRecovered { track }),
        1 => track().prop_map(|track| Command::ReportRecorderFaultLapsed { track }),
        2 => (1..7_u128, any::<Option<bool>>()).prop_map(|(n, sees)| {
            let continuity = Continuity { sees, ..Continuity::default() };
            Command::ReportContinuity { point: point(n), continuity, since_us: 0 }
        }),
        1 => (seat(), 0..9_u64, 0..9_u64)
            .prop_map(|(n, from_us, to_us)| Command::ReportSpoke { seat: SeatId(n), from_us, to_us }),
        1 => seat().prop_map(|seat| Command::ReportOff { seat: SeatId(seat), off: [Off::Camera].into() }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let leave_reason = select(vec![LeaveReason::Left, LeaveReason::Lost, LeaveReason::Restart]);
    let court = prop_oneof![3 => Just(1_u16), 2 => Just(3_u16), 1 => seat()];
    let forged = (who(), any::<bool>()).prop_map(|(entrant, resume)| Command::Enter {
        entrant,
        connection: connection(1),
        resume,
        link: None,
    });
    prop_oneof![
        10 => (who(), any::<bool>(), by()).prop_map(|(who, resume, link)| Step::Enter { who, resume, link }),
        1 => (who(), 0..20_u128).prop_map(|(who, connection)| Step::Borrow { who, connection }),
        3 => (seat(), leave_reason).prop_map(|(seat, reason)| Step::Lose { seat, reason }),
        14 => (court, court_act()).prop_map(|(seat, command)| Step::Act { seat, command }),
        12 => (seat(), own_act()).prop_map(|(seat, command)| Step::Act { seat, command }),
        1 => (seat(), prop_oneof![system(), forged]).prop_map(|(seat, command)| Step::Act { seat, command }),
        1 => (seat(), adjourn()).prop_map(|(seat, command)| Step::Act { seat, command }),
        1 => (seat(), select(vec![Command::Close {}, Command::Resume { reason: None }])).prop_map(|(seat, command)| Step::Act { seat, command }),
        2 => system().prop_map(Step::System),
        1 => own_act().prop_map(Step::System),
        2 => (0..60_u64).prop_map(Step::Pass),
    ]
}

fn adjourn() -> impl Strategy<Value = Command> {
    prop_oneof![
        1 => (reason(), any::<i64>(), prop::option::of(any::<i64>())).prop_map(|(reason, frozen_ms, until_ms)| {
            Command::Suspend { reason, frozen_ms, until_ms, pack: None }
        }),
        1 => (reason(), prop::option::of(any::<i64>()))
            .prop_map(|(reason, until_ms)| Command::Postpone { reason, until_ms }),
        2 => Just(Command::TakeNote {}),
    ]
}

fn take(world: &mut World, step: &Step) {
    let before = world.hearing.clone();
    let known = world.ledger.len();
    let answer = match step {
        Step::Enter { who, resume, link } => world.enter_by(who.clone(), *resume, *link),
        Step::Borrow { who, connection: n } => {
            let (entrant, connection) = (who.clone(), connection(*n));
            world.system(Command::Enter { entrant, connection, resume: false, link: None })
        }
        Step::Lose { seat, reason } => {
            let link = world.hearing.seats.get(&SeatId(*seat)).and_then(|seat| seat.connection);
            world.system(Command::Leave { connection: link.unwrap_or_else(|| connection(0)), reason: *reason })
        }
        Step::Act { seat, command } => world.give(Actor::Seat { seat: SeatId(*seat) }, command),
        Step::System(command) => world.system(command.clone()),
        Step::Pass(seconds) => {
            world.pass(*seconds);
            return;
        }
    };
    match answer {
        Ok(events) => assert!(!events.is_empty() && world.ledger.len() == known + events.len()),
        Err(_) => assert!(world.hearing == before && world.ledger.len() == known, "a refusal changed something"),
    }
}

/// Devices that came by a code and are to be taken for their seat's: the first that ever used the seat, and those that
/// the court admitted. From the ledger alone.
fn vouched(world: &World) -> BTreeSet<(SeatId, LinkId)> {
    let (mut used, mut holder, mut vouched) = (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
    for stamped in &world.ledger {
        let (seat, of_seat) = match &stamped.event {
            Event::Entered { seat, link, .. } => {
                holder.insert(*seat, *link);
                (*seat, link.filter(|_| used.insert(*seat)))
            }
            Event::Admitted { seat } => (*seat, holder.get(seat).copied().flatten()),
            _ => continue,
        };
        vouched.extend(of_seat.map(|link| (seat, link)));
    }
    vouched
}

/// What must hold in every state, said without the model where it can be.
fn check(world: &World, model: &Model) {
    let hearing = &world.hearing;
    let routes = routes(hearing);
    assert_eq!(routes, model.routes());
    for route in &routes {
        assert!(hearing.seats[&route.source.seat].is_present(), "{route:?}: nobody outside is heard or seen");
        assert!(!model.observes(route.source.seat), "{route:?}: an observer publishes");
        assert!(!route.opaque && route.delay_ms == 0);
        let audio = route.source.device.is_audio();
        if audio {
            assert_eq!(hearing.state, SessionState::InSession, "{route:?}: a microphone is on outside the session");
            let microphone = hearing.seats[&route.source.seat].microphone;
            assert!(microphone.open && !microphone.muted, "{route:?}");
            assert!(model.may_speak(route.source.seat.0), "{route:?}: heard out of turn");
        }
        match route.sink {
            Sink::Recorder => assert!(hearing.state == SessionState::InSession && hearing.recording, "{route:?}"),
            Sink::Seat(sink) => {
                assert!(model.here(sink), "{route:?}: nobody outside hears or sees the courtroom");
                assert!(!(audio && model.same_point(sink, route.source.seat)), "{route:?}: the room howls");
            }
        }
    }
    let links: Vec<_> = hearing.seats.values().filter_map(|seat| seat.connection).collect();
    assert_eq!(links.iter().collect::<BTreeSet<_>>().len(), links.len(), "a link has two seats");
    assert!(links.is_empty() || !matches!(hearing.state, SessionState::Closed | SessionState::Scheduled));
    let vouched = vouched(world);
    for seat in hearing.seats.values() {
        let stranger = seat.link.is_some_and(|link| !vouched.contains(&(seat.id, link)));
        assert!(!(seat.is_present() && stranger), "an unknown device is in the courtroom");
        assert!(seat.connection.is_some() || seat.devices.is_empty(), "a seat publishes without a link");
        assert!(!seat.removed || (seat.connection.is_none() && seat.room != Room::Courtroom));
        assert!(!seat.microphone.locked || seat.microphone.muted);
    }
    assert_eq!(hearing.in_session_since_us.is_some(), hearing.state == SessionState::InSession);
    assert_eq!(hearing.hold.is_some(), hearing.state == SessionState::Held);
    let course = &hearing.course;
    let hands = || course.hands.iter().map(|hand| &hand.seat);
    for seat in hands().chain(&course.floor) {
        assert!(!model.observes(*seat), "an observer asks to speak or has the floor");
        assert!(!hearing.seats[seat].removed, "a seat that was removed asks to speak or has the floor");
    }
    assert_eq!(hands().collect::<BTreeSet<_>>().len(), course.hands.len(), "a hand is raised twice");
    assert!(course.phase.is_none() || !matches!(hearing.state, SessionState::Scheduled | SessionState::Waiting));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_hold_in_any_order(begin in 0..7, steps in prop::collection::vec(step(), 1..80)) {
        let mut world = match begin {
            0 => World::new(),
            1 => World::waiting(),
            2 => World::admitted(),
            4 => World::lawful(),
            5 => World::lawful_and_admitted(),
            6 => World::lawful_session(),
            _ => World::in_session(),
        };
        let mut model = Model::new();
        let mut told = 0;
        for (n, step) in steps.iter().enumerate() {
            take(&mut world, step);
            for stamped in &world.ledger[told..] {
                model.tell(&stamped.event);
            }
            told = world.ledger.len();
            check(&world, &model);
            if n % 16 == 0 {
                told::check(&world);
            }
        }
        told::check(&world);
        copies::check(&world);
        crate::minutes::check(&world);
        prop_assert_eq!(replay(&world.ledger), world.hearing);
    }
}
