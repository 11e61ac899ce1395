//! `sarai version`.

use serde_json::json;

use super::Context;
use crate::output;
use crate::owner::wiring::engine_executable;
use crate::spawn;
use crate::trouble::Outcome;

pub(super) fn run(context: &Context, as_json: bool) -> Outcome {
    let version = env!("CARGO_PKG_VERSION");
    let engine = engine_executable(context).ok().and_then(|path| spawn::version_of(&path).ok());
    if as_json {
        return output::json(&json!({ "sarai": version, "engine": engine }));
    }
    output::line(&format!("sarai {version}"))?;
    if let Some(engine) = engine {
        return output::line(&engine);
    }
    output::tell(context.language.pick("no se encuentra el motor", "the engine was not found"));
    Ok(())
}
