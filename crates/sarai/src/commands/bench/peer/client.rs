//! The HTTP side of a peer: llama-server's `/health` and `/completion`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use ureq::Agent;

use super::PeerError;

const HEALTH_DEADLINE: Duration = Duration::from_secs(5);
const ANSWER_DEADLINE: Duration = Duration::from_mins(10);
const BODY_BYTES_MAX: u64 = 16 << 20;
const REFUSAL_CHARACTERS_MAX: usize = 300;

/// Whether a peer can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Ready,
    /// It loads its model, or nobody listens yet, or somebody else does.
    NotYet,
}

/// What a peer is asked.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Question<'a> {
    /// As the model reads it: no template is laid over it.
    pub(in super::super) prompt: &'a str,
    pub(in super::super) tokens_max: u32,
    /// What the answer must be.
    pub(in super::super) schema: Option<&'a Value>,
}

/// What a peer says, and what it measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct Answer {
    pub(in super::super) text: String,
    pub(in super::super) prompt_tokens: u32,
    /// Of them, those that it had computed before.
    pub(in super::super) cached_tokens: u32,
    pub(in super::super) tokens: u32,
    pub(in super::super) prefill_ms: f64,
    pub(in super::super) decode_ms: f64,
    /// Tokens that it guessed ahead, and those of them that were right.
    pub(in super::super) guessed: u32,
    pub(in super::super) accepted: u32,
}

/// The answer as it is sent.
#[derive(Deserialize)]
struct Sent {
    content: String,
    tokens_evaluated: u32,
    tokens_predicted: u32,
    timings: Timings,
}

#[derive(Deserialize)]
struct Timings {
    cache_n: u32,
    prompt_ms: f64,
    predicted_ms: f64,
    /// Only where something was guessed.
    #[serde(default)]
    draft_n: u32,
    #[serde(default)]
    draft_n_accepted: u32,
}

/// Speaks to a peer on this machine.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    address: String,
}

impl Client {
    pub(super) fn new(port: u16) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .build();
        Client { agent: config.new_agent(), address: format!("http://127.0.0.1:{port}") }
    }

    /// Asks whether it is ready, and whether it is the one that goes by this name: another program
    /// may have taken the port.
    pub(super) fn health(&self, name: &str) -> Health {
        let ready = self.get("health").is_some();
        let models = if ready { self.get("v1/models") } else { None };
        let named = |models: Value| {
            let models = models["data"].as_array().cloned().unwrap_or_default();
            models.iter().any(|model| model["id"] == name)
        };
        if models.is_some_and(named) { Health::Ready } else { Health::NotYet }
    }

    fn get(&self, path: &str) -> Option<Value> {
        let request = self.agent.get(format!("{}/{path}", self.address));
        let response =
            request.config().timeout_global(Some(HEALTH_DEADLINE)).build().call().ok()?;
        let found = response.status().is_success();
        let body = response.into_body().with_config().limit(BODY_BYTES_MAX).read_to_string();
        found.then(|| serde_json::from_str(&body.ok()?).ok())?
    }

    /// Asks for the likeliest answer, and to keep what it has read.
    pub(super) fn answer(&self, question: &Question<'_>) -> Result<Answer, PeerError> {
        let mut body = json!({
            "prompt": question.prompt,
            "n_predict": question.tokens_max,
            "temperature": 0,
            "cache_prompt": true,
            "stream": false,
        });
        if let Some(schema) = question.schema {
            body["json_schema"] = schema.clone();
        }
        let request = self.agent.post(format!("{}/completion", self.address));
        let request = request.config().timeout_global(Some(ANSWER_DEADLINE)).build();
        let response =
            request.send_json(&body).map_err(|error| PeerError::Request(error.to_string()))?;
        let status = response.status();
        let mut body = response.into_body();
        let body = body.with_config().limit(BODY_BYTES_MAX).lossy_utf8(true).read_to_string();
        let body = body.map_err(|error| PeerError::Request(error.to_string()))?;
        if !status.is_success() {
            let text: String = body.chars().take(REFUSAL_CHARACTERS_MAX).collect();
            return Err(PeerError::Request(format!("{status}: {}", text.trim())));
        }
        read(&body)
    }
}

fn read(body: &str) -> Result<Answer, PeerError> {
    let Sent { content, tokens_evaluated, tokens_predicted, timings } =
        serde_json::from_str(body).map_err(|error| PeerError::Answer(error.to_string()))?;
    Ok(Answer {
        text: content,
        prompt_tokens: tokens_evaluated,
        cached_tokens: timings.cache_n,
        tokens: tokens_predicted,
        prefill_ms: timings.prompt_ms,
        decode_ms: timings.predicted_ms,
        guessed: timings.draft_n,
        accepted: timings.draft_n_accepted,
    })
}
