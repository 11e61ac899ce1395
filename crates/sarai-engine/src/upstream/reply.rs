//! What the server sends: chunks of an answer, and what they come to.

use std::collections::BTreeMap;

use sarai_core::engine::{Finish, TokenLogprob, TokenText, Usage};
use serde::Deserialize;
use serde_json::Value;

/// One chunk of a chat or of a continuation.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<UsageJson>,
    /// A failure in the middle of an answer.
    pub(crate) error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<Delta>,
    /// In place of `delta` in a continuation.
    text: Option<String>,
    logprobs: Option<Logprobs>,
    finish_reason: Option<String>,
    /// Some servers say which stop string it was.
    #[serde(default)]
    stop_reason: Value,
}

#[derive(Debug, Default, Deserialize)]
struct Delta {
    content: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<CallDelta>>,
}

#[derive(Debug, Deserialize)]
struct CallDelta {
    #[serde(default)]
    index: u32,
    #[serde(default)]
    function: FunctionDelta,
}

#[derive(Debug, Default, Deserialize)]
struct FunctionDelta {
    name: Option<String>,
    arguments: Option<String>,
}

/// Both shapes: `content` of a chat, the lists of a continuation.
#[derive(Debug, Deserialize)]
struct Logprobs {
    #[serde(default)]
    content: Option<Vec<LogprobJson>>,
    #[serde(default)]
    tokens: Vec<String>,
    #[serde(default, rename = "token_logprobs")]
    values: Vec<Option<f32>>,
    #[serde(default, rename = "top_logprobs")]
    tops: Option<Vec<Option<BTreeMap<String, f32>>>>,
}

#[derive(Debug, Deserialize)]
struct LogprobJson {
    token: String,
    logprob: f32,
    bytes: Option<Vec<u8>>,
    #[serde(default)]
    top_logprobs: Vec<LogprobJson>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct UsageJson {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct PromptDetails {
    #[serde(default)]
    cached_tokens: Option<u32>,
}

/// An answer as it grows.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) text: String,
    /// `None` until the server says that the answer is over.
    pub(crate) finish: Option<Finish>,
    pub(crate) usage: Usage,
    calls: BTreeMap<u32, Call>,
}

#[derive(Debug, Default)]
struct Call {
    name: String,
    arguments: String,
}

impl Reply {
    /// Adds a chunk. Returns the new words, if there are any.
    pub(crate) fn add(&mut self, chunk: Chunk) -> Option<(String, Vec<TokenLogprob>)> {
        if let Some(usage) = chunk.usage {
            let details = usage.prompt_tokens_details.and_then(|details| details.cached_tokens);
            self.usage = Usage {
                prompt_tokens: usage.prompt_tokens,
                cached_tokens: details.unwrap_or(0),
                completion_tokens: usage.completion_tokens,
            };
        }
        let choice = chunk.choices.into_iter().next()?;
        if let Some(reason) = &choice.finish_reason {
            self.finish = Some(finish(reason, &choice.stop_reason));
        }
        let delta = choice.delta.unwrap_or_default();
        for call in delta.tool_calls.unwrap_or_default() {
            let known = self.calls.entry(call.index).or_default();
            known.name.push_str(call.function.name.as_deref().unwrap_or(""));
            known.arguments.push_str(call.function.arguments.as_deref().unwrap_or(""));
        }
        let text = delta.content.or(choice.text).unwrap_or_default();
        let logprobs = choice.logprobs.map(Logprobs::read).unwrap_or_default();
        if text.is_empty() && logprobs.is_empty() {
            return None;
        }
        self.text.push_str(&text);
        Some((text, logprobs))
    }

    /// Takes the calls that the server read out of the model's words, in the words most models use,
    /// so that calls look the same whoever runs the model.
    pub(crate) fn take_calls(&mut self) -> Option<String> {
        let calls = std::mem::take(&mut self.calls);
        if calls.is_empty() {
            return None;
        }
        let words = calls.into_values().map(|Call { name, arguments }| {
            let arguments = if arguments.trim().is_empty() { "{}" } else { arguments.trim() };
            let name = Value::String(name);
            format!("<tool_call>\n{{\"name\": {name}, \"arguments\": {arguments}}}\n</tool_call>\n")
        });
        let words = words.collect::<String>();
        self.text.push_str(&words);
        Some(words)
    }
}

impl Logprobs {
    fn read(self) -> Vec<TokenLogprob> {
        if let Some(content) = self.content {
            return content.into_iter().map(LogprobJson::read).collect();
        }
        let mut tops = self.tops.unwrap_or_default().into_iter();
        let tokens = self.tokens.into_iter().zip(self.values);
        let read = tokens.map(|(token, logprob)| {
            let top = tops.next().flatten().unwrap_or_default();
            let top = top.into_iter().map(|(token, value)| (TokenText(token.into_bytes()), value));
            TokenLogprob {
                token: TokenText(token.into_bytes()),
                logprob: logprob.unwrap_or(0.0),
                top: top.collect(),
            }
        });
        read.collect()
    }
}

impl LogprobJson {
    fn read(self) -> TokenLogprob {
        let top = self.top_logprobs.into_iter().map(LogprobJson::read);
        TokenLogprob {
            top: top.map(|top| (top.token, top.logprob)).collect(),
            token: TokenText(self.bytes.unwrap_or(self.token.into_bytes())),
            logprob: self.logprob,
        }
    }
}

fn finish(reason: &str, stop_reason: &Value) -> Finish {
    match (reason, stop_reason) {
        ("length", _) => Finish::Length,
        ("stop", Value::String(stop)) => Finish::StopString(stop.clone()),
        _ => Finish::End,
    }
}
