//! From one view to the next: the sections that differ, and taking them over. Server and clients of it use this one pair.

use super::{
    Act, ExhibitsView, HearingView, MessageView, PersonView, ReportView, RoomsView, SeatView, SessionView, ShownView,
    SignalView, TaskView, View,
};
use crate::ids::{SeatId, TrackId};
use crate::procedure::{Procedure, shared};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;

/// One section of the view, replaced whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "section", content = "value", rename_all = "snake_case")]
pub enum Change {
    Hearing(HearingView),
    Session(SessionView),
    Me(SeatView),
    Seats(Vec<SeatView>),
    Tracks(Vec<TrackId>),
    HeardBy(Vec<SeatId>),
    SeenBy(Vec<SeatId>),
    Signals(Vec<SignalView>),
    Charges(Vec<PersonView>),
    Reports(Vec<ReportView>),
    Acts(Vec<Act>),
    /// Only when somebody comes into the courtroom, or has to leave it.
    #[serde(with = "shared")]
    Procedure(#[ts(as = "Procedure")] Arc<Procedure>),
    Rooms(RoomsView),
    Exhibits(ExhibitsView),
    Shown(Option<ShownView>),
    Messages(Vec<MessageView>),
    Tasks(Vec<TaskView>),
    Minutes(#[ts(type = "number | null")] Option<u64>),
}

/// The sections in which two views differ, each as it is in `new`.
#[must_use]
pub fn changes(old: &View, new: &View) -> Vec<Change> {
    // Taken apart, so that a section that is added cannot be forgotten here.
    let View {
        hearing,
        session,
        me,
        seats,
        tracks,
        heard_by,
        seen_by,
        signals,
        charges,
        reports,
        acts,
        procedure,
        rooms,
        exhibits,
        shown,
        messages,
        tasks,
        minutes,
    } = new;
    let mut changes = Vec::new();
    let mut note = |differs: bool, change: &dyn Fn() -> Change| {
        if differs {
            changes.push(change());
        }
    };
    note(old.hearing != *hearing, &|| Change::Hearing(hearing.clone()));
    note(old.session != *session, &|| Change::Session(session.clone()));
    note(old.me != *me, &|| Change::Me(me.clone()));
    note(old.seats != *seats, &|| Change::Seats(seats.clone()));
    note(old.tracks != *tracks, &|| Change::Tracks(tracks.clone()));
    note(old.heard_by != *heard_by, &|| Change::HeardBy(heard_by.clone()));
    note(old.seen_by != *seen_by, &|| Change::SeenBy(seen_by.clone()));
    note(old.signals != *signals, &|| Change::Signals(signals.clone()));
    note(old.charges != *charges, &|| Change::Charges(charges.clone()));
    note(old.reports != *reports, &|| Change::Reports(reports.clone()));
    note(old.acts != *acts, &|| Change::Acts(acts.clone()));
    note(old.procedure != *procedure, &|| Change::Procedure(Arc::clone(procedure)));
    note(old.rooms != *rooms, &|| Change::Rooms(rooms.clone()));
    note(old.exhibits != *exhibits, &|| Change::Exhibits(exhibits.clone()));
    note(old.shown != *shown, &|| Change::Shown(shown.clone()));
    note(old.messages != *messages, &|| Change::Messages(messages.clone()));
    note(old.tasks != *tasks, &|| Change::Tasks(tasks.clone()));
    note(old.minutes != *minutes, &|| Change::Minutes(*minutes));
    changes
}

impl View {
    /// Takes over one section.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Hearing(value) => self.hearing = value,
            Change::Session(value) => self.session = value,
            Change::Me(value) => self.me = value,
            Change::Seats(value) => self.seats = value,
            Change::Tracks(value) => self.tracks = value,
            Change::HeardBy(value) => self.heard_by = value,
            Change::SeenBy(value) => self.seen_by = value,
            Change::Signals(value) => self.signals = value,
            Change::Charges(value) => self.charges = value,
            Change::Reports(value) => self.reports = value,
            Change::Acts(value) => self.acts = value,
            Change::Procedure(value) => self.procedure = value,
            Change::Rooms(value) => self.rooms = value,
            Change::Exhibits(value) => self.exhibits = value,
            Change::Shown(value) => self.shown = value,
            Change::Messages(value) => self.messages = value,
            Change::Tasks(value) => self.tasks = value,
            Change::Minutes(value) => self.minutes = value,
        }
    }
}
