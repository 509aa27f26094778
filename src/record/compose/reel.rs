//! The pictures of one track along the hearing's time.

use super::marker::Marker;
use super::script::Part;
use super::source::{Source, Step};
use assize_core::ids::DeviceKind;
use ffmpeg_next::frame;
use std::path::PathBuf;
use std::rc::Rc;

/// A camera's picture stands for so long without another, in microseconds: longer would be a frozen picture.
const FRESH_US: u64 = 1_000_000;
/// What is begun so much later than its file does is looked for from a key picture on.
const FAR_US: u64 = 2_000_000;

/// What there is to see of a track at a time.
pub(super) enum Look<'a> {
    /// With a number that changes with the picture.
    Picture(&'a frame::Video, u64),
    /// Nothing of this time.
    Nothing,
    /// What there is cannot be decoded.
    Broken,
}

pub(super) struct Reel {
    root: PathBuf,
    parts: Vec<Part>,
    next: usize,
    open: Option<Source>,
    shown: Option<Picture>,
    ahead: Option<Picture>,
    turn: u64,
    /// Since when nothing could be decoded.
    broken_us: Option<u64>,
    /// How long a picture stands; none: until there is another.
    fresh_us: Option<u64>,
    marker: Rc<Marker>,
}

struct Picture {
    at_us: u64,
    frame: frame::Video,
}

impl Reel {
    pub(super) fn new(root: PathBuf, device: DeviceKind, parts: Vec<Part>, marker: Rc<Marker>) -> Self {
        // What is shared may stand still without a new picture for as long as nothing moves.
        let still = matches!(device, DeviceKind::Screen | DeviceKind::Document | DeviceKind::Played);
        let fresh_us = (!still).then_some(FRESH_US);
        Self { root, parts, next: 0, open: None, shown: None, ahead: None, turn: 0, broken_us: None, fresh_us, marker }
    }

    /// What there is to see at `t_us`, which never goes back, and was not taken before `since_us`.
    pub(super) fn at(&mut self, t_us: u64, since_us: u64) -> Look<'_> {
        loop {
            match self.ahead.take_if(|ahead| ahead.at_us <= t_us) {
                Some(picture) => {
                    self.shown = Some(picture);
                    self.turn += 1;
                }
                None if self.ahead.is_some() => break,
                None => match self.decode(t_us) {
                    Some(picture) => self.ahead = Some(picture),
                    None => break,
                },
            }
        }
        let is_fresh = |picture: &&Picture| {
            picture.at_us >= since_us && self.fresh_us.is_none_or(|fresh| t_us - picture.at_us.min(t_us) < fresh)
        };
        match self.shown.as_ref().filter(is_fresh) {
            Some(picture) => Look::Picture(&picture.frame, self.turn),
            None if self.broken_us.is_some_and(|since| since <= t_us) => Look::Broken,
            None => Look::Nothing,
        }
    }

    /// The next picture of the files that have begun by `t_us`.
    fn decode(&mut self, t_us: u64) -> Option<Picture> {
        loop {
            let source = match &mut self.open {
                Some(source) => source,
                None => self.begin(t_us)?,
            };
            let mut frame = frame::Video::empty();
            match source.next(&mut frame) {
                Step::Frame(at_us) => {
                    self.broken_us = None;
                    return Some(Picture { at_us, frame });
                }
                Step::Fault(at_us) => {
                    let last = self.shown.as_ref().map_or(t_us, |shown| shown.at_us);
                    self.broken_us.get_or_insert_with(|| at_us.unwrap_or(last));
                }
                Step::End => self.open = None,
            }
        }
    }

    /// Opens the next file that is not over yet.
    fn begin(&mut self, t_us: u64) -> Option<&mut Source> {
        loop {
            let part = self.parts.get(self.next).filter(|part| part.span.start <= t_us)?;
            self.next += 1;
            let over = part.span.end + self.fresh_us.unwrap_or(0) < t_us;
            if over && self.parts.get(self.next).is_some_and(|next| next.span.start <= t_us) {
                continue;
            }
            let from_us = (part.span.start + FAR_US < t_us).then_some(t_us);
            let opened = (!part.harmful).then(|| Source::open(&self.root, part, from_us, &self.marker));
            match opened {
                Some(Ok(source)) => return Some(self.open.insert(source)),
                Some(Err(_)) | None => _ = self.broken_us.get_or_insert(part.span.start),
            }
        }
    }
}
