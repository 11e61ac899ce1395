//! What nobody wants kept: what is known of the world, and what is so for a moment.

use super::Speech;
use crate::english::clauses::{Clause, What};
use crate::english::lexicon::{self, Tag};
use crate::english::phrases::Nominal;
use crate::english::verbs::Tense;

impl Speech<'_, '_> {
    /// Returns whether a clause tells nothing of the speaker's own world.
    pub(super) fn is_idle(&self, clause: &Clause) -> bool {
        let [subject] = clause.subjects.as_slice() else { return is_passing(clause) };
        if subject.is_pronoun(&["i", "we"]) {
            return is_passing(clause);
        }
        let fades = clause.verb.base == "die" && clause.verb.is_progressive;
        fades && subject.kind == crate::claim::Kind::Thing
            || !self.is_own(clause)
                && (self.is_general(clause, subject)
                    || self.is_known(clause)
                    || is_physics(clause, subject)
                    || self.is_of_the_world(clause, subject))
    }

    /// Returns whether somebody's own is named in the clause.
    fn is_own(&self, clause: &Clause) -> bool {
        clause.words.clone().any(|at| {
            self.phrases.has_tag(at, &[Tag::Possessive])
                || self.phrases.is(at, &["i", "me", "us", "mine", "ours", "here", "this", "these"])
        })
    }

    /// `Cats sleep`, `an octopus has three hearts`, `everyone has a bad day`: said of all of them.
    fn is_general(&self, clause: &Clause, subject: &Nominal) -> bool {
        let timeless = clause.verb.tense == Tense::Present
            && !clause.verb.is_progressive
            && !clause.verb.is_perfect
            && clause.times.is_empty();
        let placed = clause.verb.is_be()
            && clause.complements.first().is_some_and(|first| first.preposition.is_some());
        let everybody =
            subject.is_pronoun(&["everyone", "everybody", "nobody"]) && clause.verb.base != "call";
        let person = lexicon::is_person(subject.name.rsplit(' ').next().unwrap_or_default())
            || lexicon::is_kin(&subject.name);
        let name = &subject.name;
        let one_word = !name.contains(' ') && !subject.is_name() && !name.is_empty();
        let kind = subject.is_bare() && subject.is_plural() && one_word;
        let any = subject.determiner.as_deref().is_some_and(|word| ["a", "an"].contains(&word))
            && one_word;
        let stuff =
            lexicon::is_listed("substance", &name.to_lowercase()) && !self.is_priced(clause);
        let told = self.referents.knows(name);
        timeless && !placed && !told && (everybody || !person && (kind || any || stuff))
    }

    /// `The capital of France is Paris`: what a place with a name has.
    fn is_of_the_world(&self, clause: &Clause, subject: &Nominal) -> bool {
        let Some((head, owner)) = subject.name.split_once(" of ") else { return false };
        let head = head.rsplit(' ').next().unwrap_or_default();
        clause.verb.is_be()
            && lexicon::is_listed("worldly", head)
            && owner.starts_with(char::is_uppercase)
            && !self.referents.knows(&subject.name)
    }

    fn is_priced(&self, clause: &Clause) -> bool {
        clause.words.clone().any(|at| self.phrases.word(at).is_some_and(super::Word::is_number))
    }

    /// `Paris is the capital of France`, `Everest is the highest mountain in the world`.
    fn is_known(&self, clause: &Clause) -> bool {
        if !clause.verb.is_be() {
            return false;
        }
        let Some(What::Nominals(list)) = clause.complements.first().map(|first| &first.what) else {
            return false;
        };
        let Some(item) = list.first().filter(|item| item.determiner.is_some()) else {
            return false;
        };
        let head = item.name.split(" of ").next().unwrap_or_default();
        let worldly =
            head.split(' ').next_back().is_some_and(|head| lexicon::is_listed("worldly", head));
        let superlative =
            head.split(' ').any(|word| word.len() > 4 && word.ends_with("est") || word == "most");
        let wide = clause.words.clone().any(|at| {
            self.phrases.is(
                at,
                &["world", "earth", "europe", "africa", "asia", "america", "universe", "history"],
            )
        });
        let told = clause
            .subjects
            .iter()
            .any(|subject| subject.pronoun.is_some() || self.referents.knows(&subject.name));
        !told && (worldly || superlative && wide)
    }
}

/// `Water boils at 100 degrees`: what a substance does, whatever the figure.
fn is_physics(clause: &Clause, subject: &Nominal) -> bool {
    let nature = ["boil", "freeze", "melt", "evaporate", "weigh", "expand", "burn", "travel"];
    clause.verb.tense == Tense::Present
        && subject.determiner.is_none()
        && nature.contains(&clause.verb.base.as_str())
        && lexicon::is_listed("substance", &subject.name.to_lowercase())
}

/// `I need a coffee`, `I'm dying of heat`, `I just had lunch`: so for a moment.
fn is_passing(clause: &Clause) -> bool {
    let base = clause.verb.base.as_str();
    let objects = clause.complements.iter().filter_map(|complement| match &complement.what {
        What::Nominals(list) => Some(list.as_slice()),
        What::Phrase(..) => None,
    });
    let listed = objects.flatten().next().is_some_and(|item| {
        let head = item.name.split(" for ").next().unwrap_or_default();
        let head = head.split(" of ").next().unwrap_or_default();
        item.owner.is_none()
            && lexicon::is_listed("passing want", head.rsplit(' ').next().unwrap_or_default())
    });
    let present = clause.verb.tense == Tense::Present && !clause.verb.is_negated;
    match base {
        "need" | "want" | "fancy" | "crave" | "look" => listed && present,
        "have" => listed && clause.times.is_empty() && clause.verb.tense == Tense::Past,
        "die" | "freeze" | "starve" | "boil" | "melt" => clause.verb.is_progressive && present,
        // `I can't be bothered`
        "bother" if clause.verb.is_passive && clause.verb.is_negated => true,
        "be" => clause.complements.first().is_some_and(|first| {
            let over = first.preposition.as_deref() == Some("over");
            over || matches!(&first.what, What::Nominals(list)
                if first.preposition.as_deref() == Some("on")
                    && list.iter().all(|item| ["way", "break", "phone", "fence", "edge", "hold", "move", "mend"].contains(&item.name.as_str())))
        }),
        _ => false,
    }
}
