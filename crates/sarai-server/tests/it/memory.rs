//! The memory in the native API and on its page.

use serde_json::{Value, json};

use crate::support::{Answer, KEY, Request, Server};

const MEMORY: &str = "/api/sarai/memory";

fn store(server: &Server, subject: &str, relation: &str, object: &str) -> Answer {
    let fact = json!({ "subject": subject, "relation": relation, "object": object });
    server.post(&format!("{MEMORY}/facts"), &fact)
}

#[track_caller]
fn id(answer: &Answer) -> i64 {
    answer.json()["fact"]["id"].as_i64().unwrap_or_else(|| panic!("{}", answer.body))
}

/// Returns facts as `subject relation object`.
fn facts(server: &Server, query: &str) -> Vec<String> {
    let list = server.get(&format!("{MEMORY}/facts{query}")).json();
    let word = |fact: &Value, name: &str| fact[name].as_str().unwrap().to_owned();
    let says =
        |fact: &Value| ["subject", "relation", "object"].map(|name| word(fact, name)).join(" ");
    list["facts"].as_array().unwrap().iter().map(says).collect()
}

#[track_caller]
fn failure(answer: &Answer) -> (u16, String) {
    let error = &answer.json()["error"];
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
    (answer.status, error["code"].as_str().unwrap().to_owned())
}

#[test]
fn a_fact_is_kept_once_and_found_by_any_of_its_parts() {
    let server = Server::saying(&[]);
    assert_eq!(store(&server, "hermana", "vivir_en", "Cuenca").status, 201);
    let again = store(&server, "hermana", "vivir_en", "Cuenca");
    assert_eq!((again.status, &again.json()["known"]), (200, &json!(true)));
    store(&server, "yo", "gustar", "queso");

    let found = ["hermana vivir_en Cuenca"];
    assert_eq!(facts(&server, "?subject=hermana"), found);
    assert_eq!(facts(&server, "?verb=vivir"), found);
    assert_eq!(facts(&server, "?object=cuenca"), found);
    assert_eq!(facts(&server, "?query=cuenca"), found);
    assert_eq!(facts(&server, "?limit=1"), ["yo gustar queso"]);
    assert_eq!(facts(&server, "?subject=nadie"), [""; 0]);
}

#[test]
fn a_correction_takes_the_place_of_a_fact_and_can_be_taken_back() {
    let server = Server::saying(&[]);
    let first = id(&store(&server, "yo", "vivir_en", "Madrid"));
    let path = format!("{MEMORY}/facts/{first}");
    let edit = json!({ "object": "Sevilla" }).to_string();
    let edited = server.send(Request::new("PATCH", &path).bytes(edit.as_bytes()).key(KEY));
    assert_eq!(edited.status, 200, "{}", edited.body);
    assert_eq!(facts(&server, "?verb=vivir"), ["yo vivir_en Sevilla"]);

    let before = server.get(&path).json();
    assert_eq!(before["fact"]["superseded_by"], edited.json()["fact"]["id"]);
    assert_eq!(before["history"][0]["object"], "Sevilla");

    let undone = server.post(&format!("{MEMORY}/undo"), &json!({}));
    assert_eq!(undone.json()["fact"]["object"], "Madrid");
    assert_eq!(facts(&server, "?verb=vivir"), ["yo vivir_en Madrid"]);
}

#[test]
fn what_is_forgotten_is_gone_and_said() {
    let server = Server::saying(&[]);
    let first = id(&store(&server, "yo", "tener", "perro"));
    store(&server, "hermana", "tener", "gato");
    let path = format!("{MEMORY}/facts/{first}");
    let gone = server.send(Request::new("DELETE", &path).key(KEY)).json();
    assert_eq!(gone["forgotten"]["facts"][0]["object"], "perro");
    assert_eq!(facts(&server, ""), ["hermana tener gato"]);
    let again = server.send(Request::new("DELETE", &path).key(KEY));
    assert_eq!(failure(&again), (404, "fact_not_found".to_owned()));

    let matching = json!({ "matching": { "subject": "hermana" } });
    let gone = server.post(&format!("{MEMORY}/forget"), &matching).json();
    assert_eq!(gone["forgotten"]["facts"][0]["object"], "gato");
    assert_eq!(facts(&server, ""), [""; 0]);
    let again = server.post(&format!("{MEMORY}/forget"), &matching);
    assert_eq!(failure(&again), (404, "nothing_to_forget".to_owned()));
}

#[test]
fn one_thing_at_a_time_is_forgotten() {
    let server = Server::saying(&[]);
    store(&server, "yo", "tener", "perro");
    for slip in [
        json!({}),
        json!({ "matching": {} }),
        json!({ "everything": false }),
        json!({ "fact": 1, "everything": true }),
    ] {
        let refused = server.post(&format!("{MEMORY}/forget"), &slip);
        assert_eq!(failure(&refused), (400, "invalid_value".to_owned()), "{slip}");
    }
    assert_eq!(facts(&server, ""), ["yo tener perro"]);
    let all = server.post(&format!("{MEMORY}/forget"), &json!({ "everything": true }));
    assert_eq!(all.status, 200, "{}", all.body);
    assert_eq!(facts(&server, ""), [""; 0]);
}

#[test]
fn wrong_facts_are_refused_and_nothing_is_kept() {
    let server = Server::saying(&[]);
    let good = json!({ "subject": "yo", "relation": "tener", "object": "perro" });
    for (name, value) in [
        ("subject", json!(" ")),
        ("object", json!("x".repeat(401))),
        ("confidence", json!(1.5)),
        ("source", json!("alguien")),
    ] {
        let mut fact = good.clone();
        fact[name] = value;
        let refused = server.post(&format!("{MEMORY}/facts"), &fact);
        assert_eq!(failure(&refused), (400, "invalid_value".to_owned()), "{name}");
    }
    assert_eq!(facts(&server, ""), [""; 0]);
    for wrong in ["limit=0", "before=0", "before=-1", "as_of=null", "as_of=2026-02-30"] {
        assert_eq!(server.get(&format!("{MEMORY}/facts?{wrong}")).status, 400, "{wrong}");
    }
    assert_eq!(server.get(&format!("{MEMORY}/facts/perro")).status, 400);
    assert_eq!(server.get(&format!("{MEMORY}/facts/77")).status, 404);
}

#[test]
fn a_message_is_read_and_questions_are_answered_out_of_it() {
    let server = Server::saying(&[]);
    let told = json!({
        "session": "casa", "date": "2026-03-02", "text": "Mi hermana vive en Cuenca. ¿Qué tal?",
    });
    let learned = server.post(&format!("{MEMORY}/ingest"), &told).json();
    assert_eq!(learned["stored"][0]["object"], "Cuenca", "{learned}");
    assert_eq!(learned["stored"][0]["evidence"]["said"], "2026-03-02T12:00:00.000Z");
    assert_eq!(learned["refused"][0]["reason"], "question", "{learned}");

    let question = json!({ "question": "¿Dónde vive mi hermana?", "date": "2026-03-05" });
    let answer = server.post(&format!("{MEMORY}/ask"), &question).json();
    assert_eq!(answer["answers"][0]["text"], "Cuenca", "{answer}");
    assert_eq!(answer["passages"][0]["conversation"], "casa", "{answer}");
    let stats = server.get(&format!("{MEMORY}/stats")).json();
    assert_eq!((&stats["facts_current"], &stats["turns"]), (&json!(1), &json!(1)));
    assert_eq!(stats["reading"]["spanish"], "patterns");

    for wrong in [
        json!({ "session": "dos palabras", "text": "hola" }),
        json!({ "session": "a", "text": " " }),
        json!({ "session": "a", "text": "hola", "role": "system" }),
        json!({ "session": "a", "text": "hola", "date": "ayer" }),
    ] {
        let refused = server.post(&format!("{MEMORY}/ingest"), &wrong);
        assert_eq!(refused.status, 400, "{wrong}");
    }
}

#[test]
fn the_page_shows_corrects_and_forgets_without_a_script() {
    let server = Server::saying(&[]);
    let told = json!({ "session": "casa", "text": "Mi hermana vive en <b>Cuenca</b>" });
    server.post(&format!("{MEMORY}/ingest"), &told);
    let first = id(&store(&server, "yo", "tener", "perro & <i>gato</i>"));

    let page = server.get("/memory");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("perro &#38; &#60;i&#62;gato"), "{}", page.body);
    assert!(!page.body.contains("<i>gato"), "{}", page.body);
    assert!(!server.get("/memory?query=cuenca").body.contains("perro"));

    let form = |path: &str, body: &str| {
        let request = Request::new("POST", path).bytes(body.as_bytes()).key(KEY);
        server.send(request.header("content-type", "application/x-www-form-urlencoded"))
    };
    let edited =
        form(&format!("/memory/{first}/edit"), "subject=yo&relation=tener&object=tortuga&when=");
    assert_eq!((edited.status, edited.header("location")), (303, Some("/memory?done=edited")));
    let page = server.get("/memory?done=edited").body;
    assert!(page.contains("tortuga") && page.contains("/memory/undo"), "{page}");

    let undone = form("/memory/undo", "");
    assert_eq!(undone.header("location"), Some("/memory?done=undone"));
    assert!(server.get("/memory").body.contains("perro"));

    let gone = form(&format!("/memory/{first}/forget"), "");
    assert_eq!(gone.header("location"), Some("/memory?done=forgotten"));
    assert!(!server.get("/memory?history=true").body.contains("perro"));
    assert_eq!(form(&format!("/memory/{first}/forget"), "").status, 404);
    assert_eq!(server.get(&format!("/memory/{first}")).status, 404);
}

#[test]
fn the_memory_is_looked_after_and_carried_from_one_house_to_another() {
    let server = Server::saying(&[]);
    server.post(
        &format!("{MEMORY}/ingest"),
        &json!({ "session": "casa", "text": "Mi hermana vive en Cuenca" }),
    );
    let vacuumed = server.post(&format!("{MEMORY}/vacuum"), &json!({}));
    assert_eq!(vacuumed.status, 200, "{}", vacuumed.body);
    assert_eq!(vacuumed.json()["after"]["facts"], 1);
    let rotated = server.post(&format!("{MEMORY}/rotate"), &json!({ "days": 90 }));
    assert_eq!(rotated.json()["archived"], 0, "{}", rotated.body);
    assert_eq!(server.post(&format!("{MEMORY}/rotate"), &json!({ "days": 0 })).status, 400);
    let nowhere = server.post(&format!("{MEMORY}/backup"), &json!({}));
    assert_eq!(nowhere.status, 400, "this memory has no folder: {}", nowhere.body);
    let elsewhere = json!({ "file": "elsewhere.db" });
    let refused = server.post(&format!("{MEMORY}/backup"), &elsewhere);
    assert_eq!(failure(&refused), (403, "owner_only".to_owned()));

    let lines = server.get(&format!("{MEMORY}/export"));
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let other = Server::saying(&[]);
    let import = |body: &str| {
        let request = Request::new("POST", &format!("{MEMORY}/import")).bytes(body.as_bytes());
        other.send(request.header("content-type", "application/x-ndjson").key(KEY)).json()
    };
    let brought = import(&lines.body);
    assert_eq!(brought["refused_total"], 0, "{brought}");
    assert_eq!(facts(&other, ""), ["hermana vivir_en Cuenca"]);
    assert_eq!(import(&lines.body)["imported"], 0);
    assert_eq!(import("{\n")["refused"][0]["line"], 1);
}

#[test]
fn what_no_rule_understood_is_counted() {
    let server = Server::saying(&[]);
    let message = json!({ "text": "Mi vecina Rosa zurumbea tractores.", "session": "casa" });
    let told = server.post(&format!("{MEMORY}/ingest"), &message);
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(server.get(&format!("{MEMORY}/stats")).json()["leftovers"], json!(1));
    let figures = server.get("/metrics").body;
    assert!(figures.contains("sarai_memory_leftovers 1\n"), "{figures}");
}
