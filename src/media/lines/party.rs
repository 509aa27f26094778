//! A party's browser: what it sends on *up*, what it makes of *down*, and what it asks for and reports.

use super::court::Datagram;
use super::ear::Ear;
use super::eye::Eye;
use super::send::{Camera, FRAME_US, Numbered, OPUS, RED, TRANSPORT_CC, VOICE_US, Voice, number_of};
use crate::dtls::{Fingerprint, Identity};
use crate::ice::Credentials;
use crate::router::feedback::TransportFeedback;
use crate::srtp::{RTCP_OVERHEAD, RTP_OVERHEAD};
use crate::transport::Received;
use crate::transport::client::Client;
use assize_rtp::packet::Packet;
use assize_rtp::red::Red;
use assize_rtp::rtcp::{Compound, Report, Rtcp, write};

const REPORT_US: i64 = 1_000_000;
const REQUEST_US: i64 = 20_000;
const FEEDBACK_US: i64 = 100_000;
/// Handshakes, checks and their repeats are looked at in this rhythm.
const TIMER_US: i64 = 10_000;

/// SSRCs of the two legs by which a party receives another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Legs {
    pub(super) voice: u32,
    pub(super) camera: u32,
}

/// What a party gets of another.
#[derive(Debug)]
pub(super) struct Other {
    legs: Legs,
    pub(super) ear: Ear,
    pub(super) eye: Eye,
}

impl Other {
    fn new(legs: Legs) -> Self {
        Self { legs, ear: Ear::new(legs.voice), eye: Eye::new(legs.camera, 0) }
    }
}

/// What a leg's receiver reports of it.
#[derive(Debug, Clone, Copy, Default)]
struct Reception {
    ssrc: u32,
    highest: u64,
    received: u64,
    told: (u64, u64),
    last_sr: u32,
    sr_us: i64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Party {
    identity: Identity,
    server: Fingerprint,
    up: Client,
    down: Client,
    /// In the order of their numbers.
    pub(super) others: Vec<Other>,
    /// Sound and picture are sent; since when.
    began_us: Option<i64>,
    with_picture: bool,
    voice: Voice,
    camera: Camera,
    receptions: Vec<Reception>,
    wide: u16,
    feedback: TransportFeedback,
    /// Round trip by the server's reports on what is sent.
    rtt_us: i64,
    pub(super) out: Vec<Datagram>,
}

/// Middle 32 bits of an NTP time.
fn middle(us: i64) -> u32 {
    (ntp(us) >> 16) as u32
}

/// Of the party's own clock, far from ours.
fn ntp(us: i64) -> u64 {
    (3_900_000_000 << 32) + (((us as u128) << 32) / 1_000_000) as u64
}

impl Party {
    /// `ufrag` tells its clients apart; `credentials` are the server's for *up* and *down*.
    pub(super) fn new(
        ufrag: &str,
        identity: Identity,
        server: Fingerprint,
        credentials: [Credentials; 2],
        ssrc: u32,
        legs: &[Legs],
    ) -> Self {
        let [up, down] = credentials;
        let reception = |ssrc| Reception { ssrc, ..Reception::default() };
        Self {
            identity,
            server,
            up: Client::new(ufrag, up, [1; 12], 0),
            down: Client::new(ufrag, down, [2; 12], 0),
            others: legs.iter().copied().map(Other::new).collect(),
            began_us: None,
            with_picture: true,
            voice: Voice::new(ssrc),
            camera: Camera::new(ssrc + 10),
            receptions: legs.iter().flat_map(|legs| [reception(legs.voice), reception(legs.camera)]).collect(),
            wide: 0,
            feedback: TransportFeedback::default(),
            rtt_us: 0,
            out: Vec::new(),
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.up.is_connected() && self.down.is_connected()
    }

    /// From now on it speaks, and shows itself.
    pub(super) fn begin(&mut self, now_us: i64, with_picture: bool) {
        (self.began_us, self.with_picture) = (Some(now_us), with_picture);
        self.others.iter_mut().for_each(|other| other.eye = Eye::new(other.legs.camera, now_us));
    }

    /// The layers of its picture that are of use to anybody.
    pub(super) fn useful(&mut self, rids: &[String]) {
        self.camera.useful(rids);
    }

    /// It never sends this layer, whatever it offered.
    pub(super) fn cannot(&mut self, layer: usize) {
        self.camera.cannot(layer);
    }

    /// Packets of each layer of its picture that it sent so far.
    pub(super) fn sent(&self) -> [u64; 3] {
        self.camera.sent()
    }

    /// How loud its microphone is from now on, in dB below full scale.
    pub(super) fn speak(&mut self, level: u8) {
        self.voice.level(level);
    }

    /// The first of the others.
    pub(super) fn ear(&self) -> &Ear {
        &self.others[0].ear
    }

    pub(super) fn eye(&self) -> &Eye {
        &self.others[0].eye
    }

    /// Packets of the picture sent again.
    pub(super) fn again(&self) -> u64 {
        self.camera.again
    }

    pub(super) fn step(&mut self, now_us: i64) {
        if now_us % TIMER_US == 0 {
            self.up.timeout(now_us, &self.identity, self.server);
            self.down.timeout(now_us, &self.identity, self.server);
        }
        while let Some(bytes) = self.up.poll_transmit() {
            self.out.push(Datagram { down: false, bytes });
        }
        while let Some(bytes) = self.down.poll_transmit() {
            self.out.push(Datagram { down: true, bytes });
        }
        let Some(began) = self.began_us else { return };
        self.media(now_us, now_us - began);
        if (now_us - began) % REPORT_US == 0 {
            self.reports(now_us, now_us - began);
        }
        if (now_us - began) % FEEDBACK_US == 0 {
            let mut compounds = Vec::new();
            let media = self.others.first().map_or(0, |other| other.legs.camera);
            self.feedback.flush(1, media, &mut Vec::new(), |compound| compounds.push(compound.to_vec()));
            compounds.into_iter().for_each(|compound| self.control(true, compound));
        }
        let mut requests = Vec::new();
        for other in &mut self.others {
            requests.extend(other.eye.requests(now_us, self.with_picture && now_us % REQUEST_US == 0));
            requests.extend(other.ear.requests(now_us));
        }
        requests.into_iter().for_each(|compound| self.control(true, compound));
    }

    fn media(&mut self, now_us: i64, since_us: i64) {
        let mut packets = Vec::new();
        if since_us >= i64::from(self.voice.number) * VOICE_US {
            packets.push(self.voice.packet(now_us, &mut self.wide));
        }
        if self.with_picture && since_us >= i64::from(self.camera.number) * FRAME_US {
            self.camera.frame(now_us, since_us, &mut self.wide, &mut packets);
        }
        packets.into_iter().for_each(|packet| self.send(packet));
    }

    fn send(&mut self, (seq, mut bytes): Numbered) {
        let len = bytes.len();
        bytes.resize(len + RTP_OVERHEAD, 0);
        let sealed = self.up.outbound().unwrap().seal_rtp(seq, &mut bytes, len).unwrap();
        bytes.truncate(sealed);
        self.out.push(Datagram { down: false, bytes });
    }

    fn control(&mut self, down: bool, mut bytes: Vec<u8>) {
        let client = if down { &mut self.down } else { &mut self.up };
        let len = bytes.len();
        bytes.resize(len + RTCP_OVERHEAD, 0);
        let sealed = client.outbound().unwrap().seal_rtcp(&mut bytes, len).unwrap();
        bytes.truncate(sealed);
        self.out.push(Datagram { down, bytes });
    }

    fn reports(&mut self, now_us: i64, since_us: i64) {
        let clocks: Vec<(u32, u32)> =
            [self.voice.clock(since_us)].into_iter().chain(self.camera.clocks(since_us)).collect();
        for (ssrc, rtp) in clocks {
            let mut compound = Vec::new();
            write::sender_report(&mut compound, ssrc, ntp(now_us), rtp, 1, 1);
            self.control(false, compound);
        }
        let blocks: Vec<Report> =
            self.receptions.iter_mut().filter(|r| r.received > 0).map(|r| r.report(now_us)).collect();
        if !blocks.is_empty() {
            let mut compound = Vec::new();
            write::receiver_report(&mut compound, 1, &blocks);
            self.control(true, compound);
        }
    }

    /// A datagram of the server's *up* or *down* transport.
    pub(super) fn datagram(&mut self, now_us: i64, Datagram { down, mut bytes }: Datagram) {
        let client = if down { &mut self.down } else { &mut self.up };
        match client.datagram(now_us, &mut bytes) {
            Received::Nothing => {}
            Received::Rtp(len) => self.packet(now_us, &bytes[..len]),
            Received::Rtcp(len) => self.compound(now_us, &bytes[..len]),
        }
    }

    fn packet(&mut self, now_us: i64, bytes: &[u8]) {
        let packet = Packet::parse(bytes).unwrap();
        if let Some(reception) = self.receptions.iter_mut().find(|r| r.ssrc == packet.ssrc) {
            reception.count(packet.seq);
        }
        if let Some(&[high, low]) = packet.extensions.get(TRANSPORT_CC) {
            self.feedback.arrived(u16::from_be_bytes([high, low]), now_us);
        }
        let of = |other: &&mut Other| {
            let Legs { voice, camera } = other.legs;
            [voice, camera, camera + 1].contains(&packet.ssrc)
        };
        let other = self.others.iter_mut().find(of).expect("no stream but those agreed on");
        let Other { legs: Legs { voice, camera }, ear, eye } = other;
        if packet.ssrc == *voice {
            sound(ear, now_us, &packet);
        } else if packet.ssrc == *camera {
            eye.packet(now_us, &packet, packet.seq, packet.payload);
        } else if let Some((number, payload)) = packet.payload.split_at_checked(2) {
            eye.packet(now_us, &packet, u16::from_be_bytes([number[0], number[1]]), payload);
        } else {
            assert!(packet.payload.is_empty(), "padding");
        }
    }

    fn compound(&mut self, now_us: i64, bytes: &[u8]) {
        for part in Compound::new(bytes) {
            match part.unwrap() {
                Rtcp::Nack { media, lost } => {
                    let rtt = self.rtt_us;
                    let again: Vec<Numbered> = lost
                        .map(|seq| (media, seq))
                        .filter_map(|lost| {
                            let sound = self.voice.resend(now_us, lost, rtt);
                            sound.or_else(|| self.camera.resend(now_us, lost, rtt, &mut self.wide))
                        })
                        .collect();
                    again.into_iter().for_each(|packet| self.send(packet));
                }
                Rtcp::Pli { media } => self.camera.want_key(media),
                Rtcp::SenderReport(report) => {
                    if let Some(reception) = self.receptions.iter_mut().find(|r| r.ssrc == report.ssrc) {
                        (reception.last_sr, reception.sr_us) = ((report.ntp >> 16) as u32, now_us);
                    }
                }
                Rtcp::ReceiverReport { reports, .. } => {
                    for block in reports.filter(|block| block.last_sr != 0) {
                        let trip = middle(now_us).wrapping_sub(block.last_sr).wrapping_sub(block.delay) as i32;
                        self.rtt_us = i64::from(trip.max(0)) * 1_000_000 / 65_536;
                    }
                }
                Rtcp::Description(_) | Rtcp::Transport(_) => {}
                other => panic!("no browser knows what to do with {other:?}"),
            }
        }
    }
}

fn sound(ear: &mut Ear, now_us: i64, packet: &Packet<'_>) {
    if packet.payload_type == OPUS {
        ear.packet(now_us, packet.seq, packet.timestamp, number_of(packet.payload), &[]);
        return;
    }
    assert_eq!(packet.payload_type, RED);
    let red = Red::parse(packet.payload).unwrap();
    let number = number_of(red.own().payload);
    let earlier: Vec<u32> = red.earlier().map(|block| number_of(block.payload)).collect();
    assert!(red.earlier().zip(&earlier).all(|(block, earlier)| block.offset == (number - earlier) * 960));
    assert!(earlier.len() <= 2 && earlier.is_sorted());
    ear.packet(now_us, packet.seq, packet.timestamp, number, &earlier);
}

impl Reception {
    fn count(&mut self, seq: u16) {
        if self.received == 0 {
            self.highest = u64::from(seq) + (1 << 16);
            self.told = (self.highest - 1, 0);
        }
        self.highest = self.highest.max(assize_rtp::seq::near(self.highest, seq));
        self.received += 1;
    }

    fn report(&mut self, now_us: i64) -> Report {
        let (expected, received) = (self.highest - self.told.0, self.received - self.told.1);
        self.told = (self.highest, self.received);
        let lost = expected.saturating_sub(received);
        let delay = if self.last_sr == 0 { 0 } else { ((now_us - self.sr_us) * 65_536 / 1_000_000) as u32 };
        Report {
            ssrc: self.ssrc,
            fraction_lost: (lost * 256).checked_div(expected).unwrap_or(0).min(255) as u8,
            lost: 0,
            highest: self.highest as u32,
            jitter: 0,
            last_sr: self.last_sr,
            delay,
        }
    }
}
