//! Messages to those they are between, and what at the desk is taken, to the court.

use super::told::Audience;
use crate::hearing::{Hearing, Layout, Message, Room, Seat, Task};
use crate::ids::{MessageId, SeatId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The last messages that a screen is told of.
const MESSAGES: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessageView {
    pub id: MessageId,
    pub from: SeatId,
    /// None: to the clerk.
    pub to: Option<SeatId>,
    pub text: String,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TaskView {
    pub task: Task,
    pub by: SeatId,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// The clerk reads all, everybody else what they wrote and what was written to them. Not a device that the court does not
/// know: it may be anybody's.
pub(super) fn messages(
    hearing: &Hearing,
    me: &Seat,
    audience: Audience,
    utc_ms: impl Fn(u64) -> i64,
) -> Vec<MessageView> {
    if !hearing.is_trusted(me) || !hearing.writes_for_itself(me) || me.removed {
        return Vec::new();
    }
    let clerk = audience == Audience::Court && hearing.is_clerk(me);
    let mine = |message: &&Message| clerk || message.from == me.id || message.to == Some(me.id);
    let mut told: Vec<MessageView> = hearing
        .messages
        .iter()
        .rev()
        .filter(mine)
        .take(MESSAGES)
        .map(|message| MessageView {
            id: message.id,
            from: message.from,
            to: message.to,
            text: message.text.clone(),
            at_ms: utc_ms(message.at_us),
        })
        .collect();
    told.reverse();
    told
}

pub(super) fn tasks(hearing: &Hearing, audience: Audience, utc_ms: impl Fn(u64) -> i64) -> Vec<TaskView> {
    let all = hearing.tasks.iter().filter(|_| audience == Audience::Court);
    all.map(|(task, taken)| TaskView { task: *task, by: taken.by, at_ms: utc_ms(taken.at_us) }).collect()
}

pub(super) fn layout(hearing: &Hearing, me: &Seat) -> Option<Layout> {
    hearing.layout.filter(|_| me.room == Room::Courtroom)
}
