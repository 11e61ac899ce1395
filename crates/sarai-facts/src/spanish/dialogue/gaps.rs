//! Questions for a word: what they leave open.

use jiff::civil::Date;

use crate::claim::Party;
use crate::spanish::claims::Scene;
use crate::spanish::clauses::Clause;
use crate::spanish::groups::Group;
use crate::spanish::lists::within;
use crate::spanish::parts::{Line, Part};
use crate::spanish::phrases::{Form, Opening, Phrase};
use crate::spanish::subjects::Cast;

use super::{Gap, Question};

/// Reads a question with a question word; `None` for one with yes or no.
pub(super) fn read(
    line: &Line,
    clauses: &[Clause],
    today: Date,
    cast: &mut Cast,
) -> Option<Question> {
    let at = line
        .tokens
        .iter()
        .position(|token| token.part == Part::Link && within("interrogative", &token.word.fold))?;
    let clause = clauses.iter().find(|clause| clause.group.words.start > at)?;
    let open = line.tokens[..at].iter().all(|token| {
        !matches!(token.part, Part::Verb | Part::Link) || within("greeting", &token.word.fold)
    });
    if !open {
        return None;
    }
    let word = line.tokens[at].word.fold.as_str();
    let preposition = at
        .checked_sub(1)
        .filter(|before| line.part(*before) == Some(Part::Preposition))
        .map(|before| match line.tokens[before].word.fold.as_str() {
            "al" => "a",
            "del" => "de",
            other => other,
        });
    let scene = Scene::new(line, clause, today);
    let group = scene.group();
    let counted = counted(line, at, clause);
    let relation = relation(word, preposition, group, counted.as_deref());
    let agent = word.starts_with("quien")
        && preposition.is_none()
        && !group.is(&["ser"])
        && (group.person(3, false) || group.person(3, true));
    if agent {
        let object = scene
            .after
            .iter()
            .find(|phrase| phrase.form == Form::Noun)
            .and_then(|phrase| phrase.parties.first().cloned())?;
        return Some(Question {
            subjects: vec![object.clone()],
            stated: Vec::new(),
            either: false,
            gap: Some(Gap { relation, object: Some(object), moment: false, counted: None }),
        });
    }
    let feels = group.is(&["estar"]) || group.is(&["ir"]) && scene.after.is_empty();
    if feels && matches!(word, "que" | "como") && preposition.is_none() {
        return None;
    }
    let front = crate::spanish::phrases::phrases(line, 0..at);
    let front = front.iter().find(|phrase| phrase.form == Form::Noun && phrase.bare());
    let subjects = match front {
        Some(phrase) => phrase.parties.clone(),
        None => subjects(&scene, cast)?,
    };
    let timed = word == "cuando" || counted.as_deref().is_some_and(time);
    let object = if timed { taken(&scene, &subjects) } else { None };
    let moment = object.is_some();
    Some(Question {
        subjects,
        stated: Vec::new(),
        either: false,
        gap: Some(Gap { relation, object, moment, counted }),
    })
}

/// `¿prefieres té o café?` asks for a word, like `¿qué prefieres?`.
pub(super) fn preferred() -> Question {
    let gap = Gap { relation: "preferir".to_owned(), object: None, moment: false, counted: None };
    Question { subjects: vec![Party::speaker()], stated: Vec::new(), either: true, gap: Some(gap) }
}

/// Reads a question without a verb: `¿y tu madre?`, of whom something is told next, and `¿y tu
/// apellido?`, which one word answers.
pub(super) fn verbless(line: &Line) -> Option<Question> {
    let found = crate::spanish::phrases::phrases(line, 0..line.tokens.len());
    let [only] = &found[..] else { return None };
    if !only.bare() || only.form != Form::Noun || only.opening != Opening::Possessive {
        return None;
    }
    let valued = within("written", &only.head) || within("attribute", &only.head);
    let named = matches!(only.head.as_str(), "nombre" | "apellido" | "apellidos" | "edad");
    let gap = Gap { relation: "ser".to_owned(), object: None, moment: false, counted: None };
    Some(Question {
        subjects: only.parties.clone(),
        stated: Vec::new(),
        either: false,
        gap: (valued || named).then_some(gap),
    })
}

/// The relation of the claim that the answer completes.
fn relation(word: &str, preposition: Option<&str>, group: &Group, counted: Option<&str>) -> String {
    let verb = &group.relation;
    match (word, preposition) {
        _ if group.is(&["llamar", "apellidar"]) => "llamarse".to_owned(),
        ("donde" | "adonde", None) if group.is(&["ir", "viajar"]) || word == "adonde" => {
            format!("{verb}_a")
        }
        ("donde", None) => format!("{verb}_en"),
        ("como", None) if group.is(&["ir", "venir", "volver"]) => format!("{verb}_en"),
        (_, Some(preposition)) if counted.is_none_or(|noun| !time(noun)) => {
            format!("{verb}_{preposition}")
        }
        _ => verb.clone(),
    }
}

/// What is had or done at the time that is asked for: `¿cuándo tienes la cita?`.
fn taken(scene: &Scene<'_>, subjects: &[Party]) -> Option<Party> {
    let known = |phrase: &&Phrase| phrase.form == Form::Noun && phrase.bare();
    let other = |party: &&Party| subjects.iter().all(|subject| subject.name != party.name);
    scene.after.iter().filter(known).flat_map(|phrase| &phrase.parties).find(other).cloned()
}

fn time(noun: &str) -> bool {
    matches!(crate::fold::fold(noun).as_str(), "dia" | "hora" | "fecha" | "mes" | "ano")
}

/// The noun after `qué` or `cuántos`.
fn counted(line: &Line, at: usize, clause: &Clause) -> Option<String> {
    let words = at + 1..clause.group.words.start;
    let noun = line.tokens.get(words)?.iter().find(|token| token.content())?;
    Some(noun.word.text.clone())
}

fn subjects(scene: &Scene<'_>, cast: &Cast) -> Option<Vec<Party>> {
    let group = scene.group();
    if group.has("me") && !group.person(1, false) || group.person(1, false) {
        return Some(vec![Party::speaker()]);
    }
    if group.person(1, true) {
        return Some(vec![Party::speaker()]);
    }
    let felt = scene.all().find(|phrase| {
        phrase.with("a") && phrase.form == Form::Noun && (group.has("le") || group.has("les"))
    });
    if let Some(phrase) = felt {
        return Some(phrase.parties.clone());
    }
    let known = |phrase: &&Phrase| {
        phrase.form == Form::Noun && phrase.bare() && (phrase.opening != Opening::Indefinite)
    };
    let said = scene.after.iter().find(known);
    said.map(|phrase| phrase.parties.clone())
        .or_else(|| cast.third(None, Some(!group.person(3, false))))
}
