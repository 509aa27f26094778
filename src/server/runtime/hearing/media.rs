//! A hearing's links and the media plane.

use super::enact::PLANE_ANSWERS;
use super::links::{Down, Legs, Mourner, Up};
use super::requests::{News, UpOffer};
use super::task::Task;
use crate::runtime::metrics;
use crate::runtime::wiring::Receiver;
use crate::whip::Follow;
use assize_core::hearing::{Actor, Command, Hearing, LeaveReason};
use assize_core::ids::{ConnectionId, DeviceKind, SeatId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::routing::{Channel, Routes, Sink};
use assize_core::signal::{ServerMessage, Tile, Transport};
use assize_media::plane::{MediaError, PlaneEvent, PlaneSink, TransportKey};
use assize_media::sdp::answerable;
use assize_rtp::tap::TrackKey;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Longest wait for the plane to read a session description.
const SDP_ANSWERS: Duration = Duration::from_secs(5);

impl Task {
    /// Where each seat receives, in the media plane's words.
    pub(super) fn receivers(&self, hearing: &Hearing, routes: &Routes) -> BTreeMap<SeatId, Receiver> {
        let live = |seat: SeatId| hearing.seats.get(&seat).and_then(|seat| seat.connection);
        self.links
            .iter()
            .filter(|(connection, link)| live(link.seat) == Some(**connection))
            .filter_map(|(_, link)| {
                let down = link.down.as_ref()?;
                let only = match &down.legs {
                    // What is encrypted would be noise in the clear, and what is not would not be shown.
                    _ if down.sealed != hearing.hears_encrypted(link.seat) => Some(BTreeSet::new()),
                    Legs::All => None,
                    Legs::One(track) => Some(BTreeSet::from([*track])),
                    Legs::Speaker(follow) => Some(follow.select(&routed_to(routes, link.seat))),
                };
                Some((link.seat, Receiver { transport: down.transport, only }))
            })
            .collect()
    }

    /// Takes an offer to publish: `core` decides what, the media plane answers.
    pub(super) async fn up(
        &mut self,
        connection: ConnectionId,
        offer: UpOffer,
        answer: oneshot::Sender<Result<String, Refusal>>,
    ) {
        let (transport, devices, tracks) = match self.prepare_up(connection, &offer).await {
            Ok(prepared) => prepared,
            Err(refusal) => {
                let _ = answer.send(Err(refusal));
                return;
            }
        };
        // Given here and only awaited elsewhere: a later command of this link must find it carried out.
        let given = self.plane.up(transport, offer.sdp, tracks);
        let news = self.news.clone();
        tokio::spawn(async move {
            let answered = sdp_answer(given).await;
            if answered.is_err() {
                let _ = news.send(News::Unusable { connection, transport, devices });
            }
            let _ = answer.send(answered);
        });
    }

    async fn prepare_up(
        &mut self,
        connection: ConnectionId,
        UpOffer { sdp, tracks, sealed }: &UpOffer,
    ) -> Result<(TransportKey, Vec<DeviceKind>, Vec<(String, TrackKey)>), Refusal> {
        let seat = self.links.get(&connection).ok_or(Refusal::NoSuchSeat)?.seat;
        let offered: BTreeSet<DeviceKind> = tracks.iter().map(|track| track.device).collect();
        let mids: BTreeSet<&str> = tracks.iter().map(|track| track.mid.as_str()).collect();
        if offered.len() != tracks.len() || mids.len() != tracks.len() {
            return Err(Refusal::BadSdp { detail: "a section or a device is named twice".into() });
        }
        // Before anything changes: an offer that cannot be answered publishes nothing and ends nothing.
        check(sdp)?;
        self.seal(connection, seat, *sealed).await?;
        let published = self.devices(seat);
        let added: Vec<DeviceKind> = offered.difference(&published).copied().collect();
        let dropped: Vec<DeviceKind> = published.difference(&offered).copied().collect();
        if !added.is_empty() || offered.is_empty() {
            self.act(Command::Publish { devices: added.clone() }, Actor::Seat { seat }).await?;
        }
        if !dropped.is_empty() {
            self.act(Command::Unpublish { devices: dropped }, Actor::Seat { seat }).await?;
        }
        let transport = self.up_transport(connection, session_id(sdp)).await?;
        let named =
            tracks.iter().map(|t| (t.mid.clone(), self.slot.track(TrackId { seat, device: t.device }))).collect();
        Ok((transport, added, named))
    }

    /// The link's *up* transport for this peer connection: the one it has, or a new one in its place.
    async fn up_transport(&mut self, connection: ConnectionId, session: String) -> Result<TransportKey, Refusal> {
        let link = self.links.get_mut(&connection).ok_or(Refusal::NoSuchSeat)?;
        if let Some(up) = &link.up
            && up.session == session
        {
            return Ok(up.transport);
        }
        let transport = self.shared.mint_transport();
        let former = link.up.replace(Up { transport, session, mourner: None });
        if let Some(former) = former {
            self.close_transport(former.transport).await;
        }
        Ok(transport)
    }

    /// What the plane could not use is not published, unless another transport has taken it over meanwhile.
    pub(super) async fn unusable(
        &mut self,
        connection: ConnectionId,
        transport: TransportKey,
        devices: Vec<DeviceKind>,
    ) {
        if self.transport(connection, Transport::Up) == Some(transport) {
            self.unpublish(connection, devices).await;
        }
    }

    async fn unpublish(&mut self, connection: ConnectionId, devices: Vec<DeviceKind>) {
        let Some(seat) = self.links.get(&connection).map(|link| link.seat) else { return };
        if !devices.is_empty() {
            // Refused if it has ended meanwhile.
            let _ = self.fact(Command::Unpublish { devices }, Actor::Seat { seat }).await;
        }
    }

    /// Answers a player's offer with fixed legs.
    pub(super) async fn slots(
        &mut self,
        connection: ConnectionId,
        sdp: String,
        only: Option<TrackId>,
    ) -> Result<String, Refusal> {
        check(&sdp)?;
        self.drop_down(connection).await?;
        let transport = self.shared.mint_transport();
        let delay = self.links.get(&connection).map_or(Duration::ZERO, |link| self.delay_of(link.seat));
        let answer = sdp_answer(self.plane.slots(transport, sdp, delay)).await?;
        if let Some(link) = self.links.get_mut(&connection) {
            let legs = only.map_or_else(|| Legs::Speaker(Follow::default()), Legs::One);
            link.down = Some(Down { transport, sealed: false, legs, mourner: None });
        }
        self.rewire().await;
        Ok(answer)
    }

    pub(super) fn trickle(
        &self,
        connection: ConnectionId,
        side: Transport,
        fragment: String,
        answer: oneshot::Sender<Result<Option<String>, Refusal>>,
    ) {
        let Some(transport) = self.transport(connection, side) else {
            let _ = answer.send(Err(Refusal::NoSuchSeat));
            return;
        };
        let given = self.plane.trickle(transport, fragment);
        tokio::spawn(async move {
            let _ = answer.send(sdp_answer(given).await);
        });
    }

    pub(super) fn tiles(&self, connection: ConnectionId, tiles: Vec<Tile>) {
        let Some(transport) = self.transport(connection, Transport::Down) else { return };
        for Tile { track, height } in tiles {
            self.plane.tile(transport, self.slot.track(track), height);
        }
    }

    /// Ends one transport of a link without signalling; a link that is left with none ends.
    pub(super) async fn close_side(&mut self, connection: ConnectionId, side: Transport) -> Result<(), Refusal> {
        if let Some(transport) = self.transport(connection, side) {
            self.close_transport(transport).await;
        }
        self.side_ended(connection, side, LeaveReason::Left).await;
        Ok(())
    }

    /// Keeps the answer with the transport; if there is none, it is dropped here.
    pub(super) fn mourn(&mut self, connection: ConnectionId, side: Transport, answer: Mourner) {
        let Some(link) = self.links.get_mut(&connection) else { return };
        match (side, &mut link.up, &mut link.down) {
            (Transport::Up, Some(up), _) => up.mourner = Some(answer),
            (Transport::Down, _, Some(down)) => down.mourner = Some(answer),
            (Transport::Up, None, _) | (Transport::Down, _, None) => {}
        }
    }

    pub(super) fn transport(&self, connection: ConnectionId, side: Transport) -> Option<TransportKey> {
        let link = self.links.get(&connection)?;
        match side {
            Transport::Up => link.up.as_ref().map(|up| up.transport),
            Transport::Down => link.down.as_ref().map(|down| down.transport),
        }
    }

    /// Closes a transport; nothing is wired to it afterwards.
    pub(super) async fn close_transport(&mut self, transport: TransportKey) {
        self.wired.retain(|route| route.sink != PlaneSink::Transport(transport));
        // A transport that is gone already is closed.
        let _ = timeout(PLANE_ANSWERS, self.plane.close(transport)).await;
    }

    pub(super) async fn end_plane(&mut self) {
        self.wired.clear();
        if !matches!(timeout(PLANE_ANSWERS, self.plane.end()).await, Ok(Ok(()))) {
            tracing::warn!(hearing = %self.hearing.plan.hearing, "the media plane does not end the hearing");
        }
    }

    pub(super) async fn plane_event(&mut self, event: PlaneEvent) {
        match event {
            PlaneEvent::Connected { transport, .. } => self.connected(transport),
            PlaneEvent::Gone { transport, reason, .. } => self.gone(transport, reason).await,
            PlaneEvent::Down { transport, offer, sdp, legs, .. } => self.offer_down(transport, offer, sdp, legs),
            PlaneEvent::Narrow { transport, tracks, .. } => self.narrow(transport, &tracks),
            PlaneEvent::Layers { transport, track, rids, .. } => self.layers(transport, track, rids),
            PlaneEvent::Flowing { .. } => {}
            PlaneEvent::Levels { tracks, .. } => self.levels(&tracks).await,
            PlaneEvent::Lines { lines, .. } => {
                self.note_lines(&lines);
                self.tell_lines(&lines);
            }
        }
    }

    pub(super) fn owner(&self, transport: TransportKey) -> Option<(ConnectionId, Transport)> {
        self.links.iter().find_map(|(connection, link)| {
            if link.up.as_ref().is_some_and(|up| up.transport == transport) {
                return Some((*connection, Transport::Up));
            }
            let down = link.down.as_ref().is_some_and(|down| down.transport == transport);
            down.then_some((*connection, Transport::Down))
        })
    }

    /// Some layers of a picture are of use to nobody now, or are again.
    fn layers(&mut self, transport: TransportKey, track: TrackKey, rids: Vec<String>) {
        let Some((connection, Transport::Up)) = self.owner(transport) else { return };
        if let Some(TrackId { device, .. }) = self.slot.name(track) {
            self.tell(connection, ServerMessage::Layers { device, rids });
        }
    }

    fn connected(&mut self, transport: TransportKey) {
        let Some((connection, _)) = self.owner(transport) else { return };
        if let Some(entered) = self.links.get_mut(&connection).and_then(|link| link.entered.take()) {
            metrics::join(entered.elapsed());
        }
    }

    async fn gone(&mut self, transport: TransportKey, reason: &'static str) {
        let Some((connection, side)) = self.owner(transport) else { return };
        tracing::info!(hearing = %self.hearing.plan.hearing, ?side, reason, "a transport is gone");
        self.wired.retain(|route| route.sink != PlaneSink::Transport(transport));
        self.side_ended(connection, side, LeaveReason::Lost).await;
    }

    /// A transport of a link has ended: with signalling the client is told to make it anew, without it the link may
    /// have ended with it.
    async fn side_ended(&mut self, connection: ConnectionId, side: Transport, reason: LeaveReason) {
        let Some(link) = self.links.get_mut(&connection) else { return };
        match side {
            Transport::Up => link.up = None,
            Transport::Down => (link.down, link.still) = (None, 0),
        }
        if !link.headless {
            let seat = link.seat;
            self.tell(connection, ServerMessage::TransportLost { transport: side });
            if side == Transport::Up {
                self.interpreter_lost(connection, seat).await;
            }
            return;
        }
        if link.up.is_none() && link.down.is_none() {
            self.leave(connection, reason).await;
        } else if side == Transport::Up && reason == LeaveReason::Left {
            // Switched off. What is only lost is still owed, and missing until an encoder comes back.
            let seat = link.seat;
            let devices = self.devices(seat).into_iter().collect();
            self.unpublish(connection, devices).await;
        }
    }

    /// Whoever listens to an interpreter that cannot be heard any more hears the floor, until another transport brings the
    /// microphone back.
    async fn interpreter_lost(&mut self, connection: ConnectionId, seat: SeatId) {
        let Some(known) = self.hearing.seats.get(&seat) else { return };
        let on_channel = |device: &DeviceKind| {
            device.is_audio() && self.hearing.channel_of(known, *device) == Channel::Interpretation
        };
        let devices = known.devices.iter().copied().filter(on_channel).collect();
        self.unpublish(connection, devices).await;
    }
}

fn routed_to(routes: &Routes, seat: SeatId) -> BTreeSet<TrackId> {
    routes.iter().filter(|route| route.sink == Sink::Seat(seat)).map(|route| route.source).collect()
}

/// `<session id>` of `o=<user> <session id> <version> ...` (RFC 8866 section 5.2): a new peer connection has a new one.
fn session_id(sdp: &str) -> String {
    let origin = sdp.lines().find_map(|line| line.strip_prefix("o=")).unwrap_or_default();
    origin.split_whitespace().nth(1).unwrap_or_default().to_owned()
}

fn check(offer: &str) -> Result<(), Refusal> {
    answerable(offer).map_err(|error| Refusal::BadSdp { detail: error.to_string() })
}

async fn sdp_answer<T>(answer: impl Future<Output = Result<T, MediaError>>) -> Result<T, Refusal> {
    answered(timeout(SDP_ANSWERS, answer).await)
}

pub(super) fn answered<T, E>(answer: Result<Result<T, MediaError>, E>) -> Result<T, Refusal> {
    answer.map_err(|_| Refusal::MediaFault)?.map_err(refusal_of)
}

pub(super) fn refusal_of(error: MediaError) -> Refusal {
    match error {
        MediaError::Sdp(detail) => Refusal::BadSdp { detail },
        MediaError::NoTransport | MediaError::StaleAnswer => Refusal::BadSdp { detail: error.to_string() },
        MediaError::WorkerGone => Refusal::MediaFault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_peer_connection_is_known_by_its_session_id() {
        assert_eq!(session_id("v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\n"), "4611731400430051336");
        assert_eq!(session_id("nonsense"), "");
    }
}
