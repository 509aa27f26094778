//! Courts, points and devices.

use super::convert::{from_name, id, name};
use super::insert_error;
use crate::store::{Device, Digest, Result};
use assize_core::ids::{CourtId, DeviceId, PointId};
use assize_core::plan::{Court, Point};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};

pub(super) async fn put_court(pool: &SqlitePool, court: &Court) -> Result<()> {
    sqlx::query("INSERT INTO courts (id, name, zone) VALUES (?, ?, ?)")
        .bind(court.id.to_string())
        .bind(&court.name)
        .bind(&court.zone)
        .execute(pool)
        .await
        .map_err(insert_error)?;
    Ok(())
}

pub(super) async fn court(pool: &SqlitePool, id: CourtId) -> Result<Option<Court>> {
    let row = sqlx::query("SELECT * FROM courts WHERE id = ?").bind(id.to_string()).fetch_optional(pool).await?;
    row.as_ref().map(court_of).transpose()
}

pub(super) async fn courts(pool: &SqlitePool) -> Result<Vec<Court>> {
    sqlx::query("SELECT * FROM courts ORDER BY name").fetch_all(pool).await?.iter().map(court_of).collect()
}

fn court_of(row: &SqliteRow) -> Result<Court> {
    Ok(Court { id: id(row.try_get("id")?)?, name: row.try_get("name")?, zone: row.try_get("zone")? })
}

pub(super) async fn put_point(pool: &SqlitePool, court: CourtId, point: &Point) -> Result<()> {
    sqlx::query("INSERT INTO points (id, court, name, kind, province) VALUES (?, ?, ?, ?, ?)")
        .bind(point.id.to_string())
        .bind(court.to_string())
        .bind(&point.name)
        .bind(name(&point.kind)?)
        .bind(&point.province)
        .execute(pool)
        .await
        .map_err(insert_error)?;
    Ok(())
}

pub(super) async fn set_province(pool: &SqlitePool, point: PointId, province: &str) -> Result<()> {
    let update = sqlx::query("UPDATE points SET province = ? WHERE id = ?");
    update.bind(province).bind(point.to_string()).execute(pool).await?;
    Ok(())
}

pub(super) async fn point(pool: &SqlitePool, id: PointId) -> Result<Option<(CourtId, Point)>> {
    let row = sqlx::query("SELECT * FROM points WHERE id = ?").bind(id.to_string()).fetch_optional(pool).await?;
    row.as_ref().map(|row| Ok((self::id(row.try_get("court")?)?, point_of(row)?))).transpose()
}

pub(super) async fn points(pool: &SqlitePool, court: CourtId) -> Result<Vec<Point>> {
    let rows = sqlx::query("SELECT * FROM points WHERE court = ? ORDER BY kind, name")
        .bind(court.to_string())
        .fetch_all(pool)
        .await?;
    rows.iter().map(point_of).collect()
}

fn point_of(row: &SqliteRow) -> Result<Point> {
    let kind = from_name(row.try_get("kind")?)?;
    Ok(Point { id: id(row.try_get("id")?)?, name: row.try_get("name")?, kind, province: row.try_get("province")? })
}

pub(super) async fn put_enrolment(pool: &SqlitePool, token: Digest, point: PointId, expires_ms: i64) -> Result<()> {
    sqlx::query("INSERT INTO enrolments (token, point, expires_ms) VALUES (?, ?, ?)")
        .bind(token.as_slice())
        .bind(point.to_string())
        .bind(expires_ms)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn take_enrolment(pool: &SqlitePool, token: Digest, now_ms: i64) -> Result<Option<PointId>> {
    let row = sqlx::query("DELETE FROM enrolments WHERE token = ? AND expires_ms > ? RETURNING point")
        .bind(token.as_slice())
        .bind(now_ms)
        .fetch_optional(pool)
        .await?;
    row.map(|row| id(row.try_get("point")?)).transpose()
}

pub(super) async fn put_device(pool: &SqlitePool, device: &Device, credential: Digest) -> Result<()> {
    sqlx::query("INSERT INTO devices (id, point, credential, enrolled_ms) VALUES (?, ?, ?, ?)")
        .bind(device.id.to_string())
        .bind(device.point.to_string())
        .bind(credential.as_slice())
        .bind(device.enrolled_ms)
        .execute(pool)
        .await
        .map_err(insert_error)?;
    Ok(())
}

pub(super) async fn device_by_credential(pool: &SqlitePool, credential: Digest) -> Result<Option<Device>> {
    let row = sqlx::query("SELECT * FROM devices WHERE credential = ?")
        .bind(credential.as_slice())
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(device_of).transpose()
}

pub(super) async fn devices(pool: &SqlitePool, point: PointId) -> Result<Vec<Device>> {
    let rows = sqlx::query("SELECT * FROM devices WHERE point = ? ORDER BY enrolled_ms")
        .bind(point.to_string())
        .fetch_all(pool)
        .await?;
    rows.iter().map(device_of).collect()
}

fn device_of(row: &SqliteRow) -> Result<Device> {
    Ok(Device {
        id: id(row.try_get("id")?)?,
        point: id(row.try_get("point")?)?,
        enrolled_ms: row.try_get("enrolled_ms")?,
        seen_ms: row.try_get("seen_ms")?,
        revoked_ms: row.try_get("revoked_ms")?,
    })
}

pub(super) async fn see_device(pool: &SqlitePool, id: DeviceId, now_ms: i64) -> Result<()> {
    sqlx::query("UPDATE devices SET seen_ms = ? WHERE id = ?").bind(now_ms).bind(id.to_string()).execute(pool).await?;
    Ok(())
}

pub(super) async fn revoke_device(pool: &SqlitePool, id: DeviceId, now_ms: i64) -> Result<bool> {
    let done = sqlx::query("UPDATE devices SET revoked_ms = coalesce(revoked_ms, ?) WHERE id = ?")
        .bind(now_ms)
        .bind(id.to_string())
        .execute(pool)
        .await?;
    Ok(done.rows_affected() > 0)
}
