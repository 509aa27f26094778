//! The court's clock.

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) struct Times(TimeZone);

impl Times {
    /// By its IANA name; UTC if there is no such zone.
    pub(super) fn of(zone: &str) -> Self {
        Self(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
    }

    /// 14:03:22.
    pub(super) fn time(&self, utc_ms: i64) -> String {
        self.zoned(utc_ms).strftime("%H:%M:%S").to_string()
    }

    /// 21/11/2026.
    pub(super) fn day(&self, utc_ms: i64) -> String {
        self.zoned(utc_ms).strftime("%d/%m/%Y").to_string()
    }

    fn zoned(&self, utc_ms: i64) -> jiff::Zoned {
        Timestamp::from_millisecond(utc_ms).unwrap_or_default().to_zoned(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::Times;

    #[test]
    fn times_are_the_courts() {
        let times = Times::of("Asia/Ho_Chi_Minh");
        assert_eq!(
            (times.time(1_795_226_523_000), times.day(1_795_226_523_000)),
            ("09:02:03".to_owned(), "21/11/2026".to_owned())
        );
        assert_eq!(times.day(1_795_226_523_000 + 15 * 3_600_000), "22/11/2026");
        assert_eq!(Times::of("Nowhere/None").time(0), "00:00:00");
    }
}
