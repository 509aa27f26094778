//! AV1 in RTP: the aggregation header and the elements behind it (AV1 RTP payload specification v1.0, section 4).

use crate::Malformed;
use crate::bits::Cursor;

/// OBU type of a sequence header (AV1 section 6.2.2).
pub const SEQUENCE_HEADER: u8 = 1;

/// The aggregation header of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aggregation<'a> {
    /// Z: the first element continues one of the packet before.
    pub continues: bool,
    /// Y: the last element goes on in the next packet.
    pub unfinished: bool,
    /// N: first packet of a coded video sequence, that is of a key frame.
    pub sequence_start: bool,
    count: u8,
    rest: &'a [u8],
}

impl<'a> Aggregation<'a> {
    /// # Errors
    /// Empty, or both the start of a sequence and the continuation of an element.
    pub fn parse(payload: &'a [u8]) -> Result<Self, Malformed> {
        let (&head, rest) = payload.split_first().ok_or(Malformed)?;
        let (continues, sequence_start) = (head & 0x80 != 0, head & 0x08 != 0);
        if rest.is_empty() || continues && sequence_start {
            return Err(Malformed);
        }
        Ok(Self { continues, unfinished: head & 0x40 != 0, sequence_start, count: (head >> 4) & 3, rest })
    }

    /// The OBU elements, each an OBU or a piece of one; [`Malformed`] once if a length does not fit.
    #[must_use]
    pub fn elements(&self) -> Elements<'a> {
        Elements { rest: self.rest, count: self.count, given: 0 }
    }
}

/// See [`Aggregation::elements`].
#[derive(Debug, Clone, Copy)]
pub struct Elements<'a> {
    rest: &'a [u8],
    /// W: number of elements, the last without a length; 0: every one has a length.
    count: u8,
    given: u8,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<&'a [u8], Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        self.given = self.given.saturating_add(1);
        if self.count != 0 && self.given == self.count {
            return Some(Ok(std::mem::take(&mut self.rest)));
        }
        let mut cursor = Cursor::new(self.rest);
        let element = leb128(&mut cursor).and_then(|len| cursor.take(len));
        self.rest = if element.is_ok() { cursor.rest() } else { &[] };
        Some(element)
    }
}

/// A length (AV1 section 4.10.5): at most eight bytes, here also at most 32 bits.
fn leb128(cursor: &mut Cursor<'_>) -> Result<usize, Malformed> {
    let mut value = 0u64;
    for at in 0..8 {
        let byte = cursor.u8()?;
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return u32::try_from(value).ok().and_then(|len| usize::try_from(len).ok()).ok_or(Malformed);
        }
    }
    Err(Malformed)
}

/// Whether decoding can start with this payload: a new sequence, or a sequence header at the front.
#[must_use]
pub fn starts_key_frame(payload: &[u8]) -> bool {
    let Ok(aggregation) = Aggregation::parse(payload) else { return false };
    if aggregation.sequence_start {
        return true;
    }
    let first = aggregation.elements().find_map(|element| element.ok()?.first().copied());
    !aggregation.continues && first.is_some_and(|header| (header >> 3) & 15 == SEQUENCE_HEADER)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_cut_extension_byte_does_not_lead_beyond_the_end() {
        let aggregation = Aggregation::parse(&[0x10, 0x7e]).unwrap();
        assert_eq!(aggregation.elements().collect::<Vec<_>>(), [Ok(&[0x7e][..])]);
        assert!(!starts_key_frame(&[0x10, 0x7e]));
    }

    #[test]
    fn elements_are_cut_by_their_lengths() {
        let all = |payload| Aggregation::parse(payload).unwrap().elements().collect::<Vec<_>>();
        assert_eq!(all(&[0x20, 1, 0xaa, 0xbb, 0xcc]), [Ok(&[0xaa][..]), Ok(&[0xbb, 0xcc][..])]);
        assert_eq!(all(&[0x00, 1, 0xaa, 2, 0xbb, 0xcc]), [Ok(&[0xaa][..]), Ok(&[0xbb, 0xcc][..])]);
        assert_eq!(all(&[0x00, 9, 0xaa]), [Err(Malformed)]);
        assert_eq!(all(&[0x00, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]), [Err(Malformed)]);
    }

    #[test]
    fn a_new_sequence_starts_a_key_frame() {
        assert!(starts_key_frame(&[0x18, 0x0a, 1]));
        assert!(starts_key_frame(&[0x10, 0x0a, 1]));
        assert!(!starts_key_frame(&[0x90, 0x0a, 1]));
        assert!(!starts_key_frame(&[0x10, 0x32, 1]));
    }
}
