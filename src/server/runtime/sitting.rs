//! A sitting's place on disk: made, with its `hearing.json`, when the first event is to be written.

use super::settings::Shared;
use assize_core::ledger::VERSION;
use assize_core::plan::Plan;
use assize_proof::hash::Hash;
use assize_proof::hearing_file::{Clock, HearingFile, Procedure, Software};
use assize_record::{LedgerFile, folder, ledger};
use jiff::Timestamp;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Known once the folder is made; shared by the ledger and the recorder.
pub(super) type Place = Arc<OnceLock<PathBuf>>;

/// What is needed to make a sitting's folder, and the folder once it is made.
#[derive(Debug)]
pub(super) struct Sitting {
    shared: Arc<Shared>,
    plan: Plan,
    began_utc_ms: i64,
    place: Place,
}

impl Sitting {
    pub(super) fn new(shared: Arc<Shared>, plan: Plan, began_utc_ms: i64, place: Place) -> Self {
        Self { shared, plan, began_utc_ms, place }
    }

    /// Opens a ledger file of a new epoch, making the folder if this is the first.
    pub(super) fn open_ledger(&self) -> io::Result<LedgerFile> {
        let folder = match self.place.get() {
            Some(folder) => folder.clone(),
            None => {
                let folder = self.make()?;
                self.place.get_or_init(|| folder).clone()
            }
        };
        let epoch = ledger::next_epoch(&folder)?;
        LedgerFile::open(&folder, epoch).map(|(file, _)| file)
    }

    fn make(&self) -> io::Result<PathBuf> {
        let key = self.shared.settings.keys.court(self.plan.court.id).map_err(io::Error::other)?;
        let zero = Timestamp::from_millisecond(self.began_utc_ms).map_err(io::Error::other)?;
        let mut file = HearingFile {
            v: VERSION,
            sitting: String::new(),
            previous_seal: None,
            plan: self.plan.clone(),
            procedure: procedure(&self.shared.settings.procedures, &self.plan.procedure),
            software: Software { assize: env!("CARGO_PKG_VERSION").to_owned(), muxer: assize_record::muxer_version() },
            clock: Clock { zero_utc: format!("{zero:.3}"), synchronised: is_clock_disciplined() },
            key: key.public().id(),
        };
        folder::create(&self.shared.settings.recordings, &mut file, self.began_utc_ms)
    }
}

/// Name and hash of the procedure; no hash if the court has no such file.
fn procedure(procedures: &Path, name: &str) -> Procedure {
    // The name comes from the plan: only a plain file name leads into the folder.
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let path = procedures.join(format!("{name}.toml"));
    let bytes = plain.then(|| std::fs::read(&path).ok()).flatten();
    if bytes.is_none() {
        tracing::warn!(procedure = name, file = %path.display(), "there is no such procedure file, and the record says so");
    }
    Procedure { name: name.to_owned(), sha256: bytes.map(|bytes| Hash::of(bytes.as_slice())) }
}

/// Whether the kernel says that its clock is kept by a time service.
fn is_clock_disciplined() -> bool {
    crate::clock::discipline().is_some_and(|kept| kept.synchronised)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_record_names_the_hash_of_a_procedure_that_is_there_and_says_when_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("vn.toml"), "limit = 3").unwrap();
        assert_eq!(procedure(folder.path(), "vn").sha256, Some(Hash::of(b"limit = 3")));
        for name in ["other", "../vn", "sub/../vn"] {
            assert_eq!(procedure(folder.path(), name).sha256, None, "{name}");
        }
        let none = serde_json::to_value(procedure(folder.path(), "other")).unwrap();
        assert_eq!(none, serde_json::json!({ "name": "other", "sha256": null }));
    }
}
