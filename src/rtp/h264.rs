//! H.264 in RTP (RFC 6184): what a payload holds, key frames, and dimensions from the parameter set.

use crate::Malformed;
use crate::bits::{BitReader, Cursor};

/// Nal unit types of interest (H.264 table 7-1; RFC 6184 table 1).
pub mod nal {
    pub const SLICE: u8 = 1;
    pub const IDR: u8 = 5;
    pub const SEI: u8 = 6;
    pub const SPS: u8 = 7;
    pub const PPS: u8 = 8;
    pub const AUD: u8 = 9;
    pub const STAP_A: u8 = 24;
    pub const FU_A: u8 = 28;
}

/// The payload structures that browsers and room systems send (packetization modes 0 and 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload<'a> {
    /// One whole NAL unit, header included.
    Single(&'a [u8]),
    /// Several whole NAL units.
    Aggregate(Aggregate<'a>),
    /// A piece of one: `header` is that of the whole unit.
    Fragment { start: bool, end: bool, header: u8, data: &'a [u8] },
}

impl<'a> Payload<'a> {
    /// # Errors
    /// Empty, a structure of packetization mode 2, or an aggregate whose lengths do not add up.
    pub fn parse(payload: &'a [u8]) -> Result<Self, Malformed> {
        let (&first, rest) = payload.split_first().ok_or(Malformed)?;
        match first & 31 {
            1..=23 => Ok(Self::Single(payload)),
            nal::STAP_A => Aggregate::checked(rest).map(Self::Aggregate),
            nal::FU_A => {
                let (&fu, data) = rest.split_first().ok_or(Malformed)?;
                let (start, end) = (fu & 0x80 != 0, fu & 0x40 != 0);
                if data.is_empty() || start && end {
                    return Err(Malformed);
                }
                Ok(Self::Fragment { start, end, header: (first & 0xe0) | (fu & 31), data })
            }
            _ => Err(Malformed),
        }
    }

    /// The types of the NAL units that begin in this payload.
    pub fn begins(self) -> impl Iterator<Item = u8> + 'a {
        let (single, aggregate) = match self {
            Self::Single(unit) => (unit.first().map(|header| header & 31), Aggregate { rest: &[] }),
            Self::Aggregate(units) => (None, units),
            Self::Fragment { start, header, .. } => (start.then_some(header & 31), Aggregate { rest: &[] }),
        };
        single.into_iter().chain(aggregate.filter_map(|unit| unit.first().map(|header| header & 31)))
    }
}

/// The NAL units of a STAP-A.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aggregate<'a> {
    rest: &'a [u8],
}

impl<'a> Aggregate<'a> {
    fn checked(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(bytes);
        let mut units = 0;
        while !cursor.rest().is_empty() {
            let len = usize::from(cursor.u16()?);
            if len == 0 {
                return Err(Malformed);
            }
            cursor.skip(len)?;
            units += 1;
        }
        if units == 0 { Err(Malformed) } else { Ok(Self { rest: bytes }) }
    }
}

impl<'a> Iterator for Aggregate<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let mut cursor = Cursor::new(self.rest);
        let len = cursor.u16().ok()?;
        let unit = cursor.take(usize::from(len)).ok()?;
        self.rest = cursor.rest();
        Some(unit)
    }
}

/// Whether decoding can start with this payload: a sequence parameter set, or an IDR picture for a sender that gave
/// its parameter sets before.
#[must_use]
pub fn starts_key_frame(payload: &[u8]) -> bool {
    Payload::parse(payload).is_ok_and(|payload| payload.begins().any(|kind| matches!(kind, nal::SPS | nal::IDR)))
}

/// Width and height in pixels from a sequence parameter set, its NAL header included (H.264 section 7.3.2.1.1).
///
/// # Errors
/// Not a parameter set, cut short, or larger than level 6.2 allows on a side.
pub fn dimensions(sps: &[u8]) -> Result<(u16, u16), Malformed> {
    let (&header, body) = sps.split_first().ok_or(Malformed)?;
    if header & 31 != nal::SPS {
        return Err(Malformed);
    }
    let mut clean = [0; 256];
    let mut bits = BitReader::new(unescape(body, &mut clean));
    let profile = bits.bits(8)?;
    bits.bits(16)?;
    bits.golomb()?;
    let chroma = if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135) {
        high_profile(&mut bits)?
    } else {
        1
    };
    bits.golomb()?;
    picture_order(&mut bits)?;
    bits.golomb()?;
    bits.bit()?;
    let width = bits.golomb()?.checked_add(1).ok_or(Malformed)?;
    let height = bits.golomb()?.checked_add(1).ok_or(Malformed)?;
    let frames_only = bits.bit()?;
    if frames_only == 0 {
        bits.bit()?;
    }
    bits.bit()?;
    let mut crop = [0; 4];
    if bits.bit()? == 1 {
        for side in &mut crop {
            *side = bits.golomb()?;
        }
    }
    let (unit_x, unit_y) = match chroma {
        1 => (2, 2 * (2 - frames_only)),
        2 => (2, 2 - frames_only),
        _ => (1, 2 - frames_only),
    };
    let side = |blocks: u32, factor: u32, near: u32, far: u32, unit: u32| {
        let full = blocks.checked_mul(16 * factor)?;
        let cut = near.checked_add(far)?.checked_mul(unit)?;
        u16::try_from(full.checked_sub(cut)?).ok().filter(|side| (1..=16_880).contains(side))
    };
    let width = side(width, 1, crop[0], crop[1], unit_x).ok_or(Malformed)?;
    let height = side(height, 2 - frames_only, crop[2], crop[3], unit_y).ok_or(Malformed)?;
    Ok((width, height))
}

/// Fields that only the high profiles have; gives chroma_format_idc.
fn high_profile(bits: &mut BitReader<'_>) -> Result<u32, Malformed> {
    let chroma = bits.golomb()?;
    if chroma == 3 {
        bits.bit()?;
    }
    bits.golomb()?;
    bits.golomb()?;
    bits.bit()?;
    if bits.bit()? == 1 {
        for list in 0..if chroma == 3 { 12 } else { 8 } {
            if bits.bit()? == 1 {
                scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Ok(chroma)
}

fn scaling_list(bits: &mut BitReader<'_>, size: usize) -> Result<(), Malformed> {
    let (mut last, mut next) = (8i32, 8i32);
    for _ in 0..size {
        if next != 0 {
            next = last.wrapping_add(bits.signed_golomb()?).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Ok(())
}

fn picture_order(bits: &mut BitReader<'_>) -> Result<(), Malformed> {
    match bits.golomb()? {
        0 => {
            bits.golomb()?;
        }
        1 => {
            bits.bit()?;
            bits.golomb()?;
            bits.golomb()?;
            let count = bits.golomb()?;
            if count > 255 {
                return Err(Malformed);
            }
            for _ in 0..count {
                bits.golomb()?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Takes the emulation prevention bytes out (section 7.4.1.1). What does not fit is left out: dimensions stand early.
fn unescape<'a>(body: &[u8], clean: &'a mut [u8; 256]) -> &'a [u8] {
    let (mut len, mut zeros) = (0, 0);
    for &byte in body {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        let Some(place) = clean.get_mut(len) else { break };
        *place = byte;
        len += 1;
        zeros = if byte == 0 { zeros + 1 } else { 0 };
    }
    &clean[..len]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_trailing_byte_in_an_aggregate_is_refused_not_followed() {
        assert_eq!(Payload::parse(&[0x18, 0, 0, 0xc5]), Err(Malformed));
        assert_eq!(Payload::parse(&[0x18, 0, 1, 0x67, 0xc5]), Err(Malformed));
        assert_eq!(Payload::parse(&[0x18]), Err(Malformed));
    }

    #[test]
    fn aggregates_fragments_and_single_units_tell_what_begins() {
        let begins = |payload: &[u8]| Payload::parse(payload).unwrap().begins().collect::<Vec<_>>();
        assert_eq!(begins(&[0x78, 0, 1, 0x67, 0, 2, 0x68, 1]), [nal::SPS, nal::PPS]);
        assert_eq!(begins(&[0x65, 1, 2]), [nal::IDR]);
        assert_eq!(begins(&[0x7c, 0x85, 1]), [nal::IDR]);
        assert_eq!(begins(&[0x7c, 0x05, 1]), []);
        assert!(starts_key_frame(&[0x78, 0, 1, 0x67, 0, 2, 0x68, 1]));
        assert!(starts_key_frame(&[0x7c, 0x85, 1]));
        assert!(!starts_key_frame(&[0x7c, 0x05, 1]));
        assert!(!starts_key_frame(&[0x41, 1]));
    }

    #[test]
    fn dimensions_of_a_known_parameter_set() {
        // Constrained baseline 1280x720 (three reference frames), as x264 writes it.
        let sps =
            [0x67, 0x42, 0xc0, 0x1f, 0xd9, 0x00, 0x50, 0x05, 0xbb, 0x01, 0x10, 0, 0, 3, 0, 0x10, 0, 0, 3, 3, 0xc0];
        assert_eq!(dimensions(&sps), Ok((1280, 720)));
        for len in 0..8 {
            assert!(dimensions(&sps[..len]).is_err());
        }
    }
}
