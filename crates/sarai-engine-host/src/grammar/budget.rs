//! How many tokens the values of a schema take: what follows from the schema alone.
//!
//! It is reckoned in characters, of which a token has one at least. Bounds are rough: nothing is lost
//! where they are too high, and where they are too low an answer is closed a little late or early.

use serde_json::{Map, Value};

/// How deep references are followed.
const DEPTH_MAX: usize = 8;

/// A number is rarely longer; more digits are a model that goes in circles.
const NUMBER_CHARACTERS: usize = 24;

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
        let schema = Schema { root: schema };
        Budget { leap: schema.leap(schema.root, 0), most: schema.most(schema.root, 0) }
    }
}

struct Schema<'a> {
    root: &'a Value,
}

impl<'a> Schema<'a> {
    /// Returns about the fewest characters of a value.
    fn least(&self, schema: &Value, depth: usize) -> usize {
        let Value::Object(fields) = schema else { return 1 };
        if depth > DEPTH_MAX {
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
                2 + required(fields)
                    .map(|name| {
                        let value = fields.get("properties").and_then(|all| all.get(name));
                        name.len()
                            + AROUND_NAME
                            + value.map_or(1, |value| self.least(value, depth + 1))
                    })
                    .sum::<usize>()
            }
            Some("array") => {
                let item = fields.get("items").map_or(1, |item| self.least(item, depth + 1));
                2 + least("minItems").saturating_mul(item + 2)
            }
            Some("string") => 2 + least("minLength"),
            Some("boolean" | "null") => 4,
            _ => 1,
        }
    }

    /// Returns the most characters of a value, if there is such a thing.
    fn most(&self, schema: &Value, depth: usize) -> Option<usize> {
        let Value::Object(fields) = schema else { return None };
        if depth > DEPTH_MAX {
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
                    Some(name.len() + AROUND_NAME + self.most(value, depth + 1)?)
                };
                let each: Option<Vec<usize>> = all.into_iter().flatten().map(field).collect();
                Some(2 + each?.into_iter().sum::<usize>())
            }
            "array" => {
                let item = self.most(fields.get("items")?, depth + 1)?;
                Some(2 + count(fields, "maxItems")?.saturating_mul(item + 2))
            }
            // A character may take several tokens.
            "string" => Some(2 + count(fields, "maxLength")?.saturating_mul(2)),
            "number" | "integer" => Some(NUMBER_CHARACTERS),
            "boolean" => Some(5),
            "null" => Some(4),
            _ => None,
        }
    }

    fn leap(&self, schema: &'a Value, depth: usize) -> usize {
        let Value::Object(fields) = schema else { return 0 };
        if depth > DEPTH_MAX {
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
                        let around = name.len() + AROUND_NAME + self.least(value, depth);
                        (if left_out { around } else { 0 }, value)
                    })
                    .collect(),
                ("$defs" | "definitions" | "patternProperties", Value::Object(all)) => {
                    all.values().map(|value| (self.least(value, depth), value)).collect()
                }
                ("items" | "additionalProperties", one) if *one != Value::Bool(false) => {
                    vec![(2 + self.least(one, depth), one)]
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
        ] {
            assert_eq!(Budget::of(&schema).most, None, "{schema}");
        }
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
