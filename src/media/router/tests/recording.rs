use super::*;

/// The tap as letters: `+` on, `-` off, `!` shed, `r` report, and packets by the last byte of their payload.
fn story(net: &mut Net) -> String {
    let letter = |item: TapItem| match item {
        TapItem::On { .. } => '+',
        TapItem::Off { .. } => '-',
        TapItem::Shed { .. } => '!',
        TapItem::SenderReport { .. } => 'r',
        TapItem::Packet { payload, .. } => payload.last().map_or('_', |byte| char::from(*byte)),
    };
    net.tap.drain(..).map(letter).collect()
}

fn numbers(net: &Net) -> Vec<(u64, u32)> {
    let number =
        |item: &TapItem| if let TapItem::Packet { seq, rtp_ts, .. } = item { Some((*seq, *rtp_ts)) } else { None };
    net.tap.iter().filter_map(number).collect()
}

#[test]
fn the_recorder_is_told_in_one_queue_when_it_may_record_and_what() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut voice = voice();
    let mut say = |router: &mut Router, net: &mut Net, byte: u8, now: i64| {
        router.rtp(now, UP, &voice.packet(false, (now * 48 / 1000) as u32, &[byte]), now, net);
    };
    say(&mut router, &mut net, b'a', 0);
    router.connect(20_000, recorded(VOICE), &mut net);
    say(&mut router, &mut net, b'b', 20_000);
    say(&mut router, &mut net, b'c', 40_000);
    router.cut(50_000, recorded(VOICE), &mut net);
    say(&mut router, &mut net, b'd', 60_000);
    router.connect(70_000, recorded(VOICE), &mut net);
    say(&mut router, &mut net, b'e', 80_000);
    let packets = numbers(&net);
    assert_eq!(story(&mut net), "+bc-+e");
    assert_eq!(packets.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [1, 2, 3], "a cut is no loss");
    assert_eq!(packets[2].1.wrapping_sub(packets[0].1), 48 * 60, "time goes on meanwhile");
    router.cut(90_000, recorded(VOICE), &mut net);
    router.cut(90_000, recorded(VOICE), &mut net);
    router.connect(90_000, recorded(TrackKey(404)), &mut net);
    router.cut(90_000, recorded(TrackKey(404)), &mut net);
    assert_eq!(story(&mut net), "-");
}

#[test]
fn a_recording_starts_at_a_key_frame_that_is_asked_for() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut camera = camera();
    router.rtp(0, UP, &camera.packet(true, 0, &vp8(true, Some((640, 360)), 1, 1, b"a")), 0, &mut net);
    router.connect(1000, recorded(CAMERA), &mut net);
    assert_eq!(net.plis(UP), [21]);
    router.rtp(2000, UP, &camera.packet(true, 3000, &vp8(true, None, 2, 2, b"b")), 2000, &mut net);
    let lost = camera.packet(true, 6000, &vp8(true, None, 2, 2, b"-"));
    router.rtp(3000, UP, &camera.packet(true, 6000, &vp8(true, Some((640, 360)), 3, 3, b"c")), 3000, &mut net);
    router.rtp(4000, UP, &camera.packet(true, 9000, &vp8(true, None, 4, 4, b"d")), 4000, &mut net);
    router.rtp(4000, UP, &lost, 4000, &mut net);
    assert_eq!(story(&mut net), "+cd", "nothing before the key frame, even if it comes later");
    router.keyframe(400_000, CAMERA, &mut net);
    router.keyframe(410_000, CAMERA, &mut net);
    assert_eq!(net.plis(UP), [21, 21]);
}

#[test]
fn video_is_shed_when_the_recorder_is_behind_and_audio_never() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let (mut camera, mut voice) = (camera(), voice());
    router.connect(0, recorded(CAMERA), &mut net);
    router.connect(0, recorded(VOICE), &mut net);
    let mut both = |router: &mut Router, net: &mut Net, n: u32| {
        let key = (n == 0).then_some((640, 360));
        let now = i64::from(n) * 20_000;
        router.rtp(now, UP, &camera.packet(true, n * 1800, &vp8(true, key, n as u16, n as u8, b"v")), now, net);
        router.rtp(now, UP, &voice.packet(false, n * 960, b"a"), now, net);
    };
    both(&mut router, &mut net, 0);
    net.full = true;
    both(&mut router, &mut net, 1);
    both(&mut router, &mut net, 2);
    net.full = false;
    both(&mut router, &mut net, 3);
    let told =
        net.tap.iter().find_map(|item| if let TapItem::Shed { packets, .. } = item { Some(*packets) } else { None });
    assert_eq!(told, Some(2));
    let video: Vec<u64> = net
        .tap
        .iter()
        .filter_map(|item| if let TapItem::Packet { track: CAMERA, seq, .. } = item { Some(*seq) } else { None })
        .collect();
    assert_eq!(video, [1, 4], "what was shed is a hole");
    assert_eq!(story(&mut net), "++vaaa!va");
    assert_eq!(router.stats().shed, 2);
}

#[test]
fn reports_reach_the_recorder_in_its_own_time() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let mut report = Vec::new();
    assize_rtp::rtcp::write::sender_report(&mut report, 11, 5 << 32, 480, 1, 1);
    let mut before = voice();
    router.rtp(0, UP, &before.packet(false, 0, b"a"), 0, &mut net);
    router.rtcp(10_000, UP, &report, 10_000, &mut net);
    router.connect(15_000, recorded(VOICE), &mut net);
    router.rtp(20_000, UP, &before.packet(false, 960, b"b"), 20_000, &mut net);
    router.rtcp(30_000, UP, &report, 30_000, &mut net);
    let reports: Vec<_> = net
        .tap
        .iter()
        .filter_map(|item| match item {
            TapItem::SenderReport { ntp, rtp_ts, arrival_us, .. } => Some((*ntp, *rtp_ts, *arrival_us)),
            _ => None,
        })
        .collect();
    let first = numbers(&net)[0].1;
    assert_eq!(reports, [(5 << 32, first.wrapping_sub(480), 10_000), (5 << 32, first.wrapping_sub(480), 30_000)]);
    // The last report goes before the first packet, so that nobody need guess when that was captured.
    assert_eq!(story(&mut net), "+rbr");
}

#[test]
fn the_recorder_climbs_to_the_highest_steady_layer_at_a_key_frame() {
    let mut net = Net::default();
    let mut router = Router::new(0, 5);
    router.publish(0, UP, &[published("v", CAMERA, false, &["q", "f"])], &mut net);
    router.connect(0, recorded(CAMERA), &mut net);
    let mut low = Sender::new(100, VP8_PT, 1, &[(1, "v"), (2, "q")]);
    let mut high = Sender::new(101, VP8_PT, 1, &[(1, "v"), (2, "f")]);
    let mut keys = [true, true];
    for n in 0..150_u32 {
        let now = i64::from(n) * 33_000;
        for (at, sender) in [&mut low, &mut high].into_iter().enumerate() {
            let key = std::mem::take(&mut keys[at]).then_some((640, 360 << at));
            let name = if key.is_some() { b"QF" } else { b"qf" };
            let payload = vp8(true, key, n as u16, n as u8, &name[at..=at]);
            router.rtp(now, UP, &sender.packet(true, n * 2970 + 7_000_000 * at as u32, &payload), now, &mut net);
        }
        router.tick(now, &mut net);
        net.plis(UP).iter().for_each(|ssrc| keys[*ssrc as usize - 100] = true);
        net.rtcp.clear();
    }
    let packets = numbers(&net);
    // Where it climbs, both layers' frames of one moment are recorded, the higher right after the lower.
    let steps: Vec<_> =
        packets.windows(2).map(|pair| (pair[1].0 - pair[0].0, pair[1].1.wrapping_sub(pair[0].1))).collect();
    assert!(steps.iter().all(|step| [(1, 2970), (1, 1)].contains(step)), "{steps:?}");
    assert_eq!(steps.iter().filter(|step| step.1 == 1).count(), 1);
    let told = story(&mut net);
    let (before, after) = told.split_once('F').unwrap();
    assert!(before.starts_with("+Q") && before.len() > 60 && !before.contains('f'), "{told}");
    assert!(after.len() > 60 && after.bytes().all(|byte| byte == b'f'), "{told}");
}

#[test]
fn a_new_codec_is_a_new_beginning() {
    let mut net = Net::default();
    let mut router = Router::new(0, 5);
    let mut section = published("v", CAMERA, false, &[]);
    section.payloads.push(PayloadType { codec: Codec::H264, pt: 102, rtx: None, red: None });
    router.connect(0, recorded(CAMERA), &mut net);
    router.publish(0, UP, &[section], &mut net);
    let mut camera = camera();
    router.rtp(0, UP, &camera.packet(true, 0, &vp8(true, Some((640, 360)), 1, 1, b"a")), 0, &mut net);
    camera.pt = 102;
    router.rtp(0, UP, &camera.packet(true, 3000, &[0x41, b'x']), 0, &mut net);
    router.rtp(0, UP, &camera.packet(true, 6000, &[0x65, b'b']), 0, &mut net);
    assert_eq!(story(&mut net), "+a-+b");
}
