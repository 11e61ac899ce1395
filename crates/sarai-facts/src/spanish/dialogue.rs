//! Answers to the assistant's question, confirmations and corrections.

use jiff::civil::Date;
use sarai_core::fact::{Extractor, FactStatus};

use crate::claim::{Claim, Effect, Kind, Party};
use crate::reading::{Discourse, Earlier, Role};
use crate::spanish::claims::{self, Scene};
use crate::spanish::clauses::{self, Clause};
use crate::spanish::guards::{self, Stretch};
use crate::spanish::parts::{self, Line, Part};
use crate::spanish::phrases::{self, Form, Phrase};
use crate::spanish::subjects::Cast;
use crate::spanish::words::{self, Word};

mod gaps;

/// What the assistant asked last.
pub(super) struct Question {
    pub subjects: Vec<Party>,
    /// What is claimed when the answer is yes; empty when the question is for a word.
    pub stated: Vec<Claim>,
    /// The place of the answer in a claim.
    pub gap: Option<Gap>,
}

/// A claim with a place for the answer.
pub(super) struct Gap {
    pub relation: String,
    /// The object, when the answer is the subject.
    pub object: Option<Party>,
    /// The noun that is counted or chosen: `hermanos` in `¿cuántos hermanos tienes?`.
    pub counted: Option<String>,
}

/// Reads the question at the end of the assistant's last message.
pub(super) fn question(discourse: &Discourse<'_>) -> Option<Question> {
    let last = discourse.earlier.last().filter(|earlier| earlier.role == Role::Assistant)?;
    let words: Vec<Word> = words::words(&last.text).into_iter().map(turned).collect();
    let stretches = guards::sentences(&words);
    let asked = stretches.iter().rposition(|stretch| stretch.asks)?;
    let mut cast = Cast::before(&Discourse {
        earlier: &discourse.earlier[..discourse.earlier.len() - 1],
        ..*discourse
    });
    let stretch = &stretches[asked];
    let tag = words[stretch.words.clone()].iter().filter(|word| !word.mark).count() <= 3
        && words[stretch.words.clone()]
            .iter()
            .any(|word| word.one_of(&["no", "verdad", "cierto", "correcto"]));
    let range =
        if tag && asked > 0 { stretches[asked - 1].words.clone() } else { stretch.words.clone() };
    let line = parts::line(&words[range], discourse.day);
    let mut found = clauses::clauses(&line);
    for clause in &mut found {
        turn(clause);
    }
    if let Some(question) = gaps::read(&line, &found, discourse.day, &mut cast) {
        return Some(question);
    }
    let mut stated = Vec::new();
    for clause in found.iter().filter(|clause| !claims::aside(clause.link)) {
        if guards::clause(&line, clause, None).is_none() {
            stated.extend(claims::claims(&Scene::new(&line, clause, discourse.day), &mut cast));
        }
    }
    let subjects = stated.first().map(|claim| vec![claim.subject.clone()]).unwrap_or_default();
    Some(Question { subjects, stated, gap: None })
}

/// The words of the one addressed, as that one would say them.
fn turned(mut word: Word) -> Word {
    let own = match word.fold.as_str() {
        "tu" => "mi",
        "tus" => "mis",
        "ti" => "mí",
        "te" => "me",
        "os" => "nos",
        "vuestro" => "nuestro",
        "vuestra" => "nuestra",
        "contigo" => "conmigo",
        _ => return word,
    };
    own.clone_into(&mut word.low);
    word.fold = crate::fold::fold(own);
    own.clone_into(&mut word.text);
    word
}

fn turn(clause: &mut Clause) {
    let group = &mut clause.group;
    let second = group.forms.iter().any(|form| form.person == 2);
    group.forms.retain(|form| if second { form.person == 2 } else { form.person == 3 });
    for form in &mut group.forms {
        if form.person == 2 {
            form.person = 1;
        }
    }
}

/// Reads a message that is nothing but an answer; `None` when it is more or no answer.
pub(super) fn reply(
    words: &[Word],
    stretches: &[Stretch],
    question: Option<&Question>,
    discourse: &Discourse<'_>,
) -> Option<Vec<Claim>> {
    let question = question?;
    let first = stretches.first().filter(|first| !first.asks)?;
    let line = parts::line(&words[first.words.clone()], discourse.day);
    if line.tokens.iter().any(|token| token.part == Part::Verb) && !affirms(&line) {
        return None;
    }
    let span = line.bytes(0..line.tokens.len());
    if question.gap.is_none() {
        return decided(&line, question, discourse, span);
    }
    let gap = question.gap.as_ref()?;
    let start = guards::opening(&line);
    let answer = answer(&line, start, discourse.day)?;
    let mut found = Vec::new();
    for mut party in answer.parties {
        let (subject, object) = match &gap.object {
            Some(object) => (party.clone(), object.clone()),
            None => {
                counted(&mut party, gap);
                (question.subjects.first()?.clone(), party)
            }
        };
        found.push(made(subject, gap.relation.clone(), object, answer.when.clone(), span.clone()));
    }
    Some(found)
}

/// `Cuatro` to `¿Cuántos hermanos tienes?` is `cuatro hermanos`.
fn counted(party: &mut Party, gap: &Gap) {
    if let Some(counted) = gap.counted.as_ref().filter(|_| party.kind == Kind::Quantity)
        && !party.name.contains(' ')
    {
        party.name = format!("{} {counted}", party.name);
    }
    if gap.relation == "llamarse" {
        party.name = phrases::capitalised(&party.name);
        if let Some(name) = party.also.pop() {
            party.name = name;
        }
    }
}

fn made(
    subject: Party,
    relation: String,
    object: Party,
    when: Option<String>,
    span: std::ops::Range<usize>,
) -> Claim {
    Claim {
        subject,
        relation,
        object,
        negated: false,
        status: FactStatus::Current,
        when,
        since: None,
        effect: Effect::Add,
        extractor: Extractor::Reply,
        span,
    }
}

struct Answer {
    parties: Vec<Party>,
    when: Option<String>,
}

/// The first thing an answer names.
fn answer(line: &Line, start: usize, today: Date) -> Option<Answer> {
    let end = (start..line.tokens.len())
        .find(|at| {
            matches!(line.part(*at), Some(Part::But | Part::Link))
                || line.is(*at, ",")
                    && !line.tokens[*at..].iter().any(|token| token.part == Part::And)
        })
        .unwrap_or(line.tokens.len());
    let found = phrases::phrases(line, start..end);
    let mut fitting = found.iter().filter(|phrase| {
        matches!(phrase.form, Form::Noun | Form::Time | Form::Action)
            || phrase.form == Form::Adverb
                && phrase.parties.iter().any(|party| party.name.contains(' '))
    });
    let first: &Phrase = fitting.next()?;
    let mut parties = first.parties.clone();
    parties.extend(
        fitting
            .filter(|phrase| {
                phrase.preposition.is_some()
                    && phrase.preposition == first.preposition
                    && phrase.form == first.form
            })
            .flat_map(|phrase| phrase.parties.clone()),
    );
    let moment =
        line.moments.iter().find(|moment| moment.words.start >= start && moment.words.start < end);
    Some(Answer { parties, when: moment.and_then(|moment| moment.iso(today, false)) })
}

/// `sí`, `así es`, `exacto`, `correcto`.
fn affirms(line: &Line) -> bool {
    let said: Vec<&str> = line
        .tokens
        .iter()
        .filter(|token| token.part != Part::Mark)
        .map(|token| token.word.fold.as_str())
        .collect();
    matches!(
        said[..],
        ["asi", "es"]
            | ["eso", "es"]
            | ["si", "asi", "es"]
            | ["si", "eso", "es"]
            | ["claro", "que", "si"]
    )
}

/// An answer with yes or no.
fn decided(
    line: &Line,
    question: &Question,
    discourse: &Discourse<'_>,
    span: std::ops::Range<usize>,
) -> Option<Vec<Claim>> {
    let first = line.tokens.iter().find(|token| token.part != Part::Mark)?;
    let yes = first.one_of(&[
        "si",
        "exacto",
        "correcto",
        "efectivamente",
        "claro",
        "cierto",
        "eso",
        "asi",
        "ajá",
        "aja",
        "justo",
        "exactamente",
        "afirmativo",
        "sip",
        "vale",
        "obvio",
        "verdad",
    ]) || affirms(line);
    let no = first.one_of(&[
        "no", "nunca", "jamas", "que va", "negativo", "tampoco", "nop", "ninguno", "ninguna",
    ]);
    if !yes && !no {
        return None;
    }
    let rest =
        line.tokens.iter().position(|token| std::ptr::eq(token, first)).map_or(1, |at| at + 1);
    let said = answer(line, rest, discourse.day);
    let mut found = Vec::new();
    for stated in &question.stated {
        let mut claim = Claim { extractor: Extractor::Reply, span: span.clone(), ..stated.clone() };
        claim.subject.span = None;
        claim.object.span = None;
        match &said {
            Some(said) if no => {
                let old = claim.object.name.clone();
                claim.object = said.parties.first()?.clone();
                claim.when.clone_from(&said.when);
                claim.effect = Effect::Replace { old: Some(old) };
            }
            Some(said) if yes && said.parties.iter().any(|party| party.kind == Kind::Quantity) => {
                let noun = claim.object.name.clone();
                claim.object = said.parties.first()?.clone();
                if !claim.object.name.contains(' ') {
                    claim.object.name = format!("{} {noun}", claim.object.name);
                }
            }
            _ => claim.negated = no,
        }
        found.push(claim);
    }
    Some(found)
}

/// A message that corrects the one before takes its place: `no, perdona, es Yolima`.
pub(super) fn correct(words: &[Word], claims: &mut Vec<Claim>, discourse: &Discourse<'_>) {
    let sorry = corrects(words);
    if !sorry {
        return;
    }
    let Some(last) = discourse.earlier.iter().rev().find(|earlier| !earlier.claims.is_empty())
    else {
        return;
    };
    if claims.is_empty() {
        claims.extend(amended(words, last, discourse.day));
        return;
    }
    for claim in claims.iter_mut().filter(|claim| !claim.negated && claim.effect == Effect::Add) {
        let old = last.claims.iter().rev().find(|old| {
            let bare_copula = claim.relation == "ser" && claim.subject.span.is_none();
            old.subject.name == claim.subject.name
                && (old.relation == claim.relation || bare_copula)
        });
        if let Some(old) = old {
            claim.relation.clone_from(&old.relation);
            claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
        }
    }
}

fn corrects(words: &[Word]) -> bool {
    let head: Vec<&str> =
        words.iter().filter(|word| !word.mark).take(6).map(|word| word.fold.as_str()).collect();
    let first = head.first().copied().unwrap_or_default();
    matches!(
        first,
        "no" | "perdon"
            | "perdona"
            | "digo"
            | "corrijo"
            | "correccion"
            | "rectifico"
            | "mejor"
            | "ay"
            | "uy"
            | "ups"
    ) || head.windows(2).any(|two| {
        matches!(
            two,
            ["me", "equivoque"]
                | ["en", "realidad"]
                | ["queria", "decir"]
                | ["me", "confundi"]
                | ["quise", "decir"]
        )
    })
}

/// `No, perdona, el martes`: the last claim with another object.
fn amended(words: &[Word], last: &Earlier, today: Date) -> Option<Claim> {
    let old = last.claims.last()?;
    let line = parts::line(words, today);
    let mut start = guards::opening(&line);
    while start < line.tokens.len()
        && (matches!(
            line.part(start),
            Some(
                Part::Not
                    | Part::Mark
                    | Part::Clitic
                    | Part::Verb
                    | Part::Infinitive
                    | Part::Adverb
            )
        ) || crate::spanish::lists::within("greeting", &line.tokens[start].word.fold)
            || line.tokens[start].one_of(&["realidad", "digo"])
            || line.is(start, "en") && line.is(start + 1, "realidad"))
    {
        start += 1;
    }
    let answer = answer(&line, start, today)?;
    let object = answer.parties.first()?.clone();
    let timed = object.kind == Kind::Time && old.object.kind != Kind::Time;
    let mut claim = old.clone();
    claim.effect = Effect::Replace { old: Some(old.object.name.clone()) };
    claim.extractor = Extractor::Reply;
    claim.span = line.bytes(0..line.tokens.len());
    claim.subject.span = None;
    if timed {
        claim.object.span = None;
    } else {
        claim.object = object;
    }
    if answer.when.is_some() {
        claim.when = answer.when;
    }
    Some(claim)
}
