//! Papers of the court as PDF/A-2u (ISO 19005-2): A4, type embedded, text that can be selected and searched.
//!
//! Vietnamese in its composed form (NFC) needs no shaping: each letter is one glyph of the font.

mod layout;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::text::Font;
use layout::{Face, Sheet};

/// SIL Open Font License, beside the files.
const REGULAR: &[u8] = include_bytes!("fonts/NotoSerif-Regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/NotoSerif-Bold.ttf");

/// ISO 216 A4 in points, and the margins of Decree 30/2020/ND-CP, Annex I: 20 mm above and below, 30 mm left, 15 mm right.
const PAGE: (f32, f32) = (595.28, 841.89);
const MARGIN: (f32, f32, f32) = (57.0, 85.0, 43.0);

/// A piece of a paper, from above to below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Two columns of centred lines, the first of each bold: who issues it, and the nation's heading.
    Heading {
        left: Vec<String>,
        right: Vec<String>,
    },
    Title(String),
    Centred(String),
    Text(String),
    Strong(String),
    /// A time and what stands beside it.
    Row {
        time: String,
        text: String,
        strong: bool,
    },
    /// Below what stands beside a time, set in.
    Beside(String),
    /// What follows begins a page.
    Page,
    /// Places to sign, side by side, with room below.
    Signatures(Vec<String>),
}

/// What is said about the paper in its file.
#[derive(Debug, Clone)]
pub struct About {
    pub title: String,
    /// BCP 47.
    pub language: String,
    /// Year, month, day, hour, minute, second in UTC.
    pub made: (u16, u8, u8, u8, u8, u8),
    /// Below each page.
    pub foot: String,
}

#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("the font cannot be read")]
    Font,
    #[error("the paper cannot be written: {0}")]
    Write(String),
}

/// The whole file.
///
/// # Errors
/// The writer finds that it would be no PDF/A.
pub fn write(about: &About, blocks: &[Block]) -> Result<Vec<u8>, PdfError> {
    let faces = [Face::read(REGULAR).ok_or(PdfError::Font)?, Face::read(BOLD).ok_or(PdfError::Font)?];
    let fonts = [font(REGULAR)?, font(BOLD)?];
    let sheets = layout::set(&faces, blocks, &about.foot);
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
    let configuration = configuration.map_err(|error| PdfError::Write(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    for sheet in &sheets {
        draw(&mut document, sheet, &faces, &fonts)?;
    }
    let (year, month, day, hour, minute, second) = about.made;
    let made = DateTime::new(year).month(month).day(day).hour(hour).minute(minute).second(second);
    let made = made.utc_offset_hour(0).utc_offset_minute(0);
    let metadata = Metadata::new()
        .title(about.title.clone())
        .language(about.language.clone())
        .creator(concat!("Assize ", env!("CARGO_PKG_VERSION")).to_owned())
        .creation_date(made);
    document.set_metadata(metadata);
    document.finish().map_err(|error| PdfError::Write(format!("{error:?}")))
}

fn font(bytes: &'static [u8]) -> Result<Font, PdfError> {
    Font::new(bytes.into(), 0).ok_or(PdfError::Font)
}

fn draw(document: &mut Document, sheet: &Sheet, faces: &[Face; 2], fonts: &[Font; 2]) -> Result<(), PdfError> {
    let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Font)?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    for piece in &sheet.pieces {
        let which = usize::from(piece.strong);
        let glyphs = faces[which].glyphs(&piece.text);
        let at = krilla::geom::Point::from_xy(piece.x, piece.y);
        surface.draw_glyphs(at, &glyphs, fonts[which].clone(), &piece.text, piece.size, false);
    }
    surface.finish();
    page.finish();
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn about() -> About {
        let made = (2026, 11, 23, 3, 4, 5);
        About { title: "Biên bản".into(), language: "vi".into(), made, foot: "45/2026".into() }
    }

    #[test]
    fn what_cannot_be_seen_keeps_no_paper_from_being_written() {
        for letter in ["\u{feff}", "\u{fffe}", "\u{ffff}", "\u{200b}", "\u{202e}", "\u{0}", "\u{1ffff}"] {
            let text = format!("Bị cáo {letter}khai{letter}");
            let row = Block::Row { time: "14:00".into(), text: text.clone(), strong: false };
            let blocks = [Block::Title(text.clone()), row, Block::Signatures(vec![text.clone()])];
            let about = About { title: text.clone(), foot: text, ..about() };
            let made = write(&about, &blocks);
            assert!(made.is_ok(), "{letter:?}: {}", made.unwrap_err());
        }
    }

    #[test]
    fn nothing_is_printed_over_a_title_of_several_lines() {
        let faces = [Face::read(REGULAR).unwrap(), Face::read(BOLD).unwrap()];
        let long = "Tranh chấp hợp đồng chuyển nhượng quyền sử dụng đất và tài sản gắn liền với đất ".repeat(3);
        let heading =
            Block::Heading { left: vec![long.clone(), "Số: 45/2026".into()], right: vec!["Độc lập".into()] };
        let blocks = [heading, Block::Title(long.clone()), Block::Centred(long), Block::Text("Diễn biến".into())];
        let sheets = layout::set(&faces, &blocks, "");
        let mut lines: Vec<(f32, f32)> = sheets[0].pieces.iter().map(|piece| (piece.y, piece.x)).collect();
        lines.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let apart = |pair: &[(f32, f32)]| {
            let columns = (pair[0].1 < PAGE.0 / 2.0) != (pair[1].1 < PAGE.0 / 2.0);
            pair[1].0 - pair[0].0 > 12.0 || columns
        };
        assert!(lines.len() > 10 && lines.windows(2).all(apart), "{lines:?}");
    }

    #[test]
    fn a_long_paper_has_pages_and_says_what_it_is() {
        let row =
            |n: u32| Block::Row { time: format!("14:{n:02}"), text: "Bị cáo khai. ".repeat(20), strong: false };
        let blocks: Vec<Block> = (0..60).map(row).collect();
        let bytes = write(&about(), &blocks).unwrap();
        assert!(bytes.starts_with(b"%PDF-1.7"));
        assert!(bytes.windows(9).any(|window| window == b"pdfaid:pa"), "it says which PDF/A it is");
        let pages = bytes
            .windows(12)
            .filter(|window| window.starts_with(b"/Type /Page") || window.starts_with(b"/Type/Page"))
            .count();
        assert!(pages > 5, "{pages}");
    }
}
