//! Each rule, in both languages.

use sarai_core::fact::FactSource;

use super::{Message, check, told};

#[test]
fn what_is_told_again_is_mentioned_again() {
    check(
        &[&["yo | vivir_en | Madrid"], &["yo | vivir_en | Madrid"]],
        &["yo | vivir_en | Madrid | x2"],
    );
    check(
        &[&["yo | vivir_en | Madrid"], &["yo | residir_en | Madrid"], &["yo | live_in | Madrid"]],
        &["yo | vivir_en | Madrid | x3"],
    );
    check(&[&["yo | like | the cat"], &["yo | love | cats"]], &["yo | like | the cat | x2"]);
    check(
        &[&["yo | comprar | pan | past"], &["yo | comprar | pan | past when=2025-06-01"]],
        &["yo | comprar | pan | past", "yo | comprar | pan | past"],
    );
}

#[test]
fn one_message_counts_once() {
    check(&[&["yo | vivir_en | Madrid", "yo | residir_en | Madrid"]], &["yo | vivir_en | Madrid"]);
}

#[test]
fn mentions_make_surer_up_to_a_cap_and_replies_do_not() {
    let confidence = |second: &str, times: usize| {
        let again = vec![second; times];
        let messages: Vec<Message<'_>> = std::iter::once(&"yo | vivir_en | Madrid")
            .chain(&again)
            .map(|claim| Message {
                source: FactSource::UserInput,
                claims: std::slice::from_ref(claim),
            })
            .collect();
        told(&messages).facts()[0].confidence
    };
    assert!((confidence("yo | vivir_en | Madrid", 0) - 0.9).abs() < 1e-9);
    assert!((confidence("yo | vivir_en | Madrid", 1) - 0.99).abs() < 1e-9);
    assert!((confidence("yo | vivir_en | Madrid", 5) - 0.99).abs() < 1e-9);
    assert!((confidence("yo | vivir_en | Madrid | reply", 3) - 0.9).abs() < 1e-9);
}

#[test]
fn one_value_at_a_time_is_replaced_by_a_later_message() {
    let replaced = |old: &str, new: &str| {
        let shown = |text: &str| text.replace(":time", "");
        check(&[&[old], &[new]], &[&format!("{} | superseded", shown(old)), &shown(new)]);
    };
    replaced("yo | vivir_en | Madrid", "yo | vivir_en | Sevilla");
    replaced("yo | live_in | Leeds", "yo | reside_in | York");
    replaced("PIN de la alarma | ser | 2580", "PIN de la alarma | ser | 1111");
    replaced("comida favorita | ser | paella", "comida favorita | ser | ramen");
    replaced("favourite colour | be | blue", "favourite colour | be | green");
    replaced("hija | tener | 5 años", "hija | tener | 6 años");
    replaced("Zainab | be | 12", "Zainab | be | 13");
    replaced("yo | tener | dos hijos", "yo | tener | tres hijos");
    replaced("llave | estar_en | mesita", "llave | estar_en | cajón");
    replaced("spare key | be_on | shelf", "spare key | be_in | drawer");
    replaced("yo | estar | soltera", "yo | estar | casada");
    replaced("café | costar | 2 euros", "café | costar | 3 euros");
    replaced("yo | llamarse | Ana", "yo | llamarse | Anabel");
    replaced("reunión | ser | martes", "reunión | ser | jueves");
    replaced("reunión | ser | 10:time", "reunión | ser | 11:time");
}

#[test]
fn values_of_different_kinds_and_of_one_message_stand_beside_each_other() {
    let both = |one: &str, other: &str| check(&[&[one], &[other]], &[one, other]);
    both("yo | ser | enfermera", "yo | ser | alérgica al polen");
    both("yo | gustar | café", "yo | gustar | té");
    both("yo | tener | perro", "yo | tener | gato");
    both("yo | trabajar_en | biblioteca", "yo | trabajar_en | museo");
    both("yo | nacer_en | Lugo", "yo | nacer_en | 1980");
    both("yo | be | nurse", "yo | be | vegan");
    both("yo | vivir_en | Madrid", "hermana | vivir_en | Sevilla");
    check(
        &[&["yo | vivir_en | Madrid", "yo | vivir_en | Lugo"]],
        &["yo | vivir_en | Madrid", "yo | vivir_en | Lugo"],
    );
    check(
        &[&["yo | vivir_en | Madrid"], &["yo | vivir_en | Lugo | planned"]],
        &["yo | vivir_en | Madrid", "yo | vivir_en | Lugo | planned"],
    );
    check(
        &[&["yo | vivir_en | Madrid"], &["yo | vivir_en | París | past"]],
        &["yo | vivir_en | Madrid", "yo | vivir_en | París | past"],
    );
}

#[test]
fn to_move_somewhere_is_to_live_there() {
    check(
        &[&["yo | vivir_en | Madrid"], &["yo | mudarse_a | Sevilla | past"]],
        &["yo | vivir_en | Madrid | superseded", "yo | mudarse_a | Sevilla | past"],
    );
    check(
        &[&["yo | live_in | Dundee"], &["nosotros | move_to | Broughty Ferry | past"]],
        &["yo | live_in | Dundee | superseded", "nosotros | move_to | Broughty Ferry | past"],
    );
}

#[test]
fn to_move_ends_renting() {
    check(
        &[&["yo | rent | flat in Dundee"], &["yo | move_to | Broughty Ferry | past"]],
        &["yo | rent | flat in Dundee | superseded", "yo | move_to | Broughty Ferry | past"],
    );
}

#[test]
fn a_nearer_place_refines_and_a_wider_one_repeats() {
    check(
        &[&["yo | vivir_en | Lugo"], &["yo | vivir_en | pueblo de Lugo"]],
        &["yo | vivir_en | Lugo | superseded", "yo | vivir_en | pueblo de Lugo"],
    );
    check(
        &[&["yo | vivir_en | pueblo de Lugo"], &["yo | vivir_en | Lugo"]],
        &["yo | vivir_en | pueblo de Lugo | x2"],
    );
}

#[test]
fn what_is_replaced_or_corrected_gives_way() {
    check(
        &[&["yo | trabajar_en | biblioteca"], &["yo | trabajar_en | museo | replace"]],
        &["yo | trabajar_en | biblioteca | superseded", "yo | trabajar_en | museo"],
    );
    check(
        &[&["yo | tener | perro", "yo | tener | gato"], &["yo | tener | loro | replace=gato"]],
        &["yo | tener | perro", "yo | tener | gato | superseded", "yo | tener | loro"],
    );
    check(
        &[&["yo | be | nurse", "yo | be | vegan"], &["yo | be | teacher | replace"]],
        &["yo | be | nurse | superseded", "yo | be | vegan", "yo | be | teacher"],
    );
    check(
        &[&["sala | estar_en | cuarta planta", "sala | estar_en | quinta planta | replace"]],
        &["sala | estar_en | cuarta planta | superseded", "sala | estar_en | quinta planta"],
    );
    check(
        &[&["yo | drive | Prius"], &["yo | like | Ioniq | replace=Prius"]],
        &["yo | drive | Prius | superseded", "yo | like | Ioniq"],
    );
}

#[test]
fn what_ends_is_closed_and_only_told_anew_when_it_was_not_known() {
    check(
        &[&["yo | vivir_en | Madrid"], &["yo | vivir_en | Madrid | end no"]],
        &["yo | vivir_en | Madrid | superseded"],
    );
    check(&[&["yo | fumar | puros | end no"]], &["yo | fumar | puros | no"]);
    check(&[&["yo | trabajar_en | museo | end"]], &["yo | trabajar_en | museo | past"]);
    check(
        &[&["yo | tener | perro"], &["yo | tener | * | end"]],
        &["yo | tener | perro | superseded"],
    );
    check(&[&["yo | tener | * | end no"]], &[]);
    check(
        &[&["yo | work_at | library"], &["yo | leave | library | end"]],
        &["yo | work_at | library | superseded", "yo | leave | library"],
    );
    check(
        &[&["yo | work_at | library"], &["yo | quit | job | past"]],
        &["yo | work_at | library | superseded", "yo | quit | job | past"],
    );
    check(
        &[&["yo | conducir | Prius de 2015"], &["yo | jubilar | Prius | past"]],
        &["yo | conducir | Prius de 2015 | superseded", "yo | jubilar | Prius | past"],
    );
    check(
        &[&["yo | tener | coche"], &["yo | vender | coche | planned"]],
        &["yo | tener | coche", "yo | vender | coche | planned"],
    );
    check(
        &[&["yo | tener | coche"], &["yo | vender | coche | no"]],
        &["yo | tener | coche", "yo | vender | coche | no"],
    );
}

#[test]
fn the_contrary_closes_what_was_said() {
    let turned = |old: &str, new: &str, kept: [&str; 2]| check(&[&[old], &[new]], &kept);
    turned(
        "yo | gustar | café",
        "yo | gustar | café | no",
        ["yo | gustar | café | superseded", "yo | gustar | café | no"],
    );
    turned(
        "yo | gustar | café | no",
        "yo | encantar | café",
        ["yo | gustar | café | no superseded", "yo | encantar | café"],
    );
    turned(
        "yo | hate | olives",
        "yo | love | olives",
        ["yo | hate | olives | superseded", "yo | love | olives"],
    );
    turned(
        "yo | tener | perro | no",
        "yo | tener | perro labrador",
        ["yo | tener | perro | no superseded", "yo | tener | perro labrador"],
    );
    turned(
        "yo | gustar | queso",
        "yo | gustar | queso azul | no",
        ["yo | gustar | queso", "yo | gustar | queso azul | no"],
    );
    turned(
        "yo | trabajar_en | banco",
        "yo | trabajar_en | banco | past",
        ["yo | trabajar_en | banco | superseded", "yo | trabajar_en | banco | past"],
    );
}

#[test]
fn plans_are_moved_cancelled_and_fulfilled() {
    let moved = |plan: &str, new: &str, kept: [&str; 2]| check(&[&[plan], &[new]], &kept);
    moved(
        "yo | tener | cita con dentista | planned when=1970-01-06",
        "cita | pasar_a | jueves | planned when=1970-01-08",
        [
            "yo | tener | cita con dentista | superseded",
            "cita con dentista | pasar_a | jueves | planned",
        ],
    );
    moved(
        "yo | have | eye test | planned when=1970-01-06",
        "they | move_to | eye test | planned when=1970-01-08",
        ["yo | have | eye test | superseded", "they | move_to | eye test | planned"],
    );
    moved(
        "yo | tener | dentista | planned when=1970-01-06",
        "yo | tener | dentista | planned when=1970-01-08 replace",
        ["yo | tener | dentista | superseded", "yo | tener | dentista | planned"],
    );
    moved(
        "yo | have | eye test | planned when=1970-01-06",
        "eye test | be | cancelled | past",
        ["yo | have | eye test | superseded", "eye test | be | cancelled | past"],
    );
    moved(
        "yo | tener | cita | planned when=1970-01-06",
        "cita | cancelar | sí | past",
        ["yo | tener | cita | superseded", "cita | cancelar | sí | past"],
    );
    moved(
        "yo | tener | guardia | planned when=1970-01-06",
        "yo | cambiar | guardia | past when=1970-01-08",
        ["yo | tener | guardia | superseded", "yo | cambiar | guardia | past"],
    );
    moved(
        "yo | have | meeting | planned when=1970-01-06",
        "meeting with Martha | be | Wednesday | planned when=1970-01-07",
        ["yo | have | meeting | superseded", "meeting with Martha | be | Wednesday | planned"],
    );
    moved(
        "yo | tener | cita | planned when=1970-01-01",
        "cita | pasar_a | jueves | planned when=1970-01-08",
        ["yo | tener | cita | planned", "cita | pasar_a | jueves | planned"],
    );
    moved(
        "yo | tener | cita | planned when=1970-01-06",
        "cita | pasar_a | jueves | past when=1970-01-08",
        ["yo | tener | cita | superseded", "cita | pasar_a | jueves | planned"],
    );
    moved(
        "yo | have | eye test | planned when=1970-01-06",
        "yo | cancel | eye test | past",
        ["yo | have | eye test | superseded", "yo | cancel | eye test | past"],
    );
    moved(
        "yo | tener | reunión | planned when=1970-01-02",
        "yo | tener | reunión | past when=1970-01-02",
        ["yo | tener | reunión | superseded", "yo | tener | reunión | past"],
    );
}
