//! Where a hearing stands: fresh from its plan, running when the server stopped, or over.

use super::absence::{Absence, ended, running};
use super::again::Last;
use super::clock::{HearingClock, Reading};
use super::gaps::unstated;
use super::hearing::{Beginning, Records};
use super::journal::Journal;
use super::settings::Shared;
use super::sitting::{Place, Sitting};
use super::stated::Stated;
use assize_core::hearing::{Actor, Event, Hearing, SessionState, Stamped, may_continue};
use assize_core::ids::HearingId;
use assize_core::ledger::Line;
use assize_core::minutes::Minutes;
use assize_core::plan::Plan;
use assize_core::time::Now;
use assize_proof::hearing_file::HearingFile;
use assize_proof::verify::UNFINISHED;
use assize_record::recover::{self, Loss, Recovery};
use assize_record::{LedgerFile, catalogue, folder, ledger, seal};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::{fs, io};
use tokio::task::spawn_blocking;

/// What was found of a hearing.
pub(super) enum Found {
    /// Nobody has entered yet.
    Fresh(Box<Beginning>),
    /// It ran when its last owner ended.
    Running(Box<Beginning>, Outage),
    /// It is over, and the sitting in this folder is yet to be sealed.
    Unsealed(Box<Plan>, PathBuf),
    /// It is adjourned, and it is too early for the next sitting.
    Adjourned {
        until_ms: Option<i64>,
    },
    Over,
}

/// What it cost that a hearing was without an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outage {
    /// From the last sign of life to the taking up, in microseconds.
    pub(super) outage_us: u64,
    /// What was received and is lost, and what nobody could receive, track by track.
    pub(super) losses: Vec<Loss>,
}

/// Hearings with a sitting that is not sealed.
///
/// # Errors
/// The folder of records cannot be read.
pub(super) fn unfinished(recordings: &Path) -> io::Result<Vec<HearingId>> {
    let open = folder::all(recordings)?.into_iter().filter(|sitting| !seal::is_sealed(sitting));
    let mut hearings: Vec<HearingId> = open.filter_map(|sitting| hearing_of(&sitting)).collect();
    hearings.dedup();
    Ok(hearings)
}

fn hearing_of(sitting: &Path) -> Option<HearingId> {
    sitting.parent()?.file_name()?.to_str()?.parse().ok()
}

/// Finds out where a hearing stands.
///
/// # Errors
/// Its record or its plan cannot be read; `NotFound` if there is neither, or no record of what was opened.
pub(super) async fn find(shared: &Arc<Shared>, hearing: HearingId) -> io::Result<Found> {
    // Its files are on their way into the bag.
    if shared.sealing.is_under_way(hearing) {
        let known = shared.shelf.known_state(hearing).await.map_err(io::Error::other)?;
        let adjourned = known.is_some_and(SessionState::is_adjourned);
        return Ok(if adjourned { Found::Adjourned { until_ms: None } } else { Found::Over });
    }
    let (shared_there, shelf) = (Arc::clone(shared), Arc::clone(&shared.shelf));
    let found = spawn_blocking(move || from_disk(&shared_there, hearing)).await.map_err(io::Error::other)??;
    match found {
        Some(OnDisk::Found(found)) => return Ok(found),
        Some(OnDisk::Adjourned(last)) => return again(shared, hearing, *last).await,
        None => {}
    }
    // The disk of the records may not be mounted: what was in session does not begin anew beside its own record.
    let known = shelf.known_state(hearing).await.map_err(io::Error::other)?;
    if known.is_some_and(was_opened) {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "it was opened, and its record is not in the folder of records",
        ));
    }
    let plan = shelf.plan(hearing).await.map_err(io::Error::other)?;
    let plan = plan.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such hearing"))?;
    fresh(shared, plan).ok_or_else(|| io::Error::other("the plan makes no hearing")).map(Box::new).map(Found::Fresh)
}

/// Whether a hearing in this state has a record.
fn was_opened(state: SessionState) -> bool {
    match state {
        SessionState::Scheduled | SessionState::Waiting => false,
        SessionState::InSession
        | SessionState::Held
        | SessionState::Paused
        | SessionState::Suspended
        | SessionState::Postponed
        | SessionState::Closed => true,
    }
}

/// What the folders say of a hearing.
enum OnDisk {
    Found(Found),
    /// Its last sitting is sealed, and is not the last of the hearing.
    Adjourned(Box<Last>),
}

/// The next sitting, if it is time for it. The plan is the one of now: the clerk may have changed it since.
async fn again(shared: &Arc<Shared>, hearing: HearingId, last: Last) -> io::Result<Found> {
    let plan = shared.shelf.plan(hearing).await.map_err(io::Error::other)?;
    let plan = plan.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such hearing"))?;
    let appointed_ms = last.appointed_ms(&plan);
    if may_continue(appointed_ms, Reading::take().utc_ms).is_err() {
        return Ok(Found::Adjourned { until_ms: appointed_ms });
    }
    let procedure = shared.settings.procedures.get(&plan.procedure).map(|known| Box::new(known.procedure.clone()));
    let begun = last.begin(shared, plan, procedure);
    begun.ok_or_else(|| io::Error::other("the plan makes no hearing")).map(Box::new).map(Found::Fresh)
}

fn fresh(shared: &Arc<Shared>, plan: Plan) -> Option<Beginning> {
    let reading = Reading::take();
    let clock = HearingClock::begin(reading);
    let known = shared.settings.procedures.get(&plan.procedure);
    if known.is_none() {
        tracing::error!(hearing = %plan.hearing, procedure = plan.procedure, "no such procedure: it has no phases and no gate");
    }
    let procedure = known.map(|known| Box::new(known.procedure.clone()));
    let planned = Stamped {
        now: Now { t_us: 0, utc_ms: reading.utc_ms },
        actor: Actor::System,
        event: Event::Planned { plan: plan.clone(), procedure },
    };
    let (hearing, minutes) = (Hearing::begin(&planned)?, Minutes::begin(&planned)?);
    let place = Place::default();
    let sitting = Sitting::new(Arc::clone(shared), plan, reading.utc_ms, Arc::clone(&place));
    let journal = Journal::new(sitting, None, vec![planned]);
    let (records, absence) = (Records::new(place), Absence::default());
    Some(Beginning { epoch: hearing.epoch, hearing, clock, journal, records, absence, minutes })
}

fn from_disk(shared: &Arc<Shared>, hearing: HearingId) -> io::Result<Option<OnDisk>> {
    let sittings = match folder::sittings(&shared.settings.recordings, hearing) {
        // No folder of records at all, or something else in its place: the session cannot open, and says why.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        found => found?,
    };
    for folder in sittings.into_iter().rev() {
        if let Some(found) = from_folder(shared, folder)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// `None`: nothing happened in this sitting, and its folder is gone.
fn from_folder(shared: &Arc<Shared>, folder: PathBuf) -> io::Result<Option<OnDisk>> {
    if seal::is_sealed(&folder) {
        let last = Last::read(folder)?;
        return Ok(Some(last.map_or(OnDisk::Found(Found::Over), |last| OnDisk::Adjourned(Box::new(last)))));
    }
    if folder.join(UNFINISHED).exists() {
        let file = fs::read(catalogue::root(&folder).join("hearing.json"))?;
        let file: HearingFile = serde_json::from_slice(&file)?;
        return Ok(Some(OnDisk::Found(Found::Unsealed(Box::new(file.plan), folder))));
    }
    let replay = ledger::replay(&folder)?;
    let events: Vec<Stamped> = replay.lines.iter().map(stamped).collect();
    let Some(minutes) = Minutes::of(&events) else {
        // The folder was made and the first line was not written: nothing has happened in it.
        discard(&folder);
        return Ok(None);
    };
    let state = minutes.hearing().clone();
    // Before the new epoch's files are there.
    let recovery = recover::sitting(&folder)?;
    if state.state.ends_sitting() {
        conclude(&folder, &events, &recovery)?;
        return Ok(Some(OnDisk::Found(Found::Unsealed(Box::new(state.plan), folder))));
    }
    let file = LedgerFile::open(&folder, recovery.next_epoch)?.0;
    Ok(Some(OnDisk::Found(taken_up(shared, folder, minutes, &events, &recovery, file))))
}

/// Closed, and the recorder was killed before it came to the end: what that cost goes on record before the seal.
fn conclude(folder: &Path, events: &[Stamped], recovery: &Recovery) -> io::Result<()> {
    let mut losses = recovery.cut_short(&ended(events));
    losses.extend(unstated(events, recovery.last_us));
    if recovery.is_proved() && losses.is_empty() {
        return Ok(());
    }
    let reading = Reading::take();
    let clock = HearingClock::carry_over(began_utc_ms(events[0].now), recovery.last_us, reading);
    let now = clock.now();
    let (mut file, _) = LedgerFile::open(folder, recovery.next_epoch)?;
    let taken_up = Event::TakenUp { epoch: file.epoch(), outage_us: now.t_us.saturating_sub(recovery.last_us) };
    let mut known = Stated::default();
    let mut gaps = |Loss { track, from_us, to_us, reason }| {
        let gap = move |(from_us, to_us)| Event::Gap { track, from_us, to_us, reason, pieces: None };
        known.state(track, from_us, to_us).into_iter().map(gap)
    };
    let stamped = |event| Stamped { now, actor: Actor::System, event };
    let events = std::iter::once(taken_up).chain(losses.into_iter().flat_map(&mut gaps));
    file.append(&events.map(stamped).collect::<Vec<_>>()).map(|_| ())
}

/// When the hearing began.
pub(super) fn began_utc_ms(first: Now) -> i64 {
    first.utc_ms - i64::try_from(first.t_us / 1_000).unwrap_or_default()
}

fn taken_up(
    shared: &Arc<Shared>,
    folder: PathBuf,
    minutes: Minutes,
    events: &[Stamped],
    recovery: &Recovery,
    file: LedgerFile,
) -> Found {
    let hearing = minutes.hearing().clone();
    let began_utc_ms = began_utc_ms(events[0].now);
    let clock = HearingClock::carry_over(began_utc_ms, recovery.last_us, Reading::take());
    let now_us = clock.now().t_us;
    let absence = Absence::of(events);
    let mut losses = absence.losses(now_us);
    losses.extend(recovery.cut_short(&ended(events)));
    losses.extend(recovery.losses(&running(events), now_us));
    // Last: what of it is stated with more certainty is not stated again.
    losses.extend(unstated(events, recovery.last_us));
    let outage = Outage { outage_us: now_us.saturating_sub(recovery.last_us), losses };
    let place = Place::from(OnceLock::from(folder));
    let sitting = Sitting::new(Arc::clone(shared), hearing.plan.clone(), began_utc_ms, Arc::clone(&place));
    let epoch = file.epoch();
    let journal = Journal::new(sitting, Some(file), Vec::new());
    // What was missing up to now is stated with the outage.
    let absence = absence.carried_over();
    let beginning = Beginning { hearing, clock, epoch, journal, records: Records::new(place), absence, minutes };
    Found::Running(Box::new(beginning), outage)
}

/// Removes a sitting's folder in which nothing was written. Anything that was not expected there stops it.
fn discard(folder: &Path) {
    let ledger = folder.join("ledger");
    for entry in fs::read_dir(&ledger).into_iter().flatten().flatten() {
        if entry.metadata().is_ok_and(|file| file.len() == 0) {
            let _ = fs::remove_file(entry.path());
        }
    }
    // What a further sitting has of the one before is there as well.
    if has_previous(folder) {
        let _ = fs::remove_dir_all(folder.join("exhibits"));
    }
    let removed = [fs::remove_dir(&ledger), fs::remove_file(folder.join("hearing.json")), fs::remove_dir(folder)];
    if removed[2].is_err() {
        tracing::warn!(folder = %folder.display(), "a folder without a first event is left as it is");
    }
}

fn has_previous(folder: &Path) -> bool {
    let file = fs::read(folder.join("hearing.json")).ok();
    let file = file.and_then(|bytes| serde_json::from_slice::<HearingFile>(&bytes).ok());
    file.is_some_and(|file| file.previous_seal.is_some())
}

/// The state after all events, or `None` if the first event is not a plan.
pub(super) fn fold(events: &[Stamped]) -> Option<Hearing> {
    let mut hearing = Hearing::begin(events.first()?)?;
    events[1..].iter().for_each(|event| hearing.apply(event));
    Some(hearing)
}

pub(crate) fn stamped(line: &Line) -> Stamped {
    let utc_ms = line.utc.parse::<Timestamp>().map(|utc| utc.as_millisecond()).unwrap_or_default();
    Stamped { now: line.at(utc_ms), actor: line.actor, event: line.event.clone() }
}
