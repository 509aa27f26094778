//! The ledger on disk: one file an epoch, appended to and never rewritten.

use assize_core::hearing::Stamped;
use assize_core::ledger::Line;
use assize_proof::checkpoint;
use assize_proof::hash::Hash;
use assize_proof::ledger::{self, Head};
use rustix::fs::{FallocateFlags, fallocate};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Space reserved ahead of the writing, so that a filling disk does not stop the ledger before the media.
const RESERVE: u64 = 1 << 20;
/// More is reserved when less than this is left.
const RESERVE_LOW: u64 = 256 << 10;

#[derive(Debug)]
pub struct LedgerFile {
    file: File,
    epoch: u32,
    head: Head,
    written: u64,
    reserved: u64,
    /// A failed write that could not be taken back: nothing may follow it in this file.
    poisoned: bool,
}

/// What the ledger of a sitting holds.
#[derive(Debug, Default)]
pub struct Replay {
    pub lines: Vec<Line>,
    pub head: Head,
    /// Highest epoch found; 0 if there is none.
    pub epoch: u32,
    /// Files whose last write was interrupted, and how many bytes of it there are.
    pub torn: Vec<(PathBuf, u64)>,
}

/// Reads the ledger of all epochs in order and checks the chain.
///
/// # Errors
/// A file cannot be read; `InvalidData` if a whole line is wrong or unknown, or what a checkpoint states is not there
/// (nothing may be built on that).
pub fn replay(folder: &Path) -> io::Result<Replay> {
    let mut out = Replay::default();
    let stated = stated(folder)?;
    for (epoch, path) in files(folder)? {
        let bytes = fs::read(&path)?;
        let check = ledger::check_file(&mut out.head, &bytes);
        if let Some((from, _, bad)) = check.bad {
            return Err(invalid(format!("{}, byte {from}: {bad}", path.display())));
        }
        if check.unknown > 0 {
            return Err(invalid(format!("{}: events of a later version", path.display())));
        }
        if check.torn_bytes > 0 {
            // What was signed for was durable: a hole in it is no write that was interrupted.
            if stated.get(&format!("ledger/{epoch}.jsonl")).is_some_and(|bytes| *bytes > check.good_bytes) {
                return Err(invalid(format!("{}, byte {}: the disk has lost it", path.display(), check.good_bytes)));
            }
            out.torn.push((path, check.torn_bytes));
        }
        out.lines.extend(check.lines);
        out.epoch = epoch;
    }
    Ok(out)
}

/// How many bytes of each file the checkpoints state. Whether they are in order is for `verify` to say.
fn stated(folder: &Path) -> io::Result<BTreeMap<String, u64>> {
    let bytes = match fs::read(folder.join(checkpoint::FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        other => other?,
    };
    let heads =
        checkpoint::check_file(&bytes, Hash::of(b"")).found.into_iter().flat_map(|found| found.checkpoint.heads);
    let mut out = BTreeMap::new();
    for head in heads {
        let bytes = out.entry(head.file).or_insert(0);
        *bytes = head.bytes.max(*bytes);
    }
    Ok(out)
}

/// The whole lines of the ledger of all epochs in order, as they were written, without their line feeds.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn texts(folder: &Path) -> io::Result<Vec<String>> {
    let (mut out, mut head) = (Vec::new(), Head::default());
    for (_, path) in files(folder)? {
        let bytes = fs::read(path)?;
        let good = usize::try_from(ledger::check_file(&mut head, &bytes).good_bytes).unwrap_or(usize::MAX);
        let text = str::from_utf8(&bytes[..good.min(bytes.len())]).map_err(io::Error::other)?;
        out.extend(text.lines().map(str::to_owned));
    }
    Ok(out)
}

/// The ledger's files in order of their epochs.
fn files(folder: &Path) -> io::Result<Vec<(u32, PathBuf)>> {
    let mut out = Vec::new();
    let entries = match fs::read_dir(folder.join("ledger")) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(out),
        other => other?,
    };
    for entry in entries {
        let path = entry?.path();
        let epoch = path.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".jsonl")?.parse().ok());
        if let Some(epoch) = epoch {
            out.push((epoch, path));
        }
    }
    out.sort();
    Ok(out)
}

/// The epoch a new owner of the sitting takes: one more than any before.
///
/// # Errors
/// The folder cannot be read.
pub fn next_epoch(folder: &Path) -> io::Result<u32> {
    Ok(files(folder)?.last().map_or(0, |(epoch, _)| *epoch) + 1)
}

impl LedgerFile {
    /// Replays what is there and opens the file of a new epoch. A torn last line of an earlier epoch is left out and stays
    /// as it is: [`replay`] reports it.
    ///
    /// # Errors
    /// As [`replay`]; `AlreadyExists` if the epoch is not new.
    pub fn open(folder: &Path, epoch: u32) -> io::Result<(Self, Vec<Line>)> {
        let replay = replay(folder)?;
        if epoch <= replay.epoch {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("epoch {epoch} is not new")));
        }
        for (path, bytes) in &replay.torn {
            tracing::warn!(file = %path.display(), bytes, "the last ledger line of an earlier epoch is torn");
        }
        let dir = folder.join("ledger");
        fs::create_dir_all(&dir)?;
        let file = OpenOptions::new().append(true).create_new(true).open(dir.join(format!("{epoch}.jsonl")))?;
        File::open(&dir)?.sync_all()?;
        File::open(folder)?.sync_all()?;
        let mut ledger = Self { file, epoch, head: replay.head, written: 0, reserved: 0, poisoned: false };
        ledger.reserve();
        Ok((ledger, replay.lines))
    }

    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Whether lines can still be appended; if not, a new epoch must be opened.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        !self.poisoned
    }

    /// Number and hash of the last durable line.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Appends events durably, as one write and one `fdatasync`, and gives back their lines.
    ///
    /// # Errors
    /// Nothing was appended: the file was cut back to its last durable line. If even that failed, or the disk did not
    /// confirm the write, every later append fails too and a new epoch must be opened.
    pub fn append(&mut self, events: &[Stamped]) -> io::Result<Vec<Line>> {
        if self.poisoned {
            return Err(io::Error::other("the ledger file failed before: a new epoch is needed"));
        }
        let mut head = self.head.clone();
        let mut lines = Vec::with_capacity(events.len());
        let mut text = Vec::new();
        for stamped in events {
            let mut salt = ledger::Salt::default();
            getrandom::fill(&mut salt).map_err(io::Error::other)?;
            let (line, line_text) =
                ledger::encode(&mut head, self.epoch, stamped, &salt).map_err(|e| invalid(e.to_string()))?;
            text.extend_from_slice(line_text.as_bytes());
            text.push(b'\n');
            lines.push(line);
        }
        if text.is_empty() {
            return Ok(lines);
        }
        if let Err(e) = self.file.write_all(&text) {
            self.poisoned = self.take_back().is_err();
            return Err(e);
        }
        if let Err(e) = self.file.sync_data() {
            // After a failed sync the kernel may drop the pages: what the file holds is not known any more.
            self.poisoned = true;
            let _ = self.take_back();
            return Err(e);
        }
        self.written += text.len() as u64;
        self.head = head;
        self.reserve();
        Ok(lines)
    }

    fn take_back(&self) -> io::Result<()> {
        self.file.set_len(self.written)?;
        self.file.sync_data()
    }

    /// Best effort: not every file system can, and appending works without.
    fn reserve(&mut self) {
        if self.reserved >= self.written + RESERVE_LOW {
            return;
        }
        if fallocate(&self.file, FallocateFlags::KEEP_SIZE, self.written, RESERVE).is_ok() {
            self.reserved = self.written + RESERVE;
        }
    }
}

fn invalid(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use assize_core::hearing::{Actor, Event};
    use assize_core::time::Now;

    fn paused(n: u64) -> Stamped {
        let event = Event::Paused { reason: format!("lý do {n}") };
        Stamped { now: Now { t_us: n, utc_ms: 1_795_226_523_000 }, actor: Actor::System, event }
    }

    #[test]
    fn epochs_continue_one_chain_over_a_torn_line() {
        let dir = tempfile::tempdir().unwrap();
        let (mut first, lines) = LedgerFile::open(dir.path(), 1).unwrap();
        assert!(lines.is_empty());
        first.append(&[paused(1), paused(2)]).unwrap();
        first.append(&[paused(3)]).unwrap();
        first.file.write_all(b"{\"actor\":").unwrap();
        assert_eq!(LedgerFile::open(dir.path(), 1).unwrap_err().kind(), io::ErrorKind::AlreadyExists);

        let (mut second, lines) = LedgerFile::open(dir.path(), next_epoch(dir.path()).unwrap()).unwrap();
        assert_eq!(lines.len(), 3);
        let line = second.append(&[paused(4)]).unwrap().remove(0);
        assert_eq!((line.n, line.epoch, &line.prev), (4, 2, &lines[2].hash));

        let replay = replay(dir.path()).unwrap();
        assert_eq!((replay.lines.len(), replay.head.n, replay.epoch, replay.torn.len()), (4, 4, 2, 1));
        assert_eq!(replay.torn[0].1, 9);
    }

    #[test]
    fn a_changed_line_stops_the_replay() {
        let dir = tempfile::tempdir().unwrap();
        let (mut ledger, _) = LedgerFile::open(dir.path(), 1).unwrap();
        ledger.append(&[paused(1), paused(2)]).unwrap();
        let path = dir.path().join("ledger/1.jsonl");
        let text = fs::read_to_string(&path).unwrap().replace("lý do 1", "lý do 9");
        fs::write(&path, text).unwrap();
        let error = replay(dir.path()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("byte 0"), "{error}");
    }

    #[test]
    fn reserved_space_does_not_lengthen_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let (mut ledger, _) = LedgerFile::open(dir.path(), 1).unwrap();
        ledger.append(&[paused(1)]).unwrap();
        assert_eq!(fs::metadata(dir.path().join("ledger/1.jsonl")).unwrap().len(), ledger.written);
    }
}
