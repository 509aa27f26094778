//! A time stamp is added to a sealed bag: the authority is asked about the seal, and no seal waits for it.
//!
//! Neither the seal's signature nor its payload covers the token: it is about the seal. The manifests name it, as they name
//! every file of a bag (RFC 8493), and are made anew. While that is being done a marker says so; who finds it does it again.

use crate::folder::write_durably;
use crate::seal::is_sealed;
use assize_proof::bag::{INFO_FILE, MANIFEST_FILE, TAG_MANIFEST_FILE, manifest, oxum, parse_manifest};
use assize_proof::hash::Hash;
use assize_proof::seal::{HEAD, TIME_STAMP};
use assize_proof::verify::STAMPING;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// SHA-256 of what is to be stamped, if the sitting in `folder` is sealed and carries no stamp.
#[must_use]
pub fn wanted(folder: &Path) -> Option<Hash> {
    let lacks = is_sealed(folder) && !folder.join(TIME_STAMP).exists();
    fs::read(folder.join(HEAD)).ok().filter(|_| lacks).map(|head| Hash::of(&head))
}

/// Adds an authority's answer to a bag. It may be repeated.
///
/// # Errors
/// The bag cannot be read or written; the stamp can then be added again.
pub fn add(folder: &Path, answer: &[u8]) -> io::Result<()> {
    let text = fs::read_to_string(folder.join(MANIFEST_FILE))?;
    let bad = |file: &str| io::Error::other(format!("{file} is no manifest"));
    let mut files = parse_manifest(&text).map_err(|_| bad(MANIFEST_FILE))?;
    let mut tags = parse_manifest(&fs::read_to_string(folder.join(TAG_MANIFEST_FILE))?);
    let tags = tags.as_mut().map_err(|_| bad(TAG_MANIFEST_FILE))?;
    write_durably(&folder.join(STAMPING), b"")?;
    write_durably(&folder.join(TIME_STAMP), answer)?;
    files.insert(TIME_STAMP.to_owned(), Hash::of(answer));
    let mut bytes = 0;
    for path in files.keys() {
        bytes += fs::metadata(folder.join(path))?.len();
    }
    let info = oxum(&fs::read_to_string(folder.join(INFO_FILE))?, bytes, files.len() as u64);
    for (name, text) in [(MANIFEST_FILE, manifest(&files)), (INFO_FILE, info)] {
        write_durably(&folder.join(name), text.as_bytes())?;
        tags.insert(name.to_owned(), Hash::of(text.as_bytes()));
    }
    write_durably(&folder.join(TAG_MANIFEST_FILE), manifest(tags).as_bytes())?;
    fs::remove_file(folder.join(STAMPING))?;
    File::open(folder)?.sync_all()
}

/// Finishes, or takes back, what was begun when the machine stopped.
///
/// # Errors
/// The bag cannot be read or written.
pub fn complete(folder: &Path) -> io::Result<()> {
    if !folder.join(STAMPING).exists() {
        return Ok(());
    }
    match fs::read(folder.join(TIME_STAMP)) {
        Ok(answer) => add(folder, &answer),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::remove_file(folder.join(STAMPING)),
        Err(error) => Err(error),
    }
}
