//! The record itself, open or in a bag: ledger, chains and checkpoints.

use super::source::Source;
use super::timeline::{self, Timeline};
use super::{CopyReport, Findings};
use crate::chain::{self, ChainLine, Checked, Checker};
use crate::checkpoint;
use crate::hash::Hash;
use crate::hearing_file::HearingFile;
use crate::key::PublicKey;
use crate::ledger::{self, Head};
use crate::seal::{self, ChainHead};
use assize_core::hearing::Event;
use assize_core::ledger::Line;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Everything read, once.
#[derive(Default)]
pub(super) struct Facts {
    prefix: String,
    pub(super) hearing: Option<HearingFile>,
    pub(super) ledger: Head,
    pub(super) lines: Vec<Line>,
    unknown: u64,
    /// Highest epoch of the ledger.
    epoch: u32,
    pub(super) media: BTreeMap<String, Media>,
    /// SHA-256 of every file of the record, media included.
    pub(super) hashes: BTreeMap<String, Hash>,
    checkpoints: checkpoint::FileCheck,
    checkpoint_bytes: u64,
    /// For each stated file: what its stated beginning is.
    stated: BTreeMap<String, Stated>,
}

struct Stated {
    bytes: u64,
    sha256: Hash,
    found: Option<Hash>,
    /// The checkpoint that states it.
    from: u64,
    to: u64,
}

pub(super) struct Media {
    pub(super) checked: Checked,
    pub(super) lines: Vec<ChainLine>,
    has_chain: bool,
}

#[derive(Default)]
pub(super) struct Outcome {
    pub(super) hearing: String,
    pub(super) case: String,
    pub(super) rehearsal: bool,
    pub(super) continues: Option<super::Continues>,
    pub(super) events: u64,
    pub(super) timeline: Timeline,
    pub(super) checkpoint_vouched: bool,
    pub(super) copy: Option<CopyReport>,
    pub(super) stamped: Option<super::StampReport>,
}

/// `tracks/<track>/<epoch>-<nnnn>.<ending>`
struct Name<'a> {
    track: &'a str,
    epoch: u32,
    number: u32,
    ending: &'a str,
}

fn parse(name: &str) -> Option<Name<'_>> {
    let (track, file) = name.strip_prefix("tracks/")?.split_once('/')?;
    let (stem, ending) = file.split_once('.')?;
    let (epoch, number) = stem.split_once('-')?;
    Some(Name { track, epoch: epoch.parse().ok()?, number: number.parse().ok()?, ending })
}

pub(super) fn is_media(name: &str) -> bool {
    parse(name).is_some_and(|n| matches!(n.ending, "webm" | "mkv"))
}

fn sibling(name: &str, ending: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.{ending}")
}

impl Facts {
    /// Reads the record below `prefix` (empty, or `data/`).
    pub(super) fn gather(source: &mut Source, prefix: &str, findings: &mut Findings) -> Self {
        let mut facts = Self { prefix: prefix.to_owned(), ..Self::default() };
        let inside = |name: &String| name.strip_prefix(prefix).map(str::to_owned);
        let derived = |name: &String| prefix.is_empty() && name.starts_with("derived/");
        let names: Vec<String> = source.files().keys().filter_map(inside).filter(|n| !derived(n)).collect();
        facts.read_hearing(source, &names, findings);
        facts.read_checkpoints(source, findings);
        facts.read_ledger(source, &names, findings);
        for name in &names {
            let result =
                if is_media(name) { facts.read_media(source, name, findings) } else { facts.read_plain(source, name) };
            if let Err(e) = result {
                findings.unreadable(&facts.path(name), &e);
            }
        }
        facts
    }

    pub(super) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The end of each chain in order of path, and all sync points as leaves.
    pub(super) fn chains(&self) -> (Vec<ChainHead>, Vec<Hash>) {
        let head = |(file, m): (&String, &Media)| ChainHead {
            file: file.clone(),
            offset: m.checked.linked,
            links: m.lines.len() as u64,
            head: m.checked.head,
        };
        let leaves = self.media.iter().flat_map(|(file, m)| m.lines.iter().map(move |line| seal::leaf(file, line)));
        (self.media.iter().map(head).collect(), leaves.collect())
    }

    fn genesis(&self, file: &str) -> Hash {
        let (hearing, sitting) = self
            .hearing
            .as_ref()
            .map_or_else(|| (String::new(), ""), |h| (h.plan.hearing.to_string(), h.sitting.as_str()));
        chain::genesis(hearing, sitting, file)
    }

    fn read_hearing(&mut self, source: &mut Source, names: &[String], findings: &mut Findings) {
        let path = self.path("hearing.json");
        match source.read(&path).map(|bytes| serde_json::from_slice(&bytes)) {
            Ok(Ok(hearing)) => self.hearing = Some(hearing),
            Ok(Err(e)) => findings.altered(path, 0, 0, format!("not what a record begins with: {e}")),
            Err(_) if names.iter().any(|n| n.starts_with("ledger/") || n.starts_with("tracks/")) => {
                findings.altered(path, 0, 0, "is missing");
            }
            Err(_) => findings.note(path, 0, 0, "is missing: this is no record"),
        }
    }

    fn read_checkpoints(&mut self, source: &mut Source, findings: &mut Findings) {
        let path = self.path(checkpoint::FILE);
        if !source.has(&path) {
            return;
        }
        match source.read(&path) {
            Ok(bytes) => {
                self.checkpoint_bytes = bytes.len() as u64;
                self.checkpoints = checkpoint::check_file(&bytes, self.genesis(checkpoint::FILE));
                for found in &self.checkpoints.found {
                    for head in &found.checkpoint.heads {
                        let (bytes, sha256) = (head.bytes, head.sha256);
                        let stated = Stated { bytes, sha256, found: None, from: found.from, to: found.to };
                        self.stated.insert(head.file.clone(), stated);
                    }
                }
            }
            Err(e) => findings.unreadable(&path, &e),
        }
    }

    fn read_ledger(&mut self, source: &mut Source, names: &[String], findings: &mut Findings) {
        let epoch = |n: &String| n.strip_prefix("ledger/")?.strip_suffix(".jsonl")?.parse::<u32>().ok();
        let mut files: Vec<(u32, String)> = names.iter().filter_map(|n| Some((epoch(n)?, self.path(n)))).collect();
        files.sort();
        let last = files.last().map(|(epoch, _)| *epoch);
        for (epoch, path) in files {
            self.epoch = epoch;
            let bytes = match source.read(&path) {
                Ok(bytes) => bytes,
                Err(e) => {
                    findings.unreadable(&path, &e);
                    continue;
                }
            };
            let check = ledger::check_file(&mut self.ledger, &bytes);
            if let Some((from, to, bad)) = &check.bad {
                findings.altered(&path, *from, *to, bad.to_string());
            } else if check.torn_bytes > 0 && Some(epoch) == last && !self.prefix.is_empty() {
                findings.altered(&path, check.good_bytes, bytes.len() as u64, "an unfinished line in a sealed ledger");
            }
            if check.lines.iter().any(|line| line.epoch != epoch) {
                findings.altered(&path, 0, check.good_bytes, "lines of another epoch");
            }
            self.unknown += check.unknown;
            self.lines.extend(check.lines);
        }
    }

    fn read_media(&mut self, source: &mut Source, name: &str, findings: &mut Findings) -> std::io::Result<()> {
        let chain_path = self.path(&sibling(name, "chain"));
        let has_chain = source.has(&chain_path);
        let mut lines = Vec::new();
        if has_chain {
            match chain::parse_file(&source.read(&chain_path)?) {
                Ok((parsed, _)) => lines = parsed,
                Err((from, to)) => findings.altered(chain_path, from, to, "not a line of a chain"),
            }
        }
        let mut checker = Checker::new(self.genesis(name), lines.clone());
        let mut sha = Sha256::new();
        source.stream(&self.path(name), &mut |bytes| {
            sha.update(bytes);
            checker.feed(bytes);
        })?;
        self.hashes.insert(name.to_owned(), Hash(sha.finalize().into()));
        self.media.insert(name.to_owned(), Media { checked: checker.finish(), lines, has_chain });
        Ok(())
    }

    fn read_plain(&mut self, source: &mut Source, name: &str) -> std::io::Result<()> {
        let mut sha = Sha256::new();
        let mut stated = self.stated.get_mut(name);
        let mut at = 0u64;
        source.stream(&format!("{}{name}", self.prefix), &mut |bytes| {
            if let Some(stated) = &mut stated
                && stated.found.is_none()
                && at + bytes.len() as u64 >= stated.bytes
            {
                let part = usize::try_from(stated.bytes - at).unwrap_or(usize::MAX).min(bytes.len());
                stated.found = Some(Hash(sha.clone().chain_update(&bytes[..part]).finalize().into()));
            }
            sha.update(bytes);
            at += bytes.len() as u64;
        })?;
        self.hashes.insert(name.to_owned(), Hash(sha.finalize().into()));
        Ok(())
    }
}

/// What the facts amount to.
pub(super) fn judge(facts: &Facts, vouched: &[PublicKey], sealed: bool, findings: &mut Findings) -> Outcome {
    judge_media(facts, sealed, findings);
    judge_numbering(facts, findings);
    super::exhibits::judge(facts, findings);
    let continues = super::sittings::judge(facts, findings);
    let checkpoint_vouched = judge_checkpoints(facts, vouched, findings);
    if facts.unknown > 0 {
        findings.note(facts.path("ledger"), 0, 0, format!("{} events of a later version", facts.unknown));
    }
    let hearing = facts.hearing.as_ref();
    Outcome {
        hearing: hearing.map(|h| h.plan.hearing.to_string()).unwrap_or_default(),
        case: hearing.map(|h| h.plan.case.clone()).unwrap_or_default(),
        rehearsal: hearing.is_some_and(|h| h.plan.rehearsal),
        continues,
        events: facts.lines.len() as u64 + facts.unknown,
        timeline: timeline::build(facts),
        checkpoint_vouched,
        copy: None,
        stamped: None,
    }
}

fn judge_media(facts: &Facts, sealed: bool, findings: &mut Findings) {
    // The sync thread links files in their order: once a later one has a link, all before it are covered for good.
    let under_way = |name: &Name<'_>| {
        let mut same = facts.media.iter().filter_map(|(n, media)| Some((parse(n)?, media)));
        !same.any(|(n, media)| {
            n.track == name.track && n.epoch == name.epoch && n.number > name.number && !media.lines.is_empty()
        })
    };
    for (file, media) in &facts.media {
        let checked = &media.checked;
        let path = facts.path(file);
        if let Some(wrong) = &checked.wrong {
            findings.altered(path, wrong.from, wrong.to, wrong.what);
            continue;
        }
        if checked.linked == checked.total && media.has_chain {
            continue;
        }
        let Some(name) = parse(file) else { continue };
        // The last second before a crash is kept as it is; a disk that failed leaves the same behind.
        let crashed = name.epoch < facts.epoch && restarted_after(facts, name.epoch);
        let live = !sealed && name.epoch == facts.epoch;
        let excused = (under_way(&name) && (crashed || live)) || disk_failed(facts, name.track);
        if !excused {
            findings.altered(path, checked.linked, checked.total, "bytes that no chain covers");
        }
    }
    for name in facts.hashes.keys().filter(|n| parse(n).is_some_and(|p| p.ending == "chain")) {
        if !["webm", "mkv"].iter().any(|e| facts.media.contains_key(&sibling(name, e))) {
            findings.altered(facts.path(&sibling(name, "webm")), 0, 0, "is missing: only its chain is there");
        } else if !facts.hashes.contains_key(&sibling(name, "idx")) {
            findings.altered(facts.path(&sibling(name, "idx")), 0, 0, "is missing");
        }
    }
}

fn restarted_after(facts: &Facts, epoch: u32) -> bool {
    facts.lines.iter().any(|l| l.epoch > epoch && matches!(l.event, Event::TakenUp { .. }))
}

fn disk_failed(facts: &Facts, track: &str) -> bool {
    facts.lines.iter().any(|line| match &line.event {
        Event::RecorderFault { track: Some(t), .. } => t.to_string() == track,
        Event::RecorderFault { track: None, .. } => true,
        _ => false,
    })
}

/// Numbers count up without a hole, and no media is older or newer than the ledger.
fn judge_numbering(facts: &Facts, findings: &mut Findings) {
    let mut numbers: BTreeMap<(&str, u32), BTreeSet<u32>> = BTreeMap::new();
    for name in facts.media.keys().filter_map(|n| parse(n)) {
        numbers.entry((name.track, name.epoch)).or_default().insert(name.number);
    }
    for ((track, epoch), present) in numbers {
        let last = present.last().copied().unwrap_or(0);
        for missing in (1..=last).filter(|n| !present.contains(n)) {
            findings.altered(facts.path(&format!("tracks/{track}/{epoch}-{missing:04}")), 0, 0, "is missing");
        }
        if !facts.lines.is_empty() && epoch > facts.epoch {
            findings.altered(
                facts.path(&format!("ledger/{epoch}.jsonl")),
                0,
                0,
                "is missing: there is media of its epoch",
            );
        }
    }
    if facts.lines.is_empty() && facts.hearing.is_some() && !facts.media.is_empty() {
        findings.altered(facts.path("ledger"), 0, 0, "media without a single event");
    }
}

/// Whether the last checkpoint is signed by a vouched key.
fn judge_checkpoints(facts: &Facts, vouched: &[PublicKey], findings: &mut Findings) -> bool {
    let path = facts.path(checkpoint::FILE);
    for (from, to, what) in &facts.checkpoints.bad {
        findings.altered(&path, *from, *to, *what);
    }
    for (file, stated) in &facts.stated {
        let at = facts.path(file);
        if !facts.hashes.contains_key(file) {
            findings.altered(at, 0, stated.bytes, "is missing, though a checkpoint states it");
        } else if stated.found.is_none() {
            findings.altered(at, 0, stated.bytes, "is shorter than a checkpoint states");
        } else if stated.found != Some(stated.sha256) {
            let what = format!("is not what the checkpoint at bytes {}..{} states", stated.from, stated.to);
            findings.altered(at, 0, stated.bytes, what);
        }
    }
    let mut last_vouched = false;
    for found in &facts.checkpoints.found {
        let signed = found.signed_by(vouched);
        if signed == Some(false) {
            findings.altered(&path, found.from, found.to, "the signature does not match the checkpoint");
        }
        last_vouched = signed == Some(true);
    }
    last_vouched
}
