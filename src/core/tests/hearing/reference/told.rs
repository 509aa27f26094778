//! A stranger, somebody waiting and the recorder get nothing they may not: asked of one viewer at a time.

use super::rules::{Place, Rules};
use crate::court::{BEGAN_MS, World};
use assize_core::ids::SeatId;
use assize_core::view::{Act, view};

/// Whether the viewer may know at all that the other seat is there.
fn may_know(me: &Place, other: &Place) -> bool {
    if !me.inside {
        return other.is_court();
    }
    let court = me.is_court();
    court || (other.inside && !(me.observes() && other.observes()))
}

pub(super) fn check(world: &World, rules: &Rules, viewer: SeatId) {
    let told = view(&world.hearing, viewer, BEGAN_MS);
    let (Some(me), Some(told)) = (rules.seats.get(&viewer.0), &told) else {
        assert!(told.is_none() && !rules.seats.contains_key(&viewer.0), "a view from nowhere");
        return;
    };
    for shown in &told.seats {
        let other = &rules.seats[&shown.seat.0];
        assert!(may_know(me, other), "{viewer} is told of {}", shown.seat);
        if !me.inside {
            let nothing = shown.devices.is_empty() && !shown.microphone_open && !shown.muted && !shown.locked;
            assert!(nothing, "{viewer} is outside and told more of {} than that they are there", shown.seat);
        }
        let warned = shown.second_use || shown.playback_blocked || shown.removed;
        assert!(!warned || (me.inside && me.is_court()), "{viewer} is warned");
    }
    let known: Vec<SeatId> = told.seats.iter().map(|seat| seat.seat).chain([viewer]).collect();
    for (id, other) in &rules.seats {
        let missing = SeatId(*id) != viewer && may_know(me, other) && !known.contains(&SeatId(*id));
        assert!(!missing, "{viewer} is not told of {id}");
    }
    let here = rules.here(viewer.0);
    assert!(here || (told.tracks.is_empty() && told.heard_by.is_empty() && told.seen_by.is_empty()));
    assert!(told.tracks.iter().all(|track| rules.here(track.seat.0) && known.contains(&track.seat)));
    assert!(told.heard_by.iter().chain(&told.seen_by).all(|seat| rules.here(seat.0) && known.contains(seat)));
    let court = me.inside && me.is_court();
    let everybodys =
        |act: &Act| matches!(act, Act::SetMicrophone | Act::Signal | Act::RollCall | Act::NameSpeaker | Act::RaiseHand);
    assert!(court || told.acts.iter().all(everybodys), "{viewer} is offered the court's acts");
    for signal in &told.signals {
        let own = rules.shares(viewer.0, signal.seat.0);
        assert!(court || own, "{viewer} is told of the signal of {}", signal.seat);
        let open = rules.signals[signal.id.0 as usize - 1].is_some();
        assert_eq!(open, signal.answer.is_none(), "{viewer} is told whether it was answered");
    }
}
