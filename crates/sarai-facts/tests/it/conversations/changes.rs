//! What changes: homes, work, posts, amounts.

use super::check;

#[test]
fn who_moves_lives_there() {
    check(
        &["Vivo en Getafe con mi hermana", "Me cambié a Móstoles por el trabajo"],
        &["yo | vivir_con | hermana", "yo | vivir_en | Móstoles"],
    );
    check(
        &["Mi tía vive en Salta", "Mi tía se vino a Córdoba capital"],
        &["tía | vivir_en | Córdoba capital"],
    );
    check(&["vivo en arequipa", "me mudé pa lima el mes pasado"], &["yo | vivir_en | lima"]);
    check(
        &["Mi primo vive en Bogotá", "Mi primo se devolvió para Pasto"],
        &["primo | vivir_en | Pasto"],
    );
    check(
        &["Vivo en Zaragoza", "Me he vuelto a Huesca, con mis padres"],
        &["yo | vivir_en | Huesca"],
    );
    check(
        &["Mis abuelos viven en el campo", "Mis abuelos se mudaron al pueblo"],
        &["abuelos | vivir_en | pueblo"],
    );
    check(&["Estudio en la UNAM", "Me cambié al Tec"], &["yo | estudiar_en | Tec"]);
    check(&["Estudio Derecho", "Me he cambiado a Psicología"], &["yo | estudiar | Psicología"]);
    check(&["Mi banco es BBVA", "Me cambié al Santander"], &["banco | ser | Santander"]);
    check(&["Mi hijo está en kínder", "Mi hijo entró a primaria"], &["hijo | estar_en | primaria"]);
    check(
        &["Mi suegro nació en Lorca", "Perdón, me confundí: mi suegro nació en Totana"],
        &["suegro | nacer_en | Totana | past"],
    );
    check(
        &["La tienda está en la plaza", "La tienda se mudó a la avenida"],
        &["tienda | estar_en | avenida"],
    );
    check(&["Uso Windows", "Me pasé a Linux"], &["yo | usar | Linux"]);
}

#[test]
fn new_work_takes_the_place_of_the_old() {
    check(
        &["Trabajo en una ferretería", "Dejé la ferretería y empecé en una panadería"],
        &["yo | dejar | ferretería | past", "yo | trabajar_en | panadería"],
    );
    check(
        &["Mi marido trabaja en Iberdrola", "Mi marido ha fichado por Repsol"],
        &["marido | trabajar_en | Repsol"],
    );
    check(
        &["Trabajo en una consultora", "He cambiado de empresa, estoy en Accenture"],
        &["yo | trabajar_en | Accenture"],
    );
    check(
        &["Laburo en un call center", "Renuncié y entré en una startup"],
        &["yo | renunciar | sí | past", "yo | trabajar_en | startup"],
    );
    check(
        &["Trabajo en un supermercado", "Renuncié al súper y entré a trabajar en un banco"],
        &["yo | renunciar_a | supermercado | past", "yo | trabajar_en | banco"],
    );
    check(
        &["Estoy sin trabajo", "Me contrataron en un taller mecánico"],
        &["yo | trabajar_en | taller mecánico"],
    );
    check(&["Estoy en paro", "Ya encontré trabajo"], &["yo | encontrar | trabajo | past"]);
}

#[test]
fn somebody_new_has_the_post() {
    check(&["Mi jefe es Andrés", "Ahora mi jefa es Rocío"], &["jefa Rocío | ser | Rocío"]);
    check(
        &["Mi dentista es Olga", "He cambiado de dentista, ahora voy con Marcos"],
        &["dentista Marcos | ser | Marcos"],
    );
    check(
        &["Mi novia se llama Fernanda", "Terminé con Fernanda, ahora mi novia es Ximena"],
        &["yo | terminar_con | novia Fernanda | past", "novia Ximena | ser | Ximena"],
    );
}

#[test]
fn amounts_and_times_are_moved() {
    check(
        &["La cita con el oculista es el día 14", "La cita se adelanta al 12"],
        &["cita con el oculista | adelantar_a | 12 | planned"],
    );
    check(
        &["Mi clase de piano es los martes", "Me han cambiado la clase de piano a los jueves"],
        &["clase de piano | ser | jueves"],
    );
    check(&["Gano 1200 al mes", "Me subieron el sueldo a 1400"], &["yo | ganar | 1400"]);
    check(&["Peso 90 kilos", "He bajado a 82"], &["yo | pesar | 82 kilos"]);
    check(
        &["Tengo un iPhone 11", "Se me rompió el iPhone y ahora tengo un Xiaomi"],
        &["iPhone | romper | sí | past", "yo | tener | Xiaomi"],
    );
    check(
        &["Mi número es el 611 22 33 44", "Cambié de número, ahora es el 699 88 77 66"],
        &["número | ser | 699 88 77 66"],
    );
    check(
        &["Mi celular es el 55 4321 8765", "Cambié de número, mi celular ahora es el 55 9012 3344"],
        &["celular | ser | 55 9012 3344"],
    );
    check(&["El bus pasa a las 8", "Ahora el bus pasa a las 9"], &["bus | pasar | 9"]);
}

#[test]
fn a_message_puts_itself_right() {
    check(&["Trabajo en Nestlé. Bueno, en Danone"], &["yo | trabajar_en | Danone"]);
    check(&["Mi cita es el martes, digo, el miércoles"], &["cita | ser | miércoles | planned"]);
    check(&["Mi hija tiene 8 años, no, 9"], &["hija | tener | 9 años"]);
    check(&["La clave es 4411, perdón, 4412"], &["clave | ser | 4412"]);
    check(&["Mi hermana se llama Rosa, digo Rosario"], &["hermana Rosario | llamarse | Rosario"]);
    check(&["Vivo en Parla, bueno, en Pinto"], &["yo | vivir_en | Pinto"]);
}
