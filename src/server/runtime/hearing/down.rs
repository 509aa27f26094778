//! A link's *down* transport: our offers, and what becomes of the client's answers.
//!
//! The plane numbers offers over all transports: an answer that belongs to a former one is never taken for an answer to an
//! offer of this one.

use super::enact::PLANE_ANSWERS;
use super::links::{Down, Legs};
use super::media::{answered, refusal_of};
use super::requests::News;
use super::task::Task;
use crate::runtime::metrics;
use assize_core::ids::{ConnectionId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::signal::{Leg, ServerMessage, Transport};
use assize_media::plane::{MediaError, TransportKey};
use assize_rtp::tap::TrackKey;
use std::time::Duration;
use tokio::time::timeout;

impl Task {
    /// Gives a link a new *down* transport, to which its seat's routes lead from now on; `sealed`: the client decrypts what
    /// arrives there.
    pub(super) async fn receive(&mut self, connection: ConnectionId, sealed: bool) -> Result<(), Refusal> {
        self.drop_down(connection).await?;
        let transport = self.shared.mint_transport();
        let delay = self.links.get(&connection).map_or(Duration::ZERO, |link| self.delay_of(link.seat));
        answered(timeout(PLANE_ANSWERS, self.plane.down(transport, delay)).await)?;
        if let Some(link) = self.links.get_mut(&connection) {
            link.down = Some(Down { transport, sealed, legs: Legs::All, mourner: None });
        }
        self.rewire().await;
        Ok(())
    }

    pub(super) async fn drop_down(&mut self, connection: ConnectionId) -> Result<(), Refusal> {
        let link = self.links.get_mut(&connection).ok_or(Refusal::NoSuchSeat)?;
        if let Some(former) = link.down.take() {
            self.close_transport(former.transport).await;
        }
        Ok(())
    }

    /// The client looks for another way. The offer that follows says that it was done; a transport that is gone is told of
    /// by itself.
    pub(super) fn restart_down(&self, connection: ConnectionId) {
        if let Some(transport) = self.transport(connection, Transport::Down) {
            drop(self.plane.restart(transport));
        }
    }

    /// Passes an offer, or what the sections of the last one carry now, on to the client.
    pub(super) fn offer_down(
        &mut self,
        transport: TransportKey,
        offer: u32,
        sdp: Option<String>,
        legs: Vec<(String, Option<TrackKey>)>,
    ) {
        let Some((connection, Transport::Down)) = self.owner(transport) else { return };
        let Some(link) = self.links.get_mut(&connection) else { return };
        link.offered = link.offered.max(offer);
        let name = |key| self.slot.name(key);
        let legs = legs.into_iter().map(|(mid, key)| Leg { mid, track: key.and_then(name) }).collect();
        self.tell(connection, ServerMessage::DownOffer { offer, sdp, legs });
    }

    /// The line of a client has room for fewer pictures, or for more again.
    pub(super) fn narrow(&mut self, transport: TransportKey, tracks: &[TrackKey]) {
        let Some((connection, Transport::Down)) = self.owner(transport) else { return };
        let tracks: Vec<TrackId> = tracks.iter().filter_map(|key| self.slot.name(*key)).collect();
        if let Some(link) = self.links.get_mut(&connection) {
            link.still = tracks.len();
        }
        self.tell(connection, ServerMessage::Narrow { tracks });
    }

    /// Takes the client's answer. One that cannot be used is refused and changes nothing: what flows goes on, and
    /// another answer to the same offer is taken.
    pub(super) fn down_answer(&mut self, connection: ConnectionId, offer: u32, sdp: String) {
        let Some(link) = self.links.get(&connection) else { return };
        if offer == 0 || offer > link.offered {
            let refusal = Refusal::BadSdp { detail: format!("there is no offer {offer}") };
            metrics::refusal(&refusal);
            self.tell(connection, ServerMessage::Refused { id: 0, refusal });
            return;
        }
        let Some(transport) = self.transport(connection, Transport::Down) else { return };
        // Given here and only awaited elsewhere: a later command of this link must find it carried out.
        let (given, news) = (self.plane.down_answer(transport, offer, sdp), self.news.clone());
        tokio::spawn(async move {
            match given.await {
                // An answer to an offer of a former transport says nothing, nor does one to an offer that has been
                // answered, or when the transport has just gone: that is told.
                Ok(()) | Err(MediaError::StaleAnswer | MediaError::NoTransport) => {}
                Err(error) => {
                    tracing::warn!(%error, "an answer for a receiving transport cannot be used");
                    // An error means that the task has ended, and its links with it.
                    let _ = news.send(News::AnswerRefused { connection, transport, refusal: refusal_of(error) });
                }
            }
        });
    }

    /// The plane could not use an answer: the client is told, unless it has gone on to another transport.
    pub(super) fn answer_refused(&mut self, connection: ConnectionId, transport: TransportKey, refusal: Refusal) {
        metrics::refusal(&refusal);
        if self.transport(connection, Transport::Down) == Some(transport) {
            self.tell(connection, ServerMessage::Refused { id: 0, refusal });
        }
    }
}
