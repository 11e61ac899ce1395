//! Tools: offered, called, forced.

use sarai_core::conversation::{Said, Speaker};
use sarai_core::engine::Constraint;
use sarai_core::prompt::PromptError;
use sarai_core::text::{Origin, Text};
use sarai_core::tool::{ToolCall, ToolChoice};
use sarai_core::turn::{Input, Reply, Transcript, TurnError};

use crate::house::{House, resent, tool};

fn asking(house: &House, choice: ToolChoice) -> Input {
    Input {
        tools: vec![tool("luz"), tool("hora")],
        tool_choice: choice,
        ..house.input(resent(&[(Speaker::User, "Enciende la luz")]))
    }
}

/// Checks that each of `said` comes with the tokens that begin in it.
#[track_caller]
fn check_logprobs(output: &str, said: &[(&str, &str)]) {
    let house = House::saying(&[output]);
    let input = Input { top_logprobs: Some(0), ..asking(&house, ToolChoice::Auto) };
    let mut heard = Vec::new();
    let answer = house.assistant.answer(&input, &mut |reply| {
        if let Reply::Text { text, logprobs } = reply
            && (!text.is_empty() || !logprobs.is_empty())
        {
            let tokens = logprobs.iter().map(|entry| entry.token.lossy()).collect::<String>();
            heard.push((text.to_owned(), tokens));
        }
        std::ops::ControlFlow::Continue(())
    });
    let spelled = answer.unwrap().logprobs.iter().map(|entry| entry.token.lossy()).collect();
    assert_eq!(output, String::from_iter::<Vec<_>>(spelled), "the answer has them all");
    let expected = said.iter().map(|(text, tokens)| ((*text).to_owned(), (*tokens).to_owned()));
    assert_eq!(heard, expected.collect::<Vec<_>>());
}

#[test]
fn words_that_were_held_back_come_with_their_logprobs() {
    check_logprobs("uno dos", &[("uno ", "uno "), ("dos", "dos")]);
    check_logprobs(" uno <", &[(" uno ", " uno "), ("<", "<")]);
    check_logprobs("dos uno<", &[("dos ", "dos "), ("uno", "uno<"), ("<", "")]);
    check_logprobs("uno {\"a\": 1}", &[("uno ", "uno "), ("{\"a\": ", "{\"a\": "), ("1}", "1}")]);
    check_logprobs("{\"a\": 1}", &[("{\"a\": 1}", "{\"a\": 1}")]);
    check_logprobs(&format!("Voy. {CALL}"), &[("Voy. ", "Voy. ")]);
}

const CALL: &str = r#"<tool_call>{"name": "luz", "arguments": {"sala": "cocina"}}</tool_call>"#;

#[test]
fn a_call_is_told_apart_from_words_and_is_not_said() {
    let house = House::saying(&[CALL]);
    let mut said = String::new();
    let input = asking(&house, ToolChoice::Auto);
    let answer = house.assistant.answer(&input, &mut |reply| {
        if let Reply::Text { text, .. } = reply {
            said.push_str(text);
        }
        std::ops::ControlFlow::Continue(())
    });
    let answer = answer.unwrap();
    assert_eq!(said, "");
    assert_eq!(answer.text.as_str(), "");
    assert_eq!(answer.tool_calls[0].name, "luz");
    assert_eq!(answer.tool_calls[0].arguments, r#"{"sala":"cocina"}"#);
    assert!(answer.tool_calls[0].id.starts_with("call_"));
    assert_eq!(answer.stored, None, "half an exchange is not kept");
    assert_eq!(house.last_asked().tools.len(), 2);
}

#[test]
fn the_answer_after_the_tools_is_kept_with_its_question() {
    let house = House::saying(&["La luz está encendida."]);
    let call = ToolCall { id: "1".to_owned(), name: "luz".to_owned(), arguments: "{}".to_owned() };
    let mut calling = Said::new(Speaker::Assistant, Text::model(""));
    calling.tool_calls.push(call);
    let mut result = Said::new(Speaker::Tool, Text::new(Origin::Tool, "ok"));
    result.tool_call_id = Some("1".to_owned());
    let question = Said::new(Speaker::User, Text::user("Enciende la luz"));
    let messages = vec![question, calling, result];
    let input = Input {
        tools: vec![tool("luz")],
        ..house.input(Transcript::Given { conversation: None, messages })
    };
    let (conversation, _) = house.answer(&input).unwrap().stored.unwrap();
    let kept = house.assistant.conversation(&house.person, &conversation).unwrap().unwrap();
    assert_eq!(kept[0].question.as_str(), "Enciende la luz");
    assert_eq!(kept[0].answer.as_str(), "La luz está encendida.");
}

#[test]
fn a_required_or_named_call_is_forced_by_schema() {
    for choice in [ToolChoice::Required, ToolChoice::Named("hora".to_owned())] {
        let house = House::saying(&[r#"{"name":"hora","arguments":{}}"#]);
        let answer = house.answer(&asking(&house, choice)).unwrap();
        assert_eq!(answer.tool_calls[0].name, "hora");
        assert!(matches!(house.last_asked().constraint, Constraint::JsonSchema(_)));
    }
}

#[test]
fn with_tool_choice_none_no_tool_is_offered_and_all_is_words() {
    let house = House::saying(&[CALL]);
    let answer = house.answer(&asking(&house, ToolChoice::None)).unwrap();
    assert!(house.last_asked().tools.is_empty());
    assert_eq!(answer.text.as_str(), CALL);
}

#[test]
fn forcing_a_tool_that_was_not_offered_is_an_error() {
    let house = House::saying(&[]);
    let input = asking(&house, ToolChoice::Named("puerta".to_owned()));
    assert!(
        matches!(house.answer(&input), Err(TurnError::Tools(reason)) if reason.contains("puerta"))
    );
}

#[test]
fn tools_count_in_the_length_of_the_prompt() {
    let house = House::saying(&["Hola.", "Hola."]);
    let mut input = asking(&house, ToolChoice::Auto);
    input.tools[0].description = "luz ".repeat(300_000);
    assert!(matches!(
        house.answer(&input),
        Err(TurnError::Prompt(PromptError::TooLong { bytes, .. })) if bytes > 1_200_000
    ));
    let not_offered = Input { tool_choice: ToolChoice::None, ..input };
    assert!(house.answer(&not_offered).is_ok());
}
