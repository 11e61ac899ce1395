//! `sarai bench`: measurements on this machine, raw samples included.

mod engine;
mod grammar;
mod kpi;
mod latency;
mod memory;
mod peer;
mod prefix;
mod quality;
mod script;
mod simulate;
mod speculative;
mod statistics;
mod stopwatch;
mod tasks;
mod turns;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::engine::EngineError;
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_engine::{EngineRecord, LocalEngine, LocalSettings, ModelFile, ModelFiles as _};
use serde_json::{Value, json};
use sysinfo::System;

pub(super) use self::quality::{Quality, quality_of};
use super::Context;
use crate::args::{Bench as Command, BenchOptions};
use crate::home::Ownership;
use crate::models::Models;
use crate::output;
use crate::owner::wiring::{known_engines, local_settings};
use crate::system::{SystemClock, SystemRandom, processor};
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

pub(super) fn run(context: &Context, command: &Command) -> Outcome {
    let (options, report) = match command {
        Command::Memory(options) => return memory::run(context, options),
        Command::Simulate(options) => return simulate::run(context, options),
        Command::Latency(options) => (options, latency::run(&Bench::open(context, options)?)?),
        Command::Engine(options) => (options, engine::run(&Bench::open(context, options)?)?),
        Command::Speculative(speculative) => {
            let options = &speculative.prompts.options;
            (options, speculative::run(&Bench::open(context, options)?, speculative)?)
        }
        Command::Kpi(kpi) => (&kpi.options, kpi::run(&Bench::open(context, &kpi.options)?, kpi)?),
        Command::Turns(turns) => {
            (&turns.options, turns::run(&Bench::open(context, &turns.options)?, turns)?)
        }
        Command::Grammar(grammar) => {
            (&grammar.options, grammar::run(&Bench::open(context, &grammar.options)?, grammar)?)
        }
        Command::Prefix(options) => (options, prefix::run(&Bench::open(context, options)?)?),
    };
    if options.json { output::json(&report.json) } else { output::line(&report.text) }
}

/// What a bench says.
struct Report {
    text: String,
    json: Value,
}

/// The bench: a model, an engine of its own, and nobody else at work in this home.
struct Bench<'a> {
    context: &'a Context,
    model: ModelName,
    file: ModelFile,
    rounds: Option<u32>,
    clock: Arc<dyn Clock>,
    states: PathBuf,
    _ownership: Ownership,
}

impl Bench<'_> {
    fn open<'a>(context: &'a Context, options: &BenchOptions) -> Outcome<Bench<'a>> {
        let language = context.language;
        // A second engine at work would be measured too.
        let ownership = context.home.own().or_trouble(language)?;
        let models = Models::open(&context.home, language)?;
        let named =
            options.model.clone().or_else(|| context.settings.model().map(|name| name.to_string()));
        let name = named.unwrap_or_default();
        models.store.path_of(&name).or_trouble(language)?;
        let model = ModelName::new(name)
            .map_err(|error| Trouble::new(Exit::Usage, error.to_string(), ""))?;
        let file = models.find(&model).ok_or_else(|| {
            Trouble::new(Exit::NotFound, model.to_string(), format!("sarai models pull {model}"))
        })?;
        let states = context.home.root().join("run/bench-states");
        Ok(Bench {
            context,
            model,
            file,
            rounds: options.rounds,
            clock: Arc::new(SystemClock::new()),
            states,
            _ownership: ownership,
        })
    }

    /// Starts the engine process as the assistant would, but with state files of the bench's own.
    fn engine(&self) -> Outcome<LocalEngine> {
        self.engine_with(|_| ())
    }

    /// Starts it with some settings of its own.
    fn engine_with(&self, change: impl FnOnce(&mut LocalSettings)) -> Outcome<LocalEngine> {
        let failed = |error: std::io::Error| Trouble::new(Exit::Failed, error.to_string(), "");
        std::fs::create_dir_all(&self.states).map_err(failed)?;
        let mut settings = local_settings(
            self.context,
            Models::open(&self.context.home, self.context.language)?,
            Some(self.model.clone()),
            Arc::clone(&self.clock),
            Arc::new(SystemRandom),
        )?;
        settings.state_folder = Some(self.states.clone());
        settings.state_bytes_max = 1 << 30;
        // The best engine that is known, to the end: a change in the middle would be measured too.
        settings.deadlines.comparing = Duration::MAX;
        change(&mut settings);
        LocalEngine::start(settings).map_err(failed)
    }

    /// Returns what is known of the engines with the model of the bench.
    fn engines(&self) -> Vec<EngineRecord> {
        known_engines(self.context, &self.file.sha256)
    }

    fn report(&self, bench: &str, samples: &Value, results: &Value, text: String) -> Report {
        let mut json = json!({
            "bench": bench,
            "command": format!("sarai bench {bench} --model {} --json", self.model),
            "machine": machine(self.context),
            "engine": self.engines().into_iter().find(|one| one.serves).map(|one| one.name),
            "models": [{ "name": self.model.as_str(), "sha256": self.file.sha256 }],
            "samples": samples,
        });
        if let (Some(report), Some(results)) = (json.as_object_mut(), results.as_object()) {
            report.extend(results.clone());
        }
        Report { text, json }
    }

    fn trouble(&self, error: &EngineError) -> Trouble {
        Trouble::of(error, self.context.language)
    }

    fn say(&self, spanish: &str, english: &str) {
        output::tell(self.context.language.pick(spanish, english));
    }

    fn language(&self) -> Language {
        self.context.language
    }
}

/// Returns what is known of this machine.
fn machine(context: &Context) -> Value {
    let cpu = processor();
    let cores = System::physical_core_count().unwrap_or(1);
    let threads = match context.settings.threads() {
        0 => cores as u64,
        threads => u64::from(threads),
    };
    json!({ "cpu": cpu, "cores": cores, "threads": threads })
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        if self.states.exists()
            && let Err(error) = std::fs::remove_dir_all(&self.states)
        {
            tracing::warn!(%error, "the state files of the bench stay behind");
        }
    }
}
