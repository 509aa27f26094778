use super::*;
use std::collections::BTreeSet;

const DELAY_US: i64 = 20_000;

/// 20 s of video, four packets a frame, each with its own number in it.
fn frame(sender: &mut Sender, n: u32) -> Vec<(u16, Vec<u8>)> {
    let key = (n == 0).then_some((640, 360));
    let piece = |part: u32, sender: &mut Sender| {
        let body = (n * 4 + part).to_be_bytes();
        let seq = sender.seq;
        let payload = vp8(part == 0, key.filter(|_| part == 0), n as u16 & 0x7fff, n as u8, &body);
        (seq, sender.packet(part == 3, n * 3000, &payload))
    };
    (0..4).map(|part| piece(part, sender)).collect()
}

fn number(payload: &[u8]) -> u32 {
    u32::from_be_bytes(payload[payload.len() - 4..].try_into().unwrap())
}

/// A publisher behind a lossy link that answers requests by retransmission. Gives what the subscriber got, by number.
fn lossy_uplink(loss: usize, seed: u64) -> (BTreeMap<u64, u32>, super::super::Stats) {
    enum Msg {
        ToRouter(Vec<u8>),
        ToPublisher(Vec<u8>),
    }
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let mut random = Random::new(seed);
    let (mut sender, mut rtx) = (camera(), Sender::new(22, RTX_PT, 65_000, &[(1, "v")]));
    let mut history: BTreeMap<u16, Vec<u8>> = BTreeMap::new();
    let mut agenda: Agenda<Msg> = Agenda::new();
    const FRAMES: u32 = 600;
    for now in (0..24_000_000).step_by(1000) {
        let n = (now / 33_000) as u32;
        if now % 33_000 == 0 && n < FRAMES {
            for (seq, packet) in frame(&mut sender, n) {
                history.insert(seq, packet.clone());
                // The first frame and the last arrive: what is lost at an end, nobody can know of.
                if n == 0 || n + 1 == FRAMES || !random.chance(loss) {
                    agenda.add(now + DELAY_US + random.below(8000) as i64, Msg::ToRouter(packet));
                }
            }
        }
        while let Some(message) = agenda.due(now) {
            match message {
                Msg::ToRouter(packet) => router.rtp(now, UP, &packet, now, &mut net),
                Msg::ToPublisher(compound) => {
                    for part in Compound::new(&compound) {
                        let Ok(Rtcp::Nack { media: 21, lost }) = part else { continue };
                        for seq in lost {
                            let packet = Packet::parse(&history[&seq]).unwrap();
                            let payload = [&seq.to_be_bytes()[..], packet.payload].concat();
                            let again = rtx.packet(packet.marker, packet.timestamp, &payload);
                            if !random.chance(loss) {
                                agenda.add(now + DELAY_US, Msg::ToRouter(again));
                            }
                        }
                    }
                }
            }
        }
        if now >= router.deadline() {
            router.tick(now, &mut net);
        }
        for (t, compound) in net.rtcp.drain(..) {
            if t == UP && !random.chance(loss) {
                agenda.add(now + DELAY_US, Msg::ToPublisher(compound));
            }
        }
    }
    let got: BTreeMap<u64, u32> =
        net.rtp.iter().map(|(_, seq, bytes)| (*seq, number(Packet::parse(bytes).unwrap().payload))).collect();
    assert_eq!(got.len(), net.rtp.len(), "each once");
    (got, router.stats())
}

#[test]
fn what_the_uplink_loses_is_asked_for_and_goes_out_in_its_place() {
    for (loss, seed) in [(0, 1), (5, 2), (10, 3), (20, 4), (20, 5), (20, 6)] {
        let (got, stats) = lossy_uplink(loss, seed);
        let first = *got.first_key_value().unwrap().0;
        let numbers: Vec<_> = got.iter().map(|(seq, n)| (seq - first, *n)).collect();
        assert_eq!(numbers, (0..2400).map(|n| (u64::from(n), n)).collect::<Vec<_>>(), "{loss} % seed {seed}");
        assert_eq!(stats.lost, 0);
        assert!(stats.recovered >= 2400 * loss as u64 / 120, "{stats:?}");
    }
}

#[derive(Default)]
struct Player {
    got: BTreeMap<u64, u32>,
    asked: BTreeMap<u64, (i64, u32)>,
}

impl Player {
    fn take(&mut self, seq: u64, payload: &[u8]) {
        self.got.entry(seq).or_insert_with(|| number(payload));
    }

    /// Missing numbers it would ask for now.
    fn missing(&mut self, now: i64) -> Vec<u16> {
        let (Some((first, _)), Some((last, _))) = (self.got.first_key_value(), self.got.last_key_value()) else {
            return Vec::new();
        };
        let missing: Vec<u64> = (*first..*last).filter(|seq| !self.got.contains_key(seq)).collect();
        let due = missing.into_iter().filter(|seq| {
            let (asked, tries) = self.asked.entry(*seq).or_insert((i64::MIN / 2, 0));
            let due = now - *asked > 60_000 && *tries < 15;
            if due {
                (*asked, *tries) = (now, *tries + 1);
            }
            due
        });
        due.map(|seq| seq as u16).collect()
    }
}

fn lossy_downlink(loss: usize, seed: u64, rtx: bool) -> (Player, super::super::Stats) {
    enum Msg {
        ToPlayer(Vec<u8>),
        ToRouter(Vec<u8>),
    }
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut section = subscribed("1", false, 2000);
    section.payloads[0].rtx = section.payloads[0].rtx.filter(|_| rtx);
    router.subscribe(0, DOWN, &[section], &mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let mut random = Random::new(seed);
    let mut sender = camera();
    let mut player = Player::default();
    let mut agenda: Agenda<Msg> = Agenda::new();
    let mut rtx_seen = BTreeSet::new();
    for now in (0..24_000_000).step_by(1000) {
        let n = (now / 33_000) as u32;
        if now % 33_000 == 0 && n < 600 {
            for (_, packet) in frame(&mut sender, n) {
                router.rtp(now, UP, &packet, now, &mut net);
            }
        }
        for (_, seq, packet) in net.rtp.drain(..) {
            let again = Packet::parse(&packet).unwrap().ssrc == 2001;
            assert!(!again || rtx_seen.insert(seq), "a number of the retransmission stream twice");
            if n == 0 || (n == 599 && !again) || !random.chance(loss) {
                agenda.add(now + DELAY_US, Msg::ToPlayer(packet));
            }
        }
        while let Some(message) = agenda.due(now) {
            match message {
                Msg::ToPlayer(bytes) => {
                    let packet = Packet::parse(&bytes).unwrap();
                    let highest = player.got.keys().next_back().copied().unwrap_or_else(|| u64::from(packet.seq));
                    if packet.ssrc == 2000 {
                        player.take(assize_rtp::seq::near(highest, packet.seq), packet.payload);
                    } else {
                        assert_eq!((packet.ssrc, packet.payload_type), (2001, RTX_PT + 10));
                        let original = u16::from_be_bytes([packet.payload[0], packet.payload[1]]);
                        player.take(assize_rtp::seq::near(highest, original), &packet.payload[2..]);
                    }
                }
                Msg::ToRouter(compound) => router.rtcp(now, DOWN, &compound, now, &mut net),
            }
        }
        if now % 20_000 == 0 {
            let missing = player.missing(now);
            if !missing.is_empty() && !random.chance(loss) {
                let mut compound = Vec::new();
                assize_rtp::rtcp::write::nack(&mut compound, 1, 2000, &missing);
                agenda.add(now + DELAY_US, Msg::ToRouter(compound));
            }
        }
        if now >= router.deadline() {
            router.tick(now, &mut net);
        }
    }
    (player, router.stats())
}

#[test]
fn what_the_downlink_loses_is_sent_again_out_of_the_ring() {
    for (loss, seed, rtx) in [(5, 1, true), (10, 2, true), (20, 3, true), (20, 4, true), (10, 5, false), (20, 6, false)]
    {
        let (player, stats) = lossy_downlink(loss, seed, rtx);
        let numbers: Vec<u32> = player.got.values().copied().collect();
        assert_eq!(numbers, (0..2400).collect::<Vec<_>>(), "{loss} % seed {seed} rtx {rtx}");
        assert!(stats.resent >= 2400 * loss as u64 / 120 && stats.resent < 2400, "{stats:?}");
    }
}

#[test]
fn one_request_is_answered_once_and_a_flood_of_them_runs_dry() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let mut sender = camera();
    for (_, packet) in (0..50).flat_map(|n| frame(&mut sender, n)) {
        router.rtp(0, UP, &packet, 0, &mut net);
    }
    let numbers: Vec<u16> = net.rtp.iter().map(|(_, seq, _)| *seq as u16).collect();
    let mut nack = Vec::new();
    assize_rtp::rtcp::write::nack(&mut nack, 1, 2000, &numbers[..1]);
    router.rtcp(0, DOWN, &nack, 0, &mut net);
    router.rtcp(1000, DOWN, &nack, 1000, &mut net);
    assert_eq!(router.stats().resent, 1);
    router.rtcp(200_000, DOWN, &nack, 200_000, &mut net);
    assert_eq!(router.stats().resent, 3, "what was lost twice is sent twice");
    nack.clear();
    assize_rtp::rtcp::write::nack(&mut nack, 1, 2000, &numbers);
    for now in (0..1000).map(|n| n * 1_000_000) {
        router.rtcp(now, DOWN, &nack, now, &mut net);
    }
    assert!(router.stats().resent < 1000, "{:?}", router.stats());
}

#[test]
fn a_request_that_could_not_know_of_the_answer_is_not_answered_again() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let mut sender = camera();
    for (_, packet) in frame(&mut sender, 0) {
        router.rtp(0, UP, &packet, 0, &mut net);
    }
    // Far away: reports that came 400 ms after what they report on.
    let sent_us = 10_000_000;
    for _ in 0..20 {
        let mut report = Vec::new();
        let last_sr = (super::super::clock::ntp(sent_us) >> 16) as u32;
        let block = assize_rtp::rtcp::Report { ssrc: 2000, last_sr, ..Default::default() };
        assize_rtp::rtcp::write::receiver_report(&mut report, 7, &[block]);
        router.rtcp(sent_us + 400_000, DOWN, &report, sent_us + 400_000, &mut net);
    }
    let mut nack = Vec::new();
    assize_rtp::rtcp::write::nack(&mut nack, 1, 2000, &[net.rtp[1].1 as u16]);
    let resent = [0, 100, 200, 300, 400, 500].map(|ms| {
        router.rtcp(ms * 1000, DOWN, &nack, ms * 1000, &mut net);
        router.stats().resent
    });
    assert_eq!(resent, [1, 1, 1, 3, 3, 3]);
}

#[test]
fn whoever_asks_for_what_is_gone_gets_a_key_frame() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let mut sender = camera();
    let mut send = |router: &mut Router, net: &mut Net, n: u32| {
        let now = i64::from(n) * 33_000;
        for (_, packet) in frame(&mut sender, n) {
            router.rtp(now, UP, &packet, now, net);
        }
        router.tick(now, net);
    };
    (0..200).for_each(|n| send(&mut router, &mut net, n));
    let ask = |router: &mut Router, net: &mut Net, at: usize| {
        let mut nack = Vec::new();
        assize_rtp::rtcp::write::nack(&mut nack, 1, 2000, &[net.rtp[at].1 as u16]);
        let before = net.plis(UP).len();
        router.rtcp(7_000_000, DOWN, &nack, 7_000_000, net);
        net.plis(UP).len() - before
    };
    assert_eq!(ask(&mut router, &mut net, 799), 0, "it is still there");
    assert_eq!(ask(&mut router, &mut net, 100), 1, "6 s ago");
    assert_eq!(ask(&mut router, &mut net, 101), 0, "one request is enough");
}

#[test]
fn what_the_uplink_lost_for_good_is_mended_by_a_key_frame_if_somebody_watches() {
    for watched in [true, false] {
        let mut net = Net::default();
        let mut router = small_room(&mut net);
        if watched {
            router.connect(0, to(CAMERA, DOWN), &mut net);
        }
        let mut sender = camera();
        let mut asked_us = Vec::new();
        for n in 0..150 {
            let now = i64::from(n) * 33_000;
            for (seq, packet) in frame(&mut sender, n) {
                if seq != 65_500 + 9 {
                    router.rtp(now, UP, &packet, now, &mut net);
                }
            }
            router.tick(now, &mut net);
            if !net.plis(UP).is_empty() {
                asked_us.push(now);
            }
            net.rtcp.clear();
        }
        assert_eq!(asked_us.is_empty(), !watched, "{asked_us:?}");
        assert!(asked_us.len() < 8 && asked_us.iter().all(|us| *us > 1_000_000), "{asked_us:?}");
    }
}

#[test]
fn a_changed_header_is_never_sent_under_an_old_number() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut section = subscribed("1", false, 2000);
    section.payloads[0].rtx = None;
    router.subscribe(0, DOWN, std::slice::from_ref(&section), &mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let mut sender = camera();
    for (_, packet) in frame(&mut sender, 0) {
        router.rtp(0, UP, &packet, 0, &mut net);
    }
    let mut nack = Vec::new();
    assize_rtp::rtcp::write::nack(&mut nack, 1, 2000, &[net.rtp[3].1 as u16]);
    router.rtcp(0, DOWN, &nack, 0, &mut net);
    assert_eq!(net.rtp[4], net.rtp[3], "the very same bytes under the same number");
    section.payloads[0].pt += 1;
    router.subscribe(0, DOWN, &[section], &mut net);
    router.rtcp(500_000, DOWN, &nack, 500_000, &mut net);
    assert_eq!(net.rtp.len(), 5);
}

/// Sound and its own number in it, sent and asked for again on its own stream.
#[test]
fn lost_sound_is_asked_for_and_sent_again_as_it_was_while_it_can_be_played() {
    let mut net = Net::default();
    let mut router = Router::new(0, 7);
    let section = Published { nack: true, ..published("a", VOICE, true, &[]) };
    router.publish(0, UP, &[section], &mut net);
    router.subscribe(0, DOWN, &[Subscribed { nack: true, ..subscribed("0", true, 1000) }], &mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut voice = voice();
    let packets: Vec<Vec<u8>> = (0..100_u32).map(|n| voice.packet(false, n * 960, &n.to_be_bytes())).collect();
    for (n, packet) in packets.iter().enumerate() {
        let now = n as i64 * 20_000;
        if n != 50 {
            router.rtp(now, UP, packet, now, &mut net);
        }
        if n == 53 {
            router.rtp(now, UP, &packets[50], now, &mut net);
        }
        router.tick(now, &mut net);
    }
    let lost: Vec<u16> =
        net.rtcp.iter().flat_map(|(_, bytes)| Compound::new(bytes)).fold(Vec::new(), |mut all, part| {
            if let Ok(Rtcp::Nack { media: 11, lost }) = part {
                all.extend(lost);
            }
            all
        });
    assert_eq!(lost, [65_500_u16.wrapping_add(50)], "asked for once, 20 ms after it was missed");
    assert_eq!(net.rtp.len(), 100);
    let sent: BTreeMap<u64, Vec<u8>> = net.rtp.iter().map(|(_, seq, bytes)| (*seq, bytes.clone())).collect();
    let numbers: Vec<u32> = sent.values().map(|bytes| number(Packet::parse(bytes).unwrap().payload)).collect();
    assert_eq!(numbers, (0..100).collect::<Vec<_>>(), "in its own place");
    let mut ask = |seq: u64, now: i64| {
        let mut nack = Vec::new();
        assize_rtp::rtcp::write::nack(&mut nack, 1, 1000, &[seq as u16]);
        router.rtcp(now, DOWN, &nack, now, &mut net);
        net.rtp.drain(100..).map(|(_, seq, bytes)| (seq, bytes)).collect::<Vec<_>>()
    };
    let (seq, bytes) = sent.iter().nth(95).unwrap();
    assert_eq!(ask(*seq, 2_000_000), [(*seq, bytes.clone())], "the very same packet");
    let (seq, _) = sent.iter().nth(50).unwrap();
    assert_eq!(ask(*seq, 2_000_000), [], "it would come too late");
}
