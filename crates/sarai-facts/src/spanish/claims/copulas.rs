//! What somebody or something is, and where: `ser`, `estar` and their like.

use crate::claim::{Claim, Kind, Party};
use crate::spanish::claims::{Scene, agents};
use crate::spanish::groups::Group;
use crate::spanish::lists::{self, Sort, within};
use crate::spanish::parts::Part;
use crate::spanish::phrases::{self, Form, Opening, Phrase};
use crate::spanish::subjects::Cast;

pub(super) fn fits(group: &Group) -> bool {
    group.is(&["ser", "estar", "parecer", "resultar"])
}

pub(super) fn claims(scene: &Scene<'_>, cast: &mut Cast) -> Vec<Claim> {
    let group = scene.group();
    if scene.line.is(scene.clause.after.start, "que")
        || group.is(&["parecer", "resultar"]) && group.clitics.iter().any(|clitic| clitic != "se")
    {
        return Vec::new();
    }
    let first = group.person(1, false) || group.person(1, true);
    let Some((mut subjects, inverted)) = subject(scene, cast, first) else { return Vec::new() };
    if subjects.iter().all(|subject| super::generic(scene, subject)) {
        return Vec::new();
    }
    if super::idle::encyclopedic(scene, &subjects) {
        return Vec::new();
    }
    let predicates = lodged(scene).unwrap_or_else(|| predicates(scene, inverted));
    // `mi perro ya está bien`: it was not.
    let well = scene.says("ya")
        && predicates
            .iter()
            .any(|(_, party)| matches!(crate::fold::fold(&party.name).as_str(), "bien" | "mejor"));
    if group.is(&["estar"]) && !well && passing(&predicates) {
        cast.saw(subjects);
        return Vec::new();
    }
    let mut found = Vec::new();
    for subject in &mut subjects {
        for (relation, object) in &predicates {
            let itself = subject.name == object.name;
            if !itself {
                found.extend(told(scene, subject, relation, object));
            }
        }
    }
    cast.saw(subjects);
    for (_, object) in predicates.into_iter().filter(|(_, object)| object.kind == Kind::Place) {
        cast.object(object);
    }
    found
}

/// One predicate: `soy Teresa` tells a name.
fn told(scene: &Scene<'_>, subject: &Party, relation: &str, object: &Party) -> Vec<Claim> {
    let group = scene.group();
    let mut object = object.clone();
    let folded = crate::fold::fold(&object.name);
    let first = folded.split(' ').next().unwrap_or_default();
    let named = lists::names().contains_key(first)
        || object.name.starts_with(char::is_uppercase) && object.kind != Kind::Place;
    let plain = object.opening_is_bare(scene);
    if subject.kind == Kind::Speaker && group.is(&["ser"]) && relation == "ser" && named && plain {
        let name = object.name.split(" de ").next().unwrap_or_default().to_owned();
        object.name = phrases::capitalised(&name);
        object.kind = Kind::Person;
        return vec![scene.claim(subject.clone(), "llamarse".to_owned(), object)];
    }
    vec![scene.claim(subject.clone(), relation.to_owned(), object)]
}

impl Party {
    /// Whether no article stands before it.
    fn opening_is_bare(&self, scene: &Scene<'_>) -> bool {
        let phrase =
            scene.all().find(|phrase| phrase.parties.iter().any(|party| party.span == self.span));
        phrase.is_some_and(|phrase| phrase.opening == Opening::Bare)
    }
}

/// Finds the subject, before or after its verb; says whether it came after.
fn subject(scene: &Scene<'_>, cast: &mut Cast, first: bool) -> Option<(Vec<Party>, Option<usize>)> {
    let group = scene.group();
    let said = scene
        .before
        .iter()
        .any(|phrase| phrase.bare() && matches!(phrase.form, Form::Noun | Form::Pronoun));
    let nouns: Vec<&Phrase> =
        scene.after.iter().filter(|phrase| phrase.form == Form::Noun && phrase.bare()).collect();
    if !said && !first && scene.antecedent.is_none() {
        let time = scene.before.iter().any(|phrase| phrase.form == Form::Time);
        if time
            && group.is(&["ser"])
            && let [only] = nouns[..]
            && only.opening != Opening::Bare
        {
            return Some((only.parties.clone(), Some(only.words.start)));
        }
        // «Es mi hermana Lucía»: what follows is a predicate of whom we spoke.
        let place = scene
            .before
            .iter()
            .chain(&scene.after)
            .any(|phrase| !phrase.bare() && phrase.form == Form::Noun);
        if group.is(&["estar"])
            && place
            && let Some(noun) = nouns.first().filter(|noun| !located(&noun.head))
        {
            return Some((noun.parties.clone(), Some(noun.words.start)));
        }
        if let [predicate, subject] = nouns[..]
            && matches!(subject.opening, Opening::Possessive | Opening::Definite)
            && predicate.opening != Opening::Possessive
        {
            return Some((subject.parties.clone(), Some(subject.words.start)));
        }
    }
    Some((agents::subjects(scene, cast, &[])?, None)).filter(|(subjects, _)| {
        let behind = subjects.iter().any(|subject| {
            nouns.iter().any(|noun| {
                noun.parties.iter().any(|party| party.span.is_some() && party.span == subject.span)
            })
        });
        !behind || nouns.len() > 1
    })
}

fn predicates(scene: &Scene<'_>, inverted: Option<usize>) -> Vec<(String, Party)> {
    let verb = &scene.group().relation;
    let mut found: Vec<(String, Party)> = Vec::new();
    let after: Vec<&Phrase> =
        scene.after.iter().filter(|phrase| Some(phrase.words.start) != inverted).collect();
    let mut last_bare = false;
    let timed = scene.before.iter().find(|phrase| phrase.form == Form::Time);
    if let Some(time) = timed.filter(|_| {
        inverted.is_some()
            && after.iter().all(|phrase| phrase.form != Form::Noun)
            && scene.group().is(&["ser"])
    }) {
        let today = |party: &Party| {
            let mut party = party.clone();
            if time.head == "hoy" || time.head == "manana" || time.head == "ayer" {
                let moment =
                    scene.line.moments.iter().find(|moment| moment.words.start == time.words.start);
                party.name =
                    moment.and_then(|moment| moment.iso(scene.today, false)).unwrap_or(party.name);
            }
            party
        };
        found.extend(time.parties.iter().map(|party| (verb.clone(), today(party))));
    }
    for (at, phrase) in after.iter().enumerate() {
        let relation = phrase
            .preposition
            .as_ref()
            .map_or_else(|| verb.clone(), |preposition| format!("{verb}_{preposition}"));
        match phrase.form {
            Form::Noun if phrase.bare() && (found.is_empty() || joined(scene, phrase)) => {
                found.extend(phrase.parties.iter().map(|party| (relation.clone(), party.clone())));
                last_bare = true;
            }
            Form::Noun if !phrase.bare() && found.is_empty() => {
                found.extend(phrase.parties.iter().map(|party| (relation.clone(), party.clone())));
            }
            Form::Noun if !phrase.bare() && at > 0 && last_bare => {
                extended(scene, after[at - 1], phrase, &mut found);
                last_bare = false;
            }
            Form::Time
                if found.is_empty()
                    && scene.group().is(&["ser"])
                    && !matches!(
                        scene.line.tokens[phrase.words.start].word.fold.as_str(),
                        "desde" | "hasta" | "ahora" | "hoy"
                    ) =>
            {
                found.extend(phrase.parties.iter().map(|party| (verb.clone(), party.clone())));
            }
            Form::Adverb if found.is_empty() && at + 1 == after.len() => {
                let empty = matches!(
                    phrase.head.as_str(),
                    "ya" | "tambien" | "ahora" | "tampoco" | "asi" | "todavia" | "hoy"
                );
                found.extend(
                    phrase
                        .parties
                        .iter()
                        .filter(|_| !empty)
                        .map(|party| (relation.clone(), party.clone())),
                );
            }
            Form::Action if found.is_empty() => {
                found.extend(phrase.parties.iter().map(|party| (relation.clone(), party.clone())));
            }
            _ => {}
        }
    }
    found
}

/// How participles begin that say where a thing is kept, folded.
const KEPT: &[&str] = &[
    "colgad",
    "guardad",
    "aparcad",
    "estacionad",
    "metid",
    "puest",
    "tirad",
    "escondid",
    "candad",
    "atad",
    "apoyad",
    "enchufad",
    "alojad",
    "instalad",
    "afincad",
    "hospedad",
    "enterrad",
    "archivad",
    "amarrad",
];

fn located(head: &str) -> bool {
    KEPT.iter().any(|stem| head.starts_with(stem))
}

/// `está colgada en la entrada`, `estamos instalados en Getafe`: where, and not how.
fn lodged(scene: &Scene<'_>) -> Option<Vec<(String, Party)>> {
    let [first, rest @ ..] = &scene.after[..] else { return None };
    let place = rest.iter().find(|phrase| phrase.with("en") && phrase.form == Form::Noun)?;
    let settled = ["instalad", "afincad"].iter().any(|stem| first.head.starts_with(stem));
    let group = scene.group();
    let person = settled && (group.person(1, false) || group.person(1, true));
    let relation = if person { "vivir_en" } else { "estar_en" };
    let fits = group.is(&["estar"]) && first.bare() && located(&first.head);
    fits.then(|| place.parties.iter().map(|party| (relation.to_owned(), party.clone())).collect())
}

/// Whether a phrase goes on with what was said: `y además intolerante a la lactosa`.
fn joined(scene: &Scene<'_>, phrase: &Phrase) -> bool {
    let before = (scene.clause.after.start..phrase.words.start)
        .rev()
        .find(|at| scene.line.part(*at) != Some(Part::Adverb));
    before.is_some_and(|at| scene.line.part(at) == Some(Part::And))
        && !matches!(phrase.opening, Opening::Possessive)
}

/// `alérgico al polen` is one thing; `enfermera en el hospital` is two.
fn extended(scene: &Scene<'_>, bare: &Phrase, phrase: &Phrase, found: &mut Vec<(String, Party)>) {
    let trade = lists::sort(&bare.head) == Some(Sort::Person);
    if trade && phrase.with("en") {
        found.extend(phrase.parties.iter().map(|party| ("trabajar_en".to_owned(), party.clone())));
        return;
    }
    let joins = phrase.with("a")
        || phrase.with("de")
        || phrase.with("con") && bare.opening == Opening::Bare;
    if joins
        && bare.words.end == phrase.words.start
        && bare.parties.len() == 1
        && let Some((_, party)) = found
            .last_mut()
            .filter(|(_, party)| bare.parties.iter().any(|own| own.span == party.span))
    {
        let start = bare.words.start
            + usize::from(
                bare.opening != Opening::Bare
                    && scene.line.part(bare.words.start) == Some(Part::Article),
            );
        party.name = phrases::text(scene.line, start..phrase.words.end);
    }
}

/// How somebody is just now: nothing to keep.
fn passing(predicates: &[(String, Party)]) -> bool {
    predicates.iter().all(|(_, party)| {
        let folded = crate::fold::fold(&party.name);
        folded.split(' ').any(|word| within("transient", word)) || folded.is_empty()
    })
}
