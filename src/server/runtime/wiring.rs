//! Routes of seats into routes of transports: what the media plane is to execute. No decision is taken here beyond
//! narrowing: a route that `core::routing` does not have never comes out.

use super::keys::Slot;
use assize_core::ids::{SeatId, TrackId};
use assize_core::routing::{Routes, Sink};
use assize_media::plane::{PlaneRoute, PlaneSink, TransportKey};
use std::collections::{BTreeMap, BTreeSet};

/// Where a seat receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    pub transport: TransportKey,
    /// With a fixed set of legs (WHEP) only these tracks are led to it, as far as they are routed to the seat.
    pub only: Option<BTreeSet<TrackId>>,
}

/// The plane's routes for the hearing's routes. `recorder`: whether the plane has the way to the recorder.
#[must_use]
pub fn plane_routes(
    routes: &Routes,
    slot: Slot,
    receivers: &BTreeMap<SeatId, Receiver>,
    recorder: bool,
) -> BTreeSet<PlaneRoute> {
    let lead = |sink: &Sink, source: &TrackId| match sink {
        Sink::Recorder => recorder.then_some(PlaneSink::Recorder),
        Sink::Seat(seat) => {
            let receiver = receivers.get(seat)?;
            let wanted = receiver.only.as_ref().is_none_or(|only| only.contains(source));
            wanted.then_some(PlaneSink::Transport(receiver.transport))
        }
    };
    routes
        .iter()
        .filter(|route| !(route.opaque && route.sink == Sink::Recorder))
        .filter_map(|route| {
            Some(PlaneRoute { source: slot.track(route.source), sink: lead(&route.sink, &route.source)? })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_core::ids::DeviceKind;
    use assize_core::routing::{Channel, Route};

    fn track(seat: u16, device: DeviceKind) -> TrackId {
        TrackId { seat: SeatId(seat), device }
    }

    fn route(source: TrackId, sink: Sink) -> Route {
        Route { source, sink, channel: Channel::Floor, delay_ms: 0, opaque: false }
    }

    #[test]
    fn only_seats_with_a_transport_receive_and_only_with_a_recorder_is_recorded() {
        let camera = track(2, DeviceKind::Camera1);
        let routes = Routes::from([
            route(camera, Sink::Seat(SeatId(1))),
            route(camera, Sink::Seat(SeatId(3))),
            route(camera, Sink::Recorder),
        ]);
        let receivers = BTreeMap::from([(SeatId(1), Receiver { transport: TransportKey(9), only: None })]);
        let without = plane_routes(&routes, Slot(1), &receivers, false);
        let source = Slot(1).track(camera);
        let to_one = PlaneRoute { source, sink: PlaneSink::Transport(TransportKey(9)) };
        assert_eq!(without, BTreeSet::from([to_one]));
        let with = plane_routes(&routes, Slot(1), &receivers, true);
        assert_eq!(with, BTreeSet::from([to_one, PlaneRoute { source, sink: PlaneSink::Recorder }]));
    }

    #[test]
    fn fixed_legs_narrow_and_never_widen() {
        let (camera, other) = (track(2, DeviceKind::Camera1), track(4, DeviceKind::Camera1));
        let routes = Routes::from([route(camera, Sink::Seat(SeatId(1)))]);
        let only = Some(BTreeSet::from([other]));
        let receivers = BTreeMap::from([(SeatId(1), Receiver { transport: TransportKey(9), only })]);
        assert!(plane_routes(&routes, Slot(1), &receivers, true).is_empty());
    }

    #[test]
    fn an_encrypted_route_never_leads_to_the_recorder() {
        let route = Route { opaque: true, ..route(track(2, DeviceKind::Microphone), Sink::Recorder) };
        assert!(plane_routes(&Routes::from([route]), Slot(1), &BTreeMap::new(), true).is_empty());
    }
}
