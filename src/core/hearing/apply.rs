//! Events to state.

use super::{
    Actor, Answered, Course, Entrant, Event, Exhibits, Hearing, HoldCause, LeaveReason, Microphone, Notes, Reported,
    Room, Rooms, Seat, SessionState, Signal, enter, seating,
};
use crate::ids::{ConnectionId, LinkId, SeatId};
use crate::minutes;
use crate::procedure::Procedure;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stamped;

impl Hearing {
    /// A hearing as its first event, [`Event::Planned`], leaves it; `None` if `first` is another event.
    #[must_use]
    pub fn begin(first: &Stamped) -> Option<Self> {
        let Event::Planned { plan, procedure } = &first.event else { return None };
        let procedure = procedure.as_ref().map_or_else(Procedure::plain, |procedure| procedure.as_ref().clone());
        Some(Self {
            seats: seating::planned(plan),
            plan: plan.clone(),
            state: SessionState::Scheduled,
            epoch: 1,
            recording: false,
            hold: None,
            in_session_since_us: None,
            in_session_before_us: 0,
            closed_us: None,
            adjourned: None,
            noted: BTreeMap::new(),
            before: None,
            playback_blocked: BTreeSet::new(),
            second_use: BTreeSet::new(),
            signals: BTreeMap::new(),
            attendance: BTreeMap::new(),
            attendance_before: BTreeMap::new(),
            recorder_faults: BTreeSet::new(),
            public_procedure: Arc::new(procedure.for_the_public()),
            procedure: Arc::new(procedure),
            course: Course::default(),
            rooms: Rooms::default(),
            exhibits: Exhibits::default(),
            notes: Notes::default(),
            minutes: 0,
            continuity: BTreeMap::new(),
            without: BTreeMap::new(),
            missed: BTreeMap::new(),
            last_seat: 0,
            off: BTreeMap::new(),
            messages: Vec::new(),
            tasks: BTreeMap::new(),
            layout: None,
        })
    }

    /// Folds one event into the state. What a ledger holds has happened: nothing is refused here.
    pub fn apply(&mut self, stamped: &Stamped) {
        self.fold(stamped);
        let t_us = stamped.now.t_us;
        self.apply_message(&stamped.event, t_us);
        // These follow from everything else.
        self.apply_task(&stamped.event, t_us);
        self.apply_layout(&stamped.event);
        self.halt_without_player(t_us);
    }

    fn fold(&mut self, stamped: &Stamped) {
        let t_us = stamped.now.t_us;
        self.minutes += u64::from(minutes::concerns(&stamped.event));
        match &stamped.event {
            // A plan is only ever first, and `begin` has read it; gaps and who spoke are for the record alone.
            Event::Planned { .. } | Event::Gap { .. } | Event::Spoke { .. } => {}
            Event::Awaited => self.state = SessionState::Waiting,
            Event::Entered { seat, entrant, connection, room, microphone_open, link } => {
                self.came_back(*seat, t_us);
                self.entered(*seat, entrant, *connection, *link);
                self.seat(*seat, |seat| {
                    seat.room = *room;
                    seat.admitted |= *room == Room::Courtroom;
                    seat.microphone.open = *microphone_open;
                });
            }
            Event::Left { seat, connection, reason, heard_us } => {
                if self.seats.get(seat).is_some_and(|seat| seat.connection == Some(*connection)) {
                    self.disconnect(*seat, on_purpose(*reason), t_us);
                    self.seat(*seat, |seat| seat.silent_since_us = heard_us.filter(|heard| *heard < t_us));
                }
            }
            Event::Admitted { seat } => self.admitted(*seat),
            Event::SecondUseSeen { seat } => self.answered(*seat),
            Event::Removed { seat, .. } => self.remove(*seat),
            Event::Muted { seat }
            | Event::Unmuted { seat }
            | Event::MuteLocked { seat }
            | Event::Unlocked { seat }
            | Event::MicrophoneSet { seat, .. } => self.switched(*seat, &stamped.event),
            Event::Published { seat, devices } => self.seat(*seat, |seat| seat.devices.extend(devices)),
            Event::Unpublished { seat, devices } => {
                self.seat(*seat, |seat| seat.devices.retain(|device| !devices.contains(device)));
            }
            Event::PlaybackBlocked { seat } => _ = self.playback_blocked.insert(*seat),
            Event::PlaybackUnblocked { seat } => _ = self.playback_blocked.remove(seat),
            Event::SecondUse { seat } => _ = self.second_use.insert(*seat),
            Event::Signalled { .. }
            | Event::SignalNamed { .. }
            | Event::SignalAnswered { .. }
            | Event::PresenceReported { .. }
            | Event::IdentityChecked { .. }
            | Event::SpeakerNamed { .. } => self.said_or_found(stamped),
            Event::Opened { recording, .. } => {
                self.recording = *recording;
                self.go_in_session(t_us);
            }
            Event::Held { cause } => self.held(cause, t_us),
            Event::Paused { .. } => {
                self.go_out_of_session(SessionState::Paused, t_us);
                self.close_microphones();
            }
            Event::Resumed { by, recording, .. } => self.resumed(*by, *recording, t_us),
            Event::Closed => self.closed(t_us),
            Event::TakenUp { epoch, outage_us } => self.taken_up(*epoch, *outage_us, t_us),
            Event::RecorderFault { track, .. } => _ = self.recorder_faults.insert(*track),
            Event::RecorderRecovered { track } => _ = self.recorder_faults.remove(track),
            Event::RecorderFaultLapsed { track } => _ = self.recorder_faults.remove(&Some(*track)),
            Event::PhaseBegan { .. } => self.phase_began(stamped),
            Event::PromptRead { .. }
            | Event::FloorGiven { .. }
            | Event::FloorTaken
            | Event::HandRaised { .. }
            | Event::HandLowered { .. }
            | Event::HandsLowered => self.course.apply(&stamped.event, t_us),
            Event::Dismissed { seat } => self.dismissed(*seat),
            Event::SpeaksOn { .. } | Event::Listens { .. } => self.apply_interpretation(&stamped.event),
            Event::Suspended { .. } | Event::Postponed { .. } | Event::NoticeTaken { .. } => {
                self.apply_adjournment(&stamped.event, stamped.now);
            }
            Event::Continued { .. } => self.apply_continuation(&stamped.event),
            Event::Continuity { .. } | Event::DevicesOff { .. } => self.apply_continuity(&stamped.event),
            Event::NoteWritten { .. } | Event::NoteCorrected { .. } => self.notes.apply(&stamped.event, t_us),
            // Of rooms and of exhibits; each takes what is about it.
            _ => {
                self.apply_to_rooms(&stamped.event);
                self.exhibits.apply(stamped);
            }
        }
    }

    fn resumed(&mut self, by: Option<SeatId>, recording: Option<bool>, t_us: u64) {
        self.recording = recording.unwrap_or(self.recording);
        // Held for a point, and gone on with: the court knows how that point fares.
        if let Some(HoldCause::Continuity { point, continuity, .. }) = &self.hold {
            self.without.insert(*point, *continuity);
        }
        self.go_in_session(t_us);
        if let Some(by) = by {
            self.microphone(by, |microphone| microphone.open = true);
        }
    }

    fn switched(&mut self, seat: SeatId, event: &Event) {
        self.microphone(seat, |microphone| match event {
            Event::Muted { .. } => microphone.muted = true,
            Event::Unmuted { .. } => microphone.muted = false,
            Event::MuteLocked { .. } => {
                microphone.muted = true;
                microphone.locked = true;
            }
            Event::Unlocked { .. } => microphone.locked = false,
            Event::MicrophoneSet { open, .. } => microphone.open = *open,
            _ => {}
        });
    }

    /// A deliberation closes every microphone, as a pause does: nobody is heard behind it but by an act of their own, which
    /// is the presiding judge's to begin the next phase.
    fn phase_began(&mut self, Stamped { now, actor, event }: &Stamped) {
        let deliberates = |hearing: &Self| hearing.phase().is_some_and(|phase| phase.deliberation);
        let before = deliberates(self);
        self.course.apply(event, now.t_us);
        match (before, deliberates(self), actor) {
            (false, true, _) => {
                self.close_microphones();
                self.exhibits.rest(now.t_us);
            }
            (true, false, Actor::Seat { seat }) => self.microphone(*seat, |microphone| microphone.open = true),
            _ => {}
        }
    }

    /// What people say by a button, and what is found of them.
    fn said_or_found(&mut self, Stamped { now, actor, event }: &Stamped) {
        let at_us = now.t_us;
        let by = match actor {
            Actor::Seat { seat } => Some(*seat),
            Actor::System => None,
        };
        match event {
            Event::Signalled { signal, seat, person, signal_kind } => {
                let (seat, person, kind) = (*seat, *person, *signal_kind);
                self.signals.insert(*signal, Signal { seat, person, kind, since_us: at_us, answer: None });
            }
            Event::SignalNamed { signal, person } => {
                self.signals.entry(*signal).and_modify(|signal| signal.person = Some(*person));
            }
            Event::SignalAnswered { signal, answer, text } => {
                let answered = Answered { answer: *answer, text: text.clone(), at_us };
                self.signals.entry(*signal).and_modify(|signal| signal.answer = Some(answered));
            }
            Event::PresenceReported { person, present, .. } => {
                let found = Reported { found: *present, by, at_us };
                self.attendance.entry(*person).or_default().presence = Some(found);
            }
            Event::IdentityChecked { person, identity, method, .. } => {
                let found = Reported { found: (*identity, *method), by, at_us };
                self.attendance.entry(*person).or_default().identity = Some(found);
            }
            Event::SpeakerNamed { seat, person } => self.seat(*seat, |seat| seat.speaking = *person),
            _ => {}
        }
    }

    pub(super) fn seat(&mut self, id: SeatId, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.seats.get_mut(&id) {
            change(seat);
        }
    }

    fn microphone(&mut self, id: SeatId, change: impl FnOnce(&mut Microphone)) {
        self.seat(id, |seat| change(&mut seat.microphone));
    }

    fn entered(&mut self, id: SeatId, entrant: &Entrant, connection: ConnectionId, link: Option<LinkId>) {
        let occupant = enter::occupant(entrant);
        let seat = self.seats.entry(id).or_insert_with(|| Seat::new(id, occupant.clone()));
        // A point's planned seat learns here which device took it.
        seat.occupant = occupant;
        if !seat.was_used() {
            seat.known.extend(link);
        }
        seat.link = link;
        seat.connection = Some(connection);
        seat.absent_since_us = None;
        seat.silent_since_us = None;
        seat.left = false;
        seat.devices.clear();
        self.playback_blocked.remove(&id);
        self.forget_key(id);
    }

    fn admitted(&mut self, id: SeatId) {
        self.seat(id, |seat| {
            seat.room = Room::Courtroom;
            seat.admitted = true;
            seat.removed = false;
        });
        self.answered(id);
    }

    /// The court's answer to a second use: the device that the seat is left to need not ask again.
    fn answered(&mut self, id: SeatId) {
        self.seat(id, |seat| seat.known.extend(seat.link));
        self.second_use.remove(&id);
    }

    /// Takes the link away; what was published through it ends with it. `left`: for good, as far as is known.
    fn disconnect(&mut self, id: SeatId, left: bool, t_us: u64) {
        self.seat(id, |seat| {
            if seat.connection.take().is_some() {
                seat.absent_since_us = Some(t_us);
                seat.silent_since_us = None;
                seat.left = left;
            }
            seat.devices.clear();
        });
        if left {
            self.course.gone(id);
            self.exhibits.gone(id);
        }
        // That no sound plays is about one link; a second use is the court's to answer, whoever comes and goes.
        self.playback_blocked.remove(&id);
        self.forget_key(id);
    }

    fn disconnect_all(&mut self, left: bool, t_us: u64) {
        let ids: Vec<SeatId> = self.seats.keys().copied().collect();
        for id in ids {
            self.disconnect(id, left, t_us);
        }
    }

    fn remove(&mut self, id: SeatId) {
        let Some(seat) = self.seats.get(&id) else { return };
        let outside = self.outside(seat);
        self.seat(id, |seat| {
            seat.removed = true;
            seat.admitted = false;
            seat.room = outside;
            // To admit the seat anew is not to admit the device that was sent away.
            seat.link = None;
        });
        self.second_use.remove(&id);
        self.course.gone(id);
        self.exhibits.gone(id);
    }

    fn held(&mut self, cause: &HoldCause, t_us: u64) {
        self.go_out_of_session(SessionState::Held, t_us);
        self.hold = Some(cause.clone());
        // After a restart everybody is back in place as they were (ruling 13).
        if *cause != HoldCause::Restart {
            self.close_microphones();
        }
    }

    pub(super) fn close_microphones(&mut self) {
        // What is said in a private room is no matter of the court's.
        for seat in self.seats.values_mut().filter(|seat| seat.private.is_none()) {
            seat.microphone.open = false;
        }
    }

    fn go_in_session(&mut self, t_us: u64) {
        self.state = SessionState::InSession;
        self.hold = None;
        self.in_session_since_us = Some(t_us);
        // What was broken before the rest is found again, or is not.
        self.continuity.clear();
        self.off.clear();
        self.noted.clear();
    }

    pub(super) fn go_out_of_session(&mut self, state: SessionState, t_us: u64) {
        self.state = state;
        self.hold = None;
        self.rooms.allowed.clear();
        self.exhibits.rest(t_us);
        self.nothing_to_miss(t_us);
        if let Some(since) = self.in_session_since_us.take() {
            self.in_session_before_us += t_us.saturating_sub(since);
        }
    }

    fn closed(&mut self, t_us: u64) {
        self.go_out_of_session(SessionState::Closed, t_us);
        self.closed_us = Some(t_us);
        self.disconnect_all(true, t_us);
    }

    /// The links died with the old owner. The outage itself was not time in session.
    fn taken_up(&mut self, epoch: u32, outage_us: u64, t_us: u64) {
        self.epoch = epoch;
        self.nothing_to_miss(t_us.saturating_sub(outage_us));
        self.disconnect_all(false, t_us);
        self.rooms.calls.clear();
        self.recorder_faults.clear();
        self.exhibits.rest(t_us);
        if let Some(since) = self.in_session_since_us.take() {
            self.in_session_before_us += t_us.saturating_sub(outage_us).saturating_sub(since);
        }
    }
}

/// Whether a link that ended so is not expected back.
fn on_purpose(reason: LeaveReason) -> bool {
    match reason {
        LeaveReason::Left | LeaveReason::Removed | LeaveReason::Dismissed | LeaveReason::Revoked => true,
        LeaveReason::Lost | LeaveReason::Replaced | LeaveReason::Restart => false,
    }
}
