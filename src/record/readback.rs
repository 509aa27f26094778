//! The reader: re-opens what was written, takes it from the disk, checks it against its chain, and only then says so.

use crate::listen::{self, Span};
use crate::segment::{Durable, Shared};
use assize_proof::chain::ChainLine;
use assize_proof::ebml::Scanner;
use assize_proof::hash::Hash;
use rustix::fs::{Advice, fadvise};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;

/// More than this at once, in bytes, is not kept to be listened to.
const SPAN: usize = 32 << 20;

/// How far one file was read back.
pub(crate) struct ReadBack {
    pub(crate) shared: Arc<Shared>,
    chain_at: u64,
    media_at: u64,
    prev: Hash,
    scanner: Scanner,
    /// What was read since the last piece was taken; nothing if nobody listens.
    kept: Option<Kept>,
    /// Up to where pieces were taken, in milliseconds.
    taken_ms: u64,
}

#[derive(Default)]
struct Kept {
    /// The file's bytes before its first cluster, with which each piece after the first begins.
    header: Vec<u8>,
    bytes: Vec<u8>,
}

impl ReadBack {
    pub(crate) fn new(shared: Arc<Shared>, listened: bool) -> Self {
        let taken_ms = u64::try_from(shared.durable().up_to_us / 1000).unwrap_or(0);
        let (prev, kept) = (shared.genesis, listened.then(Kept::default));
        Self { prev, shared, chain_at: 0, media_at: 0, scanner: Scanner::default(), kept, taken_ms }
    }

    /// What was read back since the last time, as a file of its own.
    pub(crate) fn take_span(&mut self) -> Option<Span> {
        let kept = self.kept.as_mut()?;
        let up_to_ms = self.scanner.boundary_ms()?;
        let bytes = std::mem::take(&mut kept.bytes);
        if kept.header.is_empty() {
            kept.header = listen::header(&bytes).to_vec();
        }
        let from_ms = std::mem::replace(&mut self.taken_ms, up_to_ms);
        let any = bytes.len() > kept.header.len() && bytes.len() <= SPAN;
        kept.bytes.clone_from(&kept.header);
        any.then(|| Span { track: self.shared.track, bytes, from_us: from_ms * 1000, up_to_us: up_to_ms * 1000 })
    }

    /// Reads everything that was durable when `durable` was noted.
    ///
    /// # Errors
    /// It cannot be read, or it is not what was written (`InvalidData`).
    pub(crate) fn catch_up(&mut self, folder: &Path, durable: Durable) -> io::Result<()> {
        if durable.offset <= self.media_at {
            return Ok(());
        }
        let path = folder.join(&self.shared.file);
        let mut media = File::open(&path)?;
        // Without this the page cache answers, which says nothing about the disk.
        let length = NonZeroU64::new(durable.offset - self.media_at);
        let _ = fadvise(&media, self.media_at, length, Advice::DontNeed);
        media.seek(SeekFrom::Start(self.media_at))?;
        let mut chain = File::open(path.with_extension("chain"))?;
        chain.seek(SeekFrom::Start(self.chain_at))?;
        let mut chain = BufReader::new(chain);
        let mut text = String::new();
        while self.media_at < durable.offset {
            text.clear();
            chain.read_line(&mut text)?;
            let line =
                text.strip_suffix('\n').and_then(ChainLine::parse).ok_or_else(|| wrong("the chain ends early"))?;
            self.check(&mut media, &line)?;
            self.chain_at += text.len() as u64;
        }
        Ok(())
    }

    fn check(&mut self, media: &mut File, line: &ChainLine) -> io::Result<()> {
        let mut left = line.offset.checked_sub(self.media_at).ok_or_else(|| wrong("the chain runs backwards"))?;
        let mut sha = Sha256::new().chain_update(self.prev.0);
        let mut buffer = [0; 64 * 1024];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(buffer.len()).min(buffer.len());
            let n = media.read(&mut buffer[..most])?;
            if n == 0 {
                return Err(wrong("the file ends early"));
            }
            sha.update(&buffer[..n]);
            self.scanner.feed(&buffer[..n]);
            if let Some(kept) = self.kept.as_mut().filter(|kept| kept.bytes.len() <= SPAN) {
                kept.bytes.extend_from_slice(&buffer[..n]);
            }
            left -= n as u64;
        }
        if Hash(sha.finalize().into()) != line.sha256 || line.prev != self.prev {
            return Err(wrong("what was read back is not what was written"));
        }
        if self.scanner.boundary() != line.offset || self.scanner.boundary_ms() != Some(line.pts_ms) {
            return Err(wrong("what was read back cannot be demultiplexed"));
        }
        self.prev = line.sha256;
        self.media_at = line.offset;
        Ok(())
    }
}

fn wrong(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
