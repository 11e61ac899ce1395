//! From clauses to claims: who does what to whom, and when.

use std::ops::Range;

use jiff::civil::Date;
use sarai_core::fact::{Extractor, FactStatus};

use crate::claim::{Claim, Effect, Gender, Kind, Number, Party};
use crate::fold::fold;
use crate::spanish::clauses::{Clause, Link};
use crate::spanish::groups::{Aspect, Group};
use crate::spanish::lexicon::Tense;
use crate::spanish::lists::within;
use crate::spanish::parts::Line;
use crate::spanish::phrases::{self, Form, Phrase};
use crate::spanish::subjects::Cast;

mod copulas;
mod feelings;
mod objects;
mod shifts;

/// What is said where nothing but the verb is said: `mi tío vota`.
pub(super) const UNSAID: &str = "sí";

/// A clause laid out for reading.
pub(super) struct Scene<'a> {
    pub line: &'a Line,
    pub clause: &'a Clause,
    pub before: Vec<Phrase>,
    pub after: Vec<Phrase>,
    pub today: Date,
    /// Where the claim's words stand, in bytes of the message.
    pub span: Range<usize>,
    /// What a relative clause tells of.
    pub antecedent: Option<Party>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(line: &'a Line, clause: &'a Clause, today: Date) -> Scene<'a> {
        Scene {
            line,
            clause,
            before: phrases::phrases(line, clause.before.clone()),
            after: phrases::phrases(line, clause.after.clone()),
            today,
            span: line.bytes(clause.words()),
            antecedent: None,
        }
    }

    pub(super) fn group(&self) -> &Group {
        &self.clause.group
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Phrase> {
        self.before.iter().chain(&self.after)
    }

    /// A claim of this clause with its time and polarity.
    pub(super) fn claim(&self, subject: Party, relation: String, object: Party) -> Claim {
        let moment = self.moment();
        let status = self.status();
        let past = status == FactStatus::Past;
        let when = moment
            .filter(|moment| !moment.since && !moment.until)
            .and_then(|moment| moment.iso(self.today, past))
            .and_then(|when| self.dated(when));
        let yearly = self.yearly(&subject);
        let (status, when) = match (yearly, when) {
            (true, Some(when)) if when.len() == 10 => {
                (FactStatus::Current, when.get(4..).map(|day| format!("-{day}")))
            }
            (_, when) => (status, when),
        };
        let since =
            moment.filter(|moment| moment.since).and_then(|moment| moment.iso(self.today, true));
        Claim {
            subject,
            relation,
            object,
            negated: self.negated(),
            status,
            when,
            since,
            effect: self.effect(),
            extractor: Extractor::Grammar,
            span: self.span.clone(),
        }
    }

    /// Whether what is told comes back every year on its day.
    fn yearly(&self, subject: &Party) -> bool {
        let head = fold(subject.name.split(' ').next().unwrap_or_default());
        let named = matches!(head.as_str(), "cumpleanos" | "cumple" | "aniversario" | "santo");
        let present =
            self.group().tense() == Tense::Present && self.group().aspect == Aspect::Plain;
        let dayed = self.moment().is_some_and(|moment| {
            matches!(moment.point, Some(crate::spanish::dates::Point::MonthDay(..)))
        });
        present && dayed && named
            || present
                && self.group().is(&["cumplir"])
                && self.moment().is_some_and(|moment| {
                    matches!(moment.point, Some(crate::spanish::dates::Point::MonthDay(..)))
                })
    }

    /// A time of the day alone is today's.
    fn dated(&self, when: String) -> Option<String> {
        let habit = self.group().tense() == Tense::Present && self.group().aspect == Aspect::Plain;
        match when.starts_with('T') {
            true if habit => None,
            true => Some(format!("{}{when}", self.today)),
            false => Some(when),
        }
    }

    fn moment(&self) -> Option<&crate::spanish::dates::Moment> {
        let words = self.clause.words();
        let inside = |range: &Range<usize>| words.start <= range.start && range.end <= words.end;
        let own = |at: usize| {
            self.clause.before.contains(&at)
                || self.clause.after.contains(&at)
                || self.group().words.contains(&at)
        };
        let mut found = self
            .line
            .moments
            .iter()
            .filter(|moment| inside(&moment.words) && own(moment.words.start));
        found
            .clone()
            .find(|moment| moment.point.is_some())
            .or_else(|| found.find(|moment| moment.clock.is_some()))
    }

    pub(super) fn status(&self) -> FactStatus {
        let group = self.group();
        let ahead = self
            .moment()
            .is_some_and(|moment| moment.ahead(self.today) && !moment.since && !moment.until);
        let gone =
            self.moment().and_then(|moment| moment.iso(self.today, true)).is_some_and(|when| {
                *when < *self.today.to_string().get(..when.len()).unwrap_or_default()
            });
        let twofold = group.person(1, true)
            && group.forms.iter().any(|form| form.tense == Tense::Preterite && form.plural);
        let exact = self.moment().is_some_and(|moment| {
            matches!(
                moment.point,
                Some(
                    crate::spanish::dates::Point::Year(_)
                        | crate::spanish::dates::Point::Day(_)
                        | crate::spanish::dates::Point::YearMonth(..)
                )
            )
        });
        if group.is(&["quedar", "citar", "reservar"]) && group.aspect == Aspect::Done && ahead {
            return FactStatus::Planned;
        }
        match (group.aspect, group.tense()) {
            (Aspect::Plain, Tense::Present) if twofold && gone && exact => FactStatus::Past,
            (Aspect::Ended, _) => FactStatus::Current,
            (_, Tense::Preterite | Tense::Imperfect) | (Aspect::Done, _) => FactStatus::Past,
            (Aspect::Planned, _) | (_, Tense::Future) => FactStatus::Planned,
            (_, Tense::Present) if ahead => FactStatus::Planned,
            _ => FactStatus::Current,
        }
    }

    fn says(&self, word: &str) -> bool {
        let words = self.clause.words();
        words.clone().any(|at| {
            self.line.is(at, word) && self.line.tokens[at].part != crate::spanish::parts::Part::Noun
        })
    }

    pub(super) fn negated(&self) -> bool {
        let none = self.all().any(|phrase| {
            let opening = self
                .line
                .tokens
                .get(phrase.words.start)
                .map_or("", |token| token.word.fold.as_str());
            matches!(opening, "ningun" | "ninguna" | "ninguno" | "nadie" | "nada")
        });
        let never = self
            .before
            .iter()
            .any(|phrase| matches!(phrase.head.as_str(), "tampoco" | "nunca" | "jamas"));
        let later = self.clause.after.clone().any(|at| {
            self.line.is(at, "nunca") || self.line.is(at, "jamas") || self.line.is(at, "tampoco")
        });
        let neither = self.line.is(self.clause.before.start, "ni")
            || self.clause.before.start > 0
                && self.line.is(self.clause.before.start - 1, "ni")
                && self.clause.link == Link::Free;
        neither
            || self.group().negated
            || none
            || never
            || later
            || self.group().aspect == Aspect::Ended
    }

    fn effect(&self) -> Effect {
        let ended = self.group().aspect == Aspect::Ended || (self.negated() && self.says("ya"));
        let fresh = self.says("ahora") || self.says("actualmente") || self.says("ahorita");
        match () {
            () if ended => Effect::End,
            () if fresh && !self.negated() && self.status() == FactStatus::Current => {
                Effect::Replace { old: None }
            }
            () => Effect::Add,
        }
    }
}

/// Reads the claims of a clause; leaves what it found out about its cast in `cast`.
pub(super) fn claims(scene: &Scene<'_>, cast: &mut Cast) -> Vec<Claim> {
    let group = scene.group();
    if group.is(&["presentar"]) {
        let people = scene
            .after
            .iter()
            .filter(|phrase| phrase.with("a"))
            .flat_map(|phrase| phrase.parties.clone());
        people.for_each(|party| cast.object(party));
    }
    if group.is(&["haber"]) || group.relation.starts_with("haber_") || idle(scene) {
        return Vec::new();
    }
    if let Some(found) = feelings::claims(scene, cast) {
        return found;
    }
    if copulas::fits(group) {
        return copulas::claims(scene, cast);
    }
    if let Some(found) = named(scene, cast) {
        return found;
    }
    if let Some(found) = shifts::claims(scene, cast) {
        return found;
    }
    let roles = objects::roles(scene, cast);
    let Some(subjects) = roles.subjects else { return Vec::new() };
    if subjects.iter().all(|subject| generic(scene, subject)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for subject in &subjects {
        for (relation, object) in &roles.objects {
            found.push(scene.claim(subject.clone(), relation.clone(), object.clone()));
        }
    }
    for claim in &mut found {
        settled(scene, claim);
    }
    found.extend(shifts::placed(scene, &found));
    let aged: Vec<Claim> = found.iter_mut().filter_map(|claim| described(scene, claim)).collect();
    found.extend(aged);
    found
}

/// Talk of the moment that nobody wants kept: hunger, weather, courtesy.
fn idle(scene: &Scene<'_>) -> bool {
    let group = scene.group();
    let next = scene
        .after
        .iter()
        .find(|phrase| phrase.form != Form::Time)
        .map(|phrase| phrase.head.as_str());
    match group.verb {
        "tener" => matches!(
            next,
            Some(
                "sueno"
                    | "hambre"
                    | "frio"
                    | "calor"
                    | "sed"
                    | "prisa"
                    | "razon"
                    | "ganas"
                    | "idea"
                    | "duda"
                    | "dudas"
                    | "suerte"
                    | "cuidado"
                    | "pregunta"
                    | "tiempo"
                    | "sentido"
                    | "mucho"
                    | "que"
            )
        ),
        "hacer" => {
            !group.person(1, false)
                && matches!(
                    next,
                    Some(
                        "calor"
                            | "frio"
                            | "sol"
                            | "viento"
                            | "bueno"
                            | "malo"
                            | "falta"
                            | "dia"
                            | "tiempo"
                            | "mucho"
                            | "un"
                            | "buen"
                            | "mal"
                    )
                )
                && scene.before.iter().all(|phrase| phrase.form != Form::Noun)
        }
        "llover" | "nevar" | "granizar" | "tronar" | "amanecer" | "anochecer" | "atardecer" => true,
        "ir" => matches!(next, Some("bien" | "mal" | "genial" | "fatal")) && !group.negated,
        "agradecer" | "saludar" | "molestar" | "alegrar" | "sentir" | "equivocar" | "liar"
        | "corregir" | "rectificar" | "confundir" | "despistar" | "perdonar" => {
            group.person(1, false)
        }
        "dormir" | "acostar" => {
            group.person(1, false) && scene.status() == FactStatus::Planned && !group.negated
        }
        "aburrir" | "preguntar" | "referir" | "flipar" => group.person(1, false),
        "querer" if group.has("te") => true,
        "pensar" => {
            group.aspect == Aspect::Going
                || scene.after.iter().all(|phrase| phrase.form != Form::Noun)
        }
        "ser"
            if matches!(
                next,
                Some(
                    "broma"
                        | "coña"
                        | "mentira"
                        | "verdad"
                        | "hora"
                        | "tarde"
                        | "temprano"
                        | "pronto"
                )
            ) && group.clitics.is_empty() =>
        {
            true
        }
        "necesitar" | "querer" | "buscar"
            if matches!(
                next,
                Some(
                    "consejo"
                        | "ayuda"
                        | "favor"
                        | "informacion"
                        | "idea"
                        | "ideas"
                        | "receta"
                        | "recetas"
                        | "texto"
                        | "algo"
                        | "plan"
                        | "planes"
                        | "una idea"
                        | "regalo"
                )
            ) =>
        {
            true
        }
        "pasar" | "suceder" | "ocurrir" => matches!(next, Some("nada" | "algo" | "que")),
        "saber" | "creer" | "suponer" | "imaginar" | "entender" | "acordar" | "recordar"
        | "olvidar" | "parecer" | "decir" | "referir" | "esperar"
            if next.is_none() || within("guess", group.verb) =>
        {
            true
        }
        "valer" | "dar" => matches!(next, Some("igual" | "gracias" | "pena" | "lo")),
        _ => false,
    }
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
    let known = phrase.opening == phrases::Opening::Definite
        || phrase.opening == phrases::Opening::Bare && phrase.plural();
    let kin = crate::spanish::lists::sort(&phrase.head) == Some(crate::spanish::lists::Sort::Kin);
    let single = !subject.name.contains(' ');
    let plural = phrase.parties.len() == 1 && subject.number == Some(Number::Plural) && single;
    timeless
        && known
        && !kin
        && subject.kind != Kind::Person
        && (plural && scene.moment().is_none() && group.clitics.is_empty()
            || within("generic", &phrase.head))
}

/// `me llamo Ana`, `a mi abuela le decimos Chonita`, `se apellida Ruiz`.
fn named(scene: &Scene<'_>, cast: &mut Cast) -> Option<Vec<Claim>> {
    let group = scene.group();
    let nickname = group.is(&["llamar", "decir", "apodar"])
        && (group.has("le") || group.has("lo") || group.has("la") || group.has("les"))
        && (group.person(1, true) || group.person(3, true));
    let own = group.is(&["llamar", "apellidar", "apodar"])
        && (group.has("me") && group.person(1, false)
            || group.has("se") && group.person(3, false)
            || group.has("se") && group.person(3, true));
    let mine = group.is(&["llamar", "decir"]) && group.has("me") && group.person(3, true);
    if !nickname && !own && !mine {
        return None;
    }
    let object =
        scene.after.iter().find(|phrase| phrase.bare() && matches!(phrase.form, Form::Noun))?;
    let subjects = if mine {
        vec![Party::speaker()]
    } else if nickname {
        let told = scene.all().find(|phrase| phrase.with("a") && phrase.form == Form::Noun);
        told.map_or_else(
            || cast.third(None, None).unwrap_or_default(),
            |phrase| phrase.parties.clone(),
        )
    } else {
        let silent = scene
            .before
            .iter()
            .all(|phrase| !phrase.bare() || !matches!(phrase.form, Form::Noun | Form::Pronoun));
        let introduced = cast.introduced().filter(|_| {
            silent
                && own
                && group.has("se")
                && scene.antecedent.is_none()
                && scene.clause.link == Link::Free
                && group.person(3, false)
        });
        match introduced {
            Some(parties) => parties,
            None => objects::subjects(scene, cast, &[object.words.start])?,
        }
    };
    let relation = if group.is(&["apellidar"]) { "apellidar" } else { "llamarse" };
    let mut found = Vec::new();
    let pairs = subjects.len() > 1 && subjects.len() == object.parties.len();
    for (at, subject) in subjects.iter().enumerate() {
        let parties = if pairs { &object.parties[at..=at] } else { &object.parties[..] };
        for party in parties {
            let name = [party.name.clone(), party.also.join(" ")].join(" ");
            let mut party = party.clone();
            party.name = phrases::capitalised(name.trim());
            party.also.clear();
            found.push(scene.claim(subject.clone(), relation.to_owned(), party));
        }
    }
    cast.saw(subjects);
    Some(found)
}

/// What a noun tells by itself: `un hijo de 5 años`, `un gato llamado Simba`.
fn described(scene: &Scene<'_>, claim: &mut Claim) -> Option<Claim> {
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
    let count = words.next().filter(|word| crate::spanish::numbers::counts(word))?;
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

/// What some verbs mean for what holds now: who has moved lives there.
fn settled(scene: &Scene<'_>, claim: &mut Claim) {
    let group = scene.group();
    if claim.relation == "vivir_a" {
        "vivir_en".clone_into(&mut claim.relation);
    }
    let arrived = group.is(&["vivir"])
        && scene
            .line
            .tokens
            .get(group.finite..group.words.end)
            .is_some_and(|words| words.iter().any(|word| word.one_of(&["a"])));
    let moved = group.is(&["mudar", "trasladar"])
        && matches!(claim.relation.as_str(), "mudar_a" | "trasladar_a")
        || arrived && (claim.relation == "vivir_en" || claim.relation.starts_with("venir_vivir"));
    let aged = group.is(&["cumplir"]) && claim.object.kind == Kind::Quantity && !claim.negated;
    let today = claim.when.as_ref().is_some_and(|when| *when == scene.today.to_string());
    if aged && (claim.status == FactStatus::Past || today) {
        "tener".clone_into(&mut claim.relation);
        claim.status = FactStatus::Current;
        claim.effect = Effect::Replace { old: None };
        if !claim.object.name.contains(' ') {
            claim.object.name.push_str(" años");
        }
    }
    let birthday = group.is(&["cumplir"]) && fold(&claim.object.name) == "anos";
    let day = scene
        .all()
        .find(|phrase| phrase.form == Form::Time)
        .and_then(|phrase| phrase.parties.first());
    if let Some(day) = day.filter(|_| birthday) {
        claim.object = day.clone();
    }
    let priced = group.is(&["subir", "bajar", "aumentar"])
        && claim.relation.ends_with("_a")
        && claim.object.kind == Kind::Quantity;
    if priced && claim.subject.kind == Kind::Thing && claim.status == FactStatus::Past {
        "ser".clone_into(&mut claim.relation);
        claim.status = FactStatus::Current;
        claim.effect = Effect::Replace { old: None };
    }
    let manner = scene.after.iter().find(|phrase| {
        matches!(
            phrase.head.as_str(),
            "bien" | "mal" | "fatal" | "genial" | "fenomenal" | "regular"
        )
    });
    if let Some(manner) = manner.filter(|_| claim.relation == "llevar_con") {
        claim.relation = format!("llevar_{}_con", manner.head);
    }
    if let Some(rest) = claim.relation.strip_prefix("venir_vivir") {
        claim.relation = format!("vivir{}", if rest == "_a" { "_en" } else { rest });
    }
    if claim.relation == "dejar_con" && group.has("lo") {
        "romper_con".clone_into(&mut claim.relation);
    }
    if moved && claim.status == FactStatus::Past && !claim.negated {
        "vivir_en".clone_into(&mut claim.relation);
        claim.status = FactStatus::Current;
        claim.effect = Effect::Replace { old: None };
    }
}

/// The words for an age or a count are kept short: `5 años`.
pub(super) fn tidy(party: &mut Party) {
    if party.name.is_empty() {
        UNSAID.clone_into(&mut party.name);
    }
}

/// Whether a party can be meant by a pronoun or a verb of this gender and number.
pub(super) fn agrees(party: &Party, gender: Option<Gender>, number: Option<Number>) -> bool {
    let gendered = gender.is_none() || party.gender.is_none() || party.gender == gender;
    let numbered = number.is_none() || party.number.is_none() || party.number == number;
    gendered && numbered && party.kind != Kind::Speaker && fold(&party.name) != "nosotros"
}

/// Whether a clause only serves another.
pub(super) fn aside(link: Link) -> bool {
    matches!(link, Link::If | Link::Asks | Link::When)
}
