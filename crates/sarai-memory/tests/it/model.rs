//! The memory against a plain map, over random work and restarts.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use sarai_core::id::PersonId;
use sarai_memory::{Memory, NewTurn};

use crate::kit::{assert_sound, clock, conversation, stored, turn};

const PEOPLE: [&str; 2] = ["owner", "ana"];
const CONVERSATIONS: [&str; 3] = ["a", "b", "c"];
const WORDS: [&str; 5] = ["perro", "Gato", "ñandú", "sister", "42"];

#[derive(Debug, Clone)]
enum Step {
    Store { person: usize, conversation: usize, words: Vec<usize> },
    Rename { person: usize, conversation: usize, word: usize },
    Delete { person: usize, conversation: usize },
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let at = || (0..PEOPLE.len(), 0..CONVERSATIONS.len());
    prop_oneof![
        6 => (at(), vec(0..WORDS.len(), 1..4)).prop_map(|((person, conversation), words)| {
            Step::Store { person, conversation, words }
        }),
        1 => (at(), 0..WORDS.len()).prop_map(|((person, conversation), word)| {
            Step::Rename { person, conversation, word }
        }),
        1 => at().prop_map(|(person, conversation)| Step::Delete { person, conversation }),
        1 => Just(Step::Restart),
    ]
}

#[derive(Default)]
struct Told {
    title: String,
    turns: Vec<NewTurn>,
}

/// What must be kept, by person and conversation.
type Model = BTreeMap<(usize, usize), Told>;

fn person(number: usize) -> PersonId {
    PersonId::new(PEOPLE[number]).unwrap()
}

fn apply(memory: &Memory, model: &mut Model, step: &Step, asked: i64) {
    match step {
        Step::Store { person: whose, conversation, words } => {
            let said: Vec<&str> = words.iter().map(|word| WORDS[*word]).collect();
            let said = said.join(" ");
            let mut turn =
                turn(&person(*whose), CONVERSATIONS[*conversation], asked, &said, "Vale.");
            turn.history_digest = Some(format!("digest {asked}"));
            memory.store(turn.clone()).unwrap();
            let told = model.entry((*whose, *conversation)).or_default();
            if told.turns.is_empty() {
                told.title = said;
            }
            told.turns.push(turn);
        }
        Step::Rename { person: whose, conversation: named, word } => {
            let (id, title) = (conversation(CONVERSATIONS[*named]), WORDS[*word]);
            let told = model.get_mut(&(*whose, *named));
            let renamed = memory.rename(&person(*whose), &id, title).unwrap();
            assert_eq!(renamed, told.is_some());
            if let Some(told) = told {
                title.clone_into(&mut told.title);
            }
        }
        Step::Delete { person: whose, conversation: named } => {
            let deleted = memory.delete(&person(*whose), &conversation(CONVERSATIONS[*named]));
            assert_eq!(deleted.unwrap(), model.remove(&(*whose, *named)).is_some());
        }
        Step::Restart => {}
    }
}

fn compare(memory: &Memory, model: &Model) {
    for whose in 0..PEOPLE.len() {
        let mut told: Vec<(&str, &Told)> = model
            .iter()
            .filter(|((person, _), _)| *person == whose)
            .map(|((_, conversation), told)| (CONVERSATIONS[*conversation], told))
            .collect();
        told.sort_by_key(|(_, told)| std::cmp::Reverse(told.turns.last().map(|turn| turn.asked)));
        let whose = person(whose);
        let listed = memory.conversations(&whose, 10).unwrap();
        let listed: Vec<_> =
            listed.iter().map(|one| (one.id.as_str(), one.title.as_str(), one.turns)).collect();
        let expected: Vec<_> = told
            .iter()
            .map(|(id, told)| (*id, told.title.as_str(), u32::try_from(told.turns.len()).unwrap()))
            .collect();
        assert_eq!(listed, expected);
        for (id, told) in &told {
            let all: Vec<_> = told.turns.iter().map(stored).collect();
            let id = conversation(id);
            assert_eq!(memory.history(&whose, &id, 100).unwrap().as_ref(), Some(&all));
            let last = all[all.len().saturating_sub(2)..].to_vec();
            assert_eq!(memory.history(&whose, &id, 2).unwrap(), Some(last));
            for turn in &told.turns {
                let digest = turn.history_digest.as_deref().unwrap();
                let found = memory.conversation_with_history(&whose, digest).unwrap();
                assert_eq!(found.as_ref(), Some(&id));
            }
        }
        for word in WORDS {
            let found = memory.search(&whose, word, 10).unwrap();
            let found: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
            let holds = |text: &str| text.split(' ').any(|said| said == word);
            let expected: Vec<&str> = told
                .iter()
                .filter(|(_, told)| {
                    holds(&told.title)
                        || told.turns.iter().any(|turn| holds(turn.question.as_str()))
                })
                .map(|(id, _)| *id)
                .collect();
            assert_eq!(found, expected, "{word}");
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: Config::default().cases / 10, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_memory_keeps_what_a_map_would(steps in vec(step(), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let mut memory = Memory::open(&path, clock()).unwrap();
        for name in PEOPLE {
            memory.add_person(&PersonId::new(name).unwrap(), name).unwrap();
        }
        let mut model = Model::new();
        for (asked, step) in (1..).zip(&steps) {
            if matches!(step, Step::Restart) {
                drop(memory);
                memory = Memory::open(&path, clock()).unwrap();
            }
            apply(&memory, &mut model, step, asked);
        }
        compare(&memory, &model);
        drop(memory);
        assert_sound(&path);
        compare(&Memory::open(&path, clock()).unwrap(), &model);
    }
}
