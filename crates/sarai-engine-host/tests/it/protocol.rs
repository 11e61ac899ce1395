//! The socket: order of calls, broken frames, the end.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use proptest::prelude::{Strategy, any, prop, proptest};
use proptest::test_runner::Config;
use sarai_engine_host::backend::BackendError;
use sarai_engine_protocol::frame;
use sarai_engine_protocol::{Body, Call, Failure, Finish, Load, VERSION};
use serde_json::{Value, json};

use crate::client::{Client, check_said, load, say};
use crate::toy::Toy;

#[test]
fn both_sides_must_speak_one_version() {
    let mut client = Client::unloaded(&Toy::default());
    let hello = client.ask(Call::Hello { version: VERSION });
    assert_eq!(hello, Body::Hello { version: VERSION, backend: "toy 1".to_owned() });
    let other = client.ask(Call::Hello { version: VERSION + 1 });
    assert_eq!(other, Body::Failed(Failure::Version { spoken: VERSION }));
}

#[test]
fn nothing_works_before_a_model_is_loaded_and_only_one_can_be() {
    let mut client = Client::unloaded(&Toy::default());
    for call in [
        Call::Describe,
        Call::Status,
        Call::Generate(Box::new(say("hola"))),
        Call::Embed { texts: vec!["a".to_owned()] },
    ] {
        assert!(matches!(client.ask(call), Body::Failed(Failure::WrongState { .. })));
    }
    let missing = Load { path: "missing.gguf".into(), ..load() };
    let failed = client.ask(Call::Load(missing));
    assert_eq!(failed, Body::Failed(Failure::LoadFailed { reason: "no such file".to_owned() }));
    let huge = Load { path: "huge.gguf".into(), ..load() };
    let failed = client.ask(Call::Load(huge));
    assert_eq!(failed, Body::Failed(Failure::OutOfMemory { reason: "no room".to_owned() }));

    let id = client.send(Call::Load(load()));
    let Body::Described(described) = client.last(id) else { panic!() };
    assert_eq!(
        client.events[&id][..2],
        [Body::Loading { fraction: 0.5 }, Body::Loading { fraction: 1.0 }]
    );
    assert_eq!(described.template_source, "built-in");
    assert_eq!(client.ask(Call::Describe), Body::Described(described));
    assert!(matches!(client.ask(Call::Load(load())), Body::Failed(Failure::WrongState { .. })));
    check_said(&client.generate(say("hola")), "hola", &Finish::End);
    client.unload();
}

#[test]
fn unloading_ends_what_is_in_work_with_what_it_has() {
    let mut client = Client::with(&Toy::default(), &Load { parallel: 1, ..load() });
    let long = sarai_engine_protocol::Generate { tokens_max: None, ..say(&"bla ".repeat(800)) };
    let ids: Vec<u64> =
        (0..2).map(|_| client.send(Call::Generate(Box::new(long.clone())))).collect();
    client.wait(ids[0], |body| matches!(body, Body::Piece { .. }));
    let embed = client.send(Call::Embed { texts: vec!["a".to_owned(); 3000] });
    let unload = client.send(Call::Unload);
    assert_eq!(client.last(unload), Body::Done);
    for id in ids {
        assert_eq!(client.answer(id).told.finish, Finish::Cancelled);
    }
    assert!(matches!(client.last(embed), Body::Embedded { .. }));
    assert!(client.end());
}

#[test]
fn closing_the_socket_ends_the_process_even_while_it_computes() {
    assert!(Client::unloaded(&Toy::default()).end());
    assert!(Client::new(&Toy::default()).end());

    let (begun, begins) = mpsc::sync_channel(1);
    let toy = Toy::default().with_hook(move |_, abort| {
        begun.try_send(()).ok();
        while !abort.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Err(BackendError::Aborted)
    });
    let mut client = Client::new(&toy);
    client.send(Call::Generate(Box::new(say("hola"))));
    begins.recv().unwrap();
    assert!(client.end());
}

#[test]
fn a_request_id_belongs_to_one_request() {
    let hold = Arc::new(AtomicBool::new(true));
    let held = Arc::clone(&hold);
    let toy = Toy::default().with_hook(move |_, _| {
        while held.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Ok(())
    });
    let mut client = Client::new(&toy);
    let id = client.send(Call::Generate(Box::new(say("hola"))));
    let again = sarai_engine_protocol::Request { id, call: Call::Embed { texts: Vec::new() } };
    frame::write(&mut client.stream, &again).unwrap();
    let refused = client.wait(id, Body::is_final);
    assert!(matches!(refused, Body::Failed(Failure::BadRequest { .. })));
    client.events.clear();
    hold.store(false, Ordering::SeqCst);
    check_said(&client.answer(id), "hola", &Finish::End);
}

#[test]
fn more_than_the_inbox_holds_is_busy_not_lost() {
    let hold = Arc::new(AtomicBool::new(true));
    let held = Arc::clone(&hold);
    let (begun, begins) = mpsc::sync_channel(1);
    let toy = Toy::default().with_hook(move |_, _| {
        begun.try_send(()).ok();
        while held.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Ok(())
    });
    let mut client = Client::new(&toy);
    let first = client.send(Call::Generate(Box::new(say("hola"))));
    begins.recv().unwrap();
    let ids: Vec<u64> = (0..300).map(|_| client.send(Call::Embed { texts: Vec::new() })).collect();
    // The reader has seen them all once it answers this.
    assert_eq!(client.ask(Call::Ping), Body::Pong);
    hold.store(false, Ordering::SeqCst);
    let busy = ids.into_iter().filter(|id| client.last(*id) == Body::Failed(Failure::Busy)).count();
    assert!(busy >= 44, "{busy}");
    check_said(&client.answer(first), "hola", &Finish::End);
}

#[test]
fn a_frame_that_is_no_request_is_answered_and_the_next_one_works() {
    let mut client = Client::new(&Toy::default());
    frame::write(&mut client.stream, &json!({"id": 77, "call": "dance"})).unwrap();
    assert!(matches!(client.wait(77, Body::is_final), Body::Failed(Failure::BadRequest { .. })));
    client.stream.write_all(&[0, 0, 0, 2, b'{', 0xff]).unwrap();
    assert!(matches!(client.wait(0, Body::is_final), Body::Failed(Failure::BadRequest { .. })));
    check_said(&client.generate(say("hola")), "hola", &Finish::End);
}

#[test]
fn a_request_nested_too_deeply_is_refused_to_the_one_who_waits_for_it() {
    let mut client = Client::new(&Toy::default());
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let json = format!(
        r#"{{"call":"generate","prompt":{{"text":"x"}},"constraint":{{"json_schema":{deep}}},"id":77}}"#
    );
    client.stream.write_all(&u32::try_from(json.len()).unwrap().to_be_bytes()).unwrap();
    client.stream.write_all(json.as_bytes()).unwrap();
    assert_eq!(client.ask(Call::Ping), Body::Pong);
    let Body::Failed(Failure::BadRequest { reason }) = client.last(77) else { panic!() };
    assert!(reason.contains("recursion"), "{reason}");
    assert!(!client.events.contains_key(&0));
}

#[test]
fn a_frame_too_long_or_cut_ends_the_connection() {
    for bytes in [&[0xff_u8; 4][..], &[0, 0, 0, 9, b'{'][..]] {
        let mut client = Client::new(&Toy::default());
        client.stream.write_all(bytes).unwrap();
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(client.end());
    }
}

#[test]
fn a_panic_of_the_library_ends_the_process_and_does_not_hang_it() {
    let toy = Toy::default().with_hook(|_, _| panic!("a defect"));
    let (mut stream, other) = UnixStream::pair().unwrap();
    let served =
        std::thread::Builder::new().spawn(move || sarai_engine_host::serve(other, &toy)).unwrap();
    for (id, call) in
        [Call::Load(load()), Call::Generate(Box::new(say("hola")))].into_iter().enumerate()
    {
        frame::write(&mut stream, &sarai_engine_protocol::Request { id: id as u64, call }).unwrap();
    }
    assert!(served.join().is_err());
}

/// Calls with wild values, some of them well formed.
fn wild_call() -> impl Strategy<Value = Value> {
    let leaf = prop::sample::select(vec![
        json!(null),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!("<|im_end|>"),
        json!({"type": "object"}),
        json!({"messages": []}),
        json!({"messages": [{"role": "wizard", "content": "x"}]}),
        json!({"messages": [{"role": "tool", "content": "x"}]}),
        json!({"text": "á\u{0}"}),
        json!({"json_schema": {"type": "array", "minItems": 1e9}}),
        json!({"json_schema": {"anyOf": []}}),
        json!("json_object"),
    ]);
    let call = prop::sample::select(vec![
        "generate",
        "embed",
        "render",
        "tokenize",
        "status",
        "cancel",
        "describe",
        "hello",
        "save_state",
        "restore_state",
        "forget",
        "load",
        "ping",
        "nonsense",
    ]);
    let field = prop::sample::select(vec![
        "prompt",
        "sampling",
        "constraint",
        "tokens_max",
        "stop",
        "session",
        "top_logprobs",
        "tools",
        "messages",
        "texts",
        "text",
        "target",
        "version",
        "path",
    ]);
    (call, any::<bool>(), prop::collection::vec((field, leaf), 0..4)).prop_map(
        |(call, whole, fields)| {
            let mut json = json!({"call": call});
            if whole && call == "generate" {
                json = json!({"call": call, "prompt": {"text": "hola"}, "tokens_max": 5,
                "sampling": crate::client::GREEDY});
            }
            for (name, value) in fields {
                json[name] = value;
            }
            json
        },
    )
}

proptest! {
    #![proptest_config(Config { cases: Config::default().cases / 5, ..Config::default() })]
    #[test]
    fn no_request_ends_the_process(calls in prop::collection::vec(wild_call(), 1..12)) {
        let mut client = Client::new(&Toy::default());
        for (id, mut call) in (1000..).zip(calls) {
            call["id"] = json!(id);
            frame::write(&mut client.stream, &call).unwrap();
            let answer = client.wait(id, Body::is_final);
            assert!(answer.is_final());
        }
        check_said(&client.generate(say("sigo aquí")), "sigo aquí", &Finish::End);
        client.unload();
    }

    #[test]
    fn no_bytes_hang_the_process(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut client = Client::unloaded(&Toy::default());
        client.stream.write_all(&bytes).unwrap();
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(client.end());
    }
}
