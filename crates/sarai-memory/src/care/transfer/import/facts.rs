//! Brings one fact back, with the names it speaks of and the places where it was told.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};
use sarai_core::fact::{Extractor, FactSource, FactStatus};
use sarai_facts::claim::Party;
use sarai_facts::fold::fold;

use super::{ImportRefusal, Taken, Work};
use crate::care::transfer::line::{EvidenceLine, FactLine, PartyLine};
use crate::facts::apply::{NAME_CHARS_MAX, RELATION_CHARS_MAX};
use crate::facts::entities;
use crate::facts::rows::code;
use crate::handle::Fault;

/// Beginnings of ISO dates are shorter, in bytes.
const WHEN_BYTES_MAX: usize = 40;

/// A fact's words in the tables' own terms.
struct Terms {
    status: FactStatus,
    source: FactSource,
    extractor: Extractor,
}

pub(super) fn take(work: &mut Work<'_>, fact: &FactLine) -> Result<Taken, Fault> {
    if fact.person.as_deref().is_some_and(|whose| whose != work.person.as_str()) {
        return Ok(Taken::Refused(ImportRefusal::AnotherPerson));
    }
    let terms = match check(fact) {
        Ok(terms) => terms,
        Err(part) => return Ok(Taken::Refused(ImportRefusal::Wrong(part))),
    };
    let (subjects, objects) = (meant(work, &fact.subject)?, meant(work, &fact.object)?);
    if let Some([id, subject, object]) = known(work, fact, &terms, &subjects, &objects)? {
        for (line, here) in [(&fact.subject, subject), (&fact.object, object)] {
            if !line.is_value {
                work.course.entities.insert(line.key, here);
            }
        }
        work.course.facts.insert(fact.key, id);
        work.course.matched.insert(id);
        return Ok(Taken::Known);
    }
    let subject = party(work, &fact.subject, &subjects)?;
    let object = party(work, &fact.object, &objects)?;
    let relation = entities::relation(work.transaction, work.key, &fact.relation)?;
    let evidence = places(work, &fact.evidence)?;
    let id = insert(work, fact, &terms, [subject, relation, object], evidence.is_empty())?;
    for (utterance, place) in evidence {
        mention(work, id, utterance, place)?;
    }
    work.course.facts.insert(fact.key, id);
    work.course.matched.insert(id);
    work.course.replaced.extend(fact.superseded_by.map(|new| (id, new)));
    Ok(Taken::New)
}

/// Returns what the words of a fact stand for, or the name of the first part that does not hold
/// what it should.
fn check(fact: &FactLine) -> Result<Terms, &'static str> {
    let short = |name: &str, max: usize| !name.trim().is_empty() && name.chars().nth(max).is_none();
    for (part, party) in [("subject", &fact.subject), ("object", &fact.object)] {
        let mut names = std::iter::once(&party.name).chain(&party.names);
        if !names.all(|name| short(name, NAME_CHARS_MAX)) {
            return Err(part);
        }
        entities::party(&party.kind, party.gender.as_deref(), party.number.as_deref())
            .ok_or(part)?;
    }
    if fact.subject.is_value {
        return Err("subject");
    }
    if !short(&fact.relation, RELATION_CHARS_MAX) || fact.relation.contains(' ') {
        return Err("relation");
    }
    for (part, when) in
        [("when", &fact.when), ("valid_from", &fact.valid_from), ("valid_to", &fact.valid_to)]
    {
        if when.as_ref().is_some_and(|when| when.len() > WHEN_BYTES_MAX) {
            return Err(part);
        }
    }
    if !(0.0..=1.0).contains(&fact.confidence) {
        return Err("confidence");
    }
    let status = FactStatus::from_name(&fact.status).ok_or("status")?;
    if status == FactStatus::Superseded {
        return Err("status");
    }
    Ok(Terms {
        status,
        source: FactSource::from_name(&fact.source).ok_or("source")?,
        extractor: Extractor::from_name(&fact.extractor).ok_or("extractor")?,
    })
}

/// Returns who or what may be meant here, the likeliest first: those of that name that stand for no
/// other one there, and of these the ones with the same names before others.
fn meant(work: &Work<'_>, line: &PartyLine) -> Result<Vec<i64>, Fault> {
    if let Some(known) = work.course.entities.get(&line.key).filter(|_| !line.is_value) {
        return Ok(vec![*known]);
    }
    let folded = |names: &[String]| names.iter().map(|name| fold(name)).collect::<BTreeSet<_>>();
    let wanted = folded(&line.names);
    let (mut same, mut others) = (Vec::new(), Vec::new());
    // As they come newest first, and facts oldest first.
    for id in entities::named(work.transaction, work.key, &line.name)?.into_iter().rev() {
        match entities::one(work.transaction, work.key, id)? {
            None if line.is_value => same.push(id),
            Some(entity) if !line.is_value && fold(&entity.name) == fold(&line.name) => {
                let taken = work.course.entities.values().any(|taken| *taken == id);
                match taken {
                    true => {}
                    false if folded(&entity.names) == wanted => same.push(id),
                    false => others.push(id),
                }
            }
            _ => {}
        }
    }
    same.append(&mut others);
    Ok(same)
}

/// Returns the fact here that is the one of the line, with its subject and object.
fn known(
    work: &Work<'_>,
    fact: &FactLine,
    terms: &Terms,
    subjects: &[i64],
    objects: &[i64],
) -> rusqlite::Result<Option<[i64; 3]>> {
    let mut found = work.transaction.prepare_cached(
        "SELECT fact.id FROM fact JOIN relation ON relation.id = fact.relation
         WHERE subject = ?1 AND relation.name = ?2 AND object = ?3 AND negated = ?4
             AND learned_ms = ?5 AND told_when IS ?6 AND source = ?7
         ORDER BY expired_ms IS ?8 DESC, fact.id",
    )?;
    for (subject, object) in
        subjects.iter().flat_map(|subject| objects.iter().map(move |object| (*subject, *object)))
    {
        let mut rows = found.query(params![
            subject,
            fact.relation,
            object,
            fact.negated,
            fact.learned_ms,
            fact.when,
            code(&FactSource::ALL, &terms.source),
            fact.expired_ms,
        ])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            // The same may have been told twice at one moment.
            if !work.course.matched.contains(&id) {
                return Ok(Some([id, subject, object]));
            }
        }
    }
    Ok(None)
}

/// Returns the likeliest of those meant, made if there is none.
fn party(work: &mut Work<'_>, line: &PartyLine, meant: &[i64]) -> Result<i64, Fault> {
    let (transaction, person) = (work.transaction, work.key);
    let kinds = entities::party(&line.kind, line.gender.as_deref(), line.number.as_deref());
    let (kind, gender, number) =
        kinds.ok_or_else(|| Fault::Unreadable("an entity of the import".to_owned()))?;
    let also = line.names.iter().filter(|name| **name != line.name).cloned().collect();
    let party = Party { name: line.name.clone(), also, kind, gender, number, span: None };
    if line.is_value {
        return entities::value(transaction, person, &party);
    }
    let id = match meant.first() {
        Some(known) => {
            for name in &line.names {
                entities::alias(transaction, person, *known, name)?;
            }
            *known
        }
        None => entities::make(transaction, person, &party)?,
    };
    if work.course.entities.insert(line.key, id).is_none() {
        work.course.found.push(line.key);
    }
    Ok(id)
}

/// Returns the utterances here that told a fact, with where they did.
fn places<'a>(
    work: &Work<'_>,
    evidence: &'a [EvidenceLine],
) -> rusqlite::Result<Vec<(i64, &'a EvidenceLine)>> {
    let mut utterance = work.transaction.prepare_cached(
        "SELECT utterance.id, text FROM utterance JOIN turn ON turn.key = utterance.turn
         WHERE turn.person = ?1 AND turn.id = ?2 AND utterance.position = ?3",
    )?;
    let mut found = Vec::new();
    for place in evidence {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let told: Option<(i64, String)> =
            utterance.query_row(params![work.key, place.turn, place.position], row).optional()?;
        let fits = |[from, to]: [usize; 2], text: &str| text.get(from..to).is_some();
        if let Some((id, text)) = told
            && text.get(place.span[0]..place.span[1]) == Some(place.text.as_str())
            && [place.subject, place.object].into_iter().flatten().all(|span| fits(span, &text))
        {
            found.push((id, place));
        }
    }
    Ok(found)
}

/// A fact whose words are not here lives on its own, as one entered by hand does.
fn insert(
    work: &Work<'_>,
    fact: &FactLine,
    terms: &Terms,
    [subject, relation, object]: [i64; 3],
    on_its_own: bool,
) -> rusqlite::Result<i64> {
    work.transaction
        .prepare_cached(
            "INSERT INTO fact (person, subject, relation, object, negated, status, told_when,
                 valid_from, valid_to, learned_ms, expired_ms, confidence, mentions, source,
                 extractor, by_hand, believed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                 ?11 IS NULL)
             RETURNING id",
        )?
        .query_row(
            params![
                work.key,
                subject,
                relation,
                object,
                fact.negated,
                code(&FactStatus::ALL, &terms.status),
                fact.when,
                fact.valid_from,
                fact.valid_to,
                fact.learned_ms,
                fact.expired_ms,
                fact.confidence,
                fact.mentions,
                code(&FactSource::ALL, &terms.source),
                code(&Extractor::ALL, &terms.extractor),
                fact.by_hand || on_its_own,
            ],
            |row| row.get(0),
        )
}

fn mention(
    work: &Work<'_>,
    fact: i64,
    utterance: i64,
    place: &EvidenceLine,
) -> rusqlite::Result<()> {
    let start = |span: Option<[usize; 2]>| span.map(|[start, _]| start);
    let end = |span: Option<[usize; 2]>| span.map(|[_, end]| end);
    work.transaction
        .prepare_cached(
            "INSERT INTO fact_mention (fact, utterance, person, span_start, span_end,
                 subject_start, subject_end, object_start, object_end)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            fact,
            utterance,
            work.key,
            place.span[0],
            place.span[1],
            start(place.subject),
            end(place.subject),
            start(place.object),
            end(place.object),
        ])?;
    Ok(())
}
