//! The one object that every verb prints with `--json`, and its short form for people.

use crate::generator::Health;
use serde::Serialize;

/// Contract section 7. A figure that a row does not measure is absent.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(default)]
pub(crate) struct Report {
    pub(crate) row: String,
    /// Packets a second that the generator meant to have forwarded.
    pub(crate) offered: f64,
    /// Packets a second that arrived.
    pub(crate) delivered: f64,
    /// Share of what was offered that did not arrive, 0 to 1.
    pub(crate) lost: f64,
    /// CPU (user and system) of the process that sends, microseconds a packet delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cpu_us_per_packet: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) packets_per_second_per_core: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p50_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p99_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rss_kib_per_leg: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recorded_tracks: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recorder_gaps: Option<u64>,
    /// Recorded participants for each core of the server's CPU, all its work included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recorded_per_core: Option<f64>,
    /// Viewers that got at least 99 % of what was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) viewers_served: Option<u64>,
    /// Mean share of time at work of the busiest media worker, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) worker_busy: Option<f64>,
    /// Growth of the server's resident memory for each connection that stands and carries nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) idle_kib_per_connection: Option<f64>,
    /// Exponent of CPU over packets forwarded, as legs grow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) growth_exponent: Option<f64>,
    /// Largest share of what the CPU a packet promises at which, and below which, everything was delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) whole_up_to: Option<f64>,
    /// Largest share of the promise at which the generator did its part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) driven_up_to: Option<f64>,
    /// Share of sound that did not arrive in the steps beyond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sound_lost_beyond: Option<f64>,
    /// Share of the frames that arrived in the steps beyond, at least in part, that did not arrive whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frames_torn_beyond: Option<f64>,
    /// From arrival to the return of the send call, by the server's own word, at half load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inside_p50_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inside_p99_us: Option<f64>,
    /// Time that the limit takes to seal and send one frame to everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) burst_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit_us_per_packet: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio_to_limit: Option<f64>,
    /// Our CPU a packet through that of the peer, both measured in turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ours_to_peer: Option<f64>,
    /// Datagrams that the kernel dropped because the server did not read them in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) server_dropped: Option<u64>,
    /// Share of frames and packets of sound that the generator sent more than 10 ms late.
    pub(crate) generator_late: f64,
    /// Datagrams that the kernel dropped because the generator did not read them in time.
    pub(crate) generator_dropped: u64,
    /// False when the generator itself was the bottleneck: the row then does not count.
    pub(crate) generator_healthy: bool,
}

impl Report {
    /// With what is known of the generator's health.
    pub(crate) fn by(self, health: Health, server_dropped: impl Into<Option<u64>>) -> Self {
        let server_dropped = server_dropped.into();
        let (late, dropped) = (health.late(), health.dropped);
        let healthy = health.is_good();
        Self { server_dropped, generator_late: late, generator_dropped: dropped, generator_healthy: healthy, ..self }
    }

    pub(crate) fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!(
            "{}: {:.0} of {:.0} packets/s delivered, {:.3} % lost",
            self.row,
            self.delivered,
            self.offered,
            self.lost * 100.0
        );
        let count = |count: Option<u64>| count.map(|count| count as f64);
        let percent = |share: Option<f64>| share.map(|share| share * 100.0);
        let figures = [
            ("CPU, us a packet", self.cpu_us_per_packet),
            ("packets a second and core", self.packets_per_second_per_core),
            ("delay p50, us", self.p50_us),
            ("delay p99, us", self.p99_us),
            ("memory a leg, KiB", self.rss_kib_per_leg),
            ("recorded tracks", count(self.recorded_tracks)),
            ("gaps in the records", count(self.recorder_gaps)),
            ("recorded participants a core", self.recorded_per_core),
            ("viewers served", count(self.viewers_served)),
            ("share of time the busiest worker works", self.worker_busy),
            ("memory an idle connection, KiB", self.idle_kib_per_connection),
            ("exponent of CPU over packets", self.growth_exponent),
            ("everything delivered up to this share of the promise", self.whole_up_to),
            ("the steps went up to this share", self.driven_up_to),
            ("sound lost beyond, %", percent(self.sound_lost_beyond)),
            ("frames torn beyond, %", percent(self.frames_torn_beyond)),
            ("delay inside the server p50, us", self.inside_p50_us),
            ("delay inside the server p99, us", self.inside_p99_us),
            ("time of the limit for a frame to everybody, us", self.burst_us),
            ("limit, us a packet", self.limit_us_per_packet),
            ("ratio to limit", self.ratio_to_limit),
            ("our CPU a packet through theirs", self.ours_to_peer),
        ];
        for (name, value) in figures {
            if let Some(value) = value {
                println!("  {name}: {value:.2}");
            }
        }
        if let Some(dropped) = self.server_dropped.filter(|dropped| *dropped > 0) {
            println!("  datagrams that the server did not read in time: {dropped}");
        }
        if !self.generator_healthy {
            println!(
                "  the generator was the bottleneck: this row does not count ({:.1} % late, {} datagrams not read in time)",
                self.generator_late * 100.0,
                self.generator_dropped
            );
        }
        Ok(())
    }
}

/// The value below which so many of a hundred lie.
pub(crate) fn quantile(sorted: &[u32], percent: usize) -> Option<f64> {
    sorted.get(sorted.len() * percent / 100).map(|value| f64::from(*value))
}
