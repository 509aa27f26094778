//! Evidence in a record: sealed with it, and held against what the ledger received.

use crate::support::{self, Sitting, stamped};
use assize_core::hearing::{Event, ExhibitFile, MediaType};
use assize_core::ids::{ExhibitId, SeatId};
use assize_proof::key::CourtKey;
use assize_proof::verify::{Report, Verdict, verify};
use assize_record::LedgerFile;
use assize_record::exhibits::Incoming;
use assize_record::seal::{self, Meta};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

struct Record {
    _dir: tempfile::TempDir,
    folder: PathBuf,
    key: Arc<CourtKey>,
    file: ExhibitFile,
}

/// A session in which one file was handed in.
fn record() -> Record {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    let (folder, key) = (sitting.folder.clone(), sitting.key.clone());
    sitting.stop();
    let mut incoming = Incoming::begin(&folder).unwrap();
    incoming.write(b"%PDF-1.7 a paper").unwrap();
    let received = incoming.finish().unwrap();
    let (sha256, bytes) = (received.sha256().clone(), received.bytes());
    let file = ExhibitFile { sha256, bytes, media_type: MediaType::Pdf, pages: None, length_ms: None };
    received.place(&folder, &file.path()).unwrap();
    let (mut ledger, _) = LedgerFile::open(&folder, 1).unwrap();
    let (exhibit, title, seat) = (ExhibitId(1), "Biên bản".to_owned(), SeatId(1));
    let handed_in = Event::ExhibitReceived { exhibit, title, file: file.clone(), seat, person: None, point: None };
    let events = [
        stamped(0, Event::Planned { plan: support::plan(), procedure: None }),
        stamped(1_000_000, Event::Opened { recording: true, reason: None, missing: Vec::new() }),
        stamped(2_000_000, handed_in),
        stamped(3_000_000, Event::Closed),
    ];
    ledger.append(&events).unwrap();
    Record { _dir: dir, folder, key, file }
}

impl Record {
    fn seal(&self) {
        let meta = Meta { utc_ms: 1_795_300_000_000, software: "assize 0.1.0".to_owned(), typeset: None };
        seal::sitting(&self.folder, &self.key, &meta).unwrap();
    }

    fn verify(&self) -> Report {
        verify(&self.folder, &[self.key.public()])
    }

    /// What is found about evidence.
    fn found(&self) -> Vec<String> {
        let findings = self.verify().findings.into_iter().filter(|finding| finding.file.contains("exhibits/"));
        findings.map(|finding| finding.what).collect()
    }
}

#[test]
fn what_was_handed_in_is_sealed_with_the_record() {
    let record = record();
    fs::write(record.folder.join("upload-1-1.next"), b"broken off by a crash").unwrap();
    record.seal();
    let report = record.verify();
    assert_eq!((report.result, report.findings.len()), (Verdict::Intact, 0), "{}", report.text());
    let manifest = fs::read_to_string(record.folder.join("manifest-sha256.txt")).unwrap();
    assert!(manifest.contains(&format!("{}  data/{}\n", record.file.sha256, record.file.path())), "{manifest}");
    assert!(!manifest.contains("upload"), "{manifest}");
}

#[test]
fn a_file_that_is_missing_or_another_than_was_handed_in_is_found() {
    let missing = record();
    fs::remove_file(missing.folder.join(missing.file.path())).unwrap();
    assert_eq!(missing.found(), ["is missing, though the ledger received it"]);
    missing.seal();
    assert_eq!(missing.verify().result, Verdict::Altered, "no seal mends it");
    let other = record();
    fs::write(other.folder.join(other.file.path()), b"%PDF-1.7 another").unwrap();
    other.seal();
    assert_eq!(other.found(), ["is not the file that was handed in"]);
    assert_eq!(other.verify().result, Verdict::Altered, "though its manifest is right");
}

#[test]
fn a_file_of_which_nobody_was_told_is_said_and_alters_nothing() {
    let record = record();
    fs::write(record.folder.join(format!("exhibits/{}.pdf", "ab".repeat(32))), b"%PDF-1.7").unwrap();
    record.seal();
    assert_eq!(record.found(), ["no event of the ledger received it"]);
    assert_eq!(record.verify().result, Verdict::Intact);
}
