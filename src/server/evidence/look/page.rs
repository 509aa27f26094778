//! What can be drawn: PDF, JPEG, PNG and WebP. Sizes are read from the headers.

use super::Unfit;
use assize_core::hearing::MediaType;

/// Most pixels of a picture: 52 megapixels, as a good telephone takes them.
const MOST_PIXELS: u64 = 52_000_000;
/// A PDF's last words stand within so many bytes of its end.
const TAIL: usize = 1024;

/// What the file is, and its pages as far as they are plain: a picture is one.
///
/// # Errors
/// It is not taken.
pub(super) fn look(bytes: &[u8]) -> Result<(MediaType, Option<u32>), Unfit> {
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    if bytes.starts_with(b"%PDF-") {
        return pdf(bytes).map(|()| (MediaType::Pdf, None));
    }
    let (media_type, size) = if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        (MediaType::Jpeg, jpeg(bytes))
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (MediaType::Png, png(bytes))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        (MediaType::Webp, webp(bytes))
    } else {
        return Err(other(bytes));
    };
    let (width, height) = size.filter(|(width, height)| *width > 0 && *height > 0).ok_or(Unfit::Damaged)?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unfit::TooManyPixels);
    }
    Ok((media_type, Some(1)))
}

/// It ends as a PDF does, and with nothing behind it; and no password is wanted. The dictionary that says so is never
/// compressed, so that the words can be looked for.
fn pdf(bytes: &[u8]) -> Result<(), Unfit> {
    let from = bytes.len().saturating_sub(TAIL);
    let tail = bytes.get(from..).unwrap_or_default();
    let end = find_last(tail, b"%%EOF").ok_or_else(|| {
        let whole = find_last(bytes, b"%%EOF").is_some();
        if whole { Unfit::Trailing } else { Unfit::Damaged }
    })?;
    let behind = tail.get(end + 5..).unwrap_or_default();
    if behind.iter().any(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)) {
        return Err(Unfit::Trailing);
    }
    if find_last(tail, b"startxref").is_none() {
        return Err(Unfit::Damaged);
    }
    if is_encrypted(bytes) { Err(Unfit::Encrypted) } else { Ok(()) }
}

/// `/Encrypt` and what it may be followed by: a reference or a dictionary.
fn is_encrypted(bytes: &[u8]) -> bool {
    const NAME: &[u8] = b"/Encrypt";
    let found = bytes.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    found.into_iter().any(|(at, _)| {
        let rest = bytes.get(at + NAME.len()..).unwrap_or_default();
        let rest = rest.iter().position(|byte| !byte.is_ascii_whitespace()).map_or(&[][..], |skip| &rest[skip..]);
        rest.starts_with(b"<<") || rest.first().is_some_and(u8::is_ascii_digit)
    })
}

fn find_last(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    Some(bytes.get(at..at + count)?.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

fn little(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    Some(bytes.get(at..at + count)?.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// Width and height from the first frame header (ITU T.81 B.2.2).
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? == 0xff && *bytes.get(at + 1)? == 0xff {
            at += 1;
        }
        if *bytes.get(at)? != 0xff {
            return None;
        }
        match *bytes.get(at + 1)? {
            // Start of frame, of whatever coding.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            // No picture came before its end or its data.
            0xd9 | 0xda => return None,
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?.max(2)).ok()?,
        }
    }
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?))
}

/// RFC 9649 section 2.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => {
            (bytes.get(23..26)? == [0x9d, 0x01, 0x2a]).then_some(())?;
            Some((little(bytes, 26, 2)? & 0x3fff, little(bytes, 28, 2)? & 0x3fff))
        }
        b"VP8L" => {
            (*bytes.get(20)? == 0x2f).then_some(())?;
            let packed = little(bytes, 21, 4)?;
            Some(((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        _ => None,
    }
}

/// What is neither drawn nor played.
fn other(bytes: &[u8]) -> Unfit {
    const ARCHIVES: [&[u8]; 6] =
        [b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"];
    if ARCHIVES.iter().any(|magic| bytes.starts_with(magic)) {
        return Unfit::Archive;
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'<') { Unfit::Markup } else { Unfit::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(inside: &str) -> Vec<u8> {
        format!("%PDF-1.7\n{inside}\nstartxref\n9\n%%EOF\n").into_bytes()
    }

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
        bytes
    }

    fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1, 0, 6, 0xff, 0xd9, 0, 0, 0xff, 0xff, 0xc2, 0, 17, 8];
        bytes.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
        bytes
    }

    fn webp_of(kind: &[u8; 4], at: usize, size: &[u8]) -> Vec<u8> {
        let mut bytes = [b"RIFF\0\0\0\0WEBP", &kind[..], &[0; 20]].concat();
        bytes.splice(at..at + size.len(), size.iter().copied());
        bytes
    }

    #[test]
    fn what_can_be_drawn_is_known_by_its_bytes() {
        assert_eq!(look(&document("1 0 obj")), Ok((MediaType::Pdf, None)));
        assert_eq!(look(&png_of(800, 600)), Ok((MediaType::Png, Some(1))));
        assert_eq!(look(&jpeg_of(4000, 3000)), Ok((MediaType::Jpeg, Some(1))));
        assert_eq!(look(&webp_of(b"VP8X", 24, &[0, 1, 0, 0, 1, 0])), Ok((MediaType::Webp, Some(1))));
        assert_eq!(look(&webp_of(b"VP8L", 20, &[0x2f, 1, 2, 3, 4])), Ok((MediaType::Webp, Some(1))));
        assert_eq!(look(&webp_of(b"VP8 ", 23, &[0x9d, 1, 0x2a, 9, 0, 9, 0])), Ok((MediaType::Webp, Some(1))));
    }

    #[test]
    fn what_could_run_or_be_opened_elsewhere_is_not_taken() {
        for markup in ["<html>", "\u{feff} \n<svg xmlns='http://www.w3.org/2000/svg'>", "<?xml version='1.0'?>"] {
            assert_eq!(look(markup.as_bytes()), Err(Unfit::Markup), "{markup}");
        }
        for archive in [&b"PK\x03\x04word/document.xml"[..], b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1", b"Rar!\x1a"] {
            assert_eq!(look(archive), Err(Unfit::Archive));
        }
        assert_eq!(look(b"MZ\x90"), Err(Unfit::Unknown));
        assert_eq!(look(b" %PDF-1.7"), Err(Unfit::Unknown), "nothing stands before a document");
        assert_eq!(look(b""), Err(Unfit::Empty));
    }

    #[test]
    fn a_document_is_whole_and_ends_where_it_ends() {
        assert_eq!(look(b"%PDF-1.7\n1 0 obj"), Err(Unfit::Damaged));
        assert_eq!(look(b"%PDF-1.7\n%%EOF\n"), Err(Unfit::Damaged), "no table of contents");
        let zipped = [document(""), b"PK\x03\x04".to_vec()].concat();
        assert_eq!(look(&zipped), Err(Unfit::Trailing));
        assert_eq!(look(&[document(""), vec![b'<'; 5000]].concat()), Err(Unfit::Trailing));
        assert!(look(&[document(""), vec![0; 20]].concat()).is_ok());
        assert_eq!(look(&document("trailer << /Encrypt 9 0 R >>")), Err(Unfit::Encrypted));
        assert_eq!(look(&document("<</Encrypt<</V 4>>>>")), Err(Unfit::Encrypted));
        assert!(look(&document("/EncryptMetadata false")).is_ok());
    }

    #[test]
    fn a_picture_is_of_a_size_that_can_be_shown() {
        assert_eq!(look(&png_of(100_000, 100_000)), Err(Unfit::TooManyPixels));
        assert_eq!(look(&jpeg_of(60_000, 60_000)), Err(Unfit::TooManyPixels));
        assert_eq!(look(&png_of(0, 9)), Err(Unfit::Damaged));
        assert_eq!(look(&jpeg_of(0, 0)), Err(Unfit::Damaged));
        for bytes in [png_of(9, 9), jpeg_of(9, 9), webp_of(b"VP8X", 24, &[0; 6])] {
            for cut in 0..bytes.len().min(26) {
                assert!(look(&bytes[..cut]).is_err(), "{cut} bytes of {bytes:?}");
            }
        }
    }
}
