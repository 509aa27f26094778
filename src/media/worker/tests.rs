//! The whole plane over real sockets on the loopback, with our own light client on both ends.

#![allow(clippy::unwrap_used)]

mod convergence;
mod death;
mod late;
mod tcp;

use super::sys::now_us;
use crate::dtls::{Fingerprint, Identity};
use crate::ice::Credentials;
use crate::plane::{
    Config, HearingKey, HearingPlane, MediaError, Plane, PlaneEvent, PlaneRoute, PlaneSink, TransportKey,
};
use crate::sdp;
use crate::srtp::RTP_OVERHEAD;
use crate::tcp::{Frames, Partial};
use crate::transport::Received;
use crate::transport::client::Client;
use assize_rtp::tap::{TapItem, TrackKey, tap};
use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A client with a socket of its own.
struct Peer {
    client: Client,
    identity: Identity,
    server: Fingerprint,
    line: Line,
    seq: u64,
}

/// How a client reaches the server. A datagram is waited for no longer than 5 ms.
enum Line {
    Udp(UdpSocket),
    Tcp { stream: TcpStream, partial: Partial, came: VecDeque<Vec<u8>> },
}

impl Line {
    /// The server's port.
    fn port(&self) -> u16 {
        match self {
            Self::Udp(socket) => socket.peer_addr().unwrap().port(),
            Self::Tcp { stream, .. } => stream.peer_addr().unwrap().port(),
        }
    }

    /// To the first candidate of this protocol in the server's description.
    fn open(description: &str, protocol: &str) -> Self {
        let wait = Some(Duration::from_millis(5));
        let to = candidate(description, protocol);
        if protocol == "tcp" {
            let stream = TcpStream::connect(to).unwrap();
            stream.set_read_timeout(wait).unwrap();
            return Self::Tcp { stream, partial: Partial::default(), came: VecDeque::new() };
        }
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(wait).unwrap();
        socket.connect(to).unwrap();
        Self::Udp(socket)
    }

    fn send(&mut self, datagram: &[u8]) {
        match self {
            Self::Udp(socket) => {
                socket.send(datagram).unwrap();
            }
            Self::Tcp { stream, .. } => {
                let len = u16::try_from(datagram.len()).unwrap().to_be_bytes();
                stream.write_all(&[&len[..], datagram].concat()).unwrap();
            }
        }
    }

    fn receive(&mut self) -> Option<Vec<u8>> {
        let mut room = vec![0; 70_000];
        let Self::Tcp { stream, partial, came } = self else {
            let Self::Udp(socket) = self else { return None };
            let len = socket.recv(&mut room).ok()?;
            return Some(room[..len].to_vec());
        };
        if came.is_empty() {
            let held = partial.resume(&mut room);
            let read = stream.read(&mut room[held..]).unwrap_or_default();
            let mut frames = Frames::new(&mut room[..held + read]);
            while let Some(frame) = frames.next_frame().unwrap() {
                came.push_back(frame.to_vec());
            }
            partial.keep(frames.rest());
        }
        came.pop_front()
    }
}

fn candidate(description: &str, protocol: &str) -> SocketAddr {
    let candidates = description.lines().filter(|line| line.starts_with("a=candidate:"));
    let words = candidates.map(|line| line.split(' ').collect::<Vec<_>>()).find(|words| words[2] == protocol).unwrap();
    SocketAddr::new(words[4].parse().unwrap(), words[5].parse().unwrap())
}

impl Peer {
    /// Against the server that wrote `description`.
    fn new(identity: Identity, description: &str) -> Self {
        Self::over("udp", identity, description)
    }

    fn over(protocol: &str, identity: Identity, description: &str) -> Self {
        let parsed = sdp::parse(description).unwrap();
        let client = Client::new("them", parsed.credentials, [5; 12], now_us());
        Self { client, identity, server: parsed.fingerprint, line: Line::open(description, protocol), seq: 1 }
    }

    /// Does what is due, and returns an RTP packet if one came.
    fn step(&mut self) -> Option<Vec<u8>> {
        self.client.timeout(now_us(), &self.identity, self.server);
        while let Some(datagram) = self.client.poll_transmit() {
            self.line.send(&datagram);
        }
        let mut datagram = self.line.receive()?;
        match self.client.datagram(now_us(), &mut datagram) {
            Received::Rtp(len) => Some(datagram[..len].to_vec()),
            Received::Nothing | Received::Rtcp(_) => None,
        }
    }

    fn connect(&mut self) {
        let until = Instant::now() + Duration::from_secs(20);
        while !self.client.is_connected() {
            assert!(Instant::now() < until && !self.client.is_failed(), "not connected");
            self.step();
        }
        // The server is done a flight after us.
        for _ in 0..4 {
            self.step();
        }
    }

    /// Sends an Opus packet.
    fn speak(&mut self, text: &[u8]) {
        let seq = u16::try_from(self.seq & 0xffff).unwrap();
        let mut packet = vec![0x80, 111];
        packet.extend(seq.to_be_bytes());
        packet.extend(u32::try_from(self.seq * 960).unwrap().to_be_bytes());
        packet.extend(77_u32.to_be_bytes());
        packet.extend(text);
        let len = packet.len();
        packet.resize(len + RTP_OVERHEAD, 0);
        let len = self.client.outbound().unwrap().seal_rtp(self.seq, &mut packet, len).unwrap();
        self.line.send(&packet[..len]);
        self.seq += 1;
    }

    /// Payloads received until `count` came or half a second was silent.
    fn listen(&mut self, count: usize) -> Vec<Vec<u8>> {
        let (mut heard, mut last) = (Vec::new(), Instant::now());
        while heard.len() < count && last.elapsed() < Duration::from_millis(500) {
            if let Some(packet) = self.step() {
                last = Instant::now();
                heard.push(payload(&packet).to_vec());
            }
        }
        heard
    }
}

fn payload(packet: &[u8]) -> &[u8] {
    let words = if packet[0] & 0x10 == 0 { 0 } else { 4 + 4 * usize::from(packet[15]) };
    &packet[12 + words..]
}

fn ours(identity: &Identity) -> (String, String) {
    let Credentials { ufrag, pwd } = Credentials::from_random(&[8; 24]);
    let lines =
        format!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\na=fingerprint:sha-256 {}\r\n", identity.fingerprint());
    ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n".to_owned(), lines)
}

/// A microphone's offer.
fn offer(identity: &Identity) -> String {
    let (head, place) = ours(identity);
    format!(
        "{head}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n{place}a=setup:actpass\r\na=mid:0\r\na=sendonly\r\n\
         a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:77 cname:x\r\n"
    )
}

/// What a browser would answer to the plane's offer of one microphone.
fn answer(identity: &Identity) -> String {
    let (head, place) = ours(identity);
    format!(
        "{head}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n{place}a=setup:active\r\na=mid:0\r\na=recvonly\r\n\
         a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    )
}

fn start() -> (Plane, UnboundedReceiver<PlaneEvent>) {
    start_with(1)
}

fn start_with(workers: usize) -> (Plane, UnboundedReceiver<PlaneEvent>) {
    let (events, receiver) = unbounded_channel();
    let ip = Ipv4Addr::LOCALHOST.into();
    let config = Config { bind: ip, first_port: 0, tcp: true, srtp_aes_cm: true, workers, announce: vec![ip] };
    (Plane::start(&config, events).unwrap(), receiver)
}

async fn next_offer(events: &mut UnboundedReceiver<PlaneEvent>) -> (u32, String, Vec<(String, Option<TrackKey>)>) {
    loop {
        let event = tokio::time::timeout(Duration::from_secs(20), events.recv()).await.unwrap().unwrap();
        if let PlaneEvent::Down { offer, sdp: Some(sdp), legs, .. } = event {
            return (offer, sdp, legs);
        }
    }
}

const UP: TransportKey = TransportKey(1);
const DOWN: TransportKey = TransportKey(2);
const TRACK: TrackKey = TrackKey(10);

/// A microphone on a transport of its own, connected.
async fn publish(hearing: &HearingPlane, t: TransportKey, track: TrackKey) -> Peer {
    let identity = Identity::generate(Instant::now()).unwrap();
    let sdp = hearing.up(t, offer(&identity), vec![("0".into(), track)]).await.unwrap();
    let mut publisher = Peer::new(identity, &sdp);
    publisher.connect();
    publisher
}

fn words(count: u8) -> Vec<Vec<u8>> {
    (0..count).map(|n| vec![n; 20 + usize::from(n)]).collect()
}

#[tokio::test]
async fn sound_goes_from_one_client_to_another_until_it_is_cut() {
    let (plane, mut events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let mut publisher = publish(&hearing, UP, TRACK).await;

    let (sender, recorder) = tap(1 << 20);
    hearing.recorder(sender).await.unwrap();
    let route = |sink| PlaneRoute { source: TRACK, sink };
    let routes = vec![route(PlaneSink::Transport(DOWN)), route(PlaneSink::Recorder)];
    hearing.connect(routes.clone()).await.unwrap();
    hearing.down(DOWN, Duration::ZERO).await.unwrap();
    let (number, sdp, legs) = next_offer(&mut events).await;
    assert_eq!(legs, [("0".to_owned(), Some(TRACK))]);
    let identity = Identity::generate(Instant::now()).unwrap();
    assert_eq!(hearing.down_answer(DOWN, number + 1, answer(&identity)).await, Err(MediaError::StaleAnswer));
    hearing.down_answer(DOWN, number, answer(&identity)).await.unwrap();
    let mut viewer = Peer::new(identity, &sdp);
    viewer.connect();

    for word in words(30) {
        publisher.speak(&word);
    }
    assert_eq!(viewer.listen(30), words(30));

    hearing.cut(routes).await.unwrap();
    for word in words(10) {
        publisher.speak(&word);
    }
    assert_eq!(viewer.listen(1), Vec::<Vec<u8>>::new());

    let mut recorded = Vec::new();
    let mut marks = Vec::new();
    while let Ok(item) = recorder.next(Duration::from_millis(50)) {
        match item {
            TapItem::Packet { payload, .. } => recorded.push(payload.to_vec()),
            TapItem::On { .. } => marks.push("on"),
            TapItem::Off { .. } => marks.push("off"),
            TapItem::SenderReport { .. } | TapItem::Shed { .. } => {}
        }
    }
    assert_eq!((recorded, marks), (words(30), vec!["on", "off"]));

    publisher.client.close(now_us());
    publisher.step();
    loop {
        let event = tokio::time::timeout(Duration::from_secs(20), events.recv()).await.unwrap().unwrap();
        if let PlaneEvent::Gone { transport, reason, .. } = event {
            assert_eq!((transport, reason), (UP, "closed by the peer"));
            break;
        }
    }
    hearing.end().await.unwrap();
    assert_eq!(hearing.close(DOWN).await, Err(MediaError::NoTransport));
}

/// An answer with one more microphone.
fn second(identity: &Identity) -> String {
    let first = answer(identity);
    let (_, section) = first.split_at(first.find("m=audio").unwrap());
    first.replace("BUNDLE 0", "BUNDLE 0 1") + &section.replace("a=mid:0", "a=mid:1")
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_changes_nothing_and_a_good_one_is_taken_after_it() {
    let (plane, mut events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let mut publisher = publish(&hearing, UP, TRACK).await;
    let route = |source| PlaneRoute { source, sink: PlaneSink::Transport(DOWN) };
    hearing.connect(vec![route(TRACK)]).await.unwrap();
    hearing.down(DOWN, Duration::ZERO).await.unwrap();
    let (number, sdp, _) = next_offer(&mut events).await;
    let identity = Identity::generate(Instant::now()).unwrap();
    hearing.down_answer(DOWN, number, answer(&identity)).await.unwrap();
    let (first, good) = (answer(&identity), second(&identity));
    let mut viewer = Peer::new(identity, &sdp);
    viewer.connect();

    // One more voice: the next offer has two sections.
    let other = Identity::generate(Instant::now()).unwrap();
    hearing.up(TransportKey(3), offer(&other), vec![("0".into(), TrackKey(11))]).await.unwrap();
    hearing.connect(vec![route(TrackKey(11))]).await.unwrap();
    let (number, _, legs) = next_offer(&mut events).await;
    assert_eq!(legs.len(), 2);
    let bad = [
        "nonsense".to_owned(),
        first,
        good.replace("a=setup:active", "a=setup:passive"),
        good.replace("a=mid:1", "a=mid:9"),
        second(&other),
    ];
    for bad in bad {
        let answered = hearing.down_answer(DOWN, number, bad).await;
        assert!(matches!(answered, Err(MediaError::Sdp(_))), "{answered:?}");
        for word in words(5) {
            publisher.speak(&word);
        }
        assert_eq!(viewer.listen(5), words(5), "what flows goes on");
    }
    hearing.down_answer(DOWN, number, good).await.unwrap();
    for word in words(5) {
        publisher.speak(&word);
    }
    assert_eq!(viewer.listen(5), words(5));
    assert_eq!(hearing.down_answer(DOWN, number, String::new()).await, Err(MediaError::StaleAnswer));
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(event, PlaneEvent::Gone { .. }), "{event:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_and_leaves_nothing() {
    let (plane, _events) = start();
    let hearing = plane.hearing(HearingKey(1));
    assert!(matches!(hearing.up(UP, "nonsense".into(), Vec::new()).await, Err(MediaError::Sdp(_))));
    let identity = Identity::generate(Instant::now()).unwrap();
    let useless = offer(&identity).replace("opus/48000/2", "PCMU/8000");
    assert!(matches!(hearing.up(UP, useless, Vec::new()).await, Err(MediaError::Sdp(_))));
    assert_eq!(hearing.close(UP).await, Err(MediaError::NoTransport));
    assert_eq!(hearing.down_answer(DOWN, 1, String::new()).await, Err(MediaError::NoTransport));
    let other = plane.hearing(HearingKey(2));
    hearing.up(UP, offer(&identity), Vec::new()).await.unwrap();
    assert_eq!(other.close(UP).await, Err(MediaError::NoTransport), "a transport is its hearing's");
}

#[tokio::test]
async fn commands_take_effect_in_the_order_they_are_given_awaited_or_not() {
    let (plane, _events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let identity = Identity::generate(Instant::now()).unwrap();
    let answer = hearing.up(UP, offer(&identity), vec![("0".into(), TRACK)]);
    // What is closed must not come to life behind that.
    hearing.close(UP).await.unwrap();
    assert!(answer.await.is_ok());
    assert_eq!(hearing.close(UP).await, Err(MediaError::NoTransport));
}

#[tokio::test]
async fn a_restart_over_a_fragment_brings_new_credentials() {
    let (plane, _events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let identity = Identity::generate(Instant::now()).unwrap();
    let first = hearing.up(UP, offer(&identity), vec![("0".into(), TRACK)]).await.unwrap();
    let trickled = "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n".to_owned();
    assert_eq!(hearing.trickle(UP, trickled).await, Ok(None));
    let Credentials { ufrag, pwd } = Credentials::from_random(&[9; 24]);
    let fragment = format!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\nm=audio 9 X 0\r\na=mid:0\r\n");
    let second = hearing.trickle(UP, fragment).await.unwrap().unwrap();
    let before = sdp::parse(&first).unwrap().credentials;
    let after = sdp::Fragment::parse(&second).unwrap().credentials.unwrap();
    assert_ne!(before, after);
    // The description's credentials still work: the client may be on its way with them.
    let mut peer = Peer::new(identity, &first);
    peer.connect();
}

#[tokio::test]
async fn a_panic_costs_its_own_peer_only() {
    let (plane, mut events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let mut peers = Vec::new();
    for t in [UP, DOWN] {
        let identity = Identity::generate(Instant::now()).unwrap();
        let sdp = hearing.up(t, offer(&identity), vec![("0".into(), TrackKey(t.0))]).await.unwrap();
        let mut peer = Peer::new(identity, &sdp);
        peer.connect();
        peers.push(peer);
    }
    hearing.worker.send(hearing.key, super::Command::Trap { t: UP });
    // Answered only after the trap was set.
    hearing.connect(Vec::new()).await.unwrap();
    peers[0].speak(b"boom");
    peers[1].speak(b"still here");
    let (mut gone, mut flowing) = (None, None);
    while gone.is_none() || flowing.is_none() {
        let event = tokio::time::timeout(Duration::from_secs(20), events.recv()).await.unwrap().unwrap();
        match event {
            PlaneEvent::Gone { transport, .. } => gone = Some(transport),
            PlaneEvent::Flowing { track, .. } => flowing = Some(track),
            _ => {}
        }
    }
    assert_eq!((gone, flowing), (Some(UP), Some(TrackKey(DOWN.0))));
}

#[test]
fn runs_of_datagrams_go_and_come_over_both_families() {
    use super::sys::{Inbox, Outgoing, Socket, Wake};
    for (ours, theirs) in [("127.0.0.1:0", "127.0.0.1"), ("[::]:0", "127.0.0.1"), ("[::]:0", "::1")] {
        if theirs == "::1" && UdpSocket::bind((theirs, 0)).is_err() || UdpSocket::bind(ours).is_err() {
            continue; // A machine without IPv6.
        }
        let to = Socket::bind(SocketAddr::new(ours.parse::<SocketAddr>().unwrap().ip(), 0)).unwrap();
        let from = Socket::bind(ours.parse().unwrap()).unwrap();
        let addr = SocketAddr::new(theirs.parse().unwrap(), to.port().unwrap());
        let run: Vec<u8> = (0..1000).map(|n| u8::try_from(n / 300).unwrap()).collect();
        let before = now_us();
        let messages =
            [Outgoing { to: addr, bytes: &run, segment: 300 }, Outgoing { to: addr, bytes: b"alone", segment: 0 }];
        assert_eq!(from.send(&messages).unwrap(), 2);
        let (mut inbox, mut came) = (Inbox::new(), Vec::new());
        while came.len() < 5 {
            assert!(to.wait(&Wake::new().unwrap(), None, 1_000_000).0, "{ours} to {theirs}: only {} came", came.len());
            for n in 0..inbox.receive(&to) {
                let message = inbox.message(n).unwrap();
                assert_eq!(message.from, SocketAddr::new(addr.ip(), from.port().unwrap()));
                assert!(message.arrival_us >= before - 1000 && message.arrival_us <= now_us());
                came.extend(message.bytes.chunks(message.segment).map(<[u8]>::to_vec));
            }
        }
        let lens: Vec<usize> = came.iter().map(Vec::len).collect();
        assert_eq!(lens, [300, 300, 300, 100, 5]);
        assert_eq!((came[1][0], came[3][0], &came[4][..]), (1, 3, &b"alone"[..]));
    }
}

#[tokio::test]
async fn a_plane_that_is_gone_says_so() {
    let (plane, _events) = start();
    let hearing = plane.hearing(HearingKey(1));
    drop(plane);
    assert_eq!(hearing.down(DOWN, Duration::ZERO).await, Err(MediaError::WorkerGone));
}
