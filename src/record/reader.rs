//! The recorder's reader: reads back what was made durable, has it listened to, writes checkpoints and watches the disk.

use crate::alarm::{Alarms, Cause};
use crate::checkpoints::Checkpoints;
use crate::listen::Listener;
use crate::readback::ReadBack;
use crate::recorder::{Files, Notify, Standing, now_us};
use crate::second::Second;
use crate::segment::{Place, locked};
use crate::sync::Pulse;
use crate::{Notice, folder};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const READ_BACK: Duration = Duration::from_secs(5);
const DISK_EVERY: u32 = 2;
const CHECKPOINT_US: i64 = 60_000_000;
/// How often the reader looks for new files, which are worth a checkpoint of their own.
const READER_TICK: Duration = Duration::from_millis(500);

fn utc_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

pub(crate) struct Reader {
    pub(crate) place: Place,
    pub(crate) zero_us: i64,
    pub(crate) notify: Notify,
    pub(crate) alarms: Alarms,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) files: Files,
    pub(crate) checkpoints: Option<Checkpoints>,
    pub(crate) second: Second,
    pub(crate) standing: Arc<Mutex<Standing>>,
    pub(crate) reading: Vec<ReadBack>,
    pub(crate) listener: Option<Listener>,
    pub(crate) bytes: u64,
}

impl Reader {
    pub(crate) fn run(mut self, stop: &AtomicBool) {
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
        let listened = self.listener.is_some();
        self.reading.extend(new.into_iter().map(|shared| ReadBack::new(shared, listened)));
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
                    if let Some((listener, span)) = self.listener.as_ref().zip(one.take_span()) {
                        listener.hand(span);
                    }
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
                self.second.copy(checkpoints.durable_bytes());
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
