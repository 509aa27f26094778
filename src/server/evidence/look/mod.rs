//! What a file is, by its bytes and never by its name or by what was said of it. Taken is only what can be drawn or played.
//! Nothing is decoded here: of a page its headers are read, of a recording the boxes, elements, pages or frames that it is
//! made of are walked to its end, so that nothing can follow it.

mod flac;
mod iso;
mod matroska;
mod mpeg;
mod ogg;
mod page;
mod source;
mod wave;

pub use source::Source;

use assize_core::hearing::MediaType;

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    Empty,
    /// HTML, SVG or other XML: text that a browser would run.
    Markup,
    /// ZIP and what is built on it (Office, Java, Android), RAR, 7z, gzip; and a recording that holds other files.
    Archive,
    /// None of the kinds that are taken.
    Unknown,
    /// It begins as one of them and is not whole.
    Damaged,
    /// Something follows the end of the document or of the recording.
    Trailing,
    /// A PDF that wants a password.
    Encrypted,
    /// A picture that would not fit into a small computer's memory.
    TooManyPixels,
}

impl Unfit {
    pub const ALL: [Self; 8] = [
        Self::Empty,
        Self::Markup,
        Self::Archive,
        Self::Unknown,
        Self::Damaged,
        Self::Trailing,
        Self::Encrypted,
        Self::TooManyPixels,
    ];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Markup => "markup",
            Self::Archive => "archive",
            Self::Unknown => "unknown",
            Self::Damaged => "damaged",
            Self::Trailing => "trailing",
            Self::Encrypted => "encrypted",
            Self::TooManyPixels => "too_many_pixels",
        }
    }
}

/// What a file was found to be, with its pages or its length as far as they are plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub media_type: MediaType,
    pub pages: Option<u32>,
    pub length_ms: Option<u64>,
}

impl Found {
    fn recording(media_type: MediaType, length_ms: Option<u64>) -> Self {
        Self { media_type, pages: None, length_ms }
    }
}

/// How a recording is looked at, if the file begins as one.
type Look = fn(&mut Source<'_>) -> Result<Found, Unfit>;

fn recording(head: &[u8]) -> Option<Look> {
    Some(match head {
        _ if head.get(4..8) == Some(b"ftyp") => iso::look,
        [0x1a, 0x45, 0xdf, 0xa3, ..] => matroska::look,
        [b'O', b'g', b'g', b'S', ..] => ogg::look,
        [b'R', b'I', b'F', b'F', ..] if head.get(8..12) == Some(b"WAVE") => wave::look,
        [b'f', b'L', b'a', b'C', ..] => flac::look,
        [b'I', b'D', b'3', ..] => mpeg::look,
        // Layer III of MPEG audio.
        [0xff, second, ..] if second & 0xe6 == 0xe2 => mpeg::look,
        _ => return None,
    })
}

/// Whether it begins as a recording does: those are looked at where they lie, pages in memory.
#[must_use]
pub fn is_recording(source: &mut Source<'_>) -> bool {
    recording(source.head()).is_some()
}

/// What a recording is.
///
/// # Errors
/// It is not taken.
pub fn look_at_recording(source: &mut Source<'_>) -> Result<Found, Unfit> {
    let look = recording(source.head()).ok_or(Unfit::Unknown)?;
    let found = look(source)?;
    if source.ends_as_archive() { Err(Unfit::Archive) } else { Ok(found) }
}

/// What a document or a picture is.
///
/// # Errors
/// It is not taken.
pub fn look_at_pages(bytes: &[u8]) -> Result<Found, Unfit> {
    page::look(bytes).map(|(media_type, pages)| Found { media_type, pages, length_ms: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    pub(super) fn look(bytes: &[u8]) -> Result<Found, Unfit> {
        let mut file = Cursor::new(bytes);
        let mut source = Source::new(&mut file, bytes.len() as u64);
        if is_recording(&mut source) { look_at_recording(&mut source) } else { look_at_pages(bytes) }
    }

    /// Cut anywhere, and with anything behind it, it is not taken.
    pub(super) fn is_strict_about(whole: &[u8]) {
        assert!(look(whole).is_ok(), "{:?}", look(whole));
        for cut in 0..whole.len() {
            assert!(look(&whole[..cut]).is_err(), "{cut} of {} bytes", whole.len());
        }
        for tail in [&b"PK\x03\x04 and more"[..], b"<svg onload='x()'/>", b"%PDF-1.7"] {
            let glued = [whole, tail].concat();
            assert!(matches!(look(&glued), Err(Unfit::Trailing | Unfit::Damaged)), "{:?}", look(&glued));
        }
    }

    #[test]
    fn a_name_makes_no_recording() {
        assert_eq!(look(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(Unfit::Markup));
        assert_eq!(look(b"PK\x03\x04\0\0ftypisom"), Err(Unfit::Archive));
        assert_eq!(look(b"#!/bin/sh"), Err(Unfit::Unknown));
        assert_eq!(look(b"RIFF\x04\0\0\0AVI "), Err(Unfit::Unknown));
        assert_eq!(look(b""), Err(Unfit::Empty));
    }
}
