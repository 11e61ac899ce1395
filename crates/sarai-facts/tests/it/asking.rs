//! Questions, answered out of notebooks written by hand.

use std::cell::Cell;

use jiff::civil::date;
use proptest::prelude::*;
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Evidence, Extractor, Fact, FactSource, FactStatus};
use sarai_core::id::{ConversationId, TurnId};
use sarai_core::language::Language;
use sarai_facts::asking::{self, Asking};
use sarai_facts::claim::{Claim, Effect, Party};
use sarai_facts::ledger::{self, Change, Heard};
use sarai_facts::lookup::{Entity, EntityId, Facts, Lookup};
use sarai_facts::notebook::Notebook;

mod inference;

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
fn a_question_may_be_put_in_many_ways() {
    check(
        &["yo | salir_con | Ainara"],
        &[("¿Con quién estoy saliendo?", &["Ainara"]), ("¿Con quién salgo?", &["Ainara"])],
    );
    check(&["Yamila | ser | sobrina"], &[("¿Cómo se llama mi sobrina?", &["Yamila"])]);
    check(&["clase de cerámica | ser | martes"], &[("¿Qué día tengo cerámica?", &["martes"])]);
    check(
        &["ermita | restaurar_por | bisabuelo | past"],
        &[("¿Quién restauró la ermita?", &["bisabuelo"])],
    );
    check(
        &["tía | estudiar_en | Lugo", "tía | estudiar | Derecho"],
        &[("¿Qué estudia mi tía?", &["Derecho", "Lugo"])],
    );
}

#[test]
fn a_word_said_beside_a_fact_is_not_the_fact() {
    check(
        &[
            "yo | vivir_en | Lugo | superseded",
            "yo | vivir_en | Soria | told Ya no vivo en Lugo, ahora vivo en Soria",
        ],
        &[("¿Vivo en Lugo?", &["no"]), ("¿Vivo en Soria?", &["sí"])],
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

#[test]
fn a_household_is_told_apart() {
    check(
        &[
            "yo | llamarse | Carmen",
            "yo | trabajar_en | farmacia",
            "yo | ser | farmacéutica",
            "hija | llamarse | Elena",
            "Elena | tener | 9 años",
            "hijo | llamarse | Pablo",
            "Pablo | ser | alérgico a los cacahuetes",
            "marido | llamarse | Jorge",
            "marido | trabajar_en | Opel",
            "suegra | llamarse | Pilar",
            "suegra | vivir_en | Teruel",
            "madre | tomar | Sintrom",
            "padre | morir | infarto | past | when 2019",
            "coche | ser | Seat León",
            "matrícula del coche | ser | 4521 KLM",
            "yo | guardar | pasaportes | told guardo los pasaportes en la caja fuerte",
            "alquiler | ser | 750 euros",
            "yo | odiar | madrugar",
            "yo | hablar | francés",
            "perro | llamarse | Trufo",
            "perro | ser | podenco",
            "vecino | tocar | trompeta",
            "yo | prestar | taladro | past | told le presté el taladro a mi cuñado",
            "yo | tener | cita con el dentista | planned | when 2025-06-12T17:00 | told el jueves tengo dentista a las cinco",
        ],
        &[
            ("¿A qué me dedico?", &["farmacéutica"]),
            ("¿Cuántos años tiene mi hija?", &["9 años"]),
            ("¿Quién es alérgico a los cacahuetes?", &["hijo Pablo"]),
            ("¿Quién es Jorge?", &["marido Jorge"]),
            ("¿Dónde vive Pilar?", &["Teruel"]),
            ("¿Qué medicación toma mi madre?", &["Sintrom"]),
            ("¿Qué toma mi padre?", &[]),
            ("¿Cuándo murió mi padre?", &["2019"]),
            ("¿Qué coche tengo?", &["Seat León"]),
            ("¿Qué matrícula lleva el coche?", &["4521 KLM"]),
            ("¿Dónde están los pasaportes?", &["caja fuerte"]),
            ("¿Cuánto pago de alquiler?", &["750 euros"]),
            ("¿Qué no me gusta?", &["madrugar"]),
            ("¿Hablo alemán?", &[]),
            ("¿De qué raza es Trufo?", &["podenco"]),
            ("¿Quién toca la trompeta?", &["vecino"]),
            ("¿A quién le presté el taladro?", &["cuñado"]),
            ("¿A qué hora es el dentista?", &["las cinco, 17:00"]),
            ("¿Cómo se llama mi gato?", &[]),
        ],
    );
}

#[test]
fn an_english_speaker_is_answered_too() {
    check(
        &[
            "yo | work_as | plumber",
            "wife | call | Monika",
            "wife | work_at | school",
            "Zofia | play | violin",
            "Adam | be | lactose intolerant",
            "alarm code | be | 7731",
            "boiler warranty | end | March 2027",
            "yo | lend | ladder | past | told I lent my ladder to Gary",
            "stopcock | be_under | kitchen sink",
            "yo | sell | tractor | past",
            "rent | be | £540",
            "yo | live_in | Hull | told I have lived in Hull for ten years",
            "train to London | leave | 10:15 | told the train to London leaves at 10:15 on Friday",
        ],
        &[
            ("What do I do for a living?", &["plumber"]),
            ("What's my wife called?", &["Monika"]),
            ("Where does Monika work?", &["school"]),
            ("Who plays the violin?", &["Zofia"]),
            ("What can't Adam have?", &["lactose intolerant"]),
            ("Is Adam lactose intolerant?", &["yes"]),
            ("remind me of the alarm code", &["7731"]),
            ("What's the door code?", &[]),
            ("When does the boiler warranty end?", &["March 2027"]),
            ("Who did I lend the ladder to?", &["Gary"]),
            ("Where is the stopcock?", &["kitchen sink"]),
            ("Do I still have the tractor?", &["no"]),
            ("How much is the rent?", &["£540"]),
            ("How long have I lived in Hull?", &["ten years"]),
            ("What time does the train to London leave?", &["10:15"]),
            ("Do I have a cat?", &[]),
            ("What's the wifi password?", &[]),
        ],
    );
}

#[test]
fn reasons_and_ways_are_taken_from_what_was_told() {
    check(
        &[
            "yo | estar | retirado | told estoy retirado por una lesión de rodilla",
            "Wouter | commute_from | Delft | told he commutes by bike from Delft",
            "yo | dejar | café | past | told dejé el café porque no dormía",
        ],
        &[
            ("¿Por qué estoy retirado?", &["lesión de rodilla"]),
            ("¿Por qué dejé el café?", &["no dormía"]),
            ("How does Wouter commute?", &["Delft", "bike"]),
        ],
    );
}

/// Counts the look-ups made in a notebook.
struct Counted {
    notebook: Notebook,
    lookups: Cell<usize>,
}

impl Counted {
    fn count(&self) -> &Notebook {
        self.lookups.set(self.lookups.get() + 1);
        &self.notebook
    }
}

impl Facts for Counted {
    fn about(&self, name: &str, limit: usize) -> Lookup<Vec<Fact>> {
        self.count().about(name, limit)
    }

    fn about_in(&self, name: &str, relations: &[&str], limit: usize) -> Lookup<Vec<Fact>> {
        self.count().about_in(name, relations, limit)
    }

    fn with_object(&self, name: &str, limit: usize) -> Lookup<Vec<Fact>> {
        self.count().with_object(name, limit)
    }

    fn with_verb(&self, verb: &str, limit: usize) -> Lookup<Vec<Fact>> {
        self.count().with_verb(verb, limit)
    }

    fn mentioning(&self, word: &str, limit: usize) -> Lookup<Vec<Fact>> {
        self.count().mentioning(word, limit)
    }

    fn of(&self, entity: EntityId, relations: &[&str], limit: usize) -> Lookup<Vec<Fact>> {
        self.count().of(entity, relations, limit)
    }

    fn entities(&self, name: &str) -> Lookup<Vec<Entity>> {
        self.count().entities(name)
    }
}

#[test]
fn a_question_makes_few_lookups_however_long_it_is() {
    let notebook = notebook(&["prima | casarse_con | Juan", "Juan | vivir_en | Lugo"]);
    let known = Counted { notebook, lookups: Cell::new(0) };
    let asking = Asking { day: date(2025, 6, 2), parsers: &[], language: Language::Spanish };
    let long = "¿Dónde vive el marido de mi prima ".repeat(40);
    for (question, most) in [("¿Dónde vive el marido de mi prima?", 120), (&long, 1000)] {
        known.lookups.set(0);
        asking::answers(question, &asking, &known, 5).unwrap();
        assert!(known.lookups.get() <= most, "{} look-ups", known.lookups.get());
    }
}

proptest! {
    #[test]
    fn any_question_has_the_same_answers_again(question in "(\\PC|[a-z¿?' ]){0,60}") {
        let notebook = notebook(&["yo | vivir_en | Madrid | told vivo en Madrid", "hermana | llamarse | Ana"]);
        prop_assert_eq!(answers(&notebook, &question), answers(&notebook, &question));
    }
}

#[test]
fn what_ended_or_was_told_in_other_words_is_answered() {
    check(
        &[
            "yo | salir_con | Adrián | superseded",
            "yo | romper_con | Adrián | past",
            "yo | beber | café | superseded",
            "yo | quitar | café | past",
            "número del pediatra | ser | 955 123 456",
            "fisio | retrasar_a | lunes | planned | when 2025-06-09",
            "yo | regalar | patinete | past | told a mi sobrina Carlota le regalé un patinete",
            "suegro | tener | parcela | told mi suegro tiene una parcela con olivos en Martos",
        ],
        &[
            ("¿Sigo con Adrián?", &["no"]),
            ("¿Bebo café?", &["no"]),
            ("¿A qué número llamo al pediatra?", &["955 123 456"]),
            ("¿Qué le regalé a Carlota?", &["patinete"]),
            ("¿Dónde tiene la parcela mi suegro?", &["Martos"]),
            ("¿Dónde tiene la parcela mi cuñado?", &[]),
        ],
    );
}
