//! From arcs to the trees of sentences: crossing arcs are put back, then sentences are told apart.

use std::ops::Range;

/// Joins a label with that of the head that an arc was lifted from.
const LIFTED: &str = "||";

/// The trees of a text: for each word its head (its own place for a root) and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trees {
    pub(crate) heads: Vec<usize>,
    pub(crate) labels: Vec<String>,
}

impl Trees {
    /// Puts each arc with a label like `nsubj||conj` back to the first `conj` below its head,
    /// searched in breadth, as such arcs were lifted from there before training.
    pub(crate) fn restore_lifted(&mut self, is_space: impl Fn(usize) -> bool) {
        for word in 0..self.heads.len() {
            let Some((label, head_label)) = self.labels[word].split_once(LIFTED) else { continue };
            let (label, head_label) = (label.to_owned(), head_label.to_owned());
            if let Some(head) = self.below(word, &head_label, &is_space) {
                self.heads[word] = head;
            }
            self.labels[word] = label;
        }
    }

    fn below(&self, word: usize, label: &str, is_space: impl Fn(usize) -> bool) -> Option<usize> {
        let mut level = vec![self.heads[word]];
        // No path in a tree is longer than the number of words: an end even for broken trees.
        for _ in 0..self.heads.len() {
            let mut next = Vec::new();
            for head in &level {
                for child in 0..self.heads.len() {
                    let is_child = self.heads[child] == *head && child != *head;
                    if !is_child || child == word || is_space(child) {
                        continue;
                    }
                    if self.labels[child] == label {
                        return Some(child);
                    }
                    next.push(child);
                }
            }
            if next.is_empty() {
                return None;
            }
            level = next;
        }
        None
    }

    /// Returns the words of each sentence: one begins at the first word of each tree.
    pub(crate) fn sentences(&self) -> Vec<Range<usize>> {
        let count = self.heads.len();
        let mut first: Vec<usize> = (0..count).collect();
        for word in 0..count {
            let root = self.root(word);
            first[root] = first[root].min(word);
        }
        let mut starts: Vec<usize> =
            (0..count).filter(|word| self.heads[*word] == *word).map(|root| first[root]).collect();
        starts.push(0);
        starts.push(count);
        starts.sort_unstable();
        starts.dedup();
        starts.windows(2).map(|pair| pair[0]..pair[1]).collect()
    }

    fn root(&self, word: usize) -> usize {
        let mut place = word;
        for _ in 0..self.heads.len() {
            if self.heads[place] == place {
                break;
            }
            place = self.heads[place];
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::Trees;

    fn trees(words: &[(usize, &str)]) -> Trees {
        Trees {
            heads: words.iter().map(|(head, _)| *head).collect(),
            labels: words.iter().map(|(_, label)| (*label).to_owned()).collect(),
        }
    }

    #[track_caller]
    fn check_restored(lifted: &[(usize, &str)], expected: &[(usize, &str)]) {
        let mut found = trees(lifted);
        found.restore_lifted(|word| lifted[word].1 == "space");
        assert_eq!(found, trees(expected));
    }

    #[test]
    fn a_lifted_arc_goes_back_to_the_nearest_such_word() {
        check_restored(
            &[(1, "obj||xcomp"), (1, "ROOT"), (1, "xcomp"), (2, "xcomp")],
            &[(2, "obj"), (1, "ROOT"), (1, "xcomp"), (2, "xcomp")],
        );
        check_restored(
            &[(1, "obj||xcomp"), (1, "ROOT"), (1, "space"), (1, "ccomp"), (3, "xcomp")],
            &[(4, "obj"), (1, "ROOT"), (1, "space"), (1, "ccomp"), (3, "xcomp")],
        );
        check_restored(&[(1, "obj||conj"), (1, "ROOT")], &[(1, "obj"), (1, "ROOT")]);
    }

    #[track_caller]
    fn check_sentences(heads: &[usize], expected: &[usize]) {
        let words: Vec<(usize, &str)> = heads.iter().map(|head| (*head, "")).collect();
        let starts: Vec<usize> =
            trees(&words).sentences().into_iter().map(|words| words.start).collect();
        assert_eq!(starts, expected);
    }

    #[test]
    fn a_sentence_begins_with_its_tree() {
        check_sentences(&[], &[]);
        check_sentences(&[0], &[0]);
        check_sentences(&[1, 1, 1, 4, 4], &[0, 3]);
        check_sentences(&[2, 0, 2, 3], &[0, 3]);
        // Even what no parse makes, a circle, is some sentence.
        check_sentences(&[1, 0], &[0]);
    }
}
