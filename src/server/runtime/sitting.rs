//! A sitting's place on disk: made, with its `hearing.json`, when the first event is to be written.

use super::settings::Shared;
use crate::procedures::Procedures;
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
    previous: Option<Previous>,
}

/// The sitting that this one continues.
#[derive(Debug)]
pub(super) struct Previous {
    pub(super) seal: Hash,
    /// Where its files are.
    pub(super) root: PathBuf,
    /// Files of exhibits, below the record's folder.
    pub(super) exhibits: Vec<String>,
}

impl Sitting {
    pub(super) fn new(shared: Arc<Shared>, plan: Plan, began_utc_ms: i64, place: Place) -> Self {
        Self { shared, plan, began_utc_ms, place, previous: None }
    }

    /// The same, as the one after another.
    pub(super) fn after(self, previous: Previous) -> Self {
        Self { previous: Some(previous), ..self }
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
            previous_seal: self.previous.as_ref().map(|previous| previous.seal),
            plan: self.plan.clone(),
            procedure: procedure(&self.shared.settings.procedures, &self.plan.procedure),
            software: Software { assize: env!("CARGO_PKG_VERSION").to_owned(), muxer: assize_record::muxer_version() },
            clock: Clock { zero_utc: format!("{zero:.3}"), synchronised: is_clock_disciplined() },
            key: key.public().id(),
        };
        let folder = folder::create(&self.shared.settings.recordings, &mut file, self.began_utc_ms)?;
        if let Some(Previous { root, exhibits, .. }) = &self.previous {
            let carried = exhibits.iter().try_for_each(|name| carry(root, &folder, name));
            // Tried again as the same sitting.
            carried.inspect_err(|_| _ = std::fs::remove_dir_all(&folder))?;
        }
        Ok(folder)
    }
}

/// What the record before lost keeps no sitting from being held: verifying both says that it is missing.
fn carry(from: &Path, to: &Path, name: &str) -> io::Result<()> {
    match assize_record::exhibits::carry(from, to, name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tracing::error!(record = %from.display(), name, "an exhibit of the sitting before is not there any more");
            Ok(())
        }
        carried => carried,
    }
}

/// Name and hash of the procedure; no hash if the server has none of this name.
fn procedure(procedures: &Procedures, name: &str) -> Procedure {
    let sha256 = procedures.get(name).map(|known| known.sha256);
    if sha256.is_none() {
        tracing::warn!(procedure = name, "there is no such procedure, and the record says so");
    }
    Procedure { name: name.to_owned(), sha256 }
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
        let known = Procedures::load(Path::new("/nowhere")).unwrap();
        let text = include_bytes!("../../../config/procedures/vn-meeting.toml");
        assert_eq!(procedure(&known, "vn-meeting").sha256, Some(Hash::of(text)));
        let none = serde_json::to_value(procedure(&known, "other")).unwrap();
        assert_eq!(none, serde_json::json!({ "name": "other", "sha256": null }));
    }
}
