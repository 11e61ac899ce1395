//! Files of the page, kept in the executable.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::error::ApiError;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

macro_rules! assets {
    ($($kind:literal: [$($name:literal),*],)*) => {
        [$($(Asset {
            name: $name,
            kind: $kind,
            bytes: include_bytes!(concat!("../../assets/", $name)),
        },)*)*]
    };
}

static ASSETS: [Asset; 12] = assets! {
    "text/css; charset=utf-8": ["style.css"],
    "text/javascript; charset=utf-8": [
        "main.js", "page.js", "chat.js", "conversations.js", "engine.js", "events.js",
        "markdown.js", "turn.js"
    ],
    "image/svg+xml": ["icon.svg", "icons.svg"],
    "application/manifest+json": ["manifest.webmanifest"],
};

/// Returns a file.
pub(super) async fn asset(
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // A name that is not UTF-8 is unknown like any other.
    let name = name.map_or_else(|_| String::new(), |Path(name)| name);
    send(&name, &headers)
}

/// Returns the icon where browsers look for one without being told.
pub(super) async fn icon(headers: HeaderMap) -> Result<Response, ApiError> {
    send("icon.svg", &headers)
}

/// Browsers keep a file and ask each time whether it changed: the modules name one another without
/// a version, and all of them must be of the same one.
fn send(name: &str, headers: &HeaderMap) -> Result<Response, ApiError> {
    let found = ASSETS.iter().zip(tags()).find(|(asset, _)| asset.name == name);
    let Some((asset, tag)) = found else { return Err(unknown()) };
    let kept = headers.get(IF_NONE_MATCH).is_some_and(|kept| kept.as_bytes() == tag.as_bytes());
    let head = [
        (CONTENT_TYPE, asset.kind),
        (ETAG, tag.as_str()),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    if kept {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    Ok((head, asset.bytes).into_response())
}

fn tags() -> &'static [String] {
    static TAGS: OnceLock<Vec<String>> = OnceLock::new();
    TAGS.get_or_init(|| ASSETS.iter().map(|asset| tag(asset.bytes)).collect())
}

fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

fn unknown() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "unknown_path",
        "esa dirección no existe",
        "there is no such path",
    )
}
