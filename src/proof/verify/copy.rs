//! A copy for somebody who may not know all: that what is there is the sealed sitting's, and that nothing is missing but
//! what the court left out.

use super::bag::read_manifest;
use super::record::Outcome;
use super::source::Source;
use super::{CopyReport, Findings};
use crate::bag::MANIFEST_FILE;
use crate::copy::{self, Copy, FILE, SIGNATURE};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::ledger::{BadLine, Head as LedgerHead};
use crate::seal::{self, Head};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

const LEDGER: &str = "data/ledger/";

/// Names of the copy itself, beside the sealed sitting's.
fn is_own(path: &str) -> bool {
    [FILE, SIGNATURE, copy::PUBLIC_KEY, MANIFEST_FILE].contains(&path)
}

/// What the copy says of itself, and whether vouched keys signed both it and the seal of the whole.
pub(super) fn check(source: &mut Source, vouched: &[PublicKey], findings: &mut Findings) -> (Outcome, bool) {
    let Some((copy, sealed)) = read::<Copy>(source, FILE, findings).zip(read::<Head>(source, seal::HEAD, findings))
    else {
        return (Outcome::default(), false);
    };
    let signed = signed(source, (FILE, SIGNATURE), copy.0.key, vouched, findings)
        & signed(source, (seal::HEAD, seal::SIGNATURE), sealed.0.key, vouched, findings);
    let (copy, head) = (&copy.0, &sealed.0);
    let fits = copy.seal == sealed.1
        && (&copy.hearing, &copy.case, &copy.sitting) == (&head.hearing, &head.case, &head.sitting);
    if !fits {
        findings.altered(FILE, 0, 0, "is of another sitting than the seal");
    }
    let manifest = read_manifest(source, MANIFEST_FILE, findings);
    if seal::payload(manifest.iter().map(|(path, hash)| (path.as_str(), *hash))) != head.payload {
        findings.altered(MANIFEST_FILE, 0, 0, "is not what was sealed");
    }
    check_files(source, copy, &manifest, findings);
    let lines = check_ledger(source, copy, head, &manifest, findings);
    let outcome = Outcome {
        hearing: copy.hearing.clone(),
        case: copy.case.clone(),
        rehearsal: head.rehearsal,
        events: lines,
        copy: Some(CopyReport {
            recipient: copy.recipient.name.clone(),
            made: copy.made.clone(),
            lines_withheld: copy.lines_withheld,
            files_withheld: copy.files_withheld.len() as u64,
        }),
        ..Outcome::default()
    };
    (outcome, signed)
}

/// A file of JSON and the hash of its bytes.
fn read<T: serde::de::DeserializeOwned>(source: &mut Source, path: &str, findings: &mut Findings) -> Option<(T, Hash)> {
    match source.read(path) {
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Ok(value) => return Some((value, Hash::of(&bytes))),
            Err(error) => findings.altered(path, 0, bytes.len() as u64, format!("is not what it should be: {error}")),
        },
        Err(error) => findings.unreadable(path, &error),
    }
    None
}

fn signed(
    source: &mut Source,
    (file, signature): (&str, &str),
    key: Hash,
    vouched: &[PublicKey],
    findings: &mut Findings,
) -> bool {
    let (Ok(text), Ok(bytes)) = (source.read(file), source.read(signature)) else {
        findings.altered(signature, 0, 0, "is missing");
        return false;
    };
    match vouched.iter().find(|known| known.id() == key) {
        Some(known) if known.verifies(&text, &bytes) => true,
        Some(_) => {
            findings.altered(signature, 0, bytes.len() as u64, format!("the signature does not match {file}"));
            false
        }
        None => {
            findings.note(signature, 0, 0, format!("signed by a key that nobody vouches for: {key}"));
            false
        }
    }
}

/// Every file is the sealed one, and only what the copy names is missing.
fn check_files(source: &mut Source, copy: &Copy, manifest: &BTreeMap<String, Hash>, findings: &mut Findings) {
    let files: Vec<(String, u64)> = source.files().iter().map(|(path, size)| (path.clone(), *size)).collect();
    for (path, size) in &files {
        if is_own(path) || seal::is_seal(path) {
            continue;
        }
        let expected = if path.starts_with(LEDGER) { copy.ledger.get(path) } else { manifest.get(path) };
        let mut sha = Sha256::new();
        match (expected, source.stream(path, &mut |bytes| sha.update(bytes))) {
            (_, Err(error)) => findings.unreadable(path, &error),
            (None, Ok(())) => findings.altered(path, 0, *size, "is no part of the copy"),
            (Some(hash), Ok(())) if Hash(sha.finalize().into()) != *hash => {
                findings.altered(path, 0, *size, "is not what was copied");
            }
            (Some(_), Ok(())) => {}
        }
    }
    for path in manifest.keys().filter(|path| !source.has(path)) {
        if !copy.files_withheld.contains(path) {
            findings.altered(path, 0, 0, "is missing, and the copy does not say that it is withheld");
        }
    }
}

/// The chain of all lines to the sealed head; gives how many there are.
fn check_ledger(
    source: &mut Source,
    copy: &Copy,
    head: &Head,
    manifest: &BTreeMap<String, Hash>,
    findings: &mut Findings,
) -> u64 {
    let epoch = |path: &&String| path.strip_prefix(LEDGER)?.strip_suffix(".jsonl")?.parse::<u32>().ok();
    let mut files: Vec<&String> = manifest.keys().filter(|path| epoch(path).is_some()).collect();
    files.sort_by_key(epoch);
    let (mut at, mut withheld) = (LedgerHead::default(), 0);
    for path in files {
        // A last line that a crash interrupted is no line, and not copied.
        let text = source.read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let text = text.unwrap_or_default();
        let mut byte = 0;
        for piece in text.split_inclusive('\n') {
            let line = piece.strip_suffix('\n').ok_or(BadLine::Json).and_then(|line| copy::check(&mut at, line));
            let end = byte + piece.len() as u64;
            match line {
                Ok(None) => withheld += 1,
                Ok(Some(_)) | Err(BadLine::Unknown) => {}
                Err(bad) => findings.altered(path, byte, end, bad.to_string()),
            }
            byte = end;
        }
    }
    if (at.n, &at.hash) != (head.ledger.lines, &head.ledger.hash) {
        findings.altered(seal::HEAD, 0, 0, "the ledger's lines do not lead to the sealed head");
    }
    if withheld != copy.lines_withheld {
        findings.altered(FILE, 0, 0, "says another number of withheld lines than there are");
    }
    at.n
}
