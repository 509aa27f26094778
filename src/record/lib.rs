//! The record: frames from packets, segments, chains, sealing and recovery.
//!
//! A recorder is told what to record by the media plane's tap (see `assize_rtp::tap`) and tells its owner what happened
//! by notices. It never decides what may be recorded: that is `assize_core::routing`.

pub mod folder;
pub mod frames;
pub mod ledger;

pub use folder::probe;
pub use ledger::LedgerFile;

use assize_core::hearing::GapReason;
use assize_core::ids::TrackId;
use assize_proof::key::CourtKey;
use assize_rtp::tap::{TapReceiver, TrackKey};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Config {
    /// The sitting's folder.
    pub folder: PathBuf,
    pub epoch: u32,
    /// `CLOCK_MONOTONIC` microseconds at hearing time zero (negative after a reboot).
    pub zero_us: i64,
    /// Longest segment in microseconds (contract: 5 minutes).
    pub segment_us: u64,
    /// Signs a checkpoint of all chains every minute; without it there are none.
    pub key: Option<Arc<CourtKey>>,
}

/// What a recorder tells its owner; times are hearing microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Ask the publisher for a key frame.
    KeyframeWanted {
        track: TrackKey,
    },
    Gap {
        track: TrackId,
        from_us: u64,
        to_us: u64,
        reason: GapReason,
    },
    /// Writing failed or a recorder thread died; restarted by itself, with an alarm.
    Fault {
        track: Option<TrackId>,
        detail: String,
    },
    Recovered {
        track: Option<TrackId>,
    },
    /// Everything up to here is durable and was read back.
    ReadBack {
        up_to_us: u64,
    },
    /// Bytes left on the disk divided by the present rate.
    DiskSecondsLeft {
        seconds: u64,
    },
}

/// A running recorder.
#[derive(Debug)]
pub struct Recorder {}

impl Recorder {
    /// Starts the recorder's threads. `name` gives a track's place in the record.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn start(
        _config: Config,
        _tap: TapReceiver,
        _name: impl Fn(TrackKey) -> Option<TrackId> + Send + 'static,
        _notify: impl Fn(Notice) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// Closes all segments and waits until they are durable and chained.
    pub fn stop(self) {}
}
