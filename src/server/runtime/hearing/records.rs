//! A hearing's recorder: begun with the folder, listened to, stopped at the end.

use super::enact::PLANE_ANSWERS;
use super::requests::News;
use super::task::Task;
use crate::runtime::absence::recorded;
use crate::runtime::gaps::{GapLines, Stating};
use crate::runtime::health::Health;
use crate::runtime::journal::DISK_ANSWERS;
use crate::runtime::listened::Listened;
use crate::runtime::metrics;
use crate::runtime::sitting::Place;
use crate::runtime::stated::Stated;
use assize_core::hearing::{Actor, Command, Hearing, HoldCause, SessionState};
use assize_core::ids::{ConnectionId, TrackId};
use assize_core::plan::Role;
use assize_core::refusal::Refusal;
use assize_core::signal::ServerMessage;
use assize_record::recover::Loss;
use assize_record::{Config, Notice, Recorder};
use assize_rtp::tap::tap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Bytes that may wait for the recorder before video is shed.
const TAP_LIMIT: usize = 64 << 20;

/// The recorder of one hearing, if it runs, and what it says.
#[derive(Debug)]
pub(in crate::runtime) struct Records {
    place: Place,
    recorder: Option<Recorder>,
    health: Health,
    stated: Stated,
    gaps: GapLines,
    listened: Listened,
    told: Option<ServerMessage>,
}

impl Records {
    pub(in crate::runtime) fn new(place: Place) -> Self {
        let (health, stated, gaps) = (Health::default(), Stated::default(), GapLines::default());
        Self { place, recorder: None, health, stated, gaps, listened: Listened::default(), told: None }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Follows what is to be recorded of the hearing from `at_us` on.
    pub(super) fn follow(&mut self, hearing: &Hearing, at_us: u64) {
        self.health.follow(hearing.state == SessionState::InSession && hearing.recording, at_us);
        self.gaps.follow(hearing, at_us);
        self.listened.follow(&recorded(hearing), at_us);
    }

    /// Whether the media plane has a way to the recorder.
    pub(super) fn is_tapped(&self) -> bool {
        self.recorder.is_some()
    }
}

impl Task {
    /// Starts the recorder if there is a folder to record in. Nothing flows to it before `routing` says so.
    pub(super) async fn begin_recorder(&mut self) {
        if self.records.recorder.is_some() || self.records.place.get().is_none() {
            return;
        }
        match self.start_recorder().await {
            Ok(recorder) => self.records.recorder = Some(recorder),
            Err(error) => {
                tracing::error!(hearing = %self.hearing.plan.hearing, %error, "the recorder does not start");
            }
        }
    }

    async fn start_recorder(&self) -> io::Result<Recorder> {
        let folder = self.records.place.get().cloned().ok_or_else(|| io::Error::other("there is no folder"))?;
        let (sender, receiver) = tap(TAP_LIMIT);
        let (shared, court) = (self.shared.clone(), self.hearing.plan.court.id);
        let (slot, epoch, zero_us, news) = (self.slot, self.epoch, self.clock.zero_us(), self.news.clone());
        let started = spawn_blocking(move || {
            let key = Some(Arc::new(shared.settings.keys.court(court).map_err(io::Error::other)?));
            let (segment_us, decoder) = (shared.settings.segment_us, shared.settings.decoder.clone());
            let second_places = shared.settings.second_places.clone();
            let config = Config { folder, epoch, zero_us, segment_us, key, decoder, second_places };
            // The hearing may have ended before its recorder has.
            let notify = move |notice| _ = news.send(News::Recorder(notice));
            Recorder::start(config, receiver, move |key| slot.name(key), notify)
        });
        // One that starts after all is dropped, and stops with that.
        let started = timeout(DISK_ANSWERS, started).await.map_err(|_| io::Error::other("the disk does not answer"))?;
        let recorder = started.map_err(io::Error::other)??;
        match timeout(PLANE_ANSWERS, self.plane.recorder(sender)).await {
            Ok(Ok(())) => Ok(recorder),
            Ok(Err(error)) => Err(io::Error::other(error)),
            Err(_) => Err(io::Error::other("the media worker does not answer")),
        }
    }

    /// Whether a session, opened or resumed, can be recorded now: the ledger is whole, the recorder runs, the disk takes a file.
    pub(super) async fn ready_to_record(&mut self) -> Result<(), Refusal> {
        let cannot = |detail: String| Refusal::CannotRecord { detail, ledger: false };
        let written = self.journal.append(&[]).await;
        written.map_err(|error| Refusal::CannotRecord { detail: error.to_string(), ledger: true })?;
        self.begin_recorder().await;
        let Some(folder) = self.records.place.get().cloned() else { return Err(cannot("there is no folder".into())) };
        let probed = timeout(DISK_ANSWERS, spawn_blocking(move || assize_record::probe(&folder))).await;
        let probed = probed.map_err(|_| cannot("the disk does not answer".into()))?;
        probed.unwrap_or_else(|_| Err("the disk could not be tried".into())).map_err(cannot)?;
        if !self.records.is_tapped() {
            return Err(cannot("the recorder does not start".into()));
        }
        Ok(())
    }

    pub(super) async fn notice(&mut self, notice: Notice) {
        let now_us = self.clock.now().t_us;
        match notice {
            Notice::KeyframeWanted { track } => self.plane.keyframe(track),
            Notice::Gap { track, from_us, to_us, reason } => {
                // Before anything is told that was read after it.
                self.records.health.gap(reason, from_us, to_us);
                self.lost(Loss { track, from_us, to_us, reason }).await;
                self.tell_recorder();
            }
            Notice::Fault { track, detail } => {
                tracing::error!(hearing = %self.hearing.plan.hearing, ?track, detail, "the recorder is at fault");
                if self.records.health.fault(track, detail.clone(), now_us) {
                    self.note(Command::ReportRecorderFault { track, detail }).await;
                }
                self.tell_recorder();
            }
            Notice::Recovered { track } => {
                if self.records.health.recovered(track) {
                    self.note(Command::ReportRecorderRecovered { track }).await;
                }
                self.tell_recorder();
            }
            Notice::Lapsed { track } => {
                if self.records.health.recovered(Some(track)) {
                    self.note(Command::ReportRecorderFaultLapsed { track }).await;
                }
                self.tell_recorder();
            }
            Notice::ReadBack { up_to_us } => {
                self.records.health.read_back(up_to_us);
                self.tell_recorder();
            }
            Notice::Heard { track, from_us, up_to_us, found } => {
                // Told with the next tick: they come in a row, one for each track.
                self.records.listened.heard(track, from_us, up_to_us, found);
            }
            Notice::SecondPlace { place, fault } => {
                match &fault {
                    Some(error) => tracing::error!(place = %place.display(), error, "checkpoints are not copied"),
                    None => tracing::info!(place = %place.display(), "checkpoints are copied again"),
                }
                self.records.health.second_place(place, fault.is_some());
                self.tell_recorder();
            }
            Notice::Durable { up_to_us } => self.records.health.durable(up_to_us),
            Notice::Disk { seconds_left, enough } => {
                metrics::disk_seconds_left(seconds_left);
                self.records.health.disk(seconds_left, enough);
            }
        }
    }

    /// States and counts a gap, whatever it came from: what of it is not stated yet.
    pub(super) async fn lost(&mut self, loss: Loss) {
        let now_us = self.clock.now().t_us;
        for (from_us, to_us) in self.records.stated.state(loss.track, loss.from_us, loss.to_us) {
            metrics::gap();
            let lines = self.records.gaps.take(Loss { from_us, to_us, ..loss }, now_us);
            self.state_gaps(lines).await;
        }
    }

    /// States the gaps that were held back long enough.
    pub(super) async fn state_due_gaps(&mut self) {
        let due = self.records.gaps.due(self.clock.now().t_us);
        self.state_gaps(due).await;
    }

    /// States all gaps that are held back: nothing will come any more.
    pub(super) async fn state_last_gaps(&mut self) {
        let rest = self.records.gaps.rest(self.clock.now().t_us);
        self.state_gaps(rest).await;
    }

    async fn state_gaps(&mut self, lines: Vec<Stating>) {
        for Stating { loss: Loss { track, from_us, to_us, reason }, pieces } in lines {
            self.note(Command::ReportGap { track, from_us, to_us, reason, pieces }).await;
        }
    }

    /// Finds out who is missing now, and who is not any more.
    pub(super) fn look_who_is_absent(&mut self, at_us: u64) {
        let links = &self.links;
        let flows = |seat| links.values().any(|link| link.seat == seat && link.up.is_some());
        self.absences_over.extend(self.absence.look(&self.hearing, at_us, flows));
    }

    /// States how long those were missing in session who are back now, or whose absence does not matter any more.
    pub(super) async fn note_absences(&mut self) {
        while let Some(loss) = self.absences_over.pop() {
            self.lost(loss).await;
        }
    }

    /// Puts something on record that needs no answer.
    pub(super) async fn note(&mut self, command: Command) {
        // Refused if it says nothing new.
        let _ = self.fact(command, Actor::System).await;
    }

    /// Ruling 3: without durable sound of someone who may speak, the session is held after a while.
    pub(super) async fn hold_if_unrecorded(&mut self) {
        let Some(after_us) = self.shared.settings.hold_after_us else { return };
        let now_us = self.clock.now().t_us;
        if self.hearing.state != SessionState::InSession || !self.hearing.recording {
            self.records.health.out_of_session(now_us);
            return;
        }
        let hearing = &self.hearing;
        // Whoever is not here says nothing that could be lost.
        let here = |seat| hearing.seats.get(&seat).is_some_and(assize_core::hearing::Seat::is_present);
        let may_speak = |seat| here(seat) && hearing.roles(seat) != [Role::Observer];
        let due = self.records.health.hold_due(after_us, now_us, may_speak);
        if let Some(detail) = due {
            self.hold(HoldCause::RecorderFault { detail }).await;
        }
    }

    /// Tells the court's screens what the recorder says, if it says anything new.
    pub(super) fn tell_recorder(&mut self) {
        self.tell_figures();
        let began_ms = self.clock.began_utc_ms();
        let utc_ms = |us: u64| began_ms.saturating_add(i64::try_from(us / 1000).unwrap_or(i64::MAX));
        let heard = self.records.listened.told(self.clock.now().t_us, utc_ms);
        let message = self.records.health.message(began_ms, heard);
        if self.records.told.as_ref() == Some(&message) {
            return;
        }
        for link in self.links.values().filter(|link| self.is_court(link.seat)) {
            link.outlet.tell_if_keeping_up(message.clone());
        }
        self.records.told = Some(message);
    }

    fn tell_figures(&self) {
        let (health, now_us) = (&self.records.health, self.clock.now().t_us);
        let (hearing, figures) = (self.hearing.plan.hearing, &self.shared.figures);
        let age_us = health.read_back_us().map(|read_back_us| now_us.saturating_sub(read_back_us));
        figures.read_back_age.set(hearing, age_us.map(|us| us as f64 / 1e6));
        figures.recorder_lag.set(hearing, Some(health.lag_us(now_us) as f64 / 1e6));
    }

    /// Tells a link that has just come in.
    pub(super) fn tell_recorder_to(&self, connection: ConnectionId) {
        let Some(link) = self.links.get(&connection) else { return };
        if self.is_court(link.seat)
            && let Some(message) = &self.records.told
        {
            link.outlet.tell_if_keeping_up(message.clone());
        }
    }

    fn is_court(&self, seat: assize_core::ids::SeatId) -> bool {
        let court = |role: &Role| matches!(role, Role::PresidingJudge | Role::PanelMember | Role::Clerk);
        self.hearing.roles(seat).iter().any(court)
    }

    /// Where what is recorded of a track may be listened to.
    pub(super) fn recorded_for(&self, connection: ConnectionId, track: TrackId) -> Result<PathBuf, Refusal> {
        let seat = self.links.get(&connection).map(|link| link.seat).ok_or(Refusal::BadResume)?;
        self.hearing.may_listen(seat, track)?;
        let state = self.hearing.state;
        self.records.place.get().cloned().ok_or(Refusal::NotNow { state })
    }

    /// Closes all segments; returns when they are durable.
    pub(super) async fn stop_recorder(&mut self) {
        let Some(recorder) = self.records.recorder.take() else { return };
        if spawn_blocking(move || recorder.stop()).await.is_err() {
            tracing::error!(hearing = %self.hearing.plan.hearing, "the recorder did not stop in good order");
        }
    }
}
