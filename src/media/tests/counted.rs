//! What the hot path costs in instructions, counted by callgrind: unlike times, the same on a busy machine. Each row is
//! held against `counted.json` with a tolerance of 5 %; `ASSIZE_COUNT=record` writes that file anew.

#![allow(clippy::unwrap_used)]

use assize_media::negotiated::{ExtensionIds, PayloadType, Published, Subscribed};
use assize_media::outbox::Outbox;
use assize_media::plane::{PlaneRoute, PlaneSink, TransportKey};
use assize_media::router::Router;
use assize_media::srtp::{Inbound, Master, Outbound, Profile, RTP_OVERHEAD};
use assize_rtp::rtcp::write;
use assize_rtp::tap::{Codec, TapItem, TrackKey};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const ROW: &str = "ASSIZE_COUNTED";
const RECORD: &str = "ASSIZE_COUNT";
const TOLERANCE: f64 = 0.05;

const UP: TransportKey = TransportKey(1);
const CAMERA: TrackKey = TrackKey(20);
const LEGS: u64 = 100;
const FRAME: u32 = 4;
const PAYLOAD: usize = 1_150;
const ROUNDS: u32 = 50;
const IDS: ExtensionIds = ExtensionIds {
    mid: Some(1),
    rid: Some(2),
    rrid: Some(3),
    transport_cc: Some(4),
    audio_level: Some(5),
    abs_send_time: None,
};

/// Takes everything and keeps nothing.
#[derive(Default)]
struct Sink {
    packets: u64,
    numbers: Vec<u64>,
}

impl Outbox for Sink {
    fn rtp(&mut self, to: TransportKey, seq: u64, header: &[u8], payload: &[u8]) {
        self.packets += 1;
        if to == first_viewer() {
            self.numbers.push(seq);
        }
        black_box((header, payload));
    }

    fn rtcp(&mut self, _: TransportKey, compound: &[u8]) {
        black_box(compound);
    }

    fn tap(&mut self, _: TapItem) {}

    fn tap_full(&self) -> bool {
        false
    }
}

fn first_viewer() -> TransportKey {
    TransportKey(100)
}

fn ssrc(viewer: u64) -> u32 {
    u32::try_from(2_000 + 2 * viewer).unwrap()
}

/// A camera on a hundred legs.
struct Room {
    router: Router,
    sink: Sink,
    seq: u16,
    frames: u32,
    now_us: i64,
}

impl Room {
    fn new() -> Self {
        let (mut router, mut sink) = (Router::new(0, 7), Sink { packets: 0, numbers: Vec::with_capacity(10_000) });
        let payloads = |pt| vec![PayloadType { codec: Codec::Vp8, pt, rtx: Some(pt + 1), red: None }];
        let section = Published {
            mid: "v".into(),
            track: CAMERA,
            payloads: payloads(96),
            rids: Vec::new(),
            ssrcs: Vec::new(),
            extensions: IDS,
            nack: true,
        };
        router.publish(0, UP, &[section], &mut sink);
        for viewer in 0..LEGS {
            let t = TransportKey(first_viewer().0 + viewer);
            let section = Subscribed {
                mid: "0".into(),
                audio: false,
                payloads: payloads(106),
                rejected: false,
                ssrc: ssrc(viewer),
                rtx_ssrc: ssrc(viewer) + 1,
                extensions: ExtensionIds { mid: Some(9), transport_cc: Some(4), ..ExtensionIds::default() },
                nack: true,
            };
            router.subscribe(0, t, &[section], &mut sink);
            router.connect(0, PlaneRoute { source: CAMERA, sink: PlaneSink::Transport(t) }, &mut sink);
        }
        let mut room = Self { router, sink, seq: 1, frames: 0, now_us: 0 };
        // Everything is on its way and has grown to its size.
        for packets in room.write(20) {
            room.forward(&packets);
        }
        assert_eq!(room.sink.packets, 20 * u64::from(FRAME) * LEGS);
        room
    }

    /// Packets of the next frames, as the camera sends them.
    fn write(&mut self, frames: u32) -> Vec<Vec<Vec<u8>>> {
        (0..frames).map(|_| self.frame()).collect()
    }

    fn frame(&mut self) -> Vec<Vec<u8>> {
        let packets = (0..FRAME).map(|n| {
            let seq = self.seq.wrapping_add(n as u16).to_be_bytes();
            let mut packet = vec![0x90, (u8::from(n + 1 == FRAME) << 7) | 96, seq[0], seq[1]];
            packet.extend((self.frames * 3_000).to_be_bytes());
            packet.extend(21_u32.to_be_bytes());
            packet.extend([0xbe, 0xde, 0, 2, 1 << 4, b'v', (4 << 4) | 1, seq[0], seq[1], 0, 0, 0]);
            packet.extend([0x80 | (u8::from(n == 0) << 4), 0x80]);
            packet.extend(((self.frames & 0x7fff) as u16 | 0x8000).to_be_bytes());
            if n == 0 {
                packet.extend([u8::from(self.frames > 0), 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01]);
            }
            packet.resize(PAYLOAD, 0x55);
            packet
        });
        let packets = packets.collect();
        self.seq = self.seq.wrapping_add(FRAME as u16);
        self.frames += 1;
        packets
    }

    fn forward(&mut self, packets: &[Vec<u8>]) {
        self.now_us += 33_000;
        for packet in packets {
            self.router.rtp(self.now_us, UP, packet, self.now_us, &mut self.sink);
        }
    }
}

fn keys() -> Master {
    Master { key: vec![3; 16], salt: vec![4; 12] }
}

fn sealed(outbound: &mut Outbound, seq: u64) -> Vec<u8> {
    let mut packet = vec![0x80, 96, (seq >> 8) as u8, seq as u8, 0, 0, 0, 0, 0, 0, 0, 9];
    packet.resize(PAYLOAD + RTP_OVERHEAD, 0x55);
    let len = outbound.seal_rtp(seq, &mut packet, PAYLOAD).unwrap();
    packet.truncate(len);
    packet
}

/// The rows; each calls its `counted_…` once and answers how many operations that was.
fn rows() -> BTreeMap<&'static str, Row> {
    BTreeMap::from([("forward", forward as Row), ("nack", nack), ("open", open), ("seal", seal)])
}

type Row = fn() -> u64;

fn forward() -> u64 {
    let mut room = Room::new();
    let frames = room.write(ROUNDS);
    let before = room.sink.packets;
    counted_forward(&mut room, &frames);
    room.sink.packets - before
}

#[inline(never)]
fn counted_forward(room: &mut Room, frames: &[Vec<Vec<u8>>]) {
    frames.iter().for_each(|packets| room.forward(packets));
}

fn nack() -> u64 {
    let mut room = Room::new();
    let lost: Vec<u16> = room.sink.numbers.iter().rev().take(ROUNDS as usize).map(|seq| *seq as u16).collect();
    let requests: Vec<Vec<u8>> = lost
        .iter()
        .map(|seq| {
            let mut compound = Vec::new();
            write::nack(&mut compound, 1, ssrc(0), &[*seq]);
            compound
        })
        .collect();
    let before = room.sink.packets;
    counted_nack(&mut room, &requests);
    room.sink.packets - before
}

#[inline(never)]
fn counted_nack(room: &mut Room, requests: &[Vec<u8>]) {
    for compound in requests {
        room.router.rtcp(room.now_us, first_viewer(), compound, room.now_us, &mut room.sink);
    }
}

fn seal() -> u64 {
    let mut outbound = Outbound::new(Profile::AesGcm128, &keys()).unwrap();
    sealed(&mut outbound, 1);
    let mut packet = vec![0x80, 96, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9];
    packet.resize(PAYLOAD + RTP_OVERHEAD, 0x55);
    counted_seal(&mut outbound, &mut packet);
    u64::from(ROUNDS)
}

#[inline(never)]
fn counted_seal(outbound: &mut Outbound, packet: &mut [u8]) {
    for seq in 0..u64::from(ROUNDS) {
        black_box(outbound.seal_rtp(2 + seq, packet, PAYLOAD));
    }
}

fn open() -> u64 {
    let mut outbound = Outbound::new(Profile::AesGcm128, &keys()).unwrap();
    let mut inbound = Inbound::new(Profile::AesGcm128, &keys()).unwrap();
    inbound.open_rtp(&mut sealed(&mut outbound, 1)).unwrap();
    let mut packets: Vec<Vec<u8>> = (2..2 + u64::from(ROUNDS)).map(|seq| sealed(&mut outbound, seq)).collect();
    counted_open(&mut inbound, &mut packets)
}

#[inline(never)]
fn counted_open(inbound: &mut Inbound, packets: &mut [Vec<u8>]) -> u64 {
    packets.iter_mut().filter_map(|packet| inbound.open_rtp(packet).ok()).count() as u64
}

/// Not a test of its own: what runs under callgrind.
#[test]
fn child_does_what_is_counted() {
    let Ok(row) = std::env::var(ROW) else { return };
    println!("\noperations {}", rows()[row.as_str()]());
}

/// Instructions of one operation of a row.
fn instructions(row: &str) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let done = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind", &format!("--toggle-collect=*counted_{row}*")])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "child_does_what_is_counted", "--nocapture", "--test-threads=1"])
        .env(ROW, row)
        .stderr(Stdio::inherit())
        .output()
        .expect("valgrind is a package of Debian");
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    let operations = told.lines().find_map(|line| line.strip_prefix("operations ")?.parse::<f64>().ok());
    let operations = operations.unwrap_or_else(|| panic!("{row}: {told}"));
    let counted = std::fs::read_to_string(&out).unwrap();
    let total = |line: &str| line.strip_prefix("totals: ")?.trim().parse::<f64>().ok();
    let total = counted.lines().find_map(total).unwrap();
    assert!(operations > 0.0 && total > 0.0, "{row}: {total} instructions for {operations} operations");
    (total / operations).round()
}

#[test]
fn the_hot_path_costs_no_more_instructions_than_are_on_record() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/counted.json");
    let counted: BTreeMap<String, f64> = rows().keys().map(|row| ((*row).to_owned(), instructions(row))).collect();
    println!("instructions an operation: {counted:?}");
    if std::env::var(RECORD).is_ok_and(|what| what == "record") {
        std::fs::write(&file, serde_json::to_string_pretty(&counted).unwrap() + "\n").unwrap();
        return;
    }
    let on_record: BTreeMap<String, f64> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(on_record.keys().eq(counted.keys()));
    for (row, now) in &counted {
        let before = on_record[row];
        assert!(*now <= before * (1.0 + TOLERANCE), "{row}: {now} instructions, {before} on record");
        // A gain that is not put on record could be lost again unseen.
        assert!(*now >= before * (1.0 - TOLERANCE), "{row}: {now} instructions, {before} on record: record the gain");
    }
}
