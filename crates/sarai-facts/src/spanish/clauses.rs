//! Clauses: which words go with which verb.

use std::ops::Range;

use crate::fold::fold;
use crate::spanish::groups::{self, Group};
use crate::spanish::lexicon::{Form, Tense};
use crate::spanish::lists::within;
use crate::spanish::parts::{Line, Part};

/// How a clause hangs on what is before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Link {
    /// It stands by itself or is joined by `y`, `pero` or a comma.
    Free,
    /// It tells of the noun before it.
    Relative,
    /// It is what is said, known or thought.
    That,
    /// `porque`, `aunque`, `así que`: as good as free.
    Because,
    /// `cuando`, `mientras`: it only says when.
    When,
    /// `si`, `para que`, `como si`: it may not be so.
    If,
    /// An indirect question.
    Asks,
}

/// A verb and the words that go with it.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    pub group: Group,
    pub before: Range<usize>,
    pub after: Range<usize>,
    pub link: Link,
    /// The words of the relative: `que`, `con quien`, `donde`.
    pub relative: Range<usize>,
    /// The words a relative clause tells of end here.
    pub antecedent: Option<Range<usize>>,
}

impl Clause {
    /// All its words.
    pub(super) fn words(&self) -> Range<usize> {
        self.before.start.min(self.group.words.start)..self.after.end.max(self.group.words.end)
    }
}

/// Splits a line into clauses, one for each verb group.
pub(super) fn clauses(line: &Line) -> Vec<Clause> {
    let mut splitter = Splitter { line, done: Vec::new(), pending: None };
    for group in groups::groups(line) {
        splitter.add(group);
    }
    if let Some(last) = splitter.done.last_mut() {
        last.after = last.group.words.end..aside(line, last.group.words.end);
    }
    splitter.done
}

/// Where a line ends, or words without a verb that only follow from it or say what it is good for:
/// `soy celíaca, así que nada de pan`, `calzo un 38, por si ayuda`.
fn aside(line: &Line, from: usize) -> usize {
    const OPENINGS: &[[&str; 2]] =
        &[["asi", "que"], ["por", "si"], ["por", "eso"], ["o", "sea"], ["conque", "nada"]];
    (from..line.tokens.len())
        .find(|at| OPENINGS.iter().any(|[one, two]| line.is(*at, one) && line.is(*at + 1, two)))
        .unwrap_or(line.tokens.len())
}

struct Splitter<'a> {
    line: &'a Line,
    done: Vec<Clause>,
    /// Words before a relative clause whose own verb is still to come.
    pending: Option<Range<usize>>,
}

/// Where a new clause begins and how it is linked.
struct Cut {
    /// Where the words before it end.
    end: usize,
    /// Where its own words begin.
    start: usize,
    link: Link,
    relative: Range<usize>,
}

impl Splitter<'_> {
    fn add(&mut self, group: Group) {
        let from = self.done.last().map_or(0, |last| last.group.words.end);
        let to = group.words.start;
        let mut cut = self.cut(from, &group);
        let mut antecedent = None;

        let mut before = cut.start..to;
        if cut.link == Link::Relative
            && (from..cut.end).all(|at| {
                matches!(self.line.part(at), Some(Part::Time | Part::Adverb | Part::Mark))
            })
        {
            cut.link = Link::Because;
            before = from..to;
        }
        if cut.link == Link::Relative {
            let host = self.done.last().map_or(0, |last| last.group.words.end);
            antecedent = Some(host..cut.end);
            if self.done.is_empty() {
                self.pending = Some(from..cut.end);
            }
        } else if cut.link == Link::Free
            && let Some(pending) = self.pending.clone()
            && self.done.last().is_some_and(|last| last.link == Link::Relative)
            && !self.subject_in(cut.start..to)
        {
            let joined = matches!(self.line.part(cut.end), Some(Part::And | Part::But))
                && cut.end < cut.start;
            if !joined {
                before = pending;

                self.pending = None;
                cut.end = cut.end.max(from);
            }
        }
        if let Some(last) = self.done.last_mut() {
            last.after = last.group.words.end..cut.end;
        }
        self.done.push(Clause {
            group,
            before,
            after: to..to,
            link: cut.link,
            relative: cut.relative,
            antecedent,
        });
    }

    fn subject_in(&self, range: Range<usize>) -> bool {
        range.into_iter().any(|at| {
            matches!(
                self.line.part(at),
                Some(Part::Article | Part::Possessive | Part::Name | Part::Pronoun | Part::Noun)
            )
        })
    }

    /// Decides where the clause of a verb begins.
    fn cut(&self, from: usize, group: &Group) -> Cut {
        let to = group.words.start;
        let link = (from..to).rev().find(|at| self.line.part(*at) == Some(Part::Link));
        if let Some(at) = link.filter(|at| !self.comparison(*at)) {
            return self.linked(from, at, group);
        }
        let free =
            |end: usize, start: usize| Cut { end, start, link: Link::Free, relative: to..to };
        let joint = (from..to).rev().find(|at| {
            matches!(self.line.part(*at), Some(Part::And | Part::But)) && self.plain(*at + 1..to)
        });
        if let Some(at) = joint {
            return match self.joint(from, at, group) {
                Some(at) => free(at, at + 1),
                None => free(from, from),
            };
        }
        if self.done.is_empty() {
            return free(from, from);
        }
        if self.ordered() && self.subject_in(from..to) {
            let skip = usize::from(self.line.part(from) == Some(Part::Mark));
            return Cut { end: from, start: from + skip, link: Link::That, relative: to..to };
        }
        let mark = |at: &usize| self.line.part(*at) == Some(Part::Mark) && !self.apposed(*at, to);
        if let Some(at) = (from..to).rev().find(mark) {
            return free(at, at + 1);
        }
        let resumes = self.pending.is_some()
            && self.done.last().is_some_and(|last| last.link == Link::Relative);
        let start = if resumes { to } else { self.run_on(from, to, group) };
        free(start, start)
    }

    /// Decides which conjunction opens the clause; `None` when it only joins nouns of the subject.
    fn joint(&self, from: usize, at: usize, group: &Group) -> Option<usize> {
        let to = group.words.start;
        let several = group.person(3, true) && !group.person(3, false);
        if several && at + 1 < to && self.line.part(at + 1) != Some(Part::Time) {
            let earlier = (from..at).rev().find(|earlier| {
                matches!(self.line.part(*earlier), Some(Part::And | Part::But))
                    || self.line.is(*earlier, ",")
            });
            match earlier {
                Some(earlier) if self.noun(earlier + 1..at) => return Some(earlier),
                None if self.done.is_empty() => return None,
                _ => {}
            }
        }
        let joins = self.done.is_empty()
            && self.line.part(at) == Some(Part::And)
            && self.subject_in(from..at);
        (!joins).then_some(at)
    }

    /// Whether these words are one noun with its article.
    fn noun(&self, mut range: Range<usize>) -> bool {
        let nominal = [Part::Article, Part::Possessive, Part::Noun, Part::Name, Part::Quantity];
        !range.is_empty()
            && range.all(|at| self.line.part(at).is_some_and(|part| nominal.contains(&part)))
    }

    /// Whether all there is so far is an order to take note of what follows.
    fn ordered(&self) -> bool {
        let [first] = &self.done[..] else { return false };
        let group = &first.group;
        let order = |form: &Form| {
            let plain = form.tense == Tense::Present && form.person == 3 && !form.plural;
            form.tense == Tense::Imperative || plain && group.verb != "tener"
        };
        !self.subject_in(first.before.clone())
            && first.link == Link::Free
            && group.clitics.is_empty()
            && group.forms.iter().any(order)
            && within("remind", &fold(group.verb))
    }

    /// Whether these words can stand before a verb without a clause of their own.
    fn plain(&self, mut range: Range<usize>) -> bool {
        range.all(|at| self.line.part(at) != Some(Part::Infinitive))
    }

    /// Whether a comma only sets off a name between a noun and its verb.
    fn apposed(&self, at: usize, to: usize) -> bool {
        if !self.line.is(at, ",") || at + 1 != to {
            return false;
        }
        let start = (0..at).rev().take(4).find(|earlier| self.line.is(*earlier, ","));
        start.is_some_and(|start| {
            start + 1 < at
                && (start + 1..at)
                    .all(|at| matches!(self.line.part(at), Some(Part::Name | Part::Article)))
        })
    }

    /// `más que`, `igual que`: no clause of its own.
    fn comparison(&self, at: usize) -> bool {
        self.line.is(at, "que")
            && at > 0
            && self.line.tokens[at - 1]
                .one_of(&["mas", "menos", "mejor", "peor", "mayor", "menor", "igual"])
            && self.line.part(at + 1) != Some(Part::Verb)
    }

    /// Decides where a clause begins that opens with `que`, `porque`, `si`, `donde`…
    fn linked(&self, from: usize, at: usize, group: &Group) -> Cut {
        let line = self.line;
        let word = line.tokens[at].word.fold.as_str();
        if let Some(cut) = self.subordinate(from, at) {
            return cut;
        }
        let free = |link| Cut { end: at, start: at + 1, link, relative: at..at };
        let led = |at: usize| {
            line.part(at) == Some(Part::Article) && word != "donde"
                || line.part(at) == Some(Part::Preposition)
        };
        let mut tail = at;
        while tail > from && led(tail - 1) {
            tail -= 1;
        }
        let told = self.done.last().is_some_and(|last| {
            let near = last.group.words.end >= tail || self.reaches(last.group.words.end, at);
            near || within("report", last.group.verb) && word == "que" && tail == at
        });
        if told && word == "que" && line.part(at.wrapping_sub(1)) != Some(Part::Article) {
            return free(Link::That);
        }
        if told && matches!(word, "quien" | "donde" | "cual" | "cuanto") {
            return free(Link::Asks);
        }
        let comma = tail > 0 && line.is(tail - 1, ",");
        let end = if comma { tail - 1 } else { tail };
        let own = !group.person(3, false) && !group.person(3, true);
        let opening = tail == from && self.done.is_empty();
        let causal = tail == from || comma && (own && tail == at || tail - 1 == from);
        if word == "que" && causal {
            let link = if opening { Link::That } else { Link::Because };
            return Cut { end, start: at + 1, link, relative: at..at };
        }
        if opening {
            return Cut { end: tail, start: at + 1, link: Link::When, relative: tail..at + 1 };
        }
        Cut { end: end.min(at), start: at + 1, link: Link::Relative, relative: tail..at + 1 }
    }

    /// The clauses of conjunctions that are never relatives.
    fn subordinate(&self, from: usize, at: usize) -> Option<Cut> {
        let line = self.line;
        let word = &line.tokens[at].word;
        let after = |verbs: &[&str]| self.done.last().is_some_and(|last| last.group.is(verbs));
        let before = at.checked_sub(1).map_or("", |before| line.tokens[before].word.fold.as_str());
        let (back, link) = match (word.fold.as_str(), before) {
            _ if word.low.contains(['é', 'ó', 'á', 'í']) && word.low != "así" => {
                (0, Link::Asks)
            }
            ("si", _) if after(&["saber", "preguntar", "decir", "ver", "recordar"]) => {
                (0, Link::Asks)
            }
            (
                "cuanto" | "cuanta" | "cuantos" | "cuantas" | "cuando" | "donde" | "quien" | "cual",
                _,
            ) if after(&["saber", "preguntar", "decir", "recordar", "contar"]) => (0, Link::Asks),
            ("si", _) => (0, Link::If),
            ("porque" | "pues" | "aunque" | "puesto", _) | ("que", "porque" | "aunque") => {
                (0, Link::Because)
            }
            ("cuando" | "mientras" | "apenas", _) => (0, Link::When),
            ("como", _) if after(&["saber", "recordar", "decir"]) => (0, Link::Asks),
            ("como", _) => (0, if at == from { Link::Because } else { Link::When }),
            ("que", "desde") => (1, Link::When),
            ("que", "para" | "sin" | "hasta" | "antes") => (1, Link::If),
            ("que", "ya" | "asi" | "puesto" | "dado" | "conque" | "es" | "mientras")
                if line.part(at - 1) != Some(Part::Verb) =>
            {
                (1, Link::Because)
            }
            // `apunta que … y que …`
            ("que", "y" | "e") if self.done.iter().any(|clause| clause.link == Link::That) => {
                (1, Link::Because)
            }
            _ => return None,
        };
        Some(Cut { end: at - back, start: at + 1, link, relative: at..at })
    }

    /// Whether only small words stand between: `acuérdate de que`, `dice también que`.
    fn reaches(&self, from: usize, at: usize) -> bool {
        (from..at).all(|at| {
            matches!(self.line.part(at), Some(Part::Adverb | Part::Clitic))
                || self.line.is(at, "cuenta")
                || self.line.part(at) == Some(Part::Infinitive)
                    && self.line.tokens[at].verb().is_some_and(|verb| within("report", verb))
                || self.line.is(at, "de")
                || self.line.is(at, "en")
        })
    }

    /// Where a clause begins that nothing separates from the one before.
    fn run_on(&self, from: usize, to: usize, group: &Group) -> usize {
        let line = self.line;
        let mut start = to;
        while start > from && matches!(line.part(start - 1), Some(Part::Time | Part::Adverb)) {
            start -= 1;
        }
        let times = start;
        if start > from
            && line.part(start - 1) == Some(Part::Pronoun)
            && line.part(start.wrapping_sub(2)) != Some(Part::Preposition)
        {
            return start - 1;
        }
        if !group.person(3, false) && !group.person(3, true) {
            return if times > from { times } else { to };
        }
        let mut open = start;
        while open > from {
            let part = line.part(open - 1);
            let joins = line.is(open - 1, "de") || line.is(open - 1, "del");
            if !matches!(
                part,
                Some(
                    Part::Noun
                        | Part::Name
                        | Part::Participle
                        | Part::Article
                        | Part::Possessive
                        | Part::Number
                )
            ) && !joins
            {
                break;
            }
            open -= 1;
            if matches!(part, Some(Part::Article | Part::Possessive))
                && !matches!(line.part(open.wrapping_sub(1)), Some(Part::Preposition))
                && open > from
            {
                let gustar = line.is(open.wrapping_sub(1), "a");
                return if gustar { open - 1 } else { open };
            }
        }
        let felt = group.has("le") || group.has("les") || group.has("me");
        if felt && open > from && line.is(open - 1, "a") { open - 1 } else { to }
    }
}
