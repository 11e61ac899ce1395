//! What a word can be as a form of a verb.
//!
//! Forms are not listed but taken apart: an ending and a stem that some verb has. The stems of a
//! verb follow from its class in `verbs.txt` and from `irregular.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fold::fold;
use crate::spanish::lists::sections;

mod endings;

use endings::{BASE, ENDINGS, FIRST, FUTURE, PARTICIPLE, STRESSED, STRONG, WEAK};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tense {
    Present,
    Imperfect,
    Preterite,
    Future,
    Conditional,
    Subjunctive,
    PastSubjunctive,
    Imperative,
    Infinitive,
    Gerund,
    Participle,
}

impl Tense {
    pub(super) fn finite(self) -> bool {
        !matches!(self, Tense::Infinitive | Tense::Gerund | Tense::Participle)
    }

    fn from_name(name: &str) -> Option<Tense> {
        Some(match name {
            "present" => Tense::Present,
            "imperfect" => Tense::Imperfect,
            "preterite" => Tense::Preterite,
            "subjunctive" => Tense::Subjunctive,
            "past-subjunctive" => Tense::PastSubjunctive,
            "imperative" => Tense::Imperative,
            "gerund" => Tense::Gerund,
            "participle" => Tense::Participle,
            "infinitive" => Tense::Infinitive,
            _ => return None,
        })
    }
}

/// One reading of a word as a form of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub verb: &'static str,
    pub tense: Tense,
    /// From 1 to 3; 0 for a form without person.
    pub person: u8,
    pub plural: bool,
    /// Whether the word is written as this form is, accents included.
    pub exact: bool,
}

struct Stem {
    verb: &'static str,
    class: u8,
    kinds: u8,
    /// Whether the stem itself can carry an accent: `envía`.
    accented: bool,
}

struct Lexicon {
    /// By folded stem.
    stems: HashMap<String, Vec<Stem>>,
    /// Whole forms, by folded form, with the accents they have.
    forms: HashMap<String, Vec<(String, Form)>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// Returns the readings of a word as a verb form, the best first. `low` is in lower case.
pub(super) fn forms(low: &str) -> Vec<Form> {
    let folded = fold(low);
    let mut found = whole(low, &folded);
    found.extend(built(low, &folded));
    found.sort_by_key(|form| !form.exact);
    let mut seen: Vec<Form> = Vec::new();
    for form in found {
        let same = |other: &Form| Form { exact: form.exact, ..*other } == form;
        if !seen.iter().any(same) {
            seen.push(form);
        }
    }
    seen
}

/// Takes the clitics off the end of a word: `mudarme` is `mudar` and `me`.
pub(super) fn without_clitics(low: &str) -> Vec<(String, Vec<&'static str>)> {
    const CLITICS: &[&str] =
        &["me", "te", "se", "lo", "la", "le", "los", "las", "les", "nos", "os"];
    let folded = fold(low);
    let mut found = Vec::new();
    for last in CLITICS {
        let Some(rest) = folded.strip_suffix(last).filter(|rest| rest.len() > 1) else { continue };
        found.push((rest.to_owned(), vec![*last]));
        for first in CLITICS {
            let Some(stem) = rest.strip_suffix(first).filter(|stem| stem.len() > 1) else {
                continue;
            };
            found.push((stem.to_owned(), vec![*first, *last]));
        }
    }
    found
}

fn whole(low: &str, folded: &str) -> Vec<Form> {
    let Some(listed) = LEXICON.forms.get(folded) else { return Vec::new() };
    let plain = low == folded;
    let fits = |(written, form): &(String, Form)| {
        (written == low || plain).then_some(Form { exact: written == low, ..*form })
    };
    listed.iter().filter_map(fits).collect()
}

fn built(low: &str, folded: &str) -> Vec<Form> {
    let mut found = Vec::new();
    for ending in ENDINGS {
        let bare = fold(ending.text);
        let Some(stem) = folded.strip_suffix(bare.as_str()).filter(|stem| !stem.is_empty()) else {
            continue;
        };
        let exact = low.ends_with(ending.text);
        let accented = low.chars().rev().take(bare.len()).any(|c| "áéíóú".contains(c));
        if !exact && accented {
            continue;
        }
        let length = low.chars().count().saturating_sub(ending.text.chars().count());
        let stressed = low.chars().take(length).any(|c| "áéíóú".contains(c));
        for candidate in LEXICON.stems.get(stem).into_iter().flatten() {
            if stressed && !candidate.accented {
                continue;
            }
            if candidate.class & ending.classes == 0 || candidate.kinds & ending.stems == 0 {
                continue;
            }
            if misspelt(candidate.verb, stem, &bare) {
                continue;
            }
            let tilde = candidate.verb.contains('ñ');
            if low.contains('ñ') && !tilde {
                continue;
            }
            let exact = exact && tilde == low.contains('ñ');
            found.push(Form {
                verb: candidate.verb,
                tense: ending.tense,
                person: ending.person,
                plural: ending.plural,
                exact,
            });
        }
    }
    found
}

/// Whether no form of the verb is written so: `cueca` of `cocer`, `sacen` of `sacar`.
fn misspelt(verb: &str, stem: &str, ending: &str) -> bool {
    let soft = ending.starts_with(['e', 'i']);
    let ends = |letters: &str| stem.ends_with(letters);
    let of = |infinitives: &[&str]| infinitives.iter().any(|end| verb.ends_with(end));
    ends("c") && (soft && of(&["car"]) || !soft && !ends("zc") && of(&["cer", "cir"]))
        || ends("g") && (soft && of(&["gar"]) || !soft && of(&["ger", "gir"]))
}

impl Lexicon {
    fn load() -> Lexicon {
        let mut lexicon = Lexicon { stems: HashMap::new(), forms: HashMap::new() };
        let irregular = irregular();
        for (class, verbs) in sections(include_str!("../../data/spanish/verbs.txt")) {
            for verb in verbs {
                let stems = stems(verb, class, &irregular);
                lexicon.add(verb, stems, matches!(class, "í" | "ú"));
            }
        }
        for line in lines("forms") {
            lexicon.add_forms(line);
        }
        lexicon
    }

    fn add(&mut self, verb: &'static str, stems: Vec<(String, u8)>, accented: bool) {
        let class = class_of(verb);
        for (stem, kinds) in stems {
            for spelling in spellings(&stem, class) {
                let known = self.stems.entry(fold(&spelling)).or_default();
                match known.iter_mut().find(|known| known.verb == verb) {
                    Some(known) => known.kinds |= kinds,
                    None => known.push(Stem { verb, class, kinds, accented }),
                }
            }
        }
    }

    fn add_forms(&mut self, line: &'static str) {
        let mut words = line.split_whitespace();
        let (Some(verb), Some(tense)) = (words.next(), words.next().and_then(Tense::from_name))
        else {
            return;
        };
        let persons = [(1, false), (2, false), (3, false), (1, true), (2, true), (3, true)];
        for (written, (person, plural)) in words.zip(persons) {
            if written != "-" {
                let person = if tense.finite() { person } else { 0 };
                let form = Form { verb, tense, person, plural, exact: true };
                self.forms.entry(fold(written)).or_default().push((written.to_owned(), form));
            }
        }
    }
}

/// The lines of a section of `irregular.txt`.
fn lines(section: &str) -> impl Iterator<Item = &'static str> {
    let text = include_str!("../../data/spanish/irregular.txt");
    let found = text.split("\n[").find_map(|part| part.strip_prefix(section)?.strip_prefix("]\n"));
    found.unwrap_or_default().lines().filter(|line| !line.starts_with('#'))
}

/// The stems a verb has beside those of its class.
struct Irregular {
    verb: &'static str,
    derived: bool,
    stems: Vec<(u8, &'static str)>,
}

fn irregular() -> Vec<Irregular> {
    let parse = |line: &'static str| {
        let mut words = line.split_whitespace();
        let verb = words.next()?;
        let stems = words.filter_map(|word| {
            let (kind, stem) = word.split_once('=')?;
            let kind = match kind {
                "first" => FIRST,
                "stressed" => STRESSED,
                "weak" => WEAK,
                "pret" => STRONG,
                "fut" => FUTURE,
                "part" => PARTICIPLE,
                _ => BASE,
            };
            Some((kind, stem))
        });
        let bare = verb.trim_start_matches('*');
        Some(Irregular { verb: bare, derived: bare != verb, stems: stems.collect() })
    };
    lines("stems").filter_map(parse).collect()
}

fn class_of(verb: &str) -> u8 {
    match verb.chars().rev().nth(1) {
        Some('a') => 1,
        Some('e') => 2,
        _ => 4,
    }
}

fn stems(verb: &'static str, class: &str, irregular: &[Irregular]) -> Vec<(String, u8)> {
    let base: String = {
        let count = verb.chars().count();
        verb.chars().take(count.saturating_sub(2)).collect()
    };
    let stressed = match class {
        "ie" => swapped(&base, &[("e", "ie"), ("i", "ie")]),
        "ue" => swapped(&base, &[("o", "ue"), ("u", "ue")]),
        "i" => swapped(&base, &[("e", "i")]),
        "y" => format!("{base}y"),
        _ => base.clone(),
    };
    let weak = match class {
        _ if class_of(verb) != 4 => base.clone(),
        "i" | "ie" => swapped(&base, &[("e", "i")]),
        "ue" => swapped(&base, &[("o", "u")]),
        _ => base.clone(),
    };
    let first = match (class, base.strip_suffix('c')) {
        ("zc", Some(short)) => format!("{short}zc"),
        _ => stressed.clone(),
    };
    let future = fold(verb);
    let mut found =
        vec![(base, BASE), (stressed, STRESSED), (weak, WEAK), (first, FIRST), (future, FUTURE)];
    for entry in irregular {
        let fits = verb == entry.verb || (entry.derived && verb.ends_with(entry.verb));
        if fits {
            let prefix = verb.strip_suffix(entry.verb).unwrap_or_default();
            for (kind, stem) in &entry.stems {
                if *kind != BASE {
                    found.retain(|(_, kinds)| kinds != kind);
                }
                found.push((format!("{prefix}{stem}"), *kind));
            }
        }
    }
    found
}

/// Replaces the last of these vowels in a stem.
fn swapped(stem: &str, changes: &[(&str, &str)]) -> String {
    let last = changes.iter().filter_map(|change| Some((stem.rfind(change.0)?, change))).max();
    match last {
        Some((at, (old, new))) => format!("{}{new}{}", &stem[..at], &stem[at + old.len()..]),
        None => stem.to_owned(),
    }
}

/// The ways a stem is written before different vowels: `busc`, `busqu`.
fn spellings(stem: &str, class: u8) -> Vec<String> {
    let mut found = vec![stem.to_owned()];
    let pairs: &[(&str, &str)] = if class == 1 {
        &[("gu", "gü"), ("c", "qu"), ("g", "gu"), ("z", "c")]
    } else {
        &[("gu", "g"), ("qu", "c"), ("c", "z"), ("g", "j")]
    };
    for (end, other) in pairs {
        if let Some(short) = stem.strip_suffix(end) {
            found.push(format!("{short}{other}"));
        }
    }
    found
}
