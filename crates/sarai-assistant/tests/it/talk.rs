//! Talk about the memory itself is answered out of it, without the model.

use sarai_assistant::memory::FactFilter;
use sarai_core::id::ConversationId;

use crate::house::House;

/// Says `message` where `earlier` was said; returns the words of the answer.
fn say(house: &House, message: &str, conversation: &str) -> String {
    let conversation = ConversationId::new(conversation).unwrap();
    house.say(message, Some(&conversation)).text.as_str().to_owned()
}

#[track_caller]
fn facts(house: &House) -> Vec<String> {
    let found = house.assistant.memory().facts(&house.person, &FactFilter::all(50)).unwrap();
    found.iter().map(|fact| format!("{} {} {}", fact.subject, fact.relation, fact.object)).collect()
}

#[test]
fn what_is_known_is_told_with_its_words_and_its_day() {
    let house = House::saying(&["Anotado."]);
    say(&house, "Vivo en Lugo.", "a");
    house.days_pass(1);
    let told = say(&house, "¿Qué sabes de mí?", "b");
    assert_eq!(
        told,
        "Esto es lo que sé de ti:\n\
         - vivir en Lugo (lo dijiste el 22 de noviembre de 2026: «Vivo en Lugo.»)"
    );
    assert_eq!(house.engine.seen().len(), 1, "the model was asked once, and not for this");
    assert_eq!(
        say(&house, "What do you know about me?", "c").lines().next().unwrap(),
        "This is what I know about you:"
    );
}

#[test]
fn what_is_told_of_us_is_known_of_the_speaker() {
    let house = House::saying(&["Anotado."]);
    say(&house, "Nos hemos mudado a Soria.", "a");
    let told = say(&house, "¿Qué sabes de mí?", "b");
    assert!(told.contains("vivir en Soria"), "{told}");
}

#[test]
fn since_when_and_who_told_follow_the_question_before() {
    let house = House::saying(&["Anotado.", "En Lugo."]);
    say(&house, "Mi hermana vive en Lugo.", "a");
    house.days_pass(3);
    say(&house, "¿Dónde vive mi hermana?", "b");
    let since = say(&house, "¿Desde cuándo lo sabes?", "b");
    assert!(since.contains("lo sé desde el 22 de noviembre de 2026"), "{since}");
    let who = say(&house, "¿Quién te dijo que mi hermana vive en Lugo?", "c");
    assert!(
        who.contains("lo dijiste el 22 de noviembre de 2026: «Mi hermana vive en Lugo.»"),
        "{who}"
    );
}

#[test]
fn an_order_to_forget_leaves_neither_the_fact_nor_the_order() {
    let house = House::saying(&["Anotado.", "Anotado."]);
    say(&house, "Vivo en Lugo.", "a");
    say(&house, "Tengo un perro.", "a");
    let done = say(&house, "Olvida que vivo en Lugo", "b");
    assert!(done.starts_with("Olvidado."), "{done}");
    assert!(!done.contains("Lugo"), "{done}");
    assert_eq!(facts(&house), ["yo tener perro"]);
    let left = house.assistant.conversations(&house.person, Some("Lugo"), 10).unwrap();
    assert!(left.is_empty(), "{left:?}");

    let again = say(&house, "Olvida que vivo en Lugo", "b");
    assert!(again.contains("no he olvidado nada"), "{again}");
}

#[test]
fn what_was_just_said_is_forgotten_and_everything_is_not() {
    let house = House::saying(&["Anotado.", "Anotado."]);
    say(&house, "Tengo un perro.", "a");
    say(&house, "Vivo en Lugo.", "a");
    say(&house, "Olvida lo que te acabo de decir", "a");
    assert_eq!(facts(&house), ["yo tener perro"]);
    let refused = say(&house, "Olvida todo", "a");
    assert!(refused.contains("sarai memory forget --everything"), "{refused}");
    assert_eq!(facts(&house), ["yo tener perro"]);
}

#[test]
fn what_nobody_told_is_the_models_to_answer() {
    let house = House::saying(&["Es la capital de Francia."]);
    assert_eq!(say(&house, "¿Qué sabes de París?", "a"), "Es la capital de Francia.");
    assert!(say(&house, "¿Qué sabes de mí?", "a").contains("aún no sé nada"));
}
