//! Work and school: what begins, what ends, what it pays.

use sarai_core::fact::FactStatus;

use super::changing::changed_frame;
use super::doing::{direct, relation_of, with};
use super::{Frame, Speech};
use crate::claim::{Claim, Effect, Kind, Party};
use crate::english::clauses::{Clause, Complement, What};
use crate::english::lexicon;
use crate::english::phrases::Nominal;
use crate::english::verbs::Tense;

impl Speech<'_, '_> {
    /// `I got a new job at Boots`, `starting as a bus driver`, `I handed in my notice`.
    pub(super) fn job(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Vec<Claim>> {
        let base = clause.verb.base.as_str();
        let object = object(clause);
        let is_job = object.is_some_and(is_job);
        // `I was promoted to ward manager`, `I've become a teacher`.
        let risen = base == "promote" && clause.verb.is_passive;
        let became = base == "become" && object.is_some_and(is_trade);
        let risen = place(clause, &["to"]).filter(|_| risen);
        if let Some(trade) = risen.or(direct(clause).filter(|_| became))
            && !frame.negated
        {
            return Some(self.each(trade, subject, "be", &changed_frame(frame)));
        }
        if ["start", "begin"].contains(&base)
            && object.is_none()
            && let Some(trade) = place(clause, &["as"])
        {
            return Some(self.each(trade, subject, "work_as", &changed_frame(frame)));
        }
        let something = ["land", "find"].contains(&base)
            && object.is_some_and(|object| object.is_pronoun(&["something", "one"]));
        if ["get", "start", "begin", "land", "take", "accept", "find", "have"].contains(&base)
            && (is_job || something)
            && let Some(place) = place(clause, &["at", "with", "for", "in"])
        {
            let relation = match place.preposition.as_deref() {
                Some("for") => "work_for",
                Some("in") => "work_in",
                _ => "work_at",
            };
            return Some(self.each(place, subject, relation, &changed_frame(frame)));
        }
        if let Some(claims) = self.raised(clause, subject, frame) {
            return Some(claims);
        }
        if let Some(claims) = self.schooled(clause, subject, frame) {
            return Some(claims);
        }
        self.dismissed(clause, subject, frame)
    }

    /// `I got hired at a bank`, `I was let go`, `I handed in my notice`.
    fn dismissed(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        let base = clause.verb.base.as_str();
        let object = object(clause);
        let is_job = object.is_some_and(is_job);
        let hired = ["hire", "employ", "recruit"].contains(&base) && clause.verb.is_passive;
        if hired
            && !frame.negated
            && let Some(firm) = place(clause, &["at", "by", "in"])
        {
            return Some(self.each(firm, subject, "work_at", &changed_frame(frame)));
        }
        let gives_notice = ["lose", "quit", "leave"].contains(&base) && is_job
            || base == "hand" && object.is_some_and(|object| object.name.contains("notice"));
        let stops = gives_notice
            || base == "retire" && clause.verb.tense != Tense::Future
            || clause.verb.is_passive
                && (["fire", "sack", "dismiss"].contains(&base)
                    || base == "lay" && clause.verb.particle.as_deref() == Some("off")
                    || base == "make" && self.says(clause, &["redundant"]))
            || base == "be" && self.says(clause, &["let"]) && self.says(clause, &["go"]);
        let somebody = matches!(subject.kind, Kind::Speaker | Kind::Person);
        if stops && somebody && !frame.negated {
            let mut claims = self.told_of(clause, subject, frame);
            for relation in ["work_at", "work_as"] {
                claims.push(Claim {
                    effect: Effect::End,
                    ..frame.claim(subject, relation, Party::named("*"))
                });
            }
            return Some(claims);
        }
        None
    }

    /// `They gave me a raise to 2200`: what somebody earns.
    fn raised(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        let What::Nominals(list) = &direct(clause)?.what else { return None };
        let names = ["raise", "rise", "pay rise", "pay raise", "pay cut", "salary increase"];
        list.first().filter(|object| names.contains(&object.name.as_str()))?;
        let amount = place(clause, &["to", "up_to"])?;
        let given = clause.verb.base == "give";
        let earner = if given { Party::speaker() } else { subject.clone() };
        Some(self.each(amount, &earner, "earn", &changed_frame(frame)))
    }

    /// `My daughter started year 4`, `I dropped out`.
    fn schooled(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Option<Vec<Claim>> {
        const FORMS: &[&str] = &["year", "grade", "form", "kindergarten", "nursery", "preschool"];
        let base = clause.verb.base.as_str();
        let begins = ["start", "begin", "enter"].contains(&base) && !frame.negated;
        if begins && let Some(form) = direct(clause) {
            let What::Nominals(list) = &form.what else { return None };
            let name = &list.first()?.name;
            let is_form = name.split(' ').any(|word| FORMS.contains(&word));
            let frame = Frame { is_new: true, ..changed_frame(frame) };
            return is_form.then(|| self.each(form, subject, "be_in", &frame));
        }
        let leaves = base == "drop" && clause.verb.particle.as_deref() == Some("out")
            || base == "graduate" && frame.status == FactStatus::Past;
        if !leaves || frame.negated {
            return None;
        }
        let mut claims = self.told_of(clause, subject, frame);
        claims.push(Claim {
            effect: Effect::End,
            ..frame.claim(subject, "study", Party::named("*"))
        });
        Some(claims)
    }

    /// What is said of the end itself: `hand in notice`, `retire in 2020`.
    fn told_of(&self, clause: &Clause, subject: &Party, frame: &Frame) -> Vec<Claim> {
        let relation = relation_of(clause);
        match direct(clause) {
            Some(direct) => self.each(direct, subject, &relation, frame),
            None => match clause.complements.first() {
                Some(place) => self.each(place, subject, &with(&relation, place), frame),
                None => self.timed(clause, subject, &relation, frame),
            },
        }
    }

    /// `stacks shelves at Tesco`, `drives a van for DPD`: where somebody works.
    pub(super) fn workplace(
        &self,
        clause: &Clause,
        subject: &Party,
        frame: &Frame,
    ) -> Option<Claim> {
        const JOBS: &[&str] = &[
            "stack", "drive", "clean", "deliver", "serve", "teach", "pack", "pick", "do", "answer",
            "sell", "wait", "manage", "run", "fit", "wash", "guard",
        ];
        const DONE: &[&str] = &[
            "shelves",
            "van",
            "bus",
            "lorry",
            "truck",
            "taxi",
            "forklift",
            "parcels",
            "offices",
            "tables",
            "phones",
            "nights",
            "days",
            "shifts",
            "earlies",
            "lates",
            "reception",
            "security",
            "admin",
            "payroll",
            "tills",
            "dishes",
            "deliveries",
            "orders",
            "boxes",
        ];
        let verb = &clause.verb;
        let habit = verb.tense == Tense::Present && !verb.is_perfect && !verb.is_negated;
        let What::Nominals(list) = &direct(clause)?.what else { return None };
        let work = list
            .iter()
            .all(|item| DONE.contains(&item.name.rsplit(' ').next().unwrap_or_default()));
        let place = clause.complements.iter().find(|place| {
            place.preposition.as_deref().is_some_and(|lead| ["at", "for"].contains(&lead))
        })?;
        let What::Nominals(places) = &place.what else { return None };
        let firm = self.party(places.first()?)?;
        (habit && work && JOBS.contains(&verb.base.as_str()) && firm.kind != Kind::Person)
            .then(|| frame.claim(subject, &with("work", place), firm))
    }

    pub(super) fn says(&self, clause: &Clause, words: &[&str]) -> bool {
        clause.words.clone().any(|at| self.phrases.is(at, words))
    }
}

fn object(clause: &Clause) -> Option<&Nominal> {
    match &direct(clause)?.what {
        What::Nominals(list) => list.first(),
        What::Phrase(..) => None,
    }
}

fn place<'a>(clause: &'a Clause, leads: &[&str]) -> Option<&'a Complement> {
    clause
        .complements
        .iter()
        .find(|place| place.preposition.as_deref().is_some_and(|lead| leads.contains(&lead)))
}

fn is_trade(object: &Nominal) -> bool {
    let head = object.name.split(" of ").next().unwrap_or_default();
    lexicon::is_role(head.rsplit(' ').next().unwrap_or_default())
        && object.determiner.is_some()
        && !object.is_plural()
}

fn is_job(object: &Nominal) -> bool {
    ["job", "position", "role", "gig", "post", "apprenticeship", "internship", "placement"]
        .iter()
        .any(|word| object.name.ends_with(word))
}
