//! Sentences that tell last who it is: `el que me enseñó a nadar fue mi padrino`.

use crate::claim::Kind;
use crate::spanish::clauses::{Clause, Link};
use crate::spanish::guards;
use crate::spanish::parts::Line;
use crate::spanish::phrases::{self, Form};

/// Returns the clauses with the first told of whom the second names, when it names somebody.
pub(super) fn straightened(line: &Line, mut clauses: Vec<Clause>) -> Vec<Clause> {
    let [first, second] = &mut clauses[..] else { return clauses };
    let start = guards::opening(line);
    let who = line
        .tokens
        .get(start..start + 2)
        .is_some_and(|words| words[0].one_of(&["el", "la", "los", "las"]) && words[1].is("que"));
    let opens = who && first.link == Link::That && first.before.start <= start + 2;
    let found = phrases::phrases(line, second.after.clone());
    let named = found.iter().find(|phrase| phrase.form == Form::Noun).filter(|phrase| {
        phrase.bare() && phrase.parties.iter().all(|party| party.kind == Kind::Person)
    });
    let (true, Some(named)) = (opens, named) else { return clauses };
    if !second.group.is(&["ser", "llamar"]) || second.group.negated {
        return clauses;
    }
    first.link = Link::Relative;
    first.antecedent = Some(named.words.clone());
    clauses.truncate(1);
    clauses
}
