//! The course of a session: the gate, phases, what is read, the floor, hands, and who is heard for all that.

use crate::court::*;
use assize_core::hearing::{Command, Event, LeaveReason, SessionState};
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::plan::Role;
use assize_core::procedure::{PhaseId, Procedure};
use assize_core::refusal::Refusal;
use assize_core::routing::{Sink, routes};
use assize_core::view::{Act, View, view};
use std::collections::BTreeSet;

const SHIPPED: [&str; 6] = [
    include_str!("../../../../config/procedures/vn-criminal-first-instance.toml"),
    include_str!("../../../../config/procedures/vn-criminal-appeal.toml"),
    include_str!("../../../../config/procedures/vn-civil-first-instance.toml"),
    include_str!("../../../../config/procedures/vn-administrative.toml"),
    include_str!("../../../../config/procedures/vn-meeting.toml"),
    include_str!("../../../../config/procedures/common-law-generic.toml"),
];

fn open(reason: Option<&str>) -> Command {
    Command::Open { record: true, reason: reason.map(Into::into) }
}

fn advance(phase: &str, reason: Option<&str>) -> Command {
    Command::Advance { phase: phase.into(), reason: reason.map(Into::into) }
}

fn told(world: &World, seat: SeatId) -> View {
    view(&world.hearing, seat, BEGAN_MS).unwrap()
}

/// Whose microphones anybody hears now.
fn heard(world: &World) -> BTreeSet<SeatId> {
    let microphone = |source: TrackId| source.device == DeviceKind::Microphone;
    routes(&world.hearing).iter().filter(|r| microphone(r.source)).map(|r| r.source.seat).collect()
}

fn recorded(world: &World) -> BTreeSet<SeatId> {
    let routes = routes(&world.hearing);
    let sound = routes.iter().filter(|r| r.sink == Sink::Recorder && r.source.device == DeviceKind::Microphone);
    sound.map(|r| r.source.seat).collect()
}

fn read_all(world: &mut World) {
    for prompt in world.hearing.unread() {
        world.seat(JUDGE, Command::ReadPrompt { prompt }).unwrap();
    }
}

/// Every phase of every procedure that is shipped is come to, by the shortest way and after reading what must be read;
/// in each the ledger gives the hearing back, and nobody is heard but the court and those the file names.
#[test]
fn every_shipped_procedure_is_walked_through_every_phase() {
    let mut walked = 0;
    for text in SHIPPED {
        let procedure = Procedure::read(text).unwrap();
        for goal in procedure.phases.iter().map(|phase| phase.id.clone()) {
            let mut world = World::under(procedure.clone());
            world.seat(JUDGE, open(None)).unwrap();
            for phase in way(&procedure, &goal) {
                read_all(&mut world);
                world.seat(JUDGE, advance(&phase.0, None)).unwrap();
            }
            assert_eq!(world.hearing.course.phase.as_ref(), Some(&goal), "{}", procedure.id);
            assert_eq!(crate::events::replay(&world.ledger), world.hearing);
            let phase = procedure.phase(&goal).unwrap();
            for seat in heard(&world) {
                let may = |role: &Role| role.is_court() || phase.speak.contains(role);
                assert!(!phase.deliberation, "{}: {seat} is heard in the deliberation", procedure.id);
                assert!(world.hearing.roles(seat).iter().any(may), "{}: {seat} is heard in {goal}", procedure.id);
            }
            assert_eq!(heard(&world).contains(&JUDGE), !phase.deliberation);
            assert_eq!(recorded(&world), heard(&world), "what is heard is recorded");
            world.seat(JUDGE, Command::Close {}).unwrap();
            walked += 1;
        }
    }
    assert_eq!(walked, 6 + 6 + 6 + 6 + 6 + 8);
}

/// The phases from after the first to the goal.
fn way(procedure: &Procedure, goal: &PhaseId) -> Vec<PhaseId> {
    let mut ways = vec![vec![procedure.phases[0].id.clone()]];
    let mut seen = BTreeSet::new();
    loop {
        let way = ways.remove(0);
        let last = way.last().unwrap();
        if last == goal {
            return way[1..].to_vec();
        }
        if seen.insert(last.clone()) {
            ways.extend(procedure.following(last).map(|next| [&way[..], std::slice::from_ref(&next.id)].concat()));
        }
    }
}

#[test]
fn the_gate_names_who_is_missing_and_a_reason_opens_it() {
    let mut world = World::lawful_and_admitted();
    world.lose(PROSECUTOR);
    let connection = world.hearing.seats[&CLERK].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Left }).unwrap();
    let roles = vec![Role::Clerk, Role::Prosecutor];
    assert_eq!(world.seat(JUDGE, open(None)), Err(Refusal::RolesMissing { roles: roles.clone() }));
    assert_eq!(world.seat(JUDGE, open(Some("  "))), Err(Refusal::RolesMissing { roles: roles.clone() }));
    assert_eq!(told(&world, JUDGE).session.missing, roles, "the court is told before it asks");
    assert_eq!(told(&world, COUNSEL).session.missing, []);
    let opened = world.seat(JUDGE, open(Some("Kiểm sát viên báo đến muộn"))).unwrap();
    let reason = Some("Kiểm sát viên báo đến muộn".to_owned());
    assert_eq!(opened[0], Event::Opened { recording: true, reason, missing: roles });
    assert_eq!((world.state(), world.hearing.recording), (SessionState::InSession, true));
    assert_eq!(told(&world, JUDGE).session.missing, [], "it has opened");
}

#[test]
fn who_waits_outside_is_not_present() {
    let mut world = World::lawful();
    world.enter(JUDGE).unwrap();
    world.enter(CLERK).unwrap();
    world.enter(PROSECUTOR).unwrap();
    let missing = vec![Role::Prosecutor];
    assert_eq!(world.seat(JUDGE, open(None)), Err(Refusal::RolesMissing { roles: missing }));
    world.seat(CLERK, Command::Admit { seat: PROSECUTOR }).unwrap();
    world.seat(JUDGE, open(None)).unwrap();
}

#[test]
fn a_role_that_is_required_if_planned_is_missing_only_then() {
    let mut procedure = criminal();
    procedure.gate.present = vec![Role::PresidingJudge];
    procedure.gate.if_planned = vec![Role::Prosecutor, Role::Clerk];
    let mut world = World::under(procedure);
    world.lose(PROSECUTOR);
    assert_eq!(world.hearing.missing(), [Role::Prosecutor]);
    world.hearing.plan.people.retain(|person| person.role != Role::Prosecutor);
    assert_eq!(world.hearing.missing(), []);
}

#[test]
fn the_first_phase_begins_with_the_session_and_stays_through_pause_and_hold() {
    let mut world = World::lawful_and_admitted();
    assert_eq!(told(&world, COUNSEL).session.phase, None);
    let events = world.seat(JUDGE, open(None)).unwrap();
    let begun = Event::PhaseBegan { phase: "opening".into(), unread: vec![], reason: None };
    assert_eq!(events, [Event::Opened { recording: true, reason: None, missing: vec![] }, begun]);
    let since = told(&world, WITNESS).session.phase_since_ms;
    assert_eq!(since, Some(BEGAN_MS + i64::try_from(world.t_us / 1000).unwrap()));
    world.advance("questioning");
    world.seat(JUDGE, Command::GiveFloor { seat: OFFICER }).unwrap();
    let course = world.hearing.course.clone();
    for command in [
        Command::Pause { reason: String::new() },
        Command::Resume { reason: None },
        Command::Hold { reason: String::new() },
        Command::Resume { reason: None },
    ] {
        world.seat(JUDGE, command).unwrap();
        assert_eq!(world.hearing.course, course);
    }
}

#[test]
fn what_must_be_read_keeps_the_phase_unless_the_judge_says_why() {
    let mut world = World::lawful_session();
    let unread = world.hearing.unread();
    assert!(unread.contains(&"online-form".into()) && !unread.contains(&"witness-oath".into()), "{unread:?}");
    let refusal = Refusal::PromptsUnread { prompts: unread.clone() };
    assert_eq!(world.seat(JUDGE, advance("questioning", None)), Err(refusal));
    let read = |prompt: &str| Command::ReadPrompt { prompt: prompt.into() };
    assert_eq!(world.seat(JUDGE, read("indictment")), Err(Refusal::NoSuchPrompt), "it is of the next phase");
    assert_eq!(world.seat(JUDGE, read("rights")), Ok(vec![Event::PromptRead { prompt: "rights".into() }]));
    assert_eq!(world.seat(JUDGE, read("rights")), Err(Refusal::AlreadySo));
    let at_ms = BEGAN_MS + i64::try_from(world.hearing.course.read[&"rights".into()] / 1000).unwrap();
    assert_eq!(told(&world, COUNSEL).session.prompts_read[0].at_ms, at_ms);
    for viewer in [DETENTION, LISTENER] {
        assert_eq!(told(&world, viewer).session.prompts_read, []);
    }
    let left: Vec<_> = unread.into_iter().filter(|prompt| prompt.0 != "rights").collect();
    let events = world.seat(JUDGE, advance("questioning", Some("Đã giải thích"))).unwrap();
    let reason = Some("Đã giải thích".to_owned());
    assert_eq!(events, [Event::PhaseBegan { phase: "questioning".into(), unread: left, reason }]);
}

#[test]
fn phases_follow_as_the_file_says() {
    let mut world = World::lawful_session();
    let why = Some("why");
    assert_eq!(world.seat(JUDGE, advance("debate", why)), Err(Refusal::PhaseOutOfOrder));
    assert_eq!(world.seat(JUDGE, advance("opening", why)), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(JUDGE, advance("nowhere", why)), Err(Refusal::NoSuchPhase));
    for phase in ["questioning", "debate", "questioning", "debate", "last-word", "questioning"] {
        world.advance(phase);
    }
    assert!(told(&world, JUDGE).acts.contains(&Act::Advance));
    for phase in ["debate", "last-word", "deliberation", "verdict"] {
        world.advance(phase);
    }
    assert!(!told(&world, JUDGE).acts.contains(&Act::Advance), "nothing follows the verdict");
    assert_eq!(world.seat(JUDGE, advance("deliberation", why)), Err(Refusal::PhaseOutOfOrder));
    let mut plain = World::in_session();
    assert_eq!(plain.seat(JUDGE, advance("debate", why)), Err(Refusal::NoSuchPhase));
}

#[test]
fn only_those_of_the_phase_are_heard_and_whoever_has_the_floor() {
    let mut world = World::lawful_session();
    let everybody =
        [JUDGE, PANEL, CLERK, PROSECUTOR, COUNSEL, ROOM, DETENTION, OTHER, PLACE, PARTY, WITNESS, INTERPRETER, OFFICER];
    assert_eq!(heard(&world), everybody.into());
    world.advance("questioning");
    world.advance("debate");
    let debate = [JUDGE, PANEL, CLERK, PROSECUTOR, COUNSEL, ROOM, DETENTION, OTHER, PARTY, INTERPRETER];
    assert_eq!(heard(&world), debate.into(), "witnesses and officers are silent");
    assert_eq!(recorded(&world), debate.into());
    assert!(!told(&world, WITNESS).me.may_speak && told(&world, JUDGE).me.may_speak);

    world.seat(JUDGE, Command::GiveFloor { seat: WITNESS }).unwrap();
    assert!(heard(&world).contains(&WITNESS));
    assert!(told(&world, WITNESS).me.may_speak);
    world.seat(JUDGE, Command::GiveFloor { seat: OFFICER }).unwrap();
    assert!(heard(&world).contains(&OFFICER) && !heard(&world).contains(&WITNESS), "one has the floor");
    world.seat(JUDGE, Command::TakeFloor {}).unwrap();
    assert_eq!(heard(&world), debate.into());
    assert_eq!(world.seat(JUDGE, Command::TakeFloor {}), Err(Refusal::AlreadySo));

    world.advance("last-word");
    assert_eq!(heard(&world), [JUDGE, PANEL, CLERK, ROOM, DETENTION, OTHER, INTERPRETER].into());
    world.seat(JUDGE, Command::GiveFloor { seat: COUNSEL }).unwrap();
    world.advance("deliberation");
    assert_eq!((heard(&world), recorded(&world)), (BTreeSet::new(), BTreeSet::new()), "a deliberation is secret");
    assert_eq!(world.hearing.course.floor, None, "the floor ends with the phase");
    assert_eq!(world.seat(JUDGE, Command::GiveFloor { seat: COUNSEL }), Err(Refusal::Deliberating));
    let pictures = routes(&world.hearing).iter().any(|route| route.source.device == DeviceKind::Camera1);
    assert!(pictures, "everybody still sees the courtroom");
    world.advance("verdict");
    assert_eq!(heard(&world), [JUDGE].into(), "nobody goes on air in mid-sentence");
    for seat in [PANEL, CLERK, ROOM, DETENTION, INTERPRETER, COUNSEL] {
        world.set_microphone(seat, true).unwrap();
    }
    assert_eq!(heard(&world), [JUDGE, PANEL, CLERK, ROOM, DETENTION, INTERPRETER].into(), "an interpreter sits with 7");
}

#[test]
fn the_panel_comes_from_its_room_to_open_and_who_is_reported_absent_is_missed() {
    let mut world = World::lawful_and_admitted();
    world.seat(JUDGE, Command::Deliberate {}).unwrap();
    assert_eq!(world.hearing.missing(), [], "they come back by opening");
    let absent = Command::ReportPresence { person: person(4), present: false, note: None };
    world.seat(CLERK, absent).unwrap();
    assert_eq!(world.hearing.missing(), [Role::Prosecutor], "whatever screen is there");
    let there = Command::ReportPresence { person: person(4), present: true, note: None };
    world.seat(CLERK, there).unwrap();
    world.seat(JUDGE, open(None)).unwrap();
    assert!(heard(&world).contains(&PROSECUTOR));
}

#[test]
fn a_witness_who_is_sent_out_has_the_floor_no_more() {
    let mut world = World::lawful_session();
    world.advance("questioning");
    world.seat(JUDGE, Command::GiveFloor { seat: WITNESS }).unwrap();
    world.seat(JUDGE, Command::Dismiss { seat: WITNESS, stays: true }).unwrap();
    assert_eq!(world.hearing.course.floor, None);
}

#[test]
fn what_may_not_be_heard_is_not_missed_by_the_recorder() {
    let mut world = World::lawful_session();
    world.advance("questioning");
    world.advance("debate");
    let track = Some(TrackId { seat: WITNESS, device: DeviceKind::Microphone });
    world.system(Command::ReportRecorderFault { track, detail: "EIO".into() }).unwrap();
    assert!(world.hearing.is_recorded(), "nothing is said there");
    world.seat(JUDGE, Command::GiveFloor { seat: WITNESS }).unwrap();
    assert!(!world.hearing.is_recorded());
}

#[test]
fn the_floor_is_for_those_who_are_there_and_may_be_heard_at_all() {
    let mut world = World::lawful_session();
    let give = |seat| Command::GiveFloor { seat };
    assert_eq!(world.seat(JUDGE, give(LISTENER)), Err(Refusal::OnlyReceives));
    assert_eq!(world.seat(JUDGE, give(UNIT)), Err(Refusal::OnlyReceives));
    assert_eq!(world.seat(JUDGE, give(SeatId(99))), Err(Refusal::NoSuchSeat));
    world.lose(PARTY);
    assert_eq!(world.seat(JUDGE, give(PARTY)), Err(Refusal::NotAdmitted));
    world.seat(JUDGE, give(COUNSEL)).unwrap();
    assert_eq!(world.seat(JUDGE, give(COUNSEL)), Err(Refusal::AlreadySo));
    world.lose(COUNSEL);
    assert_eq!(world.hearing.course.floor, Some(COUNSEL), "who lost the line comes back to the floor");
    world.resume(COUNSEL).unwrap();
    assert_eq!(world.hearing.course.floor, Some(COUNSEL));
    world.seat(JUDGE, Command::Remove { seat: COUNSEL, reason: String::new() }).unwrap();
    assert_eq!(world.hearing.course.floor, None);
}

#[test]
fn hands_keep_their_order_and_come_down_when_they_are_answered() {
    let mut world = World::lawful_session();
    let hand = |raised| Command::RaiseHand { raised };
    for seat in [DETENTION, PARTY, COUNSEL, ROOM] {
        world.seat(seat, hand(true)).unwrap();
    }
    assert_eq!(world.seat(PARTY, hand(true)), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(LISTENER, hand(true)), Err(Refusal::NotYourAct));
    let hands = |world: &World, seat| told(world, seat).session.hands.iter().map(|hand| hand.seat).collect::<Vec<_>>();
    assert_eq!(hands(&world, CLERK), [DETENTION, PARTY, COUNSEL, ROOM]);
    assert_eq!(hands(&world, COUNSEL), [DETENTION, PARTY, COUNSEL, ROOM]);
    assert_eq!(hands(&world, DETENTION), [DETENTION], "a kiosk is told of its own");
    assert_eq!(hands(&world, LISTENER), []);
    let now_ms = |world: &World| BEGAN_MS + i64::try_from(world.t_us / 1000).unwrap();
    // The last one was raised two refusals of a second each ago.
    assert_eq!(told(&world, JUDGE).session.hands[3].since_ms, now_ms(&world) - 2000);
    world.pass(38);
    assert_eq!(told(&world, JUDGE).session.hands[3].since_ms, now_ms(&world) - 40_000, "since it was raised");
    world.seat(COUNSEL, hand(false)).unwrap();
    world.seat(JUDGE, Command::GiveFloor { seat: DETENTION }).unwrap();
    assert_eq!(hands(&world, CLERK), [PARTY, ROOM]);
    let given = told(&world, LISTENER).session.floor_since_ms;
    assert_eq!(given, Some(now_ms(&world)));
    assert_eq!(told(&world, LISTENER).session.floor, Some(DETENTION));
    world.lose(PARTY);
    assert_eq!(hands(&world, CLERK), [PARTY, ROOM], "who lost the line still asks");
    world.seat(CLERK, Command::LowerHands {}).unwrap();
    assert_eq!(world.seat(CLERK, Command::LowerHands {}), Err(Refusal::AlreadySo));
    world.seat(ROOM, hand(true)).unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    assert_eq!((&world.hearing.course.hands[..], world.hearing.course.floor), (&[][..], None));
}

#[test]
fn phases_that_there_have_been_are_told_once_each_and_none_that_was_passed_over() {
    let mut world = World::lawful_session();
    for phase in ["questioning", "debate", "questioning", "debate"] {
        world.advance(phase);
    }
    let past = told(&world, LISTENER).session.past_phases;
    assert_eq!(past, ["opening", "questioning", "debate"].map(PhaseId::from));
}

#[test]
fn who_waits_outside_learns_the_phase_and_nothing_else_of_the_course() {
    let mut world = World::lawful();
    for seat in [JUDGE, CLERK, PROSECUTOR, COUNSEL, WITNESS] {
        world.enter(seat).unwrap();
    }
    world.seat(JUDGE, Command::Admit { seat: PROSECUTOR }).unwrap();
    world.seat(JUDGE, Command::Admit { seat: COUNSEL }).unwrap();
    world.seat(JUDGE, open(None)).unwrap();
    world.seat(COUNSEL, Command::RaiseHand { raised: true }).unwrap();
    world.seat(JUDGE, Command::ReadPrompt { prompt: "rights".into() }).unwrap();
    world.seat(JUDGE, Command::GiveFloor { seat: PROSECUTOR }).unwrap();
    assert_eq!(world.seat(WITNESS, Command::RaiseHand { raised: true }), Err(Refusal::NotAdmitted));
    let session = told(&world, WITNESS).session;
    assert_eq!(session.phase, Some("opening".into()));
    assert_eq!((session.floor, &session.hands[..], &session.prompts_read[..]), (None, &[][..], &[][..]));
    let procedure = told(&world, WITNESS).procedure;
    assert!(procedure.phases.len() == 6 && procedure.phases.iter().all(|phase| phase.prompts.is_empty()));
    assert!(!told(&world, COUNSEL).procedure.phases[0].prompts.is_empty());
    assert!(told(&world, WITNESS).seats.iter().all(|seat| !seat.may_speak) && !told(&world, WITNESS).me.may_speak);
}

#[test]
fn everybody_but_the_court_is_muted_in_one_act() {
    let mut world = World::lawful_session();
    world.seat(CLERK, Command::Mute { seat: PARTY }).unwrap();
    let muted = world.seat(CLERK, Command::MuteAll { lock: false }).unwrap();
    let others = [PROSECUTOR, COUNSEL, DETENTION, OTHER, PLACE, WITNESS, INTERPRETER, OFFICER];
    assert_eq!(muted, others.map(|seat| Event::Muted { seat }), "not who was, nor who only watches");
    assert_eq!(heard(&world), [JUDGE, PANEL, CLERK, ROOM].into());
    assert_eq!(world.seat(CLERK, Command::MuteAll { lock: false }), Err(Refusal::AlreadySo));
    world.seat(JUDGE, Command::MuteAll { lock: true }).unwrap();
    assert_eq!(world.set_microphone(COUNSEL, true), Err(Refusal::MicrophoneLocked));
}

#[test]
fn the_procedure_says_where_a_role_waits_whom_a_kiosk_names_and_how_long_an_absence_is_short() {
    let mut procedure = criminal();
    procedure.roles.get_mut(&Role::Witness).unwrap().waits = assize_core::hearing::Room::Waiting;
    procedure.roles.get_mut(&Role::Party).unwrap().waits = assize_core::hearing::Room::WitnessWaiting;
    procedure.roles.get_mut(&Role::Party).unwrap().on_kiosks = true;
    procedure.limits.continuity_s = 60;
    let mut world = World::under(procedure);
    let name = |world: &World| {
        let seats = told(world, DETENTION).seats;
        seats.into_iter().find(|seat| seat.seat == PARTY).unwrap().people[0].name.clone()
    };
    assert_eq!(name(&world), "Binh the victim");
    world.lose(PARTY);
    world.pass(50);
    world.resume(PARTY).unwrap();
    assert!(world.microphone(PARTY).open, "the procedure calls it short");
    world.seat(JUDGE, Command::Remove { seat: PARTY, reason: String::new() }).unwrap();
    assert_eq!(world.hearing.seats[&PARTY].room, assize_core::hearing::Room::WitnessWaiting);
}
