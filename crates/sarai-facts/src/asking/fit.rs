//! How well a fact fits a question.

use sarai_core::fact::{Extractor, FactSource, FactStatus};

use crate::asking::candidate::{self, Candidate, Name};
use crate::asking::heirs;
use crate::asking::lists::List;
use crate::asking::meet::{Met, Place, in_names, is_attribute, is_same, meet, meet_verb};
use crate::asking::question::{Era, Question, Role, Speaker, Term, Wanted};
use crate::asking::times;

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

/// Below this not even a fact answers that was told with every word of the question.
pub(super) const LOW_THRESHOLD: f64 = 0.25;

impl Fit {
    /// Returns whether everything the question names was told with the fact, and enough of it.
    pub(super) fn is_told_whole(&self, question: &Question, candidate: &Candidate) -> bool {
        // Where Nora's brother lives was told of nobody else.
        let of_another = self.met.iter().any(|met| met.place == Place::Subject)
            && !self.subject_given
            && candidate.subject.iter().any(|name| name.is_person && name.head < name.keys.len());
        if of_another {
            return false;
        }
        let counts = |term: &Term| !matches!(term.role, Role::Light | Role::Time | Role::Kind);
        let named = question.terms.iter().filter(|term| counts(term)).count();
        let whole = question.terms.iter().zip(&self.met).all(|(term, met)| {
            !counts(term) || !matches!(met.place, Place::Nowhere | Place::Against | Place::Kind)
        });
        let against = self.met.iter().any(|met| met.place == Place::Against);
        let anchored = self
            .met
            .iter()
            .any(|met| matches!(met.place, Place::Object | Place::Relation | Place::Subject));
        whole && anchored && !against && named > 1
    }
}

/// Compares a fact with the question. `others` may tell who its subject is.
pub(super) fn fit(question: &Question, candidate: &Candidate, others: &[Candidate]) -> Fit {
    let mut met: Vec<Met> =
        question.terms.iter().map(|term| meet(question, term, candidate)).collect();
    beside(question, candidate, others, &mut met);
    heirs::inherit(question, candidate, others, &mut met);
    let subject_given = subject_given(question, candidate, &met);
    let object_given = if candidate.in_group(&["name"]) {
        let said = met.iter().any(|met| met.place == Place::Object);
        said && given(&candidate.object, &question.terms)
    } else {
        given(&candidate.object, &question.terms) && !by_kind(question, candidate, &met)
    };
    let relation_met = met.iter().any(|met| met.place == Place::Relation);
    let score = score(question, candidate, &met, (subject_given, object_given));
    Fit { met, subject_given, object_given, relation_met, score }
}

/// Returns whether only the kind that is asked for names the object, and it is called more:
/// “¿en qué pueblo?” of `pueblo Almagro`.
fn by_kind(question: &Question, candidate: &Candidate, met: &[Met]) -> bool {
    let kind = question
        .terms
        .iter()
        .zip(met)
        .any(|(term, met)| term.role == Role::Kind && met.place == Place::Object);
    let keys = candidate::name(&candidate.fact.object).keys;
    kind && !keys.iter().all(|key| question.terms.iter().any(|term| is_same(term, key) > 0.0))
}

/// Returns how much the standing of a fact counts: what holds comes before what held.
pub(super) fn standing(question: &Question, candidate: &Candidate) -> f64 {
    let status = match (candidate.fact.status, question.era == Era::Before) {
        (FactStatus::Superseded | FactStatus::Past, true) => 1.0,
        (_, true) => 0.5,
        (FactStatus::Current, false) => {
            if question.era == Era::Now {
                1.0
            } else {
                0.95
            }
        }
        (FactStatus::Planned, false) => 0.97,
        (FactStatus::Past, false)
            if question.era == Era::Now && candidate.in_group(&["live", "work", "have"]) =>
        {
            0.6
        }
        (FactStatus::Past, false) => {
            if question.era == Era::Now {
                0.9
            } else {
                1.0
            }
        }
        (FactStatus::Superseded, false) => {
            if question.era == Era::Now {
                0.0
            } else {
                0.6
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
    // Of a proper name any part will do, of a description the head must be named.
    // “¿cuánto gano?” asks for the speaker's wage, and nobody else's.
    let of_speaker = question.speaker == Speaker::Subject
        && candidate.subject.iter().all(|name| !name.is_somebodys)
        && question.terms.iter().any(|term| {
            let mut groups = term.verb_groups.iter().chain(term.noun_groups);
            groups.any(|group| is_attribute(candidate, *group))
        });
    if of_speaker {
        return true;
    }
    // “¿qué día tengo cerámica?” asks when the class of it is.
    let takes_place = |name: &Name| {
        let of = if name.head < name.keys.len() { &name.keys[name.head..] } else { &name.keys[..] };
        !name.is_person && !of.is_empty() && of.iter().all(|key| named(std::slice::from_ref(key)))
    };
    let timed = question.wanted == Wanted::When && candidate.has_verb(&["ser", "be"]);
    if timed && question.speaker == Speaker::Subject && candidate.subject.iter().any(takes_place) {
        return true;
    }
    let by_name = candidate.subject.iter().any(|name| named(&name.keys[..name.head]));
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
        Role::Light if question.terms.iter().any(|other| other.role == Role::Kind) => 0.5,
        Role::Light | Role::Plain => 1.0,
    }
}

/// Returns whether the fact has more of the question than who it is about: the relation, the
/// object, or what about them is asked for.
fn is_anchored(question: &Question, candidate: &Candidate, met: &[Met]) -> bool {
    let plain = question.terms.iter().any(|term| term.role == Role::Plain);
    let by_words = question.terms.iter().zip(met).any(|(term, met)| match met.place {
        Place::Relation => term.role != Role::Light || !plain,
        Place::Object | Place::Told => true,
        Place::Kind => met.degree > 0.9,
        Place::Subject | Place::Beside => {
            matches!(term.role, Role::Plain | Role::Kind) || question.terms.len() == 1
        }
        Place::Nowhere | Place::Against => false,
    });
    let by_sort = match question.wanted {
        Wanted::Who => candidate.has_verb(&["ser", "be", "llamar", "call", "name"]),
        Wanted::Where => {
            !candidate.preposition.is_empty()
                || candidate.in_group(&["place", "come", "born", "live", "work"])
        }
        Wanted::What | Wanted::Open | Wanted::Whether | Wanted::Manner => false,
        // Replies of these sorts are looked for among times, numbers and names only.
        Wanted::When | Wanted::Amount | Wanted::Duration | Wanted::Name | Wanted::Reason => true,
    };
    by_words || by_sort || question.terms.is_empty()
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
    let kind_in = |place| {
        let mut terms = question.terms.iter().zip(met);
        terms.any(|(term, met)| term.role == Role::Kind && met.place == place)
    };
    // “qué matrícula lleva la furgoneta”: the noun says all that the verb asks.
    let attribute = candidate.has_verb(&["ser", "be", "tener", "have"]) && kind_in(Place::Subject);
    let by_noun = kind_in(Place::Relation) || kind_in(Place::Object);
    for (term, met) in question.terms.iter().zip(met) {
        let mut weight = weight(question, term);
        // “qué enfermedad tengo”: the noun says it all.
        if by_noun && term.role == Role::Light {
            weight *= 0.4;
        }
        let said_by_noun = attribute && !term.verb_groups.is_empty();
        if met.place == Place::Nowhere && said_by_noun {
            weight *= 0.4;
        }
        if met.place == Place::Nowhere
            && term.role == Role::Plain
            && candidate.fact.extractor == Extractor::Reply
        {
            weight *= 0.5;
        }
        // “¿qué día me toca el fisio?” asks when what is planned is, by whatever verb.
        let scheduled = candidate.fact.status == FactStatus::Planned
            || candidate.has_verb(&["ser", "be"]) && times::is_time(&candidate.fact.object);
        let planned = question.wanted == Wanted::When
            && scheduled
            && met.place == Place::Nowhere
            && !term.verb_groups.is_empty();
        if planned {
            weight *= 0.25;
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
                _ if planned => 0.95,
                Role::Name => 0.3,
                Role::Party => 0.25,
                Role::Plain if is_slack(question, term) => 0.9,
                // The reply to a question of the assistant says only what is new.
                Role::Plain if candidate.fact.extractor == Extractor::Reply => 0.9,
                Role::Plain if said_by_noun => 0.9,
                Role::Plain if kind || question.offers => 0.85,
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
    if !is_anchored(question, candidate, met) {
        factor *= 0.4;
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
        // “mi móvil” is not “el móvil de Norma”, and “mi cumpleaños” is nobody else's.
        let said = |key: &String| question.terms.iter().any(|term| is_same(term, key) > 0.0);
        let others =
            |name: &Name| name.head < name.keys.len() && !name.keys[name.head..].iter().any(said);
        let owned = candidate.subject.iter().all(others);
        let own = |term: &Term| {
            let heads = candidate.subject.iter().flat_map(|name| &name.keys[..name.head]);
            term.is_own && heads.into_iter().any(|key| is_same(term, key) > 0.0)
        };
        if owned
            && candidate.subject.iter().any(|name| name.is_somebodys)
            && question.terms.iter().any(own)
        {
            return 0.3;
        }
        let timed = question.wanted == Wanted::When && times::is_time(&candidate.fact.object);
        let of_thing = question.speaker == Speaker::Subject
            && !candidate.is_object_speaker()
            && !object_given
            && !timed;
        return if of_thing || owned { 0.85 } else { 1.0 };
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
