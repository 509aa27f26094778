//! The chain beside each media file.
//!
//! One line a sync: `{"offset","prev","pts_ms","sha256"}`, where `sha256` = SHA-256 over the 32 bytes of `prev` followed by
//! the file's bytes from the last line's offset (or the start) to `offset`. `pts_ms` is the time of the last block before
//! `offset`, on the hearing's clock, and is checked against the file. The first `prev` binds the chain to its place:
//! SHA-256 over `hearing/sitting/file`, so that files cannot change places unseen.

use crate::canonical;
use crate::ebml::Scanner;
use crate::hash::Hash;
use crate::torn;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Display;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainLine {
    pub offset: u64,
    pub pts_ms: u64,
    pub sha256: Hash,
    pub prev: Hash,
}

impl ChainLine {
    /// The line as it is written, without the line feed.
    #[must_use]
    pub fn text(&self) -> String {
        canonical::encode(self).unwrap_or_default()
    }

    /// Reads one line; anything but the exact form that [`Self::text`] gives is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let line: Self = serde_json::from_str(text).ok()?;
        (line.text() == text).then_some(line)
    }
}

/// The first `prev` of the chain of `file` (path below the record's folder, with `/`).
#[must_use]
pub fn genesis(hearing: impl Display, sitting: &str, file: &str) -> Hash {
    Hash::of(format!("{hearing}/{sitting}/{file}").as_bytes())
}

/// Builds a chain while the file is written: bytes go in as they are written, links come out at cluster boundaries.
#[derive(Debug, Clone)]
pub struct Linker {
    scanner: Scanner,
    prev: Hash,
    /// Over `prev` and the bytes from the last link to the scanner's boundary.
    sha: Sha256,
    /// Bytes after the boundary.
    tail: Vec<u8>,
    linked: u64,
}

impl Linker {
    #[must_use]
    pub fn new(genesis: Hash) -> Self {
        let sha = Sha256::new().chain_update(genesis.0);
        Self { scanner: Scanner::default(), prev: genesis, sha, tail: Vec::new(), linked: 0 }
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        let end = self.scanner.position() + bytes.len() as u64;
        self.scanner.feed(bytes);
        self.tail.extend_from_slice(bytes);
        let open = usize::try_from(end.saturating_sub(self.scanner.boundary())).unwrap_or(usize::MAX);
        let whole = self.tail.len().saturating_sub(open);
        if whole > 0 {
            self.sha.update(&self.tail[..whole]);
            self.tail.drain(..whole);
        }
    }

    /// The next link, if a cluster was completed since the last one. The bytes before its offset must be durable before
    /// the link is written anywhere.
    pub fn link(&mut self) -> Option<ChainLine> {
        let offset = self.scanner.boundary();
        let pts_ms = self.scanner.boundary_ms()?;
        if offset <= self.linked {
            return None;
        }
        let sha256 = Hash(self.sha.clone().finalize().into());
        let line = ChainLine { offset, pts_ms, sha256, prev: self.prev };
        self.prev = sha256;
        self.sha = Sha256::new().chain_update(sha256.0);
        self.linked = offset;
        Some(line)
    }

    #[must_use]
    pub fn scanner(&self) -> &Scanner {
        &self.scanner
    }
}

/// Checks a file against its chain as the bytes are read.
#[derive(Debug)]
pub struct Checker {
    lines: std::vec::IntoIter<ChainLine>,
    next: Option<ChainLine>,
    prev: Hash,
    sha: Sha256,
    scanner: Scanner,
    position: u64,
    linked: u64,
    linked_ms: Option<u64>,
    wrong: Option<Wrong>,
}

/// A stretch of the file that is not what its chain says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub from: u64,
    pub to: u64,
    pub what: &'static str,
}

/// What a chain shows of its file.
#[derive(Debug)]
pub struct Checked {
    /// Bytes that the chain proves.
    pub linked: u64,
    pub linked_ms: Option<u64>,
    pub total: u64,
    pub wrong: Option<Wrong>,
    /// Over the whole file, unproved tail included.
    pub scanner: Scanner,
    /// Head of the chain.
    pub head: Hash,
}

impl Checker {
    #[must_use]
    pub fn new(genesis: Hash, lines: Vec<ChainLine>) -> Self {
        let mut lines = lines.into_iter();
        let next = lines.next();
        let mut checker = Self {
            lines,
            next,
            prev: genesis,
            sha: Sha256::new().chain_update(genesis.0),
            scanner: Scanner::default(),
            position: 0,
            linked: 0,
            linked_ms: None,
            wrong: None,
        };
        checker.look_at_next();
        checker
    }

    /// The next line must continue the chain and lie ahead.
    fn look_at_next(&mut self) {
        let Some(next) = &self.next else { return };
        let what = if next.prev != self.prev {
            "a link does not follow the one before it"
        } else if next.offset <= self.linked {
            "a link points backwards"
        } else {
            return;
        };
        self.fail(next.offset, what);
    }

    fn fail(&mut self, to: u64, what: &'static str) {
        let linked = self.linked;
        self.wrong.get_or_insert_with(|| Wrong { from: linked.min(to), to: to.max(linked), what });
        self.next = None;
    }

    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let Some(next) = &self.next else {
                self.position += bytes.len() as u64;
                self.scanner.feed(bytes);
                return;
            };
            let left = usize::try_from(next.offset - self.position).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at(left.min(bytes.len()));
            self.sha.update(now);
            self.scanner.feed(now);
            self.position += now.len() as u64;
            bytes = rest;
            if now.len() == left {
                self.arrive();
            }
        }
    }

    /// The file has been read up to the next link's offset.
    fn arrive(&mut self) {
        let Some(link) = self.next.take() else { return };
        if Hash(self.sha.clone().finalize().into()) != link.sha256 {
            return self.fail(link.offset, "the bytes are not those that were recorded");
        }
        if self.scanner.broken_at().is_some() || self.scanner.boundary() != link.offset {
            return self.fail(link.offset, "a link that is not at the end of a cluster");
        }
        if self.scanner.boundary_ms() != Some(link.pts_ms) {
            return self.fail(link.offset, "the link's time is not that of its last block");
        }
        self.linked = link.offset;
        self.linked_ms = Some(link.pts_ms);
        self.prev = link.sha256;
        self.sha = Sha256::new().chain_update(link.sha256.0);
        self.next = self.lines.next();
        self.look_at_next();
    }

    #[must_use]
    pub fn finish(mut self) -> Checked {
        if let Some(next) = &self.next {
            let to = next.offset;
            self.fail(to, "the file ends before what its chain says was recorded");
        }
        Checked {
            linked: self.linked,
            linked_ms: self.linked_ms,
            total: self.position,
            wrong: self.wrong,
            scanner: self.scanner,
            head: self.prev,
        }
    }
}

/// Lines of a chain file; `Err` gives the first byte of the first line that is none. What a crash left of a last line, and
/// what a power cut left of the last write, is left out (the second value: how many bytes it has).
///
/// # Errors
/// Where a line is wrong.
pub fn parse_file(bytes: &[u8]) -> Result<(Vec<ChainLine>, u64), (u64, u64)> {
    let mut lines = Vec::new();
    let mut at = 0;
    for piece in bytes.split_inclusive(|b| *b == b'\n') {
        let Some(text) = piece.strip_suffix(b"\n") else { return Ok((lines, piece.len() as u64)) };
        match std::str::from_utf8(text).ok().and_then(ChainLine::parse) {
            Some(line) => lines.push(line),
            None if torn::lacks_blocks(bytes, at) => return Ok((lines, (bytes.len() - at) as u64)),
            None => return Err((at as u64, (at + piece.len()) as u64)),
        }
        at += piece.len();
    }
    Ok((lines, 0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// A header and `n` clusters of one block, 200 ms apart.
    fn stream(n: u16) -> Vec<u8> {
        let mut out =
            vec![0x1A, 0x45, 0xDF, 0xA3, 0x80, 0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255];
        for i in 0..n {
            let time = (i * 200).to_be_bytes();
            out.extend_from_slice(&[0x1F, 0x43, 0xB6, 0x75, 0x8C, 0xE7, 0x82, time[0], time[1]]);
            out.extend_from_slice(&[0xA3, 0x86, 0x81, 0, 0, 0x80, i as u8, 9]);
        }
        out
    }

    fn chained(bytes: &[u8], pieces: &[usize]) -> (Hash, Vec<ChainLine>) {
        let genesis = genesis("h", "01", "tracks/00-microphone/1-0001.webm");
        let mut linker = Linker::new(genesis);
        let mut lines = Vec::new();
        let mut rest = bytes;
        for piece in pieces.iter().cycle() {
            let (now, then) = rest.split_at((*piece).min(rest.len()));
            linker.feed(now);
            lines.extend(linker.link());
            rest = then;
            if rest.is_empty() {
                return (genesis, lines);
            }
        }
        unreachable!()
    }

    proptest! {
        #[test]
        fn what_is_linked_checks_and_any_change_is_found(
            n in 1u16..12, pieces in prop::collection::vec(1usize..60, 1..4),
            at in any::<prop::sample::Index>(), bit in 0u8..8, cut in any::<prop::sample::Index>(),
        ) {
            let bytes = stream(n);
            let (genesis, lines) = chained(&bytes, &pieces);
            prop_assert_eq!(lines.last().unwrap().offset, bytes.len() as u64);
            let run = |lines: &[ChainLine], bytes: &[u8]| {
                let mut checker = Checker::new(genesis, lines.to_vec());
                bytes.chunks(7).for_each(|piece| checker.feed(piece));
                checker.finish()
            };
            let good = run(&lines, &bytes);
            prop_assert_eq!(&good.wrong, &None);
            prop_assert_eq!(good.linked, bytes.len() as u64);

            let mut flipped = bytes.clone();
            let at = at.index(flipped.len());
            flipped[at] ^= 1 << bit;
            let wrong = run(&lines, &flipped).wrong.unwrap();
            prop_assert!(wrong.from <= at as u64 && (at as u64) < wrong.to, "{:?} does not name {}", wrong, at);

            prop_assert!(run(&lines, &bytes[..cut.index(bytes.len())]).wrong.is_some());

            let mut moved = lines.clone();
            let which = cut.index(moved.len());
            moved[which].pts_ms += 1;
            prop_assert!(run(&moved, &bytes).wrong.is_some());
            let mut missing = lines.clone();
            if missing.len() > 1 {
                missing.remove(which.min(missing.len() - 2));
                prop_assert!(run(&missing, &bytes).wrong.is_some());
            }
        }
    }
}
