//! What people say for a plain verb: `upped sticks` is `moved`, `got the sack` is `got fired`.

use std::sync::LazyLock;

use super::lexicon::{self, Inflection, Tag};
use super::words::{self, Word};

const IDIOMS: &str = include_str!("../../data/english/idioms.txt");

/// Stands for one word of any kind in an idiom.
const ANY: &str = "*";

/// Stands for the object that follows an idiom.
const OBJECT: &str = "+";

struct Idiom {
    said: Vec<&'static str>,
    meant: Vec<&'static str>,
}

static TABLE: LazyLock<Vec<Idiom>> = LazyLock::new(|| {
    let lines = IDIOMS.lines().filter(|line| !line.starts_with('#'));
    let mut idioms: Vec<Idiom> = lines
        .filter_map(|line| {
            let (said, meant) = line.split_once('=')?;
            let parts = |side: &'static str| side.split_whitespace().collect();
            Some(Idiom { said: parts(said), meant: parts(meant) })
        })
        .collect();
    // The longest that fits is meant.
    idioms.sort_by_key(|idiom| std::cmp::Reverse(idiom.said.len()));
    idioms
});

/// Puts the plain words in the place of idioms. They have the span of what was said.
pub(super) fn replace(words: &mut Vec<Word>) {
    let mut at = 0;
    while at < words.len() {
        if !words[at].forms.is_empty() || matches!(words[at].tag, Tag::Be) {
            let found = TABLE.iter().find_map(|idiom| Some((idiom, fits(words, at, idiom)?)));
            if let Some((idiom, found)) = found {
                let meant = plain(&words[at..found.end], idiom, &found);
                words.splice(at..found.end, meant);
            }
        }
        at += 1;
    }
}

/// Where an idiom ends, the form of its verb, and the word that `*` stands for.
struct Found {
    end: usize,
    inflection: Inflection,
    any: Option<Word>,
}

fn fits(words: &[Word], at: usize, idiom: &Idiom) -> Option<Found> {
    let verb = idiom.said.first()?;
    let inflection = match words[at].tag {
        // A form of `be` before a participle stays what it is.
        Tag::Be if *verb == "be" => match words[at].lower.as_str() {
            "be" => Inflection::Base,
            "been" => Inflection::Participle,
            _ => Inflection::Past,
        },
        _ => words[at].form(|form| form.base == *verb)?.inflection,
    };
    let mut end = at + 1;
    let mut any = None;
    for part in &idiom.said[1..] {
        let word = words.get(end)?;
        if *part == OBJECT {
            let object = matches!(word.tag, Tag::Determiner | Tag::Possessive | Tag::Number)
                || word.tag == Tag::Open && !lexicon::is_adjective(&word.lower);
            return object.then_some(Found { end, inflection, any });
        }
        let same = match *part {
            ANY => !word.is_mark(),
            "my" => word.tag == Tag::Possessive,
            part => word.lower == part,
        };
        if !same {
            return None;
        }
        if *part == ANY {
            any = Some(word.clone());
        }
        end += 1;
    }
    Some(Found { end, inflection, any })
}

fn plain(said: &[Word], idiom: &Idiom, found: &Found) -> Vec<Word> {
    let span =
        said.first().map_or(0, |word| word.span.start)..said.last().map_or(0, |word| word.span.end);
    let owner = said.iter().find(|word| word.tag == Tag::Possessive);
    let mut plain = Vec::new();
    for (place, part) in idiom.meant.iter().enumerate() {
        if *part == ANY {
            plain.extend(found.any.clone());
            continue;
        }
        if let Some(owner) = owner.filter(|_| *part == "my") {
            plain.push(owner.clone());
            continue;
        }
        let text = match place {
            0 if *part == "get" && said[0].form(|form| form.base == "get").is_some() => {
                said[0].lower.clone()
            }
            0 => inflected(part, found.inflection),
            _ => (*part).to_owned(),
        };
        plain.push(words::made(&text, span.clone()));
    }
    plain
}

/// Returns the form of a verb, by the list of verbs: `moved` for `move`.
fn inflected(base: &str, inflection: Inflection) -> String {
    let last = base.chars().next_back().unwrap_or_default();
    let without = &base[..base.len() - last.len_utf8()];
    let candidates = match inflection {
        Inflection::Base => return base.to_owned(),
        Inflection::Third => vec![format!("{base}s"), format!("{base}es"), format!("{without}ies")],
        Inflection::Gerund => {
            vec![format!("{base}ing"), format!("{without}ing"), format!("{base}{last}ing")]
        }
        Inflection::Past | Inflection::Participle => vec![
            base.to_owned(),
            format!("{base}d"),
            format!("{base}ed"),
            format!("{base}{last}ed"),
            format!("{without}ied"),
        ],
    };
    let is_form = |text: &String| {
        let forms = lexicon::verb_forms(text);
        forms.iter().any(|form| form.base == base && form.inflection == inflection)
    };
    let listed = || lexicon::irregular_form(base, inflection).map(str::to_owned);
    candidates.iter().find(|text| is_form(text)).cloned().or_else(listed).unwrap_or(base.to_owned())
}
