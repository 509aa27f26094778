//! MP4 and M4A (ISO/IEC 14496-12), and what telephones call MOV and 3GP: a chain of boxes that ends with the file.

use super::{Found, Source, Unfit};
use assize_core::hearing::MediaType;

/// Boxes that may stand on the first level.
const KNOWN: [&[u8; 4]; 19] = [
    b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"udta",
    b"meta", b"uuid", b"pdin", b"prft", b"emsg", b"pnot", b"imda",
];
/// Pictures that are built of the same boxes.
const PICTURES: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"];

struct Box {
    kind: [u8; 4],
    /// Where its content begins, and where it ends.
    from: u64,
    to: u64,
}

/// The box here, if it ends when `within` does at the latest.
fn read(source: &mut Source<'_>, at: u64, within: u64) -> Option<Box> {
    let kind = source.get(at + 4, 4)?.try_into().ok()?;
    let (from, to) = match source.big(at, 4)? {
        // To the end of the file: for what was recorded live.
        0 if &kind == b"mdat" => (at + 8, within),
        1 => (at + 16, at.checked_add(source.big(at + 8, 8)?)?),
        size => (at + 8, at + size),
    };
    (from <= to && to <= within).then_some(Box { kind, from, to })
}

pub(super) fn look(source: &mut Source<'_>) -> Result<Found, Unfit> {
    let brand = source.get(8, 4).ok_or(Unfit::Damaged)?;
    if PICTURES.contains(&brand) {
        return Err(Unfit::Unknown);
    }
    let media_type = if matches!(brand, b"M4A " | b"M4B ") { MediaType::M4a } else { MediaType::Mp4 };
    let (mut at, length) = (0, source.length());
    let (mut directory, mut data, mut length_ms) = (false, false, None);
    while at < length {
        let whole = directory && data;
        let broken = if whole { Unfit::Trailing } else { Unfit::Damaged };
        let known = source.get(at + 4, 4).is_some_and(|kind| KNOWN.iter().any(|known| *known == kind));
        // A box that is known and not whole is no other thing that follows.
        let found = read(source, at, length).ok_or(if known { Unfit::Damaged } else { broken })?;
        match &found.kind {
            b"moov" => {
                directory = true;
                length_ms = duration(source, &found);
            }
            b"mdat" | b"imda" => data = true,
            _ if known => {}
            _ => return Err(broken),
        }
        at = found.to;
    }
    if directory && data { Ok(Found::recording(media_type, length_ms)) } else { Err(Unfit::Damaged) }
}

/// From the header of the movie (8.2.2). A recording in fragments may not say it.
fn duration(source: &mut Source<'_>, directory: &Box) -> Option<u64> {
    let mut at = directory.from;
    while at < directory.to {
        let found = read(source, at, directory.to)?;
        if &found.kind == b"mvhd" {
            let long = source.get(found.from, 1)? == [1];
            let (scale, length) = if long {
                (source.big(found.from + 20, 4)?, source.big(found.from + 24, 8)?)
            } else {
                (source.big(found.from + 12, 4)?, source.big(found.from + 16, 4)?)
            };
            let unknown = length == 0 || length == u64::from(u32::MAX) || length == u64::MAX;
            return length.checked_mul(1000).filter(|_| !unknown)?.checked_div(scale);
        }
        at = found.to.max(at + 8);
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tests::{is_strict_about, look};
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes(), &kind[..], content].concat()
    }

    fn movie(brand: &[u8; 4]) -> Vec<u8> {
        let header = [&[0; 12][..], &600_u32.to_be_bytes(), &900_u32.to_be_bytes(), &[0; 80]].concat();
        let moov = boxed(b"moov", &boxed(b"mvhd", &header));
        [boxed(b"ftyp", &[&brand[..], &[0; 4]].concat()), moov, boxed(b"mdat", b"picture")].concat()
    }

    #[test]
    fn a_movie_says_how_long_it_is_and_ends_where_its_last_box_does() {
        assert_eq!(look(&movie(b"isom")), Ok(Found::recording(MediaType::Mp4, Some(1500))));
        assert_eq!(look(&movie(b"qt  ")).unwrap().media_type, MediaType::Mp4);
        assert_eq!(look(&movie(b"M4A ")).unwrap().media_type, MediaType::M4a);
        is_strict_about(&movie(b"isom"));
    }

    #[test]
    fn boxes_of_64_bits_and_to_the_end_of_the_file_are_read() {
        let long = [&1_u32.to_be_bytes()[..], b"mdat", &20_u64.to_be_bytes(), b"data"].concat();
        let head = movie(b"isom");
        let head = &head[..head.len() - 15];
        assert!(look(&[head, &long].concat()).is_ok());
        assert!(look(&[head, &[0; 4], b"mdat whatever"].concat()).is_ok());
        let endless = [&1_u32.to_be_bytes()[..], b"mdat", &u64::MAX.to_be_bytes()].concat();
        assert_eq!(look(&[head, &endless].concat()), Err(Unfit::Damaged));
        let backwards = [&1_u32.to_be_bytes()[..], b"mdat", &3_u64.to_be_bytes()].concat();
        assert_eq!(look(&[head, &backwards].concat()), Err(Unfit::Damaged));
    }

    #[test]
    fn what_only_begins_as_a_movie_is_none() {
        let start = boxed(b"ftyp", b"isom\0\0\0\0");
        assert_eq!(look(&[&start[..], b"PK\x03\x04\x14\0\0\0 word/document.xml"].concat()), Err(Unfit::Damaged));
        assert_eq!(look(&start), Err(Unfit::Damaged));
        assert_eq!(look(&movie(b"heic")), Err(Unfit::Unknown), "a picture of boxes");
        let hidden = boxed(b"free", &[&b"PK\x05\x06"[..], &[0; 18]].concat());
        assert_eq!(look(&[movie(b"isom"), hidden].concat()), Err(Unfit::Archive), "an archive in a box");
        let named = boxed(b"html", b"<script>");
        assert_eq!(look(&[movie(b"isom"), named].concat()), Err(Unfit::Trailing));
    }
}
