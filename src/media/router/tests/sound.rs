use super::*;
use assize_rtp::red::{Red, write_head, write_last};

const MS_20: u32 = 960;

/// An Opus packet of 20 ms with a number in it.
fn opus(n: u32) -> Vec<u8> {
    [&[0xf8][..], &n.to_be_bytes(), &[n as u8; 40]].concat()
}

fn number(sound: &[u8]) -> u32 {
    assert_eq!(sound, opus(u32::from_be_bytes(sound[1..5].try_into().unwrap())));
    u32::from_be_bytes(sound[1..5].try_into().unwrap())
}

/// What a packet with earlier ones carries: numbers, its own last.
fn numbers(payload: &[u8], pt: u8) -> Vec<u32> {
    let red = Red::parse(payload).unwrap();
    let own = number(red.own().payload);
    let earlier = red.earlier().map(|block| {
        let n = number(block.payload);
        assert_eq!((block.payload_type, block.offset), (pt, (own - n) * MS_20));
        n
    });
    earlier.chain([own]).collect()
}

/// With `distance` earlier packets.
fn red(n: u32, distance: u32) -> Vec<u8> {
    let (mut payload, earlier) = (Vec::new(), n.saturating_sub(distance)..n);
    earlier.clone().for_each(|m| write_head(&mut payload, OPUS_PT, (n - m) * MS_20, opus(m).len()));
    write_last(&mut payload, OPUS_PT);
    earlier.chain([n]).for_each(|m| payload.extend(opus(m)));
    payload
}

fn with_red(mid: &str, ssrc: u32, nack: bool) -> Subscribed {
    let mut section = Subscribed { nack, ..subscribed(mid, true, ssrc) };
    section.payloads[0].red = Some(RED_PT + 10);
    section
}

/// A voice, one who takes redundancy, one who does not, and the recorder.
fn court(net: &mut Net) -> Router {
    let mut router = Router::new(0, 7);
    router.publish(0, UP, &[published("a", VOICE, true, &[])], net);
    router.subscribe(0, DOWN, &[with_red("0", 1000, true)], net);
    router.subscribe(0, OTHER, &[subscribed("0", true, 3000)], net);
    for route in [to(VOICE, DOWN), to(VOICE, OTHER), recorded(VOICE)] {
        router.connect(0, route, net);
    }
    router
}

fn sent(net: &Net, to: TransportKey) -> Vec<(u64, u8, Vec<u8>)> {
    let all = net.rtp.iter().filter(|(t, ..)| *t == to);
    all.map(|(_, seq, bytes)| {
        let packet = Packet::parse(bytes).unwrap();
        (*seq, packet.payload_type, packet.payload.to_vec())
    })
    .collect()
}

fn recorded_numbers(net: &Net) -> Vec<(u64, u32, u32)> {
    let packet = |item: &TapItem| match item {
        TapItem::Packet { seq, rtp_ts, payload, .. } => Some((*seq, *rtp_ts, number(payload))),
        _ => None,
    };
    net.tap.iter().filter_map(packet).collect()
}

impl Router {
    /// How many packets before it go with each packet of a track of sound on its way to a transport, 0 to 2, if the
    /// client takes any; until its line is looked at again.
    fn redundancy(&mut self, t: TransportKey, track: TrackKey, packets: u8) {
        let track = self.places.get(&track).and_then(|place| self.tracks[*place].as_mut());
        if let Some(leg) = track.and_then(|track| track.legs.iter_mut().find(|leg| leg.to == t)) {
            leg.out.redundancy = packets.min(crate::router::redundancy::MOST);
        }
    }
}

#[test]
fn plain_sound_goes_with_the_two_packets_before_it_to_those_who_take_that() {
    let mut net = Net::default();
    let mut router = court(&mut net);
    let mut voice = voice();
    for n in 0..100_u32 {
        let now = i64::from(n) * 20_000;
        let packet = voice.packet(false, n * MS_20, &opus(n));
        if n != 50 {
            router.rtp(now, UP, &packet, now, &mut net);
        }
    }
    for (at, (_, pt, payload)) in sent(&net, DOWN).iter().enumerate() {
        let n = at as u32 + u32::from(at >= 50);
        let expected: Vec<u32> = (n.saturating_sub(2)..=n).filter(|m| *m != 50).collect();
        if expected.len() == 1 {
            assert_eq!((*pt, number(payload)), (OPUS_PT + 10, n), "nothing to go with it");
        } else {
            assert_eq!((*pt, numbers(payload, OPUS_PT + 10)), (RED_PT + 10, expected));
        }
    }
    let plain: Vec<u32> = sent(&net, OTHER).iter().map(|(_, pt, payload)| (*pt, number(payload)).1).collect();
    assert_eq!(plain, (0..100).filter(|n| *n != 50).collect::<Vec<_>>());
    assert!(sent(&net, OTHER).iter().all(|(_, pt, _)| *pt == OPUS_PT + 10));
}

#[test]
fn redundancy_of_a_publisher_repairs_its_losses_for_those_who_take_plain_sound_and_for_the_record() {
    for (distance, burst) in [(1, 1), (2, 2)] {
        let mut net = Net::default();
        let mut router = court(&mut net);
        let mut voice = Sender::new(11, RED_PT, 65_500, &[(1, "a")]);
        for n in 0..200_u32 {
            let now = i64::from(n) * 20_000;
            let packet = voice.packet(false, n.wrapping_mul(MS_20), &red(n, distance));
            if n % 5 >= burst {
                router.rtp(now, UP, &packet, now, &mut net);
                router.rtp(now, UP, &packet, now, &mut net);
            }
            router.tick(now, &mut net);
        }
        let plain: Vec<(u64, u32)> =
            sent(&net, OTHER).iter().map(|(seq, _, payload)| (*seq, number(payload))).collect();
        let from = plain[0];
        let all: Vec<(u64, u32)> = (0..200 - burst).map(|n| (from.0 + u64::from(n), from.1 + n)).collect();
        assert_eq!((from.1, plain), (burst, all), "each once and in order");
        let record = recorded_numbers(&net);
        assert!(
            record.iter().zip(burst..).all(|((_, _, number), n)| *number == n) && record.len() == 200 - burst as usize
        );
        assert!(record.windows(2).all(|two| two[1].0 == two[0].0 + 1 && two[1].1 == two[0].1 + MS_20));
        assert!(sent(&net, DOWN).iter().skip(2).all(|(_, _, payload)| numbers(payload, OPUS_PT + 10).len() == 3));
        assert_eq!((router.stats().lost, router.stats().repaired), (0, u64::from(39 * burst)));
    }
}

#[test]
fn an_earlier_packet_whose_place_is_not_certain_repairs_nothing() {
    let mut net = Net::default();
    let mut router = court(&mut net);
    let mut voice = Sender::new(11, RED_PT, 65_500, &[(1, "a")]);
    let mut say = |router: &mut Router, net: &mut Net, n: u32, payload: &[u8], lost: bool| {
        let packet = voice.packet(false, n * MS_20, payload);
        if !lost {
            router.rtp(0, UP, &packet, 0, net);
        }
    };
    say(&mut router, &mut net, 0, &red(0, 0), false);
    say(&mut router, &mut net, 1, &red(1, 0), true);
    // The second before, and not the first: by its place it would be taken for the first.
    let mut payload = Vec::new();
    write_head(&mut payload, OPUS_PT, 2 * MS_20, opus(0).len());
    write_last(&mut payload, OPUS_PT);
    payload.extend([opus(0), opus(2)].concat());
    say(&mut router, &mut net, 2, &payload, false);
    let mut strange = red(3, 1);
    strange[0] ^= 1;
    say(&mut router, &mut net, 3, &strange, false);
    let mut strange = red(4, 1);
    strange[4] ^= 1;
    say(&mut router, &mut net, 4, &strange, false);
    let plain: Vec<u32> = sent(&net, OTHER).iter().map(|(_, _, payload)| number(payload)).collect();
    assert_eq!((plain, router.stats().malformed), (vec![0, 2, 3], 1));
}

/// Two different packets sealed under one number would give the key away.
#[test]
fn sound_is_sent_again_with_what_it_was_sent_with() {
    let mut net = Net::default();
    let mut router = court(&mut net);
    let mut voice = voice();
    let packets: Vec<Vec<u8>> = (0..40_u32).map(|n| voice.packet(false, n * MS_20, &opus(n))).collect();
    for (n, packet) in packets.iter().enumerate() {
        router.redundancy(DOWN, VOICE, [2, 1, 0, 9][n / 10]);
        if n != 5 {
            router.rtp(0, UP, packet, 0, &mut net);
        }
        if n == 8 {
            router.rtp(0, UP, &packets[5], 0, &mut net);
        }
    }
    let first: Vec<_> = net.rtp.iter().filter(|(t, ..)| *t == DOWN).cloned().collect();
    let carried: Vec<usize> = sent(&net, DOWN)
        .iter()
        .map(|(_, pt, payload)| if *pt == OPUS_PT + 10 { 1 } else { numbers(payload, OPUS_PT + 10).len() })
        .collect();
    assert_eq!(carried[..11], [1, 2, 3, 3, 3, 2, 2, 3, 3, 3, 2], "without the fifth where it was missing");
    assert_eq!(carried[11..], [[2; 9].as_slice(), &[1; 10], &[3; 10]].concat());
    net.rtp.clear();
    let mut nack = Vec::new();
    let numbers: std::collections::BTreeSet<u64> = first.iter().map(|(_, seq, _)| *seq).collect();
    let numbers: Vec<u16> = numbers.into_iter().map(|seq| seq as u16).collect();
    assize_rtp::rtcp::write::nack(&mut nack, 1, 1000, &numbers);
    router.rtcp(100_000, DOWN, &nack, 100_000, &mut net);
    assert_eq!(net.rtp.len(), 40);
    assert!(net.rtp.iter().all(|again| first.contains(again)), "the very same");
}

#[test]
fn nothing_from_before_a_route_goes_with_what_is_sent_on_it() {
    let mut net = Net::default();
    let mut router = court(&mut net);
    router.cut(0, to(VOICE, DOWN), &mut net);
    let mut voice = Sender::new(11, RED_PT, 65_500, &[(1, "a")]);
    for n in 0..40_u32 {
        match n {
            10 | 30 => router.connect(0, to(VOICE, DOWN), &mut net),
            20 => router.cut(0, to(VOICE, DOWN), &mut net),
            _ => {}
        }
        let packet = voice.packet(false, n * MS_20, &red(n, 2));
        // Those just before the route are lost, and come along with what is first on it.
        if n != 8 && n != 9 {
            router.rtp(0, UP, &packet, 0, &mut net);
        }
    }
    let carried = sent(&net, DOWN).into_iter().flat_map(|(_, pt, payload)| {
        if pt == RED_PT + 10 { numbers(&payload, OPUS_PT + 10) } else { vec![number(&payload)] }
    });
    let carried: std::collections::BTreeSet<u32> = carried.collect();
    assert_eq!(carried.into_iter().collect::<Vec<_>>(), (10..20).chain(30..40).collect::<Vec<_>>());
    assert_eq!(recorded_numbers(&net).len(), 40, "the record was routed all the time");
}
