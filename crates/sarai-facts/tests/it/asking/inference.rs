//! Questions whose answer was told in other words than they ask with.

use super::check;

#[test]
fn a_place_is_a_place_and_the_one_asked_for() {
    check(
        &[
            "tío | vivir_en | Arequipa",
            "sister | live_in | Austin",
            "sister | live_with | boyfriend",
            "yo | nacer_en | Jaén | past | when 1985",
        ],
        &[
            ("¿En qué ciudad vive mi tío?", &["Arequipa"]),
            ("¿Dónde vive mi tío?", &["Arequipa"]),
            ("¿Qué familiar vive en Arequipa?", &["tío"]),
            ("¿En qué país vive mi tío?", &[]),
            ("Whereabouts does my sister live?", &["Austin"]),
            ("Which city is my sister based in?", &["Austin"]),
            ("Who does my sister live with?", &["boyfriend"]),
            ("¿En qué ciudad nací?", &["Jaén"]),
            ("¿Cuándo es mi cumpleaños?", &[]),
        ],
    );
}

#[test]
fn who_somebody_is_is_told_by_what_they_are_to_the_speaker() {
    check(
        &[
            "mujer | llamarse | Inés",
            "Inés | ser_de | Cuenca",
            "hermano de Inés | llamarse | Raúl",
            "Raúl | vivir_en | Bilbao",
            "cumpleaños de sobrina Alma | ser | 4 de marzo | when --03-04",
        ],
        &[
            ("¿Quién es Inés?", &["mujer Inés"]),
            ("¿Quién es mi mujer?", &["Inés"]),
            ("¿Con quién estoy casado?", &["Inés"]),
            ("¿Estoy casado?", &["sí"]),
            ("¿Tengo mujer?", &["sí"]),
            ("¿Dónde vive el hermano de mi mujer?", &["Bilbao"]),
            ("¿Dónde vive mi cuñado?", &["Bilbao"]),
            ("¿Dónde vive Inés?", &[]),
            ("¿Dónde vive mi mujer?", &[]),
            ("¿Cómo se llama el hermano de mi mujer?", &["Raúl"]),
            ("¿Quién cumple años en marzo?", &["sobrina Alma"]),
            ("¿Cuándo es mi cumpleaños?", &[]),
        ],
    );
}

#[test]
fn an_amount_is_of_what_is_counted() {
    check(
        &[
            "hija Vera | tener | siete años",
            "yo | tener | tres gatos",
            "sueldo | ser | 1900 euros",
            "son Leo | be | eight",
        ],
        &[
            ("¿Cuántos gatos tengo?", &["tres gatos"]),
            ("¿Cuántos años tiene Vera?", &["siete años"]),
            ("¿Cuántos hijos tengo?", &[]),
            ("¿Cuántos años tengo?", &[]),
            ("How old am I?", &[]),
            ("How old is Leo?", &["eight"]),
            ("¿Cuánto gano?", &["1900 euros"]),
        ],
    );
}

#[test]
fn yes_and_no_follow_from_what_is_had_known_and_forbidden() {
    check(
        &[
            "yo | tener | tres gatos",
            "yo | odiar | café",
            "yo | comer | carne | not",
            "mujer | conducir | sí | not",
            "yo | estar_en | Japón | past | not",
            "hijo Hugo | ser | alérgico a las nueces",
            "yo | ser | celíaca",
            "hermana | vivir_en | Lyon",
        ],
        &[
            ("¿Tengo mascotas?", &["sí"]),
            ("¿Tengo hermana?", &["sí"]),
            ("¿Tengo hermano?", &[]),
            ("¿Me gusta el té?", &[]),
            ("¿Me gusta el café?", &["no"]),
            ("¿Como carne?", &["no"]),
            ("¿Mi mujer sabe conducir?", &["no"]),
            ("¿He viajado alguna vez a Japón?", &["no"]),
            ("¿Hugo puede comer nueces?", &["no"]),
            ("¿Qué no puede comer Hugo?", &["alérgico a las nueces"]),
            ("¿Qué enfermedad tengo?", &["celíaca"]),
            ("¿A qué soy alérgico?", &[]),
        ],
    );
}

#[test]
fn what_is_lent_or_owed_is_with_somebody() {
    check(
        &[
            "yo | prestar | escalera | past | told le presté la escalera a mi vecino",
            "yo | owe | hundred pounds | told I owe Marcus a hundred pounds",
        ],
        &[("¿Quién tiene mi escalera?", &["vecino"]), ("Who do I owe money to?", &["Marcus"])],
    );
}

#[test]
fn what_was_is_told_from_what_is() {
    check(
        &[
            "yo | live_in | Leeds | superseded",
            "yo | move_to | York | past",
            "yo | smoke | smoke | past",
            "mum | be | nurse | past",
            "gran's house | build_by | grandfather | past",
            "yo | be | driver",
            "yo | be | allergic to pollen",
            "car service | be | July 3 | planned | when 2025-07-03",
        ],
        &[
            ("Do I live in York?", &["yes"]),
            ("Do I still live in Leeds?", &["no"]),
            ("Where did I use to live?", &["Leeds"]),
            ("Do I smoke?", &["no"]),
            ("Did I use to smoke?", &["yes"]),
            ("What did my mum use to do?", &["nurse"]),
            ("Who built the house?", &["grandfather"]),
            ("What do I do?", &["driver"]),
            ("What car do I have?", &[]),
            ("Am I allergic to anything?", &["yes"]),
            ("What allergy do I have?", &["allergic to pollen"]),
        ],
    );
}

#[test]
fn the_field_of_what_is_liked_is_not_asked_for() {
    check(
        &["yo | soportar | cilantro | not", "yo | encantar | parmesano", "yo | gustar | jazz"],
        &[
            ("¿Qué no soporto en la comida?", &["cilantro"]),
            ("¿Qué ingrediente no soporto?", &["cilantro"]),
            ("¿Qué comida me encanta?", &["parmesano"]),
            ("¿Qué me gusta de música?", &["jazz"]),
        ],
    );
}

#[test]
fn a_wedding_or_a_spouse_tells_who_is_married() {
    check(
        &["wife | be_called | Aoife"],
        &[("Am I married?", &["yes"]), ("Who am I married to?", &["Aoife"])],
    );
    check(
        &["yo | marry | Tom | past | when 2024"],
        &[
            ("Am I married?", &["yes"]),
            ("Who is my husband?", &["Tom"]),
            ("When did I get married?", &["2024"]),
        ],
    );
    check(&["sister's husband | be_called | Ivan"], &[("Am I married?", &[])]);
}

#[test]
fn who_died_is_alive_no_more() {
    check(
        &["uncle | die_in | 2010 | past", "aunt | live_in | Cork"],
        &[
            ("Is my uncle alive?", &["no"]),
            ("Is my uncle dead?", &["yes"]),
            ("Is my aunt dead?", &[]),
        ],
    );
}

#[test]
fn what_is_driven_is_the_car_one_has() {
    check(
        &["yo | drive | red Corsa", "yo | have | black dog"],
        &[("What car do I have?", &["red Corsa"]), ("What do I drive?", &["red Corsa"])],
    );
    check(&["gym | be | PureGym"], &[("What gym do I go to?", &["PureGym"])]);
    check(
        &["spare key | be_under | flowerpot"],
        &[("Where did I put the spare key?", &["flowerpot"])],
    );
}

#[test]
fn what_is_over_answers_only_how_it_ended() {
    check(
        &["yo | leave | PureGym | past", "gym | be | Hive"],
        &[("What gym do I go to?", &["Hive"]), ("What did I leave?", &["PureGym"])],
    );
}

#[test]
fn two_questions_in_one_are_both_answered() {
    check(
        &["yo | vivir_en | Orense", "gata | llamarse | Pimienta", "yo | nacer_en | Jaén | past"],
        &[
            ("¿Dónde vivo y cómo se llama mi gata?", &["Orense", "Pimienta"]),
            ("Where do I live and what is my gata called?", &["Orense", "Pimienta"]),
            ("¿Dónde vivo y dónde nací?", &["Orense", "Jaén"]),
            ("¿Cómo se llama mi gata y quién la cuida?", &["Pimienta"]),
        ],
    );
}

#[test]
fn what_took_a_place_answers_for_what_was_told_of_the_other() {
    check(
        &[
            "extensión | ser | 214 | told En la oficina mi extensión es la 214",
            "extensión | ser | 231 | told Con el cambio de mesa me dieron la 231",
        ],
        &[("¿Cuál es mi extensión en la oficina?", &["231"])],
    );
}

#[test]
fn who_is_known_is_answered_for_under_a_verb_that_nobody_told() {
    check(
        &[
            "primo | alojarse_en | hostal Sol | told Mi primo se aloja en el hostal Sol",
            "tía | vivir_en | Soria",
        ],
        &[
            ("¿Dónde pernocta mi primo?", &["hostal Sol"]),
            ("¿Dónde pernocta mi prima?", &[]),
            ("¿Dónde trabaja mi tía?", &[]),
        ],
    );
}

#[test]
fn a_provider_and_a_way_are_known_by_other_words() {
    check(
        &["nosotros | estar_con | Digi", "yo | walk_to | work", "yo | desayunar | avena"],
        &[
            ("¿Qué compañía tenemos?", &["Digi"]),
            ("How do I get to work?", &["walk"]),
            ("¿Qué desayuno?", &["avena"]),
        ],
    );
}

#[test]
fn the_day_of_what_takes_place_is_known_by_its_name() {
    check(
        &[
            "yo | jugar_a | pádel | told Juego al pádel los martes",
            "pádel | ser | jueves | told El pádel lo hemos pasado a los jueves",
        ],
        &[("¿Qué día juego al pádel?", &["jueves"])],
    );
}
