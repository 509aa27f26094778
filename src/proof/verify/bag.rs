//! A sealed bag: its manifests, its seal, and the record inside.

use super::Findings;
use super::record::{self, Facts, Outcome};
use super::source::Source;
use crate::bag::{DECLARATION, DECLARATION_FILE, INFO_FILE, MANIFEST_FILE, TAG_MANIFEST_FILE, parse_manifest};
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::merkle;
use crate::seal::{self, Head};
use std::collections::BTreeMap;

/// What the record inside says, and whether a vouched key signed the seal.
pub(super) fn check(source: &mut Source, vouched: &[PublicKey], findings: &mut Findings) -> (Outcome, bool) {
    let facts = Facts::gather(source, "data/", findings);
    check_declaration(source, findings);
    check_manifest(source, &facts, findings);
    check_tags(source, findings);
    let outcome = record::judge(&facts, vouched, true, findings);
    let signed = check_seal(source, &facts, vouched, findings);
    (outcome, signed)
}

fn check_declaration(source: &mut Source, findings: &mut Findings) {
    match source.read(DECLARATION_FILE) {
        Ok(bytes) if bytes == DECLARATION.as_bytes() => {}
        Ok(bytes) => findings.altered(DECLARATION_FILE, 0, bytes.len() as u64, "is not the declaration of a bag"),
        Err(_) => findings.altered(DECLARATION_FILE, 0, 0, "is missing"),
    }
}

pub(super) fn read_manifest(source: &mut Source, file: &str, findings: &mut Findings) -> BTreeMap<String, Hash> {
    let text = source.read(file).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match text.as_deref().map(parse_manifest) {
        Some(Ok(entries)) => return entries,
        Some(Err((from, to))) => findings.altered(file, from, to, "not a line of a manifest"),
        None => findings.altered(file, 0, 0, "is missing or no text"),
    }
    BTreeMap::new()
}

fn check_manifest(source: &mut Source, facts: &Facts, findings: &mut Findings) {
    let manifest = read_manifest(source, MANIFEST_FILE, findings);
    for (path, hash) in &manifest {
        let found = path.strip_prefix("data/").and_then(|name| facts.hashes.get(name));
        let size = source.files().get(path).copied().unwrap_or(0);
        match found {
            None => findings.altered(path, 0, 0, "is missing"),
            Some(found) if found != hash => findings.altered(path, 0, size, "is not what the manifest says"),
            Some(_) => {}
        }
    }
    for name in facts.hashes.keys().map(|n| facts.path(n)).filter(|path| !manifest.contains_key(path)) {
        let size = source.files().get(&name).copied().unwrap_or(0);
        findings.altered(name, 0, size, "is in no manifest");
    }
}

fn check_tags(source: &mut Source, findings: &mut Findings) {
    let tags = read_manifest(source, TAG_MANIFEST_FILE, findings);
    for (path, hash) in &tags {
        match source.read(path) {
            Ok(bytes) if Hash::of(&bytes) == *hash => {}
            Ok(bytes) => findings.altered(path, 0, bytes.len() as u64, "is not what the tag manifest says"),
            Err(_) => findings.altered(path, 0, 0, "is missing"),
        }
    }
    for file in [DECLARATION_FILE, INFO_FILE, MANIFEST_FILE] {
        if !tags.is_empty() && !tags.contains_key(file) {
            findings.altered(TAG_MANIFEST_FILE, 0, 0, format!("does not name {file}"));
        }
    }
}

/// Whether a vouched key signed a seal that fits the payload.
fn check_seal(source: &mut Source, facts: &Facts, vouched: &[PublicKey], findings: &mut Findings) -> bool {
    let (Ok(text), Ok(signature)) = (source.read(seal::HEAD), source.read(seal::SIGNATURE)) else {
        findings.altered(seal::HEAD, 0, 0, "the seal is missing");
        return false;
    };
    let size = text.len() as u64;
    let Ok(head) = serde_json::from_slice::<Head>(&text) else {
        findings.altered(seal::HEAD, 0, size, "is no seal");
        return false;
    };
    for (what, fits) in compare(&head, facts) {
        if !fits {
            findings.altered(seal::HEAD, 0, size, format!("the seal does not fit the record: {what}"));
        }
    }
    let inside =
        source.read(seal::PUBLIC_KEY).ok().and_then(|pem| PublicKey::from_pem(&String::from_utf8_lossy(&pem)).ok());
    let known = vouched.iter().find(|key| key.id() == head.key);
    match known.or_else(|| inside.as_ref().filter(|key| key.id() == head.key)) {
        Some(key) if !key.verifies(&text, &signature) => {
            findings.altered(seal::SIGNATURE, 0, signature.len() as u64, "the signature does not match the seal");
            false
        }
        Some(_) if known.is_some() => true,
        Some(_) => {
            findings.note(seal::SIGNATURE, 0, 0, format!("signed by a key that nobody vouches for: {}", head.key));
            false
        }
        None => {
            findings.altered(seal::PUBLIC_KEY, 0, 0, "is not the key that the seal names");
            false
        }
    }
}

/// Each statement of the seal, and whether it is so.
fn compare(head: &Head, facts: &Facts) -> Vec<(&'static str, bool)> {
    let (chains, leaves) = facts.chains();
    let paths: Vec<(String, Hash)> = facts.hashes.iter().map(|(name, hash)| (facts.path(name), *hash)).collect();
    let payload = seal::payload(paths.iter().map(|(path, hash)| (path.as_str(), *hash)));
    let hearing = facts.hearing.as_ref();
    vec![
        ("hearing", hearing.is_some_and(|h| h.plan.hearing.to_string() == head.hearing)),
        ("case", hearing.is_some_and(|h| h.plan.case == head.case)),
        ("rehearsal", hearing.is_some_and(|h| h.plan.rehearsal == head.rehearsal)),
        ("sitting", hearing.is_some_and(|h| h.sitting == head.sitting && h.previous_seal == head.previous_seal)),
        ("ledger", head.ledger.lines == facts.ledger.n && head.ledger.hash == facts.ledger.hash),
        ("chains", head.chains == chains),
        ("sync points", head.merkle_leaves == leaves.len() as u64 && head.merkle_root == merkle::root(&leaves)),
        ("payload", head.payload == payload),
    ]
}
