//! What an answer consists of.

use sarai_engine_protocol::{Body, Call, Failure, Finish, Generate, PromptInput, Sampling};

use crate::client::{Client, GREEDY, check_said, conversation, load, message, question, say};
use crate::toy::Toy;

#[test]
fn an_answer_is_what_the_model_says() {
    let mut client = Client::new(&Toy::default());
    let answer = client.generate(say("hola mundo, ¿qué tal? ñandú 🦜"));
    check_said(&answer, "hola mundo, ¿qué tal? ñandú 🦜", &Finish::End);
    assert!(answer.pieces.len() > 5, "it is streamed");
    assert_eq!((answer.told.prompt_tokens, answer.told.messages_dropped), (46, 0));
    assert_eq!(answer.told.completion_tokens, 23);
    assert!(client.end());
}

#[test]
fn several_at_once_say_what_each_says_alone() {
    let ask = |number: usize| question(&format!("pregunta {number} {}", "x".repeat(number * 40)));
    let alone: Vec<String> =
        (0..12).map(|one| Client::new(&Toy::default()).generate(ask(one)).text).collect();
    let mut client = Client::new(&Toy::default());
    let ids: Vec<u64> =
        (0..12).map(|one| client.send(Call::Generate(Box::new(ask(one))))).collect();
    let together: Vec<String> = ids.into_iter().map(|id| client.answer(id).text).collect();
    assert_eq!(together, alone);
    assert!(alone.iter().all(|text| !text.contains('#')) && alone[3] != alone[4]);
}

#[test]
fn the_limit_ends_an_answer() {
    let mut client = Client::new(&Toy::default());
    let answer = client.generate(Generate { tokens_max: Some(2), ..say("uno") });
    check_said(&answer, "un", &Finish::Length);
    let nothing = client.generate(Generate { tokens_max: Some(0), ..say("uno") });
    check_said(&nothing, "", &Finish::Length);
    assert_eq!(nothing.told.completion_tokens, 0);
}

#[test]
fn the_context_ends_an_answer_without_a_limit() {
    let mut client = Client::with(
        &Toy::default(),
        &sarai_engine_protocol::Load { context_tokens: 100, ..load() },
    );
    let long = "z".repeat(45);
    let answer = client.generate(Generate { tokens_max: None, ..say(&long) });
    assert_eq!(answer.told.finish, Finish::Length);
    assert_eq!(answer.told.prompt_tokens + answer.told.completion_tokens, 100);
    assert!(long.starts_with(&answer.text));
}

#[test]
fn half_characters_are_held_back_and_broken_ones_replaced() {
    let mut client = Client::new(&Toy::default());
    let answer = client.generate(say("ñ¡🦜!"));
    assert_eq!(answer.pieces, ["ñ", "¡", "🦜", "!"]);
    // The limit cuts the last character in two.
    let cut = client.generate(Generate { tokens_max: Some(3), ..say("a🦜") });
    check_said(&cut, "a\u{fffd}", &Finish::Length);
}

#[test]
fn a_stop_string_ends_the_answer_before_it_even_across_tokens() {
    let mut client = Client::new(&Toy::default());
    let stopping = |text: &str, stop: &[&str]| Generate {
        stop: stop.iter().map(|stop| (*stop).to_owned()).collect(),
        ..say(text)
    };
    let answer = client.generate(stopping("hola mundo cruel", &["do cr", "nunca"]));
    check_said(&answer, "hola mun", &Finish::StopString("do cr".to_owned()));
    // What only looked like one is shown after all.
    let answer = client.generate(stopping("hola mundo", &["mundos", ""]));
    check_said(&answer, "hola mundo", &Finish::End);
    let answer = client.generate(stopping("¿cómo? ñu", &["? ñandú"]));
    check_said(&answer, "¿cómo? ñu", &Finish::End);
}

#[test]
fn control_tokens_are_never_shown() {
    // The toy cannot be made to say one, but the text of one is not an end: it is broken up.
    let mut client = Client::new(&Toy::default());
    let answer = client.generate(say("a<|im_end|>b"));
    check_said(&answer, "a<\u{200b}|im_end|>b", &Finish::End);
}

#[test]
fn logprobs_belong_to_the_piece_they_complete() {
    let mut client = Client::new(&Toy::default());
    let answer = client.generate(Generate { top_logprobs: Some(2), ..say("hola ñ!") });
    let tokens: Vec<Vec<u8>> = answer.logprobs.iter().map(|one| one.token.clone()).collect();
    assert_eq!(tokens.concat(), "hola ñ!".as_bytes());
    for one in &answer.logprobs {
        assert_eq!(one.top.len(), 2);
        assert_eq!((&one.top[0].0, one.top[0].1), (&one.token, one.logprob));
        assert!(one.logprob < 0.0 && one.logprob > -2.5 && one.top[1].1 < one.logprob);
    }
    let id = client.send(Call::Generate(Box::new(Generate {
        top_logprobs: Some(0),
        stop: vec!["la".to_owned()],
        ..say("¡hola!")
    })));
    let answer = client.answer(id);
    check_said(&answer, "¡ho", &Finish::StopString("la".to_owned()));
    // `hola` is one token, of which only a part is shown: it has no place in the answer.
    assert_eq!(answer.logprobs.len(), 2);
    for body in &client.events[&id] {
        if let Body::Piece { text, logprobs } = body {
            assert!(!text.is_empty() && logprobs.iter().all(|one| one.top.is_empty()));
        }
    }
}

#[test]
fn text_is_continued_as_it_is() {
    let mut client = Client::new(&Toy { adds_bos: true, ..Toy::default() });
    let text = "<|im_start|>user di «sí»\nassistant\n";
    let request = Generate { prompt: PromptInput::Text(text.to_owned()), ..question("") };
    let answer = client.generate(request);
    check_said(&answer, "sí", &Finish::End);
    // The control token's name is letters here: 12 of them, one of `user`, and a BOS before.
    let plain = client.ask(Call::Tokenize { text: text.to_owned() });
    let Body::Tokenized { tokens } = plain else { panic!("{plain:?}") };
    assert_eq!(answer.told.prompt_tokens as usize, tokens.len() + 1);
    assert!(tokens.iter().all(|token| *token != crate::toy::IM_START));

    let nothing = Generate { prompt: PromptInput::Text(String::new()), ..question("") };
    let mut client = Client::new(&Toy::default());
    assert!(matches!(client.fail(nothing), Failure::BadRequest { .. }));
}

#[test]
fn the_same_seed_says_the_same_and_another_something_else() {
    let warm = Sampling { temperature: 2.0, top_k: 50, top_p: 0.95, min_p: 0.001, ..GREEDY };
    let mut client = Client::new(&Toy::default());
    let mut ask = |sampling: Sampling| {
        client.generate(Generate { sampling, tokens_max: Some(40), ..question("cuéntame") }).text
    };
    let first = ask(Sampling { seed: 1, ..warm });
    assert_eq!(ask(Sampling { seed: 1, ..warm }), first);
    assert_ne!(ask(Sampling { seed: 2, ..warm }), first);
}

#[test]
fn penalties_keep_a_model_from_repeating_itself() {
    let mut client = Client::new(&Toy::default());
    let mut ask = |sampling: Sampling| {
        client.generate(Generate { sampling, tokens_max: Some(8), ..say("aaaaaaaa") }).text
    };
    assert_eq!(ask(GREEDY), "aaaaaaaa");
    assert!(!ask(Sampling { frequency_penalty: 2.0, ..GREEDY }).starts_with("aaaa"));
    assert!(!ask(Sampling { repeat_penalty: 1000.0, ..GREEDY }).starts_with("aa"));
}

#[test]
fn the_oldest_turns_go_when_the_context_is_too_small() {
    let small = sarai_engine_protocol::Load { context_tokens: 300, ..load() };
    let mut client = Client::with(&Toy::default(), &small);
    let mut messages = vec![message("system", "sé breve")];
    for turn in 0..9 {
        for role in ["user", "assistant"] {
            let mut old = message(role, &format!("turno {turn}"));
            old.droppable = true;
            messages.push(old);
        }
    }
    messages.push(message("user", "di «aquí estoy»"));
    let answer = client.generate(conversation(messages.clone()));
    check_said(&answer, "aquí estoy", &Finish::End);
    assert_eq!(answer.told.messages_dropped, 8);

    let long = "z".repeat(900);
    let failure = client.fail(conversation(vec![message("user", &long)]));
    assert!(matches!(failure, Failure::ContextExceeded { needed: 901.., available: 225 }));
    let text = Generate { prompt: PromptInput::Text(long), ..question("") };
    assert_eq!(client.fail(text), Failure::ContextExceeded { needed: 900, available: 225 });
}
