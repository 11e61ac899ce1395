//! Base forms of words by the rules and lists of the model.

mod english;
mod spanish;

use std::collections::{HashMap, HashSet};

use sarai_core::language::Language;

use crate::msgpack::Value;
use crate::symbols::Symbols;
use crate::weights::Missing;

/// Finds base forms.
#[derive(Debug)]
pub(crate) struct Lemmatizer {
    language: Language,
    tables: Tables,
}

/// A word whose base form is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inflected<'a> {
    pub(crate) text: &'a str,
    /// The part of speech, in lower case.
    pub(crate) pos: &'a str,
    pub(crate) features: &'a [String],
    pub(crate) begins_sentence: bool,
}

impl Inflected<'_> {
    fn has(&self, feature: &str) -> bool {
        has(self.features, feature)
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.features.iter().find_map(|feature| {
            let (found, value) = feature.split_once('=')?;
            (found == name).then_some(value)
        })
    }
}

/// Whether the features have this one, alone or among the values of one name.
fn has(features: &[String], wanted: &str) -> bool {
    let Some((name, value)) = wanted.split_once('=') else { return false };
    features.iter().any(|feature| {
        feature
            .split_once('=')
            .is_some_and(|(found, values)| found == name && values.split(',').any(|v| v == value))
    })
}

impl Lemmatizer {
    pub(crate) fn read(bytes: &[u8], language: Language) -> Result<Lemmatizer, Missing> {
        Ok(Lemmatizer { language, tables: Tables::read(bytes)? })
    }

    pub(crate) fn lemma(&self, word: Inflected<'_>, symbols: &Symbols) -> String {
        let finder = Finder { tables: &self.tables, symbols };
        match self.language {
            Language::Spanish => finder.spanish(word),
            Language::English => finder.english(word),
        }
    }
}

type Endings = Vec<(String, String)>;

#[derive(Debug)]
struct Tables {
    /// Endings and what replaces them, by the number of the rule.
    rules: HashMap<u64, Endings>,
    /// Which rule goes with which features, by the number of the part of speech.
    groups: HashMap<u64, Vec<(String, Vec<String>)>>,
    /// Base forms that are known, by the number of the part of speech.
    known: HashMap<u64, HashSet<String>>,
    /// Base forms of irregular words, by the number of the part of speech.
    irregular: HashMap<u64, HashMap<String, Vec<String>>>,
}

/// The tables with the numbering of their keys.
struct Finder<'a> {
    tables: &'a Tables,
    symbols: &'a Symbols,
}

impl<'a> Finder<'a> {
    fn rules(&self, name: &str) -> &'a [(String, String)] {
        self.tables.rules.get(&self.symbols.number(name)).map_or(&[], Vec::as_slice)
    }

    fn groups(&self, pos: &str) -> &'a [(String, Vec<String>)] {
        self.tables.groups.get(&self.symbols.number(pos)).map_or(&[], Vec::as_slice)
    }

    fn is_known(&self, pos: &str, word: &str) -> bool {
        self.tables.known.get(&self.symbols.number(pos)).is_some_and(|words| words.contains(word))
    }

    fn irregular(&self, pos: &str, word: &str) -> &'a [String] {
        let words = self.tables.irregular.get(&self.symbols.number(pos));
        words.and_then(|words| words.get(word)).map_or(&[], Vec::as_slice)
    }

    fn has_tables(&self, pos: &str) -> bool {
        let number = self.symbols.number(pos);
        self.tables.rules.contains_key(&number)
            || self.tables.known.contains_key(&number)
            || self.tables.irregular.contains_key(&number)
    }
}

impl Tables {
    fn read(bytes: &[u8]) -> Result<Tables, Missing> {
        let file = Value::read(bytes).map_err(|error| error.to_string())?;
        let table = |name: &str| file.get(name).and_then(Value::map).unwrap_or_default();
        let broken = |name: &str| format!("the table `{name}` is unreadable");
        Ok(Tables {
            rules: numbered(table("lemma_rules"), pairs).ok_or_else(|| broken("lemma_rules"))?,
            groups: numbered(table("lemma_rules_groups"), groups)
                .ok_or_else(|| broken("lemma_rules_groups"))?,
            known: numbered(table("lemma_index"), |words| {
                texts(words)?.into_iter().map(Some).collect()
            })
            .ok_or_else(|| broken("lemma_index"))?,
            irregular: numbered(table("lemma_exc"), irregular)
                .ok_or_else(|| broken("lemma_exc"))?,
        })
    }
}

fn numbered<'a, T>(
    entries: &[(Value<'a>, Value<'a>)],
    read: impl Fn(&Value<'a>) -> Option<T>,
) -> Option<HashMap<u64, T>> {
    entries.iter().map(|(key, value)| Some((key.number()?, read(value)?))).collect()
}

fn texts(value: &Value<'_>) -> Option<Vec<String>> {
    value.list()?.iter().map(|text| Some(text.text()?.to_owned())).collect()
}

fn pairs(value: &Value<'_>) -> Option<Endings> {
    let pair = |pair: &Value<'_>| {
        let [old, new] = <[String; 2]>::try_from(texts(pair)?).ok()?;
        Some((old, new))
    };
    value.list()?.iter().map(pair).collect()
}

fn groups(value: &Value<'_>) -> Option<Vec<(String, Vec<String>)>> {
    let group = |group: &Value<'_>| {
        let [name, features] = group.list()? else { return None };
        Some((name.text()?.to_owned(), texts(features)?))
    };
    value.list()?.iter().map(group).collect()
}

fn irregular(value: &Value<'_>) -> Option<HashMap<String, Vec<String>>> {
    let entry =
        |(word, lemmas): &(Value<'_>, Value<'_>)| Some((word.text()?.to_owned(), texts(lemmas)?));
    value.map()?.iter().map(entry).collect()
}
