//! The state of a parse from left to right: a stack, the words to come and the arcs so far.

/// A move. Moves with a label carry its place in the list of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// Puts the next word on the stack.
    Shift,
    /// Takes the top of the stack away; a word without a head is handed back to the words to come.
    Reduce,
    /// The top of the stack depends on the next word.
    Left(usize),
    /// The next word depends on the top of the stack.
    Right(usize),
    /// The word after the next one begins a sentence.
    Break,
}

/// Which kinds of move a state allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one per kind of move")]
pub(crate) struct Legal {
    shift: bool,
    reduce: bool,
    arc: bool,
    breaks: bool,
}

impl Legal {
    pub(crate) fn allows(self, step: Move) -> bool {
        match step {
            Move::Shift => self.shift,
            Move::Reduce => self.reduce,
            Move::Left(_) | Move::Right(_) => self.arc,
            Move::Break => self.breaks,
        }
    }
}

/// The words that the network looks at to choose a move.
pub(crate) const SLOTS: usize = 8;

/// A word's head and the place of the label; a root has neither.
pub(crate) type Arc = Option<(usize, usize)>;

#[derive(Debug)]
pub(crate) struct State {
    stack: Vec<usize>,
    /// Words handed back, the next one last.
    returned: Vec<usize>,
    /// The first word that was never on the stack.
    next: usize,
    arcs: Vec<Arc>,
    /// The last dependent of each word to its left and to its right, and the one before each.
    left: Vec<Option<usize>>,
    right: Vec<Option<usize>>,
    earlier: Vec<Option<usize>>,
    was_returned: Vec<bool>,
    begins: Vec<bool>,
}

impl State {
    pub(crate) fn new(words: usize) -> State {
        State {
            stack: Vec::new(),
            returned: Vec::new(),
            next: 0,
            arcs: vec![None; words],
            left: vec![None; words],
            right: vec![None; words],
            earlier: vec![None; words],
            was_returned: vec![false; words],
            begins: vec![false; words],
        }
    }

    fn words(&self) -> usize {
        self.arcs.len()
    }

    /// Returns the word on the stack below `depth` others.
    fn on_stack(&self, depth: usize) -> Option<usize> {
        let place = self.stack.len().checked_sub(depth + 1)?;
        self.stack.get(place).copied()
    }

    /// Returns the word to come after `distance` others.
    fn ahead(&self, distance: usize) -> Option<usize> {
        if let Some(place) = self.returned.len().checked_sub(distance + 1) {
            self.returned.get(place).copied()
        } else {
            let word = self.next + (distance - self.returned.len());
            (word < self.words()).then_some(word)
        }
    }

    fn remaining(&self) -> usize {
        self.words() - self.next + self.returned.len()
    }

    pub(crate) fn is_final(&self) -> bool {
        self.stack.is_empty() && self.remaining() == 0
    }

    /// Returns the words that the network looks at; `None` where there is none.
    pub(crate) fn slots(&self) -> [Option<usize>; SLOTS] {
        let (next, top) = (self.ahead(0), self.on_stack(0));
        let last = |side: &[Option<usize>], word: Option<usize>| word.and_then(|word| side[word]);
        [
            next,
            self.ahead(1),
            top,
            self.on_stack(1),
            self.on_stack(2),
            last(&self.left, next),
            last(&self.left, top),
            last(&self.right, top),
        ]
    }

    /// Returns what may be done. Something always may until the state is final.
    pub(crate) fn legal(&self) -> Legal {
        let (empty, remaining) = (self.stack.is_empty(), self.remaining());
        let next = self.ahead(0);
        let begins = next.is_some_and(|word| self.begins[word]);
        let returned = next.is_some_and(|word| self.was_returned[word]);
        let breaks = match (next, self.ahead(1)) {
            (Some(next), Some(after)) => after == next + 1 && !self.begins[after],
            _ => false,
        };
        Legal {
            shift: remaining > 0 && (empty || (remaining >= 2 && !begins && !returned)),
            reduce: !empty,
            arc: !empty && remaining > 0 && !begins,
            breaks,
        }
    }

    /// Does a move that is legal; does nothing if it is not.
    pub(crate) fn apply(&mut self, step: Move) {
        match (step, self.on_stack(0), self.ahead(0)) {
            (Move::Shift, _, Some(_)) => self.push(),
            (Move::Reduce, Some(top), _) => {
                self.stack.pop();
                if self.arcs[top].is_none() && !self.stack.is_empty() {
                    self.was_returned[top] = true;
                    self.returned.push(top);
                }
            }
            (Move::Left(label), Some(top), Some(next)) => {
                self.attach(next, top, label);
                self.was_returned[next] = false;
                self.stack.pop();
            }
            (Move::Right(label), Some(top), Some(next)) => {
                self.attach(top, next, label);
                self.push();
            }
            (Move::Break, _, _) => {
                if let Some(word) = self.ahead(1) {
                    self.begins[word] = true;
                }
            }
            _ => {}
        }
    }

    fn push(&mut self) {
        if let Some(word) = self.ahead(0) {
            if self.returned.pop().is_none() {
                self.next += 1;
            }
            self.stack.push(word);
        }
    }

    fn attach(&mut self, head: usize, word: usize, label: usize) {
        if let Some((old, _)) = self.arcs[word] {
            let side = if old > word { &mut self.left } else { &mut self.right };
            // A word with a head is on top of the stack, so it is the last one of its old head.
            if side[old] == Some(word) {
                side[old] = self.earlier[word];
            }
        }
        let side = if head > word { &mut self.left } else { &mut self.right };
        self.earlier[word] = side[head].replace(word);
        self.arcs[word] = Some((head, label));
    }

    pub(crate) fn into_arcs(self) -> Vec<Arc> {
        self.arcs
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Move, State};

    const KINDS: [Move; 5] =
        [Move::Shift, Move::Reduce, Move::Left(0), Move::Right(1), Move::Break];

    fn legal(state: &State) -> Vec<Move> {
        let legal = state.legal();
        KINDS.into_iter().filter(|step| legal.allows(*step)).collect()
    }

    #[track_caller]
    fn check(words: usize, steps: &[Move], expected: &[Move]) -> State {
        let mut state = State::new(words);
        for step in steps {
            assert!(state.legal().allows(*step), "{step:?} of {steps:?}");
            state.apply(*step);
        }
        assert_eq!(legal(&state), expected);
        state
    }

    #[test]
    fn only_what_leads_on_is_legal() {
        use Move::{Break, Left, Reduce, Right, Shift};
        check(0, &[], &[]);
        check(1, &[], &[Shift]);
        check(1, &[Shift], &[Reduce]);
        check(3, &[], &[Shift, Break]);
        check(3, &[Shift], &[Shift, Reduce, Left(0), Right(1), Break]);
        check(3, &[Shift, Shift], &[Reduce, Left(0), Right(1)]);
        // A word that was handed back must get a head before it is put on the stack again.
        check(3, &[Shift, Shift, Reduce], &[Reduce, Left(0), Right(1), Break]);
        // Nothing joins two sentences.
        let words = check(2, &[Break, Shift], &[Reduce]).into_arcs();
        assert_eq!(words, [None; 2]);
    }

    #[test]
    fn a_later_arc_replaces_an_earlier_one() {
        use Move::{Left, Right, Shift};
        let state = check(3, &[Shift, Right(1), Left(0)], &[Move::Reduce, Left(0), Right(1)]);
        let [next, after, top, .., left_of_next, _, right_of_top] = state.slots();
        assert_eq!((next, after, top), (Some(2), None, Some(0)));
        assert_eq!((left_of_next, right_of_top), (Some(1), None));
        assert_eq!(state.into_arcs(), [None, Some((2, 0)), None]);
    }

    #[test]
    fn an_illegal_move_changes_nothing() {
        let mut state = State::new(1);
        for step in [Move::Reduce, Move::Left(0), Move::Right(0), Move::Break] {
            state.apply(step);
        }
        assert_eq!(legal(&state), [Move::Shift]);
    }

    proptest! {
        #[test]
        fn every_parse_comes_to_its_end(words in 1_usize..12, choices in any::<u64>()) {
            let mut state = State::new(words);
            let mut chance = choices;
            let mut steps = 0;
            while !state.is_final() {
                let legal = legal(&state);
                prop_assert!(!legal.is_empty());
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state.apply(legal[(chance >> 33) as usize % legal.len()]);
                steps += 1;
                prop_assert!(steps < 50 * (words + 1));
            }
        }
    }
}
