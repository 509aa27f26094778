//! Writing RTP headers: a template made once a stream, stamped for each packet.

use crate::packet::FIXED_HEADER;

/// Longest header a template makes: fixed part, block head, a mid of 16 bytes, an audio level, filled to words.
pub const MAX: usize = FIXED_HEADER + 4 + 20;

/// One element of one byte that changes with each packet, behind the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Level {
    at: u8,
}

/// The header of one outgoing stream with everything in it that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    bytes: [u8; MAX],
    len: u8,
    level: Option<Level>,
}

impl Template {
    /// `mid` is the extension's id and value; left out if it does not fit RFC 8285's one-byte form (1 to 16 bytes, id 1
    /// to 14), since a receiver that knows the SSRC does not need it. `level` is the id of RFC 6464's extension.
    #[must_use]
    pub fn new(ssrc: u32, mid: Option<(u8, &str)>, level: Option<u8>) -> Self {
        let mut bytes = [0; MAX];
        bytes[0] = 0x80;
        bytes[8..12].copy_from_slice(&ssrc.to_be_bytes());
        let mut at = FIXED_HEADER + 4;
        if let Some((id, mid)) = mid.filter(|(id, mid)| (1..=14).contains(id) && (1..=16).contains(&mid.len())) {
            bytes[at] = (id << 4) | (mid.len() as u8 - 1);
            bytes[at + 1..at + 1 + mid.len()].copy_from_slice(mid.as_bytes());
            at += 1 + mid.len();
        }
        let level = level.filter(|id| (1..=14).contains(id)).map(|id| {
            bytes[at] = id << 4;
            at += 2;
            Level { at: at as u8 - 1 }
        });
        if at == FIXED_HEADER + 4 {
            return Self { bytes, len: FIXED_HEADER as u8, level };
        }
        let words = (at - FIXED_HEADER - 4).div_ceil(4);
        bytes[0] |= 0x10;
        bytes[12..14].copy_from_slice(&0xbede_u16.to_be_bytes());
        bytes[15] = words as u8;
        Self { bytes, len: (FIXED_HEADER + 4 + 4 * words) as u8, level }
    }

    /// Fills in what changes and gives the header. `level` is the value of the audio level element, as received.
    pub fn stamp(&mut self, marker: bool, payload_type: u8, seq: u16, timestamp: u32, level: u8) -> &[u8] {
        self.bytes[1] = (u8::from(marker) << 7) | (payload_type & 0x7f);
        self.bytes[2..4].copy_from_slice(&seq.to_be_bytes());
        self.bytes[4..8].copy_from_slice(&timestamp.to_be_bytes());
        if let Some(place) = self.level {
            self.bytes[usize::from(place.at)] = level;
        }
        &self.bytes[..usize::from(self.len)]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::packet::Packet;

    #[test]
    fn a_stamped_header_reads_back() {
        let mut template = Template::new(77, Some((4, "0123456789abcdef")), Some(9));
        let bytes = template.stamp(true, 111, 65_535, 0xdead_beef, 0x92).to_vec();
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!((packet.marker, packet.payload_type, packet.seq), (true, 111, 65_535));
        assert_eq!((packet.timestamp, packet.ssrc), (0xdead_beef, 77));
        assert_eq!(packet.extensions.get(4), Some(&b"0123456789abcdef"[..]));
        assert_eq!(packet.extensions.get(9), Some(&[0x92][..]));
        assert_eq!(packet.header_len, bytes.len());
    }

    #[test]
    fn without_extensions_the_header_is_twelve_bytes() {
        assert_eq!(Template::new(1, None, None).stamp(false, 96, 1, 2, 0).len(), 12);
        assert_eq!(Template::new(1, Some((4, "a mid far too long for it")), None).stamp(false, 96, 1, 2, 0).len(), 12);
    }
}
