//! `kill -9` of the whole program: what was finished is there afterwards, once.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{SMALL, house_with, variable};
use crate::house::{Serving, wait_until};

/// A small generator, so that a seed repeats a run.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most + 1
    }
}

/// Returns how often each question is kept.
fn kept(serving: &Serving) -> BTreeMap<String, u64> {
    let list = serving.client.get("/api/sarai/conversations?limit=200").json();
    let mut kept = BTreeMap::new();
    for conversation in list["conversations"].as_array().unwrap() {
        let id = conversation["id"].as_str().unwrap();
        let turns = serving.client.get(&format!("/api/sarai/conversations/{id}")).json();
        for turn in turns["turns"].as_array().unwrap() {
            let question = turn["question"].as_str().unwrap().to_owned();
            *kept.entry(question).or_default() += 1;
        }
    }
    kept
}

#[test]
fn a_killed_program_loses_no_finished_turn() {
    let rounds = variable("SARAI_SOAK_ROUNDS").map_or(4, |rounds| rounds.parse().unwrap());
    let seed = variable("SARAI_SOAK_SEED").map_or(7, |seed| seed.parse().unwrap());
    println!("SARAI_SOAK_SEED={seed} SARAI_SOAK_ROUNDS={rounds}");
    let mut dice = Dice(seed | 1);
    // Beyond these the list of conversations has a second page.
    let rounds = std::cmp::min(rounds, 40);
    let house = house_with(SMALL);
    let mut finished = Vec::new();
    let mut cut = Vec::new();
    for round in 0..rounds {
        let serving = house.serve().ready();
        for question in 0..dice.up_to(3) {
            let question = format!("Round {round}, question {question}: hello");
            let (name, data) = serving.client.turn(&question, 4).rest().pop().unwrap();
            assert_eq!(name, "answer", "{data}");
            finished.push(question);
        }
        let question = format!("Round {round}, the last: write a long story");
        let mut story = serving.client.turn(&question, 2000);
        for _ in 0..dice.up_to(12) {
            story.next();
        }
        cut.push(question);
        let engine = serving.engine();
        serving.kill();
        let last: Option<(String, String)> = story.rest().pop();
        assert!(last.is_none_or(|(name, _)| name != "answer"), "it was killed too late");
        let command = format!("/proc/{}/cmdline", engine.as_raw_nonzero());
        wait_until("the engine ends too", || {
            std::fs::read(&command).is_ok_and(|words| words.is_empty())
                || !std::path::Path::new(&command).exists()
        });

        let serving = house.serve();
        let kept = kept(&serving);
        for question in &finished {
            assert_eq!(kept.get(question), Some(&1), "{question}");
        }
        for question in kept.keys() {
            assert!(finished.contains(question) || cut.contains(question), "{question}");
        }
        let health: Value = serving.client.get("/livez").json();
        assert_eq!(health["status"], "ok");
        serving.end();
    }
    println!("{} turns kept over {rounds} kills", finished.len());
}
