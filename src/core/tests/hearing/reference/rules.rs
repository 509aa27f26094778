//! The hearing told a second time: who sits where, and what each command does to that. Places are a table of letters, as
//! on a floor plan; nothing is asked of the hearing under test.

use super::desk::Desk;
use super::evidence::Evidence;
use super::missed::Missed;
use super::notes::Notes;
use super::pairs::is_played;
use super::place::{Place, Whose};
use super::talks::Talks;
use crate::court::{UNIT_POINT, device, person, point};
use assize_core::hearing::{Actor, Command, Continuity, Entrant, HoldCause, LeaveReason, SessionState, SignalKind};
use assize_core::ids::{ConnectionId, DeviceKind, LinkId, PointId, SeatId, TrackId};
use assize_core::routing::Channel;
use std::collections::{BTreeMap, BTreeSet};

use SessionState::{Closed, Held, InSession, Paused, Postponed, Scheduled, Suspended, Waiting};

/// A minute's half: longer than that away, and a microphone opens by an act only.
const SHORT: u64 = 30_000_000;

/// Of the detention centre, on a telephone.
const OFFICER: u16 = 14;

/// By number: the point as a letter (`-`: none), what the seat is (d device, p person by code, s staff), and the roles
/// there (J presiding, M panel, C clerk, i interpreter, w witness, o observer, x anybody else).
const SEATS: [(u16, &str); 15] = [
    (1, "c s J"),
    (2, "c s M"),
    (3, "c s C"),
    (4, "c p x"),
    (5, "- p x"),
    (6, "c d M"),
    (7, "d d xi"),
    (8, "o d x"),
    (9, "p d w"),
    (10, "u d o"),
    (11, "- p x"),
    (12, "- p w"),
    (13, "- p i"),
    (14, "d p x"),
    (15, "- p o"),
];

pub(super) struct Rules {
    pub(super) state: SessionState,
    pub(super) recording: bool,
    held_by_restart: bool,
    epoch: u32,
    pub(super) seats: BTreeMap<u16, Place>,
    faults: BTreeSet<Option<TrackId>>,
    /// What was measured last of each point, and seats with a device off.
    meter: BTreeMap<PointId, Continuity>,
    pub(super) off: BTreeSet<SeatId>,
    /// By number: the seat that pressed a button, and which, while nobody has answered.
    pub(super) signals: Vec<Option<(u16, SignalKind)>>,
    pub(super) missed: Missed,
    pub(super) talks: Talks,
    /// Whether the orders of `court::screens` hold.
    pub(super) screened: bool,
    pub(super) evidence: Evidence,
    pub(super) desk: Desk,
    /// Who took note of what the session rests for.
    pub(super) noted: BTreeSet<u16>,
    pub(super) notes: Notes,
}

pub(super) fn long(reason: &str) -> bool {
    reason.chars().count() > 500
}

impl Rules {
    pub(super) fn new() -> Self {
        let place = |(seat, row): (u16, &str)| {
            let mut words = row.split(' ');
            let at = words.next().unwrap().chars().next().unwrap();
            let whose = match words.next().unwrap() {
                "d" => Whose::Device(None),
                "s" => Whose::Staff,
                _ => Whose::Person,
            };
            (seat, Place::new(at, whose, words.next().unwrap()))
        };
        Self {
            state: Scheduled,
            recording: false,
            held_by_restart: false,
            epoch: 1,
            seats: SEATS.map(place).into(),
            faults: BTreeSet::new(),
            meter: BTreeMap::new(),
            off: BTreeSet::new(),
            signals: Vec::new(),
            missed: Missed::default(),
            talks: Talks::default(),
            screened: false,
            evidence: Evidence::default(),
            desk: Desk::default(),
            noted: BTreeSet::new(),
            notes: Notes::default(),
        }
    }

    pub(super) fn live(&self) -> bool {
        matches!(self.state, Waiting | InSession | Held | Paused)
    }

    /// Does the command, or says that it is not done.
    pub(super) fn give(&mut self, actor: Actor, command: &Command, now: u64) -> bool {
        let done = match actor {
            Actor::System => self.by_system(command, now),
            Actor::Seat { seat } => self.seats.contains_key(&seat.0) && self.by_seat(seat.0, command, now),
        };
        if done {
            self.tidy_talks();
            self.tidy_evidence(now);
            self.tidy_desk();
        }
        done
    }

    fn by_system(&mut self, command: &Command, now: u64) -> bool {
        match command {
            Command::Enter { entrant, connection, resume, link } => {
                self.enter(entrant, *connection, *resume, *link, now)
            }
            Command::Leave { connection, reason } => {
                let seat = self.seats.values_mut().find(|place| place.online == Some(*connection));
                seat.map(|place| place.go(now, *reason != LeaveReason::Lost)).is_some()
            }
            Command::ReportSecondUse { seat } => {
                let closed = self.state == Closed;
                self.seats.get_mut(&seat.0).is_some_and(|place| !closed && !std::mem::replace(&mut place.second, true))
            }
            Command::AutoHold { cause } => self.state == InSession && self.hold(*cause == HoldCause::Restart, now),
            Command::TakeUp { epoch, outage_us } => self.take_up(*epoch, *outage_us, now),
            Command::ReportGap { from_us, to_us, .. } => from_us < to_us,
            Command::ReportRecorderFault { track, .. } => self.faults.insert(*track),
            Command::ReportRecorderRecovered { track } => self.faults.remove(track),
            Command::ReportRecorderFaultLapsed { track } => self.faults.remove(&Some(*track)),
            Command::ReceiveExhibit { seat, file, .. } => self.receive(*seat, file),
            Command::ReportContinuity { point: at, continuity, .. } => {
                let known = (1..=5).any(|n| point(n) == *at);
                known && self.state == InSession && self.meter.insert(*at, *continuity) != Some(*continuity)
            }
            Command::ReportSpoke { seat, from_us, to_us } => self.seats.contains_key(&seat.0) && from_us < to_us,
            Command::ReportOff { seat, off } => {
                let known = self.seats.contains_key(&seat.0);
                known && if off.is_empty() { self.off.remove(seat) } else { self.off.insert(*seat) }
            }
            _ => false,
        }
    }

    fn take_up(&mut self, epoch: u32, outage: u64, now: u64) -> bool {
        if self.state == Closed || epoch <= self.epoch {
            return false;
        }
        self.epoch = epoch;
        self.faults.clear();
        // While the server did not run there was nothing to miss.
        self.rests(now.saturating_sub(outage));
        self.end_talks(None);
        self.talks.calls.clear();
        self.seats.values_mut().for_each(|place| place.go(now, false));
        self.take_away();
        if self.state == InSession {
            self.hold(true, now);
        }
        true
    }

    fn hold(&mut self, restart: bool, now: u64) -> bool {
        self.rests(now);
        self.state = Held;
        self.take_away();
        self.talks.leave.clear();
        self.held_by_restart = restart;
        if !restart {
            self.silence();
        }
        true
    }

    fn silence(&mut self) {
        let here = self.seats.values_mut().filter(|place| place.talk.is_none());
        here.for_each(|place| place.open = false);
    }

    fn seat_for(&mut self, entrant: &Entrant, resume: bool) -> Option<u16> {
        let last = *self.seats.keys().next_back().unwrap();
        match entrant {
            Entrant::Person { person: id } => {
                let own = |n: &u16| !self.seats[n].is_device() && person((*n).into()) == *id;
                (1..=15).find(own)
            }
            Entrant::Observer { name } => {
                let own = |place: &Place| place.whose == Whose::Observer(name.clone());
                let own = self.seats.iter().find(|(_, place)| own(place)).map(|(seat, _)| *seat);
                own.filter(|_| resume).or(Some(last + 1))
            }
            Entrant::Device { point: at, device: id } => {
                let at = "cdopu".chars().zip(1..).find(|(_, n)| point(*n) == *at)?.0;
                let number = (0..100).find(|n| device(*n) == *id)?;
                let taken = |by| self.seats.iter().find(|(_, p)| p.at == at && p.whose == Whose::Device(by));
                let own = taken(Some(number)).or_else(|| taken(None)).map(|(seat, _)| *seat);
                own.or(Some(last + 1))
            }
        }
    }

    /// Somebody whom the plan does not seat: an observer, or a further device of a point.
    fn newcomer(&self, entrant: &Entrant) -> Place {
        match entrant {
            Entrant::Person { .. } => panic!("every person has a planned seat"),
            Entrant::Observer { name } => Place::new('-', Whose::Observer(name.clone()), "o"),
            Entrant::Device { point: at, .. } => {
                let letter = "cdopu".chars().zip(1..).find(|(_, n)| point(*n) == *at).unwrap().0;
                let first = self.seats.values().find(|place| place.at == letter && place.is_device()).unwrap();
                assert_eq!(first.observes(), *at == point(UNIT_POINT));
                Place::new(letter, Whose::Device(None), &first.roles)
            }
        }
    }

    fn enter(
        &mut self,
        entrant: &Entrant,
        connection: ConnectionId,
        resume: bool,
        link: Option<LinkId>,
        now: u64,
    ) -> bool {
        let in_use = self.seats.values().any(|place| place.online == Some(connection));
        if matches!(self.state, Suspended | Postponed | Closed) || in_use {
            return false;
        }
        let Some(id) = self.seat_for(entrant, resume) else { return false };
        let mut place = self.seats.get(&id).cloned().unwrap_or_else(|| self.newcomer(entrant));
        let used = place.online.is_some() || place.away.is_some();
        let known = link.is_none_or(|link| !used || place.vouched.contains(&link));
        let proves = match (link, &place.whose) {
            (Some(_), _) => known || (resume && place.link == link),
            (None, Whose::Staff | Whose::Device(_)) => true,
            (None, Whose::Person | Whose::Observer(_)) => resume,
        };
        if place.removed || (place.online.is_some() && !proves) {
            return false;
        }
        self.misses_no_more(id, now);
        place.open = known && !place.observes() && self.opens(&place, now);
        if let Entrant::Device { device: id, .. } = entrant {
            place.whose = Whose::Device((0..100).find(|n| device(*n) == *id));
        }
        if !used {
            place.vouched.extend(link);
        }
        let court = !place.is_device() && place.is_court();
        let central_device = place.is_device() && "JMC".chars().any(|role| place.roles.contains(role));
        place.inside = known && (place.admitted || place.observes() || court || central_device);
        place.admitted |= place.inside;
        place.second |= !known;
        place.link = link;
        place.go(now, false);
        place.for_good = false;
        place.waits = true;
        place.online = Some(connection);
        place.away = None;
        self.seats.insert(id, place);
        self.unplugged(id);
        if self.state == Scheduled {
            self.state = Waiting;
        }
        true
    }

    fn opens(&self, place: &Place, now: u64) -> bool {
        match (place.online, place.away) {
            (Some(_), _) => place.open,
            (None, Some(since)) => place.open && now - since <= SHORT,
            (None, None) => match self.state {
                Paused => false,
                Held => self.held_by_restart,
                _ => true,
            },
        }
    }

    fn unpublish(&mut self, actor: u16, devices: &[DeviceKind]) -> bool {
        let publishes = &mut self.at(actor).publishes;
        let before = publishes.len();
        publishes.retain(|device| !devices.contains(device));
        publishes.len() < before
    }

    fn by_seat(&mut self, actor: u16, command: &Command, now: u64) -> bool {
        let me = &self.seats[&actor];
        if *command == (Command::TakeNote {}) {
            return self.take_note(actor);
        }
        if !self.live() || me.online.is_none() || me.removed {
            return false;
        }
        let (observes, vouched) = (me.observes(), me.is_vouched());
        let (judge, clerk) = (me.acts_as('J') && me.inside, me.acts_as('C') && me.inside);
        let court = judge || clerk;
        match command {
            Command::Publish { devices } => !observes && self.publish(actor, devices),
            Command::Unpublish { devices } => !observes && self.unpublish(actor, devices),
            Command::SetMicrophone { open } => !observes && self.set_microphone(actor, *open),
            Command::ReportPlayback { blocked } => std::mem::replace(&mut self.at(actor).blocked, *blocked) != *blocked,
            Command::Signal { kind, .. } => !observes && vouched && self.signals(actor, *kind),
            Command::WithdrawSignal { signal } => !observes && vouched && self.withdrawn(actor, *signal),
            Command::AnswerSignal { signal, answer, .. } => court && self.answered(*signal, *answer, judge, now),
            Command::Admit { seat } => court && self.admit(seat.0),
            Command::Mute { seat } => court && self.mute(seat.0, false),
            Command::MuteLock { seat } => court && self.mute(seat.0, true),
            Command::Unmute { seat } => court && self.lift(seat.0, true),
            Command::Unlock { seat } => court && self.lift(seat.0, false),
            Command::Remove { seat, reason } => {
                (judge || (clerk && self.state == Waiting)) && !long(reason) && self.remove(seat.0, now)
            }
            Command::Open { record, reason } => {
                judge && self.state == Waiting && self.open(*record, reason.as_deref(), now)
            }
            Command::Dismiss { seat, stays } => court && self.dismiss(seat.0, *stays, now),
            Command::Hold { reason } => court && self.state == InSession && !long(reason) && self.hold(false, now),
            Command::Pause { reason } => judge && self.state == InSession && !long(reason) && self.pause(now),
            Command::Resume { reason } => {
                let long = reason.as_deref().is_some_and(long);
                judge && matches!(self.state, Held | Paused) && !long && self.resume(actor, reason.as_deref(), now)
            }
            Command::Suspend { reason, .. } => judge && self.state != Waiting && self.adjourn(reason, Suspended, now),
            Command::Postpone { reason, .. } => judge && self.state == Waiting && self.adjourn(reason, Postponed, now),
            Command::Close {} => {
                if judge {
                    self.rests(now);
                    self.end_talks(None);
                    self.state = Closed;
                    self.take_away();
                    self.seats.values_mut().for_each(|place| place.go(now, true));
                }
                judge
            }
            Command::SpeakOn { channel } => {
                let alone = me.inside && me.roles == "i";
                let interprets = *channel == Channel::Interpretation;
                alone && std::mem::replace(&mut self.at(actor).interprets, interprets) != interprets
            }
            Command::Listen { seat, channel } => {
                let (seat, wants) = (seat.map_or(actor, |seat| seat.0), *channel == Channel::Interpretation);
                let may = !observes && me.inside && (seat == actor || court) && self.seats.contains_key(&seat);
                may && std::mem::replace(&mut self.at(seat).wants_interpretation, wants) != wants
            }
            Command::Note { text, .. } => clerk && self.notes.write(actor, text, now),
            Command::CorrectNote { note, text } => clerk && self.notes.correct(actor, note.0, text, now),
            Command::SubmitExhibit { .. }
            | Command::RuleExhibit { .. }
            | Command::ShowExhibit { .. }
            | Command::TurnExhibit { .. }
            | Command::PointExhibit { .. }
            | Command::PlayExhibit { .. }
            | Command::StopExhibit {}
            | Command::AllowPresenting { .. } => !observes && self.about_evidence(actor, command, (judge, clerk), now),
            Command::Message { to, text } => !observes && vouched && self.write(actor, to.map(|to| to.0), text, now),
            Command::TakeTask { task, taken } => clerk && self.take_task(actor, *task, *taken),
            Command::SetLayout { layout } => judge && self.set_large(*layout),
            _ => !observes && self.talk(actor, command, (judge, clerk)),
        }
    }

    /// The court's mute is lifted from somebody who is to speak.
    pub(super) fn lets_speak(&mut self, seat: u16) {
        if self.state == InSession && self.here(seat) {
            self.lift(seat, true);
        }
    }

    /// Whether a seat may speak for another: its own, a device's or the officer's in the same room.
    pub(super) fn shares(&self, seat: u16, with: u16) -> bool {
        let (me, other) = (&self.seats[&seat], &self.seats[&with]);
        seat == with || (me.at != '-' && me.at == other.at && (me.is_device() || seat == OFFICER))
    }

    fn at(&mut self, seat: u16) -> &mut Place {
        self.seats.get_mut(&seat).unwrap()
    }

    /// A seat that is there and that the court's acts may be aimed at.
    fn aimed(&mut self, seat: u16) -> Option<&mut Place> {
        self.seats.get_mut(&seat).filter(|place| !place.roles.contains('J'))
    }

    fn publish(&mut self, actor: u16, devices: &[DeviceKind]) -> bool {
        let me = self.at(actor);
        let interprets = me.roles.contains('i') || !devices.contains(&DeviceKind::Interpretation);
        let before = me.publishes.len();
        let plays = me.acts_as('J') || me.acts_as('C') || me.presents || !devices.iter().any(|one| is_played(*one));
        if devices.len() > 8 || !interprets || !plays {
            return false;
        }
        me.publishes.extend(devices);
        me.publishes.len() > before
    }

    fn set_microphone(&mut self, actor: u16, open: bool) -> bool {
        let me = self.at(actor);
        if me.talk.is_some() {
            return std::mem::replace(&mut me.open, open) != open;
        }
        if open && me.locked {
            return false;
        }
        let changes = me.open != open || (open && me.muted);
        me.muted &= !open;
        me.open = open;
        changes
    }

    fn admit(&mut self, seat: u16) -> bool {
        let Some(place) = self.seats.get_mut(&seat) else { return false };
        let answers = std::mem::replace(&mut place.second, false);
        if place.inside && !answers {
            return false;
        }
        place.inside = true;
        place.admitted = true;
        place.removed = false;
        place.vouched.extend(place.link);
        true
    }

    fn mute(&mut self, seat: u16, lock: bool) -> bool {
        let Some(place) = self.aimed(seat) else { return false };
        let already = if lock { place.locked } else { place.muted };
        place.muted = true;
        place.locked |= lock;
        !already
    }

    fn lift(&mut self, seat: u16, mute: bool) -> bool {
        let Some(place) = self.aimed(seat) else { return false };
        let lifts = place.locked || (mute && place.muted);
        place.locked = false;
        place.muted &= !mute;
        lifts
    }

    fn remove(&mut self, seat: u16, now: u64) -> bool {
        let Some(place) = self.aimed(seat) else { return false };
        if place.removed {
            return false;
        }
        place.go(now, true);
        place.waits = true;
        place.removed = true;
        place.presents = false;
        place.admitted = false;
        place.inside = false;
        place.second = false;
        place.link = None;
        true
    }

    /// Out of the courtroom, silent, and not let in again without a word of the court.
    fn dismiss(&mut self, seat: u16, stays: bool, now: u64) -> bool {
        let Some(place) = self.seats.get_mut(&seat) else { return false };
        if !place.inside || !place.is_witness() {
            return false;
        }
        place.waits = true;
        place.presents = false;
        place.inside = false;
        place.admitted = false;
        place.open = false;
        if !stays {
            place.go(now, true);
        }
        true
    }

    fn open(&mut self, record: bool, reason: Option<&str>, now: u64) -> bool {
        let says = reason.is_some_and(|reason| !reason.trim().is_empty());
        if reason.is_some_and(long) || !(record || says) {
            return false;
        }
        self.end_talks(Some('d'));
        self.goes_on(now);
        self.recording = record;
        self.state = InSession;
        self.meter.clear();
        self.off.clear();
        self.noted.clear();
        true
    }

    /// In the room of a component point, by its officer or at its device, while the session rests.
    fn take_note(&mut self, actor: u16) -> bool {
        let me = &self.seats[&actor];
        let there = "dop".contains(me.at) && (me.is_device() || actor == OFFICER);
        let rests = matches!(self.state, Held | Paused | Suspended | Postponed);
        rests && there && me.online.is_some() && !me.removed && me.is_vouched() && self.noted.insert(actor)
    }

    fn adjourn(&mut self, reason: &str, to: SessionState, now: u64) -> bool {
        if long(reason) || reason.trim().is_empty() {
            return false;
        }
        self.rests(now);
        self.end_talks(None);
        self.talks.calls.clear();
        self.talks.leave.clear();
        self.state = to;
        self.take_away();
        self.silence();
        self.noted.clear();
        true
    }

    fn pause(&mut self, now: u64) -> bool {
        self.rests(now);
        self.state = Paused;
        self.take_away();
        self.talks.leave.clear();
        self.silence();
        true
    }

    fn resume(&mut self, by: u16, reason: Option<&str>, now: u64) -> bool {
        self.end_talks(Some('d'));
        self.goes_on(now);
        self.recording = reason.is_none_or(|reason| reason.trim().is_empty());
        self.state = InSession;
        self.meter.clear();
        self.off.clear();
        self.noted.clear();
        self.at(by).open = true;
        true
    }
}
