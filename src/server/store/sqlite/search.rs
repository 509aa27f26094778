//! Records found by what is in them: SQLite's full text index (FTS5), kept beside the rows.

use super::catalogue::record_of;
use super::convert::from_json;
use crate::store::fold::fold;
use crate::store::{RecordFilter, RecordRow, RecordText, Result};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqlitePool};

/// Most records of an answer.
const MOST: u32 = 1000;

/// Between two names: a word that nobody types (U+01C2), so that a phrase is found within one.
const BETWEEN: &str = " ǂ ";

/// Renews what is searched of a record. A record that is not there is none of these.
pub(super) async fn put_text(pool: &SqlitePool, id: &str, text: &RecordText) -> Result<()> {
    // Begun as one that writes: what it has read must not be overtaken.
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let row = sqlx::query("SELECT case_no, title, people, from_ms, text_n FROM records WHERE id = ?").bind(id);
    let Some(row) = row.fetch_optional(&mut *tx).await? else { return Ok(()) };
    let n: i64 = match row.try_get::<Option<i64>, _>("text_n")? {
        Some(n) => n,
        // After those of the same millisecond. Latest first is then the order of the index itself, read from its end.
        None => {
            let first = row.try_get::<i64, _>("from_ms")?.saturating_mul(1000);
            let last: Option<i64> = sqlx::query_scalar("SELECT MAX(text_n) FROM records WHERE text_n BETWEEN ? AND ?")
                .bind(first)
                .bind(first.saturating_add(999))
                .fetch_one(&mut *tx)
                .await?;
            last.map_or(first, |last| last + 1)
        }
    };
    sqlx::query("DELETE FROM record_texts WHERE rowid = ?").bind(n).execute(&mut *tx).await?;
    let people: Vec<String> = from_json(row.try_get("people")?)?;
    sqlx::query(
        "INSERT INTO record_texts (rowid, case_no, title, people, judges, phases, minutes) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(n)
    .bind(fold(row.try_get("case_no")?))
    .bind(fold(row.try_get("title")?))
    // A name is found as a whole, and not the end of one with the beginning of the next.
    .bind(fold(&people.join(BETWEEN)))
    .bind(fold(&text.judges.join(BETWEEN)))
    .bind(fold(&text.phases.join(BETWEEN)))
    .bind(fold(&text.minutes))
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE records SET text_n = ? WHERE id = ?").bind(n).bind(id).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// Ids of records of which nothing is searched yet.
pub(super) async fn without_text(pool: &SqlitePool) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT id FROM records WHERE text_n IS NULL").fetch_all(pool).await?)
}

pub(super) async fn list(pool: &SqlitePool, filter: &RecordFilter) -> Result<Vec<RecordRow>> {
    let wanted = expression(filter);
    let mut query = QueryBuilder::<Sqlite>::new("SELECT records.* FROM ");
    match &wanted {
        Some(wanted) => {
            query.push(
                "record_texts CROSS JOIN records ON records.text_n = record_texts.rowid WHERE record_texts MATCH ",
            );
            query.push_bind(wanted.clone());
        }
        None => _ = query.push("records WHERE TRUE"),
    }
    if let Some(court) = filter.court {
        query.push(" AND court = ").push_bind(court.to_string());
    }
    if let Some(from) = &filter.from {
        query.push(" AND day >= ").push_bind(from.clone());
    }
    if let Some(to) = &filter.to {
        query.push(" AND day <= ").push_bind(to.clone());
    }
    query.push(if wanted.is_some() { " ORDER BY record_texts.rowid DESC" } else { " ORDER BY from_ms DESC, id" });
    query.push(" LIMIT ").push_bind(MOST);
    query.build().fetch_all(pool).await?.iter().map(record_of).collect()
}

/// As FTS5 reads it: every word of `q` begins a word somewhere; a name, a judge and a phase are together and in their place.
fn expression(filter: &RecordFilter) -> Option<String> {
    let mut parts = Vec::new();
    let q = fold(filter.q.as_deref().unwrap_or_default());
    parts.extend(q.split_whitespace().filter_map(phrase));
    for (column, wanted) in [("people", &filter.person), ("judges", &filter.judge), ("phases", &filter.phase)] {
        let wanted = wanted.as_deref().and_then(|wanted| phrase(&fold(wanted)));
        parts.extend(wanted.map(|wanted| format!("{column} : {wanted}")));
    }
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// What is in quotes has no meaning of its own in FTS5; without a letter or a number there is nothing to find.
fn phrase(words: &str) -> Option<String> {
    words.chars().any(char::is_alphanumeric).then(|| format!("\"{}\" *", words.replace('"', "\"\"")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use assize_core::ids::CourtId;

    #[test]
    fn nothing_that_somebody_types_is_more_than_words() {
        let filter = |q: &str| RecordFilter { q: Some(q.to_owned()), ..RecordFilter::default() };
        let told = expression(&filter("Thức \"OR\" NOT - 45/2026"));
        assert_eq!(told.as_deref(), Some("\"thuc\" * AND \"\"\"or\"\"\" * AND \"not\" * AND \"45/2026\" *"));
        assert_eq!(expression(&filter(" -- ")), None);
        let judge = RecordFilter { judge: Some("Lê Thu".to_owned()), ..filter("x") };
        assert_eq!(expression(&judge).as_deref(), Some("\"x\" * AND judges : \"le thu\" *"));
    }

    const WORDS: [&str; 16] = [
        "bi", "cao", "khai", "nhan", "xe", "may", "nguoi", "lam", "chung", "luat", "su", "tranh", "luan", "chu", "toa",
        "hoi",
    ];

    /// So many sittings of so many cases with a minute book of some hundred words each.
    async fn fill(pool: &SqlitePool, court: &str, count: i64) {
        let mut tx = pool.begin().await.unwrap();
        for i in 0..count {
            let (from_ms, day) = (i * 3_600_000, format!("2026-{:02}-{:02}", i / 28 % 12 + 1, i % 28 + 1));
            let people = format!("[\"Nguyễn Văn {i}\",\"Lê Thị B\"]");
            sqlx::query(
                "INSERT INTO records (id, hearing, court, sitting, folder, case_no, title, day, from_ms, to_ms, people, search,
                    rehearsal, text_n) VALUES (?, ?, ?, 1, ?, ?, 'Trộm cắp tài sản', ?, ?, ?, ?, '', 0, ?)",
            )
            .bind(format!("r{i}"))
            .bind("00000000-0000-0000-0000-000000000001")
            .bind(court)
            .bind(format!("f{i}"))
            .bind(format!("{i}/2026/TLST-HS"))
            .bind(day)
            .bind(from_ms)
            .bind(from_ms + 1)
            .bind(people)
            .bind(from_ms * 1000)
            .execute(&mut *tx)
            .await
            .unwrap();
            let said: Vec<&str> = (0..120).map(|n| WORDS[((i * 31 + n * n) % 16) as usize]).collect();
            sqlx::query("INSERT INTO record_texts (rowid, case_no, title, people, judges, phases, minutes) VALUES (?, ?, ?, ?, ?, ?, ?)")
                .bind(from_ms * 1000)
                .bind(format!("{i}/2026/tlst-hs"))
                .bind("trom cap tai san")
                .bind(format!("nguyen van {i} ǂ le thi b"))
                .bind(format!("pham quoc {}", i % 50))
                .bind("tranh luan")
                .bind(format!("bi cao khai {} so {i}", said.join(" ")))
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// `ASSIZE_TEST_RECORDS=100000` for the figure of BENCHMARKS.md.
    #[tokio::test]
    async fn one_of_very_many_records_is_found() {
        let count = std::env::var("ASSIZE_TEST_RECORDS").ok().and_then(|n| n.parse().ok()).unwrap_or(3_000);
        let dir = tempfile::tempdir().unwrap();
        let store = super::super::Sqlite::open(&dir.path().join("assize.db")).await.unwrap();
        let court = CourtId(uuid::Uuid::from_u128(9));
        fill(&store.pool, &court.to_string(), count).await;
        let q = |q: &str| RecordFilter { q: Some(q.to_owned()), ..RecordFilter::default() };
        let all = usize::try_from(count).unwrap().min(MOST as usize);
        for (what, filter, found) in [
            ("nothing asked for", RecordFilter::default(), all),
            ("a case", q("1234/2026"), 1),
            ("a person", RecordFilter { person: Some("Nguyễn Văn 2345".to_owned()), ..RecordFilter::default() }, 1),
            (
                "a judge and a word that is in all",
                RecordFilter { judge: Some("Phạm Quốc 7".to_owned()), ..q("bị") },
                60,
            ),
            ("a word of one", q("số 2222"), 1),
            ("words that are in all", q("bị cáo khai"), all),
        ] {
            let filter = RecordFilter { court: Some(court), ..filter };
            let mut best = std::time::Duration::MAX;
            for _ in 0..5 {
                let begin = std::time::Instant::now();
                let records = list(&store.pool, &filter).await.unwrap();
                best = best.min(begin.elapsed());
                assert!(records.len() >= found.min(all), "{what}: {}", records.len());
                assert!(records.is_sorted_by(|a, b| a.from_ms >= b.from_ms), "{what}");
            }
            println!("{count} records, {what}: {:.1} ms", best.as_secs_f64() * 1e3);
        }
    }
}
