//! One track on its way to disk: frames, times, segments, gaps and the wish for key frames.

use crate::Notice;
use crate::clock::TrackClock;
use crate::frames::{Assembler, Frame, Output, Packet};
use crate::mux::Header;
use crate::recorder::Desk;
use crate::segment::{Segment, Shared, index_entry};
use crate::sync::Ask;
use assize_core::hearing::GapReason;
use assize_core::ids::{DeviceKind, TrackId};
use assize_rtp::opus;
use assize_rtp::tap::{Codec, TrackKey};
use std::io;
use std::sync::Arc;

/// A cluster never waits longer than this for its next frame.
const IDLE_FLUSH_US: i64 = 400_000;
/// A picture that can be decoded is asked for at least this often, for seeking.
const KEY_EVERY_US: i64 = 10_000_000;
/// And while one is awaited, this often.
const KEY_AGAIN_US: i64 = 1_000_000;
/// Key frames and new files are due this long before a segment's end.
const ROTATE_AHEAD_MS: i64 = 2_000;
/// A track begins with the first picture that can be decoded. Waiting longer than this for it is a gap.
const START_TOLERANCE_US: i64 = 1_000_000;
/// Sound and cameras send without a pause: silence is sound as well (contract ruling 6: no DTX). Longer than this without
/// a packet, the line has failed, whether or not a number is missing. A screen that does not change may be still.
const SILENCE_US: i64 = 1_000_000;
/// After a disk error the next file is tried this much later.
const RETRY_US: i64 = 1_000_000;
/// Index entries kept while no file is open.
const INDEX_HELD: usize = 24 * 2048;

#[derive(Debug)]
pub(crate) struct Track {
    /// Longest file.
    segment_ms: i64,
    key: TrackKey,
    id: TrackId,
    codec: Codec,
    assembler: Assembler,
    clock: TrackClock,
    on: bool,
    on_us: i64,
    /// Arrival of the last packet.
    heard_us: Option<i64>,
    /// Hearing time since which pictures or sound are missing, and why.
    missing: Option<(i64, GapReason)>,
    /// Hearing time up to which the record reaches.
    written_us: Option<i64>,
    segment: Option<Segment>,
    /// Files that have ended and are not known to be durable yet.
    ending: Vec<Arc<Shared>>,
    index: Vec<u8>,
    key_asked_us: Option<i64>,
    key_seen_us: i64,
    retry_at_us: i64,
    /// A fault was told and its end was not.
    faulty: bool,
    /// What came out of the assembler and waits for the clock to settle.
    outputs: Vec<Output>,
}

impl Track {
    pub(crate) fn new(key: TrackKey, id: TrackId, codec: Codec, segment_ms: i64) -> Self {
        Self {
            segment_ms,
            key,
            id,
            codec,
            assembler: Assembler::new(codec),
            clock: TrackClock::new(codec.clock_rate()),
            on: false,
            on_us: 0,
            heard_us: None,
            missing: None,
            written_us: None,
            segment: None,
            ending: Vec::new(),
            index: Vec::new(),
            key_asked_us: None,
            key_seen_us: i64::MIN / 2,
            retry_at_us: i64::MIN,
            faulty: false,
            outputs: Vec::new(),
        }
    }

    /// In the place of a former track of the same device: what is not mended yet is now this one's to mend.
    pub(crate) fn after(mut self, former: Option<Self>) -> Self {
        if let Some(former) = former {
            self.faulty = former.faulty;
            self.ending = former.ending;
        }
        self
    }

    pub(crate) fn id(&self) -> TrackId {
        self.id
    }

    /// From `at_us` (hearing time) on the track is recorded.
    /// Once more while it is on: the media plane broke down in between and begins anew. What it lost is missing.
    pub(crate) fn switch_on(&mut self, codec: Codec, at_us: i64, desk: &mut Desk) {
        if self.on {
            self.write_rest(at_us, desk);
            self.miss(self.written_us.unwrap_or(self.on_us), GapReason::Crash, desk);
        }
        if codec != self.codec {
            self.close(desk);
            self.codec = codec;
            self.clock = TrackClock::new(codec.clock_rate());
        }
        self.assembler = Assembler::new(codec);
        self.on = true;
        self.on_us = at_us;
        self.written_us = Some(self.written_us.map_or(at_us, |w| w.max(at_us)));
        if codec == Codec::Av1 {
            // Offers leave it out; should it come all the same, that is told, and the gap is stated.
            self.faulty = true;
            let detail = format!("{}: AV1 cannot be recorded", self.id);
            (desk.notify)(Notice::Fault { track: Some(self.id), detail });
        }
        if !codec.is_audio() {
            self.missing.get_or_insert((at_us, GapReason::Keyframe));
            self.ask_key(at_us, desk);
        }
    }

    pub(crate) fn switch_off(&mut self, at_us: i64, desk: &mut Desk) {
        if self.on {
            self.note_silence(at_us);
        }
        self.write_rest(at_us, desk);
        if let Some(segment) = &mut self.segment
            && let Err(e) = segment.flush_older(at_us, 0)
        {
            self.disk_fault(&e, at_us, desk);
        }
        self.end_gap(at_us, desk);
        self.on = false;
    }

    /// Writes what the assembler still waits to complete, as far as it is whole.
    fn write_rest(&mut self, at_us: i64, desk: &mut Desk) {
        let mut outputs = std::mem::take(&mut self.outputs);
        self.assembler.flush(&mut outputs);
        self.outputs = outputs;
        self.write_outputs(at_us, desk);
    }

    pub(crate) fn packet(&mut self, packet: Packet, now_us: i64, desk: &mut Desk) {
        if !self.on {
            return;
        }
        if self.clock.packet(packet.rtp_ts, packet.arrival_us) {
            self.note(format!(r#"{{"jump":true,"rtp":{},"arrival_us":{}}}"#, packet.rtp_ts, packet.arrival_us), desk);
        }
        self.note_silence(packet.arrival_us);
        self.heard_us = Some(packet.arrival_us);
        let arrival_us = packet.arrival_us;
        let entry = index_entry(&packet, arrival_us);
        match &self.segment {
            Some(segment) => segment.index(&entry),
            None if self.index.len() < INDEX_HELD => self.index.extend_from_slice(&entry),
            None => {}
        }
        self.assembler.push(packet, &mut self.outputs);
        self.take_outputs(arrival_us, now_us, desk);
    }

    pub(crate) fn report(&mut self, ntp: u64, rtp_ts: u32, arrival_us: i64, desk: &mut Desk) {
        let seat = desk.seats.entry(self.id.seat).or_default();
        self.clock.report(seat, ntp, rtp_ts, arrival_us);
        let (offset, target) = self.clock.offsets(seat);
        let number = |n: Option<i64>| n.map_or_else(|| "null".to_owned(), |n| n.to_string());
        let line = format!(
            r#"{{"arrival_us":{arrival_us},"ntp":"{ntp:016x}","rtp":{rtp_ts},"offset_us":{},"target_us":{}}}"#,
            number(offset),
            number(target)
        );
        self.note(line, desk);
    }

    pub(crate) fn shed(&mut self, at_us: i64, desk: &mut Desk) {
        self.write_rest(at_us, desk);
        self.miss(self.written_us.unwrap_or(at_us), GapReason::Shed, desk);
        self.ask_key(at_us, desk);
    }

    /// Ten times a second.
    pub(crate) fn tick(&mut self, now_us: i64, desk: &mut Desk) {
        self.assembler.expire(now_us, &mut self.outputs);
        self.take_outputs(now_us, now_us, desk);
        if self.on && !self.codec.is_audio() {
            let waiting = self.assembler.needs_key() || self.segment.is_none() || self.rotation_due(now_us / 1000);
            if waiting || now_us - self.key_seen_us >= KEY_EVERY_US {
                self.ask_key(now_us, desk);
            }
        }
        // The sync thread has told of a file that failed after its end, and of what it lacks.
        self.faulty |= self.ending.iter().any(|one| one.failed());
        self.ending.retain(|one| !one.durable().done);
        self.faulty |= desk.standing().alarmed.remove(&self.id);
        let Some(segment) = &mut self.segment else { return self.lapse(desk) };
        if segment.shared.failed() {
            // The sync thread has told of it.
            self.faulty = true;
            return self.lose_segment(now_us, desk);
        }
        if self.faulty && segment.shared.durable().offset > 0 {
            self.faulty = false;
            (desk.notify)(Notice::Recovered { track: Some(self.id) });
        }
        self.lapse(desk);
        let Some(segment) = &mut self.segment else { return };
        if let Err(e) = segment.flush_older(now_us, IDLE_FLUSH_US) {
            self.disk_fault(&e, now_us, desk);
        }
    }

    /// A fault ends with what it is about: of a device that is closed, muted or gone nothing is to be written any more.
    fn lapse(&mut self, desk: &Desk) {
        if self.faulty && !self.on && self.ending.is_empty() {
            self.faulty = false;
            (desk.notify)(Notice::Lapsed { track: self.id });
        }
    }

    /// After a failure that is nobody's fault in particular: what was taken in so far is given up, the file ended.
    pub(crate) fn begin_anew(&mut self, now_us: i64, desk: &mut Desk) {
        self.assembler = Assembler::new(self.codec);
        self.outputs.clear();
        self.faulty = true;
        self.lose_segment(now_us, desk);
        self.missing = self.missing.map(|(from, _)| (from, GapReason::Crash));
        self.ask_key(now_us, desk);
    }

    /// Ends the file in hand.
    pub(crate) fn close(&mut self, desk: &mut Desk) {
        let Some(segment) = self.segment.take() else { return };
        let shared = Arc::clone(&segment.shared);
        match segment.close() {
            Ok(()) => self.ending.push(shared),
            Err(e) => self.end_failed(&shared, &e, desk),
        }
    }

    /// What the muxer held at a file's end did not get to the disk.
    fn end_failed(&mut self, shared: &Shared, error: &io::Error, desk: &mut Desk) {
        let detail = format!("{}: {error}", self.id);
        (desk.notify)(Notice::Fault { track: Some(self.id), detail });
        self.faulty = true;
        self.miss_from_disk(shared.durable().up_to_us, desk);
    }

    /// The disk did not take what there was from `from_us` on. Of a track that is not recorded any more that is stated at
    /// once, since nothing will come to end the gap.
    fn miss_from_disk(&mut self, from_us: i64, desk: &Desk) {
        if self.on {
            // With room on the disk the wait for a picture would have been over by now.
            self.missing = self.missing.map(|(from, reason)| match reason {
                GapReason::Keyframe => (from.min(from_us), GapReason::Disk),
                _ => (from, reason),
            });
            self.miss(from_us, GapReason::Disk, desk);
        } else if let Some(to_us) = self.written_us.filter(|to_us| from_us < *to_us) {
            let (from_us, to_us) = (from_us.max(0).cast_unsigned(), to_us.max(0).cast_unsigned());
            (desk.notify)(Notice::Gap { track: self.id, from_us, to_us, reason: GapReason::Disk });
        }
    }

    /// `reached_us`: as far as the track's packets have come.
    fn take_outputs(&mut self, reached_us: i64, now_us: i64, desk: &mut Desk) {
        if self.clock.settled(reached_us) {
            self.write_outputs(now_us, desk);
        }
    }

    fn write_outputs(&mut self, now_us: i64, desk: &mut Desk) {
        let mut outputs = std::mem::take(&mut self.outputs);
        for output in outputs.drain(..) {
            match output {
                Output::Frame(frame) => self.frame(&frame, now_us, desk),
                Output::Lost { .. } | Output::Unusable { .. } => {
                    self.miss(self.written_us.unwrap_or(now_us), GapReason::Network, desk);
                    if !self.codec.is_audio() {
                        self.ask_key(now_us, desk);
                    }
                }
            }
        }
        self.outputs = outputs;
    }

    fn frame(&mut self, frame: &Frame, now_us: i64, desk: &mut Desk) {
        let seat = desk.seats.entry(self.id.seat).or_default();
        let time_us = self.clock.map(seat, frame.rtp_ts).max(0);
        if frame.key && !self.codec.is_audio() {
            self.key_seen_us = now_us;
            // What was asked for has come: the next loss asks at once.
            self.key_asked_us = None;
        }
        if let Err(e) = self.write(frame, time_us / 1000, now_us, desk) {
            self.disk_fault(&e, now_us, desk);
        }
    }

    fn write(&mut self, frame: &Frame, time_ms: i64, now_us: i64, desk: &mut Desk) -> io::Result<()> {
        let header = self.header(frame);
        let other = self.segment.as_ref().zip(header.as_ref()).is_some_and(|(s, h)| s.header.config != h.config);
        if frame.key && (other || self.rotation_due(time_ms)) {
            self.close(desk);
        }
        if self.segment.is_none() {
            let Some(header) = header.filter(|_| now_us >= self.retry_at_us) else {
                self.miss(self.written_us.unwrap_or(time_ms * 1000), GapReason::Keyframe, desk);
                return Ok(());
            };
            let segment = Segment::open(&desk.place, self.id, header, time_ms)?;
            segment.index(&std::mem::take(&mut self.index));
            let _ = desk.sync.send(Ask::Follow(Arc::clone(&segment.shared)));
            self.segment = Some(segment);
        }
        let Some(segment) = &mut self.segment else { return Ok(()) };
        let time_us = segment.write(&frame.data, time_ms, frame.key, now_us)? * 1000;
        self.end_gap(time_us, desk);
        let length = if self.codec.is_audio() { opus::length_us(&frame.data) } else { 0 };
        self.written_us = Some(time_us + length);
        Ok(())
    }

    /// What a file that begins with this frame begins with; `None` if none can.
    fn header(&self, frame: &Frame) -> Option<Header> {
        let size = if self.codec.is_audio() { Some((0, 0)) } else { frame.size };
        let config = frame.config.clone().unwrap_or_default();
        size.filter(|_| frame.key).map(|size| Header { codec: self.codec, size, config })
    }

    fn rotation_due(&self, time_ms: i64) -> bool {
        self.segment.as_ref().is_some_and(|s| time_ms - s.first_ms >= self.segment_ms - ROTATE_AHEAD_MS)
    }

    /// At the end of a silence: it was none of the speaker's. What has never sent anything is only about to begin.
    fn note_silence(&mut self, until_us: i64) {
        let Some(heard_us) =
            self.heard_us.filter(|_| !matches!(self.id.device, DeviceKind::Screen | DeviceKind::Played))
        else {
            return;
        };
        let since_us = heard_us.max(self.on_us);
        if until_us - since_us > SILENCE_US {
            let from_us = self.written_us.unwrap_or(since_us);
            let known = self.missing.filter(|(_, reason)| *reason != GapReason::Keyframe);
            self.missing = known.or(Some((from_us, GapReason::Network)));
        }
    }

    fn miss(&mut self, from_us: i64, reason: GapReason, desk: &Desk) {
        if self.on {
            self.missing.get_or_insert((from_us, reason));
            self.owe(desk);
        }
    }

    /// What the record lacks by its own fault, and has not stated yet: it is not read back, whatever the clock says.
    fn owe(&self, desk: &Desk) {
        let mut standing = desk.standing();
        match self.missing {
            Some((from_us, GapReason::Disk | GapReason::Crash | GapReason::Shed)) => {
                standing.unwritten.insert(self.key, from_us);
            }
            _ => _ = standing.unwritten.remove(&self.key),
        }
    }

    fn end_gap(&mut self, to_us: i64, desk: &mut Desk) {
        let Some((from_us, reason)) = self.missing.take() else { return };
        self.state_gap(from_us, to_us, reason, desk);
        self.owe(desk);
    }

    fn state_gap(&self, from_us: i64, to_us: i64, reason: GapReason, desk: &Desk) {
        let tolerance = if reason == GapReason::Keyframe { START_TOLERANCE_US } else { 1_000 };
        if to_us - from_us >= tolerance {
            let (from_us, to_us) = (from_us.max(0).cast_unsigned(), to_us.max(0).cast_unsigned());
            (desk.notify)(Notice::Gap { track: self.id, from_us, to_us, reason });
        }
    }

    fn ask_key(&mut self, now_us: i64, desk: &mut Desk) {
        if self.key_asked_us.is_none_or(|asked| now_us - asked >= KEY_AGAIN_US) {
            self.key_asked_us = Some(now_us);
            (desk.notify)(Notice::KeyframeWanted { track: self.key });
        }
    }

    fn disk_fault(&mut self, error: &io::Error, now_us: i64, desk: &mut Desk) {
        let detail = format!("{}: {error}", self.id);
        (desk.notify)(Notice::Fault { track: Some(self.id), detail });
        self.faulty = true;
        self.lose_segment(now_us, desk);
    }

    /// The file takes no more: what it holds stays, the rest is missing until another can be opened.
    fn lose_segment(&mut self, now_us: i64, desk: &Desk) {
        let segment = self.segment.take();
        let durable = segment.as_ref().map(|segment| segment.shared.durable().up_to_us);
        let from = durable.into_iter().chain(self.written_us).min().unwrap_or(now_us);
        // Before the reader lets go of the file.
        self.miss_from_disk(from, desk);
        if let Some(segment) = segment {
            segment.give_up();
        }
        self.retry_at_us = now_us + RETRY_US;
    }

    fn note(&self, line: String, desk: &mut Desk) {
        let file = format!("tracks/{}/sync.jsonl", self.id);
        let _ = desk.sync.send(Ask::Note { file, line });
    }
}
