//! Wall-clock texts: RFC 3339 with offset, and days in a court's zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Milliseconds of an RFC 3339 time with offset.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// RFC 3339 with the offset of `zone` (UTC if the zone is unknown), to the second.
#[must_use]
pub fn rfc3339(utc_ms: i64, zone: &str) -> String {
    zoned(utc_ms, zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The time of day in `zone`, to the second.
#[must_use]
pub fn clock(utc_ms: i64, zone: &str) -> String {
    zoned(utc_ms, zone).strftime("%H:%M:%S").to_string()
}

/// Year, month, day, hour, minute and second in UTC.
#[must_use]
#[allow(clippy::cast_sign_loss, reason = "of a date of our era")]
pub fn parts(utc_ms: i64) -> (u16, u8, u8, u8, u8, u8) {
    let at = zoned(utc_ms, "UTC");
    let (day, time) = ([at.month(), at.day()], [at.hour(), at.minute(), at.second()]);
    let [month, day] = day.map(|part| part as u8);
    let [hour, minute, second] = time.map(|part| part as u8);
    (at.year().unsigned_abs(), month, day, hour, minute, second)
}

/// The day, `yyyy-mm-dd`, in `zone`.
#[must_use]
pub fn day(utc_ms: i64, zone: &str) -> String {
    date(utc_ms, zone).to_string()
}

/// The day in `zone` (UTC if the zone is unknown).
#[must_use]
pub fn date(utc_ms: i64, zone: &str) -> jiff::civil::Date {
    zoned(utc_ms, zone).date()
}

/// Whether a text is a day, `yyyy-mm-dd`.
#[must_use]
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

fn zoned(utc_ms: i64, zone: &str) -> jiff::Zoned {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Timestamp::from_millisecond(utc_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_in_the_courts_zone() {
        let late = parse("2026-11-21T18:30:00Z");
        assert_eq!(late.map(|ms| day(ms, "Asia/Ho_Chi_Minh")).as_deref(), Some("2026-11-22"));
        assert_eq!(late.map(|ms| day(ms, "UTC")).as_deref(), Some("2026-11-21"));
        assert_eq!(late.map(|ms| rfc3339(ms, "Asia/Ho_Chi_Minh")).as_deref(), Some("2026-11-22T01:30:00+07:00"));
    }

    #[test]
    fn a_time_without_offset_is_no_time() {
        assert_eq!(parse("2026-11-21T18:30:00"), None);
        assert!(is_day("2026-11-21") && !is_day("21/11/2026") && !is_day("2026-13-01"));
    }
}
