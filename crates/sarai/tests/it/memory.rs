//! `sarai memory` on the command line, with the real store and without an engine.

use serde_json::Value;

use crate::house::House;

#[track_caller]
fn objects(house: &House, arguments: &[&str]) -> Vec<String> {
    let all = [&["memory"], arguments, &["--json"]].concat();
    let found = house.run(&all).succeeded().json();
    let facts = found["facts"].as_array().unwrap().clone();
    facts.iter().map(|fact| fact["object"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_message_is_read_kept_recalled_and_answered() {
    let house = House::new();
    let told = house
        .run_with(
            &["memory", "ingest", "--session", "casa", "--date", "2026-03-02", "--json", "-"],
            "Mi hermana vive en Cuenca. ¿Qué hora es?".as_bytes(),
        )
        .succeeded()
        .json();
    assert_eq!(told["stored"][0]["object"], "Cuenca", "{told}");
    assert_eq!(told["refused"][0]["reason"], "question", "{told}");

    assert_eq!(objects(&house, &["recall", "--subject", "hermana", "--verb", "vivir"]), ["Cuenca"]);
    assert_eq!(objects(&house, &["recall", "--object", "Toledo"]), [""; 0]);
    assert_eq!(objects(&house, &["list", "cuenca"]), ["Cuenca"]);
    let answer = house.run(&["memory", "ask", "¿Dónde vive mi hermana?"]).succeeded();
    assert!(
        answer.stdout.starts_with("Cuenca  (2026-03-02: «Mi hermana vive en Cuenca"),
        "{answer:?}"
    );
    let nothing = house.run(&["memory", "ask", "¿Dónde nació mi tío?"]).succeeded();
    assert_eq!(nothing.stdout, "");
    assert!(nothing.stderr.contains("no lo sé"), "{nothing:?}");
}

#[test]
fn what_was_known_stays_known_as_history() {
    let house = House::new();
    for (day, text) in [("2024-05-01", "Vivo en Madrid"), ("2025-03-01", "Ahora vivo en Sevilla")] {
        house.run(&["memory", "ingest", "--session", "a", "--date", day, text]).succeeded();
    }
    assert_eq!(objects(&house, &["recall", "--verb", "vivir"]), ["Sevilla"]);
    assert_eq!(objects(&house, &["recall", "--verb", "vivir", "--history"]), ["Sevilla", "Madrid"]);
    assert_eq!(
        objects(&house, &["recall", "--verb", "vivir", "--as-of", "2024-12-24"]),
        ["Madrid"]
    );
}

#[test]
fn a_fact_is_stored_corrected_undone_and_forgotten_by_hand() {
    let house = House::new();
    let stored =
        house.run(&["memory", "store", "yo", "tener", "perro", "--json"]).succeeded().json();
    let id = stored["fact"]["id"].to_string();
    house.run(&["memory", "edit", &id, "--object", "gato"]).succeeded();
    assert_eq!(objects(&house, &["recall"]), ["gato"]);
    house.run(&["memory", "undo"]).succeeded();
    assert_eq!(objects(&house, &["recall"]), ["perro"]);
    assert!(house.run(&["memory", "show", &id]).succeeded().stdout.contains("perro"));

    let refused = house.run(&["memory", "forget", "--subject", "yo"]).failed(3);
    assert!(refused.stderr.contains("--yes"), "{refused:?}");
    house.run(&["memory", "forget", "--subject", "yo", "--yes"]).succeeded();
    assert_eq!(objects(&house, &["recall", "--history"]), [""; 0]);
    house.run(&["memory", "forget", "--subject", "yo", "--yes"]).failed(4);
    house.run(&["memory", "show", "99"]).failed(4);
}

#[test]
fn a_wrong_command_says_what_is_wrong() {
    let house = House::new();
    house.run(&["memory", "ingest", "--session", "dos palabras", "hola"]).failed(2);
    house.run(&["memory", "ingest", "--session", "a", " "]).failed(2);
    house.run(&["memory", "ingest", "--session", "a", "--date", "ayer", "Vivo en Lugo"]).failed(2);
    house.run(&["memory", "store", "yo", "tener", ""]).failed(2);
    house.run(&["memory", "store", "yo", "tener", "x", "--confidence", "7"]).failed(2);
    house.run(&["memory", "forget", "--yes"]).failed(2);
    house.run(&["memory", "eval", "no-existe.jsonl"]).failed(4);
    let wrong = house.file("wrong.jsonl", b"{\"id\":1}\n{");
    let told = house.run(&["memory", "eval", &wrong]).failed(2);
    assert!(told.stderr.contains("wrong.jsonl:2"), "{told:?}");
}

#[test]
fn an_evaluation_writes_a_result_for_each_item() {
    let house = House::new();
    let items = house.file(
        "items.jsonl",
        r#"{"id":"a","lang":"es","turns":[{"role":"user","text":"Vivo en Lugo"}],"probes":[{"q":"¿Dónde vivo?","answer":[["Lugo"]]}]}
{"id":"b","lang":"es","turns":[{"role":"user","text":"¿Vives en Lugo?"}],"probes":[]}
"#
        .as_bytes(),
    );
    let ran = house.run(&["memory", "eval", &items]).succeeded();
    let results: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&results[0]["id"], &results[1]["id"]), (&"a".into(), &"b".into()));
    assert_eq!(results[0]["triples"][0]["object"], "Lugo", "{results:?}");
    assert_eq!(results[0]["answers"][0][0], "Lugo", "{results:?}");
    assert_eq!(results[1]["triples"], Value::Array(vec![]), "{results:?}");
    assert!(ran.stderr.contains("2 casos: 1 de 1 preguntas bien"), "{ran:?}");
}

#[test]
fn what_the_model_read_is_shown_as_such_and_what_waits_is_counted() {
    let house = House::new();
    let said = "Vivo en Lugo. Mi vecina Rosa zurumbea tractores.";
    house.run(&["memory", "ingest", "--session", "a", said]).succeeded();
    let counted = house.run(&["memory", "stats", "--json"]).succeeded().json();
    assert_eq!(counted["leftovers"], 1, "{counted}");
    let id =
        house.run(&["memory", "recall", "--json"]).succeeded().json()["facts"][0]["id"].clone();
    let shown = house.run(&["memory", "show", &id.to_string()]).succeeded();
    assert!(!shown.stdout.contains("el modelo"), "{shown:?}");

    let exported = house.run(&["memory", "export"]).succeeded().stdout;
    let by_model = exported.replace("\"extractor\":\"grammar\"", "\"extractor\":\"model\"");
    assert_ne!(by_model, exported, "{exported}");
    for (language, words) in
        [("es", "leído por el modelo, en segundo plano"), ("en", "read by the model")]
    {
        let other = House::new().with("SARAI_LANG", language);
        let file = other.file("memory.jsonl", by_model.as_bytes());
        other.run(&["memory", "import", &file]).succeeded();
        let facts = other.run(&["memory", "recall", "--json"]).succeeded().json();
        let id = facts["facts"][0]["id"].to_string();
        let shown = other.run(&["memory", "show", &id]).succeeded();
        assert!(shown.stdout.contains(words), "{shown:?}");
    }
}
