//! What must be found again: accounts, courts, points, plans, codes, sessions, links and the catalogue.
//!
//! [`Store`] is the boundary; SQLite is the embedded engine. Lookups answer `Ok(None)` for what is not there; an error
//! means that the store itself did not answer. Times are milliseconds since 1970-01-01 UTC and come in as arguments.

#[cfg(test)]
mod conformance;
pub mod fold;
mod rows;
mod sqlite;

pub use rows::{
    Account, AuditEntry, CheckRow, Code, Device, Filter, HearingRow, Link, LinkEnd, RecordFilter, RecordRow,
    RecordText, StaffRole, VerdictRow,
};
pub use sqlite::{Schema, Sqlite};

use crate::prepare::Preparation;
use crate::prepare::calendar::Version;
use crate::prepare::readiness::Test;
use assize_core::hearing::SessionState;
use assize_core::ids::{CourtId, DeviceId, HearingId, PersonId, PointId};
use assize_core::plan::{Court, Plan, Point};
use assize_core::statistics::Sitting;
use assize_proof::after::Head;
use async_trait::async_trait;
use std::fmt::Debug;
use uuid::Uuid;

/// SHA-256 of a token, or a keyed MAC of a code.
pub type Digest = [u8; 32];

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not answer or refused to write.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row holds what this version cannot read.
    #[error("unreadable row: {0}")]
    Corrupt(String),
    /// Something with this name or number exists already.
    #[error("exists already")]
    Exists,
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// Storage of everything outside the record folders. Every write is durable when it returns.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Answers if the database does.
    async fn ping(&self) -> Result<()>;

    // Courts and points.
    async fn put_court(&self, court: &Court) -> Result<()>;
    async fn court(&self, id: CourtId) -> Result<Option<Court>>;
    async fn courts(&self) -> Result<Vec<Court>>;
    async fn put_point(&self, court: CourtId, point: &Point) -> Result<()>;
    async fn set_province(&self, point: PointId, province: &str) -> Result<()>;
    async fn point(&self, id: PointId) -> Result<Option<(CourtId, Point)>>;
    async fn points(&self, court: CourtId) -> Result<Vec<Point>>;

    // Devices.
    async fn put_enrolment(&self, token: Digest, point: PointId, expires_ms: i64) -> Result<()>;
    /// Uses up an enrolment link: the second caller gets `None`.
    async fn take_enrolment(&self, token: Digest, now_ms: i64) -> Result<Option<PointId>>;
    async fn put_device(&self, device: &Device, credential: Digest) -> Result<()>;
    /// The device with this credential, revoked or not.
    async fn device_by_credential(&self, credential: Digest) -> Result<Option<Device>>;
    async fn devices(&self, point: PointId) -> Result<Vec<Device>>;
    async fn see_device(&self, id: DeviceId, now_ms: i64) -> Result<()>;
    /// False if there is no such device.
    async fn revoke_device(&self, id: DeviceId, now_ms: i64) -> Result<bool>;

    // Staff.
    async fn put_account(&self, account: &Account) -> Result<()>;
    async fn account(&self, name: &str) -> Result<Option<Account>>;
    async fn accounts(&self) -> Result<Vec<Account>>;
    /// Sets the password's hash and ends the account's sessions. False if there is no such account.
    async fn set_password(&self, name: &str, password: &str) -> Result<bool>;
    /// A disabled account loses its sessions at once. False if there is no such account.
    async fn set_disabled(&self, name: &str, disabled: bool) -> Result<bool>;
    async fn put_session(&self, token: Digest, account: &str, now_ms: i64) -> Result<()>;
    /// Account, creation and last use of a session.
    async fn session(&self, token: Digest) -> Result<Option<(Account, i64, i64)>>;
    async fn see_session(&self, token: Digest, now_ms: i64) -> Result<()>;
    async fn delete_session(&self, token: Digest) -> Result<()>;
    /// Counts as a use, at `now_ms`, of the sessions in which these links were made, as far as they are alive: last used
    /// at `used_ms` or later and begun at `begun_ms` or later.
    async fn see_sessions_of(&self, links: &[Uuid], now_ms: i64, used_ms: i64, begun_ms: i64) -> Result<()>;

    // Hearings.
    async fn put_hearing(&self, hearing: &HearingRow) -> Result<()>;
    /// Replaces the plan of a hearing that is still scheduled, or adjourned to another sitting. False if it is not, or not
    /// there.
    async fn replace_plan(&self, plan: &Plan) -> Result<bool>;
    /// `now_ms` counts when it closes.
    async fn set_state(&self, id: HearingId, state: SessionState, now_ms: i64) -> Result<()>;
    /// Why the record of a hearing that is over is not sealed, or that it is.
    async fn set_seal_fault(&self, id: HearingId, fault: Option<&str>) -> Result<()>;
    /// Why the sealed record of a hearing is not in the catalogue, or that it is.
    async fn set_shelf_fault(&self, id: HearingId, fault: Option<&str>) -> Result<()>;
    async fn hearing(&self, id: HearingId) -> Result<Option<HearingRow>>;
    async fn hearings(&self, filter: &Filter) -> Result<Vec<HearingRow>>;
    /// Hearings that were entered and are not over: to be taken up when the server starts.
    async fn unfinished(&self) -> Result<Vec<HearingRow>>;
    /// Hearings with this point that are not over, by planned start.
    async fn hearings_of_point(&self, point: PointId) -> Result<Vec<HearingRow>>;

    // Codes.
    /// Gives a person a code for a hearing; an older one stops working.
    async fn put_code(&self, mac: Digest, code: &Code) -> Result<()>;
    async fn code(&self, mac: Digest) -> Result<Option<Code>>;
    async fn codes(&self, hearing: HearingId) -> Result<Vec<Code>>;
    /// A sitting is over: codes made until then lead nowhere any more. What was entered with them is left, to read the minutes.
    async fn close_codes(&self, hearing: HearingId, until_ms: i64) -> Result<u64>;
    /// Revokes the code of one person, or of everybody. The links made with it end as well.
    async fn delete_codes(&self, hearing: HearingId, person: Option<PersonId>) -> Result<u64>;

    // Links, tickets, resume tokens.
    /// Makes a link and the ticket that opens it.
    async fn put_link(&self, link: &Link, ticket: Digest, expires_ms: i64) -> Result<()>;
    /// Makes another ticket for a link. False if the link has ended.
    async fn put_ticket(&self, link: Uuid, ticket: Digest, expires_ms: i64) -> Result<bool>;
    /// Uses up a ticket: the second caller gets `None`.
    async fn take_ticket(&self, ticket: Digest, now_ms: i64) -> Result<Option<Link>>;
    /// The link whose current or pending resume token this is.
    async fn link_by_resume(&self, resume: Digest) -> Result<Option<Link>>;
    /// From now on both `current` and `pending` open the link. False if another caller rotated in between.
    async fn rotate(&self, link: Uuid, used: Digest, pending: Digest) -> Result<bool>;
    /// Which of these links still stand: not ended, and made for no disabled account and no revoked device.
    async fn standing_links(&self, links: &[Uuid]) -> Result<Vec<Uuid>>;
    /// Ends links and their tickets; answers the ones that ended.
    async fn end_links(&self, end: &LinkEnd) -> Result<Vec<Uuid>>;

    // The catalogue.
    async fn put_record(&self, record: &RecordRow) -> Result<()>;
    async fn record(&self, id: &str) -> Result<Option<RecordRow>>;
    /// A hearing's sittings, the last one last.
    async fn records_of(&self, hearing: HearingId) -> Result<Vec<RecordRow>>;
    /// Latest first, at most a thousand.
    async fn records(&self, filter: &RecordFilter) -> Result<Vec<RecordRow>>;
    /// Replaces what else of a record is searched; case, title and people are those of its row.
    async fn put_record_text(&self, id: &str, text: &RecordText) -> Result<()>;
    /// Records that cannot be searched yet.
    async fn records_without_text(&self) -> Result<Vec<String>>;
    /// Replaces the record's former verdict.
    async fn put_verdict(&self, verdict: &VerdictRow) -> Result<()>;
    async fn verdict(&self, record: &str) -> Result<Option<VerdictRow>>;
    /// All sealed records, those first that were not verified for the longest time.
    async fn checks(&self) -> Result<Vec<CheckRow>>;
    /// Replaces the record's former figures. `day` is that of its row.
    async fn put_statistics(&self, record: &RecordRow, figures: &Sitting) -> Result<()>;
    /// Figures of a court's sittings from one day to another, both included.
    async fn statistics(&self, court: CourtId, from: &str, to: &str) -> Result<Vec<Sitting>>;
    /// Forgets every record with its verdict and figures, before a rebuild.
    async fn clear_records(&self) -> Result<()>;

    /// How far the log of what happened after a record's close was written.
    async fn after_head(&self, record: &str) -> Result<Option<Head>>;
    async fn put_after_head(&self, record: &str, head: &Head) -> Result<()>;

    // Who did what.
    async fn put_audit(&self, entry: &AuditEntry) -> Result<()>;
    /// Entries about one subject with one of these acts, latest first.
    async fn audit(&self, subject: &str, acts: &[&str], limit: u32) -> Result<Vec<AuditEntry>>;

    // Preparing hearings.
    /// What is written down before a hearing, with its revision, which is at least 1.
    async fn preparation(&self, hearing: HearingId) -> Result<Option<(i64, Preparation)>>;
    /// Replaces it, if it still has the revision `from` (0: there is none yet). False if it has not.
    async fn put_preparation(&self, hearing: HearingId, from: i64, preparation: &Preparation) -> Result<bool>;

    /// A court's hearings that nobody has entered and for which something is written down.
    async fn prepared(&self, court: CourtId) -> Result<Vec<(HearingRow, Preparation)>>;
    /// Which version of an invitation to this person or point is given out: its number counts up, from 0, when `content`
    /// is another than the last time.
    async fn publish(&self, hearing: HearingId, subject: Uuid, content: Digest, now_ms: i64) -> Result<Version>;
    async fn put_test(&self, test: &Test) -> Result<()>;
    /// Readiness tests of a point, latest first.
    async fn tests(&self, point: PointId, limit: u32) -> Result<Vec<Test>>;

    /// Deletes what has expired: tickets, enrolment links, sessions last used before `session_ms`, and links of
    /// hearings that are over, two days after they closed.
    async fn sweep(&self, now_ms: i64, session_ms: i64) -> Result<()>;
}
