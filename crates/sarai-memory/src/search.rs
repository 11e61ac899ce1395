//! Search for people: all words must occur, the last may be the beginning of one.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};
use sarai_core::conversation::ConversationSummary;
use sarai_core::id::PersonId;

use crate::handle::Fault;
use crate::{people, turns, words};

/// Further words of a query are ignored.
const WORDS_MAX: usize = 8;

/// The words of a query, quoted: no text of a person is ever syntax of the index.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Query {
    terms: Vec<String>,
}

impl Query {
    /// Returns `None` when there is no word in `text`.
    pub(crate) fn read(text: &str) -> Option<Query> {
        let mut terms: Vec<String> =
            words::split(text).take(WORDS_MAX).map(|word| format!("\"{word}\"")).collect();
        terms.last_mut()?.push('*');
        Some(Query { terms })
    }
}

/// Lists the conversations in whose title and turns, taken together, all words occur.
pub(crate) fn conversations(
    transaction: &Transaction<'_>,
    person: &PersonId,
    query: &Query,
    limit: usize,
) -> Result<Vec<ConversationSummary>, Fault> {
    let Some(key) = people::key(transaction, person)? else { return Ok(Vec::new()) };
    let mut found: Option<BTreeSet<i64>> = None;
    for term in &query.terms {
        let with_term = with_term(transaction, key, term)?;
        let both = match found {
            None => with_term,
            Some(found) => found.intersection(&with_term).copied().collect(),
        };
        if both.is_empty() {
            return Ok(Vec::new());
        }
        found = Some(both);
    }
    turns::summaries(transaction, person, found.as_ref(), limit)
}

fn with_term(
    transaction: &Transaction<'_>,
    person: i64,
    term: &str,
) -> rusqlite::Result<BTreeSet<i64>> {
    transaction
        .prepare_cached(
            "SELECT DISTINCT turn.conversation FROM utterance_index
             JOIN utterance ON utterance.id = utterance_index.rowid
             JOIN turn ON turn.key = utterance.turn
             WHERE utterance_index MATCH ?1 AND utterance.person = ?3
             UNION ALL
             SELECT conversation.key FROM title_index
             JOIN conversation ON conversation.key = title_index.rowid
             WHERE title_index MATCH ?2 AND conversation.person = ?3",
        )?
        .query_map(params![format!("text : {term}"), term, person], |row| row.get(0))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[track_caller]
    fn check(text: &str, terms: &[&str]) {
        let read = Query::read(text).map(|query| query.terms).unwrap_or_default();
        assert_eq!(read, terms, "{text:?}");
    }

    #[test]
    fn a_query_is_quoted_words() {
        check("Hermana Cuen", &["\"hermana\"", "\"cuen\"*"]);
        check("a\"b NEAR(c) col:d*", &["\"a\"", "\"b\"", "\"near\"", "\"c\"", "\"col\"", "\"d\"*"]);
        check(" -\" ' ", &[]);
        check(
            "1 2 3 4 5 6 7 8 9",
            &["\"1\"", "\"2\"", "\"3\"", "\"4\"", "\"5\"", "\"6\"", "\"7\"", "\"8\"*"],
        );
    }
}
