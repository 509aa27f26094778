//! Two parties or more, the sans-IO plane between them, and a line from each to it; in simulated time, a millisecond a
//! step.

use super::party::{Legs, Party};
use super::send::{LEVEL, MID, OPUS, RED, RID, RIDS, RRID, RTX, TRANSPORT_CC, VP8};
use crate::dtls::Identity;
use crate::ice::Credentials;
use crate::negotiated::{ExtensionIds, PayloadType, Published, Subscribed};
use crate::outbox::Outbox;
use crate::plane::{PlaneRoute, PlaneSink, TransportKey};
use crate::remote::Remote;
use crate::router::{Event, Router, Stats};
use crate::srtp::{Outbound, RTCP_OVERHEAD, RTP_OVERHEAD};
use crate::transport::{Received, Transport};
use assize_line::{Conditions, Line};
use assize_rtp::tap::{Codec, TapItem, TrackKey};
use std::net::SocketAddr;
use std::time::Instant;

const STEP_US: i64 = 1000;
/// A message of the signalling takes so long, and what a browser does upon it.
const SIGNAL_US: i64 = 100_000;
/// What IP and UDP add to a datagram.
const BELOW: usize = 28;

/// What travels: of a party's *up* or *down* transport.
#[derive(Debug, Clone)]
pub(super) struct Datagram {
    pub(super) down: bool,
    pub(super) bytes: Vec<u8>,
}

/// See the module. Party 1 is the one whose line is looked at and gets all others; those are near and get only it.
pub(super) struct Court {
    now_us: i64,
    router: Router,
    /// *up* and *down* of party 0, then of party 1.
    transports: Vec<Transport>,
    pub(super) parties: Vec<Party>,
    /// There: from the party to the plane.
    pub(super) lines: Vec<Line<Datagram>>,
    /// Sealed datagrams by transport.
    out: Vec<(usize, Vec<u8>)>,
    /// What publishers are told of their layers, and when they will have heard it.
    told: Vec<(i64, usize, Vec<String>)>,
    /// When it was told of party 1 how many pictures its line has no room for.
    pub(super) narrow: Vec<(i64, usize)>,
}

fn key(at: usize) -> TransportKey {
    TransportKey(at as u64 + 1)
}

fn address(at: usize) -> Remote {
    Remote::Udp(SocketAddr::from(([10, 0, 0, 1 + at as u8], 5000)))
}

fn credentials(at: usize) -> Credentials {
    Credentials::from_random(&[at as u8 + 1; 24])
}

/// Voice and camera of a party.
fn tracks(party: usize) -> [TrackKey; 2] {
    [TrackKey(10 * party as u64 + 1), TrackKey(10 * party as u64 + 2)]
}

fn payloads(audio: bool) -> Vec<PayloadType> {
    let sound = PayloadType { codec: Codec::Opus, pt: OPUS, rtx: None, red: Some(RED) };
    let picture = PayloadType { codec: Codec::Vp8, pt: VP8, rtx: Some(RTX), red: None };
    vec![if audio { sound } else { picture }]
}

/// As our client and we agree: redundancy for sound, which is sent again as it was; a stream of its own for
/// retransmissions of pictures.
fn published(party: usize) -> [Published; 2] {
    let extensions = ExtensionIds {
        mid: Some(MID),
        rid: Some(RID),
        rrid: Some(RRID),
        transport_cc: Some(TRANSPORT_CC),
        audio_level: Some(LEVEL),
        abs_send_time: None,
    };
    [("a", true), ("v", false)].map(|(mid, audio)| Published {
        mid: mid.into(),
        track: tracks(party)[usize::from(!audio)],
        payloads: payloads(audio),
        rids: if audio { Vec::new() } else { RIDS.map(String::from).to_vec() },
        ssrcs: Vec::new(),
        extensions,
        nack: true,
    })
}

/// Whom a party of so many gets.
fn others(party: usize, parties: usize) -> Vec<usize> {
    if party == 1 { (0..parties).filter(|other| *other != 1).collect() } else { vec![1] }
}

fn legs(party: usize, others: usize) -> Vec<Legs> {
    let base = |other| 1_000_000 * (party as u32 + 1) + 100 * other as u32;
    (0..others).map(|other| Legs { voice: base(other), camera: base(other) + 10 }).collect()
}

fn subscribed(at: usize, legs: Legs) -> [Subscribed; 2] {
    let Legs { voice, camera } = legs;
    [(2 * at, voice, true), (2 * at + 1, camera, false)].map(|(mid, ssrc, audio)| Subscribed {
        mid: mid.to_string(),
        audio,
        payloads: payloads(audio),
        rejected: false,
        ssrc,
        rtx_ssrc: ssrc + 1,
        extensions: ExtensionIds {
            mid: Some(MID),
            audio_level: audio.then_some(2),
            transport_cc: (!audio).then_some(TRANSPORT_CC),
            ..ExtensionIds::default()
        },
        nack: true,
    })
}

impl Court {
    /// Two parties.
    pub(super) fn new(seed: u64) -> Self {
        Self::of(2, seed)
    }

    /// Everybody is connected, and nobody speaks yet.
    pub(super) fn of(count: usize, seed: u64) -> Self {
        let identity = |seed| Identity::seeded(Instant::now(), seed).unwrap();
        let ours = identity(seed);
        let party = |at: usize| {
            let theirs = identity(seed + 1000 + at as u64);
            let fingerprint = theirs.fingerprint();
            let up_down = [credentials(2 * at), credentials(2 * at + 1)];
            let legs = legs(at, others(at, count).len());
            let ssrc = 100 * (at as u32 + 1);
            let party = Party::new(&format!("p{at}"), theirs, ours.fingerprint(), up_down, ssrc, &legs);
            (party, fingerprint)
        };
        let (parties, fingerprints): (Vec<_>, Vec<_>) = (0..count).map(party).unzip();
        let transport = |at: usize| Transport::new(&ours, credentials(at), Some(fingerprints[at / 2]), 0);
        let transports = (0..2 * count).map(transport).collect();
        let clean = || Line::new(Conditions::default(), Conditions::default(), seed).unwrap();
        let lines = (0..count).map(|_| clean()).collect();
        let router = Router::new(0, seed);
        let (out, told, narrow) = (Vec::new(), Vec::new(), Vec::new());
        let mut court = Self { now_us: 0, router, transports, parties, lines, out, told, narrow };
        court.describe();
        court.run(1_000_000);
        assert!(court.parties.iter().all(Party::is_connected));
        court
    }

    /// What the descriptions and the routes say.
    fn describe(&mut self) {
        let count = self.parties.len();
        for party in 0..count {
            let (up, down) = (key(2 * party), key(2 * party + 1));
            let mut sealer = Sealer { transports: &mut self.transports, out: &mut self.out };
            self.router.publish(0, up, &published(party), &mut sealer);
            let others = others(party, count);
            let legs = legs(party, others.len());
            let sections: Vec<Subscribed> =
                legs.iter().enumerate().flat_map(|(at, legs)| subscribed(at, *legs)).collect();
            self.router.subscribe(0, down, &sections, &mut sealer);
            for source in others.into_iter().flat_map(tracks) {
                self.router.connect(0, PlaneRoute { source, sink: PlaneSink::Transport(down) }, &mut sealer);
            }
        }
    }

    /// Party 1 shows what it gets so many pixels high.
    pub(super) fn show(&mut self, height: u32) {
        let mut sealer = Sealer { transports: &mut self.transports, out: &mut self.out };
        for source in others(1, self.parties.len()).into_iter().flat_map(tracks) {
            self.router.tile(self.now_us, key(3), source, height, &mut sealer);
        }
    }

    pub(super) fn now_us(&self) -> i64 {
        self.now_us
    }

    pub(super) fn stats(&self) -> Stats {
        self.router.stats()
    }

    /// Both ways of a party's line are like this from now on, from a fresh seed.
    pub(super) fn impair(&mut self, party: usize, conditions: Conditions, seed: u64) {
        self.lines[party] = Line::new(conditions, conditions, seed).unwrap();
    }

    pub(super) fn run(&mut self, us: i64) {
        let end = self.now_us + us;
        while self.now_us < end {
            self.now_us += STEP_US;
            self.parties.iter_mut().for_each(|party| party.step(self.now_us));
            for (party, line) in self.parties.iter_mut().zip(&mut self.lines) {
                for datagram in party.out.drain(..) {
                    line.there.send(self.now_us, datagram.bytes.len() + BELOW, datagram);
                }
            }
            self.serve();
            for (at, bytes) in self.out.drain(..) {
                let datagram = Datagram { down: at % 2 == 1, bytes };
                self.lines[at / 2].back.send(self.now_us, datagram.bytes.len() + BELOW, datagram);
            }
            for (party, line) in self.parties.iter_mut().zip(&mut self.lines) {
                while let Some((_, datagram)) = line.back.receive(self.now_us) {
                    party.datagram(self.now_us, datagram);
                }
            }
        }
    }

    /// The plane: what came, and what is due.
    fn serve(&mut self) {
        let now = self.now_us;
        for party in 0..self.lines.len() {
            while let Some((arrival_us, mut datagram)) = self.lines[party].there.receive(now) {
                let at = 2 * party + usize::from(datagram.down);
                let bytes = &mut datagram.bytes;
                let received = self.transports[at].datagram(now, address(at), bytes);
                let mut sealer = Sealer { transports: &mut self.transports, out: &mut self.out };
                match received {
                    Received::Nothing => {}
                    Received::Rtp(len) => self.router.rtp(now, key(at), &bytes[..len], arrival_us, &mut sealer),
                    Received::Rtcp(len) => self.router.rtcp(now, key(at), &bytes[..len], arrival_us, &mut sealer),
                }
            }
        }
        if now >= self.router.deadline() {
            let mut sealer = Sealer { transports: &mut self.transports, out: &mut self.out };
            self.router.tick(now, &mut sealer);
        }
        let events: Vec<Event> = self.router.events().collect();
        if events.contains(&Event::Narrow(key(3))) {
            self.narrow.push((now, self.router.without_picture(key(3)).len()));
        }
        for (t, rids) in events.into_iter().filter_map(|event| match event {
            Event::Layers(track) => self.router.useful_layers(track),
            _ => None,
        }) {
            self.told.push((now + SIGNAL_US, (t.0 as usize - 1) / 2, rids));
        }
        for (_, party, rids) in self.told.extract_if(.., |(at, _, _)| *at <= now) {
            self.parties[party].useful(&rids);
        }
        for (at, transport) in self.transports.iter_mut().enumerate() {
            if transport.next_timeout().is_some_and(|due| due <= now) {
                transport.timeout(now);
            }
            while let Some((to, bytes)) = transport.poll_transmit() {
                assert_eq!(to, address(at));
                self.out.push((at, bytes));
            }
        }
    }
}

/// Seals what the router sends, as the worker's queues do.
struct Sealer<'a> {
    transports: &'a mut [Transport],
    out: &'a mut Vec<(usize, Vec<u8>)>,
}

impl Sealer<'_> {
    fn push(
        &mut self,
        to: TransportKey,
        mut bytes: Vec<u8>,
        overhead: usize,
        seal: impl FnOnce(&mut Outbound, &mut [u8], usize) -> Option<usize>,
    ) {
        let at = to.0 as usize - 1;
        let Some((outbound, _)) = self.transports[at].outbound() else { return };
        let len = bytes.len();
        bytes.resize(len + overhead, 0);
        let sealed = seal(outbound, &mut bytes, len).unwrap();
        bytes.truncate(sealed);
        self.out.push((at, bytes));
    }
}

impl Outbox for Sealer<'_> {
    fn rtp(&mut self, to: TransportKey, seq: u64, header: &[u8], payload: &[u8]) {
        let seal = |outbound: &mut Outbound, bytes: &mut [u8], len| outbound.seal_rtp(seq, bytes, len);
        self.push(to, [header, payload].concat(), RTP_OVERHEAD, seal);
    }

    fn rtcp(&mut self, to: TransportKey, compound: &[u8]) {
        self.push(to, compound.to_vec(), RTCP_OVERHEAD, |outbound, bytes, len| outbound.seal_rtcp(bytes, len));
    }

    fn tap(&mut self, _: TapItem) {}

    fn tap_full(&self) -> bool {
        false
    }
}
