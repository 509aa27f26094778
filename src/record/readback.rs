//! The reader: re-opens what was written, takes it from the disk, checks it against its chain, and only then says so.

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

/// How far one file was read back.
pub(crate) struct ReadBack {
    pub(crate) shared: Arc<Shared>,
    chain_at: u64,
    media_at: u64,
    prev: Hash,
    scanner: Scanner,
}

impl ReadBack {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { prev: shared.genesis, shared, chain_at: 0, media_at: 0, scanner: Scanner::default() }
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
