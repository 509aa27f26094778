use super::*;

const VIEWERS: u64 = 10;

fn viewer(n: u64) -> TransportKey {
    TransportKey(100 + n)
}

/// A speaker and a listener, both with a camera, of whom ten viewers see and hear everything.
struct Scene {
    net: Net,
    router: Router,
    now: i64,
    frames: u16,
    /// The next frames of both are key frames.
    keys: bool,
    voice: Sender,
    cameras: [Sender; 2],
}

const LISTENER: TransportKey = TransportKey(4);
const SECOND: TrackKey = TrackKey(30);

impl Scene {
    fn new() -> Self {
        let mut net = Net::default();
        let mut router = Router::new(0, 7);
        router.publish(0, UP, &[published("a", VOICE, true, &[]), published("v", CAMERA, false, &[])], &mut net);
        router.publish(0, LISTENER, &[published("v", SECOND, false, &[])], &mut net);
        for n in 0..VIEWERS {
            let ssrc = 1000 + 10 * n as u32;
            let sections =
                [subscribed("0", true, ssrc), subscribed("1", false, ssrc + 2), subscribed("2", false, ssrc + 4)];
            router.subscribe(0, viewer(n), &sections, &mut net);
            for track in [VOICE, CAMERA, SECOND] {
                router.connect(0, to(track, viewer(n)), &mut net);
            }
        }
        let second = Sender::new(31, VP8_PT, 5, &[(1, "v")]);
        let mut scene = Self { net, router, now: 0, frames: 0, keys: true, voice: loud(), cameras: [camera(), second] };
        scene.run(3_000_000);
        scene.net.rtp.clear();
        scene
    }

    /// Frames of three packets, ten milliseconds apart, so that what is decided by the clock falls within them.
    fn run(&mut self, us: i64) {
        let until = self.now + us;
        while self.now < until {
            let timestamp = (self.now * 9 / 100) as u32;
            self.frames += 1;
            let key = std::mem::take(&mut self.keys).then_some((320, 180));
            for part in 0..3 {
                for (at, from) in [UP, LISTENER].into_iter().enumerate() {
                    let start = part == 0;
                    let payload = vp8(start, key.filter(|_| start), self.frames, 1, &[part]);
                    let packet = self.cameras[at].packet(part == 2, timestamp, &payload);
                    self.router.rtp(self.now, from, &packet, self.now, &mut self.net);
                }
                let voice = self.voice.packet(false, (self.now * 48 / 1000) as u32, &[1; 60]);
                self.router.rtp(self.now, UP, &voice, self.now, &mut self.net);
                self.now += 11_000;
                if self.router.deadline() <= self.now {
                    self.router.tick(self.now, &mut self.net);
                }
            }
            self.keys |= !self.net.plis(UP).is_empty() || !self.net.plis(LISTENER).is_empty();
            self.net.rtcp.clear();
        }
    }

    /// Packets that came to each viewer, of one of its sections.
    fn came(&self, section: u32) -> Vec<usize> {
        let ssrc = |n: u64| 1000 + 10 * n as u32 + 2 * section;
        let of = |n| self.net.rtp.iter().filter(|(_, _, bytes)| Packet::parse(bytes).unwrap().ssrc == ssrc(n)).count();
        (0..VIEWERS).map(of).collect()
    }

    fn whole(&self, section: u32) -> usize {
        let most = self.came(section).into_iter().max().unwrap();
        self.came(section).into_iter().filter(|came| *came == most && most > 0).count()
    }
}

/// Louder than silence.
fn loud() -> Sender {
    Sender::new(11, OPUS_PT, 65_500, &[(1, "a"), (5, "\u{14}")])
}

#[test]
fn who_speaks_is_shown_longest_and_no_sound_pauses() {
    let mut scene = Scene::new();
    for (carried, speaker, listener) in [(1000, 10, 10), (750, 10, 5), (500, 10, 0), (200, 4, 0), (1, 1, 0), (0, 0, 0)]
    {
        scene.router.carry(scene.now, carried);
        scene.run(300_000);
        scene.net.rtp.clear();
        scene.run(1_000_000);
        assert_eq!((scene.whole(1), scene.whole(2)), (speaker, listener), "{carried} of a thousand");
        let shown = |section| scene.came(section).into_iter().filter(|came| *came > 0).count();
        assert_eq!((shown(1), shown(2)), (speaker, listener), "the others get nothing");
        assert_eq!(scene.whole(0), 10, "everybody hears everything");
        let told = (0..VIEWERS).map(|n| scene.router.without_picture(viewer(n)).len()).sum::<usize>();
        assert_eq!(told, 20 - speaker - listener, "and knows what pauses");
    }
    scene.router.carry(scene.now, 1000);
    scene.run(1_000_000);
    scene.net.rtp.clear();
    scene.run(1_000_000);
    assert_eq!((scene.whole(1), scene.whole(2)), (10, 10));
}

#[test]
fn what_was_hidden_when_the_machine_recovered_is_shown_when_it_is_looked_at_again() {
    let mut scene = Scene::new();
    scene.router.carry(scene.now, 0);
    scene.run(300_000);
    scene.router.tile(scene.now, viewer(3), CAMERA, 0, &mut scene.net);
    scene.run(300_000);
    scene.router.carry(scene.now, 1000);
    scene.run(1_000_000);
    scene.router.tile(scene.now, viewer(3), CAMERA, 180, &mut scene.net);
    scene.run(500_000);
    scene.net.rtp.clear();
    scene.run(1_000_000);
    assert_eq!(scene.whole(1), 10);
    assert!(scene.router.without_picture(viewer(3)).is_empty());
}

#[test]
fn pictures_pause_at_the_end_of_one_and_begin_with_a_key_frame() {
    let mut scene = Scene::new();
    for carried in [900, 300, 0, 600, 100, 1000] {
        scene.router.carry(scene.now, carried);
        scene.run(700_000);
    }
    for n in 0..VIEWERS {
        for section in 1..3 {
            let mut next = 0;
            let mut seqs = Vec::new();
            for (_, seq, bytes) in &scene.net.rtp {
                let packet = Packet::parse(bytes).unwrap();
                if packet.ssrc != 1000 + 10 * n as u32 + 2 * section {
                    continue;
                }
                let part = *packet.payload.last().unwrap();
                assert_eq!(part, next, "viewer {n}, section {section}: a picture is not whole");
                next = (part + 1) % 3;
                seqs.push(*seq);
            }
            assert!(seqs.windows(2).all(|two| two[1] == two[0] + 1), "no hole that would be asked for");
        }
    }
}

#[test]
fn a_picture_whose_end_never_comes_pauses_all_the_same() {
    let mut scene = Scene::new();
    let packet = scene.cameras[0].packet(false, 90_000_000, &vp8(true, None, 9, 1, &[0]));
    scene.router.rtp(scene.now, UP, &packet, scene.now, &mut scene.net);
    scene.router.carry(scene.now, 0);
    for _ in 0..3 {
        scene.now += 100_000;
        scene.router.tick(scene.now, &mut scene.net);
    }
    scene.net.rtp.clear();
    let packet = scene.cameras[0].packet(false, 90_000_000, &vp8(false, None, 9, 1, &[1]));
    scene.router.rtp(scene.now, UP, &packet, scene.now, &mut scene.net);
    assert!(scene.net.rtp.is_empty());
}
