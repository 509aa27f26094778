//! From a command to its effect, in this order: what is taken away is cut in the media plane and confirmed; the events
//! are durable in the ledger; the state is replaced and what is permitted is connected; everybody is told.

use super::task::Task;
use crate::runtime::journal::Unwritten;
use crate::runtime::metrics;
use crate::runtime::wiring::plane_routes;
use assize_core::hearing::{Actor, Command, Event, Hearing, HoldCause, LeaveReason, SessionState, Stamped};
use assize_core::refusal::Refusal;
use assize_core::routing::routes;
use assize_core::time::Now;
use assize_media::plane::PlaneRoute;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for the media plane to confirm.
pub(super) const PLANE_ANSWERS: Duration = Duration::from_secs(2);
/// Facts that may wait for the disk before nobody is let in any more.
const MOST_WAITING: usize = 10_000;

/// What becomes of events that cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Somebody's act: refused.
    Act,
    /// Something that happened: takes effect and waits for the disk.
    Fact,
}

/// The plane did not confirm a cut in time.
struct Silent;

impl Task {
    /// Does what somebody wishes, or says why not. When it returns `Ok`, every cut is confirmed and the events are
    /// durable.
    pub(super) async fn act(&mut self, command: Command, actor: Actor) -> Result<Vec<Event>, Refusal> {
        let (_, events) = self.decide(&command, actor)?;
        if let Command::NameSpeaker { seat, .. } = command {
            self.note_speech_before_naming(seat).await;
        }
        if events.iter().any(Event::begins_recording) {
            self.ready_to_record().await?;
        }
        // The time of the act is that of its deciding, after any probing of the disk.
        let (now, events) = self.decide(&command, actor)?;
        self.carry_out(Kind::Act, actor, now, &events).await?;
        Ok(events)
    }

    /// Takes note of something that happened. A fact that `core` finds of no consequence leaves no trace.
    pub(super) async fn fact(&mut self, command: Command, actor: Actor) -> Result<Vec<Event>, Refusal> {
        let (now, events) = self.decide(&command, actor)?;
        if self.journal.waiting() >= MOST_WAITING {
            return Err(Refusal::LedgerFault);
        }
        self.carry_out(Kind::Fact, actor, now, &events).await?;
        Ok(events)
    }

    pub(super) fn decide(&self, command: &Command, actor: Actor) -> Result<(Now, Vec<Event>), Refusal> {
        let now = self.clock.now();
        let mut events = self.hearing.decide(command, actor, now)?;
        events.iter_mut().for_each(|event| self.add_last_word(event));
        Ok((now, events))
    }

    /// That a link broke is found only after a while: since when nothing came from it, its own messages tell.
    fn add_last_word(&self, event: &mut Event) {
        let Event::Left { connection, reason: LeaveReason::Lost | LeaveReason::Replaced, heard_us, .. } = event else {
            return;
        };
        let now_us = self.clock.now().t_us;
        let link = self.links.get(connection).filter(|link| !link.headless);
        *heard_us = link.map(|link| link.heard.of_broken(now_us));
    }

    async fn carry_out(&mut self, kind: Kind, actor: Actor, now: Now, events: &[Event]) -> Result<(), Refusal> {
        if events.is_empty() {
            return Ok(());
        }
        let batch = stamp(now, actor, events);
        let next = after(&self.hearing, &batch);
        let cut = self.cut_to(&next).await;
        if cut.is_err() && kind == Kind::Act {
            self.hold(HoldCause::MediaFault).await;
            return Err(Refusal::MediaFault);
        }
        // What the ledger does not keep needs no disk.
        let kept = kept(&batch);
        let written = if kept.is_empty() { Ok(()) } else { self.journal.append(&kept).await };
        if let Err(unwritten) = written {
            return self.not_written(kind, next, batch, &unwritten).await;
        }
        self.replace(next, &batch);
        if cut.is_err() {
            self.hold(HoldCause::MediaFault).await;
        }
        self.rewire().await;
        self.tell_views(now);
        Ok(())
    }

    /// The session is held. What may yet be written, since the disk only does not answer, has to count as happened
    /// whoever wished it; whoever did is told all the same that it is not on record. Nothing is connected meanwhile.
    async fn not_written(
        &mut self,
        kind: Kind,
        next: Hearing,
        batch: Vec<Stamped>,
        unwritten: &Unwritten,
    ) -> Result<(), Refusal> {
        metrics::ledger_fault();
        tracing::error!(hearing = %self.hearing.plan.hearing, error = %unwritten, "the ledger cannot be written");
        let late = matches!(unwritten, Unwritten::Late);
        if kind == Kind::Fact || late {
            self.replace(next, &batch);
        }
        if kind == Kind::Fact && !late {
            self.journal.defer(kept(&batch));
        }
        self.hold(HoldCause::LedgerFault).await;
        if kind == Kind::Act { Err(Refusal::LedgerFault) } else { Ok(()) }
    }

    /// Holds the session because something under it failed. Takes effect whether or not it can be written.
    pub(super) async fn hold(&mut self, cause: HoldCause) {
        let Ok((now, events)) = self.decide(&Command::AutoHold { cause: cause.clone() }, Actor::System) else {
            // Not in session: there is nothing to hold.
            self.tell_views(self.clock.now());
            return;
        };
        tracing::error!(hearing = %self.hearing.plan.hearing, ?cause, "the session is held");
        let batch = stamp(now, Actor::System, &events);
        let next = after(&self.hearing, &batch);
        if self.cut_to(&next).await.is_err() {
            tracing::error!(hearing = %self.hearing.plan.hearing, "the media plane does not confirm the cut");
        }
        let written = self.journal.append(&kept(&batch)).await;
        self.replace(next, &batch);
        // What is late is kept already.
        if matches!(written, Err(Unwritten::Failed(_))) {
            self.journal.defer(kept(&batch));
        }
        self.tell_views(now);
    }

    /// Tries again to write what waits for the disk.
    pub(super) async fn write_waiting(&mut self) {
        if self.journal.append(&[]).await.is_ok() {
            tracing::info!(hearing = %self.hearing.plan.hearing, "the ledger is whole again");
        }
    }

    fn replace(&mut self, next: Hearing, batch: &[Stamped]) {
        self.hearing = next;
        if let Some(past) = &mut self.past {
            past.heed(batch);
        }
        batch.iter().for_each(|stamped| {
            self.absence.heed(&stamped.event);
            self.minutes.apply(stamped);
        });
        // To the microsecond of the event, so that no gap reaches into a pause.
        let at_us = batch.last().map_or_else(|| self.clock.now().t_us, |stamped| stamped.now.t_us);
        self.look_who_is_absent(at_us);
        self.records.follow(&self.hearing, at_us);
        self.state.send_if_modified(|state| std::mem::replace(state, self.hearing.state) != self.hearing.state);
    }

    /// Cuts, in the plane, what `next` no longer has; returns when nothing flows there any more.
    async fn cut_to(&mut self, next: &Hearing) -> Result<(), Silent> {
        let wanted = self.wanted(next);
        let removed: Vec<PlaneRoute> = self.wired.difference(&wanted).copied().collect();
        if removed.is_empty() {
            return Ok(());
        }
        match timeout(PLANE_ANSWERS, self.plane.cut(removed.clone())).await {
            Ok(Ok(())) => {
                self.wired.retain(|route| !removed.contains(route));
                Ok(())
            }
            // The routes stay in `wired`, so that the cut is tried again until it is confirmed.
            Ok(Err(_)) | Err(_) => Err(Silent),
        }
    }

    /// Brings the plane to the present state: cuts that are owed, then what is permitted. Nothing is connected while
    /// anything is not on record.
    pub(super) async fn rewire(&mut self) {
        let present = self.hearing.clone();
        if self.cut_to(&present).await.is_err() && present.state == SessionState::InSession {
            self.hold(HoldCause::MediaFault).await;
            return;
        }
        if !self.journal.is_whole() {
            return;
        }
        let wanted = self.wanted(&self.hearing);
        let mut added: Vec<PlaneRoute> = wanted.difference(&self.wired).copied().collect();
        if std::mem::take(&mut self.unconfirmed) {
            // To connect what is connected changes nothing.
            added = wanted.into_iter().collect();
        }
        if added.is_empty() {
            return;
        }
        // From the moment of asking they may flow: without an answer they count as wired, so that they will be cut.
        self.wired.extend(&added);
        match timeout(PLANE_ANSWERS, self.plane.connect(added.clone())).await {
            Ok(Ok(())) => {}
            // Not connected, or nobody knows: the next look, within a tick, asks again.
            Ok(Err(error)) => {
                self.wired.retain(|route| !added.contains(route));
                tracing::warn!(hearing = %self.hearing.plan.hearing, %error, "the media plane does not connect");
            }
            Err(_) => {
                self.unconfirmed = true;
                tracing::warn!(hearing = %self.hearing.plan.hearing, "the media plane does not answer");
            }
        }
    }

    fn wanted(&self, hearing: &Hearing) -> BTreeSet<PlaneRoute> {
        let routes = routes(hearing);
        plane_routes(&routes, self.slot, &self.receivers(hearing, &routes), self.records.is_tapped())
    }
}

fn stamp(now: Now, actor: Actor, events: &[Event]) -> Vec<Stamped> {
    events.iter().map(|event| Stamped { now, actor, event: event.clone() }).collect()
}

/// Those of which the ledger has a line.
fn kept(batch: &[Stamped]) -> Vec<Stamped> {
    batch.iter().filter(|stamped| stamped.event.is_kept()).cloned().collect()
}

fn after(hearing: &Hearing, batch: &[Stamped]) -> Hearing {
    let mut next = hearing.clone();
    batch.iter().for_each(|stamped| next.apply(stamped));
    next
}
