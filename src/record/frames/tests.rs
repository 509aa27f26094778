#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn packet(seq: u64, rtp_ts: u32, marker: bool, payload: &[u8]) -> Packet {
    Packet { seq, rtp_ts, marker, level: 127, arrival_us: seq as i64 * 5_000, payload: Bytes::copy_from_slice(payload) }
}

/// One VP8 frame in `n` packets from `seq` on.
fn vp8(seq: u64, n: u64, ts: u32, key: bool) -> Vec<Packet> {
    let first: &[u8] = if key {
        &[0x90, 0x80, 0x81, 0x01, 0x10, 0, 0, 0x9D, 1, 0x2A, 0x00, 0x05, 0xD0, 0x02]
    } else {
        &[0x90, 0x80, 0x81, 0x01, 0x11, 1, 1]
    };
    (0..n)
        .map(|i| packet(seq + i, ts, i == n - 1, if i == 0 { first } else { &[0x80, 0x80, 0x81, 0x01, 9, 9] }))
        .collect()
}

fn run(assembler: &mut Assembler, packets: impl IntoIterator<Item = Packet>) -> Vec<Output> {
    let mut out = Vec::new();
    packets.into_iter().for_each(|p| assembler.push(p, &mut out));
    out
}

fn times(out: &[Output]) -> Vec<u32> {
    out.iter().filter_map(|o| if let Output::Frame(f) = o { Some(f.rtp_ts) } else { None }).collect()
}

#[test]
fn a_key_frame_gives_its_size_and_the_last_frame_comes_out_at_once() {
    let mut assembler = Assembler::new(Codec::Vp8);
    let out = run(&mut assembler, vp8(1, 3, 100, true));
    let [Output::Frame(frame)] = &out[..] else { panic!("{out:?}") };
    assert_eq!((frame.key, frame.size, frame.seq, frame.data.len()), (true, Some((1280, 720)), 1, 14));
    assert!(!assembler.needs_key());
}

#[test]
fn reordered_and_doubled_packets_make_the_same_frames() {
    let mut packets = [vp8(1, 3, 100, true), vp8(4, 3, 200, false), vp8(7, 1, 300, false)].concat();
    packets.swap(2, 4);
    packets.insert(5, packets[3].clone());
    let out = run(&mut Assembler::new(Codec::Vp8), packets);
    assert_eq!(times(&out), [100, 200, 300]);
    assert_eq!(out.len(), 3);
}

#[test]
fn after_a_loss_pictures_wait_for_a_key_frame_and_no_intact_key_frame_is_lost() {
    let mut packets = [vp8(1, 2, 100, true), vp8(3, 3, 200, false), vp8(6, 2, 300, false)].concat();
    packets.remove(3);
    let mut assembler = Assembler::new(Codec::Vp8);
    let mut out = run(&mut assembler, packets);
    assert_eq!(times(&out), [100]);
    assembler.expire(7 * 5_000 + PATIENCE_US, &mut out);
    assert_eq!(out[1], Output::Lost { from_seq: 3, to_seq: 4 });
    assert!(assembler.needs_key());
    assert_eq!(
        times(&run(&mut assembler, [vp8(8, 2, 400, false), vp8(10, 2, 500, true), vp8(12, 1, 600, false)].concat())),
        [500, 600]
    );
}

#[test]
fn a_key_frame_right_behind_a_loss_is_kept() {
    let mut assembler = Assembler::new(Codec::Vp8);
    let mut out = run(&mut assembler, [vp8(1, 2, 100, true), vp8(4, 2, 200, true)].concat());
    assembler.expire(i64::MAX, &mut out);
    assert_eq!(times(&out), [100, 200]);
}

#[test]
fn a_frame_whose_first_packet_is_lost_is_not_put_out_in_part() {
    let mut key = vp8(4, 3, 200, true);
    key.remove(0);
    let mut assembler = Assembler::new(Codec::Vp8);
    let mut out = run(&mut assembler, [vp8(1, 3, 100, true), key].concat());
    assembler.expire(i64::MAX, &mut out);
    assert_eq!(times(&out), [100]);
    assert!(assembler.needs_key());
}

#[test]
fn a_jump_beyond_the_ring_goes_on_behind_it() {
    let mut assembler = Assembler::new(Codec::Opus);
    let out = run(&mut assembler, [packet(1, 0, false, &[1]), packet(100_000, 960, false, &[2])]);
    assert_eq!(times(&out), [0]);
    let mut out = Vec::new();
    assembler.expire(i64::MAX, &mut out);
    assert_eq!(times(&out), [960]);
}

#[test]
fn sound_waits_for_a_late_packet_and_then_goes_on_without_it() {
    let mut assembler = Assembler::new(Codec::Opus);
    let mut out =
        run(&mut assembler, [packet(1, 0, false, &[1]), packet(3, 1920, false, &[3]), packet(2, 960, false, &[2])]);
    assert_eq!(times(&out), [0, 960, 1920]);
    out.extend(run(&mut assembler, [packet(5, 3840, false, &[5])]));
    assembler.expire(5 * 5_000 + PATIENCE_US - 1, &mut out);
    assert_eq!(times(&out).len(), 3);
    assembler.expire(5 * 5_000 + PATIENCE_US, &mut out);
    assert_eq!(out[3], Output::Lost { from_seq: 4, to_seq: 4 });
    assert_eq!(times(&out), [0, 960, 1920, 3840]);
}

#[test]
fn h264_with_fragments_and_aggregates() {
    // x264 baseline 640x360 with cropping.
    let sps = [0x67, 0x42, 0xC0, 0x1E, 0xDA, 0x02, 0x80, 0xBF, 0xE5, 0x9A, 0x80, 0x80, 0x80, 0xA0];
    let pps = [0x68, 0xCE, 0x3C, 0x80];
    let mut stap = vec![24, 0, sps.len() as u8];
    stap.extend_from_slice(&sps);
    stap.extend_from_slice(&[0, pps.len() as u8]);
    stap.extend_from_slice(&pps);
    let packets = vec![
        packet(1, 0, false, &stap),
        packet(2, 0, false, &[0x7C, 0x85, 1, 2]),
        packet(3, 0, false, &[0x7C, 0x05, 3]),
        packet(4, 0, true, &[0x7C, 0x45, 4]),
        packet(5, 3000, true, &[0x41, 9]),
    ];
    let out = run(&mut Assembler::new(Codec::H264), packets);
    let [Output::Frame(key), Output::Frame(inter)] = &out[..] else { panic!("{out:?}") };
    assert_eq!(key.size, Some((640, 360)));
    assert_eq!(&key.data[key.data.len() - 9..], [0, 0, 0, 5, 0x65, 1, 2, 3, 4]);
    assert_eq!(&key.config.as_ref().unwrap()[..6], [1, 0x42, 0xC0, 0x1E, 0xFF, 0xE1]);
    assert_eq!((inter.key, &inter.data[..]), (false, &[0, 0, 0, 2, 0x41, 9][..]));
}

#[test]
fn payloads_that_made_other_depacketizers_panic() {
    for (codec, payload) in [
        (Codec::H264, &[0x18, 0, 0, 0xC5][..]),
        (Codec::H264, &[0x7C]),
        (Codec::Av1, &[0x10, 0x7E]),
        (Codec::Vp8, &[0x10]),
        (Codec::Vp8, &[0x90, 0xF0]),
        (Codec::Vp9, &[0xBA, 0xFF]),
    ] {
        assert_eq!(times(&run(&mut Assembler::new(codec), [packet(1, 0, true, payload)])), [0u32; 0]);
    }
}

#[test]
fn a_legal_packet_of_three_bytes_does_not_kill_its_frame() {
    let mut packets = vp8(1, 1, 0, true);
    packets[0].marker = false;
    packets.push(packet(2, 0, true, &[0x00, 7, 7]));
    assert_eq!(times(&run(&mut Assembler::new(Codec::Vp8), packets)), [0]);
}

fn seeds(codec: Codec) -> Vec<Vec<u8>> {
    match codec {
        Codec::Vp8 => vp8(0, 2, 0, true).into_iter().map(|p| p.payload.to_vec()).collect(),
        Codec::Vp9 => vec![
            vec![
                0x8A, 0x81, 0x01, 0x18, 0x05, 0x00, 0x02, 0xD0, 0x01, 0x04, 0x82, 0x49, 0x83, 0x42, 0x00, 0x4F, 0xF0,
                0x2C, 0xF6,
            ],
            vec![0xDC, 0x81, 0x02, 0x03, 0x02, 9, 9],
        ],
        Codec::H264 => vec![
            vec![24, 0, 4, 0x67, 0x42, 0xC0, 0x1E, 0, 2, 0x68, 0xCE],
            vec![0x7C, 0x85, 1, 2],
            vec![0x7C, 0x45, 1, 2],
            vec![0x67, 0x64, 0, 0x1E, 0xDA, 0x02, 0x80, 0xBF, 0xE5, 0x9A],
        ],
        _ => vec![vec![0x78, 1, 2, 3]],
    }
}

/// A million packets, half random and half mutated, for each codec: no panic, no growth, frames in order.
#[test]
fn hostile_packets_cost_nothing_but_themselves() {
    for codec in [Codec::Opus, Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1] {
        let seeds = seeds(codec);
        let mut random = 0x9E37_79B9_7F4A_7C15u64;
        let mut next = move || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        let mut assembler = Assembler::new(codec);
        let (mut seq, mut last, mut out) = (0u64, None, Vec::new());
        for i in 0..1_000_000i64 {
            let r = next();
            let mut payload: Vec<u8> = if r & 1 == 0 {
                (0..r >> 8 & 31).map(|_| next() as u8).collect()
            } else {
                seeds[(r >> 8) as usize % seeds.len()].clone()
            };
            if r & 6 == 0 && !payload.is_empty() {
                let at = (r >> 16) as usize % payload.len();
                payload[at] = next() as u8;
                payload.truncate((r >> 24) as usize % 32);
            }
            seq = match r >> 40 & 63 {
                0 => seq + (r >> 48) % 700,
                1 => seq.saturating_sub((r >> 48) % 700),
                _ => seq + 1,
            };
            let rtp_ts = (seq / 3) as u32;
            assembler.push(
                Packet {
                    seq,
                    rtp_ts,
                    marker: r >> 32 & 3 == 0,
                    level: 127,
                    arrival_us: i * 1000,
                    payload: payload.into(),
                },
                &mut out,
            );
            assert!(assembler.ring.len() <= RING as usize);
            for output in out.drain(..) {
                if let Output::Frame(frame) = output {
                    assert!(last.is_none_or(|l| l < frame.seq), "{codec:?}: frame out of order");
                    last = Some(frame.seq);
                }
            }
        }
        assert!(last.is_some() || codec == Codec::Av1, "{codec:?}: nothing came through");
    }
}

#[test]
fn a_first_packet_that_was_overtaken_is_still_the_first() {
    let mut packets = vp8(1, 3, 100, true);
    packets.swap(0, 1);
    assert_eq!(times(&run(&mut Assembler::new(Codec::Vp8), packets)), [100]);
}

proptest! {
    /// Whatever is dropped, doubled or moved by less than the patience: each frame put out is whole and was sent.
    #[test]
    fn frames_are_whole_or_absent(drops in prop::collection::vec(any::<prop::sample::Index>(), 0..6), swaps in prop::collection::vec((any::<prop::sample::Index>(), 1usize..8), 0..10)) {
        let sent: Vec<Packet> = (0..40u64).flat_map(|i| vp8(1 + i * 3, 3, i as u32 * 3000, i % 10 == 0)).collect();
        let mut packets = sent.clone();
        for at in &drops {
            packets.remove(at.index(packets.len()));
        }
        for (at, by) in &swaps {
            let at = 8 + at.index(packets.len() - 16);
            packets.swap(at, at + by);
        }
        let mut assembler = Assembler::new(Codec::Vp8);
        let mut out = run(&mut assembler, packets);
        assembler.expire(i64::MAX, &mut out);
        for output in &out {
            if let Output::Frame(frame) = output {
                prop_assert_eq!(frame.data.len(), if frame.key { 10 + 2 * 2 } else { 3 + 2 * 2 });
            }
        }
        let got = times(&out);
        prop_assert!(got.is_sorted());
        if drops.is_empty() {
            prop_assert!(got.len() >= 39, "{} frames", got.len());
        }
    }
}
