//! Whom others move, hire, enrol or give something: `la han cogido en Zara`, `los matriculamos en el
//! público`, `me ha fichado Renault`.

use sarai_core::fact::FactStatus;

use super::Scene;
use crate::claim::{Claim, Gender, Kind, Number, Party};
use crate::spanish::phrases::{Form, Opening, Phrase};
use crate::spanish::subjects::Cast;

/// Verbs of what is done to somebody that changes where they are.
const MOVING: &[&str] = &[
    "coger",
    "contratar",
    "fichar",
    "admitir",
    "aceptar",
    "seleccionar",
    "incorporar",
    "destinar",
    "trasladar",
    "matricular",
    "inscribir",
    "apuntar",
    "meter",
    "cambiar",
    "pasar",
    "mandar",
    "derivar",
    "colocar",
    "internar",
    "ingresar",
    "enchufar",
    "poner",
    "subir",
    "bajar",
];

/// Those of them that are done by who somebody works or plays for from then on.
const HIRING: &[&str] = &["contratar", "fichar", "coger", "admitir", "seleccionar", "tomar"];

/// What is told of whom a pronoun stands for.
pub(super) fn claims(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let told = !scene.negated() && scene.status() != FactStatus::Planned;
    let carried = group.is(&["poner", "subir", "bajar", "meter", "pasar", "cambiar"]);
    if !told || !(group.is(MOVING) || group.is(HIRING)) || group.has("se") {
        return None;
    }
    let patients = patients(scene, cast)?;
    if carried && patients.iter().any(|party| party.kind != Kind::Person) {
        return None;
    }
    let agent = agent(scene, &patients);
    let post = scene.after.iter().find(|phrase| {
        phrase.with("de") && phrase.form == Form::Noun && phrase.opening == Opening::Bare
    });
    let place = scene.after.iter().find(|phrase| {
        phrase.form == Form::Noun
            && (["en", "con"].iter().any(|preposition| phrase.with(preposition))
                || phrase.with("a") && phrase.parties.iter().all(|p| p.kind != Kind::Person))
            && phrase.parties.iter().all(|party| party.kind != Kind::Quantity)
    });
    let place = place.or(post.filter(|_| group.is(&["poner", "meter", "colocar", "pasar"])));
    let (relation, object) = match (place, agent) {
        (Some(place), _) => {
            let preposition = place.preposition.as_deref().unwrap_or_default();
            let object = specific(scene, place).cloned().or(place.parties.first().cloned())?;
            (format!("{}_{preposition}", group.relation), object)
        }
        (None, Some(agent)) if group.is(HIRING) => ("fichar_por".to_owned(), agent),
        _ => return None,
    };
    let claim = |party: &Party| scene.claim(party.clone(), relation.clone(), object.clone());
    let found = patients.iter().map(claim).collect();
    cast.saw(patients);
    Some(found)
}

/// The name of a place that is told after what it is: `en el público, el Miguel Delibes`.
fn specific<'a>(scene: &'a Scene<'_>, place: &Phrase) -> Option<&'a Party> {
    let next = scene.after.iter().find(|phrase| phrase.words.start > place.words.start)?;
    let named = |party: &&Party| party.name.starts_with(char::is_uppercase);
    let said = place.parties.first().is_some_and(|party| named(&party));
    next.parties
        .first()
        .filter(|party| next.bare() && next.form == Form::Noun && !said && named(party))
}

/// Whom it is done to.
fn patients(scene: &Scene<'_>, cast: &Cast) -> Option<Vec<Party>> {
    let group = scene.group();
    let unnamed = group.person(3, true) && !group.person(3, false);
    if group.has("me") {
        // Without a name of who does it, the speaker is the subject already.
        let given = scene.after.iter().any(|phrase| phrase.bare() && phrase.form == Form::Noun);
        let done = group.is(HIRING) || !given;
        return (!unnamed && group.person(3, false) && done).then(|| vec![Party::speaker()]);
    }
    let clitic = ["lo", "la", "los", "las"].into_iter().find(|clitic| group.has(clitic))?;
    let person = |phrase: &&Phrase| {
        phrase.with("a")
            && phrase.form == Form::Noun
            && phrase.parties.iter().all(|p| matches!(p.kind, Kind::Person | Kind::Animal))
            && !phrase.parties.is_empty()
    };
    let named = |phrase: &&Phrase| {
        phrase.with("a")
            && phrase.form == Form::Noun
            && phrase.parties.iter().all(|p| p.kind != Kind::Quantity && p.kind != Kind::Place)
    };
    if let Some(phrase) = scene.before.iter().find(named).or(scene.after.iter().find(person)) {
        return Some(phrase.parties.clone());
    }
    let plural = clitic.ends_with('s');
    let gender = if clitic.starts_with("la") { Gender::Feminine } else { Gender::Masculine };
    let exact = |parties: &Vec<Party>| parties.iter().all(|party| party.kind != Kind::Thing);
    cast.third(Some(gender), Some(plural)).filter(exact).or_else(|| {
        let number = if plural { Number::Plural } else { Number::Singular };
        let found = cast.thing(Some(gender), Some(number))?;
        matches!(found.kind, Kind::Person | Kind::Animal).then(|| vec![found])
    })
}

/// Who does it, when it is no person: a firm, a club.
fn agent(scene: &Scene<'_>, patients: &[Party]) -> Option<Party> {
    let mine = |party: &Party| patients.iter().any(|own| own.name == party.name);
    let fits = |phrase: &&Phrase| {
        phrase.bare()
            && phrase.form == Form::Noun
            && matches!(phrase.opening, Opening::Bare | Opening::Definite | Opening::Indefinite)
            && phrase.parties.len() == 1
            && phrase.parties.iter().all(|party| {
                !matches!(party.kind, Kind::Person | Kind::Quantity | Kind::Animal) && !mine(party)
            })
    };
    let phrase = scene.after.iter().find(fits).or(scene.before.iter().find(fits))?;
    phrase.parties.first().cloned()
}
