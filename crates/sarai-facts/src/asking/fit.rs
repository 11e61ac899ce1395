//! How well a fact fits a question.

use sarai_core::fact::{Extractor, FactSource, FactStatus};

use crate::asking::candidate::{Candidate, Name};
use crate::asking::lexicon::{self, Belongs};
use crate::asking::lists::List;
use crate::asking::question::{Question, Role, Speaker, Term, Wanted};
use crate::asking::words::Word;
use crate::asking::{times, words};

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

/// How a fact fits.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub met: Vec<Met>,
    /// Whether the question names the subject.
    pub subject_given: bool,
    /// Whether the question names the whole object.
    pub object_given: bool,
    /// Whether the question is about what the relation says.
    pub relation_met: bool,
    /// From 0 to 1, status and source not counted.
    pub score: f64,
}

/// Below this a fact does not answer.
pub(super) const THRESHOLD: f64 = 0.5;

/// Compares a fact with the question. `others` may tell who its subject is.
pub(super) fn fit(question: &Question, candidate: &Candidate, others: &[Candidate]) -> Fit {
    let mut met: Vec<Met> =
        question.terms.iter().map(|term| meet(question, term, candidate)).collect();
    beside(question, candidate, others, &mut met);
    let subject_given = subject_given(question, candidate, &met);
    let object_given = given(&candidate.object, &question.terms);
    let relation_met = met.iter().any(|met| met.place == Place::Relation);
    let score = score(question, candidate, &met, (subject_given, object_given));
    Fit { met, subject_given, object_given, relation_met, score }
}

/// Returns how much the standing of a fact counts: what holds comes before what held.
pub(super) fn standing(question: &Question, candidate: &Candidate) -> f64 {
    let status = match (candidate.fact.status, question.before) {
        (FactStatus::Superseded | FactStatus::Past, true) => 1.0,
        (_, true) => 0.5,
        (FactStatus::Current, false) => {
            if question.past {
                0.95
            } else {
                1.0
            }
        }
        (FactStatus::Planned, false) => 0.97,
        (FactStatus::Past, false)
            if !question.past && candidate.in_group(&["live", "work", "have"]) =>
        {
            0.6
        }
        (FactStatus::Past, false) => {
            if question.past {
                1.0
            } else {
                0.9
            }
        }
        (FactStatus::Superseded, false) => {
            if question.past {
                0.6
            } else {
                0.0
            }
        }
    };
    let source = match candidate.fact.source {
        FactSource::UserInput => 1.0,
        FactSource::Skill => 0.97,
        FactSource::Rag => 0.9,
        FactSource::Assistant => 0.85,
    };
    status * source
}

/// Returns whether the fact says the opposite of `liking` in other words: to hate is not to like.
pub(super) fn is_negative(candidate: &Candidate) -> bool {
    candidate.fact.negated != candidate.in_group(&["dislike", "fear"])
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

fn meet(question: &Question, term: &Term, candidate: &Candidate) -> Met {
    let found = |place, degree| Met { place, degree };
    let verb = meet_verb(question, term, candidate);
    let subject = in_names(term, &candidate.subject);
    let object = in_names(term, &candidate.object);
    if term.role == Role::Kind && subject.max(object) <= 0.0 {
        let keys: Vec<String> =
            candidate.object.iter().flat_map(|name| name.keys.clone()).collect();
        match lexicon::belongs(&keys, &term.key) {
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

fn holds_number(candidate: &Candidate) -> bool {
    candidate.fact.object.chars().filter(char::is_ascii_digit).count() > 1
}

fn in_names(term: &Term, names: &[Name]) -> f64 {
    let degrees = names.iter().flat_map(|name| &name.keys).map(|key| is_same(term, key));
    degrees.fold(0.0, f64::max)
}

fn is_same(term: &Term, key: &str) -> f64 {
    if term.key == key {
        1.0
    } else if lexicon::are_synonyms(&term.key, key) {
        0.9
    } else {
        0.0
    }
}

fn meet_verb(question: &Question, term: &Term, candidate: &Candidate) -> f64 {
    if term.verb_keys.iter().any(|key| candidate.verb_keys.contains(key)) {
        return 1.0;
    }
    let groups = || term.verb_groups.iter().chain(term.noun_groups);
    if groups().any(|group| candidate.groups.contains(group)) {
        return 0.85;
    }
    // “¿cuánto gana?” asks for the wage, and “¿qué número calza?” for the size.
    let light = candidate.has_verb(&["ser", "be", "tener", "have", "estar"]);
    let mut attributes = candidate.subject.iter().flat_map(|name| &name.keys[..name.head]);
    if light
        && attributes.any(|key| groups().any(|group| lexicon::noun_groups(key).contains(group)))
    {
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
    if term.role == Role::Light && light && !candidate.is_of_speaker() {
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
    let proper = crate::naming::is_proper(object);
    let healthy = || is_health(candidate);
    let origin = matches!(candidate.preposition.as_str(), "de" | "from");
    let placed = matches!(candidate.preposition.as_str(), "en" | "in" | "at" | "on");
    // What somebody cannot eat: what they do not tolerate.
    let cannot = question.negated && (asks(&["eat", "take", "drink"]) || term.role == Role::Light);
    let says = (copula && !proper && !has_amount && !placed && asks(&["work"]) && !healthy())
        || (copula && proper && asks(&["name"]))
        || (light && has_amount && asks(&["age", "measure", "weigh", "cost"]))
        || (light && asks(&["health"]) && healthy())
        || (light && (asks(&["forbid"]) || cannot) && healthy())
        || (origin && asks(&["come", "born"]))
        || (placed && copula && asks(&["place", "live"]));
    let child = asks(&["name"])
        && (tells_name(question, candidate) || proper && candidate.has_verb(&["tener", "have"]));
    let medicine = || {
        let keys: Vec<String> =
            candidate.object.iter().flat_map(|name| name.keys.clone()).collect();
        lexicon::belongs(&keys, "medicin") == Belongs::Yes
    };
    if says || child || (light && asks(&["take"]) && medicine()) {
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

/// Returns whether who or what the question names has a name in this fact that it does not say.
fn tells_name(question: &Question, candidate: &Candidate) -> bool {
    let named = |label: &String| {
        let keys = crate::asking::candidate::name(label).keys;
        let said = |key: &String| question.terms.iter().any(|term| is_same(term, key) > 0.0);
        let proper = label.split_whitespace().any(|word| word.starts_with(char::is_uppercase));
        proper && keys.iter().any(said) && !keys.iter().all(said)
    };
    question.wanted == Wanted::Name
        && (candidate.subject_names.iter().any(named) || named(&candidate.fact.object))
}

/// Meets what is left by a fact that says who the subject is: “el marido de mi prima” by `prima |
/// casarse_con | Juan` when the subject is Juan.
fn beside(question: &Question, candidate: &Candidate, others: &[Candidate], met: &mut [Met]) {
    let open = |met: &Met| matches!(met.place, Place::Nowhere | Place::Told);
    // “el marido de Aoife” is not Aoife: who is named as the complement is not who is meant.
    let complement = question.terms.iter().zip(met.iter()).any(|(term, met)| {
        met.place == Place::Subject && matches!(term.preposition.as_deref(), Some("de" | "of"))
    });
    if candidate.is_of_speaker() || complement || !met.iter().any(open) {
        return;
    }
    for other in others {
        if other.fact.id == candidate.fact.id
            || other.fact.status == FactStatus::Superseded
            || other.fact.negated
        {
            continue;
        }
        let follows = same_name(&other.object, &candidate.subject);
        let linked = follows || same_name(&other.subject, &candidate.subject);
        if !linked {
            continue;
        }
        for (term, met) in question.terms.iter().zip(met.iter_mut()) {
            if !open(met) || !matches!(term.role, Role::Party | Role::Name | Role::Plain) {
                continue;
            }
            let names = in_names(term, &other.subject).max(in_names(term, &other.object));
            let bond = if term.role == Role::Party && follows {
                meet_verb(question, term, other)
            } else {
                0.0
            };
            if names.max(bond) > 0.0 {
                *met = Met { place: Place::Beside, degree: 0.85 };
            }
        }
    }
}

fn same_name(one: &[Name], other: &[Name]) -> bool {
    one.iter().any(|one| !one.keys.is_empty() && other.iter().any(|other| other.keys == one.keys))
}

/// Returns whether the question names the subject: the head of one of its names.
fn subject_given(question: &Question, candidate: &Candidate, met: &[Met]) -> bool {
    if candidate.is_of_speaker() {
        return question.speaker != Speaker::Absent;
    }
    let named = |keys: &[String]| {
        keys.iter().any(|key| question.terms.iter().any(|term| is_same(term, key) > 0.0))
    };
    let by_name = candidate.subject.iter().zip(&candidate.subject_names).any(|(name, written)| {
        // Of a proper name any part will do, of a description the head must be named.
        let end = if crate::naming::is_proper(written) { name.keys.len() } else { name.head };
        named(&name.keys[..end])
    });
    by_name || met.iter().any(|met| met.place == Place::Beside)
}

/// Returns whether the question names all of this.
pub(super) fn given(names: &[Name], terms: &[Term]) -> bool {
    names.is_empty()
        || names.iter().any(|name| {
            name.keys.iter().all(|key| terms.iter().any(|term| is_same(term, key) > 0.0))
        })
}

fn weight(question: &Question, term: &Term) -> f64 {
    match term.role {
        Role::Plain if is_slack(question, term) => 0.3,
        Role::Name | Role::Party => 1.2,
        Role::Kind => 0.6,
        Role::Time => 0.3,
        Role::Light
            if question
                .terms
                .iter()
                .any(|other| !matches!(other.role, Role::Light | Role::Time | Role::Kind)) =>
        {
            0.25
        }
        Role::Light | Role::Plain => 1.0,
    }
}

/// Returns whether the term says little beside another: “cita” in “la cita del dentista”.
fn is_slack(question: &Question, term: &Term) -> bool {
    let tells = |other: &Term| {
        other.word != term.word
            && matches!(other.role, Role::Plain | Role::Name | Role::Party)
            && !List::Slack.has(&other.word.folded)
    };
    List::Slack.has(&term.word.folded) && question.terms.iter().any(tells)
}

fn score(
    question: &Question,
    candidate: &Candidate,
    met: &[Met],
    (subject_given, object_given): (bool, bool),
) -> f64 {
    let mut sum = 0.0;
    let mut total = 0.0;
    let mut factor = 1.0;
    let kind = met.iter().any(|met| met.place == Place::Kind && met.degree > 0.9);
    for (term, met) in question.terms.iter().zip(met) {
        let mut weight = weight(question, term);
        if met.place == Place::Nowhere
            && term.role == Role::Plain
            && candidate.fact.extractor == Extractor::Reply
        {
            weight *= 0.5;
        }
        // “el contacto del cliente”: what the client is does not answer.
        if term.is_head && met.place == Place::Told {
            factor *= 0.7;
        }
        sum += weight * met.degree;
        total += weight;
        if met.place == Place::Against {
            return 0.0;
        }
        if met.place == Place::Nowhere {
            factor *= match term.role {
                Role::Name => 0.3,
                Role::Party => 0.25,
                Role::Plain if is_slack(question, term) => 0.9,
                // The reply to a question of the assistant says only what is new.
                Role::Plain if candidate.fact.extractor == Extractor::Reply => 0.9,
                Role::Plain if kind => 0.85,
                Role::Plain => 0.7,
                Role::Kind | Role::Light | Role::Time => 1.0,
            };
        }
        // Somebody else's fact that only mentions who is asked about.
        if met.place == Place::Told
            && matches!(term.role, Role::Party | Role::Name)
            && !subject_given
            && question.wanted != Wanted::Who
        {
            factor *= 0.8;
        }
    }
    let covered = if total > 0.0 { sum / total } else { 0.6 };
    covered * factor * subject_factor(question, candidate, met, (subject_given, object_given))
}

/// A fact about somebody of whom the question does not speak does not answer it, unless that is
/// whom it asks for.
fn subject_factor(
    question: &Question,
    candidate: &Candidate,
    met: &[Met],
    (subject_given, object_given): (bool, bool),
) -> f64 {
    if candidate.is_of_speaker() {
        let speaks = question.speaker != Speaker::Absent;
        let named = question.terms.iter().zip(met).any(|(term, met)| {
            matches!(term.role, Role::Party | Role::Name) && met.place == Place::Told
        });
        return match (speaks, named) {
            (true, _) => 1.0,
            (false, false) => 0.85,
            (false, true) => 0.75,
        };
    }
    if subject_given {
        // The speaker asked about cannot be answered by a thing's fact, unless it is the speaker's.
        return if question.speaker == Speaker::Subject
            && !candidate.is_object_speaker()
            && !object_given
        {
            0.85
        } else {
            1.0
        };
    }
    let anchors =
        met.iter().filter(|met| matches!(met.place, Place::Object | Place::Relation)).count();
    match question.wanted {
        Wanted::Who | Wanted::What
            if anchors > 0
                && (question.speaker != Speaker::Subject || candidate.is_object_speaker()) =>
        {
            0.95
        }
        Wanted::Name if anchors > 0 && question.speaker != Speaker::Subject => 0.9,
        Wanted::Who if anchors > 1 => 0.9,
        _ if question.speaker == Speaker::Subject => 0.3,
        _ if anchors > 1 => 0.7,
        _ => 0.45,
    }
}
