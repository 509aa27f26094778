//! A stranger, somebody waiting and the recorder get nothing they may not: asked of one viewer at a time.

use super::rules::Rules;
use crate::court::{BEGAN_MS, World};
use assize_core::ids::SeatId;
use assize_core::view::{Act, RoomsView, View, view};

/// Whether the viewer may know at all that the other seat is there.
fn may_know(rules: &Rules, viewer: u16, seat: u16) -> bool {
    let (me, other) = (&rules.seats[&viewer], &rules.seats[&seat]);
    if bound(rules, viewer, seat) {
        return true;
    }
    if !me.inside {
        return other.is_court();
    }
    let court = me.is_court();
    court || (other.inside && !(me.observes() && other.observes()))
}

/// They are in a private room together, or one asks the other, or might.
fn bound(rules: &Rules, me: u16, other: u16) -> bool {
    let asks = rules.talks.calls.iter().any(|(by, to, _)| (*by, *to) == (me, other) || (*by, *to) == (other, me));
    asks || (rules.seats[&me].talk.is_some() && rules.with(me).contains(&other)) || rules.may_ask(me, other, 'c')
}

/// Of private rooms the members know, and the court that there is one.
fn check_rooms(rules: &Rules, viewer: u16, told: &RoomsView) {
    let me = &rules.seats[&viewer];
    let sorted = |seats: Vec<u16>| seats.into_iter().map(SeatId).collect::<Vec<SeatId>>();
    assert_eq!(told.mine.as_ref().map(|room| room.seats.clone()), me.talk.map(|talk| sorted(rules.together(talk))));
    let others: Vec<Vec<SeatId>> = told.others.iter().map(|room| room.seats.clone()).collect();
    let open = rules.talks.open.keys().filter(|talk| me.talk != Some(**talk)).map(|talk| sorted(rules.together(*talk)));
    let court = me.inside && me.is_court();
    assert_eq!(others, if court { open.collect() } else { vec![] }, "{viewer} is told of others' rooms");
    assert!(court || told.may_withdraw.is_empty());
    let watch = rules.seats.iter().filter(|(seat, place)| place.observes() && rules.here(**seat)).count();
    assert_eq!(told.observers as usize, if court { watch } else { 0 }, "{viewer} is told how many observe");
    let calls = &rules.talks.calls;
    let incoming = calls.iter().filter(|call| call.1 == viewer).map(|call| SeatId(call.0));
    assert!(told.incoming.iter().map(|call| call.seat).eq(incoming));
    let asked = |seat: &&u16| calls.iter().any(|call| (call.0, call.1) == (viewer, **seat));
    assert_eq!(told.outgoing, rules.seats.keys().filter(asked).map(|seat| SeatId(*seat)).collect::<Vec<_>>());
    let may_ask = rules.seats.keys().filter(|seat| rules.may_ask(viewer, **seat, 'c') && !asked(seat));
    assert_eq!(told.may_ask, may_ask.map(|seat| SeatId(*seat)).collect::<Vec<_>>());
}

/// Of evidence the court knows all, everybody else their own and what is before them.
fn check_evidence(rules: &Rules, viewer: u16, told: &View) {
    let me = &rules.seats[&viewer];
    let court = me.inside && me.is_court();
    let own = |from: u16| from == viewer && me.is_vouched() && !me.removed;
    let papers = rules.evidence.papers.iter().zip(1..).filter(|(paper, _)| court || own(paper.from));
    let ids = told.exhibits.list.iter().map(|exhibit| exhibit.id.0);
    assert!(ids.eq(papers.map(|(_, number)| number)), "{viewer} is told of others' papers");
    let before = rules.evidence.before.as_ref().filter(|_| rules.has_before_them(viewer));
    let shown = told.shown.as_ref().map(|shown| (shown.id.0 as usize, shown.page, shown.pointer));
    assert_eq!(shown, before.map(|before| (before.paper + 1, before.page, before.spot)), "{viewer} is shown");
    assert!(court || told.shown.as_ref().is_none_or(|shown| shown.to.is_none() && !shown.observers));
    let play = told.shown.as_ref().and_then(|shown| shown.play.as_ref());
    let play = play.map(|play| (play.playing, play.position_ms, play.ready, play.mine));
    let reel = before.and_then(|before| before.reel);
    let reel = reel.map(|reel| (reel.runs, reel.at, rules.plays(reel.by), reel.by == viewer));
    assert_eq!(play, reel, "{viewer} is told how far it is");
    assert!(court || told.exhibits.presenters.is_empty());
}

/// Messages are between the clerk and one other; what is taken is the court's; who stands large those inside are told.
fn check_desk(rules: &Rules, viewer: u16, told: &View) {
    let me = &rules.seats[&viewer];
    let clerk = me.inside && me.acts_as('C');
    let reads = me.is_vouched() && !me.removed && !me.is_device() && !me.observes();
    let mine = |(from, to, _): &&(u16, Option<u16>, u64)| clerk || *from == viewer || *to == Some(viewer);
    let between: Vec<(u16, Option<u16>)> =
        rules.desk.written.iter().filter(|_| reads).filter(mine).map(|(from, to, _)| (*from, *to)).collect();
    let last = &between[between.len().saturating_sub(100)..];
    let read: Vec<(u16, Option<u16>)> = told.messages.iter().map(|one| (one.from.0, one.to.map(|to| to.0))).collect();
    assert_eq!(read, last, "{viewer} reads");
    let court = me.inside && me.is_court();
    assert_eq!(told.tasks.len(), if court { rules.desk.taken.len() } else { 0 }, "{viewer} is told what is taken");
    assert_eq!(told.session.layout, rules.desk.large.filter(|_| me.inside), "{viewer} is told who stands large");
}

pub(super) fn check(world: &World, rules: &Rules, viewer: SeatId) {
    let told = view(&world.hearing, viewer, BEGAN_MS);
    let (Some(me), Some(told)) = (rules.seats.get(&viewer.0), &told) else {
        assert!(told.is_none() && !rules.seats.contains_key(&viewer.0), "a view from nowhere");
        return;
    };
    for shown in &told.seats {
        let other = &rules.seats[&shown.seat.0];
        assert!(may_know(rules, viewer.0, shown.seat.0), "{viewer} is told of {}", shown.seat);
        let (picture, voice) = rules.kept_from(shown.seat.0, viewer.0);
        assert_eq!(shown.withheld, picture || voice, "{viewer} is told of {}", shown.seat);
        let named = shown.people.iter().any(|person| person.name == "Mai the witness");
        assert!(!(named && picture && voice), "{viewer} is told the name of {}", shown.seat);
        assert!(!(voice && shown.microphone_open));
        let nothing = shown.devices.is_empty() && !shown.microphone_open;
        assert!(nothing || other.talk == me.talk, "{viewer} is told what {} does in another room", shown.seat);
        if !me.inside && !bound(rules, viewer.0, shown.seat.0) {
            let nothing = shown.devices.is_empty() && !shown.microphone_open && !shown.muted && !shown.locked;
            assert!(nothing, "{viewer} is outside and told more of {} than that they are there", shown.seat);
        }
        let warned = shown.second_use || shown.playback_blocked || shown.removed;
        assert!(!warned || (me.inside && me.is_court()), "{viewer} is warned");
    }
    let known: Vec<SeatId> = told.seats.iter().map(|seat| seat.seat).chain([viewer]).collect();
    for id in rules.seats.keys() {
        let missing = SeatId(*id) != viewer && may_know(rules, viewer.0, *id) && !known.contains(&SeatId(*id));
        assert!(!missing, "{viewer} is not told of {id}");
    }
    let here = |seat: SeatId| match rules.seats[&viewer.0].talk {
        Some(talk) => rules.seats[&seat.0].talk == Some(talk),
        None => rules.here(seat.0),
    };
    assert!(here(viewer) || (told.tracks.is_empty() && told.heard_by.is_empty() && told.seen_by.is_empty()));
    assert!(told.tracks.iter().all(|track| here(track.seat) && known.contains(&track.seat)));
    assert!(told.heard_by.iter().chain(&told.seen_by).all(|seat| here(*seat) && known.contains(seat)));
    check_rooms(rules, viewer.0, &told.rooms);
    check_evidence(rules, viewer.0, told);
    check_desk(rules, viewer.0, told);
    let court = me.inside && me.is_court();
    let presents = rules.seats[&viewer.0].presents;
    let everybodys = |act: &Act| {
        matches!(act, Act::SetMicrophone | Act::Signal | Act::RollCall | Act::NameSpeaker | Act::RaiseHand)
            || matches!(act, Act::HandIn | Act::Listen | Act::SpeakOn | Act::Message | Act::TakeNote)
            || (*act == Act::Present && presents)
    };
    assert!(court || told.acts.iter().all(everybodys), "{viewer} is offered the court's acts");
    let noted = told.session.noted.iter().map(|noted| noted.seat.0);
    assert!(noted.eq(rules.noted.iter().copied().filter(|seat| court || *seat == viewer.0)), "{viewer}: who took note");
    for signal in &told.signals {
        let own = rules.shares(viewer.0, signal.seat.0);
        assert!(court || own, "{viewer} is told of the signal of {}", signal.seat);
        let open = rules.signals[signal.id.0 as usize - 1].is_some();
        assert_eq!(open, signal.answer.is_none(), "{viewer} is told whether it was answered");
    }
}
