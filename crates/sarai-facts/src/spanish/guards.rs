//! What must not be kept: questions, commands, wishes, conditions, fiction, quotations.

use std::ops::Range;

use crate::reading::Refusal;
use crate::spanish::clauses::{Clause, Link};
use crate::spanish::groups::Aspect;
use crate::spanish::lexicon::Tense;
use crate::spanish::lists::within;
use crate::spanish::parts::{Line, Part};
use crate::spanish::words::Word;

/// A sentence of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Which words of the message.
    pub words: Range<usize>,
    pub asks: bool,
}

/// Splits words into sentences; a question within one stands by itself.
pub(super) fn sentences(words: &[Word]) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut start = 0;
    let mut asking = false;
    let close = |found: &mut Vec<Stretch>, range: Range<usize>, asks: bool| {
        if words[range.clone()].iter().any(|word| !word.mark) {
            found.push(Stretch { words: range, asks });
        }
    };
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.mark) {
        let text = word.text.as_str();
        if text == "¿" {
            close(&mut found, start..at, false);
            (start, asking) = (at + 1, true);
        } else if text == "?" {
            let open = if asking { start } else { question_start(words, start, at) };
            close(&mut found, start..open, false);
            close(&mut found, open..at, true);
            (start, asking) = (at + 1, false);
        } else if matches!(text, "!" | "¡" | "\n" | ";" | "…" | "•") || text.starts_with('.') {
            close(&mut found, start..at, asking);
            (start, asking) = (at + 1, false);
        }
    }
    close(&mut found, start..words.len(), asking);
    found
}

/// Where a question without `¿` begins: after the last mark before its question word.
fn question_start(words: &[Word], start: usize, end: usize) -> usize {
    let comma = |range: Range<usize>| range.rev().find(|at| words[*at].mark);
    let Some(last) = comma(start..end) else { return start };
    let opener = words.get(last + 1).is_some_and(|word| {
        within("interrogative", &word.fold)
            || word.one_of(&[
                "a", "de", "en", "con", "por", "y", "me", "puedes", "sabes", "te", "tienes",
                "podrias",
            ])
    });
    if opener { last + 1 } else { start }
}

/// Says why nothing of a sentence is kept, as far as its first words show it.
pub(super) fn sentence(line: &Line) -> Option<Refusal> {
    let tokens = &line.tokens;
    let open = opening(line);
    let first = tokens.get(open)?;
    let fictive = tokens.iter().enumerate().any(|(at, token)| {
        let told = token.part == Part::Verb
            && token
                .forms
                .iter()
                .any(|form| matches!(form.verb, "imaginar" | "fingir" | "soñar" | "inventar"));
        let staged = within("fiction", &token.word.fold)
            && at > 0
            && (line.is(at - 1, "la")
                || line.is(at - 1, "el")
                || line.is(at - 1, "del")
                || line.is(at - 1, "una")
                || line.is(at - 1, "un")
                || line.is(at - 1, "mi"))
            && at > 1
            && tokens[at.saturating_sub(2)].one_of(&[
                "en",
                "de",
                "sobre",
                "segun",
                "escribe",
                "haz",
                "cuenta",
                "inventa",
                "cuentame",
                "escribeme",
                "invéntate",
                "redacta",
            ]);
        told || (staged && at < open + 8)
    });
    if fictive
        || matches!(
            first.word.fold.as_str(),
            "imagina"
                | "imaginate"
                | "imaginemos"
                | "imaginaos"
                | "imaginad"
                | "suponte"
                | "figurate"
                | "pongamos"
                | "jugamos"
                | "supon"
                | "supongamos"
                | "finge"
                | "erase"
                | "hagamos"
                | "juguemos"
                | "actua"
        )
    {
        return Some(Refusal::Fiction);
    }
    let staged = tokens
        .windows(3)
        .any(|three| three[0].is("vamos") && three[1].is("a") && three[2].is("jugar"))
        || first.is("haz") && (line.is(open + 1, "de") || line.is(open + 1, "como"))
        || first.one_of(&["eres", "seras"]) && line.part(open + 1) == Some(Part::Article);
    if staged {
        return Some(Refusal::Fiction);
    }
    let wishes = first.is("quien")
        && tokens
            .get(open + 1)
            .is_some_and(|next| next.forms.iter().any(|form| form.tense == Tense::PastSubjunctive));
    if first.is("ojala")
        || wishes
        || (first.one_of(&["a"]) && line.is(open + 1, "ver") && line.is(open + 2, "si"))
    {
        return Some(Refusal::Hypothetical);
    }
    let soft = tokens.iter().any(|token| {
        within("soft", &token.word.fold) && token.part != Part::Noun && !token.is("igual")
    }) || first.is("igual");
    let maybe = tokens
        .windows(3)
        .any(|three| three[0].is("a") && three[1].is("lo") && three[2].is("mejor"))
        || tokens.windows(2).any(|two| two[0].is("tal") && two[1].is("vez"))
        || tokens.windows(2).any(|two| two[0].is("puede") && two[1].is("que"));
    if soft || maybe {
        return Some(Refusal::Hypothetical);
    }
    if first.part == Part::Link && asks(line, open) {
        return Some(Refusal::Question);
    }
    let preposed = first.part == Part::Preposition
        && tokens.get(open + 1).is_some_and(|token| {
            token.part == Part::Link
                && within("interrogative", &token.word.fold)
                && (token.word.low.contains(['é', 'á', 'ó']) || token.is("que"))
        });
    if preposed && !first.one_of(&["para", "sin", "hasta", "desde"]) {
        return Some(Refusal::Question);
    }
    None
}

/// Skips greetings, calls and small words at the beginning of a sentence.
pub(super) fn opening(line: &Line) -> usize {
    let small = |at: usize| {
        let token = &line.tokens[at];
        token.part == Part::Mark
            || (within("greeting", &token.word.fold) && token.part != Part::Verb)
            || (token.part == Part::And && at == 0)
            || (token.part == Part::But && at == 0)
    };
    let mut at = 0;
    while at < line.tokens.len() && small(at) {
        at += 1;
    }
    at
}

/// Whether a question word opens a question that carries no mark.
fn asks(line: &Line, at: usize) -> bool {
    let token = &line.tokens[at];
    let marked = token.word.low.contains(['é', 'á', 'ó', 'í']);
    let verbs = line.tokens.iter().filter(|token| token.part == Part::Verb).count();
    let comma = line.tokens.iter().skip(at).any(|token| token.is(","));
    if marked {
        return true;
    }
    match token.word.fold.as_str() {
        "que" => {
            line.part(at + 1) != Some(Part::Verb)
                || line.tokens.get(at + 1).is_some_and(|next| {
                    next.one_of(&[
                        "es",
                        "hora",
                        "significa",
                        "hay",
                        "hago",
                        "haces",
                        "puedo",
                        "tiempo",
                        "dia",
                    ])
                })
        }
        "donde" | "quien" | "quienes" | "cual" | "cuales" | "cuanto" | "cuanta" | "cuantos"
        | "cuantas" | "adonde" => verbs <= 1 || !comma,
        "cuando" | "como" => {
            verbs <= 1 && !comma && matches!(line.part(at + 1), Some(Part::Verb | Part::Clitic))
        }
        _ => false,
    }
}

/// Says why a clause is not kept.
pub(super) fn clause(line: &Line, clause: &Clause, previous: Option<&Clause>) -> Option<Refusal> {
    let group = &clause.group;
    match clause.link {
        Link::If => return Some(Refusal::Hypothetical),
        Link::Asks => return Some(Refusal::Question),
        _ => {}
    }
    match group.tense() {
        Tense::PastSubjunctive | Tense::Conditional => return Some(Refusal::Hypothetical),
        Tense::Subjunctive => {
            let indicative = group
                .forms
                .iter()
                .any(|form| form.exact && matches!(form.tense, Tense::Present | Tense::Preterite));
            let known = group
                .forms
                .iter()
                .any(|form| matches!(form.tense, Tense::Present | Tense::Preterite));
            if !indicative && !known {
                let main = clause.link == Link::Free && clause.before.is_empty();
                return Some(if main { Refusal::Command } else { Refusal::Hypothetical });
            }
        }
        Tense::Imperative => return Some(Refusal::Command),
        _ => {}
    }
    if group.aspect == Aspect::Unreal
        || (group.tense() == Tense::Imperfect && group.aspect == Aspect::Planned)
    {
        return Some(Refusal::Hypothetical);
    }
    let addressed = group.person(2, false) || group.person(2, true);
    let other = group.person(1, false)
        || group.person(1, true)
        || group.person(3, false)
        || group.person(3, true);
    if addressed && !other {
        return Some(Refusal::Command);
    }
    if group.has("te")
        && group.is(&["pedir", "preguntar", "decir", "contar", "agradecer", "llamar"])
        && group.person(1, false)
    {
        return Some(Refusal::Command);
    }
    let hedged = previous.is_some_and(|previous| clause.link == Link::That && doubts(previous));
    let _ = line;
    hedged.then_some(Refusal::Hypothetical)
}

/// `creo que`, `espero que`, `no sé si`, `dicen que`: what follows is not sure.
pub(super) fn doubts(clause: &Clause) -> bool {
    let group = &clause.group;
    let guessed = within("guess", group.verb) && !group.is(&["temer"]);
    let wished = group.is(&[
        "esperar",
        "querer",
        "desear",
        "preferir",
        "necesitar",
        "sonar",
        "soñar",
        "pedir",
    ]);
    let rumoured = group.is(&["decir", "contar"])
        && group.person(3, true)
        && clause.before.is_empty()
        && group.clitics.is_empty();
    guessed || wished || (rumoured && false) || group.aspect == Aspect::Unreal
}
