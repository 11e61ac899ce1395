//! Forgetting is for good: no word of it stays in the file or its log.

use std::path::{Path, PathBuf};

use sarai_core::clock::Timestamp;
use sarai_core::fact::{FactId, FactSource};
use sarai_core::id::PersonId;
use sarai_core::text::Text;
use sarai_memory::{FactFilter, Forget, Forgotten, Learned, Memory, NewFact, Role, Utterance};

use crate::kit::{assert_sound, conversation, memory_at, turn, turn_id};
use crate::learning::shown;

/// A memory in a file, whose bytes can be searched.
struct House {
    folder: tempfile::TempDir,
    path: PathBuf,
    memory: Memory,
    person: PersonId,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let (memory, person) = memory_at(&path);
    House { folder, path, memory, person }
}

impl House {
    fn say(&self, in_conversation: &str, text: &str, at: i64) -> Learned {
        let said = Utterance {
            conversation: conversation(in_conversation),
            role: Role::User,
            text: Text::user(text),
            at: Timestamp(at),
            masked: Vec::new(),
        };
        self.memory.ingest(&self.person, said).unwrap()
    }

    fn forget(&self, what: Forget) -> Forgotten {
        self.memory.forget(&self.person, what).unwrap()
    }

    fn facts(&self) -> Vec<String> {
        let filter = FactFilter { history: true, ..FactFilter::all(50) };
        shown(&self.memory.facts(&self.person, &filter).unwrap())
    }

    /// Asserts which words are in the files, the log included, folded or not.
    #[track_caller]
    fn check(&self, gone: &[&str], there: &[&str]) {
        let bytes = bytes_of(self.folder.path());
        for word in there {
            assert!(holds(&bytes, word), "{word} is gone");
        }
        for word in gone {
            assert!(!holds(&bytes, word), "{word} is still there");
        }
    }
}

fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for file in folder.read_dir().unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            bytes.extend(std::fs::read(path).unwrap().to_ascii_lowercase());
        }
    }
    bytes
}

fn holds(bytes: &[u8], word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[test]
fn a_fact_goes_with_the_message_that_told_it() {
    let house = house();
    let learned = house.say("casa", "Mi hermana vive en Zamarramala.", 1);
    house.say("otra", "Mi perro se llama Toby.", 2);
    house.check(&[], &["zamarramala", "hermana"]);
    let forgotten = house.forget(Forget::Fact(learned.stored[0].id));
    assert_eq!(shown(&forgotten.facts), ["hermana | vivir_en | Zamarramala"]);
    assert_eq!((forgotten.turns, forgotten.utterances, forgotten.index_entries), (1, 1, 1));
    house.check(&["zamarramala", "zamarra", "hermana", "vivir_en"], &["toby"]);
    assert_eq!(house.facts().len(), 1);
    assert_eq!(house.memory.conversations(&house.person, 9).unwrap().len(), 1, "none is empty");
    assert_eq!(house.forget(Forget::Fact(learned.stored[0].id)), Forgotten::default());
    let House { memory, path, .. } = house;
    drop(memory);
    assert_sound(&path);
}

#[test]
fn only_the_sentence_goes_where_others_rest_on_the_message() {
    let house = house();
    let text = "Mi hermana vive en Zamarramala. Mi perro se llama Toby.";
    let turn = turn(&house.person, "casa", 1, text, "¡Qué bonita es Zamarramala!");
    house.memory.store(turn).unwrap();
    let facts = house.facts();
    assert_eq!(facts.len(), 2, "{facts:?}");
    let filter = FactFilter { object: Some("zamarramala".to_owned()), ..FactFilter::all(9) };
    let forgotten = house.forget(Forget::Matching(filter));
    assert_eq!(shown(&forgotten.facts), ["hermana | vivir_en | Zamarramala"]);
    assert_eq!((forgotten.turns, forgotten.utterances), (0, 2));
    house.check(&["zamarramala", "hermana"], &["toby"]);
    let kept = house.memory.turn(&house.person, &turn_id("turn-1")).unwrap().unwrap();
    assert_eq!(kept.question.as_str().trim(), "Mi perro se llama Toby.");
    assert_eq!(kept.answer.as_str(), "");
    let left = house.memory.facts(&house.person, &FactFilter::all(9)).unwrap();
    let evidence = left[0].evidence.as_ref().unwrap();
    assert!(evidence.text.contains("Mi perro se llama Toby"), "{evidence:?}");
    let title = &house.memory.conversations(&house.person, 9).unwrap()[0].title;
    assert!(title.contains("Toby"), "{title}");
}

#[test]
fn what_was_told_twice_lives_until_both_are_gone() {
    let house = house();
    for (at, name) in [(1, "una"), (2, "otra")] {
        house.say(name, "Mi hermana vive en Zamarramala.", at);
    }
    assert!(house.memory.delete(&house.person, &conversation("una")).unwrap());
    let left = house.memory.facts(&house.person, &FactFilter::all(9)).unwrap();
    assert_eq!((left.len(), left[0].mentions), (1, 1));
    let forgotten = house.forget(Forget::Conversation(conversation("otra")));
    assert_eq!((forgotten.facts.len(), forgotten.turns), (1, 1));
    house.check(&["zamarramala"], &[]);
}

#[test]
fn a_name_goes_when_nothing_kept_says_it() {
    let house = house();
    house.say("casa", "Mi hermana vive en Málaga.", 1);
    let named = house.say("casa", "Mi hermana se llama Zenobia.", 2);
    assert_eq!(house.memory.entities(&house.person, "zenobia", 9).unwrap().len(), 1);
    house.forget(Forget::Turn(named.turn.clone()));
    house.check(&["zenobia"], &["hermana", "malaga"]);
    assert_eq!(house.facts(), ["hermana | vivir_en | Málaga"]);
    assert_eq!(house.forget(Forget::Turn(named.turn)), Forgotten::default());
}

#[test]
fn a_fact_entered_by_hand_outlives_the_messages_that_repeat_it() {
    let house = house();
    let fact = NewFact {
        subject: "hermana".to_owned(),
        relation: "vivir_en".to_owned(),
        object: "Zamarramala".to_owned(),
        negated: false,
        when: None,
        confidence: 1.0,
        source: FactSource::UserInput,
    };
    let stored = house.memory.assert(&house.person, fact).unwrap();
    house.say("casa", "Mi hermana vive en Zamarramala.", 1);
    assert!(house.memory.delete(&house.person, &conversation("casa")).unwrap());
    assert_eq!(house.facts(), ["hermana | vivir_en | Zamarramala"]);
    house.forget(Forget::Fact(stored.fact.id));
    house.check(&["zamarramala"], &[]);
}

#[test]
fn everything_of_one_person_goes_and_nothing_of_another() {
    let house = house();
    house.say("casa", "Mi hermana vive en Zamarramala.", 1);
    house.say("casa", "Mi hermana ahora vive en Peñaranda.", 2);
    let ana = PersonId::new("ana").unwrap();
    house.memory.add_person(&ana, "Ana").unwrap();
    let said = Utterance {
        conversation: conversation("casa"),
        role: Role::User,
        text: Text::user("Mi perro se llama Toby."),
        at: Timestamp(3),
        masked: Vec::new(),
    };
    house.memory.ingest(&ana, said).unwrap();
    let hers = house.memory.facts(&ana, &FactFilter::all(9)).unwrap();
    assert_eq!(house.forget(Forget::Fact(hers[0].id)), Forgotten::default(), "not one's own");
    let forgotten = house.forget(Forget::Everything);
    assert_eq!((forgotten.facts.len(), forgotten.turns, forgotten.utterances), (2, 2, 2));
    house.check(&["zamarramala", "peñaranda", "penaranda", "hermana"], &["toby"]);
    assert_eq!(house.facts(), [""; 0]);
    assert_eq!(house.memory.facts(&ana, &FactFilter::all(9)).unwrap(), hers);
    let nobody = PersonId::new("nobody").unwrap();
    assert_eq!(house.memory.forget(&nobody, Forget::Everything).unwrap(), Forgotten::default());
    assert_eq!(house.forget(Forget::Fact(FactId(99))), Forgotten::default());
}

#[test]
fn other_programs_read_current_facts_in_a_view() {
    let house = house();
    house.say("casa", "Mi hermana vive en Málaga.", 1);
    house.say("casa", "Mi hermana ahora vive en Lugo.", 2);
    let connection = rusqlite::Connection::open(&house.path).unwrap();
    let mut statement = connection.prepare("SELECT * FROM entity_memory").unwrap();
    assert_eq!(
        statement.column_names(),
        ["id", "subject", "verb", "object", "timestamp", "confidence", "source"]
    );
    let rows: Vec<(String, String, String, i64, String)> = statement
        .query_map([], |row| Ok((row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(6)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let shown = ["hermana", "vivir_en", "Lugo", "user_input"].map(str::to_owned);
    let [subject, verb, object, source] = shown;
    assert_eq!(rows, [(subject, verb, object, 2, source)]);
}
