//! The record: frames from packets, segments, chains, sealing and recovery.
//!
//! A recorder is told what to record by the media plane's tap (see `assize_rtp::tap`) and tells its owner what happened
//! by notices. It never decides what may be recorded: that is `assize_core::routing`.

mod alarm;
mod append;
pub mod ballast;
pub mod catalogue;
pub mod certificate;
mod checkpoints;
pub mod clock;
pub mod compose;
pub mod copy;
pub mod exhibits;
pub mod folder;
pub mod frames;
pub mod ledger;
pub mod levels;
pub mod listen;
pub mod mux;
mod readback;
mod reader;
mod recorder;
pub mod recover;
pub mod seal;
mod second;
mod segment;
pub mod stamp;
mod sync;
mod track;

pub use folder::probe;
pub use ledger::LedgerFile;
pub use mux::muxer_version;
pub use recorder::{Recorder, now_us};

use assize_core::hearing::GapReason;
use assize_core::ids::TrackId;
use assize_proof::key::CourtKey;
use assize_rtp::tap::TrackKey;
use listen::{Decoder, Found};
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
    /// Listens to what is read back; without it nothing is decoded.
    pub decoder: Option<Decoder>,
    /// Folders to which every checkpoint is copied at once.
    pub second_places: Vec<PathBuf>,
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
    /// What was at fault works again.
    Recovered {
        track: Option<TrackId>,
    },
    /// A fault is over because nothing of the track is to be recorded any more.
    Lapsed {
        track: TrackId,
    },
    /// After each sync: all that was received for the files in hand up to here is durable; `None`: there is none in
    /// hand.
    Durable {
        up_to_us: Option<u64>,
    },
    /// Everything up to here is durable and was read back, or is stated as a gap.
    ReadBack {
        up_to_us: u64,
    },
    /// What was read back of a track was listened to as well.
    Heard {
        track: TrackId,
        from_us: u64,
        up_to_us: u64,
        found: Found,
    },
    /// Checkpoints cannot be copied to a second place, or can again. The record itself is not at fault.
    SecondPlace {
        place: PathBuf,
        fault: Option<String>,
    },
    /// How long the disk lasts at the present rate, or at a typical hearing's while nothing is recorded; and whether it
    /// has the room without which no session begins.
    Disk {
        seconds_left: u64,
        enough: bool,
    },
}
