//! What takes the place of something else, told with a verb of another meaning.

use super::check;

#[test]
fn who_is_hired_works_there() {
    check(&["Trabajo en una mercería", "Me han cogido en Renfe"], &["yo | trabajar_en | Renfe"]);
    check(&["Trabajo en Ford", "Me ha fichado Tesla"], &["yo | trabajar_en | Tesla"]);
    check(
        &["Mi prima trabaja en Mango", "A mi prima la contrató Bershka"],
        &["prima | trabajar_en | Bershka"],
    );
    check(&["Trabajo en Endesa", "Firmé con Naturgy"], &["yo | trabajar_en | Naturgy"]);
    check(
        &["Mi sobrina va al colegio Lorca", "La matriculamos en el instituto Machado"],
        &["sobrina | ir_a | instituto Machado"],
    );
    check(
        &["Soy pastelero", "Dejé lo de pastelero, soy bedel"],
        &["yo | dejar | pastelero | past", "yo | ser | bedel"],
    );
    check(
        &["Mi tío es electricista", "Mi tío se jubiló en enero"],
        &["tío | jubilar | enero | past"],
    );
    check(&["Voy de tardes", "Me han puesto de noches"], &["yo | ir_de | noches"]);
}

#[test]
fn who_settles_somewhere_lives_there() {
    check(&["Vivo en Soria", "Me han destinado a Ceuta"], &["yo | vivir_en | Ceuta"]);
    check(&["Vivo en Soria", "Me instalé en Jaca"], &["yo | vivir_en | Jaca"]);
    check(
        &["Vivo en Alicante", "Al final nos quedamos con el piso de Elche"],
        &["nosotros | vivir_en | piso de Elche"],
    );
    check(&["Vivo con mis padres", "Me mudé a un ático en Gijón"], &["yo | vivir_en | ático"]);
    check(
        &["Comparto piso con Andrea", "Andrea se ha ido, ahora comparto piso con Olga"],
        &["Andrea | ir | sí | past", "yo | compartir_con | Olga"],
    );
}

#[test]
fn couples_part_in_many_words() {
    check(&["Salgo con Elena", "Lo dejamos Elena y yo"], &["yo | romper_con | Elena | past"]);
    check(
        &["Salgo con Jaime", "Lo de Jaime se acabó. Llevo un mes con Hugo"],
        &["yo | romper_con | Jaime | past", "yo | salir_con | Hugo"],
    );
}

#[test]
fn amounts_are_put_right_by_a_pronoun() {
    check(
        &["Tomo 20 mg de enalapril", "El médico me lo subió a 40"],
        &["yo | tomar | 40 mg de enalapril"],
    );
    check(&["La cuota son 30 euros", "Me la han bajado a 25"], &["cuota | ser | 25 euros"]);
    check(&["Tengo quince patos", "Me quedan nueve"], &["yo | tener | nueve patos"]);
    check(&["Mi extensión es la 118", "Me dieron la 245"], &["extensión | ser | 245"]);
}

#[test]
fn what_is_mended_works() {
    check(
        &["La caldera está rota", "Vino mi cuñado y la arregló"],
        &["cuñado | venir | sí | past", "cuñado | arreglar | caldera | past"],
    );
    check(
        &["El coche está averiado", "El mecánico ya me lo arregló"],
        &["mecánico | arreglar | coche | past"],
    );
    // A plan mends nothing.
    check(
        &["La caldera está rota", "El técnico la va a arreglar"],
        &["caldera | estar | rota", "técnico | arreglar | caldera | planned"],
    );
}

#[test]
fn what_was_said_is_taken_back() {
    check(&["El examen es el 9", "El 9 no, es el 12"], &["examen | ser | 12 | planned"]);
    check(
        &["Mi jefa se llama Marisa", "Perdón, Marina, siempre me confundo"],
        &["jefa Marisa | llamarse | Marina"],
    );
    check(&["Fumo un puro al día", "Ya no fumo, ni un cigarro"], &["yo | fumar | sí | no"]);
}

#[test]
fn another_favourite_or_trade_follows() {
    check(
        &["El postre que más me gusta es la leche frita", "Ahora el que más me gusta es el flan"],
        &["postre favorito | ser | flan"],
    );
    check(
        &["Mi serie favorita es Cuéntame", "La que más me gusta este año es Merlí"],
        &["serie favorita | ser | Merlí"],
    );
    check(
        &["Mi primo Blas es camarero", "Blas aprobó la oposición y es bombero"],
        &["primo Blas | aprobar | oposición | past", "primo Blas | ser | bombero"],
    );
    check(
        &["Soy enfermera", "También soy entrenadora"],
        &["yo | ser | enfermera", "yo | ser | entrenadora"],
    );
    check(
        &["Mi suegra toma Nolotil", "El médico le ha puesto Enantyum en lugar del Nolotil"],
        &["suegra | tomar | Enantyum"],
    );
}

#[test]
fn who_left_does_it_no_more() {
    check(
        &["A mi padre lo cuida Wendy", "Wendy se volvió a Perú"],
        &["Wendy | volver_a | Perú | past"],
    );
    // Who comes back from a journey does.
    check(
        &["Mi jefa es Amparo", "Amparo fue a Madrid ayer"],
        &["jefa Amparo | ser | Amparo", "jefa Amparo | ir_a | Madrid | past"],
    );
    check(
        &["La sierra la tiene mi vecino", "Mi vecino me la devolvió ayer"],
        &["vecino | devolver | sierra | past"],
    );
}

#[test]
fn what_is_eaten_fits_what_somebody_is() {
    check(&["Como carne", "Soy vegetariana desde marzo"], &["yo | ser | vegetariana"]);
    check(&["Soy vegano", "He vuelto a comer pescado"], &["yo | comer | pescado"]);
}

#[test]
fn providers_change() {
    check(&["Tengo la luz con Endesa", "Me pasé a Naturgy"], &["luz | tener_con | Naturgy"]);
    check(&["Estoy con Yoigo", "Me cambié a Lowi"], &["yo | estar_con | Lowi"]);
}

#[test]
fn the_new_value_of_what_is_changed_follows() {
    check(
        &[
            "Mi tfno es el 655 000 111",
            "La clave es 4411",
            "He cambiado de tfno, ahora es el 655 000 222",
        ],
        &["clave | ser | 4411", "tfno | ser | 655 000 222"],
    );
    check(
        &["El jueves tengo cita con la matrona", "Me han cambiado la cita, es el lunes 16"],
        &["yo | cambiar | cita | past", "cita | ser | lunes 16 | planned"],
    );
}

#[test]
fn what_only_looks_like_a_change_ends_nothing() {
    for (told, next) in [
        ("Trabajo en una mercería", "Ojalá me cojan en Renfe"),
        ("Trabajo en una mercería", "A lo mejor me cogen en Renfe"),
        ("Vivo en Soria", "¿Y si nos quedamos con el piso de Jaca?"),
    ] {
        let held = told.replacen("Trabajo en una ", "yo | trabajar_en | ", 1);
        let held = held.replacen("Vivo en ", "yo | vivir_en | ", 1);
        check(&[told, next], &[held.as_str()]);
    }
    check(
        &["Trabajo en una mercería", "No me han cogido en Renfe"],
        &["yo | trabajar_en | mercería", "yo | coger_en | Renfe | no | past"],
    );
    check(
        &["Vivo en Soria", "Hemos alquilado una casa en Cádiz"],
        &["yo | vivir_en | Soria", "nosotros | alquilar | casa en Cádiz | past"],
    );
    check(
        &["Estudio Física", "Me cambié a la mesa de al lado"],
        &["yo | estudiar | Física", "yo | cambiar_a | mesa | past"],
    );
    check(
        &["Salgo con Elena", "Llevo toda la tarde con Paco"],
        &["yo | salir_con | Elena", "yo | llevar_con | Paco"],
    );
}

#[test]
fn what_the_speaker_does_is_no_noun() {
    check(&["Por las mañanas desayuno avena"], &["yo | desayunar | avena"]);
    check(&["De luz pago 80 euros"], &["yo | pagar | 80 euros de luz"]);
}
