//! Earley's algorithm: everything that a text can be the beginning of.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::automaton::{Automaton, Edge};
use crate::class::Class;
use crate::expression::Gbnf;

/// What was read so far, and what may follow.
pub(crate) struct Chart<G> {
    gbnf: G,
    /// One more than characters.
    sets: Vec<Set>,
}

/// A state, and after how many characters its rule began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Item {
    state: usize,
    origin: usize,
}

#[derive(Debug, Clone, Default)]
struct Set {
    items: Vec<Item>,
    /// For each rule that was called here, where it goes on afterwards.
    callers: HashMap<usize, Vec<Item>>,
}

/// For each rule that was called somewhere, what it is to the end of all, and where it goes on.
type Ways = HashMap<(usize, usize), (u32, Option<Item>)>;

impl<G: Borrow<Gbnf>> Chart<G> {
    pub(crate) fn new(gbnf: G) -> Chart<G> {
        let mut chart = Chart { gbnf, sets: Vec::new() };
        let start = chart.automaton().rules[chart.gbnf().root].0;
        chart.push(vec![Item { state: start, origin: 0 }]);
        chart
    }

    /// Returns how many characters were read.
    pub(crate) fn length(&self) -> usize {
        self.sets.len() - 1
    }

    /// Goes back to where so many characters were read.
    pub(crate) fn go_back(&mut self, length: usize) {
        self.sets.truncate(length + 1);
    }

    /// Goes on by a character, unless it cannot come next.
    pub(crate) fn accept(&mut self, character: char) -> bool {
        let automaton = self.automaton();
        let after = |item: &Item| match automaton.states[item.state].edge {
            Some(Edge::Read { class, to }) if automaton.classes[class].contains(character) => {
                Some(Item { state: to, origin: item.origin })
            }
            _ => None,
        };
        let next: Vec<Item> = self.items().iter().filter_map(after).collect();
        let fits = !next.is_empty();
        if fits {
            self.push(next);
        }
        fits
    }

    /// Returns whether what was read is a whole text.
    pub(crate) fn is_whole(&self) -> bool {
        let end = self.automaton().rules[self.gbnf().root].1;
        self.items().contains(&Item { state: end, origin: 0 })
    }

    /// Returns classes of which the next character may be.
    pub(crate) fn expected(&self) -> impl Iterator<Item = &Class> {
        let automaton = self.automaton();
        self.items().iter().filter_map(move |item| match automaton.states[item.state].edge {
            Some(Edge::Read { class, .. }) => Some(&automaton.classes[class]),
            _ => None,
        })
    }

    /// Returns the shortest text that completes what was read.
    pub(crate) fn completion(&self) -> Option<String> {
        let ways = self.ways();
        let length = |item: &Item| self.way_length(&ways, *item);
        let best = self.items().iter().filter_map(|item| Some((length(item)?, *item)));
        let mut next = best.min_by_key(|(length, _)| *length).map(|(_, item)| item);
        next?;
        let mut text = String::new();
        while let Some(item) = next {
            self.gbnf().shortest.write(self.automaton(), item.state, &mut text);
            next = ways.get(&(self.rule(item), item.origin)).and_then(|(_, caller)| *caller);
        }
        Some(text)
    }

    fn gbnf(&self) -> &Gbnf {
        self.gbnf.borrow()
    }

    fn automaton(&self) -> &Automaton {
        &self.gbnf().automaton
    }

    fn items(&self) -> &[Item] {
        self.sets.last().map_or(&[], |set| set.items.as_slice())
    }

    fn rule(&self, item: Item) -> usize {
        self.automaton().states[item.state].rule
    }

    fn way_length(&self, ways: &Ways, item: Item) -> Option<u32> {
        let (outside, _) = ways.get(&(self.rule(item), item.origin))?;
        Some(self.gbnf().shortest.length(item.state)?.saturating_add(*outside))
    }

    fn ways(&self) -> Ways {
        let mut ways = Ways::from([((self.gbnf().root, 0), (0, None))]);
        for (origin, rules) in self.unfinished() {
            let callers = &self.sets[origin].callers;
            // Calls at one place can go in circles.
            let mut changed = true;
            while changed {
                changed = false;
                for rule in &rules {
                    for caller in callers.get(rule).into_iter().flatten() {
                        let Some(length) = self.way_length(&ways, *caller) else { continue };
                        let known = ways.get(&(*rule, origin));
                        if known.is_none_or(|(known, _)| length < *known) {
                            ways.insert((*rule, origin), (length, Some(*caller)));
                            changed = true;
                        }
                    }
                }
            }
        }
        ways
    }

    /// Returns the rules that were begun and may go on, by where they began.
    fn unfinished(&self) -> BTreeMap<usize, BTreeSet<usize>> {
        let mut found: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let place = |item: &Item| (self.rule(*item), item.origin);
        let mut left: Vec<(usize, usize)> = self.items().iter().map(place).collect();
        while let Some((rule, origin)) = left.pop() {
            if found.entry(origin).or_default().insert(rule) {
                let callers = self.sets[origin].callers.get(&rule);
                left.extend(callers.into_iter().flatten().map(place));
            }
        }
        found
    }

    /// Adds a set: these items, and all that follow from them without reading.
    fn push(&mut self, first: Vec<Item>) {
        let gbnf: &Gbnf = self.gbnf.borrow();
        let automaton = &gbnf.automaton;
        let here = self.sets.len();
        let mut set = Set::default();
        let mut seen: HashSet<Item> = first.iter().copied().collect();
        let mut left = first;
        // Rules that began and ended here.
        let mut empty: HashSet<usize> = HashSet::new();
        while let Some(item) = left.pop() {
            set.items.push(item);
            let state = &automaton.states[item.state];
            let mut found: Vec<Item> = Vec::new();
            found.extend(state.free.iter().map(|next| Item { state: *next, ..item }));
            if let Some(Edge::Call { rule, to }) = state.edge {
                let after = Item { state: to, ..item };
                set.callers.entry(rule).or_default().push(after);
                found.push(Item { state: automaton.rules[rule].0, origin: here });
                found.extend(empty.contains(&rule).then_some(after));
            }
            if automaton.rules[state.rule].1 == item.state {
                let begun = if item.origin == here {
                    empty.insert(state.rule);
                    &set
                } else {
                    &self.sets[item.origin]
                };
                found.extend(begun.callers.get(&state.rule).into_iter().flatten());
            }
            left.extend(found.into_iter().filter(|item| seen.insert(*item)));
        }
        self.sets.push(set);
    }
}
