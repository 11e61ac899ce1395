//! The names of days and months.

use jiff::civil::{Date, Weekday};

use super::Point;

/// Returns the day of the week of a folded name, singular or plural or cut.
pub(super) fn weekday(folded: &str) -> Option<Weekday> {
    Some(match folded {
        "lunes" => Weekday::Monday,
        "martes" => Weekday::Tuesday,
        "miercoles" => Weekday::Wednesday,
        "jueves" => Weekday::Thursday,
        "viernes" => Weekday::Friday,
        "sabado" => Weekday::Saturday,
        "domingo" => Weekday::Sunday,
        _ => return None,
    })
}

/// Returns the month of a folded name.
pub(super) fn month(folded: &str) -> Option<i8> {
    Some(match folded {
        "enero" | "ene" => 1,
        "febrero" | "feb" => 2,
        "marzo" => 3,
        "abril" | "abr" => 4,
        "mayo" => 5,
        "junio" | "jun" => 6,
        "julio" | "jul" => 7,
        "agosto" | "ago" => 8,
        "septiembre" | "setiembre" | "sep" | "sept" => 9,
        "octubre" | "oct" => 10,
        "noviembre" | "nov" => 11,
        "diciembre" | "dic" => 12,
        _ => return None,
    })
}

/// Reads `3/4`, `03/04/2025` and `3-4-25`.
pub(super) fn slashed(text: &str) -> Option<Point> {
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    let (day, month) = (parts.first()?.parse().ok()?, parts.get(1)?.parse().ok()?);
    let valid = (1..=31).contains(&day) && (1..=12).contains(&month);
    match parts.get(2) {
        _ if !valid => None,
        None => text.contains('/').then_some(Point::MonthDay(month, day)),
        Some(year) => {
            let number: i16 = year.parse().ok()?;
            let year = if year.len() == 2 { 2000 + number } else { number };
            Date::new(year, month, day).ok().map(Point::Day)
        }
    }
}
