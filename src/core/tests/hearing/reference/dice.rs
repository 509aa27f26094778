//! Commands by lot: many are refused, enough are not.

use crate::court::{SECOND, World, connection, device, entrant, key, link, person, point};
use assize_core::hearing::{
    Actor, Answer, Command, Continuity, Entrant, GapReason, HoldCause, Layout, LeaveReason, Off, SignalKind, Spot,
    Task, Trouble,
};
use assize_core::ids::{DeviceKind, ExhibitId, LinkId, NoteId, SeatId, SignalId, TrackId};
use assize_core::routing::Channel;
use std::collections::BTreeSet;

/// Numbers that are the same for the same seed (xorshift64*).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn flag(&mut self) -> bool {
        self.one_in(2)
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()].clone()
    }

    /// A seat that there may be; those of the plan are 1 to 15.
    pub(super) fn seat(&mut self) -> u16 {
        u16::try_from(self.below(19)).unwrap()
    }

    fn target(&mut self) -> SeatId {
        SeatId(self.seat())
    }

    pub(super) fn devices(&mut self) -> Vec<DeviceKind> {
        let mut devices = vec![DeviceKind::Microphone, DeviceKind::Camera1];
        if self.one_in(4) {
            devices = self.of(&[
                vec![DeviceKind::Camera2],
                vec![DeviceKind::Microphone, DeviceKind::Interpretation],
                vec![DeviceKind::Document, DeviceKind::Screen],
                vec![DeviceKind::Played, DeviceKind::PlayedSound],
                vec![DeviceKind::Microphone, DeviceKind::PlayedSound],
                vec![],
                vec![DeviceKind::Camera3; 9],
            ]);
        }
        devices
    }

    fn reason(&mut self) -> String {
        if self.one_in(12) { "x".repeat(501) } else { self.of(&["reason", " "]).to_owned() }
    }

    fn maybe_reason(&mut self) -> Option<String> {
        if self.one_in(3) { Some(self.reason()) } else { None }
    }

    fn who(&mut self) -> Entrant {
        match self.below(14) {
            0 => {
                let (at, n) = (self.below(7), self.below(3));
                Entrant::Device { point: point(u128::from(at)), device: device(u128::from(70 + n)) }
            }
            1 => Entrant::Observer { name: self.of(&["Observer Van", "Observer Bao"]).into() },
            2 => Entrant::Person { person: person(u128::from(self.below(20))) },
            _ => entrant(SeatId(u16::try_from(1 + self.below(15)).unwrap())),
        }
    }

    fn by(&mut self) -> Option<LinkId> {
        if self.one_in(3) { Some(link(u128::from(self.below(3)))) } else { None }
    }

    pub(super) fn step(&mut self, world: &World) -> (Actor, Command) {
        let seat = |seat| Actor::Seat { seat: SeatId(seat) };
        match self.below(28) {
            24..=25 => self.desk(),
            26..=27 => self.note(),
            20..=23 => self.evidence(),
            0..=4 => (Actor::System, self.coming_and_going(world)),
            5 => (Actor::System, self.of_the_system()),
            6 => (Actor::System, self.own_act()),
            7 => (seat(self.seat()), self.of_the_system()),
            8..=10 => self.talk(world),
            11..=13 => {
                let by = if self.one_in(6) { self.seat() } else { self.of(&[1, 1, 3]) };
                (seat(by), self.court_act())
            }
            _ => (seat(self.seat()), self.own_act()),
        }
    }

    fn coming_and_going(&mut self, world: &World) -> Command {
        if self.one_in(3) {
            let here: Vec<_> = world.hearing.seats.values().filter_map(|seat| seat.connection).collect();
            let connection = if here.is_empty() { connection(0) } else { self.of(&here) };
            let reason = self.of(&[LeaveReason::Left, LeaveReason::Lost, LeaveReason::Revoked]);
            return Command::Leave { connection, reason };
        }
        let connection = if self.one_in(20) { connection(u128::from(self.below(20))) } else { world.next_link() };
        Command::Enter { entrant: self.who(), connection, resume: self.flag(), link: self.by() }
    }

    fn court_act(&mut self) -> Command {
        match self.below(24) {
            0..=6 => Command::Admit { seat: self.target() },
            7..=8 => Command::Mute { seat: self.target() },
            9..=10 => Command::Unmute { seat: self.target() },
            11 => Command::MuteLock { seat: self.target() },
            12 => Command::Unlock { seat: self.target() },
            13 if self.one_in(2) => Command::Remove { seat: self.target(), reason: self.reason() },
            13..=14 => Command::Open { record: self.flag(), reason: self.maybe_reason() },
            16 if self.flag() => Command::Dismiss { seat: self.of(&[SeatId(9), SeatId(12)]), stays: self.flag() },
            15 if self.one_in(9) => Command::Dismiss { seat: self.target(), stays: self.flag() },
            15..=16 => Command::Hold { reason: self.reason() },
            17 => Command::Pause { reason: self.reason() },
            19 => Command::AnswerSignal { signal: self.signal(), answer: Answer::Granted, text: None },
            18 if self.one_in(12) => match self.below(3) {
                0 => Command::Close {},
                1 => Command::Postpone { reason: self.reason(), until_ms: None },
                _ => Command::Suspend { reason: self.reason(), frozen_ms: 0, until_ms: None, pack: None },
            },
            _ => Command::Resume { reason: self.maybe_reason() },
        }
    }

    fn channel(&mut self) -> Channel {
        self.of(&[Channel::Interpretation, Channel::Interpretation, Channel::Floor])
    }

    fn signal(&mut self) -> SignalId {
        SignalId(1 + u32::try_from(self.below(9)).unwrap())
    }

    fn own_act(&mut self) -> Command {
        let signal = self.signal();
        match self.below(19) {
            16 => Command::TakeNote {},
            17 => Command::Note { text: self.written(), ago_ms: u32::try_from(self.below(9000)).unwrap() },
            18 => Command::CorrectNote { note: NoteId(signal.0), text: self.written() },
            13 => Command::SpeakOn { channel: self.channel() },
            14..=15 => {
                Command::Listen { seat: if self.flag() { None } else { Some(self.target()) }, channel: self.channel() }
            }
            10 => Command::Signal { kind: self.of(&[SignalKind::CannotHear, SignalKind::SeeMissed]), person: None },
            11 => Command::WithdrawSignal { signal },
            12 => Command::AnswerSignal { signal, answer: Answer::Granted, text: None },
            0..=4 => Command::SetMicrophone { open: !self.one_in(3) },
            5..=7 => Command::Publish { devices: self.devices() },
            8 => Command::Unpublish { devices: self.devices() },
            _ => Command::ReportPlayback { blocked: self.flag() },
        }
    }

    fn desk(&mut self) -> (Actor, Command) {
        let task = match self.below(5) {
            0 => Task::Signal { signal: SignalId(1 + u32::try_from(self.below(9)).unwrap()) },
            1 => Task::Exhibit { exhibit: ExhibitId(u32::try_from(self.below(7)).unwrap()) },
            _ => {
                let trouble = self.of(&[Trouble::Playback, Trouble::Camera, Trouble::Line]);
                Task::Seat { seat: self.target(), trouble }
            }
        };
        let layout = match self.below(5) {
            0 => None,
            1 => Some(Layout::Grid {}),
            2 => Some(Layout::Speaker {}),
            _ => Some(Layout::Spotlight { seat: self.target() }),
        };
        let to = self.one_in(3).then(|| self.target());
        let (by, command) = match self.below(9) {
            0..=2 => (self.seat(), Command::Message { to, text: self.reason() }),
            3 => (3, Command::Message { to: Some(self.target()), text: self.reason() }),
            4 => (self.seat(), self.of(&[Command::SetLayout { layout }, Command::TakeTask { task, taken: true }])),
            5..=6 => (3, Command::TakeTask { task, taken: !self.one_in(4) }),
            _ => (1, Command::SetLayout { layout }),
        };
        (Actor::Seat { seat: SeatId(by) }, command)
    }

    fn written(&mut self) -> String {
        self.of(&["one", " two ", "three", " ", ""]).to_owned()
    }

    /// By the clerk, quickly one after the other.
    fn note(&mut self) -> (Actor, Command) {
        let note = NoteId(u32::try_from(self.below(9)).unwrap());
        let command = if self.one_in(3) {
            Command::CorrectNote { note, text: self.written() }
        } else {
            Command::Note { text: self.written(), ago_ms: 0 }
        };
        (Actor::Seat { seat: SeatId(3) }, command)
    }

    /// Of three papers from a few seats, of three pages each.
    fn evidence(&mut self) -> (Actor, Command) {
        let exhibit = ExhibitId(u32::try_from(self.below(7)).unwrap());
        let by = if self.one_in(5) { self.seat() } else { self.of(&[1, 1, 3, 3, 5, 7, 11]) };
        let spot = self.one_in(2).then_some(Spot { x: 5, y: u16::try_from(self.below(3)).unwrap() });
        let to = self.one_in(2).then(|| vec![self.target(), self.target(), SeatId(5)]);
        let page = u32::try_from(self.below(5)).unwrap();
        let play = Command::PlayExhibit { playing: !self.one_in(3), at_ms: self.one_in(3).then(|| self.below(70_000)) };
        let command = match self.below(18) {
            0..=1 => {
                let seat = if self.one_in(4) { self.target() } else { SeatId(self.of(&[5, 7, 11])) };
                let n = u8::try_from(self.below(3)).unwrap();
                let file = if n == 2 { crate::exhibits::recording(n) } else { crate::exhibits::file(n) };
                return (Actor::System, Command::ReceiveExhibit { seat, title: String::new(), file, person: None });
            }
            2..=3 => return (Actor::Seat { seat: SeatId(3) }, Command::SubmitExhibit { exhibit }),
            4 => Command::SubmitExhibit { exhibit },
            5..=6 => Command::RuleExhibit { exhibit, admit: !self.one_in(4), reason: self.maybe_reason() },
            7..=9 => Command::ShowExhibit { exhibit, to, observers: self.one_in(3), page: Some(page) },
            10 => Command::TurnExhibit { page },
            11 => Command::PointExhibit { spot },
            12 if self.one_in(2) => Command::StopExhibit {},
            14..=15 => play,
            16..=17 => Command::Publish { devices: vec![DeviceKind::Played, DeviceKind::PlayedSound] },
            _ => Command::AllowPresenting { seat: SeatId(self.of(&[5, 7, 11, 15])), allowed: !self.one_in(3) },
        };
        (Actor::Seat { seat: SeatId(by) }, command)
    }

    /// Those who could, mostly; and anybody.
    fn talk(&mut self, world: &World) -> (Actor, Command) {
        let calls: Vec<(SeatId, SeatId)> = world.hearing.rooms.calls.iter().map(|call| (call.by, call.seat)).collect();
        if !calls.is_empty() && self.flag() {
            let (from, seat) = self.of(&calls);
            let accept = Command::AcceptConsultation { from };
            let command = if self.one_in(6) { Command::DeclineConsultation { from } } else { accept };
            return (Actor::Seat { seat }, command);
        }
        let (by, with) = self.of(&[(5, 7), (7, 5), (5, 13), (7, 13), (11, 13), (13, 11), (5, 11), (3, 9), (5, 16)]);
        let (mut by, mut with) = (SeatId(by), SeatId(with));
        if self.one_in(6) {
            (by, with) = (self.target(), self.target());
        }
        let seat = |seat| Actor::Seat { seat };
        match self.below(16) {
            0..=6 => (seat(by), Command::Consult { with: vec![with] }),
            7 => (seat(by), Command::Consult { with: vec![with, SeatId(13), with] }),
            8 => (seat(SeatId(3)), Command::TechnicalLine { seat: self.target() }),
            9 => (seat(by), Command::LockRoom { locked: self.flag() }),
            10 => (seat(by), Command::LeaveRoom {}),
            11 => (seat(by), Command::AcceptConsultation { from: with }),
            12 => (seat(SeatId(1)), if self.flag() { Command::Deliberate {} } else { Command::EndDeliberation {} }),
            13 => (seat(SeatId(1)), Command::AllowConsultation { seat: by, allowed: !self.one_in(4) }),
            14 => (seat(self.target()), self.of(&[Command::Deliberate {}, Command::TechnicalLine { seat: with }])),
            _ => (seat(by), self.encrypt()),
        }
    }

    fn encrypt(&mut self) -> Command {
        let letter = self.of(&['k', 'l']);
        Command::SetEncryption { key: (!self.one_in(4)).then(|| key(letter)), sends: self.flag() }
    }

    fn of_the_system(&mut self) -> Command {
        let track = TrackId { seat: self.target(), device: self.of(&DeviceKind::ALL) };
        let some = if self.one_in(4) { None } else { Some(track) };
        match self.below(14) {
            0..=2 => Command::ReportSecondUse { seat: self.target() },
            3 => Command::AutoHold {
                cause: self.of(&[HoldCause::LedgerFault, HoldCause::MediaFault, HoldCause::Restart]),
            },
            4 if self.one_in(3) => {
                let epoch = u32::try_from(self.below(9)).unwrap();
                Command::TakeUp { epoch, outage_us: self.below(40) * SECOND }
            }
            4..=6 => Command::ReportGap {
                track,
                from_us: self.below(9),
                to_us: self.below(9),
                reason: GapReason::Shed,
                pieces: None,
            },
            7..=8 => Command::ReportRecorderFault { track: some, detail: "EIO".into() },
            9..=10 => Command::ReportRecorderRecovered { track: some },
            11 => Command::ReportRecorderFaultLapsed { track },
            12 => Command::ReportContinuity {
                point: point(self.below(8).into()),
                continuity: self.of(&[Continuity::NONE, Continuity::default()]),
                since_us: 0,
            },
            _ => Command::ReportOff { seat: self.target(), off: self.of(&[BTreeSet::new(), [Off::Camera].into()]) },
        }
    }
}
