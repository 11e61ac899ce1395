//! Search as a person types it.

use crate::kit::{memory, turn};

#[track_caller]
fn check(query: &str, found: &[&str]) {
    let (memory, person) = memory();
    let told = [
        ("viaje", "Quiero ir a Málaga en otoño", "En octubre hace bueno."),
        ("cocina", "¿Cómo hago croquetas?", "Con una bechamel espesa."),
        ("cocina", "¿Y de jamón?", "Pica el jamón muy fino."),
        ("work", "Draft an e-mail to O'Brien", "Dear Mr O'Brien, …"),
    ];
    for (asked, (conversation, question, answer)) in (1_i64..).zip(told) {
        memory.store(turn(&person, conversation, asked, question, answer)).unwrap();
    }
    memory.rename(&person, &crate::kit::conversation("viaje"), "Vacaciones al sur").unwrap();
    let ids: Vec<String> = memory
        .search(&person, query, 10)
        .unwrap()
        .into_iter()
        .map(|found| found.id.as_str().to_owned())
        .collect();
    assert_eq!(ids, found, "{query:?}");
}

#[test]
fn all_words_must_occur_in_title_or_turns() {
    check("croquetas", &["cocina"]);
    check("croquetas jamón", &["cocina"]);
    check("croquetas Málaga", &[]);
    check("vacaciones octubre", &["viaje"]);
    check("quiero", &["viaje"]);
}

#[test]
fn the_last_word_may_be_the_beginning_of_one() {
    check("croq", &["cocina"]);
    check("croq jamón", &[]);
    check("vacaciones m", &["viaje"]);
    check("e", &["work", "cocina", "viaje"]);
}

#[test]
fn accents_and_case_do_not_count() {
    check("MALAGA", &["viaje"]);
    check("ma\u{301}laga", &["viaje"]);
    check("jamon", &["cocina"]);
}

#[test]
fn nothing_typed_is_syntax() {
    for query in ["o'brien", "\"o'brien", "e-mail", "to:brien", "(brien)", "^brien*", "brien -x"] {
        let expected: &[&str] = if query == "brien -x" { &[] } else { &["work"] };
        check(query, expected);
    }
    check("croquetas AND jamón", &[]);
    check("NEAR(croquetas)", &[]);
    check("stems : croquet", &[]);
}

#[test]
fn a_query_without_a_word_lists_all() {
    check("", &["work", "cocina", "viaje"]);
    check(" \"* - ", &["work", "cocina", "viaje"]);
}
