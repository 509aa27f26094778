//! The publishing side of a row: pictures and, where asked for, sound, at a steady pace, with answers to requests for key
//! frames.

use crate::description::{Kind, Section};
use crate::peer::Peer;
use crate::stream::{HEADER, LARGEST, Place, SMALLEST, Stream};
use assize_media::dtls::Identity;
use assize_media::transport::Received;
use std::time::{Duration, Instant};

/// SSRCs of a publisher: they need only differ within a transport.
const SOUND: u32 = 0x0a55_12d0;
const PICTURE: u32 = 0x0a55_12e0;
const SOUND_EVERY: Duration = Duration::from_millis(20);
/// Bytes of a packet of sound, RTP header included: 80 of Opus, which is 32 kb/s.
const SOUND_SIZE: usize = HEADER + 80;
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// A key frame is so many times as large as others.
const KEY_FACTOR: usize = 5;
/// Without a request there is a key frame all the same every so many frames.
const KEY_EVERY: u64 = 300;
/// A frame that is later than this is late.
const LATE: Duration = Duration::from_millis(10);

/// What frames are like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Frames {
    /// All of so many packets of the same size, RTP header included.
    Equal { packets: usize, size: usize },
    /// Of so many bytes on average; as an encoder's, they vary, and key frames are larger.
    Mean { bytes: usize },
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) frames: Frames,
    /// Time between frames.
    pub(crate) period: Duration,
    pub(crate) sound: bool,
}

impl Shape {
    /// A camera of 30 frames a second with sound.
    pub(crate) fn camera(kbps: usize) -> Self {
        let bytes = (kbps * 1000 / 8 / 30).max(1);
        Self { frames: Frames::Mean { bytes }, period: Duration::from_secs(1) / 30, sound: true }
    }

    /// What a publisher of this shape offers.
    pub(crate) fn sections(self) -> Vec<Section> {
        let sound = self.sound.then(|| Section::send(Kind::Sound, SOUND));
        sound.into_iter().chain([Section::send(Kind::Picture, PICTURE)]).collect()
    }
}

/// What was published.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Published {
    /// Packets that count.
    pub(crate) packets: u64,
    /// Those of them that are sound.
    pub(crate) sounds: u64,
    pub(crate) frames: u64,
    /// Frames and packets of sound that were late by more than [`LATE`].
    pub(crate) late: u64,
}

pub(crate) struct Publisher {
    pub(crate) peer: Peer,
    shape: Shape,
    picture: Stream,
    sound: Option<Stream>,
    beginning: Instant,
    picture_due: Instant,
    sound_due: Instant,
    report_due: Instant,
    /// Number of the next packet for transport-wide feedback.
    number: u16,
    frames: u64,
    chance: u32,
    pub(crate) published: Published,
}

impl Publisher {
    /// `seed` makes its frames differ from others'.
    pub(crate) fn new(peer: Peer, shape: Shape, seed: u32) -> Self {
        let now = Instant::now();
        Self {
            peer,
            shape,
            picture: Stream::new(Kind::Picture, u8::from(shape.sound), PICTURE),
            sound: shape.sound.then(|| Stream::new(Kind::Sound, 0, SOUND)),
            beginning: now,
            picture_due: now,
            sound_due: now,
            report_due: now,
            number: 1,
            frames: 0,
            chance: seed,
            published: Published::default(),
        }
    }

    /// Goes on at `now`, whatever was due before.
    pub(crate) fn resume(&mut self, now: Instant) {
        (self.picture_due, self.sound_due, self.report_due) = (now, now, now);
        self.published = Published::default();
    }

    /// Another time between frames from now on.
    pub(crate) fn pace(&mut self, period: Duration) {
        self.shape.period = period;
    }

    pub(crate) fn due(&self) -> Instant {
        if self.sound.is_some() { self.picture_due.min(self.sound_due) } else { self.picture_due }
    }

    /// Sends what is due at `now`.
    pub(crate) fn step(&mut self, identity: &Identity, now: Instant, counts: bool) {
        while self.sound.is_some() && self.sound_due <= now {
            self.send_sound(now, counts);
        }
        while self.picture_due <= now {
            self.listen();
            self.send_picture(now, counts);
        }
        if self.report_due <= now {
            self.report_due = now + REPORT_EVERY;
            let since = now - self.beginning;
            self.picture.report(&mut self.peer, since);
            if let Some(sound) = &self.sound {
                sound.report(&mut self.peer, since);
            }
            self.peer.drive(identity);
        }
    }

    fn send_sound(&mut self, now: Instant, counts: bool) {
        let due = self.sound_due;
        self.sound_due += SOUND_EVERY;
        self.note(due, now);
        let place = Place { first: true, last: true, key: true, packets: 0 };
        let Some(sound) = &mut self.sound else { return };
        let sent = sound.send(&mut self.peer, self.number, due - self.beginning, SOUND_SIZE, place, counts);
        self.number = self.number.wrapping_add(1);
        self.published.packets += u64::from(sent && counts);
        self.published.sounds += u64::from(sent && counts);
    }

    fn send_picture(&mut self, now: Instant, counts: bool) {
        let due = self.picture_due;
        self.picture_due += self.shape.period;
        self.note(due, now);
        let key = self.frames.is_multiple_of(KEY_EVERY);
        let (packets, size) = match self.shape.frames {
            Frames::Equal { packets, size } => (packets, size),
            Frames::Mean { bytes } => split(self.vary(bytes, key)),
        };
        for index in 0..packets {
            let last = index + 1 == packets;
            // A frame of more packets than a number of 16 bits holds would not leave in time anyway.
            let place = Place { first: index == 0, last, key, packets: packets as u16 };
            let sent = self.picture.send(&mut self.peer, self.number, due - self.beginning, size, place, counts);
            self.number = self.number.wrapping_add(1);
            self.published.packets += u64::from(sent && counts);
        }
        self.picture.next_frame();
        self.frames += 1;
    }

    fn note(&mut self, due: Instant, now: Instant) {
        self.published.frames += 1;
        self.published.late += u64::from(now - due > LATE);
    }

    /// Bytes of the next frame: of 70 to 130 % of the mean, evenly.
    fn vary(&mut self, mean: usize, key: bool) -> usize {
        // Numerical Recipes' generator: good enough for sizes.
        self.chance = self.chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let percent = 70 + (self.chance >> 16) as usize % 61;
        mean * percent / 100 * if key { KEY_FACTOR } else { 1 }
    }

    /// Reads what the server says; a request for a key frame is met with the next frame.
    fn listen(&mut self) {
        let mut buffer = [0; 2048];
        while let Some(received) = self.peer.receive(&mut buffer) {
            if let Received::Rtcp(len) = received
                && wants_key(&buffer[..len])
            {
                self.frames = 0;
            }
        }
    }
}

/// Packets of a frame of so many bytes, and their size: equal ones, as encoders' packetisers make them.
fn split(bytes: usize) -> (usize, usize) {
    let room = LARGEST - HEADER;
    let packets = bytes.div_ceil(room).max(1);
    (packets, (HEADER + bytes.div_ceil(packets)).clamp(SMALLEST, LARGEST))
}

fn wants_key(compound: &[u8]) -> bool {
    // PLI (RFC 4585) or FIR (RFC 5104): payload-specific feedback with format 1 or 4.
    let mut rest = compound;
    while let [first, kind, high, low, ..] = rest {
        if *kind == 206 && matches!(first & 31, 1 | 4) {
            return true;
        }
        let len = 4 * (usize::from(u16::from_be_bytes([*high, *low])) + 1);
        rest = rest.get(len..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_split_into_equal_packets_that_hold_it() {
        for bytes in [1, 40, 1176, 1177, 3333, 16_667] {
            let (packets, size) = split(bytes);
            assert!((SMALLEST..=LARGEST).contains(&size), "{bytes}");
            assert!(packets * (size - HEADER) >= bytes, "{bytes}");
        }
        assert_eq!(split(3333), (3, HEADER + 1111));
    }

    #[test]
    fn requests_for_key_frames_are_heard_in_compounds() {
        let report = [0x80, 201, 0, 1, 0, 0, 0, 1];
        let pli = [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2];
        let remb = [0x8f, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2];
        assert!(wants_key(&[&report[..], &pli].concat()));
        assert!(!wants_key(&[&report[..], &remb].concat()));
        assert!(!wants_key(&[]));
    }
}
