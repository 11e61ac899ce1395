//! What an upstream engine needs to know.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::id::ModelName;
use thiserror::Error;
use ureq::http::Uri;

/// How to reach a server with OpenAI's API.
#[derive(Clone)]
pub struct UpstreamSettings {
    pub url: UpstreamUrl,
    /// Sent as a bearer token. `None` for servers that ask for none.
    pub key: Option<ApiKey>,
    /// Meant by requests that name no model.
    pub model: ModelName,
    /// Requests at the same time; one more fails with `Busy`.
    pub in_flight_max: u32,
    pub timeouts: UpstreamTimeouts,
    pub clock: Arc<dyn Clock>,
}

/// How long the server may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpstreamTimeouts {
    pub connect: Duration,
    /// Until the answer begins.
    pub response: Duration,
    /// Between two pieces of an answer.
    pub silence: Duration,
    /// A look at what the server offers.
    pub probe: Duration,
}

impl UpstreamTimeouts {
    /// For a server in the house or on the internet.
    pub const USUAL: UpstreamTimeouts = UpstreamTimeouts {
        connect: Duration::from_secs(5),
        response: Duration::from_mins(2),
        silence: Duration::from_mins(2),
        probe: Duration::from_secs(5),
    };
}

/// The address of an upstream server, such as `http://192.168.1.20:8000/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamUrl(String);

/// Why a text is not the address of an upstream server.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpstreamUrlError {
    #[error("`{0}` is not an http or https address")]
    NotHttp(String),
    /// A password in an address ends up in logs.
    #[error("the address of the upstream server must not hold a name or password; set the key")]
    HoldsSecret,
}

impl UpstreamUrl {
    /// Checks an address. The path is completed with `/v1` unless it ends so.
    pub fn new(text: &str) -> Result<UpstreamUrl, UpstreamUrlError> {
        let text = text.trim();
        let uri = text.parse::<Uri>().ok();
        let authority =
            uri.as_ref().and_then(Uri::authority).map(ureq::http::uri::Authority::as_str);
        if authority.is_some_and(|authority| authority.contains('@')) {
            return Err(UpstreamUrlError::HoldsSecret);
        }
        let scheme = uri.as_ref().and_then(Uri::scheme_str);
        if !matches!(scheme, Some("http" | "https")) || text.contains(['?', '#']) {
            return Err(UpstreamUrlError::NotHttp(text.to_owned()));
        }
        let base = text.trim_end_matches('/');
        let base = base.strip_suffix("/v1").unwrap_or(base);
        Ok(UpstreamUrl(format!("{base}/v1")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the server is on this machine, where no proxy leads.
    pub(crate) fn is_loopback(&self) -> bool {
        let uri = self.0.parse::<Uri>().ok();
        let host = uri.as_ref().and_then(Uri::host).unwrap_or("");
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A secret: it is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// A key that no header can carry.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the key of the upstream server is empty or holds characters that are not plain ASCII")]
pub struct ApiKeyError;

impl ApiKey {
    pub fn new(text: &str) -> Result<ApiKey, ApiKeyError> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiKeyError);
        }
        Ok(ApiKey(text.to_owned()))
    }

    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiKey, UpstreamUrl, UpstreamUrlError};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(UpstreamUrl::new(text).unwrap().as_str(), expected);
    }

    #[test]
    fn an_address_is_completed() {
        check("http://localhost:8000", "http://localhost:8000/v1");
        check(" https://api.example/v1/ ", "https://api.example/v1");
        check("https://example/openai", "https://example/openai/v1");
    }

    #[test]
    fn an_address_is_plain_http() {
        for text in ["", "example", "ftp://example", "http://", "http://example/?key=1", "a b"] {
            let error = UpstreamUrl::new(text).unwrap_err();
            assert!(matches!(error, UpstreamUrlError::NotHttp(_)), "{text:?}: {error}");
        }
        let error = UpstreamUrl::new("http://ana:secreto@example").unwrap_err();
        assert!(!error.to_string().contains("secreto"));
    }

    #[test]
    fn loopback_is_told_from_elsewhere() {
        for (url, loopback) in [
            ("http://localhost:1", true),
            ("http://127.0.0.1:1", true),
            ("http://[::1]:1", true),
            ("http://192.168.1.2:1", false),
            ("http://localhost.example", false),
        ] {
            assert_eq!(UpstreamUrl::new(url).unwrap().is_loopback(), loopback, "{url}");
        }
    }

    #[test]
    fn a_key_is_checked_and_never_shown() {
        let key = ApiKey::new(" sk-secreto\n").unwrap();
        assert_eq!(key.bearer(), "Bearer sk-secreto");
        assert_eq!(format!("{key:?}"), "ApiKey(…)");
        for text in ["", "  ", "a b", "clave\nX-Header: 1", "ñ"] {
            ApiKey::new(text).unwrap_err();
        }
    }
}
