//! What somebody or something is: copulas, names, ages, places.

use std::ops::Range;

use sarai_core::fact::FactStatus;

use super::couples::is_couple;
use super::{Frame, Speech};
use crate::claim::{Claim, Kind, Party};
use crate::english::bytes;
use crate::english::clauses::{Clause, Complement, Timed, What};
use crate::english::dates::{self, TimeKind};
use crate::english::lexicon::{self, Tag};
use crate::english::phrases::{Nominal, joined};

/// Said of oneself with `be`, these are likings: `I'm into jazz`, `I'm not a fan of jazz`.
const FOND: &[&str] = &["fan", "keen", "fond", "lover", "crazy", "mad", "obsessed"];

/// How somebody or something is that was otherwise before.
const RESTORED: &[&str] =
    &["better", "recovered", "cured", "healed", "fixed", "repaired", "found", "mended"];

impl Speech<'_, '_> {
    pub(super) fn being(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Vec<Claim> {
        // `I was let go` ends a job.
        if let Some(claims) = self.job(clause, subject, frame) {
            return claims;
        }
        // `Kim and I aren't together anymore`
        let says = |words: &[&str]| clause.words.clone().any(|at| self.phrases.is(at, words));
        let together = frame.negated && says(&["together", "couple", "item"]);
        let ended = ["over", "done", "finished", "through", "history", "separated", "divorced"];
        let over = !frame.negated
            && says(&ended)
            && clause.words.clone().all(|at| {
                at < clause.verb.end || self.phrases.is(at, &ended) || !self.has_object(at)
            });
        if (together || over) && is_couple(clause) {
            let frame = Frame { negated: false, is_over: false, ..frame.clone() };
            return self.parted(clause, subject, "break_up_with", &frame);
        }
        if let Some(claims) = self.fondness(clause, subject, frame) {
            return claims;
        }
        let Some(first) = clause.complements.first() else {
            return self.at_a_time(clause, subject, frame);
        };
        // `The service is due in November`: when it is.
        let due = matches!(&first.what, What::Nominals(list)
            if list.iter().all(|item| ["due", "scheduled", "planned", "set"].contains(&item.name.as_str())));
        if due && !clause.times.is_empty() {
            return self.at_a_time(clause, subject, frame);
        }
        if let Some(preposition) = &first.preposition {
            return self.placed(first, preposition, subject, frame);
        }
        let mut claims = match &first.what {
            What::Phrase(_, text) if text == "here" || text == "there" => Vec::new(),
            What::Phrase(words, text) => {
                let object =
                    Party { span: Some(bytes(self.phrases.words, words)), ..Party::named(text) };
                let relation = if text == "home" { "be_at" } else { "be" };
                let restored = RESTORED.contains(&head(text));
                let frame = &Frame { is_new: frame.is_new || restored, ..frame.clone() };
                vec![frame.claim(subject, relation, object)]
            }
            What::Nominals(list) => {
                list.iter().filter_map(|item| self.is_what(item, subject, frame, clause)).collect()
            }
        };
        claims.extend(self.employer(clause, subject, frame));
        claims
    }

    /// Returns whether the word there names something: `done with the report`.
    fn has_object(&self, at: usize) -> bool {
        self.phrases.has_tag(at, &[Tag::Open, Tag::Preposition]) && self.phrases.timed(at).is_none()
    }

    /// `My birthday is on 3 March`, `Yoga is on Monday evenings`.
    fn at_a_time(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Vec<Claim> {
        let Some(timed) = clause.times.iter().find(|timed| timed.words.start >= clause.verb.end)
        else {
            return Vec::new();
        };
        if timed.preposition.as_deref() == Some("for") {
            return Vec::new();
        }
        if subject.kind == Kind::Speaker {
            // `I'm on nights this week` is a shift.
            let shift =
                timed.preposition.as_deref() == Some("on") && timed.time.kind == TimeKind::Habit;
            let one = clause.times.iter().find(|one| one.words == timed.words).filter(|_| shift);
            return one
                .map(|one| frame.claim(subject, "be_on", self.time_of(&one.words)))
                .into_iter()
                .collect();
        }
        vec![frame.claim(subject, "be", self.time(clause, timed))]
    }

    /// Returns what was said of the time, as an object.
    pub(super) fn time(&self, clause: &Clause, timed: &Timed) -> Party {
        // What was read as several times in a row is one to a person: `Friday at 11`.
        let last = clause
            .times
            .iter()
            .rev()
            .find(|last| last.words.start >= timed.words.end)
            .unwrap_or(timed);
        let adjoining = last.words.start <= timed.words.end + 1;
        let end = if adjoining { last.words.end } else { timed.words.end };
        let start = timed.words.start + usize::from(timed.preposition.is_some());
        self.time_of(&(start..end))
    }

    fn time_of(&self, range: &Range<usize>) -> Party {
        let lead = usize::from(self.phrases.has_tag(range.start, &[Tag::Preposition]));
        let (start, end) = (range.start + lead, range.end);
        let words: Vec<_> =
            self.phrases.words[start..end].iter().filter(|word| !word.is(&["the", "a"])).collect();
        Party {
            kind: Kind::Time,
            span: Some(bytes(self.phrases.words, &(start..end))),
            ..Party::named(joined(&words))
        }
    }

    fn placed(
        &self,
        first: &Complement,
        preposition: &str,
        subject: &Party,
        frame: &Frame,
    ) -> Vec<Claim> {
        if let Some(claim) = self.amounts(first, preposition, subject, frame) {
            return vec![claim];
        }
        let relation = match preposition {
            "to" => "go_to".to_owned(),
            other => format!("be_{other}"),
        };
        match &first.what {
            What::Nominals(list) => list
                .iter()
                .filter_map(|item| Some(frame.claim(subject, &relation, self.party(item)?)))
                .collect(),
            What::Phrase(words, text) => {
                let object =
                    Party { span: Some(bytes(self.phrases.words, words)), ..Party::named(text) };
                vec![frame.claim(subject, &relation, object)]
            }
        }
    }

    /// `My bill is down to 22`, `I'm up to 90 kilos`: the new amount.
    fn amounts(
        &self,
        place: &Complement,
        preposition: &str,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Claim> {
        let What::Nominals(list) = &place.what else { return None };
        let item = list.first().filter(|_| ["down_to", "up_to"].contains(&preposition))?;
        if !self.phrases.words[item.words.start].is_number() {
            return None;
        }
        let object = self.party(item)?;
        let weight = ["kilo", "kg", "stone", "pound", "lb"];
        let weighs = object.name.split(' ').any(|word| {
            weight.iter().any(|unit| word.trim_start_matches(char::is_numeric).starts_with(unit))
        });
        let relation = match subject.kind {
            Kind::Thing => "be",
            Kind::Speaker | Kind::Person if weighs => "weigh",
            _ => return None,
        };
        let frame = Frame { is_new: true, ..frame.clone() };
        Some(frame.claim(subject, relation, object))
    }

    fn is_what(
        &self,
        item: &Nominal,
        subject: &Party,
        frame: &Frame,
        clause: &Clause,
    ) -> Option<Claim> {
        let object = self.party(item)?;
        let object = Party { name: without_idle(&object.name), ..object };
        // `home from hospital`, `home with us`
        let at_home = object.name.starts_with("home ") && item.is_bare();
        let object = if at_home { Party { name: "home".to_owned(), ..object } } else { object };
        let state = if item.is_bare() { object.name.to_lowercase() } else { String::new() };
        let passing = subject.kind == Kind::Speaker && lexicon::is_listed("mood", &state)
            || subject.kind == Kind::Thing && lexicon::is_listed("opinion", &state);
        if passing && !frame.is_over {
            return None;
        }
        if object.name.is_empty() || object.kind == Kind::Speaker {
            return None;
        }
        let mut frame = frame.clone();
        frame.negated |= item.is_negative;
        // `It's the 16th`: a day of the month.
        if subject.kind == Kind::Thing
            && item.determiner.as_deref() == Some("the")
            && let Some(day) = dates::day_of_month(&object.name, self.phrases.day)
        {
            frame.when = Some(day);
            frame.status = FactStatus::Planned;
            frame.is_new = true;
            return Some(frame.claim(subject, "be", Party { kind: Kind::Time, ..object }));
        }
        // Who is better was ill, and what is fixed was broken.
        frame.is_new |= item.is_bare() && RESTORED.contains(&head(&object.name));
        if let Some(owner) = named_owner(subject) {
            return Some(frame.claim(
                &owner,
                "be_called",
                Party { kind: owner_kind(&owner), ..object },
            ));
        }
        if let Some(claim) = successor(item, subject, &frame) {
            return Some(claim);
        }
        let living = matches!(subject.kind, Kind::Person | Kind::Animal);
        if object.name == "home" && living {
            return Some(frame.claim(subject, "be_at", object));
        }
        let only = clause.complements.len() == 1;
        let given = item.is_bare() && item.is_name();
        if given && only && (subject.kind == Kind::Speaker && !is_nationality(&object.name)) {
            return Some(frame.claim(subject, "be_called", object));
        }
        Some(frame.claim(subject, "be", object))
    }

    /// `a nurse at St Thomas'`: where somebody works.
    fn employer(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Claim> {
        let Some(What::Nominals(list)) = clause.complements.first().map(|first| &first.what) else {
            return None;
        };
        let trade = list.first().filter(|item| {
            lexicon::is_role(head(&item.name))
                || head(&item.name).ends_with("er")
                || head(&item.name).ends_with("or")
        })?;
        if trade.owner.is_some() {
            return None;
        }
        let place = clause.complements.get(1)?;
        let preposition =
            place.preposition.as_deref().filter(|lead| ["at", "for", "in"].contains(lead))?;
        let What::Nominals(places) = &place.what else { return None };
        let object = self.party(places.first()?)?;
        // Who cares for somebody is not employed by them.
        if object.kind == Kind::Person {
            return None;
        }
        let verb = if ["student", "pupil"].contains(&head(&trade.name)) { "study" } else { "work" };
        Some(frame.claim(subject, &format!("{verb}_{preposition}"), object))
    }

    /// `I'm a big fan of jazz`, `I'm not keen on cats`, `she's into pottery`.
    fn fondness(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        // `I'm more into jazz`
        let more = clause.complements.iter().find(|one| one.preposition.as_deref() == Some("into"));
        let first = more.or(clause.complements.first())?;
        let into = first.preposition.as_deref() == Some("into");
        let fan = match &first.what {
            What::Nominals(list) => {
                let item = list.first()?;
                let word = item.name.split(' ').find(|word| FOND.contains(word));
                word.is_some().then(|| list.clone())
            }
            What::Phrase(..) => None,
        };
        if into {
            let What::Nominals(list) = &first.what else {
                return Some(self.each(first, subject, "like", frame));
            };
            return Some(
                list.iter()
                    .filter_map(|item| Some(frame.claim(subject, "like", self.party(item)?)))
                    .collect(),
            );
        }
        let list = fan?;
        let mut claims = Vec::new();
        for item in &list {
            let after = [" of ", " on ", " about ", " with "]
                .iter()
                .find_map(|link| item.name.split_once(link));
            if let Some((_, liked)) = after {
                let object = Party {
                    span: Some(bytes(self.phrases.words, &item.words)),
                    ..Party::named(liked)
                };
                claims.push(frame.claim(subject, "like", object));
            } else if let Some(What::Nominals(more)) =
                clause.complements.get(1).map(|second| &second.what)
            {
                claims
                    .extend(more.iter().filter_map(|liked| {
                        Some(frame.claim(subject, "like", self.party(liked)?))
                    }));
            }
        }
        (!claims.is_empty()).then_some(claims)
    }
}

/// `Carl is my new boss`, `Carl is my boss now`: whom the boss is.
fn successor(item: &Nominal, subject: &Party, frame: &Frame) -> Option<Claim> {
    let owned = item.owner.as_deref().is_some_and(|owner| ["my", "our"].contains(&owner));
    let named = subject.name.starts_with(char::is_uppercase);
    let role = item.name.strip_prefix("new ");
    let role = role.or(Some(item.name.as_str()).filter(|_| frame.is_new))?;
    if !owned || !named || frame.negated || !crate::relations::is_role(role) {
        return None;
    }
    let post = Party { kind: Kind::Person, ..Party::named(role) };
    let frame = Frame { is_new: true, ..frame.clone() };
    Some(frame.claim(&post, "be", Party { also: Vec::new(), ..subject.clone() }))
}

/// Leaves out what says nothing: `a bit`, `one`.
fn without_idle(name: &str) -> String {
    let idle = ["bit", "one", "way", "thing", "case", "deal", "lot"];
    if idle.contains(&name) { String::new() } else { name.to_owned() }
}

pub(super) fn head(name: &str) -> &str {
    name.split(" of ").next().unwrap_or(name).rsplit(' ').next().unwrap_or(name)
}

fn owner_kind(owner: &Party) -> Kind {
    if owner.kind == Kind::Speaker { Kind::Person } else { owner.kind }
}

fn is_nationality(name: &str) -> bool {
    lexicon::is_adjective(&name.to_lowercase())
        || ["an", "ish", "ese"].iter().any(|end| {
            name.ends_with(end) && !lexicon::is_given_name(&name.to_lowercase()) && name.len() > 5
        })
}

/// `my name`, `my sister's name`, `the name of my dog`: whose name it is.
fn named_owner(subject: &Party) -> Option<Party> {
    let name = subject.name.as_str();
    if ["name", "first name", "full name", "real name", "nickname"].contains(&name) {
        return Some(Party::speaker());
    }
    let owner = name
        .strip_suffix("'s name")
        .or_else(|| name.strip_suffix("s' name"))
        .or_else(|| name.strip_suffix("'s first name"))
        .or_else(|| name.strip_prefix("name of "))?;
    let mut party = Party { also: Vec::new(), span: subject.span.clone(), ..Party::named(owner) };
    crate::english::referents::complete(&mut party);
    Some(party)
}
