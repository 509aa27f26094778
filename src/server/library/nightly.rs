//! All records verified again, night after night, those first whose last verification is the longest ago; and what was found,
//! on a page. Bits rot on disks that nobody reads: whoever finds it after years has nothing left to mend it from.

use super::shelve;
use crate::app::Base;
use crate::store::CheckRow;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often it is looked whether hearings leave the disk alone.
const LOOK: Duration = Duration::from_secs(60);
/// Records that a page names of each kind; the rest are counted.
const NAMED: usize = 50;

/// What a night found. Times in UTC milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    pub began_ms: i64,
    pub ended_ms: i64,
    /// Sealed records, and those of them that were verified this night.
    pub records: usize,
    pub verified: usize,
    /// Of all, by their last verification: untouched, with gaps that are stated or without.
    pub intact: usize,
    pub altered: usize,
    /// Signed by a key that nobody vouches for, or not to be read.
    pub unproved: usize,
    /// The longest that a record has not been verified.
    pub oldest_ms: Option<i64>,
    /// Those that are not intact, altered ones first.
    pub named: Vec<Named>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub case: String,
    pub day: String,
    /// `altered`, `unverifiable`, or nothing if it could not be read.
    pub result: Option<String>,
}

/// Where the last night's page is kept.
#[must_use]
pub fn path(base: &Base) -> PathBuf {
    base.config.storage.data.join("nightly.json")
}

/// The last night's page, if there was a night.
pub async fn last(base: &Base) -> Option<Night> {
    let text = tokio::fs::read(path(base)).await.ok()?;
    serde_json::from_slice(&text).ok()
}

/// Every night, for as long as the server runs.
pub async fn watch(base: Arc<Base>) {
    let Some(at) = base.config.keeping.verify_at() else { return };
    loop {
        sleep(until(at, &base.config.court.zone, Timestamp::now())).await;
        let night = verify_all(&base).await;
        tell(&night);
        let kept = serde_json::to_vec_pretty(&night).map_err(std::io::Error::from);
        if let Err(error) = kept.and_then(|text| assize_record::folder::write_durably(&path(&base), &text)) {
            tracing::error!(%error, "the page of the night's verification cannot be kept");
        }
    }
}

fn tell(night: &Night) {
    let Night { records, verified, altered, unproved, .. } = night;
    if altered + unproved == 0 {
        tracing::info!(records, verified, "records verified: all intact");
    } else {
        tracing::error!(records, verified, altered, unproved, "records verified: not all are intact");
    }
}

/// From `now` to the next `at` on the clocks of `zone`; a day has that time once, whatever is done to its clocks.
fn until(at: Time, zone: &str, now: Timestamp) -> Duration {
    let now = now.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC));
    let on = |day: jiff::civil::Date| day.to_datetime(at).to_zoned(now.time_zone().clone()).ok();
    let tomorrow = now.date().checked_add(1.day()).ok();
    let next = on(now.date()).filter(|next| *next > now).or_else(|| on(tomorrow?));
    let wait = next.map(|next| next.timestamp().duration_since(now.timestamp()));
    wait.and_then(|wait| Duration::try_from(wait).ok()).unwrap_or(Duration::from_secs(24 * 3600))
}

/// Verifies what the night has time for. Hearings come first: while anybody is in one, nothing is read.
async fn verify_all(base: &Arc<Base>) -> Night {
    let began_ms = base.clock.utc_ms();
    let ends_ms = began_ms + i64::from(base.config.keeping.verify_hours) * 3_600_000;
    let mut night = Night { began_ms, ..Night::default() };
    for row in checks(base).await {
        while !base.live.is_empty() && base.clock.utc_ms() < ends_ms {
            sleep(LOOK).await;
        }
        if base.clock.utc_ms() >= ends_ms {
            break;
        }
        night.verified += 1;
        let folder = base.config.storage.recordings.join(&row.folder);
        if let Err(error) = shelve(base, &folder).await {
            tracing::error!(record = row.id, %error, "a record cannot be verified");
            night.unproved += 1;
            night.named.push(Named { result: None, ..named(&row) });
        }
    }
    night.count(&checks(base).await);
    night.ended_ms = base.clock.utc_ms();
    night
}

async fn checks(base: &Base) -> Vec<CheckRow> {
    base.store.checks().await.unwrap_or_else(|error| {
        tracing::error!(%error, "records cannot be listed for verification");
        Vec::new()
    })
}

fn named(row: &CheckRow) -> Named {
    Named { id: row.id.clone(), case: row.case.clone(), day: row.day.clone(), result: row.result.clone() }
}

impl Night {
    fn count(&mut self, rows: &[CheckRow]) {
        self.records = rows.len();
        self.oldest_ms = rows.iter().filter_map(|row| row.checked_ms).min();
        let unread: Vec<String> = self.named.iter().map(|named| named.id.clone()).collect();
        for row in rows.iter().filter(|row| !unread.contains(&row.id)) {
            match row.result.as_deref() {
                Some("intact" | "gaps") => self.intact += 1,
                Some("altered") => {
                    self.altered += 1;
                    self.named.push(named(row));
                }
                Some(_) => {
                    self.unproved += 1;
                    self.named.push(named(row));
                }
                // Not verified yet: the next night.
                None => {}
            }
        }
        let first = |named: &Named| named.result.as_deref() != Some("altered");
        self.named.sort_by_key(first);
        self.named.truncate(NAMED);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_next_night_is_by_the_courts_clocks() {
        let at = Time::constant(2, 0, 0, 0);
        let wait = |now: &str| until(at, "Asia/Ho_Chi_Minh", now.parse().unwrap()).as_secs();
        assert_eq!(wait("2026-11-23T18:30:00Z"), 30 * 60, "01:30 there");
        assert_eq!(wait("2026-11-23T19:00:00Z"), 24 * 3600, "it has just been");
        assert_eq!(wait("2026-11-23T03:00:00Z"), 16 * 3600);
    }

    #[test]
    fn what_is_not_intact_is_named_and_the_rest_is_counted() {
        let row = |id: usize, result: Option<&str>| CheckRow {
            id: format!("r{id}"),
            folder: String::new(),
            case: "45/2026".to_owned(),
            day: "2026-11-23".to_owned(),
            result: result.map(str::to_owned),
            checked_ms: Some(id as i64),
        };
        let mut rows: Vec<CheckRow> = (5..60).map(|id| row(id, Some("unverifiable"))).collect();
        rows.extend([row(1, Some("intact")), row(2, Some("gaps")), row(3, Some("altered")), row(4, None)]);
        let mut night = Night::default();
        night.count(&rows);
        assert_eq!((night.records, night.intact, night.altered, night.unproved), (59, 2, 1, 55));
        assert_eq!((night.named.len(), night.named[0].id.as_str(), night.oldest_ms), (NAMED, "r3", Some(1)));
    }
}
