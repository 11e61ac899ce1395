//! Forms of verbs and the base forms they come from.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const VERBS: &str = include_str!("../../../data/english/verbs.txt");
const IRREGULAR: &str = include_str!("../../../data/english/irregular.txt");

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::english) enum Inflection {
    /// `work`: infinitive, present, imperative.
    Base,
    /// `works`.
    Third,
    /// `worked`, `went`.
    Past,
    /// `worked`, `gone`.
    Participle,
    /// `working`.
    Gerund,
}

/// One reading of a word as a verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::english) struct Form {
    pub base: &'static str,
    pub inflection: Inflection,
    /// As often a noun as a verb.
    pub is_homograph: bool,
}

struct Table {
    /// Base form to whether it is a homograph.
    bases: HashMap<&'static str, bool>,
    irregular: HashMap<&'static str, Vec<(&'static str, Inflection)>>,
    /// Verbs without a regular past.
    strong: HashSet<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut bases = HashMap::new();
    let mut homographs = false;
    for line in VERBS.lines().filter(|line| !line.starts_with('#')) {
        match line {
            "[plain]" => homographs = false,
            "[homographs]" => homographs = true,
            verbs => bases.extend(verbs.split_whitespace().map(|verb| (verb, homographs))),
        }
    }
    let mut irregular: HashMap<&'static str, Vec<(&'static str, Inflection)>> = HashMap::new();
    let mut strong = HashSet::new();
    for line in IRREGULAR.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split_whitespace();
        let (Some(base), Some(past), Some(participle)) =
            (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        strong.insert(base);
        bases.entry(base).or_insert(false);
        for form in past.split('/') {
            irregular.entry(form).or_default().push((base, Inflection::Past));
        }
        for form in participle.split('/') {
            irregular.entry(form).or_default().push((base, Inflection::Participle));
        }
    }
    Table { bases, irregular, strong }
});

/// Returns the readings of a folded word as a verb.
pub(in crate::english) fn verb_forms(lower: &str) -> Vec<Form> {
    let mut found = Vec::new();
    let mut add = |base: &str, inflection: Inflection| {
        if let Some((&base, &is_homograph)) = TABLE.bases.get_key_value(base) {
            let form = Form { base, inflection, is_homograph };
            if !found.contains(&form) {
                found.push(form);
            }
        }
    };
    for &(base, inflection) in TABLE.irregular.get(lower).into_iter().flatten() {
        add(base, inflection);
    }
    add(lower, Inflection::Base);
    if let Some(stem) = lower.strip_suffix('s') {
        add(stem, Inflection::Third);
        if let Some(stem) = stem.strip_suffix('e') {
            add(stem, Inflection::Third);
            if let Some(stem) = stem.strip_suffix('i') {
                add(&format!("{stem}y"), Inflection::Third);
            }
        }
    }
    for base in stems(lower, "ed") {
        if !TABLE.strong.contains(base.as_str()) {
            add(&base, Inflection::Past);
            add(&base, Inflection::Participle);
        }
    }
    for base in stems(lower, "ing") {
        add(&base, Inflection::Gerund);
    }
    found
}

/// Returns an irregular form of a verb: `broke` for `break`.
pub(in crate::english) fn irregular_form(
    base: &str,
    inflection: Inflection,
) -> Option<&'static str> {
    let mut lines = IRREGULAR.lines().filter(|line| !line.starts_with('#'));
    let columns = lines.find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        (columns.first() == Some(&base)).then_some(columns)
    })?;
    let column = match inflection {
        Inflection::Past => 1,
        Inflection::Participle => 2,
        _ => return None,
    };
    columns.get(column)?.split('/').next()
}

/// Returns what a word may be without an ending: as it is, with the silent `e`, with one
/// consonant less, with `y` for `i`.
fn stems(lower: &str, ending: &str) -> Vec<String> {
    let Some(stem) = lower.strip_suffix(ending).filter(|stem| stem.len() > 1) else {
        return Vec::new();
    };
    let mut found = vec![stem.to_owned(), format!("{stem}e")];
    let mut backwards = stem.chars().rev();
    if let (Some(last), Some(before)) = (backwards.next(), backwards.next()) {
        if last == before && last.is_ascii() {
            found.push(stem[..stem.len() - 1].to_owned());
        }
        if last == 'i' && ending == "ed" {
            found.push(format!("{}y", &stem[..stem.len() - 1]));
        }
        if last == 'y' && ending == "ing" {
            found.push(format!("{}ie", &stem[..stem.len() - 1]));
        }
    }
    found
}
