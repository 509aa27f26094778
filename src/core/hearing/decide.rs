//! Commands to events.

use super::enter::Key;
use super::{Actor, Command, CommandKind, Event, Hearing, HoldCause, LeaveReason, Room, Seat, SessionState};
use crate::access;
use crate::ids::{DeviceKind, SeatId};
use crate::plan::Role;
use crate::refusal::Refusal;
use crate::time::Now;

/// Longest reason, in characters.
const MAX_REASON: u32 = 500;
/// Most devices of one publication.
const MAX_DEVICES: u32 = 8;

impl Hearing {
    /// What would happen if `actor` gave `command` at `now`. Changes nothing; never an empty list.
    ///
    /// # Errors
    /// A [`Refusal`] with the reason a person can read.
    pub fn decide(&self, command: &Command, actor: Actor, now: Now) -> Result<Vec<Event>, Refusal> {
        let events = match actor {
            Actor::System => self.decide_for_system(command, now)?,
            Actor::Seat { seat } => {
                let seat = self.seats.get(&seat).ok_or(Refusal::NoSuchSeat)?;
                self.may(seat, command.kind())?;
                self.decide_for_seat(command, seat, now)?
            }
        };
        Ok(self.with_rooms_settled(events, now))
    }

    /// Whether the seat itself, as it is now, may give a command of this kind.
    pub(super) fn may(&self, seat: &Seat, command: CommandKind) -> Result<(), Refusal> {
        let verdicts = self.acting_roles(seat).into_iter().map(|role| access::decide(role, self.state, command));
        best(verdicts)?;
        if seat.removed {
            return Err(Refusal::RemovedByCourt);
        }
        let own_act = matches!(
            command,
            CommandKind::SetMicrophone
                | CommandKind::Publish
                | CommandKind::Unpublish
                | CommandKind::ReportPlayback
                | CommandKind::Signal
                | CommandKind::RollCall
                | CommandKind::Consult
                | CommandKind::SetEncryption
                | CommandKind::HandIn
                | CommandKind::Message
                | CommandKind::TakeNote
        );
        // Somebody in waiting prepares their own devices, says what is amiss and may speak with their own people; an
        // officer reports who has come.
        if seat.connection.is_none() || (seat.room != Room::Courtroom && !own_act) {
            return Err(Refusal::NotAdmitted);
        }
        // What is said in a person's name is said by a device that the court knows.
        let in_their_name = matches!(
            command,
            CommandKind::Signal
                | CommandKind::RollCall
                | CommandKind::Consult
                | CommandKind::HandIn
                | CommandKind::Present
                | CommandKind::Message
                | CommandKind::TakeNote
        );
        if in_their_name && !self.is_trusted(seat) {
            return Err(Refusal::NotAdmitted);
        }
        Ok(())
    }

    fn decide_for_seat(&self, command: &Command, actor: &Seat, now: Now) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Admit { seat } => self.admit(*seat),
            Command::Mute { seat } => self.mute(*seat, false),
            Command::MuteLock { seat } => self.mute(*seat, true),
            Command::Unmute { seat } => self.unmute(*seat),
            Command::Unlock { seat } => self.unlock(*seat),
            Command::Remove { seat, reason } => self.remove_by_court(*seat, reason),
            Command::Open { record, reason } => self.open(*record, reason.as_deref()),
            Command::Hold { reason } => hold(reason),
            Command::Pause { reason } => Ok(vec![Event::Paused { reason: checked(reason)? }]),
            Command::Resume { reason } => resume(actor.id, reason.as_deref()),
            Command::Close {} => Ok(vec![Event::Closed]),
            Command::Suspend { .. } | Command::Postpone { .. } | Command::TakeNote {} => {
                self.decide_adjournment(command, actor, now)
            }
            Command::SetMicrophone { open } => set_microphone(actor, *open),
            Command::Publish { devices } => self.publish(actor, devices),
            Command::Unpublish { devices } => unpublish(actor, devices),
            Command::ReportPlayback { blocked } => self.playback(actor.id, *blocked),
            Command::Signal { kind, person } => self.signal(actor, *kind, *person),
            Command::NameSignal { signal, person } => self.name_signal(actor, *signal, *person),
            Command::WithdrawSignal { signal } => self.withdraw_signal(actor, *signal),
            Command::AnswerSignal { signal, answer, text } => {
                self.answer_signal(actor, *signal, *answer, text.as_deref())
            }
            Command::ReportPresence { person, present, note } => {
                self.report_presence(actor, *person, *present, note.as_deref())
            }
            Command::CheckIdentity { person, identity, method, note } => {
                self.check_identity(actor, *person, *identity, *method, note.as_deref())
            }
            Command::NameSpeaker { seat, person } => self.name_speaker(actor, *seat, *person),
            Command::Advance { phase, reason } => self.advance(phase, reason.as_deref()),
            Command::ReadPrompt { prompt } => self.read_prompt(prompt),
            Command::GiveFloor { seat } => self.give_floor(*seat),
            Command::TakeFloor {} => self.take_floor(),
            Command::RaiseHand { raised } => self.raise_hand(actor.id, *raised),
            Command::LowerHands {} => self.lower_hands(),
            Command::MuteAll { lock } => self.mute_all(*lock),
            Command::Dismiss { seat, stays } => self.dismiss(*seat, *stays),
            Command::Consult { .. }
            | Command::TechnicalLine { .. }
            | Command::AcceptConsultation { .. }
            | Command::DeclineConsultation { .. }
            | Command::LockRoom { .. }
            | Command::LeaveRoom {}
            | Command::Deliberate {}
            | Command::EndDeliberation {}
            | Command::AllowConsultation { .. }
            | Command::SetEncryption { .. } => self.decide_room(command, actor),
            Command::SubmitExhibit { .. }
            | Command::RuleExhibit { .. }
            | Command::ShowExhibit { .. }
            | Command::TurnExhibit { .. }
            | Command::PointExhibit { .. }
            | Command::PlayExhibit { .. }
            | Command::StopExhibit {}
            | Command::AllowPresenting { .. } => self.decide_exhibit(command, actor, now),
            Command::SpeakOn { channel } => self.speak_on(actor, *channel),
            Command::Listen { seat, channel } => self.listen(actor, *seat, *channel),
            Command::Message { to, text } => self.message(actor, *to, text, now),
            Command::TakeTask { task, taken } => self.take_task(actor.id, *task, *taken),
            Command::SetLayout { layout } => self.set_layout(*layout),
            Command::Note { .. } | Command::CorrectNote { .. } => self.decide_note(command, actor, now),
            Command::Enter { .. }
            | Command::Leave { .. }
            | Command::ReportSecondUse { .. }
            | Command::AutoHold { .. }
            | Command::TakeUp { .. }
            | Command::ReportGap { .. }
            | Command::ReportRecorderFault { .. }
            | Command::ReportRecorderRecovered { .. }
            | Command::ReportRecorderFaultLapsed { .. }
            | Command::ReceiveExhibit { .. }
            | Command::ReportContinuity { .. }
            | Command::ReportSpoke { .. }
            | Command::ReportOff { .. } => Err(Refusal::NotYourAct),
        }
    }

    fn decide_for_system(&self, command: &Command, now: Now) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Enter { entrant, connection, resume, link } => {
                let key = Key { resume: *resume, link: *link };
                self.enter(entrant, *connection, key, now)
            }
            Command::Leave { connection, reason } => self.leave(*connection, *reason),
            Command::ReportSecondUse { seat } => {
                self.seats.get(seat).ok_or(Refusal::NoSuchSeat)?;
                self.not_over()?;
                unless(self.second_use.contains(seat), Event::SecondUse { seat: *seat })
            }
            Command::AutoHold { cause } => self.auto_hold(cause),
            Command::TakeUp { epoch, outage_us } => self.take_up(*epoch, *outage_us),
            // The recorder may finish after the close; what it says then still belongs to the record.
            Command::ReportGap { track, from_us, to_us, reason, pieces } => {
                let (track, from_us, to_us) = (*track, *from_us, *to_us);
                unless(from_us >= to_us, Event::Gap { track, from_us, to_us, reason: *reason, pieces: *pieces })
            }
            Command::ReportRecorderFault { track, detail } => unless(
                self.recorder_faults.contains(track),
                Event::RecorderFault { track: *track, detail: detail.clone() },
            ),
            Command::ReportRecorderRecovered { track } => {
                unless(!self.recorder_faults.contains(track), Event::RecorderRecovered { track: *track })
            }
            Command::ReportRecorderFaultLapsed { track } => {
                unless(!self.recorder_faults.contains(&Some(*track)), Event::RecorderFaultLapsed { track: *track })
            }
            Command::ReceiveExhibit { seat, title, file, person } => self.receive_exhibit(*seat, title, file, *person),
            Command::ReportContinuity { point, continuity, since_us } => {
                self.report_continuity(*point, *continuity, *since_us)
            }
            Command::ReportSpoke { seat, from_us, to_us } => {
                let spoke = self.seats.get(seat).ok_or(Refusal::NoSuchSeat)?;
                let person = spoke.speaking.or_else(|| self.only_one_at(spoke));
                unless(from_us >= to_us, Event::Spoke { seat: *seat, person, from_us: *from_us, to_us: *to_us })
            }
            Command::ReportOff { seat, off } => self.report_off(*seat, off),
            // Whatever is somebody's act is not the server's.
            _ => Err(Refusal::NotYourAct),
        }
    }

    fn not_over(&self) -> Result<(), Refusal> {
        if self.state == SessionState::Closed { Err(Refusal::Over) } else { Ok(()) }
    }

    fn admit(&self, id: SeatId) -> Result<Vec<Event>, Refusal> {
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        if seat.room != Room::Courtroom {
            return Ok(vec![Event::Admitted { seat: id }]);
        }
        // In the courtroom it is the answer to somebody else's use of the code: who sits there is the right one.
        unless(!self.second_use.contains(&id), Event::SecondUseSeen { seat: id })
    }

    /// A seat that the court's acts may be aimed at: nobody mutes or removes the presiding judge.
    fn target(&self, id: SeatId) -> Result<&Seat, Refusal> {
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        if self.roles(id).contains(&Role::PresidingJudge) { Err(Refusal::NotYourAct) } else { Ok(seat) }
    }

    fn mute(&self, id: SeatId, lock: bool) -> Result<Vec<Event>, Refusal> {
        let microphone = self.target(id)?.microphone;
        if lock {
            unless(microphone.locked, Event::MuteLocked { seat: id })
        } else {
            unless(microphone.muted, Event::Muted { seat: id })
        }
    }

    /// Lifts the mute and, with it, the lock.
    pub(super) fn unmute(&self, id: SeatId) -> Result<Vec<Event>, Refusal> {
        let microphone = self.target(id)?.microphone;
        match (microphone.locked, microphone.muted) {
            (true, _) => Ok(vec![Event::Unlocked { seat: id }, Event::Unmuted { seat: id }]),
            (false, muted) => unless(!muted, Event::Unmuted { seat: id }),
        }
    }

    /// Lifts the lock only: the seat stays muted until it opens its microphone itself.
    fn unlock(&self, id: SeatId) -> Result<Vec<Event>, Refusal> {
        unless(!self.target(id)?.microphone.locked, Event::Unlocked { seat: id })
    }

    fn remove_by_court(&self, id: SeatId, reason: &str) -> Result<Vec<Event>, Refusal> {
        let seat = self.target(id)?;
        let mut events = unless(seat.removed, Event::Removed { seat: id, reason: checked(reason)? })?;
        if let Some(connection) = seat.connection {
            events.push(Event::Left { seat: id, connection, reason: LeaveReason::Removed, heard_us: None });
        }
        Ok(events)
    }

    fn publish(&self, actor: &Seat, devices: &[DeviceKind]) -> Result<Vec<Event>, Refusal> {
        if devices.len() > MAX_DEVICES as usize {
            return Err(Refusal::TooMuch { limit: MAX_DEVICES });
        }
        // What the interpretation channel says is taken for the interpreter's words.
        if devices.contains(&DeviceKind::Interpretation) && !self.roles(actor.id).contains(&Role::Interpreter) {
            return Err(Refusal::NotYourAct);
        }
        let presents = || self.shows_by_office(actor) || self.exhibits.presenters.contains(&actor.id);
        if devices.iter().any(|device| device.is_played()) && !presents() {
            return Err(Refusal::NotPresenting);
        }
        let new = sorted(devices, |device| !actor.devices.contains(device));
        unless(new.is_empty(), Event::Published { seat: actor.id, devices: new })
    }

    fn playback(&self, seat: SeatId, blocked: bool) -> Result<Vec<Event>, Refusal> {
        let event = if blocked { Event::PlaybackBlocked { seat } } else { Event::PlaybackUnblocked { seat } };
        unless(self.playback_blocked.contains(&seat) == blocked, event)
    }

    fn auto_hold(&self, cause: &HoldCause) -> Result<Vec<Event>, Refusal> {
        match self.state {
            SessionState::InSession => Ok(vec![Event::Held { cause: cause.clone() }]),
            SessionState::Held => Err(Refusal::AlreadySo),
            SessionState::Closed => Err(Refusal::Over),
            SessionState::Scheduled
            | SessionState::Waiting
            | SessionState::Paused
            | SessionState::Suspended
            | SessionState::Postponed => Err(Refusal::NotNow { state: self.state }),
        }
    }

    fn take_up(&self, epoch: u32, outage_us: u64) -> Result<Vec<Event>, Refusal> {
        self.not_over()?;
        let mut events = unless(epoch <= self.epoch, Event::TakenUp { epoch, outage_us })?;
        if self.state == SessionState::InSession {
            events.push(Event::Held { cause: HoldCause::Restart });
        }
        Ok(events)
    }
}

/// A seat with several roles may what one of them may; of refusals, the one that may pass with time says most.
fn best(verdicts: impl Iterator<Item = Result<(), Refusal>>) -> Result<(), Refusal> {
    let mut refusal = Refusal::NotYourAct;
    for verdict in verdicts {
        match verdict {
            Ok(()) => return Ok(()),
            Err(Refusal::NotYourAct) => {}
            Err(other) => refusal = other,
        }
    }
    Err(refusal)
}

pub(super) fn unless(already: bool, event: Event) -> Result<Vec<Event>, Refusal> {
    if already { Err(Refusal::AlreadySo) } else { Ok(vec![event]) }
}

/// A reason without surrounding blanks, if it is short enough.
fn checked(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    let fits = reason.chars().count() <= MAX_REASON as usize;
    if fits { Ok(reason.to_owned()) } else { Err(Refusal::TooMuch { limit: MAX_REASON }) }
}

/// A reason that says something, or none.
pub(super) fn given(reason: Option<&str>) -> Result<Option<String>, Refusal> {
    Ok(reason.map(checked).transpose()?.filter(|reason| !reason.is_empty()))
}

fn hold(reason: &str) -> Result<Vec<Event>, Refusal> {
    Ok(vec![Event::Held { cause: HoldCause::Pressed { reason: checked(reason)? } }])
}

/// Rulings 2 and 3: recorded, unless the presiding judge says why not; what was before the pause or hold decides nothing.
fn resume(by: SeatId, reason: Option<&str>) -> Result<Vec<Event>, Refusal> {
    let reason = given(reason)?;
    Ok(vec![Event::Resumed { by: Some(by), recording: Some(reason.is_none()), reason }])
}

/// A seat that was muted but not locked undoes the mute by opening its microphone.
fn set_microphone(actor: &Seat, open: bool) -> Result<Vec<Event>, Refusal> {
    let seat = actor.id;
    let microphone = actor.microphone;
    // The court's mute is about the courtroom: in a private room it neither binds nor ends.
    if actor.private.is_some() {
        return unless(microphone.open == open, Event::MicrophoneSet { seat, open });
    }
    if open && microphone.locked {
        return Err(Refusal::MicrophoneLocked);
    }
    let mut events = Vec::new();
    if open && microphone.muted {
        events.push(Event::Unmuted { seat });
    }
    if open != microphone.open {
        events.push(Event::MicrophoneSet { seat, open });
    }
    if events.is_empty() { Err(Refusal::AlreadySo) } else { Ok(events) }
}

fn unpublish(actor: &Seat, devices: &[DeviceKind]) -> Result<Vec<Event>, Refusal> {
    let known = sorted(devices, |device| actor.devices.contains(device));
    unless(known.is_empty(), Event::Unpublished { seat: actor.id, devices: known })
}

/// The devices that match, each once, in their fixed order.
fn sorted(devices: &[DeviceKind], matches: impl Fn(&DeviceKind) -> bool) -> Vec<DeviceKind> {
    DeviceKind::ALL.into_iter().filter(|device| devices.contains(device) && matches(device)).collect()
}
