//! How long things take at 100,000 turns. Printed; the machine decides.

mod meaning;

use std::fmt::Write;
use std::time::Duration;

use sarai_core::random::Random;
use sarai_core::text::{Origin, Text};
use sarai_testkit::SeededRandom;

use crate::kit::{memory, memory_at, turn};
use crate::recall::{CHATTER, PAIRS};

const TURNS: i64 = 100_000;

/// Common words come often, as in a language: half of all words are of the first few.
fn words(random: &SeededRandom, vocabulary: &[&str], count: usize) -> String {
    let mut text = String::new();
    for _ in 0..count {
        let bits = random.bits();
        let depth = u32::try_from(bits % 8).unwrap();
        let place = usize::try_from((bits >> 8) % 100_000).unwrap() >> depth;
        match vocabulary.get(place % (vocabulary.len() * 4)) {
            Some(word) => write!(text, "{word} ").unwrap(),
            None => write!(text, "nombre{place} ").unwrap(),
        }
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "what is measured is the time of this machine")]
fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    (work(), start.elapsed())
}

#[expect(clippy::print_stdout, reason = "the figures are what this is for")]
fn print(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("{what}: p50 {:?}, p95 {:?}, max {:?} of {}", at(50), at(95), at(100), times.len());
}

#[test]
fn times_at_a_hundred_thousand_turns() {
    // 100,000 syncs would take minutes and are not what is measured: the many turns stay in memory,
    // a few go to a disk.
    let (memory, person) = memory();
    let random = SeededRandom::new(1);
    let vocabulary: Vec<&str> = CHATTER.split_whitespace().collect();
    let mut statements = PAIRS.lines().map(|line| line.split('\t').nth(1).unwrap());
    for asked in 0..TURNS {
        let statement = (asked % 1_000 == 0).then(|| statements.next()).flatten();
        let question = statement.map_or_else(|| words(&random, &vocabulary, 12), str::to_owned);
        let answer = words(&random, &vocabulary, 40);
        let mut new = turn(&person, &format!("c{}", asked / 10), asked, &question, &answer);
        // Searched like any other, and not learned from: reading 100,000 turns in a build for
        // development takes ten minutes, and is not what is measured.
        new.question = Text::new(Origin::Client, question);
        memory.store(new).unwrap();
    }
    let (mut recalls, mut searches, mut found) = (Vec::new(), Vec::new(), 0);
    for line in PAIRS.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let (recalled, spent) = time(|| memory.recall(&person, parts[2], None, 4).unwrap());
        found += usize::from(recalled.iter().any(|turn| turn.question.as_str() == parts[1]));
        recalls.push(spent);
        searches.push(time(|| memory.search(&person, parts[2], 50).unwrap()).1);
    }
    let lists = (0..20).map(|_| time(|| memory.conversations(&person, 50).unwrap()).1).collect();
    let letters = ["a", "e", "de", "qu", "what is"];
    let typed = letters.map(|query| time(|| memory.search(&person, query, 50).unwrap()).1);
    print("recall", recalls);
    print("search by a whole question", searches);
    print("search by a letter or two", typed.to_vec());
    print("list of 50 conversations", lists);
    assert!(found >= 75, "hit@4 among {TURNS} turns: {found} of {}", PAIRS.lines().count());
}

#[test]
fn times_of_storing_synced_to_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (memory, person) = memory_at(&folder.path().join("memory.db"));
    let vocabulary: Vec<&str> = CHATTER.split_whitespace().collect();
    let random = SeededRandom::new(2);
    let stores = (0..300).map(|asked| {
        let (question, answer) = (words(&random, &vocabulary, 12), words(&random, &vocabulary, 40));
        let new = turn(&person, &format!("c{}", asked / 10), asked, &question, &answer);
        time(|| memory.store(new).unwrap()).1
    });
    print("store", stores.collect());
    let turns: u32 = memory.conversations(&person, 99).unwrap().iter().map(|one| one.turns).sum();
    assert_eq!(turns, 300);
}
