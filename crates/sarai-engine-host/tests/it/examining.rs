//! A text computed in batches of several shapes, so that engines can be compared.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

use sarai_engine_host::backend::BackendError;
use sarai_engine_protocol::{Body, Call, Examination, Examine, Failure, Finish};

use crate::client::{Client, check_said, in_session, say};
use crate::toy::Toy;

fn examine(text: &str) -> Call {
    Call::Examine(Examine { text: text.to_owned(), tokens: 9 })
}

#[track_caller]
fn examined(client: &mut Client, text: &str) -> Examination {
    match client.ask(examine(text)) {
        Body::Examined(examination) => examination,
        other => panic!("not examined: {other:?}"),
    }
}

/// Returns the sizes of the batches in which a text is computed.
fn batches(toy: Toy, text: &str) -> (Examination, Vec<usize>) {
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&sizes);
    let toy = toy.with_hook(move |batch, _| {
        assert!(batch.iter().all(|one| one.wants_logits));
        seen.lock().unwrap().push(batch.len());
        Ok(())
    });
    let examination = examined(&mut Client::new(&toy), text);
    let sizes = sizes.lock().unwrap().clone();
    (examination, sizes)
}

#[test]
fn a_text_is_computed_in_large_batches_one_by_one_and_as_drafts_are() {
    let text = "x".repeat(150);
    let (examination, sizes) = batches(Toy::default(), &text);
    assert_eq!(sizes, [&[64, 64, 22], [1; 8].as_slice(), &[4, 4]].concat());
    assert_eq!(examination.logprobs.len(), 149);
    assert!(examination.logprobs.iter().all(|logprob| *logprob <= 0.0));
    // What the toy would say depends on everything before: the three ways saw the same.
    assert_eq!(examination.chosen.len(), 9);
    assert_eq!(examination.chosen, examination.checked);
}

#[test]
fn a_model_that_cannot_forget_a_part_is_not_checked_in_batches() {
    let (examination, sizes) = batches(Toy { can_forget: false, ..Toy::default() }, "x");
    assert_eq!((examination.checked, sizes), (Vec::new(), vec![1; 9]));
}

#[test]
fn an_examination_leaves_nothing_behind() {
    let mut client = Client::new(&Toy::default());
    let said = client.generate(in_session(say("hola"), "s"));
    let first = examined(&mut client, "un texto");
    let again = client.generate(in_session(say("hola"), "s"));
    check_said(&again, "hola", &Finish::End);
    assert_eq!(again.told.cached_tokens, said.told.prompt_tokens - 1);
    assert_eq!(examined(&mut client, "un texto"), first);
}

#[test]
fn what_cannot_be_examined_is_said() {
    let mut client = Client::new(&Toy { context_tokens: 64, ..Toy::default() });
    let failure = client.ask(examine(&"x".repeat(60)));
    let expected = Failure::ContextExceeded { needed: 69, available: 64 };
    assert_eq!(failure, Body::Failed(expected));
    assert!(matches!(client.ask(examine("")), Body::Failed(Failure::BadRequest { .. })));
}

#[test]
fn who_comes_breaks_off_an_examination() {
    let (started, begun) = sync_channel(1);
    let batches = AtomicUsize::new(0);
    let toy = Toy::default().with_hook(move |_, abort| {
        if batches.fetch_add(1, Ordering::SeqCst) == 0 {
            started.send(()).unwrap();
            while !abort.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            return Err(BackendError::Aborted);
        }
        Ok(())
    });
    let mut client = Client::new(&toy);
    let examination = client.send(examine(&"x".repeat(200)));
    begun.recv().unwrap();
    let answer = client.generate(say("hola"));
    check_said(&answer, "hola", &Finish::End);
    assert_eq!(client.last(examination), Body::Failed(Failure::Busy));
}
