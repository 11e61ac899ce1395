//! The language of the page: what the person chose, before anything the browser says.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::header::{COOKIE, LOCATION, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use sarai_core::language::Language;

use crate::error::ApiError;
use crate::state::State;

const COOKIE_NAME: &str = "sarai_language";
const ONE_YEAR_S: u32 = 365 * 24 * 60 * 60;

/// Returns the language that this browser's person chose.
pub(crate) fn chosen(headers: &HeaderMap) -> Option<Language> {
    headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
        .find_map(from_code)
}

fn from_code(code: &str) -> Option<Language> {
    [Language::Spanish, Language::English].into_iter().find(|language| language.code() == code)
}

/// Remembers a choice and goes back to the page it was made on. A link may do this: nothing but the
/// reader's language changes.
pub(super) async fn choose(
    Shared(_state): Shared<Arc<State>>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let language = from_code(&code).ok_or_else(unknown)?;
    let code = language.code();
    let cookie =
        format!("{COOKIE_NAME}={code}; Path=/; Max-Age={ONE_YEAR_S}; HttpOnly; SameSite=Lax");
    let head = [(SET_COOKIE, cookie), (LOCATION, origin_page(&headers))];
    Ok((StatusCode::SEE_OTHER, head).into_response())
}

/// Returns the path of the page that led here. Only a path: it cannot lead to another server.
fn origin_page(headers: &HeaderMap) -> String {
    let referer = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let uri = referer.and_then(|referer| referer.parse::<Uri>().ok());
    let path = uri.as_ref().map_or("/", Uri::path);
    // A used sign-in link would only fail again.
    let good = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/sign-in/");
    if good { path.to_owned() } else { "/".to_owned() }
}

fn unknown() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "unknown_language",
        "SARAi habla español (`es`) e inglés (`en`)",
        "SARAi speaks Spanish (`es`) and English (`en`)",
    )
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::{COOKIE, REFERER};
    use sarai_core::language::Language;

    use super::{chosen, origin_page};

    #[track_caller]
    fn check_choice(cookie: &str, language: Option<Language>) {
        let headers = HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]);
        assert_eq!(chosen(&headers), language, "{cookie}");
    }

    #[test]
    fn a_choice_is_found_among_other_cookies() {
        check_choice("sarai_session=x; sarai_language=en", Some(Language::English));
        check_choice("sarai_language=es", Some(Language::Spanish));
        check_choice("sarai_language=fr", None);
        check_choice("not_sarai_language=en", None);
    }

    #[track_caller]
    fn check_origin(referer: &str, path: &str) {
        let headers = HeaderMap::from_iter([(REFERER, referer.parse().unwrap())]);
        assert_eq!(origin_page(&headers), path, "{referer}");
    }

    #[test]
    fn one_goes_back_to_a_page_of_ours_only() {
        check_origin("http://127.0.0.1:8080/c/a%2Fb?x=1", "/c/a%2Fb");
        check_origin("http://127.0.0.1:8080", "/");
        check_origin("http://malo.example//malo.example/x", "/");
        check_origin("http://127.0.0.1:8080/sign-in/abc", "/");
        check_origin("basura sin forma", "/");
        assert_eq!(origin_page(&HeaderMap::new()), "/");
    }
}
