//! What a healthy engine does.

use sarai_core::engine::{Finish, Usage};

use crate::house::{House, listen, name, question};

#[test]
fn a_question_is_answered() {
    let house = House::new(&["normal"]);
    let engine = house.start_ready();
    let (heard, completion) = listen(&engine, &question("¿qué tal?"));
    let completion = completion.unwrap();

    assert_eq!(completion.text, "eco: ¿qué tal?");
    assert_eq!(completion.model, name("ana"));
    assert_eq!(completion.finish, Finish::End);
    let usage = Usage { prompt_tokens: 2, cached_tokens: 1, completion_tokens: 3 };
    assert_eq!(completion.usage, usage);
    assert_eq!(completion.messages_dropped, 3);
    assert_eq!(
        (completion.queued_ms, completion.prefill_ms, completion.decode_ms),
        (1.0, 2.0, 3.0)
    );
    let pieces = heard.iter().filter_map(|event| event.strip_prefix("piece "));
    assert_eq!(pieces.collect::<String>(), completion.text);
    assert!(heard.iter().any(|event| event == "prefill 2/2"), "{heard:?}");
}
