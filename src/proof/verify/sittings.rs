//! A hearing of several sittings: each names the seal of the one before, in three places that have to say the same, and the
//! bag of that one, if it lies beside, has to have that seal.

use super::record::Facts;
use super::{Continues, Findings};
use crate::hash::Hash;
use crate::seal;
use assize_core::hearing::{Before, Event};
use std::fs;
use std::path::Path;

/// What a suspension measured, below the record's folder.
pub const MEASURED: &str = "suspension.json";

/// The sitting that this one continues, as its ledger names it.
pub(super) fn judge(facts: &Facts, findings: &mut Findings) -> Option<Continues> {
    measured(facts, findings);
    let before = facts.lines.iter().find_map(|line| match &line.event {
        Event::Continued { before, .. } => Some(before),
        _ => None,
    });
    let stated = facts.hearing.as_ref().and_then(|hearing| hearing.previous_seal);
    let same = stated.map(|seal| seal.to_string()) == before.map(|before| before.seal.to_string());
    if facts.hearing.is_some() && !same {
        let what = "names another sitting before this one than the ledger does";
        findings.altered(facts.path("hearing.json"), 0, 0, what);
    }
    before.map(|Before { sitting, seal }| Continues { sitting: sitting.clone(), seal: seal.to_string() })
}

fn measured(facts: &Facts, findings: &mut Findings) {
    let stated = facts.lines.iter().filter_map(|line| match &line.event {
        Event::Suspended { pack, .. } => pack.as_ref(),
        _ => None,
    });
    for pack in stated {
        match facts.hashes.get(MEASURED) {
            None => findings.altered(facts.path(MEASURED), 0, 0, "is missing, though the ledger names it"),
            Some(found) if found.to_string() != pack.to_string() => {
                findings.altered(facts.path(MEASURED), 0, 0, "is not the file that the ledger names");
            }
            Some(_) => {}
        }
    }
}

/// The bag beside this one, if it is there. A zip, or a bag somewhere else, has nothing beside it.
pub(super) fn judge_beside(path: &Path, continues: &Continues, findings: &mut Findings) {
    // A name of digits: nothing that leads elsewhere.
    let plain = !continues.sitting.is_empty() && continues.sitting.bytes().all(|byte| byte.is_ascii_digit());
    let Some(parent) = path.canonicalize().ok().and_then(|path| Some(path.parent()?.to_owned())) else { return };
    let head = parent.join(&continues.sitting).join(seal::HEAD);
    let Some(bytes) = plain.then(|| fs::read(head).ok()).flatten() else { return };
    if Hash::of(&bytes).to_string() != continues.seal {
        let file = format!("../{}/{}", continues.sitting, seal::HEAD);
        findings.altered(file, 0, bytes.len() as u64, "is not the seal that this sitting names as the one before");
    }
}
