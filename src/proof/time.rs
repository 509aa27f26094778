//! Wall-clock time as records write it: RFC 3339, UTC, milliseconds.

use jiff::Timestamp;

/// `2026-11-21T01:02:03.004Z`; times outside the years 0 to 9999 give the nearest that can be written.
#[must_use]
pub fn rfc3339(utc_ms: i64) -> String {
    const FIRST: i64 = -62_167_219_200_000;
    const LAST: i64 = 253_402_207_200_000;
    let time = Timestamp::from_millisecond(utc_ms.clamp(FIRST, LAST)).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Milliseconds since 1970 of an RFC 3339 time with any offset.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_milliseconds_always() {
        assert_eq!(rfc3339(1_795_226_523_000), "2026-11-21T02:02:03.000Z");
        assert_eq!(parse("2026-11-21T09:02:03.004+07:00"), Some(1_795_226_523_004));
        assert_eq!(rfc3339(i64::MAX).len(), 24);
        assert_eq!(parse("yesterday"), None);
    }
}
