//! Signed checkpoints of an open record, every minute and whenever a file was begun.

use crate::append;
use crate::segment::Place;
use assize_proof::chain::genesis;
use assize_proof::checkpoint::{self, Checkpoint, FILE, FileHead};
use assize_proof::hash::Hash;
use assize_proof::key::CourtKey;
use assize_proof::time;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

pub(crate) struct Checkpoints {
    key: Arc<CourtKey>,
    place: Place,
    file: File,
    n: u64,
    prev: Hash,
    seen: BTreeMap<String, (u64, Sha256)>,
    /// Heads that no checkpoint states yet.
    owed: BTreeMap<String, FileHead>,
    /// Length of the file up to the last durable checkpoint.
    length: u64,
}

impl Checkpoints {
    pub(crate) fn open(place: &Place, key: Arc<CourtKey>) -> io::Result<Self> {
        let path = place.folder.join(FILE);
        let before = match fs::read(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other?,
        };
        let genesis = genesis(&place.hearing, &place.sitting, FILE);
        let check = checkpoint::check_file(&before, genesis);
        let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
        if check.torn_bytes > 0 && !before.ends_with(b"\n") {
            // The torn line stays as it is; what follows begins on a line of its own.
            file.write_all(b"\n")?;
        }
        // Its name, or a power cut takes what was signed.
        File::open(&place.folder)?.sync_all()?;
        let n = check.found.last().map_or(0, |f| f.checkpoint.n);
        let prev = check.last.unwrap_or(genesis);
        let length = file.metadata()?.len();
        let (seen, owed) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { key, place: place.clone(), file, n, prev, seen, owed, length })
    }

    /// So much of the file is durable.
    pub(crate) fn durable_bytes(&self) -> u64 {
        self.length
    }

    /// Writes a checkpoint of all that has grown since the last one.
    ///
    /// # Errors
    /// Nothing was appended: what the disk took of the line is taken back before anything follows it, and the next
    /// checkpoint states what this one would have.
    pub(crate) fn write(&mut self, t_us: u64, utc_ms: i64) -> io::Result<()> {
        if self.file.metadata()?.len() != self.length {
            self.file.set_len(self.length)?;
        }
        for file in files(&self.place.folder)? {
            if let Some(head) = self.head(file)? {
                self.owed.insert(head.file.clone(), head);
            }
        }
        let line = Checkpoint {
            v: assize_core::ledger::VERSION,
            n: self.n + 1,
            epoch: self.place.epoch,
            t_us,
            utc: time::rfc3339(utc_ms),
            heads: self.owed.values().cloned().collect(),
            key: self.key.public().id(),
            prev: self.prev,
        };
        let mut text = line.sign(&self.key).map_err(io::Error::other)?;
        let hash = Hash::of(text.as_bytes());
        text.push('\n');
        append::line(&self.file, text.as_bytes())?;
        // A line that the disk does not confirm is taken back by the next attempt.
        self.file.sync_data()?;
        self.length += text.len() as u64;
        self.owed.clear();
        self.n += 1;
        self.prev = hash;
        Ok(())
    }

    /// Reads on in a file to its last complete line (or entry) and gives its new head, if it has grown.
    fn head(&mut self, file: String) -> io::Result<Option<FileHead>> {
        let path = self.place.folder.join(&file);
        let (done, sha) = self.seen.entry(file.clone()).or_insert_with(|| (0, Sha256::new()));
        let mut reader = File::open(&path)?;
        reader.seek(SeekFrom::Start(*done))?;
        let mut new = Vec::new();
        reader.read_to_end(&mut new)?;
        let lines = Path::new(&file).extension().is_some_and(|e| e == "jsonl" || e == "chain");
        let whole = if lines { new.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1) } else { new.len() };
        if whole == 0 {
            return Ok(None);
        }
        // What is signed for must be there after a power cut, and under its name.
        reader.sync_data()?;
        if let Some(dir) = path.parent().filter(|_| *done == 0) {
            File::open(dir)?.sync_all()?;
        }
        sha.update(&new[..whole]);
        *done += whole as u64;
        Ok(Some(FileHead { bytes: *done, sha256: Hash(sha.clone().finalize().into()), file }))
    }
}

/// Every file of the record except media (stated through their chains) and the checkpoints themselves.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut out = Vec::new();
    let mut dirs = vec![folder.to_path_buf()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                if path != folder.join("derived") {
                    dirs.push(path);
                }
                continue;
            }
            let Ok(name) = path.strip_prefix(folder) else { continue };
            let name = name.to_string_lossy().into_owned();
            let media = name.ends_with(".webm") || name.ends_with(".mkv");
            if !media && name != FILE && !name.starts_with('.') && !name.ends_with(".next") {
                out.push(name);
            }
        }
    }
    out.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::process::Command;

    /// Fills the disk to its last byte.
    fn fill(path: &Path) {
        let mut file = File::create(path).unwrap();
        for block in [1 << 12, 1] {
            while file.write(&vec![0; block]).is_ok_and(|n| n > 0) {}
        }
    }

    #[test]
    fn a_full_disk_tears_no_checkpoint_and_the_next_one_states_what_it_would_have() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_str().unwrap();
        if !Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs", path]).status().unwrap().success() {
            return println!("SKIPPED a full disk: mounting a tmpfs needs root");
        }
        let place = Place { folder: dir.path().to_owned(), hearing: "h".into(), sitting: "01".into(), epoch: 1 };
        let mut checkpoints = Checkpoints::open(&place, Arc::new(CourtKey::generate().unwrap())).unwrap();
        fs::write(dir.path().join("hearing.json"), b"{}").unwrap();
        checkpoints.write(1, 1).unwrap();
        // Heads of so many files are longer than the page of which the rest is all that the disk still has.
        (0..40).for_each(|n| fs::write(dir.path().join(format!("{n}.json")), b"{}").unwrap());
        let ballast = dir.path().join(".ballast");
        fill(&ballast);
        checkpoints.write(2, 2).unwrap_err();
        checkpoints.write(3, 3).unwrap_err();
        fs::remove_file(ballast).unwrap();
        checkpoints.write(4, 4).unwrap();

        let bytes = fs::read(dir.path().join(FILE)).unwrap();
        let _ = Command::new("umount").args(["-l", path]).status();
        let check = checkpoint::check_file(&bytes, genesis("h", "01", FILE));
        assert_eq!((check.found.len(), check.torn_bytes), (2, 0));
        assert!(check.bad.is_empty(), "{:?}", check.bad);
        assert_eq!(check.found[1].checkpoint.heads.len(), 40, "what was refused is stated now");
    }
}
