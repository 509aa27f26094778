//! Codes, links, tickets and resume tokens.

use super::convert::{digest, from_json, id, json};
use super::insert_error;
use crate::store::{Code, Digest, Link, LinkEnd, Result};
use assize_core::ids::{HearingId, PersonId};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, SqlitePool};
use uuid::Uuid;

/// Those who took part read the minutes for a day from the close, at most.
const KEPT_MS: i64 = 48 * 3600 * 1000;

pub(super) async fn put_code(pool: &SqlitePool, mac: Digest, code: &Code) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO codes (mac, hearing, person, created_ms) VALUES (?, ?, ?, ?)")
        .bind(mac.as_slice())
        .bind(code.hearing.to_string())
        .bind(code.person.to_string())
        .bind(code.created_ms)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn code(pool: &SqlitePool, mac: Digest) -> Result<Option<Code>> {
    let row = sqlx::query("SELECT * FROM codes WHERE mac = ?").bind(mac.as_slice()).fetch_optional(pool).await?;
    row.as_ref().map(code_of).transpose()
}

pub(super) async fn codes(pool: &SqlitePool, hearing: HearingId) -> Result<Vec<Code>> {
    let rows = sqlx::query("SELECT * FROM codes WHERE hearing = ?").bind(hearing.to_string()).fetch_all(pool).await?;
    rows.iter().map(code_of).collect()
}

fn code_of(row: &SqliteRow) -> Result<Code> {
    Ok(Code {
        hearing: id(row.try_get("hearing")?)?,
        person: id(row.try_get("person")?)?,
        created_ms: row.try_get("created_ms")?,
    })
}

pub(super) async fn close_codes(pool: &SqlitePool, hearing: HearingId, until_ms: i64) -> Result<u64> {
    let done = sqlx::query("DELETE FROM codes WHERE hearing = ? AND created_ms <= ?")
        .bind(hearing.to_string())
        .bind(until_ms)
        .execute(pool)
        .await?;
    Ok(done.rows_affected())
}

pub(super) async fn delete_codes(pool: &SqlitePool, hearing: HearingId, person: Option<PersonId>) -> Result<u64> {
    let person = person.map(|person| person.to_string());
    let mut tx = pool.begin().await?;
    let done = sqlx::query("DELETE FROM codes WHERE hearing = ? AND (?2 IS NULL OR person = ?2)")
        .bind(hearing.to_string())
        .bind(&person)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM links WHERE hearing = ? AND person IS NOT NULL AND (?2 IS NULL OR person = ?2)")
        .bind(hearing.to_string())
        .bind(&person)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

pub(super) async fn put_link(pool: &SqlitePool, link: &Link, ticket: Digest, expires_ms: i64) -> Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(
        "INSERT INTO links (id, hearing, entrant, account, device, person, session, current, pending, created_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(link.id.to_string())
    .bind(link.hearing.to_string())
    .bind(json(&link.entrant)?)
    .bind(&link.account)
    .bind(link.device.map(|device| device.to_string()))
    .bind(link.person.map(|person| person.to_string()))
    .bind(link.session.as_ref().map(<[u8; 32]>::as_slice))
    .bind(link.current.as_slice())
    .bind(link.pending.as_ref().map(<[u8; 32]>::as_slice))
    .bind(link.created_ms)
    .execute(&mut *tx)
    .await
    .map_err(insert_error)?;
    sqlx::query("INSERT INTO tickets (token, link, expires_ms) VALUES (?, ?, ?)")
        .bind(ticket.as_slice())
        .bind(link.id.to_string())
        .bind(expires_ms)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn put_ticket(pool: &SqlitePool, link: Uuid, ticket: Digest, expires_ms: i64) -> Result<bool> {
    let done = sqlx::query("INSERT INTO tickets (token, link, expires_ms) SELECT ?, id, ? FROM links WHERE id = ?")
        .bind(ticket.as_slice())
        .bind(expires_ms)
        .bind(link.to_string())
        .execute(pool)
        .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn take_ticket(pool: &SqlitePool, ticket: Digest, now_ms: i64) -> Result<Option<Link>> {
    // The delete decides who was first; an expired ticket is gone as well.
    let row = sqlx::query("DELETE FROM tickets WHERE token = ? RETURNING link, expires_ms")
        .bind(ticket.as_slice())
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<i64, _>("expires_ms")? <= now_ms {
        return Ok(None);
    }
    let link: String = row.try_get("link")?;
    let row = sqlx::query("SELECT * FROM links WHERE id = ?").bind(link).fetch_optional(pool).await?;
    row.as_ref().map(link_of).transpose()
}

pub(super) async fn by_resume(pool: &SqlitePool, resume: Digest) -> Result<Option<Link>> {
    let row = sqlx::query("SELECT * FROM links WHERE current = ?1 OR pending = ?1")
        .bind(resume.as_slice())
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(link_of).transpose()
}

fn link_of(row: &SqliteRow) -> Result<Link> {
    let optional_digest = |column: &str| {
        let bytes = row.try_get::<Option<Vec<u8>>, _>(column)?;
        bytes.map(|bytes| digest(&bytes)).transpose()
    };
    let optional = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(Link {
        id: id(row.try_get("id")?)?,
        hearing: id(row.try_get("hearing")?)?,
        entrant: from_json(row.try_get("entrant")?)?,
        account: optional("account")?,
        device: optional("device")?.map(|text| id(&text)).transpose()?,
        person: optional("person")?.map(|text| id(&text)).transpose()?,
        session: optional_digest("session")?,
        current: digest(row.try_get("current")?)?,
        pending: optional_digest("pending")?,
        created_ms: row.try_get("created_ms")?,
    })
}

pub(super) async fn rotate(pool: &SqlitePool, link: Uuid, used: Digest, pending: Digest) -> Result<bool> {
    let done =
        sqlx::query("UPDATE links SET current = ?2, pending = ?3 WHERE id = ?1 AND (current = ?2 OR pending = ?2)")
            .bind(link.to_string())
            .bind(used.as_slice())
            .bind(pending.as_slice())
            .execute(pool)
            .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn standing(pool: &SqlitePool, links: &[Uuid]) -> Result<Vec<Uuid>> {
    let rows = sqlx::query(
        "SELECT l.id FROM links l
         LEFT JOIN accounts a ON a.name = l.account LEFT JOIN devices d ON d.id = l.device
         WHERE l.id IN (SELECT value FROM json_each(?)) AND coalesce(a.disabled, 0) = 0 AND d.revoked_ms IS NULL",
    )
    .bind(json(&links)?)
    .fetch_all(pool)
    .await?;
    rows.iter().map(|row| id(row.try_get("id")?)).collect()
}

pub(super) async fn end(pool: &SqlitePool, end: &LinkEnd) -> Result<Vec<Uuid>> {
    let mut query = QueryBuilder::new("DELETE FROM links WHERE ");
    match end {
        LinkEnd::Link(id) => query.push("id = ").push_bind(id.to_string()),
        LinkEnd::Hearing(id) => query.push("hearing = ").push_bind(id.to_string()),
        LinkEnd::Account(name) => query.push("account = ").push_bind(name.clone()),
        LinkEnd::Session(token) => query.push("session = ").push_bind(token.to_vec()),
        LinkEnd::Device(id) => query.push("device = ").push_bind(id.to_string()),
        LinkEnd::Person(hearing, person) => query
            .push("hearing = ")
            .push_bind(hearing.to_string())
            .push(" AND entrant ->> 'type' = 'person' AND entrant ->> 'person' = ")
            .push_bind(person.to_string()),
        LinkEnd::Point(hearing, point) => query
            .push("hearing = ")
            .push_bind(hearing.to_string())
            .push(" AND entrant ->> 'type' = 'device' AND entrant ->> 'point' = ")
            .push_bind(point.to_string()),
    };
    query.push(" RETURNING id");
    let rows = query.build().fetch_all(pool).await?;
    rows.iter().map(|row| id(row.try_get("id")?)).collect()
}

pub(super) async fn sweep(pool: &SqlitePool, now_ms: i64) -> Result<()> {
    for statement in ["DELETE FROM tickets WHERE expires_ms <= ?", "DELETE FROM enrolments WHERE expires_ms <= ?"] {
        sqlx::query(statement).bind(now_ms).execute(pool).await?;
    }
    // Links of hearings that are over lead nowhere; two days from the close are left so that whoever returns is told so, and
    // reads the minutes.
    sqlx::query(
        "DELETE FROM links WHERE created_ms < ?1 AND hearing IN
            (SELECT id FROM hearings WHERE state = 'closed' AND coalesce(closed_ms, 0) < ?1)",
    )
    .bind(now_ms - KEPT_MS)
    .execute(pool)
    .await?;
    Ok(())
}
