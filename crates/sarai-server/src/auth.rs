//! Who may ask: the bearer key, a signed-in browser, or the owner on the Unix socket.

mod check;
mod seal;
mod sign_in;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use sarai_core::clock::{Clock, Timestamp};
use sarai_core::random::Random;

pub(crate) use self::check::{Peer, check};
pub(crate) use self::sign_in::router;

/// How a request proved that it may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// `authorization: Bearer` or `x-api-key`.
    Key,
    /// The cookie of a signed-in browser.
    Browser,
    /// The owner's own socket.
    Socket,
}

const COOKIE_NAME: &str = "sarai_session";
const SESSION_LASTS: Duration = Duration::from_hours(30 * 24);
const LINK_LASTS: Duration = Duration::from_mins(15);
/// Links made and not used yet; the oldest is forgotten beyond.
const LINKS_MAX: usize = 16;

/// Keys and the sign-in links not used yet.
pub(crate) struct Auth {
    key: String,
    cookie_key: [u8; 32],
    links: Mutex<Vec<Link>>,
}

struct Link {
    token: String,
    /// By the clock that never jumps.
    ends: Duration,
}

impl Auth {
    pub(crate) fn new(key: &str, cookie_key: [u8; 32]) -> Auth {
        Auth { key: key.to_owned(), cookie_key, links: Mutex::new(Vec::new()) }
    }

    /// Returns who asks, or `None` for a stranger.
    pub(crate) fn caller(
        &self,
        peer: &Peer,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<Caller> {
        if matches!(peer, Peer::Socket) {
            return Some(Caller::Socket);
        }
        if offered_keys(headers).any(|key| !self.key.is_empty() && seal::same(key, &self.key)) {
            return Some(Caller::Key);
        }
        cookies(headers).any(|cookie| self.is_session(cookie, now)).then_some(Caller::Browser)
    }

    /// Makes a token that signs one browser in, once.
    pub(crate) fn new_sign_in_token(&self, random: &dyn Random, clock: &dyn Clock) -> String {
        let token = random.id();
        let now = clock.elapsed();
        let mut links = self.links();
        links.retain(|link| link.ends > now);
        if links.len() >= LINKS_MAX {
            links.remove(0);
        }
        links.push(Link { token: token.clone(), ends: now.saturating_add(LINK_LASTS) });
        token
    }

    /// Takes `token` back. Returns whether it was good; it is not good again.
    fn use_sign_in_token(&self, token: &str, clock: &dyn Clock) -> bool {
        let now = clock.elapsed();
        let mut links = self.links();
        links.retain(|link| link.ends > now);
        let found = links.iter().position(|link| seal::same(&link.token, token));
        found.map(|index| links.remove(index)).is_some()
    }

    /// Returns the value of `set-cookie` that signs a browser in.
    ///
    /// `SameSite=Lax`, not `Strict`: a browser that follows a link to us from elsewhere (the sign-in
    /// link in a message, a bookmark on another page) would leave a strict cookie out, and the
    /// person would seem signed out. What changes anything is checked for its origin besides.
    pub(crate) fn new_session_cookie(&self, random: &dyn Random, clock: &dyn Clock) -> String {
        let ends = clock.now().after(SESSION_LASTS).0;
        let body = format!("{ends}.{}", random.id());
        let seal = seal::hmac_hex(&self.cookie_key, body.as_bytes());
        let seconds = SESSION_LASTS.as_secs();
        format!("{COOKIE_NAME}={body}.{seal}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax")
    }

    fn is_session(&self, cookie: &str, now: Timestamp) -> bool {
        let Some((body, seal)) = cookie.rsplit_once('.') else { return false };
        let Some((ends, _)) = body.split_once('.') else { return false };
        seal::same(seal, &seal::hmac_hex(&self.cookie_key, body.as_bytes()))
            && ends.parse::<i64>().is_ok_and(|ends| now.0 < ends)
    }

    fn links(&self) -> MutexGuard<'_, Vec<Link>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of `set-cookie` that signs a browser out.
pub(crate) fn ended_session_cookie() -> String {
    format!("{COOKIE_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
}

fn offered_keys(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let bearer =
        headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
            let (scheme, key) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
        });
    let header = headers.get("x-api-key").and_then(|value| value.to_str().ok());
    bearer.into_iter().chain(header)
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
}
