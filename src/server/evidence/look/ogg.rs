//! Ogg (RFC 3533) with Opus or Vorbis: pages of one stream, one behind the other to the end.

use super::{Found, Source, Unfit};
use assize_core::hearing::MediaType;

const HEADER: u64 = 27;
/// A page that begins a stream.
const BEGINS: u64 = 2;
/// Where no packet ends there is no time.
const NO_TIME: u64 = u64::MAX;

struct Page {
    flags: u64,
    /// Samples up to the page's end.
    time: u64,
    stream: u64,
    content: u64,
    end: u64,
}

fn page(source: &mut Source<'_>, at: u64) -> Option<Page> {
    // Version 0 is the only one.
    (source.get(at, 5)? == b"OggS\0").then_some(())?;
    let (flags, time, stream) = (source.big(at + 5, 1)?, source.little(at + 6, 8)?, source.little(at + 14, 4)?);
    let segments = source.big(at + 26, 1)?;
    let content = at + HEADER + segments;
    let sizes = source.get(at + HEADER, usize::try_from(segments).ok()?)?;
    let end = content + sizes.iter().map(|size| u64::from(*size)).sum::<u64>();
    (end <= source.length()).then_some(Page { flags, time, stream, content, end })
}

/// Samples a second, and those before the beginning.
fn clock(source: &mut Source<'_>, first: &Page) -> Option<(u64, u64)> {
    if source.get(first.content, 8)? == b"OpusHead" {
        return Some((48_000, source.little(first.content + 10, 2)?));
    }
    (source.get(first.content, 7)? == b"\x01vorbis").then_some(())?;
    let rate = source.little(first.content + 12, 4)?;
    (rate > 0).then_some((rate, 0))
}

pub(super) fn look(source: &mut Source<'_>) -> Result<Found, Unfit> {
    let first = page(source, 0).filter(|page| page.flags & BEGINS != 0).ok_or(Unfit::Damaged)?;
    let (rate, before) = clock(source, &first).ok_or(Unfit::Unknown)?;
    let (mut at, mut pages, mut samples) = (first.end, 1, 0);
    while at < source.length() {
        let broken = if source.get(at, 4) == Some(b"OggS") { Unfit::Damaged } else { Unfit::Trailing };
        let next = page(source, at).ok_or(broken)?;
        // Another stream, beside it or behind it, would be another recording.
        if next.stream != first.stream || next.flags & BEGINS != 0 {
            return Err(Unfit::Trailing);
        }
        if next.time != NO_TIME {
            samples = next.time;
        }
        (at, pages) = (next.end, pages + 1);
    }
    // The head, what is said of it, and sound.
    if pages < 3 {
        return Err(Unfit::Damaged);
    }
    let length_ms = samples.saturating_sub(before).checked_mul(1000).map(|samples| samples / rate);
    Ok(Found::recording(MediaType::Ogg, length_ms.filter(|length| *length > 0)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;

    fn page(flags: u8, time: u64, stream: u32, content: &[u8]) -> Vec<u8> {
        let head = [&[0, flags][..], &time.to_le_bytes(), &stream.to_le_bytes(), &[0; 8]].concat();
        [b"OggS", &head[..], &[1, content.len() as u8], content].concat()
    }

    fn sound() -> Vec<u8> {
        let head = [&b"OpusHead\x01\x01"[..], &312_u16.to_le_bytes(), &[0; 7]].concat();
        let pages = [page(2, 0, 7, &head), page(0, 0, 7, b"OpusTags"), page(4, 48_312, 7, b"sound")];
        pages.concat()
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        assert_eq!(look(&sound()), Ok(Found::recording(MediaType::Ogg, Some(1000))));
        let unsaid = page(4, 48_312, 7, b"sound").len();
        for cut in 0..sound().len() {
            assert!(look(&sound()[..cut]).is_err() || cut == 0, "{cut}");
        }
        assert_eq!(look(&sound()[..sound().len() - unsaid]), Err(Unfit::Damaged), "no sound in it");
        assert_eq!(look(&[&sound()[..], b"PK\x03\x04"].concat()), Err(Unfit::Trailing));
        assert_eq!(look(&[sound(), sound()].concat()), Err(Unfit::Trailing), "two recordings");
        assert_eq!(look(&[sound(), page(0, 9, 8, b"x")].concat()), Err(Unfit::Trailing), "another stream");
        assert_eq!(look(&[page(2, 0, 1, b"\x80theora"), page(0, 9, 1, b"x")].concat()), Err(Unfit::Unknown));
    }
}
