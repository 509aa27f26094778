//! What the composite shows, picture by picture. Pure: it follows from the ledger and the catalogue alone.

use super::facts::{Change, Facts, On, Place};
use super::wall;
use super::words;
use crate::catalogue::{self, Summary};
use assize_core::hearing::Layout;
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::routing::Channel;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Pictures a second.
pub(super) const RATE: u64 = 25;
/// Microseconds of one.
pub(super) const FRAME_US: u64 = 1_000_000 / RATE;
/// Time that is not in the record is left out if it is longer, in microseconds.
const LEAVE_OUT_US: u64 = 5_000_000;
/// Pictures of the card that says so.
pub(super) const CARD: u64 = 2 * RATE;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) pieces: Vec<Piece>,
    /// In their fixed order.
    pub(super) tiles: Vec<Tile>,
    /// By their begin; the first begins with the hearing.
    pub(super) scenes: Vec<Scene>,
    pub(super) tracks: BTreeMap<TrackId, Track>,
    /// When an interpreter was heard by those who listen to the interpretation.
    pub(super) interpretation: Vec<Range<u64>>,
    pub(super) chapters: Vec<Chapter>,
    clock: Vec<(u64, i64)>,
    /// IANA name of the court's zone.
    pub(super) zone: String,
    pub(super) case: String,
    pub(super) title: String,
    pub(super) rehearsal: bool,
}

/// So many pictures of one thing, from picture `at` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) at: u64,
    pub(super) frames: u64,
    pub(super) shows: Shows,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shows {
    Hearing {
        from_us: u64,
    },
    /// What was left out.
    Card {
        state: String,
        from_us: u64,
        to_us: u64,
    },
}

/// A place in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) source: TrackId,
    pub(super) name: String,
    pub(super) role: String,
    /// The large one of the plan's places.
    pub(super) main: bool,
}

/// How the picture is laid out, from a hearing time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scene {
    pub(super) from_us: u64,
    pub(super) stand: Stand,
    /// What is presented, the foremost first: it stands large, whatever the layout.
    pub(super) presented: Vec<TrackId>,
    pub(super) phase: String,
    pub(super) speaking: BTreeSet<SeatId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// The plan's, with the detention point's large place.
    Places,
    Grid,
    Large(SeatId),
}

/// A track of the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Track {
    pub(super) on: Vec<On>,
    /// Stated in the ledger, without those of many pieces.
    pub(super) gaps: Vec<Range<u64>>,
    pub(super) segments: Vec<Part>,
}

/// A media file; times are hearing microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Below the record's root.
    pub(super) file: String,
    pub(super) span: Range<u64>,
    pub(super) bytes: u64,
    /// Decoding it has ended the process that did.
    pub(super) harmful: bool,
}

/// Pictures `at.start..at.end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chapter {
    pub(super) at: Range<u64>,
    pub(super) title: String,
}

/// What there should be of a track at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Media,
    /// The ledger states that it is missing.
    Gap,
    /// It was not to be recorded: switched off, muted, gone.
    Nothing,
}

impl Track {
    pub(super) fn expected(&self, t_us: u64) -> Expected {
        if !self.on.iter().any(|on| on.span.contains(&t_us)) {
            Expected::Nothing
        } else if self.gaps.iter().any(|gap| gap.contains(&t_us)) {
            Expected::Gap
        } else {
            Expected::Media
        }
    }

    /// On which channel it was last heard, up to a time.
    pub(super) fn channel(&self, t_us: u64) -> Channel {
        let before = self.on.iter().take_while(|on| on.span.start <= t_us).last();
        before.or_else(|| self.on.first()).map_or(Channel::Floor, |on| on.channel)
    }

    /// Since when it was to be recorded without a break, if it is.
    pub(super) fn on_since(&self, t_us: u64) -> Option<u64> {
        self.on.iter().find(|on| on.span.contains(&t_us)).map(|on| on.span.start)
    }
}

impl Script {
    /// All pictures.
    pub(super) fn frames(&self) -> u64 {
        self.pieces.last().map_or(0, |piece| piece.at + piece.frames)
    }

    /// What picture `frame` belongs to, and its hearing time unless it is a card.
    pub(super) fn piece(&self, frame: u64) -> Option<(&Piece, Option<u64>)> {
        let after = self.pieces.partition_point(|piece| piece.at <= frame);
        let piece = self.pieces.get(after.checked_sub(1)?).filter(|piece| frame < piece.at + piece.frames)?;
        let t_us = match piece.shows {
            Shows::Hearing { from_us } => Some(from_us + (frame - piece.at) * FRAME_US),
            Shows::Card { .. } => None,
        };
        Some((piece, t_us))
    }

    pub(super) fn scene(&self, t_us: u64) -> usize {
        self.scenes.partition_point(|scene| scene.from_us <= t_us).saturating_sub(1)
    }

    /// UTC milliseconds of a hearing time, by the ledger's line nearest before it.
    pub(super) fn utc_ms(&self, t_us: u64) -> i64 {
        let after = self.clock.partition_point(|(line, _)| *line <= t_us);
        let (line, utc) = self.clock.get(after.saturating_sub(1)).copied().unwrap_or_default();
        utc + (t_us.cast_signed() - line.cast_signed()) / 1000
    }

    pub(super) fn is_interpreted(&self, t_us: u64) -> bool {
        self.interpretation.iter().any(|span| span.contains(&t_us))
    }

    /// These files are not decoded.
    pub(super) fn leave_out(&mut self, harmful: &[String]) {
        for part in self.tracks.values_mut().flat_map(|track| &mut track.segments) {
            part.harmful = harmful.contains(&part.file);
        }
    }

    /// The tile of a track, also of one that is only presented.
    pub(super) fn tile(&self, source: TrackId) -> Tile {
        let own = self.tiles.iter().find(|tile| tile.source == source);
        own.cloned().unwrap_or_else(|| {
            let of_seat = self.tiles.iter().find(|tile| tile.source.seat == source.seat);
            let name = of_seat.map_or_else(|| source.seat.to_string(), |tile| tile.name.clone());
            Tile { source, name, role: words::device(source.device).unwrap_or_default().to_owned(), main: false }
        })
    }
}

/// Of a sitting that was recorded; none: nothing was.
pub(super) fn script(summary: &Summary, facts: Facts) -> Option<Script> {
    let tracks = tracks(summary, &facts);
    let pieces = pieces(&facts);
    let plan = &summary.hearing.plan;
    let mut script = Script {
        tiles: tiles(&tracks, &facts.places),
        scenes: scenes(&facts.changes),
        interpretation: interpretation(&tracks),
        chapters: Vec::new(),
        zone: plan.court.zone.clone(),
        case: plan.case.clone(),
        title: plan.title.clone(),
        rehearsal: plan.rehearsal,
        clock: facts.clock,
        pieces,
        tracks,
    };
    script.chapters = chapters(&script, &facts.phases);
    (script.frames() > 0).then_some(script)
}

/// Pictures that cover a span.
fn frames(span: &Range<u64>) -> u64 {
    (span.end - span.start).div_ceil(FRAME_US)
}

fn pieces(facts: &Facts) -> Vec<Piece> {
    let mut spans: Vec<Range<u64>> = Vec::new();
    for span in facts.recorded.iter().filter(|span| !span.is_empty()) {
        match spans.last_mut() {
            Some(last) if span.start.saturating_sub(last.end) <= LEAVE_OUT_US => last.end = span.end.max(last.end),
            _ => spans.push(span.clone()),
        }
    }
    let (mut pieces, mut at) = (Vec::new(), 0);
    let mut before: Option<u64> = None;
    for span in spans {
        if let Some(from_us) = before {
            let rest = facts.rests.iter().rev().find(|rest| rest.from_us == from_us);
            let state = rest.map(|rest| rest.state.clone()).unwrap_or_default();
            pieces.push(Piece { at, frames: CARD, shows: Shows::Card { state, from_us, to_us: span.start } });
            at += CARD;
        }
        pieces.push(Piece { at, frames: frames(&span), shows: Shows::Hearing { from_us: span.start } });
        at += frames(&span);
        before = Some(span.end);
    }
    pieces
}

fn tracks(summary: &Summary, facts: &Facts) -> BTreeMap<TrackId, Track> {
    let mut tracks: BTreeMap<TrackId, Track> =
        facts.tracks.iter().map(|(id, on)| (*id, Track { on: on.clone(), ..Track::default() })).collect();
    for track in &summary.tracks {
        let own = tracks.entry(track.id).or_default();
        own.segments = track.segments.iter().map(part).collect();
        let whole = track.gaps.iter().filter(|gap| gap.pieces.is_none());
        own.gaps = whole.map(|gap| gap.from_us..gap.to_us).collect();
        if own.on.is_empty() {
            // A ledger that does not say when: then while there is any.
            let channel =
                if track.id.device == DeviceKind::Interpretation { Channel::Interpretation } else { Channel::Floor };
            own.on = own.segments.iter().map(|part| On { span: part.span.clone(), channel }).collect();
        }
    }
    tracks.retain(|_, track| !track.segments.is_empty() || !track.gaps.is_empty());
    tracks
}

fn part(segment: &catalogue::Segment) -> Part {
    let span = segment.from_us..segment.to_us.max(segment.from_us + 1);
    Part { file: segment.file.clone(), span, bytes: segment.bytes, harmful: false }
}

/// One for each camera; who is only heard has one without a picture.
fn tiles(tracks: &BTreeMap<TrackId, Track>, places: &[Place]) -> Vec<Tile> {
    let is_camera = |device| {
        matches!(device, DeviceKind::Camera1 | DeviceKind::Camera2 | DeviceKind::Camera3 | DeviceKind::Camera4)
    };
    let known: BTreeSet<SeatId> = places.iter().map(|place| place.seat).collect();
    let unknown: BTreeSet<SeatId> =
        tracks.keys().map(|track| track.seat).filter(|seat| !known.contains(seat)).collect();
    let nameless = |seat: &SeatId| Place {
        seat: *seat,
        name: seat.to_string(),
        role: String::new(),
        detention: false,
        beside: None,
    };
    let places: Vec<Place> = places.iter().cloned().chain(unknown.iter().map(nameless)).collect();
    let of = |seat: SeatId| tracks.keys().filter(move |track| track.seat == seat);
    let placed: Vec<Place> = places.into_iter().filter(|place| of(place.seat).next().is_some()).collect();
    let main = placed.iter().find(|place| place.detention).map(|place| place.seat);
    let mut tiles = Vec::new();
    for place in wall::order(&placed, main) {
        let mut cameras: Vec<DeviceKind> =
            of(place.seat).map(|track| track.device).filter(|device| is_camera(*device)).collect();
        if cameras.is_empty() {
            cameras.push(DeviceKind::Camera1);
        }
        for (nth, device) in cameras.into_iter().enumerate() {
            let role = [words::device(device).unwrap_or_default(), &place.role];
            let role = role.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
            let source = TrackId { seat: place.seat, device };
            tiles.push(Tile { source, name: place.name.clone(), role, main: nth == 0 && main == Some(place.seat) });
        }
    }
    tiles
}

/// Changes of one moment are one scene.
fn scenes(changes: &[(u64, Change)]) -> Vec<Scene> {
    let first = Scene {
        from_us: 0,
        stand: Stand::Places,
        presented: Vec::new(),
        phase: String::new(),
        speaking: BTreeSet::new(),
    };
    let (mut scenes, mut layout, mut leads) = (vec![first], None, None);
    // Of one seat several spans may meet.
    let mut voices: BTreeMap<SeatId, u32> = BTreeMap::new();
    for (t_us, change) in changes {
        let mut scene = scenes[scenes.len() - 1].clone();
        match change {
            Change::Layout(to) => layout = *to,
            Change::Presented(tracks) => scene.presented.clone_from(tracks),
            Change::Phase(name) => scene.phase.clone_from(name),
            Change::Speaks(seat) => *voices.entry(*seat).or_default() += 1,
            Change::Silent(seat) => {
                voices.entry(*seat).and_modify(|voices| *voices = voices.saturating_sub(1));
            }
            Change::Leads(seat) => leads = Some(*seat),
        }
        scene.speaking = voices.iter().filter(|(_, voices)| **voices > 0).map(|(seat, _)| *seat).collect();
        scene.stand = match layout {
            None => Stand::Places,
            Some(Layout::Grid {}) => Stand::Grid,
            Some(Layout::Spotlight { seat }) => Stand::Large(seat),
            Some(Layout::Speaker {}) => leads.map_or(Stand::Places, Stand::Large),
        };
        scene.from_us = *t_us;
        if scenes[scenes.len() - 1].from_us == *t_us {
            scenes.pop();
        }
        scenes.push(scene);
    }
    scenes
}

fn interpretation(tracks: &BTreeMap<TrackId, Track>) -> Vec<Range<u64>> {
    let on = tracks.iter().filter(|(id, _)| id.device.is_audio()).flat_map(|(_, track)| &track.on);
    let mut spans: Vec<Range<u64>> =
        on.filter(|on| on.channel == Channel::Interpretation).map(|on| on.span.clone()).collect();
    spans.sort_by_key(|span| span.start);
    spans
}

/// From phases and breaks. What begins while time is left out begins with what follows.
fn chapters(script: &Script, phases: &[(u64, String)]) -> Vec<Chapter> {
    let mut begins: BTreeMap<u64, String> = BTreeMap::new();
    let mut before: Option<&str> = None;
    for piece in &script.pieces {
        match &piece.shows {
            Shows::Card { state, .. } => _ = begins.insert(piece.at, state.clone()),
            Shows::Hearing { from_us } => {
                let to_us = from_us + piece.frames * FRAME_US;
                // The session opens and its first phase begins in one act.
                let ruling =
                    phases.iter().rev().find(|(t_us, _)| *t_us < from_us + FRAME_US).map(|(_, name)| name.as_str());
                let name = ruling.unwrap_or(words::HEARING);
                let again = before == Some(name);
                begins.insert(piece.at, if again { format!("{name} {}", words::AGAIN) } else { name.to_owned() });
                before = Some(name);
                for (t_us, name) in phases.iter().filter(|(t_us, _)| (from_us + FRAME_US..to_us).contains(t_us)) {
                    begins.insert(piece.at + (t_us - from_us) / FRAME_US, name.clone());
                    before = Some(name);
                }
            }
        }
    }
    let ends = begins.keys().copied().skip(1).chain([script.frames()]).collect::<Vec<_>>();
    begins.into_iter().zip(ends).map(|((from, title), to)| Chapter { at: from..to, title }).collect()
}
