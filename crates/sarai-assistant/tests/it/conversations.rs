//! Which conversation a turn belongs to, and what of it is kept.

use std::ops::ControlFlow;

use sarai_core::conversation::Speaker::{Assistant, Client, User};
use sarai_core::engine::{EngineError, Finish, Generation};
use sarai_core::id::ConversationId;
use sarai_core::text::{Origin, Text};
use sarai_core::trace::Stage;
use sarai_core::turn::{Entry, Input, Mode, Reply, Transcript, TurnError};
use sarai_testkit::{Line, ScriptedEngine};

use crate::house::{House, resent, until};

#[test]
fn a_kept_conversation_goes_on_with_its_history() {
    let house = House::saying(&["Hola, Ana.", "Te llamas Ana."]);
    let first = house.say("Soy Ana", None);
    let (conversation, _) = first.stored.unwrap();
    house.say("¿Cómo me llamo?", Some(&conversation));

    let prompt = house.last_prompt();
    assert!(prompt[0].starts_with("system: Eres SARAi"), "{prompt:?}");
    assert!(prompt[0].contains("Hoy es domingo, 22 de noviembre de 2026."), "{prompt:?}");
    assert_eq!(prompt[1..], ["user: Soy Ana", "assistant: Hola, Ana.", "user: ¿Cómo me llamo?"]);
    let kept = house.assistant.conversation(&house.person, &conversation).unwrap().unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[1].answer.as_str(), "Te llamas Ana.");
    assert_eq!(kept[1].answer.origin(), Origin::Model);
}

#[test]
fn every_stage_leaves_its_trace_in_order() {
    let house = House::saying(&["Hola."]);
    let answer = house.say("Hola", None);
    let stages = answer.trace.stages.iter().map(|stage| stage.stage).collect::<Vec<_>>();
    assert_eq!(stages, Stage::ALL);
    assert!(answer.trace.degraded.is_empty());
    assert_eq!(answer.trace.usage.completion_tokens, 1);
    assert_eq!(answer.trace.model.as_str(), "scripted");
}

#[test]
fn the_conversation_is_told_before_the_first_word() {
    let house = House::saying(&["Hola."]);
    let input = house.input(Transcript::Kept { conversation: None, message: Text::user("Hola") });
    let mut heard = Vec::new();
    let answer = house.assistant.answer(&input, &mut |reply| {
        heard.push(match reply {
            Reply::Conversation(id) => id.to_string(),
            Reply::Text { text, .. } => text.to_owned(),
            Reply::Queued { .. } | Reply::Prefill { .. } => return ControlFlow::Continue(()),
        });
        ControlFlow::Continue(())
    });
    let (conversation, _) = answer.unwrap().stored.unwrap();
    assert_eq!(heard, [conversation.as_str(), "Hola."]);
}

#[test]
fn a_client_that_resends_its_history_stays_in_one_conversation() {
    let house = House::saying(&["Uno.", "Dos.", "Otra."]);
    let ask = |lines| house.answer(&house.input(resent(lines))).unwrap().stored.unwrap().0;
    let first = ask(&[(Client, "Sé breve."), (User, "cuenta")]);
    // Another system message and other white space: the words are the same.
    let second = ask(&[
        (Client, "Sé muy breve."),
        (User, "cuenta"),
        (Assistant, " Uno.\n"),
        (User, "sigue"),
    ]);
    assert_eq!(first, second);
    let other = ask(&[(User, "cuenta"), (Assistant, "Cero."), (User, "sigue")]);
    assert_ne!(first, other);

    let kept = house.assistant.conversation(&house.person, &first).unwrap().unwrap();
    let questions = kept.iter().map(|turn| turn.question.as_str()).collect::<Vec<_>>();
    assert_eq!(questions, ["cuenta", "sigue"], "only the last question of a request is kept");
}

#[test]
fn a_stopped_answer_is_kept_as_far_as_it_went() {
    let house = House::saying(&["uno dos tres cuatro"]);
    let input = house.input(Transcript::Kept { conversation: None, message: Text::user("cuenta") });
    let answer = house.assistant.answer(&input, &mut until("dos")).unwrap();
    assert_eq!(answer.finish, Finish::Cancelled);
    let kept =
        house.assistant.conversation(&house.person, &answer.stored.unwrap().0).unwrap().unwrap();
    assert_eq!(kept[0].answer.as_str(), "uno dos ");
    assert!(kept[0].stopped);
}

#[test]
fn the_bare_model_gets_no_words_of_ours_and_leaves_nothing_behind() {
    let house = House::saying(&["Hola."]);
    let input = Input { mode: Mode::Bare, ..house.input(resent(&[(User, "Hola")])) };
    let answer = house.answer(&input).unwrap();
    assert_eq!(house.last_prompt(), ["user: Hola"]);
    assert_eq!(answer.stored, None);
    assert!(house.assistant.conversations(&house.person, None, 10).unwrap().is_empty());
}

#[test]
fn a_continuation_is_passed_on_as_it_is() {
    let house = House::saying(&[" luz"]);
    let text = Text::user("Érase una");
    let input = Input { mode: Mode::Bare, ..house.input(Transcript::Continue { text }) };
    assert_eq!(house.answer(&input).unwrap().text.as_str(), " luz");
    assert_eq!(house.last_asked().prompt.continuation_text(), Some("Érase una"));
}

#[test]
fn without_memory_nothing_is_kept() {
    let house = House::saying(&["Hola."]);
    let transcript = Transcript::Kept { conversation: None, message: Text::user("Hola") };
    let input = Input { use_memory: false, ..house.input(transcript) };
    assert_eq!(house.answer(&input).unwrap().stored, None);
    assert!(house.assistant.conversations(&house.person, None, 10).unwrap().is_empty());
}

#[test]
fn from_the_page_an_unknown_conversation_is_an_error_and_elsewhere_it_begins() {
    let house = House::saying(&["Hola."]);
    let id = ConversationId::new("cocina").unwrap();
    let transcript =
        Transcript::Kept { conversation: Some(id.clone()), message: Text::user("Hola") };
    let from_page = Input { entry: Entry::Web, ..house.input(transcript.clone()) };
    assert!(matches!(house.answer(&from_page), Err(TurnError::ConversationNotFound(_))));
    let answer = house.answer(&house.input(transcript)).unwrap();
    assert_eq!(answer.stored.unwrap().0, id);
}

#[test]
fn a_failed_generation_fails_the_turn_and_keeps_nothing() {
    let error = EngineError::Crashed { reason: "signal 9".to_owned() };
    let house = House::new(ScriptedEngine::new(vec![Line::Fail(error.clone())]));
    let input = house.input(Transcript::Kept { conversation: None, message: Text::user("Hola") });
    match house.answer(&input) {
        Err(TurnError::Engine(engine)) => assert_eq!(engine, error),
        other => panic!("{other:?}"),
    }
    assert!(house.assistant.conversations(&house.person, None, 10).unwrap().is_empty());
}

#[test]
fn conversations_are_listed_found_renamed_and_deleted() {
    let house = House::saying(&["Bien.", "Bien."]);
    let (garden, _) = house.say("Riega el jardín los martes", None).stored.unwrap();
    house.days_pass(1);
    house.say("Compra pan", None);
    let person = &house.person;
    let titles = |query: Option<&str>| {
        let found = house.assistant.conversations(person, query, 10).unwrap();
        found.into_iter().map(|conversation| conversation.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(None), ["Compra pan", "Riega el jardín los martes"]);
    assert_eq!(titles(Some("jardin")), ["Riega el jardín los martes"]);
    assert_eq!(titles(Some("  ")).len(), 2, "a blank query is none");
    assert!(house.assistant.rename(person, &garden, "El huerto").unwrap());
    assert_eq!(titles(Some("huerto")), ["El huerto"]);
    assert!(house.assistant.delete(person, &garden).unwrap());
    assert!(!house.assistant.delete(person, &garden).unwrap());
    assert_eq!(house.engine.forgotten(), [garden.as_str()], "what was computed goes too");
    assert_eq!(titles(None), ["Compra pan"]);
}

fn lines(generation: &Generation) -> Vec<String> {
    let messages = generation.prompt.messages().unwrap().iter();
    messages.map(|message| format!("{}: {}", message.role().name(), message.content())).collect()
}

#[test]
fn what_the_next_prompt_begins_with_is_prepared_after_each_answer() {
    let house = House::saying(&["Apuntado.", "Se llama Nebulosa.", "De nada."]);
    let (conversation, _) = house.say("Mi gata se llama Nebulosa", None).stored.unwrap();
    house.days_pass(2);
    house.say("Escribe un poema sobre mi gata Nebulosa", Some(&conversation));
    let prepared = house.engine.prepared().pop().unwrap();
    house.say("Gracias", Some(&conversation));

    let (prepared_lines, next) = (lines(&prepared), house.last_prompt());
    assert_eq!(prepared_lines.len() + 1, next.len());
    assert_eq!(prepared_lines[..], next[..prepared_lines.len()]);
    assert_eq!(prepared.session, house.last_asked().session);
    assert_eq!(house.engine.prepared().len(), 3);
}

#[test]
fn a_new_conversation_begins_with_what_is_read_ahead_of_it() {
    let house = House::saying(&["Hola."]);
    let opening = house.opening();
    house.say("Buenas", None);
    assert_eq!(lines(&opening)[..], house.last_prompt()[..1]);
    assert_eq!(opening.session, None);
}

#[test]
fn nothing_is_prepared_where_nothing_is_kept() {
    let house = House::saying(&["Hola."]);
    let transcript = Transcript::Kept { conversation: None, message: Text::user("Hola") };
    let input = Input { use_memory: false, ..house.input(transcript) };
    house.answer(&input).unwrap();
    assert!(house.engine.prepared().is_empty());
}
