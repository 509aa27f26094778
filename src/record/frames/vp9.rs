//! VP9 from RTP (RFC 9628). Of spatial layers only the base is kept: a file holds one picture size at a time.

use super::Frame;
use super::bits::Bits;

struct Descriptor<'a> {
    inter: bool,
    begins: bool,
    spatial: u8,
    rest: &'a [u8],
}

/// RFC 9628 section 4.2.
fn descriptor(payload: &[u8]) -> Option<Descriptor<'_>> {
    let first = *payload.first()?;
    let (picture_id, inter, layers, flexible) =
        (first & 0x80 != 0, first & 0x40 != 0, first & 0x20 != 0, first & 0x10 != 0);
    let (begins, structure) = (first & 0x08 != 0, first & 0x02 != 0);
    let mut at = 1;
    if picture_id {
        at += if payload.get(at)? & 0x80 != 0 { 2 } else { 1 };
    }
    let mut spatial = 0;
    if layers {
        spatial = payload.get(at)? >> 1 & 7;
        at += if flexible { 1 } else { 2 };
    }
    if flexible && inter {
        // Up to three reference differences, the last with its lowest bit clear.
        for _ in 0..3 {
            let diff = *payload.get(at)?;
            at += 1;
            if diff & 1 == 0 {
                break;
            }
        }
    }
    if structure {
        at = skip_structure(payload, at)?;
    }
    Some(Descriptor { inter, begins, spatial, rest: payload.get(at..)? })
}

fn skip_structure(payload: &[u8], mut at: usize) -> Option<usize> {
    let head = *payload.get(at)?;
    at += 1;
    if head & 0x10 != 0 {
        at += 4 * (usize::from(head >> 5) + 1);
    }
    if head & 0x08 != 0 {
        let pictures = *payload.get(at)?;
        at += 1;
        for _ in 0..pictures {
            let references = usize::from(payload.get(at)? >> 2 & 3);
            at += 1 + references;
        }
    }
    Some(at)
}

pub(super) fn starts(payload: &[u8]) -> bool {
    descriptor(payload).is_some_and(|d| d.begins && d.spatial == 0)
}

pub(super) fn frame<'a>(payloads: impl Iterator<Item = &'a [u8]>, frame: &mut Frame) -> Option<()> {
    let mut inter = true;
    for (i, payload) in payloads.enumerate() {
        let descriptor = descriptor(payload)?;
        if i == 0 {
            if !descriptor.begins || descriptor.spatial != 0 {
                return None;
            }
            inter = descriptor.inter;
        }
        if descriptor.spatial == 0 {
            frame.data.extend_from_slice(descriptor.rest);
        }
    }
    let size = key_size(&frame.data);
    frame.key = !inter && size.is_some();
    frame.size = if frame.key { size } else { None };
    (!frame.data.is_empty()).then_some(())
}

/// Size in a key frame's uncompressed header (VP9 bitstream specification section 6.2).
fn key_size(data: &[u8]) -> Option<(u16, u16)> {
    let mut bits = Bits::new(data);
    if bits.bits(2)? != 2 {
        return None;
    }
    let profile = bits.bit()? | bits.bit()? << 1;
    if profile == 3 {
        bits.bit()?;
    }
    let (existing, inter) = (bits.bit()?, bits.bit()?);
    bits.bits(2)?;
    if existing == 1 || inter == 1 || bits.bits(24)? != 0x49_83_42 {
        return None;
    }
    if profile >= 2 {
        bits.bit()?;
    }
    const SRGB: u32 = 7;
    if bits.bits(3)? == SRGB {
        if profile % 2 == 1 {
            bits.bit()?;
        }
    } else {
        bits.bit()?;
        if profile % 2 == 1 {
            bits.bits(3)?;
        }
    }
    let mut side = || u16::try_from(bits.bits(16)? + 1).ok();
    Some((side()?, side()?))
}
