//! Logs and figures. Neither holds personal data: no names, codes, addresses of people or texts of a hearing.

use crate::config::{Log, LogFormat};
use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Upper bounds in seconds.
const JOIN: [f64; 8] = [0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0];
const APPEND: [f64; 8] = [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1.0];

/// Starts logging to standard error.
///
/// # Errors
/// The level cannot be read, or logging runs already.
pub fn start_log(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.level)?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Text => subscriber.with_target(false).try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    started.map_err(|error| anyhow::anyhow!(error))
}

/// Starts counting; the handle renders what `/metrics` shows.
///
/// # Errors
/// Counting runs already.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("assize_join_seconds".to_owned()), &JOIN)?
        .set_buckets_for_metric(Matcher::Full("assize_ledger_append_seconds".to_owned()), &APPEND)?
        .install_recorder()?;
    describe();
    Ok(handle)
}

/// Names of contract section 4.
fn describe() {
    describe_gauge!("assize_hearings", "Hearings that run on this server");
    describe_gauge!("assize_connections", "Live connections by role in court");
    describe_gauge!("assize_tracks", "Published tracks");
    describe_gauge!("assize_legs", "Tracks on their way to one subscriber each");
    describe_counter!("assize_packets_in_total", "Media packets received");
    describe_counter!("assize_packets_out_total", "Media packets sent");
    describe_gauge!("assize_leg_loss_ratio", "Share of packets lost on the way to subscribers, by their last reports");
    describe_histogram!("assize_join_seconds", "From entering to the first media transport");
    describe_gauge!(
        "assize_recorder_lag_seconds",
        "Since the oldest that may not be durable yet was received, in the hearing where it is longest"
    );
    describe_gauge!(
        "assize_recorder_readback_age_seconds",
        "Since what was last read back was received, in the hearing where it is longest"
    );
    describe_counter!(
        "assize_recorder_gaps_total",
        "Gaps of records, before those that follow each other fast are stated as one"
    );
    describe_gauge!("assize_disk_seconds_left", "Free space divided by the present rate");
    describe_histogram!("assize_ledger_append_seconds", "One durable append to a ledger");
    describe_gauge!("assize_relay_allocations", "Allocations of the relay on the TLS port");
    describe_counter!("assize_tls_refused_total", "Connections closed for their address had too many");
    describe_counter!("assize_refusals_total", "Refusals by reason");
    describe_gauge!("assize_pictures_paused_ratio", "Share of pictures that pause because a media worker is behind");
    describe_gauge!("assize_worker_busy_ratio", "Share of the last second a media worker was busy");
}
