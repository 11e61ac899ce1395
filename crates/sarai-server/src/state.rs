//! What every handler can reach.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use sarai_assistant::Assistant;
use sarai_core::clock::{Clock, Timestamp};
use sarai_core::language::Language;
use sarai_core::random::Random;
use sarai_core::readiness::Readiness;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::Auth;
use crate::metrics::Metrics;
use crate::web;

/// What the server needs from below.
#[derive(Clone)]
pub struct Services {
    pub assistant: Arc<Assistant>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    /// How far the assistant is from answering, the download of its model included.
    pub readiness: Arc<dyn Fn() -> Readiness + Send + Sync>,
}

/// How the server behaves. There are no defaults: the binary's configuration decides.
#[derive(Clone)]
pub struct Options {
    /// The language for whoever does not name one.
    pub language: Language,
    /// The bearer key. An empty one is refused when serving begins.
    pub api_key: String,
    /// Signs the cookies of signed-in browsers.
    pub cookie_key: [u8; 32],
    /// Names this server may be called by, beside those of loopback; without port.
    pub allowed_hosts: Vec<String>,
    /// Longest request body.
    pub body_bytes_max: usize,
    /// Most requests for the engine in hand at once, the running and the waiting ones together.
    /// More are answered 429. At least one.
    pub waiting_max: usize,
}

/// One for the whole server.
pub(crate) struct State {
    pub(crate) services: Services,
    pub(crate) options: Options,
    pub(crate) auth: Auth,
    pub(crate) metrics: Metrics,
    /// Places for requests that need the engine.
    pub(crate) places: Arc<Semaphore>,
    /// Every task and thread started by the server; joined at the end.
    pub(crate) tasks: TaskTracker,
    /// Cancelled when answers still being given must end.
    pub(crate) stopping: CancellationToken,
    pub(crate) started: Timestamp,
}

impl State {
    pub(crate) fn new(services: Services, options: Options) -> Arc<State> {
        Arc::new(State {
            auth: Auth::new(&options.api_key, options.cookie_key),
            metrics: Metrics::new(),
            places: Arc::new(Semaphore::new(options.waiting_max.max(1))),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            started: services.clock.now(),
            services,
            options,
        })
    }

    /// Returns a fresh path that signs one browser in, once, within fifteen minutes.
    pub(crate) fn sign_in_link(&self) -> String {
        let token = self
            .auth
            .new_sign_in_token(self.services.random.as_ref(), self.services.clock.as_ref());
        format!("/sign-in/{token}")
    }

    /// Returns the language of the reader: `x-sarai-language`, else the one chosen on the page, else
    /// `accept-language`, else ours.
    pub(crate) fn language(&self, headers: &HeaderMap) -> Language {
        let read = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.and_then(Language::from_locale)
        };
        read("x-sarai-language")
            .or_else(|| web::chosen_language(headers))
            .or_else(|| read(ACCEPT_LANGUAGE.as_str()))
            .unwrap_or(self.options.language)
    }
}
