//! What is moved: an appointment to another day, a thing to another place.

use sarai_core::fact::FactStatus;

use crate::claim::{Claim, Effect, Gender, Kind, Number, Party};
use crate::spanish::claims::Scene;
use crate::spanish::dates::Moment;
use crate::spanish::groups::Aspect;
use crate::spanish::lexicon::Tense;
use crate::spanish::lists::{self, Sort, within};
use crate::spanish::phrases::{Form, Opening, Phrase};
use crate::spanish::subjects::Cast;

/// `La cita pasa al jueves`, `me han cambiado la revisión al viernes`, `han subido el alquiler a 750`.
pub(super) fn claims(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let moves = group.is(&[
        "pasar",
        "cambiar",
        "mover",
        "aplazar",
        "posponer",
        "adelantar",
        "retrasar",
        "atrasar",
        "trasladar",
        "reprogramar",
        "reagendar",
        "correr",
        "recorrer",
        "desplazar",
    ]);
    let toward =
        |phrase: &&Phrase| phrase.form == Form::Time && (phrase.with("a") || phrase.with("para"));
    let time = scene.after.iter().find(toward).filter(|_| moves);
    let noun = |phrases: &[Phrase]| {
        phrases
            .iter()
            .find(|phrase| phrase.form == Form::Noun && phrase.bare())
            .map(|phrase| phrase.parties.clone())
    };
    // `el bus pasa a las 8`, every day.
    let event = |phrase: &&Phrase| lists::sort(&phrase.head) == Some(Sort::Event);
    let runs = group.is(&["pasar"])
        && scene.group().tense() == Tense::Present
        && group.aspect == Aspect::Plain
        && !group.has("se")
        && !scene.before.iter().any(|phrase| event(&phrase))
        && time.is_some_and(|time| {
            let at = |moment: &&Moment| time.words.contains(&moment.words.start);
            scene.line.moments.iter().find(at).is_some_and(|moment| moment.point.is_none())
        });
    if let Some(time) = time.filter(|_| !runs) {
        let things = noun(&scene.after)
            .or_else(|| meant(scene, cast))
            .or_else(|| noun(&scene.before))
            .or_else(|| cast.third(None, None))?;
        let object = time.parties.first()?.clone();
        let moment =
            scene.line.moments.iter().find(|moment| time.words.contains(&moment.words.start));
        let mut found = Vec::new();
        for thing in &things {
            let mut claim = scene.claim(thing.clone(), format!("{}_a", group.verb), object.clone());
            if moment.is_none_or(|moment| moment.point.is_none() && moment.clock.is_none()) {
                // Every week from now on: `a los jueves`.
                "ser".clone_into(&mut claim.relation);
                (claim.status, claim.when) = (FactStatus::Current, None);
                claim.effect = Effect::Replace { old: None };
                found.push(claim);
                continue;
            }
            claim.status = FactStatus::Planned;
            claim.when = moment.and_then(|moment| moment.iso(scene.today, false)).map(|when| {
                if when.starts_with('T') { format!("{}{when}", scene.today) } else { when }
            });
            found.push(claim);
        }
        cast.saw(things);
        return Some(found);
    }
    if let Some(found) = valued(scene, cast).or_else(|| traded(scene, cast)) {
        return Some(found);
    }
    unnamed(scene, cast)
}

/// `el menú lo cobramos a 11 euros`, `tengo la luz con Endesa`: what a thing sells for or who
/// provides it is told of the thing.
fn traded(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let priced = group.is(&["cobrar", "vender", "servir", "despachar", "comprar"]);
    let held = group.is(&["tener", "llevar", "contratar"]);
    if !priced && !held {
        return None;
    }
    let said = if held { &["con"][..] } else { &["a", "por"] };
    let fits = |party: &Party| {
        let named = party.name.starts_with(char::is_uppercase)
            && !matches!(party.kind, Kind::Person | Kind::Quantity);
        if held { named } else { party.kind == Kind::Quantity }
    };
    let value = scene.after.iter().find(|phrase| {
        said.iter().any(|preposition| phrase.with(preposition)) && phrase.parties.iter().all(fits)
    })?;
    let definite = |phrase: &&Phrase| {
        phrase.form == Form::Noun
            && phrase.bare()
            && matches!(phrase.opening, Opening::Definite | Opening::Possessive)
            && phrase.parties.iter().all(|party| party.kind == Kind::Thing)
    };
    let taken = ["lo", "la", "los", "las"].into_iter().any(|clitic| group.has(clitic));
    let place = if taken { &scene.before } else { &scene.after };
    let thing = place.iter().find(definite);
    let things = match thing {
        Some(phrase) => phrase.parties.clone(),
        None if taken => meant(scene, cast)?,
        None => return None,
    };
    let plain = group.relation == group.verb && scene.status() == FactStatus::Current;
    let preposition = value.preposition.as_deref().unwrap_or_default();
    let relation = format!("{}_{preposition}", group.verb);
    let object = value.parties.first().filter(|_| plain)?;
    let claim = |thing: &Party| scene.claim(thing.clone(), relation.clone(), object.clone());
    let found = things.iter().map(claim).collect();
    cast.saw(things);
    Some(found)
}

/// What costs, counts or measures something else from now on: `me han subido el alquiler a 680`,
/// `le ha bajado la dosis a media pastilla`, `la cuota ha pasado a 30 euros`.
fn valued(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let changes = group.is(&[
        "subir",
        "bajar",
        "aumentar",
        "reducir",
        "rebajar",
        "ampliar",
        "incrementar",
        "pasar",
        "cambiar",
        "poner",
        "dejar",
        "ajustar",
        "fijar",
    ]);
    let named = scene.before.iter().any(|phrase| {
        phrase.bare() && phrase.parties.iter().any(|party| crate::naming::is_proper(&party.name))
    });
    if !changes || named || scene.negated() || scene.status() == FactStatus::Planned {
        return None;
    }
    let attribute =
        |phrase: &Phrase| phrase.form == Form::Noun && within("attribute", &phrase.head);
    let renewed = group.is(&["cambiar"]) && scene.after.iter().any(attribute);
    let quantity =
        |party: &&Party| party.kind == Kind::Quantity || renewed && party.kind != Kind::Person;
    let value = scene
        .after
        .iter()
        .filter(|phrase| {
            phrase.with("a")
                || phrase.with("hasta")
                || phrase.with("en") && group.is(&["dejar", "fijar", "poner", "ajustar"])
                || renewed && phrase.with("por")
        })
        .find_map(|phrase| phrase.parties.iter().find(quantity))?
        .clone();
    let noun = |phrases: &[Phrase]| {
        let found = phrases.iter().find(|phrase| {
            phrase.form == Form::Noun
                && phrase.bare()
                && phrase.parties.iter().all(|party| party.kind == Kind::Thing)
        });
        found.map(|phrase| phrase.parties.clone())
    };
    let meant = meant(scene, cast);
    if meant.is_none() && group.is(&["poner", "dejar"]) {
        return None;
    }
    let things = meant
        .or_else(|| noun(&scene.after))
        .or_else(|| noun(&scene.before))
        .or_else(|| cast.third(None, None))?;
    let mut found = Vec::new();
    for thing in &things {
        let mut claim = scene.claim(thing.clone(), "ser".to_owned(), value.clone());
        claim.status = FactStatus::Current;
        claim.effect = Effect::Replace { old: None };
        claim.when = None;
        found.push(claim);
    }
    cast.saw(things);
    Some(found)
}

/// What `lo` or `la` stands for, without its amount: `alquiler` of `650 euros de alquiler`.
fn meant(scene: &Scene<'_>, cast: &Cast) -> Option<Vec<Party>> {
    let group = scene.group();
    let clitic = ["lo", "la", "los", "las"].into_iter().find(|clitic| group.has(clitic))?;
    let gender = if clitic.starts_with("la") { Gender::Feminine } else { Gender::Masculine };
    let number = if clitic.ends_with('s') { Number::Plural } else { Number::Singular };
    let thing = cast.measured(gender).or_else(|| cast.thing(Some(gender), Some(number)))?;
    (thing.kind != Kind::Person).then(|| vec![thing])
}

/// Done by nobody in particular: `han cerrado la panadería`, `han subido el alquiler a 750 euros`.
fn unnamed(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let plural = group.person(3, true) && !group.person(3, false);
    let said = scene.before.iter().any(|phrase| matches!(phrase.form, Form::Noun | Form::Pronoun));
    let someone = cast.third(None, Some(true)).is_some() || scene.antecedent.is_some();
    let person = |phrase: &&Phrase| {
        phrase.with("a")
            && phrase.parties.iter().all(|party| party.kind == Kind::Person)
            && phrase.opening != Opening::Bare
    };
    if let Some(someone_else) = scene
        .after
        .iter()
        .filter(|phrase| phrase.form == Form::Noun)
        .find(person)
        .filter(|_| plural && !said && !someone && group.clitics.is_empty())
        .filter(|_| !scene.after.iter().any(|phrase| phrase.form == Form::Noun && phrase.bare()))
    {
        return Some(undergone(scene, cast, &someone_else.parties));
    }
    let object = scene.after.iter().find(|phrase| phrase.form == Form::Noun && phrase.bare())?;
    if !plural
        || said
        || someone
        || !group.clitics.is_empty()
        || object.parties.iter().any(|party| party.kind == Kind::Person)
    {
        return None;
    }
    let next = scene.after.iter().find(|phrase| phrase.form == Form::Noun && !phrase.bare());
    if group.is(&["cambiar"]) && next.is_none() {
        // The new value says it.
        cast.saw(object.parties.clone());
        return Some(Vec::new());
    }
    let mut found = Vec::new();
    for thing in &object.parties {
        let (relation, what) = match next {
            Some(next) => (
                format!("{}_{}", group.relation, next.preposition.as_deref().unwrap_or_default()),
                next.parties.first()?.clone(),
            ),
            None => (group.relation.clone(), Party::named(super::UNSAID)),
        };
        let mut claim = scene.claim(thing.clone(), relation, what);
        super::settled(scene, &mut claim);
        found.push(claim);
    }
    cast.saw(object.parties.clone());
    Some(found)
}

/// `me han cambiado la cita, es el martes`: what is changed is spoken of next.
pub(super) fn goes_on(scene: &Scene<'_>, cast: &mut Cast, told: &[Claim]) {
    let group = scene.group();
    let moved = group.is(&["cambiar", "mover", "pasar", "aplazar", "posponer", "reprogramar"]);
    let things = told.iter().map(|claim| claim.object.clone());
    let things: Vec<Party> = things.filter(|party| party.kind == Kind::Thing).collect();
    let unnamed = (group.has("me") || group.has("nos")) && group.person(3, true);
    if moved && unnamed && !things.is_empty() {
        cast.saw(things);
    }
}

/// What nobody in particular did to somebody: `operaron a mi padre de la cadera`.
fn undergone(scene: &Scene<'_>, cast: &mut Cast, whom: &[Party]) -> Vec<Claim> {
    let verb = &scene.group().relation;
    let next = scene
        .after
        .iter()
        .find(|phrase| phrase.form == Form::Noun && !phrase.bare() && !phrase.with("a"));
    let (relation, what) = match next.and_then(|next| Some((next, next.parties.first()?))) {
        Some((next, what)) => {
            (format!("{verb}_{}", next.preposition.as_deref().unwrap_or_default()), what.clone())
        }
        None => (verb.clone(), Party::named(super::UNSAID)),
    };
    let claim = |person: &Party| scene.claim(person.clone(), relation.clone(), what.clone());
    cast.saw(whom.to_vec());
    whom.iter().map(claim).collect()
}

/// What takes place somewhere.
const EVENTS: &[&str] = &[
    "boda",
    "fiesta",
    "cena",
    "comida",
    "reunión",
    "cumple",
    "comunión",
    "bautizo",
    "ceremonia",
    "concierto",
    "celebración",
    "aniversario",
    "quedada",
    "convite",
    "banquete",
];

/// What somebody changed for another thing that a pronoun stands for, to somebody or for themselves:
/// `el médico me lo ha cambiado por otro`.
pub(super) fn swapped(scene: &Scene<'_>, cast: &Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let whom = ["me", "te", "se", "nos", "le"].into_iter().any(|clitic| group.has(clitic));
    let changes = group.is(&["cambiar", "sustituir", "reemplazar"]) && whom;
    let clitic = ["lo", "la", "los", "las"].into_iter().find(|clitic| group.has(clitic))?;
    let new = scene.after.iter().find(|phrase| phrase.form == Form::Noun && phrase.with("por"))?;
    let object = new.parties.first()?.clone();
    if !changes || scene.negated() || scene.status() == FactStatus::Planned {
        return None;
    }
    let gender = if clitic.starts_with("la") { Gender::Feminine } else { Gender::Masculine };
    let number = if clitic.ends_with('s') { Number::Plural } else { Number::Singular };
    let old = cast.thing(Some(gender), Some(number)).or_else(|| cast.last_thing())?;
    let subject = Party::speaker();
    Some(vec![
        scene.claim(subject.clone(), "cambiar".to_owned(), Party { span: None, ..old }),
        scene.claim(subject, "cambiar_por".to_owned(), object),
    ])
}

/// Where a thing is that was put somewhere: `he dejado las llaves en el cajón`.
pub(super) fn placed(scene: &Scene<'_>, told: &[Claim]) -> Option<Claim> {
    let group = scene.group();
    let swapped = scene.after.iter().find(|phrase| phrase.form == Form::Noun && phrase.with("por"));
    // `dejé el francés por el italiano`, but not `por las tardes` or `por motivos de salud`.
    let leaves = |phrase: &&Phrase| {
        group.is(&["dejar", "abandonar", "sustituir", "reemplazar"])
            && phrase.opening == Opening::Definite
            && phrase.parties.iter().all(|party| party.kind == Kind::Thing)
    };
    let swapped = swapped.filter(|phrase| group.is(&["cambiar"]) || leaves(phrase));
    if let (Some(swapped), Some(first)) = (swapped, told.first()) {
        let new = swapped.parties.first()?.clone();
        return Some(scene.claim(first.subject.clone(), "cambiar_por".to_owned(), new));
    }
    let puts = group.is(&[
        "dejar",
        "poner",
        "meter",
        "guardar",
        "aparcar",
        "esconder",
        "colgar",
        "colocar",
        "mover",
        "estacionar",
    ]);
    let carried = group.is(&["mover", "trasladar", "mudar", "llevar", "subir", "bajar", "pasar"])
        && scene.status() == FactStatus::Past;
    let definite = scene.after.iter().any(|phrase| {
        phrase.bare() && matches!(phrase.opening, Opening::Definite | Opening::Possessive)
    });
    let taken = ["lo", "la", "los", "las"].into_iter().any(|clitic| group.has(clitic));
    let held = group.is(&["hacer", "celebrar", "organizar"])
        && told
            .first()
            .is_some_and(|claim| EVENTS.iter().any(|event| claim.object.name.starts_with(event)));
    let keeps = (group.is(&["tener"]) || held) && (definite || taken);
    let first = told.first().filter(|claim| {
        (puts || keeps || carried)
            && !claim.negated
            && claim.status != FactStatus::Planned
            && claim.object.kind == Kind::Thing
    })?;
    if within(
        "abstract",
        &crate::fold::fold(first.object.name.split(' ').next().unwrap_or_default()),
    ) {
        return None;
    }
    let inside = |phrase: &&Phrase| {
        phrase.form == Form::Noun && (phrase.with("en") || carried && phrase.with("a"))
    };
    let place = scene.after.iter().find(inside)?;
    let at = place.parties.first().filter(|at| keeps || at.kind != Kind::Quantity)?.clone();
    if at.span == first.object.span {
        return None;
    }
    let mut claim = scene.claim(first.object.clone(), "estar_en".to_owned(), at);
    claim.status = FactStatus::Current;
    claim.when = None;
    claim.effect = Effect::Replace { old: None };
    Some(claim)
}
