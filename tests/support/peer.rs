//! Peer connections of the `webrtc` crate: ICE, DTLS and SRTP that share no code with the server's.

use crate::court::CEILING;
use crate::marker::{Kind, Marker};
use rtc::ice::network_type::NetworkType;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::{Registry, register_default_interceptors};
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::SettingEngineBuilder;
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::transport::{RTCDtlsRole, RTCIceCandidateInit};
use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceGatheringState, RTCPeerConnectionState,
};

/// What one sender's packets of one kind amount to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    pub packets: u64,
    /// Those of them that had not come before: a line is probed with what was sent already.
    pub fresh: u64,
    /// Highest count received.
    pub last: u64,
}

pub type AllHeard = HashMap<(u8, Kind), Heard>;

struct Handler {
    gathered: watch::Sender<bool>,
    state: watch::Sender<RTCPeerConnectionState>,
    heard: watch::Sender<AllHeard>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        self.gathered.send_replace(state == RTCIceGatheringState::Complete);
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let heard = self.heard.clone();
        tokio::spawn(async move {
            let mut known = HashSet::new();
            while let Some(event) = track.poll().await {
                let TrackRemoteEvent::OnRtpPacket(packet) = event else { continue };
                let Some(Marker { tag, kind, n }) = Marker::read(&packet.payload) else { continue };
                heard.send_modify(|all| {
                    let heard = all.entry((tag, kind)).or_default();
                    heard.packets += 1;
                    heard.fresh += u64::from(known.insert((tag, kind, n)));
                    heard.last = heard.last.max(n);
                });
            }
        });
    }
}

/// What a connection has to reach the server by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    Udp,
    /// It connects, and is not connected to (RFC 6544, active).
    Tcp,
}

/// Where somebody's media comes from: nobody else has this address.
#[must_use]
pub fn address(tag: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 77, 100 + tag)
}

/// One peer connection.
pub struct Peer {
    pub connection: Arc<dyn PeerConnection>,
    gathered: watch::Receiver<bool>,
    state: watch::Receiver<RTCPeerConnectionState>,
    road: Road,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").field("state", &*self.state.borrow()).finish_non_exhaustive()
    }
}

impl Peer {
    /// A connection of somebody's that writes what it receives into `heard`.
    pub async fn new(tag: u8, heard: watch::Sender<AllHeard>) -> Self {
        Self::over(tag, Road::Udp, heard).await
    }

    /// A connection that knows one protocol only.
    pub async fn over(tag: u8, road: Road, heard: watch::Sender<AllHeard>) -> Self {
        let (gathered_tx, gathered) = watch::channel(false);
        let (state_tx, state) = watch::channel(RTCPeerConnectionState::New);
        let mut media = MediaEngine::default();
        media.register_default_codecs().expect("default codecs");
        let registry = register_default_interceptors(Registry::new(), &mut media).expect("default interceptors");
        // As browsers do (RFC 8842 section 5.3 leaves the choice to the answerer): the server is always the DTLS server.
        let (network, udp, tcp) = match road {
            Road::Udp => (NetworkType::Udp4, vec![format!("{}:0", address(tag))], Vec::new()),
            // This crate connects over TCP from the plain loopback address only.
            Road::Tcp => (NetworkType::Tcp4, Vec::new(), vec!["127.0.0.1:0".to_owned()]),
        };
        let settings = SettingEngineBuilder::new()
            .with_answering_dtls_role(RTCDtlsRole::Client)
            .with_network_types(vec![network])
            .build();
        let connection = PeerConnectionBuilder::new()
            .with_setting_engine(settings)
            .with_media_engine(media)
            .with_interceptor_registry(registry)
            .with_handler(Arc::new(Handler { gathered: gathered_tx, state: state_tx, heard }))
            .with_udp_addrs(udp)
            .with_tcp_addrs(tcp)
            .build()
            .await
            .expect("a peer connection");
        Self { connection: Arc::new(connection), gathered, state, road }
    }

    /// Waits until local candidates are gathered; returns the local description.
    pub async fn described(&self) -> String {
        let mut gathered = self.gathered.clone();
        // A description that is renewed has its candidates already.
        let _ = timeout(Duration::from_secs(10), gathered.wait_for(|gathered| *gathered)).await;
        self.connection.local_description().await.expect("a local description").sdp
    }

    /// Takes what the server described. Of a description this crate learns TCP candidates, but it connects only to those
    /// that are given to it one by one.
    pub async fn hear(&self, description: RTCSessionDescription) {
        let lines: Vec<String> = description.sdp.lines().map(str::to_owned).collect();
        self.connection.set_remote_description(description).await.expect("the server's description");
        let mut given = BTreeSet::new();
        for line in lines.iter().filter_map(|line| line.strip_prefix("a=")).filter(|line| line.contains(" tcp ")) {
            if self.road == Road::Tcp && given.insert(line) {
                let candidate =
                    RTCIceCandidateInit { candidate: line.to_owned(), sdp_mid: Some("0".into()), ..Default::default() };
                self.connection.add_ice_candidate(candidate).await.expect("the server's candidate");
            }
        }
    }

    pub async fn connected(&self) {
        let mut state = self.state.clone();
        let connected = timeout(CEILING, state.wait_for(|state| *state == RTCPeerConnectionState::Connected)).await;
        assert!(matches!(connected, Ok(Ok(_))), "not connected: {:?}", *self.state.borrow());
    }

    #[must_use]
    pub fn is_connected(&self) -> bool {
        *self.state.borrow() == RTCPeerConnectionState::Connected
    }
}

/// Sends marked packets of the kinds asked for until dropped.
#[derive(Debug)]
pub struct Mouth {
    pub peer: Peer,
    sent: Arc<[AtomicU64; 2]>,
    tasks: Vec<JoinHandle<()>>,
    tracks: Vec<(Kind, Arc<Track>)>,
    tag: u8,
}

struct Track(TrackLocalStaticRTP, u32);

impl fmt::Debug for Track {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Track({})", self.1)
    }
}

impl Mouth {
    /// A peer with these tracks and its offer. Counting goes on where `sent` is.
    pub async fn new(tag: u8, kinds: &[Kind], sent: Arc<[AtomicU64; 2]>) -> (Self, String) {
        Self::over(Road::Udp, tag, kinds, sent).await
    }

    /// The same over one protocol only.
    pub async fn over(road: Road, tag: u8, kinds: &[Kind], sent: Arc<[AtomicU64; 2]>) -> (Self, String) {
        let peer = Peer::over(tag, road, watch::channel(AllHeard::new()).0).await;
        let mut tracks = Vec::new();
        for kind in kinds {
            let ssrc = 1000 * u32::from(tag) + 10 + *kind as u32;
            let track = TrackLocalStaticRTP::new(stream(*kind, ssrc));
            peer.connection.add_track(Arc::new(track.clone()) as Arc<dyn TrackLocal>).await.expect("a track");
            tracks.push((*kind, Arc::new(Track(track, ssrc))));
        }
        let offer = peer.connection.create_offer(None).await.expect("an offer");
        peer.connection.set_local_description(offer).await.expect("our own offer");
        let offer = peer.described().await;
        (Self { peer, sent, tasks: Vec::new(), tracks, tag }, offer)
    }

    /// Takes the answer, waits for the connection and begins to send.
    pub async fn begin(&mut self, answer: String) {
        let answer = RTCSessionDescription::answer(answer).expect("an answer");
        self.peer.hear(answer).await;
        self.peer.connected().await;
        for (kind, track) in &self.tracks {
            let (tag, kind, track, sent) = (self.tag, *kind, Arc::clone(track), Arc::clone(&self.sent));
            self.tasks.push(tokio::spawn(send(tag, kind, track, sent)));
        }
    }

    /// The media section of each kind in the offer.
    #[must_use]
    pub fn mids(offer: &str) -> Vec<(String, Kind)> {
        let mut kind = None;
        let mut mids = Vec::new();
        for line in offer.lines() {
            if let Some(media) = line.strip_prefix("m=") {
                kind = Some(if media.starts_with("audio") { Kind::Sound } else { Kind::Picture });
            }
            if let (Some(mid), Some(kind)) = (line.strip_prefix("a=mid:"), kind) {
                mids.push((mid.trim().to_owned(), kind));
            }
        }
        mids
    }
}

impl Drop for Mouth {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        close(&self.peer);
    }
}

/// Closes a connection in the background, if the runtime still runs.
pub(crate) fn close(peer: &Peer) {
    let connection = Arc::clone(&peer.connection);
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move {
            // It may be closed already.
            let _ = connection.close().await;
        });
    }
}

async fn send(tag: u8, kind: Kind, track: Arc<Track>, sent: Arc<[AtomicU64; 2]>) {
    let (every_ms, clock, payload_type) = match kind {
        Kind::Sound => (20, 48, 111),
        Kind::Picture => (50, 90, 96),
    };
    let mut tick = interval(Duration::from_millis(every_ms));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let n = sent[kind as usize].fetch_add(1, Ordering::SeqCst) + 1;
        let marker = Marker { tag, kind, n };
        let packet = rtc::rtp::packet::Packet {
            header: rtc::rtp::header::Header {
                version: 2,
                marker: kind == Kind::Picture,
                payload_type,
                sequence_number: (n & 0xffff) as u16,
                timestamp: (n * every_ms * clock) as u32,
                ssrc: track.1,
                ..Default::default()
            },
            payload: if kind == Kind::Sound { marker.opus() } else { marker.vp8() },
        };
        if track.0.write_rtp(packet).await.is_err() {
            return;
        }
    }
}

fn stream(kind: Kind, ssrc: u32) -> MediaStreamTrack {
    let (name, kind, mime_type, clock_rate, channels) = match kind {
        Kind::Sound => ("sound", RtpCodecKind::Audio, MIME_TYPE_OPUS, 48_000, 2),
        Kind::Picture => ("picture", RtpCodecKind::Video, MIME_TYPE_VP8, 90_000, 0),
    };
    let codec = RTCRtpCodec { mime_type: mime_type.to_owned(), clock_rate, channels, ..RTCRtpCodec::default() };
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
        codec,
        ..Default::default()
    };
    MediaStreamTrack::new("it".to_owned(), name.to_owned(), name.to_owned(), kind, vec![coding])
}
