//! The events of a turn as they come over the wire.

use hyper::StatusCode;
use sarai_core::explain::Explanation;
use serde_json::Value;

use crate::trouble::{Exit, Outcome, Trouble};

/// One thing that happened in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TurnEvent<'a> {
    Conversation(&'a str),
    Queued { ahead: u64 },
    Prefill { done: u64, total: u64 },
    Text(&'a str),
}

impl<'a> TurnEvent<'a> {
    /// Reads an event; `None` for one this version does not know.
    pub(crate) fn read(name: &str, data: &'a Value) -> Option<TurnEvent<'a>> {
        match name {
            "conversation" => data["id"].as_str().map(TurnEvent::Conversation),
            "queued" => Some(TurnEvent::Queued { ahead: data["ahead"].as_u64()? }),
            "prefill" => Some(TurnEvent::Prefill {
                done: data["done"].as_u64()?,
                total: data["total"].as_u64()?,
            }),
            "text" => data["text"].as_str().map(TurnEvent::Text),
            _ => None,
        }
    }
}

/// How a turn closed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Closing {
    /// The `answer` event: text, finish, conversation, turn, trace. Null when stopped from here.
    pub answer: Value,
    pub stopped: bool,
}

impl Closing {
    pub(crate) fn stopped() -> Closing {
        Closing { answer: Value::Null, stopped: true }
    }

    /// Returns generated tokens a second, when it was measured.
    pub(crate) fn tokens_per_second(&self) -> Option<f64> {
        self.answer["trace"]["tokens_per_second"].as_f64()
    }

    /// Returns what the answer had to do without.
    pub(crate) fn degraded(&self) -> Vec<String> {
        let entries = self.answer["trace"]["degraded"].as_array();
        let reasons = entries.into_iter().flatten().filter_map(|entry| entry["reason"].as_str());
        reasons.map(str::to_owned).collect()
    }
}

/// Reads the event that ends a turn, if this is one.
pub(crate) fn closing_of(name: &str, data: &Value) -> Option<Outcome<Closing>> {
    match name {
        "answer" => Some(Ok(Closing { answer: data.clone(), stopped: false })),
        "error" => Some(Err(trouble_of(data, StatusCode::INTERNAL_SERVER_ERROR))),
        _ => None,
    }
}

/// Reads an error object of the native API.
pub(crate) fn trouble_of(error: &Value, status: StatusCode) -> Trouble {
    let message = error["message"].as_str().map_or_else(|| format!("HTTP {status}"), str::to_owned);
    let hint = error["hint"].as_str().map(str::to_owned);
    let exit = match (error["kind"].as_str(), status.as_u16()) {
        (Some("invalid"), _) | (_, 400 | 413 | 422) => Exit::Usage,
        (Some("not_found"), _) | (_, 404) => Exit::NotFound,
        (Some("refused"), _) | (_, 401 | 403) => Exit::Refused,
        (Some("busy" | "unavailable"), _) | (_, 429 | 503) => Exit::Unavailable,
        (Some("cancelled"), _) => Exit::Interrupted,
        _ => Exit::Failed,
    };
    Trouble { exit, explanation: Explanation { message, hint } }
}

/// Cuts a stream of server-sent events into events.
#[derive(Debug, Default)]
pub(crate) struct EventReader {
    buffer: Vec<u8>,
}

impl EventReader {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns the next complete event that has a name and JSON data.
    pub(crate) fn next_event(&mut self) -> Option<(String, Value)> {
        loop {
            let end = self.buffer.windows(2).position(|pair| pair == b"\n\n")?;
            let block = self.buffer.drain(..end + 2).collect::<Vec<_>>();
            let block = String::from_utf8_lossy(&block);
            let field = |name: &str| {
                let lines = block.lines().filter_map(|line| line.strip_prefix(name));
                lines.map(str::trim_start).collect::<Vec<_>>().join("\n")
            };
            let (name, data) = (field("event:"), field("data:"));
            if let Ok(data) = serde_json::from_str(&data) {
                return Some((name, data));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{EventReader, TurnEvent, closing_of};
    use crate::trouble::Exit;

    #[test]
    fn events_are_found_however_the_bytes_are_cut() {
        let stream = "event: text\ndata: {\"text\":\"¿Qué?\"}\n\n: ping\n\nevent: answer\ndata: {\"text\":\"¿Qué?\"}\n\n";
        for size in [1, 2, 5, 1000] {
            let mut reader = EventReader::default();
            let mut events = Vec::new();
            for bytes in stream.as_bytes().chunks(size) {
                reader.push(bytes);
                while let Some(event) = reader.next_event() {
                    events.push(event);
                }
            }
            assert_eq!(events.len(), 2, "in pieces of {size}");
            assert_eq!(TurnEvent::read(&events[0].0, &events[0].1), Some(TurnEvent::Text("¿Qué?")));
            assert!(closing_of(&events[0].0, &events[0].1).is_none());
            assert_eq!(
                closing_of(&events[1].0, &events[1].1).unwrap().unwrap().answer["text"],
                "¿Qué?"
            );
        }
    }

    #[test]
    fn an_error_event_is_trouble_with_its_kind() {
        let data = json!({"kind": "busy", "message": "hay cola", "hint": "espera"});
        let trouble = closing_of("error", &data).unwrap().unwrap_err();
        assert_eq!(trouble.exit, Exit::Unavailable);
        assert_eq!(trouble.explanation.hint.as_deref(), Some("espera"));
    }
}
