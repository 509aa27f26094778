//! Frames of RFC 4571: two bytes of length, network order, and a datagram.

use super::MAX_FRAME;

/// Bytes before each datagram.
pub const HEADER: usize = 2;

/// A frame longer than we take: what follows cannot be told apart any more, the connection is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a frame of more than {MAX_FRAME} bytes")]
pub struct TooLong;

/// The beginning of a frame whose rest has not come: less than a whole one.
#[derive(Debug)]
pub struct Partial(Vec<u8>);

impl Default for Partial {
    fn default() -> Self {
        Self(Vec::with_capacity(HEADER + MAX_FRAME))
    }
}

impl Partial {
    /// Moves what is here to the front of `room`, of at least [`HEADER`] + [`MAX_FRAME`] bytes, and says how much that is:
    /// what is received next goes behind it.
    pub fn resume(&mut self, room: &mut [u8]) -> usize {
        let len = self.0.len().min(room.len());
        room[..len].copy_from_slice(&self.0[..len]);
        self.0.clear();
        len
    }

    /// Keeps what [`Frames::rest`] left.
    pub fn keep(&mut self, rest: &[u8]) {
        self.0.clear();
        self.0.extend_from_slice(&rest[..rest.len().min(HEADER + MAX_FRAME)]);
    }
}

/// The whole frames in a run of bytes.
#[derive(Debug)]
pub struct Frames<'a>(&'a mut [u8]);

impl<'a> Frames<'a> {
    #[must_use]
    pub fn new(bytes: &'a mut [u8]) -> Self {
        Self(bytes)
    }

    /// The next datagram; `None`: the rest is not a whole one. Empty frames are skipped.
    ///
    /// # Errors
    /// The length is more than we take, known as soon as it has come.
    pub fn next_frame(&mut self) -> Result<Option<&'a mut [u8]>, TooLong> {
        loop {
            let [a, b, ..] = self.0 else { return Ok(None) };
            let len = usize::from(u16::from_be_bytes([*a, *b]));
            if len > MAX_FRAME {
                return Err(TooLong);
            }
            if self.0.len() < HEADER + len {
                return Ok(None);
            }
            let (frame, rest) = std::mem::take(&mut self.0).split_at_mut(HEADER + len);
            self.0 = rest;
            if len > 0 {
                return Ok(Some(&mut frame[HEADER..]));
            }
        }
    }

    /// What is left when there is no whole frame any more.
    #[must_use]
    pub fn rest(self) -> &'a [u8] {
        self.0
    }
}
