//! `POST /v1/completions`: the bare continuation of a text, as before there was a chat.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use sarai_core::engine::{Constraint, Sampling, TokenLogprob, Usage};
use sarai_core::text::Text;
use sarai_core::tool::ToolChoice;
use sarai_core::turn::{Entry as TurnEntry, Input, Mode, Reply, Transcript};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::STYLE;
use super::answer::{add_usage, finish_reason, finite, usage_json};
use super::input::{self, Entry};
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::grammar;
use crate::question::{another_seed, choose};
use crate::state::State;
use crate::trace;
use crate::turns::{self, Events, Job};
use crate::wire::{self, SamplingWishes, TextOr};

const PROMPTS_MAX: usize = 16;
const CHOICES_MAX: u32 = 8;
const LOGPROBS_MAX: u8 = 5;
/// What this API has always meant by not saying.
const TOKENS_DEFAULT: u32 = 16;

#[derive(Debug, Deserialize)]
pub(super) struct CompletionRequest {
    model: String,
    prompt: TextOr<Entry>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    #[serde(default, deserialize_with = "wire::whole")]
    n: Option<u32>,
    #[serde(default, deserialize_with = "wire::whole")]
    best_of: Option<u32>,
    echo: Option<bool>,
    suffix: Option<String>,
    stop: Option<TextOr<String>>,
    #[serde(default, deserialize_with = "wire::whole")]
    seed: Option<i64>,
    temperature: Option<f32>,
    top_p: Option<f32>,
    presence_penalty: Option<f32>,
    frequency_penalty: Option<f32>,
    #[serde(default, deserialize_with = "wire::whole")]
    max_tokens: Option<u32>,
    #[serde(default, deserialize_with = "wire::whole")]
    logprobs: Option<u8>,
    grammar: Option<String>,
}

#[derive(Debug, Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

/// A request that was understood.
struct Completion {
    model: String,
    prompts: Vec<String>,
    choices: u32,
    sampling: Option<Sampling>,
    tokens_max: u32,
    stop: Vec<String>,
    top_logprobs: Option<u8>,
    constraint: Constraint,
    stream: bool,
    include_usage: bool,
}

struct Head {
    id: String,
    created_s: i64,
}

pub(super) async fn complete(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<CompletionRequest>,
) -> Result<Response, ApiError> {
    let completion = request.check()?;
    let head = Head {
        id: format!("cmpl-{}", state.services.random.id()),
        created_s: state.services.clock.now().0 / 1000,
    };
    if completion.stream {
        let language = state.language(&headers);
        let work = move |job: &Job<'_>, events: &Events| stream(job, events, &completion, &head);
        return turns::stream(&state, STYLE, language, work).await;
    }
    let body = turns::run(&state, move |job| whole(job, &completion, &head)).await?;
    Ok(Json(body).into_response())
}

impl CompletionRequest {
    fn check(self) -> Result<Completion, ApiError> {
        self.refuse_unsupported()?;
        wire::in_range("n", self.n, 1..=CHOICES_MAX)?;
        wire::in_range("max_tokens", self.max_tokens, 1..=u32::MAX)?;
        wire::in_range("logprobs", self.logprobs, 0..=LOGPROBS_MAX)?;
        let wishes = SamplingWishes {
            temperature: self.temperature,
            top_p: self.top_p,
            top_k: None,
            presence_penalty: self.presence_penalty,
            frequency_penalty: self.frequency_penalty,
            seed: self.seed,
        };
        let include_usage = self.stream_options.and_then(|options| options.include_usage);
        Ok(Completion {
            model: self.model,
            prompts: input::texts("prompt", self.prompt, PROMPTS_MAX)?,
            choices: self.n.unwrap_or(1),
            sampling: wishes.check(2.0)?,
            tokens_max: self.max_tokens.unwrap_or(TOKENS_DEFAULT),
            stop: wire::stop_strings("stop", self.stop)?,
            top_logprobs: self.logprobs,
            constraint: grammar::constraint(self.grammar, Constraint::Free)?,
            stream: self.stream.unwrap_or(false),
            include_usage: include_usage.unwrap_or(false),
        })
    }

    fn refuse_unsupported(&self) -> Result<(), ApiError> {
        let refused = [
            ("echo", self.echo == Some(true)),
            ("suffix", self.suffix.as_ref().is_some_and(|suffix| !suffix.is_empty())),
            ("best_of", self.best_of.is_some_and(|best_of| best_of != self.n.unwrap_or(1))),
        ];
        match refused.iter().find(|(_, used)| *used) {
            None => Ok(()),
            Some((param, _)) => Err(wire::unsupported(
                param,
                &format!("`{param}` no se admite aquí"),
                &format!("`{param}` is not supported here"),
            )),
        }
    }
}

impl Completion {
    /// Returns prompt and number of each choice, in the order of their indices.
    fn choices(&self) -> impl Iterator<Item = (u32, &str, u32)> {
        let each =
            self.prompts.iter().flat_map(|prompt| (0..self.choices).map(move |nth| (prompt, nth)));
        (0..).zip(each).map(|(index, (prompt, nth))| (index, prompt.as_str(), nth))
    }

    fn input(&self, job: &Job<'_>, prompt: &str, nth: u32) -> Result<Input, ApiError> {
        let chosen = choose(&self.model, job.assistant().engine())?;
        Ok(Input {
            person: job.person().clone(),
            entry: TurnEntry::Api,
            mode: Mode::Bare,
            model: chosen.model,
            transcript: Transcript::Continue { text: Text::user(prompt) },
            use_memory: false,
            sampling: self.sampling.map(|sampling| another_seed(sampling, nth)),
            tokens_max: Some(self.tokens_max),
            stop: self.stop.clone(),
            constraint: self.constraint.clone(),
            tools: Vec::new(),
            tool_choice: ToolChoice::None,
            top_logprobs: self.top_logprobs,
        })
    }

    fn choice(&self, index: u32, text: &str, tokens: &[TokenLogprob], offset: usize) -> Value {
        let logprobs = self.top_logprobs.map(|_| legacy_logprobs(tokens, offset));
        json!({ "text": text, "index": index, "logprobs": logprobs, "finish_reason": null })
    }

    fn body(&self, head: &Head, choices: &Value) -> Value {
        json!({
            "id": head.id,
            "object": "text_completion",
            "created": head.created_s,
            "model": self.model,
            "choices": choices,
        })
    }
}

fn whole(job: &Job<'_>, completion: &Completion, head: &Head) -> Result<Value, ApiError> {
    let mut choices = Vec::new();
    let mut usage = Usage::default();
    let mut first_trace = None;
    for (index, prompt, nth) in completion.choices() {
        let input = completion.input(job, prompt, nth)?;
        let answer = job.answer(&input, &mut |_| ControlFlow::Continue(()))?;
        usage = with_prompt(usage, answer.trace.usage, nth);
        let mut choice = completion.choice(index, answer.text.as_str(), &answer.logprobs, 0);
        choice["finish_reason"] = json!(finish_reason(&answer));
        choices.push(choice);
        first_trace.get_or_insert_with(|| trace::extension(&answer));
    }
    let mut body = completion.body(head, &json!(choices));
    body["usage"] = usage_json(usage);
    body["sarai"] = json!(first_trace);
    Ok(body)
}

fn stream(
    job: &Job<'_>,
    events: &Events,
    completion: &Completion,
    head: &Head,
) -> Result<(), ApiError> {
    let send = |choices: &Value, more: &[(&str, Value)]| {
        let mut chunk = completion.body(head, choices);
        if completion.include_usage {
            chunk["usage"] = Value::Null;
        }
        for (name, value) in more {
            chunk[*name] = value.clone();
        }
        events.send(Event::default().data(chunk.to_string()))
    };
    let mut usage = Usage::default();
    for (index, prompt, nth) in completion.choices() {
        let input = completion.input(job, prompt, nth)?;
        let mut offset = 0;
        let answer = job.answer(&input, &mut |reply| match reply {
            Reply::Text { text, logprobs } if !text.is_empty() => {
                let choice = completion.choice(index, text, logprobs, offset);
                offset += text.chars().count();
                send(&json!([choice]), &[])
            }
            _ => ControlFlow::Continue(()),
        })?;
        usage = with_prompt(usage, answer.trace.usage, nth);
        let mut choice = completion.choice(index, "", &[], offset);
        choice["finish_reason"] = json!(finish_reason(&answer));
        let extension = (index == 0).then(|| ("sarai", trace::extension(&answer)));
        if send(&json!([choice]), extension.as_slice()).is_break() {
            return Ok(());
        }
    }
    if completion.include_usage && send(&json!([]), &[("usage", usage_json(usage))]).is_break() {
        return Ok(());
    }
    // Whether the last word was heard changes nothing any more.
    let _heard = events.send(Event::default().data("[DONE]"));
    Ok(())
}

/// Adds the figures of one more choice: each prompt counts once.
fn with_prompt(sum: Usage, answer: Usage, nth: u32) -> Usage {
    if nth > 0 {
        return add_usage(Some(sum), answer);
    }
    Usage {
        prompt_tokens: sum.prompt_tokens.saturating_add(answer.prompt_tokens),
        cached_tokens: sum.cached_tokens.saturating_add(answer.cached_tokens),
        completion_tokens: sum.completion_tokens.saturating_add(answer.completion_tokens),
    }
}

/// Returns log probabilities as this API has always shown them; `offset` counts characters.
fn legacy_logprobs(tokens: &[TokenLogprob], offset: usize) -> Value {
    let mut next = offset;
    let offsets = tokens.iter().map(|token| {
        let here = next;
        next += token.token.lossy().chars().count();
        here
    });
    let offsets = offsets.collect::<Vec<_>>();
    let top = tokens.iter().map(|token| {
        let top = token.top.iter();
        top.map(|(text, logprob)| (text.lossy(), json!(finite(*logprob)))).collect::<Map<_, _>>()
    });
    json!({
        "tokens": tokens.iter().map(|token| token.token.lossy()).collect::<Vec<_>>(),
        "token_logprobs": tokens.iter().map(|token| finite(token.logprob)).collect::<Vec<_>>(),
        "top_logprobs": top.collect::<Vec<_>>(),
        "text_offset": offsets,
    })
}
