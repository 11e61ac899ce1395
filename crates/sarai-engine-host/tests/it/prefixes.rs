//! What was computed before is not computed again.

use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;

use sarai_engine_host::backend::BackendError;
use sarai_engine_protocol::{Body, Call, Finish, Generate, Load, Message};

use crate::client::{Client, check_said, conversation, in_session, load, message, question, say};
use crate::toy::{Attention, Toy};

fn talk(turns: &[&str], next: &str) -> Vec<Message> {
    let mut messages = vec![message("system", "responde siempre con cuidado y sin prisa")];
    for said in turns {
        messages.push(message("user", &format!("di «{said}»")));
        messages.push(message("assistant", said));
    }
    messages.push(message("user", &format!("di «{next}»")));
    messages
}

#[test]
fn the_next_turn_of_a_session_computes_only_what_is_new() {
    let toy = Toy::default();
    let mut client = Client::new(&toy);
    let first = client.generate(in_session(conversation(talk(&[], "la primera")), "s"));
    assert_eq!(first.told.cached_tokens, 0);
    let before = toy.computed();
    let second = client.generate(in_session(conversation(talk(&["la primera"], "y otra")), "s"));
    check_said(&second, "y otra", &Finish::End);
    // Everything but the end of the first answer (its last token was chosen, never computed).
    assert_eq!(second.told.cached_tokens, first.told.prompt_tokens + first.told.completion_tokens);
    let new = second.told.prompt_tokens - second.told.cached_tokens;
    assert_eq!(toy.computed() - before, (new + second.told.completion_tokens) as usize);
}

#[test]
fn the_same_prompt_again_computes_its_last_token() {
    let mut client = Client::new(&Toy::default());
    let first = client.generate(say("igual"));
    let again = client.generate(say("igual"));
    check_said(&again, "igual", &Finish::End);
    assert_eq!(again.told.cached_tokens, first.told.prompt_tokens - 1);
}

#[test]
fn a_prefix_is_shared_with_a_sequence_that_is_busy_or_another_sessions() {
    let mut client = Client::new(&Toy::default());
    let system = "una instrucción larga que todos comparten, palabra por palabra";
    let ask = |text: &str, session: &str| {
        let messages = vec![message("system", system), message("user", &format!("di «{text}»"))];
        in_session(conversation(messages), session)
    };
    let long = "sin parar ".repeat(60);
    let busy =
        client.send(Call::Generate(Box::new(Generate { tokens_max: None, ..ask(&long, "a") })));
    client.wait(busy, |body| matches!(body, Body::Piece { .. }));
    let other = client.generate(ask("mientras tanto", "b"));
    check_said(&other, "mientras tanto", &Finish::End);
    assert!(other.told.cached_tokens as usize > system.len());
    check_said(&client.answer(busy), &long, &Finish::End);

    // Another session's idle sequence is copied, so that each still finds its own.
    let third = client.generate(ask("un tercero", "c"));
    check_said(&third, "un tercero", &Finish::End);
    let second = client.generate(ask("mientras tanto", "b"));
    assert_eq!(second.told.cached_tokens, other.told.prompt_tokens - 1);
}

#[test]
fn the_sequence_unused_for_longest_is_given_up() {
    let toy = Toy { sequences: 2, ..Toy::default() };
    let mut client = Client::with(&toy, &Load { parallel: 9, ..load() });
    let ask =
        |text: &str| in_session(conversation(vec![message("user", &format!("di «{text}»"))]), text);
    let texts = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];
    for text in [&texts[0], &texts[1], &texts[0], &texts[2]] {
        check_said(&client.generate(ask(text)), text, &Finish::End);
    }
    assert!(client.generate(ask(&texts[0])).told.cached_tokens > 40);
    assert!(client.generate(ask(&texts[1])).told.cached_tokens < 40);
}

#[test]
fn a_model_that_cannot_forget_is_computed_anew_but_rightly() {
    let toy = Toy { can_forget: false, ..Toy::default() };
    let mut client = Client::new(&toy);
    for text in ["hola", "hola mundo", "hola", "otra cosa"] {
        check_said(&client.generate(in_session(say(text), "s")), text, &Finish::End);
    }
    let first = client.generate(in_session(conversation(talk(&[], "la primera")), "t"));
    let second = client.generate(in_session(conversation(talk(&["la primera"], "y otra")), "t"));
    check_said(&second, "y otra", &Finish::End);
    assert_eq!(second.told.cached_tokens, first.told.prompt_tokens + first.told.completion_tokens);
}

#[test]
fn progress_counts_what_was_there() {
    let mut client = Client::new(&Toy::default());
    let long = question(&"palabra ".repeat(80));
    let id = client.send(Call::Generate(Box::new(long.clone())));
    let total = client.answer(id).told.prompt_tokens;
    let progress = |client: &Client, id: u64| -> Vec<u32> {
        client.events[&id]
            .iter()
            .filter_map(|body| match body {
                sarai_engine_protocol::Body::Prefill { done, total: all } => {
                    assert_eq!(*all, total);
                    Some(*done)
                }
                _ => None,
            })
            .collect()
    };
    assert_eq!(progress(&client, id), [256, 512, total]);
    let again = client.send(Call::Generate(Box::new(long)));
    client.answer(again);
    assert_eq!(progress(&client, again), [total]);
}

/// A first turn whose question came with notes, and what is kept of it: the question without.
fn noted(answer: &str) -> (Vec<Message>, Vec<Message>) {
    let mut asked = talk(&[], answer);
    let notes = "lo que se recordó para esta pregunta y para ninguna otra; ".repeat(4);
    asked.last_mut().unwrap().content.insert_str(0, &notes);
    let mut kept = talk(&[], answer);
    kept.push(message("assistant", answer));
    (asked, kept)
}

fn prepare(kept: Vec<Message>) -> Call {
    Call::Prepare(Box::new(in_session(conversation(kept), "s")))
}

#[test]
fn what_is_prepared_while_nobody_waits_is_not_computed_again() {
    let (asked, kept) = noted("una respuesta que ya se dijo");
    let uncached = |prepares: bool| {
        let mut client = Client::new(&Toy::default());
        client.generate(in_session(conversation(asked.clone()), "s"));
        if prepares {
            assert_eq!(client.ask(prepare(kept.clone())), Body::Done);
        }
        let next = talk(&["una respuesta que ya se dijo"], "otra");
        let answer = client.generate(in_session(conversation(next), "s"));
        check_said(&answer, "otra", &Finish::End);
        answer.told.prompt_tokens - answer.told.cached_tokens
    };
    let (without, with) = (uncached(false), uncached(true));
    // The question itself and what opens the answer.
    assert!(with < 40 && without > 80, "{with} {without}");
}

#[test]
fn who_comes_breaks_off_what_is_prepared() {
    let (started, begun) = sync_channel(1);
    let mut prepares = false;
    let toy = Toy::default().with_hook(move |batch, abort| {
        // The first answer's last batch is followed by the first that chooses nothing.
        let chooses = batch.iter().any(|one| one.wants_logits);
        if !prepares && !chooses && batch.len() <= 64 {
            prepares = true;
            started.send(()).unwrap();
            while !abort.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            return Err(BackendError::Aborted);
        }
        Ok(())
    });
    let mut client = Client::new(&toy);
    let (asked, kept) = noted("corta");
    client.generate(in_session(conversation(asked), "s"));
    let mut kept = kept;
    kept.push(message("user", &"mucho que leer ".repeat(40)));
    kept.push(message("assistant", "bien"));
    let prepared = client.send(prepare(kept));
    begun.recv().unwrap();
    let answer = client.generate(say("aquí estoy"));
    check_said(&answer, "aquí estoy", &Finish::End);
    assert_eq!(client.last(prepared), Body::Done);
    let next = client.generate(in_session(conversation(talk(&["corta"], "otra")), "s"));
    check_said(&next, "otra", &Finish::End);
}

#[test]
fn nothing_is_prepared_while_somebody_waits() {
    let toy = Toy::default();
    let mut client = Client::new(&toy);
    let long = "sin parar ".repeat(60);
    let asked = Generate { tokens_max: None, ..say(&long) };
    let busy = client.send(Call::Generate(Box::new(asked)));
    client.wait(busy, |body| matches!(body, Body::Piece { .. }));
    let (_, kept) = noted("corta");
    assert_eq!(client.ask(prepare(kept)), Body::Done);
    check_said(&client.answer(busy), &long, &Finish::End);
}

/// An engine whose batches are slower the more its context holds.
fn minding() -> Toy {
    Toy { attention: Attention::All, ..Toy::default() }
}

fn idle_tokens(toy: &Toy) -> usize {
    *toy.idle_tokens.lock().unwrap()
}

#[test]
fn idle_sequences_leave_the_context_where_they_slow_others_down_and_come_back() {
    for (toy, is_left) in [(Toy::default(), true), (minding(), false)] {
        let mut client = Client::new(&toy);
        let long = ["una historia muy larga"; 6].join(" ");
        let ask = |turns: &[&str], next| conversation(talk(turns, next));
        let first = client.generate(in_session(ask(&[], &long), "a"));
        // Without a session, too: a program that sends its whole history each time.
        client.generate(say(&"otra cosa ".repeat(20)));
        check_said(&client.generate(in_session(say("corto"), "b")), "corto", &Finish::End);
        assert_eq!(idle_tokens(&toy) > 64, is_left);
        // Nothing of it is computed again, in its own session or another.
        let known = first.told.prompt_tokens + first.told.completion_tokens;
        for session in ["a", "c"] {
            let second = client.generate(in_session(ask(&[&long], "y otra"), session));
            check_said(&second, "y otra", &Finish::End);
            assert!(second.told.cached_tokens >= known, "{session}: {:?}", second.told);
            assert_eq!(idle_tokens(&toy) > 64, is_left);
        }
    }
}

#[test]
fn as_much_is_parked_as_the_context_holds_and_the_oldest_is_given_up() {
    let toy = Toy { context_tokens: 600, ..minding() };
    let mut client = Client::new(&toy);
    let texts = ["a", "b", "c", "d", "e"].map(|letter| letter.repeat(100));
    for text in &texts {
        check_said(&client.generate(say(text)), text, &Finish::End);
    }
    assert!(client.generate(say(&texts[3])).told.cached_tokens > 100, "it was parked");
    assert!(client.generate(say(&texts[0])).told.cached_tokens < 100, "it was given up");
}

#[test]
fn who_returns_to_a_conversation_finds_it_although_another_must_be_parked_for_it() {
    let toy = Toy { context_tokens: 600, ..minding() };
    let mut client = Client::new(&toy);
    let [one, other] = ["a", "b"].map(|letter| letter.repeat(140));
    client.generate(in_session(say(&one), "one"));
    client.generate(in_session(say(&other), "other"));
    for _ in 0..2 {
        for (text, session) in [(&one, "one"), (&other, "other")] {
            let told = client.generate(in_session(say(text), session)).told;
            assert!(told.cached_tokens > 140, "{session}: {told:?}");
        }
    }
}

#[test]
fn what_is_parked_is_forgotten_with_its_session() {
    let toy = minding();
    let mut client = Client::new(&toy);
    let long = "esto es un secreto ".repeat(10);
    client.generate(in_session(say(&long), "a"));
    client.generate(in_session(say(&"otra cosa ".repeat(20)), "b"));
    client.ask(Call::Forget { session: "a".to_owned() });
    let again = client.generate(say(&long));
    check_said(&again, &long, &Finish::End);
    assert!(again.told.cached_tokens < 40, "{:?}", again.told);
}
