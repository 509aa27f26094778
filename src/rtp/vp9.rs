//! The VP9 payload descriptor (RFC 9628 section 4.2).

use crate::Malformed;
use crate::bits::Cursor;

/// What precedes the VP9 data of a packet. Nothing is kept from packet to packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor {
    /// Bytes before the VP9 data.
    pub len: usize,
    pub picture_id: Option<u16>,
    /// P: the frame depends on an earlier one.
    pub inter: bool,
    pub flexible: bool,
    /// B, E: first and last packet of a layer frame.
    pub start: bool,
    pub end: bool,
    /// Temporal and spatial layer.
    pub layer: Option<(u8, u8)>,
    /// Width and height of the first spatial layer whose size the scalability structure gives.
    pub size: Option<(u16, u16)>,
}

impl Descriptor {
    /// # Errors
    /// The payload ends within the descriptor or right behind it, or names more references than the format allows.
    pub fn parse(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload);
        let flags = cursor.u8()?;
        let has = |bit: u8| flags & bit != 0;
        let (inter, flexible) = (has(0x40), has(0x10));
        let picture_id = if has(0x80) { Some(picture_id(&mut cursor)?) } else { None };
        let layer = if has(0x20) {
            let byte = cursor.u8()?;
            if !flexible {
                cursor.skip(1)?;
            }
            Some((byte >> 5, (byte >> 1) & 7))
        } else {
            None
        };
        if flexible && inter {
            references(&mut cursor)?;
        }
        let size = if has(0x02) { structure(&mut cursor)? } else { None };
        if cursor.rest().is_empty() {
            return Err(Malformed);
        }
        let len = payload.len() - cursor.rest().len();
        Ok(Self { len, picture_id, inter, flexible, start: has(0x08), end: has(0x04), layer, size })
    }

    /// Whether decoding can start with this packet: the first of a base-layer frame that depends on nothing.
    #[must_use]
    pub fn starts_key_frame(&self) -> bool {
        self.start && !self.inter && self.layer.is_none_or(|(_, spatial)| spatial == 0)
    }
}

fn picture_id(cursor: &mut Cursor<'_>) -> Result<u16, Malformed> {
    let high = cursor.u8()?;
    if high & 0x80 == 0 {
        return Ok(u16::from(high));
    }
    Ok((u16::from(high & 0x7f) << 8) | u16::from(cursor.u8()?))
}

/// One to three reference indices, the last without the N bit.
fn references(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
    for _ in 0..3 {
        if cursor.u8()? & 1 == 0 {
            return Ok(());
        }
    }
    Err(Malformed)
}

/// The scalability structure (section 4.2.1).
fn structure(cursor: &mut Cursor<'_>) -> Result<Option<(u16, u16)>, Malformed> {
    let head = cursor.u8()?;
    let mut size = None;
    if head & 0x10 != 0 {
        for _ in 0..=(head >> 5) {
            let this = (cursor.u16()?, cursor.u16()?);
            size = size.or(Some(this));
        }
    }
    if head & 0x08 != 0 {
        for _ in 0..cursor.u8()? {
            let picture = cursor.u8()?;
            cursor.skip(usize::from((picture >> 2) & 3))?;
        }
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn inter_frames_in_flexible_mode_do_not_add_up() {
        for _ in 0..5 {
            let d = Descriptor::parse(&[0xd8, 0x85, 0x01, 0x03, 0x05, 0x02, 0xaa]).unwrap();
            assert_eq!((d.picture_id, d.inter, d.start, d.len), (Some(0x501), true, true, 6));
        }
        assert_eq!(Descriptor::parse(&[0xd8, 1, 3, 3, 3, 3, 0xaa]), Err(Malformed), "four references");
    }

    #[test]
    fn a_key_frame_with_structure_gives_its_size() {
        // I, L, B, V; one spatial layer with size; one picture in the group with one reference.
        let payload = [0xaa, 0x05, 0x00, 0x07, 0x18, 0x05, 0x00, 0x02, 0xd0, 0x01, 0x04, 0x01, 0xff];
        let d = Descriptor::parse(&payload).unwrap();
        assert_eq!((d.size, d.len, d.starts_key_frame()), (Some((1280, 720)), 12, true));
        assert_eq!(Descriptor::parse(&payload[..12]), Err(Malformed));
    }

    #[test]
    fn an_upper_spatial_layer_starts_no_key_frame() {
        let d = Descriptor::parse(&[0x28, 0x02, 0x07, 0xff]).unwrap();
        assert_eq!((d.layer, d.starts_key_frame()), (Some((0, 1)), false));
    }
}
