//! Who reads what of the minutes. The court reads all. Who took part reads what a view would have told them: of exhibits
//! what they handed in or were shown, of signals those of their own room, of private talks their own. A witness, who is
//! kept apart, reads what was while they were in the courtroom.

use super::point::alone;
use super::redact::without;
use super::{About, Entry, Line, Minutes, Name, Said, Who};
use crate::hearing::{HoldCause, Occupant, RoomKind, Seat, Signal};
use crate::ids::{ExhibitId, PersonId, SeatId};
use crate::plan::{Person, Role};
use crate::refusal::Refusal;

/// Absences shorter than this are no line, in microseconds.
const LEAST_ABSENCE_US: u64 = 2_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Court,
    /// With a screen of their own.
    Seat(SeatId),
    /// One of those who sit at a point, by its device.
    Person {
        seat: SeatId,
        person: PersonId,
    },
}

impl Minutes {
    /// As whom somebody at this seat reads the minutes.
    ///
    /// # Errors
    /// Only the court and people with a screen of their own do, who have been in the courtroom and were not removed. Who sits
    /// at a point reads by [`Minutes::reader_at`].
    pub fn reader(&self, seat: SeatId) -> Result<Reader, Refusal> {
        let seat = self.hearing.seats.get(&seat).ok_or(Refusal::NoSuchSeat)?;
        if seat.removed {
            return Err(Refusal::RemovedByCourt);
        }
        if self.hearing.only_receives(seat) || !matches!(seat.occupant, Occupant::Person { .. }) {
            return Err(Refusal::NotYourAct);
        }
        if !self.hearing.is_trusted(seat) || self.inside.get(&seat.id).is_none_or(Vec::is_empty) {
            return Err(Refusal::NotAdmitted);
        }
        Ok(if self.hearing.is_court(seat) { Reader::Court } else { Reader::Seat(seat.id) })
    }

    /// All lines for a reader, in the order of their times.
    #[must_use]
    pub fn read(&self, reader: Reader) -> Vec<Line> {
        let Some(reading) = Reading::of(self, reader) else { return Vec::new() };
        let mut lines: Vec<Line> = self.entries.iter().filter_map(|entry| reading.line(entry)).collect();
        lines.sort_by_key(|line| (line.at_us, line.n));
        lines
    }

    /// Whether a line of this number is there for the reader.
    #[must_use]
    pub fn has(&self, reader: Reader, n: u64) -> bool {
        let Some(reading) = Reading::of(self, reader) else { return false };
        self.entries.iter().any(|entry| entry.n == n && reading.line(entry).is_some())
    }
}

/// Whether the sound of a seat is kept from the reader, and with it what was recorded of it. A witness hears nothing again.
#[must_use]
pub fn hides_voice(minutes: &Minutes, reader: Reader, source: SeatId) -> bool {
    let seats = &minutes.hearing.seats;
    match Eyes::of(minutes, reader) {
        Some(Eyes::Court) => false,
        Some(Eyes::Seat(viewer)) => {
            let withheld = |source| minutes.hearing.withheld(source, &viewer).voice;
            waits_apart(minutes, &viewer) || seats.get(&source).is_none_or(withheld)
        }
        None => true,
    }
}

/// Through whose eyes the minutes are read.
enum Eyes {
    Court,
    Seat(Box<Seat>),
}

impl Eyes {
    /// None: of nobody who is known, who reads nothing.
    fn of(minutes: &Minutes, reader: Reader) -> Option<Self> {
        let seat = |id| minutes.hearing.seats.get(&id);
        Some(match reader {
            Reader::Court => Self::Court,
            Reader::Seat(id) => Self::Seat(Box::new(seat(id)?.clone())),
            Reader::Person { seat: id, person } => Self::Seat(Box::new(alone(seat(id)?, person))),
        })
    }
}

fn waits_apart(minutes: &Minutes, seat: &Seat) -> bool {
    let observes = matches!(seat.occupant, Occupant::Observer { .. });
    !observes && minutes.hearing.people(seat).all(|person| person.role == Role::Witness)
}

struct Reading<'a> {
    minutes: &'a Minutes,
    /// None: the court.
    viewer: Option<Box<Seat>>,
    /// Who of those at a point's device reads.
    person: Option<PersonId>,
    apart: bool,
    withheld: Vec<String>,
}

impl<'a> Reading<'a> {
    fn of(minutes: &'a Minutes, reader: Reader) -> Option<Self> {
        let hearing = &minutes.hearing;
        let viewer = match Eyes::of(minutes, reader)? {
            Eyes::Court => None,
            Eyes::Seat(seat) => Some(seat),
        };
        let person = match reader {
            Reader::Person { person, .. } => Some(person),
            Reader::Court | Reader::Seat(_) => None,
        };
        let nameless = |person: &&Person| viewer.as_ref().is_some_and(|viewer| hearing.is_nameless_to(person, viewer));
        let withheld = hearing.plan.people.iter().filter(nameless).map(|person| person.name.clone()).collect();
        let apart = viewer.as_ref().is_some_and(|seat| waits_apart(minutes, seat));
        Some(Self { minutes, viewer, person, apart, withheld })
    }

    fn is_court(&self) -> bool {
        self.viewer.is_none()
    }

    fn line(&self, entry: &Entry) -> Option<Line> {
        let Entry { n, at_us, to_us, revision, about } = entry;
        if self.apart && !self.viewer.as_ref().is_some_and(|viewer| self.minutes.was_inside(viewer.id, *at_us)) {
            return None;
        }
        let brief = to_us.is_some_and(|to| to.saturating_sub(*at_us) < LEAST_ABSENCE_US);
        if brief && matches!(about, About::Away(_)) {
            return None;
        }
        let phase = self.minutes.phase_at(*at_us).cloned();
        let said = self.said(about)?;
        Some(Line { n: *n, at_us: *at_us, to_us: *to_us, phase, revision: *revision, said })
    }

    fn said(&self, about: &About) -> Option<Said> {
        Some(match about {
            About::Told(said) => self.told(said.clone()),
            // Whose voice is withheld is not said to speak either.
            About::Spoke(who) if self.is_mute(who.seat) && !self.is_me(who.person) => return None,
            About::Floor(seat) if self.is_mute(*seat) => return None,
            About::Spoke(who) => Said::Spoke { who: self.name(*who) },
            About::Floor(seat) => Said::Floor { who: self.seat(*seat) },
            About::Note { note, by, text, first } => Said::Note {
                note: *note,
                by: self.seat(*by),
                text: self.text(text),
                first: first.clone().filter(|_| self.is_court()),
            },
            About::Received { exhibit, by } if self.is_court() || self.is_own(by.seat, by.person) => {
                Said::ExhibitReceived { exhibit: *exhibit, title: self.title(*exhibit), by: self.name(*by) }
            }
            About::Ruled { exhibit, admitted, reason } if self.knows(*exhibit) => Said::ExhibitRuled {
                exhibit: *exhibit,
                title: self.title(*exhibit),
                admitted: *admitted,
                reason: self.maybe(reason.as_ref()),
            },
            About::Shown { exhibit, pages, played, to } if self.is_one_of(to) => {
                let (pages, played) = (pages.clone(), played.clone());
                Said::ExhibitShown { exhibit: *exhibit, title: self.title(*exhibit), pages, played }
            }
            About::Signal { signal } => {
                let signal = self.minutes.hearing.signals.get(signal)?;
                if !self.is_told(signal) {
                    return None;
                }
                let answer = signal.answer.as_ref();
                Said::Signal {
                    who: self.name(Who { seat: signal.seat, person: signal.person }),
                    signal: signal.kind,
                    answer: answer.map(|answer| answer.answer),
                    text: self.maybe(answer.and_then(|answer| answer.text.as_ref())),
                    answered_us: answer.map(|answer| answer.at_us),
                }
            }
            About::Away(seat) => Said::Away { who: self.seat(*seat) },
            About::CalledIn(seat) => Said::CalledIn { who: self.seat(*seat) },
            About::Dismissed(seat) => Said::Dismissed { who: self.seat(*seat) },
            About::Removed { seat, reason } => {
                let reason = Some(reason.clone()).filter(|reason| self.is_court() && !reason.is_empty());
                Said::Removed { who: self.seat(*seat), reason }
            }
            About::Presence { person, present, note } => {
                let note = note.clone().filter(|_| self.is_court());
                Said::Presence { who: self.person(self.minutes.who_is(*person)?), present: *present, note }
            }
            About::Identity { person, found } => {
                let Said::Identity { identity, method, note, .. } = found.clone() else { return None };
                let note = note.filter(|_| self.is_court());
                Said::Identity { who: self.person(self.minutes.who_is(*person)?), identity, method, note }
            }
            About::Interprets(seat) => Said::Interprets { who: self.seat(*seat) },
            About::Talk { said: Said::Private { room, .. }, members }
                if self.is_one_of(members) && self.was_meant(*room, members) =>
            {
                Said::Private { room: *room, who: members.iter().map(|seat| self.seat(*seat)).collect() }
            }
            About::Broken { said, .. } => said.clone(),
            About::Received { .. } | About::Ruled { .. } | About::Shown { .. } | About::Talk { .. } => return None,
        })
    }

    /// Reasons that were given in the courtroom, and no technical detail.
    fn told(&self, said: Said) -> Said {
        match said {
            Said::Held { cause: HoldCause::RecorderFault { .. } } if !self.is_court() => {
                Said::Held { cause: HoldCause::RecorderFault { detail: String::new() } }
            }
            Said::Held { cause: HoldCause::Pressed { reason } } => {
                Said::Held { cause: HoldCause::Pressed { reason: self.text(&reason) } }
            }
            Said::Paused { reason } => Said::Paused { reason: self.text(&reason) },
            Said::Suspended { reason } => Said::Suspended { reason: self.text(&reason) },
            Said::Postponed { reason } => Said::Postponed { reason: self.text(&reason) },
            Said::Opened { recording, reason, missing } => {
                Said::Opened { recording, reason: self.maybe(reason.as_ref()), missing }
            }
            Said::Phase { name, unread, reason } => Said::Phase { name, unread, reason: self.maybe(reason.as_ref()) },
            Said::Unrecorded { reason } => Said::Unrecorded { reason: self.maybe(reason.as_ref()) },
            other => other,
        }
    }

    fn is_mute(&self, seat: SeatId) -> bool {
        let hearing = &self.minutes.hearing;
        let pair = hearing.seats.get(&seat).zip(self.viewer.as_ref());
        pair.is_some_and(|(source, viewer)| hearing.withheld(source, viewer).voice)
    }

    fn is_me(&self, person: Option<PersonId>) -> bool {
        self.person.is_some() && self.person == person
    }

    fn is_one_of(&self, seats: &[SeatId]) -> bool {
        self.viewer.as_ref().is_none_or(|viewer| seats.contains(&viewer.id))
    }

    /// Of the reader's seat; where several sit, and one of them reads: of that one.
    fn is_own(&self, seat: SeatId, person: Option<PersonId>) -> bool {
        let own = self.viewer.as_ref().is_some_and(|viewer| viewer.id == seat);
        own && (self.person.is_none() || self.is_me(person))
    }

    /// Signals of the room. Where one of several reads: theirs, and those of which nobody said whose they are, for one of
    /// them may be the reader's own complaint.
    fn is_told(&self, signal: &Signal) -> bool {
        let Some(viewer) = &self.viewer else { return true };
        let theirs = self.person.is_some() && signal.person.is_some() && !self.is_me(signal.person);
        !theirs && self.minutes.hearing.is_of_room(signal, viewer)
    }

    /// A private talk that a whole room was in was somebody's: of the one whom the plan binds to the other side.
    fn was_meant(&self, room: RoomKind, members: &[SeatId]) -> bool {
        let Some((person, viewer)) = self.person.zip(self.viewer.as_ref()) else { return true };
        let hearing = &self.minutes.hearing;
        let others = members.iter().filter(|id| **id != viewer.id).filter_map(|id| hearing.seats.get(id));
        let mut people = others.flat_map(|seat| hearing.people(seat));
        let own = self.minutes.who_is(person);
        let bound =
            |other: &Person| other.with.contains(&person) || own.is_some_and(|own| own.with.contains(&other.id));
        room != RoomKind::Consultation || people.any(bound)
    }

    /// Handed in by the reader, or shown to them at some time.
    fn knows(&self, id: ExhibitId) -> bool {
        let exhibits = &self.minutes.hearing.exhibits.all;
        let own = || exhibits.get(&id).is_some_and(|exhibit| self.is_own(exhibit.seat, exhibit.person));
        let seen = |entry: &Entry| match &entry.about {
            About::Shown { exhibit, to, .. } => *exhibit == id && self.is_one_of(to),
            _ => false,
        };
        self.is_court() || own() || self.minutes.entries.iter().any(seen)
    }

    fn title(&self, id: ExhibitId) -> String {
        self.minutes.hearing.exhibits.all.get(&id).map(|exhibit| self.text(&exhibit.title)).unwrap_or_default()
    }

    fn text(&self, text: &str) -> String {
        without(text, &self.withheld)
    }

    fn maybe(&self, text: Option<&String>) -> Option<String> {
        text.map(|text| self.text(text)).filter(|text| !text.is_empty())
    }

    fn name(&self, who: Who) -> Name {
        match who.person.and_then(|person| self.minutes.who_is(person)) {
            Some(person) => self.person(person),
            None => self.seat(who.seat),
        }
    }

    fn person(&self, person: &Person) -> Name {
        let hearing = &self.minutes.hearing;
        let withheld = self.viewer.as_ref().is_some_and(|viewer| hearing.is_nameless_to(person, viewer));
        let point = person.point.filter(|_| !withheld && !person.own_screen).and_then(|point| hearing.point(point));
        Name {
            name: (!withheld).then(|| person.name.clone()),
            role: Some(person.role),
            point: point.map(|point| point.name.clone()),
        }
    }

    /// Of a seat where several sit, the point alone is said.
    fn seat(&self, id: SeatId) -> Name {
        let hearing = &self.minutes.hearing;
        let Some(seat) = hearing.seats.get(&id) else { return Name::default() };
        if let Occupant::Observer { name } = &seat.occupant {
            let name = Some(name.clone()).filter(|_| self.is_court());
            return Name { name, role: Some(Role::Observer), point: None };
        }
        let mut people = hearing.people(seat);
        match (people.next(), people.next()) {
            (Some(person), None) => self.person(person),
            _ => {
                let point = hearing.point_of(seat).and_then(|point| hearing.point(point));
                Name { point: point.map(|point| point.name.clone()), ..Name::default() }
            }
        }
    }
}
