//! What the tests share: turns to store, and a memory to store them in.

use std::path::Path;
use std::sync::Arc;

use sarai_core::clock::Timestamp;
use sarai_core::conversation::StoredTurn;
use sarai_core::engine::Usage;
use sarai_core::id::{ConversationId, ModelName, PersonId, TurnId};
use sarai_core::text::Text;
use sarai_core::trace::{Stage, StageTrace, TurnTrace};
use sarai_memory::{Memory, NewTurn};
use sarai_testkit::SimulatedClock;

pub(crate) fn clock() -> Arc<SimulatedClock> {
    Arc::new(SimulatedClock::default())
}

pub(crate) fn memory() -> (Memory, PersonId) {
    let memory = Memory::in_memory(clock()).unwrap();
    let person = memory.first_person().unwrap();
    (memory, person)
}

pub(crate) fn memory_at(path: &Path) -> (Memory, PersonId) {
    let memory = Memory::open(path, clock()).unwrap();
    let person = memory.first_person().unwrap();
    (memory, person)
}

pub(crate) fn conversation(id: &str) -> ConversationId {
    ConversationId::new(id).unwrap()
}

pub(crate) fn turn_id(id: &str) -> TurnId {
    TurnId::new(id).unwrap()
}

/// A turn asked `asked` milliseconds after the epoch, with that number in its id.
pub(crate) fn turn(
    person: &PersonId,
    in_conversation: &str,
    asked: i64,
    question: &str,
    answer: &str,
) -> NewTurn {
    NewTurn {
        id: turn_id(&format!("turn-{asked}")),
        person: person.clone(),
        conversation: conversation(in_conversation),
        asked: Timestamp(asked),
        question: Text::user(question),
        answer: Text::model(answer),
        stopped: asked % 2 == 1,
        model: ModelName::new("scripted").unwrap(),
        trace: trace(asked),
        history_digest: None,
    }
}

/// What [`Memory::history`] must return for `turn`.
pub(crate) fn stored(turn: &NewTurn) -> StoredTurn {
    StoredTurn {
        id: turn.id.clone(),
        conversation: turn.conversation.clone(),
        asked: turn.asked,
        question: turn.question.clone(),
        answer: turn.answer.clone(),
        stopped: turn.stopped,
        model: turn.model.clone(),
        trace: turn.trace.clone(),
    }
}

fn trace(seed: i64) -> TurnTrace {
    TurnTrace {
        stages: vec![StageTrace {
            stage: Stage::Generate,
            ms: 12.5,
            used: vec![format!("seed {seed}")],
        }],
        degraded: Vec::new(),
        usage: Usage { prompt_tokens: 10, cached_tokens: 4, completion_tokens: 7 },
        model: ModelName::new("scripted").unwrap(),
        messages_dropped: 0,
        queued_ms: 0.25,
        prefill_ms: 3.5,
        decode_ms: 8.75,
    }
}

/// Asserts that SQLite finds nothing wrong with the file, its full-text index included.
pub(crate) fn assert_sound(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let verdict: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    for index in ["utterance_index", "title_index"] {
        let check = format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)");
        connection.execute_batch(&check).unwrap();
    }
    let lost: i64 = connection
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(lost, 0);
}
