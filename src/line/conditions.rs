//! What a line is like, at one time and in one direction.

/// Loss of packets.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Loss {
    /// Of all packets, 0 to 1.
    pub share: f64,
    /// Mean length of a run of lost packets; `None`: each packet is lost or not by itself.
    pub burst: Option<f64>,
}

/// The narrowest place of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Bits a second.
    pub bits_per_s: u64,
    /// Bytes that may wait for it, beside the packet that is being sent; what does not fit is dropped.
    pub queue: usize,
}

/// What a line is like. The default is a perfect one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Conditions {
    /// Microseconds that every packet takes at least.
    pub delay_us: i64,
    /// Up to so many microseconds more, evenly drawn for each packet. A packet never overtakes the one before it for that.
    pub jitter_us: i64,
    pub loss: Loss,
    /// `None`: without limit.
    pub rate: Option<Rate>,
    /// Share of packets that are held up while those behind them overtake.
    pub reorder: f64,
    /// Microseconds for which they are held up at most.
    pub held_us: i64,
    /// Share of packets that are sent twice.
    pub duplicate: f64,
    /// Nothing passes, and what waits for the rate is lost. What is under way already arrives.
    pub down: bool,
}

/// Conditions that contradict themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    /// A share is not within 0 to 1.
    Share,
    /// A time is negative, or longer than an hour.
    Time,
    /// A rate of nothing; that is an outage.
    Rate,
    /// Bursts shorter than one packet, or so short that this share of loss cannot be made of them.
    Burst,
}

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Share => "a share is not within 0 to 1",
            Self::Time => "a time is negative or longer than an hour",
            Self::Rate => "a rate has to be more than nothing",
            Self::Burst => "bursts of this mean length do not give this share of loss",
        })
    }
}

impl std::error::Error for Invalid {}

const HOUR_US: i64 = 3_600_000_000;

impl Conditions {
    /// # Errors
    /// They contradict themselves.
    pub fn check(&self) -> Result<(), Invalid> {
        let is_share = |share: f64| (0.0..=1.0).contains(&share);
        if ![self.loss.share, self.reorder, self.duplicate].into_iter().all(is_share) {
            return Err(Invalid::Share);
        }
        if ![self.delay_us, self.jitter_us, self.held_us].iter().all(|us| (0..=HOUR_US).contains(us)) {
            return Err(Invalid::Time);
        }
        if self.rate.is_some_and(|rate| rate.bits_per_s == 0) {
            return Err(Invalid::Rate);
        }
        // Between two bursts at least one packet arrives.
        let possible = |burst: f64| burst >= 1.0 && burst.is_finite() && self.loss.share <= burst / (burst + 1.0);
        if self.loss.burst.is_some_and(|burst| !possible(burst)) {
            return Err(Invalid::Burst);
        }
        Ok(())
    }
}
