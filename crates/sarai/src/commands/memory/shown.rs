//! Facts and answers as a person reads them.

use sarai_core::language::Language;
use serde_json::Value;

use crate::output;
use crate::trouble::Outcome;

/// Characters of a sentence in a table.
const SENTENCE_CHARS_MAX: usize = 60;

/// Returns facts as a table, with the words each came from.
pub(super) fn table(facts: &[Value], language: Language) -> String {
    let heading = [
        language.pick("N.º", "NO."),
        language.pick("QUIÉN O QUÉ", "WHO OR WHAT"),
        language.pick("RELACIÓN", "RELATION"),
        language.pick("QUÉ", "WHAT"),
        language.pick("CUÁNDO", "WHEN"),
        language.pick("ESTADO", "STATE"),
        language.pick("DICHO", "SAID"),
        "",
    ];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(facts.iter().map(|fact| row(fact, language)));
    output::table(&rows)
}

fn row(fact: &Value, language: Language) -> Vec<String> {
    let sentence = words(&fact["evidence"]["text"]);
    vec![
        fact["id"].to_string(),
        words(&fact["subject"]),
        relation(fact, language),
        words(&fact["object"]),
        words(&fact["when"]),
        status(fact, language).to_owned(),
        said(fact),
        if sentence.is_empty() { String::new() } else { format!("«{}»", shortened(&sentence)) },
    ]
}

fn relation(fact: &Value, language: Language) -> String {
    let relation = words(&fact["relation"]).replace('_', " ");
    if fact["negated"] == true {
        format!("{} {relation}", language.pick("no", "not"))
    } else {
        relation
    }
}

fn status(fact: &Value, language: Language) -> &'static str {
    match fact["status"].as_str() {
        Some("past") => language.pick("pasado", "past"),
        Some("planned") => language.pick("previsto", "planned"),
        Some("superseded") => language.pick("ya no", "no longer"),
        _ => language.pick("vale", "holds"),
    }
}

/// The day it was said, or entered.
fn said(fact: &Value) -> String {
    let said = fact["evidence"]["said"].as_str().or_else(|| fact["learned"].as_str());
    said.and_then(|said| said.split('T').next()).unwrap_or_default().to_owned()
}

fn words(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SENTENCE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn list<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Writes what was kept of a message, what changed, and what was left out and why.
pub(super) fn ingested(answer: &Value, language: Language) -> Outcome {
    let groups = [
        ("stored", "guardado:", "kept:"),
        ("superseded", "ya no vale:", "no longer holds:"),
        ("mentioned", "ya se sabía:", "known already:"),
    ];
    let mut nothing = true;
    for (name, spanish, english) in groups {
        let facts = list(answer, name);
        if !facts.is_empty() {
            nothing = false;
            output::line(language.pick(spanish, english))?;
            output::line(&table(facts, language))?;
        }
    }
    for refused in list(answer, "refused") {
        nothing = false;
        let (text, why) = (words(&refused["text"]), words(&refused["why"]));
        output::line(&match language {
            Language::Spanish => format!("no se guarda «{text}»: {why}"),
            Language::English => format!("not kept “{text}”: {why}"),
        })?;
    }
    if nothing {
        let text = language.pick("no dice nada que guardar", "it says nothing to keep");
        output::line(text)?;
    }
    Ok(())
}

/// Writes a fact that was entered or corrected, and what gave way to it.
pub(super) fn stored(answer: &Value, language: Language) -> Outcome {
    if answer["known"] == true {
        output::tell(language.pick("ya se sabía", "known already"));
    }
    output::line(&table(std::slice::from_ref(&answer["fact"]), language))?;
    let superseded = list(answer, "superseded");
    if superseded.is_empty() {
        return Ok(());
    }
    output::line(language.pick("ya no vale:", "no longer holds:"))?;
    output::line(&table(superseded, language))
}

/// Writes answers, each with the words it rests on; without any, the earlier turns that fit.
pub(super) fn answers(answer: &Value, language: Language) -> Outcome {
    let found = list(answer, "answers");
    for one in found {
        let fact = &one["fact"];
        let sentence = words(&fact["evidence"]["text"]);
        let words = words(&one["text"]);
        let said = said(fact);
        output::line(&match (language, sentence.is_empty()) {
            (_, true) => format!("{words}  ({said})"),
            (Language::Spanish, false) => format!("{words}  ({said}: «{}»)", shortened(&sentence)),
            (Language::English, false) => format!("{words}  ({said}: “{}”)", shortened(&sentence)),
        })?;
    }
    let passages = list(answer, "passages");
    if found.is_empty() && passages.is_empty() {
        output::tell(
            language.pick("no lo sé: no me lo han dicho", "I do not know: nobody told me"),
        );
    } else if found.is_empty() {
        output::tell(language.pick(
            "ningún hecho lo dice; se habló de ello:",
            "no fact says it; it was talked about:",
        ));
        for passage in passages {
            let said = passage["said"].as_str().and_then(|said| said.split('T').next());
            let question = shortened(&words(&passage["question"]));
            output::line(&format!("{}  «{question}»", said.unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// Writes one fact with everything that is known of it, and its history.
pub(super) fn whole(answer: &Value, language: Language) -> Outcome {
    let fact = &answer["fact"];
    output::line(&table(std::slice::from_ref(fact), language))?;
    let confidence = fact["confidence"].as_f64().unwrap_or_default();
    let (mentions, source) = (&fact["mentions"], words(&fact["source"]));
    // What rules read in the person's words is the usual case and needs no word.
    let read_by = match words(&fact["extractor"]).as_str() {
        "model" => language.pick(
            " · leído por el modelo, en segundo plano",
            " · read by the model, in the background",
        ),
        _ => "",
    };
    output::line(&match language {
        Language::Spanish => {
            format!("confianza {confidence:.2} · dicho {mentions} veces · fuente {source}{read_by}")
        }
        Language::English => {
            format!("confidence {confidence:.2} · told {mentions} times · source {source}{read_by}")
        }
    })?;
    let sentence = words(&fact["evidence"]["text"]);
    if !sentence.is_empty() {
        let conversation = words(&fact["evidence"]["conversation"]);
        output::line(&match language {
            Language::Spanish => format!("«{sentence}» (conversación {conversation})"),
            Language::English => format!("“{sentence}” (conversation {conversation})"),
        })?;
    }
    let history = list(answer, "history");
    if history.is_empty() {
        return Ok(());
    }
    output::line(language.pick("historia:", "history:"))?;
    output::line(&table(history, language))
}

/// Writes figures, one a line: `name  value`.
pub(super) fn statistics(answer: &Value, language: Language) -> Outcome {
    let rows = output::figures(answer);
    if rows.is_empty() {
        output::tell(language.pick("no hay nada que contar", "there is nothing to count"));
        return Ok(());
    }
    output::line(&output::table(&rows))
}

/// Writes figures of before and after side by side.
pub(super) fn before_and_after(answer: &Value, language: Language) -> Outcome {
    let before = output::figures(&answer["before"]);
    let after = output::figures(&answer["after"]);
    let heading = ["", language.pick("ANTES", "BEFORE"), language.pick("DESPUÉS", "AFTER")];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(before.into_iter().zip(after).map(|(mut before, after)| {
        before.extend(after.into_iter().skip(1));
        before
    }));
    output::line(&output::table(&rows))
}
