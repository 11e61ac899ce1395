//! The day, month or year that a memory is looked back to.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day, a month or a year: `2024-05-31`, `2024-05` or `2024`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOf {
    /// The beginning of an ISO date.
    text: String,
    last_day: Date,
}

/// What was given is no day, month or year as ISO 8601 writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day, month or year such as 2024-05-31, 2024-05 or 2024")]
pub struct WrongAsOf;

impl FromStr for AsOf {
    type Err = WrongAsOf;

    fn from_str(text: &str) -> Result<AsOf, WrongAsOf> {
        let text = text.trim();
        let first_day = match text.len() {
            4 => format!("{text}-12-01"),
            7 => format!("{text}-01"),
            10 => text.to_owned(),
            _ => return Err(WrongAsOf),
        };
        let first_day: Date = first_day.parse().map_err(|_| WrongAsOf)?;
        let last_day = if text.len() == 10 { first_day } else { first_day.last_of_month() };
        Ok(AsOf { text: text.to_owned(), last_day })
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl AsOf {
    /// Returns the first millisecond after it; the end of time when the calendar has none.
    pub(super) fn end_ms(&self, time_zone: &TimeZone) -> i64 {
        let end = self.last_day.tomorrow().and_then(|day| day.to_zoned(time_zone.clone()));
        end.map_or(i64::MAX, |moment| moment.timestamp().as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{AsOf, WrongAsOf};

    #[track_caller]
    fn check(text: &str, end: &str) {
        let end: jiff::Timestamp = end.parse().unwrap();
        let time: AsOf = text.parse().unwrap();
        assert_eq!(time.end_ms(&TimeZone::UTC), end.as_millisecond());
        assert_eq!(time.to_string(), text.trim());
    }

    #[test]
    fn a_day_a_month_and_a_year_have_an_end() {
        check("2025-06-03", "2025-06-04T00:00:00Z");
        check(" 2024-02 ", "2024-03-01T00:00:00Z");
        check("2024", "2025-01-01T00:00:00Z");
        assert_eq!("9999".parse::<AsOf>().unwrap().end_ms(&TimeZone::UTC), i64::MAX);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "nunca", "null", "2024-99-01", "2025-02-29", "2024-13", "24-05-31", "2024-5"]
        {
            assert_eq!(text.parse::<AsOf>(), Err(WrongAsOf), "{text}");
        }
    }
}
