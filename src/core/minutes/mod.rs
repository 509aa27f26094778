//! The minutes of a sitting, made from its ledger alone (Civil Procedure Code Art. 236, Criminal Procedure Code Art. 258):
//! what happened, line by line, and beside it what the clerk wrote. Who reads them is told no more than a view would.

mod between;
mod fold;
mod line;
mod point;
mod presence;
mod reader;
mod redact;

pub use between::Between;
pub use line::{Line, Name, Said};
pub use point::{Reason, Wish};
pub use reader::{Reader, hides_voice};

use crate::hearing::{Event, Hearing, PlayedPart};
use crate::ids::{ExhibitId, NoteId, PersonId, PointId, RoomId, SeatId, SignalId, TrackId};
use crate::procedure::PhaseId;
use std::collections::BTreeMap;

/// Whether the minutes may have something new after an event.
#[must_use]
pub fn concerns(event: &Event) -> bool {
    !matches!(
        event,
        Event::Awaited
            | Event::Planned { .. }
            | Event::Muted { .. }
            | Event::Unmuted { .. }
            | Event::MuteLocked { .. }
            | Event::Unlocked { .. }
            | Event::MicrophoneSet { .. }
            | Event::Published { .. }
            | Event::Unpublished { .. }
            | Event::PlaybackBlocked { .. }
            | Event::PlaybackUnblocked { .. }
            | Event::SecondUse { .. }
            | Event::SecondUseSeen { .. }
            | Event::SpeakerNamed { .. }
            | Event::HandRaised { .. }
            | Event::HandLowered { .. }
            | Event::HandsLowered
            | Event::FloorTaken
            | Event::Gap { .. }
            | Event::ConsultationAllowed { .. }
            | Event::PresentingAllowed { .. }
            | Event::ExhibitPointed { .. }
            | Event::ExhibitSubmitted { .. }
            | Event::Listens { .. }
            | Event::DevicesOff { .. }
            | Event::Called { .. }
            | Event::CallEnded { .. }
            | Event::RoomLocked { .. }
            | Event::Encrypts { .. }
            | Event::PointerMoved { .. }
            | Event::Messaged { .. }
            | Event::TaskTaken { .. }
            | Event::LayoutSet { .. }
    )
}

/// Somebody: who of those at the seat, if it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Who {
    seat: SeatId,
    person: Option<PersonId>,
}

/// What a line is about while it is not told to anybody yet.
#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    Told(Said),
    Spoke(Who),
    Floor(SeatId),
    Note { note: NoteId, by: SeatId, text: String, first: Option<String> },
    Received { exhibit: ExhibitId, by: Who },
    Ruled { exhibit: ExhibitId, admitted: bool, reason: Option<String> },
    Shown { exhibit: ExhibitId, pages: Vec<u32>, played: Vec<PlayedPart>, to: Vec<SeatId> },
    Signal { signal: SignalId },
    Away(SeatId),
    CalledIn(SeatId),
    Dismissed(SeatId),
    Removed { seat: SeatId, reason: String },
    Presence { person: PersonId, present: bool, note: Option<String> },
    Identity { person: PersonId, found: Said },
    Interprets(SeatId),
    Talk { said: Said, members: Vec<SeatId> },
    Broken { point: PointId, said: Said },
}

/// What a line that has not ended waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    Rest,
    Deliberation,
    Away(SeatId),
    Broken(PointId),
    Fault(Option<TrackId>),
    Interprets(SeatId),
    Shown,
    Talk(RoomId),
}

/// One line of the minutes; its number is that of the ledger's line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    n: u64,
    at_us: u64,
    to_us: Option<u64>,
    /// Which change of the minutes touched it last.
    revision: u64,
    about: About,
}

/// The minutes as far as the sitting has come: a fold over its ledger, from the first line on.
#[derive(Debug, Clone)]
pub struct Minutes {
    hearing: Hearing,
    n: u64,
    /// Of the event that is taken over.
    revision: u64,
    entries: Vec<Entry>,
    open: BTreeMap<Open, usize>,
    phases: Vec<(u64, PhaseId)>,
    /// When each seat was in the courtroom; without an end: it is there now.
    inside: BTreeMap<SeatId, Vec<(u64, Option<u64>)>>,
}

impl Minutes {
    /// How often they have changed: what is written with a higher number is new.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.hearing.minutes
    }

    /// The hearing as it is after the last line.
    #[must_use]
    pub fn hearing(&self) -> &Hearing {
        &self.hearing
    }

    fn phase_at(&self, at_us: u64) -> Option<&PhaseId> {
        self.phases.iter().rev().find(|(since, _)| *since <= at_us).map(|(_, phase)| phase)
    }

    fn was_inside(&self, seat: SeatId, at_us: u64) -> bool {
        let spans = self.inside.get(&seat).into_iter().flatten();
        spans.into_iter().any(|(from, to)| *from <= at_us && to.is_none_or(|to| at_us < to))
    }
}
