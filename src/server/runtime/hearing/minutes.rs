//! The minutes while the sitting runs, and who spoke.

use super::task::Task;
use crate::minutes::told;
use crate::runtime::speech::Heard;
use assize_core::hearing::{Actor, Command, SessionState};
use assize_core::ids::{ConnectionId, SeatId};
use assize_core::minutes::{Line, Reader};
use assize_core::refusal::Refusal;
use serde_json::{Value, json};

impl Task {
    /// The lines that changed after a revision, for a screen of the court: nobody else reads them before the close.
    pub(super) fn minutes_for(&self, connection: ConnectionId, after: u64) -> Result<Value, Refusal> {
        let seat = self.links.get(&connection).map(|link| link.seat).ok_or(Refusal::BadResume)?;
        if self.minutes.reader(seat)? != Reader::Court {
            return Err(Refusal::NotYourAct);
        }
        let began_ms = self.clock.began_utc_ms();
        let lines = self.minutes.read(Reader::Court);
        let new = lines.iter().filter(|line| line.revision > after);
        let told = |line: &Line| told(&self.hearing, line, began_ms);
        Ok(json!({ "revision": self.minutes.revision(), "lines": new.map(told).collect::<Vec<_>>() }))
    }

    /// The loudest of those whom the court hears in session.
    pub(super) fn hear_speech(&mut self, seats: &[SeatId], now_us: u64) {
        let in_session = self.hearing.state == SessionState::InSession;
        self.speech.change(seats.first().copied().filter(|_| in_session), now_us);
    }

    /// Puts on record who has finished speaking; `all`: also who has not.
    pub(super) async fn note_speech(&mut self, all: bool) {
        let now_us = self.clock.now().t_us;
        if self.hearing.state == SessionState::InSession {
            self.speech.go_on(now_us);
        }
        let all = all || self.hearing.state != SessionState::InSession;
        for heard in self.speech.over(now_us, all) {
            self.spoke(heard).await;
        }
    }

    /// Somebody is about to be named as who speaks at a seat: what was said there until now was said by who was named before.
    pub(super) async fn note_speech_before_naming(&mut self, seat: SeatId) {
        let now_us = self.clock.now().t_us;
        if let Some(heard) = self.speech.until_now(seat, now_us) {
            self.spoke(heard).await;
        }
    }

    async fn spoke(&mut self, heard: Heard) {
        let command = Command::ReportSpoke { seat: heard.seat, from_us: heard.from_us, to_us: heard.to_us };
        // Refused, it is of no consequence.
        let _ = self.fact(command, Actor::System).await;
    }
}
