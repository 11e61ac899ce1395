//! Guessing ahead changes how long an answer takes, and nothing else.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use sarai_engine_host::backend::{BackendError, BatchToken};
use sarai_engine_host::clock::Clock as _;
use sarai_engine_protocol::{
    Call, Constraint, DraftModel, DraftTimings, Drafting, Failure, Finish, Generate, Load, Sampling,
};
use serde_json::json;

use crate::client::{
    Answer, Client, GREEDY, check_said, conversation, in_session, load, message, question, say,
};
use crate::toy::{Time, Toy};

/// What a draft of four words before goes on with is right here and wrong there.
const ECHOES: &str = "abcd1 abcd1 abcd2 abcd2 abcd3 hola mundo hola mundo hola ción abcd1 abcd4";

const MEASURED: Drafting = Drafting::Measured { acceptance_min: 0.6 };

fn drafting(toy: &Toy, drafting: Drafting) -> Client {
    Client::with(toy, &Load { drafting, ..load() })
}

/// What guesses beside what stands in the conversation.
#[derive(Debug, Clone, Copy)]
enum Partner {
    None,
    Same,
    OtherWords,
}

/// Serves a toy with a partner that is loaded at once.
fn partnered(how: Drafting, partner: Partner) -> Client {
    let has_other_words = matches!(partner, Partner::OtherWords);
    let toy = Toy {
        partner: Some(Box::new(Toy { has_other_words, ..Toy::default() })),
        ..Toy::default()
    };
    let timings = Some(DraftTimings { step_ms: 1.0, prompt_ms: 1.0 });
    let draft = DraftModel { path: "partner.gguf".into(), timings };
    let draft = (!matches!(partner, Partner::None)).then_some(draft);
    Client::with(&toy, &Load { drafting: how, draft, ..load() })
}

fn drafts(answer: &Answer) -> (u32, u32) {
    answer.told.drafted.map_or((0, 0), |drafted| (drafted.guessed, drafted.accepted))
}

/// Asks the same in two turns of a session and returns what can be seen of it.
fn seen(how: Drafting, partner: Partner, request: &Generate) -> Vec<String> {
    let mut client = partnered(how, partner);
    let mut seen = Vec::new();
    let mut messages = Vec::new();
    for turn in 0..2 {
        messages.push(message("user", &format!("di «{ECHOES}»{}", "!".repeat(turn))));
        let asked = conversation(messages.clone());
        let answer =
            client.generate(in_session(Generate { prompt: asked.prompt, ..request.clone() }, "s"));
        messages.push(message("assistant", &answer.text));
        let told = &answer.told;
        let Answer { text, logprobs, .. } = &answer;
        seen.push(format!(
            "{text} {:?} {logprobs:?} {} {}",
            told.finish, told.completion_tokens, told.cached_tokens
        ));
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_is_the_same_however_much_is_guessed(
        temperature in prop_oneof![Just(0.0_f32), 0.3_f32..3.0],
        top_p in 0.5_f32..1.0,
        repeat_penalty in prop_oneof![Just(1.0_f32), 1.0_f32..1.3],
        seed in 0_u64..1000,
        tokens_max in 0_u32..90,
        stop in prop_oneof![Just(None), Just(Some("abcd3")), Just(Some("mundo h"))],
        top_logprobs in prop_oneof![Just(None), Just(Some(2_u8))],
        is_json in any::<bool>(),
        length in prop_oneof![Just(1_u32), Just(3), Just(15)],
        partner in prop_oneof![Just(Partner::None), Just(Partner::Same), Just(Partner::OtherWords)],
    ) {
        let request = Generate {
            sampling: Sampling { temperature, top_p, repeat_penalty, seed, ..GREEDY },
            // An empty list has two.
            tokens_max: Some(if is_json { tokens_max + 2 } else { tokens_max }),
            stop: stop.map(str::to_owned).into_iter().collect(),
            top_logprobs,
            constraint: if is_json {
                Constraint::JsonSchema(json!({ "type": "array", "items": { "enum": ["a", "b"] }, "maxItems": 9 }))
            } else {
                Constraint::Free
            },
            ..question("")
        };
        let plain = seen(Drafting::Off, Partner::None, &request);
        prop_assert_eq!(seen(Drafting::Fixed(length), partner, &request), plain);
    }
}

#[test]
fn what_is_guessed_right_is_computed_in_fewer_batches() {
    let steps = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&steps);
    let toy = Toy::default().with_hook(move |_, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(())
    });
    let plain = drafting(&toy, Drafting::Off).generate(say(ECHOES));
    let without = steps.swap(0, Ordering::SeqCst);
    let drafted = drafting(&toy, Drafting::Fixed(7)).generate(say(ECHOES));
    let with = steps.load(Ordering::SeqCst);
    assert_eq!((&plain.text, drafts(&plain)), (&drafted.text, (0, 0)));
    let (guessed, accepted) = drafts(&drafted);
    assert!(accepted > 0 && accepted < guessed, "{accepted} of {guessed}");
    assert_eq!(without - with, accepted as usize);
}

#[test]
fn nothing_is_guessed_for_a_model_that_cannot_forget() {
    let toy = Toy { can_forget: false, ..Toy::default() };
    let answer = drafting(&toy, Drafting::Fixed(7)).generate(say(ECHOES));
    check_said(&answer, ECHOES, &Finish::End);
    assert_eq!(answer.told.drafted, None);
}

#[test]
fn several_at_once_say_what_each_says_alone() {
    let ask = |number: usize| say(&format!("{number} {ECHOES}"));
    let mut client = drafting(&Toy { outputs_max: 6, ..Toy::default() }, Drafting::Fixed(15));
    let ids: Vec<u64> = (0..4).map(|one| client.send(Call::Generate(Box::new(ask(one))))).collect();
    for (number, id) in ids.into_iter().enumerate() {
        check_said(&client.answer(id), &format!("{number} {ECHOES}"), &Finish::End);
    }
}

/// Fails the first batch with a draft.
fn failing(error: impl Fn() -> BackendError + Send + 'static) -> (Toy, Arc<Mutex<usize>>) {
    let failed = Arc::new(Mutex::new(0));
    let count = Arc::clone(&failed);
    let toy = Toy::default().with_hook(move |batch: &[BatchToken], _: &AtomicBool| {
        let drafted = batch.iter().filter(|one| one.wants_logits).count() > 1;
        let mut count = count.lock().unwrap();
        if drafted && *count == 0 {
            *count += 1;
            return Err(error());
        }
        Ok(())
    });
    (toy, failed)
}

#[test]
fn a_draft_for_which_there_is_no_room_costs_nobody_anything() {
    let (toy, failed) = failing(|| BackendError::Full);
    let mut client = drafting(&toy, Drafting::Fixed(7));
    let first = client.generate(in_session(say("kept"), "other"));
    let answer = client.generate(say(ECHOES));
    check_said(&answer, ECHOES, &Finish::End);
    assert_eq!(*failed.lock().unwrap(), 1);
    let again = client.generate(in_session(say("kept"), "other"));
    assert!(again.told.cached_tokens >= first.told.prompt_tokens - 1, "nobody was evicted");
}

#[test]
fn a_failure_of_the_library_is_told_as_one() {
    let (toy, _) = failing(|| BackendError::Native("broken".to_owned()));
    let mut client = drafting(&toy, Drafting::Fixed(7));
    assert!(matches!(client.fail(say(ECHOES)), Failure::Backend { .. }));
    check_said(&client.generate(say(ECHOES)), ECHOES, &Finish::End);
}

#[test]
fn an_answer_cancelled_while_a_draft_is_checked_leaves_no_wrong_words_behind() {
    let (toy, _) = failing(|| BackendError::Aborted);
    let mut client = drafting(&toy, Drafting::Fixed(15));
    check_said(&client.generate(in_session(say(ECHOES), "s")), ECHOES, &Finish::End);
    check_said(&client.generate(in_session(say(ECHOES), "s")), ECHOES, &Finish::End);
}

/// Quotes a text again and again; returns how long all took, in milliseconds of the toy.
fn time_of(how: Drafting, further: f64, said: &str) -> (f64, Vec<Answer>) {
    let toy = Toy { time: Time::of(further), ..Toy::default() };
    let mut client = drafting(&toy, how);
    let answers: Vec<Answer> = (0..12).map(|_| client.generate(say(said))).collect();
    assert!(answers.iter().all(|answer| answer.text == said));
    (toy.time.elapsed_ms(), answers)
}

#[test]
fn quoting_pays_where_a_batch_is_cheap() {
    let said = "the quick brown fox jumps over the lazy dog while it rains on the old town square";
    let (plain, _) = time_of(Drafting::Off, 0.2, said);
    let (drafted, answers) = time_of(MEASURED, 0.2, said);
    assert!(plain > 1.5 * drafted, "{plain} {drafted}");
    let told = answers.last().unwrap().told.drafted.unwrap();
    assert!(told.accepted * 10 > told.guessed * 9 && !told.fell_back, "{told:?}");
    assert!(told.plain_ms > 1.5 * told.ms && told.ms > 0.0, "{told:?}");
}

#[test]
fn guessing_is_given_up_where_it_does_not_pay() {
    let (plain, _) = time_of(Drafting::Off, 0.0, ECHOES);
    let (dear, _) = time_of(Drafting::Off, 1.0, ECHOES);
    let (drafted, answers) = time_of(MEASURED, 1.0, ECHOES);
    // What is measured while nobody waits is not the answers' time: 5 rounds of 1, 2, 4, 8, 16 and 64.
    let measuring = 5.0 * 950.0;
    assert!(plain < dear && drafted < measuring + 1.03 * dear + 60.0, "{drafted} {dear}");
    let guessed: u32 = answers.iter().map(|answer| drafts(answer).0).sum();
    assert!(guessed < 40, "{guessed}");
}

/// Batches with one choice that are measured while nobody waits.
const MEASURED_ONES: usize = 5 * 2;

/// Says a long form with keys of many tokens; returns the answer and the batches it took.
fn formed(how: Drafting, request: Generate) -> (Answer, usize) {
    let steps = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&steps);
    let toy = Toy::default().with_hook(move |batch, _| {
        let chosen = batch.iter().filter(|one| one.wants_logits).count();
        counted.fetch_add(usize::from(chosen == 1), Ordering::SeqCst);
        Ok(())
    });
    let answer = drafting(&toy, how).generate(request);
    (answer, steps.load(Ordering::SeqCst))
}

fn form() -> Generate {
    let schema = json!({
        "type": "object",
        "properties": {
            "nombre_completo": {"type": "string"},
            "dirección_postal": {"enum": ["calle mayor", "calle menor"]},
            "aficiones": {"type": "array", "items": {"type": "string"}, "maxItems": 4},
        },
        "required": ["nombre_completo", "dirección_postal", "aficiones"],
        "additionalProperties": false,
    });
    let said = r#"{"nombre_completo": "Íñigo", "dirección_postal": "calle menor", "aficiones": ["a", "b"]}"#;
    Generate { constraint: Constraint::JsonSchema(schema), ..say(said) }
}

#[test]
fn what_a_form_leaves_no_choice_about_costs_no_step() {
    let (plain, steps) = formed(Drafting::Off, form());
    let (forced, fewer) = formed(MEASURED, form());
    assert_eq!((&plain.text, &plain.told.finish), (&forced.text, &forced.told.finish));
    assert_eq!(plain.told.forced, 0);
    assert!(fewer + forced.told.forced as usize <= steps + MEASURED_ONES, "{steps} {fewer}");
    assert!(forced.told.forced > 40, "{:?}", forced.told);
}

#[test]
fn a_form_cut_anywhere_while_it_runs_ahead_is_closed() {
    let mut whole = 0;
    for limit in 50..90 {
        let mut client = drafting(&Toy::default(), MEASURED);
        let asked = Generate { tokens_max: Some(limit), ..form() };
        let Ok(answer) = client.within_limit(asked) else { continue };
        let value: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        assert!(value["aficiones"].is_array(), "{limit}: {}", answer.text);
        whole += 1;
    }
    assert!(whole > 15, "{whole}");
}

#[test]
fn how_probable_a_word_was_is_told_of_each_though_the_form_leaves_no_choice() {
    let (answer, _) = formed(MEASURED, Generate { top_logprobs: Some(2), ..form() });
    assert_eq!(answer.told.forced, 0);
    let told: usize = answer.logprobs.len();
    assert_eq!(told, answer.told.completion_tokens as usize);
}
