//! VP8 (RFC 6386) from RTP (RFC 7741).

use super::Frame;

/// The payload descriptor of RFC 7741 section 4.2: whether the packet begins a frame, and what follows the descriptor.
fn descriptor(payload: &[u8]) -> Option<(bool, &[u8])> {
    let first = *payload.first()?;
    let begins = first & 0x10 != 0 && first & 0x07 == 0;
    let mut at = 1;
    if first & 0x80 != 0 {
        let flags = *payload.get(at)?;
        at += 1;
        if flags & 0x80 != 0 {
            at += if payload.get(at)? & 0x80 != 0 { 2 } else { 1 };
        }
        at += usize::from(flags & 0x40 != 0);
        at += usize::from(flags & 0x30 != 0);
    }
    Some((begins, payload.get(at..)?))
}

pub(super) fn starts(payload: &[u8]) -> bool {
    descriptor(payload).is_some_and(|(begins, _)| begins)
}

pub(super) fn frame<'a>(payloads: impl Iterator<Item = &'a [u8]>, frame: &mut Frame) -> Option<()> {
    for (i, payload) in payloads.enumerate() {
        let (begins, rest) = descriptor(payload)?;
        if i == 0 && !begins {
            return None;
        }
        frame.data.extend_from_slice(rest);
    }
    // RFC 6386 section 9.1: bit 0 clear is a key frame; start code and size follow its tag.
    frame.key = frame.data.first()? & 1 == 0;
    if frame.key {
        let header = frame.data.get(3..10)?;
        if header[..3] != [0x9D, 0x01, 0x2A] {
            return None;
        }
        let side = |low: u8, high: u8| u16::from_le_bytes([low, high]) & 0x3FFF;
        frame.size = Some((side(header[3], header[4]), side(header[5], header[6])));
        if frame.size.is_some_and(|(w, h)| w == 0 || h == 0) {
            return None;
        }
    }
    Some(())
}
