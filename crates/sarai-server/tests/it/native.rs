//! The native API.

use std::sync::Arc;
use std::time::Instant;

use expect_test::expect;
use sarai_core::engine::{
    Completion, Embeddings, Engine, EngineError, EngineEvent, EngineHealth, Finish, Generation,
    ModelSummary, Sink, Usage,
};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;
use sarai_testkit::ScriptedEngine;
use serde_json::{Value, json};

use crate::support::{Answer, KEY, PATIENCE, Request, Server, Setup, check};

const TURNS: &str = "/api/sarai/turns";
const CONVERSATIONS: &str = "/api/sarai/conversations";

fn ask(server: &Server, message: &str) -> Answer {
    server.post(TURNS, &json!({ "message": message }))
}

/// Returns the events as `[name, data]`.
fn events(answer: &Answer) -> Value {
    let names = answer.body.lines().filter_map(|line| line.strip_prefix("event: "));
    names.zip(answer.events()).map(|(name, data)| json!([name, data])).collect()
}

/// Returns the id of the conversation an answer belongs to.
#[track_caller]
fn conversation(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let first = events(answer)[0].clone();
    assert_eq!(first[0], "conversation", "{first}");
    first[1]["id"].as_str().unwrap().to_owned()
}

fn path_of(id: &str) -> String {
    format!("{CONVERSATIONS}/{}", id.replace('/', "%2F"))
}

fn rename(server: &Server, id: &str, body: &Value) -> Answer {
    let request = Request::new("PATCH", &path_of(id)).bytes(body.to_string().as_bytes());
    server.send(request.key(KEY))
}

fn delete(server: &Server, id: &str) -> Answer {
    server.send(Request::new("DELETE", &path_of(id)).key(KEY))
}

fn titles(server: &Server, query: &str) -> Vec<String> {
    let list = server.get(&format!("{CONVERSATIONS}{query}")).json();
    let list = list["conversations"].as_array().unwrap().clone();
    list.iter().map(|entry| entry["title"].as_str().unwrap().to_owned()).collect()
}

/// Returns status and kind of a failure; both texts of it must be there.
#[track_caller]
fn failure(answer: &Answer) -> (u16, String) {
    let error = &answer.json()["error"];
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
    (answer.status, error["kind"].as_str().unwrap().to_owned())
}

#[test]
fn a_turn_tells_what_happens_and_ends_with_its_answer() {
    let server = Server::saying(&["Hola, Ana."]);
    let answer = ask(&server, "Hola");
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    let mut told = events(&answer);
    // Which stages there are and what they say of themselves is the assistant's business.
    told[4][1]["trace"]["stages"].take();
    told[1][1].take();
    told[4][1]["trace"]["usage"].take();
    check(
        &told,
        &expect![[r#"
            ["conversation",{"id":"ID"}]
            ["prefill",null]
            ["text",{"text":"Hola, "}]
            ["text",{"text":"Ana."}]
            ["answer",{"text":"Hola, Ana.","finish":"end","conversation":"ID","turn":"ID","trace":{"stages":null,"degraded":[],"model":"scripted","usage":null,"messages_dropped":0,"queued_ms":0.0,"prefill_ms":1.0,"decode_ms":2.0,"drafted":null,"forced":0,"tokens_per_second":500.0}}]"#]],
    );
}

#[test]
fn a_conversation_goes_on_and_is_kept() {
    let server = Server::saying(&["Uno.", "Dos."]);
    let id = conversation(&ask(&server, "primera"));
    let next = server.post(TURNS, &json!({ "conversation": id, "message": "segunda" }));
    assert_eq!(conversation(&next), id);
    let kept = server.get(&path_of(&id)).json();
    assert_eq!(kept["id"], id.as_str());
    let turns = kept["turns"].as_array().unwrap();
    let said: Vec<_> = turns.iter().map(|turn| (&turn["question"], &turn["answer"])).collect();
    assert_eq!(said, [(&json!("primera"), &json!("Uno.")), (&json!("segunda"), &json!("Dos."))]);
    assert_eq!(turns[0]["asked"], "2026-11-22T12:00:00.000Z");
    assert_eq!(turns[0]["stopped"], false);
    assert_eq!(turns[0]["trace"]["model"], "scripted");
}

#[test]
fn what_is_asked_without_memory_is_not_kept() {
    let server = Server::saying(&["Nada."]);
    let answer = server.post(TURNS, &json!({ "message": "secreto", "memory": false }));
    let told = events(&answer);
    let last = told.as_array().unwrap().last().unwrap();
    assert_eq!((&last[0], &last[1]["turn"]), (&json!("answer"), &Value::Null));
    assert_eq!(titles(&server, ""), Vec::<String>::new());
}

#[test]
fn an_answer_has_the_limits_it_was_asked_for() {
    let server = Server::saying(&["uno dos tres cuatro"]);
    let body = json!({ "message": "cuenta", "tokens_max": 2, "temperature": 0, "seed": 7 });
    let told = events(&server.post(TURNS, &body));
    let last = told.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last[1]["finish"], &last[1]["text"]), (&json!("length"), &json!("uno dos ")));
}

/// The engine of this test never ends by itself.
#[test]
fn hanging_up_stops_the_answer_and_keeps_what_was_said() {
    let server = playing(|sink| {
        let mut text = String::new();
        while sink(piece("más ")).is_continue() {
            text.push_str("más ");
        }
        Ok(Completion {
            model: model(),
            text,
            finish: Finish::Cancelled,
            usage: Usage::default(),
            messages_dropped: 0,
            queued_ms: 0.0,
            prefill_ms: 0.0,
            decode_ms: 0.0,
            drafted: None,
            forced: 0,
            grammar_ms: 0.0,
        })
    });
    let request = Request::post(TURNS, &json!({ "message": "un cuento" })).key(KEY);
    let mut connection = server.open(&request);
    connection.wait_for("más");
    drop(connection);
    let begun = now();
    let turn = loop {
        let list = server.get(CONVERSATIONS).json();
        if let Some(id) = list["conversations"][0]["id"].as_str() {
            break server.get(&path_of(id)).json()["turns"][0].clone();
        }
        assert!(begun.elapsed() < PATIENCE, "the answer went on");
    };
    assert_eq!(turn["stopped"], true);
    assert!(turn["answer"].as_str().unwrap().starts_with("más"), "{turn}");
}

/// An engine that plays one part, again at each question.
struct Playing(fn(&mut Sink<'_>) -> Result<Completion, EngineError>);

impl Engine for Playing {
    fn generate(&self, _: &Generation, sink: &mut Sink<'_>) -> Result<Completion, EngineError> {
        (self.0)(sink)
    }

    fn embed(&self, _: Option<&ModelName>, _: &[String]) -> Result<Embeddings, EngineError> {
        Err(EngineError::Unsupported { what: "embeddings".to_owned() })
    }

    fn models(&self) -> Vec<ModelSummary> {
        Vec::new()
    }

    fn readiness(&self) -> Readiness {
        Readiness::Ready { model: model() }
    }

    fn health(&self) -> EngineHealth {
        EngineHealth::default()
    }
}

fn playing(part: fn(&mut Sink<'_>) -> Result<Completion, EngineError>) -> Server {
    Server::start(Setup { engine: Arc::new(Playing(part)), ..Setup::default() })
}

#[expect(clippy::disallowed_methods, reason = "how long a test waits is measured by the machine")]
fn now() -> Instant {
    Instant::now()
}

fn model() -> ModelName {
    ModelName::new("player").unwrap()
}

fn piece(text: &str) -> EngineEvent<'_> {
    EngineEvent::Piece { text, logprobs: &[] }
}

#[test]
fn a_failure_before_the_first_word_has_its_status() {
    let server = playing(|_| Err(EngineError::Busy { retry_after_s: 9 }));
    let answer = ask(&server, "Hola");
    assert_eq!(answer.header("retry-after"), Some("9"));
    assert_eq!(failure(&answer), (429, "busy".to_owned()));
}

#[test]
fn a_failure_in_the_middle_is_the_last_event() {
    let server = playing(|sink| {
        assert!(sink(piece("Voy a")).is_continue());
        Err(EngineError::Crashed { reason: "signal 9".to_owned() })
    });
    let answer = ask(&server, "Hola");
    let told = events(&answer);
    let names: Vec<_> = told.as_array().unwrap().iter().map(|event| &event[0]).collect();
    assert_eq!(answer.status, 200);
    assert_eq!(names, ["conversation", "text", "error"]);
    assert_eq!(told[2][1]["kind"], "unavailable");
    assert_eq!(told[2][1]["message"], "the engine stopped in the middle of the answer");
}

#[test]
fn a_model_that_is_not_ready_is_said_so() {
    let engine = ScriptedEngine::default();
    engine.set_readiness(Readiness::Starting);
    let server = Server::start(Setup { engine: Arc::new(engine), ..Setup::default() });
    assert_eq!(failure(&ask(&server, "Hola")), (503, "unavailable".to_owned()));
    let status = server.get("/api/sarai/status").json();
    assert_eq!(status["readiness"]["phase"], "starting");
    assert_eq!(status["engine"]["models"][0]["name"], "scripted");
}

#[track_caller]
fn check_status(readiness: Readiness, language: &str, expected: &Value) {
    let engine = ScriptedEngine::default();
    engine.set_readiness(readiness);
    let server = Server::start(Setup { engine: Arc::new(engine), ..Setup::default() });
    let request = Request::get("/api/sarai/status").key(KEY).header("x-sarai-language", language);
    assert_eq!(&server.send(request).json()["readiness"], expected);
}

#[test]
fn the_status_tells_how_far_it_is() {
    let model = || ModelName::new("qwen").unwrap();
    check_status(
        Readiness::Downloading { model: model(), bytes_done: 25_900_000, bytes_total: 100_000_000 },
        "es",
        &json!({
            "phase": "downloading",
            "message": "Descargando el modelo qwen · 25 de 100 MB",
            "hint": "Solo hace falta una vez. Puedes ir escribiendo: se podrá enviar en cuanto termine",
            "model": "qwen", "bytes_done": 25_900_000, "bytes_total": 100_000_000,
            "fraction": 0.259_f32,
        }),
    );
    check_status(
        Readiness::Loading { model: model(), fraction: f32::NAN },
        "en",
        &json!({
            "phase": "loading", "message": "Loading the model qwen · 0 %",
            "hint": "You can write already: sending works as soon as this is done",
            "model": "qwen", "fraction": 0.0,
        }),
    );
    check_status(
        Readiness::Restarting { model: model(), reason: "signal 9".to_owned() },
        "en",
        &json!({
            "phase": "restarting", "message": "The model stopped and is starting again",
            "hint": "Reason: signal 9", "model": "qwen", "reason": "signal 9",
        }),
    );
    check_status(
        Readiness::Failed { reason: "no hay sitio".to_owned() },
        "es",
        &json!({
            "phase": "failed", "message": "El modelo no puede arrancar",
            "hint": "no hay sitio. Mira `sarai doctor`", "reason": "no hay sitio",
        }),
    );
}

#[test]
fn conversations_are_listed_searched_renamed_and_deleted() {
    let server = Server::saying(&["Con acelgas.", "De lana."]);
    let dinner = conversation(&ask(&server, "¿Qué ceno?"));
    server.clock.advance(std::time::Duration::from_mins(1));
    let jumper = conversation(&ask(&server, "¿Qué jersey?"));
    assert_eq!(titles(&server, ""), ["¿Qué jersey?", "¿Qué ceno?"]);
    assert_eq!(titles(&server, "?limit=1"), ["¿Qué jersey?"]);
    assert_eq!(titles(&server, "?query=acelgas"), ["¿Qué ceno?"]);
    let list = server.get(CONVERSATIONS).json();
    assert_eq!(list["conversations"][0]["updated"], "2026-11-22T12:01:00.000Z");
    assert_eq!(list["conversations"][0]["turns"], 1);

    let renamed = rename(&server, &dinner, &json!({ "title": " La cena\n de hoy " }));
    assert_eq!(renamed.json(), json!({ "id": dinner, "title": "La cena de hoy" }));
    assert!(titles(&server, "").contains(&"La cena de hoy".to_owned()));

    assert_eq!(delete(&server, &jumper).status, 204);
    assert_eq!(titles(&server, ""), ["La cena de hoy"]);
    assert_eq!(failure(&server.get(&path_of(&jumper))), (404, "not_found".to_owned()));
}

#[test]
fn an_unknown_conversation_is_not_found() {
    let server = Server::saying(&[]);
    let not_found = (404, "not_found".to_owned());
    assert_eq!(failure(&server.get(&path_of("nadie"))), not_found);
    assert_eq!(failure(&delete(&server, "nadie")), not_found);
    assert_eq!(failure(&rename(&server, "nadie", &json!({ "title": "x" }))), not_found);
}

#[test]
fn a_conversation_begins_under_the_name_it_is_given() {
    let server = Server::saying(&["Hola."]);
    let asked = server.post(TURNS, &json!({ "conversation": "casa/obras", "message": "hola" }));
    assert_eq!(conversation(&asked), "casa/obras");
    assert_eq!(server.get(&path_of("casa/obras")).json()["turns"][0]["answer"], "Hola.");
}

#[track_caller]
fn check_refused(method: &str, path: &str, body: &str, status: u16) {
    let server = Server::saying(&[]);
    let answer = server.send(Request::new(method, path).bytes(body.as_bytes()).key(KEY));
    assert_eq!(failure(&answer), (status, "invalid".to_owned()), "{method} {path} {body}");
}

#[test]
fn bad_requests_are_refused() {
    check_refused("POST", TURNS, "{}", 400);
    check_refused("POST", TURNS, "nada", 400);
    check_refused("POST", TURNS, r#"{"message":" \n "}"#, 400);
    check_refused("POST", TURNS, r#"{"message":"x","conversation":"dos palabras"}"#, 400);
    check_refused("POST", TURNS, r#"{"message":"x","model":"ñ"}"#, 400);
    check_refused("POST", TURNS, r#"{"message":"x","temperature":2.5}"#, 400);
    check_refused("POST", TURNS, r#"{"message":"x","tokens_max":0}"#, 400);
    check_refused("POST", TURNS, r#"{"message":"x","schema":"no"}"#, 400);
    check_refused("POST", TURNS, &json!({ "message": "x".repeat(300_000) }).to_string(), 400);
    check_refused("POST", TURNS, &json!({ "message": "x".repeat(2_000_000) }).to_string(), 413);
    check_refused("GET", "/api/sarai/conversations?limit=0", "", 400);
    check_refused("GET", "/api/sarai/conversations?limit=mil", "", 400);
    check_refused("GET", &format!("/api/sarai/conversations?query={}", "x".repeat(201)), "", 400);
    check_refused("GET", "/api/sarai/conversations/dos%20palabras", "", 400);
    check_refused("PATCH", "/api/sarai/conversations/x", r#"{"title":" "}"#, 400);
    check_refused("PATCH", "/api/sarai/conversations/x", "{}", 400);
    let long = json!({ "title": "x".repeat(121) }).to_string();
    check_refused("PATCH", "/api/sarai/conversations/x", &long, 400);
}

#[test]
fn failures_speak_the_readers_language() {
    let server = Server::saying(&[]);
    let message = |name: &str, value: &str| {
        let request = Request::post(TURNS, &json!({ "message": "" })).key(KEY);
        let answer = server.send(request.header(name, value));
        answer.json()["error"]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(message("x-sarai-language", "es"), "el mensaje está vacío");
    assert_eq!(message("accept-language", "es-ES,en;q=0.5"), "el mensaje está vacío");
    assert_eq!(message("cookie", "sarai_language=es"), "el mensaje está vacío");
    assert_eq!(message("accept-language", "fr"), "the message is empty");
}

#[test]
fn an_installed_model_can_be_chosen_and_another_is_not_found() {
    let server = Server::saying(&[]);
    let choose = |body: Value| {
        let request = Request::new("PUT", "/api/sarai/model").bytes(body.to_string().as_bytes());
        let answer = server.send(request.key(KEY));
        (answer.status, answer.json())
    };
    assert_eq!(choose(json!({"name": "scripted"})), (202, json!({"name": "scripted"})));
    let (status, body) = choose(json!({"name": "otro"}));
    assert_eq!((status, body["error"]["kind"].as_str()), (404, Some("not_found")));
    assert_eq!(choose(json!({"name": "dos palabras"})).0, 400);
}
