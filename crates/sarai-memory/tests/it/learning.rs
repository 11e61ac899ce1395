//! What is learned from what is said, by patterns alone: no parser takes part here.

use sarai_core::clock::Timestamp;
use sarai_core::fact::{Fact, FactSource};
use sarai_core::id::PersonId;
use sarai_core::language::Language;
use sarai_core::text::{Origin, Text};
use sarai_memory::{FactFilter, Learned, Memory, Refusal, Role, Understanding, Utterance};

use crate::kit::{conversation, memory, turn};

const HOUR_MS: i64 = 3_600_000;

fn told(text: Text, role: Role, at: i64) -> Utterance {
    Utterance {
        conversation: conversation("casa"),
        role,
        text,
        at: Timestamp(at),
        masked: Vec::new(),
    }
}

fn say(memory: &Memory, person: &PersonId, text: &str, at: i64) -> Learned {
    memory.ingest(person, told(Text::user(text), Role::User, at)).unwrap()
}

pub(crate) fn shown(facts: &[Fact]) -> Vec<String> {
    facts
        .iter()
        .map(|fact| format!("{} | {} | {}", fact.subject, fact.relation, fact.object))
        .collect()
}

fn all(memory: &Memory, person: &PersonId) -> Vec<String> {
    shown(&memory.facts(person, &FactFilter::all(50)).unwrap())
}

#[test]
fn a_sentence_is_kept_with_the_words_that_say_it() {
    let (memory, person) = memory();
    let text = "Hola. Mi hermana vive en Málaga. ¿Qué tal?";
    let learned = say(&memory, &person, text, 5);
    assert_eq!(shown(&learned.stored), ["hermana | vivir_en | Málaga"]);
    let fact = &learned.stored[0];
    let evidence = fact.evidence.as_ref().unwrap();
    assert_eq!((evidence.turn.clone(), evidence.said), (learned.turn.clone(), Timestamp(5)));
    assert!(evidence.text.contains("Mi hermana vive en Málaga"), "{evidence:?}");
    assert!(!evidence.text.contains("Hola"), "{evidence:?}");
    let object = evidence.object.clone().unwrap();
    assert_eq!(&evidence.text[object], "Málaga");
    assert_eq!((fact.source, fact.mentions), (FactSource::UserInput, 1));
    assert!((fact.confidence - 0.9).abs() < 1e-9);
    assert_eq!(learned.refused.len(), 1);
    assert_eq!(learned.refused[0].reason, Refusal::Question);
    assert!(learned.refused[0].text.contains("Qué tal"));
    let kept = memory.turn(&person, &learned.turn).unwrap().unwrap();
    assert_eq!((kept.question.as_str(), kept.answer.as_str()), (text, ""));
}

#[test]
fn an_update_supersedes_and_a_repetition_is_mentioned() {
    let (memory, person) = memory();
    say(&memory, &person, "Mi hermana vive en Málaga.", 1);
    let again = say(&memory, &person, "Mi hermana vive en Málaga.", 2);
    assert_eq!((again.stored.len(), again.mentioned.len()), (0, 1));
    assert_eq!(again.mentioned[0].mentions, 2);
    let moved = say(&memory, &person, "Mi hermana ahora vive en Lugo.", 3);
    assert_eq!(shown(&moved.stored), ["hermana | vivir_en | Lugo"]);
    assert_eq!(shown(&moved.superseded), ["hermana | vivir_en | Málaga"]);
    assert_eq!(all(&memory, &person), ["hermana | vivir_en | Lugo"]);
}

#[test]
fn a_name_told_later_finds_what_was_told_before() {
    let (memory, person) = memory();
    say(&memory, &person, "Mi hermana vive en Málaga.", 1);
    say(&memory, &person, "Mi hermana se llama Lucía.", 2);
    for name in ["lucia", "hermana", "hermana Lucía"] {
        let filter = FactFilter {
            subject: Some(name.to_owned()),
            verb: Some("vivir".to_owned()),
            ..FactFilter::all(9)
        };
        let found = shown(&memory.facts(&person, &filter).unwrap());
        assert_eq!(found, ["hermana Lucía | vivir_en | Málaga"], "{name}");
    }
}

#[test]
fn a_word_answers_the_question_before_it() {
    let (memory, person) = memory();
    let asked = told(Text::model("¿Cómo se llama tu hermana?"), Role::Assistant, 1);
    memory.ingest(&person, asked).unwrap();
    let learned = say(&memory, &person, "Lucía", 2);
    assert_eq!(shown(&learned.stored).len(), 1, "{learned:?}");
    assert!(shown(&learned.stored)[0].ends_with("| llamarse | Lucía"), "{learned:?}");
    let elsewhere = Utterance {
        conversation: conversation("otra"),
        ..told(Text::user("Lucía"), Role::User, 3)
    };
    assert_eq!(memory.ingest(&person, elsewhere).unwrap().stored, [], "no question before it");
}

#[test]
fn a_turn_teaches_by_its_question_and_only_if_asked_to_by_its_answer() {
    let (memory, person) = memory();
    let exchange =
        |asked| turn(&person, "casa", asked, "Mi perro se llama Toby.", "Mi gato se llama Misi.");
    let learned = memory.store(exchange(1)).unwrap();
    assert_eq!(shown(&learned.stored).len(), 1, "{learned:?}");
    assert!(all(&memory, &person).iter().all(|fact| !fact.contains("Misi")));
    let memory = memory.with_understanding(Understanding {
        learns_from_answers: true,
        ..Understanding::plain(Language::Spanish)
    });
    let learned = memory.store(exchange(2)).unwrap();
    let misi = learned.stored.iter().find(|fact| fact.object == "Misi").unwrap();
    assert_eq!(misi.source, FactSource::Assistant);
    assert!((misi.confidence - 0.7).abs() < 1e-9);
}

#[track_caller]
fn check_trust(origin: Origin, role: Role, source: Option<FactSource>) {
    let (memory, person) = memory();
    let text = Text::new(origin, "Mi hermana vive en Málaga.");
    let learned = memory.ingest(&person, told(text, role, 1)).unwrap();
    let found = learned.stored.first().map(|fact| fact.source);
    assert_eq!(found, source, "{origin:?}");
}

#[test]
fn the_origin_of_words_decides_how_far_they_are_believed() {
    check_trust(Origin::User, Role::User, Some(FactSource::UserInput));
    check_trust(Origin::Document, Role::User, Some(FactSource::Rag));
    check_trust(Origin::Web, Role::User, Some(FactSource::Rag));
    check_trust(Origin::Tool, Role::User, Some(FactSource::Skill));
    check_trust(Origin::Memory, Role::User, None);
    check_trust(Origin::Client, Role::User, None);
    check_trust(Origin::System, Role::User, None);
    check_trust(Origin::Model, Role::Assistant, None);
    check_trust(Origin::User, Role::Assistant, None);
}

#[test]
fn masked_words_are_not_learned() {
    let (memory, person) = memory();
    let text = "Mi hermana vive en Málaga. Mi perro se llama Toby.";
    let start = text.find("Mi perro").unwrap();
    let said = Utterance {
        masked: std::iter::once(start..text.len()).collect(),
        ..told(Text::user(text), Role::User, 1)
    };
    let learned = memory.ingest(&person, said).unwrap();
    assert_eq!(shown(&learned.stored), ["hermana | vivir_en | Málaga"]);
}

#[test]
fn the_day_of_a_message_is_the_one_of_the_house() {
    let (memory, person) = memory();
    let madrid = jiff::tz::TimeZone::get("Europe/Madrid").unwrap();
    let memory = memory.with_understanding(Understanding {
        time_zone: madrid,
        ..Understanding::plain(Language::Spanish)
    });
    say(&memory, &person, "Vivo en Málaga.", 1);
    // Half past eleven at night in London is half past midnight, a day later, in Madrid.
    say(&memory, &person, "Ahora vivo en Lugo.", 1000 * 24 * HOUR_MS + 23 * HOUR_MS + HOUR_MS / 2);
    let filter =
        FactFilter { object: Some("malaga".to_owned()), history: true, ..FactFilter::all(1) };
    let gone = &memory.facts(&person, &filter).unwrap()[0];
    assert_eq!(gone.valid_to.as_deref(), Some("1972-09-28"));
}

#[test]
fn questions_are_answered_out_of_what_was_told() {
    let (memory, person) = memory();
    say(&memory, &person, "Mi hermana vive en Málaga.", 1);
    let asked = memory.ask(&person, "¿Dónde vive mi hermana?", Timestamp(2), 5, None).unwrap();
    assert_eq!(asked.answers.first().map(|answer| answer.text.as_str()), Some("Málaga"));
    assert_eq!(asked.passages.len(), 1);
    let asked = memory.ask(&person, "¿Dónde vive mi sobrina?", Timestamp(2), 5, None).unwrap();
    assert_eq!(asked.answers, []);
    let nobody = PersonId::new("nobody").unwrap();
    let asked = memory.ask(&nobody, "¿Dónde vive mi hermana?", Timestamp(2), 5, None).unwrap();
    assert_eq!((asked.answers, asked.passages), (vec![], vec![]));
}
