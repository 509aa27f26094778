//! Who may do what, when: the whole table, written by hand and read like the law. Never generate it.

use crate::court::{
    CLERK, COUNSEL, DETENTION, JUDGE, PANEL, PARTY, PLANNED, ROOM, WITNESS, World, connection, entrant, key, person,
    point,
};
use crate::exhibits::file;
use assize_core::access;
use assize_core::hearing::{
    Actor, Answer, Command, CommandKind, Continuity, Exhibit, Exhibits, GapReason, Hand, HoldCause, Identity,
    IdentityMethod, Layout, LeaveReason, Occupant, Off, Room, Seat, SessionState, Shown, ShownTo, SignalKind, Spot,
    Standing, Task,
};
use assize_core::ids::{DeviceKind, ExhibitId, NoteId, SeatId, SignalId, TrackId};
use assize_core::plan::Role;
use assize_core::refusal::Refusal;
use assize_core::routing::Channel;
use std::collections::BTreeSet;

/// A letter in a cell: allowed in that state. s scheduled, w waiting, i in session, h held, p paused, u suspended,
/// o postponed, c closed.
const STATES: &str = "swihpuoc";

const TABLE: &str = "
                 admit     mute      unmute    mute_lock unlock    remove
presiding_judge  .wihp...  .wihp...  .wihp...  .wihp...  .wihp...  .wihp...
panel_member     ........  ........  ........  ........  ........  ........
clerk            .wihp...  .wihp...  .wihp...  .wihp...  .wihp...  .w......
prosecutor       ........  ........  ........  ........  ........  ........
counsel          ........  ........  ........  ........  ........  ........
defendant        ........  ........  ........  ........  ........  ........
party            ........  ........  ........  ........  ........  ........
witness          ........  ........  ........  ........  ........  ........
interpreter      ........  ........  ........  ........  ........  ........
point_officer    ........  ........  ........  ........  ........  ........
observer         ........  ........  ........  ........  ........  ........

                 open      hold      pause     resume    close     set_microphone
presiding_judge  .w......  ..i.....  ..i.....  ...hp...  .wihp...  .wihp...
panel_member     ........  ........  ........  ........  ........  .wihp...
clerk            ........  ..i.....  ........  ........  ........  .wihp...
prosecutor       ........  ........  ........  ........  ........  .wihp...
counsel          ........  ........  ........  ........  ........  .wihp...
defendant        ........  ........  ........  ........  ........  .wihp...
party            ........  ........  ........  ........  ........  .wihp...
witness          ........  ........  ........  ........  ........  .wihp...
interpreter      ........  ........  ........  ........  ........  .wihp...
point_officer    ........  ........  ........  ........  ........  .wihp...
observer         ........  ........  ........  ........  ........  ........

                 suspend   postpone  take_note
presiding_judge  ..ihp...  .w......  ........
panel_member     ........  ........  ........
clerk            ........  ........  ........
prosecutor       ........  ........  ........
counsel          ........  ........  ........
defendant        ........  ........  ........
party            ........  ........  ........
witness          ........  ........  ........
interpreter      ........  ........  ........
point_officer    ........  ........  ...hpuo.
observer         ........  ........  ........

                 publish   unpublish playback  enter     leave     system
presiding_judge  .wihp...  .wihp...  .wihp...  ........  ........  ........
panel_member     .wihp...  .wihp...  .wihp...  ........  ........  ........
clerk            .wihp...  .wihp...  .wihp...  ........  ........  ........
prosecutor       .wihp...  .wihp...  .wihp...  ........  ........  ........
counsel          .wihp...  .wihp...  .wihp...  ........  ........  ........
defendant        .wihp...  .wihp...  .wihp...  ........  ........  ........
party            .wihp...  .wihp...  .wihp...  ........  ........  ........
witness          .wihp...  .wihp...  .wihp...  ........  ........  ........
interpreter      .wihp...  .wihp...  .wihp...  ........  ........  ........
point_officer    .wihp...  .wihp...  .wihp...  ........  ........  ........
observer         ........  ........  .wihp...  ........  ........  ........

                 signal    answer    roll_call speaker
presiding_judge  .wihp...  .wihp...  .wihp...  .wihp...
panel_member     .wihp...  ........  ........  ........
clerk            .wihp...  .wihp...  .wihp...  .wihp...
prosecutor       .wihp...  ........  ........  ........
counsel          .wihp...  ........  ........  ........
defendant        .wihp...  ........  ........  ........
party            .wihp...  ........  ........  ........
witness          .wihp...  ........  ........  ........
interpreter      .wihp...  ........  ........  ........
point_officer    .wihp...  ........  .wihp...  .wihp...
observer         ........  ........  ........  ........

                 advance   read      give      take
presiding_judge  ..i.....  ..i.....  ..i.....  ..i.....
panel_member     ........  ........  ........  ........
clerk            ........  ........  ........  ........
prosecutor       ........  ........  ........  ........
counsel          ........  ........  ........  ........
defendant        ........  ........  ........  ........
party            ........  ........  ........  ........
witness          ........  ........  ........  ........
interpreter      ........  ........  ........  ........
point_officer    ........  ........  ........  ........
observer         ........  ........  ........  ........

                 hand      lower     mute_all
presiding_judge  ........  .wihp...  .wihp...
panel_member     .wihp...  ........  ........
clerk            ........  .wihp...  .wihp...
prosecutor       .wihp...  ........  ........
counsel          .wihp...  ........  ........
defendant        .wihp...  ........  ........
party            .wihp...  ........  ........
witness          .wihp...  ........  ........
interpreter      .wihp...  ........  ........
point_officer    .wihp...  ........  ........
observer         ........  ........  ........

                 dismiss   consult   technical deliberate allow    encrypt
presiding_judge  .wihp...  .wihp...  ........  .w.hp...  ..i.....  .wihp...
panel_member     ........  .wihp...  ........  ........  ........  .wihp...
clerk            .wihp...  .wihp...  .wihp...  ........  ........  .wihp...
prosecutor       ........  .wihp...  ........  ........  ........  .wihp...
counsel          ........  .wihp...  ........  ........  ........  .wihp...
defendant        ........  .wihp...  ........  ........  ........  .wihp...
party            ........  .wihp...  ........  ........  ........  .wihp...
witness          ........  .wihp...  ........  ........  ........  .wihp...
interpreter      ........  .wihp...  ........  ........  ........  .wihp...
point_officer    ........  .wihp...  ........  ........  ........  .wihp...
observer         ........  ........  ........  ........  ........  ........

                 hand_in   submit    rule      present   allow_presenting
presiding_judge  ........  ........  ..i.....  ..i.....  ..i.....
panel_member     ........  ........  ........  ..i.....  ........
clerk            .wihp...  .wihp...  ........  ..i.....  ........
prosecutor       .wihp...  ........  ........  ..i.....  ........
counsel          .wihp...  ........  ........  ..i.....  ........
defendant        .wihp...  ........  ........  ..i.....  ........
party            .wihp...  ........  ........  ..i.....  ........
witness          ........  ........  ........  ..i.....  ........
interpreter      ........  ........  ........  ..i.....  ........
point_officer    .wihp...  ........  ........  ..i.....  ........
observer         ........  ........  ........  ........  ........

                 speak_on  listen    note
presiding_judge  ........  .wihp...  ........
panel_member     ........  .wihp...  ........
clerk            ........  .wihp...  .wihp...
prosecutor       ........  .wihp...  ........
counsel          ........  .wihp...  ........
defendant        ........  .wihp...  ........
party            ........  .wihp...  ........
witness          ........  .wihp...  ........
interpreter      .wihp...  .wihp...  ........
point_officer    ........  .wihp...  ........
observer         ........  ........  ........

                 message   task      layout
presiding_judge  .wihp...  ........  .wihp...
panel_member     .wihp...  ........  ........
clerk            .wihp...  .wihp...  ........
prosecutor       .wihp...  ........  ........
counsel          .wihp...  ........  ........
defendant        .wihp...  ........  ........
party            .wihp...  ........  ........
witness          .wihp...  ........  ........
interpreter      .wihp...  ........  ........
point_officer    .wihp...  ........  ........
observer         ........  ........  ........
";

fn role(name: &str) -> Role {
    match name {
        "presiding_judge" => Role::PresidingJudge,
        "panel_member" => Role::PanelMember,
        "clerk" => Role::Clerk,
        "prosecutor" => Role::Prosecutor,
        "counsel" => Role::Counsel,
        "defendant" => Role::Defendant,
        "party" => Role::Party,
        "witness" => Role::Witness,
        "interpreter" => Role::Interpreter,
        "point_officer" => Role::PointOfficer,
        "observer" => Role::Observer,
        other => panic!("no role {other}"),
    }
}

fn command(name: &str) -> CommandKind {
    match name {
        "admit" => CommandKind::Admit,
        "mute" => CommandKind::Mute,
        "unmute" => CommandKind::Unmute,
        "mute_lock" => CommandKind::MuteLock,
        "unlock" => CommandKind::Unlock,
        "remove" => CommandKind::Remove,
        "open" => CommandKind::Open,
        "hold" => CommandKind::Hold,
        "pause" => CommandKind::Pause,
        "resume" => CommandKind::Resume,
        "close" => CommandKind::Close,
        "suspend" => CommandKind::Suspend,
        "postpone" => CommandKind::Postpone,
        "take_note" => CommandKind::TakeNote,
        "set_microphone" => CommandKind::SetMicrophone,
        "publish" => CommandKind::Publish,
        "unpublish" => CommandKind::Unpublish,
        "playback" => CommandKind::ReportPlayback,
        "signal" => CommandKind::Signal,
        "answer" => CommandKind::AnswerSignal,
        "roll_call" => CommandKind::RollCall,
        "speaker" => CommandKind::NameSpeaker,
        "advance" => CommandKind::Advance,
        "read" => CommandKind::ReadPrompt,
        "give" => CommandKind::GiveFloor,
        "take" => CommandKind::TakeFloor,
        "hand" => CommandKind::RaiseHand,
        "lower" => CommandKind::LowerHands,
        "mute_all" => CommandKind::MuteAll,
        "dismiss" => CommandKind::Dismiss,
        "consult" => CommandKind::Consult,
        "technical" => CommandKind::TechnicalLine,
        "deliberate" => CommandKind::Deliberate,
        "allow" => CommandKind::AllowConsultation,
        "encrypt" => CommandKind::SetEncryption,
        "hand_in" => CommandKind::HandIn,
        "submit" => CommandKind::SubmitExhibit,
        "rule" => CommandKind::RuleExhibit,
        "present" => CommandKind::Present,
        "allow_presenting" => CommandKind::AllowPresenting,
        "speak_on" => CommandKind::SpeakOn,
        "listen" => CommandKind::Listen,
        "message" => CommandKind::Message,
        "task" => CommandKind::TakeTask,
        "layout" => CommandKind::SetLayout,
        "note" => CommandKind::Note,
        "enter" => CommandKind::Enter,
        "leave" => CommandKind::Leave,
        "system" => CommandKind::System,
        other => panic!("no command {other}"),
    }
}

fn state(letter: char) -> SessionState {
    match letter {
        's' => SessionState::Scheduled,
        'w' => SessionState::Waiting,
        'i' => SessionState::InSession,
        'h' => SessionState::Held,
        'p' => SessionState::Paused,
        'u' => SessionState::Suspended,
        'o' => SessionState::Postponed,
        'c' => SessionState::Closed,
        other => panic!("no state {other}"),
    }
}

/// One cell of the table in one state. `row`: whether the role may ever.
struct Cell {
    role: Role,
    state: SessionState,
    command: CommandKind,
    allowed: bool,
    ever: bool,
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for block in TABLE.trim_matches('\n').split("\n\n") {
        let mut lines = block.lines();
        let commands: Vec<CommandKind> = lines.next().unwrap().split_whitespace().map(command).collect();
        for line in lines {
            let (name, row) = line.split_once(' ').unwrap();
            let row: Vec<&str> = row.split_whitespace().collect();
            assert_eq!(row.len(), commands.len(), "{line}");
            for (cell, command) in row.iter().zip(&commands) {
                assert_eq!(cell.len(), STATES.len(), "{line}");
                for (mark, letter) in cell.chars().zip(STATES.chars()) {
                    assert!(mark == '.' || mark == letter, "{mark} stands where {letter} belongs: {line}");
                    let ever = cell.chars().any(|mark| mark != '.');
                    let (role, state) = (role(name), state(letter));
                    cells.push(Cell { role, state, command: *command, allowed: mark != '.', ever });
                }
            }
        }
    }
    cells
}

#[test]
fn the_table_has_every_cell() {
    let mut seen: Vec<_> = cells().iter().map(|cell| (cell.role, cell.state, cell.command)).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), Role::ALL.len() * SessionState::ALL.len() * CommandKind::ALL.len());
    assert_eq!(seen.len(), cells().len());
}

fn expected(cell: &Cell) -> Result<(), Refusal> {
    match (cell.allowed, cell.ever, cell.state) {
        (true, _, _) => Ok(()),
        (false, false, _) => Err(Refusal::NotYourAct),
        (false, true, SessionState::Closed) => Err(Refusal::Over),
        (false, true, state) => Err(Refusal::NotNow { state }),
    }
}

#[test]
fn access_is_as_written() {
    for cell in cells() {
        let Cell { role, state, command, .. } = cell;
        assert_eq!(access::decide(role, state, command), expected(&cell), "{role:?} {command:?} while {state:?}");
    }
}

/// A command of each kind that nothing but access speaks against, whatever the state.
fn sample(kind: CommandKind) -> Vec<Command> {
    let seat = PARTY;
    let track = TrackId { seat, device: DeviceKind::Microphone };
    match kind {
        CommandKind::Admit => vec![Command::Admit { seat: PLANNED[8] }],
        CommandKind::Mute => vec![Command::Mute { seat }],
        CommandKind::Unmute => vec![Command::Unmute { seat: PANEL }],
        CommandKind::MuteLock => vec![Command::MuteLock { seat }],
        CommandKind::Unlock => vec![Command::Unlock { seat: PANEL }],
        CommandKind::Remove => vec![Command::Remove { seat, reason: "noise".into() }],
        CommandKind::Open => vec![Command::Open { record: true, reason: None }],
        CommandKind::Hold => vec![Command::Hold { reason: String::new() }],
        CommandKind::Pause => vec![Command::Pause { reason: String::new() }],
        CommandKind::Resume => {
            vec![Command::Resume { reason: None }, Command::Resume { reason: Some("the disk is full".into()) }]
        }
        CommandKind::Close => vec![Command::Close {}],
        CommandKind::Suspend => {
            vec![Command::Suspend { reason: "the line".into(), frozen_ms: 0, until_ms: None, pack: None }]
        }
        CommandKind::Postpone => vec![Command::Postpone { reason: "the line".into(), until_ms: None }],
        CommandKind::TakeNote => vec![Command::TakeNote {}],
        CommandKind::SetMicrophone => vec![Command::SetMicrophone { open: false }],
        CommandKind::Publish => vec![Command::Publish { devices: vec![DeviceKind::Document] }],
        CommandKind::Unpublish => vec![Command::Unpublish { devices: vec![DeviceKind::Camera1] }],
        CommandKind::ReportPlayback => {
            vec![Command::ReportPlayback { blocked: true }, Command::ReportPlayback { blocked: false }]
        }
        CommandKind::Signal => vec![Command::Signal { kind: SignalKind::CannotSee, person: None }],
        CommandKind::AnswerSignal => {
            vec![Command::AnswerSignal { signal: SignalId(1), answer: Answer::Granted, text: None }]
        }
        CommandKind::RollCall => {
            let (person, identity, method) = (person(7), Identity::Right, IdentityMethod::Papers);
            vec![
                Command::ReportPresence { person, present: true, note: None },
                Command::CheckIdentity { person, identity, method, note: None },
            ]
        }
        CommandKind::NameSpeaker => vec![Command::NameSpeaker { seat: DETENTION, person: Some(person(7)) }],
        CommandKind::Advance => vec![Command::Advance { phase: "questioning".into(), reason: Some("short".into()) }],
        CommandKind::ReadPrompt => vec![Command::ReadPrompt { prompt: "rights".into() }],
        CommandKind::GiveFloor => vec![Command::GiveFloor { seat }],
        CommandKind::TakeFloor => vec![Command::TakeFloor {}],
        CommandKind::RaiseHand => vec![Command::RaiseHand { raised: true }],
        CommandKind::LowerHands => vec![Command::LowerHands {}],
        CommandKind::MuteAll => vec![Command::MuteAll { lock: false }],
        CommandKind::Dismiss => vec![Command::Dismiss { seat: WITNESS, stays: true }],
        // Whether it is done depends on who asks whom as well: `rooms` has the cases.
        CommandKind::Consult | CommandKind::TechnicalLine => vec![],
        CommandKind::Deliberate => vec![Command::Deliberate {}],
        CommandKind::AllowConsultation => vec![Command::AllowConsultation { seat, allowed: true }],
        CommandKind::SetEncryption => vec![Command::SetEncryption { key: Some(key('k')), sends: false }],
        // Files come by another way: `exhibits` has the cases.
        CommandKind::HandIn => vec![],
        CommandKind::SubmitExhibit => vec![Command::SubmitExhibit { exhibit: ExhibitId(1) }],
        CommandKind::RuleExhibit => vec![Command::RuleExhibit { exhibit: ExhibitId(2), admit: true, reason: None }],
        CommandKind::Present => vec![
            Command::ShowExhibit { exhibit: ExhibitId(3), to: None, observers: false, page: None },
            Command::TurnExhibit { page: 2 },
            Command::PointExhibit { spot: Some(Spot { x: 1, y: 1 }) },
            Command::StopExhibit {},
        ],
        CommandKind::AllowPresenting => vec![Command::AllowPresenting { seat: PLANNED[6], allowed: true }],
        // Only of a seat where nobody but an interpreter speaks: `interpretation` has the cases.
        CommandKind::SpeakOn => vec![],
        CommandKind::Listen => vec![Command::Listen { seat: None, channel: Channel::Interpretation }],
        // Whether it goes depends on who writes to whom: `desk` has the cases.
        CommandKind::Message => vec![],
        CommandKind::TakeTask => {
            vec![Command::TakeTask { task: Task::Signal { signal: SignalId(1) }, taken: true }]
        }
        CommandKind::SetLayout => vec![Command::SetLayout { layout: Some(Layout::Spotlight { seat }) }],
        CommandKind::Note => vec![
            Command::Note { text: "Kiểm sát viên hỏi".into(), ago_ms: 0 },
            Command::CorrectNote { note: NoteId(1), text: "Luật sư hỏi".into() },
        ],
        CommandKind::Enter => {
            vec![Command::Enter { entrant: entrant(JUDGE), connection: connection(999), resume: true, link: None }]
        }
        CommandKind::Leave => {
            vec![Command::Leave { connection: connection(u128::from(seat.0)), reason: LeaveReason::Left }]
        }
        CommandKind::System => of_the_system(seat, track),
    }
}

fn of_the_system(seat: SeatId, track: TrackId) -> Vec<Command> {
    vec![
        Command::ReportSecondUse { seat },
        Command::AutoHold { cause: HoldCause::LedgerFault },
        Command::TakeUp { epoch: 2, outage_us: 0 },
        Command::ReportGap { track, from_us: 0, to_us: 1, reason: GapReason::Network, pieces: None },
        Command::ReportRecorderFault { track: None, detail: String::new() },
        Command::ReportRecorderRecovered { track: None },
        Command::ReportRecorderFaultLapsed { track },
        Command::ReceiveExhibit { seat, title: String::new(), file: file(7), person: None },
        Command::ReportContinuity { point: point(1), continuity: Continuity::NONE, since_us: 0 },
        Command::ReportOff { seat, off: [Off::Camera].into() },
        Command::ReportSpoke { seat, from_us: 0, to_us: 1 },
    ]
}

/// One received, one put to the judge, one admitted, one shown: whoever may show at all has handed in the third.
fn four_exhibits() -> Exhibits {
    let exhibit = |n: u8, standing| Exhibit {
        title: String::new(),
        file: file(n),
        seat: CLERK,
        person: None,
        point: None,
        at_us: 0,
        standing,
        reason: None,
        shown: vec![],
        played: vec![],
    };
    use Standing::{Admitted, Received, Submitted};
    let all = [Received, Submitted, Admitted, Admitted].into_iter().zip(1..);
    let all = all.map(|(standing, n)| (ExhibitId(n.into()), exhibit(n, standing))).collect();
    let (audience, exhibit) = (ShownTo::default(), ExhibitId(4));
    let shown = Shown { exhibit, audience, page: 1, pointer: None, pointed_us: None, play: None };
    Exhibits { all, shown: Some(shown), presenters: BTreeSet::new() }
}

/// Everybody with a screen of their own in the courtroom; the panel's microphone locked, one place still outside; in the
/// first phase, with somebody on the floor and somebody asking for it.
fn everybody_in(state: SessionState) -> World {
    let mut world = World::lawful_and_admitted();
    world.seat(CLERK, Command::MuteLock { seat: PANEL }).unwrap();
    world.seat(PARTY, Command::Signal { kind: SignalKind::CannotHear, person: None }).unwrap();
    world.seat(CLERK, Command::Note { text: "Ai hỏi".into(), ago_ms: 0 }).unwrap();
    world.hearing.exhibits = four_exhibits();
    world.hearing.course.phase = Some("opening".into());
    world.hearing.course.floor = Some(COUNSEL);
    world.hearing.course.hands = vec![Hand { seat: PLANNED[6], since_us: 0 }];
    world.hearing.seats.get_mut(&PLANNED[8]).unwrap().room = Room::Waiting;
    world.hearing.state = state;
    world
}

/// A seat whose only role is this one. Defendants have no screen of their own: the officer's row is theirs.
fn seat_with(world: &World, role: Role) -> Option<SeatId> {
    let mut seats = world.hearing.seats.values().filter(|seat| world.hearing.acting_roles(seat) == [role]);
    // An officer with a screen of their own before a device.
    let first = seats.next()?;
    let own_screen = |seat: &&Seat| matches!(seat.occupant, Occupant::Person { .. });
    Some([first].into_iter().chain(seats).find(own_screen).unwrap_or(first).id)
}

#[test]
fn decide_follows_the_table_for_every_seat() {
    let mut asked = 0;
    for cell in cells() {
        let mut world = everybody_in(cell.state);
        let Some(seat) = seat_with(&world, cell.role) else { continue };
        for command in sample(cell.command) {
            if command == (Command::ReportPlayback { blocked: false }) {
                world.hearing.playback_blocked.insert(seat);
            }
            if let Command::ShowExhibit { .. } = command {
                world.hearing.exhibits.all.get_mut(&ExhibitId(3)).unwrap().seat = seat;
            }
            world.hearing.exhibits.presenters.insert(seat);
            let got = world.hearing.decide(&command, Actor::Seat { seat }, world.now());
            let wanted = expected(&cell);
            match wanted {
                // The one who receives only has no microphone to close; everybody else's samples do change something.
                Ok(()) => assert!(got.is_ok(), "{:?} {command:?} while {:?}: {got:?}", cell.role, cell.state),
                Err(refusal) => {
                    assert_eq!(got, Err(refusal), "{:?} {command:?} while {:?}", cell.role, cell.state);
                }
            }
            asked += 1;
        }
    }
    // Ten roles: a defendant has a seat with a point's rights only.
    assert_eq!(asked, 10 * 8 * 61);
}

#[test]
fn the_system_gives_no_act_of_the_court_or_of_a_seat() {
    for state in SessionState::ALL {
        let world = everybody_in(state);
        for kind in CommandKind::ALL {
            if matches!(kind, CommandKind::Enter | CommandKind::Leave | CommandKind::System) {
                continue;
            }
            for command in sample(kind) {
                let got = world.hearing.decide(&command, Actor::System, world.now());
                assert_eq!(got, Err(Refusal::NotYourAct), "{command:?}");
            }
        }
    }
}

#[test]
fn a_points_device_never_has_the_courts_acts() {
    let world = everybody_in(SessionState::InSession);
    assert!(world.hearing.roles(ROOM).contains(&Role::PanelMember));
    let roles = world.hearing.acting_roles(&world.hearing.seats[&ROOM]);
    assert!(!roles.iter().any(|role| role.is_court()), "{roles:?}");
    let close = Command::SetMicrophone { open: false };
    assert!(world.hearing.decide(&close, Actor::Seat { seat: ROOM }, world.now()).is_ok());
}

#[test]
fn a_judge_without_a_screen_lends_the_courtrooms_device_no_rights() {
    let mut world = everybody_in(SessionState::Waiting);
    let judge = world.hearing.plan.people.iter_mut().find(|person| person.role == Role::PresidingJudge).unwrap();
    judge.own_screen = false;
    assert!(world.hearing.roles(ROOM).contains(&Role::PresidingJudge));
    for kind in [CommandKind::Admit, CommandKind::Open, CommandKind::Close, CommandKind::Remove] {
        for command in sample(kind) {
            let got = world.hearing.decide(&command, Actor::Seat { seat: ROOM }, world.now());
            assert_eq!(got, Err(Refusal::NotYourAct), "{command:?}");
        }
    }
}

#[test]
fn nobody_is_a_seat_that_does_not_exist() {
    let world = everybody_in(SessionState::InSession);
    let nobody = Actor::Seat { seat: SeatId(999) };
    assert_eq!(world.hearing.decide(&Command::Close {}, nobody, world.now()), Err(Refusal::NoSuchSeat));
}
