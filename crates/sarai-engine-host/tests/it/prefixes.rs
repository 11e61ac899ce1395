//! What was computed before is not computed again.

use sarai_engine_protocol::{Call, Finish, Generate, Load, Message};

use crate::client::{Client, check_said, conversation, in_session, load, message, question, say};
use crate::toy::Toy;

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
    client.wait(busy, |body| matches!(body, sarai_engine_protocol::Body::Piece { .. }));
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
