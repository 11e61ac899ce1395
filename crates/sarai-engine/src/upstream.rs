//! The upstream engine: any server with OpenAI's API, spoken to over HTTP.

mod failure;
mod reply;
mod request;
mod settings;
mod sse;

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, TryLockError};
use std::time::Duration;

use sarai_core::clock::Timestamp;
use sarai_core::engine::{
    Completion, Embeddings, Engine, EngineError, EngineEvent, EngineHealth, Finish, Generation,
    ModelSummary, Sink,
};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;
use serde::Deserialize;
use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

use self::failure::Refusal;
use self::reply::{Chunk, Reply};
pub use self::settings::{
    ApiKey, ApiKeyError, UpstreamSettings, UpstreamTimeouts, UpstreamUrl, UpstreamUrlError,
};
use crate::lock::lock;

/// The largest body that is no stream, in bytes.
const BODY_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The largest body of a refusal, in bytes.
const REFUSAL_BYTES_MAX: u64 = 64 * 1024;
/// How long a look at the server counts.
const PROBE_AGE_MAX: Duration = Duration::from_secs(10);

/// An engine behind somebody else's URL: vLLM, llama-server, another SARAi.
///
/// Tool calls that the server has read out of the model's words are handed over as words again
/// (`<tool_call>…</tool_call>`, at the end), so that they look as those of a local model. A listener
/// who left is noticed with the next thing the server sends, its keep-alive comments included; the
/// connection is then dropped, which stops a good server's generation. The key is in no log.
pub struct UpstreamEngine {
    settings: UpstreamSettings,
    agent: Agent,
    model: Mutex<ModelName>,
    in_flight: AtomicU32,
    probe: Mutex<Option<Probe>>,
    last_failure: Mutex<Option<(Timestamp, String)>>,
}

/// What the last look at the server told.
#[derive(Debug, Clone)]
struct Probe {
    when: Duration,
    /// The models it names, or why it cannot be used.
    models: Result<Vec<ModelSummary>, EngineError>,
}

impl UpstreamEngine {
    /// Makes the engine; nothing is sent yet.
    pub fn new(settings: UpstreamSettings) -> UpstreamEngine {
        let timeouts = settings.timeouts;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Compressed answers would wait for each other in the decoder.
            .accept_encoding("identity")
            .user_agent(concat!("sarai/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(timeouts.connect))
            .timeout_recv_response(Some(timeouts.response))
            .timeout_per_read(Some(timeouts.silence));
        let config = if settings.url.is_loopback() { config.proxy(None) } else { config };
        UpstreamEngine {
            agent: config.build().new_agent(),
            model: Mutex::new(settings.model.clone()),
            in_flight: AtomicU32::new(0),
            probe: Mutex::new(None),
            last_failure: Mutex::new(None),
            settings,
        }
    }

    /// Asks the server for the models that it offers now, for a report of its state.
    pub fn offered(&self) -> Result<Vec<ModelSummary>, EngineError> {
        self.remember(self.list())
    }

    fn resolve(&self, model: Option<&ModelName>) -> ModelName {
        model.cloned().unwrap_or_else(|| lock(&self.model).clone())
    }

    fn place(&self) -> Result<Place<'_>, EngineError> {
        const RETRY_AFTER_S: u32 = 5;
        let before = self.in_flight.fetch_add(1, Ordering::SeqCst);
        let place = Place(&self.in_flight);
        if before >= self.settings.in_flight_max {
            return Err(EngineError::Busy { retry_after_s: RETRY_AFTER_S });
        }
        Ok(place)
    }

    /// Sends a request; an answer that is not 2xx is an error.
    fn post(&self, path: &str, body: &Value, model: &ModelName) -> Result<Body, EngineError> {
        let url = format!("{}/{path}", self.settings.url);
        let mut request = self.agent.post(&url).content_type("application/json");
        if let Some(key) = &self.settings.key {
            request = request.header("authorization", key.bearer());
        }
        let response = request.send(body.to_string());
        self.accept(response, model)
    }

    fn accept(
        &self,
        response: Result<Response<Body>, ureq::Error>,
        model: &ModelName,
    ) -> Result<Body, EngineError> {
        let url = &self.settings.url;
        let response = response.map_err(|error| failure::transport(&error, url))?;
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        let retry_after = response.headers().get("retry-after");
        let retry_after = retry_after.and_then(|value| value.to_str().ok());
        let retry_after_s = retry_after.and_then(failure::retry_after_s);
        let status = response.status().as_u16();
        let mut body = response.into_body();
        let body = body.with_config().limit(REFUSAL_BYTES_MAX).lossy_utf8(true).read_to_string();
        // A body that cannot be read says nothing more than the status.
        let body = body.unwrap_or_default();
        Err(Refusal { status, retry_after_s, body }.error(url, model))
    }

    fn remember<T>(&self, result: Result<T, EngineError>) -> Result<T, EngineError> {
        if let Err(error @ EngineError::Upstream { .. }) = &result {
            tracing::warn!(%error, "the upstream server failed");
            *lock(&self.last_failure) = Some((self.settings.clock.now(), error.to_string()));
        }
        result
    }

    /// Returns the last look at the server; looks again when it is old and nobody else does.
    fn look(&self) -> Option<Probe> {
        let mut probe = match self.probe.try_lock() {
            Ok(probe) => probe,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let now = self.settings.clock.elapsed();
        let fresh =
            probe.as_ref().is_some_and(|probe| now.saturating_sub(probe.when) < PROBE_AGE_MAX);
        if !fresh {
            let models = self.remember(self.list());
            *probe = Some(Probe { when: self.settings.clock.elapsed(), models });
        }
        probe.clone()
    }

    fn list(&self) -> Result<Vec<ModelSummary>, EngineError> {
        let model = self.resolve(None);
        let url = format!("{}/models", self.settings.url);
        let request = self.agent.get(&url);
        let mut request =
            request.config().timeout_global(Some(self.settings.timeouts.probe)).build();
        if let Some(key) = &self.settings.key {
            request = request.header("authorization", key.bearer());
        }
        let body = self.accept(request.call(), &model)?;
        let list: ModelList = self.read_json(body)?;
        Ok(list.data.into_iter().filter_map(ModelJson::read).collect())
    }

    fn read_json<T: serde::de::DeserializeOwned>(&self, mut body: Body) -> Result<T, EngineError> {
        let url = &self.settings.url;
        let text = body
            .with_config()
            .limit(BODY_BYTES_MAX)
            .read_to_string()
            .map_err(|error| failure::transport(&error, url))?;
        serde_json::from_str(&text)
            .map_err(|error| failure::nonsense(url, &format!("what is no answer: {error}")))
    }

    /// Reads the stream of an answer until its end, or until the listener has had enough.
    fn follow(&self, body: Body, sink: &mut Sink<'_>) -> Result<(Reply, Times), EngineError> {
        let clock = &self.settings.clock;
        let begun = clock.elapsed();
        let mut times = Times { begun, first: None, last: begun };
        let mut stream = Stream::new(body);
        let mut reply = Reply::default();
        while let Some(event) = stream.next(&self.settings.url)? {
            let flow = match event {
                sse::Event::Data(data) if data.trim() == "[DONE]" => break,
                sse::Event::Data(data) => {
                    let chunk: Chunk = serde_json::from_str(&data).map_err(|error| {
                        let what = format!("what is no piece of an answer: {error}");
                        failure::nonsense(&self.settings.url, &what)
                    })?;
                    if let Some(error) = &chunk.error {
                        return Err(failure::in_stream(error));
                    }
                    times.last = clock.elapsed();
                    tell(reply.add(chunk), &mut times, sink)
                }
                // The server lives, and nothing has been said yet.
                sse::Event::Comment if times.first.is_none() => {
                    sink(EngineEvent::Queued { ahead: 0 })
                }
                sse::Event::Comment => ControlFlow::Continue(()),
            };
            if flow.is_break() {
                reply.finish = Some(Finish::Cancelled);
                return Ok((reply, times));
            }
        }
        if reply.finish.is_none() {
            return Err(failure::nonsense(&self.settings.url, "an answer without its end"));
        }
        if let Some(calls) = reply.take_calls()
            && tell(Some((calls, Vec::new())), &mut times, sink).is_break()
        {
            reply.finish = Some(Finish::Cancelled);
        }
        Ok((reply, times))
    }
}

impl Engine for UpstreamEngine {
    fn generate(
        &self,
        generation: &Generation,
        sink: &mut Sink<'_>,
    ) -> Result<Completion, EngineError> {
        let _place = self.place()?;
        let model = self.resolve(generation.model.as_ref());
        let (path, body) = request::generation(generation, &model)?;
        let answered = self.post(path, &body, &model).and_then(|body| self.follow(body, sink));
        let (reply, times) = self.remember(answered)?;
        let first = times.first.unwrap_or(times.last);
        let ms = |from: Duration, to: Duration| to.saturating_sub(from).as_secs_f64() * 1000.0;
        Ok(Completion {
            model,
            text: reply.text,
            finish: reply.finish.unwrap_or(Finish::End),
            usage: reply.usage,
            messages_dropped: 0,
            queued_ms: 0.0,
            prefill_ms: ms(times.begun, first),
            decode_ms: ms(first, times.last),
            drafted: None,
            forced: 0,
            grammar_ms: 0.0,
        })
    }

    fn embed(
        &self,
        model: Option<&ModelName>,
        texts: &[String],
    ) -> Result<Embeddings, EngineError> {
        let _place = self.place()?;
        let model = self.resolve(model);
        let body = request::embeddings(&model, texts);
        let answered = self.post("embeddings", &body, &model);
        let list: Vectors = self.remember(answered.and_then(|body| self.read_json(body)))?;
        let tokens = list.usage.as_ref().map_or(0, |usage| usage.prompt_tokens);
        let vectors = list.in_order(texts.len());
        let vectors = vectors.ok_or_else(|| {
            failure::nonsense(&self.settings.url, "other than one vector for each text")
        })?;
        Ok(Embeddings { model, vectors, tokens })
    }

    fn models(&self) -> Vec<ModelSummary> {
        let default = self.resolve(None);
        let listed = self.look().and_then(|probe| probe.models.ok()).unwrap_or_default();
        let own = listed.iter().find(|model| model.name == default).cloned();
        let own = own.unwrap_or(ModelSummary {
            name: default.clone(),
            loaded: true,
            context_tokens: None,
        });
        let others = listed.into_iter().filter(|model| model.name != default);
        std::iter::once(own).chain(others).collect()
    }

    fn use_model(&self, model: &ModelName) -> Result<(), EngineError> {
        if !self.models().iter().any(|known| known.name == *model) {
            return Err(EngineError::ModelNotFound(model.clone()));
        }
        *lock(&self.model) = model.clone();
        Ok(())
    }

    /// Asks the server for its models when the last time was over 10 s ago, which may take as long
    /// as the probe's time.
    fn readiness(&self) -> Readiness {
        match self.look() {
            None => Readiness::Starting,
            Some(Probe { models: Err(EngineError::Busy { .. }) | Ok(_), .. }) => {
                Readiness::Ready { model: self.resolve(None) }
            }
            Some(Probe { models: Err(error), .. }) => {
                Readiness::Failed { reason: error.to_string() }
            }
        }
    }

    fn health(&self) -> EngineHealth {
        EngineHealth {
            backend: Some(format!("upstream {}", self.settings.url)),
            last_failure: lock(&self.last_failure).clone(),
            active: self.in_flight.load(Ordering::SeqCst),
            ..EngineHealth::default()
        }
    }
}

fn tell(
    piece: Option<(String, Vec<sarai_core::engine::TokenLogprob>)>,
    times: &mut Times,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let Some((text, logprobs)) = piece else { return ControlFlow::Continue(()) };
    times.first.get_or_insert(times.last);
    sink(EngineEvent::Piece { text: &text, logprobs: &logprobs })
}

/// When an answer began, when its first word came, and its last.
struct Times {
    begun: Duration,
    first: Option<Duration>,
    last: Duration,
}

/// One request among those at the same time.
struct Place<'a>(&'a AtomicU32);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The events of a body.
struct Stream {
    reader: ureq::BodyReader<'static>,
    parser: sse::Parser,
    events: std::collections::VecDeque<sse::Event>,
}

impl Stream {
    fn new(body: Body) -> Stream {
        let reader = body.into_with_config().limit(u64::MAX).reader();
        Stream { reader, parser: sse::Parser::default(), events: std::collections::VecDeque::new() }
    }

    fn next(&mut self, url: &UpstreamUrl) -> Result<Option<sse::Event>, EngineError> {
        let mut buffer = [0; 8192];
        let mut complete = Vec::new();
        while self.events.is_empty() {
            let bytes = match self.reader.read(&mut buffer) {
                Ok(0) => return Ok(None),
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failure::broken(&error, url)),
            };
            self.parser
                .push(&buffer[..bytes], &mut complete)
                .map_err(|sse::TooLong| failure::nonsense(url, "an event without end"))?;
            self.events.extend(complete.drain(..));
        }
        Ok(self.events.pop_front())
    }
}

#[derive(Deserialize)]
struct ModelList {
    data: Vec<ModelJson>,
}

#[derive(Deserialize)]
struct ModelJson {
    id: String,
    /// vLLM tells it.
    max_model_len: Option<u32>,
}

impl ModelJson {
    /// `None` for names that are none of ours.
    fn read(self) -> Option<ModelSummary> {
        let name = ModelName::new(self.id).ok()?;
        Some(ModelSummary { name, loaded: true, context_tokens: self.max_model_len })
    }
}

#[derive(Deserialize)]
struct Vectors {
    data: Vec<VectorJson>,
    usage: Option<VectorUsage>,
}

#[derive(Deserialize)]
struct VectorJson {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct VectorUsage {
    #[serde(default)]
    prompt_tokens: u32,
}

impl Vectors {
    /// Returns the vectors in the order of their texts, each of length 1. `None` when one is missing
    /// or has no direction.
    fn in_order(mut self, count: usize) -> Option<Vec<Vec<f32>>> {
        self.data.sort_by_key(|vector| vector.index);
        let complete = self.data.iter().enumerate().all(|(index, vector)| vector.index == index);
        if !complete || self.data.len() != count {
            return None;
        }
        self.data.into_iter().map(|vector| unit(vector.embedding)).collect()
    }
}

fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if !norm.is_normal() {
        return None;
    }
    for value in &mut vector {
        *value /= norm;
    }
    Some(vector)
}
