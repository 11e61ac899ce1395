//! Rules that correct single words by their tag, spelling and label.

use crate::msgpack::Value;
use crate::patterns::Pattern;
use crate::tagging::{Reading, read_features};
use crate::weights::Missing;

/// The rules of a model, the later ones stronger.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    /// Each is a row of words that stand side by side.
    patterns: Vec<Vec<Vec<Condition>>>,
    /// Which word of the row is corrected.
    index: usize,
    effects: Vec<(Field, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Tag,
    Part,
    Features,
    Lemma,
    Label,
    Lower,
    IsSpace,
}

impl Field {
    fn named(name: &str) -> Option<Field> {
        Some(match name {
            "TAG" => Field::Tag,
            "POS" => Field::Part,
            "MORPH" => Field::Features,
            "LEMMA" => Field::Lemma,
            "DEP" => Field::Label,
            "LOWER" => Field::Lower,
            "IS_SPACE" => Field::IsSpace,
            _ => return None,
        })
    }
}

#[derive(Debug)]
struct Condition {
    field: Field,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Within(Vec<String>),
    Outside(Vec<String>),
    Matches(Pattern),
    Truth(bool),
}

/// A word that rules look at and correct.
#[derive(Debug)]
pub(crate) struct Word<'a> {
    pub(crate) lower: String,
    pub(crate) is_space: bool,
    pub(crate) label: &'a mut String,
    pub(crate) reading: &'a mut Reading,
}

impl Rules {
    pub(crate) fn read(bytes: &[u8]) -> Result<Rules, Missing> {
        let file = Value::read(bytes).map_err(|error| error.to_string())?;
        let rules = file.list().ok_or("it is no list of rules")?;
        Ok(Rules { rules: rules.iter().map(rule).collect::<Result<_, _>>()? })
    }

    /// Corrects the words. All rules look at the words as they are before any is corrected.
    pub(crate) fn apply(&self, words: &mut [Word<'_>]) {
        let mut effects = Vec::new();
        for rule in &self.rules {
            for pattern in &rule.patterns {
                let windows = words.windows(pattern.len().max(1)).enumerate();
                let matching = windows.filter(|(_, window)| {
                    window
                        .iter()
                        .zip(pattern)
                        .all(|(word, all)| all.iter().all(|one| one.holds(word)))
                });
                effects.extend(matching.map(|(start, _)| (start + rule.index, &rule.effects)));
            }
        }
        for (place, effects) in effects {
            if let Some(word) = words.get_mut(place) {
                for (field, value) in effects {
                    word.set(*field, value);
                }
            }
        }
    }
}

impl Word<'_> {
    fn get(&self, field: Field) -> &str {
        match field {
            Field::Tag => &self.reading.tag,
            Field::Part => &self.reading.pos,
            Field::Lemma => self.reading.lemma.as_deref().unwrap_or_default(),
            Field::Label => self.label,
            Field::Lower => &self.lower,
            Field::Features | Field::IsSpace => "",
        }
    }

    fn set(&mut self, field: Field, value: &str) {
        match field {
            Field::Tag => value.clone_into(&mut self.reading.tag),
            Field::Part => value.clone_into(&mut self.reading.pos),
            Field::Features => self.reading.features = read_features(value),
            Field::Lemma => self.reading.lemma = Some(value.to_owned()),
            Field::Label => value.clone_into(self.label),
            Field::Lower | Field::IsSpace => {}
        }
    }
}

impl Condition {
    fn holds(&self, word: &Word<'_>) -> bool {
        let found = word.get(self.field);
        match &self.test {
            Test::Within(values) => values.iter().any(|value| value == found),
            Test::Outside(values) => values.iter().all(|value| value != found),
            Test::Matches(pattern) => pattern.find(found).is_some(),
            Test::Truth(expected) => word.is_space == *expected,
        }
    }
}

fn rule(value: &Value<'_>) -> Result<Rule, Missing> {
    let broken = || "a rule is unreadable".to_owned();
    let mut patterns = Vec::new();
    for pattern in value.get("patterns").and_then(Value::list).ok_or_else(broken)? {
        let mut row = Vec::new();
        for word in pattern.list().ok_or_else(broken)? {
            let conditions = word.map().ok_or_else(broken)?.iter().map(condition);
            row.push(conditions.collect::<Result<Vec<_>, _>>()?);
        }
        if row.is_empty() {
            return Err(broken());
        }
        patterns.push(row);
    }
    let index = value.get("index").and_then(Value::index).ok_or_else(broken)?;
    let mut effects = Vec::new();
    for (name, value) in value.get("attrs").and_then(Value::map).ok_or_else(broken)? {
        let field = name.text().and_then(Field::named).ok_or_else(broken)?;
        effects.push((field, value.text().ok_or_else(broken)?.to_owned()));
    }
    Ok(Rule { patterns, index, effects })
}

fn condition((name, value): &(Value<'_>, Value<'_>)) -> Result<Condition, Missing> {
    let name = name.text().unwrap_or_default();
    let unknown = || format!("a rule has the unknown condition `{name}`");
    let field = Field::named(name).ok_or_else(unknown)?;
    let texts = |value: &Value<'_>| {
        let items = value.list()?.iter();
        items.map(|item| item.text().map(str::to_owned)).collect::<Option<Vec<_>>>()
    };
    let test = if let Value::Truth(expected) = value {
        Test::Truth(*expected)
    } else if let Some(text) = value.text() {
        Test::Within(vec![text.to_owned()])
    } else if let Some(values) = value.get("IN") {
        Test::Within(texts(values).ok_or_else(unknown)?)
    } else if let Some(values) = value.get("NOT_IN") {
        Test::Outside(texts(values).ok_or_else(unknown)?)
    } else {
        let expression = value.get("REGEX").and_then(Value::text).ok_or_else(unknown)?;
        Test::Matches(Pattern::new(expression)?)
    };
    Ok(Condition { field, test })
}
