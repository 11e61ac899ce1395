//! Whom a claim means when it does not say the whole name: a part of it, another word for it, a new
//! value of it.

use std::collections::BTreeSet;

use sarai_core::fact::FactStatus;

use super::compare;
use super::resolve::{PARTIAL_NAMES_MAX, conflicts, is_speaker};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::lookup::{Entity, Facts, Lookup};
use crate::{naming, relations};

/// The fewest digits of a code or a telephone number.
const CODE_DIGITS_MIN: usize = 4;

/// What is done for a wage.
const EARNING: &[&str] = &["ganar", "cobrar", "percibir", "earn", "make"];

/// Words that tell a new value from the one before, not a thing from another; folded.
const RENEWALS: &[&str] = &["nuevo", "nueva", "new", "actual", "current"];

/// Words between the parts of a name.
const LINKS: &[&str] = &["for", "to", "on", "from", "para"];

/// Returns the known name of what has a new value now: `GP` of `new GP`.
pub(super) fn renewed(name: &str, known: &dyn Facts) -> Lookup<Option<String>> {
    let is_lasting = |word: &&str| !RENEWALS.contains(&fold(word).as_str());
    let lasting: Vec<&str> = name.split_whitespace().filter(is_lasting).collect();
    let rest = lasting.join(" ");
    if rest.is_empty() || lasting.len() == name.split_whitespace().count() {
        return Ok(None);
    }
    let is_known = known.entities(name)?.is_empty() && !known.entities(&rest)?.is_empty();
    Ok(is_known.then_some(rest))
}

/// Takes the label of somebody, `profesora Elena`, apart into role and name, and completes the head
/// of a known name, `compañera` for `compañera de piso`, where the claim replaces what is known.
pub(super) fn unlabel(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let replaces = matches!(claim.effect, Effect::Replace { .. });
    if !replaces || is_speaker(&claim.subject) {
        return Ok(());
    }
    let said = claim.subject.name.clone();
    let entities = known.entities(&said)?;
    let has_name = |entity: &Entity| entity.names.iter().any(|name| fold(name) == fold(&said));
    if let Some(entity) = entities.iter().find(|entity| !has_name(entity)) {
        let role = entity.names.iter().find(|name| !naming::is_proper(name));
        claim.subject.name = role.cloned().unwrap_or(said);
        return Ok(());
    }
    if !entities.is_empty() || naming::is_proper(&said) {
        return Ok(());
    }
    let mut whole = BTreeSet::new();
    for entity in neighbours(&claim.subject, known)? {
        let begins = |name: &&String| {
            ["de", "of ", "for "].iter().any(|link| name.starts_with(&format!("{said} {link}")))
        };
        whole.extend(entity.names.iter().find(begins).cloned());
    }
    if whole.len() == 1 {
        claim.subject.name = whole.pop_first().unwrap_or(said);
    }
    Ok(())
}

/// Reads the age that a birthday brings as that of who has it: `cumple de hijo | tener | siete`.
pub(super) fn aged(claim: &mut Claim) {
    let has = matches!(claim.relation.as_str(), "tener" | "cumplir" | "have" | "turn");
    let owner = ["cumple de ", "cumpleaños de "]
        .iter()
        .find_map(|lead| claim.subject.name.strip_prefix(lead))
        .or_else(|| claim.subject.name.strip_suffix("'s birthday"));
    if let Some(owner) = owner.filter(|_| has).map(str::to_owned) {
        claim.subject = Party { span: claim.subject.span.clone(), ..Party::named(owner) };
    }
}

/// Reads the change of a known value as its new value: `el código del portal ha cambiado: 7788`.
pub(super) fn revalue(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let unsaid = ["sí", "yes", "*"].contains(&claim.object.name.as_str());
    let is_change = relations::changes(&claim.relation) && !claim.negated && !unsaid;
    if !is_change || claim.status == FactStatus::Planned || is_speaker(&claim.subject) {
        return Ok(());
    }
    let mut told = None;
    for entity in known.entities(&claim.subject.name)? {
        let beings = known.of(entity.id, &["ser", "be"], PARTIAL_NAMES_MAX)?;
        told = told.or(beings.into_iter().find(|fact| fact.status == FactStatus::Current));
    }
    if let Some(fact) = told.filter(|_| relations::is_attribute(&claim.subject.name)) {
        let value = claim.object.name.strip_prefix("ser ").unwrap_or(&claim.object.name);
        claim.object.name = value.to_owned();
        claim.relation = fact.relation;
        claim.status = FactStatus::Current;
        claim.effect = Effect::Replace { old: None };
    }
    Ok(())
}

/// Reads the new amount of something in the words it was told with: after “pago 600 euros de
/// alquiler”, “han subido el alquiler a 680” says `pagar | 680 de alquiler`.
pub(super) fn carried(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let amount = |name: &str, kind| compare::class(name, kind) == compare::Class::Quantity;
    let renews = claim.effect == Effect::Replace { old: None }
        && relations::group(&claim.relation).is_some_and(|group| group.name == "being")
        && claim.status == FactStatus::Current
        && !claim.negated
        && amount(&claim.object.name, claim.object.kind);
    if !renews || is_speaker(&claim.subject) {
        return Ok(());
    }
    let thing = compare::terms(&claim.subject.name);
    let mut told = None;
    for word in naming::words(&claim.subject.name).iter().take(1) {
        for fact in known.mentioning(word, PARTIAL_NAMES_MAX)? {
            let open = fact.status == FactStatus::Current && !fact.negated;
            let measured = amount(&fact.object, Kind::Thing)
                || compare::alike(&claim.object.name, &fact.object);
            let of_it = thing.is_subset(&compare::terms(&fact.object))
                || relations::group(&fact.relation).is_none_or(|group| group.name != "being")
                    && thing.is_subset(&compare::terms(&fact.subject));
            if open && measured && of_it && told.is_none() {
                told = Some(fact);
            }
        }
    }
    let wages = naming::words(&claim.subject.name)
        .iter()
        .any(|word| relations::canonical(word) == "sueldo");
    for entity in known.entities(sarai_core::fact::SPEAKER)?.iter().filter(|_| wages) {
        let paid = known.of(entity.id, EARNING, PARTIAL_NAMES_MAX)?;
        told = told.or(paid.into_iter().find(|fact| fact.status == FactStatus::Current));
    }
    let Some(fact) = told else { return Ok(()) };
    let whole = [" de ", " of "].into_iter().find_map(|link| {
        let (amount, complement) = fact.object.split_once(link)?;
        (!claim.object.name.contains(link)).then_some((amount, link, complement))
    });
    if let Some((amount, link, complement)) = whole {
        // `10` for `20 mg of it` is 10 mg.
        let unit = amount.split_once(' ').map(|(_, unit)| unit);
        let unit = unit.filter(|_| claim.object.name.chars().all(|c| c.is_ascii_digit()));
        let amount = [Some(claim.object.name.as_str()), unit];
        let amount = amount.into_iter().flatten().collect::<Vec<_>>().join(" ");
        claim.object.name = format!("{amount}{link}{complement}");
    }
    claim.relation = fact.relation;
    claim.effect = Effect::Replace { old: Some(fact.object) };
    let speaker = fact.subject == sarai_core::fact::SPEAKER;
    claim.subject = if speaker { Party::speaker() } else { Party::named(fact.subject) };
    Ok(())
}

/// Returns which attribute of its subject the claim gives a new number: after “el teléfono del
/// fontanero es 301 555 8812”, “el fontanero cambió de número, ahora es 320 777 1943”.
pub(super) fn meant_attribute(claim: &Claim, known: &dyn Facts) -> Lookup<Option<String>> {
    let is_being = relations::group(&claim.relation).is_some_and(|group| group.name == "being");
    let digits = compare::digits(&claim.object.name);
    if !is_being
        || claim.negated
        || digits < CODE_DIGITS_MIN
        || is_speaker(&claim.subject)
        || relations::is_attribute(&claim.subject.name)
    {
        return Ok(None);
    }
    let mut found = BTreeSet::new();
    for word in naming::words(&claim.subject.name).iter().take(1) {
        for fact in known.mentioning(word, PARTIAL_NAMES_MAX)? {
            let of_it = relations::is_attribute(&fact.subject)
                && compare::within(&claim.subject.name, &fact.subject);
            let alike = compare::digits(&fact.object).abs_diff(digits) <= 1;
            if of_it && alike && fact.status == FactStatus::Current {
                found.insert(fact.subject);
            }
        }
    }
    Ok(if found.len() == 1 { found.pop_first() } else { None })
}

/// Finds somebody by a part of the name, `Lindqvist` for `Professor Lindqvist`, or something by
/// another word for it, `número` for `teléfono`; only when there is exactly one.
pub(super) fn by_part(party: &Party, known: &dyn Facts) -> Lookup<Option<Entity>> {
    let wanted = spoken_terms(&party.name);
    let proper = naming::is_proper(&party.name);
    let has_synonym = wanted != compare::terms(&party.name);
    // `bike lock code` is the `code for the bike lock`.
    let has_order = wanted.len() > 1 && is_speaker_free(party);
    if !proper && !has_synonym && !has_order {
        return Ok(None);
    }
    let mut found: Vec<Entity> = Vec::new();
    for entity in neighbours(party, known)? {
        let fits = |name: &String| {
            let terms = spoken_terms(name);
            let part = terms.is_subset(&wanted) || wanted.is_subset(&terms);
            if proper { naming::is_proper(name) && part } else { terms == wanted }
        };
        let new = !found.iter().any(|there| there.id == entity.id);
        if new && entity.names.iter().any(fits) && !conflicts(&entity, party) {
            found.push(entity);
        }
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Returns whether nobody's possession is named, whose word order tells who owns it.
fn is_speaker_free(party: &Party) -> bool {
    !party.name.contains("'s ") && relations::is_attribute(&party.name)
}

/// Returns the entities in whose names a word of the party's name occurs, or another word for it.
fn neighbours(party: &Party, known: &dyn Facts) -> Lookup<Vec<Entity>> {
    let mut labels = BTreeSet::new();
    for word in naming::words(&party.name) {
        for other in relations::words_for(&word) {
            let facts = known.mentioning(other, PARTIAL_NAMES_MAX)?;
            labels.extend(facts.into_iter().flat_map(|fact| [fact.subject, fact.object]));
        }
    }
    let mut found = Vec::new();
    for label in labels {
        found.extend(known.entities(&label)?);
    }
    Ok(found)
}

/// Returns whether one says no more than the other, in other words: `súper`, `supermercado`.
pub(super) fn mean_the_same(one: &str, other: &str) -> bool {
    let (one, other) = (spoken_terms(one), spoken_terms(other));
    !one.is_empty() && !other.is_empty() && (one.is_subset(&other) || other.is_subset(&one))
}

/// Returns the terms of a name, each by the word that stands for all that mean the same.
fn spoken_terms(name: &str) -> BTreeSet<String> {
    let terms = compare::terms(name).into_iter();
    let lasting =
        terms.filter(|term| !RENEWALS.contains(&term.as_str()) && !LINKS.contains(&term.as_str()));
    lasting.map(|term| relations::canonical(&term).to_owned()).collect()
}
