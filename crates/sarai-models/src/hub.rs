//! The hub as a source: `GET /{repository}/resolve/main/{file}`, with ranges, at an address that is
//! an argument.

use std::time::Duration;

use ureq::http::{HeaderMap, Response, StatusCode, Uri};
use ureq::{Agent, Body};

use crate::catalogue::HubFile;
use crate::digest::Digest;
use crate::error::SourceError;
use crate::part::{Arrived, Job, PartFile, Stop};

/// The public hub.
pub const DEFAULT_ENDPOINT: &str = "https://huggingface.co";

const REDIRECTS_MAX: u32 = 5;
/// Connections in a row that brought nothing, before the source is given up.
const FRUITLESS_MAX: u32 = 3;
/// Connections for one file, however fruitful.
const CONNECTIONS_MAX: u32 = 1_000;

/// A hub or a mirror of one. Proxies are the HTTP client's business, which knows the usual variables.
#[derive(Clone, PartialEq, Eq)]
pub struct Hub {
    /// Such as [`DEFAULT_ENDPOINT`].
    pub endpoint: String,
    /// Sent to the endpoint only, never to where it redirects.
    pub token: Option<String>,
    pub connect_timeout: Duration,
    /// Longest silence within an answer.
    pub silence_timeout: Duration,
}

impl Hub {
    /// Returns the hub at `endpoint`, without a token, with 5 s to connect and 30 s of silence.
    pub fn new(endpoint: impl Into<String>) -> Hub {
        Hub {
            endpoint: endpoint.into(),
            token: None,
            connect_timeout: Duration::from_secs(5),
            silence_timeout: Duration::from_secs(30),
        }
    }
}

/// Leaves out the token.
impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Returns whether a hub answers at `endpoint` within two seconds.
pub fn hub_reachable(endpoint: &str) -> bool {
    let two_seconds = Duration::from_secs(2);
    let hub =
        Hub { connect_timeout: two_seconds, silence_timeout: two_seconds, ..Hub::new(endpoint) };
    let client = Client::new(&hub);
    client.send(Method::Head, endpoint, None).is_ok_and(|response| {
        let status = response.status();
        // A gateway that lets nothing through answers 403 or 5xx in the hub's name.
        status.is_success() || status.is_redirection() || status == StatusCode::NOT_FOUND
    })
}

/// Fetches `file`, going on from what is there already.
pub(crate) fn fetch(job: &mut Job<'_, '_>, file: &HubFile, hub: &Hub) -> Result<Arrived, Stop> {
    let client = Client::new(hub);
    let url = format!(
        "{}/{}/resolve/main/{}",
        hub.endpoint.trim_end_matches('/'),
        file.repository,
        file.file
    );
    let offer = client.offer(&url)?;
    let (digest, total) = agree(job, &offer)?;
    let mut part = job.open_part(digest, total, 0)?;
    receive(job, &client, &url, &mut part)?;
    part.finish()
}

/// Decides which file to expect, from what is known and what the hub says.
fn agree(job: &Job<'_, '_>, offer: &Offer) -> Result<(Digest, u64), SourceError> {
    let digest = match (job.expected, offer.sha256) {
        (Some(expected), Some(offered)) if expected != offered => {
            return Err(SourceError::OtherFile { expected, offered });
        }
        (Some(digest), _) | (None, Some(digest)) => digest,
        (None, None) => return Err(SourceError::NoHash),
    };
    let pinned = job.model.sha256.is_some().then_some(job.model.bytes);
    match (pinned, offer.bytes) {
        (Some(expected), Some(offered)) if expected != offered => {
            Err(SourceError::OtherLength { expected, offered })
        }
        (Some(bytes), _) | (None, Some(bytes)) => Ok((digest, bytes)),
        (None, None) => Err(SourceError::NoLength),
    }
}

/// Fills `part`, connecting again where a connection breaks.
fn receive(
    job: &mut Job<'_, '_>,
    client: &Client<'_>,
    url: &str,
    part: &mut PartFile,
) -> Result<(), Stop> {
    let mut fruitless = 0;
    for _ in 0..CONNECTIONS_MAX {
        if part.is_complete() {
            return Ok(());
        }
        let before = part.length();
        let detail = match client.get_from(url, part) {
            Ok(mut response) => {
                let mut body = response.body_mut().as_reader();
                job.append_all(part, &mut body, (1, 1))?
            }
            Err(Stop::Source(SourceError::Unreachable(detail))) if before > 0 => Some(detail),
            Err(Stop::Source(SourceError::OtherRange)) => None,
            Err(stop) => return Err(stop),
        };
        fruitless = if part.length() > before { 0 } else { fruitless + 1 };
        if fruitless >= FRUITLESS_MAX && !part.is_complete() {
            let (done, total) = (part.length(), part.total());
            let detail = detail.unwrap_or_else(|| "EOF".to_owned());
            return Err(SourceError::Broken { done, total, detail }.into());
        }
    }
    Ok(())
}

/// What the hub says about a file before sending it.
struct Offer {
    sha256: Option<Digest>,
    bytes: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Head,
    Get,
}

struct Client<'a> {
    agent: Agent,
    hub: &'a Hub,
}

impl<'a> Client<'a> {
    fn new(hub: &'a Hub) -> Client<'a> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Redirects are followed here, where the token can be kept at home.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(hub.connect_timeout))
            .timeout_connect(Some(hub.connect_timeout))
            .timeout_recv_response(Some(hub.silence_timeout))
            .timeout_per_read(Some(hub.silence_timeout))
            .user_agent(concat!("sarai/", env!("CARGO_PKG_VERSION")))
            // A packed answer would have other ranges.
            .accept_encoding("identity")
            .build();
        Client { agent: config.new_agent(), hub }
    }

    /// Asks about `url`. The first answer that names the file's hash and length counts: the hub
    /// gives them with the redirect, a plain mirror with the file.
    fn offer(&self, url: &str) -> Result<Offer, SourceError> {
        let mut offer = Offer { sha256: None, bytes: None };
        let response = self.follow(Method::Head, url, None, &mut |headers| {
            offer.sha256 = offer.sha256.or_else(|| {
                header(headers, "x-linked-etag").or_else(|| header(headers, "etag"))?.parse().ok()
            });
            offer.bytes = offer.bytes.or_else(|| number(headers, "x-linked-size"));
            offer.sha256.is_some() && offer.bytes.is_some()
        })?;
        if response.status().is_redirection() {
            return Ok(offer);
        }
        check_status(response.status())?;
        check_no_page(&response)?;
        offer.bytes = offer.bytes.or_else(|| number(response.headers(), "content-length"));
        Ok(offer)
    }

    /// Asks for `url` from the end of `part` on; begins again where the other side ignores that.
    fn get_from(&self, url: &str, part: &mut PartFile) -> Result<Response<Body>, Stop> {
        let from = part.length();
        let range = (from > 0).then_some(from);
        let response = self.follow(Method::Get, url, range, &mut |_| false)?;
        let status = response.status();
        check_status(status)?;
        check_no_page(&response)?;
        let continues = status == StatusCode::PARTIAL_CONTENT
            && header(response.headers(), "content-range")
                .is_some_and(|range| range.starts_with(&format!("bytes {from}-")));
        if from > 0 && !continues {
            part.reset()?;
            if status == StatusCode::PARTIAL_CONTENT {
                return Err(SourceError::OtherRange.into());
            }
        }
        Ok(response)
    }

    /// Follows redirects until an answer that is none, or until `enough` has seen all it needs: where
    /// the hub sends to may be signed for `GET` only.
    fn follow(
        &self,
        method: Method,
        url: &str,
        from: Option<u64>,
        enough: &mut dyn FnMut(&HeaderMap) -> bool,
    ) -> Result<Response<Body>, SourceError> {
        let mut url = url.to_owned();
        for _ in 0..=REDIRECTS_MAX {
            let response = self.send(method, &url, from)?;
            if enough(response.headers()) || !response.status().is_redirection() {
                return Ok(response);
            }
            let location = header(response.headers(), "location").unwrap_or_default();
            url = resolve(&url, &location).ok_or(SourceError::Redirect(location))?;
        }
        Err(SourceError::Redirect(url))
    }

    fn send(
        &self,
        method: Method,
        url: &str,
        from: Option<u64>,
    ) -> Result<Response<Body>, SourceError> {
        let mut request = match method {
            Method::Head => self.agent.head(url),
            Method::Get => self.agent.get(url),
        };
        if let Some(token) = &self.hub.token
            && origin(url).is_some()
            && origin(url) == origin(&self.hub.endpoint)
        {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(from) = from {
            request = request.header("range", format!("bytes={from}-"));
        }
        request.call().map_err(|error| SourceError::Unreachable(error.to_string()))
    }
}

fn check_status(status: StatusCode) -> Result<(), SourceError> {
    match status.as_u16() {
        200 | 206 => Ok(()),
        404 => Err(SourceError::NotFound),
        status @ (401 | 403) => Err(SourceError::Forbidden(status)),
        status => Err(SourceError::Status(status)),
    }
}

fn check_no_page(response: &Response<Body>) -> Result<(), SourceError> {
    let kind = header(response.headers(), "content-type").unwrap_or_default();
    if kind.starts_with("text/html") { Err(SourceError::WebPage) } else { Ok(()) }
}

/// Returns a header as text, without the quotes of an entity tag.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    Some(text.trim_start_matches("W/").trim_matches('"').to_owned())
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    header(headers, name)?.parse().ok()
}

/// Returns scheme, host and port.
fn origin(url: &str) -> Option<(String, String)> {
    let uri: Uri = url.parse().ok()?;
    Some((uri.scheme_str()?.to_owned(), uri.authority()?.as_str().to_ascii_lowercase()))
}

/// Returns where `location` leads from `url`. Never from a protected connection to an open one.
fn resolve(url: &str, location: &str) -> Option<String> {
    let (scheme, authority) = origin(url)?;
    let target = if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        location.to_owned()
    };
    let (target_scheme, _) = origin(&target)?;
    let downgrade = scheme == "https" && target_scheme != "https";
    (!downgrade && (target_scheme == "https" || target_scheme == "http")).then_some(target)
}
