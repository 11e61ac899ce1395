//! The sentences of talk about the memory, in both languages.

use jiff::civil::Date;
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Extractor, Fact, FactSource, FactStatus, SPEAKER};
use sarai_core::language::Language;
use sarai_memory::Stats;

use super::FACTS_TOLD_MAX;
use crate::persona::long_date;

/// Characters of a sentence that is quoted.
const QUOTE_CHARS_MAX: usize = 160;

pub(super) fn out_of_reach(language: Language) -> String {
    language
        .pick("Ahora no puedo mirar mi memoria.", "I cannot look at my memory right now.")
        .to_owned()
}

/// Lists facts, each with the words it came from.
pub(super) fn what_is_known(subject: &str, facts: &[Fact], language: Language) -> String {
    let own = subject == SPEAKER;
    if facts.is_empty() {
        return match (language, own) {
            (Language::Spanish, true) => "De ti aún no sé nada: no me has contado nada.".to_owned(),
            (Language::English, true) => {
                "I know nothing about you yet: you have told me nothing.".to_owned()
            }
            (Language::Spanish, false) => {
                format!("De «{subject}» no sé nada: no me lo has contado.")
            }
            (Language::English, false) => {
                format!("I know nothing about “{subject}”: you have not told me.")
            }
        };
    }
    let heading = match (language, own) {
        (Language::Spanish, true) => "Esto es lo que sé de ti:".to_owned(),
        (Language::English, true) => "This is what I know about you:".to_owned(),
        (Language::Spanish, false) => format!("Esto es lo que sé de «{subject}»:"),
        (Language::English, false) => format!("This is what I know about “{subject}”:"),
    };
    let shown = facts.iter().take(FACTS_TOLD_MAX).map(|fact| format!("- {}", line(fact, language)));
    let mut lines: Vec<String> = std::iter::once(heading).chain(shown).collect();
    if facts.len() > FACTS_TOLD_MAX {
        lines.push(
            language
                .pick(
                    "Hay más: están en la página «Memoria» y en `sarai memory list`.",
                    "There is more: see the page “Memory” and `sarai memory list`.",
                )
                .to_owned(),
        );
    }
    lines.join("\n")
}

/// Says a fact in one line: what, and the words and the day it was told.
fn line(fact: &Fact, language: Language) -> String {
    format!("{} ({})", gist(fact, language), source(fact, language))
}

fn gist(fact: &Fact, language: Language) -> String {
    let subject =
        if fact.subject == SPEAKER { String::new() } else { format!("{}: ", fact.subject) };
    let not = if fact.negated { language.pick("no ", "not ") } else { "" };
    let relation = fact.relation.replace('_', " ");
    let when = fact.when.as_deref().map_or_else(String::new, |when| format!(", {when}"));
    let status = match fact.status {
        FactStatus::Current => "",
        FactStatus::Past => language.pick(", en el pasado", ", in the past"),
        FactStatus::Planned => language.pick(", previsto", ", planned"),
        FactStatus::Superseded => language.pick(", antes", ", before"),
    };
    format!("{subject}{not}{relation} {}{when}{status}", fact.object)
}

fn source(fact: &Fact, language: Language) -> String {
    let Some(evidence) = &fact.evidence else {
        let day = day(fact.learned, language);
        return match language {
            Language::Spanish => format!("anotado a mano el {day}"),
            Language::English => format!("noted by hand on {day}"),
        };
    };
    let day = day(evidence.said, language);
    let words = quoted(&evidence.text);
    match (fact.source, language) {
        (FactSource::UserInput, Language::Spanish) if fact.extractor == Extractor::Model => {
            format!("lo leyó el modelo en lo que dijiste el {day}: «{words}»")
        }
        (FactSource::UserInput, Language::English) if fact.extractor == Extractor::Model => {
            format!("the model read it in what you said on {day}: “{words}”")
        }
        (FactSource::UserInput, Language::Spanish) => format!("lo dijiste el {day}: «{words}»"),
        (FactSource::UserInput, Language::English) => format!("you said so on {day}: “{words}”"),
        (FactSource::Assistant, Language::Spanish) => format!("lo dije yo el {day}: «{words}»"),
        (FactSource::Assistant, Language::English) => format!("I said so on {day}: “{words}”"),
        (_, Language::Spanish) => format!("lo leí el {day}: «{words}»"),
        (_, Language::English) => format!("I read it on {day}: “{words}”"),
    }
}

pub(super) fn since_when(facts: &[Fact], language: Language) -> String {
    if facts.is_empty() {
        return unknown(language);
    }
    let lines = facts.iter().map(|fact| {
        let gist = gist(fact, language);
        let known = match &fact.evidence {
            Some(evidence) => day(evidence.said, language),
            None => day(fact.learned, language),
        };
        let holds = fact.valid_from.as_deref();
        match (language, holds) {
            (Language::Spanish, Some(from)) => {
                format!("{gist}: desde {from}; lo sé desde el {known} ({})", source(fact, language))
            }
            (Language::English, Some(from)) => {
                format!(
                    "{gist}: since {from}; I have known since {known} ({})",
                    source(fact, language)
                )
            }
            (Language::Spanish, None) => {
                format!("{gist}: lo sé desde el {known} ({})", source(fact, language))
            }
            (Language::English, None) => {
                format!("{gist}: I have known since {known} ({})", source(fact, language))
            }
        }
    });
    lines.map(capital).collect::<Vec<_>>().join("\n")
}

pub(super) fn who_told(facts: &[Fact], language: Language) -> String {
    if facts.is_empty() {
        return unknown(language);
    }
    let lines = facts.iter().map(|fact| capital(line(fact, language)));
    lines.collect::<Vec<_>>().join("\n")
}

fn unknown(language: Language) -> String {
    language
        .pick(
            "De eso no tengo nada guardado: no me lo has contado.",
            "I have nothing kept of that: you have not told me.",
        )
        .to_owned()
}

/// Says what is gone, without its words: they are gone too.
pub(super) fn forgotten(gone: &[Fact], turns: u64, language: Language) -> String {
    match (gone.len(), language) {
        (0, Language::Spanish) => {
            "No tengo nada así guardado, de modo que no he olvidado nada.".to_owned()
        }
        (0, Language::English) => {
            "I have nothing like that kept, so nothing was forgotten.".to_owned()
        }
        (facts, Language::Spanish) => {
            let facts = if facts == 1 { "un hecho".to_owned() } else { format!("{facts} hechos") };
            let turns = match turns {
                0 => "las palabras de las que salió".to_owned(),
                1 => "el turno en que se dijo".to_owned(),
                turns => format!("los {turns} turnos en que se dijo"),
            };
            format!("Olvidado. He borrado {facts} y {turns}; este mensaje tampoco se guarda.")
        }
        (facts, Language::English) => {
            let facts = if facts == 1 { "one fact".to_owned() } else { format!("{facts} facts") };
            let turns = match turns {
                0 => "the words it came from".to_owned(),
                1 => "the turn in which it was said".to_owned(),
                turns => format!("the {turns} turns in which it was said"),
            };
            format!("Forgotten. I deleted {facts} and {turns}; this message is not kept either.")
        }
    }
}

pub(super) fn not_everything(stats: &Stats, language: Language) -> String {
    let (facts, turns) = (stats.facts_current + stats.facts_superseded, stats.turns);
    match language {
        Language::Spanish => format!(
            "Serían {facts} hechos y {turns} turnos, y no se puede deshacer. Si de verdad quieres \
             que lo olvide todo, hazlo con `sarai memory forget --everything`."
        ),
        Language::English => format!(
            "That would be {facts} facts and {turns} turns, and it cannot be undone. If you really \
             want me to forget everything, use `sarai memory forget --everything`."
        ),
    }
}

/// The day of a moment, as people say it.
fn day(moment: Timestamp, language: Language) -> String {
    let date = moment.date();
    date.parse::<Date>().map_or(date, |day| long_date(language, day))
}

fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn capital(text: String) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => text,
    }
}
