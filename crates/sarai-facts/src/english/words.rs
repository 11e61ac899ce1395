//! A message as words, each with its place: contractions apart, chat spelling repaired.

use std::ops::Range;

use super::lexicon::{self, Form, Tag};
use crate::fold::fold;

/// Titles and the like that are written with a point.
const TITLES: &[&str] =
    &["mr", "mrs", "ms", "dr", "st", "prof", "rev", "fr", "sr", "jr", "capt", "sgt", "mt", "ft"];

/// One word, or one mark between words.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// As it is shown: `I`, `am`, `Lucy`.
    pub text: String,
    /// Folded, as it is compared.
    pub lower: String,
    /// Where it stands, in bytes of the message.
    pub span: Range<usize>,
    pub tag: Tag,
    /// What it would be as a verb.
    pub forms: Vec<Form>,
    /// A proper name by its capital or because it is a given name.
    pub is_name: bool,
    /// Inside quotation marks, or in text that is not the speaker's.
    pub is_foreign: bool,
}

impl Word {
    pub(super) fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.lower.as_str())
    }

    pub(super) fn is_mark(&self) -> bool {
        self.tag == Tag::Mark
    }

    /// Returns whether it ends a sentence.
    pub(super) fn is_stop(&self) -> bool {
        self.is_mark() && self.is(&[".", "!", "?", ";", "\n"])
    }

    pub(super) fn is_number(&self) -> bool {
        self.tag == Tag::Number
    }

    pub(super) fn form(&self, wanted: impl Fn(&Form) -> bool) -> Option<&Form> {
        self.forms.iter().find(|form| wanted(form))
    }
}

/// Returns the words and marks of `text`.
pub(super) fn of(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let shouted = is_shouted(text);
    for (line_start, line) in lines(text) {
        if line_start > 0 {
            push_mark(&mut words, "\n", line_start - 1..line_start);
        }
        for range in pieces(line) {
            piece(&line[range.clone()], line_start + range.start, &mut words);
        }
    }
    for index in 0..words.len() {
        let opens =
            index == 0 || words[index - 1].is_stop() || words[index - 1].is(&[":", "\"", "-"]);
        let own_case = text.get(words[index].span.clone()).unwrap_or_default().to_owned();
        classify(&mut words[index], &own_case, opens, shouted);
    }
    no_more(&mut words);
    surnames(&mut words);
    its(&mut words);
    possessives(&mut words);
    words
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let here = start;
        start += line.len() + 1;
        (here, line)
    })
}

/// Returns whether most letters are capitals, so that they tell nothing.
fn is_shouted(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    letters > 6 && capitals * 10 > letters * 7
}

/// Splits a line at spaces and between words and marks.
fn pieces(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open: Option<usize> = None;
    let indices: Vec<(usize, char)> = line.char_indices().collect();
    for (place, &(at, c)) in indices.iter().enumerate() {
        let before = place.checked_sub(1).map(|index| indices[index].1);
        let after = indices.get(place + 1).map(|next| next.1);
        if belongs(before, c, after) {
            open.get_or_insert(at);
            continue;
        }
        // `Mr. Hughes`: no sentence ends here.
        let title = open.is_some_and(|start| TITLES.contains(&fold(&line[start..at]).as_str()));
        found.extend(open.take().map(|start| start..at));
        if c == '.' && title && after.is_some_and(char::is_whitespace) {
            continue;
        }
        if !c.is_whitespace() {
            found.push(at..at + c.len_utf8());
        }
    }
    found.extend(open.map(|start| start..line.len()));
    found
}

/// Returns whether a character is part of a word, given its neighbours.
fn belongs(before: Option<char>, c: char, after: Option<char>) -> bool {
    let inside = |wanted: fn(char) -> bool| before.is_some_and(wanted) && after.is_some_and(wanted);
    match c {
        '\'' | '’' | '-' | '.' | '_' | '@' | '/' => inside(char::is_alphanumeric),
        ':' | ',' => inside(|neighbour| neighbour.is_ascii_digit()),
        '+' | '£' | '$' | '€' | '#' => after.is_some_and(|next| next.is_ascii_digit()),
        '%' | '°' => before.is_some_and(|last| last.is_ascii_digit()),
        other => other.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&other),
    }
}

fn piece(text: &str, start: usize, words: &mut Vec<Word>) {
    if !text.chars().any(char::is_alphanumeric) {
        let shown = match text {
            "“" | "”" | "«" | "»" | "„" => "\"",
            "–" | "—" => "-",
            "…" => ".",
            "’" | "‘" | "`" => "'",
            other => other,
        };
        push_mark(words, shown, start..start + text.len());
        return;
    }
    let folded = fold(text);
    // Cuts are in bytes of the written word, which a fold may have shortened.
    if folded.len() == text.len() || text.contains('’') {
        if let Some(parts) = lexicon::spelled_together(&folded) {
            let cut = text.char_indices().nth(parts.cut).map_or(text.len(), |(at, _)| at);
            push(words, parts.first, start..start + cut);
            push(words, parts.second, start + cut..start + text.len());
            return;
        }
        if let Some((first, second, chars)) = lexicon::contraction(&folded) {
            let cut = text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
            let shown = if first == folded.chars().take(chars).collect::<String>() {
                text[..cut].to_owned()
            } else {
                first
            };
            push(words, &shown, start..start + cut);
            push(words, second, start + cut..start + text.len());
            return;
        }
    }
    push(words, lexicon::repaired(&folded).unwrap_or(text), start..start + text.len());
}

fn push_mark(words: &mut Vec<Word>, text: &str, span: Range<usize>) {
    words.push(Word { tag: Tag::Mark, ..blank(text, span) });
}

fn push(words: &mut Vec<Word>, text: &str, span: Range<usize>) {
    words.push(blank(text, span));
}

fn blank(text: &str, span: Range<usize>) -> Word {
    Word {
        text: text.to_owned(),
        lower: fold(text),
        span,
        tag: Tag::Open,
        forms: Vec::new(),
        is_name: false,
        is_foreign: false,
    }
}

/// Returns a word that stands for what was said there in other words.
pub(super) fn made(text: &str, span: Range<usize>) -> Word {
    let mut word = blank(text, span);
    word.tag = lexicon::tag(&word.lower);
    word.forms = lexicon::verb_forms(&word.lower);
    word
}

fn classify(word: &mut Word, written: &str, opens: bool, shouted: bool) {
    if word.tag == Tag::Mark {
        return;
    }
    word.tag = lexicon::tag(&word.lower);
    word.forms = lexicon::verb_forms(&word.lower);
    let capital = written.chars().next().is_some_and(char::is_uppercase);
    let given = lexicon::is_given_name(&word.lower);
    if word.lower == "may" && capital && !opens {
        word.tag = Tag::Open;
    }
    let known = word.tag != Tag::Open;
    let plain_word = lexicon::is_common(&word.lower) || !word.forms.is_empty();
    word.is_name = !known
        && if shouted {
            given && !lexicon::is_ambiguous_name(&word.lower)
        } else if capital && !opens {
            true
        } else if capital {
            (given || !plain_word) && written.chars().count() > 1
        } else {
            given && !lexicon::is_ambiguous_name(&word.lower)
        };
    if shouted {
        word.text = word.text.to_lowercase();
    }
    if word.is_name {
        let capitals = word.text.chars().filter(|c| c.is_uppercase()).count();
        if shouted || capitals == 0 {
            word.text = capitalised(&word.text);
        }
    } else if capital
        && opens
        && !word.is(&["i", "miss"])
        && !TITLES.contains(&word.lower.as_str())
        && !has_inner_capital(&word.text)
    {
        word.text = word.text.to_lowercase();
    }
}

fn has_inner_capital(text: &str) -> bool {
    text.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit())
}

/// Returns whether the folded word is a title before a name.
pub(super) fn is_title(lower: &str) -> bool {
    TITLES.contains(&lower)
}

/// Returns the word with a capital first and small letters after it.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect()
}

/// Makes one word of `any more` and `any longer` at the end of a clause.
fn no_more(words: &mut Vec<Word>) {
    let mut at = 0;
    while at + 1 < words.len() {
        let after = words.get(at + 2);
        let ends = after.is_none_or(|after| {
            after.is_mark() || matches!(after.tag, Tag::And | Tag::Subordinator)
        });
        if ends && words[at].is(&["any"]) && words[at + 1].is(&["more", "longer"]) {
            let span = words[at].span.start..words[at + 1].span.end;
            let mut anymore = blank("anymore", span);
            anymore.tag = Tag::Adverb;
            words.splice(at..=at + 1, [anymore]);
        }
        at += 1;
    }
}

/// Parts `its` where it stands for `it is`.
fn its(words: &mut Vec<Word>) {
    let mut at = 0;
    while at < words.len() {
        let verb = words[at].lower == "its"
            && words.get(at + 1).is_some_and(|next| {
                matches!(
                    next.tag,
                    Tag::Determiner | Tag::Possessive | Tag::Preposition | Tag::Not | Tag::Adverb
                ) || next.form(|form| form.inflection == lexicon::Inflection::Gerund).is_some()
                    || next.is_name
                    || next.is(&["called"])
                    || next.lower.contains(|c: char| c.is_ascii_digit())
            });
        if verb {
            let span = words[at].span.clone();
            let middle = span.end - 1;
            let mut it = blank("it", span.start..middle);
            it.tag = Tag::Pronoun;
            let mut is = blank("is", middle..span.end);
            is.tag = Tag::Be;
            words.splice(at..=at, [it, is]);
        }
        at += 1;
    }
}

/// In text without capitals a word after a given name that is nothing else is a surname.
fn surnames(words: &mut [Word]) {
    for at in 1..words.len() {
        let (before, rest) = words.split_at_mut(at);
        let (Some(previous), Some(word)) = (before.last(), rest.first_mut()) else { return };
        let plain = previous.is_name && lexicon::is_given_name(&previous.lower);
        let unknown = word.tag == Tag::Open
            && !word.is_name
            && word.forms.is_empty()
            && word.lower.len() > 3
            && !lexicon::is_common(&word.lower)
            && word.lower.chars().all(char::is_alphabetic);
        if plain && unknown && word.text == word.lower && !word.lower.ends_with(['s', 'd']) {
            word.is_name = true;
            word.text = capitalised(&word.text);
        }
    }
}

/// Marks an apostrophe after a plural (`the twins' room`) as a possessive.
fn possessives(words: &mut Vec<Word>) {
    let mut index = 1;
    let mut quoted = false;
    while index < words.len() {
        let glued = words[index].span.start == words[index - 1].span.end;
        if words[index].is_mark() && words[index].lower == "'" {
            if glued && !quoted && words[index - 1].lower.ends_with('s') {
                "'s".clone_into(&mut words[index].lower);
                "'s".clone_into(&mut words[index].text);
                words[index].tag = Tag::Genitive;
            } else {
                quoted = !quoted;
                "\"".clone_into(&mut words[index].lower);
            }
        }
        index += 1;
    }
    // What only fills a pause stands in the way.
    words.retain(|word| !word.is(&["uh", "um", "er", "erm", "hmm", "mm"]));
}
