//! Whether an engine computes what the reference computes.
//!
//! Two libraries round differently, so their figures never are the same; a wrong kernel makes another
//! model of the file. Told apart by the perplexity of a text (the exponential of the mean of its
//! tokens' negative logarithms of probability) and by the text that each goes on with.

use sarai_engine_protocol::{Choice, Examination, Examine};
use serde::{Deserialize, Serialize};

/// Spanish, English, code and a form.
const TEXT: &str = include_str!("examination.txt");

/// How many tokens an engine goes on with.
const TOKENS: u32 = 32;

/// The first tokens of a text say nothing: what comes without a context is as good as a draw, and the
/// first of all carries the largest figures of the whole computation.
const UNSETTLED: usize = 16;

/// How much higher the perplexity may be.
const HIGHER_MAX: f64 = 0.005;

/// How much lower. Better rounding lowers it a little; much lower is another computation too.
const LOWER_MAX: f64 = 0.03;

/// Where the two most probable tokens are nearer than this, rounding decides: as a difference of
/// natural logarithms.
const NEAR_TIE: f32 = 0.3;

/// What came of comparing an engine with the reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// The perplexities of the reference and of the engine.
    Agrees { reference: f64, engine: f64 },
    /// The perplexities are too far apart.
    Differs { reference: f64, engine: f64 },
    /// It goes on with another text, from this token on, where the reference has no doubt.
    Strays { token: u32, reference: f64, engine: f64 },
    /// It does not load the model, or ended in the middle.
    Fails { reason: String },
}

impl Verdict {
    /// Whether the engine may serve the model.
    pub fn agrees(&self) -> bool {
        matches!(self, Verdict::Agrees { .. })
    }
}

/// Returns what every engine is examined with.
pub(crate) fn examine() -> Examine {
    Examine { text: TEXT.to_owned(), tokens: TOKENS }
}

/// Compares an engine with the reference.
pub(crate) fn compare(reference: &Examination, engine: &Examination) -> Verdict {
    if reference.logprobs.len() != engine.logprobs.len() {
        return Verdict::Fails { reason: "it splits a text into other tokens".to_owned() };
    }
    let [before, after] = [reference, engine].map(perplexity);
    let ratio = after / before;
    // What is no number is in no range.
    if !(1.0 - LOWER_MAX..=1.0 + HIGHER_MAX).contains(&ratio) {
        return Verdict::Differs { reference: before, engine: after };
    }
    // What it checks in batches must be what it says a token at a time, too.
    let strayed = strays(&reference.chosen, &engine.chosen)
        .or_else(|| strays(&engine.chosen, &engine.checked));
    match strayed {
        Some(token) => Verdict::Strays { token, reference: before, engine: after },
        None => Verdict::Agrees { reference: before, engine: after },
    }
}

/// Returns the exponential of the mean negative logarithm of the probability of a token.
pub(crate) fn perplexity(examination: &Examination) -> f64 {
    let settled = examination.logprobs.get(UNSETTLED..).unwrap_or_default();
    let count = settled.iter().map(|_| 1.0).sum::<f64>();
    (-settled.iter().sum::<f64>() / count).exp()
}

/// Returns where the second text leaves the first for no good reason. Behind the first difference
/// they are two texts, of which nothing more can be said.
fn strays(one: &[Choice], other: &[Choice]) -> Option<u32> {
    let differ = |(_, (one, other)): &(u32, (&Choice, &Choice))| one.token != other.token;
    let (at, (one, other)) = (0..).zip(one.iter().zip(other)).find(differ)?;
    (one.lead > NEAR_TIE || other.lead > NEAR_TIE).then_some(at)
}

#[cfg(test)]
mod tests {
    use sarai_engine_protocol::{Choice, Examination};

    use super::{UNSETTLED, Verdict, compare};

    fn said(tokens: &str, lead: f32) -> Vec<Choice> {
        tokens.chars().map(|letter| Choice { token: u32::from(letter), lead }).collect()
    }

    fn examination(logprob: f64, chosen: &str) -> Examination {
        let mut logprobs = vec![-9.0; UNSETTLED];
        logprobs.extend([logprob; 40]);
        Examination { logprobs, chosen: said(chosen, 2.0), checked: said(chosen, 2.0) }
    }

    #[track_caller]
    fn check(engine: &Examination, expected: &str) {
        let verdict = compare(&examination(-3.0, "hola"), engine);
        let found = match &verdict {
            Verdict::Agrees { .. } => "agrees".to_owned(),
            Verdict::Differs { .. } => "differs".to_owned(),
            Verdict::Strays { token, .. } => format!("strays at {token}"),
            Verdict::Fails { reason } => reason.clone(),
        };
        assert_eq!(found, expected, "{verdict:?}");
    }

    #[test]
    fn rounding_agrees_and_another_model_does_not() {
        check(&examination(-3.0, "hola"), "agrees");
        check(&examination(-3.004, "hola"), "agrees");
        check(&examination(-2.98, "hola"), "agrees");
        check(&examination(-3.006, "hola"), "differs");
        check(&examination(-2.9, "hola"), "differs");
        check(&examination(f64::NAN, "hola"), "differs");
        check(&examination(f64::NEG_INFINITY, "hola"), "differs");
        let mut longer = examination(-3.0, "hola");
        longer.logprobs.push(-3.0);
        check(&longer, "it splits a text into other tokens");
    }

    #[test]
    fn the_first_tokens_do_not_count() {
        let mut engine = examination(-3.0, "hola");
        engine.logprobs[..UNSETTLED].fill(-1.0);
        check(&engine, "agrees");
    }

    #[test]
    fn another_text_is_excused_by_a_near_tie_on_both_sides() {
        let mut reference = examination(-3.0, "hola");
        let mut engine = examination(-3.0, "hora");
        assert!(matches!(compare(&reference, &engine), Verdict::Strays { token: 2, .. }));
        engine.chosen[2].lead = 0.1;
        assert!(!compare(&reference, &engine).agrees(), "the reference had no doubt");
        reference.chosen[2].lead = 0.2;
        assert!(compare(&reference, &engine).agrees());
        // Behind the first difference nothing counts.
        reference.chosen[3].token = 7;
        assert!(compare(&reference, &engine).agrees());
    }

    #[test]
    fn what_is_checked_in_batches_is_what_is_said() {
        let mut engine = examination(-3.0, "hola");
        engine.checked[1].token = 7;
        check(&engine, "strays at 1");
        engine.chosen[1].lead = 0.1;
        engine.checked[1].lead = 0.1;
        check(&engine, "agrees");
        engine.checked.clear();
        check(&engine, "agrees");
    }
}
