//! How far it is from each state to the end of its rule, and what the shortest way reads.

use crate::automaton::{Automaton, Edge};

/// The shortest ways, one for each state.
#[derive(Debug, Clone)]
pub(crate) struct Shortest {
    ways: Vec<Option<(u32, Next)>>,
}

#[derive(Debug, Clone, Copy)]
enum Next {
    End,
    Free(usize),
    Edge(Edge),
}

impl Shortest {
    pub(crate) fn of(automaton: &Automaton) -> Shortest {
        let mut shortest = Shortest { ways: vec![None; automaton.states.len()] };
        for (_, end) in &automaton.rules {
            shortest.ways[*end] = Some((0, Next::End));
        }
        // Edges point to later states but for loops and calls, so that this is done after as many
        // rounds as rules call one another.
        loop {
            let mut changed = false;
            for state in (0..automaton.states.len()).rev() {
                changed |= shortest.improve(automaton, state);
            }
            if !changed {
                return shortest;
            }
        }
    }

    /// Returns the characters on the shortest way to the end of the rule, or `None` if there is no
    /// way.
    pub(crate) fn length(&self, state: usize) -> Option<u32> {
        self.ways[state].map(|(length, _)| length)
    }

    /// Returns the most characters on the shortest way from anywhere to the end of a rule.
    pub(crate) fn farthest(&self) -> u32 {
        self.ways.iter().flatten().map(|(length, _)| *length).max().unwrap_or(0)
    }

    /// Adds what the shortest way reads.
    pub(crate) fn write(&self, automaton: &Automaton, state: usize, text: &mut String) {
        let mut left = vec![state];
        while let Some(state) = left.pop() {
            match self.ways[state] {
                None | Some((_, Next::End)) => {}
                Some((_, Next::Free(next))) => left.push(next),
                Some((_, Next::Edge(Edge::Read { class, to }))) => {
                    text.push(automaton.classes[class].sample());
                    left.push(to);
                }
                Some((_, Next::Edge(Edge::Call { rule, to }))) => {
                    left.push(to);
                    left.push(automaton.rules[rule].0);
                }
            }
        }
    }

    fn improve(&mut self, automaton: &Automaton, state: usize) -> bool {
        let found = &automaton.states[state];
        let through = |edge: Edge| {
            let length = match edge {
                Edge::Read { to, .. } => self.length(to)?.saturating_add(1),
                Edge::Call { rule, to } => {
                    self.length(to)?.saturating_add(self.length(automaton.rules[rule].0)?)
                }
            };
            Some((length, Next::Edge(edge)))
        };
        let free =
            found.free.iter().filter_map(|next| Some((self.length(*next)?, Next::Free(*next))));
        let best = free.chain(found.edge.and_then(through)).min_by_key(|(length, _)| *length);
        let better = best.filter(|(length, _)| self.length(state).is_none_or(|now| *length < now));
        if better.is_some() {
            self.ways[state] = better;
        }
        better.is_some()
    }
}
