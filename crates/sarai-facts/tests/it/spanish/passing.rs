//! Facts told in passing: beside what they are good for, what follows from them, and talk.

use sarai_facts::reading::Refusal;

use super::{check, check_refused};

#[test]
fn what_it_is_good_for_takes_nothing_from_what_is_told() {
    check(&["Mi hijo tiene 4 años, por si ayuda con el menú"], &["hijo | tener | 4 años"]);
    check(&["Calzo un 43, por si me buscas botas"], &["yo | calzar | 43"]);
    check(&["Por si te sirve, mido 1,70"], &["yo | medir | 1,70"]);
    check_refused("Si me tocara la lotería tendría un Tesla", Refusal::Hypothetical);
}

#[test]
fn what_follows_from_it_neither_denies_nor_invents_it() {
    check(&["Soy celíaca, así que nada de pan"], &["yo | ser | celíaca"]);
    check(&["Mi hijo odia el pescado, conque nada de merluza"], &["hijo | odiar | pescado"]);
    check(&["No como gluten, o sea nada de pasta"], &["yo | comer | gluten | no"]);
    check(
        &["Mi hermano juega al rugby, así que imagínate el barro"],
        &["hermano | jugar_a | rugby"],
    );
    check(&["Mi abuela tiene 99 años, imagínese usted"], &["abuela | tener | 99 años"]);
    check_refused("Imagínate un mundo sin ruido: la gente vive en burbujas", Refusal::Fiction);
}

#[test]
fn what_only_announces_it_is_no_part_of_it() {
    check(&["y otra cosa, mi hija es alérgica al huevo"], &["hija | ser | alérgica al huevo"]);
    check(&["Cambiando de tema: mi primo vive en Lugo"], &["primo | vivir_en | Lugo"]);
}

#[test]
fn who_asks_where_something_is_may_find_it() {
    let told = &["llaves del trastero | estar_en | cajón"];
    check(&["¿Las llaves del trastero dónde las metí? Ah sí, están en el cajón"], told);
    check(&["¿Dónde puse el pasaporte? Está en la mesilla"], &["pasaporte | estar_en | mesilla"]);
    check(&["¿El pasaporte? Está en la mesilla"], &["pasaporte | estar_en | mesilla"]);
    check(&["¿Dónde vive tu primo? Mi hermana vive en Lugo"], &["hermana | vivir_en | Lugo"]);
}

#[test]
fn a_name_that_looks_like_a_verb_is_one_before_a_verb() {
    check(&["Vera tiene 4 años"], &["Vera | tener | 4 años"]);
    check(&["Salva vive en Lugo"], &["Salva | vivir_en | Lugo"]);
    check_refused("Compra leche", Refusal::Command);
}

#[test]
fn who_was_spoken_of_plays_and_the_assistant_does_not() {
    check(&["Mi hermano vive en Bilbao", "juega al rugby"], &["hermano | jugar_a | rugby"]);
    check(&["Mi hermano vive en Bilbao", "juega conmigo al ajedrez"], &[]);
    check(&["juega al ajedrez"], &[]);
    check(&["Vive en Lugo mi hermana"], &["hermana | vivir_en | Lugo"]);
}

#[test]
fn how_often_is_not_what() {
    check(&["Mi perro toma la pastilla cada ocho horas"], &["perro | tomar | pastilla"]);
    check(&["Riego los geranios cada tres días"], &["yo | regar | geranios"]);
}
