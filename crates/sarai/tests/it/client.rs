//! A plain HTTP client: whole answers, and events as they come.

use std::io::{BufRead as _, BufReader, Read};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    address: String,
    key: String,
}

/// The whole of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the words of a chat answer.
    #[track_caller]
    pub(crate) fn words(&self) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
    }
}

impl Client {
    pub(crate) fn new(address: &str, key: &str) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(4)))
            .max_idle_connections(0)
            .proxy(None)
            .build();
        Client { agent: config.into(), address: address.to_owned(), key: key.to_owned() }
    }

    pub(crate) fn with_key(&self, key: &str) -> Client {
        Client { key: key.to_owned(), ..self.clone() }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let request = self.agent.get(format!("http://{}{path}", self.address));
        let response = request.header("authorization", format!("Bearer {}", self.key)).call();
        whole(response.unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        whole(self.send(path, body).unwrap())
    }

    fn send(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let request = self.agent.post(format!("http://{}{path}", self.address));
        request
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", "application/json")
            .send(body.to_string())
    }

    /// Posts and returns the events as they come. Dropped, the client has hung up.
    pub(crate) fn stream(&self, path: &str, body: &Value) -> Events {
        let response = self.send(path, body).unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let reader = response.into_body().into_reader();
        Events { lines: BufReader::new(Box::new(reader)) }
    }

    /// Asks in the shape of `OpenAI`, of the whole assistant.
    pub(crate) fn chat(&self, question: &str, tokens_max: u32) -> Answer {
        self.post("/v1/chat/completions", &chat(question, tokens_max, false))
    }

    /// The same, streamed.
    pub(crate) fn chat_streamed(&self, question: &str, tokens_max: u32) -> Events {
        self.stream("/v1/chat/completions", &chat(question, tokens_max, true))
    }

    /// Asks in the native shape, streamed; `conversation` goes on where there is one.
    pub(crate) fn turn(&self, question: &str, tokens_max: u32) -> Events {
        let body = json!({"message": question, "tokens_max": tokens_max, "temperature": 0.0});
        self.stream("/api/sarai/turns", &body)
    }
}

fn chat(question: &str, tokens_max: u32, stream: bool) -> Value {
    json!({
        "model": "sarai",
        "messages": [{"role": "user", "content": question}],
        "max_tokens": tokens_max,
        "temperature": 0,
        "stream": stream,
    })
}

fn whole(response: ureq::http::Response<ureq::Body>) -> Answer {
    let status = response.status().as_u16();
    let retry_after = response.headers().get("retry-after");
    let retry_after = retry_after.map(|value| value.to_str().unwrap().to_owned());
    let body = response.into_body().read_to_string().unwrap();
    Answer { status, retry_after, body }
}

/// Server-sent events as they come.
pub(crate) struct Events {
    lines: BufReader<Box<dyn Read + Send>>,
}

impl Events {
    /// Returns the next event's name, empty where it has none, and its data. `None` at the end, also
    /// when the connection broke.
    pub(crate) fn next(&mut self) -> Option<(String, String)> {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            let line = line.trim_end();
            if let Some(given) = line.strip_prefix("event: ") {
                given.clone_into(&mut name);
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((name, data.to_owned()));
            }
        }
    }

    /// Reads until an event's data holds `words`.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        loop {
            let (_, data) = self.next().unwrap_or_else(|| panic!("the end came before {words:?}"));
            if data.contains(words) {
                return data;
            }
        }
    }

    /// Reads to the end.
    pub(crate) fn rest(mut self) -> Vec<(String, String)> {
        std::iter::from_fn(|| self.next()).collect()
    }

    /// Reads to the end and returns the words of a streamed chat answer.
    pub(crate) fn words(self) -> String {
        let deltas = self.rest().into_iter().filter_map(|(_, data)| {
            let chunk: Value = serde_json::from_str(&data).ok()?;
            chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned)
        });
        deltas.collect()
    }
}
