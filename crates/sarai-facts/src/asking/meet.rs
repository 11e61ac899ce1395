//! Where a word of the question is met in a fact.

use sarai_core::language::Language;

use crate::asking::candidate::{self, Candidate, Name};
use crate::asking::lexicon::{self, Belongs, Group};
use crate::asking::lists::List;
use crate::asking::question::{Question, Role, Term, Wanted};
use crate::asking::words::Word;
use crate::asking::{times, words};
use crate::{naming, relations};

/// The fewest digits of a telephone number.
const TELEPHONE_DIGITS_MIN: usize = 6;

/// Where a term of the question is met in a fact, and how well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Met {
    pub place: Place,
    /// From 0 to 1.
    pub degree: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Subject,
    Object,
    Relation,
    /// Only in the words it was told with.
    Told,
    /// In another fact that says who the subject is.
    Beside,
    /// By what is asked for: a kind that the object may belong to.
    Kind,
    Nowhere,
    /// The fact speaks against it: an object of another kind.
    Against,
}

pub(super) fn meet(question: &Question, term: &Term, candidate: &Candidate) -> Met {
    let found = |place, degree| Met { place, degree };
    if List::Provider.has(&term.word.folded) && is_provided(candidate) {
        return found(Place::Relation, 0.9);
    }
    let verb = meet_verb(question, term, candidate).max(meet_car(question, term, candidate));
    let mut subject = in_names(term, &candidate.subject);
    // “what car do I have” does not ask for the car service.
    if term.role == Role::Kind && is_first_of_compound(question, term, candidate) {
        subject = 0.0;
    }
    // A name given is a word, and not whoever has it.
    let object = if candidate.in_group(&["name"]) {
        let keys = candidate.object.iter().flat_map(|name| &name.keys);
        keys.map(|key| is_same_word(term, key)).fold(0.0, f64::max)
    } else {
        in_names(term, &candidate.object)
    };
    if term.role == Role::Kind && subject.max(object) <= 0.0 {
        match lexicon::belongs(&object_keys(candidate), &term.key) {
            Belongs::Yes => return found(Place::Kind, 1.0),
            Belongs::No => return found(Place::Against, 0.0),
            Belongs::Unknown => {}
        }
    }
    let best = subject.max(object).max(verb);
    if best > 0.0 {
        let place = if verb >= best && term.role != Role::Kind {
            Place::Relation
        } else if subject >= best {
            Place::Subject
        } else {
            Place::Object
        };
        return found(if verb >= best { Place::Relation } else { place }, best);
    }
    let told = candidate.told.iter().any(|word| is_told(term, word));
    if is_number_noun(term) && holds_number(candidate) && (!told || term.role == Role::Kind) {
        return found(Place::Kind, 0.8);
    }
    if term.role == Role::Kind {
        let timely = matches!(question.wanted, Wanted::When | Wanted::Where);
        return match (timely, told) {
            (true, _) => found(Place::Kind, 0.7),
            (_, true) => found(Place::Told, 0.75),
            (false, false) => found(Place::Kind, 0.45),
        };
    }
    // “¿tengo mascotas?” is answered by a cat.
    if matches!(question.wanted, Wanted::Whether | Wanted::Open)
        && term.role == Role::Plain
        && !candidate.fact.negated
        && lexicon::is_kind(&term.key)
        && lexicon::belongs(&object_keys(candidate), &term.key) == Belongs::Yes
    {
        return found(Place::Object, 0.8);
    }
    if told
        && !term.verb_groups.is_empty()
        && !candidate.has_verb(&["ser", "be", "tener", "have", "estar"])
    {
        // Told of another verb in the same breath.
        return found(Place::Told, 0.45);
    }
    if told {
        return found(Place::Told, 0.7 - far_from_object(term, candidate));
    }
    if term.role == Role::Time && times::agrees(&term.word.folded, candidate.fact.when.as_deref()) {
        return found(Place::Told, 0.9);
    }
    let month = term.role == Role::Time && times::is_month(&term.word.folded);
    if month && candidate.fact.when.is_some() && !told {
        return found(Place::Against, 0.0);
    }
    found(Place::Nowhere, 0.0)
}

/// “What gym do I go to?” is answered by what the gym is.
fn is_gone_to(question: &Question, term: &Term, candidate: &Candidate) -> bool {
    let kind = question.terms.iter().find(|term| term.role == Role::Kind);
    let goes = lexicon::group("go").is_some_and(|going| term.verb_groups.contains(&going));
    goes && kind.is_some_and(|kind| in_names(kind, &candidate.subject) > 0.9)
}

/// “What car do I have?” is answered by what is driven.
fn meet_car(question: &Question, term: &Term, candidate: &Candidate) -> f64 {
    const CARS: &[&str] = &["car", "coche", "carro", "auto"];
    let asked = question.terms.iter().find(|one| CARS.contains(&one.word.folded.as_str()));
    if asked.is_none_or(|car| car.role != Role::Kind) {
        return 0.0;
    }
    let says =
        |name: &str| lexicon::group(name).is_some_and(|group| term.verb_groups.contains(&group));
    let driven = says("have") && candidate.in_group(&["drive"]);
    if driven { 0.9 } else { 0.0 }
}

/// Returns whether the term only says of which sort the subject is, as an English noun before
/// another does.
fn is_first_of_compound(question: &Question, term: &Term, candidate: &Candidate) -> bool {
    let said = |key: &String| question.terms.iter().any(|term| is_same(term, key) > 0.0);
    question.language == Language::English
        && candidate.subject.iter().all(|name| {
            let last = name.keys[..name.head].last();
            name.head > 1
                && name.head == name.keys.len()
                && last.is_some_and(|last| is_same(term, last) <= 0.0 && !said(last))
        })
}

pub(super) fn in_names(term: &Term, names: &[Name]) -> f64 {
    let degrees = names.iter().flat_map(|name| &name.keys).map(|key| is_same(term, key));
    degrees.fold(0.0, f64::max)
}

/// Returns how surely the word of the question means the same as a key of the fact.
pub(super) fn is_same(term: &Term, key: &str) -> f64 {
    let alias = if term.aliases.iter().any(|alias| alias == key) { 0.9 } else { 0.0 };
    is_same_word(term, key).max(alias)
}

fn is_same_word(term: &Term, key: &str) -> f64 {
    if term.key == key {
        1.0
    } else if lexicon::are_synonyms(&term.key, key) {
        0.9
    } else {
        0.0
    }
}

pub(super) fn meet_verb(question: &Question, term: &Term, candidate: &Candidate) -> f64 {
    if term.verb_keys.iter().any(|key| candidate.verb_keys.contains(key)) {
        return 1.0;
    }
    let groups = || term.verb_groups.iter().chain(term.noun_groups);
    if groups().any(|group| candidate.groups.contains(group)) {
        return 0.85;
    }
    let light = candidate.has_verb(&["ser", "be", "tener", "have", "estar"]);
    if groups().any(|group| is_attribute(candidate, *group)) {
        return 0.85;
    }
    // “¿qué me gusta leer?” is answered by what is read: a novel.
    let mut objects = candidate.object.iter().flat_map(|name| &name.keys);
    if objects
        .any(|key| term.verb_groups.iter().any(|group| lexicon::noun_groups(key).contains(group)))
    {
        return 0.7;
    }
    // `coche | ser | Seat León` says what car somebody has.
    let of_kind = term.role == Role::Light || is_gone_to(question, term, candidate);
    if light && !candidate.is_of_speaker() && of_kind {
        return 0.5;
    }
    let asks = |names: &[&str]| {
        names
            .iter()
            .filter_map(|name| lexicon::group(name))
            .any(|group| groups().any(|own| *own == group))
    };
    let copula = candidate.has_verb(&["ser", "be", "estar"]);
    let object = candidate.fact.object.as_str();
    let has_amount =
        candidate.object.iter().flat_map(|name| &name.keys).any(|key| words::is_amount(key));
    let proper = naming::is_proper(object);
    // Who is allergic to nothing may be ill.
    let allergy = lexicon::are_synonyms(&term.key, &words::key("alergia"));
    let healthy = || !allergy && is_health(candidate);
    let origin = matches!(candidate.preposition.as_str(), "de" | "from");
    let placed = matches!(candidate.preposition.as_str(), "en" | "in" | "at" | "on");
    // What somebody cannot eat: what they do not tolerate.
    let asks_whether = matches!(question.wanted, Wanted::Whether | Wanted::Open);
    let consumes = asks(&["eat", "take", "drink"]);
    let cannot = (question.negated || asks_whether) && consumes
        || question.negated && term.role == Role::Light;
    let says = (copula && !proper && !has_amount && !placed && asks(&["work"]) && !healthy())
        || (copula && (proper || naming::is_proper(&candidate.fact.subject)) && asks(&["name"]))
        || (light && has_amount && asks(&["age", "measure", "weigh", "cost"]))
        || (light && asks(&["health"]) && healthy())
        || (light && (asks(&["forbid"]) || cannot) && healthy())
        || (origin && asks(&["come", "born"]))
        || (placed && copula && asks(&["place", "live"]))
        || (copula && asks(&["place"]) && stands(candidate));
    let child = asks(&["name"])
        && (tells_name(question, candidate) || proper && candidate.has_verb(&["tener", "have"]));
    let medicine = || lexicon::belongs(&object_keys(candidate), "medicin") == Belongs::Yes;
    let reached = asks(&["call"]) && copula && holds_telephone(candidate);
    let bought = asks(&["have"]) && is_bought(question, term, candidate);
    if says || reached || bought || child || (light && asks(&["take"]) && medicine()) {
        return 0.8;
    }
    // “dislike” asks for what is not liked.
    let disliked =
        asks(&["dislike", "tolerate"]) && candidate.in_group(&["like", "dislike", "tolerate"]);
    let liked = asks(&["like"]) && candidate.in_group(&["dislike", "tolerate", "fear"]);
    let feared = asks(&["fear"]) && candidate.in_group(&["dislike"]);
    if disliked || liked || feared {
        return 0.85;
    }
    let place = question.wanted == Wanted::Where
        && term.role == Role::Light
        && (placed || candidate.in_group(&["place", "live"]));
    if place { 0.8 } else { 0.0 }
}

/// Returns whether the fact tells what its subject, the noun for what is asked, is: the wage is
/// what somebody earns, and the husband whom they are married to.
pub(super) fn is_attribute(candidate: &Candidate, group: Group) -> bool {
    let names = candidate.in_group(&["name"]);
    let light = candidate.has_verb(&["ser", "be", "tener", "have", "estar"]) || names;
    let mut heads = candidate.subject.iter().flat_map(|name| &name.keys[..name.head]);
    light && heads.any(|key| lexicon::noun_groups(key).contains(&group))
}

fn object_keys(candidate: &Candidate) -> Vec<String> {
    candidate.object.iter().flat_map(|name| name.keys.clone()).collect()
}

/// Returns whether the fact tells where something is beside, under or behind something else.
fn stands(candidate: &Candidate) -> bool {
    relations::group(&candidate.fact.relation).is_some_and(|group| group.name == "place")
}

/// Returns whether the fact tells an allergy or an illness.
pub(super) fn is_health(candidate: &Candidate) -> bool {
    let health = lexicon::group("health");
    let mut keys = candidate.object.iter().flat_map(|name| &name.keys);
    health.is_some_and(|health| {
        candidate.groups.contains(&health)
            || keys.any(|key| lexicon::noun_groups(key).contains(&health))
    })
}

/// What is told nearer to another object belongs to that one: a little less for each word between.
fn far_from_object(term: &Term, candidate: &Candidate) -> f64 {
    let place = |wanted: &dyn Fn(&str) -> bool| {
        candidate.told.iter().position(|word| wanted(&words::key(&word.folded)))
    };
    let object =
        |key: &str| candidate.object.iter().any(|name| name.keys.iter().any(|own| own == key));
    match (place(&|key| is_same(term, key) > 0.0), place(&object)) {
        (Some(term), Some(object)) => {
            f64::from(u32::try_from(term.abs_diff(object)).unwrap_or(10).min(10)) * 0.02
        }
        _ => 0.1,
    }
}

fn is_told(term: &Term, word: &Word) -> bool {
    // A verb's key begins its forms.
    let inflected = |key: &String| {
        key.len() > 2 && word.folded.len() <= key.len() + 5 && word.folded.starts_with(key.as_str())
    };
    is_same(term, &words::key(&word.folded)) > 0.0 || term.verb_keys.iter().any(inflected)
}

/// “el teléfono del fontanero” is answered by `fontanero | ser | 644 019 273`.
fn is_number_noun(term: &Term) -> bool {
    term.preposition.is_none() && List::NumberNoun.has(&term.word.folded)
}

/// Returns whether the fact says who provides something: `estar_con | Digi`.
fn is_provided(candidate: &Candidate) -> bool {
    let company = candidate.fact.object.starts_with(char::is_uppercase)
        && !candidate.object.iter().any(|name| name.is_person);
    candidate.is_of_speaker()
        && company
        && candidate.has_verb(&["ser", "be", "estar"])
        && matches!(candidate.preposition.as_str(), "con" | "with")
}

fn holds_number(candidate: &Candidate) -> bool {
    candidate.fact.object.chars().filter(char::is_ascii_digit).count() > 1
}

/// Returns whether the fact answers “¿qué coche tengo?”, as `comprar | Toyota` does.
fn is_bought(question: &Question, term: &Term, candidate: &Candidate) -> bool {
    term.role == Role::Light
        && candidate.in_group(&["buy"])
        && question.terms.iter().any(|other| other.role == Role::Kind)
}

/// Returns whether the fact answers “¿a qué número llamo al pediatra?”.
fn holds_telephone(candidate: &Candidate) -> bool {
    let digits = candidate.fact.object.chars().filter(char::is_ascii_digit).count();
    digits >= TELEPHONE_DIGITS_MIN || candidate.fact.object.contains('@')
}

/// Returns whether who or what the question names has a name in this fact that it does not say.
fn tells_name(question: &Question, candidate: &Candidate) -> bool {
    let named = |label: &String| {
        let keys = candidate::name(label).keys;
        let said = |key: &String| question.terms.iter().any(|term| is_same_word(term, key) > 0.0);
        let proper = label.split_whitespace().any(|word| word.starts_with(char::is_uppercase));
        proper && keys.iter().any(said) && !keys.iter().all(said)
    };
    question.wanted == Wanted::Name
        && (candidate.subject_names.iter().any(named)
            || named(&candidate.fact.object)
            || naming::is_proper(&candidate.fact.object)
                && candidate.in_group(&["marry", "couple"]))
}
