//! The end of a track that is being recorded, from the disk: what is durable and chained, as it becomes so.

use assize_core::ids::TrackId;
use assize_proof::chain::ChainLine;
use assize_record::folder::media_files;
use assize_record::listen::header;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Of a media file, what its decoder begins with.
const HEADER: u64 = 4096;
/// So many of the last links are given at once, a second each, so that a player has something to begin with.
const BEGIN: usize = 2;

/// Follows a track from file to file.
#[derive(Debug, Clone)]
pub struct Tail {
    folder: PathBuf,
    at: Option<At>,
}

/// How far a file was given.
#[derive(Debug, Clone)]
struct At {
    media: PathBuf,
    media_at: u64,
    chain_at: u64,
}

impl Tail {
    /// `folder`: of the sitting.
    #[must_use]
    pub fn of(folder: &Path, track: TrackId) -> Self {
        Self { folder: folder.join("tracks").join(track.to_string()), at: None }
    }

    /// What has become durable since the last time, as a stream of WebM or Matroska: each file's header, then whole
    /// clusters. Nothing, if nothing has.
    ///
    /// # Errors
    /// The disk does not give it.
    pub fn read(&mut self) -> io::Result<Vec<u8>> {
        let Some(at) = &mut self.at else { return self.begin() };
        let more = at.more()?;
        if !more.is_empty() {
            return Ok(more);
        }
        let newest = media_files(&self.folder)?.pop().filter(|newest| *newest != at.media);
        let Some(mut next) = newest.map(At::first) else { return Ok(more) };
        let mut begins = next.more()?;
        // A file that holds nothing yet is looked for again.
        if begins.is_empty() {
            return Ok(begins);
        }
        // Of the one before nothing comes any more: its last link may have come since it was looked at.
        let mut rest = at.more()?;
        rest.append(&mut begins);
        self.at = Some(next);
        Ok(rest)
    }

    /// The header of the newest file and its last clusters.
    fn begin(&mut self) -> io::Result<Vec<u8>> {
        let Some(newest) = media_files(&self.folder)?.pop() else { return Ok(Vec::new()) };
        let mut at = At::first(newest);
        let (lines, chain_at) = at.lines()?;
        let Some(last) = lines.last() else { return Ok(Vec::new()) };
        let mut out = vec![];
        File::open(&at.media)?.take(HEADER.min(last.offset)).read_to_end(&mut out)?;
        out.truncate(header(&out).len());
        let from = lines.len().checked_sub(BEGIN + 1).map_or(out.len() as u64, |n| lines[n].offset);
        out.extend(at.bytes(from, last.offset)?);
        (at.media_at, at.chain_at) = (last.offset, chain_at);
        self.at = Some(at);
        Ok(out)
    }
}

impl At {
    fn first(media: PathBuf) -> Self {
        Self { media, media_at: 0, chain_at: 0 }
    }

    fn more(&mut self) -> io::Result<Vec<u8>> {
        let (lines, chain_at) = self.lines()?;
        let Some(last) = lines.last().filter(|last| last.offset > self.media_at) else { return Ok(Vec::new()) };
        let bytes = self.bytes(self.media_at, last.offset)?;
        (self.media_at, self.chain_at) = (last.offset, chain_at);
        Ok(bytes)
    }

    /// The links after those that were given, and where the chain then stands. One that is being written is not there yet.
    fn lines(&self) -> io::Result<(Vec<ChainLine>, u64)> {
        let mut chain = match File::open(self.media.with_extension("chain")) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Vec::new(), self.chain_at)),
            other => other?,
        };
        chain.seek(SeekFrom::Start(self.chain_at))?;
        let (mut chain, mut at, mut lines) = (BufReader::new(chain), self.chain_at, Vec::new());
        loop {
            let mut text = String::new();
            chain.read_line(&mut text)?;
            let Some(line) = text.strip_suffix('\n') else { return Ok((lines, at)) };
            lines.push(ChainLine::parse(line).ok_or(ErrorKind::InvalidData)?);
            at += text.len() as u64;
        }
    }

    fn bytes(&self, from: u64, to: u64) -> io::Result<Vec<u8>> {
        let mut media = File::open(&self.media)?;
        media.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        media.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_core::ids::{DeviceKind, SeatId};
    use assize_proof::chain::Linker;
    use assize_proof::hash::Hash;
    use std::fs;
    use std::io::Write;

    const TRACK: TrackId = TrackId { seat: SeatId(2), device: DeviceKind::Microphone };
    const BEGINS: &[u8] =
        &[0x1A, 0x45, 0xDF, 0xA3, 0x80, 0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    /// A cluster with one block of its own byte.
    fn cluster(byte: u8) -> Vec<u8> {
        let mut out = vec![0x1F, 0x43, 0xB6, 0x75, 0x89, 0xE7, 0x81, byte, 0xA3, 0x84, 0x81, 0, 0, 0x80];
        out[4] = 0x80 | (out.len() - 5) as u8;
        out
    }

    struct Written {
        linker: Linker,
        media: File,
        chain: File,
    }

    fn written(folder: &Path, name: &str) -> Written {
        let dir = folder.join("tracks").join(TRACK.to_string());
        fs::create_dir_all(&dir).unwrap();
        let file = |ending: &str| File::create(dir.join(format!("{name}.{ending}"))).unwrap();
        Written { linker: Linker::new(Hash([0; 32])), media: file("webm"), chain: file("chain") }
    }

    impl Written {
        fn write(&mut self, bytes: &[u8]) {
            self.media.write_all(bytes).unwrap();
            self.linker.feed(bytes);
        }

        fn link(&mut self) {
            let line = self.linker.link().unwrap();
            writeln!(self.chain, "{}", line.text()).unwrap();
        }
    }

    #[test]
    fn a_tail_begins_near_the_end_gives_what_is_chained_and_goes_on_in_the_next_file() {
        let dir = tempfile::tempdir().unwrap();
        let mut tail = Tail::of(dir.path(), TRACK);
        assert!(tail.read().unwrap().is_empty(), "nothing is recorded yet");
        let mut first = written(dir.path(), "1-0001");
        first.write(BEGINS);
        for byte in 1..=5 {
            first.write(&cluster(byte));
            first.link();
        }
        assert_eq!(tail.read().unwrap(), [BEGINS, &cluster(4), &cluster(5)].concat());
        first.write(&cluster(6));
        assert!(tail.read().unwrap().is_empty(), "written and not known to be durable");
        first.link();
        assert_eq!(tail.read().unwrap(), cluster(6));
        let mut second = written(dir.path(), "1-0002");
        second.write(BEGINS);
        assert!(tail.read().unwrap().is_empty());
        second.write(&cluster(7));
        second.link();
        assert_eq!(tail.read().unwrap(), [BEGINS, &cluster(7)].concat());
        assert!(tail.read().unwrap().is_empty());
    }

    #[test]
    fn a_short_track_is_given_whole_and_a_link_that_is_being_written_waits() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = written(dir.path(), "2-0001");
        file.write(BEGINS);
        file.write(&cluster(1));
        file.link();
        let mut tail = Tail::of(dir.path(), TRACK);
        assert_eq!(tail.read().unwrap(), [BEGINS, &cluster(1)].concat());
        file.write(&cluster(2));
        let line = file.linker.link().unwrap().text();
        write!(file.chain, "{line}").unwrap();
        assert!(tail.read().unwrap().is_empty());
        writeln!(file.chain).unwrap();
        assert_eq!(tail.read().unwrap(), cluster(2));
    }
}
