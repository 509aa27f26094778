//! A picture of 4:2:0 that is drawn on: areas, text, other pictures. What lies outside is not drawn.

use super::letters::Mask;
use super::wall::{HEIGHT, Rect, WIDTH};
use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame;

/// Y, Cb, Cr of BT.601, as the cameras' pictures have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) [u8; 3]);

impl Colour {
    pub(super) const GROUND: Self = Self([26, 131, 125]);
    pub(super) const HEAD: Self = Self([38, 132, 125]);
    /// Where there is no picture.
    pub(super) const EMPTY: Self = Self([44, 131, 126]);
    /// Stripes over it where something is missing.
    pub(super) const STRIPE: Self = Self([62, 131, 126]);
    pub(super) const BAR: Self = Self([52, 132, 125]);
    pub(super) const TEXT: Self = Self([232, 128, 128]);
    pub(super) const QUIET: Self = Self([180, 130, 126]);
    /// The frame of who speaks.
    pub(super) const SPEAKS: Self = Self([180, 60, 155]);
}

pub(super) struct Canvas {
    pub(super) frame: frame::Video,
}

impl Canvas {
    pub(super) fn new() -> Self {
        let mut canvas = Self { frame: frame::Video::new(Pixel::YUV420P, WIDTH as u32, HEIGHT as u32) };
        canvas.fill(Rect::ALL, Colour::GROUND);
        canvas
    }

    pub(super) fn fill(&mut self, rect: Rect, colour: Colour) {
        for plane in 0..3 {
            let shift = usize::from(plane > 0);
            let value = colour.0[plane];
            self.rows(plane, rect, |_, row| row.fill(value));
            debug_assert!(rect.x >> shift << shift == rect.x, "two pixels share their colour");
        }
    }

    /// Slanted stripes over an area: nobody takes it for a dark room.
    pub(super) fn stripe(&mut self, rect: Rect, colour: Colour) {
        for plane in 0..3 {
            let (period, value) = (if plane == 0 { 48 } else { 24 }, colour.0[plane]);
            self.rows(plane, rect, |y, row| {
                for (x, pixel) in row.iter_mut().enumerate() {
                    if (x + y) % period < period / 3 {
                        *pixel = value;
                    }
                }
            });
        }
    }

    /// The edge of an area, `wide` pixels within it.
    pub(super) fn edge(&mut self, rect: Rect, wide: usize, colour: Colour) {
        let Rect { x, y, w, h } = rect;
        self.fill(Rect { h: wide, ..rect }, colour);
        self.fill(Rect { y: y + h - wide, h: wide, ..rect }, colour);
        self.fill(Rect { w: wide, ..rect }, colour);
        self.fill(Rect { x: x + w - wide, y, w: wide, h }, colour);
    }

    /// Text with its upper left corner at a place.
    pub(super) fn text(&mut self, mask: &Mask, x: usize, y: usize, colour: Colour) {
        let area = Rect { x, y, w: mask.width, h: mask.height };
        self.rows(0, area, |line, row| {
            let covers = &mask.cover[line * mask.width..][..row.len()];
            for (pixel, cover) in row.iter_mut().zip(covers) {
                *pixel = mixed(*pixel, colour.0[0], u16::from(*cover));
            }
        });
        // Colour is shared by four pixels: the mean of what is covered of them. Text begins at even places.
        for plane in 1..3 {
            self.rows(plane, Rect { x: x & !1, y: y & !1, ..area }, |line, row| {
                for (at, pixel) in row.iter_mut().enumerate() {
                    let covers = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| mask.at(2 * at + dx, 2 * line + dy));
                    *pixel = mixed(*pixel, colour.0[plane], covers.iter().sum::<u16>() / 4);
                }
            });
        }
    }

    /// A picture with its upper left corner at a place; both of 4:2:0.
    pub(super) fn picture(&mut self, picture: &frame::Video, x: usize, y: usize) {
        let area = Rect { x, y, w: picture.width() as usize, h: picture.height() as usize };
        for plane in 0..3 {
            let (from, stride) = (picture.data(plane), picture.stride(plane));
            self.rows(plane, area, |line, row| {
                let Some(source) = from.get(line * stride..).filter(|rest| rest.len() >= row.len()) else { return };
                row.copy_from_slice(&source[..row.len()]);
            });
        }
    }

    /// Each row of an area in a plane, from 0 on.
    fn rows(&mut self, plane: usize, rect: Rect, mut draw: impl FnMut(usize, &mut [u8])) {
        let shift = usize::from(plane > 0);
        let (left, right) = (rect.x >> shift, (rect.x + rect.w).min(WIDTH) >> shift);
        let (top, bottom) = (rect.y >> shift, (rect.y + rect.h).min(HEIGHT) >> shift);
        let stride = self.frame.stride(plane);
        let data = self.frame.data_mut(plane);
        for y in top..bottom {
            if left < right {
                draw(y - top, &mut data[y * stride + left..y * stride + right]);
            }
        }
    }
}

impl Mask {
    fn at(&self, x: usize, y: usize) -> u16 {
        if x < self.width && y < self.height { u16::from(self.cover[y * self.width + x]) } else { 0 }
    }
}

fn mixed(below: u8, above: u8, cover: u16) -> u8 {
    let mixed = (u16::from(below) * (255 - cover) + u16::from(above) * cover + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::letters::{Letters, Style};

    fn luma(canvas: &Canvas, x: usize, y: usize) -> u8 {
        canvas.frame.data(0)[y * canvas.frame.stride(0) + x]
    }

    #[test]
    fn areas_text_and_pictures_are_drawn_where_they_belong_and_nothing_outside() {
        let mut canvas = Canvas::new();
        canvas.fill(Rect { x: 100, y: 50, w: 20, h: 10 }, Colour::TEXT);
        assert_eq!(
            [luma(&canvas, 99, 50), luma(&canvas, 100, 50), luma(&canvas, 119, 59), luma(&canvas, 119, 60)],
            [26, 232, 232, 26]
        );
        canvas.fill(Rect { x: 1270, y: 710, w: 100, h: 100 }, Colour::TEXT);
        assert_eq!(luma(&canvas, 1279, 719), 232);
        let letters = Letters::new().unwrap_or_else(|error| panic!("{error}"));
        canvas.text(&letters.line("Hòa", Style { size: 22.0, bold: true }), 1260, 700, Colour::TEXT);
        let mut small = frame::Video::new(Pixel::YUV420P, 16, 8);
        for plane in 0..3 {
            small.data_mut(plane).fill(99);
        }
        canvas.picture(&small, 200, 100);
        canvas.picture(&small, 1272, 716);
        assert_eq!([luma(&canvas, 200, 100), luma(&canvas, 215, 107), luma(&canvas, 216, 107)], [99, 99, 26]);
        assert_eq!(mixed(0, 200, 255), 200);
        assert_eq!(mixed(77, 200, 0), 77);
    }
}
