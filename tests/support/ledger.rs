//! What a record says, read from its files.

use assize_core::hearing::{Event, Hearing, Stamped};
use assize_core::ledger::Line;
use std::path::{Path, PathBuf};

/// The newest sitting's folder of a hearing.
#[must_use]
pub fn sitting(recordings: &Path, hearing: &str) -> Option<PathBuf> {
    let years = std::fs::read_dir(recordings).ok()?.flatten().map(|year| year.path().join(hearing));
    let mut sittings: Vec<PathBuf> = years
        .filter_map(|hearing| std::fs::read_dir(hearing).ok())
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    sittings.sort();
    sittings.pop()
}

/// All lines of a sitting's ledger, over all epochs; sealed or open. A last line that was not finished is left out.
///
/// # Panics
/// A line that is not the last of its file cannot be read.
#[must_use]
pub fn read(sitting: &Path) -> Vec<Line> {
    let sealed = sitting.join("data/ledger");
    let folder = if sealed.exists() { sealed } else { sitting.join("ledger") };
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files.iter().flat_map(|file| lines(file)).collect()
}

fn lines(file: &Path) -> Vec<Line> {
    // Ledger space is reserved ahead: what follows the last line is zeros.
    let text = std::fs::read(file).expect("the ledger can be read");
    let text = String::from_utf8_lossy(&text);
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n') && !line.starts_with('\0'));
    whole.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// The kinds of the events, in order.
#[must_use]
pub fn kinds(lines: &[Line]) -> Vec<&'static str> {
    lines.iter().map(|line| line.event.kind()).collect()
}

/// Whether `wanted` are found in `kinds` in this order, with anything between them.
#[must_use]
pub fn in_order(kinds: &[&str], wanted: &[&str]) -> bool {
    let mut kinds = kinds.iter();
    wanted.iter().all(|wanted| kinds.any(|kind| kind == wanted))
}

/// The hearing that the ledger leads to.
///
/// # Panics
/// It does not begin with the plan.
#[must_use]
pub fn replay(lines: &[Line]) -> Hearing {
    let stamped = |line: &Line| Stamped { now: line.at(0), actor: line.actor, event: line.event.clone() };
    let first = lines.first().expect("a ledger with a first line");
    let mut hearing = Hearing::begin(&stamped(first)).expect("the ledger begins with the plan");
    lines.iter().skip(1).for_each(|line| hearing.apply(&stamped(line)));
    hearing
}

/// Number of events for which `is` holds.
#[must_use]
pub fn count(lines: &[Line], is: impl Fn(&Event) -> bool) -> usize {
    lines.iter().filter(|line| is(&line.event)).count()
}
