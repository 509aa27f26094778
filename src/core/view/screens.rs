//! Whoever is kept from somebody is told that something is withheld by order, and nothing of it.

use super::SeatView;
use crate::hearing::{Hearing, Seat};
use crate::ids::SeatId;

pub(super) fn screened(hearing: &Hearing, me: &Seat, seat: &Seat, mut shown: SeatView) -> SeatView {
    let withheld = hearing.withheld(seat, me);
    if !withheld.anything() {
        return shown;
    }
    shown.withheld = true;
    if withheld.voice {
        shown.microphone_open = false;
        shown.may_speak = false;
        shown.people.iter_mut().for_each(|person| person.speaking = false);
    }
    shown.devices.retain(|device| if device.is_audio() { !withheld.voice } else { !withheld.picture });
    for person in hearing.people(seat).filter(|person| hearing.is_nameless_to(person, me)) {
        for shown in shown.people.iter_mut().filter(|shown| shown.name == person.name) {
            shown.name.clear();
        }
    }
    shown
}

/// Whether the viewer may learn that the seat speaks or asks to.
pub(super) fn may_know_of_speech(hearing: &Hearing, me: &Seat, seat: SeatId) -> bool {
    hearing.seats.get(&seat).is_some_and(|seat| !hearing.withheld(seat, me).voice)
}
