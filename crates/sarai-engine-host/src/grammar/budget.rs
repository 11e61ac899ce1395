//! How many tokens the values of a schema take: what follows from the schema alone.
//!
//! It is reckoned in characters, of which a token has one at least. Bounds are rough: nothing is lost
//! where they are too high, and where they are too low an answer is closed a little late or early.

use std::cell::Cell;

use serde_json::{Map, Value};

/// Schemas that are looked at in all, each as often as it is come to: references can double at every
/// step.
const VISITS_MAX: u32 = 100_000;

/// A bound beyond this is none.
const BOUND_MAX: usize = 1 << 31;

/// How deep references are followed.
const DEPTH_MAX: usize = 8;

/// A number is rarely longer; more digits are a model that goes in circles.
const NUMBER_CHARACTERS: usize = 24;

/// Keywords by which a value may become longer than the others say.
const UNBOUNDED: [&str; 3] = ["allOf", "patternProperties", "prefixItems"];

/// Quotes, colon, comma and spaces around the name of a field.
const AROUND_NAME: usize = 6;

/// What the schema of an answer says of its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget {
    /// The most that beginning something which could be left out adds to what must follow.
    pub(super) leap: usize,
    /// The most that an answer can have, if there is such a thing.
    pub(super) most: Option<usize>,
}

impl Budget {
    pub(super) fn of(schema: &Value) -> Budget {
        let schema = Schema { root: schema, left: Cell::new(VISITS_MAX) };
        Budget { leap: schema.leap(schema.root, 0), most: schema.most(schema.root, 0) }
    }
}

struct Schema<'a> {
    root: &'a Value,
    /// Schemas that may still be looked at.
    left: Cell<u32>,
}

impl<'a> Schema<'a> {
    /// Whether another schema may be looked at, so deep.
    fn goes_on(&self, depth: usize) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0 && depth <= DEPTH_MAX
    }

    /// Returns about the fewest characters of a value.
    fn least(&self, schema: &Value, depth: usize) -> usize {
        let Value::Object(fields) = schema else { return 1 };
        if !self.goes_on(depth) {
            return 1;
        }
        let each = |schemas: &[Value]| -> Vec<usize> {
            schemas.iter().map(|one| self.least(one, depth + 1)).collect()
        };
        if let Some(target) = self.target(fields) {
            return self.least(target, depth + 1);
        }
        if let Some(listed) = listed(fields) {
            return listed.into_iter().min().unwrap_or(1);
        }
        if let Some(choices) = choices(fields) {
            return each(choices).into_iter().min().unwrap_or(1);
        }
        if let Some(Value::Array(parts)) = fields.get("allOf") {
            return each(parts).into_iter().max().unwrap_or(1);
        }
        let least = |key: &str| count(fields, key).unwrap_or(0);
        match kind(fields) {
            Some("object") => {
                let field = |name: &str| {
                    let value = fields.get("properties").and_then(|all| all.get(name));
                    let value = value.map_or(1, |value| self.least(value, depth + 1));
                    value.saturating_add(name.len() + AROUND_NAME)
                };
                required(fields).map(field).fold(2, usize::saturating_add)
            }
            Some("array") => {
                let item = fields.get("items").map_or(1, |item| self.least(item, depth + 1));
                least("minItems").saturating_mul(item.saturating_add(2)).saturating_add(2)
            }
            Some("string") => least("minLength").saturating_add(2),
            Some("boolean" | "null") => 4,
            _ => 1,
        }
    }

    /// Returns the most characters of a value, if there is such a thing.
    fn most(&self, schema: &Value, depth: usize) -> Option<usize> {
        let Value::Object(fields) = schema else { return None };
        if !self.goes_on(depth) || UNBOUNDED.iter().any(|key| fields.contains_key(*key)) {
            return None;
        }
        if let Some(target) = self.target(fields) {
            return self.most(target, depth + 1);
        }
        if let Some(listed) = listed(fields) {
            return listed.into_iter().max();
        }
        let longest = |schemas: &[Value]| {
            let each: Option<Vec<usize>> =
                schemas.iter().map(|one| self.most(one, depth + 1)).collect();
            each?.into_iter().max()
        };
        if let Some(choices) = choices(fields) {
            return longest(choices);
        }
        match kind(fields)? {
            "object" => {
                let Some(Value::Bool(false)) = fields.get("additionalProperties") else {
                    return None;
                };
                let all = fields.get("properties").and_then(Value::as_object);
                let field = |(name, value): (&String, &Value)| {
                    Some(self.most(value, depth + 1)?.saturating_add(name.len() + AROUND_NAME))
                };
                let each: Option<Vec<usize>> = all.into_iter().flatten().map(field).collect();
                bounded(each?.into_iter().fold(2, usize::saturating_add))
            }
            "array" => {
                let item = self.most(fields.get("items")?, depth + 1)?;
                let items = count(fields, "maxItems")?;
                bounded(items.saturating_mul(item.saturating_add(2)).saturating_add(2))
            }
            // A character may take several tokens.
            "string" => bounded(count(fields, "maxLength")?.saturating_mul(2).saturating_add(2)),
            "number" | "integer" => Some(NUMBER_CHARACTERS),
            "boolean" => Some(5),
            "null" => Some(4),
            _ => None,
        }
    }

    fn leap(&self, schema: &'a Value, depth: usize) -> usize {
        let Value::Object(fields) = schema else { return 0 };
        if !self.goes_on(depth) {
            return 0;
        }
        let must: Vec<&str> = required(fields).collect();
        let mut most = listed(fields).and_then(|listed| listed.into_iter().max()).unwrap_or(0);
        most = most.max(count(fields, "minLength").unwrap_or(0));
        for (key, value) in fields {
            let below: Vec<(usize, &Value)> = match (key.as_str(), value) {
                ("properties", Value::Object(all)) => all
                    .iter()
                    .map(|(name, value)| {
                        let left_out = !must.contains(&name.as_str());
                        let around =
                            self.least(value, depth).saturating_add(name.len() + AROUND_NAME);
                        (if left_out { around } else { 0 }, value)
                    })
                    .collect(),
                ("$defs" | "definitions" | "patternProperties", Value::Object(all)) => {
                    all.values().map(|value| (self.least(value, depth), value)).collect()
                }
                ("items" | "additionalProperties", one) if *one != Value::Bool(false) => {
                    vec![(self.least(one, depth).saturating_add(2), one)]
                }
                ("anyOf" | "oneOf" | "prefixItems" | "allOf", Value::Array(all)) => {
                    all.iter().map(|value| (self.least(value, depth), value)).collect()
                }
                _ => continue,
            };
            let leaps = below.into_iter().map(|(own, value)| own.max(self.leap(value, depth + 1)));
            most = most.max(leaps.max().unwrap_or(0));
        }
        most
    }

    /// Returns what a schema refers to, inside the document.
    fn target(&self, fields: &Map<String, Value>) -> Option<&'a Value> {
        let place = fields.get("$ref")?.as_str()?.strip_prefix('#')?;
        self.root.pointer(place)
    }
}

/// Returns the lengths of the values that a schema lists.
fn listed(fields: &Map<String, Value>) -> Option<Vec<usize>> {
    let length = |value: &Value| value.to_string().chars().count();
    match (fields.get("const"), fields.get("enum")) {
        (Some(only), _) => Some(vec![length(only)]),
        (None, Some(Value::Array(values))) => Some(values.iter().map(length).collect()),
        _ => None,
    }
}

fn choices(fields: &Map<String, Value>) -> Option<&[Value]> {
    ["anyOf", "oneOf"].iter().find_map(|key| Some(fields.get(*key)?.as_array()?.as_slice()))
}

fn required(fields: &Map<String, Value>) -> impl Iterator<Item = &str> {
    fields.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn count(fields: &Map<String, Value>, key: &str) -> Option<usize> {
    fields.get(key)?.as_u64().and_then(|count| usize::try_from(count).ok())
}

fn bounded(characters: usize) -> Option<usize> {
    (characters <= BOUND_MAX).then_some(characters)
}

fn kind(fields: &Map<String, Value>) -> Option<&str> {
    fields.get("type")?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Budget;

    #[track_caller]
    fn check(schema: &Value, leap: usize, most: Option<usize>) {
        assert_eq!(Budget::of(schema), Budget { leap, most }, "{schema}");
    }

    #[test]
    fn a_value_of_bounded_length_says_so() {
        check(&json!({"enum": ["rojo", "ñu", 7]}), 6, Some(6));
        check(&json!({"type": "boolean"}), 0, Some(5));
        check(&json!({"type": "string", "maxLength": 10}), 0, Some(22));
        let fields = json!({"a": {"type": "boolean"}, "bc": {"type": "null"}});
        let closed = json!({"type": "object", "properties": fields,
            "required": ["a", "bc"], "additionalProperties": false});
        check(&closed, 0, Some(2 + 7 + 5 + 8 + 4));
        let list = json!({"type": "array", "items": {"type": "null"}, "maxItems": 3});
        check(&list, 6, Some(2 + 3 * 6));
        check(&json!({"anyOf": [{"type": "null"}, {"const": "abc"}]}), 5, Some(5));
        let named = json!({"$ref": "#/$defs/n", "$defs": {"n": {"type": "boolean"}}});
        check(&named, 4, Some(5));
    }

    #[test]
    fn one_without_a_bound_has_none() {
        for schema in [
            json!({}),
            json!(true),
            json!({"type": "string"}),
            json!({"type": "object", "properties": {}}),
            json!({"type": "array", "items": {"type": "null"}}),
            json!({"$ref": "#"}),
            json!({"anyOf": [{"type": "null"}, {"type": "string"}]}),
            json!({"type": "object", "additionalProperties": false,
                "patternProperties": {"^[a-z]+$": {"type": "null"}}}),
            json!({"type": "array", "prefixItems": [{"type": "null"}], "items": {"type": "null"},
                "maxItems": 2}),
            json!({"type": "string", "maxLength": u64::MAX >> 1}),
            json!({"type": "array", "items": {"type": "null"}, "maxItems": u64::MAX}),
        ] {
            assert_eq!(Budget::of(&schema).most, None, "{schema}");
        }
    }

    #[test]
    fn references_that_multiply_are_followed_only_so_often() {
        let ways = vec![json!({"$ref": "#"}); 200];
        assert_eq!(Budget::of(&json!({ "anyOf": ways })).most, None);
        let huge = json!({"type": "string", "minLength": u64::MAX});
        let list = json!({"type": "array", "items": huge, "minItems": u64::MAX});
        assert!(Budget::of(&list).leap > 1 << 40);
    }

    #[test]
    fn what_may_be_begun_brings_what_it_demands() {
        let person = json!({"type": "object", "properties": {
            "name": {"type": "string"}, "id": {"type": "string", "minLength": 5}},
            "required": ["name", "id"]});
        // Braces, and both fields with their names and the least there is.
        let least = 2 + (4 + 6 + 2) + (2 + 6 + 7);
        check(&json!({"type": "array", "items": person}), 2 + least, None);
        let optional = json!({"type": "object", "properties": {"who": person}});
        check(&optional, 3 + 6 + least, None);
        let must = json!({"type": "object", "properties": {"who": person}, "required": ["who"]});
        check(&must, 5, None);
    }
}
