//! Files that are handed in: written beside the record while they come, and moved into it whole.

use assize_core::hearing::FileHash;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers the files of this process.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A file that comes. Dropped before it is placed, it leaves nothing behind; what a crash leaves is named so that the
/// sealing throws it away.
#[derive(Debug)]
pub struct Incoming {
    path: PathBuf,
    file: File,
    sha256: Sha256,
    bytes: u64,
}

/// A file that came whole, is durable, and has no name in the record yet.
#[derive(Debug)]
pub struct Received {
    path: PathBuf,
    sha256: FileHash,
    bytes: u64,
    placed: bool,
}

/// Gives a further sitting a file of the one before, whose record stays whole: the same file under a second name, or a copy
/// where the disk knows no second names.
///
/// # Errors
/// It is not there, or cannot be written.
pub fn carry(from: &Path, to: &Path, name: &str) -> io::Result<()> {
    let (source, target) = (from.join(name), to.join(name));
    if target.exists() {
        return Ok(());
    }
    let parent = target.parent().unwrap_or(to);
    fs::create_dir_all(parent)?;
    if fs::hard_link(&source, &target).is_err() {
        let next = target.with_extension("next");
        fs::copy(&source, &next)?;
        File::open(&next)?.sync_all()?;
        fs::rename(&next, &target)?;
    }
    for dir in [parent, to] {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

impl Incoming {
    /// Begins a file beside the record in `folder`.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn begin(folder: &Path) -> io::Result<Self> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("upload-{}-{number}.next", process::id()));
        // What a process of the same number left before is nobody's any more.
        let file = OpenOptions::new().create(true).write(true).truncate(true).open(&path)?;
        Ok(Self { path, file, sha256: Sha256::new(), bytes: 0 })
    }

    /// The next piece.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all(piece)?;
        self.sha256.update(piece);
        self.bytes += piece.len() as u64;
        Ok(())
    }

    /// It is whole: makes it durable.
    ///
    /// # Errors
    /// The disk does not say so.
    pub fn finish(mut self) -> io::Result<Received> {
        self.file.sync_all()?;
        let digits: String =
            std::mem::take(&mut self.sha256).finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let sha256 = digits.parse().map_err(io::Error::other)?;
        let path = std::mem::take(&mut self.path);
        Ok(Received { path, sha256, bytes: self.bytes, placed: false })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        discard(&self.path);
    }
}

impl Received {
    #[must_use]
    pub fn sha256(&self) -> &FileHash {
        &self.sha256
    }

    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where it lies until it is placed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves it to `name` below the record in `folder`, durably. What is there already under its own hash is the same file,
    /// and stays.
    ///
    /// # Errors
    /// The disk does not do it.
    pub fn place(mut self, folder: &Path, name: &str) -> io::Result<()> {
        let target = folder.join(name);
        let parent = target.parent().unwrap_or(folder);
        if target.exists() {
            return Ok(());
        }
        fs::create_dir_all(parent)?;
        fs::rename(&self.path, &target)?;
        self.placed = true;
        for dir in [parent, folder] {
            File::open(dir)?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.placed {
            discard(&self.path);
        }
    }
}

/// Nothing can be done about what cannot be removed; the sealing tries again.
fn discard(path: &Path) {
    if !path.as_os_str().is_empty() {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = entries.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_name_in_the_record_when_it_is_whole_and_before_that_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut incoming = Incoming::begin(folder.path()).unwrap();
        incoming.write(b"ab").unwrap();
        incoming.write(b"c").unwrap();
        assert!(names(folder.path())[0].ends_with(".next"), "which the sealing throws away");
        let received = incoming.finish().unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((received.sha256().to_string().as_str(), received.bytes()), (known, 3));
        received.place(folder.path(), "exhibits/abc.pdf").unwrap();
        assert_eq!(names(folder.path()), ["exhibits"]);
        assert_eq!(fs::read(folder.path().join("exhibits/abc.pdf")).unwrap(), b"abc");
    }

    #[test]
    fn what_was_broken_off_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut incoming = Incoming::begin(folder.path()).unwrap();
        incoming.write(b"abc").unwrap();
        drop(incoming);
        let mut refused = Incoming::begin(folder.path()).unwrap();
        refused.write(b"abc").unwrap();
        drop(refused.finish().unwrap());
        assert!(names(folder.path()).is_empty());
    }
}
