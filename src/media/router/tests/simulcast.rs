use super::*;

const RIDS: [&str; 3] = ["q", "h", "f"];
const HEIGHTS: [u16; 3] = [180, 360, 720];
const FRAME_US: i64 = 33_333;

/// Three layers of one camera as a browser sends them: own SSRC, numbers, picture ids and clock offset each.
struct Camera {
    layers: Vec<Encoder>,
    started_us: i64,
}

struct Encoder {
    sender: Sender,
    clock: u32,
    picture: u16,
    tl0: u8,
    on: bool,
    key: bool,
}

impl Camera {
    fn new() -> Self {
        let encoder = |at: usize| Encoder {
            sender: Sender::new(100 + at as u32, VP8_PT, 65_530 - 9 * at as u16, &[(1, "v"), (2, RIDS[at])]),
            clock: [5, 4_000_000_000, 123_456_789][at],
            picture: [0x7ff0, 12, 3000][at],
            tl0: [250, 3, 99][at],
            on: at == 0,
            key: true,
        };
        Self { layers: (0..3).map(encoder).collect(), started_us: 0 }
    }

    fn timestamp(&self, layer: usize, now: i64) -> u32 {
        self.layers[layer].clock.wrapping_add(((now - self.started_us) * 9 / 100) as u32)
    }

    /// One frame of each layer that is on: two packets, the last byte of which names the layer and whether it is key.
    fn frame(&mut self, now: i64) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        for (at, height) in HEIGHTS.into_iter().enumerate() {
            let timestamp = self.timestamp(at, now);
            let layer = &mut self.layers[at];
            if !layer.on {
                layer.key = true;
                continue;
            }
            let key = std::mem::take(&mut layer.key);
            layer.picture = (layer.picture + 1) & 0x7fff;
            layer.tl0 = layer.tl0.wrapping_add(1);
            let dimensions = key.then_some((height * 16 / 9, height));
            let name = at as u8 | (u8::from(key) << 4);
            let first = vp8(true, dimensions, layer.picture, layer.tl0, &[name]);
            let second = vp8(false, None, layer.picture, layer.tl0, &[name]);
            packets.push(layer.sender.packet(false, timestamp, &first));
            packets.push(layer.sender.packet(true, timestamp, &second));
        }
        packets
    }

    fn reports(&self, now: i64) -> Vec<Vec<u8>> {
        let report = |at: usize| {
            let mut bytes = Vec::new();
            let ntp = (1 << 62) + (((now as u64) << 32) / 1_000_000);
            assize_rtp::rtcp::write::sender_report(&mut bytes, 100 + at as u32, ntp, self.timestamp(at, now), 1, 1);
            bytes
        };
        (0..3).filter(|at| self.layers[*at].on).map(report).collect()
    }
}

/// What a player saw of one frame.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// When it was captured, on the camera's clock and ours.
    at_us: i64,
    layer: u8,
    key: bool,
    timestamp: u32,
    picture: u16,
    tl0: u8,
}

struct Scene {
    net: Net,
    router: Router,
    camera: Camera,
    now: i64,
    seen: Vec<Seen>,
    /// Times at which the publisher was asked.
    asked: Vec<(i64, u32)>,
    /// Sender reports are sent.
    reports: bool,
    /// Longest delay on the way in.
    jitter_us: i64,
}

impl Scene {
    fn new(reports: bool) -> Self {
        let mut net = Net::default();
        let mut router = Router::new(0, 99);
        router.publish(0, UP, &[published("v", CAMERA, false, &RIDS)], &mut net);
        router.subscribe(0, DOWN, &[subscribed("0", false, 2000)], &mut net);
        router.connect(0, to(CAMERA, DOWN), &mut net);
        let (camera, seen, asked) = (Camera::new(), Vec::new(), Vec::new());
        Self { net, router, camera, now: 0, seen, asked, reports, jitter_us: 0 }
    }

    fn run(&mut self, frames: i64) {
        for _ in 0..frames {
            let arrival = self.now + (self.now / FRAME_US * 7 % 5) * self.jitter_us / 4;
            for packet in self.camera.frame(self.now) {
                self.router.rtp(arrival, UP, &packet, arrival, &mut self.net);
            }
            if self.reports && (self.now / FRAME_US) % 30 == 7 {
                for report in self.camera.reports(self.now) {
                    self.router.rtcp(self.now, UP, &report, self.now, &mut self.net);
                }
            }
            for _ in 0..4 {
                self.router.tick(self.now, &mut self.net);
                self.now += FRAME_US / 4;
            }
            for ssrc in self.net.plis(UP) {
                self.asked.push((self.now, ssrc));
                self.camera.layers[ssrc as usize - 100].key = true;
            }
            self.net.rtcp.clear();
            self.watch();
        }
    }

    fn watch(&mut self) {
        let mut last: Option<u64> = None;
        for (_, seq, bytes) in self.net.rtp.drain(..) {
            assert!(last.is_none_or(|last| seq == last + 1), "numbers have no hole");
            last = Some(seq);
            let packet = Packet::parse(&bytes).unwrap();
            let descriptor = assize_rtp::vp8::Descriptor::parse(packet.payload).unwrap();
            let name = packet.payload[packet.payload.len() - 1];
            if descriptor.frame_start {
                let (picture, tl0) = (descriptor.picture_id.unwrap().value, descriptor.tl0.unwrap().value);
                let (layer, key) = (name & 15, name & 16 != 0);
                let timestamp = packet.timestamp;
                self.seen.push(Seen { at_us: self.now, layer, key, timestamp, picture, tl0 });
            } else {
                let frame = self.seen.last().unwrap();
                assert_eq!((frame.layer, frame.timestamp), (name & 15, packet.timestamp), "frames are whole");
            }
        }
    }

    fn layer(&self) -> u8 {
        self.seen.last().unwrap().layer
    }

    /// What must hold of any stream: switches only at key frames, ids and time without a jump, no freeze.
    fn check(&self, freeze_us: i64) {
        assert!(self.seen[0].key);
        Self::check_stretch(&self.seen, freeze_us, 3000);
    }

    /// `off`: how far timestamps may be from the time that passed, in their units.
    fn check_stretch(seen: &[Seen], freeze_us: i64, off: i64) {
        for pair in seen.windows(2) {
            let [before, after] = pair else { panic!() };
            assert!(before.layer == after.layer || after.key, "{pair:?}");
            assert_eq!(after.picture, (before.picture + 1) & 0x7fff, "{pair:?}");
            assert_eq!(after.tl0, before.tl0.wrapping_add(1), "{pair:?}");
            let step = i64::from(assize_rtp::seq::distance32(before.timestamp, after.timestamp));
            let passed = (after.at_us - before.at_us) * 9 / 100;
            assert!(step > 0 && (step - passed).abs() <= off, "{pair:?}");
            assert!(after.at_us - before.at_us <= freeze_us, "{pair:?}");
        }
    }
}

#[test]
fn a_leg_starts_low_and_rises_with_what_flows_without_a_freeze() {
    for reports in [true, false] {
        let mut scene = Scene::new(reports);
        scene.run(60);
        assert_eq!(scene.layer(), 0);
        scene.camera.layers[1].on = true;
        scene.run(30);
        assert_eq!(scene.layer(), 1);
        scene.camera.layers[2].on = true;
        scene.run(60);
        assert_eq!(scene.layer(), 2);
        scene.check(FRAME_US + 1000);
    }
}

#[test]
fn a_layer_that_stops_is_left_for_what_flows() {
    let mut scene = Scene::new(true);
    scene.camera.layers.iter_mut().for_each(|layer| layer.on = true);
    scene.run(90);
    assert_eq!(scene.layer(), 2);
    scene.camera.layers[2].on = false;
    scene.run(60);
    assert_eq!(scene.layer(), 1);
    scene.camera.layers[1].on = false;
    scene.run(60);
    assert_eq!(scene.layer(), 0);
    scene.camera.layers[2].on = true;
    scene.run(60);
    assert_eq!(scene.layer(), 2);
    // Seen as stopped after twenty frames of a sibling; then asked for, and sent with the next frame.
    scene.check(1_000_000);
}

#[test]
fn tiles_choose_the_layer_and_hide_it() {
    let mut scene = Scene::new(true);
    scene.camera.layers.iter_mut().for_each(|layer| layer.on = true);
    scene.run(60);
    scene.router.tile(scene.now, DOWN, CAMERA, 180, &mut scene.net);
    scene.run(30);
    assert_eq!(scene.layer(), 0);
    scene.router.tile(scene.now, DOWN, CAMERA, 360, &mut scene.net);
    scene.run(30);
    assert_eq!(scene.layer(), 1);
    scene.check(FRAME_US + 1000);
    let frames = scene.seen.len();
    scene.router.tile(scene.now, DOWN, CAMERA, 0, &mut scene.net);
    scene.run(30);
    assert_eq!(scene.seen.len(), frames);
    scene.router.tile(scene.now, DOWN, CAMERA, 720, &mut scene.net);
    scene.run(30);
    assert_eq!(scene.layer(), 2);
    scene.check(32 * FRAME_US);
}

#[test]
fn after_the_layers_reports_a_switch_keeps_time_whatever_the_network_does() {
    let mut scene = Scene::new(true);
    scene.camera.layers.iter_mut().for_each(|layer| layer.on = true);
    scene.run(60);
    let before = scene.seen.len();
    scene.jitter_us = 24_000;
    for height in [180, 720, 360, 720, 180, 360] {
        scene.router.tile(scene.now, DOWN, CAMERA, height, &mut scene.net);
        scene.run(31);
    }
    let layers = scene.seen.windows(2).skip(before).filter(|pair| pair[0].layer != pair[1].layer).count();
    assert_eq!(layers, 6);
    Scene::check_stretch(&scene.seen[before..], FRAME_US + 1000, 3);
}

#[test]
fn a_leg_that_comes_later_asks_for_what_it_wants_and_for_what_comes_fastest() {
    let mut scene = Scene::new(true);
    scene.router.cut(0, to(CAMERA, DOWN), &mut scene.net);
    scene.camera.layers.iter_mut().for_each(|layer| layer.on = true);
    scene.run(60);
    scene.asked.clear();
    scene.router.connect(scene.now, to(CAMERA, DOWN), &mut scene.net);
    scene.run(1);
    let mut asked: Vec<_> = scene.asked.iter().map(|(_, ssrc)| *ssrc).collect();
    asked.sort_unstable();
    assert_eq!(asked, [100, 102]);
    scene.run(30);
    assert_eq!((scene.seen[0].layer, scene.layer()), (0, 2));
    scene.check(FRAME_US + 1000);
}

#[test]
fn ids_moved_for_one_leg_are_not_seen_by_another() {
    let mut scene = Scene::new(true);
    scene.camera.layers.iter_mut().for_each(|layer| layer.on = true);
    // The other begins on the top layer alone and never switches: its ids are the camera's own.
    scene.router.subscribe(0, OTHER, &[subscribed("0", false, 4000)], &mut scene.net);
    scene.run(60);
    scene.router.connect(scene.now, to(CAMERA, OTHER), &mut scene.net);
    scene.router.cut(scene.now, to(CAMERA, DOWN), &mut scene.net);
    scene.camera.layers[0].on = false;
    scene.camera.layers[1].on = false;
    scene.router.connect(scene.now, to(CAMERA, DOWN), &mut scene.net);
    scene.net.rtp.clear();
    for packet in scene.camera.frame(scene.now).into_iter().chain({
        scene.camera.layers[2].key = true;
        scene.camera.frame(scene.now + FRAME_US)
    }) {
        scene.router.rtp(scene.now, UP, &packet, scene.now, &mut scene.net);
    }
    let sent: Vec<_> = scene.net.rtp.drain(..).filter(|(t, _, _)| *t == OTHER).collect();
    let own = Packet::parse(&sent[0].2).unwrap().payload;
    assert_eq!(
        own[2..5],
        [
            0x80 | (scene.camera.layers[2].picture >> 8) as u8,
            scene.camera.layers[2].picture as u8,
            scene.camera.layers[2].tl0
        ]
    );
    let mut nack = Vec::new();
    assize_rtp::rtcp::write::nack(&mut nack, 1, 4000, &[sent[0].1 as u16]);
    scene.router.rtcp(scene.now, OTHER, &nack, scene.now, &mut scene.net);
    let again = Packet::parse(&scene.net.rtp[0].2).unwrap();
    assert_eq!(again.payload[2..], *own, "sent again as it was sent");
}

#[test]
fn what_a_player_asks_for_reaches_the_publisher_coalesced() {
    let mut scene = Scene::new(true);
    scene.camera.layers.iter_mut().for_each(|layer| layer.on = true);
    scene.run(60);
    scene.asked.clear();
    let mut pli = Vec::new();
    assize_rtp::rtcp::write::pli(&mut pli, 1, 2000);
    let fir = [0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x07, 0xd0, 5, 0, 0, 0];
    for n in 0..90 {
        scene.router.rtcp(scene.now, DOWN, if n % 2 == 0 { &pli } else { &fir }, scene.now, &mut scene.net);
        scene.run(1);
    }
    assert!(scene.asked.iter().all(|(_, ssrc)| *ssrc == 102), "only the layer that is watched: {:?}", scene.asked);
    assert!((8..=10).contains(&scene.asked.len()), "{:?}", scene.asked);
    let rest: Vec<_> = scene.asked.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert!(rest.iter().all(|rest| *rest >= 300_000 - FRAME_US), "{rest:?}");
}

#[test]
fn retransmission_by_rrid_alone_speaks_first_with_padding() {
    let mut net = Net::default();
    let mut router = Router::new(0, 99);
    router.publish(0, UP, &[published("v", CAMERA, false, &RIDS)], &mut net);
    router.subscribe(0, DOWN, &[subscribed("0", false, 2000)], &mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let mut rtx = Sender::new(201, RTX_PT, 7, &[(1, "v"), (3, "h")]);
    let mut probe = rtx.packet(false, 0, &[0; 200]);
    probe[0] |= 0x20;
    *probe.last_mut().unwrap() = 200;
    router.rtp(0, UP, &probe, 0, &mut net);
    // From here on neither names itself any more than once.
    rtx.extensions.clear();
    let mut media = Sender::new(101, VP8_PT, 65_535, &[(1, "v"), (2, "h")]);
    router.rtp(0, UP, &media.packet(false, 0, &vp8(true, Some((640, 360)), 1, 1, &[1])), 0, &mut net);
    media.extensions.clear();
    let lost = vp8(false, None, 1, 1, &[2]);
    let original = media.seq;
    media.packet(false, 0, &lost);
    router.rtp(1000, UP, &media.packet(true, 0, &vp8(false, None, 1, 1, &[3])), 1000, &mut net);
    assert!(router.deadline() <= 11_000);
    router.tick(11_000, &mut net);
    let asked: Vec<_> = net.rtcp.iter().flat_map(|(_, bytes)| Compound::new(bytes)).collect();
    assert!(
        asked.iter().any(|part| matches!(part, Ok(Rtcp::Nack { media: 101, lost }) if Iterator::eq(*lost, [original])))
    );
    let again = rtx.packet(false, 0, &[&original.to_be_bytes()[..], &lost].concat());
    router.rtp(31_000, UP, &again, 31_000, &mut net);
    router.rtp(31_000, UP, &rtx.packet(false, 0, &[&original.to_be_bytes()[..], &lost].concat()), 31_000, &mut net);
    let first = net.rtp[0].1;
    let sent: Vec<_> = net.rtp.iter().map(|(_, seq, bytes)| (seq - first, bytes[bytes.len() - 1])).collect();
    assert_eq!(sent, [(0, 1), (2, 3), (1, 2)]);
    assert_eq!((router.stats().recovered, router.stats().stray), (1, 1));
}

#[test]
fn a_leg_that_begins_at_a_recovered_key_frame_gets_what_followed_it() {
    let mut net = Net::default();
    let mut router = small_room(&mut net);
    let (mut media, mut rtx) = (camera(), Sender::new(22, RTX_PT, 1, &[(1, "v")]));
    router.rtp(0, UP, &media.packet(true, 0, &vp8(true, None, 1, 1, &[1])), 0, &mut net);
    router.connect(0, to(CAMERA, DOWN), &mut net);
    let key = vp8(true, Some((640, 360)), 2, 2, &[2]);
    let original = media.seq;
    media.packet(false, 3000, &key);
    router.rtp(0, UP, &media.packet(true, 3000, &vp8(false, None, 2, 2, &[3])), 0, &mut net);
    router.rtp(0, UP, &media.packet(true, 6000, &vp8(true, None, 3, 3, &[4])), 0, &mut net);
    assert!(net.rtp.is_empty());
    router.rtp(0, UP, &rtx.packet(false, 3000, &[&original.to_be_bytes()[..], &key].concat()), 0, &mut net);
    let first = net.rtp[0].1;
    let sent: Vec<_> = net.rtp.iter().map(|(_, seq, bytes)| (seq - first, bytes[bytes.len() - 1])).collect();
    assert_eq!(sent, [(0, 2), (1, 3), (2, 4)]);
}
