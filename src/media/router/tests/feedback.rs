use super::*;
use assize_rtp::rtcp::write;

#[test]
fn transport_feedback_tells_every_authenticated_packet_and_nothing_else() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut camera = camera();
    let mut sent = BTreeMap::new();
    for n in 0..500_u16 {
        let now = 1_000_000 + i64::from(n) * 3_000;
        let number = 65_400_u16.wrapping_add(n);
        camera.extensions = vec![(1, b"v".to_vec()), (4, number.to_be_bytes().to_vec())];
        let packet = camera.packet(false, 0, &vp8(false, None, 1, 1, &[1]));
        if n % 10 != 3 {
            // What nobody knows what to do with is counted too: it used the path.
            let packet = if n % 10 == 5 {
                Sender::new(77, 99, 0, &[(1, "v")]).like(&camera).packet(false, 0, &[])
            } else {
                packet
            };
            router.rtp(now, UP, &packet, now - 700, &mut net);
            sent.insert(number, now - 700);
        }
        router.tick(now, &mut net);
    }
    router.tick(10_000_000, &mut net);
    let mut told: BTreeMap<u16, Option<i64>> = BTreeMap::new();
    let mut count = 0;
    for (t, bytes) in &net.rtcp {
        for part in Compound::new(bytes) {
            let Ok(Rtcp::Transport(feedback)) = part else { continue };
            assert_eq!((*t, feedback.count), (UP, count));
            count = count.wrapping_add(1);
            told.extend(feedback.statuses());
        }
    }
    assert!((26..=31).contains(&count), "one each 50 ms: {count}");
    assert_eq!(told.len(), 500);
    for (number, time) in told {
        match (sent.get(&number), time) {
            (Some(sent), Some(told)) => assert!((0..250).contains(&(sent - told)), "{number}"),
            (sent, told) => assert_eq!((sent, told), (None, None), "{number}"),
        }
    }
}

impl Sender {
    fn like(mut self, other: &Self) -> Self {
        self.extensions.clone_from(&other.extensions);
        self
    }
}

#[test]
fn receiver_reports_tell_the_publisher_what_was_lost() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut voice = voice();
    let mut report = Vec::new();
    write::sender_report(&mut report, 11, 0x1234_5678_9abc_0000, 0, 1, 1);
    router.rtcp(0, UP, &report, 0, &mut net);
    for n in 0..200_u32 {
        let now = i64::from(n) * 20_000;
        let packet = voice.packet(false, n * 960, &[1]);
        if n % 4 != 1 {
            router.rtp(now, UP, &packet, now, &mut net);
        }
        if n == 0 {
            router.rtcp(0, UP, &report, 0, &mut net);
        }
        router.tick(now, &mut net);
    }
    let mut blocks = Vec::new();
    for (_, bytes) in net.rtcp.iter().filter(|(t, _)| *t == UP) {
        for part in Compound::new(bytes) {
            if let Ok(Rtcp::ReceiverReport { reports, .. }) = part {
                blocks.extend(reports);
            }
        }
    }
    assert_eq!(blocks.len(), 4);
    assert!(blocks.iter().all(|block| block.ssrc == 11 && (60..=68).contains(&block.fraction_lost)), "{blocks:?}");
    assert!(blocks.iter().all(|block| block.last_sr == 0x5678_9abc));
    assert!((3 * 65_536..4 * 65_536).contains(&blocks[3].delay), "{blocks:?}");
    assert!((38..=45).contains(&blocks[3].lost), "{blocks:?}");
}

#[test]
fn a_legs_reports_put_sound_and_picture_on_one_clock() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let (mut voice, mut camera) = (voice(), camera());
    let ntp = |now: i64| (3_900_000_000_u64 << 32) + (((now as u64) << 32) / 1_000_000);
    for n in 0..200_u32 {
        let now = i64::from(n) * 20_000;
        router.rtp(now, UP, &voice.packet(false, n * 960 + 77, &[1]), now, &mut net);
        let key = (n == 0).then_some((640, 360));
        router.rtp(
            now,
            UP,
            &camera.packet(true, n * 1800 + 99_999, &vp8(true, key, n as u16, n as u8, &[])),
            now,
            &mut net,
        );
        let mut report = Vec::new();
        // Sound is reported once, long ago; the picture each second, with a delay that varies.
        match n {
            3 => write::sender_report(&mut report, 11, ntp(now), n * 960 + 77, 1, 1),
            _ if n % 50 == 10 => write::sender_report(&mut report, 21, ntp(now), n * 1800 + 99_999, 1, 1),
            _ => {}
        }
        let delay = i64::from(n % 7) * 1000;
        router.rtcp(now + delay, UP, &report, now + delay, &mut net);
        router.tick(now, &mut net);
    }
    // Map the RTP time of the first packet of each leg to NTP by that leg's last report: both were captured at once.
    let first = |ssrc: u32| net.rtp.iter().map(|(_, _, b)| Packet::parse(b).unwrap()).find(|p| p.ssrc == ssrc).unwrap();
    let capture = |ssrc: u32, rate: i64| {
        let reports = net.rtcp.iter().filter(|(t, _)| *t == DOWN).flat_map(|(_, bytes)| Compound::new(bytes));
        let of = |part| if let Ok(Rtcp::SenderReport(r)) = part { Some(r).filter(|r| r.ssrc == ssrc) } else { None };
        let last = reports.filter_map(of).last().unwrap();
        let ticks = i64::from(assize_rtp::seq::distance32(first(ssrc).timestamp, last.rtp));
        assert!(last.packets > 100 && last.octets > 0);
        super::super::clock::micros(last.ntp) - ticks * 1_000_000 / rate
    };
    let apart = capture(1000, 48_000) - capture(2000, 90_000);
    assert!(apart.abs() < 2_000, "{apart} us");
}

#[test]
fn a_leg_that_begins_is_reported_on_soon() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut voice = voice();
    let mut report = Vec::new();
    write::sender_report(&mut report, 11, 1 << 40, 0, 1, 1);
    router.rtp(0, UP, &voice.packet(false, 0, &[1]), 0, &mut net);
    router.rtcp(0, UP, &report, 0, &mut net);
    router.tick(3_050_000, &mut net);
    router.connect(3_060_000, to(VOICE, DOWN), &mut net);
    router.rtp(3_060_000, UP, &voice.packet(false, 960, &[1]), 3_060_000, &mut net);
    router.tick(3_160_000, &mut net);
    assert_eq!(net.rtcp.iter().filter(|(t, _)| *t == DOWN).count(), 1);
}

#[test]
fn without_the_sources_report_a_leg_sends_none() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut voice = voice();
    for n in 0..100_u32 {
        let now = i64::from(n) * 20_000;
        router.rtp(now, UP, &voice.packet(false, n * 960, &[1]), now, &mut net);
        router.tick(now, &mut net);
    }
    assert!(net.rtcp.iter().all(|(t, _)| *t == UP));
}

#[test]
fn reports_of_many_legs_are_split_into_datagrams() {
    let mut net = Net::default();
    let mut router = Router::new(0, 3);
    let keys: Vec<TrackKey> = (0..40).map(TrackKey).collect();
    let sections: Vec<_> = keys.iter().map(|key| published(&format!("m{}", key.0), *key, true, &[])).collect();
    let places: Vec<_> = (0..40).map(|n| subscribed(&format!("{n}"), true, 1000 + 2 * n)).collect();
    router.publish(0, UP, &sections, &mut net);
    router.subscribe(0, DOWN, &places, &mut net);
    let mut report = Vec::new();
    for (n, key) in (0..).zip(&keys) {
        router.connect(0, to(*key, DOWN), &mut net);
        let mut sender = Sender::new(500 + n, OPUS_PT, 1, &[(1, &format!("m{n}"))]);
        router.rtp(0, UP, &sender.packet(false, 0, &[1]), 0, &mut net);
        report.clear();
        write::sender_report(&mut report, 500 + n, 1 << 40, 0, 1, 1);
        router.rtcp(0, UP, &report, 0, &mut net);
    }
    router.tick(1_100_000, &mut net);
    let reports = net.rtcp.iter().filter(|(t, _)| *t == DOWN).flat_map(|(_, bytes)| Compound::new(bytes));
    assert_eq!(reports.filter(|part| matches!(part, Ok(Rtcp::SenderReport(_)))).count(), 40);
}

#[test]
fn loss_on_the_way_to_subscribers_is_what_they_report_of_what_was_sent_to_them() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut voice = voice();
    let report = |router: &mut Router, t, now, ssrc, fraction_lost| {
        let mut bytes = Vec::new();
        let block = assize_rtp::rtcp::Report { ssrc, fraction_lost, ..Default::default() };
        write::receiver_report(&mut bytes, 7, &[block]);
        router.rtcp(now, t, &bytes, now, &mut Net::default());
    };
    let mut speak = |router: &mut Router, packets: u32| {
        for n in 0..packets {
            router.rtp(0, UP, &voice.packet(false, n * 960, &[1]), 0, &mut net);
        }
    };
    assert_eq!(router.loss(0), (0.0, 0.0), "nothing is known");
    speak(&mut router, 100);
    report(&mut router, DOWN, 0, 1000, 64);
    report(&mut router, OTHER, 0, 1000, 255);
    report(&mut router, DOWN, 0, 1001, 255);
    assert_eq!(router.loss(0), (25.0, 100.0), "each speaks for its own legs");
    speak(&mut router, 40);
    report(&mut router, DOWN, 1_000_000, 1000, 0);
    assert_eq!(router.loss(1_000_000), (0.0, 40.0), "the last interval");
    report(&mut router, DOWN, 2_000_000, 1000, 255);
    assert_eq!(router.loss(12_999_999), (0.0, 40.0), "nothing was sent that could be lost");
    assert_eq!(router.loss(13_000_000), (0.0, 0.0), "too long ago");
}
