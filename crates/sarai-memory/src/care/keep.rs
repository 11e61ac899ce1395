//! Which backups are kept: the last three, and the last of each of four weeks before them.

use std::collections::BTreeSet;
use std::path::PathBuf;

const DAILY: usize = 3;
const WEEKLY: usize = 4;

/// Returns the backups that are no longer kept. They come oldest first, named by their day.
pub(crate) fn superfluous(mut backups: Vec<PathBuf>) -> Vec<PathBuf> {
    let older = backups.len().saturating_sub(DAILY);
    backups.truncate(older);
    let mut weeks = BTreeSet::new();
    let mut gone = Vec::new();
    for backup in backups.into_iter().rev() {
        let name = backup.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let day = name.get(name.len().saturating_sub(10)..).and_then(day_number);
        // Weeks begin on Mondays; day 0 was a Thursday.
        let week = day.map(|day| (day + 3).div_euclid(7));
        match week {
            Some(week) if weeks.len() < WEEKLY && weeks.insert(week) => {}
            _ => gone.push(backup),
        }
    }
    gone
}

/// Returns the days since 1970 of a date such as `2026-11-22`; `None` when it is none.
pub(crate) fn day_number(day: &str) -> Option<i64> {
    let date: jiff::civil::Date = day.parse().ok()?;
    (date.to_string() == day).then_some(())?;
    let start = jiff::civil::Date::constant(1970, 1, 1);
    Some(date.since(start).ok()?.get_days().into())
}

#[cfg(test)]
mod tests {
    use super::{day_number, superfluous};
    use std::path::PathBuf;

    #[track_caller]
    fn check(days: &[&str], kept: &[&str]) {
        let path = |day: &&str| PathBuf::from(format!("backups/memory-{day}.db"));
        let gone = superfluous(days.iter().map(path).collect());
        let left: Vec<&str> =
            days.iter().copied().filter(|day| !gone.contains(&path(day))).collect();
        assert_eq!(left, kept);
    }

    #[test]
    fn the_last_days_and_the_last_of_each_week_stay() {
        check(&[], &[]);
        check(
            &["2026-11-20", "2026-11-21", "2026-11-22"],
            &["2026-11-20", "2026-11-21", "2026-11-22"],
        );
        // From Sunday the 18th of October to Sunday the 22nd of November.
        let days: Vec<String> = (18..=31)
            .map(|day| format!("2026-10-{day}"))
            .chain((1..=22).map(|day| format!("2026-11-{day:02}")))
            .collect();
        let days: Vec<&str> = days.iter().map(String::as_str).collect();
        check(
            &days,
            &[
                "2026-11-01",
                "2026-11-08",
                "2026-11-15",
                "2026-11-19",
                "2026-11-20",
                "2026-11-21",
                "2026-11-22",
            ],
        );
    }

    #[test]
    fn a_machine_that_is_seldom_on_keeps_its_last_weeks() {
        check(
            &[
                "2026-01-05",
                "2026-03-02",
                "2026-03-03",
                "2026-05-04",
                "2026-07-06",
                "2026-08-03",
                "2026-09-07",
                "2026-10-05",
                "2026-11-02",
            ],
            &[
                "2026-03-03",
                "2026-05-04",
                "2026-07-06",
                "2026-08-03",
                "2026-09-07",
                "2026-10-05",
                "2026-11-02",
            ],
        );
    }

    #[test]
    fn a_day_is_written_in_one_way() {
        assert_eq!(day_number("1970-01-02"), Some(1));
        for wrong in ["", "1970-1-2", "2026-02-30", "hoy", "2026-11-22T00"] {
            assert_eq!(day_number(wrong), None, "{wrong}");
        }
    }
}
