//! What an answer consists of.

use sarai_engine_protocol::{Call, Finish, Generate};

use crate::client::{Client, check_said, question, say};
use crate::toy::Toy;

#[test]
fn an_answer_is_what_the_model_says() {
    let mut client = Client::new(&Toy::default());
    let answer = client.generate(say("hola mundo, ¿qué tal? ñandú"));
    check_said(&answer, "hola mundo, ¿qué tal? ñandú", &Finish::End);
    assert!(answer.pieces.len() > 5, "it is streamed");
    assert!(client.end());
}

#[test]
fn several_at_once_say_what_each_says_alone() {
    let questions: Vec<Generate> = (0..12)
        .map(|number| question(&format!("pregunta {number} {}", "x".repeat(number * 40))))
        .collect();
    let alone: Vec<String> = questions
        .iter()
        .map(|request| Client::new(&Toy::default()).generate(request.clone()).text)
        .collect();
    let mut client = Client::new(&Toy::default());
    let ids: Vec<u64> = questions
        .into_iter()
        .map(|request| client.send(Call::Generate(Box::new(request))))
        .collect();
    let together: Vec<String> = ids.into_iter().map(|id| client.answer(id).text).collect();
    assert_eq!(together, alone);
    assert!(alone.iter().all(|text| !text.contains('#')) && alone[3] != alone[4]);
}
