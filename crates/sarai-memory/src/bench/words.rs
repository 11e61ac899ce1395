//! Made-up names and everyday sentences, the same for the same numbers.

/// Relations of the catalogue and some beside it, the most used first.
pub(super) const RELATIONS: &[&str] = &[
    "ser",
    "tener",
    "gustar",
    "vivir_en",
    "llamarse",
    "trabajar_en",
    "comprar",
    "ir_a",
    "querer",
    "estar_en",
    "trabajar_de",
    "estudiar",
    "hablar",
    "nacer_en",
    "cumplir",
    "casarse_con",
    "preferir",
    "odiar",
    "encantar",
    "jugar_a",
    "leer",
    "ver",
    "cocinar",
    "viajar_a",
    "conocer_a",
    "salir_con",
    "venir_de",
    "llegar_a",
    "tocar",
    "cantar",
    "correr",
    "nadar",
    "vender",
    "alquilar",
    "perder",
    "ganar",
    "empezar",
    "terminar",
    "aprender",
    "enseñar",
    "llevar",
    "traer",
    "usar",
    "conducir",
    "pintar",
    "escribir",
    "beber",
    "comer",
    "dormir_en",
    "cuidar_de",
    "operarse_de",
    "quedar_con",
    "llamar_a",
    "visitar_a",
    "ayudar_a",
    "apuntarse_a",
    "mudarse_a",
    "volver_de",
    "pertenecer_a",
    "costar",
];

const FIRST: &[&str] = &[
    "ba", "ce", "di", "fo", "gu", "ja", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "lu", "ña",
];
const LAST: &[&str] =
    &["ndo", "rte", "lla", "mbra", "sco", "nte", "ria", "dor", "cho", "gal", "rín", "sal"];

/// Returns a word of its own for each number.
pub(super) fn word(number: u32) -> String {
    let [first, last] = [FIRST, LAST].map(<[&str]>::len);
    let place = usize::try_from(number).unwrap_or(0);
    let (ending, mut rest) = (LAST[place % last], place / last);
    let mut word = String::new();
    loop {
        word.push_str(FIRST[rest % first]);
        rest /= first;
        if rest == 0 {
            break;
        }
    }
    word + ending
}

/// Returns the name of a person: one word with a capital.
pub(super) fn person(number: u32) -> String {
    let word = word(number);
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const ROLES: &[&str] =
    &["hermana", "hermano", "madre", "padre", "prima", "vecino", "jefa", "amigo", "hija", "suegra"];
const PLACES: &[&str] =
    &["Madrid", "Sevilla", "Cuenca", "Vigo", "Bilbao", "Lugo", "Cádiz", "León", "Soria", "Teruel"];

/// Returns what somebody might tell on a day; numbers choose the kind and the words.
pub(super) fn said(kind: u32, first: u32, second: u32) -> String {
    let of = |list: &'static [&'static str], number: u32| {
        list[usize::try_from(number).unwrap_or(0) % list.len()]
    };
    let (role, place) = (of(ROLES, first), of(PLACES, second));
    let (thing, name) = (word(second), person(first));
    match kind % 12 {
        0 => format!("Mi {role} vive en {place}."),
        1 => format!("Mi {role} se llama {name}."),
        2 => format!("Hoy he comprado {thing} y mañana voy a {place}."),
        3 => format!("¿Qué tiempo hará en {place} el fin de semana?"),
        4 => format!("A mi {role} le gusta mucho el {thing}."),
        5 => format!("Trabajo en {name} y tengo {} años.", 18 + first % 60),
        6 => format!("Ya no vivo en {place}, ahora vivo en {}.", of(PLACES, second + 1)),
        7 => "Cuéntame un chiste corto, por favor.".to_owned(),
        8 => format!("Mi {role} trabaja de {thing} en {place} desde 20{:02}.", first % 25),
        9 => format!("El PIN de {thing} es {}.", 1000 + first * 7 % 9000),
        10 => format!("Explícame qué es {thing} y para qué sirve."),
        _ => format!("Me encanta el {thing}, pero odio el {}.", word(first)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{person, word};

    #[test]
    fn every_number_has_a_word_of_its_own() {
        let words: BTreeSet<String> = (0..20_000).map(word).collect();
        assert_eq!(words.len(), 20_000);
        assert!(person(7).chars().next().is_some_and(char::is_uppercase));
    }
}
