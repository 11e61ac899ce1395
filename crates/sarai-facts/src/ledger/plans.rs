//! Plans: what moves them to another time, or calls them off.

use jiff::ToSpan;
use jiff::civil::Date;
use sarai_core::fact::{Fact, FactStatus};

use super::compare::{self, Class};
use super::{Heard, resolve, rules};
use crate::claim::Claim;
use crate::lookup::{Facts, Lookup};
use crate::{naming, relations};

/// What is said of a plan that comes to nothing, as words begin, folded.
const OFF: &[&str] = &["cancel", "anulad", "suspendid", "off", "called"];

/// How many facts that mention what is moved are looked through.
const PLANS_MAX: usize = 64;

/// The length of `2025-06-03`.
const ISO_DAY_LENGTH: usize = 10;

/// Returns what the claim moves or dates: the subject of `la cita pasa al jueves`.
pub(super) fn event(claim: &Claim) -> Option<&str> {
    if claim.negated {
        return None;
    }
    let off = is_off(claim);
    let class = compare::class(&claim.object.name, claim.object.kind);
    let dated = claim.when.is_some()
        || class == Class::Time
        || class == Class::Quantity && claim.relation.contains('_');
    let says_when = relations::group(&claim.relation)
        .is_some_and(|group| matches!(group.name, "being" | "state"));
    let moves = relations::moves(&claim.relation);
    match is_thing(claim) {
        true if off || dated && (moves || says_when) => Some(&claim.subject.name),
        false if dated && moves => Some(&claim.object.name),
        _ => None,
    }
}

/// Calls what is moved or called off by the whole name it was planned under: `revisión del coche`
/// for `la revisión`.
pub(super) fn completed(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let said = claim.subject.name.clone();
    let concerned =
        event(claim) == Some(said.as_str()) && (relations::moves(&claim.relation) || is_off(claim));
    if !concerned || !known.entities(&said)?.is_empty() {
        return Ok(());
    }
    let mut whole: Option<String> = None;
    for word in naming::words(&said).iter().take(1) {
        for fact in known.mentioning(word, PLANS_MAX)? {
            let begins = |name: &str| name.starts_with(&format!("{said} "));
            let planned = fact.status == FactStatus::Planned;
            let name = [fact.object, fact.subject].into_iter().find(|name| begins(name));
            whole = whole.or(name.filter(|_| planned));
        }
    }
    if let Some(whole) = whole {
        claim.subject.name = whole;
    }
    Ok(())
}

/// Returns whether the claim speaks of something and not of somebody.
fn is_thing(claim: &Claim) -> bool {
    !resolve::is_speaker(&claim.subject)
        && !naming::is_proper(&claim.subject.name)
        && !relations::is_role(&claim.subject.name)
        && !["ellos", "they", rules::SPEAKERS].contains(&claim.subject.name.as_str())
}

/// Returns whether the claim says that its subject is cancelled.
pub(super) fn is_off(claim: &Claim) -> bool {
    let group = relations::group(&claim.relation).map(|group| group.name);
    let words = naming::words(&claim.object.name);
    relations::cancels(&claim.relation) && is_thing(claim)
        || matches!(group, Some("being" | "state"))
            && words.first().is_some_and(|word| OFF.iter().any(|stem| word.starts_with(stem)))
}

/// Returns whether the claim gives a planned fact another time, or none.
pub(super) fn moves(claim: &Claim, heard: &Heard, fact: &Fact) -> bool {
    let Some(event) = event(claim) else { return false };
    let meant = |name: &String| compare::within(event, name) || compare::within(name, event);
    // What is on a day has one day; what somebody has to do may come again.
    let to_come = fact.when.as_ref().is_none_or(|when| *when >= heard.day);
    (to_come && meant(&fact.object) || meant(&fact.subject)) && fact.when != claim.when
}

/// Returns the day to come that a claim told as done speaks of, when it moves a plan: on a Tuesday
/// “la han pasado al viernes” is the next Friday and not the last.
pub(super) fn replanned(claim: &Claim, heard: &Heard) -> Option<String> {
    let when = claim.when.as_deref()?;
    let moved = claim.status != FactStatus::Current
        && relations::moves(&claim.relation)
        && (is_thing(claim) || claim.relation.contains('_'))
        && event(claim).is_some();
    if !moved || claim.status == FactStatus::Planned && when >= heard.day.as_str() {
        return None;
    }
    if when > heard.day.as_str() {
        return Some(when.to_owned());
    }
    let (day, time) = when.split_at_checked(ISO_DAY_LENGTH)?;
    let today: Date = heard.day.parse().ok()?;
    let next = day.parse::<Date>().ok()?.checked_add(1.week()).ok()?;
    let is_weekday = !claim.object.name.contains(|c: char| c.is_ascii_digit());
    (is_weekday && next > today).then(|| format!("{next}{time}"))
}
