//! Whom the words of a question mean: the names of who is asked about.

use crate::asking::candidate;
use crate::asking::question::{Question, Role, Term};
use crate::lookup::{Facts, Lookup};
use crate::naming;

/// The most words of a name that stands for another.
const NAME_WORDS_MAX: usize = 3;

/// Gives each word for somebody the keys of the other names they have: “el hermano de mi mujer” is
/// the brother of Inés.
pub(super) fn resolve(question: &mut Question, known: &dyn Facts) -> Lookup<()> {
    for term in &mut question.terms {
        if matches!(term.role, Role::Party | Role::Name) {
            term.aliases = aliases(term, known)?;
        }
    }
    Ok(())
}

fn aliases(term: &Term, known: &dyn Facts) -> Lookup<Vec<String>> {
    let entities = known.entities(&term.word.folded)?;
    // Of two sisters neither name is the other's.
    let [entity] = entities.as_slice() else { return Ok(Vec::new()) };
    let other = entity.names.iter().filter(|name| {
        let proper = naming::is_proper(name);
        let short = name.split(' ').count() <= NAME_WORDS_MAX;
        // Who has a role is not everybody who has it.
        short && if proper { term.role == Role::Party } else { term.is_complement }
    });
    let mut keys: Vec<String> = Vec::new();
    for name in other {
        let name = candidate::name(name);
        keys.extend(name.keys[..name.head].iter().filter(|key| **key != term.key).cloned());
    }
    Ok(keys)
}
