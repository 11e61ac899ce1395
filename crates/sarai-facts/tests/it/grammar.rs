//! What is left over is read by the grammar of the sentence, when there is a parser.

use jiff::civil::date;
use sarai_core::language::Language;
use sarai_core::syntax::{Parse, Sentence, Token};
use sarai_facts::reading::{Discourse, Reading, read};

/// A parser that knows one sentence.
struct Known {
    language: Language,
    /// One word a line: text, lemma, part of speech, features, head, label.
    words: &'static str,
}

impl Parse for Known {
    fn language(&self) -> Language {
        self.language
    }

    fn parse(&self, text: &str) -> Vec<Sentence> {
        let mut from = 0;
        let mut tokens = Vec::new();
        for line in self.words.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [word, lemma, pos, features, head, label] = fields[..] else {
                panic!("{line}");
            };
            let Some(at) = text[from..].find(word) else { return Vec::new() };
            let span = from + at..from + at + word.len();
            from = span.end;
            tokens.push(Token {
                text: word.to_owned(),
                span,
                pos: pos.to_owned(),
                features: features.split('|').map(str::to_owned).collect(),
                lemma: lemma.to_owned(),
                head: head.parse().unwrap(),
                label: label.to_owned(),
            });
        }
        vec![Sentence { tokens }]
    }
}

fn reading(text: &str, language: Language, parsers: &[&dyn Parse]) -> Reading {
    let discourse =
        Discourse { day: date(2026, 3, 2), earlier: &[], masked: &[], parsers, language };
    read(text, &discourse)
}

/// Reads `text` with a parser that knows it: what was claimed, or nothing.
#[track_caller]
fn check(language: Language, text: &str, words: &'static str, claimed: Option<&str>) {
    let without = reading(text, language, &[]);
    assert_eq!((without.claims.len(), without.leftovers.len()), (0, 1), "{text} needs no parser");
    let parser = Known { language, words };
    let found = reading(text, language, &[&parser]);
    let says = found.claims.first().map(|claim| {
        let not = if claim.negated { "no " } else { "" };
        let status = claim.status.name();
        format!("{} {not}{} {} ({status})", claim.subject.name, claim.relation, claim.object.name)
    });
    assert_eq!(says.as_deref(), claimed, "{text}");
    assert_eq!(found.leftovers.is_empty(), claimed.is_some(), "{text}");
    for claim in &found.claims {
        assert_eq!(&text[claim.object.span.clone().unwrap()], claim.object.name);
    }
}

#[test]
fn an_unknown_verb_is_understood_by_its_place() {
    check(
        Language::Spanish,
        "Mi primo no spoilea series viejas",
        "Mi mi DET _ 1 det
         primo primo NOUN _ 3 nsubj
         no no ADV _ 3 advmod
         spoilea spoilear VERB VerbForm=Fin|Mood=Ind|Person=3|Tense=Pres 3 ROOT
         series serie NOUN _ 3 obj
         viejas viejo ADJ _ 4 amod",
        Some("primo no spoilear series viejas (current)"),
    );
    check(
        Language::Spanish,
        "Randomizamos en la Nave Norte",
        "Randomizamos randomizar VERB VerbForm=Fin|Mood=Ind|Person=1|Number=Plur|Tense=Past 0 ROOT
         en en ADP _ 3 case
         la el DET _ 3 det
         Nave Nave PROPN _ 0 obl
         Norte Norte PROPN _ 3 flat",
        Some("nosotros randomizar_en Nave Norte (past)"),
    );
    check(
        Language::English,
        "My cousin will vlog about old trains",
        "My my PRON _ 1 poss
         cousin cousin NOUN _ 3 nsubj
         will will AUX _ 3 aux
         vlog vlog VERB VerbForm=Inf 3 ROOT
         about about ADP _ 3 prep
         old old ADJ _ 6 amod
         trains train NOUN _ 4 pobj",
        Some("cousin vlog_about old trains (planned)"),
    );
}

#[test]
fn what_is_not_told_for_certain_stays_unread() {
    check(
        Language::Spanish,
        "Mi primo spoilearía series",
        "Mi mi DET _ 1 det
         primo primo NOUN _ 2 nsubj
         spoilearía spoilear VERB VerbForm=Fin|Mood=Cnd|Person=3 2 ROOT
         series serie NOUN _ 2 obj",
        None,
    );
    check(
        Language::English,
        "My cousin might vlog about trains",
        "My my PRON _ 1 poss
         cousin cousin NOUN _ 3 nsubj
         might might AUX _ 3 aux
         vlog vlog VERB VerbForm=Inf 3 ROOT
         about about ADP _ 3 prep
         trains train NOUN _ 4 pobj",
        None,
    );
}
