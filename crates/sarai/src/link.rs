//! Speaks to the owner of the home over its Unix socket, in the native API.
//!
//! Every command that needs the assistant goes this way, also when the owner is this very process:
//! one way in, whoever asks.

mod event;

use std::path::PathBuf;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use sarai_core::explain::Explanation;
use sarai_core::language::Language;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

pub(crate) use self::event::{Closing, TurnEvent};
use self::event::{EventReader, closing_of};
use crate::commands::Context;
use crate::trouble::{Exit, Outcome, Trouble};

/// How long a document may take. An answer to a question takes as long as it takes.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// How long work on all of the memory may take.
const WORK_TIMEOUT: Duration = Duration::from_mins(10);

/// A way to the owner of the home.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    socket: PathBuf,
    language: Language,
    runtime: Handle,
    patience: Duration,
}

/// What a request carries.
struct Body {
    media_type: &'static str,
    bytes: Bytes,
}

impl Body {
    fn json(value: Option<&Value>) -> Body {
        let text = value.map(ToString::to_string).unwrap_or_default();
        Body { media_type: "application/json", bytes: Bytes::from(text) }
    }
}

impl Link {
    /// Returns the way to the owner of the home of `context`, whoever that is.
    pub(crate) fn to(context: &Context, runtime: &Handle) -> Link {
        Link::new(context.home.socket(), context.language, runtime.clone())
    }

    pub(crate) fn new(socket: PathBuf, language: Language, runtime: Handle) -> Link {
        Link { socket, language, runtime, patience: CALL_TIMEOUT }
    }

    /// Returns the same way, for calls that may take minutes.
    pub(crate) fn patient(&self) -> Link {
        Link { patience: WORK_TIMEOUT, ..self.clone() }
    }

    /// Returns whether somebody answers.
    pub(crate) fn is_alive(&self) -> bool {
        self.get("/livez").is_ok()
    }

    /// Reads a JSON document.
    pub(crate) fn get(&self, path: &str) -> Outcome<Value> {
        self.call(&Method::GET, path, None)
    }

    /// Sends a request and returns the JSON it is answered with. An error answer is trouble.
    pub(crate) fn call(&self, method: &Method, path: &str, body: Option<&Value>) -> Outcome<Value> {
        self.runtime.block_on(async {
            match tokio::time::timeout(self.patience, self.exchange(method, path, body)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(self.slow()),
            }
        })
    }

    async fn exchange(&self, method: &Method, path: &str, body: Option<&Value>) -> Outcome<Value> {
        let body = Body::json(body);
        self.document(self.open(method, path, body).await?).await
    }

    async fn document(&self, response: Response<Incoming>) -> Outcome<Value> {
        let status = response.status();
        let body = response.into_body().collect().await.map_err(|error| self.broken(&error))?;
        let json = serde_json::from_slice(&body.to_bytes()).unwrap_or(Value::Null);
        if status.is_success() { Ok(json) } else { Err(event::trouble_of(&json["error"], status)) }
    }

    /// Sends lines of JSON and returns the JSON they are answered with.
    pub(crate) fn upload(&self, path: &str, lines: Vec<u8>) -> Outcome<Value> {
        let body = Body { media_type: "application/x-ndjson", bytes: Bytes::from(lines) };
        let exchange = async { self.document(self.open(&Method::POST, path, body).await?).await };
        self.runtime.block_on(async {
            match tokio::time::timeout(self.patience, exchange).await {
                Ok(outcome) => outcome,
                Err(_) => Err(self.slow()),
            }
        })
    }

    /// Reads a document of any length, handing over its parts as they come.
    pub(crate) fn download(&self, path: &str, take: &mut dyn FnMut(&[u8]) -> Outcome) -> Outcome {
        self.runtime.block_on(async {
            let response = self.open(&Method::GET, path, Body::json(None)).await?;
            if !response.status().is_success() {
                return self.document(response).await.map(drop);
            }
            let mut body = response.into_body();
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| self.broken(&error))?;
                if let Ok(data) = frame.into_data() {
                    take(&data)?;
                }
            }
            Ok(())
        })
    }

    /// Asks a question and hands over what happens until the answer is complete. Cancelling `stop`
    /// closes the connection, which stops the answer; what was said until then has been heard.
    pub(crate) fn turn(
        &self,
        question: &Value,
        stop: &CancellationToken,
        hear: &mut dyn FnMut(TurnEvent<'_>),
    ) -> Outcome<Closing> {
        self.runtime.block_on(async {
            tokio::select! {
                () = stop.cancelled() => Ok(Closing::stopped()),
                closing = self.hear_turn(question, hear) => closing,
            }
        })
    }

    /// Waits for `duration`. Returns `false` when `stop` is cancelled before.
    pub(crate) fn pause(&self, duration: Duration, stop: &CancellationToken) -> bool {
        self.runtime.block_on(async {
            tokio::select! {
                () = stop.cancelled() => false,
                () = tokio::time::sleep(duration) => true,
            }
        })
    }

    async fn hear_turn(
        &self,
        question: &Value,
        hear: &mut dyn FnMut(TurnEvent<'_>),
    ) -> Outcome<Closing> {
        let response =
            self.open(&Method::POST, "/api/sarai/turns", Body::json(Some(question))).await?;
        let status = response.status();
        let mut body = response.into_body();
        if !status.is_success() {
            let bytes = body.collect().await.map_err(|error| self.broken(&error))?.to_bytes();
            let json: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
            return Err(event::trouble_of(&json["error"], status));
        }
        let mut reader = EventReader::default();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| self.broken(&error))?;
            let Ok(data) = frame.into_data() else { continue };
            reader.push(&data);
            while let Some((name, data)) = reader.next_event() {
                if let Some(closing) = closing_of(&name, &data) {
                    return closing;
                }
                if let Some(event) = TurnEvent::read(&name, &data) {
                    hear(event);
                }
            }
        }
        Err(self.broken(&"the connection ended before the answer"))
    }

    async fn open(&self, method: &Method, path: &str, body: Body) -> Outcome<Response<Incoming>> {
        let stream =
            UnixStream::connect(&self.socket).await.map_err(|error| self.broken(&error))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream))
                .await
                .map_err(|error| self.broken(&error))?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("content-type", body.media_type)
            .header("x-sarai-language", self.language.code())
            .body(Full::new(body.bytes))
            .map_err(|error| self.broken(&error))?;
        // The connection lives in this task and ends with the response body: dropping the body
        // hangs up.
        #[expect(clippy::disallowed_methods, reason = "ends with the connection it drives")]
        let driver = tokio::spawn(async move {
            // Its failure shows in the response or its body.
            drop(connection.await);
        });
        let response = sender.send_request(request).await;
        drop(driver);
        response.map_err(|error| self.broken(&error))
    }

    fn slow(&self) -> Trouble {
        let seconds = self.patience.as_secs();
        let (message, hint) = match self.language {
            Language::Spanish => (
                format!("la SARAi en marcha no contesta desde hace {seconds} segundos"),
                "si no vuelve, ciérrala y prueba otra vez",
            ),
            Language::English => (
                format!("the running SARAi has not answered for {seconds} seconds"),
                "if it does not come back, close it and try again",
            ),
        };
        Trouble { exit: Exit::Unavailable, explanation: Explanation::new(message, hint) }
    }

    fn broken(&self, error: &dyn std::fmt::Display) -> Trouble {
        let (message, hint) = match self.language {
            Language::Spanish => (
                format!("no se pudo hablar con SARAi por `{}`: {error}", self.socket.display()),
                "comprueba que está en marcha con `sarai serve`",
            ),
            Language::English => (
                format!("could not speak to SARAi over `{}`: {error}", self.socket.display()),
                "check that it is running with `sarai serve`",
            ),
        };
        Trouble { exit: Exit::Unavailable, explanation: Explanation::new(message, hint) }
    }
}

/// Writes an id so that it is one part of a path.
pub(crate) fn encoded(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let parts = id.bytes().map(|byte| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::time::Duration;

    use sarai_core::language::Language;

    use super::{Link, encoded};
    use crate::executor::Executor;
    use crate::trouble::Exit;

    #[test]
    fn an_id_stays_one_part_of_the_path() {
        assert_eq!(encoded("casa-2026_b.c"), "casa-2026_b.c");
        assert_eq!(encoded("a/b:c?"), "a%2Fb%3Ac%3F");
    }

    #[test]
    fn who_does_not_answer_is_not_waited_for_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("s");
        let _silent = UnixListener::bind(&socket).unwrap();
        let executor = Executor::new().unwrap();
        let link = Link {
            patience: Duration::ZERO,
            ..Link::new(socket, Language::English, executor.clone())
        };
        let trouble = link.get("/livez").unwrap_err();
        assert_eq!(trouble.exit, Exit::Unavailable);
        assert!(
            trouble.explanation.message.contains("has not answered for 0 seconds"),
            "{trouble}"
        );
    }
}
