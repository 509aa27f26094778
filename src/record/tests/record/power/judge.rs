//! What the server would do with what the power cut left, and whether all promises hold.

use super::child::utc_ms;
use super::truth::{Cluster, Media, Promise, Standing, Truth};
use assize_core::hearing::{Actor, Event, Stamped};
use assize_core::ids::TrackId;
use assize_core::time::Now;
use assize_proof::key::{CourtKey, PublicKey};
use assize_proof::verify::{Report, UNFINISHED, Verdict, verify};
use assize_record::LedgerFile;
use assize_record::recover::{self, Ended, Loss, Recorded, Recovery};
use assize_record::seal::{self, Meta};
use std::fs;
use std::path::{Path, PathBuf};

/// Or which promise is broken.
pub(super) type Held<T> = Result<T, String>;

/// What must be so.
macro_rules! hold {
    ($what:expr, $($told:tt)*) => {
        if !$what {
            return Err(format!($($told)*));
        }
    };
}

fn works<T, E: std::fmt::Display>(what: &str, result: Result<T, E>) -> Held<T> {
    result.map_err(|error| format!("{what}: {error}"))
}

/// The promise, contract section 5.
const MOST_LOST_US: u64 = 2_000_000;
/// The record's clock is the arrival's: what the process itself takes.
const CLOCK_US: u64 = 30_000;
const OUTAGE_US: u64 = 5_000_000;

pub(super) struct Judge {
    pub(super) truth: Truth,
    /// The sitting's folder, below the disk's.
    pub(super) place: PathBuf,
    /// The new owner's key; the first one's is known.
    pub(super) key: CourtKey,
    pub(super) vouched: Vec<PublicKey>,
    /// What the whole record is worth when nothing has been lost.
    pub(super) whole: Verdict,
}

/// What became of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    NotBegun,
    TakenUp,
    /// Closed before the cut; the last moments were not all durable.
    Concluded,
    /// Nothing was to be stated.
    SealedAfter,
    SealedAnew,
    WasSealed,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    pub(super) fate: Fate,
    pub(super) lost_us: u64,
    pub(super) verdict: Option<Verdict>,
}

impl Judge {
    /// `bag`: whether a sitting that would go on is made into one.
    pub(super) fn judge(&self, disk: &Path, promise: &Promise, bag: bool) -> Held<Outcome> {
        let sitting = disk.join(&self.place);
        if seal::is_sealed(&sitting) {
            let report = self.verify(&sitting);
            hold!(report.result == self.whole, "sealed: {}", report.text());
            self.nothing_altered(&sitting, promise, Some(&report), &[])?;
            return Ok(Outcome { fate: Fate::WasSealed, lost_us: 0, verdict: Some(report.result) });
        }
        hold!(!promise.sealed, "it was sealed, and is not");
        let (fate, lost_us, losses) = if sitting.join(UNFINISHED).exists() {
            (Fate::SealedAnew, 0, Vec::new())
        } else {
            let Some(taken) = self.take_up(&sitting, promise)? else {
                hold!(promise.event == 0, "acknowledged events, and no record");
                return Ok(Outcome { fate: Fate::NotBegun, lost_us: 0, verdict: None });
            };
            taken
        };
        if !bag && fate == Fate::TakenUp {
            self.nothing_altered(&sitting, promise, None, &losses)?;
            return Ok(Outcome { fate, lost_us, verdict: None });
        }
        let meta = Meta { utc_ms: utc_ms(), software: "assize 0.1.0".to_owned(), typeset: None };
        works("seal", seal::sitting(&sitting, &self.key, &meta))?;
        let report = self.verify(&sitting);
        let expected = if losses.is_empty() { self.whole } else { Verdict::Gaps };
        hold!(report.result == expected, "{fate:?}, sealed: {}", report.text());
        self.nothing_altered(&sitting, promise, Some(&report), &losses)?;
        Ok(Outcome { fate, lost_us, verdict: Some(report.result) })
    }

    fn verify(&self, sitting: &Path) -> Report {
        verify(sitting, &self.vouched)
    }

    /// As `runtime::takeup` of the server does it. `None`: nothing has happened in this sitting.
    fn take_up(&self, sitting: &Path, promise: &Promise) -> Held<Option<(Fate, u64, Vec<Loss>)>> {
        if !sitting.join("hearing.json").exists() {
            return Ok(None);
        }
        let recovery = works("recovery", recover::sitting(sitting))?;
        if recovery.head.n == 0 {
            return Ok(None);
        }
        // A power cut is no tampering.
        let report = self.verify(sitting);
        hold!(report.result == Verdict::Unverifiable, "open: {}", report.text());
        self.every_acknowledged_event_is_there(sitting, promise, &recovery)?;
        let lost_us = self.little_is_lost(promise, &recovery)?;
        let closed = recovery.head.n >= self.truth.closed;
        let resumed_us = recovery.last_us + OUTAGE_US;
        let mut losses = recovery.cut_short(&ended(promise));
        if !closed {
            losses.extend(recovery.losses(&recorded(promise), resumed_us));
        }
        if closed && losses.is_empty() && recovery.is_proved() {
            return Ok(Some((Fate::SealedAfter, lost_us, losses)));
        }
        self.state(sitting, &recovery, &losses, !closed)?;
        Ok(Some((if closed { Fate::Concluded } else { Fate::TakenUp }, lost_us, losses)))
    }

    /// A new epoch, and what is missing.
    fn state(&self, sitting: &Path, recovery: &Recovery, losses: &[Loss], close: bool) -> Held<()> {
        let (mut file, before) = works("ledger", LedgerFile::open(sitting, recovery.next_epoch))?;
        hold!(before.len() as u64 == recovery.head.n, "the ledger's lines are not those of the recovery");
        let gap = |Loss { track, from_us, to_us, reason }: &Loss| {
            let (track, reason) = (*track, *reason);
            Event::Gap { track, from_us: *from_us, to_us: *to_us, reason, pieces: None }
        };
        let mut events = vec![Event::TakenUp { epoch: recovery.next_epoch, outage_us: OUTAGE_US }];
        events.extend(losses.iter().map(gap));
        events.extend(close.then_some(Event::Closed));
        let now = Now { t_us: recovery.last_us + OUTAGE_US, utc_ms: utc_ms() };
        let stamped = |event| Stamped { now, actor: Actor::System, event };
        works("append", file.append(&events.into_iter().map(stamped).collect::<Vec<_>>())).map(drop)
    }

    fn every_acknowledged_event_is_there(&self, sitting: &Path, promise: &Promise, recovery: &Recovery) -> Held<()> {
        let there = recovery.head.n;
        hold!(there >= promise.event, "event {} was acknowledged, {there} is the last", promise.event);
        let bytes = works("ledger", fs::read(sitting.join("ledger/1.jsonl")))?;
        let length = lines(&self.truth.ledger, there);
        hold!(bytes.get(..length) == Some(&self.truth.ledger[..length]), "the lines are not those that were written");
        Ok(())
    }

    /// The most that was received of a track and is not proved.
    fn little_is_lost(&self, promise: &Promise, recovery: &Recovery) -> Held<u64> {
        let mut worst = 0;
        for (track, standing) in &promise.tracks {
            let Some(handed_us) = standing.handed_us else { continue };
            let found = recovery.tracks.iter().find(|t| t.track == *track);
            let damaged = found.and_then(|t| t.damaged.as_deref());
            hold!(damaged.is_none(), "{track}: a power cut is called damage: {damaged:?}");
            let reached_us = found.map_or(0, |t| t.reached_us);
            // What was not received, while it was off, is not lost.
            let since_us = reached_us.max(self.first_after(*track, reached_us));
            let lost = (handed_us + CLOCK_US).saturating_sub(since_us);
            hold!(lost <= MOST_LOST_US, "{track}: {lost} us of received media are lost: {standing:?} {found:?}");
            worst = worst.max(lost);
        }
        Ok(worst)
    }

    /// When the first frame was that is not reached.
    fn first_after(&self, track: TrackId, reached_us: u64) -> u64 {
        let clusters = self.truth.media.values().filter(|m| m.track == track).flat_map(|m| &m.clusters);
        clusters.filter(|c| c.last_us > reached_us).map(|c| c.first_us).min().unwrap_or(0)
    }

    /// Every byte of what had been received is as it was written, or is in a stated gap.
    fn nothing_altered(&self, sitting: &Path, promise: &Promise, report: Option<&Report>, losses: &[Loss]) -> Held<()> {
        let root = assize_record::catalogue::root(sitting);
        let mut missing = false;
        for (name, media) in &self.truth.media {
            let Some(Standing { handed_us: Some(handed_us), .. }) = promise.tracks.get(&media.track) else { continue };
            let found = fs::read(root.join(name)).unwrap_or_default();
            for cluster in media.clusters.iter().filter(|c| c.last_us <= handed_us + CLOCK_US) {
                let range = cluster.from..cluster.to;
                if found.get(range.clone()) == Some(&media.bytes[range]) {
                    continue;
                }
                missing = true;
                hold!(is_stated(media, losses, cluster), "{name}: {cluster:?} is missing; stated: {losses:?}");
            }
        }
        match report {
            Some(report) if missing && report.result == Verdict::Intact => {
                Err(format!("media is missing: {}", report.text()))
            }
            _ => Ok(()),
        }
    }
}

fn is_stated(media: &Media, losses: &[Loss], cluster: &Cluster) -> bool {
    let covers = |at: u64, l: &Loss| l.from_us <= at + CLOCK_US && at <= l.to_us + CLOCK_US;
    let covered = |at| losses.iter().any(|loss| loss.track == media.track && covers(at, loss));
    covered(cluster.first_us) && covered(cluster.last_us)
}

fn lines(bytes: &[u8], n: u64) -> usize {
    bytes.split_inclusive(|b| *b == b'\n').take(usize::try_from(n).unwrap()).map(<[u8]>::len).sum()
}

/// Tracks that are not recorded any more.
fn ended(promise: &Promise) -> Vec<Ended> {
    let ended = |(track, s): (&TrackId, &Standing)| Ended { track: *track, from_us: s.from_us, to_us: s.to_us };
    promise.tracks.iter().filter(|(_, s)| !s.on).map(ended).collect()
}

fn recorded(promise: &Promise) -> Vec<Recorded> {
    let recorded = |(track, s): (&TrackId, &Standing)| Recorded { track: *track, since_us: s.from_us };
    promise.tracks.iter().filter(|(_, s)| s.on).map(recorded).collect()
}
