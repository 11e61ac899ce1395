//! Verbs of liking and their kind, where who feels is the object: `me gusta`, `a mi madre le encanta`.

use crate::claim::{Claim, Kind, Number, Party};
use crate::spanish::claims::Scene;
use crate::spanish::lists::within;
use crate::spanish::phrases::{Form, Opening, Phrase};
use crate::spanish::subjects::Cast;

/// Reads a clause of that kind; `None` when it is of another.
pub(super) fn claims(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let third = group.person(3, false) || group.person(3, true);
    let dative = ["me", "te", "le", "nos", "les", "os"]
        .into_iter()
        .find(|clitic| group.has(clitic))
        .or_else(|| accusative(scene))?;
    let word = scene.after.iter().find(|phrase| phrase.form != Form::Time);
    let idiom = idiom(group.verb, word);
    let like = within("gustar", group.verb)
        && !scene.after.iter().any(|phrase| {
            group.verb == "costar"
                && phrase.parties.iter().any(|party| party.kind == Kind::Quantity)
        });
    if !third || !(like || idiom.is_some()) || (group.has("se") && !like) {
        return None;
    }
    let idiom_at = idiom.as_ref().and(word).map(|phrase| phrase.words.start);
    let felt = experiencer(scene, dative, cast);
    let relation = idiom.unwrap_or_else(|| group.relation.clone());
    let things = things(scene, idiom_at);
    let Some(felt) = felt else { return Some(Vec::new()) };
    let things = if things.is_empty() { relative(scene) } else { things };
    let mut found = Vec::new();
    for who in &felt {
        for thing in &things {
            found.push(scene.claim(who.clone(), relation.clone(), thing.clone()));
        }
    }
    if felt.iter().all(|party| party.kind != Kind::Speaker) {
        cast.saw(felt);
    } else {
        cast.speaker_last = true;
    }
    for thing in things {
        cast.object(thing);
    }
    Some(found)
}

/// `a mi hija la apasionan los volcanes`: some feel as an object does, and are named besides.
fn accusative(scene: &Scene<'_>) -> Option<&'static str> {
    let group = scene.group();
    let named = scene.before.iter().find(|phrase| phrase.with("a") && phrase.form == Form::Noun)?;
    let felt = ["lo", "la", "los", "las"].into_iter().any(|clitic| group.has(clitic));
    felt.then_some(if named.plural() { "les" } else { "le" })
}

/// `caer bien`, `dar miedo`, `hacer ilusión`, `sentar mal`, `venir bien`.
fn idiom(verb: &str, word: Option<&Phrase>) -> Option<String> {
    let head = word?.head.as_str();
    let fits = match verb {
        "caer" => matches!(
            head,
            "bien"
                | "mal"
                | "genial"
                | "fatal"
                | "fenomenal"
                | "gordo"
                | "simpatico"
                | "regular"
                | "super"
        ),
        "dar" => matches!(
            head,
            "miedo"
                | "asco"
                | "pena"
                | "verguenza"
                | "panico"
                | "pereza"
                | "rabia"
                | "grima"
                | "alergia"
                | "vertigo"
                | "yuyu"
                | "cosa"
                | "paz"
                | "terror"
        ),
        "hacer" => matches!(head, "ilusion" | "gracia" | "feliz"),
        "sentar" | "venir" => matches!(head, "bien" | "mal" | "fatal" | "genial"),
        "volver" => matches!(head, "loco" | "loca" | "locos"),
        _ => false,
    };
    let word = word?.parties.first()?.name.to_lowercase();
    let single = word.split(' ').next().unwrap_or_default().to_owned();
    fits.then(|| format!("{verb}_{single}"))
}

fn experiencer(scene: &Scene<'_>, dative: &str, cast: &Cast) -> Option<Vec<Party>> {
    let named = scene.all().find(|phrase| phrase.with("a") && phrase.form == Form::Noun);
    match dative {
        "me" => Some(vec![Party::speaker()]),
        "nos" => Some(vec![Party {
            kind: Kind::Person,
            number: Some(Number::Plural),
            ..Party::named("nosotros")
        }]),
        "le" | "les" => {
            if let Some(phrase) = named {
                return Some(phrase.parties.clone());
            }
            if let Some(party) = &scene.antecedent {
                return Some(vec![party.clone()]);
            }
            cast.third(None, Some(dative == "les"))
        }
        _ => None,
    }
}

fn things(scene: &Scene<'_>, idiom_at: Option<usize>) -> Vec<Party> {
    let thing = |phrase: &&Phrase| {
        let noun =
            phrase.form == Form::Noun && phrase.bare() && Some(phrase.words.start) != idiom_at;
        noun || phrase.form == Form::Action
    };
    let fronted =
        scene.before.iter().find(|phrase| thing(phrase) && phrase.opening != Opening::Bare);
    let plain =
        |phrase: &&Phrase| thing(phrase) && !(fronted.is_some() && phrase.opening == Opening::Bare);
    let found =
        scene.after.iter().find(plain).or(fronted).or_else(|| scene.before.iter().find(thing));
    found.map(|phrase| phrase.parties.clone()).unwrap_or_default()
}

/// `la música que me gusta`: what the relative tells of.
fn relative(scene: &Scene<'_>) -> Vec<Party> {
    scene.antecedent.clone().into_iter().collect()
}
