//! What tests send instead of sound and picture: packets shaped like Opus and VP8 that say who sent them, and count.

use bytes::Bytes;

const MAGIC: [u8; 6] = *b"assize";
const LEN: usize = MAGIC.len() + 2 + 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Sound,
    Picture,
}

/// The last bytes of every payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// Who sent it.
    pub tag: u8,
    pub kind: Kind,
    /// Counts a sender's packets of this kind.
    pub n: u64,
}

impl Marker {
    fn write(self, payload: &mut Vec<u8>) {
        payload.extend(MAGIC);
        payload.extend([self.tag, u8::from(self.kind == Kind::Picture)]);
        payload.extend(self.n.to_be_bytes());
    }

    /// The marker of a received payload.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let marker = payload.get(payload.len().checked_sub(LEN)?..)?.strip_prefix(&MAGIC)?;
        let [tag, kind, n @ ..] = marker else { return None };
        let kind = if *kind == 0 { Kind::Sound } else { Kind::Picture };
        Some(Self { tag: *tag, kind, n: u64::from_be_bytes(n.try_into().ok()?) })
    }

    /// An Opus packet of 20 ms: CELT, fullband, mono, one frame (RFC 6716 section 3.1).
    #[must_use]
    pub fn opus(self) -> Bytes {
        let mut payload = vec![31 << 3];
        payload.extend([0x55; 40]);
        self.write(&mut payload);
        payload.into()
    }

    /// A VP8 frame in one packet (RFC 7741): 15-bit picture id, and a key frame's head every tenth time.
    #[must_use]
    pub fn vp8(self) -> Bytes {
        let picture = (self.n & 0x7fff) as u16 | 0x8000;
        let [high, low] = picture.to_be_bytes();
        let mut payload = vec![0x90, 0x80, high, low];
        if self.n.is_multiple_of(10) {
            // Frame tag: key frame, shown; start code; 640 x 360 (RFC 6386 section 9.1).
            payload.extend([0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01]);
        } else {
            payload.extend([0x11, 0, 0]);
        }
        payload.extend([0xaa; 300]);
        self.write(&mut payload);
        payload.into()
    }
}
