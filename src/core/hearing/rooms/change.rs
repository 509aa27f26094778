//! Events about private rooms to state.

use super::{Call, PrivateRoom, PublicKey, RoomKind};
use crate::hearing::{Event, Hearing};
use crate::ids::{RoomId, SeatId};

impl Hearing {
    pub(in crate::hearing) fn apply_to_rooms(&mut self, event: &Event) {
        match event {
            Event::RoomOpened { room, kind, seats } => {
                self.rooms.open.insert(*room, PrivateRoom { kind: *kind, locked: false });
                self.rooms.count = self.rooms.count.max(room.0);
                for seat in seats {
                    self.goes_in(*seat, *room);
                }
                // The judge's act opens the judge's own microphone, and nobody else's.
                if let (RoomKind::Deliberation, Some(by)) = (kind, seats.first()) {
                    self.seat(*by, |seat| seat.microphone.open = true);
                }
            }
            Event::RoomEntered { room, seat } => self.goes_in(*seat, *room),
            Event::RoomLeft { seat, .. } => self.comes_out(*seat),
            Event::RoomClosed { room } => {
                for seat in self.members(*room) {
                    self.comes_out(seat);
                }
                self.rooms.open.remove(room);
            }
            Event::ConsultationAllowed { seat, allowed } => {
                if *allowed {
                    self.rooms.allowed.insert(*seat);
                } else {
                    self.rooms.allowed.remove(seat);
                }
            }
            Event::Called { by, seat, kind } => {
                self.rooms.calls.insert(Call { by: *by, seat: *seat, kind: *kind });
            }
            Event::CallEnded { by, seat } => self.rooms.calls.retain(|call| (call.by, call.seat) != (*by, *seat)),
            Event::RoomLocked { room, locked } => {
                if let Some(room) = self.rooms.open.get_mut(room) {
                    room.locked = *locked;
                }
            }
            Event::Encrypts { seat, key, sends } => self.encrypts(*seat, key.as_ref(), *sends),
            _ => {}
        }
    }

    /// A client says its key, or that it has none; the server says by what it took, and with the key that is known, whether
    /// what the seat sends is encrypted. Neither takes the other's word back: a room must not fall open because one came
    /// before the other.
    fn encrypts(&mut self, seat: SeatId, key: Option<&PublicKey>, sends: bool) {
        let rooms = &mut self.rooms;
        let known = rooms.keys.get(&seat) == key;
        if sends {
            rooms.sealed.insert(seat);
        } else if known {
            rooms.sealed.remove(&seat);
        }
        match key {
            None if sends => {}
            None => {
                rooms.keys.remove(&seat);
                rooms.returning.remove(&seat);
            }
            Some(key) => {
                rooms.keys.insert(seat, key.clone());
                rooms.returning.remove(&seat);
            }
        }
    }

    /// Who asked and who accepted wish to be heard there; the panel is led in by the judge's act and speaks by its own.
    fn goes_in(&mut self, id: SeatId, room: RoomId) {
        let accepted = self.rooms.open.get(&room).is_some_and(|room| room.kind != RoomKind::Deliberation);
        self.seat(id, |seat| {
            seat.private = Some(room);
            seat.microphone.open = accepted;
        });
        self.rooms.calls.retain(|call| call.seat != id);
    }

    /// What is said next is no longer private: the courtroom hears it by an act only.
    fn comes_out(&mut self, id: SeatId) {
        self.seat(id, |seat| {
            seat.private = None;
            seat.microphone.open = false;
        });
        self.rooms.returning.remove(&id);
        self.rooms.allowed.remove(&id);
        self.rooms.calls.retain(|call| call.by != id);
    }
}
