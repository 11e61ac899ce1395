//! Fills an empty memory with facts, in one transaction.

use rusqlite::{Transaction, params};
use sarai_core::fact::SPEAKER;
use sarai_core::id::PersonId;
use sarai_core::random::Random;
use sarai_facts::fold::fold;

use super::{BenchError, below, skewed, words};
use crate::Memory;
use crate::error::Operation;
use crate::facts::entities;
use crate::handle::Fault;

/// What a filled memory holds, to ask for.
pub(super) struct Filled {
    pub(super) person: PersonId,
    pub(super) subjects: u32,
    pub(super) objects: u32,
}

/// Facts that one message tells here. In life it is one or two; the rows to read are as many.
const FACTS_A_MESSAGE: u32 = 50;

/// Milliseconds between two facts: a million in some three years.
const STEP_MS: i64 = 100_000;

/// Returns the name of a subject; the first one is the speaker.
pub(super) fn subject(number: u32) -> String {
    if number == 0 { SPEAKER.to_owned() } else { words::person(number) }
}

/// Returns the name of an object.
pub(super) fn object(number: u32) -> String {
    format!("{} {}", words::word(number), words::word(number % 97))
}

/// Fills `memory` with `facts` facts: one in five about the speaker, one in ten superseded, names
/// as unevenly used as in life, each told by a message.
pub(super) fn fill(memory: &Memory, random: &dyn Random, facts: u32) -> Result<Filled, BenchError> {
    let person = memory.first_person()?;
    let filled = Filled {
        person: person.clone(),
        subjects: (facts / 20).max(10),
        objects: (facts / 20).max(10),
    };
    // Chosen here: randomness is lent, the writing thread is another's.
    let chosen: Vec<Chosen> = (0..facts)
        .map(|_| Chosen {
            subject: match below(random, 5) {
                0 => 0,
                _ => 1 + skewed(random, filled.subjects - 1),
            },
            relation: skewed(random, count_of_relations()),
            object: skewed(random, filled.objects),
            superseded: below(random, 10) == 0,
        })
        .collect();
    let (subjects, objects) = (filled.subjects, filled.objects);
    memory.write(Operation::Store, move |transaction| {
        let person = crate::people::needed(transaction, &person)?;
        let indexes = without_indexes(transaction)?;
        let subjects = names(transaction, person, subjects, false, subject)?;
        let objects = names(transaction, person, objects, true, object)?;
        let relations = words::RELATIONS
            .iter()
            .map(|name| entities::relation(transaction, person, name))
            .collect::<Result<Vec<_>, _>>()?;
        let utterances = messages(transaction, person, facts.div_ceil(FACTS_A_MESSAGE))?;
        let of = |ids: &[i64], number: u32| ids[usize::try_from(number).unwrap_or(0) % ids.len()];
        let mut insert = transaction.prepare(INSERT)?;
        let mut mention = transaction.prepare(MENTION)?;
        for (number, fact) in (0_u32..).zip(&chosen) {
            let at = i64::from(number) * STEP_MS;
            let expired = fact.superseded.then_some(at + STEP_MS);
            let (subject, relation) = (of(&subjects, fact.subject), of(&relations, fact.relation));
            let object = of(&objects, fact.object);
            let id = insert.insert(params![person, subject, relation, object, at, expired])?;
            let (utterance, length) = utterances
                [usize::try_from(number / FACTS_A_MESSAGE).unwrap_or(0) % utterances.len()];
            mention.execute(params![id, utterance, person, length])?;
        }
        for index in indexes {
            transaction.execute_batch(&index)?;
        }
        Ok(())
    })?;
    Ok(filled)
}

struct Chosen {
    subject: u32,
    relation: u32,
    object: u32,
    superseded: bool,
}

fn count_of_relations() -> u32 {
    u32::try_from(words::RELATIONS.len()).unwrap_or(1)
}

const INSERT: &str = "
    INSERT INTO fact (person, subject, relation, object, negated, status, learned_ms, expired_ms,
        believed, confidence, mentions, source, extractor, by_hand)
    VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6, ?6 IS NULL, 0.9, 1, 0, 0, 0)";

const MENTION: &str = "
    INSERT INTO fact_mention (fact, utterance, person, span_start, span_end, subject_start,
        subject_end, object_start, object_end)
    VALUES (?1, ?2, ?3, 0, ?4, NULL, NULL, 0, ?4)";

/// Takes the indexes of the facts away, which are quicker made at once, and returns how to make
/// them.
fn without_indexes(transaction: &Transaction<'_>) -> Result<Vec<String>, Fault> {
    let indexes: Vec<(String, String)> = transaction
        .prepare(
            "SELECT name, sql FROM sqlite_schema
             WHERE type = 'index' AND tbl_name IN ('fact', 'fact_mention') AND sql IS NOT NULL",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (name, _) in &indexes {
        transaction.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

/// Makes `count` entities or values, quicker than one by one as they are told.
fn names(
    transaction: &Transaction<'_>,
    person: i64,
    count: u32,
    is_value: bool,
    name: fn(u32) -> String,
) -> Result<Vec<i64>, Fault> {
    let mut entity = transaction.prepare(
        "INSERT INTO entity (person, name, shown, is_value, kind) VALUES (?1, ?2, ?2, ?3, 'thing')",
    )?;
    let mut alias = transaction.prepare(
        "INSERT INTO alias (person, folded, entity, name, place) VALUES (?1, ?2, ?3, ?4, 0)",
    )?;
    let mut word = transaction.prepare(
        "INSERT INTO entity_word (person, word, entity) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    let mut ids = Vec::new();
    for number in 0..count {
        let name = name(number);
        let id = entity.insert(params![person, name, is_value])?;
        alias.execute(params![person, fold(&name), id, name])?;
        for part in entities::words_of(&name) {
            word.execute(params![person, part, id])?;
        }
        ids.push(id);
    }
    Ok(ids)
}

/// Makes `count` messages in as many turns. Returns the key and the length of each.
fn messages(
    transaction: &Transaction<'_>,
    person: i64,
    count: u32,
) -> Result<Vec<(i64, usize)>, Fault> {
    let conversation: i64 = transaction.query_row(
        "INSERT INTO conversation (person, id, title, created_ms, updated_ms)
         VALUES (?1, 'filled', 'filled', 0, 0) RETURNING key",
        [person],
        |row| row.get(0),
    )?;
    let mut turn = transaction.prepare(
        "INSERT INTO turn (person, conversation, id, asked_ms, stopped, model, trace)
         VALUES (?1, ?2, ?3, ?4, 0, 'bench', '{}')",
    )?;
    let mut utterance = transaction.prepare(
        "INSERT INTO utterance (person, turn, position, role, origin, text, stems)
         VALUES (?1, ?2, 0, 'user', 'user', ?3, ?4)",
    )?;
    let mut ids = Vec::new();
    for number in 0..count {
        let at = i64::from(number) * STEP_MS * i64::from(FACTS_A_MESSAGE);
        let turn = turn.insert(params![person, conversation, format!("filled-{number}"), at])?;
        let text = words::said(number, number / 3, number / 7);
        let id = utterance.insert(params![person, turn, text, crate::words::stems(&text)])?;
        ids.push((id, text.len()));
    }
    Ok(ids)
}
