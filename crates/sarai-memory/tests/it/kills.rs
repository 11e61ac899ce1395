//! `kill -9` at any moment: every confirmed turn and every fact it told is there afterwards, once and
//! whole.
//!
//! The child is this test binary again, running [`a_child_confirms_what_it_did`] with a folder in
//! its environment. `SARAI_SOAK_ROUNDS` asks for more rounds, `SARAI_SOAK_SEED` for others.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use sarai_core::id::PersonId;
use sarai_core::random::Random;
use sarai_memory::{FactFilter, Forget, Memory};
use sarai_testkit::{SeededRandom, SimulatedClock};

use crate::kit::{assert_sound, conversation, fact, memory_at, stored, turn};

const CHILD_PATH: &str = "SARAI_MEMORY_CHILD_PATH";
const CHILD_START: &str = "SARAI_MEMORY_CHILD_START";
const ROUNDS: u64 = 50;
const TURNS_A_CONVERSATION: i64 = 4;

#[expect(
    clippy::disallowed_methods,
    reason = "how a soak run, and a test its child, is told what to do"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[expect(clippy::disallowed_methods, reason = "the one place where this test starts a process")]
fn spawn(path: &Path, start: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kills::a_child_confirms_what_it_did", "--nocapture"])
        .env(CHILD_PATH, path)
        .env(CHILD_START, start.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn name(number: i64) -> String {
    format!("c{}", number / TURNS_A_CONVERSATION)
}

/// What a turn says: every other one tells where the sister lives now.
fn said(number: i64) -> String {
    if tells(number) {
        return format!("Mi hermana ahora vive en {}.", place(number));
    }
    format!("Cuéntame algo, {}", "palabra ".repeat(usize::try_from(number % 90).unwrap()))
}

fn tells(number: i64) -> bool {
    number % 2 == 0
}

/// A name of its own for each turn.
fn place(number: i64) -> String {
    let digits = number.to_string();
    let letters = digits.bytes().map(|digit| char::from(digit - b'0' + b'a'));
    format!("Villa{}", letters.collect::<String>())
}

fn matching(subject: &str) -> FactFilter {
    FactFilter { subject: Some(subject.to_owned()), history: true, ..FactFilter::all(9) }
}

/// Keeps turns and facts, and now and then forgets, empties, archives and backs up; says on
/// `confirm` what is done. A day passes with each number.
fn work(
    memory: &Memory,
    clock: &SimulatedClock,
    numbers: impl Iterator<Item = i64>,
    mut confirm: impl FnMut(&str, i64),
) {
    let person = memory.first_person().unwrap();
    for number in numbers {
        clock.advance(Duration::from_hours(24));
        memory.store(turn(&person, &name(number), number, &said(number), "Vale.")).unwrap();
        confirm("stored", number);
        memory.assert(&person, fact(&format!("s{number}"), "vivir_en", "Soria")).unwrap();
        confirm("learned", number);
        memory.assert(&person, fact(&format!("e{number}"), "comprar", "pan")).unwrap();
        confirm("happened", number);
        // The first turn of a conversation deletes every third one before it.
        if number % (3 * TURNS_A_CONVERSATION) == 0 && number > 0 {
            confirm("deleting", number - 1);
            memory.delete(&person, &conversation(&name(number - 1))).unwrap();
            confirm("deleted", number - 1);
        }
        if number % 5 == 4 {
            confirm("forgetting", number - 2);
            memory
                .forget(&person, Forget::Matching(matching(&format!("s{}", number - 2))))
                .unwrap();
            confirm("forgot", number - 2);
        }
        match number % 8 {
            2 => drop(memory.rotate(None, 2).unwrap()),
            4 => drop(memory.vacuum().unwrap()),
            6 => drop(memory.daily_backup().unwrap()),
            _ => {}
        }
    }
}

#[test]
fn a_child_confirms_what_it_did() {
    let Some(path) = environment(CHILD_PATH) else {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let (memory, clock) = open(&path);
        let mut confirmed = Confirmed::default();
        work(&memory, &clock, 0..30, |done, number| confirmed.take(done, number));
        assert_eq!((confirmed.stored.len(), confirmed.deleted.len()), (30, 2));
        assert_eq!((confirmed.learned.len(), confirmed.forgot.len()), (30, 6));
        confirmed.check(&memory);
        assert!(!archived(&path).is_empty());
        return;
    };
    let start: i64 = environment(CHILD_START).unwrap().parse().unwrap();
    let (memory, clock) = open(&PathBuf::from(path));
    work(&memory, &clock, start.., |done, number| {
        writeln!(stdout(), "\nconfirmed {done} {number}").unwrap();
    });
}

fn open(path: &Path) -> (Memory, Arc<SimulatedClock>) {
    let clock = Arc::new(SimulatedClock::default());
    (Memory::open(path, Arc::clone(&clock) as _).unwrap(), clock)
}

/// Returns the numbers of the archived events; each must be there once.
fn archived(path: &Path) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    let Ok(entries) = std::fs::read_dir(path.with_file_name("archive")) else { return found };
    for entry in entries {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|ending| ending != "jsonl") {
            continue;
        }
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let subject = line["fact"]["subject"]["name"].as_str().unwrap();
            assert!(found.insert(subject[1..].parse().unwrap()), "{subject} is archived twice");
        }
    }
    found
}

/// What the child said it did.
#[derive(Default)]
struct Confirmed {
    stored: BTreeSet<i64>,
    learned: BTreeSet<i64>,
    /// Events, which may be archived.
    happened: BTreeSet<i64>,
    /// Facts whose forgetting began: there or not.
    forgetting: BTreeSet<i64>,
    forgot: BTreeSet<i64>,
    /// Conversations whose deletion began: there or not.
    deleting: BTreeSet<String>,
    deleted: BTreeSet<String>,
}

impl Confirmed {
    fn take(&mut self, done: &str, number: i64) {
        match done {
            "stored" => assert!(self.stored.insert(number)),
            "learned" => drop(self.learned.insert(number)),
            "happened" => drop(self.happened.insert(number)),
            "forgetting" => drop(self.forgetting.insert(number)),
            "forgot" => drop(self.forgot.insert(number)),
            "deleting" => assert!(self.deleting.insert(name(number))),
            "deleted" => assert!(self.deleted.insert(name(number))),
            other => unreachable!("the child said {other:?}"),
        }
    }

    /// Compares with what is there. Returns the number after the last one stored.
    fn check(&self, memory: &Memory) -> i64 {
        let person = memory.first_person().unwrap();
        let mut kept: BTreeMap<i64, usize> = BTreeMap::new();
        for summary in memory.conversations(&person, usize::MAX).unwrap() {
            let history = memory.history(&person, &summary.id, usize::MAX).unwrap().unwrap();
            for found in history {
                let number = found.asked.0;
                *kept.entry(number).or_default() += 1;
                let expected = turn(&person, &name(number), number, &said(number), "Vale.");
                assert_eq!(found, stored(&expected), "whole");
            }
        }
        assert!(kept.values().all(|times| *times == 1), "none doubled");
        check_told(memory, &person, kept.keys().copied());
        for number in &self.stored {
            let gone = self.deleting.contains(&name(*number));
            assert!(gone || kept.contains_key(number), "turn {number} is lost");
        }
        for number in kept.keys() {
            assert!(!self.deleted.contains(&name(*number)), "turn {number} came back");
        }
        let last = kept.keys().chain(&self.stored).max().copied();
        let unconfirmed = kept.keys().filter(|number| !self.stored.contains(number)).count();
        // A kill leaves at most one turn kept but not confirmed.
        assert!(unconfirmed <= 1, "{unconfirmed} were never confirmed");
        self.check_facts(memory, &person);
        last.map_or(0, |last| last + 1)
    }

    fn check_facts(&self, memory: &Memory, person: &PersonId) {
        let all = FactFilter { history: true, ..FactFilter::all(usize::MAX) };
        let mut there = BTreeSet::new();
        let facts = memory.facts(person, &all).unwrap();
        for fact in facts.iter().filter(|fact| fact.subject != "hermana") {
            assert!(there.insert(fact.subject.clone()), "{} is there twice", fact.subject);
            assert_eq!(fact.mentions, 1, "{} was told once", fact.subject);
        }
        for number in &self.learned {
            let gone = self.forgetting.contains(number);
            assert!(gone || there.contains(&format!("s{number}")), "fact {number} is lost");
        }
        for number in &self.forgot {
            assert!(!there.contains(&format!("s{number}")), "fact {number} came back");
        }
        // An export has what is archived, too.
        let mut lines = Vec::new();
        memory.export(person, &mut lines).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        for number in &self.happened {
            assert!(lines.contains(&format!("\"e{number}\"")), "event {number} is lost");
        }
    }

    /// Takes over the turn that was kept but not confirmed before the kill.
    fn settle(&mut self, memory: &Memory, next: i64) {
        let person = memory.first_person().unwrap();
        let id = crate::kit::turn_id(&format!("turn-{}", next - 1));
        if next > 0 && memory.turn(&person, &id).unwrap().is_some() {
            self.stored.insert(next - 1);
        }
    }
}

/// Every kept turn has the fact it told, once; no fact is left without its turn, and of all the
/// places the sister moved to she lives in one at most.
fn check_told(memory: &Memory, person: &PersonId, kept: impl Iterator<Item = i64>) {
    let filter = FactFilter { history: true, ..FactFilter::all(usize::MAX) };
    let mut facts = memory.facts(person, &filter).unwrap();
    facts.retain(|fact| fact.subject == "hermana");
    let mut told: Vec<(String, String)> = facts
        .iter()
        .map(|fact| (fact.evidence.as_ref().unwrap().turn.to_string(), fact.object.clone()))
        .collect();
    told.sort();
    let mut expected: Vec<(String, String)> = kept
        .filter(|number| tells(*number))
        .map(|number| (format!("turn-{number}"), place(number)))
        .collect();
    expected.sort();
    assert_eq!(told, expected);
    let believed = facts.iter().filter(|fact| fact.expired.is_none()).count();
    assert!(believed <= 1, "{believed} are believed");
}

/// Lets a child work on `path` and kills it after `lines` confirmations and a little more.
fn round(path: &Path, start: i64, lines: usize, spins: u32, confirmed: &mut Confirmed) {
    let mut child = spawn(path, start);
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut read = |confirmed: &mut Confirmed| {
        let mut line = String::new();
        while output.read_line(&mut line).unwrap() > 0 {
            let whole = line.strip_suffix('\n').and_then(|line| line.strip_prefix("confirmed "));
            if let Some((done, number)) = whole.and_then(|line| line.split_once(' ')) {
                confirmed.take(done, number.parse().unwrap());
                return true;
            }
            line.clear();
        }
        false
    };
    for _ in 0..lines {
        assert!(read(confirmed), "the child ended by itself");
    }
    for _ in 0..spins {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    // What it said before the kill counts, too.
    while read(confirmed) {}
    child.wait().unwrap();
}

#[test]
fn a_kill_loses_and_doubles_nothing_confirmed() {
    let rounds = environment("SARAI_SOAK_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let seed = environment("SARAI_SOAK_SEED").map_or(1, |seed| seed.parse().unwrap());
    println!("seed {seed}, {rounds} rounds");
    let random = SeededRandom::new(seed);
    let below = |bound: u64| u64::try_from(random.bits() % u128::from(bound)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut confirmed = Confirmed::default();
    let mut path = PathBuf::new();
    let mut next = 0;
    for number in 0..rounds {
        if number % 15 == 0 {
            // A new file, so that its making is killed as well.
            path = folder.path().join(format!("{number}/memory.db"));
            (confirmed, next) = (Confirmed::default(), 0);
        }
        let lines = usize::try_from(below(25)).unwrap();
        let spins = u32::try_from(below(200_000)).unwrap();
        println!("round {number}: kill after {lines} confirmations and {spins} spins");
        round(&path, next, lines, spins, &mut confirmed);
        let (memory, _) = memory_at(&path);
        next = confirmed.check(&memory);
        confirmed.settle(&memory, next);
        assert!(memory.check().unwrap().is_sound());
        drop(memory);
        assert_sound(&path);
        if number % 10 == 7 {
            // All of it is in the journal alone, too.
            std::fs::remove_file(&path).unwrap();
            let (memory, _) = memory_at(&path);
            assert!(memory.recovered().unwrap().complete);
            confirmed.check(&memory);
        }
    }
}
