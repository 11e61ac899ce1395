//! How facts and what is done to them look in JSON.

use sarai_assistant::memory::{Answer, Forgotten, Learned};
use sarai_core::conversation::Recollection;
use sarai_core::fact::{Evidence, Fact};
use sarai_core::language::Language;
use serde_json::{Value, json};

use super::super::wire::time;

pub(crate) fn fact(fact: &Fact) -> Value {
    json!({
        "id": fact.id.0,
        "subject": fact.subject,
        "relation": fact.relation,
        "object": fact.object,
        "negated": fact.negated,
        "status": fact.status.name(),
        "when": fact.when,
        "confidence": fact.confidence,
        "mentions": fact.mentions,
        "source": fact.source.name(),
        "extractor": fact.extractor.name(),
        "learned": time(fact.learned),
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to,
        "expired": fact.expired.map(time),
        "superseded_by": fact.superseded_by.map(|id| id.0),
        "evidence": fact.evidence.as_ref().map(evidence),
    })
}

fn evidence(evidence: &Evidence) -> Value {
    let span = |span: &Option<std::ops::Range<usize>>| {
        span.as_ref().map(|span| json!([span.start, span.end]))
    };
    json!({
        "conversation": evidence.conversation.as_str(),
        "turn": evidence.turn.as_str(),
        "said": time(evidence.said),
        "text": evidence.text,
        "subject": span(&evidence.subject),
        "object": span(&evidence.object),
    })
}

pub(super) fn facts(facts: &[Fact]) -> Vec<Value> {
    facts.iter().map(fact).collect()
}

pub(super) fn answer(answer: &Answer) -> Value {
    json!({ "text": answer.text, "score": answer.score, "fact": fact(&answer.fact) })
}

pub(super) fn passage(passage: &Recollection) -> Value {
    json!({
        "turn": passage.turn.as_str(),
        "conversation": passage.conversation.as_str(),
        "said": time(passage.said),
        "question": passage.question.as_str(),
        "answer": passage.answer.as_str(),
        "score": passage.score,
    })
}

pub(super) fn learned(learned: &Learned, language: Language) -> Value {
    let refused = learned.refused.iter().map(|part| {
        json!({
            "text": part.text,
            "reason": part.reason.name(),
            "why": part.reason.explain(language).message,
        })
    });
    json!({
        "turn": learned.turn.as_str(),
        "stored": facts(&learned.stored),
        "superseded": facts(&learned.superseded),
        "mentioned": facts(&learned.mentioned),
        "refused": refused.collect::<Vec<_>>(),
        "read_ms": learned.read_ms,
        "write_ms": learned.write_ms,
    })
}

pub(super) fn forgotten(forgotten: &Forgotten) -> Value {
    json!({
        "facts": facts(&forgotten.facts),
        "turns": forgotten.turns,
        "utterances": forgotten.utterances,
        "index_entries": forgotten.index_entries,
        "journal_lines": forgotten.journal_lines,
    })
}
