//! Whether two names or values are the same, part of each other, or exclude each other.

use std::collections::BTreeSet;

use sarai_core::fact::{Fact, SPEAKER};

use crate::claim::{Claim, Kind};
use crate::fold::fold;
use crate::naming;
use crate::relations::{self, Nature};

/// Words that say how old or how much, folded.
const UNITS: &[&str] = &["ano", "mes", "year", "month", "semana", "week"];

/// Words of days and months, folded and stemmed.
const TIMES: &[&str] = &[
    "lune",
    "marte",
    "miercole",
    "jueve",
    "vierne",
    "sabado",
    "domingo",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "manana",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "tomorrow",
    "noon",
    "midnight",
    "hora",
];

/// Numbers as words, folded, below the point where people write digits.
const NUMBERS: &[&str] = &[
    "un",
    "una",
    "dos",
    "tre",
    "cuatro",
    "cinco",
    "sei",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "diecisei",
    "dieciocho",
    "diecisiete",
    "diecinueve",
    "veinte",
    "treinta",
    "cuarenta",
    "cincuenta",
    "sesenta",
    "setenta",
    "ochenta",
    "noventa",
    "cien",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
];

/// Where somebody stands with marriage.
const CIVIL: &[&str] = &[
    "solter",
    "casad",
    "divorciad",
    "separad",
    "viud",
    "prometid",
    "single",
    "married",
    "divorced",
    "separated",
    "widowed",
    "widow",
    "engaged",
];

/// What somebody eats.
const DIETS: &[&str] =
    &["vegan", "vegetarian", "omnivor", "pescetarian", "pescatarian", "celiac", "coeliac"];

/// What somebody believes.
const FAITHS: &[&str] = &[
    "catolic",
    "evangelic",
    "budist",
    "musulm",
    "ateo",
    "atea",
    "agnostic",
    "mormon",
    "judi",
    "protestant",
    "cristian",
    "catholic",
    "buddhist",
    "muslim",
    "atheist",
    "jewish",
    "christian",
];

/// What somebody's body does not take.
const ILLNESSES: &[&str] =
    &["alerg", "intoleran", "diabet", "asma", "allerg", "asthma", "hipertens", "lactose"];

/// States of which a thing is in one at a time, folded.
const OPPOSITES: &[&[&str]] = &[
    &["open", "closed", "shut", "reopened"],
    &["on", "off"],
    &["full", "empty"],
    &["temporary", "permanent"],
    &["alive", "dead"],
    &["healthy", "ill", "sick"],
    &["abierto", "cerrado"],
    &["abierta", "cerrada"],
    &["encendido", "apagado"],
    &["encendida", "apagada"],
    &["lleno", "vacio"],
    &["llena", "vacia"],
    &["vivo", "muerto"],
    &["viva", "muerta"],
    &["temporal", "fijo", "indefinido"],
];

/// What kind of value it is, for relations whose values exclude each other within a kind only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Time,
    Quantity,
    Civil,
    Diet,
    Faith,
    Health,
    Proper,
    Other,
}

/// Returns the words of a name or value that carry meaning, each in one form for singular and
/// plural; groups of digits are joined.
pub(super) fn terms(name: &str) -> BTreeSet<String> {
    let mut terms: Vec<String> = Vec::new();
    let mut digits = String::new();
    for word in naming::words(name) {
        if word.chars().all(|c| c.is_ascii_digit()) && (digits.is_empty() || word.len() > 1) {
            digits.push_str(&word);
            continue;
        }
        terms.extend((!digits.is_empty()).then(|| std::mem::take(&mut digits)));
        terms.push(singular(&word));
    }
    terms.extend((!digits.is_empty()).then_some(digits));
    terms.into_iter().collect()
}

fn singular(word: &str) -> String {
    let stem = |end: &str, least: usize| {
        word.strip_suffix(end).filter(|stem| stem.chars().count() >= least)
    };
    match stem("s", 3) {
        Some(rest) if !word.ends_with("ss") => rest.to_owned(),
        _ => word.to_owned(),
    }
}

/// Returns whether both mean the same.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || terms(one) == terms(other)
}

/// Returns whether `part` says no more than `whole` does: `Lugo` and `pueblo de Lugo`.
pub(super) fn within(part: &str, whole: &str) -> bool {
    let part = terms(part);
    !part.is_empty() && part.is_subset(&terms(whole))
}

/// Returns whether both are of one sort: a word but for numbers is in both.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (terms(one), terms(other));
    one.intersection(&other).any(|term| !is_number(term))
}

/// Returns how many digits there are in `value`.
pub(super) fn digits(value: &str) -> usize {
    value.chars().filter(char::is_ascii_digit).count()
}

/// Returns what kind of value `object` is.
pub(super) fn class(object: &str, kind: Kind) -> Class {
    let terms = terms(object);
    let begins =
        |stems: &[&str]| terms.iter().any(|term| stems.iter().any(|stem| term.starts_with(stem)));
    if terms.iter().any(|term| TIMES.contains(&term.as_str()) || is_day_of_month(term)) {
        Class::Time
    } else if kind != Kind::Quantity && is_numbered_name(object) {
        Class::Proper
    } else if kind == Kind::Quantity || number(&terms).is_some() {
        Class::Quantity
    } else if kind == Kind::Time {
        Class::Time
    } else if begins(CIVIL) {
        Class::Civil
    } else if begins(DIETS) {
        Class::Diet
    } else if begins(FAITHS) {
        Class::Faith
    } else if begins(ILLNESSES) {
        Class::Health
    } else if naming::is_proper(object) {
        Class::Proper
    } else {
        Class::Other
    }
}

/// Returns of what kind something of this name is, as far as its words tell.
pub(super) fn kind(name: &str) -> Option<Kind> {
    match class(name, Kind::Thing) {
        Class::Time => Some(Kind::Time),
        Class::Quantity => Some(Kind::Quantity),
        _ => None,
    }
}

/// Returns whether a term is a day of the month: `14th`.
fn is_day_of_month(term: &str) -> bool {
    let digits = term.trim_end_matches(char::is_alphabetic);
    matches!(&term[digits.len()..], "th" | "nd" | "rd" | "st" | "t")
        && digits.parse().is_ok_and(|day: u32| (1..=31).contains(&day))
}

/// Returns whether a name of its own has a number: `iPhone 11`, `Seat 600`.
fn is_numbered_name(object: &str) -> bool {
    let mut words = object.split_whitespace();
    let first = words.next().unwrap_or_default();
    let named = first.chars().any(char::is_uppercase) && first.chars().all(char::is_alphabetic);
    named
        && !terms(first).iter().any(|term| is_number(term))
        && words.any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns whether a current `old` cannot hold any more once `claim` does: the two have the same
/// subject and relation, and the claim is current and says so.
pub(super) fn excludes(claim: &Claim, old: &Fact) -> bool {
    let (new_class, old_class) =
        (class(&claim.object.name, claim.object.kind), class(&old.object, Kind::Thing));
    let happens = relations::nature(&claim.relation) == Nature::Event;
    let is_had = relations::group(&claim.relation).is_some_and(|group| group.name == "having");
    let only_number = terms(&claim.object.name).iter().all(|term| is_number(term));
    // `ya tiene 4` ends `tener 3 años`.
    if is_had && only_number && !claim.object.name.is_empty() && is_age(old) {
        return true;
    }
    if !happens && recounts(&claim.object.name, &old.object) {
        return true;
    }
    // What comes on Mondays and then on Fridays comes on another day now.
    let other_day = new_class == Class::Time && old_class == Class::Time;
    if other_day && !happens && claim.subject.name != SPEAKER {
        return true;
    }
    match relations::group(&claim.relation) {
        // `cumplí 36` ends `tener 35 años`.
        Some(group) if group.name == "turning" => is_age(old),
        // `subió a 650 euros` ends `ser 600 euros`.
        Some(group) if group.name == "shift" => {
            new_class == Class::Quantity && old_class == Class::Quantity
        }
        Some(group) if group.name == "being" || group.name == "state" => {
            let single =
                matches!(new_class, Class::Time | Class::Quantity | Class::Civil | Class::Faith);
            // Something is one of two that have names, somebody can be of both.
            let identity = new_class == Class::Proper
                && claim.subject.name != SPEAKER
                && !naming::is_proper(&claim.subject.name);
            let attribute = relations::is_attribute(&claim.subject.name)
                || is_opposite(&claim.object.name, &old.object);
            new_class == old_class && (single || identity) || attribute
        }
        // `nacer_en Lugo` and `nacer_en 1980` are both so.
        Some(group) if group.name == "birth" => {
            let place = |class| matches!(class, Class::Proper | Class::Other);
            place(new_class) == place(old_class)
        }
        Some(group) => group.nature == Nature::Functional,
        None => false,
    }
}

/// Returns whether both begin with states of which one ends the other: `open`, `closed for lunch`.
fn is_opposite(new: &str, old: &str) -> bool {
    let first = |name: &str| naming::words(name).into_iter().next().unwrap_or_default();
    let (new, old) = (first(new), first(old));
    let among = |states: &&&[&str], word: &str| states.contains(&word);
    let set = OPPOSITES.iter().find(|states| among(states, &new));
    new != old && set.is_some_and(|states| among(&states, &old))
}

/// Returns whether the fact says how old its subject is: `tener 35 años`, `be 35`.
fn is_age(fact: &Fact) -> bool {
    let terms = terms(&fact.object);
    let in_years = terms.iter().any(|term| UNITS.contains(&term.as_str()));
    let only = terms.iter().all(|term| is_number(term));
    number(&terms).is_some() && (in_years || only)
}

/// Returns whether both count the same differently: `dos hijos`, `tres hijos`; `5 años`, `6 años`;
/// `8`, `10`.
pub(super) fn recounts(new: &str, old: &str) -> bool {
    let (new, old) = (terms(new), terms(old));
    let (Some(new_count), Some(old_count)) = (number(&new), number(&old)) else { return false };
    let rest = |terms: &BTreeSet<String>, count: &str| -> BTreeSet<String> {
        terms.iter().filter(|term| *term != count).cloned().collect()
    };
    let (new_rest, old_rest) = (rest(&new, new_count), rest(&old, old_count));
    let unit = |rest: &BTreeSet<String>| rest.iter().any(|term| UNITS.contains(&term.as_str()));
    new_count != old_count && (new_rest == old_rest || unit(&new_rest) && unit(&old_rest))
}

fn number(terms: &BTreeSet<String>) -> Option<&str> {
    terms.iter().map(String::as_str).find(|term| is_number(term))
}

pub(super) fn is_number(term: &str) -> bool {
    term.starts_with(|c: char| c.is_ascii_digit()) || NUMBERS.contains(&term)
}

/// Returns whether `object` names what `fact` tells as a verb: `smoking` is what `smoke` tells,
/// and `drinking coffee` what `drink | coffee` does.
pub(super) fn is_doing(object: &str, fact: &Fact) -> bool {
    let folded = fold(object);
    let (verb, rest) = folded.split_once(' ').unwrap_or((&folded, ""));
    let adjunct = ["on ", "in ", "at ", "since ", "last ", "for "];
    let rest = if adjunct.iter().any(|lead| rest.starts_with(lead)) { "" } else { rest };
    let Some(stem) = verb.strip_suffix("ing").filter(|stem| stem.len() > 1) else { return false };
    let base = fact.relation.split('_').next().unwrap_or_default();
    let about_it = naming::words(rest) == naming::words(&fact.object);
    // `stopped liking tea` is what `love | tea` tells.
    let alike = relations::group(&fact.relation)
        .is_some_and(|group| group.forms.iter().any(|form| is_gerund(stem, form)));
    is_gerund(stem, base) && (rest.is_empty() || about_it)
        || alike && about_it
        || rest.is_empty() && base == "be" && is_trade(stem, &fact.object)
}

/// Returns whether `stem` and `ing` make the gerund of a verb: `lik` and `like`, `stopp` and `stop`.
fn is_gerund(stem: &str, base: &str) -> bool {
    let doubled = stem.len() > 2 && stem.ends_with(base.chars().last().unwrap_or(' '));
    base == stem
        || base.strip_suffix('e') == Some(stem)
        || doubled && stem[..stem.len() - 1] == *base
}

/// Returns whether who is `name` does what the gerund tells: `nurs` and `nurse`, `plumb` and
/// `plumber`.
fn is_trade(stem: &str, name: &str) -> bool {
    let folded = fold(name);
    let head = folded.split(" of ").next().unwrap_or_default();
    let head = head.rsplit(' ').next().unwrap_or_default();
    ["", "e", "er", "or"].iter().any(|end| head.strip_suffix(end) == Some(stem))
}

#[cfg(test)]
mod tests {
    use super::{Class, class, same, within};
    use crate::claim::Kind;

    #[test]
    fn links_plurals_and_groups_of_digits_do_not_count() {
        for (one, other) in [
            ("la casa de Ana", "casa Ana"),
            ("perro", "perros"),
            ("301 555 8812", "3015558812"),
            ("PIN de la alarma", "pin alarma"),
        ] {
            assert!(same(one, other), "{one}, {other}");
        }
        for (one, other) in [("bus", "bu"), ("glass", "glas"), ("5 años", "6 años"), ("", "Ana")]
        {
            assert!(!same(one, other), "{one}, {other}");
        }
        assert!(within("Lugo", "pueblo de Lugo") && !within("pueblo de Lugo", "Lugo"));
        assert!(!within("", "Lugo"));
    }

    #[test]
    fn values_are_of_kinds() {
        for (value, wanted) in [
            ("martes", Class::Time),
            ("Friday at 11", Class::Time),
            ("600 euros", Class::Quantity),
            ("soltera", Class::Civil),
            ("vegan", Class::Diet),
            ("alérgico al polen", Class::Health),
            ("Lugo", Class::Proper),
            ("enfermera", Class::Other),
        ] {
            assert_eq!(class(value, Kind::Thing), wanted, "{value}");
        }
    }
}
