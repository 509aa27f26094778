//! After a crash: what the files prove, what they hold beyond that, and what is lost. Nothing is rewritten.

use crate::{folder, ledger};
use assize_core::hearing::GapReason;
use assize_core::ids::TrackId;
use assize_proof::chain::{Checker, genesis, parse_file};
use assize_proof::hearing_file::HearingFile;
use assize_proof::ledger::Head;
use assize_proof::time;
use rustix::time::{ClockId, clock_gettime};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The state of an interrupted sitting. Times are hearing microseconds.
#[derive(Debug, Clone)]
pub struct Recovery {
    /// The epoch that the new owner takes.
    pub next_epoch: u32,
    /// The epoch of the last whole line.
    pub epoch: u32,
    pub head: Head,
    /// Time of the last whole line.
    pub line_us: u64,
    /// The last moment of which the record knows: the last event, frame or write.
    pub last_us: u64,
    /// Wall clock of that moment, UTC milliseconds: the hearing's clock continues from here by the wall clock.
    pub last_utc_ms: i64,
    /// Tracks with media, as the last file of each has it.
    pub tracks: Vec<TrackRecovery>,
    /// Ledger files with a torn last line, and its bytes.
    pub torn: Vec<(PathBuf, u64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackRecovery {
    pub track: TrackId,
    /// Last file, below the sitting's folder.
    pub file: String,
    /// What its chain proves.
    pub proved_bytes: u64,
    pub proved_us: u64,
    /// What it holds: the tail beyond is kept bit-exact, and its whole clusters play if the machine was not restarted.
    pub total_bytes: u64,
    pub reached_us: u64,
    /// Whether chains cover every byte of this epoch's files.
    pub whole: bool,
    /// The machine was restarted: what no chain proves may be there in part, and counts for nothing.
    pub restarted: bool,
    /// The chain does not fit the file: not a crash's doing.
    pub damaged: Option<String>,
}

/// A gap that the new owner has to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    pub track: TrackId,
    pub from_us: u64,
    pub to_us: u64,
    pub reason: GapReason,
}

/// A track that was being recorded at the crash, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    pub track: TrackId,
    pub since_us: u64,
}

/// Recording of a track that had ended, or was about to, when the program was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub track: TrackId,
    pub from_us: u64,
    pub to_us: u64,
}

/// The recorder is told of an end a moment after it is on record, and is behind by no more than this.
const BEHIND_US: u64 = 2_000_000;
/// The clock may be set by so much after a start.
const CLOCK_SET_MS: i64 = 60_000;
/// So long before a cut the last frame may have begun.
const LAST_FRAME_US: u64 = 150_000;

/// Reads an interrupted sitting.
///
/// # Errors
/// `hearing.json` or the ledger cannot be read or is damaged.
pub fn sitting(folder: &Path) -> io::Result<Recovery> {
    let hearing: HearingFile = serde_json::from_slice(&fs::read(folder.join("hearing.json"))?)?;
    let replay = ledger::replay(folder)?;
    let mut tracks = Vec::new();
    // A file without a whole line was begun by somebody who did not come to say anything.
    let epoch = replay.lines.last().map_or(replay.epoch, |line| line.epoch);
    let mut touched = modified_ms(&folder.join(format!("ledger/{epoch}.jsonl")));
    for dir in folder::subfolders(&folder.join("tracks"))? {
        let Some(track) = dir.file_name().and_then(|n| n.to_str()).and_then(|n| n.parse::<TrackId>().ok()) else {
            continue;
        };
        let files = folder::media_files(&dir)?;
        let Some(last) = files.last() else { continue };
        touched = touched.max(modified_ms(last)).max(modified_ms(&last.with_extension("chain")));
        tracks.extend(track_recovery(folder, &hearing, (track, epoch), files)?);
    }
    let (line_us, line_ms) =
        replay.lines.last().map_or((0, 0), |line| (line.t_us, time::parse(&line.utc).unwrap_or_default()));
    // The last write is a sign of life on the wall clock; the last line ties that clock to the hearing's.
    let alive_us = line_us + u64::try_from((touched - line_ms).max(0)).unwrap_or(0) * 1000;
    let reached = tracks.iter().map(|t| t.reached_us).max().unwrap_or(0);
    let last_us = alive_us.max(reached).max(line_us);
    let last_utc_ms = line_ms + i64::try_from((last_us - line_us) / 1000).unwrap_or(i64::MAX / 2);
    let (next_epoch, head, torn) = (replay.epoch + 1, replay.head, replay.torn);
    Ok(Recovery { next_epoch, epoch, head, line_us, last_us, last_utc_ms, tracks, torn })
}

impl Recovery {
    /// What the ledger must state for tracks that were being recorded at the crash, when recording can go on at
    /// `resumed_us` at the earliest: what was received and is lost, and separately the outage.
    #[must_use]
    pub fn losses(&self, recorded: &[Recorded], resumed_us: u64) -> Vec<Loss> {
        let mut out = Vec::new();
        for &Recorded { track, since_us } in recorded {
            // Of a track without a file what came first may be lost, and no more than that.
            let none = self.last_us.saturating_sub(BEHIND_US);
            let reached = self.tracks.iter().find(|t| t.track == track).map_or(none, |t| t.reached_us).max(since_us);
            if reached < self.last_us {
                out.push(Loss { track, from_us: reached, to_us: self.last_us, reason: GapReason::Crash });
            }
            if self.last_us < resumed_us {
                out.push(Loss { track, from_us: self.last_us, to_us: resumed_us, reason: GapReason::Outage });
            }
        }
        out
    }

    /// What was received before an end that came just before the kill, and was not written any more.
    #[must_use]
    pub fn cut_short(&self, ended: &[Ended]) -> Vec<Loss> {
        let mut out = Vec::new();
        for Ended { track, from_us, to_us } in ended {
            let found = self.tracks.iter().find(|t| t.track == *track);
            let reached = found.map_or(*from_us, |t| t.reached_us);
            // A power cut may have taken the last frames whole, and left no sign of them.
            let kept = found.is_some_and(|t| !t.restarted);
            let last_frame_us = if kept { LAST_FRAME_US } else { 0 };
            // Nor does what was written later, of this or another track, say anything of them.
            let alive_us = if kept { self.last_us } else { self.line_us };
            // What is older was written, or its silence is stated.
            let from_us = reached.max(*from_us).max(to_us.saturating_sub(BEHIND_US));
            if alive_us.saturating_sub(*to_us) <= BEHIND_US && from_us + last_frame_us < *to_us {
                out.push(Loss { track: *track, from_us, to_us: *to_us, reason: GapReason::Crash });
            }
        }
        out
    }

    /// Whether the chains cover every byte of media, and the ledger ends with a whole line: nothing was under way.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        // What was torn before that, an owner since has seen.
        let epoch = |path: &Path| path.file_stem().and_then(|stem| stem.to_str()?.parse::<u32>().ok());
        let torn = self.torn.iter().any(|(path, _)| epoch(path).is_none_or(|epoch| epoch >= self.epoch));
        !torn && self.tracks.iter().all(|track| track.whole)
    }
}

/// Copies of all media with an index and a duration, into `derived/playable/`: crashed and live files have neither. The
/// record itself is only read.
///
/// # Errors
/// A copy cannot be written; files that cannot be read are left out and named in the log.
pub fn playable_copies(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let root = crate::catalogue::root(folder);
    let out = folder.join("derived/playable");
    let mut made = Vec::new();
    for dir in folder::subfolders(&root.join("tracks"))? {
        for file in folder::media_files(&dir)? {
            let (Some(track), Some(name)) = (dir.file_name(), file.file_name()) else { continue };
            let target = out.join(track).join(name);
            fs::create_dir_all(out.join(track))?;
            match crate::mux::remux(&file, &target) {
                Ok(()) => made.push(target),
                Err(e) => tracing::warn!(file = %file.display(), error = %e, "no playable copy"),
            }
        }
    }
    Ok(made)
}

/// Whether the machine was started after a file was last written, or may have been: what the kernel held of it and had
/// not been made durable is then gone, in part and in no order.
fn restarted_since(path: &Path) -> bool {
    let up = clock_gettime(ClockId::Boottime).tv_sec.saturating_mul(1000);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(0));
    let written = modified_ms(path);
    // A clock that is behind what it wrote was lost with the power.
    written < now - up + CLOCK_SET_MS || written > now
}

fn modified_ms(path: &Path) -> i64 {
    let modified = fs::metadata(path).and_then(|m| m.modified()).ok();
    let since = modified.and_then(|m| m.duration_since(UNIX_EPOCH).ok());
    since.and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or(0)
}

/// From the last file back to one that is chained: those before it were finished.
fn track_recovery(
    folder: &Path,
    hearing: &HearingFile,
    (track, epoch): (TrackId, u32),
    mut files: Vec<PathBuf>,
) -> io::Result<Option<TrackRecovery>> {
    let mut out: Option<TrackRecovery> = None;
    while let Some(path) = files.pop() {
        let mut found = file_recovery(folder, hearing, track, &path)?;
        // An earlier owner's tail is stated.
        found.whole |= folder::number(&path).0 < epoch;
        let chained = found.proved_bytes > 0;
        out = Some(match out {
            None => found,
            Some(last) => TrackRecovery {
                proved_us: last.proved_us.max(found.proved_us),
                reached_us: last.reached_us.max(found.reached_us),
                whole: last.whole && found.whole,
                damaged: last.damaged.or(found.damaged),
                ..last
            },
        });
        if chained {
            break;
        }
    }
    Ok(out)
}

fn file_recovery(folder: &Path, hearing: &HearingFile, track: TrackId, path: &Path) -> io::Result<TrackRecovery> {
    let file = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
    let chain = fs::read(path.with_extension("chain")).ok();
    let has_chain = chain.is_some();
    let (lines, mut damaged) = match parse_file(&chain.unwrap_or_default()) {
        Ok((lines, _)) => (lines, None),
        Err((from, _)) => (Vec::new(), Some(format!("the chain is no chain at byte {from}"))),
    };
    let mut checker = Checker::new(genesis(hearing.plan.hearing, &hearing.sitting, &file), lines);
    let mut media = File::open(path)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match media.read(&mut buffer)? {
            0 => break,
            n => checker.feed(&buffer[..n]),
        }
    }
    let checked = checker.finish();
    damaged = damaged.or_else(|| checked.wrong.map(|w| format!("bytes {}..{}: {}", w.from, w.to, w.what)));
    // Only whole clusters play everywhere; a block in an unfinished one is not counted. Nor is what a power cut may have
    // torn: blocks of a cluster that is there may be missing within it.
    let restarted = restarted_since(path);
    let played_ms = checked.scanner.boundary_ms().filter(|_| !restarted);
    let reached_ms = played_ms.max(checked.linked_ms).unwrap_or(0);
    Ok(TrackRecovery {
        track,
        file,
        proved_bytes: checked.linked,
        proved_us: checked.linked_ms.unwrap_or(0).saturating_mul(1000),
        total_bytes: checked.total,
        reached_us: reached_ms.saturating_mul(1000),
        whole: has_chain && checked.linked == checked.total,
        restarted,
        damaged,
    })
}
