//! Writing RTP headers: a template made once a stream, stamped for each packet.

use crate::packet::FIXED_HEADER;

/// Longest header a template makes: fixed part, block head, a mid of 16 bytes, an audio level, a transport-wide number,
/// filled to words.
pub const MAX: usize = FIXED_HEADER + 4 + 24;

/// The header of one outgoing stream with everything in it that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    bytes: [u8; MAX],
    len: u8,
    /// Where the values lie that change with each packet: audio level, and transport-wide number.
    level: Option<u8>,
    wide: Option<u8>,
}

/// The ids of the extensions that a header carries; an id out of RFC 8285's one-byte form (1 to 14) is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Elements<'a> {
    /// The mid's id and value; left out if it is not 1 to 16 bytes long, since a receiver that knows the SSRC does not
    /// need it.
    pub mid: Option<(u8, &'a str)>,
    /// RFC 6464's.
    pub level: Option<u8>,
    /// Of the transport-wide sequence number.
    pub wide: Option<u8>,
}

impl Template {
    /// A header with these elements.
    #[must_use]
    pub fn new(ssrc: u32, elements: Elements<'_>) -> Self {
        let fits = |id: &u8| (1..=14).contains(id);
        let mut bytes = [0; MAX];
        bytes[0] = 0x80;
        bytes[8..12].copy_from_slice(&ssrc.to_be_bytes());
        let mut at = FIXED_HEADER + 4;
        if let Some((id, mid)) = elements.mid.filter(|(id, mid)| fits(id) && (1..=16).contains(&mid.len())) {
            bytes[at] = (id << 4) | (mid.len() as u8 - 1);
            bytes[at + 1..at + 1 + mid.len()].copy_from_slice(mid.as_bytes());
            at += 1 + mid.len();
        }
        let level = elements.level.filter(fits).map(|id| {
            bytes[at] = id << 4;
            at += 2;
            at as u8 - 1
        });
        let wide = elements.wide.filter(fits).map(|id| {
            bytes[at] = (id << 4) | 1;
            at += 3;
            at as u8 - 2
        });
        if at == FIXED_HEADER + 4 {
            return Self { bytes, len: FIXED_HEADER as u8, level, wide };
        }
        let words = (at - FIXED_HEADER - 4).div_ceil(4);
        bytes[0] |= 0x10;
        bytes[12..14].copy_from_slice(&0xbede_u16.to_be_bytes());
        bytes[15] = words as u8;
        Self { bytes, len: (FIXED_HEADER + 4 + 4 * words) as u8, level, wide }
    }

    /// Bytes that it is long.
    #[must_use]
    pub fn size(&self) -> usize {
        usize::from(self.len)
    }

    /// Whether it carries transport-wide numbers.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        self.wide.is_some()
    }

    /// Sets the transport-wide number of the next packet, if it carries one.
    pub fn number(&mut self, wide: u16) {
        if let Some(at) = self.wide.map(usize::from) {
            self.bytes[at..at + 2].copy_from_slice(&wide.to_be_bytes());
        }
    }

    /// The header of a packet that is nothing but padding (RFC 3550 section 5.1): the payload's last byte counts it.
    pub fn stamp_padding(&mut self, payload_type: u8, seq: u16, timestamp: u32) -> &[u8] {
        self.bytes[0] |= 0x20;
        self.stamp(false, payload_type, seq, timestamp, 0)
    }

    /// What follows is no padding.
    pub fn end_padding(&mut self) {
        self.bytes[0] &= !0x20;
    }

    /// Fills in what changes and gives the header. `level` is the value of the audio level element, as received.
    pub fn stamp(&mut self, marker: bool, payload_type: u8, seq: u16, timestamp: u32, level: u8) -> &[u8] {
        self.bytes[1] = (u8::from(marker) << 7) | (payload_type & 0x7f);
        self.bytes[2..4].copy_from_slice(&seq.to_be_bytes());
        self.bytes[4..8].copy_from_slice(&timestamp.to_be_bytes());
        if let Some(at) = self.level {
            self.bytes[usize::from(at)] = level;
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
        let mut template =
            Template::new(77, Elements { mid: Some((4, "0123456789abcdef")), level: Some(9), wide: Some(3) });
        template.number(0xfedc);
        let bytes = template.stamp(true, 111, 65_535, 0xdead_beef, 0x92).to_vec();
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!((packet.marker, packet.payload_type, packet.seq), (true, 111, 65_535));
        assert_eq!((packet.timestamp, packet.ssrc), (0xdead_beef, 77));
        assert_eq!(packet.extensions.get(4), Some(&b"0123456789abcdef"[..]));
        assert_eq!(packet.extensions.get(9), Some(&[0x92][..]));
        assert_eq!(packet.extensions.get(3), Some(&[0xfe, 0xdc][..]));
        assert_eq!((packet.header_len, template.size()), (bytes.len(), bytes.len()));
    }

    #[test]
    fn without_extensions_the_header_is_twelve_bytes() {
        let len = |elements| Template::new(1, elements).stamp(false, 96, 1, 2, 0).len();
        assert_eq!(len(Elements::default()), 12);
        assert_eq!(len(Elements { mid: Some((4, "a mid far too long for it")), ..Elements::default() }), 12);
        assert_eq!(len(Elements { wide: Some(15), ..Elements::default() }), 12);
    }
}
