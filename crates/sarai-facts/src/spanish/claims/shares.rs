//! Who lives or goes out with whom, and how many there are left, told by verbs of other meanings.

use super::{Scene, agents};
use crate::claim::{Claim, Kind, Party};
use crate::fold::fold;
use crate::spanish::phrases::{Form, Phrase};
use crate::spanish::subjects::Cast;

/// Words for what people share to live in, folded.
const HOMES: &[&str] = &[
    "piso",
    "casa",
    "apartamento",
    "departamento",
    "depa",
    "depto",
    "apto",
    "estudio",
    "cuarto",
    "habitacion",
    "vivienda",
    "chalet",
    "atico",
    "alquiler",
    "renta",
    "techo",
    "loft",
    "duplex",
    "pieza",
];

/// Words for lengths of time and measures, folded.
const SPANS: &[&str] =
    &["ano", "mes", "semana", "dia", "hora", "minuto", "rato", "kilometro", "pagina", "capitulo"];

/// Words for how long two are together, folded.
const LONG: &[&str] = &["ano", "mes", "semana", "tiempo", "temporada", "eternidad", "vida"];

pub(super) fn claims(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    remaining(scene, cast).or_else(|| housed(scene, cast)).or_else(|| lasting(scene, cast))
}

/// `me quedan once`, `quedan nueve ovejas`.
fn remaining(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let third = group.person(3, true) || group.person(3, false);
    if !group.is(&["quedar"]) || !third || group.has("se") || group.relation != "quedar" {
        return None;
    }
    let counted = |phrase: &&Phrase| {
        phrase.bare() && phrase.parties.iter().all(|party| party.kind == Kind::Quantity)
    };
    let phrase = scene.after.iter().find(|phrase| phrase.form == Form::Noun).filter(counted)?;
    let party = phrase.parties.first()?.clone();
    let span = fold(&party.name)
        .split(' ')
        .any(|word| SPANS.iter().any(|span| word == *span || word == format!("{span}s")));
    let owner = if group.has("nos") {
        Party { kind: Kind::Person, ..Party::named("nosotros") }
    } else if group.has("le") || group.has("les") {
        cast.third(None, Some(group.has("les")))?.into_iter().next()?
    } else {
        Party::speaker()
    };
    (!span).then(|| vec![scene.claim(owner, "quedar".to_owned(), party)])
}

/// `comparto piso con Lucas`.
fn housed(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let home = |phrase: &&Phrase| phrase.bare() && HOMES.contains(&phrase.head.as_str());
    if group.verb != "compartir" || !scene.all().any(|phrase| home(&phrase)) {
        return None;
    }
    with_somebody(scene, cast, "compartir_con")
}

/// `llevo dos meses con Bruno`: so far with somebody, who has to be known by a name.
fn lasting(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let long = scene.after.iter().filter(|phrase| phrase.bare()).any(|phrase| {
        phrase.parties.iter().any(|party| {
            let folded = fold(&party.name);
            folded.split(' ').any(|word| LONG.iter().any(|unit| word.starts_with(unit)))
        })
    });
    let named = scene.after.iter().any(|phrase| {
        phrase.with("con")
            && phrase.parties.iter().all(|party| {
                party.kind == Kind::Person && party.name.starts_with(char::is_uppercase)
            })
    });
    if !group.is(&["llevar"]) || group.relation != "llevar" || !long || !named {
        return None;
    }
    with_somebody(scene, cast, "llevar_tiempo_con")
}

fn with_somebody(scene: &Scene<'_>, cast: &mut Cast, relation: &str) -> Option<Vec<Claim>> {
    let somebody = scene.after.iter().chain(&scene.before).find(|phrase| {
        phrase.with("con")
            && phrase.form == Form::Noun
            && phrase.parties.iter().all(|party| party.kind != Kind::Quantity)
    })?;
    let subjects = agents::subjects(scene, cast, &[])?;
    let mut found = Vec::new();
    for subject in &subjects {
        for party in &somebody.parties {
            found.push(scene.claim(subject.clone(), relation.to_owned(), party.clone()));
        }
    }
    cast.saw(subjects);
    somebody.parties.iter().for_each(|party| cast.object(party.clone()));
    Some(found)
}
