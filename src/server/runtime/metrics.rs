//! The figures of contract section 4 that the runtime knows.

use assize_core::ids::HearingId;
use assize_core::refusal::Refusal;
use assize_media::plane::WorkerStats;
use metrics::{counter, gauge, histogram};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub fn hearings(count: usize) {
    gauge!("assize_hearings").set(count as f64);
}

pub fn connections(role: &'static str, change: f64) {
    gauge!("assize_connections", "role" => role).increment(change);
}

/// From entering to the first media transport.
pub fn join(took: Duration) {
    histogram!("assize_join_seconds").record(took);
}

pub fn ledger_append(took: Duration) {
    histogram!("assize_ledger_append_seconds").record(took);
}

pub fn ledger_fault() {
    counter!("assize_ledger_faults_total").increment(1);
}

pub fn slow_client() {
    counter!("assize_slow_clients_total").increment(1);
}

pub fn hearing_fault() {
    counter!("assize_hearing_faults_total").increment(1);
}

pub fn seal_fault() {
    counter!("assize_seal_faults_total").increment(1);
}

pub fn stamp_fault() {
    counter!("assize_stamp_faults_total").increment(1);
}

pub fn shelf_fault() {
    counter!("assize_shelf_faults_total").increment(1);
}

pub fn gap() {
    counter!("assize_recorder_gaps_total").increment(1);
}

/// A figure of each hearing of which the worst is shown.
#[derive(Debug)]
pub(super) struct Worst {
    name: &'static str,
    of: Mutex<BTreeMap<HearingId, f64>>,
}

impl Worst {
    fn new(name: &'static str) -> Self {
        Self { name, of: Mutex::default() }
    }

    /// `None`: the hearing has no such figure, or is over.
    pub(super) fn set(&self, hearing: HearingId, value: Option<f64>) {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        match value {
            Some(value) => of.insert(hearing, value),
            None => of.remove(&hearing),
        };
        gauge!(self.name).set(of.values().copied().fold(0.0, f64::max));
    }
}

/// Figures of recorders, in seconds.
#[derive(Debug)]
pub(super) struct Figures {
    /// Since what was read back last was received.
    pub(super) read_back_age: Worst,
    /// Since the oldest that may not be durable yet was received.
    pub(super) recorder_lag: Worst,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            read_back_age: Worst::new("assize_recorder_readback_age_seconds"),
            recorder_lag: Worst::new("assize_recorder_lag_seconds"),
        }
    }
}

impl Figures {
    /// A hearing's task has ended.
    pub(super) fn forget(&self, hearing: HearingId) {
        self.read_back_age.set(hearing, None);
        self.recorder_lag.set(hearing, None);
    }
}

pub fn disk_seconds_left(seconds: u64) {
    gauge!("assize_disk_seconds_left").set(seconds as f64);
}

/// Counts a refusal by its code.
pub fn refusal(refusal: &Refusal) {
    counter!("assize_refusals_total", "reason" => code(refusal)).increment(1);
}

/// The stable code of a refusal.
#[must_use]
pub fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotYourAct => "not_your_act",
        Refusal::NotNow { .. } => "not_now",
        Refusal::NotAdmitted => "not_admitted",
        Refusal::NoSuchSeat => "no_such_seat",
        Refusal::NoSuchPerson => "no_such_person",
        Refusal::NoSuchPoint => "no_such_point",
        Refusal::NoSuchSignal => "no_such_signal",
        Refusal::SitsAtPoint => "sits_at_point",
        Refusal::SeatTaken => "seat_taken",
        Refusal::SeatMoved => "seat_moved",
        Refusal::RemovedByCourt => "removed_by_court",
        Refusal::Revoked => "revoked",
        Refusal::MicrophoneLocked => "microphone_locked",
        Refusal::AlreadySo => "already_so",
        Refusal::ReasonMissing => "reason_missing",
        Refusal::TooMuch { .. } => "too_much",
        Refusal::Over => "over",
        Refusal::Adjourned { .. } => "adjourned",
        Refusal::ContinuationPast => "continuation_past",
        Refusal::CannotRecord { .. } => "cannot_record",
        Refusal::LedgerFault => "ledger_fault",
        Refusal::MediaFault => "media_fault",
        Refusal::BadSdp { .. } => "bad_sdp",
        Refusal::BadMessage { .. } => "bad_message",
        Refusal::BadTicket => "bad_ticket",
        Refusal::BadResume => "bad_resume",
        Refusal::TooOften => "too_often",
        Refusal::RolesMissing { .. } => "roles_missing",
        Refusal::PromptsUnread { .. } => "prompts_unread",
        Refusal::NoSuchPhase => "no_such_phase",
        Refusal::PhaseOutOfOrder => "phase_out_of_order",
        Refusal::NoSuchPrompt => "no_such_prompt",
        Refusal::OnlyReceives => "only_receives",
        Refusal::Deliberating => "deliberating",
        Refusal::NotAWitness => "not_a_witness",
        Refusal::Dismissed => "dismissed",
        Refusal::NotBound => "not_bound",
        Refusal::NotReachable => "not_reachable",
        Refusal::NeedsLeave => "needs_leave",
        Refusal::RoomLocked => "room_locked",
        Refusal::NoCall => "no_call",
        Refusal::NoSuchExhibit => "no_such_exhibit",
        Refusal::ExhibitNotSubmitted => "exhibit_not_submitted",
        Refusal::ExhibitNotAdmitted => "exhibit_not_admitted",
        Refusal::NotPresenting => "not_presenting",
        Refusal::NothingToPlay => "nothing_to_play",
        Refusal::NothingShown => "nothing_shown",
        Refusal::NoSuchPage => "no_such_page",
        Refusal::NotAtThisPoint => "not_at_this_point",
        Refusal::NotReadHere => "not_read_here",
        Refusal::NotPresent => "not_present",
        Refusal::NotTypedHere => "not_typed_here",
        Refusal::TooMuchEvidence { .. } => "too_much_evidence",
        Refusal::NoSuchNote => "no_such_note",
        Refusal::NothingWritten => "nothing_written",
    }
}

/// Upper bounds, in seconds, of the worker's buckets of [`WorkerStats::forward_us`].
const FORWARD_BOUNDS: [&str; 10] =
    ["0.00005", "0.0001", "0.0002", "0.0005", "0.001", "0.002", "0.005", "0.01", "0.05", "+Inf"];

/// Sets the media plane's figures.
pub fn workers(now: &[WorkerStats]) {
    gauge!("assize_tracks").set(now.iter().map(|w| w.tracks).sum::<u64>() as f64);
    gauge!("assize_legs").set(now.iter().map(|w| w.legs).sum::<u64>() as f64);
    let (lost, sent) = now.iter().fold((0.0, 0.0), |sum, w| (sum.0 + w.leg_loss.0, sum.1 + w.leg_loss.1));
    gauge!("assize_leg_loss_ratio").set(if sent > 0.0 { lost / sent } else { 0.0 });
    counter!("assize_packets_in_total").absolute(now.iter().map(|w| w.packets_in).sum());
    counter!("assize_packets_out_total").absolute(now.iter().map(|w| w.packets_out).sum());
    for (index, worker) in now.iter().enumerate() {
        gauge!("assize_worker_busy_ratio", "worker" => index.to_string()).set(worker.busy);
        gauge!("assize_pictures_paused_ratio", "worker" => index.to_string()).set(worker.paused);
        for (reason, count) in &worker.dropped {
            counter!("assize_datagrams_dropped_total", "reason" => *reason, "worker" => index.to_string())
                .absolute(*count);
        }
    }
}

/// The histogram of forwarding times as `/metrics` shows it. The workers keep its buckets themselves: given to the
/// library packet by packet, it cost a fiftieth of what forwarding does, and 16 bytes each until somebody looked.
#[must_use]
pub fn forwarding(now: &[WorkerStats]) -> String {
    const NAME: &str = "assize_forward_seconds";
    let mut text = format!("# HELP {NAME} From arrival to sending\n# TYPE {NAME} histogram\n");
    for (index, bound) in FORWARD_BOUNDS.iter().enumerate() {
        let below: u64 = now.iter().map(|worker| worker.forward_us[index]).sum();
        let _ = writeln!(text, "{NAME}_bucket{{le=\"{bound}\"}} {below}");
    }
    let all: u64 = now.iter().map(|worker| worker.forward_us[9]).sum();
    let total_us: u64 = now.iter().map(|worker| worker.forward_total_us).sum();
    let _ = writeln!(text, "{NAME}_sum {}\n{NAME}_count {all}", total_us as f64 / 1e6);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_counted_under_its_own_code() {
        for refusal in [
            Refusal::NotYourAct,
            Refusal::TooMuch { limit: 1 },
            Refusal::BadSdp { detail: String::new() },
            Refusal::RemovedByCourt,
            Refusal::Revoked,
            Refusal::BadResume,
        ] {
            let json = serde_json::to_value(&refusal).unwrap();
            assert_eq!(json["code"], code(&refusal));
        }
    }

    /// What `GET /metrics` says after `work`.
    fn told(work: impl FnOnce()) -> String {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, work);
        recorder.handle().render()
    }

    #[test]
    fn loss_on_legs_is_one_share_over_all_workers() {
        let worker = |leg_loss| WorkerStats { leg_loss, ..WorkerStats::default() };
        let told = |now: &[WorkerStats]| told(|| workers(now));
        assert!(told(&[worker((5.0, 100.0)), worker((5.0, 300.0))]).contains("\nassize_leg_loss_ratio 0.025\n"));
        assert!(told(&[worker((0.0, 0.0))]).contains("\nassize_leg_loss_ratio 0\n"), "nothing is reported");
    }

    #[test]
    fn of_several_hearings_the_worst_is_shown_until_it_is_over() {
        let (one, other) = (HearingId(uuid::Uuid::from_u128(1)), HearingId(uuid::Uuid::from_u128(2)));
        let figures = Figures::default();
        let both = || {
            figures.recorder_lag.set(one, Some(1.5));
            figures.recorder_lag.set(other, Some(4.25));
            figures.recorder_lag.set(one, Some(1.25));
        };
        assert!(told(both).contains("\nassize_recorder_lag_seconds 4.25\n"));
        assert!(told(|| figures.forget(other)).contains("\nassize_recorder_lag_seconds 1.25\n"));
        assert!(told(|| figures.forget(one)).contains("\nassize_recorder_lag_seconds 0\n"));
    }

    #[test]
    fn forwarding_times_are_told_as_the_workers_counted_them() {
        let worker = |all, total_us| WorkerStats {
            forward_us: [0, 1, 2, 3, 4, 5, 6, 7, 8, all],
            forward_total_us: total_us,
            ..WorkerStats::default()
        };
        let text = forwarding(&[worker(9, 1_500_000), worker(20, 1_000_000)]);
        for line in [
            "# TYPE assize_forward_seconds histogram",
            "assize_forward_seconds_bucket{le=\"0.0001\"} 2",
            "assize_forward_seconds_bucket{le=\"+Inf\"} 29",
            "assize_forward_seconds_sum 2.5",
            "assize_forward_seconds_count 29",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
        }
    }
}
