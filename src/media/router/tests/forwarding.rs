use super::super::{Event, Stats, Wanted};
use super::*;

#[test]
fn numbers_go_on_from_the_legs_own_start_over_every_wrap() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut voice = voice();
    for n in 0..140_000_u32 {
        let now = i64::from(n) * 20_000;
        router.rtp(
            now,
            UP,
            &voice.packet(false, n.wrapping_mul(960).wrapping_sub(5000), &n.to_be_bytes()),
            now,
            &mut net,
        );
    }
    assert_eq!(net.rtp.len(), 140_000);
    let (_, first, bytes) = &net.rtp[0];
    assert!((1..=0x8000).contains(first));
    let base = Packet::parse(bytes).unwrap().timestamp;
    for (n, (t, seq, bytes)) in (0_u32..).zip(&net.rtp) {
        let packet = Packet::parse(bytes).unwrap();
        assert_eq!((*t, *seq, packet.seq), (DOWN, first + u64::from(n), *seq as u16));
        assert_eq!(packet.timestamp, base.wrapping_add(n.wrapping_mul(960)));
        assert_eq!((packet.ssrc, packet.payload_type), (1000, OPUS_PT + 10));
        assert_eq!(packet.payload, n.to_be_bytes());
        assert_eq!(packet.extensions.get(9), Some(&b"0"[..]));
        assert_eq!(packet.extensions.get(8), Some(&[127][..]));
    }
}

#[test]
fn holes_and_late_packets_keep_their_places() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut voice = voice();
    let packets: Vec<_> = (0..6).map(|n| voice.packet(false, n * 960, &[n as u8])).collect();
    for at in [0, 3, 1, 1, 3, 5] {
        router.rtp(0, UP, &packets[at], 0, &mut net);
    }
    let first = net.rtp[0].1;
    let sent: Vec<_> = net.rtp.iter().map(|(_, seq, bytes)| (seq - first, bytes[bytes.len() - 1])).collect();
    assert_eq!(sent, [(0, 0), (3, 3), (1, 1), (5, 5)], "each once");
    assert_eq!(router.stats().stray, 2);
}

#[test]
fn video_starts_at_a_key_frame() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut camera = camera();
    router.connect(0, to(CAMERA, DOWN), &mut net);
    router.rtp(0, UP, &camera.packet(true, 0, &vp8(true, None, 5, 5, &[1])), 0, &mut net);
    assert!(net.rtp.is_empty());
    router.tick(100_000, &mut net);
    assert_eq!(net.plis(UP), [21]);
    router.rtp(120_000, UP, &camera.packet(false, 3000, &vp8(true, Some((640, 360)), 6, 6, &[2])), 120_000, &mut net);
    router.rtp(120_000, UP, &camera.packet(true, 3000, &vp8(false, None, 6, 6, &[3])), 120_000, &mut net);
    assert_eq!(net.rtp.len(), 2);
    let packet = Packet::parse(&net.rtp[1].2).unwrap();
    assert_eq!((packet.marker, packet.ssrc, packet.payload_type), (true, 2000, VP8_PT + 10));
    assert_eq!(packet.payload, vp8(false, None, 6, 6, &[3]), "untouched");
}

#[test]
fn a_cut_leaves_nothing_neither_new_nor_again() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut voice = voice();
    router.connect(0, to(VOICE, DOWN), &mut net);
    router.connect(0, to(VOICE, OTHER), &mut net);
    router.rtp(0, UP, &voice.packet(false, 0, &[1]), 0, &mut net);
    let sent = net.rtp[0].1 as u16;
    let mut nack = Vec::new();
    assize_rtp::rtcp::write::nack(&mut nack, 1, 1000, &[sent]);
    router.rtcp(0, DOWN, &nack, 0, &mut net);
    assert_eq!(net.rtp.len(), 2, "asked for again, sent again");
    router.cut(0, to(VOICE, DOWN), &mut net);
    router.cut(0, to(VOICE, OTHER), &mut net);
    let lost = voice.packet(false, 960, &[2]);
    router.rtp(1000, UP, &voice.packet(false, 1920, &[3]), 1000, &mut net);
    router.rtp(1000, UP, &lost, 1000, &mut net);
    router.rtcp(200_000, DOWN, &nack, 200_000, &mut net);
    router.subscribe(0, OTHER, &[subscribed("0", true, 3000)], &mut net);
    router.rtp(1000, UP, &voice.packet(false, 2880, &[4]), 1000, &mut net);
    assert_eq!(net.rtp.len(), 2);
    assert_eq!(router.legs(DOWN), [("0".into(), None), ("1".into(), None)]);
    assert_eq!(router.stats().legs, 0);
}

#[test]
fn what_was_captured_before_a_route_is_not_sent_on_it_even_if_it_comes_after() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let (mut voice, mut camera) = (voice(), camera());
    let mut rtx = Sender::new(22, RTX_PT, 1, &[(1, "v")]);
    router.rtp(0, UP, &voice.packet(false, 0, &[1]), 0, &mut net);
    router.rtp(0, UP, &camera.packet(true, 0, &vp8(true, None, 1, 1, &[])), 0, &mut net);
    let (early, key, number) = (voice.packet(false, 960, &[2]), vp8(true, Some((640, 360)), 2, 2, &[]), camera.seq);
    camera.packet(true, 3000, &key);
    router.rtp(0, UP, &voice.packet(false, 1920, &[3]), 0, &mut net);
    router.rtp(0, UP, &camera.packet(true, 6000, &vp8(true, None, 3, 3, &[])), 0, &mut net);
    for source in [VOICE, CAMERA] {
        router.connect(0, to(source, DOWN), &mut net);
        router.connect(0, recorded(source), &mut net);
    }
    router.rtp(0, UP, &early, 0, &mut net);
    router.rtp(0, UP, &rtx.packet(true, 3000, &[&number.to_be_bytes()[..], &key].concat()), 0, &mut net);
    assert_eq!(router.stats().recovered, 1);
    assert!(net.rtp.is_empty() && !net.tap.iter().any(|item| matches!(item, TapItem::Packet { .. })));
}

#[test]
fn a_freed_section_goes_on_in_its_numbers_and_time_whatever_it_carries() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let second = TrackKey(11);
    let described = [published("b", second, true, &[])];
    router.publish(0, OTHER, &described, &mut net);
    // Both number alike, so that a mix-up would find something.
    let (mut one, mut two) = (voice(), Sender::new(31, OPUS_PT, 65_500, &[(1, "b")]));
    router.connect(0, to(VOICE, DOWN), &mut net);
    router.connect(0, to(second, DOWN), &mut net);
    assert_eq!(router.wanted(DOWN), Wanted { audio: 1, video: 0 });
    router.rtp(0, UP, &one.packet(false, 0, &[1]), 0, &mut net);
    router.cut(0, to(VOICE, DOWN), &mut net);
    assert_eq!((router.wanted(DOWN), router.legs(DOWN)[0].1), (Wanted::default(), Some(second)));
    router.rtp(40_000, OTHER, &two.packet(false, 77_777, &[2]), 40_000, &mut net);
    let packets: Vec<_> = net.rtp.iter().map(|(_, seq, bytes)| (*seq, Packet::parse(bytes).unwrap())).collect();
    assert_eq!(packets[1].0, packets[0].0 + 1);
    assert_eq!(packets[1].1.ssrc, packets[0].1.ssrc);
    assert_eq!(packets[1].1.timestamp.wrapping_sub(packets[0].1.timestamp), 48 * 40);
    let mut nack = Vec::new();
    assize_rtp::rtcp::write::nack(&mut nack, 1, 1000, &[packets[0].1.seq]);
    router.rtcp(60_000, DOWN, &nack, 60_000, &mut net);
    assert_eq!(router.stats().resent, 0, "the number of the cut track is not answered with the other's sound");
}

#[test]
fn declared_ssrcs_need_no_names_in_their_packets() {
    let mut net = Net::default();
    let mut router = Router::new(0, 7);
    let mut sections = [published("a", VOICE, true, &[]), published("v", CAMERA, false, &[])];
    sections[0].ssrcs = vec![(11, None)];
    sections[1].ssrcs = vec![(21, Some(22))];
    router.publish(0, UP, &sections, &mut net);
    router.publish(0, UP, &sections, &mut net);
    router.subscribe(0, DOWN, &[subscribed("0", true, 1000), subscribed("1", false, 2000)], &mut net);
    sections.iter().for_each(|section| router.connect(0, to(section.track, DOWN), &mut net));
    assert_eq!(net.plis(UP), [21], "asked for before its first packet");
    let [mut voice, mut camera] = [(11, OPUS_PT), (21, VP8_PT)].map(|(ssrc, pt)| Sender::new(ssrc, pt, 1, &[(7, "x")]));
    router.rtp(0, UP, &voice.packet(false, 0, &[1]), 0, &mut net);
    router.rtp(0, UP, &camera.packet(true, 0, &vp8(true, Some((640, 360)), 1, 1, &[])), 0, &mut net);
    assert_eq!((net.rtp.len(), router.stats().unknown), (2, 0));
}

/// Clients name a stream in its first packets only, and another router of the hearing may come after these.
#[test]
fn what_a_stream_is_can_be_learned_from_a_router_that_was_there_before() {
    let mut net = Net::default();
    let sections = [published("a", VOICE, true, &[]), published("v", CAMERA, false, &["q", "h"])];
    let [mut live, mut later] = [Router::new(0, 7), Router::new(0, 8)];
    live.publish(0, UP, &sections, &mut net);
    later.publish(0, UP, &sections, &mut net);
    later.subscribe(0, DOWN, &[subscribed("0", true, 1000), subscribed("1", false, 2000)], &mut net);
    later.connect(0, to(CAMERA, DOWN), &mut net);
    let mut named = Sender::new(21, VP8_PT, 1, &[(1, "v"), (2, "q")]);
    let mut unnamed = Sender::new(21, VP8_PT, 2, &[]);
    live.rtp(0, UP, &named.packet(true, 0, &vp8(true, Some((640, 360)), 1, 1, &[])), 0, &mut net);
    let mut picture = |n| unnamed.packet(true, n, &vp8(true, Some((640, 360)), 1, 1, &[]));
    later.rtp(0, UP, &picture(1), 0, &mut net);
    assert_eq!((net.rtp.len(), later.stats().unknown), (0, 1));
    later.learn(UP, &live.known(UP));
    later.rtp(0, UP, &picture(2), 0, &mut net);
    assert_eq!((net.rtp.len(), later.stats().unknown), (1, 1));
    later.learn(OTHER, &live.known(UP));
    assert!(later.known(OTHER).is_empty(), "who publishes nothing sends nothing");
}

#[test]
fn a_section_that_is_taken_away_and_offered_again_does_not_repeat_its_numbers() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut voice = voice();
    let sections = [subscribed("0", true, 1000), subscribed("1", false, 2000)];
    for n in 0..6 {
        router.rtp(0, UP, &voice.packet(false, n, &[1]), 0, &mut net);
        if n == 2 {
            router.subscribe(0, DOWN, &sections[1..], &mut net);
            assert_eq!(router.wanted(DOWN).audio, 1);
            router.subscribe(0, DOWN, &sections, &mut net);
        }
    }
    let first = net.rtp[0].1;
    assert_eq!(net.rtp.iter().map(|(_, seq, _)| seq - first).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn routes_wait_for_their_source_and_their_sections() {
    let mut net = Net::default();
    let mut router = Router::new(0, 7);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    assert_eq!(router.wanted(DOWN), Wanted::default(), "not published: of no kind");
    router.publish(0, UP, &[published("v", CAMERA, false, &[])], &mut net);
    assert_eq!(router.wanted(DOWN), Wanted { audio: 0, video: 1 });
    router.events().for_each(drop);
    let mut offered = subscribed("0", false, 2000);
    offered.payloads.clear();
    let of_sound = Subscribed { audio: true, ..offered.clone() };
    router.subscribe(0, DOWN, &[of_sound], &mut net);
    assert_eq!((router.legs(DOWN)[0].1, router.wanted(DOWN).video), (None, 1), "no picture on a place for sound");
    router.subscribe(0, DOWN, &[], &mut net);
    router.events().for_each(drop);
    router.subscribe(0, DOWN, std::slice::from_ref(&offered), &mut net);
    assert_eq!(router.events().collect::<Vec<_>>(), [Event::Legs(DOWN)]);
    assert_eq!(router.legs(DOWN), [("0".into(), Some(CAMERA))]);
    let mut camera = camera();
    router.rtp(0, UP, &camera.packet(true, 0, &vp8(true, Some((640, 360)), 1, 1, &[])), 0, &mut net);
    assert!(net.rtp.is_empty() && net.plis(UP).is_empty(), "nothing before the answer");
    router.subscribe(0, DOWN, &[subscribed("0", false, 2000)], &mut net);
    assert_eq!(net.plis(UP), [21]);
    router.rtp(0, UP, &camera.packet(true, 3000, &vp8(true, Some((640, 360)), 2, 2, &[])), 0, &mut net);
    assert_eq!(net.rtp.len(), 1);
    // An answer without the codec: the leg is of no use, and another section would be of none either.
    let mut other = subscribed("0", false, 2000);
    other.payloads[0].codec = Codec::H264;
    router.subscribe(0, DOWN, &[other], &mut net);
    assert_eq!((router.legs(DOWN)[0].1, router.wanted(DOWN)), (None, Wanted::default()));
    router.unpublish(0, UP, &mut net);
    router.cut(0, to(CAMERA, DOWN), &mut net);
    assert_eq!(router.stats().tracks, 0);
    assert!(router.tracks.iter().all(Option::is_none));
}

/// A route may be older than its track by any time, and then nothing else changes for those who wait.
#[test]
fn whoever_waits_for_a_track_is_told_when_it_is_published() {
    let mut net = Net::default();
    let mut router = Router::new(0, 7);
    router.subscribe(0, DOWN, &[], &mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    router.events().for_each(drop);
    router.publish(0, UP, &[published("v", CAMERA, false, &[])], &mut net);
    assert_eq!(router.events().collect::<Vec<_>>(), [Event::Legs(DOWN)]);
}

#[test]
fn a_section_that_the_answer_rejects_carries_nothing_and_more_of_its_kind_are_not_offered() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let rejected = Subscribed { payloads: Vec::new(), rejected: true, ..subscribed("1", false, 2000) };
    let with = |picture: Subscribed| [subscribed("0", true, 1000), picture, subscribed("2", false, 3000)];
    router.subscribe(0, DOWN, &with(rejected.clone()), &mut net);
    let carried = |router: &Router| router.legs(DOWN).into_iter().map(|(_, track)| track).collect::<Vec<_>>();
    assert_eq!(carried(&router), [None, None, Some(CAMERA)], "another section takes over");
    router.subscribe(0, DOWN, &with(rejected.clone())[..2], &mut net);
    assert_eq!((carried(&router), router.wanted(DOWN)), (vec![None, None], Wanted::default()));
    router.subscribe(0, DOWN, &with(subscribed("1", false, 2000))[..2], &mut net);
    assert_eq!(carried(&router), [None, Some(CAMERA)], "taken after all");
}

#[test]
fn a_leg_that_takes_no_codec_of_a_new_source_gives_its_section_back_and_returns_to_it() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let mut unfit = published("v", CAMERA, false, &[]);
    unfit.payloads[0].codec = Codec::H264;
    router.events().for_each(drop);
    router.publish(0, OTHER, &[unfit], &mut net);
    assert_eq!((router.legs(DOWN)[1].1, router.wanted(DOWN)), (None, Wanted::default()));
    assert_eq!(router.events().collect::<Vec<_>>(), [Event::Legs(DOWN)]);
    router.publish(0, OTHER, &[published("v", CAMERA, false, &[])], &mut net);
    assert_eq!(router.legs(DOWN)[1].1, Some(CAMERA));
    assert_eq!(router.events().collect::<Vec<_>>(), [Event::Legs(DOWN)]);
}

#[test]
fn a_stranger_cannot_speak_with_anothers_ssrc() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut voice = voice();
    router.rtp(0, UP, &voice.packet(false, 0, &[1]), 0, &mut net);
    let forged = voice.packet(false, 960, &[66]);
    router.rtp(0, OTHER, &forged, 0, &mut net);
    router.publish(0, OTHER, &[published("x", TrackKey(99), true, &[])], &mut net);
    router.rtp(0, OTHER, &forged, 0, &mut net);
    let mut own = Sender::new(11, OPUS_PT, 5, &[(1, "x")]);
    router.rtp(0, OTHER, &own.packet(false, 0, &[66]), 0, &mut net);
    assert!(net.rtp.iter().all(|(_, _, bytes)| bytes.last() == Some(&1)));
    assert_eq!(net.rtp.len(), 1);
    assert_eq!(router.stats().unknown, 2);
}

#[test]
fn a_track_that_is_published_anew_goes_on_in_its_legs() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut before = voice();
    router.rtp(0, UP, &before.packet(false, 0, &[1]), 0, &mut net);
    router.publish(0, OTHER, &[published("m", VOICE, true, &[])], &mut net);
    let mut after = Sender::new(5, OPUS_PT, 700, &[(1, "m")]);
    router.rtp(20_000, OTHER, &after.packet(false, 9, &[2]), 20_000, &mut net);
    router.rtp(20_000, UP, &before.packet(false, 960, &[3]), 20_000, &mut net);
    router.unpublish(0, UP, &mut net);
    router.rtp(40_000, OTHER, &after.packet(false, 969, &[4]), 40_000, &mut net);
    let first = net.rtp[0].1;
    let sent: Vec<_> = net.rtp.iter().map(|(_, seq, bytes)| (seq - first, bytes[bytes.len() - 1])).collect();
    assert_eq!(sent, [(0, 1), (1, 2), (2, 4)]);
    let flowing = router.events().filter(|event| *event == Event::Flowing(VOICE)).count();
    assert_eq!(flowing, 2);
}

#[test]
fn a_publisher_that_changes_its_ssrc_is_followed() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let (mut one, mut two) = (voice(), Sender::new(12, OPUS_PT, 3, &[(1, "a")]));
    router.rtp(0, UP, &one.packet(false, 0, &[1]), 0, &mut net);
    router.rtp(20_000, UP, &two.packet(false, 1 << 31, &[2]), 20_000, &mut net);
    router.rtp(40_000, UP, &two.packet(false, (1 << 31) + 960, &[3]), 40_000, &mut net);
    one.extensions.clear();
    router.rtp(40_000, UP, &one.packet(false, 960, &[9]), 40_000, &mut net);
    assert_eq!((net.rtp.len(), router.stats().unknown), (3, 1), "the old one is nobody's");
    let times: Vec<_> = net.rtp.iter().map(|(_, _, bytes)| Packet::parse(bytes).unwrap().timestamp).collect();
    assert_eq!([times[1].wrapping_sub(times[0]), times[2].wrapping_sub(times[1])], [960, 960]);
}

#[test]
fn the_loudest_are_told_and_only_when_it_changes() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    router.connect(0, to(VOICE, DOWN), &mut net);
    let mut told = Vec::new();
    let mut voice = voice();
    for n in 0..150_u32 {
        let now = i64::from(n) * 20_000;
        let level = if (50..100).contains(&n) { 25 } else { 90 };
        voice.extensions = vec![(1, b"a".to_vec()), (5, vec![0x80 | level])];
        router.rtp(now, UP, &voice.packet(false, n * 960, &[1]), now, &mut net);
        router.tick(now, &mut net);
        told.extend(router.events().filter_map(|event| if let Event::Levels(t) = event { Some((n, t)) } else { None }));
    }
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].1 == [VOICE] && (50..=60).contains(&told[0].0), "{told:?}");
    assert!(told[1].1.is_empty() && (100..=140).contains(&told[1].0), "{told:?}");
    let level = Packet::parse(&net.rtp[60].2).unwrap().extensions.get(8).map(<[u8]>::to_vec);
    assert_eq!(level, Some(vec![0x80 | 25]), "and forwarded");
}

#[test]
fn the_two_loudest_are_known_to_whoever_has_to_shed() {
    let mut net = Net::default();
    let mut router = Router::new(0, 7);
    let keys = [TrackKey(1), TrackKey(2), TrackKey(3)];
    let mids = ["a", "b", "c"];
    let sections: Vec<_> = keys.iter().zip(mids).map(|(key, mid)| published(mid, *key, true, &[])).collect();
    router.publish(0, UP, &sections, &mut net);
    // The third is heard by nobody.
    keys[..2].iter().for_each(|key| router.connect(0, recorded(*key), &mut net));
    let mut voices: Vec<Sender> =
        mids.iter().zip(11..).map(|(mid, ssrc)| Sender::new(ssrc, OPUS_PT, 1, &[(1, mid)])).collect();
    let mut order = Vec::new();
    for n in 0..100_u32 {
        let now = i64::from(n) * 20_000;
        let levels = if n < 50 { [30, 90, 1] } else { [90, 30, 1] };
        for ((voice, mid), level) in voices.iter_mut().zip(mids).zip(levels) {
            voice.extensions = vec![(1, mid.as_bytes().to_vec()), (5, vec![level])];
            router.rtp(now, UP, &voice.packet(false, n * 960, &[1]), now, &mut net);
        }
        router.tick(now, &mut net);
        order.push(router.loudest(2).map(|track| track.0).collect::<Vec<_>>());
    }
    assert_eq!((&order[49], &order[99]), (&vec![1, 2], &vec![2, 1]));
    assert_eq!(router.loudest(1).collect::<Vec<_>>(), [TrackKey(2)]);
    router.cut(2_000_000, recorded(TrackKey(2)), &mut net);
    router.tick(3_000_000, &mut net);
    assert_eq!(router.loudest(9).collect::<Vec<_>>(), [TrackKey(1)]);
}

#[test]
fn an_idle_router_counts_nothing() {
    let mut net = Net::default();
    let mut router = Router::new(0, 1);
    for now in 0..100 {
        router.tick(now * 50_000, &mut net);
    }
    assert_eq!(router.stats(), Stats::default());
    assert!(net.rtcp.is_empty());
}
