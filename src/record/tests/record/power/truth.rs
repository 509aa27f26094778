//! What was really written, and what had been promised at each moment.

use super::journal::{Journal, Op};
use assize_core::ids::TrackId;
use assize_proof::ebml::Scanner;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A cluster of a media file: its bytes, and when its blocks are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cluster {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) first_us: u64,
    pub(super) last_us: u64,
}

pub(super) struct Media {
    pub(super) track: TrackId,
    pub(super) bytes: Vec<u8>,
    pub(super) clusters: Vec<Cluster>,
}

/// The record as it was when nothing had been lost.
pub(super) struct Truth {
    pub(super) media: BTreeMap<String, Media>,
    /// Lines of the ledger with their line feeds, one after another.
    pub(super) ledger: Vec<u8>,
    /// The number of the line that closed it.
    pub(super) closed: u64,
}

impl Truth {
    /// Of a finished bag.
    pub(super) fn of(sitting: &Path) -> Self {
        let data = sitting.join("data");
        let mut media = BTreeMap::new();
        for dir in fs::read_dir(data.join("tracks")).unwrap() {
            let dir = dir.unwrap().path();
            let track: TrackId = dir.file_name().unwrap().to_str().unwrap().parse().unwrap();
            for path in crate::support::media_files(&dir) {
                let bytes = fs::read(&path).unwrap();
                let name = path.strip_prefix(&data).unwrap().to_str().unwrap().to_owned();
                media.insert(name, Media { track, clusters: clusters(&bytes), bytes });
            }
        }
        let ledger = fs::read(data.join("ledger/1.jsonl")).unwrap();
        let text = std::str::from_utf8(&ledger).unwrap();
        let closed = text.lines().position(|line| line.contains(r#""kind":"closed""#)).unwrap() as u64 + 1;
        Self { media, ledger, closed }
    }
}

fn clusters(bytes: &[u8]) -> Vec<Cluster> {
    let mut scanner = Scanner::default();
    let (mut out, mut from, mut first) = (Vec::new(), 0, None);
    for (at, byte) in bytes.iter().enumerate() {
        let last_ms = scanner.boundary_ms();
        scanner.feed(&[*byte]);
        if first.is_none() && scanner.seen().last_ms != last_ms {
            first = scanner.seen().last_ms;
        }
        if scanner.boundary_ms() != last_ms {
            let us = |ms: Option<u64>| ms.unwrap_or(0) * 1000;
            let (first_us, last_us) = (us(first.take()), us(scanner.boundary_ms()));
            out.push(Cluster { from, to: at + 1, first_us, last_us });
            from = at + 1;
        }
    }
    assert_eq!(from, bytes.len(), "the last cluster is whole");
    out
}

/// How a track stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    pub(super) on: bool,
    pub(super) from_us: u64,
    pub(super) to_us: u64,
    /// Time of the last frame that was handed over.
    pub(super) handed_us: Option<u64>,
}

/// What the child had noted before the power was cut.
#[derive(Debug, Clone, Default)]
pub(super) struct Promise {
    pub(super) tracks: BTreeMap<TrackId, Standing>,
    /// Last event that was acknowledged.
    pub(super) event: u64,
    pub(super) sealed: bool,
}

impl Promise {
    pub(super) fn at(journal: &Journal, upto: usize) -> Self {
        let mut promise = Self::default();
        for (_, op) in &journal.ops[..upto] {
            let Op::Note(note) = op else { continue };
            promise.take(note);
        }
        promise
    }

    fn take(&mut self, note: &str) {
        let mut words = note.split(' ');
        let (what, who, when) = (words.next().unwrap(), words.next().unwrap_or_default(), words.next());
        let us = when.and_then(|us| us.parse::<u64>().ok()).unwrap_or(0);
        match what {
            "event" => self.event = who.parse().unwrap(),
            "sealed" => self.sealed = true,
            "on" | "off" | "media" => {
                let track = self.tracks.entry(who.parse().unwrap()).or_default();
                match what {
                    "on" => (track.on, track.from_us) = (true, us),
                    "off" => (track.on, track.to_us) = (false, us),
                    _ => track.handed_us = Some(us),
                }
            }
            _ => {}
        }
    }
}
