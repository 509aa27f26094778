//! Records and the audit.

use super::convert::{digest, from_json, id, json};
use crate::store::{AuditEntry, CheckRow, RecordRow, Result, VerdictRow};
use assize_core::ids::{CourtId, HearingId};
use assize_core::statistics::Sitting;
use assize_proof::after::Head;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, SqlitePool};

pub(super) async fn put(pool: &SqlitePool, record: &RecordRow) -> Result<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO records (id, hearing, court, sitting, folder, case_no, title, day, from_ms, to_ms,
            sealed_ms, result, people, search, rehearsal, text_n)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, (SELECT text_n FROM records WHERE id = ?))",
    )
    .bind(&record.id)
    .bind(record.hearing.to_string())
    .bind(record.court.to_string())
    .bind(record.sitting)
    .bind(&record.folder)
    .bind(&record.case)
    .bind(&record.title)
    .bind(&record.day)
    .bind(record.from_ms)
    .bind(record.to_ms)
    .bind(record.sealed_ms)
    .bind(&record.result)
    .bind(json(&record.people)?)
    .bind(record.rehearsal)
    .bind(&record.id)
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn one(pool: &SqlitePool, id: &str) -> Result<Option<RecordRow>> {
    let row = sqlx::query("SELECT * FROM records WHERE id = ?").bind(id).fetch_optional(pool).await?;
    row.as_ref().map(record_of).transpose()
}

pub(super) async fn of_hearing(pool: &SqlitePool, hearing: HearingId) -> Result<Vec<RecordRow>> {
    let query = sqlx::query("SELECT * FROM records WHERE hearing = ? ORDER BY sitting").bind(hearing.to_string());
    query.fetch_all(pool).await?.iter().map(record_of).collect()
}

pub(super) async fn clear(pool: &SqlitePool) -> Result<()> {
    let mut tx = pool.begin().await?;
    for statement in
        ["DELETE FROM record_texts", "DELETE FROM records", "DELETE FROM verdicts", "DELETE FROM statistics"]
    {
        sqlx::query(statement).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

pub(super) async fn put_statistics(pool: &SqlitePool, record: &RecordRow, figures: &Sitting) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO statistics (record, court, day, figures) VALUES (?, ?, ?, ?)")
        .bind(&record.id)
        .bind(record.court.to_string())
        .bind(&record.day)
        .bind(json(figures)?)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn statistics(pool: &SqlitePool, court: CourtId, from: &str, to: &str) -> Result<Vec<Sitting>> {
    let rows =
        sqlx::query("SELECT figures FROM statistics WHERE court = ? AND day BETWEEN ? AND ? ORDER BY day, record")
            .bind(court.to_string())
            .bind(from)
            .bind(to)
            .fetch_all(pool)
            .await?;
    rows.iter().map(|row| from_json(row.try_get("figures")?)).collect()
}

pub(super) async fn put_verdict(pool: &SqlitePool, verdict: &VerdictRow) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO verdicts (record, fingerprint, checked_ms, report) VALUES (?, ?, ?, ?)")
        .bind(&verdict.record)
        .bind(verdict.fingerprint.as_slice())
        .bind(verdict.checked_ms)
        .bind(&verdict.report)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn verdict(pool: &SqlitePool, record: &str) -> Result<Option<VerdictRow>> {
    let row = sqlx::query("SELECT * FROM verdicts WHERE record = ?").bind(record).fetch_optional(pool).await?;
    let read = |row: SqliteRow| {
        Ok(VerdictRow {
            record: row.try_get("record")?,
            fingerprint: digest(row.try_get("fingerprint")?)?,
            checked_ms: row.try_get("checked_ms")?,
            report: row.try_get("report")?,
        })
    };
    row.map(read).transpose()
}

pub(super) async fn checks(pool: &SqlitePool) -> Result<Vec<CheckRow>> {
    let rows = sqlx::query(
        "SELECT id, folder, case_no, day, result, checked_ms FROM records LEFT JOIN verdicts ON record = id
         WHERE sealed_ms IS NOT NULL ORDER BY checked_ms NULLS FIRST, id",
    );
    let read = |row: &SqliteRow| {
        Ok(CheckRow {
            id: row.try_get("id")?,
            folder: row.try_get("folder")?,
            case: row.try_get("case_no")?,
            day: row.try_get("day")?,
            result: row.try_get("result")?,
            checked_ms: row.try_get("checked_ms")?,
        })
    };
    rows.fetch_all(pool).await?.iter().map(read).collect()
}

pub(super) async fn after_head(pool: &SqlitePool, record: &str) -> Result<Option<Head>> {
    let row = sqlx::query("SELECT n, hash FROM after_heads WHERE record = ?").bind(record).fetch_optional(pool).await?;
    let read = |row: SqliteRow| {
        let n = u64::try_from(row.try_get::<i64, _>("n")?).unwrap_or_default();
        Ok(Head { n, hash: row.try_get("hash")? })
    };
    row.map(read).transpose()
}

pub(super) async fn put_after_head(pool: &SqlitePool, record: &str, head: &Head) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO after_heads (record, n, hash) VALUES (?, ?, ?)")
        .bind(record)
        .bind(i64::try_from(head.n).unwrap_or(i64::MAX))
        .bind(&head.hash)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) fn record_of(row: &SqliteRow) -> Result<RecordRow> {
    Ok(RecordRow {
        id: row.try_get("id")?,
        hearing: id(row.try_get("hearing")?)?,
        court: id(row.try_get("court")?)?,
        sitting: row.try_get("sitting")?,
        folder: row.try_get("folder")?,
        case: row.try_get("case_no")?,
        title: row.try_get("title")?,
        day: row.try_get("day")?,
        from_ms: row.try_get("from_ms")?,
        to_ms: row.try_get("to_ms")?,
        sealed_ms: row.try_get("sealed_ms")?,
        result: row.try_get("result")?,
        people: from_json(row.try_get("people")?)?,
        rehearsal: row.try_get("rehearsal")?,
    })
}

pub(super) async fn put_audit(pool: &SqlitePool, entry: &AuditEntry) -> Result<()> {
    sqlx::query("INSERT INTO audit (at_ms, who, act, subject, source, detail) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(entry.at_ms)
        .bind(&entry.who)
        .bind(&entry.act)
        .bind(&entry.subject)
        .bind(&entry.source)
        .bind(&entry.detail)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn audit(pool: &SqlitePool, subject: &str, acts: &[&str], limit: u32) -> Result<Vec<AuditEntry>> {
    let mut query = QueryBuilder::new("SELECT * FROM audit WHERE subject = ");
    query.push_bind(subject.to_owned()).push(" AND act IN (");
    let mut list = query.separated(", ");
    for act in acts {
        list.push_bind((*act).to_owned());
    }
    query.push(") ORDER BY n DESC LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            Ok(AuditEntry {
                at_ms: row.try_get("at_ms")?,
                who: row.try_get("who")?,
                act: row.try_get("act")?,
                subject: row.try_get("subject")?,
                source: row.try_get("source")?,
                detail: row.try_get("detail")?,
            })
        })
        .collect()
}
