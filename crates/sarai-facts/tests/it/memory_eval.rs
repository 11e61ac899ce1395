//! The example that evaluates memory runs.

use serde_json::json;

#[expect(dead_code, reason = "`main` is run by cargo")]
#[path = "../../examples/memory_eval.rs"]
mod example;

#[test]
fn an_item_has_its_triples_and_an_answer_for_each_probe() {
    let item = json!({
        "id": "one",
        "lang": "es",
        "turns": [
            { "role": "assistant", "text": "Vives en Marte." },
            { "role": "user", "text": "Hola, me llamo Valeria", "date": "2025-06-02" },
        ],
        "probes": [{ "q": "¿Cómo me llamo?", "answer": [["Valeria"]] }],
    });
    let found = example::evaluate(&item, &[]).unwrap();
    assert_eq!(found["id"], "one");
    assert_eq!(found["answers"].as_array().unwrap().len(), 1);
    let triples = found["triples"].as_array().unwrap();
    assert!(triples.iter().all(|triple| triple["object"] != "Marte"), "only the user is believed");
    assert!(example::evaluate(&json!({ "turns": [{}] }), &[]).is_err());
}
