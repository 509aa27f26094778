//! A million mutated packets through the whole router: none panics, and what it holds stays bounded.

use super::*;

const ROUNDS: u32 = 1_000_000;

struct Counting {
    rtp: u64,
}

impl Outbox for Counting {
    fn rtp(&mut self, _: TransportKey, seq: u64, header: &[u8], _: &[u8]) {
        assert_eq!(Packet::parse(header).unwrap().seq, seq as u16);
        self.rtp += 1;
    }
    fn rtcp(&mut self, _: TransportKey, compound: &[u8]) {
        assert!(compound.len() <= 1400);
    }
    fn tap(&mut self, _: TapItem) {}
    fn tap_full(&self) -> bool {
        false
    }
}

fn room(out: &mut Counting) -> Router {
    let mut router = Router::new(0, 11);
    let sections = [
        published("a", VOICE, true, &[]),
        published("v", CAMERA, false, &["q", "h", "f"]),
        published("s", TrackKey(30), false, &[]),
    ];
    router.publish(0, UP, &sections, out);
    for t in [DOWN, OTHER] {
        let places = [subscribed("0", true, 1000), subscribed("1", false, 2000), subscribed("2", false, 3000)];
        router.subscribe(0, t, &places, out);
        sections.iter().for_each(|section| router.connect(0, to(section.track, t), out));
    }
    sections.iter().for_each(|section| router.connect(0, recorded(section.track), out));
    router
}

#[test]
fn rtp() {
    let mut out = Counting { rtp: 0 };
    let mut router = room(&mut out);
    let mut random = Random::new(5);
    let mut senders = [
        Sender::new(11, OPUS_PT, 65_000, &[(1, "a"), (5, "x")]),
        Sender::new(100, VP8_PT, 65_000, &[(1, "v"), (2, "q")]),
        Sender::new(101, VP8_PT, 1, &[(1, "v"), (2, "f")]),
        Sender::new(201, RTX_PT, 1, &[(1, "v"), (3, "f")]),
        Sender::new(31, VP8_PT, 1, &[(1, "s"), (4, "ab")]),
    ];
    let mut now = 0;
    for n in 0..ROUNDS {
        now += random.below(2000) as i64;
        let at = random.below(senders.len());
        let payload =
            vp8(random.chance(50), random.chance(10).then_some((640, 360)), n as u16 & 0x7fff, n as u8, &[7; 20]);
        let again = [&(senders[2].seq.wrapping_sub(random.below(50) as u16)).to_be_bytes()[..], &payload].concat();
        let mut packet =
            senders[at].packet(random.chance(20), (now / 11) as u32, if at == 3 { &again } else { &payload });
        if random.chance(60) {
            random.mutate(&mut packet);
        }
        if random.chance(97) {
            router.rtp(now, UP, &packet, now, &mut out);
        }
        if now >= router.deadline() {
            router.tick(now, &mut out);
        }
    }
    router.events().for_each(drop);
    let stats = router.stats();
    assert!(out.rtp > u64::from(ROUNDS) / 10, "enough of it was good: {stats:?}");
    assert!(stats.malformed > 1000 && stats.unknown > 1000 && stats.stray > 1000, "{stats:?}");
    assert!(router.ups[&UP].bindings.len() <= 96);
    assert!(router.shared.pool.in_use() <= 4 * 1024 + 256);
}

#[test]
fn rtcp() {
    use assize_rtp::rtcp::{transport, write};
    let mut out = Counting { rtp: 0 };
    let mut router = room(&mut out);
    let mut random = Random::new(6);
    let mut voice = Sender::new(11, OPUS_PT, 65_000, &[(1, "a")]);
    let mut camera = Sender::new(100, VP8_PT, 65_000, &[(1, "v"), (2, "q")]);
    let mut now = 0;
    let mut bytes = Vec::new();
    for n in 0..ROUNDS {
        now += random.below(2000) as i64;
        if n % 10 == 0 {
            router.rtp(now, UP, &voice.packet(false, n, &[1; 40]), now, &mut out);
            let key = (n % 100 == 0).then_some((640, 360));
            router.rtp(
                now,
                UP,
                &camera.packet(true, n, &vp8(true, key, n as u16 & 0x7fff, 1, &[1; 40])),
                now,
                &mut out,
            );
        }
        bytes.clear();
        let media = [11, 100, 1000, 2000, 3000, 77][random.below(6)];
        match random.below(6) {
            0 => write::sender_report(&mut bytes, media, random.next(), random.next() as u32, 1, 1),
            1 => write::nack(&mut bytes, 1, media, &[random.next() as u16, random.next() as u16]),
            2 => write::pli(&mut bytes, 1, media),
            3 => {
                let block =
                    assize_rtp::rtcp::Report { ssrc: media, last_sr: random.next() as u32, ..Default::default() };
                write::receiver_report(&mut bytes, 1, &[block; 3]);
                write::cname(&mut bytes, &[1], "x");
            }
            4 => {
                let arrivals = [transport::Arrival { seq: 70_000, at_us: now }];
                transport::write(&mut bytes, 1, media, 3, 69_990, &arrivals);
            }
            _ => bytes.extend((0..random.below(60) + 1).map(|_| random.next() as u8)),
        }
        if random.chance(60) {
            random.mutate(&mut bytes);
        }
        let t = [UP, DOWN, OTHER, TransportKey(9)][random.below(4)];
        router.rtcp(now, t, &bytes, now, &mut out);
        if now >= router.deadline() {
            router.tick(now, &mut out);
        }
    }
    assert!(out.rtp > u64::from(ROUNDS) / 10);
}
