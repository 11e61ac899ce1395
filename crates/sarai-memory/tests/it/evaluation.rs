//! One item of an evaluation: what is told, what is kept of it, what is answered, what counts.

use sarai_core::language::Language;
use sarai_memory::Understanding;
use sarai_memory::eval::{EvalError, eval_item, probes_right};
use serde_json::{Value, json};

fn evaluate(item: &Value) -> Result<Value, EvalError> {
    eval_item(item, &Understanding::plain(Language::English))
}

#[test]
fn an_item_is_told_and_asked() {
    let item = json!({
        "id": "casa-1",
        "lang": "es",
        "turns": [
            { "role": "user", "date": "2024-05-01", "text": "Vivo en Lugo" },
            { "role": "assistant", "text": "¿Cómo se llama tu hija?" },
            { "role": "user", "date": "2025-03-01", "text": "Vera" },
            { "role": "user", "text": "Ya no vivo en Lugo, ahora vivo en Soria" },
        ],
        "probes": [
            { "q": "¿Dónde vivo?", "answer": [["Soria"]] },
            { "q": "¿Cómo se llama mi hija?", "answer": [["Vera", "Verita"]] },
            { "q": "¿Vivo en Lugo?", "answer": [["no"]] },
            { "q": "¿Cómo se llama mi perro?", "answer": [] },
            { "q": "¿Dónde vive mi hija?", "answer": [["Lugo"]] },
        ],
    });
    let result = evaluate(&item).unwrap();
    assert_eq!(result["id"], "casa-1");
    let kept: Vec<String> = result["triples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| [&fact["relation"], &fact["object"], &fact["status"]].map(text).join(" "))
        .collect();
    assert!(kept.contains(&"vivir_en Lugo superseded".to_owned()), "{kept:?}");
    assert!(kept.contains(&"vivir_en Soria current".to_owned()), "{kept:?}");
    assert_eq!(result["answers"][0], json!(["Soria"]));
    assert_eq!(probes_right(&item, &result), (4, 5));
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn what_is_no_item_is_refused() {
    for (item, reason) in [
        (json!({ "turns": [{ "role": "user", "date": "ayer", "text": "hola" }] }), "`ayer`"),
        (json!({ "turns": [{ "role": "user" }] }), "no text"),
        (json!({ "turns": [], "probes": [{ "answer": [] }] }), "no question"),
    ] {
        let error = evaluate(&item).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}
