//! What was said once is there later, and a broken memory does not silence the assistant.

use sarai_core::id::PersonId;
use sarai_core::text::Text;
use sarai_core::trace::Stage;
use sarai_core::turn::{Entry, Input, Transcript};

use crate::house::House;

#[test]
fn a_fact_told_yesterday_in_another_conversation_is_found_today() {
    let house = House::saying(&["Anotado.", "En Cuenca."]);
    house.say("Mi hermana Lucía vive en Cuenca.", None);
    house.days_pass(1);
    let answer = house.say("¿Dónde vive mi hermana?", None);

    let question = house.last_prompt().pop().unwrap();
    assert!(
        question.contains(
            "- hermana Lucía: vivir en «Cuenca». \
             El 2026-11-22 la persona dijo: «Mi hermana Lucía vive en Cuenca.»"
        ),
        "{question}"
    );
    assert!(question.ends_with("¿Dónde vive mi hermana?"), "{question}");
    let retrieved =
        answer.trace.stages.iter().find(|stage| stage.stage == Stage::Retrieve).unwrap();
    assert_eq!(retrieved.used[0], "hecho 1");
    assert!(retrieved.used[1].starts_with("turno "), "{retrieved:?}");
    assert!(retrieved.used[1].ends_with("(2026-11-22)"), "{retrieved:?}");
}

#[test]
fn what_could_not_be_kept_is_said_in_the_language_of_the_house() {
    let house = House::saying(&["Hola."]);
    let transcript = Transcript::Kept { conversation: None, message: Text::user("Hola") };
    let nobody = PersonId::new("nadie").unwrap();
    let answer = house.answer(&Input { person: nobody, ..house.input(transcript) }).unwrap();
    assert_eq!(answer.stored, None);
    let lost = answer.trace.degraded.last().unwrap();
    assert_eq!(lost.stage, Stage::Store);
    assert_eq!(lost.reason, "el turno no se guardó: no hay ninguna persona `nadie`");
}

#[test]
fn what_fits_nothing_recalls_nothing() {
    let house = House::saying(&["Anotado.", "París."]);
    house.say("Mi hermana Lucía vive en Cuenca.", None);
    house.say("¿Cuál es la capital de Francia?", None);
    assert_eq!(house.last_prompt().pop().unwrap(), "user: ¿Cuál es la capital de Francia?");
}

#[test]
fn without_memory_nothing_is_recalled() {
    let house = House::saying(&["Anotado.", "No lo sé."]);
    house.say("Mi hermana Lucía vive en Cuenca.", None);
    let message = Text::user("¿Dónde vive mi hermana?");
    let transcript = Transcript::Kept { conversation: None, message };
    let input = Input { use_memory: false, entry: Entry::Api, ..house.input(transcript) };
    house.answer(&input).unwrap();
    assert_eq!(house.last_prompt().pop().unwrap(), "user: ¿Dónde vive mi hermana?");
}

#[test]
fn the_recalled_words_are_not_kept_with_the_question() {
    let house = House::saying(&["Anotado.", "En Cuenca."]);
    house.say("Mi hermana Lucía vive en Cuenca.", None);
    let (conversation, _) = house.say("¿Dónde vive mi hermana?", None).stored.unwrap();
    let kept = house.assistant.conversation(&house.person, &conversation).unwrap().unwrap();
    assert_eq!(kept[0].question.as_str(), "¿Dónde vive mi hermana?");
    assert_eq!(house.assistant.engine().models().len(), 1);
}
