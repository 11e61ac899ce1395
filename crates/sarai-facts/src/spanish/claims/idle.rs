//! Talk that nobody wants kept.

use sarai_core::fact::FactStatus;

use super::Scene;
use crate::claim::{Kind, Number, Party};
use crate::fold::fold;
use crate::spanish::dates::Point;
use crate::spanish::groups::Aspect;
use crate::spanish::lexicon::Tense;
use crate::spanish::lists::{self, Sort, within};
use crate::spanish::parts::Part;
use crate::spanish::phrases::{Form, Opening, Phrase};

/// Talk of the moment that nobody wants kept: hunger, weather, courtesy.
pub(super) fn idle(scene: &Scene<'_>) -> bool {
    let group = scene.group();
    let verb = fold(group.verb);
    let next = scene.after.iter().find(|phrase| phrase.form != Form::Time);
    let next = next.map(|phrase| phrase.head.as_str());
    let listed = next.is_some_and(|next| within(&format!("idle {verb}"), next));
    let mine = group.person(1, false);
    match verb.as_str() {
        "tener" => listed,
        "andar" | "ir" if group.person(1, true) && here(scene) => true,
        // `ya voy`
        "ir" if mine && next.is_none() && group.clitics.is_empty() => {
            scene.status() == FactStatus::Current
        }
        "ir" => listed && !group.negated,
        "ser" => listed && group.clitics.is_empty(),
        "hacer" => listed && !mine && scene.before.iter().all(|phrase| phrase.form != Form::Noun),
        "llover" | "nevar" | "granizar" | "tronar" | "amanecer" | "anochecer" | "atardecer" => true,
        "dormir" | "acostar" => {
            listed || mine && scene.status() == FactStatus::Planned && !group.negated
        }
        "andar" | "seguir" | "sentir" | "encontrar" | "quedar" if passing(scene) => true,
        "doler"
            if scene
                .moment()
                .is_some_and(|moment| moment.point == Some(Point::Day(scene.today))) =>
        {
            true
        }
        "ver" | "hablar" | "leer" | "escuchar" | "encontrar" if group.has("nos") => {
            let met = scene
                .all()
                .any(|phrase| phrase.form == Form::Noun && !phrase.bare() || phrase.with("en"));
            group.person(1, true) && scene.status() != FactStatus::Past && !met
        }
        "ver" | "hablar" if group.person(1, true) && scene.after.is_empty() => {
            scene.status() != FactStatus::Past
        }
        "saber" if next.is_none() => mine,
        "saber" if mine && group.negated => {
            let at = scene.clause.after.start;
            let asked = ["que", "como", "donde", "si", "cual"];
            asked.iter().any(|word| scene.line.is(at, word))
                || scene.line.part(at) == Some(Part::Infinitive) && scene.line.is(at - 1, "que")
        }
        "apetecer" => group.has("me"),
        _ if within("momentary", &verb) && momentary(scene) => true,
        _ if historic(scene, &verb) => true,
        "escuchar" | "ver" | "oir" | "saber" | "hablar" | "preguntar" => {
            mine && group.relation.starts_with("querer_")
                || verb == "ver" && group.aspect == Aspect::Planned
        }
        "entender" => mine && group.negated,
        "volver" => mine && scene.after.is_empty() && scene.status() != FactStatus::Past,
        "presentar" => group.has("te") || group.has("os"),
        "querer" if group.has("te") => true,
        "pensar" => {
            let noun = scene.after.iter().any(|phrase| phrase.form == Form::Noun);
            group.aspect == Aspect::Going || !noun
        }
        _ if within("courtesy", &verb) => mine,
        _ if within("guess", &verb) || within("thought", &verb) && next.is_none() => true,
        _ => listed,
    }
}

/// The year before which nobody at home did anything.
const LIVING_MEMORY: &str = "1900";

/// Whether the speaker only tells what they are at: `estoy comiendo`, `acabo de cenar`.
fn momentary(scene: &Scene<'_>) -> bool {
    let group = scene.group();
    let bare = scene.after.iter().all(|phrase| !(phrase.form == Form::Noun && phrase.bare()));
    let now =
        group.aspect == Aspect::Going && scene.line.tokens[group.finite].verb() == Some("estar");
    let just =
        group.aspect == Aspect::Done && scene.line.tokens[group.finite].verb() == Some("acabar");
    group.person(1, false) && (now || just) && bare
}

/// Whether a deed of history is told: `Napoleón nació en Córcega`, by somebody nobody at home is
/// called like.
fn historic(scene: &Scene<'_>, verb: &str) -> bool {
    let past = scene.status() == FactStatus::Past && scene.group().clitics.is_empty();
    let subject = scene.before.iter().find(|phrase| phrase.form == Form::Noun && phrase.bare());
    let long_ago = scene
        .moment()
        .and_then(|moment| moment.iso(scene.today, true))
        .is_some_and(|when| when.as_str() < LIVING_MEMORY);
    past && (within("historic", verb) || long_ago)
        && subject.is_some_and(|phrase| {
            phrase.opening == Opening::Bare
                && phrase.parties.iter().all(|party| {
                    let first = fold(party.name.split(' ').next().unwrap_or_default());
                    party.name.starts_with(char::is_uppercase)
                        && party.kind == Kind::Thing
                        && !lists::names().contains_key(&first)
                        && lists::sort(&first).is_none()
                })
        })
}

/// Whether nothing but where one is said: `acá andamos`, `ahí vamos`.
fn here(scene: &Scene<'_>) -> bool {
    scene.all().all(|phrase| phrase.form == Form::Adverb)
}

/// Whether somebody only feels like this just now: `ando medio cansada`, `hoy ando de malas`.
fn passing(scene: &Scene<'_>) -> bool {
    let next = scene.after.iter().find(|phrase| phrase.form != Form::Time);
    next.is_some_and(|phrase| {
        let words = phrase.words.clone();
        words.clone().any(|at| within("transient", &scene.line.tokens[at].word.fold))
            || phrase.with("de") && within("mood", &phrase.head)
    })
}

/// Whether a subject is a kind of things rather than a thing: `los pulpos`, `el agua`.
pub(super) fn generic(scene: &Scene<'_>, subject: &Party) -> bool {
    let group = scene.group();
    let timeless =
        group.tense() == Tense::Present && group.aspect == Aspect::Plain && !group.is(&["estar"]);
    let Some(phrase) = scene.before.iter().find(|phrase| {
        phrase.parties.iter().any(|party| party.span.is_some() && party.span == subject.span)
    }) else {
        return false;
    };
    // A country or a town, and nobody called like it.
    let head = fold(subject.name.split(' ').next().unwrap_or_default());
    let land = subject.kind == Kind::Place
        && phrase.opening == Opening::Bare
        && !lists::names().contains_key(&head);
    if land && group.clitics.is_empty() {
        return true;
    }
    let known = phrase.opening == Opening::Definite
        || phrase.opening == Opening::Bare && (phrase.plural() || subject.kind == Kind::Place)
        || phrase.opening == Opening::Indefinite && subject.kind == Kind::Thing;
    let kin = lists::sort(&phrase.head) == Some(Sort::Kin);
    let single = !subject.name.contains(' ');
    let plural = phrase.parties.len() == 1 && subject.number == Some(Number::Plural) && single;
    let priced = scene
        .after
        .iter()
        .any(|phrase| phrase.parties.iter().any(|party| party.kind == Kind::Quantity));
    let everybody = plural && subject.kind == Kind::Person && single && group.clitics.is_empty();
    timeless
        && known
        && !kin
        && (subject.kind != Kind::Person || everybody || within("generic", &phrase.head))
        && (subject.kind == Kind::Place
            || plural && scene.moment().is_none() && group.clitics.is_empty()
            || within("generic", &phrase.head)
            || phrase.opening == Opening::Indefinite && group.clitics.is_empty()
            || within("substance", &phrase.head)
                && single
                && !priced
                && scene.line.part(phrase.words.end) != Some(Part::Link))
}

/// Whether a predicate says of something what it is in the world and not to the speaker: `el Nilo
/// es un río`, `Marte es el planeta más frío`.
pub(super) fn encyclopedic(scene: &Scene<'_>, subjects: &[Party]) -> bool {
    let group = scene.group();
    let own = |phrase: &&Phrase| {
        phrase.opening == Opening::Possessive
            || phrase.words.clone().any(|at| scene.line.part(at) == Some(Part::Possessive))
            || phrase.form == Form::Pronoun
    };
    let theirs = subjects.iter().any(|subject| subject.kind == Kind::Speaker)
        || scene.all().any(|phrase| own(&phrase))
        || subjects.iter().any(|subject| subject.span.is_none());
    let Some(predicate) =
        scene.after.iter().find(|phrase| phrase.form == Form::Noun && phrase.bare())
    else {
        return false;
    };
    let best = predicate.opening == Opening::Definite
        && predicate
            .words
            .clone()
            .any(|at| scene.line.tokens[at].one_of(&["mas", "mayor", "mejor", "peor"]))
        && predicate.words.clone().any(|at| scene.line.is(at, "de") || scene.line.is(at, "del"))
        && subjects.iter().all(|subject| subject.kind != Kind::Person);
    let sort = within("worldly", &predicate.head) && predicate.opening != Opening::Bare;
    group.is(&["ser"]) && !theirs && (sort || best)
}
