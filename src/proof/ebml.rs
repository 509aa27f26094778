//! As much of EBML (RFC 8794) and Matroska (RFC 9559) as is needed to know where clusters end and when blocks are:
//! an incremental scanner that looks at headers and skips payloads. It decodes nothing and trusts nothing.

const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
const TIMESTAMP: u32 = 0xE7;
const SIMPLE_BLOCK: u32 = 0xA3;
const BLOCK_GROUP: u32 = 0xA0;
const BLOCK: u32 = 0xA1;

/// Blocks further apart than this (milliseconds) belong to different spans.
const SPAN_BREAK_MS: u64 = 1000;

/// Scans a WebM or Matroska stream as it grows. Timestamps are milliseconds (the scale that FFmpeg always writes).
#[derive(Debug, Clone, Default)]
pub struct Scanner {
    position: u64,
    /// Bytes of the element in hand to pass over.
    skip: u64,
    /// Header bytes gathered so far.
    held: Held,
    cluster: Option<Cluster>,
    boundary: u64,
    at_boundary: Option<u64>,
    seen: Seen,
    broken_at: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Cluster {
    /// Where it ends; `None`: at the next one (unknown size).
    end: Option<u64>,
    time_ms: u64,
}

/// At most an id, a size and the first bytes of a payload.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    bytes: [u8; 24],
    len: usize,
}

/// What the blocks passed so far say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub blocks: u64,
    pub keyframes: u64,
    pub first_ms: Option<u64>,
    pub last_ms: Option<u64>,
    /// Stretches without a pause of more than a second: first and last block of each, in milliseconds.
    pub spans: Vec<(u64, u64)>,
}

enum Step {
    NeedMore,
    Taken,
    Broken,
}

impl Scanner {
    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.broken_at.is_none() {
            if self.skip > 0 {
                let n = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
                self.skip -= n as u64;
                self.position += n as u64;
                bytes = &bytes[n..];
                self.settle();
                continue;
            }
            self.held.bytes[self.held.len] = bytes[0];
            self.held.len += 1;
            self.position += 1;
            bytes = &bytes[1..];
            match self.step() {
                Step::NeedMore if self.held.len < self.held.bytes.len() => {}
                Step::Taken => {
                    self.held.len = 0;
                    self.settle();
                }
                Step::NeedMore | Step::Broken => self.broken_at = Some(self.position),
            }
        }
    }

    /// End of the last complete cluster (before the first one: of the last complete header element).
    #[must_use]
    pub fn boundary(&self) -> u64 {
        self.boundary
    }

    /// Time of the last block before [`Self::boundary`], in milliseconds.
    #[must_use]
    pub fn boundary_ms(&self) -> Option<u64> {
        self.at_boundary
    }

    /// Where the stream stops being Matroska, if it does.
    #[must_use]
    pub fn broken_at(&self) -> Option<u64> {
        self.broken_at
    }

    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Where the stream stands.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Looks at what is held; called after each byte of a header.
    fn step(&mut self) -> Step {
        let held = &self.held.bytes[..self.held.len];
        let Some((id, id_len)) = element_id(held) else { return need_unless(held.len() >= 4) };
        let Some((size, size_len)) = element_size(&held[id_len..]) else {
            return need_unless(held.len() >= id_len + 8);
        };
        let payload = &held[id_len + size_len..];
        let start = self.position - payload.len() as u64;
        match id {
            SEGMENT => Step::Taken,
            CLUSTER => {
                if self.cluster.is_some() {
                    self.mark(self.position - held.len() as u64);
                }
                self.cluster = Some(Cluster { end: size.map(|size| start.saturating_add(size)), time_ms: 0 });
                Step::Taken
            }
            BLOCK_GROUP if self.cluster.is_some() => Step::Taken,
            TIMESTAMP | SIMPLE_BLOCK | BLOCK if self.cluster.is_some() => {
                let Some(size) = size else { return Step::Broken };
                self.in_cluster(id, size)
            }
            _ => match size {
                Some(size) => {
                    self.skip = size;
                    Step::Taken
                }
                None => Step::Broken,
            },
        }
    }

    fn in_cluster(&mut self, id: u32, size: u64) -> Step {
        let held = &self.held.bytes[..self.held.len];
        let Some((_, id_len)) = element_id(held) else { return Step::Broken };
        let Some((_, size_len)) = element_size(&held[id_len..]) else { return Step::Broken };
        let payload = &held[id_len + size_len..];
        let wanted = if id == TIMESTAMP { size } else { 4 };
        if wanted > 8 || size < wanted {
            return Step::Broken;
        }
        if (payload.len() as u64) < wanted {
            return Step::NeedMore;
        }
        let Some(cluster) = &mut self.cluster else { return Step::Broken };
        if id == TIMESTAMP {
            cluster.time_ms = payload.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
            return Step::Taken;
        }
        // Track number 1 to 127 takes one byte; records hold one track a file.
        let time = i16::from_be_bytes([payload[1], payload[2]]);
        let time_ms = cluster.time_ms.saturating_add_signed(i64::from(time));
        self.seen.add(time_ms, payload[3] & 0x80 != 0);
        self.skip = size - wanted;
        Step::Taken
    }

    /// After an element: is a cluster complete?
    fn settle(&mut self) {
        if self.skip > 0 || self.held.len > 0 {
            return;
        }
        match self.cluster {
            Some(Cluster { end: Some(end), .. }) if self.position >= end => {
                if self.position > end {
                    self.broken_at = Some(end);
                    return;
                }
                self.cluster = None;
                self.mark(end);
            }
            Some(_) => {}
            None => self.mark(self.position),
        }
    }

    fn mark(&mut self, at: u64) {
        self.boundary = at;
        self.at_boundary = self.seen.last_ms;
    }
}

impl Seen {
    fn add(&mut self, time_ms: u64, key: bool) {
        self.blocks += 1;
        self.keyframes += u64::from(key);
        self.first_ms.get_or_insert(time_ms);
        match self.spans.last_mut() {
            Some((_, to)) if time_ms <= to.saturating_add(SPAN_BREAK_MS) => *to = time_ms.max(*to),
            _ => self.spans.push((time_ms, time_ms)),
        }
        self.last_ms = Some(time_ms);
    }
}

fn need_unless(full: bool) -> Step {
    if full { Step::Broken } else { Step::NeedMore }
}

/// RFC 8794 section 5: an id of one to four bytes, its length in the leading zero bits.
fn element_id(bytes: &[u8]) -> Option<(u32, usize)> {
    let len = bytes.first()?.leading_zeros() as usize + 1;
    if len > 4 || bytes.len() < len {
        return None;
    }
    Some((bytes[..len].iter().fold(0, |n, byte| n << 8 | u32::from(*byte)), len))
}

/// RFC 8794 section 6: `Some((None, _))` is the unknown size, all ones.
fn element_size(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let first = *bytes.first()?;
    let len = first.leading_zeros() as usize + 1;
    if len > 8 || bytes.len() < len {
        return None;
    }
    let mask = if len == 8 { 0 } else { 0xFFu8 >> len };
    let value = bytes[1..len].iter().fold(u64::from(first & mask), |n, byte| n << 8 | u64::from(*byte));
    let unknown = value == (1u64 << (7 * len)) - 1;
    Some(((!unknown).then_some(value), len))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// A stream of one header element and clusters of (time, relative block times).
    pub(crate) fn stream(clusters: &[(u16, Vec<i16>)]) -> (Vec<u8>, Vec<u64>) {
        let mut out =
            vec![0x1A, 0x45, 0xDF, 0xA3, 0x82, 1, 2, 0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255];
        let mut ends = Vec::new();
        for (time, blocks) in clusters {
            let mut body = vec![0xE7, 0x82];
            body.extend_from_slice(&time.to_be_bytes());
            for at in blocks {
                body.extend_from_slice(&[0xA3, 0x86, 0x81]);
                body.extend_from_slice(&at.to_be_bytes());
                body.extend_from_slice(&[0x80, 7, 7]);
            }
            out.extend_from_slice(&[0x1F, 0x43, 0xB6, 0x75, 0x40 | (body.len() >> 8) as u8, body.len() as u8]);
            out.extend_from_slice(&body);
            ends.push(out.len() as u64);
        }
        (out, ends)
    }

    #[test]
    fn boundaries_are_cluster_ends_however_the_bytes_come() {
        let (bytes, ends) = stream(&[(100, vec![0, 20]), (140, vec![0, 20, 40]), (5000, vec![0])]);
        for chunk in 1..bytes.len() {
            let mut scanner = Scanner::default();
            let mut found = Vec::new();
            for piece in bytes.chunks(chunk) {
                scanner.feed(piece);
                found.push(scanner.boundary());
            }
            assert_eq!(scanner.broken_at(), None);
            assert_eq!(scanner.boundary(), *ends.last().unwrap());
            assert_eq!(scanner.boundary_ms(), Some(5000));
            assert_eq!(scanner.seen().spans, [(100, 180), (5000, 5000)]);
            assert_eq!(scanner.seen().blocks, 6);
            assert!(found.iter().all(|b| *b <= 19 || ends.contains(b)), "{found:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn hostile_bytes_do_not_panic(mut flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), raw in prop::collection::vec(any::<u8>(), 0..64)) {
            let (mut bytes, _) = stream(&[(100, vec![0, 20]), (140, vec![0, 20, 40])]);
            for (at, value) in flips.drain(..) {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            bytes.extend_from_slice(&raw);
            let mut scanner = Scanner::default();
            scanner.feed(&bytes);
            prop_assert!(scanner.boundary() <= bytes.len() as u64);
        }
    }
}
