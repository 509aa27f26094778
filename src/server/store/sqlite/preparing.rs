//! What is written down before a hearing, versions of invitations, readiness tests of points.

use super::convert::{from_json, id, json};
use super::hearings::hearing_of;
use crate::prepare::Preparation;
use crate::prepare::calendar::Version;
use crate::prepare::readiness::Test;
use crate::store::{Digest, HearingRow, Result};
use assize_core::ids::{CourtId, HearingId, PointId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};
use uuid::Uuid;

pub(super) async fn preparation(pool: &SqlitePool, hearing: HearingId) -> Result<Option<(i64, Preparation)>> {
    let row = sqlx::query("SELECT revision, data FROM preparations WHERE hearing = ?")
        .bind(hearing.to_string())
        .fetch_optional(pool)
        .await?;
    row.map(|row| Ok((row.try_get("revision")?, from_json(row.try_get("data")?)?))).transpose()
}

pub(super) async fn put_preparation(
    pool: &SqlitePool,
    hearing: HearingId,
    from: i64,
    preparation: &Preparation,
) -> Result<bool> {
    let data = json(preparation)?;
    let done = if from == 0 {
        sqlx::query("INSERT INTO preparations (hearing, revision, data) VALUES (?, 1, ?) ON CONFLICT DO NOTHING")
            .bind(hearing.to_string())
            .bind(data)
    } else {
        sqlx::query("UPDATE preparations SET revision = revision + 1, data = ? WHERE hearing = ? AND revision = ?")
            .bind(data)
            .bind(hearing.to_string())
            .bind(from)
    };
    Ok(done.execute(pool).await?.rows_affected() > 0)
}

pub(super) async fn prepared(pool: &SqlitePool, court: CourtId) -> Result<Vec<(HearingRow, Preparation)>> {
    let rows = sqlx::query(
        "SELECT h.plan, h.state, h.created_ms, h.seal_fault, h.shelf_fault, p.data FROM hearings h
         JOIN preparations p ON p.hearing = h.id WHERE h.court = ? AND h.state = 'scheduled' ORDER BY h.starts_ms",
    )
    .bind(court.to_string())
    .fetch_all(pool)
    .await?;
    rows.iter().map(|row| Ok((hearing_of(row)?, from_json(row.try_get("data")?)?))).collect()
}

pub(super) async fn publish(
    pool: &SqlitePool,
    hearing: HearingId,
    subject: Uuid,
    content: Digest,
    now_ms: i64,
) -> Result<Version> {
    let row = sqlx::query(
        "INSERT INTO calendars (hearing, subject, sequence, content, changed_ms) VALUES (?, ?, 0, ?, ?)
         ON CONFLICT (hearing, subject) DO UPDATE SET
             sequence = sequence + (content <> excluded.content),
             changed_ms = iif(content <> excluded.content, excluded.changed_ms, changed_ms),
             content = excluded.content
         RETURNING sequence, changed_ms",
    )
    .bind(hearing.to_string())
    .bind(subject.to_string())
    .bind(content.as_slice())
    .bind(now_ms)
    .fetch_one(pool)
    .await?;
    Ok(Version { sequence: row.try_get("sequence")?, changed_ms: row.try_get("changed_ms")? })
}

pub(super) async fn put_test(pool: &SqlitePool, test: &Test) -> Result<()> {
    sqlx::query("INSERT INTO readiness (id, point, at_ms, device, account, measured) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(test.id.to_string())
        .bind(test.point.to_string())
        .bind(test.at_ms)
        .bind(test.device.map(|device| device.to_string()))
        .bind(&test.account)
        .bind(json(&test.measured)?)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn tests(pool: &SqlitePool, point: PointId, limit: u32) -> Result<Vec<Test>> {
    let rows = sqlx::query("SELECT * FROM readiness WHERE point = ? ORDER BY at_ms DESC, id DESC LIMIT ?")
        .bind(point.to_string())
        .bind(limit)
        .fetch_all(pool)
        .await?;
    rows.iter().map(test_of).collect()
}

fn test_of(row: &SqliteRow) -> Result<Test> {
    Ok(Test {
        id: id(row.try_get("id")?)?,
        point: id(row.try_get("point")?)?,
        at_ms: row.try_get("at_ms")?,
        device: row.try_get::<Option<String>, _>("device")?.map(|text| id(&text)).transpose()?,
        account: row.try_get("account")?,
        measured: from_json(row.try_get("measured")?)?,
    })
}
