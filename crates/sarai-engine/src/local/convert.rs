//! Between the words of the core and those of the protocol, by hand.

use sarai_core::engine::{
    Constraint, Drafted, EngineError, Finish, Generation, Sampling, TokenLogprob, TokenText,
};
use sarai_core::id::ModelName;
use sarai_core::prompt;
use sarai_core::tool::{Tool, ToolCall};
use sarai_engine_protocol as protocol;
use sarai_engine_protocol::{Failure, PromptInput};

/// Writes a request for text. `seed` is used where the caller named none.
pub(crate) fn generate(
    generation: &Generation,
    seed: u64,
) -> Result<protocol::Generate, EngineError> {
    Ok(protocol::Generate {
        prompt: prompt(&generation.prompt)?,
        tools: generation.tools.iter().map(tool).collect::<Result<_, _>>()?,
        sampling: sampling(&generation.sampling, seed),
        tokens_max: generation.tokens_max,
        stop: generation.stop.clone(),
        constraint: constraint(&generation.constraint)?,
        session: generation.session.clone(),
        top_logprobs: generation.top_logprobs,
    })
}

fn prompt(prompt: &prompt::Prompt) -> Result<PromptInput, EngineError> {
    match prompt.messages() {
        Some(messages) => {
            Ok(PromptInput::Messages(messages.iter().map(message).collect::<Result<_, _>>()?))
        }
        None => Ok(PromptInput::Text(prompt.continuation_text().unwrap_or("").to_owned())),
    }
}

fn message(message: &prompt::Message) -> Result<protocol::Message, EngineError> {
    Ok(protocol::Message {
        role: message.role().name().to_owned(),
        content: message.content().to_owned(),
        droppable: message.droppable(),
        tool_calls: message.tool_calls().iter().map(tool_call).collect::<Result<_, _>>()?,
        tool_call_id: message.tool_call_id().map(str::to_owned),
    })
}

fn tool_call(call: &ToolCall) -> Result<protocol::ToolCall, EngineError> {
    Ok(protocol::ToolCall {
        id: call.id.clone(),
        name: call.name.clone(),
        arguments: json(&call.arguments, &call.name)?,
    })
}

fn tool(tool: &Tool) -> Result<protocol::Tool, EngineError> {
    Ok(protocol::Tool {
        name: tool.name.clone(),
        description: tool.description.clone(),
        parameters: json(&tool.parameters, &tool.name)?,
    })
}

fn sampling(sampling: &Sampling, seed: u64) -> protocol::Sampling {
    protocol::Sampling {
        temperature: sampling.temperature,
        top_p: sampling.top_p,
        top_k: sampling.top_k,
        min_p: sampling.min_p,
        repeat_penalty: sampling.repeat_penalty,
        presence_penalty: sampling.presence_penalty,
        frequency_penalty: sampling.frequency_penalty,
        seed: sampling.seed.unwrap_or(seed),
    }
}

fn constraint(constraint: &Constraint) -> Result<protocol::Constraint, EngineError> {
    Ok(match constraint {
        Constraint::Free => protocol::Constraint::Free,
        Constraint::JsonObject => protocol::Constraint::JsonObject,
        Constraint::JsonSchema(schema) => {
            protocol::Constraint::JsonSchema(json(schema, "the schema")?)
        }
        Constraint::Gbnf(grammar) => protocol::Constraint::Gbnf(grammar.clone()),
    })
}

/// Inside a frame it stands some levels deeper, and JSON readers refuse more than 128.
const DEPTH_MAX: usize = 64;

fn json(text: &str, what: &str) -> Result<serde_json::Value, EngineError> {
    let bad = |reason| EngineError::BadConstraint { reason };
    let value =
        serde_json::from_str(text).map_err(|error| bad(format!("{what} is not JSON: {error}")))?;
    if depth(&value) > DEPTH_MAX {
        return Err(bad(format!("{what} is nested more than {DEPTH_MAX} levels deep")));
    }
    Ok(value)
}

/// The reader's own limit keeps this recursion short.
fn depth(value: &serde_json::Value) -> usize {
    let below = match value {
        serde_json::Value::Array(items) => items.iter().map(depth).max(),
        serde_json::Value::Object(object) => object.values().map(depth).max(),
        _ => return 0,
    };
    1 + below.unwrap_or(0)
}

/// Reads how probable a token was.
pub(crate) fn logprob(logprob: protocol::TokenLogprob) -> TokenLogprob {
    TokenLogprob {
        token: TokenText(logprob.token),
        logprob: logprob.logprob,
        top: logprob.top.into_iter().map(|(token, value)| (TokenText(token), value)).collect(),
    }
}

/// Reads how an answer ended.
pub(crate) fn finish(finish: protocol::Finish) -> Finish {
    match finish {
        protocol::Finish::End => Finish::End,
        protocol::Finish::StopString(stop) => Finish::StopString(stop),
        protocol::Finish::Length => Finish::Length,
        protocol::Finish::Cancelled => Finish::Cancelled,
    }
}

pub(crate) fn drafted(drafted: protocol::Drafted) -> Drafted {
    let protocol::Drafted { guessed, accepted, fell_back, ms, plain_ms } = drafted;
    Drafted { guessed, accepted, fell_back, ms, plain_ms }
}

/// Reads why a request about `model` failed.
pub(crate) fn failure(failure: Failure, model: &ModelName, retry_after_s: u32) -> EngineError {
    match failure {
        Failure::Version { spoken } => wrong_version(spoken),
        Failure::Busy => EngineError::Busy { retry_after_s },
        Failure::LoadFailed { reason } => EngineError::LoadFailed { model: model.clone(), reason },
        Failure::OutOfMemory { .. } => EngineError::OutOfMemory,
        Failure::ContextExceeded { needed, available } => {
            EngineError::ContextExceeded { needed, available }
        }
        Failure::BadConstraint { reason } => EngineError::BadConstraint { reason },
        Failure::BadGrammar { reason } => EngineError::BadGrammar { reason },
        Failure::Unfinished { reason, text, needed } => {
            EngineError::Unfinished { reason, text, needed }
        }
        Failure::BadTemplate { reason } => EngineError::Unsupported {
            what: format!("these messages in the chat template of `{model}`: {reason}"),
        },
        Failure::Unsupported { what } => EngineError::Unsupported { what },
        Failure::WrongState { reason }
        | Failure::Backend { reason }
        | Failure::BadRequest { reason } => EngineError::Protocol(reason),
    }
}

/// Says that the two executables do not belong together.
pub(crate) fn wrong_version(spoken: u32) -> EngineError {
    EngineError::Protocol(format!(
        "the engine executable speaks version {spoken} of the protocol and this program version \
         {}; install both from one build",
        protocol::VERSION
    ))
}

/// Says that an event was not the one a request ends with.
pub(crate) fn unexpected(body: &protocol::Body) -> EngineError {
    let event = serde_json::to_value(body).ok();
    let name = event.as_ref().and_then(|event| event.get("event")?.as_str()).unwrap_or("nameless");
    EngineError::Protocol(format!("an unexpected event `{name}`"))
}

#[cfg(test)]
mod tests {
    use sarai_core::conversation::{Recalled, Said, Speaker};
    use sarai_core::engine::{Constraint, EngineError, Finish, Generation, Sampling};
    use sarai_core::id::ModelName;
    use sarai_core::language::Language;
    use sarai_core::limits::Limits;
    use sarai_core::prompt::{self, Parts};
    use sarai_core::text::{Origin, Text};
    use sarai_core::tool::{Tool, ToolCall};
    use sarai_engine_protocol as protocol;
    use sarai_engine_protocol::{Failure, PromptInput};
    use serde_json::json;

    fn generation(said: &[Said]) -> Generation {
        let language = Language::Spanish;
        let parts = Parts {
            persona: None,
            said,
            recalled: &Recalled::default(),
            today: None,
            tools: &[],
            language,
        };
        Generation {
            model: None,
            prompt: prompt::assemble(parts, &Limits::SMALL).unwrap(),
            tools: Vec::new(),
            sampling: Sampling { temperature: 0.5, seed: None, ..Sampling::GREEDY },
            tokens_max: Some(7),
            stop: vec!["\n".to_owned()],
            constraint: Constraint::Free,
            session: Some("casa".to_owned()),
            top_logprobs: Some(2),
        }
    }

    fn conversation() -> Vec<Said> {
        let call = ToolCall {
            id: "c1".to_owned(),
            name: "hora".to_owned(),
            arguments: r#"{"zona":"Madrid"}"#.to_owned(),
        };
        let mut asked = Said::new(Speaker::Assistant, Text::model(""));
        asked.tool_calls = vec![call];
        let mut told = Said::new(Speaker::Tool, Text::new(Origin::Tool, "12:00"));
        told.tool_call_id = Some("c1".to_owned());
        vec![Said::new(Speaker::User, Text::user("¿Qué hora es?")), asked, told]
    }

    #[test]
    fn a_request_keeps_every_word() {
        let mut generation = generation(&conversation());
        generation.tools = vec![Tool {
            name: "hora".to_owned(),
            description: "la hora".to_owned(),
            parameters: r#"{"type":"object"}"#.to_owned(),
        }];
        generation.constraint = Constraint::JsonSchema(r#"{"type":"string"}"#.to_owned());
        let written = super::generate(&generation, 42).unwrap();

        assert_eq!(written.sampling.seed, 42);
        assert_eq!(written.tokens_max, Some(7));
        assert_eq!(written.stop, ["\n"]);
        assert_eq!(written.session.as_deref(), Some("casa"));
        assert_eq!(written.top_logprobs, Some(2));
        assert_eq!(written.tools[0].parameters, json!({"type": "object"}));
        assert_eq!(written.constraint, protocol::Constraint::JsonSchema(json!({"type": "string"})));
        let PromptInput::Messages(messages) = written.prompt else { panic!("no messages") };
        let roles = messages.iter().map(|message| message.role.as_str()).collect::<Vec<_>>();
        assert_eq!(roles, ["user", "assistant", "tool"]);
        assert_eq!(messages[1].tool_calls[0].arguments, json!({"zona": "Madrid"}));
        assert_eq!(messages[2].tool_call_id.as_deref(), Some("c1"));
    }

    #[test]
    fn a_seed_that_was_named_is_used_and_a_continuation_stays_text() {
        let mut generation = generation(&conversation());
        generation.sampling.seed = Some(7);
        generation.prompt =
            prompt::continuation(&Text::user("Érase una vez"), &Limits::SMALL).unwrap();
        let written = super::generate(&generation, 42).unwrap();
        assert_eq!(written.sampling.seed, 7);
        assert_eq!(written.prompt, PromptInput::Text("Érase una vez".to_owned()));
    }

    #[test]
    fn a_schema_that_is_no_json_is_refused_before_it_is_sent() {
        let mut generation = generation(&conversation());
        generation.constraint = Constraint::Gbnf("root ::= [a-z]".to_owned());
        assert_eq!(
            super::constraint(&generation.constraint).unwrap(),
            protocol::Constraint::Gbnf("root ::= [a-z]".to_owned())
        );
        generation.constraint = Constraint::JsonSchema("{".to_owned());
        let error = super::generate(&generation, 1).unwrap_err();
        assert!(matches!(error, EngineError::BadConstraint { .. }), "{error}");
    }

    #[test]
    fn every_end_has_its_word() {
        for (written, read) in [
            (protocol::Finish::End, Finish::End),
            (protocol::Finish::StopString("x".to_owned()), Finish::StopString("x".to_owned())),
            (protocol::Finish::Length, Finish::Length),
            (protocol::Finish::Cancelled, Finish::Cancelled),
        ] {
            assert_eq!(super::finish(written), read);
        }
    }

    #[test]
    fn every_failure_has_its_error() {
        let model = ModelName::new("m").unwrap();
        let reason = || "r".to_owned();
        for (failure, error) in [
            (Failure::Busy, EngineError::Busy { retry_after_s: 9 }),
            (
                Failure::LoadFailed { reason: reason() },
                EngineError::LoadFailed { model: model.clone(), reason: reason() },
            ),
            (
                Failure::ContextExceeded { needed: 5, available: 4 },
                EngineError::ContextExceeded { needed: 5, available: 4 },
            ),
            (
                Failure::BadConstraint { reason: reason() },
                EngineError::BadConstraint { reason: reason() },
            ),
            (
                Failure::BadGrammar { reason: reason() },
                EngineError::BadGrammar { reason: reason() },
            ),
            (
                Failure::Unfinished { reason: reason(), text: "a".to_owned(), needed: Some(3) },
                EngineError::Unfinished { reason: reason(), text: "a".to_owned(), needed: Some(3) },
            ),
            (Failure::Unsupported { what: reason() }, EngineError::Unsupported { what: reason() }),
            (Failure::WrongState { reason: reason() }, EngineError::Protocol(reason())),
            (Failure::Backend { reason: reason() }, EngineError::Protocol(reason())),
            (Failure::BadRequest { reason: reason() }, EngineError::Protocol(reason())),
        ] {
            assert_eq!(super::failure(failure, &model, 9), error);
        }
        let template = super::failure(Failure::BadTemplate { reason: reason() }, &model, 9);
        assert!(matches!(template, EngineError::Unsupported { .. }), "{template}");
        let version = super::failure(Failure::Version { spoken: 3 }, &model, 9).to_string();
        assert!(version.contains("version 3"), "{version}");
    }

    #[test]
    fn an_unexpected_event_is_named() {
        let error = super::unexpected(&protocol::Body::Restored { tokens: 1 }).to_string();
        assert!(error.contains("`restored`"), "{error}");
    }

    #[test]
    fn what_is_nested_too_deep_for_a_frame_is_refused_here() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(super::json(&nested(super::DEPTH_MAX), "x").is_ok());
        for levels in [super::DEPTH_MAX + 1, 500] {
            let error = super::json(&nested(levels), "the schema").unwrap_err();
            assert!(matches!(error, EngineError::BadConstraint { .. }), "{error}");
        }
    }
}
