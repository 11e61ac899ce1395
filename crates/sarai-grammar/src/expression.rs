//! What a grammar is made of.

use crate::automaton::Automaton;
use crate::class::Class;
use crate::problem::{Fault, Place, Problem};
use crate::shortest::Shortest;

/// A grammar that was read and checked.
#[derive(Debug, Clone)]
pub struct Gbnf {
    /// The root is one of them; every rule that is used is among them.
    pub(crate) rules: Vec<Rule>,
    pub(crate) root: usize,
    /// How many repetitions without an end there are; each has a number below that.
    pub(crate) loops: usize,
    pub(crate) warnings: Vec<Problem>,
    pub(crate) automaton: Automaton,
    pub(crate) shortest: Shortest,
}

impl Gbnf {
    /// Returns what is no error and still looks like one.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Returns how many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }

    /// Returns the most characters that any rule, wherever in it, takes at the least to its end.
    pub fn farthest(&self) -> u32 {
        self.shortest.farthest()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) body: Expression,
}

impl Rule {
    pub(crate) fn problem(&self, fault: fn(String) -> Fault) -> Problem {
        self.place.problem(fault(self.name.clone()))
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Expression {
    /// One character.
    Class(Class),
    /// The rule of this number.
    Rule(usize),
    /// One after the other; nothing, if there is none.
    Sequence(Vec<Expression>),
    /// One of them.
    Choice(Vec<Expression>),
    /// So many times.
    Times { inner: Box<Expression>, least: u32, most: u32 },
    /// So many times or more. The number tells it from all others of the grammar.
    Loop { inner: Box<Expression>, least: u32, number: usize },
}

impl Expression {
    /// Calls `visit` with the number of each rule that is used.
    pub(crate) fn uses(&self, visit: &mut impl FnMut(usize)) {
        match self {
            Expression::Class(_) => {}
            Expression::Rule(rule) => visit(*rule),
            Expression::Sequence(parts) | Expression::Choice(parts) => {
                for part in parts {
                    part.uses(visit);
                }
            }
            Expression::Times { inner, .. } | Expression::Loop { inner, .. } => inner.uses(visit),
        }
    }
}
