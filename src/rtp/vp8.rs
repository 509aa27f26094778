//! The VP8 payload descriptor (RFC 7741 section 4.2) and the frame header behind it.

use crate::Malformed;
use crate::bits::Cursor;

/// What precedes the VP8 data of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor {
    /// Bytes before the VP8 data.
    pub len: usize,
    /// N: nothing refers to this frame.
    pub discardable: bool,
    /// S with PID 0: the packet begins a frame.
    pub frame_start: bool,
    pub picture_id: Option<PictureId>,
    pub tl0: Option<Tl0>,
    /// Temporal layer.
    pub temporal: Option<u8>,
    /// Y: the frame builds on those of temporal layer 0 alone, and so do those of higher temporal layers behind it.
    pub layer_sync: bool,
}

/// A picture id of 7 or 15 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureId {
    pub value: u16,
    pub wide: bool,
    /// Where it stands in the payload.
    pub at: usize,
}

/// TL0PICIDX: running index of base-layer frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tl0 {
    pub value: u8,
    /// Where it stands in the payload.
    pub at: usize,
}

impl Descriptor {
    /// # Errors
    /// The payload ends within the descriptor, or right behind it: a VP8 packet has at least one byte of data.
    pub fn parse(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload);
        let first = cursor.u8()?;
        let flags = if first & 0x80 == 0 { 0 } else { cursor.u8()? };
        let at = |cursor: &Cursor<'_>| payload.len() - cursor.rest().len();
        let picture_id = if flags & 0x80 == 0 {
            None
        } else {
            let place = at(&cursor);
            let high = cursor.u8()?;
            let wide = high & 0x80 != 0;
            let low = if wide { u16::from(cursor.u8()?) } else { 0 };
            let high = u16::from(high & 0x7f);
            Some(PictureId { value: if wide { (high << 8) | low } else { high }, wide, at: place })
        };
        let tl0 = if flags & 0x40 == 0 { None } else { Some(Tl0 { at: at(&cursor), value: cursor.u8()? }) };
        let (mut temporal, mut layer_sync) = (None, false);
        if flags & 0x30 != 0 {
            let byte = cursor.u8()?;
            if flags & 0x20 != 0 {
                (temporal, layer_sync) = (Some(byte >> 6), byte & 0x20 != 0);
            }
        }
        if cursor.rest().is_empty() {
            return Err(Malformed);
        }
        let frame_start = first & 0x10 != 0 && first & 0x0f == 0;
        let discardable = first & 0x20 != 0;
        Ok(Self { len: at(&cursor), discardable, frame_start, picture_id, tl0, temporal, layer_sync })
    }
}

impl PictureId {
    /// Writes this id moved by `step` into `payload`, at its place and in its width.
    pub fn write_moved(self, payload: &mut [u8], step: u16) {
        let value = self.value.wrapping_add(step);
        if self.wide {
            if let Some([high, low]) = payload.get_mut(self.at..self.at + 2) {
                *high = 0x80 | ((value >> 8) & 0x7f) as u8;
                *low = value as u8;
            }
        } else if let Some(byte) = payload.get_mut(self.at) {
            *byte = (value & 0x7f) as u8;
        }
    }
}

/// Width and height if the payload begins a key frame (RFC 6386 section 9.1).
#[must_use]
pub fn key_frame(payload: &[u8]) -> Option<(u16, u16)> {
    let descriptor = Descriptor::parse(payload).ok()?;
    if !descriptor.frame_start {
        return None;
    }
    match payload.get(descriptor.len..)? {
        // Bit 0 of the frame tag is clear in a key frame; then three bytes of start code.
        [tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] if tag & 1 == 0 => {
            let side = |low: &u8, high: &u8| u16::from_le_bytes([*low, *high]) & 0x3fff;
            Some((side(w0, w1), side(h0, h1)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const KEY: [u8; 10] = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02];

    #[test]
    fn every_field_is_found_at_its_place() {
        let mut payload = vec![0x90, 0xf0, 0x92, 0x34, 0x56, 0x60];
        payload.extend(KEY);
        let d = Descriptor::parse(&payload).unwrap();
        assert_eq!(d.picture_id, Some(PictureId { value: 0x1234, wide: true, at: 2 }));
        assert_eq!(d.tl0, Some(Tl0 { value: 0x56, at: 4 }));
        assert_eq!((d.temporal, d.layer_sync, d.len, d.frame_start), (Some(1), true, 6, true));
        assert_eq!(key_frame(&payload), Some((1280, 720)));
    }

    #[test]
    fn a_tiny_last_fragment_of_two_bytes_is_legal() {
        let d = Descriptor::parse(&[0x00, 0xaa, 0xbb]).unwrap();
        assert_eq!((d.len, d.frame_start), (1, false));
        assert_eq!(Descriptor::parse(&[0x00, 0xaa]).unwrap().len, 1);
    }

    #[test]
    fn fields_do_not_linger_when_the_extension_bit_is_clear() {
        let d = Descriptor::parse(&[0x10, 0xff, 0xff]).unwrap();
        assert_eq!((d.picture_id, d.tl0, d.temporal, d.len), (None, None, None, 1));
    }

    #[test]
    fn a_payload_that_ends_within_the_descriptor_is_refused() {
        for short in [&[][..], &[0x90], &[0x90, 0x80], &[0x90, 0x80, 0x80], &[0x90, 0x80, 0x80, 1], &[0x90, 0xf0, 1, 2]]
        {
            assert_eq!(Descriptor::parse(short), Err(Malformed), "{short:?}");
        }
    }

    #[test]
    fn picture_ids_move_within_their_width() {
        let mut payload = [0x90, 0x80, 0xff, 0xff, 0, 0];
        let id = Descriptor::parse(&payload).unwrap().picture_id.unwrap();
        id.write_moved(&mut payload, 2);
        assert_eq!(Descriptor::parse(&payload).unwrap().picture_id.unwrap().value, 1);
        let mut narrow = [0x90, 0x80, 0x7f, 0];
        let id = Descriptor::parse(&narrow).unwrap().picture_id.unwrap();
        id.write_moved(&mut narrow, 2);
        assert_eq!(Descriptor::parse(&narrow).unwrap().picture_id, Some(PictureId { value: 1, wide: false, at: 2 }));
    }

    #[test]
    fn an_inter_frame_and_a_continuation_are_no_key_frames() {
        let mut payload = vec![0x10];
        payload.extend(KEY);
        assert!(key_frame(&payload).is_some());
        payload[1] |= 1;
        assert_eq!(key_frame(&payload), None);
        payload[1] &= !1;
        payload[0] = 0;
        assert_eq!(key_frame(&payload), None);
    }
}
