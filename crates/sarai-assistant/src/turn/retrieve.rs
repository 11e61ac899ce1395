//! Retrieve: what stands beside the question on this route?

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sarai_core::clock::Clock;
use sarai_core::conversation::Recalled;
use sarai_core::fact::FactId;
use sarai_core::language::Language;
use sarai_core::route::Route;
use sarai_core::text::Text;

use super::record::Note;
use crate::{Parts, persona};

/// What the prompt holds besides the messages.
pub(super) struct Context {
    pub(super) persona: Option<Text>,
    pub(super) today: Option<Text>,
    pub(super) recalled: Recalled,
}

/// Gathers the context of a route.
pub(super) fn context_for(
    parts: &Parts,
    route: Route,
    recalled: Recalled,
    note: &mut Note,
) -> Context {
    if route == Route::Bare {
        return Context { persona: None, today: None, recalled: Recalled::default() };
    }
    for fact in &recalled.facts {
        let FactId(id) = fact.id;
        note.used(format!("{} {id}", parts.language.pick("hecho", "fact")));
    }
    for recollection in &recalled.passages {
        let (turn, date) = (&recollection.turn, recollection.said.date());
        note.used(format!("{} {turn} ({date})", parts.language.pick("turno", "turn")));
    }
    Context {
        persona: Some(persona::words(parts.language)),
        today: Some(today(parts.clock.as_ref(), &parts.time_zone, parts.language)),
        recalled,
    }
}

/// Returns what is said of the day.
pub(super) fn today(clock: &dyn Clock, time_zone: &TimeZone, language: Language) -> Text {
    let now = Timestamp::from_millisecond(clock.now().0).unwrap_or(Timestamp::UNIX_EPOCH);
    persona::today(language, now.to_zoned(TimeZone::clone(time_zone)).date())
}
