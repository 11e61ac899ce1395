//! What some verbs and nouns tell beyond their words.

use sarai_core::fact::FactStatus;

use super::Scene;
use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::spanish::lists::{self, Sort};
use crate::spanish::numbers;
use crate::spanish::phrases::{self, Form, Opening};
use crate::spanish::subjects::Cast;

/// What a noun tells by itself: `un hijo de 5 años`, `un gato llamado Simba`.
pub(super) fn described(scene: &Scene<'_>, claim: &mut Claim) -> Option<Claim> {
    let object = &mut claim.object;
    let participle = [" llamado", " llamada"]
        .into_iter()
        .find_map(|word| object.name.strip_suffix(word).map(str::to_owned));
    if let (Some(noun), Some(name)) = (participle, object.also.first().cloned()) {
        object.name = noun;
        let subject = object.clone();
        let name = Party { kind: subject.kind, ..Party::named(name) };
        return Some(Claim { negated: false, ..scene.claim(subject, "llamarse".to_owned(), name) });
    }
    let called = [" llamado ", " llamada ", " que se llama "].into_iter().find_map(|word| {
        object.name.split_once(word).map(|(noun, name)| (noun.to_owned(), name.to_owned()))
    });
    if let Some((noun, name)) = called {
        object.name = noun;
        let subject = object.clone();
        let name = Party { kind: subject.kind, ..Party::named(phrases::capitalised(&name)) };
        return Some(Claim { negated: false, ..scene.claim(subject, "llamarse".to_owned(), name) });
    }
    if !matches!(object.kind, Kind::Person | Kind::Animal) || claim.negated {
        return None;
    }
    let (noun, age) =
        object.name.rsplit_once(" de ").map(|(noun, age)| (noun.to_owned(), age.to_owned()))?;
    let mut words = age.split(' ');
    let count = words.next().filter(|word| numbers::counts(word))?;
    let unit = words.next().unwrap_or("años");
    if !matches!(unit, "años" | "anos" | "meses" | "año" | "mes" | "semanas")
        || words.next().is_some()
    {
        return None;
    }
    object.name = noun;
    let subject = object.clone();
    let age = Party { kind: Kind::Quantity, ..Party::named(format!("{count} {unit}")) };
    Some(Claim { when: None, ..scene.claim(subject, "tener".to_owned(), age) })
}

/// Where somebody is of whom the clause tells something else: `llevo veinte años en Miami`,
/// `tengo un hermano en Alemania`.
pub(super) fn abroad(scene: &Scene<'_>, claim: &Claim) -> Option<Claim> {
    let group = scene.group();
    let place = scene.after.iter().find(|phrase| {
        phrase.with("en") && phrase.parties.iter().any(|party| party.kind == Kind::Place)
    })?;
    let place = place.parties.first()?.clone();
    let lasts = group.is(&["llevar"]) && claim.object.kind == Kind::Quantity;
    let has = group.is(&["tener"])
        && claim.object.kind == Kind::Person
        && claim.object.span != place.span;
    if claim.negated || claim.status != FactStatus::Current || !(lasts || has) {
        return None;
    }
    let subject = if lasts { claim.subject.clone() } else { claim.object.clone() };
    Some(scene.claim(subject, "vivir_en".to_owned(), place))
}

/// Who was given a post: `a mi hermana la nombraron directora`, `lo ascendieron a encargado`.
pub(super) fn appointed(scene: &Scene<'_>, cast: &Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let names = group.is(&[
        "nombrar",
        "elegir",
        "ascender",
        "promover",
        "promocionar",
        "contratar",
        "hacer",
        "poner",
        "meter",
        "subir",
        "coger",
    ]);
    let post = scene.after.iter().find(|phrase| {
        phrase.form == Form::Noun
            && (phrase.bare() || phrase.with("a") || phrase.with("como") || phrase.with("de"))
            && phrase.opening == Opening::Bare
            && lists::sort(&phrase.head) == Some(Sort::Person)
    })?;
    let told = scene.status() == FactStatus::Past && !scene.negated() && group.person(3, true);
    let who = scene.all().find(|phrase| phrase.with("a") && phrase.words != post.words);
    let whom = match who {
        Some(phrase) => phrase.parties.clone(),
        None if group.has("me") => vec![Party::speaker()],
        None => cast.third(None, Some(group.has("los") || group.has("las")))?,
    };
    let given = ["me", "lo", "la", "los", "las"].into_iter().any(|clitic| group.has(clitic));
    (names && told && given).then(|| {
        let claim = |party: &Party| {
            let mut claim =
                scene.claim(party.clone(), "ser".to_owned(), post.parties.first()?.clone());
            holds(&mut claim, "ser");
            Some(claim)
        };
        whom.iter().filter_map(claim).collect()
    })
}

/// What some verbs mean for what holds now: who has moved lives there, who turned four is four.
pub(super) fn settled(scene: &Scene<'_>, claim: &mut Claim) {
    renamed(scene, claim);
    let group = scene.group();
    let over = claim.status == FactStatus::Past && !claim.negated;
    let today = claim.when.as_ref().is_some_and(|when| *when == scene.today.to_string());
    let counted = claim.object.kind == Kind::Quantity;
    if group.is(&["cumplir"]) && counted && !claim.negated && (over || today) {
        if !claim.object.name.contains(' ') {
            claim.object.name.push_str(" años");
        }
        holds(claim, "tener");
    }
    let priced = group.is(&["subir", "bajar", "aumentar"]) && claim.relation.ends_with("_a");
    if priced && counted && over && claim.subject.kind == Kind::Thing {
        holds(claim, "ser");
    }
    let led = scene.line.tokens.get(group.finite..group.words.end).unwrap_or_default();
    let arrived = group.is(&["vivir"]) && led.iter().any(|token| token.is("a"));
    let moved = matches!(
        claim.relation.as_str(),
        "mudar_a" | "trasladar_a" | "mudar_para" | "mudar_hacia" | "mudar_en" | "trasladar_para"
    );
    // `me han trasladado`: to another post, perhaps.
    let sent = group.is(&["trasladar"]) && group.person(3, true) && !group.has("se");
    let hired = ["entrar_trabajar", "empezar_trabajar", "comenzar_trabajar", "poner_trabajar"]
        .into_iter()
        .find_map(|begun| claim.relation.strip_prefix(begun))
        .filter(|_| !claim.negated && claim.status != FactStatus::Planned)
        .filter(|how| matches!(*how, "_en" | "_de" | "_como" | "_para" | "_con"))
        .map(|how| format!("trabajar{how}"));
    if let Some(relation) = hired {
        holds(claim, &relation);
    }
    if over && claim.relation == "contratar_en" {
        holds(claim, "trabajar_en");
    }
    if let Some(rest) =
        claim.object.name.strip_prefix("baja de").filter(|_| claim.relation == "dar_de")
    {
        // `me di de baja del gimnasio`
        claim.object.name = rest.trim_start_matches('l').trim_start().to_owned();
        "dar_de_baja_de".clone_into(&mut claim.relation);
    }
    let became = group.is(&["hacer"])
        && claim.relation == "hacer"
        && ["me", "se"].into_iter().any(|clitic| group.has(clitic))
        && over
        && scene.after.iter().any(|phrase| {
            phrase.bare()
                && phrase.opening == Opening::Bare
                && phrase.parties.iter().any(|party| party.span == claim.object.span)
        });
    if became && claim.object.kind != Kind::Quantity && claim.object.span.is_some() {
        // `me hice budista`
        (claim.status, claim.relation) = (FactStatus::Current, "ser".to_owned());
    }
    exchanged(scene, claim);
    let returned = claim.relation == "devolver_para" || claim.relation == "devolver_a";
    if returned && (group.has("me") || group.has("se") || group.has("nos")) {
        "volver_a".clone_into(&mut claim.relation);
    }
    if over && arrived && claim.relation == "vivir_con" {
        holds(claim, "vivir_con");
    }
    if over && (moved && !sent || arrived && claim.relation == "vivir_en") {
        let thing = claim.subject.kind == Kind::Thing
            && !claim.subject.name.starts_with(char::is_uppercase);
        holds(claim, if thing { "estar_en" } else { "vivir_en" });
    }
}

/// Takes `lo de` from what is given up: `dejé lo de repartidor`.
pub(super) fn unmattered(scene: &Scene<'_>, claim: &mut Claim) {
    let matter = scene.clause.after.clone().any(|at| {
        scene.line.is(at, "lo") && (scene.line.is(at + 1, "de") || scene.line.is(at + 1, "del"))
    });
    let bare = claim.object.name.strip_prefix("de ").or(claim.object.name.strip_prefix("del "));
    if let Some(bare) = bare.filter(|_| matter) {
        claim.object.name = bare.to_owned();
    }
}

/// What takes the place of something: `toma avena en vez de leche`, `le han puesto Eliquis en lugar
/// del Sintrom`.
pub(super) fn substituted(scene: &Scene<'_>, patient: Option<&Party>, claims: &mut Vec<Claim>) {
    let instead = |name: &str| {
        let rest = ["lugar de", "vez de", "sustitución de"]
            .into_iter()
            .find_map(|turn| name.strip_prefix(turn))?;
        let rest = rest.strip_prefix("l ").unwrap_or(rest).trim_start();
        (!rest.is_empty()).then(|| rest.to_owned())
    };
    let mut named = scene.after.iter().filter(|phrase| phrase.with("en"));
    let old = named.find_map(|phrase| instead(&phrase.parties.first()?.name));
    let Some(old) = old else { return };
    claims.retain(|claim| instead(&claim.object.name).is_none());
    let prescribed =
        scene.group().is(&["poner", "dar", "recetar", "mandar", "pautar", "prescribir"]);
    for claim in claims.iter_mut().filter(|claim| !claim.negated) {
        if let Some(party) = patient.filter(|_| prescribed) {
            claim.subject = party.clone();
            "tomar".clone_into(&mut claim.relation);
        }
        if claim.status != FactStatus::Planned {
            claim.status = FactStatus::Current;
            claim.effect = Effect::Replace { old: Some(old.clone()) };
        }
    }
}

/// To whom something is given, by a pronoun.
pub(super) fn treated(scene: &Scene<'_>, cast: &Cast) -> Option<Party> {
    let group = scene.group();
    if group.has("me") {
        return Some(Party::speaker());
    }
    let named = scene.all().find(|phrase| phrase.with("a") && phrase.form == Form::Noun);
    let known = || cast.third(None, Some(group.has("les")));
    let other = group.has("le") || group.has("les");
    let parties = named.map(|phrase| phrase.parties.clone()).or_else(known);
    parties.filter(|_| other).and_then(|parties| parties.into_iter().next())
}

/// `me cambié a valdivia`: what one changes to without an article goes by a name.
fn exchanged(scene: &Scene<'_>, claim: &mut Claim) {
    let bare = scene.after.iter().any(|phrase| {
        phrase.with("a")
            && phrase.opening == Opening::Bare
            && phrase.parties.iter().any(|party| party.span == claim.object.span)
    });
    let over = claim.status == FactStatus::Past && !claim.negated;
    let changed = matches!(claim.relation.as_str(), "cambiar_a" | "pasar_a");
    if changed && over && bare && claim.object.kind == Kind::Thing {
        claim.effect = Effect::Replace { old: None };
    }
}

/// Makes what has come to be what holds from now on.
fn holds(claim: &mut Claim, relation: &str) {
    relation.clone_into(&mut claim.relation);
    claim.status = FactStatus::Current;
    claim.effect = Effect::Replace { old: None };
}

/// Idioms whose words do not name what they tell.
fn renamed(scene: &Scene<'_>, claim: &mut Claim) {
    let group = scene.group();
    let time = scene.all().find(|phrase| phrase.form == Form::Time);
    let day = time.and_then(|phrase| phrase.parties.first());
    if let Some(day) = day.filter(|_| group.is(&["cumplir"]) && fold(&claim.object.name) == "anos")
    {
        claim.object = day.clone();
    }
    let birth = group.is(&["dar"]) && scene.after.iter().any(|phrase| phrase.head == "luz");
    if birth && claim.object.name != "luz" {
        "dar_a_luz_a".clone_into(&mut claim.relation);
    }
    let ways = ["bien", "mal", "fatal", "genial", "fenomenal", "regular"];
    let manner = scene.after.iter().find(|phrase| ways.contains(&phrase.head.as_str()));
    let relation = match (claim.relation.as_str(), manner) {
        ("llevar_con", Some(manner)) => format!("llevar_{}_con", manner.head),
        ("dejar_con", _) if group.has("lo") => "romper_con".to_owned(),
        ("vivir_a" | "venir_vivir_a" | "venir_vivir_en", _) => "vivir_en".to_owned(),
        (relation, _) => match relation.strip_prefix("venir_vivir") {
            Some(rest) => format!("vivir{rest}"),
            None => return,
        },
    };
    claim.relation = relation;
}
