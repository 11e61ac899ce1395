//! Several requests at once: order, bounds, cancelling, failures.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use sarai_engine_host::backend::{BackendError, BatchToken};
use sarai_engine_protocol::{Body, Call, Failure, Finish, Generate, Load};

use crate::client::{Client, check_said, load, question, say};
use crate::toy::Toy;

/// A toy whose batches with a prompt chunk wait until they are aborted, once the gate is shut.
fn stuck_in_prefill(gate: &Arc<AtomicBool>, begun: mpsc::SyncSender<()>) -> Toy {
    let gate = Arc::clone(gate);
    Toy::default().with_hook(move |batch: &[BatchToken], abort: &AtomicBool| {
        if batch.len() < 32 || !gate.load(Ordering::SeqCst) {
            return Ok(());
        }
        gate.store(false, Ordering::SeqCst);
        begun.send(()).unwrap();
        while !abort.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Err(BackendError::Aborted)
    })
}

/// A toy that computes nothing before the flag is taken down.
pub(crate) fn held() -> (Toy, Arc<AtomicBool>) {
    let hold = Arc::new(AtomicBool::new(true));
    let held = Arc::clone(&hold);
    let toy = Toy::default().with_hook(move |_, _| {
        while held.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Ok(())
    });
    (toy, hold)
}

/// Sends requests that are all known before the second batch is put together.
fn send_together(client: &mut Client, hold: &AtomicBool, requests: [Generate; 2]) -> Vec<u64> {
    let ids = requests.into_iter().map(|request| send(client, request)).collect();
    // The reader has seen them all once it answers this.
    assert_eq!(client.ask(Call::Ping), Body::Pong);
    hold.store(false, Ordering::SeqCst);
    ids
}

fn send(client: &mut Client, request: Generate) -> u64 {
    client.send(Call::Generate(Box::new(request)))
}

fn endless() -> Generate {
    Generate { tokens_max: Some(3000), ..say(&"bla ".repeat(800)) }
}

#[test]
fn a_long_queue_is_told_and_a_full_one_is_busy() {
    let mut client = Client::with(&Toy::default(), &Load { parallel: 1, waiting_max: 2, ..load() });
    let first = send(&mut client, endless());
    client.wait(first, |body| matches!(body, Body::Piece { .. }));
    let second = send(&mut client, say("dos"));
    let third = send(&mut client, say("tres"));
    let fourth = send(&mut client, say("cuatro"));
    assert_eq!(client.last(fourth), Body::Failed(Failure::Busy));
    assert_eq!(client.events[&second], [Body::Queued { ahead: 1 }]);
    assert_eq!(client.events[&third], [Body::Queued { ahead: 2 }]);
    assert!(!client.events[&first].iter().any(|body| matches!(body, Body::Queued { .. })));
    let Body::Status(status) = client.ask(Call::Status) else { panic!() };
    assert_eq!((status.active, status.waiting), (1, 2));
    assert!(status.resident_bytes > 1_000_000 && status.cached_tokens > 100);

    // A place becomes free at once when one leaves.
    assert_eq!(client.ask(Call::Cancel { target: second }), Body::Done);
    check_said(&client.answer(second), "", &Finish::Cancelled);
    client.send(Call::Cancel { target: first });
    check_said(&client.answer(third), "tres", &Finish::End);
    assert_eq!(client.answer(first).told.finish, Finish::Cancelled);
    assert!(client.answer(third).told.queued_ms > 0.0);
}

#[test]
fn cancelling_ends_an_answer_with_what_it_has() {
    let mut client = Client::new(&Toy::default());
    let id = send(&mut client, endless());
    client.wait(id, |body| matches!(body, Body::Piece { .. }));
    client.send(Call::Cancel { target: id });
    let answer = client.answer(id);
    assert_eq!(answer.told.finish, Finish::Cancelled);
    assert!("bla ".repeat(800).starts_with(&answer.text) && !answer.text.is_empty());
    assert!(answer.told.completion_tokens < 3000);
}

#[test]
fn cancelling_interrupts_a_prefill_and_the_others_go_on_unharmed() {
    let gate = Arc::new(AtomicBool::new(false));
    let (begun, begins) = mpsc::sync_channel(1);
    let toy = stuck_in_prefill(&gate, begun);
    let mut client = Client::new(&toy);
    let text = "otra respuesta, bastante larga ".repeat(60);
    let other = send(&mut client, Generate { tokens_max: None, ..say(&text) });
    client.wait(other, |body| matches!(body, Body::Piece { .. }));
    gate.store(true, Ordering::SeqCst);
    let stuck = send(&mut client, say(&"x".repeat(400)));
    begins.recv().unwrap();
    // The process answers while its library computes.
    assert_eq!(client.ask(Call::Ping), Body::Pong);
    client.send(Call::Cancel { target: stuck });
    check_said(&client.answer(stuck), "", &Finish::Cancelled);
    check_said(&client.answer(other), &text, &Finish::End);
    // What the interrupted batch left behind is forgotten.
    check_said(&client.generate(say(&"x".repeat(100))), &"x".repeat(100), &Finish::End);
}

#[test]
fn a_failure_of_the_library_ends_only_the_request_that_caused_it() {
    let poison = u32::from(b'@');
    let toy = Toy::default().with_hook(move |batch, _| {
        if batch.iter().any(|one| one.token == poison) {
            return Err(BackendError::Native("poisoned".to_owned()));
        }
        Ok(())
    });
    let mut client = Client::new(&toy);
    let text = "esto sigue ".repeat(50);
    let good = send(&mut client, Generate { tokens_max: None, ..say(&text) });
    client.wait(good, |body| matches!(body, Body::Piece { .. }));
    let failure = client.fail(say("una @ en medio"));
    assert_eq!(failure, Failure::Backend { reason: "poisoned".to_owned() });
    check_said(&client.answer(good), &text, &Finish::End);
}

#[test]
fn a_failure_is_blamed_rightly_where_the_library_forgets_all_or_nothing() {
    let poison = u32::from(b'@');
    let (toy, hold) = held();
    let held = Arc::clone(&hold);
    let toy = Toy { can_forget: false, ..toy }.with_hook(move |batch, _| {
        while held.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        if batch.iter().any(|one| one.token == poison) {
            return Err(BackendError::Native("poisoned".to_owned()));
        }
        Ok(())
    });
    let mut client = Client::new(&toy);
    // Longer than a chunk, and the poison is in the second one.
    let good = "esto sigue ".repeat(30);
    let bad = format!("{}@", "largo ".repeat(60));
    let requests = [good.as_str(), &bad].map(|text| Generate { tokens_max: None, ..say(text) });
    let ids = send_together(&mut client, &hold, requests);
    let failure = Failure::Backend { reason: "poisoned".to_owned() };
    assert_eq!(client.last(ids[1]), Body::Failed(failure));
    check_said(&client.answer(ids[0]), &good, &Finish::End);
}

#[test]
fn a_full_context_makes_the_newest_wait_and_both_end_well() {
    let texts = ["uno ".repeat(50), "dos ".repeat(50)];
    let requests = texts.each_ref().map(|text| Generate { tokens_max: Some(250), ..say(text) });
    let (toy, hold) = held();
    let mut client = Client::with(&toy, &Load { context_tokens: 600, ..load() });
    let ids = send_together(&mut client, &hold, requests);
    for (id, text) in ids.iter().zip(&texts) {
        check_said(&client.answer(*id), text, &Finish::End);
    }
    // The one that waits says so, and then that it computes its prompt and answer again.
    let events = &client.events[&ids[1]];
    let queued = events.iter().position(|body| matches!(body, Body::Queued { ahead: 1 })).unwrap();
    assert!(matches!(events[queued - 1], Body::Piece { .. }), "it had begun");
    let again = |body: &Body| matches!(body, Body::Prefill { done, total } if done < total);
    assert!(events[queued..].iter().any(again), "{:?}", &events[queued..]);
    // Idle sequences are in nobody's way.
    check_said(&client.generate(say(&"tres ".repeat(30))), &"tres ".repeat(30), &Finish::End);
}

#[test]
fn a_prompt_that_waits_for_its_turn_is_heard_at_every_chunk() {
    let requests =
        ["a", "b"].map(|letter| Generate { tokens_max: Some(1), ..question(&letter.repeat(1300)) });
    let (toy, hold) = held();
    let mut client = Client::new(&toy);
    let ids = send_together(&mut client, &hold, requests);
    for id in &ids {
        client.answer(*id);
    }
    for id in ids {
        let heard = client.events[&id].iter().filter(|body| matches!(body, Body::Prefill { .. }));
        let heard: Vec<&Body> = heard.collect();
        assert!(heard.len() >= 9, "{heard:?}");
        assert!(heard.windows(2).any(|two| two[0] == two[1]), "{heard:?}");
    }
}

#[test]
fn a_library_that_is_full_for_good_ends_the_answer_or_refuses_it() {
    let room = Arc::new(Mutex::new(60_usize));
    let left = Arc::clone(&room);
    let toy = Toy::default().with_hook(move |batch, _| {
        let mut left = left.lock().unwrap();
        if *left < batch.len() {
            return Err(BackendError::Full);
        }
        *left -= batch.len();
        Ok(())
    });
    let mut client = Client::new(&toy);
    let answer = client.generate(say("abcdefghijklmnopqrstuvwxyz"));
    assert_eq!(answer.told.finish, Finish::Length);
    assert!(answer.text.starts_with("abc") && answer.text.len() < 26);
    *room.lock().unwrap() = 3;
    let failure = client.fail(question("otra cosa"));
    assert_eq!(failure, Failure::ContextExceeded { needed: 25, available: 3 });
}

#[test]
fn embedding_goes_on_between_the_batches_of_an_answer() {
    let mut client = Client::new(&Toy::default());
    let id = send(&mut client, endless());
    client.wait(id, |body| matches!(body, Body::Piece { .. }));
    let texts = vec!["hola".to_owned(), "hola mundo".to_owned(), "ñ".to_owned()];
    let Body::Embedded { vectors, tokens } = client.ask(Call::Embed { texts }) else { panic!() };
    assert_eq!((vectors.len(), tokens), (3, 5));
    assert_ne!(vectors[0], vectors[1]);
    assert!(client.events[&id].iter().all(|body| !body.is_final()));

    for (text, expected) in [
        ("", Failure::BadRequest { reason: "a text to embed is empty".to_owned() }),
        ("no embedding", Failure::Backend { reason: "this text cannot be embedded".to_owned() }),
    ] {
        let body = client.ask(Call::Embed { texts: vec!["hola".to_owned(), text.to_owned()] });
        assert_eq!(body, Body::Failed(expected));
    }
    let nothing = client.ask(Call::Embed { texts: Vec::new() });
    assert_eq!(nothing, Body::Embedded { vectors: Vec::new(), tokens: 0 });
}

#[test]
fn a_long_embedding_tells_how_far_it_is() {
    let mut client = Client::new(&Toy::default());
    let id = client.send(Call::Embed { texts: vec!["hola".to_owned(); 4] });
    assert!(matches!(client.last(id), Body::Embedded { tokens: 4, .. }));
    let told: Vec<Body> = (1..4).map(|done| Body::Prefill { done, total: 4 }).collect();
    assert_eq!(client.events[&id][..3], told);
}

#[test]
fn embedding_can_be_cancelled_and_its_queue_is_bounded() {
    let gate = Arc::new(AtomicBool::new(true));
    let (begun, begins) = mpsc::sync_channel(1);
    let toy = stuck_in_prefill(&gate, begun);
    let mut client = Client::with(&toy, &Load { waiting_max: 1, ..load() });
    let stuck = send(&mut client, say(&"x".repeat(400)));
    begins.recv().unwrap();
    let texts = || vec!["a".to_owned(), "b".to_owned()];
    let ids: Vec<u64> = (0..3).map(|_| client.send(Call::Embed { texts: texts() })).collect();
    client.send(Call::Cancel { target: ids[0] });
    client.send(Call::Cancel { target: stuck });
    assert_eq!(client.last(ids[0]), Body::Embedded { vectors: Vec::new(), tokens: 0 });
    assert!(matches!(client.last(ids[1]), Body::Embedded { tokens: 2, .. }));
    assert_eq!(client.last(ids[2]), Body::Failed(Failure::Busy));
}
