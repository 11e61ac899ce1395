//! Verb groups: a finite verb with its pronouns, its negation and the verbs it helps.

use std::ops::Range;

use crate::spanish::lexicon::{Form, Tense};
use crate::spanish::parts::{Line, Part};

/// What a verb says of the time of what it tells, beyond its tense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Aspect {
    Plain,
    /// `he vivido`, `acabo de llegar`.
    Done,
    /// `estoy leyendo`, `sigo trabajando`, `llevo dos años viviendo`.
    Going,
    /// `voy a ir`, `quiero comprar`.
    Planned,
    /// `he vuelto a fumar`, `he empezado a fumar`.
    Resumed,
    /// `he dejado de fumar`.
    Ended,
    /// `podría`, `debería`, `iba a`.
    Unreal,
}

/// A finite verb and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// From its first pronoun or negation to its last verb.
    pub words: Range<usize>,
    /// Where its finite verb stands.
    pub finite: usize,
    /// The verb that carries the meaning.
    pub verb: &'static str,
    /// The verbs that name the relation: `vivir`, `querer_comprar`.
    pub relation: String,
    pub forms: Vec<Form>,
    pub aspect: Aspect,
    pub negated: bool,
    /// Its pronouns, folded, in front and at the end.
    pub clitics: Vec<String>,
    pub passive: bool,
}

impl Group {
    pub(super) fn tense(&self) -> Tense {
        self.forms.first().map_or(Tense::Present, |form| form.tense)
    }

    pub(super) fn is(&self, verbs: &[&str]) -> bool {
        verbs.contains(&self.verb)
    }

    pub(super) fn has(&self, clitic: &str) -> bool {
        self.clitics.iter().any(|own| own == clitic)
    }

    /// Whether the finite verb can have this person.
    pub(super) fn person(&self, person: u8, plural: bool) -> bool {
        let tense = self.tense();
        self.forms.iter().any(|form| {
            (form.person, form.plural) == (person, plural) && (form.tense == tense || form.exact)
        })
    }
}

/// Returns the verb groups of a line, in their order.
pub(super) fn groups(line: &Line) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < line.tokens.len() {
        if line.part(at) == Some(Part::Verb)
            && let Some(group) = group(line, at, found.last().map_or(0, |last| last.words.end))
        {
            at = group.words.end.max(at + 1);
            found.push(group);
        } else {
            at += 1;
        }
    }
    found
}

fn group(line: &Line, at: usize, floor: usize) -> Option<Group> {
    let token = &line.tokens[at];
    let forms: Vec<Form> = token.forms.iter().filter(|form| form.tense.finite()).copied().collect();
    let mut verb = chosen(line, at, &forms)?;
    let forms = forms.iter().filter(|form| form.verb == verb).copied().collect();
    let mut start = at;
    let mut clitics = Vec::new();
    let mut negated = false;
    while start > floor {
        match line.part(start - 1) {
            Some(Part::Clitic) => clitics.insert(0, line.tokens[start - 1].word.fold.clone()),
            Some(Part::Not) => negated = true,
            _ => break,
        }
        start -= 1;
    }
    let mut chain = Chain {
        line,
        end: at + 1,
        aspect: Aspect::Plain,
        named: Vec::new(),
        passive: false,
        clitics: Vec::new(),
    };
    let unreal = matches!(token.forms.first().map(|form| form.tense), Some(Tense::Conditional));
    verb = chain.follow(verb, 0);
    if unreal && chain.aspect != Aspect::Ended {
        chain.aspect = Aspect::Unreal;
    }
    chain.named.push(verb);
    clitics.extend(chain.clitics.iter().map(|clitic| (*clitic).to_owned()));
    Some(Group {
        words: start..chain.end,
        finite: at,
        verb,
        relation: chain.named.join("_"),
        forms,
        aspect: chain.aspect,
        negated,
        clitics,
        passive: chain.passive,
    })
}

/// Decides between verbs with the same form: `fui`, `sentí`, `viste`.
fn chosen(line: &Line, at: usize, forms: &[Form]) -> Option<&'static str> {
    let first = forms.first()?;
    if matches!(first.verb, "ser" | "ir") && forms.iter().any(|form| form.verb != first.verb) {
        let goes = (at + 1..line.tokens.len().min(at + 3))
            .any(|next| line.is(next, "a") || line.is(next, "al"))
            || at > 0 && ["me", "te", "se", "nos"].iter().any(|own| line.is(at - 1, own));
        return Some(if goes { "ir" } else { "ser" });
    }
    Some(first.verb)
}

/// The verbs after a finite one that belong to it.
struct Chain<'a> {
    line: &'a Line,
    end: usize,
    aspect: Aspect,
    named: Vec<&'static str>,
    passive: bool,
    clitics: Vec<&'static str>,
}

impl Chain<'_> {
    /// Returns the verb that carries the meaning.
    fn follow(&mut self, verb: &'static str, depth: u8) -> &'static str {
        if depth > 3 {
            return verb;
        }
        if verb == "haber"
            && let Some(next) = self.next_of(Part::Participle, 1)
        {
            self.aspect = if self.aspect == Aspect::Plain { Aspect::Done } else { self.aspect };
            let main = self.take(next, true);
            return self.follow(main, depth + 1);
        }
        if matches!(
            verb,
            "estar" | "seguir" | "andar" | "continuar" | "ir" | "llevar" | "venir" | "quedar"
        ) && let Some(next) = self.next_of(Part::Gerund, if verb == "llevar" { 6 } else { 2 })
        {
            self.aspect = if self.aspect == Aspect::Done { Aspect::Done } else { Aspect::Going };
            let main = self.take(next, false);
            return self.follow(main, depth + 1);
        }
        if verb == "llevar"
            && let Some(next) = self.without()
        {
            self.aspect = Aspect::Ended;
            let main = self.take(next, false);
            return self.follow(main, depth + 1);
        }
        if verb == "ser"
            && let Some(next) = self.next_of(Part::Participle, 1)
            && self.line.part(self.end) == Some(Part::Participle)
            && !self.describes()
        {
            self.passive = true;
            return self.take(next, true);
        }
        match self.infinitive(verb) {
            Some((next, aspect, named)) => {
                if named {
                    self.named.push(verb);
                }
                if self.aspect == Aspect::Plain
                    || matches!(aspect, Aspect::Ended | Aspect::Going | Aspect::Resumed)
                {
                    self.aspect = aspect;
                }
                let main = self.take(next, false);
                self.follow(main, depth + 1)
            }
            None => verb,
        }
    }

    /// Where the infinitive of `llevo dos meses sin fumar` stands.
    fn without(&self) -> Option<usize> {
        let reach = self.line.tokens.len().min(self.end + 6);
        let at = (self.end..reach).find(|at| self.line.is(*at, "sin"))?;
        let timed = (self.end..at).all(|at| {
            matches!(
                self.line.part(at),
                Some(
                    Part::Article
                        | Part::Time
                        | Part::Number
                        | Part::Quantity
                        | Part::Noun
                        | Part::Adverb
                )
            )
        });
        (timed && self.line.part(at + 1) == Some(Part::Infinitive)).then_some(at + 1)
    }

    /// Whether the verb before a participle is in the present, which describes rather than tells.
    fn describes(&self) -> bool {
        self.line.tokens.get(self.end.wrapping_sub(1)).is_some_and(|token| {
            token.forms.iter().any(|form| form.verb == "ser" && form.tense == Tense::Present)
        })
    }

    /// Returns where the next word of this part stands, over a few adverbs and times.
    fn next_of(&self, part: Part, reach: usize) -> Option<usize> {
        (self.end..self.line.tokens.len().min(self.end + reach + 2))
            .take_while(|at| {
                *at == self.end
                    || matches!(
                        self.line.part(at - 1),
                        Some(
                            Part::Adverb
                                | Part::Time
                                | Part::Number
                                | Part::Noun
                                | Part::Not
                                | Part::Quantity
                                | Part::Article
                        )
                    ) && (reach > 2
                        || matches!(self.line.part(at - 1), Some(Part::Adverb | Part::Not)))
            })
            .find(|at| {
                self.line.part(*at) == Some(part)
                    || (part == Part::Participle && self.participle(*at))
            })
    }

    fn participle(&self, at: usize) -> bool {
        self.line.tokens.get(at).is_some_and(|token| {
            !matches!(token.part, Part::Mark | Part::Time)
                && token.forms.iter().any(|form| form.tense == Tense::Participle)
        })
    }

    fn take(&mut self, at: usize, participle: bool) -> &'static str {
        let token = &self.line.tokens[at];
        self.end = at + 1;
        self.clitics.extend(&token.clitics);
        let wanted =
            |form: &&Form| (form.tense == Tense::Participle) == participle && !form.tense.finite();
        token.forms.iter().find(wanted).or(token.forms.first()).map_or("ser", |form| form.verb)
    }

    /// The infinitive a verb helps, how, and whether the helper is part of the relation.
    fn infinitive(&self, verb: &'static str) -> Option<(usize, Aspect, bool)> {
        let mut at = self.end;
        while self.line.part(at) == Some(Part::Adverb) {
            at += 1;
        }
        let link = self.line.tokens.get(at).map(|token| token.word.fold.as_str());
        let (skip, aspect, named) = match (verb, link) {
            ("ir", Some("a")) if self.aspect == Aspect::Done => (1, Aspect::Done, false),
            ("ir", Some("a")) | ("haber", Some("de")) => (1, Aspect::Planned, false),
            ("venir" | "marchar" | "mudar", Some("a")) => (1, self.aspect, true),
            ("volver", Some("a")) => (1, Aspect::Resumed, false),
            ("empezar" | "comenzar" | "poner" | "entrar", Some("a")) => (1, Aspect::Resumed, true),
            ("pasar", Some("a")) => (1, Aspect::Going, false),
            ("acabar" | "terminar", Some("de")) => (1, Aspect::Done, false),
            ("dejar" | "parar", Some("de")) => (1, Aspect::Ended, false),
            ("tener" | "haber", Some("que")) => (1, Aspect::Planned, true),

            ("aprender" | "ayudar" | "enseñar" | "negar", Some("a")) | ("tratar", Some("de")) => {
                (1, Aspect::Plain, true)
            }
            ("deber", Some("de")) => (1, Aspect::Unreal, true),

            ("querer" | "pensar" | "desear" | "necesitar" | "esperar" | "planear", _) => {
                (0, Aspect::Planned, true)
            }
            ("deber", _) => (0, Aspect::Planned, true),
            (
                "poder" | "saber" | "soler" | "preferir" | "intentar" | "lograr" | "conseguir"
                | "odiar" | "adorar" | "detestar" | "evitar" | "decidir" | "aguantar" | "soportar",
                _,
            ) => (0, Aspect::Plain, verb != "soler"),
            _ => return None,
        };
        let next = at + skip;
        (self.line.part(next) == Some(Part::Infinitive)).then_some((next, aspect, named))
    }
}
