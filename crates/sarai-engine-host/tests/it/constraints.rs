//! Answers that must be JSON.

use sarai_engine_protocol::{Body, Call, Constraint, Failure, Finish, Generate, Sampling};
use serde_json::{Value, json};

use crate::client::{Client, GREEDY, check_said, question, say};
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

#[test]
fn a_cut_answer_is_closed_wherever_it_was_cut() {
    let mut client = Client::new(&Toy::default());
    let text = r#"{"nombre": "Íñigo \"el\" \u00f1u 🦜", "edad": -41, "color": "verde", "notas": ["a", "b"]}"#;
    for limit in 0..60 {
        let request = Generate { tokens_max: Some(limit), ..within(say(text), &schema()) };
        let answer = client.generate(request);
        check_valid(&answer.text);
        assert!(answer.told.completion_tokens >= limit.min(50));
        let shared = answer.text.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        assert!(shared >= limit as usize / 2, "{limit}: {}", answer.text);
    }
}

#[test]
fn other_schemas_are_closed_too() {
    let mut client = Client::new(&Toy::default());
    for schema in [
        json!(true),
        json!({"type": "array", "items": {"type": "number"}, "minItems": 3}),
        json!({"type": "string", "minLength": 5}),
        json!({"type": "string", "pattern": "^[a-c]{3}-[0-9]+$"}),
        json!({"anyOf": [{"type": "null"}, {"type": "boolean"}]}),
        json!({"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "properties": {
            "next": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}}, "required": ["next"]}}}),
    ] {
        for limit in [0, 1, 5] {
            let request = Generate { tokens_max: Some(limit), ..within(question("algo"), &schema) };
            let answer = client.generate(request);
            assert!(
                serde_json::from_str::<Value>(&answer.text).is_ok(),
                "{schema}: {}",
                answer.text
            );
        }
    }
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
