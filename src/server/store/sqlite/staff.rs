//! Accounts and sessions.

use super::convert::{from_name, id, json, name};
use super::insert_error;
use crate::store::{Account, Digest, Result};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};
use uuid::Uuid;

pub(super) async fn put_account(pool: &SqlitePool, account: &Account) -> Result<()> {
    sqlx::query(
        "INSERT INTO accounts (name, display, court, role, password, disabled, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&account.name)
    .bind(&account.display)
    .bind(account.court.to_string())
    .bind(name(&account.role)?)
    .bind(&account.password)
    .bind(account.disabled)
    .bind(account.created_ms)
    .execute(pool)
    .await
    .map_err(insert_error)?;
    Ok(())
}

pub(super) async fn account(pool: &SqlitePool, name: &str) -> Result<Option<Account>> {
    let row = sqlx::query("SELECT * FROM accounts WHERE name = ?").bind(name).fetch_optional(pool).await?;
    row.as_ref().map(account_of).transpose()
}

pub(super) async fn accounts(pool: &SqlitePool) -> Result<Vec<Account>> {
    sqlx::query("SELECT * FROM accounts ORDER BY name").fetch_all(pool).await?.iter().map(account_of).collect()
}

fn account_of(row: &SqliteRow) -> Result<Account> {
    Ok(Account {
        name: row.try_get("name")?,
        display: row.try_get("display")?,
        court: id(row.try_get("court")?)?,
        role: from_name(row.try_get("role")?)?,
        password: row.try_get("password")?,
        disabled: row.try_get("disabled")?,
        created_ms: row.try_get("account_created_ms").or_else(|_| row.try_get("created_ms"))?,
    })
}

pub(super) async fn set_password(pool: &SqlitePool, name: &str, password: &str) -> Result<bool> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query("UPDATE accounts SET password = ? WHERE name = ?")
        .bind(password)
        .bind(name)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM sessions WHERE account = ?").bind(name).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn set_disabled(pool: &SqlitePool, name: &str, disabled: bool) -> Result<bool> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query("UPDATE accounts SET disabled = ? WHERE name = ?")
        .bind(disabled)
        .bind(name)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM sessions WHERE account = ?").bind(name).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn put_session(pool: &SqlitePool, token: Digest, account: &str, now_ms: i64) -> Result<()> {
    sqlx::query("INSERT INTO sessions (token, account, created_ms, seen_ms) VALUES (?, ?, ?, ?)")
        .bind(token.as_slice())
        .bind(account)
        .bind(now_ms)
        .bind(now_ms)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn session(pool: &SqlitePool, token: Digest) -> Result<Option<(Account, i64, i64)>> {
    let row = sqlx::query(
        "SELECT a.name, a.display, a.court, a.role, a.password, a.disabled, a.created_ms AS account_created_ms,
                s.created_ms AS session_created_ms, s.seen_ms
         FROM sessions s JOIN accounts a ON a.name = s.account WHERE s.token = ?",
    )
    .bind(token.as_slice())
    .fetch_optional(pool)
    .await?;
    row.map(|row| Ok((account_of(&row)?, row.try_get("session_created_ms")?, row.try_get("seen_ms")?))).transpose()
}

pub(super) async fn see_session(pool: &SqlitePool, token: Digest, now_ms: i64) -> Result<()> {
    sqlx::query("UPDATE sessions SET seen_ms = ? WHERE token = ?")
        .bind(now_ms)
        .bind(token.as_slice())
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn delete_session(pool: &SqlitePool, token: Digest) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE token = ?").bind(token.as_slice()).execute(pool).await?;
    Ok(())
}

pub(super) async fn see_sessions_of(
    pool: &SqlitePool,
    links: &[Uuid],
    now_ms: i64,
    used_ms: i64,
    begun_ms: i64,
) -> Result<()> {
    sqlx::query(
        "UPDATE sessions SET seen_ms = max(seen_ms, ?1) WHERE seen_ms >= ?2 AND created_ms >= ?3 AND token IN
         (SELECT session FROM links WHERE id IN (SELECT value FROM json_each(?4)))",
    )
    .bind(now_ms)
    .bind(used_ms)
    .bind(begun_ms)
    .bind(json(&links)?)
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn sweep(pool: &SqlitePool, seen_before_ms: i64) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE seen_ms < ?").bind(seen_before_ms).execute(pool).await?;
    Ok(())
}
