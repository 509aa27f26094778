//! One media file while it grows, and what the recorder's threads share of it.

use crate::mux::{Header, Muxer, extension};
use assize_core::ids::TrackId;
use assize_proof::chain::{ChainLine, Linker, genesis};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A panic elsewhere must not take the record with it: the data behind these locks is valid at every step.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What identifies the sitting in chains and paths.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) hearing: String,
    pub(crate) sitting: String,
    pub(crate) epoch: u32,
}

/// The recorder thread's side.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) shared: Arc<Shared>,
    muxer: Muxer,
    pub(crate) header: Header,
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
    /// When the oldest frame that the muxer still holds came in.
    held_since_us: Option<i64>,
    linkable: u64,
}

/// What the recorder, sync and read-back threads share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) track: TrackId,
    /// Path below the sitting's folder.
    pub(crate) file: String,
    pub(crate) genesis: assize_proof::hash::Hash,
    pub(crate) media: File,
    growing: Mutex<Growing>,
    durable: Mutex<Durable>,
}

#[derive(Debug)]
struct Growing {
    linker: Linker,
    index: Vec<u8>,
    /// Time of the last frame given to the muxer.
    handed_ms: Option<i64>,
    left: Left,
    failed: bool,
}

/// How the recorder thread left a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// It has it in hand.
    Not,
    /// The file ended as it should.
    Whole,
    /// Writing failed: the track has told of it and goes on elsewhere.
    GivenUp,
}

/// Where a file stood when the disk refused it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) left: Left,
    /// Hearing time of the last frame.
    pub(crate) reached_us: i64,
}

/// How far the file is known to be on disk.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Durable {
    /// Chained bytes.
    pub(crate) offset: u64,
    /// All that was received for this file up to this hearing time is durable.
    pub(crate) up_to_us: i64,
    /// Nothing more will come.
    pub(crate) done: bool,
}

/// What a sync pass has to do for a file.
#[derive(Debug, Default)]
pub(crate) struct Due {
    pub(crate) link: Option<ChainLine>,
    pub(crate) index: Vec<u8>,
    pub(crate) closed: bool,
    /// Whether the link covers every frame that the muxer was given.
    pub(crate) all: bool,
}

impl Shared {
    pub(crate) fn due(&self) -> Due {
        let mut growing = locked(&self.growing);
        let link = growing.linker.link();
        let linked_ms = growing.linker.scanner().boundary_ms().and_then(|ms| i64::try_from(ms).ok());
        Due {
            link,
            index: std::mem::take(&mut growing.index),
            closed: growing.left != Left::Not,
            all: growing.handed_ms.is_none_or(|handed| linked_ms.is_some_and(|linked| linked >= handed)),
        }
    }

    pub(crate) fn durable(&self) -> Durable {
        *locked(&self.durable)
    }

    pub(crate) fn set_durable(&self, durable: Durable) {
        *locked(&self.durable) = durable;
    }

    /// The disk refused the file: the recorder must go on in another one.
    pub(crate) fn fail(&self) -> End {
        let mut growing = locked(&self.growing);
        growing.failed = true;
        End { left: growing.left, reached_us: growing.handed_ms.unwrap_or(0).saturating_mul(1000) }
    }

    pub(crate) fn failed(&self) -> bool {
        locked(&self.growing).failed
    }

    /// Whether the recorder thread has nothing to do with the file any more.
    pub(crate) fn is_left(&self) -> bool {
        locked(&self.growing).left != Left::Not
    }

    fn leave(&self, left: Left) {
        locked(&self.growing).left = left;
    }
}

/// The muxer's way to the file. Bytes are in the file before the chain knows of them.
struct Sink(Arc<Shared>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = (&self.0.media).write(bytes)?;
        locked(&self.0.growing).linker.feed(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Creates the next file of a track: the first free number of the epoch.
fn create(place: &Place, track: TrackId, extension: &str) -> io::Result<(File, String)> {
    let dir = place.folder.join("tracks").join(track.to_string());
    fs::create_dir_all(&dir)?;
    for number in 1..=9999 {
        let stem = format!("{}-{number:04}", place.epoch);
        // A number is used once, whatever the ending.
        if ["webm", "mkv"].iter().any(|e| dir.join(format!("{stem}.{e}")).exists()) {
            continue;
        }
        let file = OpenOptions::new().append(true).create_new(true).open(dir.join(format!("{stem}.{extension}")))?;
        // Without this a power cut may leave the data without a name.
        sync_dirs(&place.folder, &dir)?;
        return Ok((file, format!("tracks/{track}/{stem}.{extension}")));
    }
    Err(io::Error::other("ten thousand segments in one epoch"))
}

fn sync_dirs(folder: &Path, dir: &Path) -> io::Result<()> {
    for dir in [dir, &folder.join("tracks"), folder] {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

impl Segment {
    /// Creates the file and writes its header. `first_ms` is the time of its first frame.
    pub(crate) fn open(place: &Place, track: TrackId, header: Header, first_ms: i64) -> io::Result<Self> {
        let (media, file) = create(place, track, extension(header.codec))?;
        let genesis = genesis(&place.hearing, &place.sitting, &file);
        let growing = Growing {
            linker: Linker::new(genesis),
            index: Vec::new(),
            handed_ms: None,
            left: Left::Not,
            failed: false,
        };
        let durable = Durable { up_to_us: first_ms * 1000, ..Durable::default() };
        let shared = Arc::new(Shared {
            track,
            file,
            genesis,
            media,
            growing: Mutex::new(growing),
            durable: Mutex::new(durable),
        });
        let muxer = Muxer::open(Sink(Arc::clone(&shared)), &header)?;
        Ok(Self { shared, muxer, header, first_ms, last_ms: first_ms - 1, held_since_us: None, linkable: 0 })
    }

    /// Writes a frame at `time_ms` or, if that is not after the last one, a millisecond after it. Gives the time used.
    pub(crate) fn write(&mut self, data: &[u8], time_ms: i64, key: bool, now_us: i64) -> io::Result<i64> {
        let time_ms = time_ms.max(self.last_ms + 1);
        locked(&self.shared.growing).handed_ms = Some(time_ms);
        self.muxer.write(data, time_ms, key)?;
        self.last_ms = time_ms;
        let linkable = locked(&self.shared.growing).linker.scanner().boundary();
        if linkable != self.linkable {
            // A cluster went out; what the muxer holds now began with this frame.
            self.linkable = linkable;
            self.held_since_us = None;
        }
        self.held_since_us.get_or_insert(now_us);
        Ok(time_ms)
    }

    pub(crate) fn index(&self, entries: &[u8]) {
        locked(&self.shared.growing).index.extend_from_slice(entries);
    }

    /// Hands out what the muxer has held for longer than `most_us`.
    pub(crate) fn flush_older(&mut self, now_us: i64, most_us: i64) -> io::Result<()> {
        match self.held_since_us {
            Some(since) if now_us - since >= most_us => {
                self.held_since_us = None;
                self.muxer.flush()
            }
            _ => Ok(()),
        }
    }

    /// Ends the file. The sync thread makes the rest of it durable and chains it.
    pub(crate) fn close(self) -> io::Result<()> {
        let result = self.muxer.finish();
        self.shared.leave(if result.is_ok() { Left::Whole } else { Left::GivenUp });
        result
    }

    /// Leaves a file that takes no more as it is. The sync thread chains what is whole.
    pub(crate) fn give_up(self) {
        self.shared.leave(Left::GivenUp);
        // The muxer is dead; ending it only frees it.
        let _ = self.muxer.finish();
    }
}

/// One entry of an `.idx` file: 24 bytes, little endian: sequence number (8), arrival in hearing microseconds (8), RTP time
/// (4), payload bytes (2), flags (2; bit 0: marker, bits 8 to 14: loudness, 127 less the level of RFC 6464).
pub(crate) fn index_entry(packet: &crate::frames::Packet, hearing_us: i64) -> [u8; 24] {
    let mut out = [0; 24];
    out[..8].copy_from_slice(&packet.seq.to_le_bytes());
    out[8..16].copy_from_slice(&hearing_us.to_le_bytes());
    out[16..20].copy_from_slice(&packet.rtp_ts.to_le_bytes());
    out[20..22].copy_from_slice(&u16::try_from(packet.payload.len()).unwrap_or(u16::MAX).to_le_bytes());
    out[22] = u8::from(packet.marker);
    out[23] = 127 - packet.level.min(127);
    out
}
