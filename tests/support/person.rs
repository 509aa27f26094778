//! Somebody in a hearing: a link, a mouth and an ear.

use crate::court::CEILING;
use crate::link::{Link, MediaNews, Sender, Told};
use crate::marker::Kind;
use crate::peer::{AllHeard, Heard, Mouth, Peer, Road, close};
use assize_core::hearing::{Command, SessionState};
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::signal::{ClientMessage, Leg, MidDevice, Transport};
use assize_core::view::View;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

#[derive(Debug)]
pub struct Person {
    pub tag: u8,
    pub link: Link,
    pub mouth: Option<Mouth>,
    to: SocketAddr,
    sent: Arc<[AtomicU64; 2]>,
    heard: watch::Sender<AllHeard>,
    legs: watch::Receiver<Vec<Leg>>,
    ear: JoinHandle<()>,
    /// By what the next peer connections reach the server.
    road: watch::Sender<Road>,
}

impl Person {
    /// Enters with a ticket.
    ///
    /// # Errors
    /// As [`Link::begin`].
    pub async fn enter(to: SocketAddr, ticket: &str, tag: u8) -> Result<Self, Option<Refusal>> {
        let (link, media) =
            Link::begin(to, ClientMessage::Hello { ticket: ticket.to_owned() }, Told::default()).await?;
        let heard = watch::channel(AllHeard::new()).0;
        let (legs_tx, legs) = watch::channel(Vec::new());
        let road = watch::channel(Road::Udp).0;
        let ear = tokio::spawn(listen(tag, link.sender(), media, heard.clone(), legs_tx, road.subscribe()));
        Ok(Self { tag, link, mouth: None, to, sent: Arc::default(), heard, legs, ear, road })
    }

    /// Comes back on a new WebSocket with the token and number of the one before; media is made anew.
    ///
    /// # Errors
    /// As [`Link::begin`].
    pub async fn resume(&mut self) -> Result<(), Option<Refusal>> {
        let before = self.link.told();
        let first = ClientMessage::Resume { token: before.token.clone(), last: before.n };
        let (link, media) = Link::begin(self.to, first, before).await?;
        self.take(link, media);
        Ok(())
    }

    /// As [`Person::resume`], again and again while the server cannot be reached.
    ///
    /// # Panics
    /// It refuses, or does not come back within the ceiling.
    pub async fn come_back(&mut self) {
        let back = timeout(CEILING, async {
            while let Err(refusal) = self.resume().await {
                assert_eq!(refusal, None, "the token is refused");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        });
        back.await.expect("the server does not come back");
    }

    fn take(&mut self, link: Link, media: mpsc::UnboundedReceiver<MediaNews>) {
        let (legs_tx, legs) = watch::channel(Vec::new());
        self.ear.abort();
        self.mouth = None;
        let road = self.road.subscribe();
        self.ear = tokio::spawn(listen(self.tag, link.sender(), media, self.heard.clone(), legs_tx, road));
        self.legs = legs;
        self.link = link;
    }

    /// From now on peer connections that are made reach the server by this only.
    pub fn go_by(&self, road: Road) {
        self.road.send_replace(road);
    }

    /// Lets the WebSocket and all media break without a word.
    pub async fn break_off(&mut self) {
        self.link.drop_wire().await;
        self.ear.abort();
        self.mouth = None;
    }

    /// Says that this client can receive.
    pub async fn receive(&self) {
        self.link.send(&ClientMessage::Receive { sealed: false }).await;
    }

    /// Publishes microphone and camera, and begins to send.
    ///
    /// # Errors
    /// The offer is refused.
    pub async fn speak(&mut self) -> Result<(), Refusal> {
        self.publish(&[Kind::Sound, Kind::Picture]).await
    }

    /// # Errors
    /// The offer is refused.
    pub async fn publish(&mut self, kinds: &[Kind]) -> Result<(), Refusal> {
        let (mut mouth, sdp) = Mouth::over(*self.road.borrow(), self.tag, kinds, Arc::clone(&self.sent)).await;
        let tracks = Mouth::mids(&sdp).into_iter().map(|(mid, kind)| MidDevice { mid, device: device(kind) }).collect();
        let id = self.link.id();
        self.link.send(&ClientMessage::UpOffer { id, sdp, tracks, sealed: false }).await;
        let answer = self.link.answer(id).await?.expect("an answer has a description");
        mouth.begin(answer).await;
        self.mouth = Some(mouth);
        Ok(())
    }

    /// Speaks and receives.
    ///
    /// # Panics
    /// The offer is refused.
    pub async fn take_part(&mut self) {
        self.receive().await;
        self.speak().await.expect("the offer is taken");
    }

    /// # Errors
    /// What the server refuses.
    pub async fn command(&self, command: Command) -> Result<(), Refusal> {
        self.link.command(command).await
    }

    /// A command that must be done.
    ///
    /// # Panics
    /// It is refused.
    pub async fn does(&self, command: Command) {
        let answer = self.command(command.clone()).await;
        assert_eq!(answer, Ok(()), "{command:?}");
    }

    #[must_use]
    pub fn view(&self) -> View {
        self.link.told().view.expect("a welcome came")
    }

    #[must_use]
    pub fn seat(&self) -> SeatId {
        self.view().me.seat
    }

    #[must_use]
    pub fn state(&self) -> SessionState {
        self.view().session.state
    }

    pub async fn until_view(&self, what: &str, so: impl Fn(&View) -> bool) {
        self.link.until(what, |told| told.view.as_ref().filter(|view| so(view)).map(|_| ())).await;
    }

    pub async fn until_state(&self, state: SessionState) {
        self.until_view(&format!("{state:?}"), |view| view.session.state == state).await;
    }

    /// Number of the last packet of this kind that was sent.
    #[must_use]
    pub fn sent(&self, kind: Kind) -> u64 {
        self.sent[kind as usize].load(Ordering::SeqCst)
    }

    /// What came from somebody so far.
    #[must_use]
    pub fn heard(&self, tag: u8, kind: Kind) -> Heard {
        self.heard.borrow().get(&(tag, kind)).copied().unwrap_or_default()
    }

    /// Everybody of whom anything was received.
    #[must_use]
    pub fn heard_of(&self) -> BTreeSet<(u8, Kind)> {
        self.heard.borrow().keys().copied().collect()
    }

    /// Waits until `count` more packets came from somebody.
    ///
    /// # Panics
    /// They do not come within the ceiling.
    pub async fn hears(&self, tag: u8, kind: Kind, count: u64) {
        let before = self.heard(tag, kind).packets;
        let mut heard = self.heard.subscribe();
        let enough = |all: &AllHeard| all.get(&(tag, kind)).is_some_and(|heard| heard.packets >= before + count);
        let came = timeout(CEILING, heard.wait_for(enough)).await.is_ok_and(|came| came.is_ok());
        assert!(came, "{} does not get {kind:?} of {tag}: {:?}; {:#?}", self.tag, *self.heard.borrow(), self.view());
    }

    /// Waits until both kinds came from somebody.
    pub async fn perceives(&self, tag: u8) {
        self.hears(tag, Kind::Sound, 10).await;
        self.hears(tag, Kind::Picture, 5).await;
    }

    /// Tracks on the *down* transport now.
    #[must_use]
    pub fn legs(&self) -> BTreeSet<TrackId> {
        self.legs.borrow().iter().filter_map(|leg| leg.track).collect()
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.ear.abort();
    }
}

#[must_use]
pub fn device(kind: Kind) -> DeviceKind {
    match kind {
        Kind::Sound => DeviceKind::Microphone,
        Kind::Picture => DeviceKind::Camera1,
    }
}

/// Answers the server's offers, with a new peer connection after a transport was lost.
async fn listen(
    tag: u8,
    sender: Sender,
    mut media: mpsc::UnboundedReceiver<MediaNews>,
    heard: watch::Sender<AllHeard>,
    legs: watch::Sender<Vec<Leg>>,
    road: watch::Receiver<Road>,
) {
    let mut ear = Ear(None);
    while let Some(news) = media.recv().await {
        match news {
            MediaNews::Lost(Transport::Down) => {
                ear.0 = None;
                sender.send(&ClientMessage::Receive { sealed: false }).await;
            }
            MediaNews::Lost(Transport::Up) => {}
            MediaNews::Offer { offer, sdp, legs: now } => {
                if let Some(sdp) = sdp {
                    let peer = match ear.0.take() {
                        Some(peer) => ear.0.insert(peer),
                        None => {
                            let road = *road.borrow();
                            ear.0.insert(Peer::over(tag, road, heard.clone()).await)
                        }
                    };
                    let sdp = answer(peer, sdp).await;
                    sender.send(&ClientMessage::DownAnswer { offer, sdp }).await;
                }
                legs.send_replace(now);
            }
        }
    }
}

struct Ear(Option<Peer>);

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(peer) = &self.0 {
            close(peer);
        }
    }
}

async fn answer(peer: &Peer, offer: String) -> String {
    let offer = rtc::peer_connection::sdp::RTCSessionDescription::offer(offer).expect("an offer");
    peer.hear(offer).await;
    let answer = peer.connection.create_answer(None).await.expect("an answer");
    peer.connection.set_local_description(answer).await.expect("our own answer");
    peer.described().await
}
