//! What the tests share: turns to store, and a memory to store them in.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sarai_core::clock::Timestamp;
use sarai_core::conversation::StoredTurn;
use sarai_core::engine::Usage;
use sarai_core::fact::FactSource;
use sarai_core::id::{ConversationId, ModelName, PersonId, TurnId};
use sarai_core::text::Text;
use sarai_core::trace::{Stage, StageTrace, TurnTrace};
use sarai_core::vector::Embed;
use sarai_memory::{
    FactEdit, FactFilter, Forget, Memory, NewFact, NewTurn, Role, Understanding, Utterance,
};
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
        drafted: None,
        forced: 0,
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

/// A closed memory in a folder of its own.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
    pub(crate) journal: PathBuf,
}

pub(crate) fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let journal = folder.path().join("memory.journal.jsonl");
    Place { folder, path, journal }
}

/// Returns every row of every table that holds something told, as JSON.
pub(crate) fn contents(path: &Path) -> BTreeMap<String, Vec<String>> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let tables = list(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND strict = 1 AND name <> 'journal'",
    );
    let rows = |table: String| {
        let columns = list(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let columns = columns.join("\", \"");
        let rows = list(&format!("SELECT json_array(\"{columns}\") FROM \"{table}\" ORDER BY 1"));
        (table, rows)
    };
    tables.into_iter().map(rows).collect()
}

/// Asserts that `word` is in no file of the folder, whatever its case.
pub(crate) fn assert_nowhere(folder: &Path, word: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_nowhere(&path, word);
            continue;
        }
        let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
        let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
        assert!(!found, "`{word}` is still in {}", path.display());
    }
}

pub(crate) fn fact(subject: &str, relation: &str, object: &str) -> NewFact {
    NewFact {
        subject: subject.to_owned(),
        relation: relation.to_owned(),
        object: object.to_owned(),
        negated: false,
        when: None,
        confidence: 0.9,
        source: FactSource::UserInput,
    }
}

/// Something of every kind: turns, facts told and entered, edits, names, deletions.
pub(crate) fn live(memory: &Memory, person: &PersonId) {
    for asked in 1..=40 {
        let said = format!("Dato número {asked} \"citado\"\n con ñ y {}", "palabras ".repeat(3));
        memory.store(turn(person, &format!("c{}", asked % 5), asked, &said, "Vale.")).unwrap();
    }
    memory.delete(person, &conversation("c3")).unwrap();
    memory.rename(person, &conversation("c1"), "Un título").unwrap();
    memory.add_person(&PersonId::new("ana").unwrap(), "Ana").unwrap();
    for number in 0..20 {
        let name = format!("persona {number}");
        memory.assert(person, fact(&name, "vivir_en", &format!("Ciudad {number}"))).unwrap();
        memory.assert(person, fact("yo", "conocer_a", &name)).unwrap();
    }
    let facts = memory.facts(person, &FactFilter::all(9)).unwrap();
    let edit = FactEdit { object: Some("otra cosa".to_owned()), ..FactEdit::default() };
    memory.edit_fact(person, facts[0].id, edit.clone()).unwrap().unwrap();
    memory.edit_fact(person, facts[1].id, edit).unwrap().unwrap();
    memory.undo(person).unwrap().unwrap();
    memory.forget(person, Forget::Fact(facts[2].id)).unwrap();
    let said = Utterance {
        conversation: conversation("fuera"),
        role: Role::User,
        text: Text::user("Mi hermana vive en Sevilla."),
        at: Timestamp(99),
        masked: Vec::new(),
    };
    memory.ingest(person, said).unwrap();
}

/// Words that mean the same, a group a line.
const CONCEPTS: [&[&str]; 6] = [
    &["perro", "chucho", "can", "dog"],
    &["hermana", "tata", "sister"],
    &["vive", "reside", "habita", "lives"],
    &["coche", "auto", "carro", "car"],
    &["médico", "galeno", "doctor"],
    &["playa", "costa", "beach"],
];

/// An embedding model that knows a few concepts and nothing else.
pub(crate) struct Concepts {
    pub(crate) name: &'static str,
    pub(crate) dimensions: usize,
    /// A text with this word gives no vector.
    pub(crate) refused: &'static str,
}

impl Concepts {
    pub(crate) fn model(name: &'static str) -> Arc<dyn Embed> {
        Arc::new(Concepts { name, dimensions: 64, refused: "imposible" })
    }

    fn vector(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        let mut vector = vec![0.01; self.dimensions];
        for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
            if word == self.refused {
                return Err(format!("`{word}` has no vector").into());
            }
            match CONCEPTS.iter().position(|group| group.contains(&word)) {
                Some(concept) => vector[concept] += 3.0,
                None if word.is_empty() => {}
                None => {
                    let digest = word.bytes().fold(7_usize, |sum, byte| {
                        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
                    });
                    vector[CONCEPTS.len() + digest % (self.dimensions - CONCEPTS.len())] += 0.7;
                }
            }
        }
        let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
        Ok(vector.into_iter().map(|number| number / length).collect())
    }
}

impl Embed for Concepts {
    fn model(&self) -> &str {
        self.name
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn passage(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        self.vector(text)
    }

    fn query(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        self.vector(text)
    }
}

/// Makes every handle to this memory search with a model from now on.
pub(crate) fn embed_with(memory: &Memory, embed: Option<Arc<dyn Embed>>) {
    let understanding = memory.understanding();
    memory.set_understanding(Understanding { embed, ..(*understanding).clone() });
}
