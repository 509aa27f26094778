//! Where a hearing stands: fresh from its plan, running when the server stopped, or over.

use super::clock::{HearingClock, Reading};
use super::hearing::{Beginning, Records};
use super::journal::Journal;
use super::settings::Shared;
use super::sitting::{Place, Sitting};
use assize_core::hearing::{Actor, Event, Hearing, SessionState, Stamped};
use assize_core::ids::HearingId;
use assize_core::ledger::Line;
use assize_core::plan::Plan;
use assize_core::time::Now;
use assize_record::{LedgerFile, folder, ledger};
use jiff::Timestamp;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// What was found of a hearing.
pub(super) enum Found {
    /// Nobody has entered yet.
    Fresh(Box<Beginning>),
    /// It ran when its last owner ended.
    Running(Box<Beginning>, Outage),
    /// It is over; with its plan and folder if it is yet to be sealed.
    Over(Option<(Plan, PathBuf)>),
}

/// The time between the last sign of a hearing's former owner and its taking up, in hearing microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outage {
    pub(super) folder: PathBuf,
    pub(super) from_us: u64,
    pub(super) to_us: u64,
}

/// Hearings with a sitting that is not sealed.
///
/// # Errors
/// The folder of records cannot be read.
pub(super) fn unfinished(recordings: &Path) -> io::Result<Vec<HearingId>> {
    let open = folder::all(recordings)?.into_iter().filter(|sitting| !is_sealed(sitting));
    let mut hearings: Vec<HearingId> = open.filter_map(|sitting| hearing_of(&sitting)).collect();
    hearings.dedup();
    Ok(hearings)
}

fn hearing_of(sitting: &Path) -> Option<HearingId> {
    sitting.parent()?.file_name()?.to_str()?.parse().ok()
}

fn is_sealed(sitting: &Path) -> bool {
    sitting.join("bagit.txt").exists()
}

/// Finds out where a hearing stands.
///
/// # Errors
/// Its record or its plan cannot be read; `NotFound` if there is neither.
pub(super) async fn find(shared: &Arc<Shared>, hearing: HearingId) -> io::Result<Found> {
    let (shared_there, shelf) = (Arc::clone(shared), Arc::clone(&shared.shelf));
    let found = spawn_blocking(move || from_disk(&shared_there, hearing)).await.map_err(io::Error::other)??;
    if let Some(found) = found {
        return Ok(found);
    }
    let plan = shelf.plan(hearing).await.map_err(io::Error::other)?;
    let plan = plan.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such hearing"))?;
    fresh(shared, plan).ok_or_else(|| io::Error::other("the plan makes no hearing")).map(Box::new).map(Found::Fresh)
}

fn fresh(shared: &Arc<Shared>, plan: Plan) -> Option<Beginning> {
    let reading = Reading::take();
    let clock = HearingClock::begin(reading);
    let planned = Stamped {
        now: Now { t_us: 0, utc_ms: reading.utc_ms },
        actor: Actor::System,
        event: Event::Planned { plan: plan.clone() },
    };
    let hearing = Hearing::begin(&planned)?;
    let place = Place::default();
    let sitting = Sitting::new(Arc::clone(shared), plan, reading.utc_ms, Arc::clone(&place));
    let journal = Journal::new(sitting, None, vec![planned]);
    Some(Beginning { epoch: hearing.epoch, hearing, clock, journal, records: Records::new(place) })
}

fn from_disk(shared: &Arc<Shared>, hearing: HearingId) -> io::Result<Option<Found>> {
    let sittings = match folder::sittings(&shared.settings.recordings, hearing) {
        // No folder of records at all, or something else in its place: the session cannot open, and says why.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        found => found?,
    };
    let Some(folder) = sittings.into_iter().next_back() else { return Ok(None) };
    if is_sealed(&folder) {
        return Ok(Some(Found::Over(None)));
    }
    let replay = ledger::replay(&folder)?;
    let events: Vec<Stamped> = replay.lines.iter().map(stamped).collect();
    let Some((state, last_us)) = fold(&events) else {
        // The folder was made and the first line was not written: nothing has happened in it.
        return Ok(None);
    };
    if state.state == SessionState::Closed {
        return Ok(Some(Found::Over(Some((state.plan, folder)))));
    }
    let (file, _) = LedgerFile::open(&folder, ledger::next_epoch(&folder)?)?;
    Ok(Some(taken_up(shared, folder, state, events[0].now, last_us, file)))
}

fn taken_up(
    shared: &Arc<Shared>,
    folder: PathBuf,
    hearing: Hearing,
    first: Now,
    last_us: u64,
    file: LedgerFile,
) -> Found {
    let began_utc_ms = first.utc_ms - i64::try_from(first.t_us / 1_000).unwrap_or_default();
    let clock = HearingClock::carry_over(began_utc_ms, last_us, Reading::take());
    let epoch = file.epoch();
    let place = Place::from(std::sync::OnceLock::from(folder.clone()));
    let sitting = Sitting::new(Arc::clone(shared), hearing.plan.clone(), began_utc_ms, Arc::clone(&place));
    let outage = Outage { folder, from_us: last_us, to_us: clock.now().t_us };
    let journal = Journal::new(sitting, Some(file), Vec::new());
    let beginning = Beginning { hearing, clock, epoch, journal, records: Records::new(place) };
    Found::Running(Box::new(beginning), outage)
}

/// State and time of the last event, or `None` if the first event is not a plan.
fn fold(events: &[Stamped]) -> Option<(Hearing, u64)> {
    let mut hearing = Hearing::begin(events.first()?)?;
    events[1..].iter().for_each(|event| hearing.apply(event));
    Some((hearing, events.iter().map(|event| event.now.t_us).max().unwrap_or_default()))
}

fn stamped(line: &Line) -> Stamped {
    let utc_ms = line.utc.parse::<Timestamp>().map(|utc| utc.as_millisecond()).unwrap_or_default();
    Stamped { now: line.at(utc_ms), actor: line.actor, event: line.event.clone() }
}
