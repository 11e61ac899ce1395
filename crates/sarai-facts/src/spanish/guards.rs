//! What must not be kept: questions, commands, wishes, conditions, fiction, quotations.

use std::ops::Range;

use crate::reading::Refusal;
use crate::spanish::clauses::{Clause, Link};
use crate::spanish::groups::Aspect;
use crate::spanish::lexicon::Tense;
use crate::spanish::lists::within;
use crate::spanish::parts::{self, Line, Part, Token};
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
        } else if text == ";" && verbless(&words[at + 1..]) {
            // `a mí me gusta el mar; a mi pareja, la montaña`: one sentence still.
        } else if matches!(text, "!" | "¡" | "\n" | ";" | "…" | "•") || text.starts_with('.') {
            close(&mut found, start..at, asking);
            (start, asking) = (at + 1, false);
        }
    }
    close(&mut found, start..words.len(), asking);
    found
}

/// Whether there is no verb up to the end of the sentence.
fn verbless(words: &[Word]) -> bool {
    let ends =
        |word: &&Word| !(word.mark && matches!(word.text.as_str(), "." | "!" | "?" | ";" | "¿"));
    let rest = words.iter().take_while(ends);
    !rest.clone().any(parts::verbal) && rest.clone().any(|word| !word.mark)
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
    let open = opening(line);
    let first = line.tokens.get(open)?;
    if fictive(line, open) {
        return Some(Refusal::Fiction);
    }
    if hypothetical(line, open) {
        return Some(Refusal::Hypothetical);
    }
    let preposed = first.part == Part::Preposition
        && !first.one_of(&["para", "sin", "hasta", "desde"])
        && line.tokens.get(open + 1).is_some_and(|token| {
            token.part == Part::Link
                && within("interrogative", &token.word.fold)
                && (token.word.low.contains(['é', 'á', 'ó']) || token.is("que"))
        });
    let reported = first.is("segun")
        && line.part(open + 1) != Some(Part::Possessive)
        && line.tokens.iter().any(|token| token.is(","));
    if reported || retold(line) {
        return Some(Refusal::Quotation);
    }
    let asked = preposed || first.part == Part::Link && asks(line, open);
    asked.then_some(Refusal::Question)
}

/// Whether a sentence tells what a book or a film is about.
fn retold(line: &Line) -> bool {
    let told = |token: &Token| {
        token.part == Part::Noun
            && (within("invention", &token.word.fold)
                || token.one_of(&["libro", "peli", "pelicula", "serie", "historia", "cancion"]))
    };
    ["trata de", "trata sobre", "va de", "va sobre"].into_iter().any(|words| said(line, words))
        && line.tokens.iter().any(told)
}

/// Whether a story, a role or a game begins.
fn fictive(line: &Line, open: usize) -> bool {
    let tokens = &line.tokens;
    let invented = |(at, token): (usize, &Token)| {
        let made_up = |verb: &str| matches!(verb, "imaginar" | "fingir" | "soñar" | "inventar");
        token.part == Part::Verb
            && token.forms.iter().any(|form| made_up(form.verb))
            && !exclaimed(line, at)
    };
    let staged = tokens.windows(3).take(open + 7).any(|three| {
        within("fiction", &three[2].word.fold)
            && three[1].one_of(&["la", "el", "del", "una", "un", "mi"])
            && within("staging", &three[0].word.fold)
    });
    let played = said(line, "vamos a jugar")
        || line.is(open, "haz") && (line.is(open + 1, "de") || line.is(open + 1, "como"))
        || tokens[open].one_of(&["eres", "seras"]) && line.part(open + 1) == Some(Part::Article);
    let titled = tokens
        .iter()
        .position(|token| token.part == Part::Noun && within("invention", &token.word.fold));
    let told = titled.is_some_and(|at| tokens[at..].iter().any(|token| token.is(":")));
    let proverb = tokens.iter().any(|token| {
        token.one_of(&["refran", "protagonista", "antagonista", "personaje", "avatar", "horoscopo"])
    }) || tokens[open].is("como")
        && tokens.get(open + 1).is_some_and(|next| next.verb() == Some("decir"));
    staged
        || told
        || joking(line, open)
        || proverb
        || played
        || within("pretending", &tokens[open].word.fold)
        || tokens.iter().enumerate().any(invented)
}

/// Whether a verb only calls on the listener to see what was told: `imagínate el barro`.
fn exclaimed(line: &Line, at: usize) -> bool {
    const CALLS: &[&str] = &["imaginate", "imaginese", "imaginaos", "imaginense", "imagina"];
    let definite = ["el", "la", "los", "las", "lo", "tu", "usted", "si", "como", "cuanto"];
    line.tokens[at].one_of(CALLS)
        && line
            .tokens
            .get(at + 1)
            .is_none_or(|next| next.part == Part::Mark && !next.is(":") || next.one_of(&definite))
}

/// Whether a joke, a tale or a song begins: `van dos tomates por la calle`, `era una vez un rey`,
/// `canta conmigo: …`.
fn joking(line: &Line, open: usize) -> bool {
    const OPENINGS: &[&str] = &[
        "era una vez",
        "esto es un",
        "esto es una",
        "esto era un",
        "esto era una",
        "esto son dos",
        "esto eran dos",
        "van dos",
        "iban dos",
        "van tres",
        "iban tres",
        "va un",
        "iba un",
        "se abre el telon",
        "se encuentran dos",
    ];
    let tokens = &line.tokens[open..];
    let opens = |words: &&str| words.split(' ').zip(tokens).all(|(word, token)| token.is(word));
    let found =
        OPENINGS.iter().find(|words| words.split(' ').count() < tokens.len() && opens(words));
    // `esto es una foto de mi boda` is no joke: in jokes somebody does something.
    let acted =
        |words: &&&str| !words.starts_with("esto") || tokens.iter().any(|token| token.is("que"));
    let sings = tokens[0].verb() == Some("cantar") && tokens.iter().any(|token| token.is(":"));
    found.as_ref().is_some_and(acted) || sings
}

/// Whether a sentence only wishes or guesses.
fn hypothetical(line: &Line, open: usize) -> bool {
    let tokens = &line.tokens;
    let wishes =
        |token: &Token| token.forms.iter().any(|form| form.tense == Tense::PastSubjunctive);
    let wished = tokens[open].is("quien") && tokens.get(open + 1).is_some_and(wishes)
        || ["a ver si", "me pregunto si"].into_iter().any(|words| said(line, words));
    let soft = |token: &Token| {
        within("soft", &token.word.fold) && token.part != Part::Noun && !token.is("igual")
    };
    let maybe = [
        "a lo mejor",
        "tal vez",
        "puede que",
        "seguro que",
        "casi me",
        "dicen que",
        "me da que",
        "me suena que",
        "me late que",
        "se me hace que",
        "tengo entendido que",
        "la impresion de que",
        "por lo visto",
        "al parecer",
        "parece ser que",
        "capaz que",
        "capaz me",
        "chance y",
        "a la mejor",
        "lei que",
        "lei en",
        "he leido que",
        "he leido en",
        "oi que",
        "escuche que",
        "he oido que",
        "vi en internet",
        "vi en la tele",
        "en la tele dijeron",
        "ni loca",
        "ni loco",
        "ni muerta",
        "ni muerto",
        "se dice que",
        "cuando sea",
        "cuando tenga",
        "cuando pueda",
        "cuando ahorre",
        "cuando me jubile",
        "en cuanto pueda",
        "en cuanto tenga",
        "cuentan que",
        "se rumorea",
        "sera que",
        "dicen por ahi",
        "algun dia",
        "cuando sea mayor",
        "cuando sea grande",
        "estuve a punto",
        "estuvo a punto",
        "estuvimos a punto",
        "por poco",
        "puede ser",
        "ni idea",
    ];
    wished
        || mocking(line)
        || tokens[open].one_of(&["igual", "ojala"])
        || tokens.iter().any(soft)
        || maybe.into_iter().any(|words| said(line, words))
}

/// Whether a sentence makes fun of what was said: `sí, claro, y yo soy el papa`.
fn mocking(line: &Line) -> bool {
    const AGREEING: &[&str] = &[
        "si",
        "claro",
        "ya",
        "aja",
        "aha",
        "seguro",
        "obvio",
        "por",
        "supuesto",
        "clarisimo",
        "hombre",
        "mujer",
        "tio",
        "tia",
        "que",
    ];
    let start =
        line.tokens.iter().position(|token| token.part != Part::Mark && !token.one_of(AGREEING));
    let Some(start) = start else { return false };
    let before = &line.tokens[..start];
    let agreed = before.iter().any(|token| token.one_of(AGREEING));
    let laughing = before.iter().any(|token| token.word.fold.starts_with("jaj"));
    let mine = line.is(start, "y") && (line.is(start + 1, "yo") || line.is(start + 1, "mi"));
    agreed && (mine || laughing)
}

/// Whether these folded words stand in a line, side by side.
fn said(line: &Line, words: &str) -> bool {
    let words: Vec<&str> = words.split(' ').collect();
    line.tokens
        .windows(words.len())
        .any(|found| found.iter().zip(&words).all(|(token, word)| token.is(word)))
}

/// Skips greetings, calls and small words at the beginning of a sentence.
pub(super) fn opening(line: &Line) -> usize {
    // Of `a ver` and `por favor`, the first word elsewhere begins what is said.
    let leads = |at: usize| {
        line.part(at) == Some(Part::Preposition)
            && !line.tokens.get(at + 1).is_some_and(|next| next.one_of(&["ver", "favor", "cierto"]))
    };
    let small = |at: usize| {
        let token = &line.tokens[at];
        token.part == Part::Mark
            || (within("greeting", &token.word.fold) && token.part != Part::Verb && !leads(at))
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
    let guessed = within("guess", group.verb) && !group.is(&["temer"])
        || group.is(&["leer", "oír", "escuchar"]);
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
    guessed || wished || group.aspect == Aspect::Unreal
}
