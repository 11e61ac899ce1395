//! The server that answers in place of an engine of ours.

use std::sync::Arc;

use sarai_core::clock::Clock;
use sarai_core::explain::Explain as _;
use sarai_core::language::Language;

use super::Check;
use crate::commands::Context;
use crate::config::Upstream;
use crate::owner::wiring::upstream_engine;
use crate::system::SystemClock;

/// Asks the server once: is it there, and does it offer the model?
pub(super) fn check(context: &Context, upstream: &Upstream) -> Check {
    let language = context.language;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let engine = match upstream_engine(context, upstream, &clock) {
        Ok(engine) => engine,
        Err(trouble) => {
            let hint = trouble.explanation.hint.unwrap_or_default();
            return Check::bad("upstream", trouble.explanation.message, hint);
        }
    };
    let (url, model) = (&upstream.url, &upstream.model);
    let offered = match engine.offered() {
        Ok(offered) => offered,
        Err(error) => {
            let explanation = error.explain(language);
            let hint = explanation.hint.unwrap_or_else(|| "engine.upstream.url".to_owned());
            return Check::bad("upstream", explanation.message, hint);
        }
    };
    if offered.iter().any(|offer| offer.name.as_str() == model) {
        let finding = match language {
            Language::Spanish => format!("servidor: {url} está al alcance y ofrece `{model}`"),
            Language::English => format!("server: {url} can be reached and offers `{model}`"),
        };
        return Check::good("upstream", finding);
    }
    let finding = match language {
        Language::Spanish => format!("servidor: {url} está al alcance, pero no ofrece `{model}`"),
        Language::English => format!("server: {url} can be reached, but does not offer `{model}`"),
    };
    let names = offered.iter().map(|offer| offer.name.to_string()).collect::<Vec<_>>().join(", ");
    let remedy = match language {
        Language::Spanish => format!("pon en `engine.upstream.model` uno de los suyos: {names}"),
        Language::English => format!("set `engine.upstream.model` to one of its own: {names}"),
    };
    // Some servers answer under names that they do not list.
    Check::fair("upstream", finding, remedy)
}
