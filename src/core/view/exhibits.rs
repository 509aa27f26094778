//! Exhibits, as each viewer is told of them: the court of all, everybody else of what they handed in themselves and of
//! what is shown to them now. Who handed in what is shown is the court's business.

use super::perception::Perception;
use super::told::Audience;
use crate::hearing::{Exhibit, ExhibitFile, Hearing, PlayedPart, Seat, Shown, Spot, Standing};
use crate::ids::{DeviceKind, ExhibitId, PersonId, SeatId, TrackId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExhibitView {
    /// The receipt number.
    pub id: ExhibitId,
    pub title: String,
    pub file: ExhibitFile,
    pub seat: SeatId,
    pub person: Option<PersonId>,
    /// Name of that person, and of the point.
    pub name: Option<String>,
    pub point: Option<String>,
    /// UTC milliseconds of the receipt.
    #[ts(type = "number")]
    pub at_ms: i64,
    pub standing: Standing,
    pub reason: Option<String>,
    /// When it was shown.
    pub shown: Vec<ShownTime>,
    /// The parts of a recording that were played.
    pub played: Vec<PartView>,
}

/// UTC milliseconds; without an end it is shown now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShownTime {
    #[ts(type = "number")]
    pub from_ms: i64,
    #[ts(type = "number | null")]
    pub to_ms: Option<i64>,
}

/// From where to where in the file, in milliseconds, without an end as long as it plays; and when that began, in UTC
/// milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartView {
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number | null")]
    pub to_ms: Option<u64>,
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// How far a recording that is shown has come: at `position_ms` in the file since `since_ms` (UTC). While it plays, the time
/// since counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlayView {
    pub playing: bool,
    #[ts(type = "number")]
    pub position_ms: u64,
    #[ts(type = "number")]
    pub since_ms: i64,
    /// Somebody's browser has opened it and sends it.
    pub ready: bool,
    /// It is played out of the viewer's browser.
    pub mine: bool,
    /// Then: whether it sounds there too, because no other device of the room sounds for it.
    pub sounds: bool,
}

/// The page before the viewer, or the recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShownView {
    pub id: ExhibitId,
    pub title: String,
    pub file: ExhibitFile,
    pub page: u32,
    pub pointer: Option<Spot>,
    /// Of a recording.
    pub play: Option<PlayView>,
    /// For the court: to whom, none being everybody who takes part; and whether observers see it.
    pub to: Option<Vec<SeatId>>,
    pub observers: bool,
    /// The viewer may turn its pages, point at something, and end the showing.
    pub presents: bool,
}

/// What a viewer knows of exhibits, the one that is shown apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExhibitsView {
    pub list: Vec<ExhibitView>,
    /// The viewer may show what they handed in, once it is admitted.
    pub presents: bool,
    /// For the court: the seats with leave to present.
    pub presenters: Vec<SeatId>,
}

pub(super) fn exhibits(hearing: &Hearing, me: &Seat, audience: Audience, utc_ms: impl Fn(u64) -> i64) -> ExhibitsView {
    let court = audience == Audience::Court;
    let told = |exhibit: &Exhibit| court || hearing.handed_in(me, exhibit);
    // Whoever waits learns nothing of what happens to it in the courtroom.
    let received = |view: ExhibitView| {
        let outside = audience == Audience::Outside;
        if outside {
            ExhibitView { standing: Standing::Received, reason: None, shown: Vec::new(), played: Vec::new(), ..view }
        } else {
            view
        }
    };
    let list = hearing.exhibits.all.iter().filter(|(_, exhibit)| told(exhibit));
    let presenters = &hearing.exhibits.presenters;
    ExhibitsView {
        list: list.map(|(id, exhibit)| received(exhibit_view(hearing, *id, exhibit, &utc_ms))).collect(),
        presents: may_present(hearing, me),
        presenters: if court { presenters.iter().copied().collect() } else { Vec::new() },
    }
}

fn exhibit_view(hearing: &Hearing, id: ExhibitId, exhibit: &Exhibit, utc_ms: impl Fn(u64) -> i64) -> ExhibitView {
    let person = hearing.plan.people.iter().find(|person| Some(person.id) == exhibit.person);
    let point = exhibit.point.and_then(|point| hearing.point(point));
    let part = |part: &PlayedPart| PartView { from_ms: part.from_ms, to_ms: part.to_ms, at_ms: utc_ms(part.at_us) };
    let time = |(from, to): &(u64, Option<u64>)| ShownTime { from_ms: utc_ms(*from), to_ms: to.map(&utc_ms) };
    ExhibitView {
        id,
        title: exhibit.title.clone(),
        file: exhibit.file.clone(),
        seat: exhibit.seat,
        person: exhibit.person,
        name: person.map(|person| person.name.clone()),
        point: point.map(|point| point.name.clone()),
        at_ms: utc_ms(exhibit.at_us),
        standing: exhibit.standing,
        reason: exhibit.reason.clone(),
        shown: exhibit.shown.iter().map(time).collect(),
        played: exhibit.played.iter().map(part).collect(),
    }
}

pub(super) fn shown(
    hearing: &Hearing,
    me: &Seat,
    audience: Audience,
    perception: &Perception,
    utc_ms: impl Fn(u64) -> i64,
) -> Option<ShownView> {
    let Shown { exhibit: id, audience: to, page, pointer, play, .. } = hearing.exhibits.shown.as_ref()?;
    let exhibit = hearing.exhibits.all.get(id)?;
    let court = audience == Audience::Court;
    hearing.is_shown_to(me).then(|| ShownView {
        id: *id,
        title: exhibit.title.clone(),
        file: exhibit.file.clone(),
        page: *page,
        pointer: *pointer,
        play: play.map(|play| PlayView {
            playing: play.playing,
            position_ms: play.at_ms,
            since_ms: utc_ms(play.since_us),
            ready: hearing.player().is_some(),
            mine: play.by == me.id,
            sounds: play.by == me.id && sounds_here(hearing, me, perception),
        }),
        to: to.to.as_ref().filter(|_| court).map(|to| to.iter().copied().collect()),
        observers: court && to.observers,
        presents: may_present(hearing, me),
    })
}

/// Whether no other device of the viewer's room sounds for what is played out of their browser.
fn sounds_here(hearing: &Hearing, me: &Seat, perception: &Perception) -> bool {
    let track = TrackId { seat: me.id, device: DeviceKind::PlayedSound };
    let point = hearing.point_of(me);
    let room = hearing.seats.values().filter(|seat| point.is_some() && hearing.point_of(seat) == point);
    !room.into_iter().any(|seat| perception.is_led_to(seat.id, track))
}

/// By office, or by the presiding judge's leave.
pub(super) fn may_present(hearing: &Hearing, me: &Seat) -> bool {
    hearing.shows_by_office(me) || hearing.exhibits.presenters.contains(&me.id)
}
