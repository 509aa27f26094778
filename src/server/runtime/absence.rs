//! Who should be recorded and is not there: time in session without a track that was recorded before is a gap.
//!
//! A fold over the ledger, so that a new owner of the hearing knows it as well. A track is owed from its first recording
//! on. It is not owed any more when its device was switched off (`unpublished`), when the court removed the seat, or when
//! what its link stood on was taken back, or when a witness was dismissed; and not while its microphone is closed, it is in a private room, or the session is not recorded.

use assize_core::hearing::{Event, GapReason, Hearing, LeaveReason, Seat, SessionState, Stamped};
use assize_core::ids::{SeatId, TrackId};
use assize_core::routing::{Sink, routes};
use assize_record::recover::{Ended, Loss, Recorded};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Absence {
    owed: BTreeSet<TrackId>,
    /// Owed and not there, since when (hearing microseconds).
    since: BTreeMap<TrackId, u64>,
}

/// Tracks that are recorded in this state.
pub(super) fn recorded(hearing: &Hearing) -> BTreeSet<TrackId> {
    routes(hearing).iter().filter(|route| route.sink == Sink::Recorder).map(|route| route.source).collect()
}

/// The last stretch of recording of every track that is not recorded any more after these events.
pub(super) fn ended(events: &[Stamped]) -> Vec<Ended> {
    stretches(events).1.into_values().collect()
}

/// The tracks that are recorded after these events, and since when.
pub(super) fn running(events: &[Stamped]) -> Vec<Recorded> {
    stretches(events).0.into_iter().map(|(track, since_us)| Recorded { track, since_us }).collect()
}

fn stretches(events: &[Stamped]) -> (BTreeMap<TrackId, u64>, BTreeMap<TrackId, Ended>) {
    let (mut since, mut ended) = (BTreeMap::new(), BTreeMap::new());
    let Some(mut hearing) = events.first().and_then(Hearing::begin) else { return (since, ended) };
    for stamped in &events[1..] {
        hearing.apply(stamped);
        let now_us = stamped.now.t_us;
        let there = recorded(&hearing);
        for track in &there {
            since.entry(*track).or_insert(now_us);
            ended.remove(track);
        }
        for (track, from_us) in since.extract_if(.., |track, _| !there.contains(track)) {
            ended.insert(track, Ended { track, from_us, to_us: now_us });
        }
    }
    (since, ended)
}

impl Absence {
    /// What is known after all events of a ledger.
    pub(super) fn of(events: &[Stamped]) -> Self {
        let mut absence = Self::default();
        let Some(mut hearing) = events.first().and_then(Hearing::begin) else { return absence };
        for stamped in &events[1..] {
            hearing.apply(stamped);
            absence.heed(&stamped.event);
            // Gaps that ended are in the ledger already.
            absence.look(&hearing, stamped.now.t_us, |_| true);
        }
        absence
    }

    /// Acts by which a track is not owed any more.
    pub(super) fn heed(&mut self, event: &Event) {
        match event {
            Event::Unpublished { seat, devices } => {
                self.forget(|track| track.seat == *seat && devices.contains(&track.device));
            }
            Event::Removed { seat, .. }
            | Event::Dismissed { seat }
            | Event::Left {
                seat, reason: LeaveReason::Removed | LeaveReason::Dismissed | LeaveReason::Revoked, ..
            } => {
                self.forget(|track| track.seat == *seat);
            }
            _ => {}
        }
    }

    fn forget(&mut self, which: impl Fn(&TrackId) -> bool) {
        self.owed.retain(|track| !which(track));
    }

    /// Compares what is there with what should be, and gives the gaps that end now. `flows`: whether a seat has a
    /// transport on which its tracks can come.
    pub(super) fn look(&mut self, hearing: &Hearing, now_us: u64, flows: impl Fn(SeatId) -> bool) -> Vec<Loss> {
        let there: BTreeSet<TrackId> = recorded(hearing).into_iter().filter(|track| flows(track.seat)).collect();
        self.owed.extend(&there);
        let in_session = hearing.state == SessionState::InSession && hearing.recording;
        let open = |track: &TrackId| {
            let seat = hearing.seats.get(&track.seat);
            // In a private room nobody is to be recorded.
            let here = |seat: &Seat| !hearing.has_withdrawn(seat);
            seat.is_some_and(|seat| {
                let plays = || hearing.player().is_some_and(|player| player.id == seat.id);
                let speaks = || seat.microphone.is_live() && hearing.may_speak(seat);
                let on = match track.device {
                    device if device.is_played() => plays(),
                    device => !device.is_audio() || speaks(),
                };
                here(seat) && on
            })
        };
        let absent = |track: &TrackId| in_session && self.owed.contains(track) && !there.contains(track) && open(track);
        let ended: Vec<(TrackId, u64)> =
            self.since.iter().filter(|(track, _)| !absent(track)).map(|(track, since)| (*track, *since)).collect();
        let begun: Vec<TrackId> = self.owed.iter().filter(|track| absent(track)).copied().collect();
        for track in begun {
            self.since.entry(track).or_insert(now_us);
        }
        let gap = |(track, from_us)| {
            self.since.remove(&track);
            (from_us < now_us).then_some(Loss { track, from_us, to_us: now_us, reason: GapReason::Absent })
        };
        ended.into_iter().filter_map(gap).collect()
    }

    /// For a new owner, who states [`Self::losses`].
    pub(super) fn carried_over(mut self) -> Self {
        self.since.clear();
        self
    }

    /// Who is absent when the hearing is taken up anew at `now_us`: the session is held from then on.
    pub(super) fn losses(&self, now_us: u64) -> Vec<Loss> {
        let gap = |(track, since): (&TrackId, &u64)| {
            let reason = GapReason::Absent;
            (*since < now_us).then_some(Loss { track: *track, from_us: *since, to_us: now_us, reason })
        };
        self.since.iter().filter_map(gap).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use assize_core::hearing::{Actor, Entrant, Room};
    use assize_core::ids::{ConnectionId, DeviceKind, PersonId};
    use assize_core::time::Now;
    use uuid::Uuid;

    const COUNSEL: SeatId = SeatId(7);
    const LINK: ConnectionId = ConnectionId(Uuid::from_u128(1));

    /// A hearing with counsel in session from second 1, whose sound and picture are recorded.
    struct Scene {
        hearing: Hearing,
        absence: Absence,
        gaps: Vec<(DeviceKind, u64, u64)>,
        events: Vec<Stamped>,
    }

    impl Scene {
        fn new() -> Self {
            let plan = crate::runtime::tests::plan();
            let planned = Stamped { now: at(0), actor: Actor::System, event: Event::Planned { plan, procedure: None } };
            let hearing = Hearing::begin(&planned).unwrap();
            let mut scene = Self { hearing, absence: Absence::default(), gaps: Vec::new(), events: vec![planned] };
            scene.enters(0, true);
            scene.happens(1, Event::Opened { recording: true, reason: None, missing: Vec::new() });
            scene
        }

        fn enters(&mut self, second: u64, microphone_open: bool) {
            let entrant = Entrant::Person { person: PersonId(Uuid::from_u128(99)) };
            let room = Room::Courtroom;
            self.happens(
                second,
                Event::Entered { seat: COUNSEL, entrant, connection: LINK, room, microphone_open, link: None },
            );
            let devices = vec![DeviceKind::Microphone, DeviceKind::Camera1];
            self.happens(second, Event::Published { seat: COUNSEL, devices });
        }

        fn leaves(&mut self, second: u64, reason: LeaveReason) {
            self.happens(second, Event::Left { seat: COUNSEL, connection: LINK, reason, heard_us: None });
        }

        fn happens(&mut self, second: u64, event: Event) {
            let stamped = Stamped { now: at(second), actor: Actor::System, event };
            self.hearing.apply(&stamped);
            self.absence.heed(&stamped.event);
            self.events.push(stamped);
            let ended = self.absence.look(&self.hearing, second * 1_000_000, |_| true);
            let gap = |loss: Loss| (loss.track.device, loss.from_us / 1_000_000, loss.to_us / 1_000_000);
            self.gaps.extend(ended.into_iter().map(gap));
        }
    }

    fn at(second: u64) -> Now {
        Now { t_us: second * 1_000_000, utc_ms: 0 }
    }

    fn both(from: u64, to: u64) -> Vec<(DeviceKind, u64, u64)> {
        vec![(DeviceKind::Microphone, from, to), (DeviceKind::Camera1, from, to)]
    }

    #[test]
    fn from_losing_the_link_to_publishing_again_both_tracks_are_missing() {
        let mut scene = Scene::new();
        scene.leaves(10, LeaveReason::Lost);
        assert_eq!(scene.absence.losses(15_000_000).len(), 2, "a new owner states it as well");
        scene.enters(30, true);
        assert_eq!(scene.gaps, both(10, 30));
        scene.happens(40, Event::Closed);
        assert_eq!(scene.gaps.len(), 2);
    }

    #[test]
    fn recording_ends_with_its_route_and_begins_anew_with_it() {
        let mut scene = Scene::new();
        scene.happens(10, Event::Paused { reason: "x".into() });
        let camera = TrackId { seat: COUNSEL, device: DeviceKind::Camera1 };
        let microphone = TrackId { seat: COUNSEL, device: DeviceKind::Microphone };
        let stretch = |track, from: u64, to: u64| Ended { track, from_us: from * 1_000_000, to_us: to * 1_000_000 };
        assert_eq!(ended(&scene.events), [stretch(microphone, 1, 10), stretch(camera, 1, 10)]);
        scene.happens(20, Event::Resumed { by: None, recording: None, reason: None });
        assert_eq!(ended(&scene.events), [stretch(microphone, 1, 10)], "the microphone opens by an act");
        scene.happens(30, Event::Closed);
        assert_eq!(ended(&scene.events), [stretch(microphone, 1, 10), stretch(camera, 20, 30)]);
    }

    #[test]
    fn a_pause_interrupts_the_gap_and_closes_the_microphone() {
        let mut scene = Scene::new();
        scene.leaves(10, LeaveReason::Lost);
        scene.happens(20, Event::Paused { reason: "x".into() });
        scene.happens(50, Event::Resumed { by: None, recording: None, reason: None });
        scene.happens(60, Event::Closed);
        let mut wanted = both(10, 20);
        wanted.push((DeviceKind::Camera1, 50, 60));
        assert_eq!(scene.gaps, wanted);
    }

    #[test]
    fn what_was_switched_off_taken_back_or_muted_is_not_missing() {
        let mut scene = Scene::new();
        scene.happens(5, Event::Unpublished { seat: COUNSEL, devices: vec![DeviceKind::Camera1] });
        scene.happens(6, Event::MuteLocked { seat: COUNSEL });
        scene.happens(9, Event::Closed);
        assert_eq!(scene.gaps, []);
        for reason in [LeaveReason::Removed, LeaveReason::Revoked] {
            let mut scene = Scene::new();
            scene.leaves(10, reason);
            scene.happens(20, Event::Closed);
            assert_eq!(scene.gaps, [], "{reason:?}");
        }
    }
}
