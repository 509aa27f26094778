//! The recorder's threads: one takes packets to files, one makes them durable, one reads them back.

use crate::alarm::{Alarms, Cause};
use crate::checkpoints::Checkpoints;
use crate::clock::SeatClock;
use crate::frames::Packet;
use crate::readback::ReadBack;
use crate::segment::{Place, Shared, locked};
use crate::sync::{Ask, Pulse, Syncer};
use crate::track::Track;
use crate::{Config, Notice, folder};
use assize_core::ids::{SeatId, TrackId};
use assize_proof::hearing_file::HearingFile;
use assize_rtp::tap::{TapItem, TapReceiver, TrackKey};
use rustix::time::{ClockId, clock_gettime};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) type Notify = Arc<dyn Fn(Notice) + Send + Sync>;

const TICK_US: i64 = 100_000;
/// Packets are taken in batches this far apart: a wake-up a packet would cost more than the packet.
const BATCH: Duration = Duration::from_millis(15);
/// A queue that is still being filled is not waited for longer than this when stopping.
const DRAIN_US: i64 = 2_000_000;
/// A sync pass that takes longer is a fault.
const STALL_US: i64 = 2_000_000;
const READ_BACK: Duration = Duration::from_secs(5);
const DISK_EVERY: u32 = 2;
const CHECKPOINT_US: i64 = 60_000_000;
/// How often the reader looks for new files, which are worth a checkpoint of their own.
const READER_TICK: Duration = Duration::from_millis(500);

/// `CLOCK_MONOTONIC` in microseconds: the clock of [`TapItem`] and of [`Config::zero_us`].
#[must_use]
pub fn now_us() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1000
}

fn utc_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

/// What tracks work with.
pub(crate) struct Desk {
    pub(crate) place: Place,
    pub(crate) seats: BTreeMap<SeatId, SeatClock>,
    pub(crate) sync: Sender<Ask>,
    pub(crate) notify: Notify,
    standing: Arc<Mutex<Standing>>,
}

impl Desk {
    pub(crate) fn standing(&self) -> MutexGuard<'_, Standing> {
        locked(&self.standing)
    }
}

/// What the threads tell each other of what is not as it should be.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Hearing time from which on a track is in no file that holds, and the gap is not stated yet.
    pub(crate) unwritten: BTreeMap<TrackKey, i64>,
    /// Tracks of which a fault was told that they do not know of themselves.
    pub(crate) alarmed: BTreeSet<TrackId>,
}

/// A running recorder. Dropping it ends it without waiting; [`Recorder::stop`] waits.
#[derive(Debug)]
pub struct Recorder {
    stop: Arc<AtomicBool>,
    stop_reader: Arc<AtomicBool>,
    intake: Option<JoinHandle<()>>,
    syncer: Option<JoinHandle<()>>,
    reader: Option<JoinHandle<()>>,
}

impl Recorder {
    /// Starts the recorder's threads. `name` gives a track's place in the record. `hearing.json` must be in the folder:
    /// the chains are bound to the hearing and the sitting that it names.
    ///
    /// # Errors
    /// The folder cannot be read or written, or a thread cannot be started.
    pub fn start(
        config: Config,
        tap: TapReceiver,
        name: impl Fn(TrackKey) -> Option<TrackId> + Send + 'static,
        notify: impl Fn(Notice) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let hearing: HearingFile = serde_json::from_slice(&fs::read(config.folder.join("hearing.json"))?)?;
        let place = Place {
            folder: config.folder.clone(),
            hearing: hearing.plan.hearing.to_string(),
            sitting: hearing.sitting,
            epoch: config.epoch,
        };
        fs::create_dir_all(place.folder.join("tracks"))?;
        let checkpoints = config.key.clone().map(|key| Checkpoints::open(&place, key)).transpose()?;
        let notify: Notify = Arc::new(notify);
        let alarms = Alarms::new(Arc::clone(&notify));
        let (asks, asked) = channel();
        let pulse = Arc::new(Pulse::default());
        let files: Files = Arc::default();
        let (stop, stop_reader) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));

        let (relay, relayed) = channel();
        let syncer = Syncer {
            place: place.clone(),
            zero_us: config.zero_us,
            notify: Arc::clone(&notify),
            pulse: Arc::clone(&pulse),
            asks: asked,
        };
        let syncer = spawn("rec-sync", move || syncer.run())?;
        let standing: Arc<Mutex<Standing>> = Arc::default();
        let desk = Desk {
            place: place.clone(),
            seats: BTreeMap::new(),
            sync: relay,
            notify: Arc::clone(&notify),
            standing: Arc::clone(&standing),
        };
        let intake = Intake {
            desk,
            tracks: BTreeMap::new(),
            unnamed: BTreeSet::new(),
            zero_us: config.zero_us,
            segment_ms: i64::try_from(config.segment_us / 1000).unwrap_or(i64::MAX),
            pulse: Arc::clone(&pulse),
            alarms: alarms.clone(),
            asks,
            relayed,
            files: Arc::clone(&files),
        };
        let stop_intake = Arc::clone(&stop);
        let intake = spawn("rec-intake", move || intake.run(&tap, &name, &stop_intake))?;
        let zero_us = config.zero_us;
        let (reading, bytes) = (Vec::new(), 0);
        let reader = Reader { place, zero_us, notify, alarms, pulse, files, checkpoints, standing, reading, bytes };
        let stop_read = Arc::clone(&stop_reader);
        let reader = spawn("rec-read", move || reader.run(&stop_read))?;
        Ok(Self { stop, stop_reader, intake: Some(intake), syncer: Some(syncer), reader: Some(reader) })
    }

    /// Takes what waits in the queue, closes all segments and waits until they are durable, chained and read back.
    pub fn stop(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // The intake drops its end of the sync thread's queue when it is done, which ends that thread.
        for thread in [self.intake.take(), self.syncer.take()].into_iter().flatten() {
            let _ = thread.join();
        }
        self.stop_reader.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            reader.thread().unpark();
            let _ = reader.join();
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.stop_reader.store(true, Ordering::Relaxed);
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(run)
}

type Files = Arc<Mutex<Vec<Arc<Shared>>>>;

struct Intake {
    desk: Desk,
    tracks: BTreeMap<TrackKey, Track>,
    unnamed: BTreeSet<TrackKey>,
    zero_us: i64,
    segment_ms: i64,
    pulse: Arc<Pulse>,
    alarms: Alarms,
    asks: Sender<Ask>,
    relayed: std::sync::mpsc::Receiver<Ask>,
    files: Files,
}

impl Intake {
    fn run(mut self, tap: &TapReceiver, name: &dyn Fn(TrackKey) -> Option<TrackId>, stop: &AtomicBool) {
        let (mut ticked, mut drained_by) = (0, None);
        loop {
            let stopping = stop.load(Ordering::Relaxed);
            let mut wait = if stopping { Duration::ZERO } else { Duration::from_micros(TICK_US.cast_unsigned()) };
            let gone = loop {
                match tap.next(wait) {
                    Ok(item) => self.item(item, name),
                    Err(RecvTimeoutError::Timeout) => break false,
                    Err(RecvTimeoutError::Disconnected) => break true,
                }
                wait = Duration::ZERO;
                if now_us() - ticked > 2 * TICK_US {
                    break false;
                }
            };
            let now = now_us();
            if now - ticked >= TICK_US {
                ticked = now;
                self.tick(now);
            }
            self.pass_on();
            if stopping {
                drained_by.get_or_insert(now + DRAIN_US);
            }
            if gone || stopping && tap.backlog() == 0 || drained_by.is_some_and(|by| now > by) {
                break;
            }
            thread::sleep(BATCH);
        }
        for track in self.tracks.values_mut() {
            track.switch_off(now_us() - self.zero_us, &mut self.desk);
            track.close(&mut self.desk);
        }
        self.pass_on();
        let _ = self.asks.send(Ask::Stop);
    }

    /// New files go to the reader as well.
    fn pass_on(&mut self) {
        while let Ok(ask) = self.relayed.try_recv() {
            if let Ask::Follow(shared) = &ask {
                locked(&self.files).push(Arc::clone(shared));
            }
            let _ = self.asks.send(ask);
        }
    }

    fn item(&mut self, item: TapItem, name: &dyn Fn(TrackKey) -> Option<TrackId>) {
        let key = match &item {
            TapItem::On { track, .. }
            | TapItem::Packet { track, .. }
            | TapItem::SenderReport { track, .. }
            | TapItem::Off { track, .. }
            | TapItem::Shed { track, .. } => *track,
        };
        if let (TapItem::On { codec, .. }, false) = (&item, self.tracks.contains_key(&key)) {
            match name(key) {
                Some(id) => {
                    let former = self.replace_same_place(id);
                    self.tracks.insert(key, Track::new(key, id, *codec, self.segment_ms).after(former));
                }
                None if self.unnamed.insert(key) => {
                    let detail = "a track that is routed to the record has no place in it".to_owned();
                    (self.desk.notify)(Notice::Fault { track: None, detail });
                }
                None => {}
            }
        }
        self.guarded(key, |track, desk, zero| take(track, desk, zero, item));
    }

    /// The same device of the same seat under a new key (it reconnected): its old file ends, the new one follows.
    fn replace_same_place(&mut self, id: TrackId) -> Option<Track> {
        let key = self.tracks.iter().find(|(_, track)| track.id() == id).map(|(key, _)| *key)?;
        let now = now_us() - self.zero_us;
        self.guarded(key, |track, desk, _| {
            track.switch_off(now, desk);
            track.close(desk);
        });
        self.tracks.remove(&key)
    }

    fn tick(&mut self, now: i64) {
        let keys: Vec<TrackKey> = self.tracks.keys().copied().collect();
        for key in keys {
            self.guarded(key, |track, desk, zero| track.tick(now - zero, desk));
        }
        let since = self.pulse.pass_since_us.load(Ordering::Relaxed);
        if since != 0 && now - since > STALL_US {
            self.alarms.raise(Cause::Stall, "the disk has not confirmed writes for two seconds".to_owned());
        } else {
            self.alarms.clear(Cause::Stall);
        }
    }

    /// A panic over one track's packets costs that track's file, not the record: it goes on in a new one.
    fn guarded(&mut self, key: TrackKey, work: impl FnOnce(&mut Track, &mut Desk, i64)) {
        let Some(track) = self.tracks.get_mut(&key) else { return };
        let (desk, zero_us) = (&mut self.desk, self.zero_us);
        if catch_unwind(AssertUnwindSafe(|| work(track, desk, zero_us))).is_err() {
            let id = track.id();
            let detail = format!("{id}: recording it failed; begun anew");
            let anew = catch_unwind(AssertUnwindSafe(|| track.begin_anew(now_us() - zero_us, desk)));
            if anew.is_err() {
                self.tracks.remove(&key);
                let mut standing = self.desk.standing();
                standing.unwritten.remove(&key);
                standing.alarmed.insert(id);
            }
            (self.desk.notify)(Notice::Fault { track: Some(id), detail });
        }
    }
}

fn take(track: &mut Track, desk: &mut Desk, zero_us: i64, item: TapItem) {
    match item {
        TapItem::On { codec, at_us, .. } => track.switch_on(codec, at_us - zero_us, desk),
        TapItem::Off { at_us, .. } => track.switch_off(at_us - zero_us, desk),
        TapItem::Shed { at_us, .. } => track.shed(at_us - zero_us, desk),
        TapItem::SenderReport { ntp, rtp_ts, arrival_us, .. } => track.report(ntp, rtp_ts, arrival_us - zero_us, desk),
        TapItem::Packet { seq, rtp_ts, marker, arrival_us, payload, .. } => {
            let packet = Packet { seq, rtp_ts, marker, arrival_us: arrival_us - zero_us, payload };
            track.packet(packet, now_us() - zero_us, desk);
        }
    }
}

struct Reader {
    place: Place,
    zero_us: i64,
    notify: Notify,
    alarms: Alarms,
    pulse: Arc<Pulse>,
    files: Files,
    checkpoints: Option<Checkpoints>,
    standing: Arc<Mutex<Standing>>,
    reading: Vec<ReadBack>,
    bytes: u64,
}

impl Reader {
    fn run(mut self, stop: &AtomicBool) {
        let (mut read_at, mut checkpoint_at, mut rounds) = (now_us(), i64::MIN, 0u32);
        loop {
            let stopping = stop.load(Ordering::Relaxed);
            let now = now_us();
            let new_files = self.take_new();
            if stopping || now - read_at >= i64::try_from(READ_BACK.as_micros()).unwrap_or(i64::MAX) {
                read_at = now;
                self.read_back();
                if rounds.is_multiple_of(DISK_EVERY) {
                    self.disk();
                }
                rounds += 1;
            }
            if stopping || new_files || now.saturating_sub(checkpoint_at) >= CHECKPOINT_US {
                // What failed is owed: it is tried again at the next look.
                checkpoint_at = if self.checkpoint() { now } else { i64::MIN };
            }
            if stopping {
                return;
            }
            thread::park_timeout(READER_TICK);
        }
    }

    fn take_new(&mut self) -> bool {
        let new = std::mem::take(&mut *locked(&self.files));
        let any = !new.is_empty();
        self.reading.extend(new.into_iter().map(ReadBack::new));
        any
    }

    fn read_back(&mut self) {
        let last_pass = self.pulse.last_pass_us.load(Ordering::Relaxed);
        if last_pass == 0 {
            return;
        }
        let mut up_to = last_pass - self.zero_us - 1_000_000;
        let mut faults = Vec::new();
        let folder = &self.place.folder;
        self.reading.retain_mut(|one| {
            let durable = one.shared.durable();
            match one.catch_up(folder, durable) {
                Ok(()) => {
                    // What failed is held until its track has noted what is missing.
                    let done = durable.done && one.shared.is_left();
                    if !done {
                        up_to = up_to.min(durable.up_to_us);
                    }
                    !done
                }
                Err(e) => {
                    faults.push((one.shared.track, format!("{}: {e}", one.shared.file)));
                    one.shared.fail();
                    false
                }
            }
        });
        let clean = faults.is_empty();
        {
            // After the files: what is let go of above is noted here before.
            let mut standing = locked(&self.standing);
            up_to = standing.unwritten.values().copied().fold(up_to, i64::min);
            standing.alarmed.extend(faults.iter().map(|(track, _)| *track));
        }
        for (track, detail) in faults {
            (self.notify)(Notice::Fault { track: Some(track), detail });
        }
        if clean && up_to > 0 {
            (self.notify)(Notice::ReadBack { up_to_us: up_to.cast_unsigned() });
        }
    }

    fn disk(&mut self) {
        let bytes = self.pulse.bytes.load(Ordering::Relaxed);
        let seconds = READ_BACK.as_secs() * u64::from(DISK_EVERY);
        let written = bytes - self.bytes;
        self.bytes = bytes;
        match folder::free_bytes(&self.place.folder) {
            Ok(free) => {
                self.alarms.clear(Cause::FreeSpace);
                let seconds_left = folder::seconds_left(free, written, seconds);
                (self.notify)(Notice::Disk { seconds_left, enough: free >= folder::LEAST_FREE });
            }
            Err(e) => self.alarms.raise(Cause::FreeSpace, format!("free space: {e}")),
        }
    }

    /// Whether all that was due is written.
    fn checkpoint(&mut self) -> bool {
        let Some(checkpoints) = &mut self.checkpoints else { return true };
        let t_us = (now_us() - self.zero_us).max(0).cast_unsigned();
        match checkpoints.write(t_us, utc_ms()) {
            Ok(()) => {
                self.alarms.clear(Cause::Checkpoint);
                true
            }
            Err(e) => {
                self.alarms.raise(Cause::Checkpoint, format!("checkpoint: {e}"));
                false
            }
        }
    }
}
