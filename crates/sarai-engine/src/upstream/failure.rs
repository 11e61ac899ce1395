//! What went wrong, in the words of the core.

use std::io;
use std::time::Duration;

use sarai_core::engine::EngineError;
use sarai_core::id::ModelName;
use serde_json::Value;

use super::settings::UpstreamUrl;

/// The longest reason taken from a server, in characters.
const REASON_CHARS_MAX: usize = 300;

/// An answer that is not 2xx.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) retry_after_s: Option<u32>,
    pub(crate) body: String,
}

impl Refusal {
    pub(crate) fn error(self, url: &UpstreamUrl, model: &ModelName) -> EngineError {
        let json = serde_json::from_str::<Value>(&self.body).unwrap_or_default();
        let told = json.get("error").map(Told::read);
        let status = Some(self.status);
        match (self.status, told) {
            (401 | 403, _) => {
                EngineError::Upstream { status, reason: format!("`{url}` refused the key") }
            }
            (404, Some(_)) => EngineError::ModelNotFound(model.clone()),
            (404, None) => EngineError::Upstream {
                status,
                reason: format!("there is no OpenAI API at `{url}`"),
            },
            (429 | 503, told) if self.status == 429 || self.retry_after_s.is_some() => {
                const SECONDS_UNKNOWN: u32 = 10;
                tracing::debug!(status = self.status, ?told, "the upstream server is busy");
                let retry_after_s = self.retry_after_s.unwrap_or(SECONDS_UNKNOWN).clamp(1, 3600);
                EngineError::Busy { retry_after_s }
            }
            (_, Some(told)) => told.error(status),
            (_, None) => EngineError::Upstream {
                status,
                reason: format!("`{url}` answered with status {}", self.status),
            },
        }
    }
}

/// Reads a failure that came in the middle of an answer.
pub(crate) fn in_stream(error: &Value) -> EngineError {
    Told::read(error).error(None)
}

/// The `error` of OpenAI's shape.
#[derive(Debug)]
struct Told {
    message: String,
    code: String,
    param: String,
}

impl Told {
    fn read(error: &Value) -> Told {
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let message = error.as_str().map_or_else(|| text("message"), str::to_owned);
        let message = match message.char_indices().nth(REASON_CHARS_MAX) {
            Some((end, _)) => format!("{}…", &message[..end]),
            None => message,
        };
        Told { message, code: text("code"), param: text("param") }
    }

    fn error(self, status: Option<u16>) -> EngineError {
        let about_context = self.code == "context_length_exceeded"
            || self.message.contains("maximum context length");
        if about_context && let Some((needed, available)) = two_numbers(&self.message) {
            return EngineError::ContextExceeded { needed, available };
        }
        if self.code == "invalid_schema" || self.param.starts_with("response_format") {
            return EngineError::BadConstraint { reason: self.message };
        }
        EngineError::Upstream { status, reason: self.message }
    }
}

/// Returns the two largest numbers of a text: what was needed, and what there is.
fn two_numbers(text: &str) -> Option<(u32, u32)> {
    let digits = text.split(|c: char| !c.is_ascii_digit());
    let mut numbers = digits.filter_map(|digits| digits.parse().ok()).collect::<Vec<u32>>();
    numbers.sort_unstable();
    numbers.dedup();
    let needed = numbers.pop()?;
    Some((needed, numbers.pop()?))
}

/// Reads why there was no answer at all.
pub(crate) fn transport(error: &ureq::Error, url: &UpstreamUrl) -> EngineError {
    let reason = match error {
        ureq::Error::Timeout(_) => format!("`{url}` did not answer in time"),
        ureq::Error::HostNotFound => format!("the host of `{url}` was not found"),
        ureq::Error::Io(error) => return broken(error, url),
        error => format!("could not reach `{url}`: {error}"),
    };
    EngineError::Upstream { status: None, reason }
}

/// Reads why an answer broke off, or never began.
pub(crate) fn broken(error: &io::Error, url: &UpstreamUrl) -> EngineError {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    let reason = match (inner, error.kind()) {
        (Some(ureq::Error::Timeout(_)), _) | (None, io::ErrorKind::TimedOut) => {
            format!("`{url}` did not answer in time")
        }
        (_, io::ErrorKind::ConnectionRefused) => format!("nobody answers at `{url}`"),
        _ => format!("the connection to `{url}` broke: {error}"),
    };
    EngineError::Upstream { status: None, reason }
}

/// Says that the server spoke, but not as OpenAI's API does.
pub(crate) fn nonsense(url: &UpstreamUrl, what: &str) -> EngineError {
    EngineError::Upstream { status: None, reason: format!("`{url}` sent {what}") }
}

/// Reads the header `Retry-After`: seconds; dates are left alone.
pub(crate) fn retry_after_s(value: &str) -> Option<u32> {
    let seconds = value.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite())?;
    let seconds = Duration::from_secs_f64(seconds.clamp(0.0, 3600.0));
    Some(crate::local::whole_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use std::io;

    use sarai_core::engine::EngineError;
    use sarai_core::id::ModelName;

    use super::super::settings::UpstreamUrl;
    use super::{Refusal, broken, retry_after_s, transport};

    fn url() -> UpstreamUrl {
        UpstreamUrl::new("http://casa:1").unwrap()
    }

    fn error_of(status: u16, retry_after_s: Option<u32>, body: &str) -> EngineError {
        let refusal = Refusal { status, retry_after_s, body: body.to_owned() };
        refusal.error(&url(), &ModelName::new("m").unwrap())
    }

    #[track_caller]
    fn check(status: u16, body: &str, expected: &EngineError) {
        assert_eq!(&error_of(status, None, body), expected);
    }

    fn upstream(status: u16, reason: &str) -> EngineError {
        EngineError::Upstream { status: Some(status), reason: reason.to_owned() }
    }

    #[test]
    fn every_refusal_has_its_error() {
        check(401, "", &upstream(401, "`http://casa:1/v1` refused the key"));
        check(
            404,
            r#"{"error":{"code":"model_not_found"}}"#,
            &EngineError::ModelNotFound(ModelName::new("m").unwrap()),
        );
        check(404, "<html>", &upstream(404, "there is no OpenAI API at `http://casa:1/v1`"));
        check(429, "", &EngineError::Busy { retry_after_s: 10 });
        assert_eq!(error_of(429, Some(7), ""), EngineError::Busy { retry_after_s: 7 });
        assert_eq!(error_of(503, Some(0), ""), EngineError::Busy { retry_after_s: 1 });
        check(503, "", &upstream(503, "`http://casa:1/v1` answered with status 503"));
        check(500, r#"{"error":"boom"}"#, &upstream(500, "boom"));
        check(400, r#"{"error":{"message":"no"}}"#, &upstream(400, "no"));
        check(
            400,
            r#"{"error":{"message":"bad","param":"response_format"}}"#,
            &EngineError::BadConstraint { reason: "bad".to_owned() },
        );
    }

    #[test]
    fn too_long_a_prompt_is_told_with_its_numbers() {
        let exceeded = EngineError::ContextExceeded { needed: 9_000, available: 8_192 };
        check(
            400,
            r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."}}"#,
            &exceeded,
        );
        let ours = r#"{"error":{"message":"the message takes 9000 tokens and the model has room for 8192","code":"context_length_exceeded"}}"#;
        check(400, ours, &exceeded);
        let silent = r#"{"error":{"message":"too long","code":"context_length_exceeded"}}"#;
        check(400, silent, &upstream(400, "too long"));
    }

    #[test]
    fn a_long_reason_is_cut() {
        let body = format!(r#"{{"error":{{"message":"{}"}}}}"#, "ñ".repeat(1000));
        let EngineError::Upstream { reason, .. } = error_of(500, None, &body) else { panic!() };
        assert_eq!(reason.chars().count(), 301);
    }

    #[test]
    fn a_pause_is_read_in_seconds() {
        for (value, seconds) in [
            ("5", Some(5)),
            (" 0.2 ", Some(1)),
            ("99999999", Some(3600)),
            ("-1", Some(0)),
            ("NaN", None),
            ("Sun, 22 Nov 2026 12:00:00 GMT", None),
        ] {
            assert_eq!(retry_after_s(value), seconds, "{value}");
        }
    }

    #[test]
    fn a_broken_connection_names_the_address() {
        for error in [
            broken(&io::ErrorKind::ConnectionRefused.into(), &url()),
            broken(&io::ErrorKind::TimedOut.into(), &url()),
            broken(&io::ErrorKind::ConnectionReset.into(), &url()),
            transport(&ureq::Error::HostNotFound, &url()),
            transport(&ureq::Error::ConnectionFailed, &url()),
        ] {
            assert!(error.to_string().contains("http://casa:1"), "{error}");
        }
    }
}
