//! What ends: couples, states, habits.

use super::check;

#[test]
fn couples_part() {
    check(
        &["Salgo con Laura", "Corté con Laura, ahora salgo con Irene"],
        &["yo | cortar_con | Laura | past", "yo | salir_con | Irene"],
    );
    check(&["Mi novio es Pablo", "Lo dejé con Pablo"], &["yo | romper_con | novio Pablo | past"]);
    check(
        &["Tengo novio, se llama Rubén", "Rubén y yo rompimos"],
        &["yo | romper_con | novio Rubén | past"],
    );
    check(
        &["Mi pareja es Nuria", "Nuria y yo lo hemos dejado"],
        &["yo | romper_con | pareja Nuria | past"],
    );
    check(
        &["Estoy casada con Jorge", "Jorge y yo nos divorciamos"],
        &["yo | romper_con | Jorge | past"],
    );
    check(&["Mi novia es Paula", "Paula me dejó"], &["yo | romper_con | novia Paula | past"]);
    check(
        &["Estoy saliendo con Iker", "Iker y yo ya no estamos juntos"],
        &["yo | romper_con | Iker | past"],
    );
    check(
        &["Estoy de novia con Facundo", "Me peleé con Facundo, ahora salgo con Ezequiel"],
        &["yo | pelear_con | Facundo | past", "yo | salir_con | Ezequiel"],
    );
    check(
        &["estoy pololeando con Ignacio", "terminé con Ignacio, ahora estoy con Matías"],
        &["yo | terminar_con | Ignacio | past", "yo | salir_con | Matías"],
    );
    check(&["Vivo con mi ex", "Mi ex se mudó"], &["ex | mudar | sí | past"]);
}

#[test]
fn states_end_in_other_words() {
    check(
        &["Mi madre está ingresada en La Paz", "A mi madre ya le han dado el alta"],
        &["madre | dar | alta | past"],
    );
    check(
        &["Mi padre está en el hospital", "Mi padre ya está en casa"],
        &["padre | estar_en | casa"],
    );
    check(
        &["Mi hermana está embarazada", "Mi hermana dio a luz a una niña"],
        &["hermana | dar_a_luz_a | niña | past"],
    );
    check(
        &["Estoy embarazada", "Ya nació mi bebé, se llama Leo"],
        &["bebé Leo | nacer | sí | past", "bebé Leo | llamarse | Leo"],
    );
    check(
        &["Tengo la pierna escayolada", "Ya me quitaron la escayola"],
        &["yo | quitar | escayola | past"],
    );
    check(
        &["Estoy de baja", "Ya me he reincorporado al trabajo"],
        &["yo | reincorporar_a | trabajo | past"],
    );
    check(
        &["Mi hermano está en la cárcel", "Mi hermano salió de la cárcel"],
        &["hermano | salir_de | cárcel | past"],
    );
    check(
        &["Mi hermana está en Roma", "Mi hermana ya volvió de Roma"],
        &["hermana | volver_de | Roma | past"],
    );
    check(
        &["Mi vecino tiene covid", "Mi vecino ya se recuperó"],
        &["vecino | recuperar | sí | past"],
    );
    check(
        &["Mi suegro tiene cáncer", "Mi suegro ya se curó del cáncer"],
        &["suegro | curar_de | cáncer | past"],
    );
    check(&["Mi tío está casado", "Mi tío se separó"], &["tío | separar | sí | past"]);
    check(
        &["Mi abuela vive en Jerez", "Mi abuela falleció en marzo"],
        &["abuela | fallecer | marzo | past"],
    );
}

#[test]
fn what_is_left_or_taken_up_again() {
    check(&["No fumo", "He vuelto a fumar"], &["yo | fumar | sí"]);
    check(&["No tengo carnet", "Ya me saqué el carnet"], &["yo | sacar | carnet | past"]);
    check(&["No tengo coche", "Me he comprado un coche"], &["yo | comprar | coche | past"]);
    check(
        &["Voy al gimnasio los lunes", "Me he borrado del gimnasio"],
        &["yo | borrar_de | gimnasio | past"],
    );
    check(
        &["Soy socio del Athletic", "Me di de baja del Athletic"],
        &["yo | dar_de_baja_de | Athletic | past"],
    );
    check(&["Estoy suscrito a Netflix", "Cancelé Netflix"], &["yo | cancelar | Netflix | past"]);
    check(
        &["Mañana viajo a Quito", "Se canceló el viaje a Quito"],
        &["viaje a Quito | cancelar | sí | past"],
    );
    check(
        &["Mi hermano está detenido", "Soltaron a mi hermano"],
        &["hermano | soltar | sí | past"],
    );
    check(&["Mi perro está enfermo", "Mi perro ya está bien"], &["perro | estar | bien"]);
    check(&["Mi hermano fuma", "Mi hermano dejó el tabaco"], &["hermano | dejar | tabaco | past"]);
    check(&["Tengo un bar", "Traspasé el bar"], &["yo | traspasar | bar | past"]);
    check(&["Mi tío está en coma", "Mi tío despertó"], &["tío | despertar | sí | past"]);
    check(
        &["Mi bici está en el trastero", "Saqué la bici del trastero"],
        &["yo | sacar | bici del trastero | past"],
    );
    check(&["Soy vegano", "Ya no soy vegano, he vuelto a comer carne"], &["yo | comer | carne"]);
}
