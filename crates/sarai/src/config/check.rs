//! Checks that a value is what its key takes.

use std::net::IpAddr;

use sarai_core::id::ModelName;
use toml_edit::Value;

use super::keys::{Key, Kind};
use super::problem::Problem;

/// Checks that `value` is what `key` takes.
pub(crate) fn check(key: &'static Key, value: &Value, place: &str) -> Result<(), Problem> {
    let fits = match key.kind {
        Kind::Text => value.is_str(),
        Kind::Word(words) => match value.as_str() {
            Some(word) if words.contains(&word) => true,
            Some(_) => return Err(bad_word(place, key, words)),
            None => false,
        },
        Kind::Number { min, max } => match value.as_integer() {
            Some(number) if (min..=max).contains(&number) => true,
            Some(number) => return Err(out_of_bounds(place, key, number, min, max)),
            None => false,
        },
        Kind::Switch => value.is_bool(),
        Kind::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_str)),
    };
    if !fits {
        return Err(bad_type(place, key));
    }
    check_meaning(key, value, place)
}

fn check_meaning(key: &'static Key, value: &Value, place: &str) -> Result<(), Problem> {
    let bad = |spanish: String, english: String| {
        Err(Problem::BadValue {
            place: place.to_owned(),
            key: key.path,
            reason_es: spanish,
            reason_en: english,
        })
    };
    let text = value.as_str().unwrap_or_default();
    match key.path {
        "server.address" if text.parse::<IpAddr>().is_err() => {
            bad(format!("no es una dirección IP: {text}"), format!("is not an IP address: {text}"))
        }
        "model.name" => match ModelName::new(text) {
            Ok(_) => Ok(()),
            Err(error) => bad(format!("no es el nombre de un modelo: {text}"), error.to_string()),
        },
        "assistant.time_zone" if text != "auto" && jiff::tz::TimeZone::get(text).is_err() => {
            bad(format!("no es una zona horaria: {text}"), format!("is not a time zone: {text}"))
        }
        "engine.upstream.url"
            if !text.is_empty()
                && !text.starts_with("http://")
                && !text.starts_with("https://") =>
        {
            bad(
                format!("no empieza por http:// o https://: {text}"),
                format!("does not begin with http:// or https://: {text}"),
            )
        }
        _ => Ok(()),
    }
}

pub(super) fn bad_type(place: &str, key: &'static Key) -> Problem {
    let (spanish, english) = match key.kind {
        Kind::Text | Kind::Word(_) => {
            ("tiene que ser un texto entre comillas", "must be a quoted text")
        }
        Kind::Number { .. } => ("tiene que ser un número entero", "must be a whole number"),
        Kind::Switch => ("tiene que ser true o false", "must be true or false"),
        Kind::Texts => ("tiene que ser una lista de textos", "must be a list of texts"),
    };
    Problem::BadValue {
        place: place.to_owned(),
        key: key.path,
        reason_es: spanish.to_owned(),
        reason_en: english.to_owned(),
    }
}

fn bad_word(place: &str, key: &'static Key, words: &[&str]) -> Problem {
    let words = words.join(", ");
    Problem::BadValue {
        place: place.to_owned(),
        key: key.path,
        reason_es: format!("tiene que ser uno de: {words}"),
        reason_en: format!("must be one of: {words}"),
    }
}

fn out_of_bounds(place: &str, key: &'static Key, number: i64, min: i64, max: i64) -> Problem {
    Problem::BadValue {
        place: place.to_owned(),
        key: key.path,
        reason_es: format!("es {number} y tiene que estar entre {min} y {max}"),
        reason_en: format!("is {number} and must be between {min} and {max}"),
    }
}
