//! A file that is looked at where it lies: a recording may be larger than what is kept in memory for it.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes that are read at once.
const WINDOW: usize = 64 * 1024;
/// The end of a ZIP's directory, and its size without the comment.
const DIRECTORY_END: &[u8] = b"PK\x05\x06";
const DIRECTORY_END_SIZE: usize = 22;

trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// See the module. What cannot be read is as if it was not there; why is kept.
pub struct Source<'a> {
    file: &'a mut dyn ReadSeek,
    length: u64,
    window: Vec<u8>,
    from: u64,
    error: Option<io::Error>,
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("length", &self.length).finish_non_exhaustive()
    }
}

impl<'a> Source<'a> {
    pub fn new(file: &'a mut (impl Read + Seek), length: u64) -> Self {
        Self { file, length, window: Vec::new(), from: 0, error: None }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The beginning, as much of it as there is.
    pub(super) fn head(&mut self) -> &[u8] {
        let count = usize::try_from(self.length).unwrap_or(WINDOW).min(64);
        self.get(0, count).unwrap_or_default()
    }

    /// These bytes, 64 KiB at most; none if the file ends before.
    pub(super) fn get(&mut self, at: u64, count: usize) -> Option<&[u8]> {
        let end = at.checked_add(count as u64).filter(|end| *end <= self.length && count <= WINDOW)?;
        if at < self.from || end > self.from + self.window.len() as u64 {
            self.fill(at);
        }
        let from = usize::try_from(at.checked_sub(self.from)?).ok()?;
        self.window.get(from..from.checked_add(count)?)
    }

    fn fill(&mut self, at: u64) {
        let count = (self.length - at).min(WINDOW as u64);
        self.window.clear();
        self.from = at;
        let read =
            self.file.seek(SeekFrom::Start(at)).and_then(|_| self.file.take(count).read_to_end(&mut self.window));
        if let Err(error) = read {
            self.error = Some(error);
        }
    }

    /// A number with its first byte first.
    pub(super) fn big(&mut self, at: u64, count: usize) -> Option<u64> {
        Some(self.get(at, count)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    /// A number with its last byte first.
    pub(super) fn little(&mut self, at: u64, count: usize) -> Option<u64> {
        Some(self.get(at, count)?.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    /// Whether a program for archives would find one here, which it looks for from the end: whatever the file is besides,
    /// it is two in one.
    pub(super) fn ends_as_archive(&mut self) -> bool {
        let count = usize::try_from(self.length).unwrap_or(WINDOW).min(WINDOW);
        let Some(tail) = self.get(self.length - count as u64, count) else { return false };
        let mut found = tail.windows(DIRECTORY_END_SIZE).enumerate().filter(|(_, end)| end.starts_with(DIRECTORY_END));
        found.any(|(at, end)| at + DIRECTORY_END_SIZE + usize::from(u16::from_le_bytes([end[20], end[21]])) == count)
    }

    /// # Errors
    /// Something could not be read.
    pub fn finish(self) -> io::Result<()> {
        self.error.map_or(Ok(()), Err)
    }
}
