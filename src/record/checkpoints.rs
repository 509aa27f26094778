//! Signed checkpoints of an open record, every minute and whenever a file was begun.

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
        if check.torn_bytes > 0 {
            // The torn line stays as it is; what follows begins on a line of its own.
            file.write_all(b"\n")?;
        }
        let n = check.found.last().map_or(0, |f| f.checkpoint.n);
        let prev = check.last.unwrap_or(genesis);
        Ok(Self { key, place: place.clone(), file, n, prev, seen: BTreeMap::new() })
    }

    /// Writes a checkpoint of all that has grown since the last one.
    pub(crate) fn write(&mut self, t_us: u64, utc_ms: i64) -> io::Result<()> {
        let mut heads = Vec::new();
        for file in files(&self.place.folder)? {
            heads.extend(self.head(file)?);
        }
        let line = Checkpoint {
            v: assize_core::ledger::VERSION,
            n: self.n + 1,
            epoch: self.place.epoch,
            t_us,
            utc: time::rfc3339(utc_ms),
            heads,
            key: self.key.public().id(),
            prev: self.prev,
        };
        let mut text = line.sign(&self.key).map_err(io::Error::other)?;
        let hash = Hash::of(text.as_bytes());
        text.push('\n');
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()?;
        self.n += 1;
        self.prev = hash;
        Ok(())
    }

    /// Reads on in a file to its last complete line (or entry) and gives its new head, if it has grown.
    fn head(&mut self, file: String) -> io::Result<Option<FileHead>> {
        let (done, sha) = self.seen.entry(file.clone()).or_insert_with(|| (0, Sha256::new()));
        let mut reader = File::open(self.place.folder.join(&file))?;
        reader.seek(SeekFrom::Start(*done))?;
        let mut new = Vec::new();
        reader.read_to_end(&mut new)?;
        let lines = Path::new(&file).extension().is_some_and(|e| e == "jsonl" || e == "chain");
        let whole = if lines { new.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1) } else { new.len() };
        if whole == 0 {
            return Ok(None);
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
