//! The two kinds of message on a TURN connection over a stream (RFC 8656 sections 3.1 and 12.5): nothing but their own
//! lengths separates them.

/// Longest STUN message: a Send indication with a whole datagram in it.
const MOST_STUN: usize = 4096;
/// Most bytes of a datagram, either way. Media stays below 1500.
pub(super) const MOST_DATA: usize = 2048;
const STUN_HEADER: usize = 20;
const CHANNEL_HEADER: usize = 4;

/// What stands at the front of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// A STUN message of this many bytes.
    Stun(usize),
    /// Data on a channel; `padded` is what it takes in the stream, header included.
    Channel { number: u16, len: usize, padded: usize },
}

/// What cannot be a message, or is too long for one: where the next begins is then unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unframed;

impl Frame {
    /// `None`: there is not enough yet.
    ///
    /// # Errors
    /// This is no message.
    pub(super) fn first(bytes: &[u8]) -> Result<Option<Self>, Unframed> {
        let [a, b, c, d, ..] = *bytes else { return Ok(None) };
        let len = usize::from(u16::from_be_bytes([c, d]));
        let frame = match a {
            0x00..=0x3f if len % 4 == 0 && STUN_HEADER + len <= MOST_STUN => Self::Stun(STUN_HEADER + len),
            0x40..=0x4f if len <= MOST_DATA => {
                let number = u16::from_be_bytes([a, b]);
                Self::Channel { number, len, padded: CHANNEL_HEADER + len.next_multiple_of(4) }
            }
            _ => return Err(Unframed),
        };
        Ok((bytes.len() >= frame.size()).then_some(frame))
    }

    /// Bytes that it takes in the stream.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Stun(len) => len,
            Self::Channel { padded, .. } => padded,
        }
    }
}

/// Data on a channel, padded as a stream wants it (RFC 8656 section 12.5).
pub(super) fn channel(number: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(CHANNEL_HEADER + data.len().next_multiple_of(4));
    bytes.extend_from_slice(&number.to_be_bytes());
    // A datagram that was received has at most `MOST_DATA` bytes.
    bytes.extend_from_slice(&u16::try_from(data.len()).unwrap_or_default().to_be_bytes());
    bytes.extend_from_slice(data);
    bytes.resize(CHANNEL_HEADER + data.len().next_multiple_of(4), 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_where_their_lengths_say() {
        assert_eq!(Frame::first(&[0, 3, 0]), Ok(None));
        assert_eq!(Frame::first(&[0, 3, 0, 8, 0x21]), Ok(None));
        let mut stun = vec![0, 3, 0, 8];
        stun.resize(40, 7);
        assert_eq!(Frame::first(&stun), Ok(Some(Frame::Stun(28))));
        let data = channel(0x4001, b"abcde");
        assert_eq!(data, [0x40, 1, 0, 5, b'a', b'b', b'c', b'd', b'e', 0, 0, 0]);
        let frame = Frame::Channel { number: 0x4001, len: 5, padded: 12 };
        assert_eq!(Frame::first(&data), Ok(Some(frame)));
        assert_eq!(Frame::first(&data[..11]), Ok(None), "the padding is part of the stream");
    }

    #[test]
    fn what_is_no_message_or_too_long_is_refused() {
        for bytes in
            [*b"GET ", [0x50, 0, 0, 0], [0x80, 0, 0, 0], [0, 1, 0, 3], [0, 1, 0xff, 0xfc], [0x40, 0, 0xff, 0xff]]
        {
            assert_eq!(Frame::first(&bytes), Err(Unframed), "{bytes:?}");
        }
    }
}
