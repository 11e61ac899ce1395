//! The door: every request passes here before it reaches a handler.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::http::header::{HOST, ORIGIN, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Caller;
use crate::error::ApiError;
use crate::state::State;

/// Where a connection comes from. Every request carries it as an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// The Unix socket: only its owner can open it.
    Socket,
    Network(SocketAddr),
}

/// Lets a request through, with its [`Caller`] as an extension, or answers 401 or 403.
pub(crate) async fn check(
    Shared(state): Shared<Arc<State>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(peer) = request.extensions().get::<Peer>().copied() else {
        return ApiError::internal("a request without its peer").into_response();
    };
    let headers = request.headers();
    if peer != Peer::Socket && !is_ours(request.uri(), headers, &state.options.allowed_hosts) {
        return foreign_host().into_response();
    }
    let caller = state.auth.caller(&peer, headers, state.services.clock.now());
    if caller.is_none() && !is_open(request.method(), request.uri().path(), peer) {
        let mut response = stranger().into_response();
        let challenge = HeaderValue::from_static("Bearer realm=\"sarai\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        return response;
    }
    if caller == Some(Caller::Browser) && changes(request.method()) && !is_same_origin(headers) {
        return foreign_origin().into_response();
    }
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

/// Paths that need no key. Figures without words of anybody are open to this machine only.
fn is_open(method: &Method, path: &str, peer: Peer) -> bool {
    if changes(method) {
        return false;
    }
    let local = match peer {
        Peer::Socket => true,
        Peer::Network(address) => address.ip().is_loopback(),
    };
    match path {
        "/livez" | "/readyz" | "/openapi.json" | "/favicon.ico" => true,
        "/metrics" | "/health" => local,
        _ => ["/sign-in/", "/assets/", "/language/"].iter().any(|open| path.starts_with(open)),
    }
}

fn changes(method: &Method) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// A page elsewhere may point its own name at this machine (DNS rebinding): its requests then
/// carry that name.
fn is_ours(uri: &Uri, headers: &HeaderMap, allowed: &[String]) -> bool {
    let header = headers.get(HOST).map(|value| value.to_str().unwrap_or("?"));
    let names = [uri.authority().map(axum::http::uri::Authority::as_str), header];
    let mut named = names.into_iter().flatten().peekable();
    named.peek().is_some() && named.all(|name| is_our_name(name, allowed))
}

fn is_our_name(authority: &str, allowed: &[String]) -> bool {
    let name = host_of(authority);
    let is = |ours: &str| name.eq_ignore_ascii_case(ours);
    ["localhost", "127.0.0.1", "[::1]"].into_iter().any(is) || allowed.iter().any(|ours| is(ours))
}

/// Returns the name without its port.
fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

/// A cookie alone does not prove that a page of ours asks: the browser must say so.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let origin = headers.get(ORIGIN).and_then(text);
    let host = headers.get(HOST).and_then(text);
    match (origin.as_deref().and_then(|origin| origin.split_once("://")), host) {
        (Some((_, origin)), Some(host)) => origin.eq_ignore_ascii_case(&host),
        _ => false,
    }
}

fn stranger() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "invalid_api_key",
        "falta la clave o no es correcta",
        "the key is missing or wrong",
    )
    .hint(
        "envía `Authorization: Bearer CLAVE`; la clave está en `keys/api.key`, en la carpeta de SARAi",
        "send `Authorization: Bearer KEY`; the key is in `keys/api.key`, in the folder of SARAi",
    )
}

fn foreign_host() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "host_not_allowed",
        "este servidor no se llama así",
        "this server does not go by that name",
    )
    .hint(
        "usa `localhost` o añade el nombre a `server.allowed_hosts`",
        "use `localhost` or add the name to `server.allowed_hosts`",
    )
}

fn foreign_origin() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "origin_not_allowed",
        "la petición no viene de una página de este servidor",
        "the request does not come from a page of this server",
    )
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn a_port_is_not_part_of_a_name() {
        assert_eq!(host_of("localhost:8080"), "localhost");
        assert_eq!(host_of("[::1]:8080"), "[::1]");
        assert_eq!(host_of("[::1]"), "[::1]");
        assert_eq!(host_of("casa"), "casa");
        assert_eq!(host_of("casa:malo"), "casa:malo");
    }
}
