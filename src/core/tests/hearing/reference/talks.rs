//! Private rooms told a second time. The plan binds the counsel at 5 to the devices of the detention centre, and the
//! victim at 11 to the interpreter at 13.

use super::rules::Rules;
use assize_core::hearing::{Command, PublicKey, SessionState};
use assize_core::ids::SeatId;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of rooms: c consultation, t technical line, d deliberation.
#[derive(Default)]
pub(super) struct Talks {
    /// By number: kind, and whether it is locked.
    pub(super) open: BTreeMap<u32, (char, bool)>,
    /// How many there ever were.
    count: u32,
    /// Who asks whom to what.
    pub(super) calls: BTreeSet<(u16, u16, char)>,
    /// The judge's leave.
    pub(super) leave: BTreeSet<u16>,
    /// Whose client said on this link that it can encrypt, with what key; whose client could on the link before, in a room.
    pub(super) able: BTreeMap<u16, PublicKey>,
    pub(super) could: BTreeSet<u16>,
    /// Who sends what only a room can decrypt.
    pub(super) veiled: BTreeSet<u16>,
}

impl Rules {
    fn bound(&self, one: u16, other: u16) -> bool {
        let prisoner = |seat: u16| self.seats[&seat].is_device() && self.seats[&seat].at == 'd';
        let pair = |a: u16, b: u16| (a == 5 && prisoner(b)) || (a == 11 && b == 13);
        pair(one, other) || pair(other, one)
    }

    pub(super) fn together(&self, talk: u32) -> Vec<u16> {
        self.seats.iter().filter(|(_, place)| place.talk == Some(talk)).map(|(seat, _)| *seat).collect()
    }

    pub(super) fn with(&self, seat: u16) -> Vec<u16> {
        self.seats[&seat].talk.map_or_else(|| vec![seat], |talk| self.together(talk))
    }

    /// Whether these may be in a room of that kind, and nobody else.
    fn may_meet(&self, kind: char, seats: &[u16]) -> bool {
        let acts = |seat: &u16, roles: &str| roles.chars().any(|role| self.seats[seat].acts_as(role));
        if seats.len() < 2 || seats.iter().any(|seat| self.seats[seat].observes()) {
            return false;
        }
        if seats.iter().any(|one| seats.iter().any(|two| self.kept_from(*one, *two) != (false, false))) {
            return false;
        }
        match kind {
            'd' => seats.iter().all(|seat| acts(seat, "JM")),
            't' => seats.len() == 2 && seats.iter().any(|seat| acts(seat, "C")),
            _ => {
                // Spread from the first who is bound to anybody; whoever is not reached has to be an interpreter that
                // nobody here is bound to.
                let bound_here = |seat: u16| seats.iter().any(|other| self.bound(seat, *other));
                let Some(first) = seats.iter().copied().find(|seat| bound_here(*seat)) else { return false };
                let mut reached = BTreeSet::from([first]);
                for _ in seats {
                    let near = seats.iter().filter(|seat| reached.iter().any(|one| self.bound(*one, **seat)));
                    let near: Vec<u16> = near.copied().collect();
                    reached.extend(near);
                }
                let guest = |seat: &u16| self.seats[seat].roles == "i" && !bound_here(*seat);
                seats.iter().all(|seat| reached.contains(seat) || guest(seat))
            }
        }
    }

    pub(super) fn may_ask(&self, by: u16, to: u16, kind: char) -> bool {
        let Some(place) = self.seats.get(&to) else { return false };
        let mut all = self.with(by);
        if all.contains(&to) || place.talk.is_some() {
            return false;
        }
        let leave = all.iter().any(|seat| self.talks.leave.contains(seat));
        let room = self.seats[&by].talk.map(|talk| self.talks.open[&talk]);
        all.push(to);
        let comes = |seat: u16| {
            let place = &self.seats[&seat];
            place.online.is_some() && place.is_vouched() && (kind == 't' || place.inside || !place.kept_apart())
        };
        let from_court = self.seats[&by].inside || place.inside;
        room.is_none_or(|room| room == (kind, false))
            && self.may_meet(kind, &all)
            && comes(by)
            && comes(to)
            && (self.state != SessionState::InSession || !from_court || leave)
    }

    pub(super) fn talk(&mut self, me: u16, command: &Command, (judge, clerk): (bool, bool)) -> bool {
        let in_session = self.state == SessionState::InSession;
        match command {
            Command::Consult { with } => self.ask(me, with, 'c'),
            Command::TechnicalLine { seat } => clerk && self.ask(me, &[*seat], 't'),
            Command::AcceptConsultation { from } => {
                let call = self.talks.calls.iter().find(|call| (call.0, call.1) == (from.0, me)).copied();
                call.is_some_and(|(by, _, kind)| self.may_ask(by, me, kind) && self.join(by, me, kind))
            }
            Command::DeclineConsultation { from } => self.forget(|call| (call.0, call.1) == (from.0, me)),
            Command::LockRoom { locked } => {
                let room = self.seats[&me].talk.and_then(|talk| self.talks.open.get_mut(&talk));
                room.is_some_and(|room| std::mem::replace(&mut room.1, *locked) != *locked)
            }
            Command::LeaveRoom {} => {
                let inside = self.seats[&me].talk.is_some();
                self.out(me);
                inside || self.forget(|call| call.0 == me)
            }
            Command::Deliberate {} => judge && !in_session && self.withdraw(me),
            Command::EndDeliberation {} => {
                let talk = self.seats[&me].talk.filter(|talk| self.talks.open[talk].0 == 'd');
                judge && !in_session && talk.is_some() && self.end_talks(Some('d'))
            }
            Command::AllowConsultation { seat, allowed } => {
                let leave = &mut self.talks.leave;
                let there = self.seats.contains_key(&seat.0);
                let may = judge && in_session && there;
                may && if *allowed { leave.insert(seat.0) } else { leave.remove(&seat.0) }
            }
            Command::SetEncryption { key, sends } => self.encrypt(me, key.as_ref(), *sends),
            _ => false,
        }
    }

    fn encrypt(&mut self, me: u16, key: Option<&PublicKey>, sends: bool) -> bool {
        let talks = &mut self.talks;
        let same_key = talks.able.get(&me) == key;
        let veiled = talks.veiled.contains(&me);
        if key.is_none() && sends {
            return talks.veiled.insert(me);
        }
        let new = talks.could.remove(&me) || !same_key || veiled != sends;
        talks.able.remove(&me);
        talks.able.extend(key.map(|key| (me, key.clone())));
        if sends {
            talks.veiled.insert(me);
        } else if same_key {
            talks.veiled.remove(&me);
        }
        new
    }

    /// Another link, or none.
    pub(super) fn unplugged(&mut self, seat: u16) {
        self.talks.veiled.remove(&seat);
        if self.talks.able.remove(&seat).is_some() && self.seats[&seat].talk.is_some() {
            self.talks.could.insert(seat);
        }
    }

    fn forget(&mut self, which: impl Fn(&(u16, u16, char)) -> bool) -> bool {
        let before = self.talks.calls.len();
        self.talks.calls.retain(|call| !which(call));
        self.talks.calls.len() < before
    }

    fn ask(&mut self, me: u16, with: &[SeatId], kind: char) -> bool {
        if with.len() > 16 || !with.iter().all(|seat| self.may_ask(me, seat.0, kind)) {
            return false;
        }
        let mut new = false;
        for seat in with {
            new |= self.talks.calls.insert((me, seat.0, kind));
        }
        new
    }

    fn new_talk(&mut self, kind: char) -> u32 {
        self.talks.count += 1;
        self.talks.open.insert(self.talks.count, (kind, false));
        self.talks.count
    }

    fn join(&mut self, by: u16, me: u16, kind: char) -> bool {
        let talk = self.seats[&by].talk.unwrap_or_else(|| self.new_talk(kind));
        for seat in [by, me] {
            let place = self.seats.get_mut(&seat).unwrap();
            if place.talk.is_none() {
                place.talk = Some(talk);
                place.open = true;
            }
        }
        self.forget(|call| call.1 == me || call.1 == by);
        true
    }

    fn withdraw(&mut self, me: u16) -> bool {
        let late = |rules: &Self, seat: u16| {
            let place = &rules.seats[&seat];
            seat != me && (place.acts_as('J') || place.acts_as('M')) && rules.here(seat) && place.is_vouched()
        };
        let others: Vec<u16> = self.seats.keys().copied().filter(|seat| late(self, *seat)).collect();
        let mine = self.seats[&me].talk;
        if others.is_empty() || mine.is_some_and(|talk| self.talks.open[&talk].0 != 'd') {
            return false;
        }
        let talk = mine.unwrap_or_else(|| {
            self.seats.get_mut(&me).unwrap().open = true;
            self.new_talk('d')
        });
        self.seats.get_mut(&me).unwrap().talk = Some(talk);
        self.forget(|call| call.1 == me);
        for seat in others {
            let place = self.seats.get_mut(&seat).unwrap();
            place.talk = Some(talk);
            place.open = false;
            self.forget(|call| call.1 == seat);
        }
        true
    }

    /// Back to where the seat was, and silent.
    fn out(&mut self, seat: u16) {
        let place = self.seats.get_mut(&seat).unwrap();
        if place.talk.take().is_some() {
            place.open = false;
            self.talks.leave.remove(&seat);
            self.talks.could.remove(&seat);
            self.forget(|call| call.0 == seat);
        }
    }

    fn end(&mut self, talk: u32) {
        for seat in self.together(talk) {
            self.out(seat);
        }
        self.talks.open.remove(&talk);
    }

    /// Ends all rooms of a kind, or all there are.
    pub(super) fn end_talks(&mut self, kind: Option<char>) -> bool {
        let ends = |(_, room): &(&u32, &(char, bool))| kind.is_none_or(|kind| room.0 == kind);
        let talks: Vec<u32> = self.talks.open.iter().filter(ends).map(|(talk, _)| *talk).collect();
        talks.into_iter().for_each(|talk| self.end(talk));
        true
    }

    /// Who may not stay goes; who is left alone or with strangers goes too; who asks in vain stops asking.
    pub(super) fn tidy_talks(&mut self) {
        for seat in self.seats.keys().copied().collect::<Vec<u16>>() {
            if self.seats[&seat].online.is_none() {
                self.unplugged(seat);
            }
        }
        for seat in self.seats.keys().copied().collect::<Vec<u16>>() {
            let place = &self.seats[&seat];
            let Some(talk) = place.talk else { continue };
            let apart = !place.inside && place.kept_apart() && self.talks.open[&talk].0 != 't';
            let stranger = place.online.is_some() && !place.is_vouched();
            if place.is_gone() || apart || stranger {
                self.out(seat);
            }
        }
        for (talk, (kind, _)) in self.talks.open.clone() {
            if !self.may_meet(kind, &self.together(talk)) {
                self.end(talk);
            }
        }
        let vain: Vec<_> =
            self.talks.calls.iter().filter(|call| !self.may_ask(call.0, call.1, call.2)).copied().collect();
        self.forget(|call| vain.contains(call));
    }
}
