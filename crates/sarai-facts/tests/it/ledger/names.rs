//! Names, work and changes: who is meant, and what takes whose place.

use sarai_core::fact::{FactSource, FactStatus};
use sarai_facts::claim::Kind;
use sarai_facts::ledger::Change;

use super::{Message, check, check_from, claim, heard, told};

#[test]
fn a_name_makes_one_of_a_role_and_a_person() {
    check(
        &[
            &["hermana | vivir_en | Madrid"],
            &["hermana | llamarse | Lucía"],
            &["Lucía | tener | perro"],
        ],
        &[
            "hermana Lucía | vivir_en | Madrid",
            "hermana Lucía | llamarse | Lucía",
            "hermana Lucía | tener | perro",
        ],
    );
    check(
        &[
            &["Lucía | vivir_en | Madrid"],
            &["Lucía | ser | hermana"],
            &["hermana | vivir_en | Vigo"],
        ],
        &[
            "hermana Lucía | vivir_en | Madrid | superseded",
            "hermana Lucía | ser | hermana",
            "hermana Lucía | vivir_en | Vigo",
        ],
    );
    check(
        &[&["hermana | vivir_en | Lugo"], &["Ana | tener | gato"], &["hermana+Ana | ser | médica"]],
        &[
            "hermana Ana | vivir_en | Lugo",
            "hermana Ana | tener | gato",
            "hermana Ana | ser | médica",
        ],
    );
    check(
        &[&["supervisor | be | Professor Lindqvist:person"], &["Lindqvist | live_in | Kyoto"]],
        &[
            "supervisor Professor Lindqvist | be | Professor Lindqvist",
            "supervisor Professor Lindqvist | live_in | Kyoto",
        ],
    );
    check(
        &[&["yo | tener | perro:animal", "perro | llamarse | Toby"], &["Toby | tener | 3 años"]],
        &["yo | tener | perro Toby", "perro Toby | llamarse | Toby", "perro Toby | tener | 3 años"],
    );
}

#[test]
fn two_of_one_role_stay_apart_unless_corrected() {
    check(
        &[
            &["hermana+Ana | vivir_en | Madrid"],
            &["hermana+Eva | vivir_en | Lugo"],
            &["Ana | ser | médica"],
            &["hermana | llamarse | Eva"],
        ],
        &[
            "hermana Ana | vivir_en | Madrid",
            "hermana Eva | vivir_en | Lugo",
            "hermana Ana | ser | médica",
            "hermana Eva | llamarse | Eva",
        ],
    );
    check(
        &[
            &["hermana | llamarse | Ana"],
            &["hermana | llamarse | Eva | replace"],
            &["hermana | vivir_en | Lugo"],
        ],
        &[
            "hermana Eva | llamarse | Ana | superseded",
            "hermana Eva | llamarse | Eva",
            "hermana Eva | vivir_en | Lugo",
        ],
    );
    check(
        &[&["asistenta nueva | llamarse | Yolanda"], &["asistenta nueva | ser | Yolima"]],
        &[
            "asistenta nueva Yolima | llamarse | Yolanda | superseded",
            "asistenta nueva Yolima | llamarse | Yolima",
        ],
    );
    check(
        &[&["perro | llamarse | Tobi"], &["perro | llamarse | Toby | replace=Tobi"]],
        &["perro Toby | llamarse | Tobi | superseded", "perro Toby | llamarse | Toby"],
    );
    check(
        &[
            &["jefe | llamarse | Juan"],
            &["jefe | ser | Pedro:person | replace"],
            &["jefe | ser | de Vigo"],
        ],
        &[
            "jefe Juan | llamarse | Juan | superseded",
            "jefe Pedro | ser | Pedro",
            "jefe Pedro | ser | de Vigo",
        ],
    );
    check(
        &[
            &["dentista | ser | doctora Quiroga:person"],
            &["dentista | ser | Belmonte:person | replace"],
            &["Quiroga | vivir_en | Lugo"],
        ],
        &[
            "dentista doctora Quiroga | ser | doctora Quiroga | superseded",
            "dentista Belmonte | ser | Belmonte",
            "dentista doctora Quiroga | vivir_en | Lugo",
        ],
    );
    check(
        &[&["dentista | ser | Quiroga:person", "dentista | ser | Belmonte:person | replace"]],
        &["dentista Belmonte | ser | Quiroga | superseded", "dentista Belmonte | ser | Belmonte"],
    );
    check(
        &[&["vecina | llamarse | Rosa"], &["vecina | llamarse | Rosa | no"]],
        &["vecina | llamarse | Rosa | superseded", "vecina | llamarse | Rosa | no"],
    );
}

#[test]
fn another_word_for_an_attribute_means_the_same_thing() {
    check(
        &[
            &["teléfono de domiciliario | ser | 301 555 8812"],
            &["número de domiciliario | ser | 320 777 1943"],
        ],
        &[
            "teléfono de domiciliario | ser | 301 555 8812 | superseded",
            "teléfono de domiciliario | ser | 320 777 1943",
        ],
    );
    check(
        &[&["mobile | be | 07700 900461"], &["new number | be | 07700 900728"]],
        &["mobile | be | 07700 900461 | superseded", "mobile | be | 07700 900728"],
    );
}

#[test]
fn a_new_number_of_somebody_is_of_what_had_a_number() {
    check(
        &[
            &["teléfono del domiciliario | ser | 301 555 8812"],
            &[
                "domiciliario | cambiar_de | número | past",
                "domiciliario | ser | 320 777 1943 | replace",
            ],
        ],
        &[
            "teléfono del domiciliario | ser | 301 555 8812 | superseded",
            "domiciliario | cambiar_de | número | past",
            "teléfono del domiciliario | ser | 320 777 1943",
        ],
    );
}

#[test]
fn work_that_began_since_takes_the_place_of_the_work_before() {
    check(
        &[&["yo | trabajar_en | imprenta"], &["yo | trabajar_en | aeropuerto | since=1970-01-02"]],
        &["yo | trabajar_en | imprenta | superseded", "yo | trabajar_en | aeropuerto"],
    );
    check(
        &[&["yo | work_at | bank"], &["yo | work_at | school | since=1965"]],
        &["yo | work_at | bank", "yo | work_at | school"],
    );
}

#[test]
fn what_happens_to_people_ends_what_they_were() {
    let ends = |old: &str, new: &str| {
        let told = new.replace(" | past", "").replace(":time", "");
        check(&[&[old], &[new]], &[&format!("{old} | superseded"), &format!("{told} | past")]);
    };
    ends("yo | estar | soltera", "yo | casar_con | Luis | past");
    ends("yo | be | married", "yo | divorce | Sam | past");
    ends("yo | tener | 35 años", "yo | cumplir | 36 | past");
    ends("Zainab | be | 12", "Zainab | turn | 13 | past");
    ends("yo | trabajar_en | librería", "yo | echar_de | librería | past");
    ends("padre | trabajar_en | banco", "padre | jubilarse | sí | past");
    ends("yo | tener | gato", "gato | morir | sí | past");
    check(
        &[&["yo | tener | dos hijos"], &["yo | cumplir | 36 | past"]],
        &["yo | tener | dos hijos", "yo | cumplir | 36 | past"],
    );
}

#[test]
fn what_is_new_takes_the_place_of_what_has_its_name() {
    check(
        &[&["GP | be | Dr Ruiz:person"], &["new GP | be | Dr Gill:person"]],
        &["GP Dr Ruiz | be | Dr Ruiz | superseded", "GP Dr Gill | be | Dr Gill"],
    );
    check(&[&["asistenta nueva | ser | simpática"]], &["asistenta nueva | ser | simpática"]);
    check(
        &[&["alquiler | ser | 600 euros"], &["alquiler | ser | 650 euros"]],
        &["alquiler | ser | 600 euros | superseded", "alquiler | ser | 650 euros"],
    );
}

#[test]
fn what_is_itself_says_nothing() {
    check(&[&["Fátima | llamarse | Fátima", "coche | ser | coche"]], &[]);
}

#[test]
fn a_plan_moved_to_a_weekday_is_moved_to_the_next() {
    // 1970-01-02 is a Friday.
    let moved = |claim: &str, day: Option<&str>| {
        let notebook = told(&[
            Message {
                source: FactSource::UserInput,
                claims: &["yo | tener | cita | planned when=1970-01-09"],
            },
            Message { source: FactSource::UserInput, claims: &[claim] },
        ]);
        let facts = notebook.facts();
        let planned = facts[1].status == FactStatus::Planned;
        assert_eq!(planned.then(|| facts[1].when.as_deref().unwrap()), day);
    };
    moved("cita | pasar_a | miércoles | past when=1969-12-31T10:00", Some("1970-01-07T10:00"));
    moved("cita | pasar_a | miércoles | planned when=1970-01-07", Some("1970-01-07"));
    moved("cita | pasar_a | lunes | past when=1970-01-05", Some("1970-01-05"));
    moved("cita | pasar_a | 20 de diciembre | past when=1969-12-20", None);
    moved("cita | ser | miércoles | past when=1969-12-31", None);
}

#[test]
fn what_is_said_of_a_change_is_the_new_value() {
    let changed = |old: &str, new: &str, kept: [&str; 2]| check(&[&[old], &[new]], &kept);
    changed(
        "código del portal | ser | 4521",
        "código del portal | cambiar | 7788 | past",
        ["código del portal | ser | 4521 | superseded", "código del portal | ser | 7788"],
    );
    changed(
        "serie favorita | ser | Dark",
        "serie favorita | pasar | ser Severance | past",
        ["serie favorita | ser | Dark | superseded", "serie favorita | ser | Severance"],
    );
    changed(
        "código del portal | ser | 4521",
        "código del portal | cambiar | sí | past",
        ["código del portal | ser | 4521", "código del portal | cambiar | sí | past"],
    );
    changed(
        "vuelo | salir | 8",
        "vuelo | salir | 10",
        ["vuelo | salir | 8 | superseded", "vuelo | salir | 10"],
    );
    changed(
        "yo | usar | Movistar",
        "yo | cambiar_de | Movistar | past",
        ["yo | usar | Movistar | superseded", "yo | cambiar_de | Movistar | past"],
    );
    changed(
        "yo | estar_a | dieta",
        "yo | dejar | dieta | past",
        ["yo | estar_a | dieta | superseded", "yo | dejar | dieta | past"],
    );
    changed(
        "mujer | trabajar_en | Correos",
        "mujer | jubilar | sí | past",
        ["mujer | trabajar_en | Correos | superseded", "mujer | jubilar | sí | past"],
    );
    changed(
        "yo | ser | soltero",
        "yo | casar | sábado | past",
        ["yo | ser | soltero | superseded", "yo | casar | sábado | past"],
    );
    changed(
        "yo | tener | hijo",
        "yo | tener | hijo | past",
        ["yo | tener | hijo", "yo | tener | hijo | past"],
    );
    changed(
        "cena | ser | viernes | planned when=1970-01-01",
        "cena | ser | sábado | planned when=1970-01-03",
        ["cena | ser | viernes | superseded", "cena | ser | sábado | planned"],
    );
}

#[test]
fn a_label_or_a_head_stands_for_whom_it_names() {
    check(
        &[
            &["profesora de piano | ser | Elena:person"],
            &["profesora de piano Elena | ser | Marcos | replace"],
        ],
        &[
            "profesora de piano Marcos | ser | Elena | superseded",
            "profesora de piano Marcos | ser | Marcos",
        ],
    );
    check(
        &[
            &["compañera de piso | ser | Clara:person"],
            &["compañera | ser | Inés:person | replace"],
        ],
        &[
            "compañera de piso Inés | ser | Clara | superseded",
            "compañera de piso Inés | ser | Inés",
        ],
    );
}

#[test]
fn what_people_have_one_of_gives_way_after_a_month() {
    let after = |days: usize, old: &str, new: &str| {
        let mut messages = vec![Message { source: FactSource::UserInput, claims: &[] }; days];
        let (old, new) = ([old], [new]);
        messages.insert(0, Message { source: FactSource::UserInput, claims: &old });
        messages.push(Message { source: FactSource::UserInput, claims: &new });
        told(&messages).facts()[0].status == FactStatus::Superseded
    };
    assert!(after(30, "yo | trabajar_en | imprenta", "yo | trabajar_en | aeropuerto"));
    assert!(!after(3, "yo | trabajar_en | imprenta", "yo | trabajar_en | aeropuerto"));
    assert!(after(60, "yo | salir_con | Marta", "yo | salir_con | Sara"));
    assert!(!after(60, "yo | salir_con | amigas", "yo | salir_con | Sara"));
    assert!(!after(60, "yo | gustar | café", "yo | gustar | té"));
}

#[test]
fn a_new_trade_or_a_new_identity_takes_the_place_of_the_old() {
    let replaced = |old: &str, new: &str| {
        let shown = new.replace(" | replace", "");
        check(&[&[old], &[new]], &[&format!("{old} | superseded"), &shown]);
    };
    replaced("yo | trabajar_de | camarera", "yo | ser | cocinera | replace");
    replaced("capital | be | Leeds", "capital | be | York");
    replaced("cuadro | ser | Guernica", "cuadro | ser | Meninas");
    replaced("yo | tener | Seat Ibiza", "yo | tener | Kia | replace");
    replaced("mi turno | ser | tarde", "mi turno | ser | noche");
}

#[test]
fn what_is_given_away_finished_or_left_is_over() {
    let over = |old: &str, new: &str| {
        let told = new.replace(" | past", "");
        let shown = if new == told { told } else { format!("{told} | past") };
        check(&[&[old], &[new]], &[&format!("{old} | superseded"), &shown]);
    };
    over("moto | ser | Vespa", "yo | vender | Vespa | past");
    over("yo | read | Dune", "yo | finish | Dune | past");
    over("mum | be_in | hospital", "mum | be_out_of | hospital");
    over("yo | vivir_con | padres", "yo | vivir | sola");
    over("yo | live_with | two flatmates", "yo | live_on | own");
    over("yo | be | engaged", "yo | get | married | past");
    over("hermana | date | Rob", "hermana | date | Theo");
    over("basura | pasar | lunes", "basura | pasar | jueves");
    check(
        &[&["yo | leer | Fortunata"], &["yo | mudarse_a | Vigo | past"]],
        &["yo | leer | Fortunata", "yo | mudarse_a | Vigo | past"],
    );
    check(
        &[&["yo | ir_al | lunes"], &["yo | ir_al | jueves"]],
        &["yo | ir_al | lunes", "yo | ir_al | jueves"],
    );
}

#[test]
fn others_never_close_or_raise_what_the_user_said() {
    for source in [FactSource::Rag, FactSource::Skill, FactSource::Assistant] {
        let told_by_user =
            Message { source: FactSource::UserInput, claims: &["yo | vivir_en | Madrid"] };
        let other = Message { source, claims: &["yo | vivir_en | Sevilla"] };
        let same = Message { source, claims: &["yo | vivir_en | Madrid"] };
        let contrary = Message { source, claims: &["yo | vivir_en | Madrid | no"] };
        let beside = Message { source, claims: &["yo | tener | gato"] };
        let name = source.name();
        check_from(
            &[told_by_user, other, same, contrary, beside],
            &["yo | vivir_en | Madrid", &format!("yo | tener | gato | {name}")],
        );
        let user_then =
            Message { source: FactSource::UserInput, claims: &["yo | vivir_en | Vigo"] };
        check_from(
            &[Message { source, claims: &["yo | vivir_en | Sevilla"] }, user_then],
            &[&format!("yo | vivir_en | Sevilla | superseded {name}"), "yo | vivir_en | Vigo"],
        );
    }
}

#[test]
fn a_closed_fact_knows_its_day_and_its_successor() {
    let by_user = |claims| Message { source: FactSource::UserInput, claims };
    let notebook =
        told(&[by_user(&["yo | vivir_en | Madrid"]), by_user(&["yo | vivir_en | Sevilla"])]);
    let facts = notebook.facts();
    assert_eq!(facts[0].valid_to.as_deref(), Some("1970-01-02"));
    assert_eq!(facts[0].superseded_by, Some(facts[1].id));
    assert_eq!(facts[0].expired, Some(facts[1].learned));
    assert_eq!(facts[1].valid_to, None);
}

#[test]
fn a_claim_is_shown_resolved_to_later_messages() {
    let by_user = |claims| Message { source: FactSource::UserInput, claims };
    let notebook = told(&[by_user(&["hermana+Lucía:person | vivir_en | Madrid"])]);
    let resolved =
        sarai_facts::ledger::resolved(&claim("hermana | tener | perro"), &notebook).unwrap();
    assert_eq!(resolved.subject.name, "hermana Lucía");
    assert_eq!(resolved.subject.also, ["hermana", "Lucía"]);
    let again = sarai_facts::ledger::claim_of(&notebook.facts()[0], &notebook).unwrap();
    assert_eq!(
        (again.subject.name.as_str(), again.relation.as_str()),
        ("hermana Lucía", "vivir_en")
    );
}

#[test]
fn a_kept_fact_still_shows_of_what_kind_its_value_is() {
    for (fact, kind) in [
        ("book club | be | Wednesday", Kind::Time),
        ("cumple de cuñada | ser | 3 de marzo", Kind::Time),
        ("cita | ser | día 14 | planned when=2025-06-14", Kind::Time),
        ("yo | tener | doce ovejas", Kind::Quantity),
        ("yo | vivir_en | Lugo", Kind::Thing),
    ] {
        let claims = [fact];
        let notebook = told(&[Message { source: FactSource::UserInput, claims: &claims }]);
        let again = sarai_facts::ledger::claim_of(&notebook.facts()[0], &notebook).unwrap();
        assert_eq!(again.object.kind, kind, "{fact}");
    }
}

#[test]
fn a_known_pair_of_entities_is_named_by_key() {
    let notebook = told(&[Message {
        source: FactSource::UserInput,
        claims: &["hermana+Ana | vivir_en | Madrid", "hermana+Eva | vivir_en | Lugo"],
    }]);
    let changes = sarai_facts::ledger::settle(
        &claim("Ana | trabajar_en | banco"),
        &heard(FactSource::UserInput, 1),
        &notebook,
    )
    .unwrap();
    assert!(matches!(changes.as_slice(), [Change::Learn { .. }]), "{changes:?}");
}

#[test]
fn a_new_amount_is_kept_in_the_words_of_the_old_one() {
    check(
        &[&["yo | pagar | 600 euros de alquiler"], &["alquiler | ser | 680 euros | replace"]],
        &["yo | pagar | 600 euros de alquiler | superseded", "yo | pagar | 680 euros de alquiler"],
    );
    check(
        &[&["madre | tomar | pastilla de Sintrom"], &["Sintrom | ser | 2 pastillas | replace"]],
        &[
            "madre | tomar | pastilla de Sintrom | superseded",
            "madre | tomar | 2 pastillas de Sintrom",
        ],
    );
    check(&[&["alquiler | ser | 680 euros | replace"]], &["alquiler | ser | 680 euros"]);
}

#[test]
fn what_is_taken_away_is_no_more_where_it_was() {
    check(
        &[&["bici | estar_en | garaje"], &["yo | traer | bici | past"]],
        &["bici | estar_en | garaje | superseded", "yo | traer | bici | past"],
    );
    check(
        &[&["bici | estar_en | garaje"], &["yo | traer | bici | no"]],
        &["bici | estar_en | garaje", "yo | traer | bici | no"],
    );
    check(
        &[&["yo | beber | café"], &["yo | quitar | café | past"]],
        &["yo | beber | café | superseded", "yo | quitar | café | past"],
    );
    check(
        &[&["yo | tener | gafas"], &["yo | perder | gafas | past"]],
        &["yo | tener | gafas | superseded", "yo | perder | gafas | past"],
    );
    check(
        &[&["hija | tener | 3 años"], &["hija | tener | 4"]],
        &["hija | tener | 3 años | superseded", "hija | tener | 4 años"],
    );
}
