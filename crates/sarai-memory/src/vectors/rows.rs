//! The rows behind vectors.

use rusqlite::{OptionalExtension, Params, Row, Transaction, params};
use sarai_core::id::{PersonId, TurnId};

use super::rounded;
use crate::handle::Fault;
use crate::turns;

/// Of what was said before, only the end is taken: a long answer must not drown a short reply.
const CONTEXT_CHARS_MAX: usize = 300;

/// An utterance without a vector of the present model.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    id: i64,
    person: i64,
    text: String,
    /// What was said just before in the conversation, when it asks something.
    context: Option<(i64, String)>,
}

impl Waiting {
    /// Returns the words its vector is made of: “En Cuenca” means something after “¿Dónde vives?”.
    pub(super) fn passage(&self) -> String {
        match &self.context {
            None => self.text.clone(),
            Some((_, before)) => {
                let skipped = before.chars().count().saturating_sub(CONTEXT_CHARS_MAX);
                let end: String = before.chars().skip(skipped).collect();
                format!("{end} {}", self.text)
            }
        }
    }
}

/// Words of people, and blank ones left out. The model's key is the first parameter.
const WAITING: &str = "
    FROM utterance
    JOIN turn ON turn.key = utterance.turn
    LEFT JOIN utterance_vector AS vector ON vector.utterance = utterance.id AND vector.model = ?1
    WHERE vector.key IS NULL AND utterance.role IN ('user', 'assistant')
      AND trim(utterance.text) <> ''";

/// Returns the newest utterances that wait, at most `limit`.
pub(super) fn waiting(
    transaction: &Transaction<'_>,
    model: &str,
    limit: usize,
) -> Result<Vec<Waiting>, Fault> {
    let model = self::model(transaction, model)?;
    let rest = "ORDER BY utterance.id DESC LIMIT ?2";
    read(transaction, rest, params![model, turns::count(limit)])
}

/// Returns those of one turn.
pub(super) fn waiting_in(
    transaction: &Transaction<'_>,
    model: &str,
    person: &PersonId,
    turn: &TurnId,
) -> Result<Vec<Waiting>, Fault> {
    let model = self::model(transaction, model)?;
    let rest = "AND turn.id = ?3 AND turn.person = (SELECT key FROM person WHERE id = ?2)";
    read(transaction, rest, params![model, person.as_str(), turn.as_str()])
}

fn read(
    transaction: &Transaction<'_>,
    rest: &str,
    parameters: impl Params,
) -> Result<Vec<Waiting>, Fault> {
    let sql = format!(
        "SELECT utterance.id, utterance.person, utterance.text, turn.conversation, turn.key
         {WAITING} {rest}"
    );
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        let context = before(transaction, row)?;
        let (id, person, text) = (row.get(0)?, row.get(1)?, row.get(2)?);
        waiting.push(Waiting { id, person, text, context });
    }
    Ok(waiting)
}

/// Returns what was said just before, if it asks something.
fn before(transaction: &Transaction<'_>, row: &Row<'_>) -> rusqlite::Result<Option<(i64, String)>> {
    let (utterance, conversation, turn): (i64, i64, i64) = (row.get(0)?, row.get(3)?, row.get(4)?);
    let before: Option<(i64, String)> = transaction
        .prepare_cached(
            "SELECT utterance.id, utterance.text FROM turn
             JOIN utterance ON utterance.turn = turn.key
             WHERE turn.conversation = ?1 AND turn.key <= ?2 AND utterance.id < ?3
               AND utterance.role IN ('user', 'assistant') AND trim(utterance.text) <> ''
             ORDER BY turn.key DESC, utterance.position DESC LIMIT 1",
        )?
        .query_row(params![conversation, turn, utterance], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(before.filter(|(_, text)| text.contains('?')))
}

/// Returns the key of a model; `None` when it never made a vector here.
pub(super) fn model(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<i64>> {
    transaction
        .prepare_cached("SELECT key FROM embedding_model WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Returns how many utterances have a vector of this model and how many wait for one.
pub(super) fn counts(
    transaction: &Transaction<'_>,
    model: Option<&str>,
) -> Result<(u64, u64), Fault> {
    let model = match model {
        Some(name) => self::model(transaction, name)?,
        None => None,
    };
    let made = transaction.query_row(
        "SELECT count(*) FROM utterance_vector WHERE model = ?1",
        [model],
        |row| row.get(0),
    )?;
    let sql = format!("SELECT count(*) {WAITING}");
    Ok((made, transaction.query_row(&sql, [model], |row| row.get(0))?))
}

/// Keeps vectors of utterances that still say the same. Returns how many.
pub(super) fn keep(
    transaction: &Transaction<'_>,
    model: &str,
    vectors: &[(Waiting, Vec<f32>)],
) -> Result<usize, Fault> {
    transaction
        .prepare_cached("INSERT INTO embedding_model (name) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([model])?;
    let model = self::model(transaction, model)?;
    let mut kept = 0;
    for (waiting, vector) in vectors {
        let (scale, numbers) = rounded(vector);
        transaction
            .prepare_cached("DELETE FROM utterance_vector WHERE utterance = ?1")?
            .execute([waiting.id])?;
        let context = waiting.context.as_ref();
        kept += transaction
            .prepare_cached(
                "INSERT INTO utterance_vector (utterance, person, model, context, scale, numbers)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6
                 WHERE EXISTS (SELECT 1 FROM utterance WHERE id = ?1 AND text = ?7)
                   AND (?4 IS NULL
                        OR EXISTS (SELECT 1 FROM utterance WHERE id = ?4 AND text = ?8))",
            )?
            .execute(params![
                waiting.id,
                waiting.person,
                model,
                context.map(|(id, _)| id),
                f64::from(scale),
                numbers,
                waiting.text,
                context.map(|(_, text)| text),
            ])?;
    }
    Ok(kept)
}
