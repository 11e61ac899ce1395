//! Answers to the assistant's question, confirmations and corrections.

use crate::claim::{Claim, Party};
use crate::reading::{Discourse, Role};
use crate::spanish::claims::{self, Scene};
use crate::spanish::clauses::{self, Clause};
use crate::spanish::guards;
use crate::spanish::lexicon::Tense;
use crate::spanish::parts;
use crate::spanish::subjects::Cast;
use crate::spanish::words::{self, Word};

mod answers;
mod corrections;
mod gaps;
mod repairs;
mod successions;

pub(super) use answers::{Replied, reply};
pub(super) use corrections::{correct, unannounced};
pub(super) use repairs::{mend, repaired};
pub(super) use successions::succeed;

/// What the assistant asked last.
pub(super) struct Question {
    pub subjects: Vec<Party>,
    /// What is claimed when the answer is yes; empty when the question is for a word.
    pub stated: Vec<Claim>,
    /// Whether only one of what is stated can be so: `¿estudias o trabajas?`.
    pub either: bool,
    /// The place of the answer in a claim.
    pub gap: Option<Gap>,
}

/// A claim with a place for the answer.
pub(super) struct Gap {
    pub relation: String,
    /// The object, when the answer is the subject or the time.
    pub object: Option<Party>,
    /// Whether the answer is the time at which it is so.
    pub moment: bool,
    /// The noun that is counted or chosen: `hermanos` in `¿cuántos hermanos tienes?`.
    pub counted: Option<String>,
}

/// Reads the question at the end of the assistant's last message.
pub(super) fn question(discourse: &Discourse<'_>) -> Option<Question> {
    let last = discourse.earlier.last().filter(|earlier| earlier.role == Role::Assistant)?;
    let words: Vec<Word> = words::words(&last.text).into_iter().map(turned).collect();
    let stretches = guards::sentences(&words);
    let asked =
        stretches.iter().rposition(|stretch| stretch.asks).or(stretches.len().checked_sub(1))?;
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
    // `¿desde cuándo vives aquí?` states that one lives here, and asks for its beginning only.
    let since = words[range.clone()]
        .windows(2)
        .position(|pair| pair[0].is("desde") && pair[1].is("cuando"))
        .map_or(range.start, |at| range.start + at + 2);
    let line = parts::line(&words[since..range.end], discourse.day);
    let mut found = clauses::clauses(&line);
    if found.is_empty() {
        return gaps::verbless(&line);
    }
    for clause in &mut found {
        turn(clause);
    }
    if let Some(mut question) = gaps::read(&line, &found, discourse.day, &mut cast) {
        let object = question.gap.as_mut().and_then(|gap| gap.object.as_mut());
        question.subjects.iter_mut().chain(object).for_each(|party| party.span = None);
        return Some(question);
    }
    let either = line.tokens.iter().any(|token| token.one_of(&["o", "u"]));
    if either && found[0].group.is(&["preferir"]) && found[0].group.person(1, false) {
        return Some(gaps::preferred());
    }
    if offers(&found) {
        return None;
    }
    let mut stated: Vec<Claim> = Vec::new();
    for clause in found.iter().filter(|clause| !claims::aside(clause.link)) {
        if guards::clause(&line, clause, None).is_none() {
            let scene = Scene::new(&line, clause, discourse.day);
            stated.extend(claims::claims(&scene, &mut cast).unwrap_or_default());
        }
    }
    for claim in &mut stated {
        (claim.subject.span, claim.object.span) = (None, None);
    }
    let subjects = stated.first().map(|claim| vec![claim.subject.clone()]).unwrap_or_default();
    Some(Question { subjects, stated, either, gap: None })
}

/// Whether the assistant offers to do something rather than asks about the user.
fn offers(clauses: &[Clause]) -> bool {
    let wished =
        ["querer", "apetecer", "parecer", "necesitar", "desear", "preferir", "poder", "ayudar"];
    clauses.first().is_some_and(|clause| {
        clause.group.is(&wished)
            || wished.iter().any(|verb| clause.group.relation.starts_with(verb))
    })
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
    let second = group.forms.iter().any(|form| form.person == 2 && form.tense != Tense::Imperative);
    group.forms.retain(|form| if second { form.person == 2 } else { form.person == 3 });
    for form in &mut group.forms {
        if form.person == 2 {
            form.person = 1;
        }
    }
}
