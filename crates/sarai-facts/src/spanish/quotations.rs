//! Words in quotation marks: a title is a name, everything else is what others say.

use std::ops::Range;

use crate::spanish::lexicon;
use crate::spanish::words::Word;

/// A longer quotation is no title.
const TITLE_WORDS_MAX: usize = 6;

/// Takes the quotations out of a message; returns the other words and where quotations stood.
pub(super) fn unquoted(words: &[Word]) -> (Vec<Word>, Vec<Range<usize>>) {
    let mut kept: Vec<Word> = Vec::with_capacity(words.len());
    let mut quoted = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some(end) = closing(words, at) else {
            kept.push(words[at].clone());
            at += 1;
            continue;
        };
        let inner = &words[at + 1..end];
        if title(&kept, inner) {
            kept.extend(inner.iter().cloned().map(|mut word| {
                word.capital = !word.mark;
                word
            }));
        } else {
            quoted.push(words[at].span.start..words[end].span.end);
        }
        at = end + 1;
    }
    (kept, quoted)
}

/// Returns where the quotation that opens at a word closes.
fn closing(words: &[Word], at: usize) -> Option<usize> {
    let close = match words[at].text.as_str() {
        "\"" => "\"",
        "«" => "»",
        "“" => "”",
        "'" => "'",
        "‘" => "’",
        _ => return None,
    };
    let found = words[at + 1..]
        .iter()
        .position(|word| word.text == close || (close == "”" && word.text == "\""));
    found.map(|found| at + 1 + found)
}

/// Whether quoted words name something: short, after a verb of being, calling or reading.
fn title(before: &[Word], inner: &[Word]) -> bool {
    let last = before
        .iter()
        .rev()
        .find(|word| !word.one_of(&["el", "la", "de", "con", "en", "a", "como"]));
    let said = last.is_none_or(|word| word.is(":") || word.is(","))
        || last.is_some_and(|word| {
            lexicon::forms(&word.low).iter().any(|form| {
                matches!(
                    form.verb,
                    "decir"
                        | "poner"
                        | "gritar"
                        | "cantar"
                        | "contestar"
                        | "responder"
                        | "preguntar"
                        | "escribir"
                        | "rezar"
                )
            })
        });
    let first_person = inner.iter().any(|word| {
        lexicon::forms(&word.low).first().is_some_and(|form| form.person == 1 && form.exact)
    });
    let short = inner.iter().filter(|word| !word.mark).count() <= TITLE_WORDS_MAX;
    let tells = first_person && inner.len() > 3;
    !inner.is_empty() && short && !said && !tells
}
