//! Hearings: the plan as JSON beside the columns that are searched.

use super::convert::{from_json, from_name, json, name};
use super::insert_error;
use crate::store::fold::{fold, patterns};
use crate::store::{Filter, HearingRow, Result, StoreError};
use crate::times;
use assize_core::hearing::SessionState;
use assize_core::ids::{HearingId, PointId};
use assize_core::plan::Plan;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqlitePool, Transaction};

pub(super) async fn put(pool: &SqlitePool, hearing: &HearingRow) -> Result<()> {
    let plan = &hearing.plan;
    let mut tx = pool.begin().await?;
    sqlx::query(
        "INSERT INTO hearings (id, court, starts_ms, day, state, search, plan, created_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(plan.hearing.to_string())
    .bind(plan.court.id.to_string())
    .bind(starts_ms(plan)?)
    .bind(day(plan)?)
    .bind(name(&hearing.state)?)
    .bind(search(plan))
    .bind(json(plan)?)
    .bind(hearing.created_ms)
    .execute(&mut *tx)
    .await
    .map_err(insert_error)?;
    put_points(&mut tx, plan).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn replace_plan(pool: &SqlitePool, plan: &Plan) -> Result<bool> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query(
        "UPDATE hearings SET starts_ms = ?, day = ?, search = ?, plan = ? WHERE id = ?
         AND state IN ('scheduled', 'suspended', 'postponed')",
    )
    .bind(starts_ms(plan)?)
    .bind(day(plan)?)
    .bind(search(plan))
    .bind(json(plan)?)
    .bind(plan.hearing.to_string())
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM hearing_points WHERE hearing = ?")
        .bind(plan.hearing.to_string())
        .execute(&mut *tx)
        .await?;
    put_points(&mut tx, plan).await?;
    tx.commit().await?;
    Ok(true)
}

async fn put_points(tx: &mut Transaction<'_, Sqlite>, plan: &Plan) -> Result<()> {
    for point in &plan.points {
        sqlx::query("INSERT INTO hearing_points (hearing, point) VALUES (?, ?)")
            .bind(plan.hearing.to_string())
            .bind(point.id.to_string())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

pub(super) async fn set_state(pool: &SqlitePool, id: HearingId, state: SessionState, now_ms: i64) -> Result<()> {
    // Told again, as when the server starts anew, it was closed when it was closed.
    let closed_ms = (state == SessionState::Closed).then_some(now_ms);
    sqlx::query(
        "UPDATE hearings SET state = ?1, closed_ms = iif(?2 IS NULL, NULL, coalesce(closed_ms, ?2)) WHERE id = ?3",
    )
    .bind(name(&state)?)
    .bind(closed_ms)
    .bind(id.to_string())
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn set_seal_fault(pool: &SqlitePool, id: HearingId, fault: Option<&str>) -> Result<()> {
    sqlx::query("UPDATE hearings SET seal_fault = ? WHERE id = ?")
        .bind(fault)
        .bind(id.to_string())
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn set_shelf_fault(pool: &SqlitePool, id: HearingId, fault: Option<&str>) -> Result<()> {
    sqlx::query("UPDATE hearings SET shelf_fault = ? WHERE id = ?")
        .bind(fault)
        .bind(id.to_string())
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn one(pool: &SqlitePool, id: HearingId) -> Result<Option<HearingRow>> {
    let row = sqlx::query("SELECT plan, state, created_ms, seal_fault, shelf_fault FROM hearings WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(hearing_of).transpose()
}

pub(super) async fn list(pool: &SqlitePool, filter: &Filter) -> Result<Vec<HearingRow>> {
    let mut query =
        QueryBuilder::new("SELECT plan, state, created_ms, seal_fault, shelf_fault FROM hearings WHERE TRUE");
    if let Some(court) = filter.court {
        query.push(" AND court = ").push_bind(court.to_string());
    }
    if let Some(day) = &filter.day {
        query.push(" AND day = ").push_bind(day.clone());
    }
    if let Some(state) = &filter.state {
        query.push(" AND state = ").push_bind(name(state)?);
    }
    for pattern in filter.q.as_deref().map(patterns).unwrap_or_default() {
        query.push(" AND search LIKE ").push_bind(pattern).push(" ESCAPE '\\'");
    }
    query.push(" ORDER BY starts_ms DESC, id LIMIT 1000");
    query.build().fetch_all(pool).await?.iter().map(hearing_of).collect()
}

pub(super) async fn unfinished(pool: &SqlitePool) -> Result<Vec<HearingRow>> {
    let rows = sqlx::query(
        "SELECT plan, state, created_ms, seal_fault, shelf_fault FROM hearings
         WHERE state IN ('waiting', 'in_session', 'held', 'paused') ORDER BY starts_ms",
    )
    .fetch_all(pool)
    .await?;
    rows.iter().map(hearing_of).collect()
}

pub(super) async fn of_point(pool: &SqlitePool, point: PointId) -> Result<Vec<HearingRow>> {
    let rows = sqlx::query(
        "SELECT h.plan, h.state, h.created_ms, h.seal_fault, h.shelf_fault FROM hearings h JOIN hearing_points p ON p.hearing = h.id
         WHERE p.point = ? AND h.state IN ('scheduled', 'waiting', 'in_session', 'held', 'paused', 'suspended', 'postponed')
         ORDER BY h.starts_ms",
    )
    .bind(point.to_string())
    .fetch_all(pool)
    .await?;
    rows.iter().map(hearing_of).collect()
}

pub(super) fn hearing_of(row: &SqliteRow) -> Result<HearingRow> {
    Ok(HearingRow {
        plan: from_json(row.try_get("plan")?)?,
        state: from_name(row.try_get("state")?)?,
        created_ms: row.try_get("created_ms")?,
        seal_fault: row.try_get("seal_fault")?,
        shelf_fault: row.try_get("shelf_fault")?,
    })
}

fn starts_ms(plan: &Plan) -> Result<i64> {
    times::parse(&plan.starts).ok_or_else(|| StoreError::Corrupt(format!("not a time: {}", plan.starts)))
}

fn day(plan: &Plan) -> Result<String> {
    Ok(times::day(starts_ms(plan)?, &plan.court.zone))
}

fn search(plan: &Plan) -> String {
    let names: Vec<&str> = plan.people.iter().map(|person| person.name.as_str()).collect();
    fold(&format!("{} {} {}", plan.case, plan.title, names.join(" ")))
}
