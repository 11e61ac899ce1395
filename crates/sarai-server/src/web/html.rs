//! HTML answers: their templates, their headers, and the page of an error.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use sarai_core::language::Language;

use crate::error::ApiError;
use crate::state::State;

/// Everything comes from this server; nothing inline; nobody frames it. Trusted types make a script
/// that would read words as HTML fail in the browser itself.
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'";
const FEATURES: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Returns `page` as a response.
pub(crate) fn respond(status: StatusCode, page: &impl Template) -> Result<Response, ApiError> {
    let text = page.render().map_err(|error| ApiError::internal(format!("template: {error}")))?;
    let head = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        // Forms must tell their origin, which `no-referrer` would hide.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), FEATURES),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((status, head, text).into_response())
}

/// What the reader of a notice can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    SignInAgain,
    Home,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice {
    l: Language,
    title: String,
    message: String,
    step: Step,
}

/// Returns the page a browser sees instead of a JSON error; `None` leaves the JSON.
pub(crate) fn error_page(_: &State, error: &ApiError, language: Language) -> Option<Response> {
    let explanation = error.explanation(language);
    let stranger = [StatusCode::UNAUTHORIZED, StatusCode::GONE].contains(&error.status);
    let notice = if error.status == StatusCode::UNAUTHORIZED {
        Notice {
            l: language,
            title: language.pick("No has entrado", "You are not signed in").to_owned(),
            message: language
                .pick(
                    "Este navegador no tiene permiso todavía, o su permiso ha caducado.",
                    "This browser has no permission yet, or its permission has expired.",
                )
                .to_owned(),
            step: Step::SignInAgain,
        }
    } else {
        // Those hints are for programs.
        let unfit = stranger || error.code == "unknown_path";
        let hint = explanation.hint.as_deref().filter(|_| !unfit);
        Notice {
            l: language,
            title: sentence(&explanation.message),
            message: hint.map(|hint| format!("{}.", sentence(hint))).unwrap_or_default(),
            step: if stranger { Step::SignInAgain } else { Step::Home },
        }
    };
    respond(error.status, &notice).ok()
}

/// Begins with a capital letter what is written to follow another text.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
