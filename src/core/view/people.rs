//! What is told of the people at a seat and of what they say by a button.

use super::told::Audience;
use super::{AnswerView, PersonView, SignalView};
use crate::hearing::{Attendance, Hearing, Occupant, Seat, Signal};
use crate::ids::{PointId, SignalId};
use crate::plan::{Person, Role};

/// Answered signals that the court still sees.
const ANSWERED: usize = 20;

/// The people of a seat, weightiest role first. The names of those who are not `named`, by role and point, stay empty;
/// what is known of them is told to the court and to the officer of their point.
pub(super) fn people(
    hearing: &Hearing,
    me: &Seat,
    audience: Audience,
    seat: &Seat,
    named: impl Fn(Role, Option<PointId>) -> bool,
) -> Vec<PersonView> {
    let mut people: Vec<PersonView> = match &seat.occupant {
        Occupant::Observer { name } => {
            let name = if named(Role::Observer, None) { name.clone() } else { String::new() };
            vec![PersonView {
                id: None,
                name,
                role: Role::Observer,
                present: None,
                identity: None,
                before: None,
                speaking: false,
            }]
        }
        Occupant::Person { .. } | Occupant::Point { .. } => hearing
            .people(seat)
            .map(|person| {
                let known = named(person.role, person.point);
                let shown = shown(hearing, me, audience, person);
                PersonView {
                    name: if known { shown.name } else { String::new() },
                    speaking: speaks(seat, person),
                    ..shown
                }
            })
            .collect(),
    };
    people.sort_by_key(|person| person.role);
    people
}

fn speaks(seat: &Seat, person: &Person) -> bool {
    seat.speaking == Some(person.id)
}

fn shown(hearing: &Hearing, me: &Seat, audience: Audience, person: &Person) -> PersonView {
    let handles = handles(hearing, me, audience, person);
    let none = Attendance::default();
    let known = hearing.attendance.get(&person.id).filter(|_| handles).unwrap_or(&none);
    PersonView {
        id: (handles || is_own(hearing, me, person)).then_some(person.id),
        name: person.name.clone(),
        role: person.role,
        present: known.presence.map(|presence| presence.found),
        identity: known.identity.map(|identity| identity.found.0),
        before: super::adjourned::before(hearing, person.id).filter(|_| handles),
        speaking: false,
    }
}

/// Whether what is found of a person is the viewer's business.
fn handles(hearing: &Hearing, me: &Seat, audience: Audience, person: &Person) -> bool {
    let officer = matches!(me.occupant, Occupant::Person { .. })
        && hearing.acting_roles(me).contains(&Role::PointOfficer)
        && hearing.is_at_point_of(me, person);
    audience == Audience::Court || (officer && !me.removed && hearing.is_trusted(me))
}

/// Whether a person is seen and heard through the viewer's seat, who may have to say which of several they are.
fn is_own(hearing: &Hearing, me: &Seat, person: &Person) -> bool {
    hearing.people(me).any(|own| own.id == person.id)
}

/// The people at an officer's point, wherever they are seen and heard: whom the officer has to report on.
pub(super) fn charges(hearing: &Hearing, me: &Seat, audience: Audience) -> Vec<PersonView> {
    let at_point = |person: &&Person| audience != Audience::Court && handles(hearing, me, audience, person);
    let mut charges: Vec<PersonView> = Vec::new();
    for person in hearing.plan.people.iter().filter(at_point) {
        let mut shown = shown(hearing, me, audience, person);
        if hearing.is_nameless_to(person, me) {
            shown.name.clear();
        }
        charges.push(shown);
    }
    charges
}

/// The signals a viewer may know of: the court all that are open and the last that were answered, everybody else those of
/// their own room.
pub(super) fn signals(
    hearing: &Hearing,
    me: &Seat,
    audience: Audience,
    utc_ms: impl Fn(u64) -> i64,
) -> Vec<SignalView> {
    let own = |signal: &Signal| hearing.is_trusted(me) && hearing.is_of_room(signal, me);
    let concerned = |signal: &Signal| audience == Audience::Court || own(signal);
    let all: Vec<(SignalId, &Signal)> =
        hearing.signals.iter().map(|(id, signal)| (*id, signal)).filter(|(_, signal)| concerned(signal)).collect();
    let answered = all.iter().filter(|(_, signal)| signal.answer.is_some()).count();
    let mut skip = answered.saturating_sub(ANSWERED);
    let recent = all.into_iter().filter(|(_, signal)| {
        let old = signal.answer.is_some() && skip > 0;
        skip -= usize::from(old);
        !old
    });
    recent.map(|(id, signal)| signal_view(id, signal, &utc_ms)).collect()
}

fn signal_view(id: SignalId, signal: &Signal, utc_ms: impl Fn(u64) -> i64) -> SignalView {
    SignalView {
        id,
        seat: signal.seat,
        person: signal.person,
        kind: signal.kind,
        since_ms: utc_ms(signal.since_us),
        answer: signal.answer.as_ref().map(|answered| AnswerView {
            answer: answered.answer,
            text: answered.text.clone(),
            at_ms: utc_ms(answered.at_us),
        }),
    }
}
