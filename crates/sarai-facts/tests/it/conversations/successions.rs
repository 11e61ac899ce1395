//! New states in the place of old ones, by what they are and not by their verbs.

use super::check;

#[test]
fn one_of_a_sort_takes_the_place_of_another() {
    check(&["Grandma is in room 4", "They shifted her to room 9"], &["grandma | be_in | room 9"]);
    check(
        &["My daughter takes a size 5 boot", "Turns out she's in a 7"],
        &["daughter | take | size 7 boot"],
    );
    check(&["I get the 8:05", "I'm squeezed onto the 8:20"], &["yo | get | 8:20"]);
    check(
        &["Uncle Bob is at Elmtree care home", "We've moved him to Rosewood"],
        &["uncle Bob | be_at | Rosewood"],
    );
    check(&["I live in Derby", "We moved, it's Leeds now"], &["yo | live_in | Leeds"]);
}

#[test]
fn what_is_settled_on_ends_what_was_meant() {
    check(
        &["Vamos a comprar la nevera Bosch", "Al final nos quedamos con la Balay"],
        &["nosotros | quedar_con | Balay"],
    );
}

#[test]
fn what_breaks_is_followed_by_what_is_got() {
    check(
        &["I drive a Micra", "The Micra died so I got myself a Jazz"],
        &["Micra | die | dead | past", "yo | drive | Jazz"],
    );
    check(
        &["Mi portátil es un Acer", "El Acer petó y me he pillado un Lenovo"],
        &["Acer | petar | sí | past", "portátil | ser | Lenovo"],
    );
}

#[test]
fn a_thing_is_exchanged_by_a_pronoun() {
    check(&["My car is a Ford Focus", "Swapped it for a Kia Rio"], &["car | be | Kia Rio"]);
    check(
        &["My mum takes ramipril", "The doctor swapped it for losartan"],
        &["mum | take | losartan"],
    );
    check(
        &["Mi madre toma enalapril", "El médico se lo ha cambiado por losartán"],
        &["yo | cambiar | enalapril | past", "madre | tomar | losartán"],
    );
    check(
        &["Estudio francés", "He dejado el francés por el italiano"],
        &["yo | dejar | francés | past", "yo | estudiar | italiano"],
    );
}

#[test]
fn who_comes_when_another_goes_has_the_post() {
    check(
        &["Our plumber is Ray", "Ray retired, we use Colin nowadays"],
        &["plumber Ray | retire | retired | past", "plumber Colin | be | Colin"],
    );
    check(
        &["La niñera de mis hijos es Laura", "Laura ya no puede, ahora viene Sofía"],
        &["niñera de hijos Laura | poder | sí | no", "niñera de hijos Sofía | ser | Sofía"],
    );
    check(&["I work at Boots", "Superdrug hired me"], &["yo | work_at | Superdrug"]);
}

#[test]
fn a_new_value_is_the_value() {
    check(
        &["My number is 07700900111", "I've got a new number, 07700900222"],
        &["number | be | 07700900222"],
    );
    check(&["My room is 204", "They've put me in 310"], &["room | be | 310"]);
    check(&["Mi taquilla es la 12", "Me han dado la taquilla 40"], &["taquilla | ser | 40"]);
    check(&["The kitchen is white", "We've painted the kitchen blue"], &["kitchen | be | blue"]);
    check(&["Mi coche es rojo", "He pintado el coche de negro"], &["coche | ser | negro"]);
    check(
        &["Spare keys are with my neighbour Carol", "My brother has them now"],
        &["brother | have | spare keys"],
    );
}

#[test]
fn a_message_corrects_itself() {
    check(
        &["The interview is on Tuesday. Sorry, Wednesday."],
        &["interview | be | Wednesday | planned"],
    );
    check(&["The meeting is at ten", "Sorry, eleven"], &["meeting | be | eleven | planned"]);
    check(
        &["El aniversario es el 4 de mayo", "Qué tonta, es el 5"],
        &["aniversario | ser | 5 | planned"],
    );
}

#[test]
fn events_couples_and_habits_change() {
    check(
        &["La boda es en el hotel Alfonso", "La boda la celebramos en la finca"],
        &["nosotros | celebrar | boda", "boda | estar_en | finca"],
    );
    check(
        &["Salgo con Javi", "Lo dejamos y estoy conociendo a Pablo"],
        &["nosotros | dejar | Javi", "yo | salir_con | Pablo"],
    );
    check(&["Fumo", "Llevo un mes sin fumar"], &["yo | fumar | sí | no"]);
    check(&["Mi equipo es el Betis", "Me he hecho del Sevilla"], &["equipo | ser | Sevilla"]);
}

#[test]
fn what_anybody_knows_is_not_kept() {
    check(&["Water boils at 100 degrees"], &[]);
    check(&["The capital of France is Paris"], &[]);
    check(&["In the novel, the detective lives in Rome"], &[]);
    check(&["I can't be bothered"], &[]);
    check(&["Ya voy"], &[]);
}

#[test]
fn what_only_sounds_alike_ends_nothing() {
    check(
        &["Vivo en la calle Luna", "Estoy en la calle Mayor"],
        &["yo | vivir_en | calle Luna", "yo | estar_en | calle Mayor"],
    );
    check(
        &["Mi bici está en el garaje", "Mi hermano tiene una bici"],
        &["bici | estar_en | garaje", "hermano | tener | bici"],
    );
    check(
        &["I have a dog called Rex", "We chose the blue paint"],
        &["dog Rex | be_called | Rex", "yo | have | dog Rex", "yo | choose | blue paint | past"],
    );
    check(
        &["My phone is a Pixel", "The Pixel takes great photos and I got a Fitbit"],
        &["phone | be | Pixel", "Pixel | take | great photos", "yo | get | Fitbit | past"],
    );
}
