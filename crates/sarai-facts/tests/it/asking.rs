//! Questions, answered out of notebooks written by hand.

use jiff::civil::date;
use proptest::prelude::*;
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Evidence, Extractor, FactSource, FactStatus};
use sarai_core::id::{ConversationId, TurnId};
use sarai_core::language::Language;
use sarai_facts::asking::{self, Asking};
use sarai_facts::claim::{Claim, Effect, Party};
use sarai_facts::ledger::{self, Change, Heard};
use sarai_facts::notebook::Notebook;

/// Writes a notebook. A line is `subject | relation | object`, then, if needed, `not`, a status,
/// `when …` or `told …`, each after a bar of its own.
fn notebook(lines: &[&str]) -> Notebook {
    let mut notebook = Notebook::new();
    for (index, line) in lines.iter().enumerate() {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [subject, relation, object, rest @ ..] = parts.as_slice() else { panic!("{line}") };
        let after = |word: &str| rest.iter().find_map(|part| part.strip_prefix(word));
        let status = rest.iter().find_map(|part| FactStatus::from_name(part));
        let status = status.unwrap_or(FactStatus::Current);
        let claim = Claim {
            subject: if *subject == "yo" { Party::speaker() } else { Party::named(*subject) },
            relation: (*relation).to_owned(),
            object: Party::named(*object),
            negated: rest.contains(&"not"),
            status: if status == FactStatus::Superseded { FactStatus::Current } else { status },
            when: after("when ").map(str::to_owned),
            since: None,
            effect: Effect::Add,
            extractor: Extractor::Grammar,
            span: 0..0,
        };
        let conversation = ConversationId::new("test").unwrap();
        let turn = TurnId::new(format!("turn-{index}")).unwrap();
        let heard = Heard {
            source: FactSource::UserInput,
            at: Timestamp(i64::try_from(index).unwrap()),
            day: "2025-06-02".to_owned(),
            confidence: 0.9,
            message: Some((conversation.clone(), turn.clone())),
        };
        let evidence = Evidence {
            conversation,
            turn,
            said: heard.at,
            text: after("told ").unwrap_or_default().to_owned(),
            subject: None,
            object: None,
        };
        let changes = ledger::settle(&claim, &heard, &notebook).unwrap();
        notebook.apply(&changes, &heard, Some(&evidence));
        if status == FactStatus::Superseded {
            let fact = notebook.facts().last().unwrap().id;
            let close = Change::Close { fact, valid_to: heard.day.clone(), replaced: false };
            notebook.apply(&[close], &heard, None);
        }
    }
    notebook
}

fn answers(notebook: &Notebook, question: &str) -> Vec<String> {
    let asking = Asking { day: date(2025, 6, 2), parsers: &[], language: Language::Spanish };
    let found = asking::answers(question, &asking, notebook, 5).unwrap();
    found.into_iter().map(|answer| answer.text).collect()
}

/// Checks each question's first answers, as many as are given; none given is none wanted.
#[track_caller]
fn check(facts: &[&str], questions: &[(&str, &[&str])]) {
    let notebook = notebook(facts);
    for (question, expected) in questions {
        let found = answers(&notebook, question);
        let first = if expected.is_empty() {
            &found[..]
        } else {
            &found[..expected.len().min(found.len())]
        };
        assert_eq!(first, *expected, "{question} {found:?}");
    }
}

#[test]
fn what_was_told_is_answered_in_spanish() {
    check(
        &[
            "yo | llamarse | Valeria",
            "yo | vivir_en | Badajoz",
            "yo | trabajar_en | notaría",
            "hermana | vivir_en | Madrid",
            "marido | llamarse | Andrés",
            "marido | ser | cocinero",
            "madre | encantar | orquídeas",
            "yo | gustar | queso manchego",
            "PIN de la alarma | ser | 2580",
            "abuela | tejer | bufanda | past",
            "hija | tener | 5 años",
        ],
        &[
            ("¿Cómo me llamo?", &["Valeria"]),
            ("¿Dónde vivo?", &["Badajoz"]),
            ("donde trabajo", &["notaría"]),
            ("¿Dónde vive mi hermana?", &["Madrid"]),
            ("¿A qué se dedica mi marido?", &["cocinero"]),
            ("¿Cómo se llama mi marido?", &["Andrés"]),
            ("¿Qué flores le encantan a mi madre?", &["orquídeas"]),
            ("¿Qué queso me gusta?", &["queso manchego"]),
            ("¿Te acuerdas de cuál es el PIN de la alarma?", &["2580"]),
            ("¿Quién me tejió la bufanda?", &["abuela"]),
            ("¿Cuántos años tiene mi hija?", &["5 años"]),
        ],
    );
}

#[test]
fn what_was_told_is_answered_in_english() {
    check(
        &[
            "aunt | live_in | Toronto",
            "yo | like | mushrooms | not",
            "yo | have | canoe",
            "boss | come_from | Oslo",
            "dad | support | Rangers",
            "mum | support | Celtic",
            "son | be | allergic to eggs",
        ],
        &[
            ("Where does my aunt live?", &["Toronto"]),
            ("What don't I like?", &["mushrooms"]),
            ("What boats do I have?", &["canoe"]),
            ("Where is my boss from?", &["Oslo"]),
            ("Which team does my mum support?", &["Celtic"]),
            ("What is my son allergic to?", &["allergic to eggs"]),
        ],
    );
}

#[test]
fn what_nobody_told_has_no_answer() {
    check(
        &[
            "hermano | vivir_en | Lyon",
            "hermano | llamarse | Óscar",
            "yo | gustar | queso manchego",
            "PIN de la alarma | ser | 2580",
        ],
        &[
            ("¿Dónde vive mi hermana?", &[]),
            ("¿Dónde vivo?", &[]),
            ("¿Cómo me llamo?", &[]),
            ("¿Qué color me gusta?", &[]),
            ("¿Cuál es el PIN del móvil?", &[]),
            ("¿Cuándo es mi cumpleaños?", &[]),
            ("¿Qué tal?", &[]),
            ("", &[]),
        ],
    );
}

#[test]
fn yes_and_no_are_said_only_when_somebody_told() {
    check(
        &[
            "yo | tener | coche | not",
            "yo | vivir_en | Sevilla",
            "tío | votar | | not",
            "yo | comer | pescado",
        ],
        &[
            ("¿Tengo coche?", &["no"]),
            ("¿Vivo en Madrid?", &["no"]),
            ("¿Vivo en Sevilla?", &["sí"]),
            ("¿Mi tío vota?", &["no"]),
            ("do i eat fish?", &["yes"]),
            ("¿Tengo perro?", &[]),
        ],
    );
}

#[test]
fn what_holds_comes_before_what_held() {
    check(
        &["yo | vivir_en | Madrid | superseded", "yo | vivir_en | Sevilla"],
        &[("¿Dónde vivo?", &["Sevilla"]), ("¿Dónde vivía antes?", &["Madrid"])],
    );
}

#[test]
fn days_are_told_as_they_were_said_and_as_dates() {
    check(
        &[
            "yo | tener | examen de mates | planned | when 2025-10-09 | told tengo examen de mates el jueves",
            "yo | cumplir | 8 de mayo | when --05-08",
        ],
        &[
            ("¿Cuándo tengo el examen?", &["jueves 9 de octubre de 2025 (2025-10-09)"]),
            ("¿Cuándo es mi cumpleaños?", &["8 de mayo"]),
        ],
    );
}

#[test]
fn two_facts_are_joined() {
    check(
        &[
            "prima | casarse_con | Juan",
            "Juan | vivir_en | Lugo",
            "hermano | tener | perro",
            "perro | llamarse | Toby",
        ],
        &[
            ("¿Dónde vive el marido de mi prima?", &["Lugo"]),
            ("¿Cómo se llama el perro de mi hermano?", &["Toby"]),
        ],
    );
}

proptest! {
    #[test]
    fn any_question_has_the_same_answers_again(question in "(\\PC|[a-z¿?' ]){0,60}") {
        let notebook = notebook(&["yo | vivir_en | Madrid | told vivo en Madrid", "hermana | llamarse | Ana"]);
        prop_assert_eq!(answers(&notebook, &question), answers(&notebook, &question));
    }
}
