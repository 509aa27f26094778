//! The task: its state and its loop.

use super::continuity::Meter;
use super::late::{LaterLevels, Past};
use super::links::Link;
use super::records::Records;
use super::requests::{News, Request};
use super::samples::Samples;
use crate::runtime::absence::Absence;
use crate::runtime::clock::HearingClock;
use crate::runtime::feed::Feed;
use crate::runtime::journal::Journal;
use crate::runtime::keys::Slot;
use crate::runtime::settings::Shared;
use crate::runtime::speech::Speech;
use crate::runtime::takeup::Outage;
use assize_core::hearing::{Actor, Command, Hearing, LeaveReason, SessionState};
use assize_core::ids::{ConnectionId, SeatId};
use assize_core::minutes::Minutes;
use assize_media::plane::{HearingPlane, PlaneRoute};
use assize_record::recover::Loss;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};

const TICK: Duration = Duration::from_millis(500);

/// Why a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum End {
    /// The hearing is over and sealed.
    Over,
    /// Nobody came in: nothing was begun.
    Unused,
    /// The server stops.
    Stopped,
}

/// What a task begins with.
#[derive(Debug)]
pub(in crate::runtime) struct Beginning {
    pub(in crate::runtime) hearing: Hearing,
    pub(in crate::runtime) clock: HearingClock,
    pub(in crate::runtime) epoch: u32,
    pub(in crate::runtime) journal: Journal,
    pub(in crate::runtime) records: Records,
    pub(in crate::runtime) absence: Absence,
    pub(in crate::runtime) minutes: Minutes,
}

/// Owns one hearing. Nobody else changes it, and there is no lock around it.
pub(in crate::runtime) struct Task {
    pub(super) shared: Arc<Shared>,
    pub(super) slot: Slot,
    pub(super) epoch: u32,
    pub(super) hearing: Hearing,
    pub(super) clock: HearingClock,
    pub(super) journal: Journal,
    pub(super) records: Records,
    pub(super) absence: Absence,
    /// Of the sitting, as far as it has come.
    pub(super) minutes: Minutes,
    /// Who speaks, until that is on record.
    pub(super) speech: Speech,
    /// Absences that have ended and are not on record yet.
    pub(super) absences_over: Vec<Loss>,
    pub(super) plane: HearingPlane,
    /// Routes that the plane executes, as far as it confirmed.
    pub(super) wired: BTreeSet<PlaneRoute>,
    /// The plane did not say in time whether it connected routes: they count as wired, and are asked for again.
    pub(super) unconfirmed: bool,
    pub(super) links: BTreeMap<ConnectionId, Link>,
    pub(super) feeds: BTreeMap<SeatId, Feed>,
    /// For those who are told later.
    pub(super) past: Option<Past>,
    pub(super) later: LaterLevels,
    /// The seats that were said to take sound and picture.
    pub(super) told_receiving: BTreeSet<SeatId>,
    pub(super) meter: Meter,
    pub(super) samples: Samples,
    pub(super) news: mpsc::UnboundedSender<News>,
    pub(super) state: watch::Sender<SessionState>,
    pub(super) end: Option<End>,
}

impl Task {
    pub(in crate::runtime) fn new(
        shared: Arc<Shared>,
        slot: Slot,
        plane: HearingPlane,
        beginning: Beginning,
        news: mpsc::UnboundedSender<News>,
    ) -> Self {
        let Beginning { hearing, clock, epoch, journal, records, absence, minutes } = beginning;
        let past = Past::of(&hearing);
        let state = shared.follow_state(hearing.plan.hearing, hearing.state);
        Self {
            shared,
            slot,
            epoch,
            hearing,
            clock,
            journal,
            records,
            absence,
            minutes,
            speech: Speech::default(),
            absences_over: Vec::new(),
            plane,
            wired: BTreeSet::new(),
            unconfirmed: false,
            links: BTreeMap::new(),
            feeds: BTreeMap::new(),
            past,
            later: LaterLevels::new(),
            told_receiving: BTreeSet::new(),
            meter: Meter::default(),
            samples: Samples::default(),
            news,
            state,
            end: None,
        }
    }

    /// Serves until the hearing is over or the server stops.
    pub(in crate::runtime) async fn run(
        mut self,
        outage: Option<Outage>,
        mut requests: mpsc::Receiver<Request>,
        mut news: mpsc::UnboundedReceiver<News>,
    ) -> End {
        if let Some(outage) = outage {
            self.take_up(outage).await;
        }
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                Some(request) = requests.recv() => self.serve(request, &mut news).await,
                Some(item) = news.recv() => self.hear(item).await,
                _ = tick.tick() => self.tick().await,
            }
            self.dismiss_departed().await;
            self.tell_who_receives();
            self.note_absences().await;
            // A close that the disk has not taken yet is not sealed yet.
            if self.end.is_none() && self.hearing.is_sitting_over(self.clock.now().t_us) && !self.journal.is_late() {
                self.finish(&mut news).await;
            }
            if let Some(end) = self.end {
                return end;
            }
        }
    }

    /// The new owner's first acts: the outage, in session the hold, and what it cost go on record.
    async fn take_up(&mut self, outage: Outage) {
        let command = Command::TakeUp { epoch: self.epoch, outage_us: outage.outage_us };
        if let Err(refusal) = self.fact(command, Actor::System).await {
            tracing::error!(hearing = %self.hearing.plan.hearing, ?refusal, "the hearing is taken up without a trace");
        }
        for loss in outage.losses {
            self.lost(loss).await;
        }
        self.begin_recorder().await;
    }

    async fn serve(&mut self, request: Request, news: &mut mpsc::UnboundedReceiver<News>) {
        match request {
            Request::Enter { arrival, outlet, answer } => {
                let entered = self.enter(arrival, outlet).await;
                // Nothing was begun for somebody who was refused: the next to come reads the plan anew.
                if entered.is_err() && self.hearing.state == SessionState::Scheduled && !self.journal.has_begun() {
                    self.end = Some(End::Unused);
                }
                if let Err(Ok(entry)) = answer.send(entered) {
                    self.leave(entry.connection, LeaveReason::Lost).await;
                }
            }
            Request::Command { connection, id, command } => self.command(connection, id, command).await,
            Request::Up { connection, offer, answer } => self.up(connection, offer, answer).await,
            Request::Receive { connection, sealed, answer } => {
                let received = self.receive(connection, sealed).await;
                let _ = answer.send(received);
            }
            Request::RestartDown { connection } => self.restart_down(connection),
            Request::DownAnswer { connection, offer, sdp } => self.down_answer(connection, offer, sdp),
            Request::Slots { connection, sdp, only, answer } => {
                let answered = self.slots(connection, sdp, only).await;
                let _ = answer.send(answered);
            }
            Request::Trickle { connection, side, fragment, answer } => {
                self.trickle(connection, side, fragment, answer);
            }
            Request::Pass { connection, to, data } => self.pass(connection, to, data),
            Request::Tiles { connection, tiles } => self.tiles(connection, tiles),
            Request::Perceived { connection, tracks, hidden } => self.perceived(connection, &tracks, hidden),
            Request::RoundTrip { connection, ms } => self.round_trip(connection, ms),
            Request::Suspension { connection, frozen_ms, answer } => {
                let _ = answer.send(self.suspension(connection, frozen_ms));
            }
            Request::CloseSide { connection, side, answer } => {
                let closed = self.close_side(connection, side).await;
                let _ = answer.send(closed);
            }
            Request::Leave { connection, reason } => self.leave(connection, reason).await,
            Request::Revoke { connection } => self.revoke(connection).await,
            Request::Ended { connection, side, answer } => self.mourn(connection, side, answer),
            Request::Intake { connection, answer } => _ = answer.send(self.intake(connection)),
            Request::HandIn { connection, paper, answer } => {
                let received = self.hand_in(connection, paper).await;
                let _ = answer.send(received);
            }
            Request::Readable { connection, sha256, answer } => {
                let _ = answer.send(self.readable(connection, &sha256));
            }
            Request::Absences { connection, answer } => _ = answer.send(self.absences(connection)),
            Request::Recorded { connection, track, answer } => _ = answer.send(self.recorded_for(connection, track)),
            Request::Minutes { connection, after, answer } => _ = answer.send(self.minutes_for(connection, after)),
            Request::Stop { answer } => {
                self.stop(news).await;
                let _ = answer.send(());
            }
            #[cfg(test)]
            Request::Panic => panic!("as the test wishes"),
        }
    }

    async fn hear(&mut self, news: News) {
        match news {
            News::Plane(event) => self.plane_event(event).await,
            News::Recorder(notice) => self.notice(notice).await,
            News::Unusable { connection, transport, devices } => self.unusable(connection, transport, devices).await,
            News::AnswerRefused { connection, transport, refusal } => {
                self.answer_refused(connection, transport, refusal);
            }
        }
    }

    async fn tick(&mut self) {
        // Before the first arrival only the plan waits to be written, and it waits for that.
        if !self.journal.is_whole() && self.hearing.state != SessionState::Scheduled {
            self.write_waiting().await;
        }
        self.tell_due();
        self.rewire().await;
        // Transports come and go without an event.
        self.look_who_is_absent(self.clock.now().t_us);
        self.state_due_gaps().await;
        self.note_speech(false).await;
        self.hold_if_unrecorded().await;
        self.measure().await;
        self.sample_lines();
        self.tell_recorder();
        self.follow_speakers().await;
    }
}
