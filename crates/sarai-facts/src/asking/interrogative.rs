//! The word a question asks by, and what it asks for.

use std::ops::Range;

use crate::asking::lexicon;
use crate::asking::lists::List;
use crate::asking::question::{Era, Question, Role, Wanted};
use crate::asking::verbs;
use crate::asking::words::{self, Word};

/// How a question opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opening {
    /// The place of the word it asks by.
    pub at: Option<usize>,
    pub wanted: Wanted,
    pub preposition: Option<String>,
    /// The places of the words for the kind of thing asked for.
    pub kind: Range<usize>,
    /// Whether it is written as a question or asks by a word.
    pub is_question: bool,
}

const CLITICS: &[&str] = &["me", "te", "le", "les", "se", "nos", "lo", "la", "os"];

/// Finds the word the question asks by.
pub(super) fn find(asked: &[Word], text: &str) -> Opening {
    let marked = text.contains(['?', '¿']);
    let at = (0..asked.len()).find(|at| asks(asked, *at, marked));
    let Some(at) = at else {
        let strict = asked.first().is_some_and(|word| List::OpensWhether.has(&word.folded));
        let wanted = if strict { Wanted::Whether } else { Wanted::Open };
        return Opening { at, wanted, preposition: None, kind: 0..0, is_question: marked };
    };
    let before =
        at.checked_sub(1).and_then(|before| asked.get(before)).map(|word| word.folded.as_str());
    let preposition = before.filter(|word| List::AskingPreposition.has(word));
    let next = asked.get(at + 1).map_or("", |word| word.folded.as_str());
    let wanted = match asked[at].folded.as_str() {
        "que" if preposition == Some("por") => Wanted::Reason,
        "quien" | "quienes" | "who" | "whom" | "whose" => Wanted::Who,
        "donde" | "adonde" | "where" | "whereabouts" => Wanted::Where,
        "cuando" | "when" => Wanted::When,
        "cuanto" | "cuanta"
            if matches!(next, "tiempo" | "dura" | "duro" | "hace" | "llevo" | "lleva") =>
        {
            Wanted::Duration
        }
        "cuanto" | "cuanta" | "cuantos" | "cuantas" => Wanted::Amount,
        "how" if matches!(next, "old" | "many" | "much" | "tall" | "far" | "big" | "heavy") => {
            Wanted::Amount
        }
        "how" if next == "long" => Wanted::Duration,
        "how" if next == "often" => Wanted::When,
        "como" | "how" => Wanted::Manner,
        "why" => Wanted::Reason,
        _ => Wanted::What,
    };
    let kind = match asked[at].folded.as_str() {
        "que" | "cual" | "cuales" => spanish_kind(asked, at + 1),
        "cuanto" | "cuanta" | "cuantos" | "cuantas" if wanted == Wanted::Amount => {
            spanish_kind(asked, at + 1)
        }
        "what" | "which" | "whose" => english_kind(asked, at + 1),
        "how" if matches!(next, "many" | "much") => english_kind(asked, at + 2),
        _ => 0..0,
    };
    Opening {
        at: Some(at),
        wanted,
        preposition: preposition.map(str::to_owned),
        kind,
        is_question: true,
    }
}

/// Returns whether the word at this place asks, and does not join clauses.
fn asks(asked: &[Word], at: usize, marked: bool) -> bool {
    let word = &asked[at];
    let first = at == 0 || (at <= 2 && asked[..at].iter().all(|before| is_leading(&before.folded)));
    let accented =
        word.text.chars().any(|c| matches!(c, 'á' | 'é' | 'í' | 'ó' | 'ú' | 'É' | 'Ó' | 'Á'));
    match word.folded.as_str() {
        "como" if first && !accented => asks_manner(asked, at),
        "que" | "como" => first || accented,
        "cual" | "cuales" | "quien" | "quienes" | "donde" | "adonde" | "cuando" | "cuanto"
        | "cuanta" | "cuantos" | "cuantas" => first || accented || marked,
        "what" | "which" | "who" | "whom" | "whose" | "where" | "whereabouts" | "when" | "how"
        | "why" => true,
        _ => false,
    }
}

/// Returns whether “como” without an accent is not the verb: “como vive mi tío”, but “¿como carne?”.
fn asks_manner(asked: &[Word], at: usize) -> bool {
    let next = asked.get(at + 1).map_or("", |word| word.folded.as_str());
    let keys = verbs::keys(next);
    CLITICS.contains(&next)
        || List::PastForm.has(next)
        || keys.iter().any(|key| List::Light.has(key) || List::Modal.has(key))
        || !lexicon::verb_groups(&keys).is_empty() && asked.len() > at + 2
}

fn is_leading(word: &str) -> bool {
    List::AskingPreposition.has(word)
        || matches!(word, "y" | "pues" | "si" | "and" | "el" | "la" | "lo")
}

/// “qué *queso* me gusta”, but “qué cultiva mi abuelo”: a kind has its verb after it.
fn spanish_kind(asked: &[Word], at: usize) -> Range<usize> {
    let mut at = at;
    // “qué tipo de música”
    if asked.get(at).is_some_and(|word| matches!(word.folded.as_str(), "tipo" | "clase" | "marca"))
        && asked.get(at + 1).is_some_and(|word| word.folded == "de")
    {
        at += 2;
    }
    let Some(noun) = asked.get(at).map(|word| word.folded.as_str()) else { return 0..0 };
    let light = |word: &str| {
        let keys = verbs::keys(word);
        keys.iter()
            .any(|key| matches!(key.as_str(), "ser" | "estar" | "haber" | "tener" | "hacer" | "ir"))
    };
    if CLITICS.contains(&noun) || light(noun) || is_function(noun) {
        return 0..0;
    }
    let mut before = noun;
    for word in asked[at + 1..].iter().map(|word| word.folded.as_str()) {
        let nominal = matches!(
            before,
            "el" | "la" | "los" | "las" | "un" | "una" | "de" | "mi" | "mis" | "su"
        );
        let verb = light(word) || !lexicon::verb_groups(&verbs::keys(word)).is_empty();
        if (verb && !nominal && !List::AskingPreposition.has(before))
            || matches!(word, "me" | "te" | "le" | "les" | "se" | "nos")
        {
            return at..at + 1;
        }
        before = word;
    }
    // “de qué trabajo”: without another verb it is the verb itself.
    let itself = !lexicon::verb_groups(&verbs::keys(noun)).is_empty();
    let noun = words::key(noun);
    if itself {
        return 0..0;
    }
    let known = lexicon::is_kind(&noun) || lexicon::synonyms(&noun).next().is_some();
    if known { at..at + 1 } else { 0..0 }
}

fn is_function(word: &str) -> bool {
    List::AskingPreposition.has(word)
        || matches!(word, "el" | "la" | "los" | "las" | "mi" | "mis" | "no" | "su" | "sus" | "yo")
}

fn english_kind(asked: &[Word], at: usize) -> Range<usize> {
    let mut at = at;
    if asked.get(at).is_some_and(|word| {
        matches!(word.folded.as_str(), "kind" | "type" | "sort" | "make" | "brand")
    }) && asked.get(at + 1).is_some_and(|word| word.folded == "of")
    {
        at += 2;
    }
    let ends = |word: &Word| List::Auxiliary.has(word.folded.as_str());
    match asked.get(at..).unwrap_or_default().iter().take(4).position(ends) {
        Some(length) => at..at + length,
        None if at < asked.len() => at..at + 1,
        None => 0..0,
    }
}

/// Makes what is asked for more exact by the kind and the verb: “qué día” asks when.
pub(super) fn refine(question: &mut Question, asked: &[Word]) {
    let kinds: Vec<&str> = question
        .terms
        .iter()
        .filter(|term| term.role == Role::Kind)
        .map(|term| term.word.folded.as_str())
        .collect();
    let named = |names: &[&str]| kinds.iter().any(|kind| names.contains(kind));
    let place = [
        "ciudad",
        "pueblo",
        "pais",
        "calle",
        "barrio",
        "lugar",
        "sitio",
        "zona",
        "provincia",
        "planta",
        "city",
        "town",
        "country",
        "street",
        "place",
        "village",
        "floor",
        "neighbourhood",
    ];
    let refined = match question.wanted {
        Wanted::What
            if named(&[
                "hora", "dia", "fecha", "mes", "ano", "day", "time", "date", "month", "year",
                "dias", "days", "horas", "meses", "months", "weekday",
            ]) =>
        {
            Wanted::When
        }
        Wanted::What if named(&["edad", "age"]) => Wanted::Amount,
        Wanted::What if named(&place) => Wanted::Where,
        // “qué familiar vive en Lyon” asks who.
        Wanted::What
            if question.preposition.is_none()
                && named(&["familiar", "pariente", "persona", "relative", "person"]) =>
        {
            Wanted::Who
        }
        Wanted::What | Wanted::Manner if asks_name(question, asked) => Wanted::Name,
        wanted => wanted,
    };
    question.wanted = refined;
    if question.preposition.is_none()
        && let Some(last) =
            asked.last().filter(|word| List::AskingPreposition.has(word.folded.as_str()))
    {
        question.preposition = Some(last.folded.clone());
    }
    if question.wanted == Wanted::Name {
        question.era = Era::Now;
    }
}

/// Returns whether the name of somebody or something is asked for.
fn asks_name(question: &Question, asked: &[Word]) -> bool {
    let Some(name) = lexicon::group("name") else { return false };
    let verb = question.terms.iter().any(|term| term.verb_groups.contains(&name));
    let noun = question.terms.iter().any(|term| term.noun_groups.contains(&name));
    let opens = asked
        .iter()
        .any(|word| matches!(word.folded.as_str(), "como" | "cual" | "cuales" | "what" | "que"));
    // “¿a qué número llamo?”
    let reaches = asked.iter().any(|word| {
        matches!(word.folded.as_str(), "llamo" | "llamamos" | "telefono" | "movil" | "phone")
    }) && asked.iter().all(|word| word.folded != "me");
    opens && (verb && !reaches || noun)
}
