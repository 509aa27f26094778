//! Whether a record's files are still those that were verified, without reading them all.

use assize_proof::bag;
use sha2::{Digest as _, Sha256};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::{fs, io};

/// Of every file its name, size, and when it was written and changed last; of the bag's manifest, and of `trust`, the list
/// of keys that are vouched for, the content. The time of change cannot be set back by whoever writes a file; a disk that
/// spoils bytes by itself is found by verifying again.
///
/// # Errors
/// The folder cannot be read.
pub(super) fn take(folder: &Path, trust: &Path) -> io::Result<[u8; 32]> {
    let mut sha = Sha256::new();
    walk(folder, &mut sha, true)?;
    for content in [folder.join(bag::MANIFEST_FILE), trust.to_owned()] {
        match fs::read(&content) {
            Ok(bytes) => put(&mut sha, &bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => put(&mut sha, b""),
            Err(error) => return Err(error),
        }
    }
    Ok(sha.finalize().into())
}

/// What is derived from a record is no part of it, and its composite grows while it is made.
fn walk(folder: &Path, sha: &mut Sha256, top: bool) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if top && entry.file_name() == "derived" {
            continue;
        }
        let file = entry.metadata()?;
        put(sha, entry.path().as_os_str().as_encoded_bytes());
        if file.is_dir() {
            walk(&entry.path(), sha, false)?;
            continue;
        }
        for number in [file.mtime(), file.mtime_nsec(), file.ctime(), file.ctime_nsec()] {
            sha.update(number.to_be_bytes());
        }
        for number in [file.len(), file.ino()] {
            sha.update(number.to_be_bytes());
        }
    }
    Ok(())
}

/// With its length, so that no two lists of pieces look the same.
fn put(sha: &mut Sha256, piece: &[u8]) {
    sha.update((piece.len() as u64).to_be_bytes());
    sha.update(piece);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn whatever_changes_in_a_record_changes_its_fingerprint() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, trust) = (dir.path().join("01"), dir.path().join("trust.json"));
        fs::create_dir_all(folder.join("data")).unwrap();
        fs::write(folder.join("data/a"), "one").unwrap();
        fs::write(folder.join("data/b"), "two").unwrap();
        let now = || take(&folder, &trust).unwrap();
        let mut known = vec![now()];
        assert_eq!(now(), known[0]);
        let mut changed = |what: &str| {
            let next = now();
            assert!(!known.contains(&next), "{what} is not seen");
            known.push(next);
        };
        fs::write(folder.join("data/a"), "ONE").unwrap();
        changed("other bytes of the same length");
        let times = fs::metadata(folder.join("data/a")).unwrap().modified().unwrap();
        fs::write(folder.join("data/a"), "one").unwrap();
        fs::File::options().write(true).open(folder.join("data/a")).unwrap().set_modified(times).unwrap();
        changed("a time that was set back");
        fs::rename(folder.join("data/b"), folder.join("data/c")).unwrap();
        changed("another name");
        fs::write(folder.join(bag::MANIFEST_FILE), "").unwrap();
        changed("a manifest");
        fs::write(&trust, "{}").unwrap();
        changed("a key that is vouched for");
        fs::remove_file(folder.join("data/c")).unwrap();
        changed("a missing file");
        fs::create_dir_all(folder.join("derived")).unwrap();
        let before = now();
        fs::write(folder.join("derived/composite.mp4"), "film").unwrap();
        assert_eq!(now(), before, "what is derived is no part of it");
    }
}
