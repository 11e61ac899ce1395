//! Pieces of request bodies that several APIs share, and checks of their values.

use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeInclusive;

use sarai_core::engine::{STOP_STRINGS_MAX, Sampling};
use sarai_core::id::ConversationId;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use crate::error::ApiError;

/// A string, or a list of something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TextOr<T> {
    Text(String),
    List(Vec<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TextOr<T>, D::Error> {
        deserializer.deserialize_any(TextOrVisitor(PhantomData))
    }
}

struct TextOrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TextOrVisitor<T> {
    type Value = TextOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TextOr<T>, E> {
        Ok(TextOr::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<TextOr<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(TextOr::List(list))
    }
}

/// A word, or an object that says more.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WordOr<T> {
    Word(String),
    Object(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for WordOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WordOr<T>, D::Error> {
        deserializer.deserialize_any(WordOrVisitor(PhantomData))
    }
}

struct WordOrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for WordOrVisitor<T> {
    type Value = WordOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an object")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<WordOr<T>, E> {
        Ok(WordOr::Word(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WordOr<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(WordOr::Object)
    }
}

/// Reads a whole number, also one written as `3.0`, which JSON does not tell from `3`.
pub(crate) fn whole<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i128>,
{
    deserializer.deserialize_option(WholeVisitor(PhantomData))
}

struct WholeVisitor<T>(PhantomData<T>);

impl<'de, T: TryFrom<i128>> Visitor<'de> for WholeVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number within its limits")
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<T>, E> {
        let wrong = || E::invalid_value(Unexpected::Unsigned(number), &self);
        T::try_from(number.into()).map(Some).map_err(|_| wrong())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<T>, E> {
        let wrong = || E::invalid_value(Unexpected::Signed(number), &self);
        T::try_from(number.into()).map(Some).map_err(|_| wrong())
    }

    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates; limits follow")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<T>, E> {
        let wrong = || E::invalid_value(Unexpected::Float(number), &self);
        if number.fract() != 0.0 {
            return Err(wrong());
        }
        T::try_from(number as i128).map(Some).map_err(|_| wrong())
    }
}

/// What a request says about choosing tokens.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SamplingWishes {
    pub(crate) temperature: Option<f32>,
    pub(crate) top_p: Option<f32>,
    pub(crate) top_k: Option<u32>,
    pub(crate) presence_penalty: Option<f32>,
    pub(crate) frequency_penalty: Option<f32>,
    pub(crate) seed: Option<i64>,
}

impl SamplingWishes {
    /// Returns the sampling wished for, or `None` when nothing was.
    pub(crate) fn check(&self, temperature_max: f32) -> Result<Option<Sampling>, ApiError> {
        in_range("temperature", self.temperature, 0.0..=temperature_max)?;
        in_range("top_p", self.top_p, 0.0..=1.0)?;
        in_range("presence_penalty", self.presence_penalty, -2.0..=2.0)?;
        in_range("frequency_penalty", self.frequency_penalty, -2.0..=2.0)?;
        let usual = Sampling::CHAT;
        let wished = Sampling {
            temperature: self.temperature.unwrap_or(usual.temperature),
            top_p: self.top_p.unwrap_or(usual.top_p),
            top_k: self.top_k.unwrap_or(usual.top_k),
            presence_penalty: self.presence_penalty.unwrap_or(usual.presence_penalty),
            frequency_penalty: self.frequency_penalty.unwrap_or(usual.frequency_penalty),
            seed: self.seed.map(i64::cast_unsigned),
            ..usual
        };
        Ok((wished != usual).then_some(wished))
    }
}

/// Refuses a value outside of `range`.
pub(crate) fn in_range<T: PartialOrd + fmt::Display>(
    param: &str,
    value: Option<T>,
    range: RangeInclusive<T>,
) -> Result<(), ApiError> {
    match value {
        Some(value) if !range.contains(&value) => {
            let (low, high) = range.into_inner();
            Err(ApiError::invalid(
                param,
                format!("`{param}` debe estar entre {low} y {high}"),
                format!("`{param}` must be between {low} and {high}"),
            )
            .code("out_of_range"))
        }
        _ => Ok(()),
    }
}

/// Returns the stop strings of a request.
pub(crate) fn stop_strings(
    param: &str,
    stop: Option<TextOr<String>>,
) -> Result<Vec<String>, ApiError> {
    let stop = match stop {
        None => Vec::new(),
        Some(TextOr::Text(one)) => vec![one],
        Some(TextOr::List(many)) => many,
    };
    if stop.len() > STOP_STRINGS_MAX {
        return Err(ApiError::invalid(
            param,
            format!("`{param}` admite {STOP_STRINGS_MAX} textos como mucho"),
            format!("`{param}` takes {STOP_STRINGS_MAX} strings at most"),
        )
        .code("out_of_range"));
    }
    if stop.iter().any(String::is_empty) {
        return Err(ApiError::invalid(
            param,
            format!("`{param}` no puede contener un texto vacío"),
            format!("`{param}` cannot hold an empty string"),
        ));
    }
    Ok(stop)
}

/// Returns the conversation a request names, in its header or in its metadata.
pub(crate) fn conversation(
    param: &str,
    id: Option<&str>,
) -> Result<Option<ConversationId>, ApiError> {
    id.map(ConversationId::new).transpose().map_err(|_| {
        ApiError::invalid(
            param,
            format!(
                "`{param}` no es el nombre de una conversación: usa letras, cifras, `.`, `_` o `-`"
            ),
            format!("`{param}` does not name a conversation: use letters, digits, `.`, `_` or `-`"),
        )
    })
}

/// Refuses a message without its content.
pub(crate) fn missing(param: &str) -> ApiError {
    ApiError::invalid(
        param,
        format!("falta el parámetro `{param}`"),
        format!("the parameter `{param}` is missing"),
    )
    .code("missing_required_parameter")
}

/// Refuses a value that we know and cannot serve.
pub(crate) fn unsupported(param: &str, spanish: &str, english: &str) -> ApiError {
    ApiError::invalid(param, spanish, english).code("unsupported_value")
}
