//! Sealing: an open record becomes a signed BagIt bag, in place, and can be repeated after a crash.

use crate::certificate::Certificate;
use crate::folder::write_durably;
use crate::ledger;
use assize_proof::bag::{self, DECLARATION, DECLARATION_FILE, INFO_FILE, MANIFEST_FILE, TAG_MANIFEST_FILE};
use assize_proof::hash::Hash;
use assize_proof::hearing_file::HearingFile;
use assize_proof::key::CourtKey;
use assize_proof::seal::{HEAD, Head, LedgerHead, PUBLIC_KEY, SIGNATURE, payload};
use assize_proof::verify::{Report, Survey, UNFINISHED, survey};
use assize_proof::{merkle, time};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// What the sealing adds to what the record says of itself.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Now.
    pub utc_ms: i64,
    /// Name and version of the program.
    pub software: String,
    /// Sets the certificate for paper (PDF).
    pub typeset: Option<Typeset>,
}

/// What makes a PDF of a certificate.
pub type Typeset = fn(&Certificate) -> Result<Vec<u8>, String>;

/// A sealed sitting.
#[derive(Debug, Clone)]
pub struct Sealed {
    pub head: Head,
    /// SHA-256 of `head.json`: what the next sitting names, and what is printed.
    pub fingerprint: Hash,
    /// What `verify` found while sealing; a record that was altered before is sealed as it is, and says so.
    pub report: Option<Report>,
}

/// Entries of a bag that are not payload.
const OUTSIDE: [&str; 7] =
    ["data", "derived", UNFINISHED, DECLARATION_FILE, INFO_FILE, MANIFEST_FILE, TAG_MANIFEST_FILE];

/// Whether a sitting's folder is a finished bag.
#[must_use]
pub fn is_sealed(folder: &Path) -> bool {
    folder.join(DECLARATION_FILE).exists() && !folder.join(UNFINISHED).exists()
}

/// Makes the bag. Nobody may write in the folder any more. A finished bag is left as it is.
///
/// # Errors
/// The folder holds no record, or something cannot be read or written; sealing can then be tried again.
pub fn sitting(folder: &Path, key: &CourtKey, meta: &Meta) -> io::Result<Sealed> {
    if is_sealed(folder) {
        return read(folder);
    }
    write_durably(&folder.join(UNFINISHED), b"")?;
    move_into_data(folder)?;
    let hearing: HearingFile = serde_json::from_slice(&fs::read(folder.join("data/hearing.json"))?)?;
    // What an interrupted sealing left is made anew.
    for old in [HEAD, SIGNATURE, PUBLIC_KEY, "data/certificate.json", "data/certificate.html", "data/certificate.pdf"] {
        remove(&folder.join(old))?;
        // Nor may what it was about to write count as payload.
        remove(&folder.join(format!("{old}.next")))?;
    }
    // Before it is read: what the seal vouches for is there after a power cut.
    sync_below(&folder.join("data"))?;
    let survey = survey(folder)?;
    let mut hashes = survey.hashes.clone();
    let add = |hashes: &mut BTreeMap<String, Hash>, name: &str, bytes: &[u8]| {
        hashes.insert(name.to_owned(), Hash::of(bytes));
        write_durably(&folder.join("data").join(name), bytes)
    };
    fs::create_dir_all(folder.join("data/seal"))?;
    // Lines that cannot be read are among the findings.
    let lines = ledger::replay(&folder.join("data")).map(|replay| replay.lines).unwrap_or_default();
    let certificate = Certificate::new(&hearing, &lines, &survey, key, meta);
    add(&mut hashes, "certificate.json", &pretty(&certificate)?)?;
    add(&mut hashes, "certificate.html", certificate.html().as_bytes())?;
    match meta.typeset.map(|typeset| typeset(&certificate)).transpose() {
        Ok(Some(pdf)) => add(&mut hashes, "certificate.pdf", &pdf)?,
        Ok(None) => {}
        // The page says the same: no seal waits for a type.
        Err(error) => tracing::error!(folder = %folder.display(), error, "the certificate cannot be set for paper"),
    }
    add(&mut hashes, "seal/key.pub", key.public().pem().as_bytes())?;

    let head = head(&hearing, &survey, &hashes, key, meta);
    let text = pretty(&head)?;
    add(&mut hashes, "seal/head.json", &text)?;
    add(&mut hashes, "seal/head.sig", &key.sign(&text))?;
    write_tags(folder, &hearing, &hashes, meta)?;
    write_durably(&folder.join(DECLARATION_FILE), DECLARATION.as_bytes())?;
    remove(&folder.join(UNFINISHED))?;
    File::open(folder)?.sync_all()?;
    Ok(Sealed { fingerprint: Hash::of(&text), head, report: Some(survey.report) })
}

/// The seal of a finished bag.
///
/// # Errors
/// It cannot be read.
pub fn read(folder: &Path) -> io::Result<Sealed> {
    let text = fs::read(folder.join(HEAD))?;
    Ok(Sealed { head: serde_json::from_slice(&text)?, fingerprint: Hash::of(&text), report: None })
}

fn pretty<T: serde::Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn move_into_data(folder: &Path) -> io::Result<()> {
    let data = folder.join("data");
    fs::create_dir_all(&data)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let text = name.to_string_lossy();
        if text.ends_with(".next") || text == ".probe" {
            fs::remove_file(entry.path())?;
        } else if !OUTSIDE.contains(&text.as_ref()) {
            fs::rename(entry.path(), data.join(&name))?;
        }
    }
    for dir in [&data, folder] {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// Makes files and names below a folder durable.
fn sync_below(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_below(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(dir)?.sync_all()
}

/// In order of path in the bag, as manifests are.
fn in_bag(hashes: &BTreeMap<String, Hash>) -> BTreeMap<String, Hash> {
    hashes.iter().map(|(name, hash)| (format!("data/{name}"), *hash)).collect()
}

fn head(hearing: &HearingFile, survey: &Survey, hashes: &BTreeMap<String, Hash>, key: &CourtKey, meta: &Meta) -> Head {
    Head {
        v: assize_core::ledger::VERSION,
        hearing: hearing.plan.hearing.to_string(),
        case: hearing.plan.case.clone(),
        rehearsal: hearing.plan.rehearsal,
        sitting: hearing.sitting.clone(),
        previous_seal: hearing.previous_seal,
        sealed: time::rfc3339(meta.utc_ms),
        key: key.public().id(),
        software: meta.software.clone(),
        ledger: LedgerHead { lines: survey.ledger.n, hash: survey.ledger.hash.clone() },
        chains: survey.chains.clone(),
        merkle_root: merkle::root(&survey.leaves),
        merkle_leaves: survey.leaves.len() as u64,
        payload: payload(in_bag(hashes).iter().map(|(path, hash)| (path.as_str(), *hash))),
    }
}

fn write_tags(folder: &Path, hearing: &HearingFile, hashes: &BTreeMap<String, Hash>, meta: &Meta) -> io::Result<()> {
    let files = in_bag(hashes);
    let manifest = bag::manifest(&files);
    let mut bytes = 0;
    for path in files.keys() {
        bytes += fs::metadata(folder.join(path))?.len();
    }
    let date = time::rfc3339(meta.utc_ms);
    let info = bag::info(&bag::Info {
        court: &hearing.plan.court.name,
        case: &format!("{} · {}", hearing.plan.case, hearing.sitting),
        hearing: &hearing.plan.hearing.to_string(),
        date: &date[..10],
        payload_bytes: bytes,
        payload_files: files.len() as u64,
        software: &meta.software,
        rehearsal: hearing.plan.rehearsal,
    });
    let tags: BTreeMap<String, Hash> =
        [(DECLARATION_FILE, DECLARATION), (INFO_FILE, &info), (MANIFEST_FILE, &manifest)]
            .map(|(name, text)| (name.to_owned(), Hash::of(text.as_bytes())))
            .into();
    write_durably(&folder.join(MANIFEST_FILE), manifest.as_bytes())?;
    write_durably(&folder.join(INFO_FILE), info.as_bytes())?;
    write_durably(&folder.join(TAG_MANIFEST_FILE), bag::manifest(&tags).as_bytes())
}
