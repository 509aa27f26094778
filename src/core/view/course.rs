//! The course of the session, as each kind of viewer is told of it: the phase to everybody, who has the floor to those in
//! the courtroom, hands and what was read to the court and the parties.

use super::screens::may_know_of_speech;
use super::told::Audience;
use super::{Act, HandView, PromptRead};
use crate::hearing::{Hearing, Room, Seat, SessionState};
use crate::ids::SeatId;
use crate::plan::Role;
use crate::procedure::Prompt;

pub(super) fn floor(hearing: &Hearing, me: &Seat, audience: Audience) -> Option<SeatId> {
    let shown = |seat: &SeatId| inside(hearing, *seat) && may_know_of_speech(hearing, me, *seat);
    hearing.course.floor.filter(|seat| audience != Audience::Outside && shown(seat))
}

/// A screen that a room can read is told of its own hand only.
pub(super) fn hands(hearing: &Hearing, me: &Seat, audience: Audience, utc_ms: impl Fn(u64) -> i64) -> Vec<HandView> {
    let shown = |seat: &SeatId| match audience {
        Audience::Court => true,
        Audience::Party => inside(hearing, *seat) && may_know_of_speech(hearing, me, *seat),
        Audience::Public => *seat == me.id,
        Audience::Outside => false,
    };
    let hands = hearing.course.hands.iter().filter(|hand| shown(&hand.seat));
    hands.map(|hand| HandView { seat: hand.seat, since_ms: utc_ms(hand.since_us) }).collect()
}

pub(super) fn prompts_read(hearing: &Hearing, audience: Audience, utc_ms: impl Fn(u64) -> i64) -> Vec<PromptRead> {
    match audience {
        Audience::Court | Audience::Party => hearing
            .course
            .read
            .iter()
            .map(|(prompt, at)| PromptRead { prompt: prompt.clone(), at_ms: utc_ms(*at) })
            .collect(),
        Audience::Public | Audience::Outside => Vec::new(),
    }
}

/// Who is missing for the session to open: the court's concern until it has.
pub(super) fn missing(hearing: &Hearing, audience: Audience) -> Vec<Role> {
    match (audience, hearing.state) {
        (Audience::Court, SessionState::Waiting) => hearing.missing(),
        _ => Vec::new(),
    }
}

/// Whether there is anything that the act could do now.
pub(super) fn offers(hearing: &Hearing, me: &Seat, act: Act) -> bool {
    let phase = hearing.phase();
    let unread = |prompt: &Prompt| !hearing.course.read.contains_key(&prompt.id);
    match act {
        Act::Advance => phase.is_some_and(|phase| hearing.procedure.following(&phase.id).next().is_some()),
        Act::ReadPrompt => phase.is_some_and(|phase| phase.prompts.iter().any(unread)),
        Act::GiveFloor => !phase.is_some_and(|phase| phase.deliberation),
        Act::TakeFloor => hearing.course.floor.is_some(),
        Act::LowerHands => !hearing.course.hands.is_empty(),
        Act::RaiseHand => !hearing.only_receives(me),
        Act::SpeakOn => hearing.only_interprets(me),
        Act::Listen => hearing.is_interpreted(),
        _ => true,
    }
}

fn inside(hearing: &Hearing, seat: SeatId) -> bool {
    hearing.seats.get(&seat).is_some_and(|seat| seat.room == Room::Courtroom)
}
