//! What the recorder says of itself, and what follows from it: the court's display and, in the end, an automatic hold.

use assize_core::hearing::GapReason;
use assize_core::ids::{SeatId, TrackId};
use assize_core::signal::{HeardTrack, ServerMessage};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What follows a lost span for less than this, in microseconds, is not told as read back. A session's end and that of a
/// gap that lasts until then are stamped by different clocks.
const FOLLOWS_US: u64 = 1_000_000;

/// State of a hearing's recorder as its notices tell it. Times are hearing microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Health {
    /// Faults that stand, by track (`None`: the whole recorder).
    faults: BTreeMap<Option<TrackId>, Fault>,
    read_back_us: Option<u64>,
    /// In order.
    recorded: Vec<Recorded>,
    /// What was received and not stored: from, to. They neither overlap nor follow each other closely.
    lost: Vec<(u64, u64)>,
    /// Up to when all that was received is durable, while files are in hand.
    durable_us: Option<u64>,
    disk_seconds_left: Option<u64>,
    disk_too_small: bool,
    /// Second places to which nothing can be copied now.
    places_at_fault: BTreeSet<PathBuf>,
}

/// What of the hearing was in session and to be recorded under this run of the server: of it alone may be said that it
/// was read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Recorded {
    from_us: u64,
    /// `None`: it goes on.
    to_us: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    since_us: u64,
    detail: String,
}

impl Health {
    /// Returns whether this fault is news.
    pub(super) fn fault(&mut self, track: Option<TrackId>, detail: String, now_us: u64) -> bool {
        let known = self.faults.contains_key(&track);
        self.faults.entry(track).or_insert(Fault { since_us: now_us, detail });
        !known
    }

    /// Returns whether there was a fault to recover from.
    pub(super) fn recovered(&mut self, track: Option<TrackId>) -> bool {
        self.faults.remove(&track).is_some()
    }

    pub(super) fn read_back(&mut self, up_to_us: u64) {
        self.read_back_us = Some(up_to_us.max(self.read_back_us.unwrap_or_default()));
    }

    /// Follows the session: whether what happens from `at_us` on is to be recorded.
    pub(super) fn follow(&mut self, records: bool, at_us: u64) {
        match self.recorded.last_mut().filter(|last| last.to_us.is_none()) {
            None if records => self.recorded.push(Recorded { from_us: at_us, to_us: None }),
            Some(last) if !records => last.to_us = Some(at_us),
            _ => {}
        }
    }

    /// A gap was stated. The reader goes on past it, since of the lost nothing is left to be read.
    pub(super) fn gap(&mut self, reason: GapReason, mut from_us: u64, mut to_us: u64) {
        // What never came is nothing that could have been read back.
        if !matches!(reason, GapReason::Disk | GapReason::Crash | GapReason::Shed) {
            return;
        }
        self.lost.retain(|(from, to)| {
            let apart = *from > to_us + FOLLOWS_US || from_us > *to + FOLLOWS_US;
            if !apart {
                (from_us, to_us) = (from_us.min(*from), to_us.max(*to));
            }
            apart
        });
        self.lost.push((from_us, to_us));
    }

    /// Up to when what was to be recorded has been read back: never a moment that was not to be recorded, nor one that
    /// is lost. What went on after a loss counts once there is some of it.
    fn told_read_back_us(&self) -> Option<u64> {
        let mut up_to_us = self.read_back_us?;
        loop {
            let recorded = self.recorded.iter().rev().find(|recorded| recorded.from_us < up_to_us)?;
            up_to_us = recorded.to_us.map_or(up_to_us, |to_us| up_to_us.min(to_us));
            let in_loss = |(from, to): &&(u64, u64)| *from < up_to_us && up_to_us < *to + FOLLOWS_US;
            let Some((from_us, _)) = self.lost.iter().find(in_loss) else { return Some(up_to_us) };
            up_to_us = *from_us;
        }
    }

    pub(super) fn durable(&mut self, up_to_us: Option<u64>) {
        self.durable_us = up_to_us;
    }

    /// Age of the oldest that may not be durable yet; 0 while nothing is in hand.
    #[must_use]
    pub(super) fn lag_us(&self, now_us: u64) -> u64 {
        self.durable_us.map_or(0, |up_to| now_us.saturating_sub(up_to))
    }

    pub(super) fn disk(&mut self, seconds_left: u64, enough: bool) {
        self.disk_seconds_left = Some(seconds_left);
        self.disk_too_small = !enough;
    }

    /// The record itself is whole: nothing is held for a copy.
    pub(super) fn second_place(&mut self, place: PathBuf, fault: bool) {
        if fault {
            self.places_at_fault.insert(place);
        } else {
            self.places_at_fault.remove(&place);
        }
    }

    #[must_use]
    pub(super) fn read_back_us(&self) -> Option<u64> {
        self.read_back_us
    }

    #[must_use]
    pub(super) fn is_faulty(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Out of session nothing is to be recorded: what stands when it goes on has its time anew to mend.
    pub(super) fn out_of_session(&mut self, now_us: u64) {
        for fault in self.faults.values_mut() {
            fault.since_us = fault.since_us.max(now_us);
        }
    }

    /// The fault for which a session that is to be recorded is to be held now: no durable sound of someone who may speak
    /// (of anyone, if the whole recorder is at fault) for at least `after_us` in session. Going on all the same is the
    /// judge's to say, with a reason, and then it is not recorded.
    #[must_use]
    pub(super) fn hold_due(&self, after_us: u64, now_us: u64, may_speak: impl Fn(SeatId) -> bool) -> Option<String> {
        let silences = |track: &Option<TrackId>| track.is_none_or(|t| t.device.is_audio() && may_speak(t.seat));
        let due = |fault: &Fault| now_us.saturating_sub(fault.since_us) >= after_us;
        let mut silencing = self.faults.iter().filter(|(track, _)| silences(track));
        silencing.find(|(_, fault)| due(fault)).map(|(_, fault)| fault.detail.clone())
    }

    /// What the court's screens are told. `began_utc_ms` is UTC at hearing time zero.
    #[must_use]
    pub(super) fn message(&self, began_utc_ms: i64, heard: Vec<HeardTrack>) -> ServerMessage {
        let utc_ms = |t_us: u64| began_utc_ms + i64::try_from(t_us / 1_000).unwrap_or(i64::MAX / 2);
        ServerMessage::Recorder {
            read_back_ms: self.told_read_back_us().map(utc_ms),
            fault: self.is_faulty(),
            disk_seconds_left: self.disk_seconds_left,
            disk_too_small: self.disk_too_small,
            copies_fail: !self.places_at_fault.is_empty(),
            faulty: self.faults.keys().flatten().copied().collect(),
            heard,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_core::ids::DeviceKind;

    const LIMIT: u64 = 10_000_000;

    fn track(device: DeviceKind) -> Option<TrackId> {
        Some(TrackId { seat: SeatId(3), device })
    }

    #[test]
    fn lost_sound_of_a_speaker_holds_after_the_limit_and_not_before() {
        let mut health = Health::default();
        assert!(health.fault(track(DeviceKind::Microphone), "disk".into(), 5));
        assert!(!health.fault(track(DeviceKind::Microphone), "again".into(), 9), "it stands already");
        assert_eq!(health.hold_due(LIMIT, LIMIT + 4, |_| true), None);
        assert_eq!(health.hold_due(LIMIT, LIMIT + 5, |_| false), None, "who may not speak holds nobody up");
        assert_eq!(health.hold_due(LIMIT, LIMIT + 5, |_| true), Some("disk".into()));
        health.recovered(track(DeviceKind::Microphone));
        assert_eq!(health.hold_due(LIMIT, 9 * LIMIT, |_| true), None, "mended");
    }

    #[test]
    fn time_out_of_session_does_not_count_and_a_fault_that_outlasts_the_resumption_holds_again() {
        let mut health = Health::default();
        health.fault(None, "checkpoint".into(), 0);
        health.out_of_session(5 * LIMIT);
        assert_eq!(health.hold_due(LIMIT, 5 * LIMIT + 1, |_| true), None, "just resumed");
        assert!(health.hold_due(LIMIT, 6 * LIMIT, |_| true).is_some());
        health.out_of_session(7 * LIMIT);
        assert!(health.hold_due(LIMIT, 8 * LIMIT, |_| true).is_some(), "nobody said that it may go on without");
    }

    #[test]
    fn lost_pictures_alarm_and_do_not_hold() {
        let mut health = Health::default();
        health.fault(track(DeviceKind::Camera1), "disk".into(), 0);
        assert!(health.is_faulty());
        assert_eq!(health.hold_due(LIMIT, 10 * LIMIT, |_| true), None);
    }

    #[test]
    fn a_fault_of_everything_holds_and_recovery_ends_it() {
        let mut health = Health::default();
        health.fault(None, "thread".into(), 0);
        assert!(health.hold_due(LIMIT, LIMIT, |_| false).is_some());
        assert!(health.recovered(None));
        assert!(!health.recovered(None));
        assert_eq!(health.hold_due(LIMIT, LIMIT, |_| true), None);
    }

    #[test]
    fn a_second_place_at_fault_is_told_and_holds_nothing() {
        let mut health = Health::default();
        let fails = |health: &Health| match health.message(0, Vec::new()) {
            ServerMessage::Recorder { copies_fail, .. } => copies_fail,
            other => panic!("{other:?}"),
        };
        health.second_place("/a".into(), true);
        health.second_place("/b".into(), true);
        health.second_place("/a".into(), false);
        assert!(fails(&health) && !health.is_faulty());
        assert_eq!(health.hold_due(LIMIT, 9 * LIMIT, |_| true), None);
        health.second_place("/b".into(), false);
        assert!(!fails(&health));
    }

    #[test]
    fn the_recorder_lags_by_what_is_not_durable_and_more_while_nothing_is_heard_of_it() {
        let mut health = Health::default();
        assert_eq!(health.lag_us(5_000_000), 0);
        health.durable(Some(3_500_000));
        assert_eq!((health.lag_us(5_000_000), health.lag_us(9_000_000)), (1_500_000, 5_500_000));
        health.durable(None);
        assert_eq!(health.lag_us(9_000_000), 0, "nothing in hand");
    }

    #[test]
    fn read_back_is_told_in_wall_time() {
        let mut health = Health::default();
        health.follow(true, 500_000);
        health.read_back(2_000_000);
        health.read_back(1_000_000);
        assert_eq!(told(&health), Some(52_000));
        assert!(matches!(health.message(0, Vec::new()), ServerMessage::Recorder { fault: false, .. }));
    }

    fn told(health: &Health) -> Option<i64> {
        let ServerMessage::Recorder { read_back_ms, .. } = health.message(50_000, Vec::new()) else { panic!() };
        read_back_ms
    }

    #[test]
    fn nothing_is_said_to_be_read_back_that_was_not_recorded_in_this_run() {
        // Before the opening, or after a crash while the session is held.
        let mut health = Health::default();
        health.read_back(3_000_000);
        health.follow(false, 3_000_000);
        assert_eq!(told(&health), None);
        // Opened, and closed a second later: what was last heard of is from before.
        health.follow(true, 4_000_000);
        assert_eq!(told(&health), None);
        health.follow(false, 5_000_000);
        assert_eq!(told(&health), None);
        assert_eq!(health.read_back_us(), Some(3_000_000), "the figure is of the reader");
    }

    #[test]
    fn what_is_read_back_of_a_session_that_rests_ends_with_it() {
        let mut health = Health::default();
        health.follow(true, 1_000_000);
        health.read_back(4_000_000);
        health.follow(false, 6_000_000);
        assert_eq!(told(&health), Some(54_000), "not all of it yet");
        health.read_back(9_000_000);
        health.follow(false, 9_000_000);
        assert_eq!(told(&health), Some(56_000), "and nothing of the pause");
        health.follow(true, 10_000_000);
        health.read_back(12_000_000);
        assert_eq!(told(&health), Some(62_000));
    }

    #[test]
    fn what_is_lost_is_not_told_as_read_back_when_the_session_is_held_for_it() {
        let mut health = Health::default();
        health.follow(true, 1_000_000);
        health.read_back(34_000_000);
        // The disk is full: held, and the gap is stated up to when the last device went off.
        health.follow(false, 46_000_000);
        for (from_us, to_us) in [(35_100_000, 45_900_000), (34_500_000, 46_050_000), (34_900_000, 45_700_000)] {
            health.gap(GapReason::Disk, from_us, to_us);
        }
        health.read_back(50_000_000);
        assert_eq!(told(&health), Some(84_500));
        // Resumed: the reader's figure is of the pause, and a second of what goes on now says little.
        health.follow(true, 60_000_000);
        health.read_back(59_500_000);
        assert_eq!(told(&health), Some(84_500));
        health.read_back(63_000_000);
        assert_eq!(told(&health), Some(113_000));
        // Nothing at all of the next session.
        health.follow(false, 64_000_000);
        health.follow(true, 70_000_000);
        health.follow(false, 75_000_000);
        health.gap(GapReason::Disk, 70_000_100, 75_000_000);
        health.read_back(80_000_000);
        assert_eq!(told(&health), Some(120_000), "a moment of it before the gap");
        health.gap(GapReason::Disk, 63_500_000, 64_000_000);
        health.gap(GapReason::Disk, 69_900_000, 75_000_000);
        assert_eq!(told(&health), Some(113_500), "neither of it nor of the end of the one before");
    }

    #[test]
    fn what_never_came_holds_no_read_back_up_and_a_mended_loss_is_passed() {
        let mut health = Health::default();
        health.follow(true, 1_000_000);
        health.read_back(10_000_000);
        health.gap(GapReason::Network, 8_000_000, 10_000_000);
        health.gap(GapReason::Absent, 8_000_000, 12_000_000);
        assert_eq!(told(&health), Some(60_000));
        health.gap(GapReason::Shed, 11_000_000, 13_000_000);
        health.read_back(13_500_000);
        assert_eq!(told(&health), Some(61_000));
        health.read_back(14_000_000);
        assert_eq!(told(&health), Some(64_000));
    }
}
