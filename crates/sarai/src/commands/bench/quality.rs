//! How good and how quick a model is, in a few seconds: for choosing between two files of it.

use sarai_core::id::ModelName;
use sarai_engine::Timings;

use super::Bench;
use super::engine::{MEASURED, wait_until_measured};
use crate::args::BenchOptions;
use crate::commands::Context;
use crate::trouble::Outcome;

/// What is known of a model.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::commands) struct Quality {
    /// Of a fixed text of Spanish, English, code and JSON, by the reference engine. The lower the
    /// better; only files of one model can be compared by it.
    pub(in crate::commands) perplexity: f64,
    pub(in crate::commands) timings: Timings,
}

/// Loads a model with the reference engine and looks at it. Nobody else may be at work in the home.
pub(in crate::commands) fn quality_of(context: &Context, name: &ModelName) -> Outcome<Quality> {
    let options = BenchOptions { model: Some(name.to_string()), rounds: None, json: false };
    let bench = Bench::open(context, &options)?;
    let engine = bench.engine_with(|settings| {
        settings.drafting = MEASURED;
        settings.rivals = Vec::new();
        settings.measurements = None;
    })?;
    let quality = wait_until_measured(&bench, &engine).and_then(|timings| {
        let perplexity = engine.perplexity().map_err(|error| bench.trouble(&error))?;
        Ok(Quality { perplexity, timings })
    });
    engine.stop();
    quality
}
