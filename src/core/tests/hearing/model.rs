//! A second telling of who hears and sees whom, from the ledger alone and with its own table of places: written from
//! the rules, not from the code, so that one may catch the other.

use crate::court::{UNIT_POINT, point};
use assize_core::hearing::{Entrant, Event, HoldCause, LeaveReason, Room, SessionState};
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::procedure::PhaseId;
use assize_core::routing::{Channel, Route, Routes, Sink};
use std::collections::{BTreeMap, BTreeSet};

/// Where each planned seat is (a letter a point), whether it is a point's device, whether it only observes.
const PLACES: [(u16, Option<char>, bool, bool); 15] = [
    (1, Some('c'), false, false),
    (2, Some('c'), false, false),
    (3, Some('c'), false, false),
    (4, Some('c'), false, false),
    (5, None, false, false),
    (6, Some('c'), true, false),
    (7, Some('d'), true, false),
    (8, Some('o'), true, false),
    (9, Some('p'), true, false),
    (10, Some('u'), true, true),
    (11, None, false, false),
    (12, None, false, false),
    (13, None, false, false),
    (14, Some('d'), false, false),
    (15, None, false, true),
];

/// Who is heard through each planned seat, a letter a role: C the court, P prosecutor, L counsel, D defendant, V party,
/// W witness, I interpreter, O officer.
const ROLES: [(u16, &str); 15] = [
    (1, "C"),
    (2, "C"),
    (3, "C"),
    (4, "P"),
    (5, "L"),
    (6, "C"),
    (7, "DI"),
    (8, "D"),
    (9, "W"),
    (10, ""),
    (11, "V"),
    (12, "W"),
    (13, "I"),
    (14, "O"),
    (15, ""),
];

/// Who may speak in each phase of a criminal trial at first instance; nobody at all in the deliberation.
const SPEAK: [(&str, &str); 6] = [
    ("opening", "CPLDVWIO"),
    ("questioning", "CPLDVWI"),
    ("debate", "CPLDVI"),
    ("last-word", "CDI"),
    ("deliberation", ""),
    ("verdict", "CI"),
];

#[derive(Clone)]
struct Place {
    at: Option<char>,
    device: bool,
    observes: bool,
    inside: bool,
    online: bool,
    open: bool,
    muted: bool,
    publishes: BTreeSet<DeviceKind>,
    roles: &'static str,
}

pub(crate) struct Model {
    state: SessionState,
    recording: bool,
    places: BTreeMap<u16, Place>,
    phase: Option<PhaseId>,
    floor: Option<u16>,
}

/// Events that say nothing of who is heard and seen where.
fn tells_nothing(event: &Event) -> bool {
    matches!(
        event,
        Event::RoomOpened { .. }
            | Event::RoomEntered { .. }
            | Event::RoomLeft { .. }
            | Event::RoomClosed { .. }
            | Event::ConsultationAllowed { .. }
            | Event::Called { .. }
            | Event::CallEnded { .. }
            | Event::RoomLocked { .. }
            | Event::Encrypts { .. }
            | Event::ExhibitReceived { .. }
            | Event::ExhibitSubmitted { .. }
            | Event::ExhibitRuled { .. }
            | Event::ExhibitShown { .. }
            | Event::ExhibitPage { .. }
            | Event::ExhibitStopped { .. }
            | Event::ExhibitPointed { .. }
            | Event::ExhibitPlayed { .. }
            | Event::PresentingAllowed { .. }
            | Event::PointerMoved { .. }
            | Event::Planned { .. }
            | Event::Gap { .. }
            | Event::PlaybackBlocked { .. }
            | Event::PlaybackUnblocked { .. }
            | Event::SecondUse { .. }
            | Event::SecondUseSeen { .. }
            | Event::RecorderFault { .. }
            | Event::RecorderRecovered { .. }
            | Event::RecorderFaultLapsed { .. }
            | Event::SpeaksOn { .. }
            | Event::Listens { .. }
            | Event::Continuity { .. }
            | Event::DevicesOff { .. }
            | Event::Messaged { .. }
            | Event::TaskTaken { .. }
            | Event::LayoutSet { .. }
            | Event::NoticeTaken { .. }
            | Event::NoteCorrected { .. }
            | Event::Spoke { .. }
            | Event::Signalled { .. }
            | Event::SignalNamed { .. }
            | Event::SignalAnswered { .. }
            | Event::PresenceReported { .. }
            | Event::IdentityChecked { .. }
            | Event::SpeakerNamed { .. }
            | Event::Unlocked { .. }
            | Event::PromptRead { .. }
            | Event::HandRaised { .. }
            | Event::HandLowered { .. }
            | Event::HandsLowered
            | Event::NoteWritten { .. }
    )
}

impl Model {
    pub(crate) fn new() -> Self {
        let places = PLACES.map(|(seat, at, device, observes)| {
            let roles = ROLES.iter().find(|(n, _)| *n == seat).unwrap().1;
            (seat, Place::new(at, device, observes, roles))
        });
        Self { state: SessionState::Scheduled, recording: false, places: places.into(), phase: None, floor: None }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        if tells_nothing(event) {
            return;
        }
        match event {
            Event::PhaseBegan { phase, .. } => {
                let before = self.phase.replace(phase.clone());
                self.floor = None;
                if before.is_some_and(|before| before.0 == "deliberation") {
                    // Who begins the next phase is the presiding judge.
                    self.at(SeatId(1)).open = true;
                }
                if phase.0 == "deliberation" {
                    self.places.values_mut().for_each(|place| place.open = false);
                }
            }
            Event::FloorGiven { seat } => self.floor = Some(seat.0),
            Event::FloorTaken => self.floor = None,
            Event::Awaited => self.state = SessionState::Waiting,
            Event::Entered { seat, entrant, room, microphone_open, .. } => {
                let place = self.places.entry(seat.0).or_insert_with(|| newcomer(entrant));
                place.online = true;
                place.inside = *room == Room::Courtroom;
                place.open = *microphone_open;
                place.publishes.clear();
            }
            Event::Left { seat, reason, .. } => {
                self.at(*seat).go();
                let for_good = matches!(reason, LeaveReason::Left | LeaveReason::Removed | LeaveReason::Revoked);
                self.floor = self.floor.filter(|floor| !(for_good && *floor == seat.0));
            }
            Event::Admitted { seat } => self.at(*seat).inside = true,
            Event::Removed { seat, .. } => {
                self.at(*seat).inside = false;
                self.floor = self.floor.filter(|floor| *floor != seat.0);
            }
            Event::Dismissed { seat } => {
                self.at(*seat).inside = false;
                self.at(*seat).open = false;
                self.floor = self.floor.filter(|floor| *floor != seat.0);
            }
            Event::Muted { seat } | Event::MuteLocked { seat } => self.at(*seat).muted = true,
            Event::Unmuted { seat } => self.at(*seat).muted = false,
            Event::MicrophoneSet { seat, open } => self.at(*seat).open = *open,
            Event::Published { seat, devices } => self.at(*seat).publishes.extend(devices),
            Event::Unpublished { seat, devices } => self.at(*seat).publishes.retain(|one| !devices.contains(one)),
            Event::Opened { recording, .. } => {
                self.state = SessionState::InSession;
                self.recording = *recording;
            }
            Event::Held { cause } => {
                self.state = SessionState::Held;
                if *cause != HoldCause::Restart {
                    self.everybody_silent();
                }
            }
            Event::Paused { .. } => {
                self.state = SessionState::Paused;
                self.everybody_silent();
            }
            Event::Resumed { by, recording, .. } => {
                self.recording = recording.unwrap_or(self.recording);
                self.state = SessionState::InSession;
                if let Some(seat) = by {
                    self.at(*seat).open = true;
                }
            }
            Event::Suspended { .. } | Event::Postponed { .. } => {
                let opened = !matches!(event, Event::Postponed { .. });
                self.state = if opened { SessionState::Suspended } else { SessionState::Postponed };
                self.floor = None;
                self.everybody_silent();
            }
            Event::Closed => {
                self.state = SessionState::Closed;
                self.places.values_mut().for_each(Place::go);
            }
            Event::TakenUp { .. } => self.places.values_mut().for_each(Place::go),
            other => panic!("the model knows nothing of {other:?}"),
        }
    }

    fn at(&mut self, seat: SeatId) -> &mut Place {
        self.places.get_mut(&seat.0).unwrap()
    }

    fn everybody_silent(&mut self) {
        for place in self.places.values_mut() {
            place.open = false;
        }
    }

    /// Whether sound for the room comes out at `seat`.
    fn sounds(&self, seat: u16) -> bool {
        let place = &self.places[&seat];
        let Some(at) = place.at else { return true };
        let mut there: Vec<u16> =
            self.places.iter().filter(|(_, p)| p.at == Some(at) && p.here()).map(|(seat, _)| *seat).collect();
        let devices: Vec<u16> = there.iter().copied().filter(|seat| self.places[seat].device).collect();
        if !devices.is_empty() {
            there = devices;
        }
        there.first() == Some(&seat)
    }

    fn perceives(&self, from: u16, device: DeviceKind, to: u16) -> bool {
        let (source, sink) = (&self.places[&from], &self.places[&to]);
        let in_session = self.state == SessionState::InSession;
        if from == to || !source.here() || !sink.here() || (sink.observes && !in_session) {
            return false;
        }
        match device {
            // Nobody here listens to the interpretation.
            DeviceKind::Interpretation => false,
            // Nothing is shown: see the second model.
            DeviceKind::Played | DeviceKind::PlayedSound => false,
            DeviceKind::Microphone => {
                let apart = source.at.is_none() || source.at != sink.at;
                self.heard(from) && apart && self.sounds(to)
            }
            DeviceKind::Camera1
            | DeviceKind::Camera2
            | DeviceKind::Camera3
            | DeviceKind::Camera4
            | DeviceKind::Document
            | DeviceKind::Screen => true,
        }
    }

    pub(crate) fn may_speak(&self, seat: u16) -> bool {
        let Some(phase) = &self.phase else { return true };
        let roles = SPEAK.iter().find(|(name, _)| *name == phase.0).unwrap().1;
        if roles.is_empty() {
            return false;
        }
        self.floor == Some(seat) || self.places[&seat].roles.chars().any(|role| roles.contains(role))
    }

    fn heard(&self, seat: u16) -> bool {
        let source = &self.places[&seat];
        self.state == SessionState::InSession && source.open && !source.muted && self.may_speak(seat)
    }

    fn recorded(&self, seat: u16, device: DeviceKind) -> bool {
        let source = &self.places[&seat];
        if device.is_played() {
            return false;
        }
        let sound = matches!(device, DeviceKind::Microphone | DeviceKind::Interpretation);
        self.state == SessionState::InSession && self.recording && source.here() && (!sound || self.heard(seat))
    }

    pub(crate) fn routes(&self) -> Routes {
        let mut routes = Routes::new();
        use SessionState::{Closed, Postponed, Scheduled, Suspended};
        let live = !matches!(self.state, Scheduled | Suspended | Postponed | Closed);
        for (from, source) in self.places.iter().filter(|_| live) {
            for device in &source.publishes {
                let seat = SeatId(*from);
                let channel = match device {
                    DeviceKind::Interpretation => Channel::Interpretation,
                    _ => Channel::Floor,
                };
                let to = |sink| Route {
                    source: TrackId { seat, device: *device },
                    sink,
                    channel,
                    delay_ms: 0,
                    opaque: false,
                };
                let sinks = self.places.keys().filter(|sink| self.perceives(*from, *device, **sink));
                routes.extend(sinks.map(|sink| to(Sink::Seat(SeatId(*sink)))));
                if self.recorded(*from, *device) {
                    routes.insert(to(Sink::Recorder));
                }
            }
        }
        routes
    }

    pub(crate) fn observes(&self, seat: SeatId) -> bool {
        self.places[&seat.0].observes
    }

    pub(crate) fn same_point(&self, one: SeatId, other: SeatId) -> bool {
        let (one, other) = (self.places[&one.0].at, self.places[&other.0].at);
        one.is_some() && one == other
    }

    pub(crate) fn here(&self, seat: SeatId) -> bool {
        self.places[&seat.0].here()
    }
}

impl Place {
    fn new(at: Option<char>, device: bool, observes: bool, roles: &'static str) -> Self {
        let publishes = BTreeSet::new();
        Self { at, device, observes, inside: false, online: false, open: false, muted: false, publishes, roles }
    }

    fn here(&self) -> bool {
        self.inside && self.online
    }

    fn go(&mut self) {
        self.online = false;
        self.publishes.clear();
    }
}

fn newcomer(entrant: &Entrant) -> Place {
    match entrant {
        Entrant::Person { .. } => panic!("every person has a planned seat"),
        Entrant::Observer { .. } => Place::new(None, false, true, ""),
        Entrant::Device { point: at, .. } => {
            let letter = "cdopu".chars().zip(1..).find(|(_, n)| point(*n) == *at).unwrap().0;
            let roles = match letter {
                'c' => "C",
                'd' => "DI",
                'o' => "D",
                'p' => "W",
                _ => "",
            };
            Place::new(Some(letter), true, *at == point(UNIT_POINT), roles)
        }
    }
}
