//! The recorder's threads: one takes packets to files, one makes them durable, one reads them back.

use crate::alarm::{Alarms, Cause};
use crate::checkpoints::Checkpoints;
use crate::clock::SeatClock;
use crate::frames::Packet;
use crate::listen::Listener;
use crate::reader::Reader;
use crate::second::Second;
use crate::segment::{Place, Shared, locked};
use crate::sync::{Ask, Pulse, Syncer};
use crate::track::Track;
use crate::{Config, Notice};
use assize_core::ids::{SeatId, TrackId};
use assize_proof::checkpoint::FILE;
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
use std::time::Duration;

pub(crate) type Notify = Arc<dyn Fn(Notice) + Send + Sync>;

const TICK_US: i64 = 100_000;
/// Packets are taken in batches this far apart: a wake-up a packet would cost more than the packet.
const BATCH: Duration = Duration::from_millis(15);
/// A queue that is still being filled is not waited for longer than this when stopping.
const DRAIN_US: i64 = 2_000_000;
/// A sync pass that takes longer is a fault.
const STALL_US: i64 = 2_000_000;

/// `CLOCK_MONOTONIC` in microseconds: the clock of [`TapItem`] and of [`Config::zero_us`].
#[must_use]
pub fn now_us() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1000
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
        let second_places = if checkpoints.is_some() { &config.second_places[..] } else { &[] };
        let second = Second::start(&place.folder, FILE, second_places, &notify)?;
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
        let listener = config.decoder.map(|decoder| Listener::start(decoder, Arc::clone(&notify))).transpose()?;
        let reader = Reader {
            place,
            zero_us,
            notify,
            alarms,
            pulse,
            files,
            checkpoints,
            second,
            standing,
            reading,
            listener,
            bytes,
        };
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

pub(crate) type Files = Arc<Mutex<Vec<Arc<Shared>>>>;

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
        TapItem::Packet { seq, rtp_ts, marker, level, arrival_us, payload, .. } => {
            let packet = Packet { seq, rtp_ts, marker, level, arrival_us: arrival_us - zero_us, payload };
            track.packet(packet, now_us() - zero_us, desk);
        }
    }
}
