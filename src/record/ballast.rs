//! Space that is kept beside the records, so that a disk that is full still takes a seal.
//!
//! The ledger reserves its own space ahead, and sound and pictures stop when nothing is left for them: what is missing then is
//! stated. A seal has to be written after that, and cannot state that it is missing.

use crate::folder::free_bytes;
use rustix::fs::{FallocateFlags, fallocate};
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Below the folder of all records.
pub const FILE: &str = ".ballast";
/// A disk that has less than so many times the ballast left keeps it for the records.
const ROOM: u64 = 4;
/// A block of `st_blocks` (stat(2)).
const BLOCK: u64 = 512;

/// Keeps so many bytes, if the disk has room; less or none are asked for at the next call.
///
/// # Errors
/// The disk does not take them.
pub fn keep(root: &Path, bytes: u64) -> io::Result<()> {
    let path = root.join(FILE);
    if bytes == 0 {
        spend(root);
        return Ok(());
    }
    fs::create_dir_all(root)?;
    let kept = fs::metadata(&path).map_or(0, |file| file.blocks() * BLOCK);
    if kept >= bytes || free_bytes(root)? < (bytes - kept).saturating_mul(ROOM) {
        return Ok(());
    }
    let file = OpenOptions::new().create(true).append(true).open(&path)?;
    let reserved = fallocate(&file, FallocateFlags::empty(), 0, bytes);
    if reserved.is_err() {
        // Half a ballast is none, and in the way.
        spend(root);
    }
    Ok(reserved?)
}

/// Gives the space away. False if there was none.
pub fn spend(root: &Path) -> bool {
    fs::remove_file(root.join(FILE)).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_is_there_until_it_is_spent_or_no_longer_wanted() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        keep(dir.path(), 1 << 20).unwrap();
        let kept = fs::metadata(&file).unwrap();
        assert!(kept.len() == 1 << 20 && kept.blocks() * BLOCK >= 1 << 20);
        keep(dir.path(), 2 << 20).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().len(), 2 << 20);
        assert!(spend(dir.path()) && !spend(dir.path()));
        // More than the disk could spare.
        keep(dir.path(), free_bytes(dir.path()).unwrap() / 2).unwrap();
        assert!(!file.exists());
        keep(dir.path(), 1 << 20).unwrap();
        keep(dir.path(), 0).unwrap();
        assert!(!file.exists());
    }
}
