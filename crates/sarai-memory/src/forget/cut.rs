//! Takes sentences out of messages that are kept, and their words out of titles.

use std::collections::BTreeSet;
use std::ops::Range;

use rusqlite::{OptionalExtension, Transaction, params};

use crate::handle::Fault;
use crate::{title, words};

/// A fact that a message tells, and where.
struct Mention {
    fact: i64,
    span: Range<usize>,
}

/// Cuts the sentences that tell these facts out of a message, and deletes the other half of its
/// exchange when nothing rests on it, since it may repeat them. Returns how many messages changed.
pub(super) fn sentences(
    transaction: &Transaction<'_>,
    utterance: i64,
    facts: &BTreeSet<i64>,
) -> Result<u64, Fault> {
    let (turn, before): (i64, String) = transaction
        .prepare_cached("SELECT turn, text FROM utterance WHERE id = ?1")?
        .query_row([utterance], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mentions: Vec<Mention> = transaction
        .prepare_cached("SELECT fact, span_start, span_end FROM fact_mention WHERE utterance = ?1")?
        .query_map([utterance], |row| {
            Ok(Mention { fact: row.get(0)?, span: row.get(1)?..row.get(2)? })
        })?
        .collect::<Result<_, _>>()?;
    let told = mentions.iter().filter(|mention| facts.contains(&mention.fact));
    let cuts = joined(told.map(|mention| with_marks(&before, &mention.span)));
    let after = without(&before, &cuts);
    for mention in mentions.iter().filter(|mention| !facts.contains(&mention.fact)) {
        follow(transaction, utterance, mention, &cuts)?;
    }
    transaction
        .prepare_cached("UPDATE utterance SET text = ?2, stems = ?3 WHERE id = ?1")?
        .execute(params![utterance, after, words::stems(&after)])?;
    let others = transaction
        .prepare_cached(
            "DELETE FROM utterance WHERE turn = ?1 AND id <> ?2
             AND NOT EXISTS (SELECT 1 FROM fact_mention WHERE utterance = utterance.id)",
        )?
        .execute([turn, utterance])?;
    let key: i64 = transaction
        .prepare_cached("SELECT conversation FROM turn WHERE key = ?1")?
        .query_row([turn], |row| row.get(0))?;
    conversation(transaction, key, &[before])?;
    Ok(1 + u64::try_from(others).unwrap_or(u64::MAX))
}

/// Returns the span with the marks that belong to its words: those that open before it, and those
/// that end it with the blanks after them.
fn with_marks(text: &str, span: &Range<usize>) -> Range<usize> {
    let opened =
        text.get(..span.start).map(|before| before.trim_end_matches(['¿', '¡', '«', '“', '"']));
    let rest = text.get(span.end..).unwrap_or_default();
    let after = rest.trim_start_matches(['.', ',', ';', ':', '!', '?', '…', '»', '”', '"']);
    let after = after.trim_start();
    opened.map_or(span.start, str::len)..text.len() - after.len()
}

/// Returns the spans in their order, those that touch made one.
fn joined(spans: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = spans.collect();
    spans.sort_by_key(|span| span.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// Returns `text` without these spans; all of it goes when one does not lie in it.
fn without(text: &str, cuts: &[Range<usize>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for cut in cuts {
        let Some(kept) = text.get(from..cut.start) else { return String::new() };
        rest.push_str(kept);
        from = cut.end;
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    rest
}

/// Lets another fact's mention follow its words; where they are cut, the fact stays without them.
fn follow(
    transaction: &Transaction<'_>,
    utterance: i64,
    mention: &Mention,
    cuts: &[Range<usize>],
) -> rusqlite::Result<()> {
    let Mention { fact, span } = mention;
    if cuts.iter().any(|cut| cut.start < span.end && span.start < cut.end) {
        transaction
            .prepare_cached(
                "UPDATE fact SET by_hand = 1 WHERE id = ?1 AND NOT EXISTS (
                     SELECT 1 FROM fact_mention WHERE fact = ?1 AND utterance <> ?2)",
            )?
            .execute(params![fact, utterance])?;
        transaction
            .prepare_cached("DELETE FROM fact_mention WHERE fact = ?1 AND utterance = ?2")?
            .execute(params![fact, utterance])?;
        return Ok(());
    }
    let earlier = cuts.iter().filter(|cut| cut.end <= span.start);
    let gone: usize = earlier.map(ExactSizeIterator::len).sum();
    transaction
        .prepare_cached(
            "UPDATE fact_mention SET span_start = span_start - ?3, span_end = span_end - ?3,
                 subject_start = subject_start - ?3, subject_end = subject_end - ?3,
                 object_start = object_start - ?3, object_end = object_end - ?3
             WHERE fact = ?1 AND utterance = ?2",
        )?
        .execute(params![fact, utterance, gone])?;
    Ok(())
}

/// Looks after a conversation that lost messages beginning with these words: a title made of them
/// is made anew, and a conversation of which nothing is left is deleted.
pub(super) fn conversation(
    transaction: &Transaction<'_>,
    conversation: i64,
    gone: &[String],
) -> Result<(), Fault> {
    let first: Option<String> = transaction
        .prepare_cached(
            "SELECT utterance.text FROM turn JOIN utterance ON utterance.turn = turn.key
             WHERE turn.conversation = ?1 ORDER BY turn.key, utterance.position LIMIT 1",
        )?
        .query_row([conversation], |row| row.get(0))
        .optional()?;
    let Some(first) = first else {
        transaction
            .prepare_cached("DELETE FROM conversation WHERE key = ?1")?
            .execute([conversation])?;
        return Ok(());
    };
    let title: String = transaction
        .prepare_cached("SELECT title FROM conversation WHERE key = ?1")?
        .query_row([conversation], |row| row.get(0))?;
    if gone.iter().any(|text| title::from_question(text) == title) {
        transaction
            .prepare_cached("UPDATE conversation SET title = ?2 WHERE key = ?1")?
            .execute(params![conversation, title::from_question(&first)])?;
    }
    Ok(())
}
