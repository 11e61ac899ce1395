//! Cuts a text into words and marks with the rules and the exceptions of the model.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::msgpack::Value;
use crate::patterns::Pattern;
use crate::spelling::is_space;
use crate::symbols::Symbols;
use crate::weights::Missing;

/// Longer pieces without a space are one word: nobody writes them, and cutting takes its time.
const PIECE_BYTES_MAX: usize = 300;
/// The number under which exceptions keep the letters of a word.
const LETTERS: u64 = 65;
/// The number under which exceptions keep the norm of a word.
const NORM: u64 = 67;

/// A word, a mark, or a run of white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) span: Range<usize>,
    /// The form under which the network knows it.
    pub(crate) norm: String,
    pub(crate) space_after: bool,
}

#[derive(Debug)]
pub(crate) struct Tokenizer {
    prefix: Option<Pattern>,
    suffix: Option<Pattern>,
    infix: Option<Pattern>,
    whole: Vec<Pattern>,
    exceptions: HashMap<String, Vec<Part>>,
    /// Exceptions that the patterns would cut, as the words that they would be cut into.
    rejoined: HashMap<String, Vec<Vec<String>>>,
    norms: HashMap<u64, String>,
}

/// A word of an exception.
#[derive(Debug, Clone)]
struct Part {
    length: usize,
    norm: Option<String>,
}

/// A word on its way: where it is, and its norm if an exception gives one.
type Cut<'a> = (Range<usize>, Option<&'a str>);

impl Tokenizer {
    /// Reads the rules, and the norms that the model knows of words.
    pub(crate) fn read(rules: &[u8], lookups: Option<&[u8]>) -> Result<Tokenizer, Missing> {
        let rules = Value::read(rules).map_err(|error| error.to_string())?;
        let pattern =
            |name: &str| rules.get(name).and_then(Value::text).map(Pattern::new).transpose();
        let whole = [pattern("token_match")?, pattern("url_match")?].into_iter().flatten();
        let mut tokenizer = Tokenizer {
            prefix: pattern("prefix_search")?,
            suffix: pattern("suffix_search")?,
            infix: pattern("infix_finditer")?,
            whole: whole.collect(),
            exceptions: HashMap::new(),
            rejoined: HashMap::new(),
            norms: lookups.map(norms).transpose()?.unwrap_or_default(),
        };
        for (text, parts) in rules.get("exceptions").and_then(Value::map).unwrap_or_default() {
            let (text, parts) =
                exception(text, parts).ok_or("an exception of the tokenizer is unreadable")?;
            tokenizer.exceptions.insert(text.to_owned(), parts);
        }
        tokenizer.rejoined = tokenizer.rejoined();
        Ok(tokenizer)
    }

    fn rejoined(&self) -> HashMap<String, Vec<Vec<String>>> {
        let mut found: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        let none = HashMap::new();
        let patterns = [&self.prefix, &self.suffix, &self.infix];
        for text in self.exceptions.keys() {
            let matches = |pattern: &Option<Pattern>| {
                pattern.as_ref().is_some_and(|p| p.find(text).is_some())
            };
            if !text.contains(' ') && !patterns.into_iter().any(matches) {
                continue;
            }
            let cuts = self.cut(text, &none);
            let words: Vec<String> =
                cuts.into_iter().map(|(span, ..)| text[span].to_owned()).collect();
            if let Some(first) = words.first() {
                found.entry(first.clone()).or_default().push(words);
            }
        }
        found
    }

    /// Returns the words, marks and runs of white space of `text`, in their order.
    pub(crate) fn pieces(&self, text: &str, symbols: &Symbols) -> Vec<Piece> {
        let cuts = self.rejoin(text, self.cut(text, &self.exceptions));
        let piece = |(span, norm, space_after): (Range<usize>, Option<&str>, bool)| {
            let norm = match norm {
                Some(norm) => norm.to_owned(),
                None => self.norm(&text[span.clone()], symbols),
            };
            Piece { span, norm, space_after }
        };
        cuts.into_iter().map(piece).collect()
    }

    fn norm(&self, word: &str, symbols: &Symbols) -> String {
        if !self.norms.is_empty()
            && let Some(norm) = self.norms.get(&symbols.number(word))
        {
            return norm.clone();
        }
        general_norm(word).map_or_else(|| word.to_lowercase(), str::to_owned)
    }

    /// Cuts at white space, then each run of other characters. A single space is no word.
    fn cut<'a>(
        &self,
        text: &str,
        exceptions: &'a HashMap<String, Vec<Part>>,
    ) -> Vec<(Range<usize>, Option<&'a str>, bool)> {
        let mut cuts: Vec<(Range<usize>, Option<&'a str>, bool)> = Vec::new();
        let mut start = 0;
        let mut in_space = text.chars().next().is_some_and(is_space);
        let mut run = |span: Range<usize>, in_space: bool, space_after: bool| {
            let words = if in_space && !span.is_empty() {
                match exceptions.get(&text[span.clone()]) {
                    Some(parts) => spread(parts, span.start),
                    None => vec![(span, None)],
                }
            } else {
                self.cut_run(text, span, exceptions)
            };
            cuts.extend(words.into_iter().map(|(span, norm)| (span, norm, false)));
            if space_after && let Some(last) = cuts.last_mut() {
                last.2 = true;
            }
        };
        for (place, letter) in text.char_indices() {
            if is_space(letter) != in_space {
                run(start..place, in_space, letter == ' ');
                start = if letter == ' ' { place + 1 } else { place };
                in_space = !in_space;
            }
        }
        run(start..text.len(), in_space, false);
        cuts
    }

    /// Takes marks off both ends of a run, then looks at what is left.
    fn cut_run<'a>(
        &self,
        text: &str,
        span: Range<usize>,
        exceptions: &'a HashMap<String, Vec<Part>>,
    ) -> Vec<Cut<'a>> {
        if span.len() > PIECE_BYTES_MAX {
            return vec![(span, None)];
        }
        let Range { mut start, mut end } = span;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        loop {
            let rest = &text[start..end];
            let known = |part: &str| exceptions.contains_key(part);
            if rest.is_empty() || known(rest) {
                break;
            }
            let prefix = length(self.prefix.as_ref(), rest, |found| found.start == 0);
            if prefix > 0 && known(&rest[prefix..]) {
                before.push((start..start + prefix, None));
                start += prefix;
                break;
            }
            let core = &rest[prefix..];
            let suffix = length(self.suffix.as_ref(), core, |found| found.end == core.len());
            if suffix > 0 && known(&rest[..rest.len() - suffix]) {
                after.push((end - suffix..end, None));
                end -= suffix;
                break;
            }
            if prefix == 0 && suffix == 0 {
                break;
            }
            if prefix > 0 {
                before.push((start..start + prefix, None));
                start += prefix;
            }
            if suffix > 0 {
                after.push((end - suffix..end, None));
                end -= suffix;
            }
        }
        before.extend(self.cut_core(text, start..end, exceptions));
        before.extend(after.into_iter().rev());
        before
    }

    /// Looks at a run without marks at its ends: an exception, an address, or words with marks
    /// between them.
    fn cut_core<'a>(
        &self,
        text: &str,
        span: Range<usize>,
        exceptions: &'a HashMap<String, Vec<Part>>,
    ) -> Vec<Cut<'a>> {
        let core = &text[span.clone()];
        if core.is_empty() {
            return Vec::new();
        }
        if let Some(parts) = exceptions.get(core) {
            return spread(parts, span.start);
        }
        if self.whole.iter().any(|pattern| pattern.find(core).is_some()) {
            return vec![(span, None)];
        }
        let mut cuts = Vec::new();
        let mut start = 0;
        for found in self.infix.iter().flat_map(|infix| infix.find_all(core)) {
            if found.start == 0 {
                continue;
            }
            cuts.extend([start..found.start, found.clone()]);
            start = found.end;
        }
        cuts.push(start..core.len());
        let shift = |cut: Range<usize>| (cut.start + span.start..cut.end + span.start, None);
        cuts.into_iter().filter(|cut| !cut.is_empty()).map(shift).collect()
    }

    /// Puts exceptions together again that were cut, such as `:)` after a word. The longest and
    /// then the first ones win.
    fn rejoin<'a>(
        &'a self,
        text: &str,
        cuts: Vec<(Range<usize>, Option<&'a str>, bool)>,
    ) -> Vec<(Range<usize>, Option<&'a str>, bool)> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for start in 0..cuts.len() {
            let word = |place: usize| cuts.get(place).map(|(span, ..)| &text[span.clone()]);
            for words in
                word(start).and_then(|first| self.rejoined.get(first)).into_iter().flatten()
            {
                let same =
                    |(n, expected): (usize, &String)| word(start + n) == Some(expected.as_str());
                if words.iter().enumerate().all(same) {
                    found.push(start..start + words.len());
                }
            }
        }
        if found.is_empty() {
            return cuts;
        }
        found.sort_by_key(|span| (std::cmp::Reverse(span.len()), span.start));
        let mut taken = HashSet::new();
        let mut chosen = HashMap::new();
        for span in found {
            if !taken.contains(&span.start) && !taken.contains(&(span.end - 1)) {
                chosen.insert(span.start, span.end);
            }
            taken.extend(span);
        }
        let mut joined = Vec::new();
        let mut place = 0;
        while let Some((span, _, space_after)) = cuts.get(place) {
            let end = chosen.get(&place).copied().unwrap_or(place + 1);
            let (_, last) = (span, &cuts[end - 1]);
            match self.exceptions.get(&text[span.start..last.0.end]) {
                Some(parts) if chosen.contains_key(&place) => {
                    joined
                        .extend(spread(parts, span.start).into_iter().map(|(s, n)| (s, n, false)));
                    if let Some(end) = joined.last_mut() {
                        end.2 = last.2;
                    }
                }
                _ if end > place + 1 => joined.extend_from_slice(&cuts[place..end]),
                _ => joined.push((span.clone(), cuts[place].1, *space_after)),
            }
            place = end;
        }
        joined
    }
}

fn length(pattern: Option<&Pattern>, text: &str, at_edge: impl Fn(&Range<usize>) -> bool) -> usize {
    pattern.and_then(|pattern| pattern.find(text)).filter(at_edge).map_or(0, |found| found.len())
}

fn spread(parts: &[Part], mut start: usize) -> Vec<Cut<'_>> {
    let mut cuts = Vec::new();
    for part in parts {
        cuts.push((start..start + part.length, part.norm.as_deref()));
        start += part.length;
    }
    cuts
}

/// Reads an exception if its words are together the whole of it.
fn exception<'a>(text: &Value<'a>, parts: &Value<'_>) -> Option<(&'a str, Vec<Part>)> {
    let text = text.text()?;
    let (mut read, mut joined) = (Vec::new(), String::new());
    for part in parts.list()? {
        let field = |number: u64| {
            let mut fields = part.map().unwrap_or_default().iter();
            fields.find(|(key, _)| key.number() == Some(number)).and_then(|(_, value)| value.text())
        };
        let letters = field(LETTERS)?;
        joined.push_str(letters);
        read.push(Part { length: letters.len(), norm: field(NORM).map(str::to_owned) });
    }
    (joined == text && !text.is_empty()).then_some((text, read))
}

/// Reads the norms of words, which are kept under the numbers of the words.
fn norms(bytes: &[u8]) -> Result<HashMap<u64, String>, Missing> {
    let tables = Value::read(bytes).map_err(|error| error.to_string())?;
    let entries = tables.get("lexeme_norm").and_then(Value::map).unwrap_or_default();
    let entry =
        |(key, norm): &(Value<'_>, Value<'_>)| Some((key.number()?, norm.text()?.to_owned()));
    Ok(entries.iter().filter_map(entry).collect())
}

/// Returns the norm of marks that are written in several ways, the same in every language.
fn general_norm(word: &str) -> Option<&'static str> {
    Some(match word {
        "'s" | "'S" | "’s" | "’S" => "'s",
        "’" | "‘" | "´" | "`" => "'",
        "”" | "“" | "''" | "``" | "´´" | "„" | "»" | "«" | "‘‘" | "’’" => "\"",
        "？" => "?",
        "！" => "!",
        "，" => ",",
        "；" => ";",
        "：" => ":",
        "。" | "।" => ".",
        "…" => "...",
        "—" | "–" | "--" | "---" | "——" => "-",
        "€" | "£" | "¥" | "฿" | "US$" | "C$" | "A$" | "₺" | "₹" | "৳" | "₩" | "Mex$" | "₣"
        | "E£" => "$",
        _ => return None,
    })
}
