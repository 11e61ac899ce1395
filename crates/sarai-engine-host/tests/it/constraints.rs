//! Answers that must be JSON.

use sarai_engine_protocol::{
    Body, Call, Constraint, Drafting, Failure, Finish, Generate, Load, Sampling,
};
use serde_json::{Value, json};

use crate::client::{Client, GREEDY, check_said, load, question, say};
use crate::toy::Toy;

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "nombre": {"type": "string"},
            "edad": {"type": "integer"},
            "color": {"enum": ["rojo", "verde"]},
            "notas": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        },
        "required": ["nombre", "edad", "color", "notas"],
        "additionalProperties": false,
    })
}

fn within(request: Generate, schema: &Value) -> Generate {
    Generate { constraint: Constraint::JsonSchema(schema.clone()), ..request }
}

#[track_caller]
fn check_valid(text: &str) {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(value["nombre"].is_string() && value["edad"].is_i64(), "{text}");
    assert!(["rojo", "verde"].contains(&value["color"].as_str().unwrap()), "{text}");
    assert!(!value["notas"].as_array().unwrap().is_empty(), "{text}");
}

#[test]
fn what_the_model_says_within_the_schema_is_left_alone() {
    let mut client = Client::new(&Toy::default());
    let text =
        r#"{"nombre": "Íñigo \"el\" ñu", "edad": 41, "color": "verde", "notas": ["a", "b"]}"#;
    let answer = client.generate(within(say(text), &schema()));
    check_said(&answer, text, &Finish::End);
    let object =
        Generate { constraint: Constraint::JsonObject, ..say(r#"{"a": {"b": [1, null]}}"#) };
    check_said(&client.generate(object), r#"{"a": {"b": [1, null]}}"#, &Finish::End);
}

#[test]
fn what_it_says_beside_the_schema_becomes_valid_all_the_same() {
    let mut client = Client::new(&Toy::default());
    let prose = within(say("Claro: ```json {nombre: 1}"), &schema());
    let warm = Sampling { temperature: 1.5, ..GREEDY };
    for seed in 0..8 {
        let sampling = Sampling { seed, ..warm };
        let answer = client.generate(Generate { sampling, tokens_max: Some(60), ..prose.clone() });
        check_valid(&answer.text);
    }
}

/// Asks with every limit, or every so many, with drafts and without, and returns the tokens of the shortest answer.
#[track_caller]
fn check_limits(request: &Generate, step: usize, check: impl Fn(&str, u32)) -> u32 {
    let mut least = None;
    for drafting in [Drafting::Off, Drafting::Fixed(7)] {
        let mut client = Client::with(&Toy::default(), &Load { drafting, ..load() });
        for limit in (0..60).step_by(step) {
            let asked = Generate { tokens_max: Some(limit), ..request.clone() };
            match client.within_limit(asked) {
                Ok(answer) => {
                    check(&answer.text, limit);
                    assert!(least.is_none_or(|least| limit >= least), "{limit}: {}", answer.text);
                }
                Err(needed) => assert_eq!(*least.get_or_insert(needed), needed, "{limit}"),
            }
        }
    }
    least.unwrap_or(0)
}

#[test]
fn a_cut_answer_is_closed_within_the_limit_wherever_it_was_cut() {
    let text = r#"{"nombre": "Íñigo \"el\" \u00f1u 🦜", "edad": -41, "color": "verde", "notas": ["a", "b"]}"#;
    let least = check_limits(&within(say(text), &schema()), 1, |said, limit| {
        check_valid(said);
        let shared = said.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        // Past the shortest answer each token is one of what the model says.
        assert!(shared + 50 >= limit as usize, "{limit}: {said}");
    });
    let shortest = r#"{"nombre": "", "edad": 0, "color": "rojo", "notas": [""]}"#;
    assert!(least as usize <= shortest.len() && least > 40, "{least}");
}

#[test]
fn other_schemas_are_closed_too() {
    for (schema, shortest) in [
        (json!(true), "0"),
        (json!({"type": "array", "items": {"type": "integer"}, "minItems": 3}), "[0, 0, 0]"),
        (json!({"type": "string", "minLength": 5}), "\"aaaaa\""),
        (json!({"type": "string", "pattern": "^[a-c]{3}-[0-9]+$"}), "\"aaa-0\""),
        (json!({"anyOf": [{"type": "boolean"}, {"type": "null"}]}), "null"),
        (json!({"enum": ["amarillo", "azul", "rojo"]}), "\"azul\""),
        (
            json!({"anyOf": [{"type": "object", "properties": {"a": {"type": "string"}},
            "required": ["a"]}, {"enum": [[1, 2]]}]}),
            "[1, 2]",
        ),
        (
            json!({"type": "array", "items": {"type": "object", "properties": {
            "uno": {"type": "string"}, "dos": {"type": "boolean"}}, "required": ["uno", "dos"]}}),
            "[]",
        ),
        (
            json!({"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "properties": {
            "next": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}}, "required": ["next"]}}}),
            r#"{"next": null}"#,
        ),
    ] {
        for (words, temperature) in [("[[[[[[[[[[[[", 0.0), ("{{{{{{", 1.5)] {
            let sampling = Sampling { temperature, ..GREEDY };
            let asked = Generate { sampling, ..within(say(words), &schema) };
            let least = check_limits(&asked, 7, |text, limit| {
                assert!(serde_json::from_str::<Value>(text).is_ok(), "{limit} {schema}: {text}");
            });
            assert!(least as usize <= shortest.len(), "{schema}: {least}");
        }
    }
}

#[test]
fn without_a_limit_a_form_of_bounded_length_is_one() {
    let toy = Toy { context_tokens: 400, ..Toy::default() };
    let mut client = Client::new(&toy);
    let schema = json!({"type": "boolean"});
    // A long prompt leaves room for so short an answer.
    let words = "a".repeat(330);
    let asked = Generate { tokens_max: None, ..question(&words) };
    let failure = client.fail(asked.clone());
    assert!(matches!(failure, Failure::ContextExceeded { .. }), "{failure:?}");
    let answer = client.generate(within(asked, &schema));
    assert!(["true", "false"].contains(&answer.text.as_str()), "{}", answer.text);
    // A number of so many digits goes in circles.
    let digits = say(&"1".repeat(100));
    let asked = Generate { tokens_max: None, ..within(digits, &json!({"type": "integer"})) };
    let mut client = Client::new(&Toy::default());
    check_said(&client.generate(asked), &"1".repeat(24), &Finish::Length);
}

#[test]
fn a_stop_string_does_not_cut_an_answer_that_must_have_a_form() {
    let mut client = Client::new(&Toy::default());
    let text = r#"{"nombre": "a", "edad": 1, "color": "rojo", "notas": ["x"]}"#;
    let stop = vec!["edad".to_owned(), "<|im_end|>".to_owned()];
    let answer = client.generate(Generate { stop, ..within(say(text), &schema()) });
    check_said(&answer, text, &Finish::End);
}

#[test]
fn a_schema_that_cannot_be_used_is_refused_before_anything_is_computed() {
    let toy = Toy::default();
    let mut client = Client::new(&toy);
    for schema in [
        json!({"type": "nonsense"}),
        json!({"type": "string", "pattern": "(["}),
        json!({"$ref": "http://elsewhere/schema"}),
        json!(false),
        json!([1]),
        json!({"type": "object", "properties": {"a": false}, "required": ["a"]}),
    ] {
        let failure = client.fail(within(question("algo"), &schema));
        let Failure::BadConstraint { reason } = failure else { panic!("{schema}: {failure:?}") };
        assert!(!reason.is_empty());
    }
    assert_eq!(toy.computed(), 0);
    check_said(&client.generate(say("sigo aquí")), "sigo aquí", &Finish::End);
}

#[test]
fn constraints_and_free_answers_go_side_by_side() {
    let mut client = Client::new(&Toy::default());
    let text = r#"{"nombre": "a", "edad": 1, "color": "rojo", "notas": ["x"]}"#;
    let ids: Vec<u64> = [within(say(text), &schema()), say("libre"), within(say(text), &schema())]
        .into_iter()
        .map(|request| client.send(Call::Generate(Box::new(request))))
        .collect();
    for (id, expected) in ids.into_iter().zip([text, "libre", text]) {
        check_said(&client.answer(id), expected, &Finish::End);
    }
}

#[test]
fn logprobs_are_those_of_the_model_not_of_the_mask() {
    let mut client = Client::new(&Toy::default());
    let request =
        Generate { top_logprobs: Some(1), ..within(say("no"), &json!({"enum": ["sí"]})) };
    let answer = client.generate(request);
    check_said(&answer, "\"sí\"", &Finish::End);
    assert_eq!(answer.logprobs[0].token, b"\"");
    assert_eq!(answer.logprobs[0].top[0].0, b"n");
    assert!(answer.logprobs[0].logprob < answer.logprobs[0].top[0].1);
}

#[test]
fn a_model_may_be_loaded_and_left_while_the_table_is_built() {
    let mut client = Client::new(&Toy::default());
    assert!(matches!(client.ask(Call::Describe), Body::Described(_)));
    assert!(client.end());
}
