//! What the recorder says of itself, and what follows from it: the court's display and, in the end, an automatic hold.

use assize_core::ids::{SeatId, TrackId};
use assize_core::signal::ServerMessage;
use std::collections::BTreeMap;

/// State of a hearing's recorder as its notices tell it. Times are hearing microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Health {
    /// Faults that stand, by track (`None`: the whole recorder).
    faults: BTreeMap<Option<TrackId>, Fault>,
    read_back_us: Option<u64>,
    recorded: Option<Recorded>,
    /// Up to when all that was received is durable, while files are in hand.
    durable_us: Option<u64>,
    disk_seconds_left: Option<u64>,
    disk_too_small: bool,
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
        match &mut self.recorded {
            None if records => self.recorded = Some(Recorded { from_us: at_us, to_us: None }),
            None => {}
            Some(recorded) if records => recorded.to_us = None,
            Some(recorded) => _ = recorded.to_us.get_or_insert(at_us),
        }
    }

    /// Up to when what was to be recorded has been read back: nothing before the first of it has, and no later than the
    /// end of it.
    fn told_read_back_us(&self) -> Option<u64> {
        let (read_back_us, recorded) = (self.read_back_us?, self.recorded?);
        let up_to_us = recorded.to_us.map_or(read_back_us, |to_us| read_back_us.min(to_us));
        (up_to_us > recorded.from_us).then_some(up_to_us)
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
    pub(super) fn message(&self, began_utc_ms: i64) -> ServerMessage {
        let utc_ms = |t_us: u64| began_utc_ms + i64::try_from(t_us / 1_000).unwrap_or(i64::MAX / 2);
        ServerMessage::Recorder {
            read_back_ms: self.told_read_back_us().map(utc_ms),
            fault: self.is_faulty(),
            disk_seconds_left: self.disk_seconds_left,
            disk_too_small: self.disk_too_small,
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
        assert!(matches!(health.message(0), ServerMessage::Recorder { fault: false, .. }));
    }

    fn told(health: &Health) -> Option<i64> {
        let ServerMessage::Recorder { read_back_ms, .. } = health.message(50_000) else { panic!() };
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
}
