//! What is known of each point's line, every few seconds for the last minutes: kept with a suspension (Joint circular
//! 05/2021 Art. 14), and of no use otherwise.

use super::lines::permille;
use super::links::Link;
use super::task::Task;
use crate::runtime::journal::DISK_ANSWERS;
use crate::suspension::{Facts, Line, Measured, PointLine, Sample, WINDOW_MS};
use crate::times;
use assize_core::hearing::{Actor, Command, FileHash, Hearing, Seat};
use assize_core::ids::{ConnectionId, PointId, SeatId};
use assize_core::refusal::Refusal;
use assize_media::plane::{LineFigures, TransportKey};
use assize_proof::hash::Hash;
use assize_proof::verify::MEASURED;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

const EVERY_US: u64 = 5_000_000;
/// Twenty minutes: a moment that was fixed ten minutes ago has its ten minutes still.
const KEPT: usize = 240;

#[derive(Debug, Default)]
pub(super) struct Samples {
    looked_us: Option<u64>,
    of: BTreeMap<PointId, VecDeque<Sample>>,
    /// Packets of a thousand that were lost on the way of a transport, as the plane said last.
    lost: BTreeMap<TransportKey, u16>,
}

impl Samples {
    fn take(&mut self, point: PointId, sample: Sample) {
        let kept = self.of.entry(point).or_default();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(sample);
    }

    /// The samples of the ten minutes before a moment.
    fn before(&self, point: PointId, until_ms: i64) -> Vec<Sample> {
        let within = |sample: &&Sample| sample.at_ms <= until_ms && sample.at_ms >= until_ms - WINDOW_MS;
        self.of.get(&point).into_iter().flatten().filter(within).copied().collect()
    }
}

impl Task {
    /// Looks at the lines of all points, if it is time to.
    pub(super) fn sample_lines(&mut self) {
        let now = self.clock.now();
        if self.samples.looked_us.is_some_and(|looked| now.t_us < looked + EVERY_US) {
            return;
        }
        self.samples.looked_us = Some(now.t_us);
        for point in self.hearing.plan.points.iter().map(|point| point.id).collect::<Vec<_>>() {
            if let Some(sample) = self.sample_of(point, now.utc_ms) {
                self.samples.take(point, sample);
            }
        }
    }

    /// `None`: nobody of the point has come yet.
    fn sample_of(&self, point: PointId, at_ms: i64) -> Option<Sample> {
        let at = |seat: &&Seat| self.hearing.point_of(seat) == Some(point) && !self.hearing.only_receives(seat);
        let seats: Vec<&Seat> = self.hearing.seats.values().filter(at).collect();
        let links = || seats.iter().filter_map(|seat| self.links.get(&seat.connection?));
        if links().next().is_none() {
            let came = seats.iter().any(|seat| seat.absent_since_us.is_some());
            let gone = Sample { at_ms, line: Line::None, round_trip_ms: None, lost_permille: None };
            return came.then_some(gone);
        }
        let broken = self.hearing.continuity.get(&point).is_some_and(|known| known.continuity.is_broken());
        let line = if broken { Line::Broken } else { Line::Good };
        let ways =
            |link: &Link| [link.up.as_ref().map(|up| up.transport), link.down.as_ref().map(|down| down.transport)];
        let lost = links().flat_map(ways).flatten().filter_map(|transport| self.samples.lost.get(&transport));
        let round_trip_ms = links().filter_map(|link| link.round_trip_ms).min();
        Some(Sample { at_ms, line, round_trip_ms, lost_permille: lost.max().copied() })
    }

    /// What the plane says of all lines.
    pub(super) fn note_lines(&mut self, figures: &[LineFigures]) {
        let lost = figures.iter().filter_map(|line| Some((line.transport, permille(line)?)));
        self.samples.lost = lost.collect();
    }

    /// The signalling of a link was answered after so long.
    pub(super) fn round_trip(&mut self, connection: ConnectionId, ms: u32) {
        if let Some(link) = self.links.get_mut(&connection) {
            link.round_trip_ms = Some(ms);
        }
    }

    /// What a suspension would be decided on now, for a judge or clerk in the courtroom. `frozen_ms`: the moment that was
    /// fixed before; none: now.
    pub(super) fn suspension(&self, connection: ConnectionId, frozen_ms: Option<i64>) -> Result<Facts, Refusal> {
        let seat = self.links.get(&connection).map(|link| link.seat).ok_or(Refusal::BadResume)?;
        let court = self.hearing.seats.get(&seat).is_some_and(|seat| self.hearing.reads_everything(seat));
        if !court {
            return Err(Refusal::NotYourAct);
        }
        let now_ms = self.clock.now().utc_ms;
        Ok(self.facts(frozen_ms.unwrap_or(now_ms).clamp(now_ms - WINDOW_MS, now_ms)))
    }

    fn facts(&self, frozen_ms: i64) -> Facts {
        let Hearing { plan, procedure, course, .. } = &self.hearing;
        let fault = self.hearing.fault();
        let lines = plan.points.iter().map(|point| PointLine {
            point: point.id,
            name: point.name.clone(),
            samples: self.samples.before(point.id, frozen_ms),
        });
        Facts {
            plan: plan.clone(),
            procedure: Arc::clone(procedure),
            frozen_ms,
            fault,
            fault_ms: fault.map(|fault| self.clock.utc_ms_of(fault.since_us)),
            phase: course.phase.clone(),
            lines: lines.filter(|line| !line.samples.is_empty()).collect(),
        }
    }

    /// Does what a seat wishes. A suspension has its measurements in the record before it is on the ledger.
    pub(super) async fn act_of(&mut self, command: Command, seat: SeatId) -> Result<(), Refusal> {
        let actor = Actor::Seat { seat };
        let Command::Suspend { reason, frozen_ms, until_ms, .. } = command else {
            return self.act(command, actor).await.map(drop);
        };
        let suspend = |pack| Command::Suspend { reason, frozen_ms, until_ms, pack };
        self.decide(&suspend.clone()(None), actor)?;
        let pack = self.keep_measured(frozen_ms).await?;
        self.act(suspend(Some(pack)), actor).await.map(drop)
    }

    /// Writes the file in place of one that an act which failed has left.
    async fn keep_measured(&mut self, frozen_ms: i64) -> Result<FileHash, Refusal> {
        let cannot = |detail: String| Refusal::CannotRecord { detail, ledger: false };
        let now_ms = self.clock.now().utc_ms;
        let facts = self.facts(frozen_ms.clamp(now_ms - WINDOW_MS, now_ms));
        let zone = &facts.plan.court.zone;
        let [from, to] = [facts.frozen_ms - WINDOW_MS, facts.frozen_ms].map(|ms| times::rfc3339(ms, zone));
        let measured = Measured { v: assize_core::ledger::VERSION, from, to, points: facts.lines };
        let mut text = serde_json::to_vec_pretty(&measured).map_err(|error| cannot(error.to_string()))?;
        text.push(b'\n');
        let hash = FileHash::try_from(Hash::of(&text).to_string()).map_err(|error| cannot(error.to_string()))?;
        let folder = self.records.place().get().cloned().ok_or_else(|| cannot("there is no folder".to_owned()))?;
        let write = spawn_blocking(move || assize_record::folder::write_durably(&folder.join(MEASURED), &text));
        match timeout(DISK_ANSWERS, write).await {
            Ok(Ok(Ok(()))) => Ok(hash),
            Ok(Ok(Err(error))) => Err(cannot(error.to_string())),
            Ok(Err(_)) | Err(_) => Err(cannot("the disk does not answer".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn so_much_is_kept_and_no_more_and_a_moment_that_was_fixed_has_its_ten_minutes() {
        let (mut lines, point) = (Samples::default(), PointId(Uuid::nil()));
        for n in 0..1_000 {
            lines.take(point, Sample { at_ms: n * 5_000, line: Line::Good, round_trip_ms: None, lost_permille: None });
        }
        assert_eq!(lines.of[&point].len(), KEPT);
        let before = lines.before(point, 999 * 5_000 - 600_000);
        assert_eq!((before.len(), before.last().map(|sample| sample.at_ms)), (120, Some(999 * 5_000 - 600_000)));
        assert!(lines.before(PointId(Uuid::from_u128(1)), 0).is_empty());
    }
}
