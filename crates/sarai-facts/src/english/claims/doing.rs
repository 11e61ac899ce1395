//! What somebody does, has, likes or did.

use super::couples::{got_married, is_couple, is_end_of_couple};
use super::{Frame, Speech};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::bytes;
use crate::english::clauses::{Clause, Complement, What};
use crate::english::lexicon;
use crate::english::phrases::Nominal;
use crate::english::verbs::Tense;
use crate::relations;
use sarai_core::fact::FactStatus;

/// Verbs whose places are each told for themselves.
const EACH_PLACE: &[&str] = &["live", "work", "study", "volunteer", "reside"];
/// Verbs that put something somewhere.
const PUTTING: &[&str] =
    &["put", "keep", "leave", "store", "hide", "place", "stash", "park", "hang", "stick", "lock"];

impl Speech<'_, '_> {
    pub(super) fn doing(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Vec<Claim> {
        let verb = &clause.verb;
        if let Some(claims) = self.special(clause, subject, frame) {
            return claims;
        }
        if verb.is_duty && verb.tense != Tense::Past && clause.complements.is_empty() {
            return Vec::new();
        }
        if lexicon::is_used("saying", &verb.base) {
            return self.said(clause, subject, frame);
        }
        let relation = relation_of(clause);
        let phrases: Vec<&Complement> = clause
            .complements
            .iter()
            .filter(|complement| {
                complement.preposition.is_none() && matches!(complement.what, What::Phrase(..))
            })
            .collect();
        if phrases.len() > 1 {
            return phrases
                .into_iter()
                .flat_map(|phrase| self.each(phrase, subject, &relation, frame))
                .collect();
        }
        if let Some(direct) = direct(clause) {
            let named = newcomer(clause, subject, frame);
            let mut claims = named.unwrap_or_else(|| self.each(direct, subject, &relation, frame));
            situate(clause, &mut claims);
            claims.extend(self.workplace(clause, subject, frame));
            return claims;
        }
        if EACH_PLACE.contains(&verb.base.as_str()) {
            let claims: Vec<Claim> = clause
                .complements
                .iter()
                .flat_map(|place| self.each(place, subject, &with(&relation, place), frame))
                .collect();
            if !claims.is_empty() {
                return claims;
            }
        }
        let by = clause
            .complements
            .iter()
            .find(|place| clause.verb.is_passive && place.preposition.as_deref() == Some("by"));
        if let Some(place) = by.or_else(|| {
            clause.complements.iter().find(|place| {
                place.preposition.as_deref() != Some("as") || clause.complements.len() == 1
            })
        }) {
            let relation = with(&relation, place);
            let settles = relation != "move_to" || self.is_settled(place);
            let relation = if settles { relation } else { "move_on_to".to_owned() };
            return self.each(place, subject, &relation, frame);
        }
        let happened = self.timed(clause, subject, &relation, frame);
        if happened.is_empty() && verb.is_passive && !verb.is_hypothetical {
            // `The trip is cancelled`: how it is.
            let words = verb.end - 1..verb.end;
            let text = self.phrases.words[words.clone()].first().map(|word| word.lower.clone());
            let object = Party {
                span: Some(bytes(self.phrases.words, &words)),
                ..Party::named(text.unwrap_or_default())
            };
            return vec![frame.claim(subject, "be", object)];
        }
        happened
    }

    /// Returns whether somebody can live there: one moves to a new team too, or to the sofa.
    fn is_settled(&self, place: &Complement) -> bool {
        let What::Nominals(list) = &place.what else { return true };
        list.iter().all(|item| {
            let head = item.name.split(" of ").next().unwrap_or_default();
            let head = head.split(" in ").next().unwrap_or_default();
            item.is_name()
                || item.pronoun.is_some()
                || item.name.contains(char::is_uppercase)
                || self.phrases.words[item.words.clone()].iter().any(|word| word.is_name)
                || lexicon::is_listed("dwelling", head.rsplit(' ').next().unwrap_or_default())
        })
    }

    /// Verbs of saying claim only what they have as an object: `I know Ana`, `do my nails`.
    fn said(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Vec<Claim> {
        let kept = ["do", "know", "try", "remember"].contains(&clause.verb.base.as_str());
        let Some(direct) = direct(clause).filter(|_| kept) else { return Vec::new() };
        let What::Nominals(list) = &direct.what else { return Vec::new() };
        let idle = list.iter().all(|item| {
            item.pronoun.is_some() || ["what", "thing", "lot"].contains(&item.name.as_str())
        });
        if idle {
            return Vec::new();
        }
        self.each(direct, subject, &relation_of(clause), frame)
    }

    pub(super) fn each(
        &self,
        complement: &Complement,
        subject: &Party,
        relation: &str,
        frame: &Frame,
    ) -> Vec<Claim> {
        match &complement.what {
            What::Nominals(list) => list
                .iter()
                .filter_map(|item| {
                    let object = self.party(item)?;
                    let to_me = object.kind == Kind::Speaker && subject.kind == Kind::Thing;
                    if to_me || lexicon::is_listed("idle thing", &object.name) {
                        return None;
                    }
                    let mut frame = frame.clone();
                    frame.negated |= item.is_negative;
                    Some(frame.claim(subject, relation, object))
                })
                .collect(),
            What::Phrase(words, text) => {
                let object =
                    Party { span: Some(bytes(self.phrases.words, words)), ..Party::named(text) };
                vec![frame.claim(subject, relation, object)]
            }
        }
    }

    /// A verb with nothing but a time: `the bins go out on Wednesday`.
    pub(super) fn timed(
        &self,
        clause: &Clause,
        subject: &Party,
        relation: &str,
        frame: &Frame,
    ) -> Vec<Claim> {
        let after = clause.times.iter().find(|timed| timed.words.start >= clause.verb.end);
        // `I haven't smoked since May`: over, and since when.
        let after = after.filter(|timed| !(frame.is_over && super::timing::is_since(timed)));
        if let Some(timed) = after.filter(|timed| timed.preposition.as_deref() != Some("for")) {
            let time = self.time(clause, timed);
            let weekday = crate::english::dates::is_weekday(&time.name);
            // `doesn't start till Wednesday`: then it does.
            let until = matches!(timed.preposition.as_deref(), Some("till" | "until"));
            let starts = until && frame.negated && timed.time.ahead.is_some();
            let relation = match &timed.preposition {
                _ if starts && weekday => format!("{relation}_on"),
                Some(_) if starts => relation.to_owned(),
                Some(lead) => format!("{relation}_{lead}"),
                None if weekday => format!("{relation}_on"),
                None => relation.to_owned(),
            };
            if starts {
                let frame = Frame {
                    negated: false,
                    status: FactStatus::Planned,
                    when: timed.time.ahead.clone(),
                    ..frame.clone()
                };
                return vec![frame.claim(subject, &relation, time)];
            }
            return vec![frame.claim(subject, &relation, time)];
        }
        let living = matches!(subject.kind, Kind::Person | Kind::Animal | Kind::Speaker);
        let told = clause.verb.tense == Tense::Past || clause.verb.is_perfect;
        let works = clause.verb.is_progressive && subject.kind == Kind::Thing;
        let passes = (told || works)
            && !clause.verb.is_passive
            && !relations::states_ended(relation, "*").is_empty();
        if passes || departs(clause, subject) {
            // Nothing to keep for itself, but it may end what was.
            let claim = frame.claim(subject, relation, Party::named("*"));
            return vec![Claim { effect: Effect::End, ..claim }];
        }
        if clause.verb.base == "die"
            || clause.verb.base == "pass" && clause.verb.particle.as_deref() == Some("away")
        {
            return vec![frame.claim(subject, relation, Party::named("dead"))];
        }
        if living
            && [
                "come", "retire", "graduate", "smoke", "drink", "drive", "snore", "stay", "swim",
                "cook", "visit",
            ]
            .contains(&clause.verb.base.as_str())
        {
            let words = clause.verb.end - 1..clause.verb.end;
            let text = self.phrases.words[words.clone()]
                .first()
                .map(|word| word.lower.clone())
                .unwrap_or_default();
            let object =
                Party { span: Some(bytes(self.phrases.words, &words)), ..Party::named(text) };
            return vec![frame.claim(subject, relation, object)];
        }
        Vec::new()
    }

    /// Verbs that say something else than their words do.
    pub(super) fn special(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        let base = clause.verb.base.as_str();
        let change = self
            .done_to(clause, subject, frame)
            .or_else(|| self.changed(clause, subject, frame))
            .or_else(|| self.became(clause, subject, frame))
            .or_else(|| self.joined(clause, subject, frame))
            .or_else(|| super::changing::birthday(clause, subject, frame))
            .or_else(|| self.job(clause, subject, frame))
            .or_else(|| self.switched(clause, subject, frame))
            .or_else(|| self.exchanged(clause, subject, frame));
        if change.is_some() {
            return change;
        }
        match base {
            "split" | "separate" | "divorce" | "part" | "end" | "call"
                if clause.verb.particle.as_deref() != Some("up")
                    && is_couple(clause)
                    && !frame.negated
                    && is_end_of_couple(clause) =>
            {
                Some(self.parted(clause, subject, "break_up_with", frame))
            }
            "call" | "name" => self.called(clause, subject, frame),
            "rename" => self.called(clause, subject, &Frame { is_new: true, ..frame.clone() }),
            "stand" | "bear" | "abide" if clause.verb.is_ability && clause.verb.is_negated => {
                let frame = Frame { negated: false, ..frame.clone() };
                Some(self.each(direct(clause)?, subject, "hate", &frame))
            }
            "turn" if direct(clause).is_some() => self.turned(clause, subject, frame),
            "bear" if clause.verb.is_passive => Some(self.born(clause, subject, frame)),
            "split" | "break"
                if clause.subjects.len() == 2 && clause.verb.particle.as_deref() == Some("up") =>
            {
                let relation = format!("{base}_up_with");
                Some(self.parted(clause, subject, &relation, frame))
            }
            // `We broke up`: with whom was spoken of.
            "split" | "break"
                if clause.verb.particle.as_deref() == Some("up")
                    && clause.complements.is_empty()
                    && clause.subjects.iter().any(|subject| subject.is_pronoun(&["we"])) =>
            {
                let other = self.referents.partner()?;
                Some(vec![frame.claim(subject, &format!("{base}_up_with"), other)])
            }
            "get" if clause.verb.is_ability && clause.verb.is_negated => {
                // `can't get enough of mangoes`
                let What::Nominals(list) = &direct(clause)?.what else { return None };
                let liked = list.first()?.name.strip_prefix("enough of ")?;
                let frame = Frame { negated: false, ..frame.clone() };
                Some(vec![frame.claim(subject, "like", Party::named(liked))])
            }
            "get" => got_married(clause, subject, frame),
            _ if PUTTING.contains(&base) && clause.verb.is_passive => Some(
                clause
                    .complements
                    .iter()
                    .filter(|place| place.preposition.as_deref().is_some_and(|lead| lead != "by"))
                    .take(1)
                    .flat_map(|place| self.each(place, subject, &with("be", place), frame))
                    .collect(),
            ),
            "marry" if clause.verb.is_passive => Some(
                clause
                    .complements
                    .iter()
                    .flat_map(|other| self.each(other, subject, "be_married_to", frame))
                    .collect(),
            ),
            _ if PUTTING.contains(&base) && !clause.verb.is_passive => self.put(clause, frame),
            _ => None,
        }
    }

    /// `everybody calls me Hamie`, `she is called Ana`, `we named him Rex`.
    fn called(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        let lists: Vec<&Vec<Nominal>> = clause
            .complements
            .iter()
            .filter(|complement| complement.preposition.is_none())
            .filter_map(|complement| match &complement.what {
                What::Nominals(list) => Some(list),
                What::Phrase(..) => None,
            })
            .collect();
        let frame = Frame { status: FactStatus::Current, ..frame.clone() };
        match lists.as_slice() {
            // `We named our daughter Aurora`: read as one name.
            [who] if !clause.verb.is_passive => {
                let who = who.first().filter(|who| !who.also.is_empty())?;
                let party = self.party(who)?;
                let name = Party {
                    kind: party.kind,
                    gender: party.gender,
                    ..Party::named(party.also.first()?.clone())
                };
                Some(vec![frame.claim(&Party { also: Vec::new(), ..party }, "be_called", name)])
            }
            [name] if clause.verb.is_passive => Some(
                name.iter()
                    .filter_map(|name| Some(frame.claim(subject, "be_called", self.party(name)?)))
                    .collect(),
            ),
            [who, name] => {
                let who = self.party(who.first()?)?;
                let name = self.party(name.first()?)?;
                Some(vec![frame.claim(&who, "be_called", name)])
            }
            _ => None,
        }
    }

    /// `Zainab turned 13` is 13; `Dad turns 70 on the 3rd` will be.
    fn turned(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        let What::Nominals(list) = &direct(clause)?.what else { return None };
        let age = list.first().filter(|item| {
            item.name.chars().any(|c| c.is_ascii_digit()) || lexicon::is_number(&item.name)
        })?;
        let object = self.party(age)?;
        if frame.status == FactStatus::Past {
            let frame = Frame { status: FactStatus::Current, ..frame.clone() };
            return Some(vec![frame.claim(subject, "be", object)]);
        }
        Some(vec![frame.claim(subject, "turn", object)])
    }

    fn born(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Vec<Claim> {
        let places = clause.complements.iter().flat_map(|place| {
            let lead = place.preposition.as_deref().unwrap_or("in");
            self.each(place, subject, &format!("be_born_{lead}"), frame)
        });
        let mut claims: Vec<Claim> = places.collect();
        if let Some(timed) = clause.times.first() {
            let lead = timed.preposition.as_deref().unwrap_or("on");
            claims.push(frame.claim(subject, &format!("be_born_{lead}"), self.time(clause, timed)));
        }
        claims
    }

    /// `I keep the passports in the tin`: where the passports are.
    fn put(&self, clause: &Clause, frame: &Frame) -> Option<Vec<Claim>> {
        let What::Nominals(things) = &direct(clause)?.what else { return None };
        let place = clause.complements.iter().find(|place| {
            place.preposition.as_deref().is_some_and(|lead| {
                !["for", "with", "to", "as", "by", "from", "about"].contains(&lead)
            })
        })?;
        let What::Nominals(places) = &place.what else { return None };
        let place_name = self.party(places.first()?)?;
        let lead = place.preposition.as_deref().unwrap_or("in");
        let lead = match lead {
            "into" => "in",
            "onto" => "on",
            other => other,
        };
        let status =
            if frame.status == FactStatus::Past { FactStatus::Current } else { frame.status };
        let frame = Frame { status, when: None, ..frame.clone() };
        let things = things.iter().filter_map(|thing| self.party(thing));
        Some(
            things
                .map(|thing| frame.claim(&thing, &format!("be_{lead}"), place_name.clone()))
                .collect(),
        )
    }
}

/// `Karen left`, `Ed moved out`, `Tara moved in`: who holds a post or shares a flat may change.
fn departs(clause: &Clause, subject: &Party) -> bool {
    let told = clause.verb.tense == Tense::Past || clause.verb.is_perfect;
    let verb = relation_of(clause);
    let destroyed = ["burn_down", "sink", "blow_up"].contains(&verb.as_str());
    told && destroyed
        || subject.kind == Kind::Person
            && told
            && [
                "leave",
                "quit",
                "resign",
                "move_out",
                "move_in",
                "move_on",
                "step_down",
                "take_over",
            ]
            .contains(&verb.as_str())
}

/// `We rent a flat in Croydon`: where it is belongs to its name.
fn situate(clause: &Clause, claims: &mut [Claim]) {
    const GETTING: &[&str] = &["rent", "buy", "own", "have", "get", "find", "let"];
    if !GETTING.contains(&clause.verb.base.as_str()) {
        return;
    }
    let place = clause.complements.iter().find(|place| {
        place.preposition.as_deref().is_some_and(|lead| ["in", "near"].contains(&lead))
    });
    let Some(place) = place else { return };
    let What::Nominals(list) = &place.what else { return };
    let Some(town) = list.first().filter(|town| town.is_name() && town.is_bare()) else {
        return;
    };
    let lead = place.preposition.as_deref().unwrap_or("in");
    for claim in claims {
        let head = claim.object.name.rsplit(' ').next().unwrap_or_default();
        if lexicon::is_listed("dwelling", head) {
            claim.object.name = format!("{} {lead} {}", claim.object.name, town.name);
        }
    }
}

/// Returns the relation of a clause: its verb with particle.
pub(super) fn relation_of(clause: &Clause) -> String {
    let verb = &clause.verb;
    match &verb.particle {
        Some(particle) => format!("{}_{particle}", verb.base),
        None => verb.base.clone(),
    }
}

pub(super) fn with(relation: &str, complement: &Complement) -> String {
    match &complement.preposition {
        Some(preposition) => format!("{relation}_{preposition}"),
        None => relation.to_owned(),
    }
}

/// Returns the direct object: the last of two.
pub(super) fn direct(clause: &Clause) -> Option<&Complement> {
    clause.complements.iter().rev().find(|complement| complement.preposition.is_none())
}

/// `We have a new landlord, Mr Green`: who the landlord is now.
fn newcomer(clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
    let has = ["have", "get"].contains(&clause.verb.base.as_str());
    if !has || frame.negated {
        return None;
    }
    let What::Nominals(list) = &direct(clause)?.what else { return None };
    let [item] = list.as_slice() else { return None };
    let post = item.name.strip_prefix("new ").filter(|post| relations::is_role(post))?;
    let post = match subject.kind {
        Kind::Speaker => post.to_owned(),
        _ => format!("{}'s {post}", subject.name),
    };
    let name = item.also.first()?;
    let party = Party { kind: Kind::Person, ..Party::named(name) };
    let frame = Frame { is_new: true, status: FactStatus::Current, ..frame.clone() };
    let post = Party { kind: Kind::Person, ..Party::named(post) };
    Some(vec![frame.claim(&post, "be", party)])
}
