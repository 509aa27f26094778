//! H.264 (ITU-T H.264) from RTP (RFC 6184, packetization modes 0 and 1), as Matroska wants it: NAL units with four-byte
//! lengths, and `avcC` (ISO/IEC 14496-15 section 5.3.3.1).

use super::Frame;
use super::bits::Bits;

const IDR: u8 = 5;
const SPS: u8 = 7;
const PPS: u8 = 8;
const DELIMITER: u8 = 9;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

/// The parameter sets last seen.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    sps: Vec<u8>,
    pps: Vec<u8>,
}

pub(super) fn starts(payload: &[u8]) -> bool {
    let kind = |byte: u8| byte & 0x1F;
    match payload.first().copied().map(kind) {
        Some(SPS | DELIMITER) => true,
        Some(STAP_A) => payload.get(3).is_some_and(|byte| matches!(kind(*byte), SPS | DELIMITER)),
        _ => false,
    }
}

impl Parameters {
    pub(super) fn frame<'a>(&mut self, payloads: impl Iterator<Item = &'a [u8]>, frame: &mut Frame) -> Option<()> {
        let mut units = Units::default();
        for payload in payloads {
            units.take(payload)?;
        }
        if units.in_fragment || units.list.is_empty() {
            return None;
        }
        frame.key = false;
        for unit in &units.list {
            match unit.first()? & 0x1F {
                SPS => self.sps.clone_from(unit),
                PPS => self.pps.clone_from(unit),
                IDR => frame.key = true,
                _ => {}
            }
            frame.data.extend_from_slice(&u32::try_from(unit.len()).ok()?.to_be_bytes());
            frame.data.extend_from_slice(unit);
        }
        if frame.key {
            frame.size = Some(size(&self.sps)?);
            frame.config = Some(self.config()?);
        }
        Some(())
    }

    fn config(&self) -> Option<Vec<u8>> {
        let sps_len = u16::try_from(self.sps.len()).ok()?.to_be_bytes();
        let pps_len = u16::try_from(self.pps.len()).ok()?.to_be_bytes();
        if self.pps.is_empty() {
            return None;
        }
        let mut out = vec![1, *self.sps.get(1)?, *self.sps.get(2)?, *self.sps.get(3)?, 0xFF, 0xE1];
        out.extend_from_slice(&sps_len);
        out.extend_from_slice(&self.sps);
        out.push(1);
        out.extend_from_slice(&pps_len);
        out.extend_from_slice(&self.pps);
        Some(out)
    }
}

#[derive(Default)]
struct Units {
    list: Vec<Vec<u8>>,
    in_fragment: bool,
}

impl Units {
    /// `None`: the payload is damaged or of a kind that these modes do not have.
    fn take(&mut self, payload: &[u8]) -> Option<()> {
        let head = *payload.first()?;
        match head & 0x1F {
            1..=23 if !self.in_fragment => self.list.push(payload.to_vec()),
            STAP_A if !self.in_fragment => {
                let mut rest = &payload[1..];
                while !rest.is_empty() {
                    let len = usize::from(u16::from_be_bytes([rest[0], *rest.get(1)?]));
                    let unit = rest.get(2..2 + len).filter(|unit| !unit.is_empty())?;
                    self.list.push(unit.to_vec());
                    rest = &rest[2 + len..];
                }
            }
            FU_A => {
                let fragment = *payload.get(1)?;
                let (start, end) = (fragment & 0x80 != 0, fragment & 0x40 != 0);
                if start == self.in_fragment {
                    return None;
                }
                if start {
                    self.list.push(vec![head & 0xE0 | fragment & 0x1F]);
                }
                self.list.last_mut()?.extend_from_slice(&payload[2..]);
                self.in_fragment = !end;
            }
            _ => return None,
        }
        Some(())
    }
}

/// Picture size of a sequence parameter set (ITU-T H.264 section 7.3.2.1.1), cropping applied.
fn size(sps: &[u8]) -> Option<(u16, u16)> {
    let plain = without_emulation(sps.get(1..)?);
    let mut bits = Bits::new(&plain);
    let profile = bits.bits(8)?;
    bits.bits(16)?;
    bits.ue()?;
    let mut chroma = 1;
    if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135) {
        chroma = bits.ue()?;
        high_profile(&mut bits, chroma)?;
    }
    bits.ue()?;
    order_count(&mut bits)?;
    bits.ue()?;
    bits.bit()?;
    let width_mbs = bits.ue()?.checked_add(1)?;
    let height_units = bits.ue()?.checked_add(1)?;
    let frames_only = bits.bit()?;
    if frames_only == 0 {
        bits.bit()?;
    }
    bits.bit()?;
    let (mut across, mut down) = (0u32, 0u32);
    if bits.bit()? == 1 {
        across = bits.ue()?.checked_add(bits.ue()?)?;
        down = bits.ue()?.checked_add(bits.ue()?)?;
    }
    let (unit_x, unit_y) = match chroma {
        1 => (2, 2 * (2 - frames_only)),
        2 => (2, 2 - frames_only),
        _ => (1, 2 - frames_only),
    };
    let width = width_mbs.checked_mul(16)?.checked_sub(across.checked_mul(unit_x)?)?;
    let height = height_units.checked_mul(16)?.checked_mul(2 - frames_only)?.checked_sub(down.checked_mul(unit_y)?)?;
    let side = |n: u32| u16::try_from(n).ok().filter(|n| (1..=16_384).contains(n));
    Some((side(width)?, side(height)?))
}

fn high_profile(bits: &mut Bits<'_>, chroma: u32) -> Option<()> {
    if chroma == 3 {
        bits.bit()?;
    }
    bits.ue()?;
    bits.ue()?;
    bits.bit()?;
    if bits.bit()? == 1 {
        for list in 0..if chroma == 3 { 12 } else { 8 } {
            if bits.bit()? == 1 {
                scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Some(())
}

fn scaling_list(bits: &mut Bits<'_>, entries: u32) -> Option<()> {
    let (mut last, mut next) = (8i32, 8i32);
    for _ in 0..entries {
        if next != 0 {
            next = (last.checked_add(bits.se()?)?).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}

fn order_count(bits: &mut Bits<'_>) -> Option<()> {
    match bits.ue()? {
        0 => {
            bits.ue()?;
        }
        1 => {
            bits.bit()?;
            bits.se()?;
            bits.se()?;
            let cycle = bits.ue()?.min(255);
            for _ in 0..cycle {
                bits.se()?;
            }
        }
        _ => {}
    }
    Some(())
}

/// Takes the emulation prevention bytes out (section 7.3.1.1).
fn without_emulation(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut zeros = 0;
    for &byte in bytes {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        out.push(byte);
    }
    out
}
