//! Objects of ordinary verbs.

use crate::claim::{Gender, Kind, Number, Party};
use crate::spanish::claims::behind::trade;
use crate::spanish::claims::{Scene, UNSAID, agents};
use crate::spanish::clauses::Link;
use crate::spanish::lists::within;
use crate::spanish::parts::Part;
use crate::spanish::phrases::{Form, Opening, Phrase};
use crate::spanish::subjects::Cast;

/// Who and what a clause is about.
pub(super) struct Roles {
    pub subjects: Option<Vec<Party>>,
    /// Relations and their objects.
    pub objects: Vec<(String, Party)>,
}

pub(super) fn roles(scene: &Scene<'_>, cast: &mut Cast) -> Roles {
    let mut taken: Vec<usize> = Vec::new();
    let dislocated = dislocated(scene, &mut taken);
    let gap = gap(scene);
    let subjects = agents::subjects(scene, cast, &taken);
    if let Some(subjects) = &subjects {
        mark_subject(scene, subjects, &mut taken);
    }
    let clitic = dislocated.or_else(|| pronoun(scene, cast));
    let mut objects = objects(scene, &taken, clitic, gap);
    let there = scene
        .all()
        .find(|phrase| phrase.bare() && matches!(phrase.head.as_str(), "alli" | "ahi" | "alla"));
    if let (Some(there), Some(place)) = (there, cast.place())
        && let Some((relation, object)) = objects.first_mut().filter(|(_, object)| {
            object.span == there.parties.first().and_then(|party| party.span.clone())
        })
    {
        relation.push_str("_en");
        *object = place;
    }
    if let Some(subjects) = &subjects {
        cast.saw(subjects.clone());
    }
    for (_, object) in &objects {
        cast.object(object.clone());
    }
    for phrase in scene.all() {
        let places = phrase.parties.iter().filter(|party| party.kind == Kind::Place);
        places.for_each(|party| cast.object(party.clone()));
    }
    if objects.is_empty() && scene.group().relation.contains('_') {
        objects.push((scene.group().relation.clone(), Party::named(scene.group().verb)));
    }
    Roles { subjects, objects }
}

/// A noun in front that `lo`, `la`, `los` or `las` takes up: `el reloj me lo regaló mi padre`.
fn dislocated(scene: &Scene<'_>, taken: &mut Vec<usize>) -> Option<Vec<Party>> {
    let group = scene.group();
    let clitic = ["lo", "la", "los", "las"].into_iter().find(|clitic| group.has(clitic))?;
    let plural = clitic.ends_with('s');
    let found = scene.before.iter().find(|phrase| {
        let person = phrase.parties.iter().all(|party| party.kind == Kind::Person);
        phrase.form == Form::Noun
            && (phrase.bare() || phrase.with("a") && person)
            && phrase.plural() == plural
            && phrase.opening != Opening::Bare
    })?;
    let third = !group.person(1, false) && !group.person(1, true);
    let others = scene
        .all()
        .filter(|phrase| phrase.form == Form::Noun && phrase.bare() && phrase.words != found.words)
        .count();
    if found.with("a") && third && others == 0 {
        return None;
    }
    let owner = found.parties.iter().any(|party| matches!(party.kind, Kind::Person));
    if third && others == 0 && owner {
        return None;
    }
    taken.push(found.words.start);
    Some(found.parties.clone())
}

/// What `lo` or `la` means when nothing in the clause says it.
fn pronoun(scene: &Scene<'_>, cast: &Cast) -> Option<Vec<Party>> {
    let group = scene.group();
    let clitic = ["lo", "la", "los", "las"].into_iter().find(|clitic| group.has(clitic))?;
    let fronted = scene.before.iter().any(|phrase| {
        phrase.with("a")
            && phrase.form == Form::Noun
            && phrase.parties.iter().all(|party| party.kind == Kind::Person)
    });
    if fronted {
        // `a mi marido lo ascendieron`: told of him already.
        return None;
    }
    let gender = if clitic.starts_with("la") { Gender::Feminine } else { Gender::Masculine };
    let number = if clitic.ends_with('s') { Number::Plural } else { Number::Singular };
    cast.thing(Some(gender), Some(number)).map(|party| vec![party])
}

/// Whether a relative clause tells of something that its noun has: `un vecino cuyo hijo juega`.
pub(super) fn owned(scene: &Scene<'_>) -> bool {
    let words = scene.clause.relative.clone();
    scene.clause.link == Link::Relative
        && words.into_iter().any(|at| {
            let token = scene.line.tokens.get(at);
            token.is_some_and(|token| token.one_of(&["cuyo", "cuya", "cuyos", "cuyas"]))
        })
}

/// The object a relative clause leaves out: `el coche que compré`.
pub(super) fn gap(scene: &Scene<'_>) -> Option<(Option<String>, Party)> {
    let antecedent = scene.antecedent.clone().filter(|_| scene.clause.link == Link::Relative)?;
    let words = scene.clause.relative.clone();
    let line = scene.line;
    if owned(scene) {
        return None;
    }
    if words.clone().any(|at| line.is(at, "donde")) {
        return Some((Some("en".to_owned()), antecedent));
    }
    let preposition =
        line.tokens.get(words.start).filter(|token| within("preposition", &token.word.fold));
    if let Some(token) = preposition {
        let preposition = match token.word.fold.as_str() {
            "al" => "a",
            "del" => "de",
            other => other,
        };
        let person = preposition == "a" && matches!(antecedent.kind, Kind::Person | Kind::Animal);
        return Some(((!person).then(|| preposition.to_owned()), antecedent));
    }
    let group = scene.group();
    let own = !group.person(3, false) && !group.person(3, true);
    let subject = scene.all().any(|phrase| {
        phrase.form == Form::Noun
            && phrase.bare()
            && phrase.parties.iter().any(|party| party.kind == Kind::Person)
            && phrase.opening != Opening::Indefinite
            && !trade(phrase)
    });
    (own || (subject && !group.is(&["tener", "ser", "llamar", "apellidar"])))
        .then_some((None, antecedent))
}

fn mark_subject(scene: &Scene<'_>, subjects: &[Party], taken: &mut Vec<usize>) {
    for phrase in scene.all() {
        let same = phrase.parties.iter().any(|party| {
            party.span.is_some() && subjects.iter().any(|subject| subject.span == party.span)
        });
        if same {
            taken.push(phrase.words.start);
        }
    }
}

fn objects(
    scene: &Scene<'_>,
    taken: &[usize],
    clitic: Option<Vec<Party>>,
    gap: Option<(Option<String>, Party)>,
) -> Vec<(String, Party)> {
    let group = scene.group();
    let verb = &group.relation;
    let mut found = Vec::new();
    if let Some((preposition, party)) = gap {
        let relation =
            preposition.map_or_else(|| verb.clone(), |preposition| format!("{verb}_{preposition}"));
        return vec![(relation, party)];
    }
    if let Some(parties) = clitic {
        return parties.into_iter().map(|party| (verb.clone(), party)).collect();
    }
    let free = |phrase: &&Phrase| !taken.contains(&phrase.words.start);
    let nouns =
        |phrase: &&Phrase| phrase.form == Form::Noun && (phrase.bare() || direct(scene, phrase));
    let mut bare: Vec<&Phrase> = scene.after.iter().filter(free).filter(nouns).collect();
    if bare.iter().any(|phrase| phrase.bare()) {
        bare.retain(|phrase| phrase.bare());
    }
    bare.retain(|phrase| !is_aside(scene, phrase));
    for phrase in bare.into_iter().take(2) {
        found
            .extend(phrase.parties.iter().map(|party| (verb.clone(), sited(scene, phrase, party))));
    }
    let position = group.is(&["jugar"]) && scene.after.iter().any(|phrase| phrase.with("de"));
    let wide = within("stative", group.verb) || position;
    let oblique: Vec<&Phrase> = scene
        .after
        .iter()
        .chain(&scene.before)
        .filter(free)
        .filter(|phrase| oblique(scene, phrase))
        .collect();
    if found.is_empty() || wide {
        let count = if wide { 3 } else { 1 };
        let mut chosen = oblique;
        if group.is(&["ir", "viajar", "volver", "venir", "mudar", "trasladar"]) {
            chosen.sort_by_key(|phrase| {
                !(phrase.with("a") || phrase.with("de") || phrase.with("hasta"))
            });
        }
        for phrase in chosen.into_iter().take(count) {
            let preposition = phrase.preposition.as_deref().unwrap_or_default();
            found.extend(
                phrase.parties.iter().map(|party| (format!("{verb}_{preposition}"), party.clone())),
            );
        }
    }
    paid_for(scene, &mut found);
    measured(scene, &mut found);
    if found.is_empty() {
        found.extend(rest(scene));
    }
    found
}

/// Whether a noun without a preposition is no object: a rate, the least of what is denied, an
/// addition to what stands before.
fn is_aside(scene: &Scene<'_>, phrase: &Phrase) -> bool {
    let at = phrase.words.start;
    // `cobra 40 euros la hora`: by the hour.
    let rated = phrase.opening == Opening::Definite
        && scene.after.iter().any(|before| {
            before.words.end == at
                && before.parties.iter().any(|party| party.kind == Kind::Quantity)
        });
    // `ya no fumo, ni un cigarro`: not at all.
    let least = scene.group().negated
        && matches!(phrase.opening, Opening::Indefinite | Opening::Number)
        && (scene.line.is(at, "ni") || at > 0 && scene.line.is(at - 1, "ni"));
    // `me instalé en Huesca, con frío pero contento`, `salgo con Rubén, un chico del coro`
    let named = |party: &Party| party.name.starts_with(char::is_uppercase);
    let apart = at > 0 && matches!(scene.line.part(at - 1), Some(Part::Mark | Part::But));
    let before = |other: &Phrase| other.form == Form::Noun && oblique(scene, other);
    let placed = scene.after.iter().any(|other| other.words.end < at && before(other));
    let apposed = scene
        .after
        .iter()
        .any(|other| other.words.end + 1 == at && before(other) && other.parties.iter().all(named));
    let own = phrase.parties.iter().any(named);
    rated || least || apart && !own && (placed && phrase.opening == Opening::Bare || apposed)
}

/// `de alquiler pago 650 euros`: what an amount is paid for stands before.
fn paid_for(scene: &Scene<'_>, found: &mut [(String, Party)]) {
    let pays = scene.group().is(&["pagar", "ganar", "cobrar", "gastar", "deber", "abonar"]);
    let front = scene.before.iter().find(|phrase| {
        phrase.with("de") && phrase.form == Form::Noun && phrase.opening == Opening::Bare
    });
    let [(_, amount)] = found else { return };
    if let Some(party) = front.and_then(|phrase| phrase.parties.first())
        && pays
        && amount.kind == Kind::Quantity
    {
        amount.name = format!("{} de {}", amount.name, party.name);
    }
}

/// Leaves out how far or how long, where something else is said.
fn measured(scene: &Scene<'_>, found: &mut Vec<(String, Party)>) {
    let far = |party: &Party| {
        let folded = crate::fold::fold(&party.name);
        let spans = folded.split(' ').take(3).any(|word| within("distance", word));
        spans
            && scene.after.iter().any(|phrase| {
                phrase.with("a") && phrase.parties.iter().any(|own| own.span == party.span)
            })
    };
    if found.iter().any(|(_, party)| !far(party)) {
        // `vivo en Cholula, a una hora del aeropuerto`
        found.retain(|(_, party)| !far(party));
    }
    let wide = within("stative", scene.group().verb);
    if found.iter().any(|(_, party)| !lasting(party)) && wide {
        // `trabajé cinco años en una imprenta`
        found.retain(|(_, party)| !lasting(party));
    }
}

/// Whether a party is a length of time: `cinco años`.
fn lasting(party: &Party) -> bool {
    let folded = crate::fold::fold(&party.name);
    let unit = folded.split(' ').any(|word| {
        matches!(word, "anos" | "ano" | "meses" | "mes" | "semanas" | "dias" | "horas" | "tiempo")
    });
    party.kind == Kind::Quantity && unit
}

/// `una casa en Jaca` is told with its place, which names it.
fn sited(scene: &Scene<'_>, phrase: &Phrase, party: &Party) -> Party {
    let after = |other: &&Phrase| {
        other.with("en") && other.form == Form::Noun && other.words.start == phrase.words.end
    };
    let place = scene.after.iter().find(after).and_then(|place| place.parties.first());
    let new = matches!(phrase.opening, Opening::Indefinite)
        && phrase.parties.len() == 1
        && party.kind == Kind::Thing;
    match place.filter(|place| {
        new && place.name.starts_with(char::is_uppercase) && !within("stative", scene.group().verb)
    }) {
        Some(place) => Party { name: format!("{} en {}", party.name, place.name), ..party.clone() },
        None => party.clone(),
    }
}

/// A person with `a` is an object like any other.
fn direct(scene: &Scene<'_>, phrase: &Phrase) -> bool {
    let moving = scene.group().is(&[
        "ir", "venir", "volver", "viajar", "jugar", "llegar", "parecer", "subir", "bajar",
        "dedicar", "asistir", "acudir", "salir",
    ]);
    let dative = scene.group().has("le") || scene.group().has("les") || scene.group().has("se");
    phrase.with("a")
        && !moving
        && (!dative || phrase.parties.iter().all(|party| party.kind == Kind::Person))
        && phrase.parties.iter().any(|party| matches!(party.kind, Kind::Person | Kind::Animal))
}

fn oblique(scene: &Scene<'_>, phrase: &Phrase) -> bool {
    let idiom = matches!(
        (phrase.preposition.as_deref(), phrase.head.as_str()),
        (
            Some("por"),
            "fin" | "favor" | "ejemplo" | "cierto" | "supuesto" | "eso" | "desgracia" | "suerte"
        ) | (Some("al"), "final")
            | (Some("a"), "final" | "veces")
            | (
                Some("en"),
                "realidad"
                    | "fin"
                    | "general"
                    | "serio"
                    | "cambio"
                    | "lugar"
                    | "vez"
                    | "sustitucion"
            )
            | (Some("de"), "verdad" | "hecho" | "nuevo" | "repente")
    );
    // `de 8 a 15`: hours.
    let measured = scene.group().is(&["subir", "bajar", "aumentar", "engordar", "adelgazar"]);
    let hours = (phrase.with("de") || phrase.with("a") && !measured)
        && phrase
            .parties
            .iter()
            .all(|party| !party.name.is_empty() && party.name.chars().all(|c| c.is_ascii_digit()));
    let front = scene.before.iter().any(|before| before.words == phrase.words);
    let fronted = phrase.with("en") || phrase.with("con") || phrase.with("a");
    let home = phrase.with("desde")
        && (phrase.head == "casa" || phrase.parties.iter().any(|party| party.kind == Kind::Place));
    let temporal = !home
        && ["desde", "hasta", "durante", "segun", "ante", "via", "mediante"]
            .into_iter()
            .any(|preposition| phrase.with(preposition));
    phrase.form == Form::Noun
        && !phrase.bare()
        && !temporal
        && !idiom
        && !hours
        && (!front || fronted)
}

/// Whether one can do it alone: `mi tío vive solo`.
fn group_is_lone(scene: &Scene<'_>) -> bool {
    scene.group().is(&["vivir", "viajar", "estar", "dormir", "trabajar", "comer"])
}

/// What is left to say of a verb: an action, an adverb, a time, nothing.
fn rest(scene: &Scene<'_>) -> Option<(String, Party)> {
    let verb = &scene.group().relation;
    let unlike = |phrase: &&Phrase| {
        !matches!(
            phrase.head.as_str(),
            "ya" | "tambien"
                | "ahora"
                | "tampoco"
                | "no"
                | "entonces"
                | "solo"
                | "aun"
                | "todavia"
                | "ahorita"
                | "antes"
        )
    };
    let action = scene.after.iter().find(|phrase| phrase.form == Form::Action);
    let pronoun = scene.after.iter().find(|phrase| {
        phrase.form == Form::Pronoun && phrase.head != "nada" && phrase.head != "yo"
    });
    let alone = |phrase: &&Phrase| {
        phrase.head == "solo" && group_is_lone(scene) && scene.clause.after.end == phrase.words.end
    };
    let adverb = scene
        .after
        .iter()
        .chain(&scene.before)
        .filter(|phrase| unlike(phrase) || alone(phrase))
        .find(|phrase| phrase.form == Form::Adverb);
    let time = scene
        .after
        .iter()
        .chain(&scene.before)
        .find(|phrase| phrase.form == Form::Time && phrase.head != "hace");
    let phrase = action.or(pronoun).or(adverb).or(time);
    let Some(phrase) = phrase else {
        return Some(match verb.rsplit_once('_') {
            Some((helper, action)) => (helper.to_owned(), Party::named(action)),
            None => (verb.clone(), Party::named(UNSAID)),
        });
    };
    let relation = match &phrase.preposition {
        Some(preposition) if phrase.form == Form::Pronoun => format!("{verb}_{preposition}"),
        _ => verb.clone(),
    };
    phrase.parties.first().cloned().map(|party| (relation, party))
}
