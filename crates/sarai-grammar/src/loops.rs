//! Finds loops that the engine's lexer may read as one word.
//!
//! It reads words greedily and never goes back, so that a loop may be one word only where, at every
//! place in it, nothing outside it can go on with the same character. The places that can hold at
//! once are found by going through the grammar's machine in pairs; a call is taken to return
//! wherever its rule is called, which finds too many pairs and never too few. Everything else is
//! read character by character, which is right for every grammar, and slower.

use std::collections::HashSet;

use crate::automaton::{Automaton, Edge};
use crate::check::{reached, uses};
use crate::expression::{Expression, Gbnf};

/// Most parts of a loop that becomes one word.
const PARTS_MAX: usize = 400;

/// Most expressions that are looked at to count them, and how deep.
const VISITS_MAX: usize = 10 * PARTS_MAX;
const DEPTH_MAX: usize = 100;

/// Most comparisons before giving up; a fraction of a second.
const COMPARISONS_MAX: usize = 5_000_000;

/// Returns for each loop whether it can be one word.
pub(crate) fn whole(gbnf: &Gbnf) -> Vec<bool> {
    let uses = uses(&gbnf.rules);
    let recursive: Vec<bool> =
        (0..gbnf.rules.len()).map(|rule| reached(&uses, &uses[rule])[rule]).collect();
    let mut whole = vec![false; gbnf.loops];
    for rule in &gbnf.rules {
        mark(&rule.body, &mut |inner, number| {
            let mut counter = Counter { gbnf, recursive: &recursive, left: VISITS_MAX };
            let parts = counter.parts(inner, 0);
            whole[number] =
                parts.is_some_and(|parts| parts <= PARTS_MAX) && !can_be_empty(gbnf, inner);
        });
    }
    let mut comparisons = 0;
    // Without a loop that clashes, those inside it are looked at on their own.
    while whole.contains(&true) {
        let Some(automaton) = Automaton::with_loops(&gbnf.rules, &whole) else { break };
        let Some(clashing) = clashing(&automaton, gbnf.root, &mut comparisons) else { break };
        if clashing.is_empty() {
            return whole;
        }
        for number in clashing {
            whole[number] = false;
        }
    }
    vec![false; gbnf.loops]
}

fn mark(expression: &Expression, visit: &mut impl FnMut(&Expression, usize)) {
    match expression {
        Expression::Class(_) | Expression::Rule(_) => {}
        Expression::Sequence(parts) | Expression::Choice(parts) => {
            for part in parts {
                mark(part, visit);
            }
        }
        Expression::Times { inner, .. } => mark(inner, visit),
        Expression::Loop { inner, number, .. } => {
            visit(inner, *number);
            mark(inner, visit);
        }
    }
}

/// Counts what a loop is made of.
struct Counter<'a> {
    gbnf: &'a Gbnf,
    recursive: &'a [bool],
    /// Expressions that may still be looked at: rules can double at every call.
    left: usize,
}

impl Counter<'_> {
    /// Returns how many characters and signs it has with its rules written out, or `None` if it
    /// cannot be, or that takes too long.
    fn parts(&mut self, expression: &Expression, depth: usize) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEPTH_MAX {
            return None;
        }
        match expression {
            Expression::Class(_) => Some(1),
            Expression::Rule(rule) if self.recursive[*rule] => None,
            Expression::Rule(rule) => {
                let gbnf = self.gbnf;
                self.parts(&gbnf.rules[*rule].body, depth + 1)
            }
            Expression::Sequence(parts) | Expression::Choice(parts) => {
                parts.iter().try_fold(1_usize, |sum, part| {
                    Some(sum.saturating_add(self.parts(part, depth + 1)?))
                })
            }
            Expression::Times { inner, most, .. } => {
                Some(self.parts(inner, depth + 1)?.saturating_mul(*most as usize))
            }
            Expression::Loop { inner, least, .. } => {
                Some(self.parts(inner, depth + 1)?.saturating_mul(*least as usize + 1))
            }
        }
    }
}

fn can_be_empty(gbnf: &Gbnf, expression: &Expression) -> bool {
    let empty = |part: &Expression| can_be_empty(gbnf, part);
    match expression {
        Expression::Class(_) => false,
        Expression::Rule(rule) => gbnf.shortest.length(gbnf.automaton.rules[*rule].0) == Some(0),
        Expression::Sequence(parts) => parts.iter().all(empty),
        Expression::Choice(ways) => ways.iter().any(empty),
        Expression::Times { inner, least, .. } | Expression::Loop { inner, least, .. } => {
            *least == 0 || empty(inner)
        }
    }
}

/// Returns the loops beside which something else can read what they read, or `None` if that is too
/// much to look at.
fn clashing(automaton: &Automaton, root: usize, comparisons: &mut usize) -> Option<HashSet<usize>> {
    let readers = Readers::of(automaton);
    let start = automaton.rules[root].0;
    let mut found = HashSet::new();
    let mut seen = HashSet::from([(start, start)]);
    let mut left = vec![(start, start)];
    while let Some((one, other)) = left.pop() {
        let (ones, others) = (readers.from(one), readers.from(other));
        *comparisons += ones.len() * others.len();
        if *comparisons > COMPARISONS_MAX {
            return None;
        }
        for one in ones {
            for other in others.iter().filter(|other| readers.begin_alike(one, other)) {
                if one.loop_number != other.loop_number {
                    found.extend([one.loop_number, other.loop_number].into_iter().flatten());
                }
                let pair = (one.to.min(other.to), one.to.max(other.to));
                if seen.insert(pair) {
                    left.push(pair);
                }
            }
        }
    }
    Some(found)
}

/// For each state, the edges that read and can be next.
struct Readers {
    /// One list for each of the states that are read into, or where all begins.
    lists: Vec<Vec<Reader>>,
    alike: Vec<Vec<bool>>,
}

#[derive(Clone, Copy)]
struct Reader {
    class: usize,
    to: usize,
    loop_number: Option<usize>,
}

impl Readers {
    fn of(automaton: &Automaton) -> Readers {
        let mut returns = vec![Vec::new(); automaton.rules.len()];
        for state in &automaton.states {
            if let Some(Edge::Call { rule, to }) = state.edge {
                returns[rule].push(to);
            }
        }
        let alike = |one| automaton.classes.iter().map(|other| other.begins_like(one)).collect();
        let mut needed: HashSet<usize> = automaton.rules.iter().map(|(start, _)| *start).collect();
        needed.extend(automaton.states.iter().filter_map(|state| match state.edge {
            Some(Edge::Read { to, .. }) => Some(to),
            _ => None,
        }));
        let list = |state: usize| {
            let next = || next_readers(automaton, &returns, state);
            needed.contains(&state).then(next).unwrap_or_default()
        };
        Readers {
            lists: (0..automaton.states.len()).map(list).collect(),
            alike: automaton.classes.iter().map(alike).collect(),
        }
    }

    fn from(&self, state: usize) -> &[Reader] {
        &self.lists[state]
    }

    fn begin_alike(&self, one: &Reader, other: &Reader) -> bool {
        self.alike[one.class][other.class]
    }
}

fn next_readers(automaton: &Automaton, returns: &[Vec<usize>], from: usize) -> Vec<Reader> {
    let mut found = Vec::new();
    let mut seen = HashSet::from([from]);
    let mut left = vec![from];
    while let Some(number) = left.pop() {
        let state = &automaton.states[number];
        let mut next = state.free.clone();
        match state.edge {
            Some(Edge::Read { class, to }) => {
                found.push(Reader { class, to, loop_number: state.loop_number });
            }
            Some(Edge::Call { rule, .. }) => next.push(automaton.rules[rule].0),
            None => {}
        }
        if automaton.rules[state.rule].1 == number {
            next.extend(&returns[state.rule]);
        }
        left.extend(next.into_iter().filter(|state| seen.insert(*state)));
    }
    found
}
