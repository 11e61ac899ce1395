//! How many questions of an item were answered right.
//!
//! The same rule as `probe_recall@5` of `eval/memory/score_memory.py`: words are compared folded,
//! without articles, prepositions and endings; every required answer must be among the first five;
//! a question without an answer must not be answered; yes and no must come first.

use std::collections::BTreeSet;

use sarai_facts::fold::fold;
use serde_json::Value;

/// Answers that are looked at.
const ANSWERS_MAX: usize = 5;

/// Words of an answer beyond which it is no answer but a text.
const WORDS_MAX: usize = 8;

/// Words that name nothing.
const EMPTY: &[&str] = &[
    "el", "la", "los", "las", "lo", "un", "una", "unos", "unas", "de", "del", "al", "a", "en",
    "con", "por", "para", "y", "e", "o", "u", "que", "se", "me", "te", "le", "les", "nos", "os",
    "mi", "mis", "tu", "tus", "su", "sus", "nuestro", "nuestra", "nuestros", "nuestras", "este",
    "esta", "estos", "estas", "ese", "esa", "esos", "esas", "muy", "mas", "ya", "don", "dona",
    "the", "an", "of", "in", "on", "at", "to", "for", "with", "and", "or", "my", "your", "his",
    "her", "its", "their", "our", "this", "that", "some", "by", "as", "is", "hacia", "desde",
    "hasta", "sobre", "entre", "yo", "user", "usuario", "usuaria", "i", "speaker", "self", "mine",
    "myself", "conmigo", "hablante", "no", "not", "nunca", "never", "jamas", "tampoco",
];

const NUMBERS: &[&str] = &[
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "once", "doce", "trece", "catorce", "quince",
];
const ENGLISH_NUMBERS: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];

/// Returns how many questions of `item` the `result` answers right, and how many there are.
pub fn probes_right(item: &Value, result: &Value) -> (u64, u64) {
    let empty = Vec::new();
    let probes = item["probes"].as_array().unwrap_or(&empty);
    let right = probes.iter().enumerate().filter(|(place, probe)| {
        let answers = result["answers"][place].as_array();
        let answers = answers.into_iter().flatten().take(ANSWERS_MAX).filter_map(Value::as_str);
        is_right(&probe["answer"], &answers.collect::<Vec<_>>())
    });
    (right.count() as u64, probes.len() as u64)
}

fn is_right(wanted: &Value, answers: &[&str]) -> bool {
    let wanted: Vec<Vec<&str>> = wanted.as_array().into_iter().flatten().map(variants).collect();
    let Some(first) = wanted.first().and_then(|variants| variants.first()) else {
        return answers.is_empty();
    };
    if let Some(yes) = yes_or_no(first) {
        return answers.first().and_then(|answer| yes_or_no(answer)) == Some(yes);
    }
    wanted.iter().all(|variants| {
        answers.iter().any(|answer| variants.iter().any(|variant| hits(variant, answer)))
    })
}

fn variants(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn yes_or_no(word: &str) -> Option<bool> {
    match fold(word.trim()).as_str() {
        "si" | "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

fn hits(variant: &str, answer: &str) -> bool {
    let (variant, answer) = (content(variant), content(answer));
    !variant.is_empty() && variant.is_subset(&answer) && answer.len() <= WORDS_MAX
}

fn content(text: &str) -> BTreeSet<String> {
    let folded = joined_digits(&fold(text).replace("'s", " ").replace('\'', ""));
    let words: Vec<&str> = folded
        .split(|c: char| !(c.is_alphanumeric() || c == ':'))
        .filter(|w| !w.is_empty())
        .collect();
    let named: BTreeSet<String> =
        words.iter().filter(|word| !EMPTY.contains(word)).map(|word| stem(word)).collect();
    if named.is_empty() { words.into_iter().map(stem).collect() } else { named }
}

/// Writes `600 111 222` as one number.
fn joined_digits(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let digit = |place: usize| letters.get(place).is_some_and(char::is_ascii_digit);
    let mut joined = String::with_capacity(text.len());
    for (place, letter) in letters.iter().enumerate() {
        let gap = matches!(letter, ' ' | '.' | '-') && place > 0;
        if !(gap && digit(place - 1) && digit(place + 1) && digit(place + 2)) {
            joined.push(*letter);
        }
    }
    joined
}

fn stem(word: &str) -> String {
    let number = |list: &[&str]| list.iter().position(|name| *name == word);
    if let Some(number) = number(NUMBERS).or_else(|| number(ENGLISH_NUMBERS)) {
        return number.to_string();
    }
    let mut word = word;
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word = &word[..word.len() - 1];
    }
    if word.len() > 4 && word.ends_with(['a', 'o', 'e']) {
        word = &word[..word.len() - 1];
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::probes_right;

    #[track_caller]
    fn check(wanted: &Value, answers: &[&str], right: bool) {
        let item = json!({ "probes": [{ "q": "¿…?", "answer": wanted }] });
        let result = json!({ "answers": [answers] });
        assert_eq!(probes_right(&item, &result), (u64::from(right), 1), "{wanted} {answers:?}");
    }

    #[test]
    fn an_answer_is_right_by_its_content() {
        check(&json!([["Cuenca"]]), &["en Cuenca"], true);
        check(&json!([["Cuenca"]]), &["a", "b", "c", "d", "Cuenca"], true);
        check(&json!([["Cuenca"]]), &["a", "b", "c", "d", "e", "Cuenca"], false);
        check(&json!([["cinco", "5"]]), &["5 años"], true);
        check(&json!([["600 111 222"]]), &["600111222"], true);
        check(&json!([["guitarra"], ["bajo"]]), &["guitarra", "bajo eléctrico"], true);
        check(&json!([["guitarra"], ["bajo"]]), &["guitarra"], false);
        check(&json!([["queso"]]), &["uno dos tres cuatro cinco seis siete ocho queso"], false);
    }

    #[test]
    fn not_knowing_and_yes_and_no_are_answers_too() {
        check(&json!([]), &[], true);
        check(&json!([]), &["Cuenca"], false);
        check(&json!([["sí"]]), &["Sí", "coche"], true);
        check(&json!([["no"]]), &["sí"], false);
        check(&json!([["no"]]), &[], false);
    }
}
