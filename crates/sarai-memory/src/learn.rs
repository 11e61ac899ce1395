//! Learning: what is said is kept, read, and compared with what is known.

use std::ops::Range;
use std::time::Duration;

use rusqlite::{Transaction, params};
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Fact, FactSource};
use sarai_core::id::{ConversationId, PersonId, TurnId};
use sarai_core::text::{Origin, Text};
use sarai_facts::claim::Claim;
use sarai_facts::ledger::Heard;
use sarai_facts::reading::{Earlier, Reading, Refusal, Role};

use crate::error::{MemoryError, Operation};
use crate::facts::apply::{self, Told};
use crate::facts::rows;
use crate::handle::{Fault, Memory};
use crate::turns::{self, NewTurn, Said};
use crate::understanding::Understanding;
use crate::{earlier, leftovers, words};

/// Something said, outside a turn with the assistant.
#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    pub conversation: ConversationId,
    pub role: Role,
    /// Its origin decides how far it is believed.
    pub text: Text,
    pub at: Timestamp,
    /// Parts that are not the speaker's own words, in bytes.
    pub masked: Vec<Range<usize>>,
}

/// What was learned from a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    pub turn: TurnId,
    /// New facts.
    pub stored: Vec<Fact>,
    /// Facts that are no longer believed.
    pub superseded: Vec<Fact>,
    /// Facts that were known and told once more.
    pub mentioned: Vec<Fact>,
    pub refused: Vec<RefusedPart>,
    pub read_ms: f64,
    pub write_ms: f64,
}

/// A part of a message from which nothing is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedPart {
    pub text: String,
    pub reason: Refusal,
}

/// Whose words a message rests on and how sure its claims are; `None` when nothing is learned.
fn trust(understanding: &Understanding, role: Role, origin: Origin) -> Option<(FactSource, f64)> {
    match (role, origin) {
        (Role::User, Origin::User) => Some((FactSource::UserInput, 0.9)),
        (Role::Assistant, Origin::Model) => {
            understanding.learns_from_answers.then_some((FactSource::Assistant, 0.7))
        }
        (_, Origin::Document | Origin::Web) => Some((FactSource::Rag, 0.6)),
        (_, Origin::Tool) => Some((FactSource::Skill, 0.6)),
        // Instructions, what recall found, and words in somebody else's mouth.
        _ => None,
    }
}

/// A message and what was read in it, ready to be written.
pub(crate) struct Lesson {
    /// Where it stands among the utterances of its turn.
    position: i64,
    reading: Reading,
    heard: Heard,
    text: String,
}

impl Memory {
    /// Keeps something said as a turn of its own, and learns from it.
    pub fn ingest(&self, person: &PersonId, said: Utterance) -> Result<Learned, MemoryError> {
        let Utterance { conversation, role, text, at, masked } = said;
        let position = match role {
            Role::User => turns::QUESTION,
            Role::Assistant => turns::ANSWER,
        };
        let (lessons, read) =
            self.read_all(person, &conversation, at, &[(position, role, &text, &masked)])?;
        let stems = words::stems(text.as_str());
        let whose = person.clone();
        let learned = self.learn(lessons, read, move |transaction| {
            let said = Said { conversation, position, text, at, stems };
            turns::insert_said(transaction, &whose, &said)
        })?;
        self.embed_turn(person, &learned.turn);
        Ok(learned)
    }

    /// Keeps a finished turn and learns from its question, all in one transaction; returns once it
    /// is on disk. Makes the conversation if needed, titled by its first question. A turn of the
    /// same id that is kept already stays.
    pub fn store(&self, turn: NewTurn) -> Result<Learned, MemoryError> {
        let said: [(i64, Role, &Text, &[Range<usize>]); 2] = [
            (turns::QUESTION, Role::User, &turn.question, &[]),
            (turns::ANSWER, Role::Assistant, &turn.answer, &[]),
        ];
        let (lessons, read) = self.read_all(&turn.person, &turn.conversation, turn.asked, &said)?;
        // Here and not in the transaction: a long text must not keep other writers waiting.
        let stems = [&turn.question, &turn.answer].map(|text| words::stems(text.as_str()));
        let person = turn.person.clone();
        let learned = self
            .learn(lessons, read, move |transaction| turns::insert(transaction, &turn, &stems))?;
        self.embed_turn(&person, &learned.turn);
        Ok(learned)
    }

    /// Reads those of the messages that are learned from, before anything is written.
    fn read_all(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
        at: Timestamp,
        said: &[(i64, Role, &Text, &[Range<usize>])],
    ) -> Result<(Vec<Lesson>, Duration), MemoryError> {
        let understanding = self.understanding();
        let trusted: Vec<_> = said
            .iter()
            .filter_map(|(position, role, text, masked)| {
                let trust = trust(&understanding, *role, text.origin())?;
                Some((*position, *text, *masked, trust))
            })
            .collect();
        if trusted.is_empty() {
            return Ok((Vec::new(), Duration::ZERO));
        }
        let start = self.elapsed();
        let earlier = self.earlier(person, conversation)?;
        let mut lessons = Vec::new();
        for (position, text, masked, (source, confidence)) in trusted {
            let text = text.as_str().to_owned();
            let reading = understanding.read(&text, at, &earlier, masked);
            let day = understanding.day(at).to_string();
            let heard = Heard { source, at, day, confidence, message: None };
            lessons.push(Lesson { position, reading, heard, text });
        }
        Ok((lessons, self.elapsed().saturating_sub(start)))
    }

    fn earlier(
        &self,
        person: &PersonId,
        conversation: &ConversationId,
    ) -> Result<Vec<Earlier>, MemoryError> {
        let (person, conversation) = (person.clone(), conversation.clone());
        self.read(Operation::Store, move |transaction| {
            earlier::messages(transaction, &person, &conversation)
        })
    }

    /// Keeps the words with `keep`, then what they claim, in the same transaction.
    fn learn(
        &self,
        lessons: Vec<Lesson>,
        read: Duration,
        keep: impl FnOnce(&Transaction<'_>) -> Result<turns::Kept, Fault> + Send + 'static,
    ) -> Result<Learned, MemoryError> {
        let (start, now) = (self.elapsed(), self.now());
        let mut learned = self.write(Operation::Store, move |transaction| {
            let kept = keep(transaction)?;
            let mut learned = Learned {
                turn: kept.id.clone(),
                stored: Vec::new(),
                superseded: Vec::new(),
                mentioned: Vec::new(),
                refused: Vec::new(),
                read_ms: 0.0,
                write_ms: 0.0,
            };
            for lesson in lessons {
                take(transaction, &kept, lesson, now, &mut learned)?;
            }
            Ok(learned)
        })?;
        learned.read_ms = read.as_secs_f64() * 1000.0;
        learned.write_ms = self.elapsed().saturating_sub(start).as_secs_f64() * 1000.0;
        Ok(learned)
    }
}

/// Writes what one message claims.
fn take(
    transaction: &Transaction<'_>,
    kept: &turns::Kept,
    lesson: Lesson,
    now: Timestamp,
    learned: &mut Learned,
) -> Result<(), Fault> {
    let Lesson { position, reading, mut heard, text } = lesson;
    heard.message = Some((kept.conversation.clone(), kept.id.clone()));
    let utterance = turns::utterance(transaction, kept.turn, position)?;
    transaction
        .prepare_cached("UPDATE utterance SET language = ?2 WHERE id = ?1")?
        .execute(params![utterance, language(&reading)])?;
    // What documents and answers say is not worth a model's while.
    if heard.source == FactSource::UserInput {
        let place = (kept.person, utterance);
        leftovers::note(transaction, place, &text, &reading.leftovers, now)?;
    }
    let told = Some(Told { utterance, turn: kept.turn });
    let claims: Vec<Claim> = reading.claims.into_iter().map(|claim| within(claim, &text)).collect();
    let applied = apply::claims(transaction, kept.person, &claims, &heard, told)?;
    learned.stored.extend(rows::all(transaction, kept.person, &applied.learned)?);
    learned.superseded.extend(rows::all(transaction, kept.person, &applied.closed)?);
    learned.mentioned.extend(rows::all(transaction, kept.person, &applied.mentioned)?);
    learned.refused.extend(reading.refused.into_iter().filter_map(|part| {
        let text = text.get(part.span)?.to_owned();
        Some(RefusedPart { text, reason: part.reason })
    }));
    Ok(())
}

/// Returns the claim with spans that lie in `text`, since a wrong one must not cut a letter in two,
/// and with the whole sentence that says it: a clause alone tells too little to who reads it later.
pub(crate) fn within(mut claim: Claim, text: &str) -> Claim {
    let lies = |span: &Range<usize>| text.get(span.clone()).is_some();
    claim.span = if lies(&claim.span) { sentence(text, &claim.span) } else { 0..text.len() };
    claim.subject.span = claim.subject.span.filter(lies);
    claim.object.span = claim.object.span.filter(lies);
    claim
}

/// Returns the sentence around `span`, which lies in `text`.
fn sentence(text: &str, span: &Range<usize>) -> Range<usize> {
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '…');
    let mut start = span.start;
    let mut before = text[..start].chars().rev().peekable();
    while let Some(c) = before.next() {
        let ended = c == '\n' || c.is_whitespace() && before.peek().is_some_and(|c| ends(*c));
        if ended {
            break;
        }
        start -= c.len_utf8();
    }
    let mut end = span.end;
    // A span that holds its own end goes no further.
    let closed = |upto: usize| text[..upto].chars().next_back().is_some_and(ends);
    for c in text[span.end..].chars() {
        if c == '\n' || c.is_whitespace() && closed(end) {
            break;
        }
        end += c.len_utf8();
    }
    start..end
}

fn language(reading: &Reading) -> &'static str {
    match reading.language {
        sarai_core::language::Language::Spanish => "es",
        sarai_core::language::Language::English => "en",
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    /// The words between the bars are the span given.
    #[track_caller]
    fn check(marked: &str, expected: &str) {
        let parts: Vec<&str> = marked.split('|').collect();
        let span = parts[0].len()..parts[0].len() + parts[1].len();
        let text = parts.concat();
        assert_eq!(&text[sentence(&text, &span)], expected);
    }

    #[test]
    fn a_clause_belongs_to_its_sentence() {
        check(
            "Hola. Mi perro, que |se llama Toby|, ladra. Adiós.",
            "Mi perro, que se llama Toby, ladra.",
        );
        check("|Vivo en Lugo|", "Vivo en Lugo");
        check("Mide 1.80 y |vive en Lugo|. ¿Y tú?", "Mide 1.80 y vive en Lugo.");
        check("¿Qué? |Vivo en Lugo.| ¡Sí!", "Vivo en Lugo.");
        check("pan\n|leche| y huevos\nsal", "leche y huevos");
        check("Ñu… |ñandú|", "ñandú");
    }
}
