//! Every combination of subject, verb and object, the busiest subject apart.

use serde_json::{Value, json};

use super::fill::{Filled, object, subject};
use super::{Bench, BenchError, below, spread, words};
use crate::{FactFilter, Memory};

/// Facts that one query returns at most, newest first.
const LIMIT: usize = 50;

/// A day of the past is asked for less often: what was learned since has to be passed over, all of
/// it for the oldest day.
const THEN_EVERY: u32 = 50;

/// What is asked for, beside the speaker, who is the busiest subject.
const KINDS: [(&str, Parts); 16] = [
    ("S", parts(Who::Anybody, false, false)),
    ("V", parts(Who::Nobody, true, false)),
    ("O", parts(Who::Nobody, false, true)),
    ("S+V", parts(Who::Anybody, true, false)),
    ("S+O", parts(Who::Anybody, false, true)),
    ("V+O", parts(Who::Nobody, true, true)),
    ("S+V+O", parts(Who::Anybody, true, true)),
    ("busiest S", parts(Who::Busiest, false, false)),
    ("busiest S+V", parts(Who::Busiest, true, false)),
    ("busiest S+O", parts(Who::Busiest, false, true)),
    ("busiest S+V+O", parts(Who::Busiest, true, true)),
    ("anything", parts(Who::Nobody, false, false)),
    ("busiest S, history", Parts { time: Time::Ever, ..parts(Who::Busiest, false, false) }),
    ("V, history", Parts { time: Time::Ever, ..parts(Who::Nobody, true, false) }),
    ("S, as of a day", Parts { time: Time::Then, ..parts(Who::Anybody, false, false) }),
    ("busiest S, as of a day", Parts { time: Time::Then, ..parts(Who::Busiest, false, false) }),
];

#[derive(Clone, Copy)]
enum Who {
    Nobody,
    Anybody,
    Busiest,
}

#[derive(Clone, Copy)]
struct Parts {
    who: Who,
    verb: bool,
    object: bool,
    time: Time,
}

/// Which facts count: those believed, all, or those that held on a day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    Now,
    Ever,
    Then,
}

const fn parts(who: Who, verb: bool, object: bool) -> Parts {
    Parts { who, verb, object, time: Time::Now }
}

/// Asks each kind of query many times, kinds in turn, so that none profits from the one before.
pub(super) fn measure(
    bench: &Bench<'_>,
    memory: &Memory,
    filled: &Filled,
) -> Result<Value, BenchError> {
    let mut samples = vec![Vec::new(); KINDS.len()];
    let mut found = vec![0; KINDS.len()];
    for round in 0..bench.size.queries {
        for (kind, (_, parts)) in KINDS.iter().enumerate() {
            if parts.time == Time::Then && round % THEN_EVERY != 0 {
                continue;
            }
            let filter = filter(bench, filled, *parts);
            let (facts, ms) = bench.timed(|| memory.facts(&filled.person, &filter));
            found[kind] += facts?.len();
            samples[kind].push(ms);
        }
    }
    let mut table = Vec::new();
    for ((name, _), (samples, found)) in KINDS.iter().zip(samples.iter().zip(found)) {
        let mut row = spread(name, samples);
        row["limit"] = json!(LIMIT);
        row["facts_found"] = json!(found);
        table.push(row);
    }
    Ok(Value::Array(table))
}

fn filter(bench: &Bench<'_>, filled: &Filled, parts: Parts) -> FactFilter {
    let relation = || {
        let place = usize::try_from(below(bench.random, 60)).unwrap_or(0);
        words::RELATIONS[place % words::RELATIONS.len()].to_owned()
    };
    let day = (parts.time == Time::Then).then(|| format!("197{}-06-15", below(bench.random, 4)));
    FactFilter {
        subject: match parts.who {
            Who::Nobody => None,
            Who::Anybody => Some(subject(1 + bench.skewed(filled.subjects - 1))),
            Who::Busiest => Some(subject(0)),
        },
        verb: parts.verb.then(relation),
        object: parts.object.then(|| object(bench.skewed(filled.objects))),
        history: parts.time == Time::Ever,
        as_of: day.and_then(|day| day.parse().ok()),
        ..FactFilter::all(LIMIT)
    }
}
