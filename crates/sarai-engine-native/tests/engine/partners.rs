//! A real smaller model guesses for a larger one, in the same tokens or in others.

use std::fs;

use sarai_engine_protocol::{
    Body, Call, DraftModel, DraftTimings, Drafted, Drafting, Generate, Load, TokenLogprob,
};

use super::model_path;
use super::process::{Engine, LARGER, NEAR_TIE, SPANISH, generated, greedy};
use crate::files::load_of;

/// Known from before, so that it is loaded with the other.
const KNOWN: DraftTimings = DraftTimings { step_ms: 1.0, prompt_ms: 10.0 };

const ASKED: [&str; 2] = [
    "Explain in one paragraph what photosynthesis is and why it matters.",
    "Explica en un párrafo qué es la fotosíntesis y por qué importa.",
];

fn engine(partner: Option<&str>) -> Engine {
    let draft = partner.map(|name| DraftModel { path: model_path(name), timings: Some(KNOWN) });
    let drafting = if draft.is_some() { Drafting::Fixed(3) } else { Drafting::Off };
    Engine::loaded(Load { drafting, draft, ..load_of(&model_path(LARGER)) })
}

fn said(engine: &mut Engine, asked: &str) -> (Vec<TokenLogprob>, Option<Drafted>) {
    let request = Generate { top_logprobs: Some(2), ..greedy(asked, 48) };
    let (before, last) = engine.ask(Call::Generate(Box::new(request)));
    let tokens = before.into_iter().flat_map(|body| match body {
        Body::Piece { logprobs, .. } => logprobs,
        _ => Vec::new(),
    });
    (tokens.collect(), generated(last).drafted)
}

fn resident_megabytes(engine: &mut Engine) -> u64 {
    match engine.ask(Call::Status).1 {
        Body::Status(status) => status.resident_bytes / 1_000_000,
        other => panic!("{other:?}"),
    }
}

/// What a smaller model takes beside its weights: its vocabulary mostly.
const BESIDE_WEIGHTS_MAX: u64 = 130;

/// Asks with and without a smaller model.
#[track_caller]
fn check(partner: &str, acceptance_min: f64) {
    let (mut plain, mut drafted) = (engine(None), engine(Some(partner)));
    for asked in ASKED {
        let (one, _) = said(&mut plain, asked);
        let (other, told) = said(&mut drafted, asked);
        let told = told.expect("something was guessed");
        let acceptance = f64::from(told.accepted) / f64::from(told.guessed);
        assert!(acceptance >= acceptance_min, "{partner}, {asked}: {told:?}");
        let differs = one.iter().zip(&other).find(|(one, other)| one.token != other.token);
        if let Some((one, other)) = differs {
            assert!(one.top[0].1 - one.top[1].1 < NEAR_TIE, "{one:?} {other:?}");
        }
    }
    let (with, without) = (resident_megabytes(&mut drafted), resident_megabytes(&mut plain));
    let weights = fs::metadata(model_path(partner)).unwrap().len() / 1_000_000;
    assert!(
        with < without + weights + BESIDE_WEIGHTS_MAX,
        "{partner}: {with} MB, {without} MB without"
    );
}

#[test]
fn a_model_of_the_same_tokens_guesses_for_a_larger_one() {
    check(SPANISH, 0.3);
}

#[test]
fn a_model_of_other_tokens_guesses_for_a_larger_one() {
    check(super::SMOL, 0.05);
}
