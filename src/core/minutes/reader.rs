//! Who reads what of the minutes. The court reads all. Who took part reads what a view would have told them: of exhibits
//! what they handed in or were shown, of signals those of their own room, of private talks their own. A witness, who is
//! kept apart, reads what was while they were in the courtroom.

use super::redact::without;
use super::{About, Entry, Line, Minutes, Name, Said, Who};
use crate::hearing::{HoldCause, Occupant, Seat};
use crate::ids::{ExhibitId, SeatId};
use crate::plan::{Person, Role};
use crate::refusal::Refusal;

/// Absences shorter than this are no line, in microseconds.
const LEAST_ABSENCE_US: u64 = 2_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Court,
    Seat(SeatId),
}

impl Minutes {
    /// As whom somebody at this seat reads the minutes.
    ///
    /// # Errors
    /// Only the court and people with a screen of their own do, who have been in the courtroom and were not removed.
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
        let reading = Reading::of(self, reader);
        let mut lines: Vec<Line> = self.entries.iter().filter_map(|entry| reading.line(entry)).collect();
        lines.sort_by_key(|line| (line.at_us, line.n));
        lines
    }

    /// Whether a line of this number is there for the reader.
    #[must_use]
    pub fn has(&self, reader: Reader, n: u64) -> bool {
        let reading = Reading::of(self, reader);
        self.entries.iter().any(|entry| entry.n == n && reading.line(entry).is_some())
    }
}

/// Whether the sound of a seat is kept from the reader, and with it what was recorded of it. A witness hears nothing again.
#[must_use]
pub fn hides_voice(minutes: &Minutes, reader: Reader, source: SeatId) -> bool {
    let Reader::Seat(viewer) = reader else { return false };
    let seats = &minutes.hearing.seats;
    let Some((source, viewer)) = seats.get(&source).zip(seats.get(&viewer)) else { return true };
    waits_apart(minutes, viewer) || minutes.hearing.withheld(source, viewer).voice
}

fn waits_apart(minutes: &Minutes, seat: &Seat) -> bool {
    minutes.hearing.roles(seat.id).iter().all(|role| *role == Role::Witness)
}

struct Reading<'a> {
    minutes: &'a Minutes,
    /// None: the court.
    viewer: Option<&'a Seat>,
    apart: bool,
    withheld: Vec<String>,
}

impl<'a> Reading<'a> {
    fn of(minutes: &'a Minutes, reader: Reader) -> Self {
        let hearing = &minutes.hearing;
        let viewer = match reader {
            Reader::Court => None,
            Reader::Seat(seat) => hearing.seats.get(&seat),
        };
        let nameless = |person: &&Person| viewer.is_some_and(|viewer| hearing.is_nameless_to(person, viewer));
        let withheld = hearing.plan.people.iter().filter(nameless).map(|person| person.name.clone()).collect();
        Self { minutes, viewer, apart: viewer.is_some_and(|seat| waits_apart(minutes, seat)), withheld }
    }

    fn is_court(&self) -> bool {
        self.viewer.is_none()
    }

    fn line(&self, entry: &Entry) -> Option<Line> {
        let Entry { n, at_us, to_us, revision, about } = entry;
        if self.apart && !self.viewer.is_some_and(|viewer| self.minutes.was_inside(viewer.id, *at_us)) {
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
            About::Spoke(Who { seat, .. }) | About::Floor(seat) if self.is_mute(*seat) => return None,
            About::Spoke(who) => Said::Spoke { who: self.name(*who) },
            About::Floor(seat) => Said::Floor { who: self.seat(*seat) },
            About::Note { note, by, text, first } => Said::Note {
                note: *note,
                by: self.seat(*by),
                text: self.text(text),
                first: first.clone().filter(|_| self.is_court()),
            },
            About::Received { exhibit, by } if self.is_court() || self.is_own(by.seat) => {
                Said::ExhibitReceived { exhibit: *exhibit, title: self.title(*exhibit), by: self.name(*by) }
            }
            About::Ruled { exhibit, admitted, reason } if self.knows(*exhibit) => Said::ExhibitRuled {
                exhibit: *exhibit,
                title: self.title(*exhibit),
                admitted: *admitted,
                reason: self.maybe(reason.as_ref()),
            },
            About::Shown { exhibit, pages, played, to } if self.viewer.is_none_or(|viewer| to.contains(&viewer.id)) => {
                let (pages, played) = (pages.clone(), played.clone());
                Said::ExhibitShown { exhibit: *exhibit, title: self.title(*exhibit), pages, played }
            }
            About::Signal { signal } => {
                let signal = self.minutes.hearing.signals.get(signal)?;
                if self.viewer.is_some_and(|viewer| !self.minutes.hearing.is_of_room(signal, viewer)) {
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
                if self.viewer.is_none_or(|viewer| members.contains(&viewer.id)) =>
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
        let pair = hearing.seats.get(&seat).zip(self.viewer);
        pair.is_some_and(|(source, viewer)| hearing.withheld(source, viewer).voice)
    }

    fn is_own(&self, seat: SeatId) -> bool {
        self.viewer.is_some_and(|viewer| viewer.id == seat)
    }

    /// Handed in by the reader, or shown to them at some time.
    fn knows(&self, id: ExhibitId) -> bool {
        let own = || self.minutes.hearing.exhibits.all.get(&id).is_some_and(|exhibit| self.is_own(exhibit.seat));
        let seen = |entry: &Entry| match (&entry.about, self.viewer) {
            (About::Shown { exhibit, to, .. }, Some(viewer)) => *exhibit == id && to.contains(&viewer.id),
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
        let withheld = self.viewer.is_some_and(|viewer| hearing.is_nameless_to(person, viewer));
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
