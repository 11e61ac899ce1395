//! A smaller model may guess: it changes how long an answer takes, and nothing else.

use std::sync::Arc;

use sarai_engine_host::backend::BackendError;
use sarai_engine_host::clock::Clock as _;
use sarai_engine_protocol::{
    Body, Call, DraftModel, DraftReport, DraftTimings, Drafting, Finish, Generate, Load,
};

use crate::client::{Answer, Client, check_said, in_session, load, question, say};
use crate::toy::{Time, Toy};

/// Toys are never more than little sure.
const MEASURED: Drafting = Drafting::Measured { acceptance_min: 0.5 };

/// What was measured before of a model that takes a tenth of the other's time.
const QUICK: DraftTimings = DraftTimings { step_ms: 1.0, prompt_ms: 1.0 };

/// A toy with another that guesses for it.
fn with_partner(toy: Toy, change: impl FnOnce(Toy) -> Toy) -> Toy {
    let partner = Toy { time: toy.time.beside(1.0), hook: Arc::default(), ..toy.clone() };
    Toy { partner: Some(Box::new(change(partner))), ..toy }
}

fn other_words(toy: Toy) -> Toy {
    Toy { has_other_words: true, ..toy }
}

fn serve(toy: &Toy, drafting: Drafting, timings: Option<DraftTimings>) -> Client {
    let draft = Some(DraftModel { path: "partner.gguf".into(), timings });
    Client::with(toy, &Load { drafting, draft, ..load() })
}

fn report(client: &mut Client) -> DraftReport {
    match client.ask(Call::Status) {
        Body::Status(status) => status.draft.unwrap(),
        other => panic!("no status: {other:?}"),
    }
}

/// Waits until it is known whether the smaller model is of use.
fn settled(client: &mut Client) -> DraftReport {
    loop {
        let report = report(client);
        if report.timings.is_some() || report.trouble.is_some() {
            return report;
        }
    }
}

fn drafts(answer: &Answer) -> (u32, u32) {
    answer.told.drafted.map_or((0, 0), |drafted| (drafted.guessed, drafted.accepted))
}

/// What is too short to be found again is guessed by the model.
#[track_caller]
fn check_guessed(toy: &Toy, said: &str, expected: (u32, u32)) {
    let mut client = serve(toy, Drafting::Fixed(7), Some(QUICK));
    let answer = client.generate(say(said));
    check_said(&answer, said, &Finish::End);
    assert_eq!(drafts(&answer), expected);
}

#[test]
fn a_model_of_the_same_tokens_guesses_them() {
    check_guessed(&with_partner(Toy::default(), |toy| toy), "xyz", (2, 2));
}

#[test]
fn a_model_of_other_tokens_guesses_text() {
    let toy = with_partner(Toy::default(), other_words);
    check_guessed(&toy, "xyz", (2, 2));
    check_guessed(&toy, "hola mundo", (1, 1));
    check_guessed(&toy, "xñz", (3, 3));
}

#[test]
fn long_talk_is_followed_though_the_model_knows_its_end_only() {
    let toy = with_partner(Toy::default(), |toy| toy);
    let mut client = serve(&toy, Drafting::Fixed(7), Some(QUICK));
    let long = "la lluvia en la plaza ".repeat(60);
    let plain = Client::new(&toy).generate(question(&long));
    let first = client.generate(in_session(question(&long), "s"));
    assert_eq!((&first.text, &first.told.finish), (&plain.text, &plain.told.finish));
    for turn in 0..4 {
        let said = format!("{turn}{}", "x".repeat(turn * 90));
        let asked = Generate { tokens_max: Some(400), ..say(&said) };
        check_said(&client.generate(in_session(asked, "s")), &said, &Finish::End);
    }
}

#[test]
fn a_model_that_gains_time_is_kept() {
    let toy = Toy { time: Time::of(0.1), ..Toy::default() };
    let toy = with_partner(toy, |toy| toy);
    let mut client = serve(&toy, MEASURED, None);
    let told = settled(&mut client);
    assert!(told.in_use && told.timings.unwrap().step_ms < 2.0, "{told:?}");
    // Babble repeats nothing.
    let begun = toy.time.elapsed_ms();
    let ask = |number: usize| question(&format!("cuenta {number}"));
    let answers: Vec<Answer> = (0..40).map(|number| client.generate(ask(number))).collect();
    let drafted = toy.time.elapsed_ms() - begun;
    let plain = Toy { time: Time::of(0.1), ..Toy::default() };
    let mut without = Client::new(&plain);
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(without.generate(ask(number)).text, answer.text);
    }
    let plain = plain.time.elapsed_ms();
    assert!(plain > 1.5 * drafted, "{plain} {drafted}");
}

#[test]
fn a_model_that_cannot_gain_time_takes_no_memory() {
    let toy = Toy { time: Time::of(0.9), ..Toy::default() };
    let toy = with_partner(toy, |toy| Toy { time: toy.time.beside(6.0), ..toy });
    let mut client = serve(&toy, MEASURED, None);
    let told = settled(&mut client);
    assert!(!told.in_use && told.trouble.is_none(), "{told:?}");
    assert_eq!(*toy.partners_loaded.lock().unwrap(), 1);
    // Known from before, it is not even tried.
    let known = DraftTimings { step_ms: 6.0, prompt_ms: 9.0 };
    let mut client = serve(&toy, MEASURED, Some(known));
    check_said(&client.generate(say("hola")), "hola", &Finish::End);
    assert_eq!(report(&mut client), DraftReport { timings: Some(known), ..DraftReport::default() });
    assert_eq!(*toy.partners_loaded.lock().unwrap(), 1);
}

#[test]
fn a_model_that_is_always_wrong_costs_next_to_nothing() {
    let lived = |toy: &Toy, client: &mut Client| {
        let begun = toy.time.elapsed_ms();
        for number in 0..60 {
            client.generate(question(&format!("cuenta {number}")));
        }
        toy.time.elapsed_ms() - begun
    };
    let plain = Toy { time: Time::of(0.3), ..Toy::default() };
    let without = lived(&plain, &mut Client::new(&plain));
    let toy = Toy { time: Time::of(0.3), ..Toy::default() };
    let toy = with_partner(toy, other_words);
    let mut client = serve(&toy, MEASURED, None);
    assert!(settled(&mut client).in_use);
    let with = lived(&toy, &mut client);
    assert!(with <= 1.03 * without + 80.0, "{with} {without}");
}

#[test]
fn what_cannot_be_loaded_is_told_and_nobody_minds() {
    let mut client = serve(&Toy::default(), Drafting::Fixed(7), None);
    let told = settled(&mut client);
    assert_eq!(told.trouble.as_deref(), Some("no such file"));
    check_said(&client.generate(say("hola")), "hola", &Finish::End);
}

#[test]
fn a_model_that_cannot_forget_does_not_guess() {
    let toy = with_partner(Toy::default(), |toy| Toy { can_forget: false, ..toy });
    let mut client = serve(&toy, Drafting::Fixed(7), None);
    assert!(settled(&mut client).trouble.is_some());
}

#[test]
fn a_model_that_fails_guesses_no_more() {
    let toy = with_partner(Toy::default(), |toy| {
        toy.with_hook(|batch, _| match batch[0].position {
            0 => Err(BackendError::Native("broken".to_owned())),
            _ => Ok(()),
        })
    });
    let mut client = serve(&toy, Drafting::Fixed(7), Some(QUICK));
    check_said(&client.generate(say("xyz")), "xyz", &Finish::End);
    let told = report(&mut client);
    assert_eq!((told.in_use, told.trouble.as_deref()), (false, Some("broken")));
}

#[test]
fn an_answer_cancelled_while_it_is_guessed_leaves_nothing_wrong_behind() {
    let toy = with_partner(Toy::default(), |toy| {
        let mut is_first = true;
        toy.with_hook(move |_, _| {
            if std::mem::take(&mut is_first) { Err(BackendError::Aborted) } else { Ok(()) }
        })
    });
    let mut client = serve(&toy, Drafting::Fixed(7), Some(QUICK));
    for said in ["xyz", "xyz", "uvw"] {
        check_said(&client.generate(in_session(say(said), "s")), said, &Finish::End);
    }
    assert!(report(&mut client).in_use);
}
