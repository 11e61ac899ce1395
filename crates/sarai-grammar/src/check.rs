//! What a grammar must be beyond readable.

use crate::automaton::{Automaton, Edge};
use crate::expression::{Gbnf, Rule};
use crate::problem::{Fault, Place, Problem};
use crate::shortest::Shortest;

/// Most characters of the shortest way from anywhere to the end of a rule: such a way is written out
/// when an answer is ended, and rules can double it at every call.
const WAY_MAX: u32 = 65_536;

/// Returns the grammar of these rules if every one of them can be gone through.
pub(crate) fn check(rules: Vec<Rule>, root: usize, loops: usize) -> Result<Gbnf, Problem> {
    let start = Place { line: 1, column: 1 };
    let automaton = Automaton::of(&rules).ok_or_else(|| start.problem(Fault::TooLarge))?;
    let shortest = Shortest::of(&automaton);
    if shortest.farthest() > WAY_MAX {
        return Err(start.problem(Fault::TooLarge));
    }
    let uses = uses(&rules);
    let endless = |rule: usize| shortest.length(automaton.rules[rule].0).is_none();
    // Those that only use one that never ends are not at fault.
    let at_fault = |rule: &usize| endless(*rule) && reached(&uses, &uses[*rule])[*rule];
    if let Some(rule) = (0..rules.len()).find(at_fault) {
        return Err(rules[rule].problem(Fault::NeverEnds));
    }
    let selves = selves(&automaton, &shortest);
    let circular = |rule: &usize| reached(&selves, &selves[*rule])[*rule];
    if let Some(rule) = (0..rules.len()).find(circular) {
        return Err(rules[rule].problem(Fault::LeftRecursion));
    }
    let used = reached(&uses, &[root]);
    let idle = rules.iter().zip(used).filter(|(_, used)| !used);
    let warnings = idle.map(|(rule, _)| rule.problem(Fault::Unreachable)).collect();
    Ok(Gbnf { rules, root, loops, warnings, automaton, shortest })
}

/// Returns for each rule those that it names.
pub(crate) fn uses(rules: &[Rule]) -> Vec<Vec<usize>> {
    let of = |rule: &Rule| {
        let mut found = Vec::new();
        rule.body.uses(&mut |used| found.push(used));
        found
    };
    rules.iter().map(of).collect()
}

/// Returns which rules can be come to from these, themselves included.
pub(crate) fn reached(edges: &[Vec<usize>], from: &[usize]) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut left = from.to_vec();
    while let Some(rule) = left.pop() {
        if !std::mem::replace(&mut reached[rule], true) {
            left.extend(&edges[rule]);
        }
    }
    reached
}

/// Returns for each rule those that it can be, with nothing before and nothing after.
fn selves(automaton: &Automaton, shortest: &Shortest) -> Vec<Vec<usize>> {
    let empty = |rule: usize| shortest.length(automaton.rules[rule].0) == Some(0);
    let of = |(start, _): &(usize, usize)| {
        let mut seen = std::collections::HashSet::from([*start]);
        let mut left = vec![*start];
        let mut found = Vec::new();
        while let Some(state) = left.pop() {
            let state = &automaton.states[state];
            let mut next = state.free.clone();
            if let Some(Edge::Call { rule, to }) = state.edge {
                // What follows can be nothing.
                if shortest.length(to) == Some(0) {
                    found.push(rule);
                }
                next.extend(empty(rule).then_some(to));
            }
            left.extend(next.into_iter().filter(|state| seen.insert(*state)));
        }
        found
    };
    automaton.rules.iter().map(of).collect()
}
