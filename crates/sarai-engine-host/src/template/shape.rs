//! Brings messages into a form that the model's template takes.
//!
//! Templates differ in what they refuse or silently leave out: system messages, tools, two messages
//! of one role in a row. What a template cannot say in its own way is said in plain words instead.

use sarai_engine_protocol::{Message, Tool};
use serde_json::json;

/// What a template understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent answers of one probing")]
pub(crate) struct Understands {
    /// A system message at the beginning.
    pub(crate) system: bool,
    /// Further system messages in the middle.
    pub(crate) system_later: bool,
    /// The list of tools.
    pub(crate) tools: bool,
    /// Tool calls and their results in the history.
    pub(crate) tool_messages: bool,
    /// Two messages of one role in a row.
    pub(crate) neighbours: bool,
}

impl Understands {
    /// A template of which the least is expected.
    pub(crate) const LITTLE: Understands = Understands {
        system: false,
        system_later: false,
        tools: false,
        tool_messages: false,
        neighbours: false,
    };
}

/// Returns the messages as a template with these abilities takes them.
pub(crate) fn shape(messages: &[Message], tools: &[Tool], can: Understands) -> Vec<Message> {
    let mut messages = messages.to_vec();
    if !tools.is_empty() && !can.tools {
        describe_tools(&mut messages, tools);
    }
    if !can.tool_messages {
        messages.iter_mut().for_each(say_tool_use_in_words);
    }
    merge_system(&mut messages, can);
    if !can.neighbours {
        merge_neighbours(&mut messages);
    }
    messages
}

/// Tells the model about tools in the form most models have seen (Hermes).
fn describe_tools(messages: &mut Vec<Message>, tools: &[Tool]) {
    let mut text = String::from(
        "# Tools\n\nYou may call one or more functions. These are their signatures:\n<tools>\n",
    );
    for tool in tools {
        text.push_str(&tool_json(tool).to_string());
        text.push('\n');
    }
    text.push_str(
        "</tools>\n\nFor each call write a JSON object with the name and the arguments inside \
         these tags and nothing else:\n<tool_call>\n{\"name\": …, \"arguments\": …}\n</tool_call>",
    );
    match messages.first_mut().filter(|message| message.role == "system") {
        Some(system) => system.content = joined(&system.content, &text),
        None => messages.insert(0, plain("system", text)),
    }
}

/// A tool in the form of the OpenAI API, which templates expect.
pub(crate) fn tool_json(tool: &Tool) -> serde_json::Value {
    json!({
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
        },
    })
}

fn say_tool_use_in_words(message: &mut Message) {
    for call in std::mem::take(&mut message.tool_calls) {
        let json = json!({"name": call.name, "arguments": call.arguments});
        message.content = joined(&message.content, &format!("<tool_call>\n{json}\n</tool_call>"));
    }
    if message.role == "tool" {
        "user".clone_into(&mut message.role);
        message.content = format!("<tool_response>\n{}\n</tool_response>", message.content);
        message.tool_call_id = None;
    }
}

/// Puts system messages that the template would refuse or lose at the head of the user message that
/// follows, or makes them one.
fn merge_system(messages: &mut Vec<Message>, can: Understands) {
    let mut shaped: Vec<Message> = Vec::with_capacity(messages.len());
    let mut pending = String::new();
    for mut message in messages.drain(..) {
        let first = shaped.is_empty() && pending.is_empty();
        if message.role == "system" && !(if first { can.system } else { can.system_later }) {
            pending = joined(&pending, &message.content);
            continue;
        }
        if !pending.is_empty() {
            if message.role == "user" {
                message.content = joined(&std::mem::take(&mut pending), &message.content);
            } else {
                shaped.push(plain("user", std::mem::take(&mut pending)));
            }
        }
        shaped.push(message);
    }
    if !pending.is_empty() {
        shaped.push(plain("user", pending));
    }
    *messages = shaped;
}

fn merge_neighbours(messages: &mut Vec<Message>) {
    let mut merged: Vec<Message> = Vec::with_capacity(messages.len());
    for message in messages.drain(..) {
        match merged.last_mut() {
            Some(last)
                if last.role == message.role
                    && last.role != "tool"
                    && last.tool_calls.is_empty()
                    && message.tool_calls.is_empty() =>
            {
                last.content = joined(&last.content, &message.content);
            }
            _ => merged.push(message),
        }
    }
    *messages = merged;
}

fn joined(first: &str, second: &str) -> String {
    if first.is_empty() { second.to_owned() } else { format!("{first}\n\n{second}") }
}

pub(crate) fn plain(role: &str, content: impl Into<String>) -> Message {
    Message {
        role: role.to_owned(),
        content: content.into(),
        droppable: false,
        tool_calls: Vec::new(),
        tool_call_id: None,
    }
}
