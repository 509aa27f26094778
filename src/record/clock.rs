//! From a sender's RTP time to the hearing's clock, online and without a step within a file.
//!
//! Until a sender report comes, a track is anchored on the least delayed arrival seen. From then on the report gives the
//! sender's own time, and one offset for the whole seat takes it to the hearing's clock, so that sound and picture of a
//! seat share one clock. Corrections are slewed, sound more gently than pictures, and never make time stand still.
//!
//! All times are microseconds; hearing times may be negative inside the arithmetic and are clamped where they leave it.

/// Largest correction of sound: 20 ms a second. Only its times move, and no player makes a tone of it.
const SLEW_PPM: i64 = 20_000;
/// Of a picture: 50 ms a second, which nobody sees. One that was anchored late on an overloaded machine, by more than a
/// second, is in step with its sound again after half a minute.
const PICTURE_SLEW_PPM: i64 = 50_000;
/// RTP clock of every codec of pictures.
const PICTURE_RATE: i64 = 90_000;
/// A track is anchored only after this much of it: what a sender sends first leaves late and in a burst.
const SETTLE_US: i64 = 250_000;
/// Where mapping and arrival differ by more, the sender's RTP time has jumped and the track is anchored anew.
const JUMP_US: i64 = 1_500_000;
/// Sender reports that put a track further than this before what arrival says are not believed.
const BELIEF_US: i64 = 300_000;
/// Nor are those that put it further than this behind: nothing comes before it was captured. Such a report is of before a
/// silence, in which the sender's RTP time went its own way.
const AHEAD_US: i64 = 40_000;
/// Half the window over which the least delay is sought; long enough to meet a quiet moment, short enough for drift.
const HALF_WINDOW_US: i64 = 15_000_000;

/// Minimum over the last one to two half windows.
#[derive(Debug, Clone, Default)]
struct Least {
    since_us: i64,
    before: Option<i64>,
    now: Option<i64>,
}

impl Least {
    fn add(&mut self, value: i64, at_us: i64) {
        if self.now.is_none() || at_us - self.since_us > HALF_WINDOW_US {
            self.before = self.now.take();
            self.since_us = at_us;
        }
        self.now = Some(self.now.map_or(value, |n| n.min(value)));
    }

    fn get(&self) -> Option<i64> {
        self.before.into_iter().chain(self.now).min()
    }
}

/// What the tracks of one seat share: sender's clock to hearing's clock.
#[derive(Debug, Clone, Default)]
pub struct SeatClock {
    delay: Least,
}

impl SeatClock {
    /// A report sent at `ntp_us` by the sender's clock came in at `arrival_us`.
    fn report(&mut self, ntp_us: i64, arrival_us: i64) {
        let delay = arrival_us - ntp_us;
        if self.delay.get().is_some_and(|d| (d - delay).abs() > JUMP_US) {
            self.delay = Least::default();
        }
        self.delay.add(delay, arrival_us);
    }
}

#[derive(Debug, Clone)]
pub struct TrackClock {
    rate: i64,
    last_ts: Option<u32>,
    /// RTP time without wrapping, in ticks.
    ticks: i64,
    /// Arrival of the first packet.
    since_us: Option<i64>,
    /// Least of arrival minus RTP time.
    arrival: Least,
    /// Last report: sender's clock minus RTP time.
    report: Option<i64>,
    /// Hearing time minus RTP time, once something was mapped.
    offset: Option<i64>,
    /// RTP time of the last mapping.
    mapped_at: i64,
}

/// NTP's 64 bits (RFC 3550 section 4) in microseconds.
#[must_use]
pub fn ntp_us(ntp: u64) -> i64 {
    ((u128::from(ntp) * 1_000_000) >> 32) as i64
}

impl TrackClock {
    /// `rate` in Hz.
    #[must_use]
    pub fn new(rate: u32) -> Self {
        Self {
            rate: i64::from(rate).max(1),
            last_ts: None,
            ticks: 0,
            since_us: None,
            arrival: Least::default(),
            report: None,
            offset: None,
            mapped_at: 0,
        }
    }

    /// RTP time in microseconds without wrapping; `ts` may lie before or after what was seen so far.
    fn rtp_us(&self, ts: u32) -> i64 {
        let ticks = self.ticks + i64::from(ts.wrapping_sub(self.last_ts.unwrap_or(ts)).cast_signed());
        (i128::from(ticks) * 1_000_000 / i128::from(self.rate)) as i64
    }

    /// Every packet tells how late it is. True if the sender's time jumped and the track is anchored anew.
    pub fn packet(&mut self, ts: u32, arrival_us: i64) -> bool {
        let rtp = self.rtp_us(ts);
        let jumped = self.expected(rtp).is_some_and(|expected| (arrival_us - expected).abs() > JUMP_US);
        if jumped {
            *self = Self { last_ts: self.last_ts, ticks: self.ticks, ..Self::new(self.rate as u32) };
        }
        if let Some(last) = self.last_ts {
            self.ticks += i64::from(ts.wrapping_sub(last).cast_signed());
        }
        self.last_ts = Some(ts);
        self.since_us.get_or_insert(arrival_us);
        self.arrival.add(arrival_us - rtp, arrival_us);
        jumped
    }

    fn expected(&self, rtp: i64) -> Option<i64> {
        self.offset.or_else(|| self.arrival.get()).map(|offset| rtp + offset)
    }

    /// A sender report: its two clocks belong to the same moment.
    pub fn report(&mut self, seat: &mut SeatClock, ntp: u64, ts: u32, arrival_us: i64) {
        // A report that comes before the first packet anchors the track: what is captured may be sent much later.
        self.last_ts.get_or_insert(ts);
        let ntp_us = ntp_us(ntp);
        seat.report(ntp_us, arrival_us);
        self.report = Some(ntp_us - self.rtp_us(ts));
    }

    /// Where the offset should be.
    fn target(&self, seat: &SeatClock) -> Option<i64> {
        let arrival = self.arrival.get()?;
        let reported = self.report.zip(seat.delay.get()).map(|(report, delay)| report + delay);
        Some(reported.filter(|r| (-BELIEF_US..=AHEAD_US).contains(&(r - arrival))).unwrap_or(arrival))
    }

    /// Whether enough is known for frames to be mapped: the first one mapped anchors the track.
    #[must_use]
    pub fn settled(&self, now_us: i64) -> bool {
        self.offset.is_some() || self.since_us.is_some_and(|since| now_us - since >= SETTLE_US)
    }

    /// Hearing time of RTP time `ts`, which a packet has had before. Never decreases for increasing `ts`.
    pub fn map(&mut self, seat: &SeatClock, ts: u32) -> i64 {
        let rtp = self.rtp_us(ts);
        let target = self.target(seat).unwrap_or(0);
        let offset = match self.offset {
            None => target,
            Some(offset) => {
                let slew = if self.rate == PICTURE_RATE { PICTURE_SLEW_PPM } else { SLEW_PPM };
                let most = (rtp - self.mapped_at).clamp(0, 10_000_000) * slew / 1_000_000;
                offset + (target - offset).clamp(-most, most)
            }
        };
        self.offset = Some(offset);
        self.mapped_at = self.mapped_at.max(rtp);
        rtp + offset
    }

    /// Offset in use and offset aimed at, for the record.
    #[must_use]
    pub fn offsets(&self, seat: &SeatClock) -> (Option<i64>, Option<i64>) {
        (self.offset, self.target(seat))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// A sender whose clock runs `ppm` fast and whose wall clock is anything.
    struct Sender {
        ppm: i64,
        wall_us: i64,
        base: u32,
        rate: i64,
    }

    impl Sender {
        fn ts(&self, at_us: i64) -> u32 {
            let local = at_us + at_us * self.ppm / 1_000_000;
            self.base.wrapping_add((local * self.rate / 1_000_000) as u32)
        }

        fn ntp(&self, at_us: i64) -> u64 {
            let local = (self.wall_us + at_us + at_us * self.ppm / 1_000_000) as u128;
            ((local << 32) / 1_000_000) as u64
        }
    }

    fn jitter(i: i64, spread: i64) -> i64 {
        (i.wrapping_mul(2_654_435_761) >> 7).rem_euclid(spread.max(1))
    }

    /// Sound and picture of one seat for `seconds`, captured together; gives the largest difference of their hearing
    /// times for the same moment, before and after the first reports.
    fn run(ppm: i64, seconds: i64, first_report_us: i64, picture_delay_us: i64) -> (i64, i64) {
        let (mut sound, mut picture, mut seat) =
            (TrackClock::new(48_000), TrackClock::new(90_000), SeatClock::default());
        let audio = Sender { ppm, wall_us: 1_700_000_000_000_000, base: u32::MAX - 90_000, rate: 48_000 };
        let video = Sender { ppm, wall_us: 1_700_000_000_000_000, base: 77, rate: 90_000 };
        let (mut before, mut after) = (0i64, 0i64);
        let mut last = None;
        for i in 0..seconds * 50 {
            let at = 3_000_000 + i * 20_000;
            sound.packet(audio.ts(at), at + 15_000 + jitter(i, 10_000));
            picture.packet(video.ts(at), at + 15_000 + picture_delay_us + jitter(i * 7, 20_000));
            if at >= first_report_us && i % 50 == 0 {
                sound.report(&mut seat, audio.ntp(at), audio.ts(at), at + 15_000 + jitter(i, 3_000));
                picture.report(&mut seat, video.ntp(at), video.ts(at), at + 15_000 + jitter(i + 1, 3_000));
            }
            let (a, v) = (sound.map(&seat, audio.ts(at)), picture.map(&seat, video.ts(at)));
            if let Some((last_a, last_v)) = last.replace((a, v)) {
                assert!(a > last_a && v > last_v, "time stood still");
                assert!((a - last_a - 20_000).abs() <= 450, "a step of {}", a - last_a);
            }
            assert!((a - at).abs() < 60_000, "sound is {} us from the hearing's clock", a - at);
            let worst = if at < first_report_us { &mut before } else { &mut after };
            *worst = (*worst).max((a - v).abs());
        }
        (before, after)
    }

    #[test]
    fn a_picture_that_was_anchored_late_is_in_step_again_within_half_a_minute() {
        let mut seat = SeatClock::default();
        let mut picture = TrackClock::new(90_000);
        let sender = Sender { ppm: 0, wall_us: 1_700_000_000_000_000, base: 77, rate: 90_000 };
        let mut off = 0;
        for i in 0..30 * 30 {
            let at = 3_000_000 + i * 33_333;
            // The first second's packets all come 1.2 s late.
            let late = if i < 30 { 1_200_000 } else { 0 };
            picture.packet(sender.ts(at), at + 15_000 + late);
            if i >= 30 && i % 30 == 0 {
                picture.report(&mut seat, sender.ntp(at), sender.ts(at), at + 15_000);
            }
            off = picture.map(&seat, sender.ts(at)) - at - 15_000;
        }
        assert!(off.abs() < 40_000, "still {off} us off");
    }

    #[test]
    fn sound_and_picture_stay_together_for_an_hour_at_100_ppm() {
        for ppm in [-100, 0, 100] {
            let (before, after) = run(ppm, 3600, 8_000_000, 40_000);
            assert!(before < 80_000, "{before} us before the reports");
            assert!(after < 80_000, "{after} us after the reports");
        }
    }

    #[test]
    fn reports_take_the_pictures_own_delay_out() {
        let (_, after) = run(50, 60, 8_000_000, 40_000);
        assert!(after < 50_000);
        let (mut sound, mut picture, mut seat) =
            (TrackClock::new(48_000), TrackClock::new(90_000), SeatClock::default());
        let sender = |rate| Sender { ppm: 0, wall_us: 5_000_000, base: 9, rate };
        let (audio, video) = (sender(48_000), sender(90_000));
        let mut apart = 0;
        for i in 0..1500 {
            let at = i * 20_000;
            sound.packet(audio.ts(at), at + 10_000);
            picture.packet(video.ts(at), at + 70_000);
            sound.report(&mut seat, audio.ntp(at), audio.ts(at), at + 10_000);
            picture.report(&mut seat, video.ntp(at), video.ts(at), at + 10_000);
            apart = (sound.map(&seat, audio.ts(at)) - picture.map(&seat, video.ts(at))).abs();
        }
        assert!(apart < 1_000, "{apart} us apart after 30 s");
    }

    #[test]
    fn a_report_before_the_first_packet_needs_no_slew() {
        let (mut seat, mut clock) = (SeatClock::default(), TrackClock::new(48_000));
        // Captured at 1 s, reported then; the first packet comes a quarter of a second late.
        clock.report(&mut seat, 10 << 32, 48_000, 1_000_000);
        clock.packet(96_000, 2_250_000);
        assert_eq!(clock.map(&seat, 96_000), 2_000_000);
    }

    #[test]
    fn a_report_that_puts_packets_before_their_capture_is_not_believed() {
        let (mut seat, mut clock) = (SeatClock::default(), TrackClock::new(48_000));
        clock.report(&mut seat, 10 << 32, 48_000, 1_000_000);
        // 5 s of silence later the sender's RTP time is 240 ms ahead: the sound of 6 s has the time of 6.24 s.
        let ts = 48_000 + 5 * 48_000 + 11_520;
        clock.packet(ts, 6_010_000);
        assert_eq!(clock.map(&seat, ts), 6_010_000);
    }

    #[test]
    fn a_jump_of_the_senders_time_is_followed_and_a_lying_report_is_not() {
        let (mut clock, mut seat) = (TrackClock::new(48_000), SeatClock::default());
        clock.packet(1000, 1_000_000);
        assert_eq!(clock.map(&seat, 1000), 1_000_000);
        clock.report(&mut seat, 1 << 40, 1000, 1_000_000);
        clock.report(&mut seat, 2 << 40, 1000, 1_000_000);
        clock.packet(1960, 1_020_000);
        assert!((clock.map(&seat, 1960) - 1_020_000).abs() < 200);
        assert!(clock.packet(1960 + 48_000 * 60, 1_040_000));
        assert_eq!(clock.map(&seat, 1960 + 48_000 * 60), 1_040_000);
    }

    proptest! {
        #[test]
        fn nothing_overflows_or_runs_backwards(items in prop::collection::vec((any::<u32>(), any::<u64>(), 0i64..1 << 50), 1..40)) {
            let (mut clock, mut seat) = (TrackClock::new(90_000), SeatClock::default());
            for (ts, ntp, arrival) in items {
                clock.packet(ts, arrival);
                clock.report(&mut seat, ntp, ts, arrival);
                let now = clock.map(&seat, ts);
                prop_assert!(clock.map(&seat, ts.wrapping_add(90)) >= now);
            }
        }
    }
}
