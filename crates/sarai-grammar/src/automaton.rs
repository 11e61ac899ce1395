//! A grammar as a machine: each rule a small graph whose edges read a character or call a rule.

use std::collections::HashMap;

use crate::class::Class;
use crate::expression::{Expression, Rule};

/// Most states of a grammar, with every counted repetition written out.
pub(crate) const STATES_MAX: usize = 100_000;

#[derive(Debug, Clone)]
pub(crate) struct Automaton {
    pub(crate) states: Vec<State>,
    /// Where each rule begins and ends.
    pub(crate) rules: Vec<(usize, usize)>,
    pub(crate) classes: Vec<Class>,
}

#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) rule: usize,
    /// States that are reached without reading.
    pub(crate) free: Vec<usize>,
    pub(crate) edge: Option<Edge>,
    /// The loop that it was written out for.
    pub(crate) loop_number: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Edge {
    /// Reads a character of the class of this number.
    Read { class: usize, to: usize },
    /// Calls a rule.
    Call { rule: usize, to: usize },
}

impl Automaton {
    /// Builds the machine of these rules. Returns `None` if it would be too large.
    pub(crate) fn of(rules: &[Rule]) -> Option<Automaton> {
        Automaton::with_loops(rules, &[])
    }

    /// Builds the machine in which the body of each loop that is `whole` has the rules that it
    /// calls written out in place.
    pub(crate) fn with_loops(rules: &[Rule], whole: &[bool]) -> Option<Automaton> {
        let automaton = Automaton { states: Vec::new(), rules: Vec::new(), classes: Vec::new() };
        let mut builder =
            Builder { automaton, rules, whole, numbers: HashMap::new(), rule: 0, inside: None };
        for (rule, Rule { body, .. }) in rules.iter().enumerate() {
            builder.rule = rule;
            let start = builder.state();
            let end = builder.write(body, start)?;
            builder.automaton.rules.push((start, end));
        }
        Some(builder.automaton)
    }
}

struct Builder<'a> {
    automaton: Automaton,
    rules: &'a [Rule],
    whole: &'a [bool],
    numbers: HashMap<Class, usize>,
    rule: usize,
    inside: Option<usize>,
}

impl Builder<'_> {
    fn state(&mut self) -> usize {
        let state =
            State { rule: self.rule, free: Vec::new(), edge: None, loop_number: self.inside };
        self.automaton.states.push(state);
        self.automaton.states.len() - 1
    }

    /// Goes on from a state without an edge. Returns a state of that kind again.
    fn write(&mut self, expression: &Expression, from: usize) -> Option<usize> {
        if self.automaton.states.len() > STATES_MAX {
            return None;
        }
        Some(match expression {
            Expression::Class(class) => {
                let class = self.number_of(class);
                let to = self.state();
                self.automaton.states[from].edge = Some(Edge::Read { class, to });
                to
            }
            Expression::Rule(rule) if self.inside.is_some() => {
                self.write(&self.rules[*rule].body, from)?
            }
            Expression::Rule(rule) => {
                let to = self.state();
                self.automaton.states[from].edge = Some(Edge::Call { rule: *rule, to });
                to
            }
            Expression::Sequence(parts) => {
                parts.iter().try_fold(from, |from, part| self.write(part, from))?
            }
            Expression::Choice(ways) => {
                let mut ends = Vec::with_capacity(ways.len());
                for way in ways {
                    let begin = self.fork(from);
                    ends.push(self.write(way, begin)?);
                }
                let end = self.state();
                for one in ends {
                    self.automaton.states[one].free.push(end);
                }
                end
            }
            Expression::Times { inner, least, most } => {
                let mut at = self.repeat(inner, *least, from)?;
                let mut ends = vec![at];
                for _ in *least..*most {
                    let begin = self.fork(at);
                    at = self.write(inner, begin)?;
                    ends.push(at);
                }
                let end = self.state();
                for one in ends {
                    self.automaton.states[one].free.push(end);
                }
                end
            }
            Expression::Loop { inner, least, number } => {
                let before = self.repeat(inner, *least, from)?;
                let outside = self.inside;
                if outside.is_none() && self.whole.get(*number) == Some(&true) {
                    self.inside = Some(*number);
                }
                let head = self.fork(before);
                let begin = self.fork(head);
                let back = self.write(inner, begin)?;
                self.inside = outside;
                self.automaton.states[back].free.push(head);
                self.fork(head)
            }
        })
    }

    fn repeat(&mut self, inner: &Expression, times: u32, from: usize) -> Option<usize> {
        (0..times).try_fold(from, |from, _| self.write(inner, from))
    }

    /// Returns a new state that is reached from `from` without reading.
    fn fork(&mut self, from: usize) -> usize {
        let next = self.state();
        self.automaton.states[from].free.push(next);
        next
    }

    fn number_of(&mut self, class: &Class) -> usize {
        let next = self.automaton.classes.len();
        let number = *self.numbers.entry(class.clone()).or_insert(next);
        if number == next {
            self.automaton.classes.push(class.clone());
        }
        number
    }
}
