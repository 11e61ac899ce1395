//! `sarai version`.

use serde_json::json;

use super::Context;
use crate::output;
use crate::owner::wiring::{engine_executable, rivals};
use crate::spawn;
use crate::trouble::Outcome;

pub(super) fn run(context: &Context, as_json: bool) -> Outcome {
    let version = env!("CARGO_PKG_VERSION");
    let engine = engine_executable(context).ok().and_then(|path| spawn::version_of(&path).ok());
    let others = rivals(context).into_iter().filter(|path| path.is_file());
    let others: Vec<String> = others.filter_map(|path| spawn::version_of(&path).ok()).collect();
    if as_json {
        let version = json!({ "sarai": version, "engine": engine, "other_engines": others });
        return output::json(&version);
    }
    output::line(&format!("sarai {version}"))?;
    if let Some(engine) = engine {
        return std::iter::once(&engine).chain(&others).try_for_each(|line| output::line(line));
    }
    output::tell(context.language.pick("no se encuentra el motor", "the engine was not found"));
    Ok(())
}
