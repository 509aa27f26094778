//! What a seat missed while its line was broken, and what it may see of that.

use super::task::Task;
use crate::library::Excerpt;
use assize_core::hearing::Missed;
use assize_core::ids::{ConnectionId, DeviceKind, SeatId, TrackId};
use assize_core::minutes::Reader;
use assize_core::refusal::Refusal;
use assize_core::view::{SeatView, view};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What somebody missed, in words and, as far as the presiding judge allows it, in the record.
#[derive(Debug, Default)]
pub struct Absences {
    /// `[{"from_ms","to_ms","leave","phases":["opening"],"speakers":[{"name","role","point","seconds"}]}]`, times in UTC.
    pub spans: Value,
    pub excerpt: Excerpt,
    /// None: nothing is recorded.
    pub folder: Option<PathBuf>,
}

impl Task {
    pub(super) fn absences(&self, connection: ConnectionId) -> Result<Absences, Refusal> {
        let id = self.links.get(&connection).map(|link| link.seat).ok_or(Refusal::BadResume)?;
        let seat = self.hearing.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        // A code may have been used by somebody else.
        if !self.hearing.is_trusted(seat) || seat.removed {
            return Err(Refusal::NotAdmitted);
        }
        let reader = if self.hearing.is_court(seat) { Reader::Court } else { Reader::Seat(id) };
        let spans = self.hearing.missed_by(id).map(|(missed, leave)| self.span(reader, missed, leave)).collect();
        let allowed = self.hearing.missed_by(id).filter(|(_, leave)| *leave);
        let excerpt = Excerpt {
            spans: allowed.map(|(missed, _)| missed.from_us / 1000..missed.to_us.div_ceil(1000)).collect(),
            tracks: self.tracks_for(id),
        };
        Ok(Absences { spans, excerpt, folder: self.records.place().get().cloned() })
    }

    fn span(&self, reader: Reader, missed: Missed, leave: bool) -> Value {
        let between = self.minutes.between(reader, missed.from_us, missed.to_us);
        let began_ms = self.clock.began_utc_ms();
        let utc = |us: u64| began_ms.saturating_add(i64::try_from(us / 1000).unwrap_or(i64::MAX));
        let speakers = between.speakers.iter().map(|(who, heard_us)| {
            json!({ "name": who.name, "role": who.role, "point": who.point, "seconds": heard_us.div_ceil(1_000_000) })
        });
        json!({
            "from_ms": utc(missed.from_us), "to_ms": utc(missed.to_us), "leave": leave,
            "phases": between.phases, "speakers": speakers.collect::<Vec<_>>(),
        })
    }

    /// The tracks that would have reached the seat, with the names that it is told.
    fn tracks_for(&self, id: SeatId) -> BTreeMap<TrackId, String> {
        let shown = view(&self.hearing, id, self.clock.began_utc_ms()).map(|view| view.seats).unwrap_or_default();
        let name = |seat: &SeatView| {
            let person = seat.people.first().map(|person| person.name.clone()).filter(|_| seat.own_screen);
            person.or_else(|| seat.point.clone()).unwrap_or_default()
        };
        let all = shown
            .iter()
            .flat_map(|seat| DeviceKind::ALL.map(|device| (TrackId { seat: seat.seat, device }, name(seat))));
        all.filter(|(track, _)| self.hearing.would_have_had(id, *track)).collect()
    }
}
