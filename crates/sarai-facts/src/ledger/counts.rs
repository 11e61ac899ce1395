//! Numbers that change: how many of something are left, another number that somebody was given.

use std::collections::BTreeSet;

use sarai_core::fact::{Fact, FactStatus};

use super::compare::{self, Class};
use super::rules;
use crate::claim::{Claim, Effect, Kind, Party};
use crate::lookup::{Facts, Lookup};
use crate::relations;

/// Verbs that tell how many there still are.
const REMAINING: &[&str] = &["quedar", "ser", "sumar", "be", "have_left", "remain"];

/// Verbs that tell how many somebody has.
const COUNTING: &[&str] = &["tener", "criar", "cuidar", "ser", "have", "own", "keep", "haber"];

/// Verbs by which somebody is given a number.
const GIVING: &[&str] =
    &["dar", "asignar", "poner", "tocar", "adjudicar", "give", "assign", "allocate"];

/// How many facts are looked through, newest first.
const FACTS_MAX: usize = 64;

/// Words for what is counted in every relation, folded.
const SPANS: &[&str] = &[
    "ano",
    "mes",
    "semana",
    "dia",
    "hora",
    "minuto",
    "euro",
    "peso",
    "dolar",
    "kilo",
    "kilometro",
    "year",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "pound",
    "dollar",
    "mile",
];

/// Tells how many are left in the words their number was told with: after “tengo doce gallinas”,
/// “me quedan once” says `tener | once gallinas`.
pub(super) fn recounted(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let counts = claim.object.kind == Kind::Quantity
        && REMAINING.contains(&claim.relation.as_str())
        && claim.status != FactStatus::Planned
        && !claim.negated;
    let unnamed = is_bare(&claim.object.name);
    let left = claim.relation == "quedar";
    if !counts || !left {
        return Ok(());
    }
    let mut told: Option<Fact> = None;
    for verb in COUNTING {
        for fact in known.with_verb(verb, FACTS_MAX)? {
            let counted = compare::class(&fact.object, Kind::Thing) == Class::Quantity
                && !is_bare(&fact.object)
                && !is_span(&fact.object);
            let meant = unnamed || compare::alike(&claim.object.name, &fact.object);
            let later = told.as_ref().is_none_or(|there| there.id.0 < fact.id.0);
            if rules::is_current(&fact) && counted && meant && later {
                told = Some(fact);
            }
        }
    }
    let Some(fact) = told else { return Ok(()) };
    if unnamed && let Some((_, noun)) = fact.object.split_once(' ') {
        claim.object.name = format!("{} {noun}", claim.object.name);
    }
    take_over(claim, fact);
    Ok(())
}

/// Reads the number that somebody was given as the new value of what has one: after “mi extensión
/// es la 214”, “me dieron la 231” says `extensión | ser | 231`.
pub(super) fn given(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let digits = compare::digits(&claim.object.name);
    let handed = GIVING.contains(&claim.relation.as_str())
        && claim.status == FactStatus::Past
        && !claim.negated
        && is_bare(&claim.object.name);
    if !handed || digits < 2 {
        return Ok(());
    }
    let mut found: Vec<Fact> = Vec::new();
    for verb in ["ser", "be"] {
        found.extend(known.with_verb(verb, FACTS_MAX)?.into_iter().filter(|fact| {
            rules::is_current(fact)
                && relations::is_attribute(&fact.subject)
                && compare::digits(&fact.object).abs_diff(digits) <= 1
        }));
    }
    let subjects: BTreeSet<&String> = found.iter().map(|fact| &fact.subject).collect();
    if subjects.len() == 1
        && let Some(fact) = found.pop()
    {
        take_over(claim, fact);
    }
    Ok(())
}

/// Makes the claim say the new value of what the fact says.
fn take_over(claim: &mut Claim, fact: Fact) {
    let speaker = fact.subject == sarai_core::fact::SPEAKER;
    claim.subject = if speaker { Party::speaker() } else { Party::named(fact.subject) };
    claim.relation = fact.relation;
    claim.status = FactStatus::Current;
    claim.when = None;
    claim.effect = Effect::Replace { old: Some(fact.object) };
}

/// Returns whether a number is said and not what it counts.
fn is_bare(name: &str) -> bool {
    compare::terms(name).iter().all(|term| compare::is_number(term))
}

fn is_span(name: &str) -> bool {
    compare::terms(name).iter().any(|term| SPANS.contains(&term.as_str()))
}
