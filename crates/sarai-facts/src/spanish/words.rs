//! The words of a message: where they stand, and how they would be written with care.

use std::ops::Range;

use crate::fold::fold;
use crate::spanish::lists;

/// A word, a number or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands, in bytes of the message.
    pub span: Range<usize>,
    /// As it goes into a name: as written, but not shouted.
    pub text: String,
    /// In lower case, chat spelling undone, accents as written.
    pub low: String,
    /// Folded.
    pub fold: String,
    pub mark: bool,
    /// Whether it begins with a capital letter and does not only open a sentence.
    pub capital: bool,
    /// Whether a sentence opens with it.
    pub opens: bool,
}

impl Word {
    pub(super) fn is(&self, folded: &str) -> bool {
        self.fold == folded
    }

    pub(super) fn one_of(&self, folded: &[&str]) -> bool {
        folded.contains(&self.fold.as_str())
    }

    pub(super) fn digits(&self) -> bool {
        self.fold.starts_with(|c: char| c.is_ascii_digit())
    }
}

/// What people type in a hurry, and what they mean.
const HURRIED: &[(&str, &str)] = &[
    ("q", "que"),
    ("k", "que"),
    ("ke", "que"),
    ("qe", "que"),
    ("xq", "porque"),
    ("pq", "porque"),
    ("porq", "porque"),
    ("xk", "porque"),
    ("pk", "porque"),
    ("tb", "también"),
    ("tmb", "también"),
    ("tbn", "también"),
    ("d", "de"),
    ("x", "por"),
    ("xa", "para"),
    ("pa", "para"),
    ("bn", "bien"),
    ("dnd", "donde"),
    ("cn", "con"),
    ("toy", "estoy"),
    ("ta", "está"),
    ("tngo", "tengo"),
    ("tego", "tengo"),
    ("aki", "aquí"),
    ("aora", "ahora"),
    ("ahra", "ahora"),
    ("kiero", "quiero"),
    ("kien", "quien"),
    ("aunq", "aunque"),
    ("m", "me"),
    ("t", "te"),
    ("vd", "usted"),
    ("ud", "usted"),
    ("uds", "ustedes"),
    ("bibo", "vivo"),
    ("bive", "vive"),
    ("bivo", "vivo"),
    ("ermana", "hermana"),
    ("ermano", "hermano"),
    ("ijo", "hijo"),
    ("ija", "hija"),
    ("ijos", "hijos"),
    ("trabjo", "trabajo"),
    ("travajo", "trabajo"),
    ("yamo", "llamo"),
    ("yama", "llama"),
    ("tanbien", "también"),
    ("numero", "número"),
    ("tlf", "teléfono"),
    ("tel", "teléfono"),
    ("tfno", "teléfono"),
    ("eta", "está"),
    ("soi", "soy"),
    ("estoi", "estoy"),
    ("boy", "voy"),
    ("trabja", "trabaja"),
    ("trabjo", "trabajo"),
    ("vibo", "vivo"),
    ("vibe", "vive"),
    ("ablo", "hablo"),
    ("tbm", "también"),
    ("hijp", "hijo"),
    ("hemano", "hermano"),
    ("hermnao", "hermano"),
    ("hermnaa", "hermana"),
    ("ola", "hola"),
    ("hno", "hermano"),
    ("hna", "hermana"),
    ("hnos", "hermanos"),
    ("hnas", "hermanas"),
    ("acer", "hacer"),
    ("oy", "hoy"),
    ("qiero", "quiero"),
];

/// Splits a message into words and marks.
pub(super) fn words(text: &str) -> Vec<Word> {
    let shouted = shouted(text);
    let mut found: Vec<Word> = Vec::new();
    let mut opens = true;
    for span in spans(text) {
        let raw = &text[span.clone()];
        let mark = !raw.contains(|c: char| c.is_alphanumeric()) && !matches!(raw, "€" | "%" | "$");
        let mut low = raw.to_lowercase().replace('’', "'");
        let before_number = text[span.end..].trim_start().starts_with(|c: char| c.is_ascii_digit());
        if let Some((_, meant)) = HURRIED.iter().find(|(typed, _)| *typed == low)
            && !(raw.len() == 1 && (raw.starts_with(char::is_uppercase) || before_number))
        {
            (*meant).clone_into(&mut low);
        }
        if let Some(stem) = low.strip_suffix("ao").filter(|stem| stem.chars().count() > 2) {
            low = format!("{stem}ado");
        }
        let folded = fold(&low);
        let repeated =
            found.last().is_some_and(|last| last.fold == folded && !last.mark && folded.len() < 4);
        if repeated && folded.starts_with(char::is_alphabetic) {
            continue;
        }
        let upper = raw.starts_with(char::is_uppercase);
        let text = if shouted { calmed(raw, &folded) } else { raw.to_owned() };
        let capital = if shouted { text.starts_with(char::is_uppercase) } else { upper };
        let capital = capital && (!opens || known_name(&folded));
        found.push(Word { span, text, low, fold: folded, mark, capital, opens: opens && !mark });
        if let Some(word) = found.last() {
            let ends = word.mark
                && word.text.contains([
                    '.', '!', '?', '\n', '…', ':', '¿', '¡', '«', '"', '“', '-', '—', '•', '*', '>',
                ]);
            opens = ends || (opens && word.mark);
        }
    }
    found
}

/// Whether the word is a given name or a place.
pub(super) fn known_name(folded: &str) -> bool {
    lists::names().contains_key(folded) || lists::places().contains(folded)
}

/// Returns a shouted word as it would be written calmly.
fn calmed(raw: &str, folded: &str) -> String {
    let low = raw.to_lowercase();
    if !known_name(folded) {
        return low;
    }
    let mut chars = low.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Whether nearly all letters are capitals, in more than an abbreviation.
fn shouted(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    let words = text.split_whitespace().filter(|word| word.chars().count() > 1).count();
    letters >= 8 && words >= 2 && capitals * 10 >= letters * 8
}

/// Returns where the words and marks stand.
fn spans(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        if c == '\n' {
            found.push(start..end);
            continue;
        }
        if c.is_whitespace() {
            continue;
        }
        if c.is_alphanumeric()
            || (c == '+' && text[end..].starts_with(|c: char| c.is_ascii_digit()))
        {
            let mut last = c;
            while let Some(&(at, next)) = chars.peek() {
                let after = text[at + next.len_utf8()..].chars().next();
                if !(next.is_alphanumeric()
                    || combining(next)
                    || matches!(next, 'º' | 'ª')
                    || joins(last, next, after))
                {
                    break;
                }
                last = next;
                end = at + next.len_utf8();
                chars.next();
            }
        } else if c == '.' {
            while let Some(&(at, '.')) = chars.peek() {
                end = at + 1;
                chars.next();
            }
        }
        found.push(start..end);
    }
    found
}

fn combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether `mark` between these two belongs to a word: `10:30`, `1,75`, `a@b.es`, `lun-vie`.
fn joins(before: char, mark: char, after: Option<char>) -> bool {
    let Some(after) = after else { return false };
    match mark {
        ':' | ',' | '/' => before.is_ascii_digit() && after.is_ascii_digit(),
        '.' => (before.is_alphanumeric() && after.is_ascii_digit()) || after.is_lowercase(),
        '-' | '@' | '_' | '\'' | '’' | '&' | '+' | '#' => {
            before.is_alphanumeric() && after.is_alphanumeric()
        }
        '*' | '!' | '$' => before.is_alphanumeric() && after.is_ascii_digit(),
        _ => false,
    }
}
