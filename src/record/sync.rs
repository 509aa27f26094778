//! The thread that makes media durable, once a second, and only then writes the chain.

use crate::recorder::{Notify, now_us};
use crate::segment::{Due, Durable, End, Left, Place, Shared};
use crate::{Notice, append};
use assize_core::hearing::GapReason;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_secs(1);
/// Frames that wait in the assembler, the queue or the muxer are younger than this.
const IN_HAND_US: i64 = 1_000_000;

/// What the recorder thread asks for.
#[derive(Debug)]
pub(crate) enum Ask {
    /// A new file.
    Follow(Arc<Shared>),
    /// A line for a file beside the media (path below the sitting's folder).
    Note {
        file: String,
        line: String,
    },
    Stop,
}

/// What others may see of the thread.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// `CLOCK_MONOTONIC` microseconds at which the pass in hand began; 0: none.
    pub(crate) pass_since_us: AtomicI64,
    /// When the last complete pass began, in the same clock.
    pub(crate) last_pass_us: AtomicI64,
    pub(crate) bytes: AtomicU64,
}

struct Followed {
    shared: Arc<Shared>,
    chain: File,
    index: File,
}

pub(crate) struct Syncer {
    pub(crate) place: Place,
    pub(crate) zero_us: i64,
    pub(crate) notify: Notify,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) asks: Receiver<Ask>,
}

impl Syncer {
    pub(crate) fn run(self) {
        let mut followed: Vec<Followed> = Vec::new();
        let mut notes: BTreeMap<String, String> = BTreeMap::new();
        let mut next = Instant::now() + EVERY;
        loop {
            match self.asks.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(Ask::Follow(shared)) => self.follow(shared, &mut followed),
                Ok(Ask::Note { file, line }) => {
                    let text = notes.entry(file).or_default();
                    text.push_str(&line);
                    text.push('\n');
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.pass(&mut followed, &mut notes);
                    next = (next + EVERY).max(Instant::now());
                }
                Ok(Ask::Stop) | Err(RecvTimeoutError::Disconnected) => {
                    self.pass(&mut followed, &mut notes);
                    // Once more, so that the last indexes are durable too.
                    self.pass(&mut followed, &mut notes);
                    return;
                }
            }
        }
    }

    fn follow(&self, shared: Arc<Shared>, followed: &mut Vec<Followed>) {
        let open = |ending: &str| {
            let path = self.place.folder.join(&shared.file).with_extension(ending);
            OpenOptions::new().append(true).create(true).open(path)
        };
        // A name is not durable because its file is. In this order: a chain without an index would be a file taken away.
        let both = || {
            let index = named(open("idx")?, &shared, &self.place)?;
            Ok((index, named(open("chain")?, &shared, &self.place)?))
        };
        match both() {
            Ok((index, chain)) => followed.push(Followed { shared, chain, index }),
            Err(e) => self.give_up(&shared, &e),
        }
    }

    fn pass(&self, followed: &mut Vec<Followed>, notes: &mut BTreeMap<String, String>) {
        let began = now_us();
        self.pulse.pass_since_us.store(began, Ordering::Relaxed);
        followed.retain_mut(|one| match self.pass_one(one, began) {
            Ok(done) => !done,
            Err(e) => {
                self.give_up(&one.shared, &e);
                false
            }
        });
        notes.retain(|file, text| self.note(file, text).is_err() && text.len() < 1 << 20);
        let up_to = followed.iter().map(|one| one.shared.durable().up_to_us.max(0).cast_unsigned()).min();
        (self.notify)(Notice::Durable { up_to_us: up_to });
        self.pulse.last_pass_us.store(began, Ordering::Relaxed);
        self.pulse.pass_since_us.store(0, Ordering::Relaxed);
    }

    /// True if the file is complete and nothing is left to do.
    fn pass_one(&self, one: &mut Followed, began_us: i64) -> io::Result<bool> {
        let Due { link, index, closed, all } = one.shared.due();
        let mut durable = one.shared.durable();
        if let Some(link) = &link {
            one.shared.media.sync_data()?;
            let mut text = link.text();
            text.push('\n');
            one.chain.write_all(text.as_bytes())?;
            // In the same pass: after a power cut only what is chained counts.
            one.chain.sync_data()?;
            self.pulse.bytes.fetch_add(link.offset.saturating_sub(durable.offset), Ordering::Relaxed);
            durable.offset = link.offset;
            durable.up_to_us = durable.up_to_us.max(link.pts_ms.saturating_mul(1000).cast_signed());
        }
        if !index.is_empty() {
            one.index.write_all(&index)?;
        }
        if all {
            durable.up_to_us = durable.up_to_us.max(began_us - self.zero_us - IN_HAND_US);
        }
        let done = closed && link.is_none();
        if done {
            one.index.sync_data()?;
        }
        durable.done = done;
        one.shared.set_durable(durable);
        Ok(done)
    }

    /// Appends what waits for a file line by line; what the disk refuses goes on waiting.
    fn note(&self, file: &str, text: &mut String) -> io::Result<()> {
        let open = append::open(&self.place.folder.join(file))?;
        while let Some(end) = text.find('\n') {
            append::line(&open, &text.as_bytes()[..=end])?;
            text.drain(..=end);
        }
        Ok(())
    }

    /// Nothing more is written for a file. If its track is done with it, what it lacks is stated here; otherwise the
    /// track goes on in another file and states it.
    fn give_up(&self, shared: &Shared, error: &io::Error) {
        let durable = shared.durable();
        let End { left, reached_us } = shared.fail();
        shared.set_durable(Durable { done: true, ..durable });
        if left == Left::GivenUp {
            return;
        }
        let track = shared.track;
        (self.notify)(Notice::Fault { track: Some(track), detail: format!("{}: {error}", shared.file) });
        let (from_us, to_us) = (durable.up_to_us.max(0).cast_unsigned(), reached_us.max(0).cast_unsigned());
        if left == Left::Whole && from_us < to_us {
            (self.notify)(Notice::Gap { track, from_us, to_us, reason: GapReason::Disk });
        }
    }
}

/// With its name made durable in the folder where the media lies.
fn named(file: File, shared: &Shared, place: &Place) -> io::Result<File> {
    let media = place.folder.join(&shared.file);
    media.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all()).map(|()| file)
}
