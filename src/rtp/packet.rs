//! A view of one RTP packet (RFC 3550 section 5.1) and its header extensions (RFC 8285).

use crate::Malformed;
use crate::bits::{be16, be32};

/// Length of a header without CSRCs and extensions.
pub const FIXED_HEADER: usize = 12;

/// One RTP packet, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    pub marker: bool,
    pub payload_type: u8,
    pub seq: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    pub extensions: Extensions<'a>,
    /// Without padding; empty in a packet that is only padding.
    pub payload: &'a [u8],
    /// Bytes of padding, the count byte included.
    pub padding: u8,
    /// Bytes before the payload.
    pub header_len: usize,
    csrcs: &'a [u8],
}

impl<'a> Packet<'a> {
    /// # Errors
    /// Version, lengths or padding do not fit the bytes.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (Some(&first), Some(&second)) = (bytes.first(), bytes.get(1)) else {
            return Err(Malformed);
        };
        if first >> 6 != 2 {
            return Err(Malformed);
        }
        let (seq, timestamp, ssrc) = (be16(bytes, 2)?, be32(bytes, 4)?, be32(bytes, 8)?);
        let csrc_end = FIXED_HEADER + 4 * usize::from(first & 15);
        let csrcs = bytes.get(FIXED_HEADER..csrc_end).ok_or(Malformed)?;
        let (extensions, header_len) = if first & 0x10 == 0 {
            (Extensions::NONE, csrc_end)
        } else {
            let start = csrc_end + 4;
            let end = start + 4 * usize::from(be16(bytes, csrc_end + 2)?);
            let block = bytes.get(start..end).ok_or(Malformed)?;
            (Extensions::new(be16(bytes, csrc_end)?, block), end)
        };
        let body = bytes.get(header_len..).ok_or(Malformed)?;
        let padding = if first & 0x20 == 0 { 0 } else { padding_of(body)? };
        let payload = body.get(..body.len() - usize::from(padding)).ok_or(Malformed)?;
        let (marker, payload_type) = (second & 0x80 != 0, second & 0x7f);
        Ok(Self { marker, payload_type, seq, timestamp, ssrc, extensions, payload, padding, header_len, csrcs })
    }

    pub fn csrcs(&self) -> impl Iterator<Item = u32> + 'a {
        self.csrcs.chunks_exact(4).map(|c| u32::from_be_bytes([c[0], c[1], c[2], c[3]]))
    }
}

fn padding_of(body: &[u8]) -> Result<u8, Malformed> {
    match body.last() {
        Some(&count) if count > 0 && usize::from(count) <= body.len() => Ok(count),
        _ => Err(Malformed),
    }
}

/// The extension block of a packet: an iterator over `(id, value)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extensions<'a> {
    form: Form,
    rest: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    OneByte,
    TwoByte,
    /// Another profile: nothing of ours in it.
    Foreign,
}

impl<'a> Extensions<'a> {
    pub const NONE: Self = Self { form: Form::Foreign, rest: &[] };

    fn new(profile: u16, block: &'a [u8]) -> Self {
        let form = match profile {
            0xbede => Form::OneByte,
            0x1000..=0x100f => Form::TwoByte,
            _ => Form::Foreign,
        };
        Self { form, rest: block }
    }

    /// The first element of this id.
    #[must_use]
    pub fn get(self, id: u8) -> Option<&'a [u8]> {
        let mut all = self;
        all.find_map(|(found, value)| (found == id).then_some(value))
    }

    fn element(&mut self) -> Option<(u8, &'a [u8])> {
        let (&first, rest) = self.rest.split_first()?;
        if first == 0 {
            // One byte of padding.
            self.rest = rest;
            return Some((0, &[]));
        }
        let (id, len, rest) = if self.form == Form::OneByte {
            // RFC 8285 section 4.2: id 15 ends the block.
            if first >> 4 == 15 {
                return None;
            }
            (first >> 4, usize::from(first & 15) + 1, rest)
        } else {
            let (&len, rest) = rest.split_first()?;
            (first, usize::from(len), rest)
        };
        let (value, rest) = rest.split_at_checked(len)?;
        self.rest = rest;
        Some((id, value))
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.form == Form::Foreign {
            return None;
        }
        loop {
            match self.element() {
                // Id 0 with a length is padding with a mistake in it: skipped like padding.
                Some((0, _)) => {}
                Some(element) => return Some(element),
                None => {
                    self.rest = &[];
                    return None;
                }
            }
        }
    }
}

/// An audio level (RFC 6464): `0` loudest to `127` silence, in -dBov; and whether the sender takes it for voice.
#[must_use]
pub fn audio_level(value: &[u8]) -> Option<(u8, bool)> {
    value.first().map(|byte| (byte & 0x7f, byte & 0x80 != 0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_packet_with_csrc_extensions_and_padding_is_taken_apart() {
        let mut bytes = vec![0xb1, 0xe0, 0x12, 0x34, 0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0, 7];
        bytes.extend([0xbe, 0xde, 0, 2, 0x10, b'a', 0, 0x31, 1, 2, 0, 0]);
        bytes.extend([10, 11, 12, 0, 0, 3]);
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!((packet.marker, packet.payload_type, packet.seq), (true, 96, 0x1234));
        assert_eq!((packet.timestamp, packet.ssrc, packet.padding), (5, 9, 3));
        assert_eq!(packet.csrcs().collect::<Vec<_>>(), [7]);
        assert_eq!(packet.extensions.collect::<Vec<_>>(), [(1, &b"a"[..]), (3, &[1, 2][..])]);
        assert_eq!(packet.payload, [10, 11, 12]);
    }

    #[test]
    fn two_byte_elements_may_be_empty_or_long() {
        let mut bytes = vec![0x90, 96, 0, 1, 0, 0, 0, 5, 0, 0, 0, 9, 0x10, 0, 0, 6, 7, 0, 8, 20];
        bytes.extend([1u8; 20]);
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!(packet.extensions.get(7), Some(&[][..]));
        assert_eq!(packet.extensions.get(8), Some(&[1u8; 20][..]));
        assert_eq!(packet.payload, []);
    }

    #[test]
    fn an_element_that_overruns_its_block_ends_it() {
        let bytes = [0x90, 96, 0, 1, 0, 0, 0, 5, 0, 0, 0, 9, 0xbe, 0xde, 0, 1, 0x1f, 1, 2, 3];
        assert_eq!(Packet::parse(&bytes).unwrap().extensions.next(), None);
    }

    #[test]
    fn wrong_version_short_header_and_impossible_padding_are_refused() {
        let good = [0x80, 96, 0, 1, 0, 0, 0, 5, 0, 0, 0, 9];
        assert!(Packet::parse(&good).is_ok());
        assert!(Packet::parse(&good[..11]).is_err());
        let with = |first: u8| {
            let mut bytes = good;
            bytes[0] = first;
            Packet::parse(&bytes).is_err()
        };
        assert!(with(0x40), "version 1");
        assert!(with(0xa0), "padding in an empty body");
        assert!(with(0x81), "a CSRC that is not there");
        assert!(with(0x90), "an extension that is not there");
        let mut padded = [0xa0, 96, 0, 1, 0, 0, 0, 5, 0, 0, 0, 9, 0];
        assert!(Packet::parse(&padded).is_err(), "padding of nothing");
        padded[12] = 2;
        assert!(Packet::parse(&padded).is_err(), "more padding than packet");
        padded[12] = 1;
        assert_eq!(Packet::parse(&padded).unwrap().payload, []);
    }
}
