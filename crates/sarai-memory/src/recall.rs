//! Recall: earlier turns that fit a question, or nothing.
//!
//! The index proposes candidates by their rarest common stems, and their vectors by what they mean;
//! the choice is made here, by how much of what the question is about occurs in a candidate. Who
//! says the same in other words needs to say less of it. Statements come before questions asked
//! before: who asks where her sister lives wants the sentence that says it.

mod clues;
mod meaning;
mod passages;
mod question;
mod ranking;
mod score;

pub use passages::{Passage, Passages};

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Row, Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::conversation::Recollection;
use sarai_core::id::{ConversationId, PersonId, TurnId};
use sarai_core::text::{Origin, Text};

use crate::handle::Fault;
use crate::vectors::{self, Cache, Sought};
use crate::{people, words};
use question::{Question, Term};
use score::{Fit, Weights};

/// Utterances looked at closely.
const CANDIDATES_MAX: u32 = 200;

/// Above this many utterances, ranking them all takes too long: the newest are taken.
const RANKED_MAX: i64 = 2_000;

/// What is to be recalled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) question: &'a str,
    /// Its vector; without it recall goes by words alone.
    pub(crate) sought: Option<&'a Sought>,
    /// A conversation that is left out.
    pub(crate) excluding: Option<&'a ConversationId>,
    pub(crate) limit: usize,
}

/// Returns turns that fit a question, best first.
pub(crate) fn recall(
    transaction: &Transaction<'_>,
    person: &PersonId,
    cache: &Cache,
    wanted: Wanted<'_>,
) -> Result<Vec<Recollection>, Fault> {
    let Wanted { sought, excluding, limit, .. } = wanted;
    let Some(person) = people::key(transaction, person)? else { return Ok(Vec::new()) };
    let Some(question) = Question::read(wanted.question) else { return Ok(Vec::new()) };
    let meant = match sought {
        Some(sought) => {
            meaning::outstanding(&vectors::likeness(cache, transaction, person, sought)?)
        }
        None => HashMap::new(),
    };
    let counts = counts(transaction, &question)?;
    let weights = Weights::new(&question, &counts, utterances(transaction)?);
    let mut fitting: BTreeMap<i64, Fit> = BTreeMap::new();
    let mut found = Vec::new();
    for (query, order) in proposals(&question, &counts) {
        found.extend(candidates(transaction, person, excluding, &query, order)?);
    }
    found.extend(alike(transaction, person, excluding, &meant)?);
    for candidate in found {
        let outstanding = meant.get(&candidate.id).copied();
        if let Some(fit) = weights.fit(&question, &candidate, outstanding) {
            fitting.entry(candidate.turn).or_insert(fit).improve(fit);
        }
    }
    let mut ranked: Vec<(i64, Fit)> = fitting.into_iter().collect();
    ranked.sort_by(|(one_turn, one), (other_turn, other)| {
        other
            .statement
            .cmp(&one.statement)
            .then(other.score.total_cmp(&one.score))
            .then(Reverse(one_turn).cmp(&Reverse(other_turn)))
    });
    chosen(transaction, &ranked, limit)
}

/// One utterance that shares a stem with the question, or means something like it.
pub(crate) struct Candidate {
    id: i64,
    turn: i64,
    by_user: bool,
    text: String,
    stems: String,
}

/// Returns for each term in how many utterances it occurs.
fn counts(transaction: &Transaction<'_>, question: &Question) -> rusqlite::Result<Vec<i64>> {
    let mut statement = transaction
        .prepare_cached("SELECT doc FROM utterance_vocabulary WHERE term = ?1 AND col = 'stems'")?;
    let mut counts = Vec::with_capacity(question.terms.len());
    for term in &question.terms {
        let mut count = 0;
        for stem in &term.stems {
            let mut rows = statement.query([stem])?;
            if let Some(row) = rows.next()? {
                count = count.max(row.get::<_, i64>(0)?);
            }
        }
        counts.push(count);
    }
    Ok(counts)
}

/// Returns about how many utterances there are; deleted ones may count.
fn utterances(transaction: &Transaction<'_>) -> rusqlite::Result<i64> {
    transaction.query_row("SELECT coalesce(max(id), 0) FROM utterance", [], |row| row.get(0))
}

#[derive(Clone, Copy)]
enum Order {
    Rank,
    Newest,
}

/// Returns the queries that propose candidates: utterances with both of the two rarest terms, and
/// those with any rare one. None when no telling term was ever said.
fn proposals(question: &Question, counts: &[i64]) -> Vec<(String, Order)> {
    let mut said: Vec<(i64, String)> = question
        .terms
        .iter()
        .zip(counts)
        .filter(|(term, count)| **count > 0 && !term.light)
        .map(|(term, count)| (*count, any_of(term)))
        .collect();
    said.sort();
    let mut proposals = Vec::new();
    if let [(rarest, one), (_, other), ..] = said.as_slice() {
        let order = if *rarest > RANKED_MAX { Order::Newest } else { Order::Rank };
        proposals.push((format!("stems : ({one} AND {other})"), order));
    }
    let mut total = 0;
    let rare: Vec<&str> = said
        .iter()
        .take_while(|(count, _)| {
            total += count;
            total <= RANKED_MAX
        })
        .map(|(_, any)| any.as_str())
        .collect();
    if !rare.is_empty() {
        proposals.push((format!("stems : ({})", rare.join(" OR ")), Order::Rank));
    } else if let [(_, any)] = said.as_slice() {
        // One word that everybody says tells little: the newest may do.
        proposals.push((format!("stems : {any}"), Order::Newest));
    }
    proposals
}

/// Stems are letters and digits, so quoting them is enough.
fn any_of(term: &Term) -> String {
    let stems: Vec<String> = term.stems.iter().map(|stem| format!("\"{stem}\"")).collect();
    format!("({})", stems.join(" OR "))
}

fn candidates(
    transaction: &Transaction<'_>,
    person: i64,
    excluding: Option<&ConversationId>,
    query: &str,
    order: Order,
) -> rusqlite::Result<Vec<Candidate>> {
    // A better rank is more negative. Answers count half.
    let order = match order {
        Order::Rank => {
            "bm25(utterance_index, 0.0, 1.0) * CASE utterance.role WHEN 'user' THEN 1.0 ELSE 0.5 END"
        }
        Order::Newest => "utterance_index.rowid DESC",
    };
    // Ranked by key first: sorting must not carry the texts of all along.
    let sql = format!(
        "SELECT {CANDIDATE_COLUMNS}
         FROM (
             SELECT utterance_index.rowid AS id
             FROM utterance_index
             JOIN utterance ON utterance.id = utterance_index.rowid
             JOIN turn ON turn.key = utterance.turn
             WHERE utterance_index MATCH ?1 AND utterance.person = ?2
               AND utterance.role IN ('user', 'assistant')
               AND turn.conversation IS NOT
                   (SELECT key FROM conversation WHERE person = ?2 AND id = ?3)
             ORDER BY {order} LIMIT {CANDIDATES_MAX}
         ) AS best
         JOIN utterance ON utterance.id = best.id"
    );
    transaction
        .prepare_cached(&sql)?
        .query_map(params![query, person, excluding.map(ConversationId::as_str)], candidate)?
        .collect()
}

/// The columns that [`candidate`] reads.
const CANDIDATE_COLUMNS: &str =
    "utterance.id, utterance.turn, utterance.role = 'user', utterance.text, utterance.stems";

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        id: row.get(0)?,
        turn: row.get(1)?,
        by_user: row.get(2)?,
        text: row.get(3)?,
        stems: row.get(4)?,
    })
}

/// Reads the utterances that stand out by their meaning, in a fixed order.
fn alike(
    transaction: &Transaction<'_>,
    person: i64,
    excluding: Option<&ConversationId>,
    meant: &HashMap<i64, f64>,
) -> rusqlite::Result<Vec<Candidate>> {
    let sql = format!(
        "SELECT {CANDIDATE_COLUMNS} FROM utterance JOIN turn ON turn.key = utterance.turn
         WHERE utterance.id = ?1 AND utterance.person = ?2
           AND turn.conversation IS NOT
               (SELECT key FROM conversation WHERE person = ?2 AND id = ?3)"
    );
    let mut statement = transaction.prepare_cached(&sql)?;
    let excluding = excluding.map(ConversationId::as_str);
    let mut found = Vec::new();
    for id in meant.keys().copied().collect::<BTreeSet<_>>() {
        let rows = statement.query_map(params![id, person, excluding], candidate)?;
        found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(found)
}

/// Reads the best turns; of turns with the same question only the first, which is the newest of
/// those that fit equally.
fn chosen(
    transaction: &Transaction<'_>,
    ranked: &[(i64, Fit)],
    limit: usize,
) -> Result<Vec<Recollection>, Fault> {
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::new();
    let mut statement = transaction.prepare_cached(
        "SELECT turn.id, conversation.id, turn.asked_ms, coalesce(question.text, ''),
                coalesce(answer.text, '')
         FROM turn
         JOIN conversation ON conversation.key = turn.conversation
         LEFT JOIN utterance AS question ON question.turn = turn.key AND question.position = 0
         LEFT JOIN utterance AS answer ON answer.turn = turn.key AND answer.position = 1
         WHERE turn.key = ?1",
    )?;
    for (turn, fit) in ranked {
        if chosen.len() >= limit {
            break;
        }
        let mut rows = statement.query([turn])?;
        let Some(row) = rows.next()? else { continue };
        let said: String = row.get(3)?;
        let words: Vec<String> = words::split(&said).map(|word| words::fold(&word)).collect();
        if !seen.insert(words) {
            continue;
        }
        let unreadable = |error: sarai_core::id::IdError| Fault::Unreadable(error.to_string());
        chosen.push(Recollection {
            turn: TurnId::new(row.get::<_, String>(0)?).map_err(unreadable)?,
            conversation: ConversationId::new(row.get::<_, String>(1)?).map_err(unreadable)?,
            said: Timestamp(row.get(2)?),
            question: Text::new(Origin::Memory, said),
            answer: Text::new(Origin::Memory, row.get::<_, String>(4)?),
            score: fit.score,
        });
    }
    Ok(chosen)
}
