//! Text as coverage of pixels: Noto Sans, which has every letter of Vietnamese composed.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use assize_core::plain;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::OutlinePen;
use skrifa::{FontRef, MetadataProvider as _};
use std::io;
use unicode_normalization::UnicodeNormalization as _;

const REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold.ttf");
/// Of the size of the type: room above the base line for a capital with two marks, and below it.
const ABOVE: f32 = 1.2;
const BELOW: f32 = 0.30;
const MORE: char = '…';

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// Pixels.
    pub(super) size: f32,
    pub(super) bold: bool,
}

/// How much of each pixel a line of text covers, 255 being all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mask {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) cover: Vec<u8>,
}

pub(super) struct Letters {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Letters {
    /// # Errors
    /// The fonts in the program are broken.
    pub(super) fn new() -> io::Result<Self> {
        let font = |bytes| FontRef::new(bytes).map_err(|error| io::Error::other(error.to_string()));
        Ok(Self { regular: font(REGULAR)?, bold: font(BOLD)? })
    }

    /// A line of text on a base line at [`ABOVE`]. A letter that the font lacks is a question mark.
    pub(super) fn line(&self, text: &str, style: Style) -> Mask {
        let text = clean(text);
        let (font, size) = (self.font(style), Size::new(style.size));
        let metrics = font.glyph_metrics(size, LocationRef::default());
        let (width, height) = (pixels(self.width(&text, style)) + 1, pixels((ABOVE + BELOW) * style.size));
        let mut pen = Pen {
            raster: Rasterizer::new(width, height),
            origin: point(0.0, (ABOVE * style.size).round()),
            first: point(0.0, 0.0),
            last: point(0.0, 0.0),
            width: width as f32,
            height: height as f32,
        };
        let outlines = font.outline_glyphs();
        for glyph in text.chars().map(|letter| glyph(font, letter)) {
            if let Some(outline) = outlines.get(glyph) {
                // A glyph without an outline leaves its room empty.
                let _ = outline.draw(size, &mut pen);
            }
            pen.origin.x += metrics.advance_width(glyph).unwrap_or_default();
        }
        let mut cover = vec![0; width * height];
        pen.raster.for_each_pixel(|at, covered| {
            if let Some(pixel) = cover.get_mut(at) {
                *pixel = (covered.clamp(0.0, 1.0) * 255.0).round() as u8;
            }
        });
        Mask { width, height, cover }
    }

    /// Pixels that a line takes.
    pub(super) fn width(&self, text: &str, style: Style) -> f32 {
        let font = self.font(style);
        let metrics = font.glyph_metrics(Size::new(style.size), LocationRef::default());
        clean(text).chars().map(|letter| metrics.advance_width(glyph(font, letter)).unwrap_or_default()).sum()
    }

    /// The text, or as much of its begin as there is room for, and dots.
    pub(super) fn fitted(&self, text: &str, style: Style, room: usize) -> String {
        let room = room as f32;
        if self.width(text, style) <= room {
            return text.to_owned();
        }
        let letters: Vec<char> = clean(text).chars().collect();
        let shorter = |n: usize| letters[..n].iter().collect::<String>().trim_end().to_owned() + &MORE.to_string();
        let fits = (0..letters.len()).rev().map(shorter).find(|text| self.width(text, style) <= room);
        fits.unwrap_or_default()
    }

    fn font(&self, style: Style) -> &FontRef<'static> {
        if style.bold { &self.bold } else { &self.regular }
    }
}

fn glyph(font: &FontRef<'_>, letter: char) -> skrifa::GlyphId {
    let map = font.charmap();
    map.map(letter).or_else(|| map.map('?')).unwrap_or_default()
}

/// In composed form: the font has no marks to be put on letters by themselves.
fn clean(text: &str) -> String {
    plain::line(&text.nfc().collect::<String>())
}

/// Whole pixels that a length takes.
fn pixels(length: f32) -> usize {
    length.max(0.0).ceil() as usize
}

/// Draws outlines, whose y grows upwards, on pixels, whose y grows downwards.
struct Pen {
    raster: Rasterizer,
    origin: Point,
    first: Point,
    last: Point,
    width: f32,
    height: f32,
}

impl Pen {
    /// Within the pixels: an outline may reach over its room by a little.
    fn at(&self, x: f32, y: f32) -> Point {
        point((self.origin.x + x).clamp(0.0, self.width), (self.origin.y - y).clamp(0.0, self.height))
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.first = self.at(x, y);
        self.last = self.first;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.raster.draw_line(self.last, to);
        self.last = to;
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let (over, to) = (self.at(cx0, cy0), self.at(x, y));
        self.raster.draw_quad(self.last, over, to);
        self.last = to;
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (over, then, to) = (self.at(cx0, cy0), self.at(cx1, cy1), self.at(x, y));
        self.raster.draw_cubic(self.last, over, then, to);
        self.last = to;
    }

    fn close(&mut self) {
        self.raster.draw_line(self.last, self.first);
        self.last = self.first;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const STYLE: Style = Style { size: 20.0, bold: false };

    #[test]
    fn every_letter_of_vietnamese_has_a_glyph_and_its_marks_are_not_cut_off() {
        let letters = Letters::new().unwrap();
        for style in [STYLE, Style { bold: true, ..STYLE }] {
            for letter in "ẮẰẲẴẶẤẦẨẪẬẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰỸỲỶỴĐđƠơƯưăâêôạảãáà–“”…·".chars()
            {
                assert!(letters.font(style).charmap().map(letter).is_some(), "{letter}");
                let mask = letters.line(&letter.to_string(), style);
                let row = |y: usize| &mask.cover[y * mask.width..(y + 1) * mask.width];
                assert!(mask.cover.iter().any(|cover| *cover > 200), "{letter} is drawn");
                assert!(row(0).iter().all(|cover| *cover == 0), "{letter} is cut off above");
                assert!(row(mask.height - 1).iter().all(|cover| *cover == 0), "{letter} is cut off below");
            }
        }
    }

    #[test]
    fn letters_with_marks_apart_look_like_composed_ones() {
        let letters = Letters::new().unwrap();
        let apart: String = "Nguyễn Thị Hòa".nfd().collect();
        assert_eq!(letters.line(&apart, STYLE), letters.line("Nguyễn Thị Hòa", STYLE));
        assert_ne!(letters.line("Nguyên Thi Hoa", STYLE), letters.line("Nguyễn Thị Hòa", STYLE));
    }

    #[test]
    fn what_is_too_long_ends_in_dots_and_fits() {
        let letters = Letters::new().unwrap();
        assert_eq!(letters.fitted("Hòa", STYLE, 200), "Hòa");
        let fitted = letters.fitted("Nguyễn Thị Hòa, chủ tọa phiên tòa", STYLE, 100);
        assert!(fitted.starts_with("Nguyễ") && fitted.ends_with('…'), "{fitted}");
        assert!(letters.width(&fitted, STYLE) <= 100.0);
        assert_eq!(letters.fitted("Nguyễn", STYLE, 1), "");
    }
}
