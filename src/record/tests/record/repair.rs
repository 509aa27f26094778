//! A record whose disk has gone bad, mended from a copy.

use crate::sealing::{meta, sample, seal_it};
use assize_proof::key::CourtKey;
use assize_proof::repair::{LOG, RepairError, repair};
use assize_proof::verify::{Verdict, verify};
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder, `derived/` left out.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if path.ends_with("derived") => {}
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn each_file_that_a_disk_has_changed_or_lost_is_mended_from_the_copy_and_logged() {
    let sample = sample(false);
    seal_it(&sample);
    let key = [sample.key.public()];
    let (_kept, mirror) = sample.copy();
    let all = files(&sample.folder);
    assert!(all.len() > 15, "{all:?}");
    for (n, file) in all.iter().enumerate() {
        if n % 2 == 0 {
            flip(file)
        } else {
            fs::remove_file(file).unwrap()
        }
        assert_ne!(verify(&sample.folder, &key).result, Verdict::Intact, "{}", file.display());
        let done = repair(&sample.folder, &mirror, &key, 1_795_300_000_000).unwrap();
        let name = file.strip_prefix(&sample.folder).unwrap().display().to_string();
        let mended: Vec<&str> = done.mended.iter().map(|mended| mended.file.as_str()).collect();
        assert_eq!((mended, done.lost.len()), (vec![name.as_str()], 0));
        assert_eq!(done.mended[0].aside.is_some(), n % 2 == 0, "what was there is kept");
        let report = verify(&sample.folder, &key);
        assert_eq!(report.result, Verdict::Intact, "{name}: {}", report.text());
    }
    let log = fs::read_to_string(sample.folder.join(LOG)).unwrap();
    assert_eq!(log.lines().count(), all.len());
    assert!(log.lines().all(|line| line.contains("\"utc\":\"2026-11-21T22:26:40")), "{log}");
    assert!(repair(&sample.folder, &mirror, &key, 0).unwrap().mended.is_empty(), "nothing is left to do");
}

#[test]
fn what_is_damaged_in_both_is_named_and_nothing_is_taken_that_the_seal_does_not_name() {
    let sample = sample(false);
    seal_it(&sample);
    let key = [sample.key.public()];
    let (_kept, mirror) = sample.copy();
    let ledger = "data/ledger/1.jsonl";
    flip(&sample.folder.join(ledger));
    flip(&mirror.join(ledger));
    let before = fs::read(sample.folder.join(ledger)).unwrap();
    let done = repair(&sample.folder, &mirror, &key, 0).unwrap();
    assert_eq!((done.mended.len(), done.lost), (0, vec![ledger.to_owned()]));
    assert_eq!(fs::read(sample.folder.join(ledger)).unwrap(), before);
    assert_eq!(verify(&sample.folder, &key).result, Verdict::Altered);

    // Nobody's word but the court's: with another key there is no seal to go by.
    let stranger = [CourtKey::generate().unwrap().public()];
    assert!(matches!(repair(&sample.folder, &mirror, &stranger, 0), Err(RepairError::NoSeal { .. })));
}

#[test]
fn another_record_is_no_copy() {
    let (one, other) = (sample(false), sample(true));
    seal_it(&one);
    assize_record::seal::sitting(&other.folder, &one.key, &meta()).unwrap();
    let done = repair(&one.folder, &other.folder, &[one.key.public()], 0);
    assert!(matches!(done, Err(RepairError::Other { .. })), "{done:?}");
}
