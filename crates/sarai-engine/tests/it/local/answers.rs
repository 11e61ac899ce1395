//! What a healthy engine does.

use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use sarai_core::engine::{Engine, EngineError, EngineEvent, Finish, Generation, Sampling, Usage};
use sarai_core::limits::Limits;
use sarai_core::prompt;
use sarai_core::text::Text;
use sarai_engine::Deadlines;

use crate::house::{House, SOON, ask, begin, listen, name, question};

#[test]
fn a_question_is_answered() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let (heard, completion) = listen(&engine, &question("¿qué tal?"));
    let completion = completion.unwrap();

    assert_eq!(completion.text, "eco: ¿qué tal?");
    assert_eq!(completion.model, name("ana"));
    assert_eq!(completion.finish, Finish::End);
    let usage = Usage { prompt_tokens: 2, cached_tokens: 1, completion_tokens: 3 };
    assert_eq!(completion.usage, usage);
    assert_eq!(completion.messages_dropped, 3);
    let times = [completion.queued_ms, completion.prefill_ms, completion.decode_ms];
    assert_eq!(format!("{times:?}"), "[1.0, 2.0, 3.0]");
    let pieces = heard.iter().filter_map(|event| event.strip_prefix("piece "));
    assert_eq!(pieces.collect::<String>(), completion.text);
    assert!(heard.iter().any(|event| event == "prefill 2/2"), "{heard:?}");
}

#[test]
fn a_text_is_continued() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let text = prompt::continuation(&Text::user("Érase una vez"), &Limits::SMALL).unwrap();
    let generation = Generation { prompt: text, ..question("hola") };
    assert_eq!(ask(&engine, &generation).unwrap().text, "eco: Érase una vez");
}

#[test]
fn a_seed_is_drawn_when_none_is_named() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let [first, second] = [0, 1].map(|_| ask(&engine, &question("seed")).unwrap().text);
    assert_ne!(first, second);
    let sampling = Sampling { seed: Some(7), ..Sampling::CHAT };
    let generation = Generation { sampling, ..question("seed") };
    assert_eq!(ask(&engine, &generation).unwrap().text, "7");
}

#[test]
fn probabilities_are_told_when_asked_for() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let mut tops = Vec::new();
    let generation = Generation { top_logprobs: Some(2), ..question("hola") };
    let completion = engine.generate(&generation, &mut |event| {
        if let EngineEvent::Piece { logprobs, .. } = event {
            tops.extend(logprobs.iter().map(|logprob| (logprob.token.lossy(), logprob.top.len())));
        }
        ControlFlow::Continue(())
    });
    completion.unwrap();
    assert_eq!(tops, [("eco: ".to_owned(), 2), ("hola".to_owned(), 2)]);
}

#[test]
fn several_answers_share_the_process() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    thread::scope(|scope| {
        let held = begin(scope, &engine, question("hold"));
        let others = [1, 2, 3].map(|number| {
            let engine = &engine;
            scope.spawn(move || ask(engine, &question(&format!("la {number}"))).unwrap().text)
        });
        let others = others.map(|other| other.join().unwrap());
        assert_eq!(others, ["eco: la 1", "eco: la 2", "eco: la 3"]);
        ask(&engine, &question("release")).unwrap();
        assert_eq!(held.answer().unwrap().text, "held ");
    });
}

#[test]
fn an_answer_is_cut_short_when_the_listener_has_had_enough() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let cut = engine.generate(&question("hold"), &mut |event| match event {
        EngineEvent::Piece { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    let cut = cut.unwrap();
    assert_eq!((cut.text.as_str(), cut.finish), ("held ", Finish::Cancelled));
    assert_eq!(cut.usage.completion_tokens, 1, "what it had come to is told");
    assert_eq!(engine.health().active, 0);
}

#[test]
fn a_listener_who_left_is_noticed_while_nothing_happens() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let mut heard = 0;
    let cut = engine.generate(&question("wait-in-silence"), &mut |event| {
        assert_eq!(event, EngineEvent::Queued { ahead: 0 });
        heard += 1;
        ControlFlow::Break(())
    });
    assert_eq!(cut.unwrap().finish, Finish::Cancelled);
    assert_eq!(heard, 1);
}

#[test]
fn an_engine_that_does_not_stop_an_answer_is_replaced() {
    let mut house = House::new(&["deaf", "normal"]);
    let cancel = Duration::from_millis(100);
    house.settings.deadlines = Deadlines { cancel, ..house.settings.deadlines };
    let engine = house.start_ready();
    let cut = engine.generate(&question("hold"), &mut |event| match event {
        EngineEvent::Piece { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    assert_eq!(cut.unwrap().finish, Finish::Cancelled);
    assert_eq!(ask(&engine, &question("hola")).unwrap().text, "eco: hola");
    assert_eq!(house.started().len(), 2);
}

#[test]
fn a_panic_of_the_listener_frees_the_place() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    thread::scope(|scope| {
        let listener = scope.spawn(|| {
            engine.generate(&question("hold"), &mut |event| match event {
                EngineEvent::Piece { .. } => panic!("a defect of the listener"),
                _ => ControlFlow::Continue(()),
            })
        });
        listener.join().unwrap_err();
    });
    assert_eq!(engine.health().active, 0);
    assert_eq!(ask(&engine, &question("hola")).unwrap().text, "eco: hola");
}

#[test]
fn a_refused_request_leaves_the_process_alone() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let busy = ask(&engine, &question("busy"));
    assert!(matches!(busy, Err(EngineError::Busy { .. })), "{busy:?}");
    let too_long = ask(&engine, &question("too-long"));
    assert_eq!(too_long, Err(EngineError::ContextExceeded { needed: 9, available: 8 }));
    let wrong = ask(&engine, &question("wrong-event"));
    assert!(matches!(wrong, Err(EngineError::Protocol(_))), "{wrong:?}");
    assert_eq!(ask(&engine, &question("hola")).unwrap().text, "eco: hola");
    assert_eq!(house.started().len(), 1);
}

#[test]
fn texts_become_vectors_and_tokens() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let texts = ["uno dos".to_owned(), "tres".to_owned()];
    let embeddings = engine.embed(None, &texts).unwrap();
    assert_eq!(embeddings.vectors, [[0.6, 0.8], [0.6, 0.8]]);
    assert_eq!((embeddings.tokens, embeddings.model), (3, name("ana")));
    assert_eq!(engine.tokens("uno dos tres"), Ok(3));
    let missing = engine.embed(None, &["one too few".to_owned()]);
    assert!(matches!(missing, Err(EngineError::Protocol(_))), "{missing:?}");
}

#[test]
fn health_tells_who_answers_and_how_big_it_is() {
    let mut house = House::new(&["normal"]);
    house.settings.deadlines.ping_idle = Duration::from_millis(20);
    let engine = house.start_ready();
    let begun = house.settings.clock.elapsed();
    while engine.health().resident_bytes.is_none() {
        assert!(house.settings.clock.elapsed() < begun + SOON, "the process is never asked");
        ask(&engine, &question("hola")).unwrap();
    }
    let health = engine.health();
    assert_eq!(health.resident_bytes, Some(4242));
    assert_eq!(health.backend.as_deref(), Some("fake 1"));
    assert_eq!((health.restarts, health.last_failure), (0, None));
}
