//! Who and what facts speak of, by all their names.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use sarai_facts::claim::{Gender, Kind, Number, Party};
use sarai_facts::fold::fold;
use sarai_facts::lookup::{Entity, EntityId};
use sarai_facts::naming;

use crate::handle::Fault;
use crate::turns::count;

/// Names of one entity: more are not taken.
const NAMES_MAX: usize = 32;

/// Entities that one name stands for, and relations of one verb: more are left out.
const MEANINGS_MAX: usize = 32;

/// Returns the entities and values that have this name, the newest first.
pub(crate) fn named(
    transaction: &Transaction<'_>,
    person: i64,
    name: &str,
) -> rusqlite::Result<Vec<i64>> {
    let mut statement = transaction.prepare_cached(
        "SELECT entity FROM alias WHERE person = ?1 AND folded = ?2
         ORDER BY entity DESC LIMIT ?3",
    )?;
    statement
        .query_map(params![person, fold(name.trim()), count(MEANINGS_MAX)], |row| row.get(0))?
        .collect()
}

/// Returns the entities and values in whose names this folded word occurs, the newest first.
pub(crate) fn with_word(
    transaction: &Transaction<'_>,
    person: i64,
    word: &str,
) -> rusqlite::Result<Vec<i64>> {
    let mut statement = transaction.prepare_cached(
        "SELECT entity FROM entity_word WHERE person = ?1 AND word = ?2
         ORDER BY entity DESC LIMIT ?3",
    )?;
    statement.query_map(params![person, word, count(MEANINGS_MAX)], |row| row.get(0))?.collect()
}

/// Returns the relations that `verb` stands for: itself, and with any preposition or particle.
pub(crate) fn relations(
    transaction: &Transaction<'_>,
    person: i64,
    verb: &str,
) -> rusqlite::Result<Vec<i64>> {
    let folded = fold(verb.trim()).replace(' ', "_");
    let mut statement = transaction.prepare_cached(
        "SELECT id FROM relation WHERE person = ?1 AND verb = ?2 AND (?2 = ?3 OR folded = ?3)
         ORDER BY folded LIMIT ?4",
    )?;
    let verb = verb_of(&folded);
    statement
        .query_map(params![person, verb, folded, count(MEANINGS_MAX)], |row| row.get(0))?
        .collect()
}

/// Returns the part of a relation before its preposition or particle.
pub(crate) fn verb_of(relation: &str) -> &str {
    relation.split('_').next().unwrap_or(relation)
}

/// Returns the folded words of a name.
pub(crate) fn words_of(name: &str) -> Vec<String> {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Returns an entity of a person with all its names; `None` for a value.
pub(crate) fn one(
    transaction: &Transaction<'_>,
    person: i64,
    id: i64,
) -> Result<Option<Entity>, Fault> {
    let mut statement = transaction.prepare_cached(
        "SELECT name, kind, gender, number FROM entity
         WHERE id = ?1 AND person = ?2 AND NOT is_value",
    )?;
    let mut rows = statement.query(params![id, person])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Entity {
        id: EntityId(id),
        name: row.get(0)?,
        names: names(transaction, id)?,
        kind: read_in(&KINDS, row, 1)?.unwrap_or(Kind::Thing),
        gender: read_in(&GENDERS, row, 2)?,
        number: read_in(&NUMBERS, row, 3)?,
    }))
}

fn names(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<Vec<String>> {
    let mut statement = transaction
        .prepare_cached("SELECT name FROM alias WHERE entity = ?1 AND place >= 0 ORDER BY place")?;
    statement.query_map([id], |row| row.get(0))?.collect()
}

/// Makes an entity of a party, with all its names.
pub(crate) fn make(
    transaction: &Transaction<'_>,
    person: i64,
    party: &Party,
) -> Result<i64, Fault> {
    let id = insert(transaction, person, party, false)?;
    let mut given: Vec<(String, &str)> = vec![(fold(&party.name), party.name.as_str())];
    for name in &party.also {
        let folded = fold(name);
        if given.iter().all(|(known, _)| *known != folded) && given.len() < NAMES_MAX {
            given.push((folded, name));
        }
    }
    write_names(transaction, person, id, given.iter().map(|(_, name)| *name))?;
    Ok(id)
}

/// Returns the value with exactly this name, made if needed.
pub(crate) fn value(
    transaction: &Transaction<'_>,
    person: i64,
    party: &Party,
) -> Result<i64, Fault> {
    let known = transaction
        .prepare_cached(
            "SELECT entity.id FROM alias JOIN entity ON entity.id = alias.entity
             WHERE alias.person = ?1 AND alias.folded = ?2 AND entity.is_value
               AND entity.name = ?3 LIMIT 1",
        )?
        .query_row(params![person, fold(&party.name), party.name], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let id = insert(transaction, person, party, true)?;
    write_names(transaction, person, id, [party.name.as_str()])?;
    Ok(id)
}

fn insert(
    transaction: &Transaction<'_>,
    person: i64,
    party: &Party,
    is_value: bool,
) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached(
            "INSERT INTO entity (person, name, shown, is_value, kind, gender, number)
             VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6) RETURNING id",
        )?
        .query_row(
            params![
                person,
                party.name,
                is_value,
                name_in(&KINDS, &party.kind),
                party.gender.and_then(|gender| name_in(&GENDERS, &gender)),
                party.number.and_then(|number| name_in(&NUMBERS, &number)),
            ],
            |row| row.get(0),
        )
}

/// Gives the entity one more name, unless it has it.
pub(crate) fn alias(
    transaction: &Transaction<'_>,
    person: i64,
    id: i64,
    name: &str,
) -> Result<(), Fault> {
    let Some(entity) = one(transaction, person, id)? else { return Ok(()) };
    let folded = fold(name);
    let known = entity.names.iter().any(|known| fold(known) == folded);
    if known || folded.is_empty() || entity.names.len() >= NAMES_MAX {
        return Ok(());
    }
    let all = entity.names.iter().map(String::as_str).chain([name]);
    write_names(transaction, person, id, all)
}

/// Takes a name away, unless it is the only one.
pub(crate) fn unalias(
    transaction: &Transaction<'_>,
    person: i64,
    id: i64,
    name: &str,
) -> Result<(), Fault> {
    let Some(entity) = one(transaction, person, id)? else { return Ok(()) };
    let folded = fold(name);
    let rest: Vec<&str> =
        entity.names.iter().map(String::as_str).filter(|known| fold(known) != folded).collect();
    let Some(first) = rest.first() else { return Ok(()) };
    if fold(&entity.name) == folded {
        transaction
            .prepare_cached("UPDATE entity SET name = ?2 WHERE id = ?1")?
            .execute(params![id, first])?;
    }
    write_names(transaction, person, id, rest)
}

/// Makes two entities one: names and facts of `from` are those of `into` from then on.
pub(crate) fn merge(
    transaction: &Transaction<'_>,
    person: i64,
    from: i64,
    into: i64,
) -> Result<(), Fault> {
    let (Some(gone), Some(kept)) =
        (one(transaction, person, from)?, one(transaction, person, into)?)
    else {
        return Ok(());
    };
    if from == into {
        return Ok(());
    }
    let kind = if kept.kind == Kind::Thing { gone.kind } else { kept.kind };
    transaction
        .prepare_cached("UPDATE entity SET kind = ?2, gender = ?3, number = ?4 WHERE id = ?1")?
        .execute(params![
            into,
            name_in(&KINDS, &kind),
            kept.gender.or(gone.gender).and_then(|gender| name_in(&GENDERS, &gender)),
            kept.number.or(gone.number).and_then(|number| name_in(&NUMBERS, &number)),
        ])?;
    for name in &gone.names {
        alias(transaction, person, into, name)?;
    }
    for sql in [
        "UPDATE fact SET subject = ?2 WHERE subject = ?1",
        "UPDATE fact SET object = ?2 WHERE object = ?1",
    ] {
        transaction.prepare_cached(sql)?.execute(params![from, into])?;
    }
    transaction.prepare_cached("DELETE FROM entity WHERE id = ?1")?.execute([from])?;
    Ok(())
}

/// Writes the names of an entity anew, with what is made of them: its label and its words.
fn write_names<'a>(
    transaction: &Transaction<'_>,
    person: i64,
    id: i64,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), Fault> {
    for sql in ["DELETE FROM alias WHERE entity = ?1", "DELETE FROM entity_word WHERE entity = ?1"]
    {
        transaction.prepare_cached(sql)?.execute([id])?;
    }
    let name: String = transaction
        .prepare_cached("SELECT name FROM entity WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let (kind, gender, number) = (Kind::Thing, None, None);
    let entity = Entity { id: EntityId(id), name, names, kind, gender, number };
    let label = naming::label(&entity);
    let mut insert = transaction.prepare_cached(
        "INSERT INTO alias (person, folded, entity, name, place) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
    )?;
    for (place, name) in (0_i64..).zip(&entity.names) {
        insert.execute(params![person, fold(name), id, name, place])?;
    }
    insert.execute(params![person, fold(&label), id, label, -1])?;
    transaction
        .prepare_cached("UPDATE entity SET shown = ?2 WHERE id = ?1")?
        .execute(params![id, label])?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO entity_word (person, word, entity) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for word in entity.names.iter().flat_map(|name| words_of(name)) {
        insert.execute(params![person, word, id])?;
    }
    Ok(())
}

/// Returns the key of a relation, made if needed.
pub(crate) fn relation(
    transaction: &Transaction<'_>,
    person: i64,
    name: &str,
) -> rusqlite::Result<i64> {
    let known = transaction
        .prepare_cached("SELECT id FROM relation WHERE person = ?1 AND name = ?2")?
        .query_row(params![person, name], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let folded = fold(name);
    transaction
        .prepare_cached(
            "INSERT INTO relation (person, name, folded, verb) VALUES (?1, ?2, ?3, ?4)
             RETURNING id",
        )?
        .query_row(params![person, name, folded, verb_of(&folded)], |row| row.get(0))
}

const KINDS: [(Kind, &str); 7] = [
    (Kind::Speaker, "speaker"),
    (Kind::Person, "person"),
    (Kind::Animal, "animal"),
    (Kind::Place, "place"),
    (Kind::Time, "time"),
    (Kind::Quantity, "quantity"),
    (Kind::Thing, "thing"),
];
const GENDERS: [(Gender, &str); 2] =
    [(Gender::Masculine, "masculine"), (Gender::Feminine, "feminine")];
const NUMBERS: [(Number, &str); 2] = [(Number::Singular, "singular"), (Number::Plural, "plural")];

/// Returns the name of `wanted` in the tables.
fn name_in<T: PartialEq>(list: &[(T, &'static str)], wanted: &T) -> Option<&'static str> {
    list.iter().find(|(one, _)| one == wanted).map(|(_, name)| *name)
}

/// Reads one of `list` by its name in the tables.
fn read_in<T: Copy>(
    list: &[(T, &'static str)],
    row: &Row<'_>,
    column: usize,
) -> Result<Option<T>, Fault> {
    let Some(name) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    let found = list.iter().find(|(_, listed)| *listed == name).map(|(one, _)| *one);
    found.map(Some).ok_or_else(|| Fault::Unreadable(format!("`{name}` of an entity")))
}

/// Returns what the names in the tables stand for; `None` when one of them stands for nothing.
pub(crate) fn party(
    kind: &str,
    gender: Option<&str>,
    number: Option<&str>,
) -> Option<(Kind, Option<Gender>, Option<Number>)> {
    fn called<T: Copy>(list: &[(T, &'static str)], name: &str) -> Option<T> {
        list.iter().find(|(_, listed)| *listed == name).map(|(one, _)| *one)
    }
    let gender = gender.map(|name| called(&GENDERS, name).ok_or(())).transpose().ok()?;
    let number = number.map(|name| called(&NUMBERS, name).ok_or(())).transpose().ok()?;
    Some((called(&KINDS, kind)?, gender, number))
}
