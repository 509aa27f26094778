//! The continuity meter: whether every point sees, hears and is heard, measured at the far end of each way.
//!
//! Resolution 33/2021/QH15 Art. 1(2): who takes part from elsewhere follows full image and sound, and takes part by speech
//! and acts, continuously and at the same moment. What a point perceives its own screens say; that it is heard, those who
//! listen to it. Somebody who is in a private room, or does not take part yet, breaks nothing.

use super::decide::unless;
use super::{Event, Hearing, HoldCause, Occupant, Presence, Room, Seat, SessionState};
use crate::ids::{DeviceKind, PointId, SeatId, TrackId};
use crate::plan::{PointKind, Role};
use crate::refusal::Refusal;
use crate::routing::{self, Route, Sink};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// What was found of a point. `None`: there was nothing to see or hear, or nobody who could say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Continuity {
    /// At least one picture moves there.
    pub sees: Option<bool>,
    /// At least one of the voices that are sent there is played.
    pub hears: Option<bool>,
    /// Somebody elsewhere, of the court if it listens, plays what is said there.
    pub heard: Option<bool>,
}

impl Continuity {
    /// Nobody at the point has a line.
    pub const NONE: Self = Self { sees: Some(false), hears: Some(false), heard: Some(false) };

    #[must_use]
    pub fn is_broken(self) -> bool {
        self.ways().contains(&Some(false))
    }

    const fn ways(self) -> [Option<bool>; 3] {
        [self.sees, self.hears, self.heard]
    }

    /// Whether a way is broken that was not in what the court went on with.
    fn is_worse_than(self, accepted: Self) -> bool {
        self.ways().into_iter().zip(accepted.ways()).any(|(now, then)| now == Some(false) && then != Some(false))
    }

    /// What is left of an accepted finding: a way that came back is missed again when it goes again.
    fn still(self, now: Self) -> Self {
        let still = |then: Option<bool>, now: Option<bool>| then.filter(|_| now != Some(true));
        Self {
            sees: still(self.sees, now.sees),
            hears: still(self.hears, now.hears),
            heard: still(self.heard, now.heard),
        }
    }
}

/// The last finding about a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub continuity: Continuity,
    /// While it is broken: hearing time since when, which is when it was last known not to be.
    pub broken_since_us: Option<u64>,
}

/// A device that should be on and is not (Joint circular 05/2021: camera and microphone always on).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    Camera,
    Microphone,
}

/// What the screens say that they perceive.
pub trait Perceives {
    /// Whether the seat's screen says anything at all. One that nobody looks at does not, nor does a room system.
    fn says(&self, seat: SeatId) -> bool;
    /// Whether it played or showed this track of late.
    fn gets(&self, seat: SeatId, track: TrackId) -> bool;
}

impl Hearing {
    /// What is found of every point that takes part in the session now.
    #[must_use]
    pub fn continuity_now(&self, perceived: &impl Perceives) -> BTreeMap<PointId, Continuity> {
        if self.state != SessionState::InSession {
            return BTreeMap::new();
        }
        let routes = routing::routes(self);
        let places = self.places_in_session();
        let find = |(point, seats): (PointId, BTreeSet<SeatId>)| (point, self.find(&seats, &routes, perceived));
        places.into_iter().map(find).collect()
    }

    /// Points of which somebody was let into the courtroom, with the seats there that say how it fares. An officer's
    /// telephone does not: it is elsewhere when the room's own line is cut.
    fn places_in_session(&self) -> BTreeMap<PointId, BTreeSet<SeatId>> {
        let withdrawn = self.points_in_private();
        let mut places: BTreeMap<PointId, Vec<&Seat>> = BTreeMap::new();
        for seat in self.seats.values().filter(|seat| seat.room == Room::Courtroom && seat.private.is_none()) {
            let expected = matches!(seat.presence(), Presence::Here | Presence::Lost) && !self.only_receives(seat);
            let officer = || self.roles(seat.id).iter().all(|role| *role == Role::PointOfficer);
            let phone = || matches!(seat.occupant, Occupant::Person { .. }) && officer();
            let point = self.point_of(seat).filter(|point| expected && !withdrawn.contains(point) && !phone());
            if let Some(point) = point {
                places.entry(point).or_default().push(seat);
            }
        }
        places.into_iter().map(|(point, seats)| (point, self.reached(point, &seats))).collect()
    }

    /// Of a point's seats those with a line. Away from the courtroom the point's own devices stand for whoever sits there:
    /// a screen that somebody brought along does not show what a prisoner sees.
    fn reached(&self, point: PointId, seats: &[&Seat]) -> BTreeSet<SeatId> {
        let device = |seat: &&&Seat| matches!(seat.occupant, Occupant::Point { .. });
        let central = self.point(point).is_some_and(|point| point.kind == PointKind::Central);
        let by_device = !central && seats.iter().any(|seat| device(&seat));
        let live = seats.iter().filter(|seat| (!by_device || device(seat)) && seat.connection.is_some());
        live.map(|seat| seat.id).collect()
    }

    fn find(&self, here: &BTreeSet<SeatId>, routes: &BTreeSet<Route>, perceived: &impl Perceives) -> Continuity {
        if here.is_empty() {
            return Continuity::NONE;
        }
        let seat = |sink: Sink| match sink {
            Sink::Seat(seat) => Some(seat),
            Sink::Recorder => None,
        };
        // A recording that is played is nobody's face and nobody's voice.
        let of_people = routes.iter().filter(|route| !route.source.device.is_played());
        let ways = of_people.filter_map(|route| Some((route.source, seat(route.sink)?)));
        let (mut seen, mut heard, mut listening) = (Vec::new(), Vec::new(), Vec::new());
        for (source, sink) in ways.filter(|(_, sink)| perceived.says(*sink)) {
            let (from_here, to_here) = (here.contains(&source.seat), here.contains(&sink));
            match (source.device.is_audio(), from_here, to_here) {
                (false, false, true) => seen.push(perceived.gets(sink, source)),
                (true, false, true) => {
                    heard.push(perceived.gets(sink, source) && !self.playback_blocked.contains(&sink));
                }
                (true, true, false) => listening.push((self.listens_for_the_court(sink), perceived.gets(sink, source))),
                _ => {}
            }
        }
        let court = listening.iter().any(|(court, _)| *court);
        let listening = listening.into_iter().filter(|(of_court, _)| *of_court || !court).map(|(_, gets)| gets);
        Continuity { sees: any(seen), hears: any(heard), heard: any(listening) }
    }

    fn listens_for_the_court(&self, seat: SeatId) -> bool {
        self.seats.get(&seat).is_some_and(|seat| self.is_court(seat))
            || self.roles(seat).into_iter().any(Role::is_court)
    }

    /// The point whose continuity has been broken for longer than the procedure allows (ruling 11), and the cause for which
    /// the session is to be held. A point that has left, or withdrew, meanwhile breaks nothing any more, nor does one
    /// with which the court went on as it was, unless something else breaks there or it has been whole in between.
    #[must_use]
    pub fn breach(&self, now_us: u64) -> Option<HoldCause> {
        let limit_us = u64::from(self.procedure.limits.continuity_s) * 1_000_000;
        let broken = |measured: &Measured| measured.broken_since_us.is_some_and(|since| now_us >= since + limit_us);
        let there = self.places_in_session();
        let breaks = |(point, measured): &(&PointId, &Measured)| {
            let accepted = self.without.get(*point);
            let excused = accepted.is_some_and(|accepted| !measured.continuity.is_worse_than(*accepted));
            broken(measured) && there.contains_key(*point) && !excused
        };
        let (point, measured) = self.continuity.iter().find(breaks)?;
        let name = self.point(*point).map(|point| point.name.clone()).unwrap_or_default();
        Some(HoldCause::Continuity { point: *point, name, continuity: measured.continuity })
    }

    /// Devices that should be on and are not, by the first seat of each place that takes part. The court sees to its own,
    /// and an officer's telephone has none to show.
    #[must_use]
    pub fn off_now(&self) -> BTreeMap<SeatId, BTreeSet<Off>> {
        let mut off: BTreeMap<SeatId, BTreeSet<Off>> = BTreeMap::new();
        if self.state != SessionState::InSession {
            return off;
        }
        let takes_part = |seat: &&Seat| {
            let roles = self.roles(seat.id);
            let elsewhere = roles.iter().any(|role| !role.is_court() && *role != Role::PointOfficer);
            seat.is_present() && !self.only_receives(seat) && !self.has_withdrawn(seat) && elsewhere
        };
        let seats: Vec<&Seat> = self.seats.values().filter(takes_part).collect();
        let mut told: BTreeSet<PointId> = BTreeSet::new();
        for seat in &seats {
            let point = self.point_of(seat);
            if point.is_some_and(|point| !told.insert(point)) {
                continue;
            }
            let place =
                seats.iter().filter(|other| other.id == seat.id || (point.is_some() && self.point_of(other) == point));
            let on: BTreeSet<DeviceKind> =
                place.flat_map(|seat| seat.devices.iter().copied()).filter(|device| !device.is_played()).collect();
            let missing = [(Off::Camera, false), (Off::Microphone, true)];
            let missing = missing.into_iter().filter(|(_, audio)| !on.iter().any(|device| device.is_audio() == *audio));
            let missing: BTreeSet<Off> = missing.map(|(off, _)| off).collect();
            if !missing.is_empty() {
                off.insert(seat.id, missing);
            }
        }
        off
    }

    pub(super) fn report_continuity(
        &self,
        point: PointId,
        continuity: Continuity,
        since_us: u64,
    ) -> Result<Vec<Event>, Refusal> {
        self.point(point).ok_or(Refusal::NoSuchPoint)?;
        if self.state != SessionState::InSession {
            return Err(Refusal::NotNow { state: self.state });
        }
        let same = self.continuity.get(&point).is_some_and(|measured| measured.continuity == continuity);
        unless(same, Event::Continuity { point, continuity, since_us })
    }

    pub(super) fn report_off(&self, seat: SeatId, off: &BTreeSet<Off>) -> Result<Vec<Event>, Refusal> {
        self.seats.get(&seat).ok_or(Refusal::NoSuchSeat)?;
        let same = self.off.get(&seat).map_or(off.is_empty(), |known| known == off);
        unless(same, Event::DevicesOff { seat, off: off.clone() })
    }

    /// Since when what is found has been broken: since it first was, or since more broke than the court went on with.
    fn broken_since(&self, point: PointId, found: Continuity, since_us: u64) -> u64 {
        let known = self.continuity.get(&point);
        let before = known.and_then(|measured| measured.broken_since_us);
        let worse = |found: Continuity| self.without.get(&point).is_some_and(|accepted| found.is_worse_than(*accepted));
        let was_worse = known.is_some_and(|measured| worse(measured.continuity));
        before.filter(|_| was_worse || !worse(found)).unwrap_or(since_us)
    }

    pub(super) fn apply_continuity(&mut self, event: &Event) {
        match event {
            Event::Continuity { point, continuity, since_us } => {
                let broken_since_us = continuity.is_broken().then(|| self.broken_since(*point, *continuity, *since_us));
                if broken_since_us.is_none() {
                    self.without.remove(point);
                } else if let Some(accepted) = self.without.get_mut(point) {
                    *accepted = accepted.still(*continuity);
                }
                self.continuity.insert(*point, Measured { continuity: *continuity, broken_since_us });
            }
            Event::DevicesOff { seat, off } if off.is_empty() => _ = self.off.remove(seat),
            Event::DevicesOff { seat, off } => _ = self.off.insert(*seat, off.clone()),
            _ => {}
        }
    }
}

/// Whether one of them is so; none: unknown.
fn any(found: impl IntoIterator<Item = bool>) -> Option<bool> {
    found.into_iter().reduce(|one, other| one || other)
}
