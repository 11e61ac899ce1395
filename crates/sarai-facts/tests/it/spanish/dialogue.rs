//! Messages that need the ones before.

use super::check;

#[test]
fn an_answer_is_put_where_it_was_asked_for() {
    check(&["A: ¿Cómo se llama tu hermana?", "Lucía"], &["hermana | llamarse | Lucía"]);
    check(&["A: ¿Y tu perro cómo se llama?", "Tobi"], &["perro | llamarse | Tobi"]);
    check(
        &["A: ¿Cuántos hermanos tienes?", "Cuatro, todos mayores que yo"],
        &["yo | tener | cuatro hermanos"],
    );
    check(&["A: ¿Qué edad tiene tu hija?", "Cinco años"], &["hija | tener | cinco años"]);
    check(&["A: ¿Dónde vive tu madre?", "En Soria, con mi hermano"], &["madre | vivir_en | Soria"]);
    check(&["A: ¿A qué te dedicas?", "fontanero"], &["yo | dedicar_a | fontanero"]);
    check(
        &["A: ¿Cuándo es tu cumpleaños?", "El 4 de julio"],
        &["cumpleaños | ser | 4 de julio | 2025-07-04"],
    );
    check(&["A: ¿Cuál es tu color favorito?", "El verde"], &["color favorito | ser | verde"]);
    check(&["A: ¿Quién te regaló el reloj?", "Mi abuelo"], &["abuelo | regalar | reloj"]);
    check(
        &["A: ¿Con quién compartes despacho?", "con Gorka y con Amaia"],
        &["yo | compartir_con | Gorka", "yo | compartir_con | Amaia"],
    );
    check(&["A: ¿Qué talla usas?", "la M"], &["yo | usar | M"]);
    check(&["A: ¿De dónde eres?", "De Cuenca"], &["yo | ser_de | Cuenca"]);
    check(&["A: ¿Qué le gusta a tu madre?", "Las flores"], &["madre | gustar | flores"]);
    check(&["A: ¿Quieres que te lo lea en voz alta?", "Sí, por favor"], &[]);
    check(&["A: ¿Qué tal estás?", "Bien, cansado"], &[]);
}

#[test]
fn yes_and_no_decide_what_was_said() {
    check(&["A: ¿Vives en Lugo?", "Sí"], &["yo | vivir_en | Lugo"]);
    check(
        &["A: ¿Tu hijo estudia en el Jovellanos?", "Así es"],
        &["hijo | estudiar_en | Jovellanos"],
    );
    check(&["A: Entonces vives en Lugo, ¿no?", "Exacto"], &["yo | vivir_en | Lugo"]);
    check(&["A: ¿Vives en Lugo?", "No, en Vigo"], &["yo | vivir_en | Vigo | not Lugo"]);
    check(&["A: ¿Vives en Lugo?", "Sí, desde 2010"], &["yo | vivir_en | Lugo"]);
    check(&["A: ¿Tienes hijos?", "No"], &["yo | tener | hijos | no"]);
    check(&["A: ¿Tienes hijos?", "Sí, dos"], &["yo | tener | dos hijos"]);
    check(
        &["A: ¿Tienes hermanos?", "no, soy hijo único"],
        &["yo | tener | hermanos | no", "yo | ser | hijo único"],
    );
    check(
        &["A: ¿Eres vegetariano?", "No, pero mi mujer sí"],
        &["yo | ser | vegetariano | no", "mujer | ser | vegetariano"],
    );
    check(&["A: ¿Eres alérgico a algo?", "Sí, al polen"], &["yo | ser | alérgico al polen"]);
    check(&["A: Tu hijo tiene 5 años, ¿no?", "No, 6"], &["hijo | tener | 6 años | not 5 años"]);
    check(
        &["A: Entonces tu hermana vive en Lugo", "No, vive en Vigo"],
        &["hermana | vivir_en | Vigo | not Lugo"],
    );
    check(
        &["A: ¿Te gusta el café?", "No, prefiero el té"],
        &["yo | gustar | café | no", "yo | preferir | té"],
    );
}

#[test]
fn an_answer_may_go_on_or_say_less() {
    check(&["A: ¿Cómo se llama tu hija?", "Vera"], &["hija | llamarse | Vera"]);
    check(&["A: ¿Cómo se llama tu hijo?", "Bruno, como su padre"], &["hijo | llamarse | Bruno"]);
    check(&["A: ¿Cómo se llama tu jefa?", "Ni idea"], &[]);
    check(
        &["A: ¿Dónde vives?", "Pues en Jaca, aunque soy de Lugo"],
        &["yo | vivir_en | Jaca", "yo | ser_de | Lugo"],
    );
    check(
        &["A: ¿En qué trabajas?", "De celador en un hospital"],
        &["yo | trabajar_de | celador", "yo | trabajar_en | hospital"],
    );
    check(&["A: ¿Qué instrumento tocas?", "El oboe"], &["yo | tocar | oboe"]);
    check(&["A: ¿Cómo vas al trabajo?", "En bici"], &["yo | ir_en | bici"]);
    check(&["A: ¿Cuál es tu dirección?", "Calle Luna, 8"], &["dirección | ser | Calle Luna, 8"]);
    check(&["A: ¿Qué día tienes el examen?", "El jueves"], &["yo | tener | examen | 2025-06-05"]);
    check(&["A: ¿Y tu apellido?", "Ortega"], &["apellido | ser | Ortega"]);
    check(&["A: ¿Y tu tía?", "Vive en Huesca"], &["tía | vivir_en | Huesca"]);
    check(&["A: ¿Desde cuándo vives en Soria?", "Desde 2010"], &["yo | vivir_en | Soria"]);
}

#[test]
fn a_word_decides_without_yes_or_no() {
    check(&["A: ¿Tienes hijos?", "Tres"], &["yo | tener | tres hijos"]);
    check(&["A: ¿Tienes hijos?", "No tengo"], &["yo | tener | hijos | no"]);
    check(&["A: ¿Tienes mascotas?", "No, ninguna"], &["yo | tener | mascotas | no"]);
    check(&["A: ¿Eres alérgica a algo?", "A nada"], &["yo | ser | alérgica | no"]);
    check(&["A: ¿Tienes alguna alergia?", "Al látex"], &["yo | tener | alergia al látex"]);
    check(&["A: ¿Tomas algo?", "Gracias"], &[]);
    check(&["A: ¿Te gusta el mar?", "Mucho"], &["yo | gustar | mar"]);
    check(&["A: ¿Te gusta el mar?", "Me encanta"], &["yo | gustar | mar"]);
    check(&["A: ¿Prefieres té o café?", "Té"], &["yo | preferir | Té"]);
    check(&["A: ¿Estudias o trabajas?", "Trabajo"], &["yo | trabajar | sí"]);
    check(&["A: ¿Has estado en Roma?", "Sí, en 2019"], &["yo | estar_en | Roma | 2019"]);
    check(
        &["A: ¿Tienes novia?", "Sí, se llama Paula"],
        &["yo | tener | novia", "novia | llamarse | Paula"],
    );
}

#[test]
fn a_correction_takes_the_place_of_what_it_corrects() {
    check(
        &["Mi hermana se llama Ana", "No, perdona, es Eva, que me lío"],
        &["hermana | llamarse | Eva | not Ana"],
    );
    check(&["Mi hermana se llama Ana", "Perdón, Eva"], &["hermana | llamarse | Eva | not Ana"]);
    check(&["Mi hermana se llama Ana", "Ana no, Eva"], &["hermana | llamarse | Eva | not Ana"]);
    check(
        &["Mi hermana se llama Ana", "No, mi hermana se llama Eva"],
        &["hermana | llamarse | Eva | not Ana"],
    );
    check(
        &["La boda es el 3 de mayo", "Perdona, la boda es el 4 de mayo"],
        &["boda | ser | 4 de mayo | 2026-05-04 | not 3 de mayo"],
    );
    check(
        &["Tengo tres gatos", "me equivoqué, son cuatro"],
        &["yo | tener | cuatro gatos | not tres gatos"],
    );
    check(
        &["Mi primo trabaja en Seat", "En realidad trabaja en Renault"],
        &["primo | trabajar_en | Renault | not Seat"],
    );
    check(
        &["No me llamo Ana, me llamo Anabel"],
        &["yo | llamarse | Ana | no", "yo | llamarse | Anabel"],
    );
}

#[test]
fn who_is_meant_was_said_before() {
    check(
        &["Mi abuelo se llama Fermín.", "Cultiva tomates en Murcia."],
        &["abuelo | cultivar | tomates"],
    );
    check(
        &["Mi profesora de inglés es Brenda.", "Ella nació en Chicago."],
        &["profesora de inglés | nacer_en | Chicago"],
    );
    check(
        &["Este agosto alquilamos una casa en Llanes.", "Allí vive mi prima Covadonga."],
        &["prima (Covadonga) | vivir_en | Llanes"],
    );
    check(
        &["Tengo dos hijas.", "La mayor se llama Irene y la pequeña Alba."],
        &["hija mayor | llamarse | Irene", "hija pequeña | llamarse | Alba"],
    );
    check(
        &["Ha venido mi prima Rosalía.", "Que espera gemelos."],
        &["prima (Rosalía) | esperar | gemelos"],
    );
    check(&["Mi coche es un Golf.", "Está en el taller."], &["coche | estar_en | taller"]);
}

#[test]
fn what_is_swapped_takes_the_place_of_what_was_told() {
    check(
        &["Tengo un Opel Corsa", "He cambiado el Corsa por un Kia"],
        &["yo | cambiar | Corsa", "yo | tener | Kia | not Opel Corsa"],
    );
    check(&["He cambiado el turno por la tarde"], &["yo | cambiar | turno"]);
}

#[test]
fn what_only_announces_a_correction_is_no_part_of_it() {
    check(
        &["Mi jefa se llama Marta", "Perdón, se llama Mónica"],
        &["jefa | llamarse | Mónica | not Marta"],
    );
    check(
        &["Mi hermana trabaja en Correos", "No, miento, en Hacienda"],
        &["hermana | trabajar_en | Hacienda | not Correos"],
    );
    check(
        &["Mi hijo está en tercero de primaria", "Ay no, que está ya en cuarto"],
        &["hijo | estar_en | cuarto | not tercero de primaria"],
    );
    check(
        &[
            "La contraseña del portátil es Olmo77",
            "Perdona, me he liado, la del portátil es Roble7",
        ],
        &["contraseña del portátil | ser | Roble7 | not Olmo77"],
    );
    check(
        &["Tengo tres sobrinos", "Miento, son cuatro"],
        &["yo | tener | cuatro sobrinos | not tres sobrinos"],
    );
}

#[test]
fn a_new_value_is_told_of_what_has_it() {
    check(&["Me han subido el alquiler a 680 euros"], &["alquiler | ser | 680 euros | now"]);
    check(&["La endocrina me ha bajado el Eutirox a 25"], &["Eutirox | ser | 25 | now"]);
    check(&["El gimnasio ha pasado a costar 42 euros"], &["gimnasio | costar | 42 euros"]);
    check(&["Llevo dos meses sin fumar"], &["yo | fumar | sí | no | over"]);
    check(&["A mi padre lo lleva el doctor Herrero"], &["doctor Herrero | llevar | padre"]);
    check(&["El fontanero cobra 45 euros la hora"], &["fontanero | cobrar | 45 euros"]);
}
