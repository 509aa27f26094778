//! Mending a sealed record from a copy of it: what a disk has changed is taken from where it has not.
//!
//! The seal says what is right, never one of the two copies by itself: the manifest has to lead to the digest that a vouched key
//! signed, and a file is taken over only if its bytes are those that the manifest names. What was there is put aside below
//! `derived/damaged/`, since it may be wanted as evidence of what happened, and every file that was mended gets a line in
//! `derived/repairs.jsonl`.

use crate::bag::{DECLARATION_FILE, INFO_FILE, MANIFEST_FILE, TAG_MANIFEST_FILE, parse_manifest};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::seal::{self, HEAD, Head, PUBLIC_KEY, SIGNATURE};
use crate::time;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Below the record's folder, and no part of the bag.
pub const LOG: &str = "derived/repairs.jsonl";
const ASIDE: &str = "derived/damaged";

#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    #[error("{path}: {source}")]
    Disk { path: PathBuf, source: io::Error },
    #[error("neither {record} nor {copy} has a seal that a vouched key has signed, with the manifest that it is of")]
    NoSeal { record: PathBuf, copy: PathBuf },
    #[error("{copy} is a copy of another record")]
    Other { copy: PathBuf },
}

/// One file that was mended, as its line in the log says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mended {
    /// RFC 3339 UTC.
    pub utc: String,
    pub file: String,
    /// SHA-256 of what was there; none if nothing was.
    pub was: Option<Hash>,
    pub is: Hash,
    /// The copy that it was taken from.
    pub from: String,
    /// Where what was there was put, below the record's folder.
    pub aside: Option<String>,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Repair {
    pub mended: Vec<Mended>,
    /// Damaged files of which the copy has nothing better.
    pub lost: Vec<String>,
}

/// Mends the sealed record in `record` from `copy`, another folder with the same bag.
///
/// # Errors
/// There is no seal to go by, or the disk does not take what was mended; it may then be tried again.
pub fn repair(record: &Path, copy: &Path, vouched: &[PublicKey], utc_ms: i64) -> Result<Repair, RepairError> {
    let (own, other) = (Sealed::read(record, vouched), Sealed::read(copy, vouched));
    let right = match (&own, &other) {
        (Some(own), Some(other)) if own.head != other.head => {
            return Err(RepairError::Other { copy: copy.to_owned() });
        }
        (Some(sealed), _) | (None, Some(sealed)) => sealed,
        (None, None) => return Err(RepairError::NoSeal { record: record.to_owned(), copy: copy.to_owned() }),
    };
    let mut bench = Bench { record, copy, utc: time::rfc3339(utc_ms), repair: Repair::default() };
    for (file, hash) in &right.files {
        bench.mend(file, *hash)?;
    }
    bench.mend_tags(right)?;
    Ok(bench.repair)
}

/// A seal that holds, and the manifest that it is of.
struct Sealed {
    head: Hash,
    manifest: String,
    files: BTreeMap<String, Hash>,
}

impl Sealed {
    fn read(folder: &Path, vouched: &[PublicKey]) -> Option<Self> {
        let text = fs::read(folder.join(HEAD)).ok()?;
        let signature = fs::read(folder.join(SIGNATURE)).ok()?;
        let head: Head = serde_json::from_slice(&text).ok()?;
        let key = vouched.iter().find(|key| key.id() == head.key)?;
        let manifest = fs::read_to_string(folder.join(MANIFEST_FILE)).ok()?;
        let mut files = parse_manifest(&manifest).ok()?;
        let payload = seal::payload(files.iter().map(|(path, hash)| (path.as_str(), *hash)));
        if !key.verifies(&text, &signature) || payload != head.payload {
            return None;
        }
        // These the digest does not cover: they are what they are by the signature.
        files.insert(HEAD.to_owned(), Hash::of(&text));
        files.insert(SIGNATURE.to_owned(), Hash::of(&signature));
        files.entry(PUBLIC_KEY.to_owned()).or_insert_with(|| Hash::of(key.pem().as_bytes()));
        Some(Self { head: Hash::of(&text), manifest, files })
    }
}

struct Bench<'a> {
    record: &'a Path,
    copy: &'a Path,
    utc: String,
    repair: Repair,
}

impl Bench<'_> {
    fn mend(&mut self, file: &str, right: Hash) -> Result<(), RepairError> {
        let was = hash_of(&self.record.join(file));
        if was == Some(right) {
            return Ok(());
        }
        if hash_of(&self.copy.join(file)) == Some(right) {
            self.take_over(file, was, right)
        } else {
            self.repair.lost.push(file.to_owned());
            Ok(())
        }
    }

    /// The manifests and what they name beside the payload: as a whole, from whichever of the two fits the seal.
    fn mend_tags(&mut self, right: &Sealed) -> Result<(), RepairError> {
        let manifest = Hash::of(right.manifest.as_bytes());
        let fits = |folder: &Path| {
            let tags = fs::read_to_string(folder.join(TAG_MANIFEST_FILE)).ok()?;
            let tags = parse_manifest(&tags).ok().filter(|tags| tags.get(MANIFEST_FILE) == Some(&manifest))?;
            let whole = [DECLARATION_FILE, INFO_FILE, MANIFEST_FILE]
                .iter()
                .all(|file| tags.contains_key(*file) && hash_of(&folder.join(file)) == tags.get(*file).copied());
            whole.then_some(())
        };
        if fits(self.record).is_some() {
            return Ok(());
        }
        for file in [DECLARATION_FILE, INFO_FILE, MANIFEST_FILE, TAG_MANIFEST_FILE] {
            let (was, theirs) = (hash_of(&self.record.join(file)), hash_of(&self.copy.join(file)));
            match theirs.filter(|_| fits(self.copy).is_some()) {
                Some(theirs) if was != Some(theirs) => self.take_over(file, was, theirs)?,
                Some(_) => {}
                None => self.repair.lost.push(file.to_owned()),
            }
        }
        Ok(())
    }

    /// Beside the damaged one, checked as it lies there, and then in its place: at no time is there less than before.
    fn take_over(&mut self, file: &str, was: Option<Hash>, right: Hash) -> Result<(), RepairError> {
        let (place, from) = (self.record.join(file), self.copy.join(file));
        let disk = |source| RepairError::Disk { path: place.clone(), source };
        let next = place.with_file_name(format!("{}.repair", name(&place)));
        let done: io::Result<bool> = (|| {
            fs::create_dir_all(place.parent().unwrap_or(self.record))?;
            fs::copy(&from, &next)?;
            File::open(&next)?.sync_all()?;
            Ok(hash_of(&next) == Some(right))
        })();
        if !done.map_err(disk)? {
            // What was read a moment ago was something else.
            let _ = fs::remove_file(&next);
            self.repair.lost.push(file.to_owned());
            return Ok(());
        }
        let aside = was.map(|was| format!("{ASIDE}/{}-{}", &was.to_string()[..16], name(&place)));
        let moved: io::Result<()> = (|| {
            fs::create_dir_all(self.record.join(ASIDE))?;
            if let Some(aside) = &aside {
                fs::copy(&place, self.record.join(aside))?;
                File::open(self.record.join(aside))?.sync_all()?;
            }
            fs::rename(&next, &place)?;
            File::open(place.parent().unwrap_or(self.record))?.sync_all()
        })();
        moved.map_err(disk)?;
        let mended = Mended {
            utc: self.utc.clone(),
            file: file.to_owned(),
            was,
            is: right,
            from: self.copy.display().to_string(),
            aside,
        };
        self.note(&mended).map_err(disk)?;
        self.repair.mended.push(mended);
        Ok(())
    }

    fn note(&self, mended: &Mended) -> io::Result<()> {
        let mut line = serde_json::to_vec(mended)?;
        line.push(b'\n');
        let mut log = OpenOptions::new().create(true).append(true).open(self.record.join(LOG))?;
        log.write_all(&line)?;
        log.sync_all()
    }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// None if it cannot be read, as a damaged disk's files are.
fn hash_of(path: &Path) -> Option<Hash> {
    Hash::of_reader(&mut File::open(path).ok()?).ok().map(|(hash, _)| hash)
}
