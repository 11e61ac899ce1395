//! What is known of the engines with the model in use.

use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_engine::{DraftRecord, EngineRecord, ModelFiles as _, PROMPT_TOKENS, Timings, Verdict};

use crate::commands::Context;
use crate::commands::doctor::Check;
use crate::models::Models;
use crate::owner::wiring::known_engines;

/// One line for each engine, and one for a smaller model that was tried; none without a model.
pub(super) fn checks(context: &Context, models: &Models) -> Vec<Check> {
    let file = context.settings.model().and_then(|name| models.find(&name));
    let Some(file) = file else { return Vec::new() };
    let engines = known_engines(context, &file.sha256);
    let name_of = |sha256: &str| {
        models
            .installed()
            .into_iter()
            .find(|name| models.find(name).is_some_and(|file| file.sha256 == sha256))
    };
    let tried = engines.iter().filter(|engine| engine.serves).flat_map(|engine| &engine.drafts);
    let drafts = tried.filter_map(|draft| Some((name_of(&draft.sha256)?, draft)));
    let drafts = drafts.map(|(name, draft)| draft_check(context.language, &name, draft));
    engines.iter().map(|one| check(context.language, one)).chain(drafts).collect()
}

fn draft_check(language: Language, name: &ModelName, draft: &DraftRecord) -> Check {
    let ms = draft.timings.step_ms;
    let finding = match (language, draft.in_use) {
        (Language::Spanish, true) => format!("{name} adelanta fichas, una en {ms:.1} ms"),
        (Language::Spanish, false) => {
            format!("{name} no adelanta fichas: a {ms:.1} ms cada una no se gana tiempo aquí")
        }
        (Language::English, true) => format!("{name} guesses tokens, one in {ms:.1} ms"),
        (Language::English, false) => {
            format!("{name} does not guess tokens: at {ms:.1} ms each no time is gained here")
        }
    };
    Check::good("draft", finding)
}

fn check(language: Language, engine: &EngineRecord) -> Check {
    let state = match (&engine.verdict, engine.is_reference) {
        (_, true) => language.pick("la referencia", "the reference").to_owned(),
        (None, _) => language
            .pick(
                "sin comparar todavía, se hará cuando nadie espere",
                "not compared yet, that is done while nobody waits",
            )
            .to_owned(),
        (Some(verdict), _) => described(language, verdict),
    };
    let times = engine.timings.as_ref().map(|timings| times(language, timings));
    let times = times.map(|times| format!("; {times}")).unwrap_or_default();
    let serves = language.pick("; es el que contesta", "; it is the one that answers");
    let serves = if engine.serves { serves } else { "" };
    Check::good("engines", format!("{}: {state}{times}{serves}", engine.name))
}

/// Says what came of a comparison.
pub(crate) fn described(language: Language, verdict: &Verdict) -> String {
    match (verdict, language) {
        (Verdict::Agrees { reference, engine }, Language::Spanish) => {
            format!("calcula lo mismo (perplejidad {engine:.2} y {reference:.2})")
        }
        (Verdict::Agrees { reference, engine }, Language::English) => {
            format!("computes the same (perplexity {engine:.2} and {reference:.2})")
        }
        (Verdict::Differs { reference, engine }, Language::Spanish) => format!(
            "descartado, con este modelo calcula otra cosa (perplejidad {engine:.2} en vez de \
             {reference:.2})"
        ),
        (Verdict::Differs { reference, engine }, Language::English) => format!(
            "refused, with this model it computes something else (perplexity {engine:.2} instead of \
             {reference:.2})"
        ),
        (Verdict::Strays { token, .. }, Language::Spanish) => {
            format!("descartado, sigue el texto de otra manera desde la ficha {token}")
        }
        (Verdict::Strays { token, .. }, Language::English) => {
            format!("refused, it goes on with another text from token {token} on")
        }
        (Verdict::Fails { reason }, Language::Spanish) => format!("descartado, falla: {reason}"),
        (Verdict::Fails { reason }, Language::English) => format!("refused, it fails: {reason}"),
    }
}

fn times(language: Language, timings: &Timings) -> String {
    let (prompt, token) = (timings.prompt_ms, timings.batch_ms[0]);
    match language {
        Language::Spanish => {
            format!("lee {PROMPT_TOKENS} fichas en {prompt:.0} ms y escribe una en {token:.1} ms")
        }
        Language::English => format!(
            "reads {PROMPT_TOKENS} tokens in {prompt:.0} ms and writes one in {token:.1} ms"
        ),
    }
}

#[cfg(test)]
mod tests {
    use sarai_core::id::ModelName;
    use sarai_core::language::Language;
    use sarai_engine::{DraftRecord, DraftTimings, EngineRecord, Timings, Verdict};

    use super::{check, draft_check};

    #[track_caller]
    fn says(language: Language, verdict: Option<Verdict>, expected: &str) {
        let engine = EngineRecord {
            name: "sarai-engine-ik".to_owned(),
            is_reference: false,
            verdict,
            timings: Some(Timings { batch_ms: [26.7, 45.0, 73.0, 125.0, 144.0], prompt_ms: 412.4 }),
            serves: true,
            drafts: Vec::new(),
        };
        let finding = check(language, &engine).finding;
        assert!(finding.contains(expected), "{finding}");
    }

    #[test]
    fn a_line_says_why_a_smaller_model_does_not_guess() {
        let timings = DraftTimings { step_ms: 11.94, prompt_ms: 96.0 };
        let says = |language, in_use| {
            let draft = DraftRecord { sha256: String::new(), timings, in_use };
            draft_check(language, &ModelName::new("tiny").unwrap(), &draft).finding
        };
        assert_eq!(says(Language::Spanish, true), "tiny adelanta fichas, una en 11.9 ms");
        let declined = "tiny does not guess tokens: at 11.9 ms each no time is gained here";
        assert_eq!(says(Language::English, false), declined);
    }

    #[test]
    fn a_line_says_how_the_engine_did_and_how_quick_it_is() {
        let differs = Verdict::Differs { reference: 31.41, engine: 208.33 };
        says(
            Language::Spanish,
            Some(differs),
            "(perplejidad 208.33 en vez de 31.41); lee 64 fichas en 412 ms",
        );
        let agrees = Verdict::Agrees { reference: 17.6, engine: 17.42 };
        says(Language::English, Some(agrees), "writes one in 26.7 ms; it is the one that answers");
        says(Language::English, None, "not compared yet");
        let strays = Verdict::Strays { token: 3, reference: 1.0, engine: 1.0 };
        says(Language::Spanish, Some(strays), "de otra manera desde la ficha 3");
        let fails = Verdict::Fails { reason: "SIGILL".to_owned() };
        says(Language::English, Some(fails), "it fails: SIGILL");
    }
}
