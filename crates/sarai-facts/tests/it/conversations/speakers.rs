//! Single messages of many kinds of speakers.

use super::check;

#[test]
fn clauses_that_leave_out_their_verb_or_say_it_of_another() {
    check(&["Mi papá fuma y mi mamá no"], &["papá | fumar | sí", "mamá | fumar | sí | no"]);
    check(
        &["Mi hermana sabe nadar y yo no"],
        &["hermana | saber | nadar", "yo | saber | nadar | no"],
    );
    check(
        &["Mi primo habla francés pero yo no"],
        &["primo | hablar | francés", "yo | hablar | francés | no"],
    );
    check(
        &["Yo no tengo coche, mi hermana sí"],
        &["yo | tener | coche | no", "hermana | tener | coche"],
    );
    check(
        &["Yo desayuno avena y mi esposo huevos"],
        &["yo | desayunar | avena", "esposo | desayunar | huevos"],
    );
    check(
        &["Mi hija estudia piano y mi hijo violín"],
        &["hija | estudiar | piano", "hijo | estudiar | violín"],
    );
    check(
        &["Yo vivo en Cali y mi hermano en Pasto"],
        &["yo | vivir_en | Cali", "hermano | vivir_en | Pasto"],
    );
    check(
        &["Yo tomo café y mi señora té de menta"],
        &["yo | tomar | café", "señora | tomar | té de menta"],
    );
}

#[test]
fn verbs_that_look_like_nouns_and_people_of_every_country() {
    check(&["Mi vecina cría conejos"], &["vecina | criar | conejos"]);
    check(&["Mi hermana guía turistas"], &["hermana | guiar | turistas"]);
    check(&["Mi perro come pienso"], &["perro | comer | pienso"]);
    check(&["Mi papá juega dominó"], &["papá | jugar | dominó"]);
    check(&["A mi hija le apasionan los caballos"], &["hija | apasionar | caballos"]);
    check(&["Al más grande le gusta el fútbol"], &["grande | gustar | fútbol"]);
    check(
        &["mi carnal se llama Beto y vive en Tijuana"],
        &["carnal Beto | llamarse | Beto", "carnal Beto | vivir_en | Tijuana"],
    );
    check(&["mi ñaño trabaja en el municipio"], &["ñaño | trabajar_en | municipio"]);
    check(
        &["Trabajo como diseñadora y tengo un perro"],
        &["yo | trabajar_como | diseñadora", "yo | tener | perro"],
    );
    check(&["Me teñí de rubia"], &["yo | teñir_de | rubia | past"]);
}

#[test]
fn names_that_are_given() {
    check(
        &["Adoptamos una perrita y le pusimos Canela"],
        &["nosotros | adoptar | perrita Canela", "perrita Canela | llamarse | Canela"],
    );
    check(&["A mi perro le puse Thor"], &["perro Thor | llamarse | Thor"]);
    check(&["A mi gata la bautizamos Frida"], &["gata Frida | llamarse | Frida"]);
    check(
        &["Mi padrino, don Eusebio, arregla relojes"],
        &["padrino don Eusebio | arreglar | relojes"],
    );
}

#[test]
fn hours_distances_and_lengths_of_time() {
    check(&["laburo de 9 a 18"], &["yo | laburar | 9 a 18"]);
    check(&["Trabajo de lunes a viernes en una notaría"], &["yo | trabajar_en | notaría"]);
    check(
        &["Mis tíos viven en Cholula, a una hora del aeropuerto"],
        &["tíos | vivir_en | Cholula"],
    );
    check(&["Trabajé cinco años en una imprenta"], &["yo | trabajar_en | imprenta | past"]);
    check(&["Trabajé diez años de taxista"], &["yo | trabajar_de | taxista | past"]);
    check(&["Llevo veinte años en Miami"], &["yo | vivir_en | Miami"]);
    check(
        &["Tengo un hermano en Alemania"],
        &["yo | tener | hermano", "hermano | vivir_en | Alemania"],
    );
    check(&["Los jueves me toca turno de tarde"], &["yo | tocar | turno de tarde"]);
    check(&["mi vuelo sale el 12 a las 7am"], &["vuelo | salir | 12 a las 7am | planned"]);
}

#[test]
fn what_is_done_to_somebody() {
    check(&["Operaron a mi padre de la cadera"], &["padre | operar_de | cadera | past"]);
    check(&["A mi marido lo ascendieron"], &["marido | ascender | sí | past"]);
    check(&["A mi hermana la nombraron directora"], &["hermana | ser | directora"]);
    check(&["Se me descompuso la lavadora"], &["lavadora | descomponer | sí | past"]);
}
