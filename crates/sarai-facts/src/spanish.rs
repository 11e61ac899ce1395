//! Reads Spanish.
//!
//! A message is cut into words and sentences; what is a question, a command or a story is put
//! aside; each sentence that is left is cut into clauses, one to a verb, and each clause tells who
//! does what to whom. What a clause leaves out is found in what was said before, and a message
//! without a verb is read as a note or as an answer.

use std::ops::Range;

use sarai_core::language::Language;

use crate::claim::{Claim, Effect, Party};
use crate::reading::{Discourse, Reading, Refusal, Refused};
use crate::spanish::clauses::{Clause, Link};
use crate::spanish::parts::{Line, Part};
use crate::spanish::subjects::Cast;
use crate::spanish::words::Word;

mod claims;
mod clauses;
mod clefts;
mod dates;
mod dialogue;
mod fillers;
mod gapping;
mod groups;
mod guards;
mod lexicon;
mod lists;
mod notes;
mod numbers;
mod parts;
mod phrases;
mod quotations;
mod renewals;
mod subjects;
mod words;

/// Returns the base form of a verb that is written like this, when it is known.
pub(crate) fn base_form(word: &str) -> Option<&'static str> {
    lexicon::forms(&word.to_lowercase()).first().map(|form| form.verb)
}

/// Returns whether a folded noun says what somebody does for a living: `enfermera`.
pub(crate) fn is_trade(folded: &str) -> bool {
    lists::is_trade(folded)
}

/// Reads a message in Spanish.
pub(crate) fn read(text: &str, discourse: &Discourse<'_>) -> Reading {
    let mut reader = Reader {
        discourse,
        cast: Cast::before(discourse),
        reading: Reading {
            language: Language::Spanish,
            claims: vec![],
            refused: vec![],
            leftovers: vec![],
        },
        fiction: false,
        label: None,
    };
    let question = dialogue::question(discourse);
    if let Some(question) = &question {
        reader.cast.saw(question.subjects.clone());
        for stated in &question.stated {
            reader.cast.object(stated.object.clone());
        }
        reader.cast.told = false;
    }
    let words = reader.unmasked(words::words(text));
    let (said, quoted) = quotations::unquoted(&words);
    let mut words = fillers::without(&said);
    if question.is_none() && discourse.earlier.iter().any(|earlier| !earlier.claims.is_empty()) {
        words = dialogue::unannounced(&words);
    }
    let (words, repairs) = dialogue::repaired(&words, discourse.day);
    for span in quoted {
        reader.refuse(span, Refusal::Quotation);
    }
    let sentences = guards::sentences(&words);
    let replied = dialogue::reply(&words, &sentences, question.as_ref(), discourse);
    let rest = replied.as_ref().map_or(0, |replied| replied.rest);
    for sentence in sentences {
        let own = sentence.words.start.max(rest)..sentence.words.end;
        if !own.is_empty() {
            reader.sentence(&words[own], sentence.asks);
        }
    }
    dialogue::mend(&mut reader.reading.claims, &repairs, discourse.day);
    if let Some(replied) = replied {
        reader.answered(replied);
    }
    dialogue::correct(&said, &words, &mut reader.reading.claims, discourse);
    dialogue::succeed(&words, &mut reader.reading.claims, discourse);
    reader.finish();
    reader.reading
}

struct Reader<'a> {
    discourse: &'a Discourse<'a>,
    cast: Cast,
    reading: Reading,
    /// Whether a story has begun.
    fiction: bool,
    /// The subject of the note before.
    label: Option<Party>,
}

impl Reader<'_> {
    /// Leaves out the words that are not the speaker's.
    fn unmasked(&mut self, words: Vec<Word>) -> Vec<Word> {
        let masked = self.discourse.masked;
        for range in masked {
            self.refuse(range.clone(), Refusal::Masked);
        }
        let own = |word: &Word| {
            masked.iter().all(|range| word.span.end <= range.start || range.end <= word.span.start)
        };
        words.into_iter().filter(own).collect()
    }

    fn refuse(&mut self, span: Range<usize>, reason: Refusal) {
        self.reading.refused.push(Refused { span, reason });
    }

    fn sentence(&mut self, words: &[Word], asks: bool) {
        let line = parts::line(words, self.discourse.day);
        let span = line.bytes(0..line.tokens.len());
        if asks {
            self.topic(&line);
            return self.refuse(span, Refusal::Question);
        }
        if self.fiction {
            return self.refuse(span, Refusal::Fiction);
        }
        if let Some(reason) = guards::sentence(&line) {
            self.fiction = reason == Refusal::Fiction;
            return self.refuse(span, reason);
        }
        let clauses = gapping::filled(&line, clefts::straightened(&line, clauses::clauses(&line)));
        if clauses.is_empty() {
            return self.verbless(&line);
        }
        self.clauses(&line, &clauses);
    }

    /// A question of one noun names what is spoken of next, and so does one of where it is:
    /// `¿El patinete? Se lo vendí`, `¿Dónde puse el pasaporte? Ah, ya, está en la mesilla`.
    fn topic(&mut self, line: &Line) {
        let found = phrases::phrases(line, 0..line.tokens.len());
        let nouns: Vec<_> =
            found.iter().filter(|it| it.bare() && it.form == phrases::Form::Noun).collect();
        let sought = line.tokens.iter().any(|token| token.word.low == "dónde");
        if let [only] = &nouns[..]
            && (sought || found.len() == 1)
        {
            for party in &only.parties {
                self.cast.object(party.clone());
            }
            self.cast.saw(only.parties.clone());
        }
    }

    fn verbless(&mut self, line: &Line) {
        let start = guards::opening(line);
        // `busca vuelos a Lima`
        let asked = line.tokens.get(start).is_some_and(|token| {
            token.part == Part::Noun
                && token.forms.iter().any(|form| {
                    form.person == 3
                        && !form.plural
                        && form.tense == lexicon::Tense::Present
                        && lists::within("errand", form.verb)
                })
                && line.part(start + 1) == Some(Part::Noun)
        });
        let action = asked || line.part(start) == Some(Part::Infinitive);
        if action {
            return self.refuse(line.bytes(start..line.tokens.len()), Refusal::Command);
        }
        let found =
            notes::claims(line, start..line.tokens.len(), self.discourse.day, self.label.as_ref());
        self.label = found.last().map(|claim| claim.subject.clone()).or(self.label.take());
        if found.is_empty() {
            // Perhaps there is a verb that nobody here knows.
            self.reading.leftovers.push(line.bytes(start..line.tokens.len()));
        }
        self.reading.claims.extend(found);
    }

    fn clauses(&mut self, line: &Line, clauses: &[Clause]) {
        let mut parties: Vec<Option<Party>> = Vec::new();
        let mut refused: Vec<Option<Refusal>> = Vec::new();
        let conditional = clauses.iter().any(|clause| {
            let link = clause.before.start.wrapping_sub(1);
            // `por si te sirve` is no condition of what is told.
            clause.link == Link::If && line.is(link, "si") && !line.is(link.wrapping_sub(1), "por")
        });
        for (at, clause) in clauses.iter().enumerate() {
            let previous = at.checked_sub(1).and_then(|before| clauses.get(before));
            let mut reason = guards::clause(line, clause, previous);
            if conditional
                && reason.is_none()
                && !matches!(clause.link, Link::Because | Link::Relative)
            {
                reason = Some(Refusal::Hypothetical);
            }
            if reason.is_none() && clause.link == Link::That && at > 0 {
                let reminded = previous.is_some_and(|previous| {
                    lists::within("remind", &crate::fold::fold(previous.group.verb))
                });
                let told_so = previous.is_some_and(|previous| {
                    previous.group.person(2, false)
                        || previous.group.person(2, true)
                        || previous.group.tense() == lexicon::Tense::Imperative
                });
                reason = refused[at - 1]
                    .filter(|reason| !reminded || !(*reason == Refusal::Command || told_so));
            }
            if reason.is_none() && self.fiction {
                reason = Some(Refusal::Quotation);
            }
            if reason.is_none()
                && matches!(clause.link, Link::Relative)
                && at > 0
                && self.reading.refused.last().is_some_and(|_| refused[at - 1].is_some())
            {
                reason = refused[at - 1];
            }
            if reason.is_none()
                && self.commands(line, clause, at > 0 && refused[at - 1] == Some(Refusal::Command))
            {
                reason = Some(Refusal::Command);
            }
            let told = clauses.get(at + 1).is_some_and(|next| {
                let apart = line.tokens[..next.words().start]
                    .iter()
                    .rev()
                    .find(|token| token.part != Part::Link)
                    .is_some_and(|token| token.part == Part::Mark);
                next.link == Link::That || next.link == Link::Asks && !apart
            });
            let dictated = reason == Some(Refusal::Command)
                && lists::within("dictation", &crate::fold::fold(clause.group.verb));
            self.fiction = self.fiction || dictated;
            refused.push(reason);
            let mut scene = claims::Scene::new(line, clause, self.discourse.day);
            scene.antecedent = clause.antecedent.clone().and_then(|range| antecedent(line, range));
            parties.push(scene.antecedent.clone());
            match reason {
                Some(reason) => self.refuse(scene.span.clone(), reason),
                None if told => self.teller(&scene),
                None if claims::aside(clause.link) => {}
                None => self.tell(&scene),
            }
        }
    }

    /// Who says or knows what follows is spoken of, but that they say it is not kept.
    fn teller(&mut self, scene: &claims::Scene<'_>) {
        let person =
            scene.before.iter().find(|phrase| phrase.bare() && phrase.form == phrases::Form::Noun);
        if let Some(phrase) = person {
            self.cast.saw(phrase.parties.clone());
        }
    }

    fn tell(&mut self, scene: &claims::Scene<'_>) {
        let Some(found) = claims::claims(scene, &mut self.cast) else { return };
        if found.is_empty() {
            self.reading.leftovers.push(scene.span.clone());
        }
        self.reading.claims.extend(found);
    }

    /// Whether a clause tells the assistant to do something.
    fn commands(&self, line: &Line, clause: &Clause, after_command: bool) -> bool {
        let group = &clause.group;
        let form = group.forms.first();
        let shaped = form.is_some_and(|form| {
            form.person == 3
                && !form.plural
                && matches!(form.tense, lexicon::Tense::Present | lexicon::Tense::Subjunctive)
        });
        let lead = phrases::phrases(line, clause.before.clone());
        let subject = lead
            .iter()
            .any(|phrase| matches!(phrase.form, phrases::Form::Noun | phrases::Form::Pronoun));
        let tail = phrases::phrases(line, clause.after.clone());
        let behind = tail.iter().any(|phrase| {
            let person =
                phrase.parties.iter().all(|party| party.kind == crate::claim::Kind::Person);
            phrase.bare()
                && phrase.form == phrases::Form::Noun
                && person
                && phrase.opening == phrases::Opening::Possessive
        });
        if behind && !lists::within("command", group.verb)
            || group.words.start < group.finite && !group.clitics.is_empty()
        {
            return false;
        }
        let irregular =
            ["venir", "tener", "salir", "hacer", "decir", "ser", "ir", "poner", "haber"]
                .into_iter()
                .any(|verb| {
                    group.forms.iter().any(|form| {
                        form.verb.ends_with(verb)
                            && form.tense == lexicon::Tense::Present
                            && (verb.len() > 2 || form.verb == verb)
                    })
                });
        if irregular && !after_command {
            return false;
        }
        if !shaped
            || subject
            || clause.link != Link::Free
            || group.has("se")
            || group.has("le")
            || group.has("me") && group.words.start < group.finite
        {
            return false;
        }
        if group.is(&["ser", "estar", "tener", "haber", "llamar"])
            && !after_command
            && self.cast.told
        {
            return false;
        }
        let opens = clause.words().start <= guards::opening(line) || after_command;
        let ordered = lists::within("command", &crate::fold::fold(group.verb))
            || lists::within("remind", &crate::fold::fold(group.verb));
        let known = self.cast.third(None, Some(false)).is_some();
        // `juega al rugby` tells of who was spoken of; `juega conmigo` does not.
        let shared = line.tokens.iter().any(|token| token.one_of(&["conmigo", "nos", "me"]));
        let practised = group.is(&["jugar", "tocar"]) && !shared;
        opens && (ordered && !practised && !self.cast.told || !known)
    }

    /// Puts an answer before what follows it; a no that is put right is not kept.
    fn answered(&mut self, replied: dialogue::Replied) {
        let mut claims = replied.claims;
        for claim in &mut self.reading.claims {
            let old = claims.iter().find(|old| {
                replied.denied
                    && old.negated
                    && old.relation == claim.relation
                    && old.subject.name == claim.subject.name
            });
            if let Some(old) = old {
                claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
            }
        }
        let right = |old: &Claim| {
            self.reading.claims.iter().any(|claim| {
                claim.relation == old.relation && claim.subject.name == old.subject.name
            })
        };
        claims.retain(|old| !(replied.denied && right(old)));
        claims.append(&mut self.reading.claims);
        self.reading.claims = claims;
    }

    /// Puts the last touches to what was found.
    fn finish(&mut self) {
        for claim in &mut self.reading.claims {
            claims::tidy(&mut claim.object);
        }
        self.reading.claims.retain(|claim| !claim.subject.name.is_empty());
        renewals::settle(&mut self.reading.claims);
    }
}

/// The noun a relative clause tells of: the last before it.
fn antecedent(line: &Line, range: Range<usize>) -> Option<Party> {
    let found = phrases::phrases(line, range);
    let noun = found.iter().rev().find(|phrase| phrase.form == phrases::Form::Noun)?;
    noun.parties.last().cloned()
}
