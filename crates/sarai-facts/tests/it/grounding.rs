//! What a model proposes is kept only as far as the words of the sentence bear it out.

use sarai_core::clock::Timestamp;
use sarai_core::fact::{Extractor, FactSource};
use sarai_core::language::Language;
use sarai_facts::claim::{Claim, Effect, Party};
use sarai_facts::grounding::{Given, Proposal, Ungrounded, ground};
use sarai_facts::ledger::{Heard, settle};
use sarai_facts::notebook::Notebook;

/// `subject | relation | object`, with `no ` before the relation where it is negated.
fn proposal(told: &str) -> Proposal {
    let parts: Vec<&str> = told.split(" | ").collect();
    let (relation, negated) = match parts[1].strip_prefix("no ") {
        Some(rest) => (rest, true),
        None => (parts[1], false),
    };
    Proposal {
        subject: parts[0].to_owned(),
        relation: relation.to_owned(),
        object: parts[2].to_owned(),
        negated,
    }
}

/// Knows somebody called Lucía.
fn known() -> Notebook {
    let mut notebook = Notebook::new();
    let claim = Claim {
        subject: Party::named("Lucía"),
        relation: "vivir_en".to_owned(),
        object: Party::named("Cuenca"),
        negated: false,
        status: sarai_core::fact::FactStatus::Current,
        when: None,
        since: None,
        effect: Effect::Add,
        extractor: Extractor::Manual,
        span: 0..0,
    };
    let heard = Heard {
        source: FactSource::UserInput,
        at: Timestamp(0),
        day: "2026-03-02".to_owned(),
        confidence: 0.9,
        message: None,
    };
    let changes = settle(&claim, &heard, &notebook).unwrap();
    notebook.apply(&changes, &heard, None);
    notebook
}

fn grounded(language: Language, sentence: &str, told: &str) -> Result<Claim, Ungrounded> {
    let text = format!("Hola. {sentence}");
    let given = Given { text: &text, span: "Hola. ".len()..text.len(), language };
    let found = ground(&proposal(told), &given, &known()).unwrap();
    if let Ok(claim) = &found {
        for party in [&claim.subject, &claim.object] {
            let said = party.span.clone().map(|span| text[span].to_owned());
            let said = said.unwrap_or_else(|| party.name.clone());
            let last = party.name.split(' ').next_back().unwrap();
            assert!(said.ends_with(last), "{claim:?}");
        }
        assert_eq!(claim.extractor, Extractor::Model);
    }
    found
}

#[track_caller]
fn check_kept(language: Language, sentence: &str, told: &str, expected: &str) {
    let claim = grounded(language, sentence, told).unwrap();
    let Claim { subject, relation, object, negated, status, .. } = claim;
    let not = if negated { "no " } else { "" };
    let shown = format!("{} | {not}{relation} | {} | {}", subject.name, object.name, status.name());
    assert_eq!(shown, expected, "{sentence}");
}

#[track_caller]
fn check_refused(sentence: &str, told: &str, expected: Ungrounded) {
    let found = grounded(Language::Spanish, sentence, told).map(|claim| claim.relation);
    assert_eq!(found, Err(expected), "{sentence} / {told}");
}

#[test]
fn what_stands_in_the_sentence_is_cut_out_of_it() {
    let es = |sentence, told, expected| check_kept(Language::Spanish, sentence, told, expected);
    let en = |sentence, told, expected| check_kept(Language::English, sentence, told, expected);
    es(
        "El marido de mi prima apadrina galgos viejos.",
        "el MARIDO de mi prima | apadrinar | Galgos viejos",
        "marido de prima | apadrinar | galgos viejos | current",
    );
    es("Yo ayer embotellé sidra.", "yo | embotellar | sidra", "yo | embotellar | sidra | past");
    es(
        "Esquilo ovejas en Soria.",
        "yo | esquilar | en Soria",
        "yo | esquilar_en | Soria | current",
    );
    es(
        "La abuela nunca tolera el ajo.",
        "abuela | no tolerar | ajo",
        "abuela | no tolerar | ajo | current",
    );
    es("Ahora reside en León.", "Lucía | residir_en | León", "Lucía | residir_en | León | current");
    es("Bruno domará potros.", "Bruno | domar | potros", "Bruno | domar | potros | planned");
    es("Bruno me ha tasado el piso.", "Bruno | tasar | piso", "Bruno | tasar | piso | past");
    es(
        "Se saltó a las 18:30 Bruno.",
        "Bruno | saltar | las 18:30",
        "Bruno | saltar | 18:30 | past",
    );
    en(
        "My niece fosters greyhounds.",
        "niece | fosters | greyhounds",
        "niece | foster | greyhounds | current",
    );
    en("I don't graze goats.", "I | no graze | goats", "yo | no graze | goats | current");
    en("Bruno tuned the piano.", "Bruno | tune | the piano", "Bruno | tune | piano | past");
}

#[test]
fn what_the_model_adds_is_refused() {
    let sentence = "El marido de mi prima apadrina galgos viejos.";
    for (told, part) in [
        ("hermana | apadrinar | galgos viejos", Ungrounded::Subject),
        ("yo | apadrinar | galgos viejos", Ungrounded::Subject),
        ("ella | apadrinar | galgos", Ungrounded::Subject),
        ("galgos | apadrinar | galgos", Ungrounded::Subject),
        ("marido | apadrinar | gatos", Ungrounded::Object),
        ("marido | apadrinar | galgos de Soria", Ungrounded::Object),
        ("marido | apadrinar | viejos galgos", Ungrounded::Object),
        ("marido | apadrinar | mi", Ungrounded::Object),
        ("marido | apadrinar | apadrina galgos", Ungrounded::Object),
        ("marido | odiar | galgos", Ungrounded::Relation),
        ("marido | apadrinar_con | galgos", Ungrounded::Relation),
        ("marido | apadrinar a los | galgos", Ungrounded::Relation),
        ("marido | galgos | viejos", Ungrounded::Relation),
        ("marido |  | galgos", Ungrounded::Relation),
        ("marido | no apadrinar | galgos", Ungrounded::Polarity),
    ] {
        check_refused(sentence, told, part);
    }
    check_refused("La abuela nunca tolera el ajo.", "abuela | tolerar | ajo", Ungrounded::Polarity);
    check_refused("Embotellé la sidra yo.", "Lucía | embotellar | sidra", Ungrounded::Subject);
    check_refused("Bruno doma, potros aparte.", "Bruno | domar | doma potros", Ungrounded::Object);
    for quoted in ["«yo domo potros»", "“yo domo potros”", "\"yo domo potros\""] {
        let sentence = format!("Bruno suelta {quoted} en Soria.");
        check_refused(&sentence, "yo | domar | potros", Ungrounded::Relation);
        check_refused(&sentence, "Bruno | soltar | potros", Ungrounded::Object);
        let kept = "Bruno | soltar_en | Soria | current";
        check_kept(Language::Spanish, &sentence, "Bruno | soltar_en | Soria", kept);
    }
    for noun in ["Mi mujer Rosa suelta potros.", "Rosa suelta mujeres a potros."] {
        check_refused(noun, "Rosa | mujer | potros", Ungrounded::Relation);
    }
    let noun = grounded(Language::English, "Rosa grazes my dogs.", "Rosa | dog | Rosa");
    assert_eq!(noun.map(|claim| claim.relation), Err(Ungrounded::Relation));
    check_refused("Odia el ajo Bruno.", "Bruno | gustar | ajo", Ungrounded::Relation);
}

#[test]
fn a_span_outside_of_the_message_is_refused() {
    let given = Given { text: "Sí", span: 0..2, language: Language::Spanish };
    let found = ground(&proposal("yo | ser | sí"), &given, &known()).unwrap();
    assert_eq!(found.map(|claim| claim.relation), Err(Ungrounded::Object));
}
