//! Time as an argument.

use std::time::Duration;

/// A moment, in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Returns the moment `duration` later; saturates at the end of time.
    pub fn after(self, duration: Duration) -> Timestamp {
        let ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Timestamp(self.0.saturating_add(ms))
    }

    /// Returns the UTC date as `YYYY-MM-DD`.
    ///
    /// Days to civil date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    pub fn date(self) -> String {
        let days = self.0.div_euclid(86_400_000) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// Where time comes from. The system clock lives in the binary, a simulated one in the test kit.
pub trait Clock: Send + Sync {
    /// Returns the wall clock, for dates that people read. It may jump.
    fn now(&self) -> Timestamp;

    /// Returns the time since some fixed start, for measuring. It never goes back.
    fn elapsed(&self) -> Duration;
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[track_caller]
    fn check(seconds: i64, date: &str) {
        assert_eq!(Timestamp(seconds * 1000).date(), date);
    }

    #[test]
    fn a_moment_has_a_date() {
        check(0, "1970-01-01");
        check(-1, "1969-12-31");
        check(951_782_400, "2000-02-29");
        check(1_795_305_600, "2026-11-22");
        check(1_795_391_999, "2026-11-22");
        check(4_107_542_400, "2100-03-01");
    }
}
