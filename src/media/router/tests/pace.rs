use super::*;
use assize_rtp::rtcp::write;

/// A camera and a voice on a line that is known to be narrow: a key frame, then pictures of a packet.
struct Scene {
    net: Net,
    router: Router,
    camera: Sender,
    voice: Sender,
    now: i64,
    picture: u16,
    /// When each packet went out: time, SSRC, sequence number, last byte.
    sent: Vec<(i64, u32, u64, u8)>,
}

const RATE: f64 = 200_000.0;

impl Scene {
    fn new() -> Self {
        let mut net = Net::default();
        let mut router = Router::new(0, 7);
        router.publish(0, UP, &[published("a", VOICE, true, &[]), published("v", CAMERA, false, &[])], &mut net);
        let mut section = subscribed("1", false, 2000);
        section.extensions.transport_cc = Some(4);
        router.subscribe(0, DOWN, &[subscribed("0", true, 1000), section], &mut net);
        router.connect(0, to(VOICE, DOWN), &mut net);
        router.connect(0, to(CAMERA, DOWN), &mut net);
        // As the estimator would say it.
        router.shared.lines.at(0).pace.set(RATE / 1.1, 0.0, true, 0);
        Self { net, router, camera: camera(), voice: voice(), now: 0, picture: 0, sent: Vec::new() }
    }

    fn frame(&mut self, key: bool, packets: u8) {
        self.picture += 1;
        for part in 0..packets {
            let first = part == 0;
            let mut payload = vp8(first, (key && first).then_some((320, 180)), self.picture, 1, &[0; 900]);
            payload.push(part);
            let timestamp = u32::from(self.picture) * 3000;
            let packet = self.camera.packet(part + 1 == packets, timestamp, &payload);
            self.router.rtp(self.now, UP, &packet, self.now, &mut self.net);
        }
    }

    /// A voice every 20 ms, and the clock.
    fn run(&mut self, ms: i64) {
        for _ in 0..ms {
            if self.now % 20_000 == 0 {
                let packet = self.voice.packet(false, (self.now * 48 / 1000) as u32, &[1; 60]);
                self.router.rtp(self.now, UP, &packet, self.now, &mut self.net);
            }
            self.log();
            self.now += 1000;
            if self.router.deadline() <= self.now {
                self.router.tick(self.now, &mut self.net);
            }
        }
        self.log();
    }

    fn log(&mut self) {
        for (_, seq, bytes) in self.net.rtp.drain(..) {
            self.sent.push((self.now, Packet::parse(&bytes).unwrap().ssrc, seq, bytes[bytes.len() - 1]));
        }
    }

    fn pictures(&self) -> Vec<(i64, u64, u8)> {
        self.sent.iter().filter(|(_, ssrc, ..)| *ssrc == 2000).map(|(at, _, seq, part)| (*at, *seq, *part)).collect()
    }
}

#[test]
fn a_key_frame_goes_as_fast_as_a_narrow_line_takes_it_and_sound_passes_it_by() {
    let mut scene = Scene::new();
    scene.frame(true, 8);
    scene.run(33);
    for _ in 0..20 {
        scene.frame(false, 1);
        scene.run(66);
    }
    scene.run(1000);
    let pictures = scene.pictures();
    assert_eq!(pictures.len(), 28, "nothing is lost");
    assert!(pictures.windows(2).all(|two| two[1].1 == two[0].1 + 1), "all in order: {pictures:?}");
    let parts: Vec<u8> = pictures[..8].iter().map(|(_, _, part)| *part).collect();
    assert_eq!(parts, [0, 1, 2, 3, 4, 5, 6, 7]);
    // About 970 bytes each at 200 kb/s: 39 ms, but for the first.
    let took_ms = (pictures[7].0 - pictures[0].0) / 1000;
    assert!((250..=290).contains(&took_ms), "{took_ms} ms");
    let voices: Vec<i64> = scene.sent.iter().filter(|(_, ssrc, ..)| *ssrc == 1000).map(|(at, ..)| *at).collect();
    assert!(voices.windows(2).all(|two| two[1] - two[0] == 20_000), "no voice waits");
}

#[test]
fn what_waits_is_not_sent_again_before_it_was_sent() {
    let mut scene = Scene::new();
    scene.frame(true, 8);
    scene.run(50);
    let before = scene.pictures();
    assert!((2..=4).contains(&before.len()));
    let (_, last, _) = before[before.len() - 1];
    let mut nack = Vec::new();
    write::nack(&mut nack, 1, 2000, &[last as u16, last as u16 + 1, last as u16 + 2]);
    scene.router.rtcp(scene.now, DOWN, &nack, scene.now, &mut scene.net);
    let again: Vec<u8> = scene.net.rtp.drain(..).map(|(_, _, bytes)| bytes[bytes.len() - 1]).collect();
    assert_eq!(again, [before[before.len() - 1].2]);
    scene.run(1000);
    assert_eq!(scene.pictures().len(), 8);
}

#[test]
fn a_key_frame_that_is_too_much_for_the_line_gets_through_all_the_same() {
    let mut scene = Scene::new();
    scene.frame(true, 60);
    scene.run(990);
    assert!((20..30).contains(&scene.pictures().len()), "{}", scene.pictures().len());
    scene.run(50);
    scene.frame(false, 1);
    scene.run(300);
    let pictures = scene.pictures();
    assert_eq!(pictures.len(), 61);
    assert!(pictures.windows(2).all(|two| two[1].1 == two[0].1 + 1), "{pictures:?}");
    assert!(scene.net.plis(UP).len() < 2, "and none is asked for instead");
}

#[test]
fn what_waits_is_left_out_without_a_hole_when_the_picture_pauses() {
    let mut scene = Scene::new();
    scene.frame(true, 20);
    scene.run(100);
    let before = scene.pictures().len();
    assert!((2..6).contains(&before), "{before}");
    scene.router.tile(scene.now, DOWN, CAMERA, 0, &mut scene.net);
    scene.run(300);
    scene.router.tile(scene.now, DOWN, CAMERA, 180, &mut scene.net);
    scene.frame(true, 2);
    scene.run(500);
    let pictures = scene.pictures();
    assert_eq!(pictures.len(), before + 2);
    assert!(pictures.windows(2).all(|two| two[1].1 == two[0].1 + 1), "{pictures:?}");
}

#[test]
fn what_was_sent_without_waiting_does_not_delay_a_key_frame_for_long() {
    let mut scene = Scene::new();
    scene.frame(true, 1);
    for _ in 0..30 {
        scene.frame(false, 5);
        scene.run(10);
    }
    let before = scene.pictures().len();
    scene.frame(true, 1);
    scene.run(250);
    assert_eq!(scene.pictures().len(), before + 1);
}
