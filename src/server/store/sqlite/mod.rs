//! SQLite: write-ahead log, every commit synced, migrations embedded.

mod catalogue;
mod convert;
mod hearings;
mod links;
mod places;
mod preparing;
mod search;
mod staff;

use super::{
    Account, AuditEntry, CheckRow, Code, Device, Digest, Filter, HearingRow, Link, LinkEnd, RecordFilter, RecordRow,
    RecordText, Result, Store, StoreError, VerdictRow,
};
use crate::prepare::Preparation;
use crate::prepare::calendar::Version;
use crate::prepare::readiness::Test;
use assize_core::hearing::SessionState;
use assize_core::ids::{CourtId, DeviceId, HearingId, PersonId, PointId};
use assize_core::plan::{Court, Plan, Point};
use assize_core::statistics::Sitting;
use assize_proof::after::Head;
use async_trait::async_trait;
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("./store/migrations");

/// What a database's schema is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Versions of the migrations that it has, and that this program has, in order.
    pub applied: Vec<i64>,
    pub known: Vec<i64>,
    /// What a quick check found wrong with the file.
    pub damage: Option<String>,
}

impl Schema {
    /// Whether a newer program has been at it.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.applied.iter().any(|version| !self.known.contains(version))
    }
}

#[derive(Debug, Clone)]
pub struct Sqlite {
    pool: SqlitePool,
}

impl Sqlite {
    /// Opens the database, makes it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// The file cannot be opened or its schema is newer than this program.
    pub async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await?;
        MIGRATIONS.run(&pool).await?;
        Ok(Self { pool })
    }

    /// Opens a database for looking at it: nothing is made and its schema is left as it is.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub async fn look_at(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Self { pool })
    }

    /// How far the schema is, and whether the file is whole.
    ///
    /// # Errors
    /// The file is no database of ours.
    pub async fn schema(&self) -> Result<Schema> {
        let applied = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version");
        let applied = applied.fetch_all(&self.pool).await?;
        let told: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.pool).await?;
        let known = MIGRATIONS.iter().map(|migration| migration.version).collect();
        Ok(Schema { applied, known, damage: Some(told).filter(|told| told != "ok") })
    }

    /// Closes the pool; what follows is refused.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// An insert that met an existing row is [`StoreError::Exists`].
fn insert_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => StoreError::Exists,
        _ => StoreError::Database(error),
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    async fn put_court(&self, court: &Court) -> Result<()> {
        places::put_court(&self.pool, court).await
    }
    async fn court(&self, id: CourtId) -> Result<Option<Court>> {
        places::court(&self.pool, id).await
    }
    async fn courts(&self) -> Result<Vec<Court>> {
        places::courts(&self.pool).await
    }
    async fn put_point(&self, court: CourtId, point: &Point) -> Result<()> {
        places::put_point(&self.pool, court, point).await
    }
    async fn set_province(&self, point: PointId, province: &str) -> Result<()> {
        places::set_province(&self.pool, point, province).await
    }
    async fn point(&self, id: PointId) -> Result<Option<(CourtId, Point)>> {
        places::point(&self.pool, id).await
    }
    async fn points(&self, court: CourtId) -> Result<Vec<Point>> {
        places::points(&self.pool, court).await
    }

    async fn put_enrolment(&self, token: Digest, point: PointId, expires_ms: i64) -> Result<()> {
        places::put_enrolment(&self.pool, token, point, expires_ms).await
    }
    async fn take_enrolment(&self, token: Digest, now_ms: i64) -> Result<Option<PointId>> {
        places::take_enrolment(&self.pool, token, now_ms).await
    }
    async fn put_device(&self, device: &Device, credential: Digest) -> Result<()> {
        places::put_device(&self.pool, device, credential).await
    }
    async fn device_by_credential(&self, credential: Digest) -> Result<Option<Device>> {
        places::device_by_credential(&self.pool, credential).await
    }
    async fn devices(&self, point: PointId) -> Result<Vec<Device>> {
        places::devices(&self.pool, point).await
    }
    async fn see_device(&self, id: DeviceId, now_ms: i64) -> Result<()> {
        places::see_device(&self.pool, id, now_ms).await
    }
    async fn revoke_device(&self, id: DeviceId, now_ms: i64) -> Result<bool> {
        places::revoke_device(&self.pool, id, now_ms).await
    }

    async fn put_account(&self, account: &Account) -> Result<()> {
        staff::put_account(&self.pool, account).await
    }
    async fn account(&self, name: &str) -> Result<Option<Account>> {
        staff::account(&self.pool, name).await
    }
    async fn accounts(&self) -> Result<Vec<Account>> {
        staff::accounts(&self.pool).await
    }
    async fn set_password(&self, name: &str, password: &str) -> Result<bool> {
        staff::set_password(&self.pool, name, password).await
    }
    async fn set_disabled(&self, name: &str, disabled: bool) -> Result<bool> {
        staff::set_disabled(&self.pool, name, disabled).await
    }
    async fn put_session(&self, token: Digest, account: &str, now_ms: i64) -> Result<()> {
        staff::put_session(&self.pool, token, account, now_ms).await
    }
    async fn session(&self, token: Digest) -> Result<Option<(Account, i64, i64)>> {
        staff::session(&self.pool, token).await
    }
    async fn see_session(&self, token: Digest, now_ms: i64) -> Result<()> {
        staff::see_session(&self.pool, token, now_ms).await
    }
    async fn delete_session(&self, token: Digest) -> Result<()> {
        staff::delete_session(&self.pool, token).await
    }
    async fn see_sessions_of(&self, links: &[Uuid], now_ms: i64, used_ms: i64, begun_ms: i64) -> Result<()> {
        staff::see_sessions_of(&self.pool, links, now_ms, used_ms, begun_ms).await
    }

    async fn put_hearing(&self, hearing: &HearingRow) -> Result<()> {
        hearings::put(&self.pool, hearing).await
    }
    async fn replace_plan(&self, plan: &Plan) -> Result<bool> {
        hearings::replace_plan(&self.pool, plan).await
    }
    async fn set_state(&self, id: HearingId, state: SessionState, now_ms: i64) -> Result<()> {
        hearings::set_state(&self.pool, id, state, now_ms).await
    }

    async fn set_seal_fault(&self, id: HearingId, fault: Option<&str>) -> Result<()> {
        hearings::set_seal_fault(&self.pool, id, fault).await
    }
    async fn set_shelf_fault(&self, id: HearingId, fault: Option<&str>) -> Result<()> {
        hearings::set_shelf_fault(&self.pool, id, fault).await
    }
    async fn hearing(&self, id: HearingId) -> Result<Option<HearingRow>> {
        hearings::one(&self.pool, id).await
    }
    async fn hearings(&self, filter: &Filter) -> Result<Vec<HearingRow>> {
        hearings::list(&self.pool, filter).await
    }
    async fn unfinished(&self) -> Result<Vec<HearingRow>> {
        hearings::unfinished(&self.pool).await
    }
    async fn hearings_of_point(&self, point: PointId) -> Result<Vec<HearingRow>> {
        hearings::of_point(&self.pool, point).await
    }

    async fn put_code(&self, mac: Digest, code: &Code) -> Result<()> {
        links::put_code(&self.pool, mac, code).await
    }
    async fn code(&self, mac: Digest) -> Result<Option<Code>> {
        links::code(&self.pool, mac).await
    }
    async fn codes(&self, hearing: HearingId) -> Result<Vec<Code>> {
        links::codes(&self.pool, hearing).await
    }
    async fn close_codes(&self, hearing: HearingId, until_ms: i64) -> Result<u64> {
        links::close_codes(&self.pool, hearing, until_ms).await
    }

    async fn delete_codes(&self, hearing: HearingId, person: Option<PersonId>) -> Result<u64> {
        links::delete_codes(&self.pool, hearing, person).await
    }

    async fn put_link(&self, link: &Link, ticket: Digest, expires_ms: i64) -> Result<()> {
        links::put_link(&self.pool, link, ticket, expires_ms).await
    }
    async fn put_ticket(&self, link: Uuid, ticket: Digest, expires_ms: i64) -> Result<bool> {
        links::put_ticket(&self.pool, link, ticket, expires_ms).await
    }
    async fn take_ticket(&self, ticket: Digest, now_ms: i64) -> Result<Option<Link>> {
        links::take_ticket(&self.pool, ticket, now_ms).await
    }
    async fn link_by_resume(&self, resume: Digest) -> Result<Option<Link>> {
        links::by_resume(&self.pool, resume).await
    }
    async fn rotate(&self, link: Uuid, used: Digest, pending: Digest) -> Result<bool> {
        links::rotate(&self.pool, link, used, pending).await
    }
    async fn standing_links(&self, links: &[Uuid]) -> Result<Vec<Uuid>> {
        links::standing(&self.pool, links).await
    }
    async fn end_links(&self, end: &LinkEnd) -> Result<Vec<Uuid>> {
        links::end(&self.pool, end).await
    }

    async fn put_record(&self, record: &RecordRow) -> Result<()> {
        catalogue::put(&self.pool, record).await
    }
    async fn record(&self, id: &str) -> Result<Option<RecordRow>> {
        catalogue::one(&self.pool, id).await
    }
    async fn records_of(&self, hearing: HearingId) -> Result<Vec<RecordRow>> {
        catalogue::of_hearing(&self.pool, hearing).await
    }
    async fn records(&self, filter: &RecordFilter) -> Result<Vec<RecordRow>> {
        search::list(&self.pool, filter).await
    }
    async fn put_record_text(&self, id: &str, text: &RecordText) -> Result<()> {
        search::put_text(&self.pool, id, text).await
    }
    async fn records_without_text(&self) -> Result<Vec<String>> {
        search::without_text(&self.pool).await
    }
    async fn put_verdict(&self, verdict: &VerdictRow) -> Result<()> {
        catalogue::put_verdict(&self.pool, verdict).await
    }
    async fn verdict(&self, record: &str) -> Result<Option<VerdictRow>> {
        catalogue::verdict(&self.pool, record).await
    }
    async fn checks(&self) -> Result<Vec<CheckRow>> {
        catalogue::checks(&self.pool).await
    }
    async fn put_statistics(&self, record: &RecordRow, figures: &Sitting) -> Result<()> {
        catalogue::put_statistics(&self.pool, record, figures).await
    }
    async fn statistics(&self, court: CourtId, from: &str, to: &str) -> Result<Vec<Sitting>> {
        catalogue::statistics(&self.pool, court, from, to).await
    }
    async fn clear_records(&self) -> Result<()> {
        catalogue::clear(&self.pool).await
    }

    async fn after_head(&self, record: &str) -> Result<Option<Head>> {
        catalogue::after_head(&self.pool, record).await
    }
    async fn put_after_head(&self, record: &str, head: &Head) -> Result<()> {
        catalogue::put_after_head(&self.pool, record, head).await
    }

    async fn put_audit(&self, entry: &AuditEntry) -> Result<()> {
        catalogue::put_audit(&self.pool, entry).await
    }
    async fn audit(&self, subject: &str, acts: &[&str], limit: u32) -> Result<Vec<AuditEntry>> {
        catalogue::audit(&self.pool, subject, acts, limit).await
    }

    async fn preparation(&self, hearing: HearingId) -> Result<Option<(i64, Preparation)>> {
        preparing::preparation(&self.pool, hearing).await
    }
    async fn put_preparation(&self, hearing: HearingId, from: i64, preparation: &Preparation) -> Result<bool> {
        preparing::put_preparation(&self.pool, hearing, from, preparation).await
    }

    async fn prepared(&self, court: CourtId) -> Result<Vec<(HearingRow, Preparation)>> {
        preparing::prepared(&self.pool, court).await
    }
    async fn publish(&self, hearing: HearingId, subject: Uuid, content: Digest, now_ms: i64) -> Result<Version> {
        preparing::publish(&self.pool, hearing, subject, content, now_ms).await
    }
    async fn put_test(&self, test: &Test) -> Result<()> {
        preparing::put_test(&self.pool, test).await
    }
    async fn tests(&self, point: PointId, limit: u32) -> Result<Vec<Test>> {
        preparing::tests(&self.pool, point, limit).await
    }

    async fn sweep(&self, now_ms: i64, session_ms: i64) -> Result<()> {
        links::sweep(&self.pool, now_ms).await?;
        staff::sweep(&self.pool, session_ms).await
    }
}
