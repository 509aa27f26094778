//! Draws the picture of a moment: what changed since the one before, and no more.

use super::canvas::{Canvas, Colour};
use super::letters::{Letters, Style};
use super::marker::Marker;
use super::reel::{Look, Reel};
use super::scaler::Scaler;
use super::script::{Expected, Piece, Script, Shows};
use super::times::Times;
use super::wall::{self, EDGE, HEAD, HEIGHT, Placed, Rect, WIDTH, even};
use super::words;
use assize_core::ids::TrackId;
use ffmpeg_next::frame;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::rc::Rc;

const NAME: Style = Style { size: 20.0, bold: true };
const ROLE: Style = Style { size: 20.0, bold: false };
const CASE: Style = Style { size: 22.0, bold: true };
const PHASE: Style = Style { size: 20.0, bold: false };
const CLOCK: Style = Style { size: 30.0, bold: true };
const DAY: Style = Style { size: 20.0, bold: false };
const SAYS: Style = Style { size: 22.0, bold: false };
const STATE: Style = Style { size: 44.0, bold: true };
const SPAN: Style = Style { size: 30.0, bold: false };
/// Room for time and day.
const CLOCK_ROOM: usize = 290;
const INDENT: usize = 16;
/// What was just switched on has no picture yet, in microseconds: nothing is missing until then.
const STARTS_US: u64 = 1_000_000;

/// What a tile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Of this turn of the reel, and of this size.
    Picture(u64, u32, u32),
    Starting,
    Off,
    Missing,
    Broken,
}

struct Tile {
    placed: Placed,
    content: Option<Content>,
    speaks: Option<bool>,
    scaler: Scaler,
}

pub(super) struct Stage {
    canvas: Canvas,
    letters: Letters,
    times: Times,
    reels: BTreeMap<TrackId, Reel>,
    tiles: Vec<Tile>,
    /// What is drawn now: the scene, the second, the card.
    scene: Option<usize>,
    second: Option<i64>,
    card: Option<u64>,
}

impl Stage {
    /// # Errors
    /// The program's own fonts cannot be read.
    pub(super) fn new(script: &Script, root: &Path, marker: &Rc<Marker>) -> io::Result<Self> {
        let pictures = script.tracks.iter().filter(|(id, _)| !id.device.is_audio());
        let reel = |(id, track): (&TrackId, &super::script::Track)| {
            (*id, Reel::new(root.to_owned(), id.device, track.segments.clone(), Rc::clone(marker)))
        };
        Ok(Self {
            canvas: Canvas::new(),
            letters: Letters::new()?,
            times: Times::of(&script.zone),
            reels: pictures.map(reel).collect(),
            tiles: Vec::new(),
            scene: None,
            second: None,
            card: None,
        })
    }

    /// The picture with this number. Numbers only grow.
    pub(super) fn draw(&mut self, script: &Script, frame: u64) -> &mut frame::Video {
        match script.piece(frame) {
            Some((_, Some(t_us))) => self.moment(script, t_us),
            Some((piece, None)) => self.card(script, piece),
            None => {}
        }
        &mut self.canvas.frame
    }

    fn moment(&mut self, script: &Script, t_us: u64) {
        let scene = script.scene(t_us);
        if self.card.take().is_some() || self.scene.is_none_or(|drawn| lays_out_anew(script, drawn, scene)) {
            self.lay_out(script, scene);
        }
        self.scene = Some(scene);
        self.head_time(script, t_us);
        for at in 0..self.tiles.len() {
            self.tile(script, at, scene, t_us);
        }
    }

    fn lay_out(&mut self, script: &Script, scene: usize) {
        let Some(scene) = script.scenes.get(scene) else { return };
        self.canvas.fill(Rect::ALL, Colour::GROUND);
        self.head(script, &scene.phase);
        self.second = None;
        self.tiles.clear();
        for placed in wall::placed(script, scene) {
            self.name(&placed);
            self.tiles.push(Tile { placed, content: None, speaks: None, scaler: Scaler::default() });
        }
    }

    fn head(&mut self, script: &Script, phase: &str) {
        self.canvas.fill(Rect { h: HEAD, ..Rect::ALL }, Colour::HEAD);
        let room = WIDTH - CLOCK_ROOM - 2 * INDENT;
        let case =
            if script.title.is_empty() { script.case.clone() } else { format!("{} · {}", script.case, script.title) };
        let case = if script.rehearsal { format!("{} · {case}", words::REHEARSAL) } else { case };
        self.write(&case, CASE, INDENT, 0, room, Colour::TEXT);
        self.write(phase, PHASE, INDENT, 32, room, Colour::QUIET);
    }

    /// Time and day on the right, every second anew.
    fn head_time(&mut self, script: &Script, t_us: u64) {
        let utc_ms = script.utc_ms(t_us);
        if self.second.replace(utc_ms.div_euclid(1000)) == Some(utc_ms.div_euclid(1000)) {
            return;
        }
        let (time, day) = (self.times.time(utc_ms), self.times.day(utc_ms));
        let x = WIDTH - CLOCK_ROOM;
        self.canvas.fill(Rect { x, y: 0, w: CLOCK_ROOM, h: HEAD }, Colour::HEAD);
        self.write(&day, DAY, x, 18, CLOCK_ROOM / 2, Colour::QUIET);
        self.write(&time, CLOCK, x + 136, 6, CLOCK_ROOM / 2, Colour::TEXT);
    }

    fn name(&mut self, placed: &Placed) {
        let bar = placed.cell.bar();
        self.canvas.fill(bar, Colour::BAR);
        let (name, role) = (&placed.tile.name, &placed.tile.role);
        let room = bar.w.saturating_sub(16);
        let wide = self.write(name, NAME, bar.x + 8, bar.y, room, Colour::TEXT);
        // Less than a word of it is none of it.
        if let Some(rest) = room.checked_sub(wide + 12).filter(|rest| *rest > 60) {
            self.write(role, ROLE, bar.x + 8 + even(wide + 13), bar.y, rest, Colour::QUIET);
        }
    }

    fn tile(&mut self, script: &Script, at: usize, scene: usize, t_us: u64) {
        let Some(tile) = self.tiles.get_mut(at) else { return };
        let (source, cell) = (tile.placed.tile.source, tile.placed.cell);
        let speaks = script.scenes.get(scene).is_some_and(|scene| scene.speaking.contains(&source.seat));
        if tile.speaks.replace(speaks) != Some(speaks) {
            self.canvas.edge(cell, EDGE, if speaks { Colour::SPEAKS } else { Colour::GROUND });
        }
        let (content, look) = content(script, &mut self.reels, source, t_us);
        let before = tile.content.replace(content);
        if before == Some(content) {
            return;
        }
        let area = cell.picture();
        if let (Content::Picture(_, w, h), Look::Picture(frame, _)) = (content, look) {
            let fitted = area.fitted(w as usize, h as usize);
            if !matches!(before, Some(Content::Picture(_, bw, bh)) if (bw, bh) == (w, h)) {
                self.canvas.fill(area, Colour::EMPTY);
            }
            match tile.scaler.scale(frame, fitted) {
                Some(scaled) => self.canvas.picture(scaled, fitted.x, fitted.y),
                None => self.canvas.fill(area, Colour::EMPTY),
            }
        } else {
            self.instead(content, area);
        }
    }

    /// Where there is no picture.
    fn instead(&mut self, content: Content, area: Rect) {
        self.canvas.fill(area, Colour::EMPTY);
        let (says, colour) = match content {
            Content::Missing => (words::NOT_RECORDED, Colour::TEXT),
            Content::Broken => (words::NOT_SHOWN, Colour::TEXT),
            Content::Off => (words::NO_PICTURE, Colour::QUIET),
            Content::Starting | Content::Picture(..) => return,
        };
        if content != Content::Off {
            self.canvas.stripe(area, Colour::STRIPE);
        }
        self.centred(says, SAYS, area, colour);
    }

    /// What was left out, in the middle of the picture.
    fn card(&mut self, script: &Script, piece: &Piece) {
        let Shows::Card { state, from_us, to_us } = &piece.shows else { return };
        if self.card.replace(piece.at) == Some(piece.at) {
            return;
        }
        let phase = self.scene.and_then(|scene| script.scenes.get(scene)).map(|scene| scene.phase.clone());
        self.canvas.fill(Rect::ALL, Colour::GROUND);
        self.head(script, &phase.unwrap_or_default());
        let time = |t_us: u64| self.times.time(script.utc_ms(t_us));
        let span = words::span(&time(*from_us), &time(*to_us));
        let line = |y: usize| Rect { y, h: 64, ..Rect::ALL };
        let middle = HEIGHT / 2;
        self.centred(state, STATE, line(middle - 96), Colour::TEXT);
        self.centred(&span, SPAN, line(middle - 24), Colour::TEXT);
        self.centred(words::CUT, SPAN, line(middle + 32), Colour::QUIET);
    }

    /// As much as there is room for; its width.
    fn write(&mut self, text: &str, style: Style, x: usize, y: usize, room: usize, colour: Colour) -> usize {
        let mask = self.letters.line(&self.letters.fitted(text, style, room), style);
        self.canvas.text(&mask, x, y, colour);
        mask.width
    }

    fn centred(&mut self, text: &str, style: Style, area: Rect, colour: Colour) {
        let mask = self.letters.line(&self.letters.fitted(text, style, area.w.saturating_sub(8)), style);
        let middle = |from: usize, room: usize, taken: usize| from + even(room.saturating_sub(taken) / 2);
        let (x, y) = (middle(area.x, area.w, mask.width), middle(area.y, area.h, mask.height));
        self.canvas.text(&mask, x, y, colour);
    }
}

/// What a track's tile shows at a time.
fn content<'a>(
    script: &Script,
    reels: &'a mut BTreeMap<TrackId, Reel>,
    source: TrackId,
    t_us: u64,
) -> (Content, Look<'a>) {
    let track = script.tracks.get(&source);
    let since = track.and_then(|track| track.on_since(t_us)).unwrap_or(t_us);
    let expected = track.map_or(Expected::Nothing, |track| track.expected(t_us));
    let look = reels.get_mut(&source).map_or(Look::Nothing, |reel| reel.at(t_us, since));
    let content = match (expected, &look) {
        (Expected::Nothing, _) => Content::Off,
        (Expected::Gap, _) => Content::Missing,
        (Expected::Media, Look::Picture(frame, turn)) => Content::Picture(*turn, frame.width(), frame.height()),
        (Expected::Media, Look::Broken) => Content::Broken,
        (Expected::Media, Look::Nothing) if t_us < since + STARTS_US => Content::Starting,
        (Expected::Media, Look::Nothing) => Content::Missing,
    };
    (content, look)
}

/// Whether anything but who speaks differs between two scenes.
fn lays_out_anew(script: &Script, drawn: usize, scene: usize) -> bool {
    let (Some(drawn), Some(scene)) = (script.scenes.get(drawn), script.scenes.get(scene)) else { return true };
    (drawn.stand, &drawn.presented, &drawn.phase) != (scene.stand, &scene.presented, &scene.phase)
}
