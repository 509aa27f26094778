//! A million random and mutated packets through every parser: none panics, and what they give lies within the packet.

#![allow(clippy::unwrap_used)]

use crate::rtcp::{Compound, Rtcp, transport, write};
use crate::tap::Codec;
use crate::testing::Random;
use crate::{av1, frame, h264, header, opus, packet, red, vp8, vp9};

const ROUNDS: u32 = 1_000_000;

/// Either bytes without sense, or one of `seeds`, sometimes with another behind it, with a few bytes changed.
fn hostile(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    if random.below(3) == 0 {
        return random.bytes(64);
    }
    let mut bytes = seeds[random.below(seeds.len())].clone();
    if random.chance(15) {
        bytes.extend_from_slice(&seeds[random.below(seeds.len())]);
    }
    if random.chance(85) {
        random.mutate(&mut bytes);
    }
    bytes
}

fn run(seed: u64, seeds: &[Vec<u8>], mut check: impl FnMut(&[u8])) {
    let mut random = Random::new(seed);
    for _ in 0..ROUNDS {
        check(&hostile(&mut random, seeds));
    }
}

#[test]
fn rtp() {
    let mut plain = header::Template::new(7, header::Elements { mid: Some((4, "mid")), level: Some(9), wide: None })
        .stamp(true, 96, 1, 2, 3)
        .to_vec();
    plain.extend([1; 20]);
    let two_byte =
        vec![0xb1, 0xe0, 1, 2, 0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0, 7, 0x10, 0, 0, 2, 7, 0, 8, 3, 1, 2, 3, 0, 9, 1];
    run(1, &[plain, two_byte], |bytes| {
        if let Ok(packet) = packet::Packet::parse(bytes) {
            assert_eq!(packet.header_len + packet.payload.len() + usize::from(packet.padding), bytes.len());
            let inside: usize = packet.extensions.map(|(_, value)| value.len()).sum();
            assert!(inside <= packet.header_len);
            assert!(packet.csrcs().count() <= 15);
        }
    });
}

#[test]
fn rtcp() {
    let mut all = vec![Vec::new(); 6];
    write::sender_report(&mut all[0], 7, 8, 9, 10, 11);
    write::receiver_report(&mut all[1], 7, &[crate::rtcp::Report { ssrc: 1, ..Default::default() }; 2]);
    write::cname(&mut all[2], &[7, 8], "someone");
    write::nack(&mut all[3], 7, 8, &[1, 2, 100]);
    let arrivals = [transport::Arrival { seq: 4, at_us: 100 }, transport::Arrival { seq: 9, at_us: 99_000 }];
    transport::write(&mut all[4], 1, 2, 3, 3, &arrivals);
    all[5].extend([0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 5, 0, 0, 0]);
    run(2, &all, |bytes| {
        for part in Compound::new(bytes) {
            match part {
                Ok(Rtcp::SenderReport(report)) => assert!(report.reports.count() <= 31),
                Ok(Rtcp::ReceiverReport { reports, .. }) => assert!(reports.count() <= 31),
                Ok(Rtcp::Description(chunks)) => assert!(chunks.count() <= 31),
                Ok(Rtcp::Bye(ssrcs)) => assert!(ssrcs.count() <= 31),
                Ok(Rtcp::Nack { lost, .. }) => assert!(lost.count() <= bytes.len() / 4 * 17),
                Ok(Rtcp::Fir(targets)) => assert!(targets.count() <= bytes.len() / 8),
                Ok(Rtcp::Transport(feedback)) => {
                    assert_eq!(feedback.statuses().count(), usize::from(feedback.reported));
                }
                Ok(Rtcp::Pli { .. } | Rtcp::Other { .. }) | Err(_) => {}
            }
        }
    });
}

#[test]
fn vp8_descriptors() {
    let key = vec![0x90, 0xf0, 0x92, 0x34, 0x56, 0x60, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0, 5, 0xd0, 2];
    run(3, &[key, vec![0x00, 0xaa, 0xbb]], |bytes| {
        if let Ok(descriptor) = vp8::Descriptor::parse(bytes) {
            assert!(descriptor.len < bytes.len());
            let mut copy = bytes.to_vec();
            if let Some(id) = descriptor.picture_id {
                id.write_moved(&mut copy, 77);
            }
            assert_eq!(vp8::Descriptor::parse(&copy).unwrap().len, descriptor.len);
        }
        let _ = vp8::key_frame(bytes);
    });
}

#[test]
fn vp9_descriptors() {
    let structure = vec![0xaa, 0x05, 0x00, 0x07, 0x18, 0x05, 0x00, 0x02, 0xd0, 0x01, 0x04, 0x01, 0xff];
    run(4, &[structure, vec![0xd8, 0x85, 1, 3, 5, 2, 0xaa]], |bytes| {
        if let Ok(descriptor) = vp9::Descriptor::parse(bytes) {
            assert!(descriptor.len < bytes.len());
        }
    });
}

#[test]
fn av1_aggregations() {
    run(5, &[vec![0x10, 0x7e], vec![0x28, 2, 0x0a, 1, 0x32, 5, 5], vec![0, 1, 0xaa, 2, 3, 4]], |bytes| {
        if let Ok(aggregation) = av1::Aggregation::parse(bytes) {
            let inside: usize = aggregation.elements().flatten().map(<[u8]>::len).sum();
            assert!(inside < bytes.len());
        }
        let _ = av1::starts_key_frame(bytes);
    });
}

#[test]
fn redundant_audio() {
    let two = vec![0x80 | 111, 0x1e, 0, 2, 0x80 | 111, 0x0f, 0, 3, 111, 1, 2, 3, 4, 5, 6, 7];
    run(7, &[two, vec![111, 0xf8, 1]], |bytes| {
        if let Ok(red) = red::Red::parse(bytes) {
            let count = red.earlier().count();
            let inside: usize = red.earlier().map(|block| block.payload.len()).sum();
            assert!(count <= red::MAX_EARLIER && red.earlier().all(|block| block.offset <= red::MAX_OFFSET));
            assert_eq!(4 * count + 1 + inside + red.own().payload.len(), bytes.len());
            assert!(opus::ticks(red.own().payload) <= 5_760);
        }
    });
}

#[test]
fn h264_payloads() {
    let sps = [0x67, 0x42, 0xc0, 0x1f, 0xd9, 0x00, 0x50, 0x05, 0xbb, 0x01, 0x10, 0, 0, 3, 0, 0x10, 0, 0, 3, 3, 0xc0];
    let mut aggregate = vec![0x78, 0, sps.len() as u8];
    aggregate.extend(sps);
    aggregate.extend([0, 2, 0x68, 1]);
    run(6, &[vec![0x18, 0, 0, 0xc5], aggregate, sps.to_vec(), vec![0x7c, 0x85, 1]], |bytes| {
        if let Ok(payload) = h264::Payload::parse(bytes) {
            assert!(payload.begins().count() <= bytes.len());
        }
        if let Ok((width, height)) = h264::dimensions(bytes) {
            assert!(width > 0 && height > 0);
        }
        for codec in [Codec::Opus, Codec::H264] {
            let _ = (frame::starts_key_frame(codec, bytes), frame::dimensions(codec, bytes));
        }
    });
}
