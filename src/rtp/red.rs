//! Redundant audio (RFC 2198): a packet that carries earlier ones before its own sound.

use crate::Malformed;

/// Earlier packets in one at most: more is no audio that anybody sends.
pub const MAX_EARLIER: usize = 8;
/// How many ticks back an earlier packet may be, and how many bytes it may have.
pub const MAX_OFFSET: u32 = (1 << 14) - 1;
pub const MAX_LEN: usize = (1 << 10) - 1;
/// Bytes of the head of an earlier packet, and of the packet's own.
const HEAD: usize = 4;
const LAST_HEAD: usize = 1;

/// One packet in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block<'a> {
    pub payload_type: u8,
    /// Ticks before the timestamp of the packet it is in; 0 of its own sound.
    pub offset: u32,
    pub payload: &'a [u8],
}

/// A payload taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Red<'a> {
    heads: &'a [u8],
    own: Block<'a>,
    /// Payloads of the earlier ones, one behind the other.
    bodies: &'a [u8],
}

impl<'a> Red<'a> {
    /// # Errors
    /// The lengths do not fit the bytes, or there are more than [`MAX_EARLIER`] earlier packets.
    pub fn parse(payload: &'a [u8]) -> Result<Self, Malformed> {
        let mut at = 0;
        let mut earlier = 0;
        while payload.get(at).ok_or(Malformed)? & 0x80 != 0 {
            let head = payload.get(at..at + HEAD).ok_or(Malformed)?;
            earlier += usize::from(u16::from_be_bytes([head[2] & 3, head[3]]));
            at += HEAD;
        }
        if at > MAX_EARLIER * HEAD {
            return Err(Malformed);
        }
        let (heads, rest) = payload.split_at(at);
        let (bodies, own) = rest.get(LAST_HEAD..).and_then(|rest| rest.split_at_checked(earlier)).ok_or(Malformed)?;
        let own = Block { payload_type: rest[0], offset: 0, payload: own };
        Ok(Self { heads, own, bodies })
    }

    /// The packet's own sound.
    #[must_use]
    pub fn own(&self) -> Block<'a> {
        self.own
    }

    /// Earlier packets, in the order they are in: the oldest first.
    pub fn earlier(&self) -> impl Iterator<Item = Block<'a>> + use<'a> {
        let mut bodies = self.bodies;
        self.heads.chunks_exact(HEAD).map(move |head| {
            let (payload, rest) = bodies.split_at(usize::from(u16::from_be_bytes([head[2] & 3, head[3]])));
            bodies = rest;
            let offset = (u32::from(head[1]) << 6) | (u32::from(head[2]) >> 2);
            Block { payload_type: head[0] & 0x7f, offset, payload }
        })
    }
}

/// Whether a packet so many ticks back and so many bytes long can be an earlier one.
#[must_use]
pub fn fits(offset: u32, len: usize) -> bool {
    (1..=MAX_OFFSET).contains(&offset) && len <= MAX_LEN
}

/// Appends the head of an earlier packet that [`fits`]: all of them first, the oldest first, then [`write_last`], then
/// the payloads in the same order, and the packet's own sound at the end.
pub fn write_head(out: &mut Vec<u8>, payload_type: u8, offset: u32, len: usize) {
    debug_assert!(fits(offset, len));
    let [_, high, low, size] = ((offset << 10) | len as u32).to_be_bytes();
    out.extend_from_slice(&[0x80 | payload_type, high, low, size]);
}

/// Appends the head of the packet's own sound.
pub fn write_last(out: &mut Vec<u8>, payload_type: u8) {
    out.push(payload_type & 0x7f);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn written(earlier: &[(u32, &[u8])], own: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        earlier.iter().for_each(|(offset, payload)| write_head(&mut out, 111, *offset, payload.len()));
        write_last(&mut out, 111);
        earlier.iter().for_each(|(_, payload)| out.extend_from_slice(payload));
        out.extend_from_slice(own);
        out
    }

    #[test]
    fn what_is_written_reads_back() {
        let long = [7; MAX_LEN];
        let earlier = [(MAX_OFFSET, &long[..]), (960, &[1, 2, 3]), (1, &[])];
        for count in 0..=earlier.len() {
            let bytes = written(&earlier[..count], &[9, 9]);
            let red = Red::parse(&bytes).unwrap();
            assert_eq!(red.own(), Block { payload_type: 111, offset: 0, payload: &[9, 9] });
            let read: Vec<_> = red.earlier().map(|block| (block.offset, block.payload)).collect();
            assert_eq!(read, earlier[..count]);
        }
    }

    /// As RFC 2198 section 4 draws it.
    #[test]
    fn the_bits_are_where_the_rfc_puts_them() {
        let bytes = written(&[(0b10_1010_1010_1011, &[1; 0b10_0000_0001])], &[]);
        assert_eq!(bytes[..5], [0x80 | 111, 0b1010_1010, 0b1010_1110, 0b0000_0001, 111]);
    }

    #[test]
    fn lengths_that_do_not_fit_are_refused() {
        let whole = written(&[(960, &[1, 2, 3])], &[9]);
        assert!((0..8).all(|len| Red::parse(&whole[..len]).is_err()) && Red::parse(&whole[..8]).is_ok());
        let many = |count: usize| written(&vec![(960, &[][..]); count], &[]);
        assert!(Red::parse(&many(MAX_EARLIER)).is_ok() && Red::parse(&many(MAX_EARLIER + 1)).is_err());
        assert!(fits(1, 0) && !fits(0, 1) && !fits(MAX_OFFSET + 1, 1) && !fits(1, MAX_LEN + 1));
    }
}
