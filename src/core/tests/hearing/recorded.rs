//! Who may listen to what is being recorded.

use crate::court::*;
use assize_core::hearing::Command;
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::refusal::Refusal;

fn listens(world: &World, seat: SeatId, device: DeviceKind) -> Result<(), Refusal> {
    world.hearing.may_listen(seat, TrackId { seat: DETENTION, device })
}

#[test]
fn the_court_may_listen_to_every_voice_in_session_and_nobody_else_may() {
    let mut world = World::lawful_session();
    for court in [JUDGE, CLERK] {
        assert_eq!(listens(&world, court, DeviceKind::Microphone), Ok(()));
        assert_eq!(listens(&world, court, DeviceKind::Camera1), Err(Refusal::NotYourAct), "it is for listening");
    }
    for other in [DETENTION, PARTY, COUNSEL] {
        assert_eq!(listens(&world, other, DeviceKind::Microphone), Err(Refusal::NotYourAct), "{other:?}");
    }
    assert_eq!(listens(&world, SeatId(99), DeviceKind::Microphone), Err(Refusal::NoSuchSeat));
    let nobodys = TrackId { seat: SeatId(99), device: DeviceKind::Microphone };
    assert_eq!(world.hearing.may_listen(CLERK, nobodys), Err(Refusal::NoSuchSeat));
    world.seat(JUDGE, Command::Remove { seat: CLERK, reason: "noise".into() }).unwrap();
    assert_eq!(listens(&world, CLERK, DeviceKind::Microphone), Err(Refusal::NotAdmitted));
    world.seat(JUDGE, Command::Pause { reason: "nghỉ".into() }).unwrap();
    assert!(
        matches!(listens(&world, JUDGE, DeviceKind::Microphone), Err(Refusal::NotNow { .. })),
        "nothing is recorded"
    );
}
