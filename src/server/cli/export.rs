//! `assize export`: sealed records out of the house, whole or as a party may have them.

use crate::app::Base;
use anyhow::{Context as _, Result, bail, ensure};
use assize_core::ids::{HearingId, PersonId};
use assize_proof::hearing_file::HearingFile;
use assize_record::copy::{self, Order};
use assize_record::{folder, seal};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The hearing.
    id: HearingId,
    /// The folder to write to; each sitting gets one of its own in it.
    #[arg(long)]
    out: PathBuf,
    /// A party of the hearing: the copy holds what they may know, and of everything else the hash. Without it the record
    /// is copied whole.
    #[arg(long = "for", value_name = "PERSON")]
    person: Option<PersonId>,
    /// Why the copy is made; it stands in the copy.
    #[arg(long, requires = "person", default_value = "")]
    reason: String,
}

impl Export {
    pub(super) async fn run(self, base: &Base) -> Result<()> {
        let sittings = folder::sittings(&base.config.storage.recordings, self.id)?;
        ensure!(!sittings.is_empty(), "there is no record of the hearing {}", self.id);
        if let Some(open) = sittings.iter().find(|sitting| !seal::is_sealed(sitting)) {
            bail!("{} is not sealed yet: what leaves the house proves itself", open.display());
        }
        for bag in &sittings {
            let name = bag.file_name().context("a sitting has a number")?;
            let out = self.out.join(name);
            match self.person {
                Some(person) => self.copy_for(base, bag, &out, person)?,
                None => copy_whole(bag, &out)?,
            }
            let (who, what) = match self.person {
                Some(person) => ("record_copied", format!("{} {} {person}", self.id, name.display())),
                None => ("record_exported", format!("{} {}", self.id, name.display())),
            };
            base.audit("system", who, Some(what), None).await?;
            println!("{}", out.display());
        }
        Ok(())
    }

    fn copy_for(&self, base: &Base, bag: &Path, out: &Path, person: PersonId) -> Result<()> {
        let file: HearingFile = serde_json::from_slice(&fs::read(bag.join("data/hearing.json"))?)?;
        let key = base.keyring.court(file.plan.court.id)?;
        let order = Order { person, reason: self.reason.clone(), made_ms: base.clock.utc_ms() };
        let copy = copy::make(bag, out, &order, &key)?;
        eprintln!("{}: {} events, {} files withheld", out.display(), copy.lines_withheld, copy.files_withheld.len());
        Ok(())
    }
}

/// The bag as it is; `derived/` is no part of it.
fn copy_whole(from: &Path, to: &Path) -> Result<()> {
    ensure!(!to.exists(), "{} is there already", to.display());
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_name() == "derived" {
            continue;
        } else if entry.file_type()?.is_dir() {
            copy_whole(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| target.display().to_string())?;
        }
    }
    fs::File::open(to)?.sync_all()?;
    Ok(())
}
