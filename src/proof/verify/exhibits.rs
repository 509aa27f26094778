//! Evidence: every file that the ledger received is there, and is the one that was handed in.

use super::Findings;
use super::record::Facts;
use assize_core::hearing::{Event, ExhibitFile};
use std::collections::BTreeMap;

pub(super) fn judge(facts: &Facts, findings: &mut Findings) {
    let received: BTreeMap<String, &ExhibitFile> = facts
        .lines
        .iter()
        .flat_map(|line| match &line.event {
            Event::ExhibitReceived { file, .. } => vec![file],
            // Of the sittings before: each has the files that it can show.
            Event::Continued { carried, .. } => carried.exhibits.iter().map(|one| &one.exhibit.file).collect(),
            _ => Vec::new(),
        })
        .map(|file| (file.path(), file))
        .collect();
    for (name, file) in &received {
        match facts.hashes.get(name) {
            None => findings.altered(facts.path(name), 0, file.bytes, "is missing, though the ledger received it"),
            Some(found) if found.to_string() != file.sha256.to_string() => {
                findings.altered(facts.path(name), 0, file.bytes, "is not the file that was handed in");
            }
            Some(_) => {}
        }
    }
    // A crash between the file and its line leaves the file: nobody was told that it was received.
    for name in facts.hashes.keys().filter(|name| name.starts_with("exhibits/") && !received.contains_key(*name)) {
        findings.note(facts.path(name), 0, 0, "no event of the ledger received it");
    }
}
