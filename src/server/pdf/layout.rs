//! Lines broken and placed on pages.

use super::{Block, MARGIN, PAGE};
use assize_core::plain;
use krilla::text::{GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use unicode_normalization::UnicodeNormalization as _;

const TEXT: f32 = 12.0;
const SMALL: f32 = 9.0;
/// Of the size of the type.
const LEADING: f32 = 1.4;
/// Width of the column of times.
const TIME: f32 = 92.0;
/// Room for a name by hand.
const SIGNATURE: f32 = 96.0;

/// A font's letters and how wide they are.
pub(super) struct Face<'a> {
    font: FontRef<'a>,
}

/// A line of type in its place; `y` is the base line, from above.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) strong: bool,
    pub(super) text: String,
}

#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) pieces: Vec<Piece>,
}

impl<'a> Face<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        FontRef::new(bytes).ok().map(|font| Self { font })
    }

    /// A letter that the font lacks is shown as a question mark: a paper must not be refused for it.
    fn letters(&self, text: &str) -> Vec<(u32, std::ops::Range<usize>, f32)> {
        let (map, metrics) = (self.font.charmap(), self.font.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let em = f32::from(self.font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let glyph = |letter: char| map.map(letter).or_else(|| map.map('?')).unwrap_or_default();
        let one = |(at, letter): (usize, char)| {
            let glyph = glyph(letter);
            (glyph.to_u32(), at..at + letter.len_utf8(), metrics.advance_width(glyph).unwrap_or_default() / em)
        };
        text.char_indices().map(one).collect()
    }

    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(id, range, advance): (u32, std::ops::Range<usize>, f32)| {
            KrillaGlyph::new(GlyphId::new(id), advance, 0.0, 0.0, 0.0, range, None)
        };
        self.letters(text).into_iter().map(glyph).collect()
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        self.letters(text).iter().map(|(_, _, advance)| advance * size).sum()
    }

    /// Lines that fit, broken between words; a word that is wider than the line is broken within.
    fn lines(&self, text: &str, size: f32, wide: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            for part in self.parts(word, size, wide) {
                let last = lines.last().map(String::as_str).unwrap_or_default();
                let longer = if last.is_empty() { part.clone() } else { format!("{last} {part}") };
                if last.is_empty() || self.width(&longer, size) <= wide {
                    lines.pop();
                    lines.push(longer);
                } else {
                    lines.push(part);
                }
            }
        }
        lines
    }

    fn parts(&self, word: &str, size: f32, wide: f32) -> Vec<String> {
        let mut parts = vec![String::new()];
        let mut filled = 0.0;
        for letter in word.chars() {
            let more = self.width(letter.encode_utf8(&mut [0; 4]), size);
            if filled + more > wide {
                parts.push(String::new());
                filled = 0.0;
            }
            filled += more;
            if let Some(part) = parts.last_mut() {
                part.push(letter);
            }
        }
        parts
    }
}

/// In composed form, and without what cannot be seen: records of before have it, and PDF/A takes none of it.
fn clean(text: &str) -> String {
    let seen = text.nfc().filter(|letter| !plain::is_unseen(*letter));
    seen.map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

struct Setter<'a> {
    faces: &'a [Face<'a>; 2],
    sheets: Vec<Sheet>,
    y: f32,
}

pub(super) fn set(faces: &[Face<'_>; 2], blocks: &[Block], foot: &str) -> Vec<Sheet> {
    let mut setter = Setter { faces, sheets: vec![Sheet::default()], y: MARGIN.0 };
    blocks.iter().for_each(|block| setter.block(block));
    setter.feet(foot);
    setter.sheets
}

impl Setter<'_> {
    fn wide() -> f32 {
        PAGE.0 - MARGIN.1 - MARGIN.2
    }

    /// Goes down by `high`, on the next page if it does not fit, and gives where that begins.
    fn room(&mut self, high: f32) -> f32 {
        if self.y + high > PAGE.1 - MARGIN.0 {
            self.sheets.push(Sheet::default());
            self.y = MARGIN.0;
        }
        let at = self.y;
        self.y += high;
        at
    }

    fn put(&mut self, x: f32, y: f32, size: f32, strong: bool, text: String) {
        if let Some(sheet) = self.sheets.last_mut().filter(|_| !text.is_empty()) {
            sheet.pieces.push(Piece { x, y: y + size, size, strong, text });
        }
    }

    fn paragraph(&mut self, x: f32, text: &str, size: f32, strong: bool) {
        let text = clean(text);
        let faces = self.faces;
        for line in faces[usize::from(strong)].lines(&text, size, PAGE.0 - MARGIN.2 - x) {
            let y = self.room(size * LEADING);
            self.put(x, y, size, strong, line);
        }
    }

    fn broken(&self, text: &str, strong: bool, wide: f32) -> Vec<String> {
        let text = clean(text);
        self.faces[usize::from(strong)].lines(&text, TEXT, wide)
    }

    /// A line of its own, or several, in the middle of the page.
    fn middle(&mut self, text: &str, strong: bool) {
        let rows = self.broken(text, strong, Self::wide()).len();
        let y = self.room(rows as f32 * TEXT * LEADING);
        self.centred(MARGIN.1, Self::wide(), y, text, strong);
    }

    fn centred(&mut self, from: f32, wide: f32, y: f32, text: &str, strong: bool) -> f32 {
        let faces = self.faces;
        let face = &faces[usize::from(strong)];
        let lines = self.broken(text, strong, wide);
        let high = lines.len() as f32 * TEXT * LEADING;
        for (n, line) in lines.into_iter().enumerate() {
            let x = from + (wide - face.width(&line, TEXT)) / 2.0;
            self.put(x, y + n as f32 * TEXT * LEADING, TEXT, strong, line);
        }
        high
    }

    fn columns(&mut self, columns: &[&[String]], high: f32) {
        let each = Self::wide() / columns.len().max(1) as f32;
        let top = self.room(high);
        for (n, lines) in columns.iter().enumerate() {
            let mut y = top;
            for (row, line) in lines.iter().enumerate() {
                y += self.centred(MARGIN.1 + n as f32 * each, each - 6.0, y, line, row == 0);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { left, right } => {
                let each = Self::wide() / 2.0 - 6.0;
                let rows = |lines: &[String]| -> usize {
                    lines.iter().enumerate().map(|(row, line)| self.broken(line, row == 0, each).len()).sum()
                };
                let rows = rows(left).max(rows(right)) + 2;
                self.columns(&[left.as_slice(), right.as_slice()], rows as f32 * TEXT * LEADING);
            }
            Block::Title(text) => {
                self.room(TEXT);
                self.middle(text, true);
            }
            Block::Centred(text) => self.middle(text, false),
            Block::Text(text) => self.paragraph(MARGIN.1, text, TEXT, false),
            Block::Strong(text) => {
                self.room(TEXT / 2.0);
                self.paragraph(MARGIN.1, text, TEXT, true);
            }
            Block::Row { time, text, strong } => {
                let (sheets, y) = (self.sheets.len(), self.y);
                self.paragraph(MARGIN.1 + TIME, text, TEXT, *strong);
                // Where the text went to a new page the time goes with its first line.
                let moved = self.sheets.len() > sheets && y + TEXT * LEADING > PAGE.1 - MARGIN.0;
                let (sheet, y) = if moved { (sheets, MARGIN.0) } else { (sheets - 1, y) };
                let size = TEXT - 1.0;
                let piece = Piece { x: MARGIN.1, y: y + TEXT, size, strong: *strong, text: time.clone() };
                if let Some(sheet) = self.sheets.get_mut(sheet) {
                    sheet.pieces.push(piece);
                }
            }
            Block::Beside(text) => self.paragraph(MARGIN.1 + TIME, text, TEXT - 1.5, false),
            // On a page that is empty it is there already.
            Block::Page if self.y > MARGIN.0 => {
                self.sheets.push(Sheet::default());
                self.y = MARGIN.0;
            }
            Block::Page => {}
            Block::Signatures(who) => {
                self.room(TEXT * 2.0);
                let columns: Vec<Vec<String>> = who.iter().map(|who| vec![who.clone()]).collect();
                let columns: Vec<&[String]> = columns.iter().map(Vec::as_slice).collect();
                self.columns(&columns, SIGNATURE);
            }
        }
    }

    fn feet(&mut self, foot: &str) {
        let (count, foot) = (self.sheets.len(), clean(foot));
        let face = &self.faces[0];
        for (n, sheet) in self.sheets.iter_mut().enumerate() {
            let (y, size) = (PAGE.1 - MARGIN.0 / 2.0, SMALL);
            let number = format!("{}/{count}", n + 1);
            let x = PAGE.0 - MARGIN.2 - face.width(&number, size);
            sheet.pieces.push(Piece { x, y, size, strong: false, text: number });
            sheet.pieces.push(Piece { x: MARGIN.1, y, size, strong: false, text: foot.clone() });
        }
    }
}
