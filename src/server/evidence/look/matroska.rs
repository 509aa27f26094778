//! WebM and Matroska (RFC 8794, RFC 9559): elements in elements. What a browser recorded as it came does not say how long
//! its segment and its clusters are: there every element is walked.

use super::{Found, Source, Unfit};
use assize_core::hearing::MediaType;

const SEGMENT: u64 = 0x1853_8067;
const INFO: u64 = 0x1549_a966;
const TRACKS: u64 = 0x1654_ae6b;
const CLUSTER: u64 = 0x1f43_b675;
const ATTACHMENTS: u64 = 0x1941_a469;
const DOC_TYPE: u64 = 0x4282;
const SCALE: u64 = 0x2a_d7b1;
const DURATION: u64 = 0x4489;
const VOID: u64 = 0xec;
const CHECKSUM: u64 = 0xbf;
/// Of the segment, besides those above: seek head, cues, chapters, tags.
const OTHERS: [u64; 4] = [0x114d_9b74, 0x1c53_bb6b, 0x1043_a770, 0x1254_c367];
/// Of a cluster: time, position, size of the one before, silent tracks, blocks.
const OF_CLUSTER: [u64; 7] = [0xe7, 0xa7, 0xab, 0x5854, 0xa3, 0xa0, 0xaf];

struct Element {
    id: u64,
    from: u64,
    /// None: it does not say where it ends.
    to: Option<u64>,
}

/// A number whose first byte says how long it is; its value without that bit if `value`, and its length.
fn number(source: &mut Source<'_>, at: u64, value: bool) -> Option<(u64, u64)> {
    let zeros = u64::from(u8::try_from(source.big(at, 1)?).ok()?.leading_zeros());
    let count = (zeros < 8).then_some(zeros + 1)?;
    let number = source.big(at, usize::try_from(count).ok()?)?;
    Some((if value { number & !(1 << (7 * count)) } else { number }, count))
}

fn element(source: &mut Source<'_>, at: u64) -> Option<Element> {
    let (id, id_size) = number(source, at, false).filter(|(_, size)| *size <= 4)?;
    let (size, size_size) = number(source, at + id_size, true)?;
    let from = at + id_size + size_size;
    let unknown = size == (1 << (7 * size_size)) - 1;
    let to = if unknown { None } else { Some(from.checked_add(size)?) };
    Some(Element { id, from, to })
}

fn within(source: &mut Source<'_>, at: u64, end: u64) -> Option<Element> {
    element(source, at).filter(|found| found.to.unwrap_or(found.from) <= end)
}

/// What the walk has found.
#[derive(Default)]
struct Walk {
    tracks: bool,
    clusters: bool,
    length_ms: Option<u64>,
}

pub(super) fn look(source: &mut Source<'_>) -> Result<Found, Unfit> {
    let length = source.length();
    let head = within(source, 0, length).ok_or(Unfit::Damaged)?;
    let end = head.to.ok_or(Unfit::Damaged)?;
    let media_type = doc_type(source, head.from, end).ok_or(Unfit::Unknown)?;
    let segment = within(source, end, length).filter(|element| element.id == SEGMENT).ok_or(Unfit::Damaged)?;
    let mut walk = Walk::default();
    walk.segment(source, segment.from, segment.to.unwrap_or(length))?;
    if !walk.tracks || !walk.clusters {
        return Err(Unfit::Damaged);
    }
    if segment.to.is_some_and(|end| end < length) {
        return Err(Unfit::Trailing);
    }
    Ok(Found::recording(media_type, walk.length_ms))
}

fn doc_type(source: &mut Source<'_>, mut at: u64, end: u64) -> Option<MediaType> {
    while at < end {
        let found = within(source, at, end)?;
        let to = found.to?;
        if found.id == DOC_TYPE {
            let name = source.get(found.from, usize::try_from(to - found.from).ok()?)?;
            return match name.strip_suffix(b"\0").unwrap_or(name) {
                b"webm" => Some(MediaType::Webm),
                b"matroska" => Some(MediaType::Matroska),
                _ => None,
            };
        }
        at = to;
    }
    None
}

impl Walk {
    fn segment(&mut self, source: &mut Source<'_>, mut at: u64, end: u64) -> Result<(), Unfit> {
        // Elements of a cluster without an end stand here.
        let mut open = false;
        while at < end {
            let broken = if self.tracks && self.clusters { Unfit::Trailing } else { Unfit::Damaged };
            let found = element(source, at).ok_or(broken)?;
            match found.id {
                INFO => self.length_ms = duration(source, &found),
                TRACKS => self.tracks = true,
                CLUSTER => self.clusters = true,
                // A recording that holds other files.
                ATTACHMENTS => return Err(Unfit::Archive),
                VOID | CHECKSUM => {}
                id if OTHERS.contains(&id) || (open && OF_CLUSTER.contains(&id)) => {}
                _ => return Err(broken),
            }
            open = found.to.is_none() || (open && !OTHERS.contains(&found.id) && found.id != CLUSTER);
            at = match found.to {
                Some(to) if to <= end => to,
                None if found.id == CLUSTER => found.from,
                _ => return Err(Unfit::Damaged),
            };
        }
        Ok(())
    }
}

/// In ticks of a scale in nanoseconds. What was recorded as it came does not say it.
fn duration(source: &mut Source<'_>, info: &Element) -> Option<u64> {
    let (mut at, end) = (info.from, info.to?);
    let (mut scale, mut ticks) = (1_000_000, None);
    while at < end {
        let found = within(source, at, end)?;
        let to = found.to?;
        let size = usize::try_from(to - found.from).ok()?;
        match found.id {
            SCALE if size <= 8 => scale = source.big(found.from, size)?,
            DURATION if size == 4 => ticks = Some(f64::from(f32::from_bits(source.big(found.from, 4)? as u32))),
            DURATION if size == 8 => ticks = Some(f64::from_bits(source.big(found.from, 8)?)),
            _ => {}
        }
        at = to;
    }
    let ms = ticks? * scale as f64 / 1e6;
    // Years are no length of a recording.
    (ms > 0.0 && ms < 1e11).then_some(ms as u64)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{is_strict_about, look};
    use super::*;

    const EBML: u64 = 0x1a45_dfa3;
    const BLOCK: u64 = 0xa3;

    fn id(id: u64) -> Vec<u8> {
        id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
    }

    fn element(name: u64, content: &[u8]) -> Vec<u8> {
        let size = (content.len() as u32 | 0x1000_0000).to_be_bytes();
        [&id(name), &size[..], content].concat()
    }

    fn open(name: u64, content: &[u8]) -> Vec<u8> {
        [&id(name), &[0xff][..], content].concat()
    }

    fn parts() -> Vec<u8> {
        let info = [element(SCALE, &500_000_u32.to_be_bytes()), element(DURATION, &3000_f64.to_be_bytes())].concat();
        [element(INFO, &info), element(TRACKS, b"track"), element(CLUSTER, &element(BLOCK, b"picture"))].concat()
    }

    fn file(kind: &[u8], segment: &[u8]) -> Vec<u8> {
        [&element(EBML, &element(DOC_TYPE, kind))[..], segment].concat()
    }

    #[test]
    fn a_recording_ends_with_its_segment() {
        let whole = file(b"webm", &element(SEGMENT, &parts()));
        assert_eq!(look(&whole), Ok(Found::recording(MediaType::Webm, Some(1500))));
        is_strict_about(&whole);
        let matroska = look(&file(b"matroska", &element(SEGMENT, &parts())));
        assert_eq!(matroska.map(|found| found.media_type), Ok(MediaType::Matroska));
        assert_eq!(look(&file(b"other", &element(SEGMENT, &parts()))), Err(Unfit::Unknown));
    }

    #[test]
    fn what_was_recorded_as_it_came_is_walked() {
        let clusters = [open(CLUSTER, &element(BLOCK, b"one")), open(CLUSTER, &element(BLOCK, b"two"))].concat();
        let live = file(b"webm", &open(SEGMENT, &[element(TRACKS, b"track"), clusters].concat()));
        assert_eq!(look(&live), Ok(Found::recording(MediaType::Webm, None)));
        assert_eq!(look(&[&live[..], b"PK\x03\x04 whatever comes"].concat()), Err(Unfit::Trailing));
        assert_eq!(look(&live[..live.len() - 1]), Err(Unfit::Damaged), "the last block is not whole");
    }

    #[test]
    fn it_holds_sound_or_picture_and_no_other_files() {
        let holding = [parts(), element(ATTACHMENTS, b"x.exe")].concat();
        assert_eq!(look(&file(b"matroska", &element(SEGMENT, &holding))), Err(Unfit::Archive));
        assert_eq!(look(&file(b"webm", &element(SEGMENT, &element(TRACKS, b"track")))), Err(Unfit::Damaged));
        assert_eq!(look(&file(b"webm", b"PK\x03\x04")), Err(Unfit::Damaged));
    }
}
