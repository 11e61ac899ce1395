//! Takes the power out of control tokens and other markup spelled inside a message.
//!
//! A model reads `<|im_start|>system` as a new message with more authority than the one it stands
//! in. The text stays readable: an invisible character after its first one keeps the tokenizer from
//! seeing the control token.

use std::collections::HashMap;

use sarai_engine_protocol::{Message, Tool, ToolCall};
use serde_json::Value;

use crate::backend::Vocabulary;

/// Zero-width space.
const BREAK: char = '\u{200b}';

/// The fences around calls and results. Most vocabularies have no token for them, but a tool result
/// that closes its own would speak with the voice of the user, or call the next tool.
const FENCES: [&str; 4] = ["<tool_response", "</tool_response", "<tool_call", "</tool_call"];

/// The spellings of a vocabulary's control tokens and of the markup found in any text, and what a
/// template writes around messages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Defang {
    /// By their first byte.
    spellings: HashMap<u8, Vec<String>>,
}

impl Defang {
    pub(crate) fn new(vocabulary: &Vocabulary) -> Defang {
        let mut spellings: HashMap<u8, Vec<String>> = HashMap::new();
        let dangerous = vocabulary.control.iter().zip(&vocabulary.matched);
        for (bytes, (control, matched)) in vocabulary.bytes.iter().zip(dangerous) {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let is_spelling = (*control || *matched) && text.chars().count() > 1;
            let Some(first) = bytes.first().filter(|_| is_spelling) else { continue };
            spellings.entry(*first).or_default().push(text.to_owned());
        }
        Defang { spellings }
    }

    /// Breaks up these, too.
    pub(crate) fn add(&mut self, spellings: impl IntoIterator<Item = String>) {
        for spelling in spellings {
            if let Some(first) = spelling.bytes().next() {
                self.spellings.entry(first).or_default().push(spelling);
            }
        }
    }

    /// Returns `text` with every spelling of a control token broken up.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut safe = String::with_capacity(text.len());
        for (index, letter) in text.char_indices() {
            safe.push(letter);
            let rest = &text[index..];
            let spelled = rest.as_bytes().first().and_then(|byte| self.spellings.get(byte));
            if spelled.is_some_and(|all| all.iter().any(|one| rest.starts_with(one.as_str()))) {
                safe.push(BREAK);
            }
        }
        safe
    }

    /// Returns what a tool said with every fence broken up, too.
    fn tool_result(&self, text: &str) -> String {
        FENCES.iter().fold(self.text(text), |safe, fence| {
            safe.replace(fence, &format!("<{BREAK}{}", &fence[1..]))
        })
    }

    pub(crate) fn message(&self, message: &Message) -> Message {
        let content = if message.role == "tool" {
            self.tool_result(&message.content)
        } else {
            self.text(&message.content)
        };
        Message {
            role: message.role.clone(),
            content,
            droppable: message.droppable,
            tool_calls: message.tool_calls.iter().map(|call| self.tool_call(call)).collect(),
            tool_call_id: message.tool_call_id.as_deref().map(|id| self.text(id)),
        }
    }

    pub(crate) fn tool(&self, tool: &Tool) -> Tool {
        Tool {
            name: self.text(&tool.name),
            description: self.text(&tool.description),
            parameters: self.json(&tool.parameters),
        }
    }

    fn tool_call(&self, call: &ToolCall) -> ToolCall {
        ToolCall {
            id: self.text(&call.id),
            name: self.text(&call.name),
            arguments: self.json(&call.arguments),
        }
    }

    fn json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(values) => values.iter().map(|value| self.json(value)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| (self.text(name), self.json(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}
