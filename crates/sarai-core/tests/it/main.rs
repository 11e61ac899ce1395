//! What people read of the core: every failure, in both languages.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sarai_core::clock::Timestamp;
use sarai_core::conversation::Speaker;
use sarai_core::engine::{EngineError, TokenText, Usage};
use sarai_core::explain::{Explain, FailureKind};
use sarai_core::id::{ConversationId, ModelName};
use sarai_core::language::Language;
use sarai_core::prompt::PromptError;
use sarai_core::readiness::Readiness;
use sarai_core::text::Origin;
use sarai_core::trace::{Stage, TurnTrace};
use sarai_core::turn::TurnError;

fn model() -> ModelName {
    ModelName::new("qwen").unwrap()
}

fn readinesses() -> Vec<Readiness> {
    vec![
        Readiness::Starting,
        Readiness::Downloading { model: model(), bytes_done: 25, bytes_total: 100 },
        Readiness::Loading { model: model(), fraction: 0.5 },
        Readiness::Ready { model: model() },
        Readiness::Restarting { model: model(), reason: "signal 9".to_owned() },
        Readiness::Failed { reason: "sin sitio".to_owned() },
    ]
}

fn unfinished(needed: Option<u32>) -> EngineError {
    EngineError::Unfinished { reason: "limit".to_owned(), text: "{\"a".to_owned(), needed }
}

fn engine_errors() -> Vec<(EngineError, FailureKind)> {
    let mut errors = vec![
        (EngineError::Busy { retry_after_s: 7 }, FailureKind::Busy),
        (EngineError::ModelNotFound(model()), FailureKind::NotFound),
        (EngineError::ContextExceeded { needed: 9, available: 8 }, FailureKind::Invalid),
        (EngineError::BadConstraint { reason: "$ref".to_owned() }, FailureKind::Invalid),
        (EngineError::BadGrammar { reason: "line 1".to_owned() }, FailureKind::Invalid),
        (unfinished(Some(9)), FailureKind::Invalid),
        (unfinished(None), FailureKind::Failed),
        (EngineError::Unsupported { what: "embed".to_owned() }, FailureKind::Invalid),
        (
            EngineError::LoadFailed { model: model(), reason: "truncated".to_owned() },
            FailureKind::Unavailable,
        ),
        (EngineError::Crashed { reason: "signal 9".to_owned() }, FailureKind::Unavailable),
        (EngineError::Stalled { seconds: 120 }, FailureKind::Unavailable),
        (EngineError::OutOfMemory, FailureKind::Unavailable),
        (
            EngineError::Upstream { status: Some(502), reason: "bad gateway".to_owned() },
            FailureKind::Unavailable,
        ),
        (EngineError::Protocol("frame".to_owned()), FailureKind::Failed),
    ];
    errors.extend(
        readinesses()
            .into_iter()
            .map(|readiness| (EngineError::NotReady(readiness), FailureKind::Unavailable)),
    );
    errors
}

/// Checks that a failure speaks both languages, and says neither nothing nor the same in both.
#[track_caller]
fn check(error: &dyn Explain, kind: FailureKind) {
    let spanish = error.explain(Language::Spanish);
    let english = error.explain(Language::English);
    assert_eq!(error.kind(), kind, "{error}");
    assert!(spanish.message.len() > 5 && english.message.len() > 5, "{error}");
    assert_ne!(spanish.message, english.message, "{error}");
    assert_eq!(spanish.hint.is_some(), english.hint.is_some(), "{error}");
    for text in [Some(spanish.message), spanish.hint, Some(english.message), english.hint] {
        let text = text.unwrap_or_default();
        assert!(!text.ends_with('.'), "{text}");
    }
}

#[test]
fn every_engine_failure_is_explained() {
    for (error, kind) in engine_errors() {
        check(&error, kind);
    }
}

#[test]
fn an_explanation_names_the_thing_and_the_numbers() {
    let said = |error: EngineError| {
        let explanation = error.explain(Language::Spanish);
        format!("{}; {}", explanation.message, explanation.hint.unwrap_or_default())
    };
    assert!(said(EngineError::ModelNotFound(model())).contains("`qwen`"));
    assert!(said(EngineError::Busy { retry_after_s: 7 }).contains("7 s"));
    let context = said(EngineError::ContextExceeded { needed: 9001, available: 8192 });
    assert!(context.contains("9001") && context.contains("8192"), "{context}");
    let loading = Readiness::Downloading { model: model(), bytes_done: 25, bytes_total: 100 };
    assert!(said(EngineError::NotReady(loading)).contains("25 %"));
}

#[test]
fn every_failure_of_a_turn_is_explained() {
    let id = ConversationId::new("cocina").unwrap();
    check(&TurnError::ConversationNotFound(id), FailureKind::NotFound);
    check(&ConversationId::new("la cocina").unwrap_err(), FailureKind::Invalid);
    check(&TurnError::History("locked".to_owned()), FailureKind::Failed);
    check(&TurnError::Tools("no tool".to_owned()), FailureKind::Invalid);
    check(&TurnError::Prompt(PromptError::Empty), FailureKind::Invalid);
    check(&TurnError::Engine(EngineError::OutOfMemory), FailureKind::Unavailable);
    check(&PromptError::MessageTooLong { bytes: 11, bytes_max: 10 }, FailureKind::Invalid);
    check(&PromptError::TooLong { bytes: 11, bytes_max: 10 }, FailureKind::Invalid);
    check(&PromptError::NotOurs(Origin::Web), FailureKind::Refused);
    let (speaker, origin) = (Speaker::User, Origin::Web);
    check(&PromptError::NotTheirs { speaker, origin }, FailureKind::Refused);
}

#[test]
fn each_phase_has_its_name_and_one_is_ready() {
    let phases = readinesses().iter().map(Readiness::phase).collect::<Vec<_>>();
    assert_eq!(phases, ["starting", "downloading", "loading", "ready", "restarting", "failed"]);
    assert_eq!(readinesses().iter().filter(|readiness| readiness.is_ready()).count(), 1);
}

#[test]
fn a_trace_tells_the_speed_of_generation_once_there_is_one() {
    let trace = |tokens, decode_ms| TurnTrace {
        stages: Vec::new(),
        degraded: Vec::new(),
        usage: Usage { prompt_tokens: 10, cached_tokens: 0, completion_tokens: tokens },
        model: model(),
        messages_dropped: 0,
        queued_ms: 0.0,
        prefill_ms: 100.0,
        decode_ms,
        drafted: None,
        forced: 0,
    };
    // The first token comes with the prompt: eleven tokens are ten steps.
    assert_eq!(trace(11, 500.0).tokens_per_second(), Some(20.0));
    assert_eq!(trace(1, 500.0).tokens_per_second(), None);
    assert_eq!(trace(11, 0.0).tokens_per_second(), None);
    assert_eq!(Stage::ALL.map(Stage::name)[0], "recall");
}

#[test]
fn a_moment_moves_on_and_half_a_character_is_shown_as_such() {
    assert_eq!(Timestamp(1000).after(Duration::from_secs(2)), Timestamp(3000));
    assert_eq!(Timestamp(i64::MAX).after(Duration::MAX), Timestamp(i64::MAX));
    assert_eq!(TokenText(vec![0xc3]).lossy(), "\u{fffd}");
    assert_eq!(TokenText("ñ".into()).lossy(), "ñ");
}
