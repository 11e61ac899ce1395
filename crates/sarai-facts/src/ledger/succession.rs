//! A new state in the place of an old one, whatever the verbs: after “Dad is in ward 6”, “they
//! shifted him to ward 11” says `be_in | ward 11`.
//!
//! What tells that one follows the other is not the verb but that both are values of one kind, said
//! of the same thing, and a verb that moves, settles or begins.

use sarai_core::fact::{Fact, FactStatus, SPEAKER};

use super::compare::{self, Class};
use super::{Heard, begun, resolve, rules};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::lookup::{Facts, Lookup};
use crate::naming;
use crate::relations::{self, Nature};

/// Verbs that move somebody or something somewhere else.
const MOVING: &[&str] = &[
    "switch_to",
    "move_to",
    "move_into",
    "transfer_to",
    "shift_to",
    "change_to",
    "put_in",
    "put_into",
    "put_on",
    "stick_in",
    "end_at",
    "end_in",
    "end_up_at",
    "end_up_in",
    "pasar_a",
    "bajar_a",
    "subir_a",
    "trasladar_a",
    "cambiar_a",
    "mover_a",
    "llevar_a",
    "poner_en",
    "meter_en",
    "colocar_en",
    "acabar_en",
    "terminar_en",
];

/// Verbs by which a choice is settled.
const SETTLING: &[&str] = &[
    "end_with",
    "end_up_with",
    "go_with",
    "go_for",
    "settle_for",
    "settle_on",
    "opt_for",
    "choose",
    "pick",
    "plump_for",
    "quedar_con",
    "decidir_por",
    "decantar_por",
    "optar_por",
    "elegir",
    "escoger",
];

/// Verbs by which somebody gets or begins something.
const BEGINNING: &[&str] = &[
    "join",
    "sign_up_at",
    "sign_up_for",
    "sign_up_to",
    "sign_up_with",
    "start",
    "start_at",
    "start_with",
    "enroll_in",
    "enroll_at",
    "enrol_in",
    "enrol_at",
    "register_with",
    "register_at",
    "go_to",
    "be_at",
    "be_with",
    "take_up",
    "apuntar_a",
    "apuntar_en",
    "inscribir_en",
    "ir_a",
    "empezar_en",
    "empezar_con",
    "entrar_en",
    "estar_con",
    "estar_en",
    "hacer_socio_de",
];

/// Verbs by which somebody gets a thing.
const GETTING: &[&str] =
    &["get", "have", "pick_up", "pillar", "coger", "hacer_con", "agarrar", "conseguir", "tener"];

/// Words for what has a number and somebody is put in.
const ROOMS: &[&str] = &[
    "habitación",
    "cuarto",
    "aula",
    "taquilla",
    "mesa",
    "plaza",
    "room",
    "ward",
    "classroom",
    "locker",
    "desk",
    "seat",
];

/// Verbs that give a thing another colour.
const PAINTING: &[&str] =
    &["pintar", "teñir", "repintar", "paint", "repaint", "dye", "respray", "have"];

/// Verbs by which somebody is given something with a number.
const GIVING: &[&str] = &["dar", "asignar", "poner", "tocar", "give", "assign", "get", "have"];

/// Groups and relations of what somebody chose or means to get.
const CHOSEN: &[&str] = &["purchase", "having", "driving", "travel", "visit", "renting", "use"];

/// Relations that tell the measure or the amount that somebody is at.
const MEASURING: &[&str] = &[
    "be_in",
    "be_on",
    "be_at",
    "be_up_to",
    "be_down_to",
    "put_up_to",
    "ir_por",
    "estar_en",
    "quedar_en",
    "subir_a",
    "bajar_a",
];

/// How many facts of the subject are looked through, newest first.
const BEFORE_MAX: usize = 32;

/// How many times larger or smaller than the old amount the new one may be.
const AMOUNT_FACTOR_MAX: f64 = 4.0;

/// Tells what follows a known state in the words that one was told in.
pub(super) fn told_alike(claim: &mut Claim, heard: &Heard, known: &dyn Facts) -> Lookup<()> {
    let unsaid = ["sí", "yes", "*"].contains(&claim.object.name.as_str());
    let plain = matches!(claim.effect, Effect::Add | Effect::Replace { old: None });
    if claim.negated || !plain || unsaid || claim.status == FactStatus::Planned {
        return Ok(());
    }
    painted(claim, known)?;
    given(claim, known)?;
    roomed(claim, known)?;
    let meant = match meant_by_value(claim, known)? {
        Some(fact) => Some(fact),
        None => outworn(claim, heard, known)?,
    };
    if let Some(fact) = meant {
        take_place(claim, fact);
        return Ok(());
    }
    let before = before(claim, heard, known)?;
    let said_so = before.iter().any(|fact| {
        rules::is_current(fact) && relations::variants(&claim.relation).contains(&&*fact.relation)
    });
    if said_so {
        recounted(claim, &before);
        return Ok(());
    }
    if let Some(fact) = followed(claim, heard, &before) {
        take_place(claim, fact.clone());
    } else if SETTLING.contains(&claim.relation.as_str())
        && let Some(fact) = before.iter().find(|fact| chosen(claim, fact))
    {
        claim.effect = Effect::Replace { old: Some(fact.object.clone()) };
    }
    Ok(())
}

/// Returns the state whose value the claim says to be another now: after “I live in Leeds”, “it's
/// York now” speaks of Leeds and means where the speaker lives.
fn meant_by_value(claim: &Claim, known: &dyn Facts) -> Lookup<Option<Fact>> {
    let being = relations::group(&claim.relation).is_some_and(|group| group.name == "being");
    let renews = claim.effect == Effect::Replace { old: None };
    if !being || !renews || resolve::is_speaker(&claim.subject) {
        return Ok(None);
    }
    let class = compare::class(&claim.object.name, claim.object.kind);
    let facts = known.with_object(&claim.subject.name, BEFORE_MAX)?;
    let described = !known.about(&claim.subject.name, 1)?.is_empty();
    Ok(facts.into_iter().find(|fact| {
        let single = relations::nature(&fact.relation) == Nature::Functional
            || relations::is_attribute(&fact.subject);
        let alike = compare::class(&fact.object, Kind::Thing) == class;
        rules::is_current(fact) && !fact.negated && single && alike && !described
    }))
}

/// Reads a new colour as what the thing is: after “the room is green”, “we painted the room yellow”
/// says `room | be | yellow`.
fn painted(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    if !PAINTING.contains(&claim.relation.as_str()) {
        return Ok(());
    }
    let Some((rest, colour)) = claim.object.name.rsplit_once(' ') else { return Ok(()) };
    let thing = rest.strip_suffix(" de").unwrap_or(rest);
    let thing = thing.split_once(" re").map_or(thing, |(thing, _)| thing).to_owned();
    let before = known.about_in(&thing, &["ser", "be"], BEFORE_MAX)?;
    let Some(fact) = before.into_iter().find(rules::is_current) else { return Ok(()) };
    claim.object = Party { span: claim.object.span.clone(), ..Party::named(colour) };
    claim.subject = Party::named(fact.subject);
    claim.relation = fact.relation;
    claim.status = FactStatus::Current;
    claim.effect = Effect::Replace { old: Some(fact.object) };
    Ok(())
}

/// Reads what somebody was given as what it is now: after “mi taquilla es la 12”, “me han dado la
/// taquilla 40” says `taquilla | ser | 40`.
fn given(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let name = claim.object.name.clone();
    let Some((thing, value)) = name.rsplit_once(' ') else { return Ok(()) };
    let coded = value.starts_with(|c: char| c.is_ascii_digit());
    if !coded || !GIVING.contains(&claim.relation.as_str()) || !resolve::is_speaker(&claim.subject)
    {
        return Ok(());
    }
    let before = known.about_in(thing, &["ser", "be"], BEFORE_MAX)?;
    let coded = |fact: &&Fact| fact.object.contains(|c: char| c.is_ascii_digit());
    let Some(fact) = before.iter().filter(coded).find(|fact| rules::is_current(fact)) else {
        return Ok(());
    };
    claim.object = Party { span: claim.object.span.clone(), ..Party::named(value) };
    claim.subject = Party::named(fact.subject.clone());
    claim.relation.clone_from(&fact.relation);
    claim.status = FactStatus::Current;
    claim.effect = Effect::Replace { old: Some(fact.object.clone()) };
    Ok(())
}

/// Reads a bare number in which somebody is put as that of their room: after “my room is 204”,
/// “they've put me in 310” says `room | be | 310`.
fn roomed(claim: &mut Claim, known: &dyn Facts) -> Lookup<()> {
    let put = matches!(claim.relation.as_str(), "be_in" | "be_at" | "poner_en" | "meter_en");
    if !put || !resolve::is_speaker(&claim.subject) || !is_bare_number(&claim.object.name) {
        return Ok(());
    }
    let mut rooms = Vec::new();
    for room in ROOMS {
        let facts = known.about_in(room, &["ser", "be"], BEFORE_MAX)?;
        let numbered = |fact: &Fact| rules::is_current(fact) && is_bare_number(&fact.object);
        rooms.extend(facts.into_iter().filter(numbered));
    }
    if let [room] = &rooms[..] {
        take_place(claim, room.clone());
    }
    Ok(())
}

/// Returns what a thing of the speaker's was, when the message tells that it broke and what they
/// got: after “my laptop is a Dell”, “the Dell packed up so I got a Lenovo”.
fn outworn(claim: &Claim, heard: &Heard, known: &dyn Facts) -> Lookup<Option<Fact>> {
    let capital = |name: &str| name.starts_with(char::is_uppercase);
    let gets = GETTING.contains(&claim.relation.as_str())
        || matches!(claim.relation.as_str(), "be_on" | "use" | "usar" | "buy" | "comprar");
    if !gets || !resolve::is_speaker(&claim.subject) || !capital(&claim.object.name) {
        return Ok(None);
    }
    let mut found = known.with_verb("ser", BEFORE_MAX)?;
    found.extend(known.with_verb("be", BEFORE_MAX)?);
    for fact in found {
        let thing = rules::is_current(&fact)
            && capital(&fact.object)
            && !relations::is_role(&fact.subject)
            && fact.subject != SPEAKER;
        let broke = |told: &Fact| {
            let over = told.status == FactStatus::Past || told.negated;
            rules::is_of(told, heard) && (over || relations::dies(&told.relation))
        };
        if thing && known.about(&fact.object, BEFORE_MAX)?.iter().any(broke) {
            return Ok(Some(fact));
        }
    }
    Ok(None)
}

/// Returns the states the claim may follow: of its subject and, where that is the speaker, of the
/// speaker's things; what this message ended among them.
fn before(claim: &Claim, heard: &Heard, known: &dyn Facts) -> Lookup<Vec<Fact>> {
    let names = rules::names_of(&claim.subject);
    let ours = names.contains(&SPEAKER);
    let mut found = Vec::new();
    for name in names {
        found.extend(known.about(name, BEFORE_MAX)?);
    }
    if ours {
        for word in naming::words(&claim.object.name).iter().rev().take(2) {
            let facts = known.mentioning(word, BEFORE_MAX)?;
            found.extend(facts.into_iter().filter(|fact| !relations::is_role(&fact.subject)));
        }
    }
    found.retain(|fact| {
        let open = rules::is_current(fact) || fact.status == FactStatus::Planned;
        !fact.negated && (open && !rules::is_of(fact, heard) || begun::ended_by(fact, heard))
    });
    found.sort_by_key(|fact| std::cmp::Reverse(fact.id.0));
    found.dedup_by_key(|fact| fact.id.0);
    Ok(found)
}

/// Returns the state that the claim follows.
fn followed<'a>(claim: &Claim, heard: &Heard, before: &'a [Fact]) -> Option<&'a Fact> {
    let is = |relations: &[&str]| relations.contains(&claim.relation.as_str());
    let mut lasting = before.iter().filter(|fact| {
        relations::nature(&fact.relation) != Nature::Event
            && !compare::same(&fact.object, &claim.object.name)
    });
    lasting.find(|fact| {
        let ended = begun::ended_by(fact, heard);
        is(MOVING) && moved(claim, fact)
            || is(MEASURING) && measured(claim, fact)
            || is(BEGINNING) && ended && is_attended(claim, fact)
            || is(GETTING) && ended && is_owned(claim, fact)
            || on_the_clock(claim, fact)
            || delayed(claim, fact)
    })
}

/// Makes the claim say that its object is what the fact told of another.
fn take_place(claim: &mut Claim, fact: Fact) {
    if is_bare_number(&claim.object.name) {
        claim.object.name = with_number(&fact.object, &claim.object.name);
    }
    if fact.subject != claim.subject.name && fact.subject != rules::SPEAKERS {
        let speaker = fact.subject == SPEAKER;
        claim.subject = if speaker { Party::speaker() } else { Party::named(fact.subject) };
    }
    claim.relation = fact.relation;
    claim.status =
        if fact.status == FactStatus::Planned { FactStatus::Planned } else { FactStatus::Current };
    claim.effect = Effect::Replace { old: Some(fact.object) };
}

/// `20 mg of it`, then `30`, told by the same verb: what is meant is `30 mg of it`.
fn recounted(claim: &mut Claim, before: &[Fact]) {
    let told = before.iter().find(|fact| {
        fact.relation == claim.relation && rules::is_current(fact) && has_unit(&fact.object)
    });
    let Some(fact) = told.filter(|fact| measured(claim, fact)) else { return };
    claim.object.name = with_number(&fact.object, &claim.object.name);
    claim.effect = Effect::Replace { old: Some(fact.object.clone()) };
}

/// Returns whether both name one of a sort, `ward 6` and `ward 11`, or two places by their names.
fn moved(claim: &Claim, fact: &Fact) -> bool {
    // Who goes up to another street does not live there.
    let lasting = ["home", "work", "trade", "romance", "marriage", "company", "travel"];
    let placed = relations::group(&fact.relation)
        .map_or(fact.relation.contains('_'), |group| !lasting.contains(&group.name));
    let capital = |name: &str| name.starts_with(char::is_uppercase);
    let named = capital(&claim.object.name) && capital(&fact.object);
    let place = relations::group(&fact.relation).is_some_and(|group| group.name == "place");
    let told_there = claim.relation.ends_with("_to") || claim.relation.ends_with("_a");
    let somebody = claim.object.kind == Kind::Person || relations::is_role(&claim.object.name);
    placed && !somebody && compare::alike(&claim.object.name, &fact.object)
        || place && named && told_there
}

/// Returns whether a bare number is another amount of what the fact measures.
fn measured(claim: &Claim, fact: &Fact) -> bool {
    let (Some(new), Some(old)) = (amount(&claim.object.name), amount(&fact.object)) else {
        return false;
    };
    let near = new <= old * AMOUNT_FACTOR_MAX && old <= new * AMOUNT_FACTOR_MAX;
    let group = relations::group(&fact.relation).map_or("", |group| group.name);
    let told = !is_bare_number(&fact.object) || !matches!(group, "being" | "having");
    near && is_bare_number(&claim.object.name) && told
}

/// Returns whether both are where somebody goes or belongs.
fn is_attended(claim: &Claim, fact: &Fact) -> bool {
    let group = relations::group(&fact.relation).map_or("", |group| group.name);
    fact.relation.contains('_')
        && !matches!(group, "work" | "trade" | "home" | "romance" | "marriage" | "company")
        && compare::class(&claim.object.name, claim.object.kind) != Class::Time
}

/// Returns whether both are things that somebody has.
fn is_owned(claim: &Claim, fact: &Fact) -> bool {
    let group = relations::group(&fact.relation).map_or("", |group| group.name);
    let named = naming::is_proper(&claim.object.name) == naming::is_proper(&fact.object);
    let alike = compare::alike(&claim.object.name, &fact.object);
    matches!(group, "having" | "driving" | "use") && (named || alike)
}

/// Returns whether both are times of the day.
fn on_the_clock(claim: &Claim, fact: &Fact) -> bool {
    let clock = |name: &str| {
        let (hour, minute) = name.split_once(':').unwrap_or_default();
        !hour.is_empty() && [hour, minute].iter().all(|part| part.chars().all(char::is_numeric))
    };
    clock(&claim.object.name) && clock(&fact.object) && claim.relation != "be"
}

/// Returns whether the claim moves to another hour what the fact tells the hour of.
fn delayed(claim: &Claim, fact: &Fact) -> bool {
    let timed =
        |name: &str, kind| matches!(compare::class(name, kind), Class::Time | Class::Quantity);
    relations::moves(&claim.relation)
        && !resolve::is_speaker(&claim.subject)
        && timed(&claim.object.name, claim.object.kind)
        && timed(&fact.object, Kind::Thing)
}

/// Returns whether the fact tells what was to be had, and the claim what it came to.
fn chosen(claim: &Claim, fact: &Fact) -> bool {
    let group = relations::group(&fact.relation).map_or("", |group| group.name);
    let somebody = relations::is_role(&fact.object) || relations::is_role(&claim.object.name);
    let short = |name: &str| naming::words(name).len() <= 3;
    let thing = |class: Class| matches!(class, Class::Proper | Class::Other);
    // What somebody has long had stays; what they were about to get does not.
    let meant = fact.status == FactStatus::Planned
        || matches!(fact.relation.as_str(), "get" | "buy" | "comprar" | "choose" | "elegir")
        || compare::alike(&claim.object.name, &fact.object);
    CHOSEN.contains(&group)
        && meant
        && !somebody
        && short(&claim.object.name)
        && thing(compare::class(&fact.object, Kind::Thing))
        && thing(compare::class(&claim.object.name, claim.object.kind))
}

fn is_bare_number(name: &str) -> bool {
    let terms = compare::terms(name);
    !terms.is_empty() && terms.iter().all(|term| compare::is_number(term))
}

fn has_unit(name: &str) -> bool {
    amount(name).is_some() && !is_bare_number(name)
}

/// Returns the first number in digits.
fn amount(name: &str) -> Option<f64> {
    let digit = |c: char| c.is_ascii_digit();
    let start = name.find(digit)?;
    let rest = &name[start..];
    let end = rest.find(|c: char| !digit(c) && c != '.' && c != ',').unwrap_or(rest.len());
    rest[..end].trim_end_matches(['.', ',']).replace(',', ".").parse().ok()
}

/// Returns `phrase` with the new number in the place of its first: `size 13 shoe`.
fn with_number(phrase: &str, number: &str) -> String {
    let is_number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    let Some(old) = phrase.split(' ').find(is_number) else { return number.to_owned() };
    phrase.replacen(old, number, 1)
}
