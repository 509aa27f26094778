//! Makes a copy of a sealed sitting for a party: what they may know whole, of everything else the hash.

use crate::folder::write_durably;
use crate::ledger;
use assize_core::hearing::{Event, Hearing, Stamped};
use assize_core::ids::PersonId;
use assize_core::ledger::Line;
use assize_core::view::copy::{self as told, Copy as Told};
use assize_proof::bag::{MANIFEST_FILE, parse_manifest};
use assize_proof::copy::{Copy, FILE, PUBLIC_KEY, Recipient, SIGNATURE, withhold};
use assize_proof::hash::Hash;
use assize_proof::key::CourtKey;
use assize_proof::{seal, time};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Why a copy is made, and when.
#[derive(Debug, Clone)]
pub struct Order {
    pub person: PersonId,
    pub reason: String,
    /// UTC milliseconds.
    pub made_ms: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it is not sealed yet: a copy is made of what proves itself")]
    NotSealed,
    #[error("nobody of the hearing has this id")]
    NobodyKnown,
    #[error("copies are made for parties; this is the hearing's {0:?}")]
    NoParty(assize_core::plan::Role),
    #[error("its ledger is of an older form, in which withheld lines could be guessed from their hashes")]
    Guessable,
    #[error("{0} is not empty")]
    NotEmpty(String),
}

/// Writes the copy of the sealed sitting in `bag` into the new folder `out`.
///
/// # Errors
/// [`CopyError`]; what was begun in `out` then stays there without `copy.json`, and is no copy.
pub fn make(bag: &Path, out: &Path, order: &Order, key: &CourtKey) -> Result<Copy, CopyError> {
    if !crate::seal::is_sealed(bag) {
        return Err(CopyError::NotSealed);
    }
    if out.exists() && fs::read_dir(out)?.next().is_some() {
        return Err(CopyError::NotEmpty(out.display().to_string()));
    }
    let lines = ledger::replay(&bag.join("data"))?.lines;
    let texts = ledger::texts(&bag.join("data"))?;
    let reading = Reading::of(&lines, order.person)?;
    if reading.withheld().any(|line| line.salt.is_none()) {
        return Err(CopyError::Guessable);
    }
    let manifest = read_manifest(bag)?;
    let mut files_withheld = BTreeSet::new();
    for path in manifest.keys().map(String::as_str).chain([seal::HEAD, seal::SIGNATURE]) {
        if path.starts_with("data/ledger/") {
            continue;
        }
        if reading.may_have(path) {
            copy_file(&bag.join(path), &out.join(path))?;
        } else {
            files_withheld.insert(path.to_owned());
        }
    }
    copy_file(&bag.join(MANIFEST_FILE), &out.join(MANIFEST_FILE))?;
    let sealed = crate::seal::read(bag)?;
    let copy = Copy {
        v: assize_core::ledger::VERSION,
        seal: sealed.fingerprint,
        hearing: sealed.head.hearing,
        case: sealed.head.case,
        sitting: sealed.head.sitting,
        recipient: reading.recipient.clone(),
        made: time::rfc3339(order.made_ms),
        reason: order.reason.clone(),
        key: key.public().id(),
        ledger: reading.write_ledger(&texts, out)?,
        lines_withheld: reading.withheld().count() as u64,
        files_withheld,
    };
    sign(out, &copy, key)?;
    Ok(copy)
}

/// The last to be written: without it nothing is a copy.
fn sign(out: &Path, copy: &Copy, key: &CourtKey) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(copy)?;
    text.push(b'\n');
    write_durably(&out.join(PUBLIC_KEY), key.public().pem().as_bytes())?;
    write_durably(&out.join(SIGNATURE), &key.sign(&text))?;
    write_durably(&out.join(FILE), &text)
}

fn read_manifest(bag: &Path) -> io::Result<BTreeMap<String, Hash>> {
    let text = fs::read_to_string(bag.join(MANIFEST_FILE))?;
    parse_manifest(&text).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the manifest is none"))
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

/// The ledger, read once as the recipient.
struct Reading<'a> {
    recipient: Recipient,
    lines: Vec<(&'a Line, told::Line)>,
    /// Folders below `data/tracks/` of tracks that they may have.
    tracks: BTreeSet<String>,
    /// Paths below `data/` of exhibits that they may read.
    exhibits: BTreeSet<String>,
    /// Nothing is withheld by order, so that what lists everybody may be had too.
    free: bool,
}

impl<'a> Reading<'a> {
    fn of(lines: &'a [Line], person: PersonId) -> Result<Self, CopyError> {
        let stamped = |line: &Line| Stamped { now: line.at(0), actor: line.actor, event: line.event.clone() };
        let first = lines.first().map(stamped).ok_or(CopyError::NotSealed)?;
        let mut hearing = Hearing::begin(&first).ok_or(CopyError::NotSealed)?;
        let known = hearing.plan.people.iter().find(|known| known.id == person).ok_or(CopyError::NobodyKnown)?;
        if !told::is_party(known.role) {
            return Err(CopyError::NoParty(known.role));
        }
        let recipient = Recipient { person, name: known.name.clone(), role: known.role };
        let free = hearing.plan.screens.is_empty();
        let mut reading =
            Self { recipient, lines: Vec::new(), tracks: BTreeSet::new(), exhibits: BTreeSet::new(), free };
        let mut kept = BTreeSet::new();
        for line in lines {
            let before = hearing.clone();
            let stamped = stamped(line);
            if !matches!(stamped.event, Event::Planned { .. }) {
                hearing.apply(&stamped);
            }
            let copy = Told::new(&before, &hearing, person);
            reading.lines.push((line, copy.line(&stamped)));
            let read = copy.reads();
            let files = read.iter().filter_map(|id| hearing.exhibits.all.get(id)).map(|exhibit| exhibit.file.path());
            reading.exhibits.extend(files);
            for seat in hearing.seats.values() {
                for &device in &seat.devices {
                    let track = assize_core::ids::TrackId { seat: seat.id, device };
                    let list = if copy.has(track) { &mut reading.tracks } else { &mut kept };
                    list.insert(track.to_string());
                }
            }
        }
        // Withheld once is withheld: a segment does not end where an order begins.
        reading.tracks.retain(|track| !kept.contains(track));
        Ok(reading)
    }

    fn withheld(&self) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(|(_, told)| *told != told::Line::Whole).map(|(line, _)| *line)
    }

    /// Whether a file of the bag, by its path in it, is in the copy.
    fn may_have(&self, path: &str) -> bool {
        let Some(name) = path.strip_prefix("data/") else { return false };
        match name.split_once('/') {
            Some(("tracks", rest)) => rest.split_once('/').is_some_and(|(track, _)| self.tracks.contains(track)),
            Some(("exhibits", _)) => self.exhibits.contains(name),
            Some(("seal", _)) => true,
            // `hearing.json`, certificates, heads of chains: they name everybody.
            _ => self.free,
        }
    }

    /// The ledger files as the recipient has them, and their hashes; `texts` are its lines as they were written.
    fn write_ledger(&self, texts: &[String], out: &Path) -> io::Result<BTreeMap<String, Hash>> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for ((line, told), text) in self.lines.iter().zip(texts) {
            let text = match told {
                told::Line::Whole => Ok(text.clone()),
                told::Line::Kind => withhold(line, true),
                told::Line::Hash => withhold(line, false),
            };
            let text = text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
            let file = files.entry(format!("data/ledger/{}.jsonl", line.epoch)).or_default();
            file.push_str(&text);
            file.push('\n');
        }
        fs::create_dir_all(out.join("data/ledger"))?;
        for (path, text) in &files {
            write_durably(&out.join(path), text.as_bytes())?;
        }
        Ok(files.into_iter().map(|(path, text)| (path, Hash::of(text.as_bytes()))).collect())
    }
}
