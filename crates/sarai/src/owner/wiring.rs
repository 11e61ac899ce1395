//! Puts the parts together: configuration in, services out.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use sarai_assistant::{Assistant, Parts};
use sarai_core::clock::Clock;
use sarai_core::engine::Engine;
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::random::Random;
use sarai_engine::{
    ApiKey, Deadlines, DraftChoice, EngineRecord, LocalEngine, LocalSettings, MeasurementsFile,
    Opening, UpstreamEngine, UpstreamSettings, UpstreamTimeouts, UpstreamUrl, executable, records,
};
use sarai_server::Services;

use super::no_engine::NoEngine;
use super::preparation::Preparation;
use super::reader::Reader;
use super::understanding;
use super::vectors::Vectors;
use super::{Duty, Vault};
use crate::commands::Context;
use crate::config::Upstream;
use crate::evaluation;
use crate::models::Models;
use crate::output;
use crate::system::{SystemClock, SystemRandom, processor};
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

/// The name of the engine executable that can serve every model.
pub(crate) const ENGINE: &str = "sarai-engine-llama";

/// The names of those that may be quicker, and may be missing.
const RIVALS: [&str; 1] = ["sarai-engine-ik"];

/// The parts of a running assistant.
pub(super) struct Wiring {
    assistant: Arc<Assistant>,
    engine: Arc<dyn Engine>,
    /// The same engine, when it is a process of ours that must be ended.
    local: Option<Arc<LocalEngine>>,
    vectors: Vectors,
    reader: Option<Reader>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Wiring {
    /// Builds everything, and begins to bring what is missing.
    pub(super) fn new(
        context: &Context,
        duty: Duty,
        vault: Vault,
    ) -> Outcome<(Wiring, Preparation)> {
        let language = context.language;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let memory =
            vault.open(&context.home.memory_file(), Arc::clone(&clock)).or_trouble(language)?;
        if let Some(recovery) = memory.recovered() {
            let told = recovery.explain(language);
            output::tell(&format!("{}: {}", language.pick("aviso", "warning"), told.message));
        }
        let memory = memory.with_understanding(understanding::open(context));
        let (engine, local, preparation) = match (duty, context.settings.upstream()) {
            (Duty::Memory, _) => (Arc::new(NoEngine) as Arc<dyn Engine>, None, Preparation::none()),
            (Duty::Whole { .. }, Some(upstream)) => {
                let engine: Arc<dyn Engine> =
                    Arc::new(upstream_engine(context, &upstream, &clock)?);
                (engine, None, Preparation::none())
            }
            (Duty::Whole { .. }, None) => local_engine(context, &clock, &random)?,
        };
        let vectors = Vectors::begin(&memory)?;
        let assistant = Arc::new(Assistant::new(Parts {
            engine: Arc::clone(&engine),
            memory,
            clock: Arc::clone(&clock),
            random: Arc::clone(&random),
            limits: Limits::SMALL,
            language,
            time_zone: time_zone(context),
            recall_rate: last_evaluation(context),
            background_reading: context.settings.background_reading(),
        }));
        let reads = context.settings.background_reading().is_some() && duty != Duty::Memory;
        let reader = if reads { Some(Reader::begin(&assistant)?) } else { None };
        Ok((Wiring { assistant, engine, local, vectors, reader, clock, random }, preparation))
    }

    pub(super) fn services(&self, preparation: &Preparation) -> Services {
        Services {
            assistant: Arc::clone(&self.assistant),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            readiness: preparation.readiness_with(Arc::clone(&self.engine)),
        }
    }

    /// Ends the engine process, and the work in the background.
    pub(super) fn end(self) {
        if let Some(reader) = self.reader {
            reader.end();
        }
        self.vectors.end();
        if let Some(local) = self.local {
            local.stop();
        }
    }
}

type EngineParts = (Arc<dyn Engine>, Option<Arc<LocalEngine>>, Preparation);

fn local_engine(
    context: &Context,
    clock: &Arc<dyn Clock>,
    random: &Arc<dyn Random>,
) -> Outcome<EngineParts> {
    let language = context.language;
    let models = Models::open(&context.home, language)?;
    let wanted = wanted_model(context)?;
    let missing = !models.is_installed(&wanted);
    if missing && models.catalogue.find(wanted.as_str()).is_none() {
        models.catalogue.get(wanted.as_str()).or_trouble(language)?;
    }
    let model = (!missing).then(|| wanted.clone());
    let settings = LocalSettings {
        opening: Some(opening(context, clock)),
        ..local_settings(context, models.clone(), model, Arc::clone(clock), Arc::clone(random))?
    };
    let local = LocalEngine::start(settings)
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), "sarai doctor"))?;
    let local = Arc::new(local);
    let engine: Arc<dyn Engine> = Arc::clone(&local) as Arc<dyn Engine>;
    let preparation = if missing {
        Preparation::pull(context, models, wanted, Arc::clone(&engine))?
    } else {
        Preparation::none()
    };
    Ok((engine, Some(local), preparation))
}

/// Returns what tells an engine how conversations begin with us.
pub(crate) fn opening(context: &Context, clock: &Arc<dyn Clock>) -> Opening {
    let (clock, time_zone, language) = (Arc::clone(clock), time_zone(context), context.language);
    Arc::new(move || sarai_assistant::opening(clock.as_ref(), &time_zone, language))
}

fn wanted_model(context: &Context) -> Outcome<ModelName> {
    let language = context.language;
    context.settings.model().ok_or_else(|| {
        Trouble::new(
            Exit::Usage,
            language
                .pick("`model.name` no es un nombre de modelo", "`model.name` is no model name"),
            "sarai models list",
        )
    })
}

/// Returns how to run the engine process for `context`.
pub(crate) fn local_settings(
    context: &Context,
    models: Models,
    model: Option<ModelName>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Outcome<LocalSettings> {
    let settings = &context.settings;
    let bytes_max = settings.state_bytes_max();
    let state_folder = context.home.sessions_folder().filter(|_| bytes_max > 0);
    if let Some(folder) = &state_folder {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
    }
    Ok(LocalSettings {
        executable: engine_executable(context)?,
        rivals: rivals(context),
        model,
        models: Arc::new(models),
        context_tokens: settings.context_tokens(),
        threads: settings.threads(),
        parallel: settings.parallel(),
        waiting_max: settings.waiting_max(),
        state_folder,
        state_bytes_max: bytes_max,
        drafting: settings.drafting(),
        draft_model: draft_model(context)?,
        measurements: Some(measurements(context)),
        opening: None,
        deadlines: Deadlines {
            stall: Duration::from_secs(settings.stall_seconds()),
            ..Deadlines::HOUSEHOLD
        },
        clock,
        random,
    })
}

fn draft_model(context: &Context) -> Outcome<DraftChoice> {
    let message = context.language.pick(
        "`engine.draft_model` no es un nombre de modelo",
        "`engine.draft_model` is no model name",
    );
    let chosen = context.settings.draft_model();
    chosen.ok_or_else(|| Trouble::new(Exit::Usage, message, "sarai models list"))
}

/// Returns where what is measured of engines and models is kept.
fn measurements(context: &Context) -> MeasurementsFile {
    let path = context.home.root().join("run/engines.json");
    MeasurementsFile { path, machine: machine() }
}

/// Returns what tells this machine from others for which the same model may have been measured.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} × {}", processor().unwrap_or_default())
}

/// Returns what is known of the engines with a model, the reference first.
pub(crate) fn known_engines(context: &Context, sha256: &str) -> Vec<EngineRecord> {
    let reference = executable(&engine_folder(context), ENGINE);
    let executables = (reference.as_path(), &*rivals(context));
    records(&measurements(context), executables, sha256, context.settings.threads())
}

/// Returns the paths of the engines that may take the place of the reference, built or not.
pub(crate) fn rivals(context: &Context) -> Vec<PathBuf> {
    if !context.settings.compares_engines() {
        return Vec::new();
    }
    RIVALS.iter().map(|name| executable(&engine_folder(context), name)).collect()
}

fn engine_folder(context: &Context) -> PathBuf {
    let own = std::env::current_exe().ok().and_then(|path| Some(path.parent()?.to_owned()));
    context.settings.engine_folder().or(own).unwrap_or_default()
}

/// Returns the path of the engine executable, or says where it was looked for.
pub(crate) fn engine_executable(context: &Context) -> Outcome<PathBuf> {
    let path = executable(&engine_folder(context), ENGINE);
    if path.is_file() {
        return Ok(path);
    }
    let (message, hint) = match context.language {
        Language::Spanish => (
            format!("falta el motor: no existe `{}`", path.display()),
            "constrúyelo con `cargo xtask run`, o di dónde está con `engine.folder`",
        ),
        Language::English => (
            format!("the engine is missing: there is no `{}`", path.display()),
            "build it with `cargo xtask run`, or say where it is with `engine.folder`",
        ),
    };
    Err(Trouble::new(Exit::Unavailable, message, hint))
}

/// Returns the way to the server that answers in place of an engine of ours.
pub(crate) fn upstream_engine(
    context: &Context,
    upstream: &Upstream,
    clock: &Arc<dyn Clock>,
) -> Outcome<UpstreamEngine> {
    let key = match &upstream.key_file {
        None => None,
        Some(path) => Some(fs::read_to_string(path).map_err(|error| {
            let message = match context.language {
                Language::Spanish => format!("no se pudo leer `{}`: {error}", path.display()),
                Language::English => format!("could not read `{}`: {error}", path.display()),
            };
            Trouble::new(Exit::Failed, message, "engine.upstream.key_file")
        })?),
    };
    let model = ModelName::new(upstream.model.clone())
        .map_err(|error| Trouble::new(Exit::Usage, error.to_string(), "engine.upstream.model"))?;
    let wrong = |error: &dyn std::fmt::Display, key: &str| {
        Trouble::new(Exit::Usage, error.to_string(), key)
    };
    let key = key.map(|key| ApiKey::new(key.trim())).transpose();
    Ok(UpstreamEngine::new(UpstreamSettings {
        url: UpstreamUrl::new(&upstream.url)
            .map_err(|error| wrong(&error, "engine.upstream.url"))?,
        key: key.map_err(|error| wrong(&error, "engine.upstream.key_file"))?,
        model,
        in_flight_max: context.settings.parallel() + context.settings.waiting_max(),
        timeouts: UpstreamTimeouts::USUAL,
        clock: Arc::clone(clock),
    }))
}

/// Reads the last evaluation whenever it is asked for: `sarai memory eval` may run meanwhile.
fn last_evaluation(context: &Context) -> Arc<dyn Fn() -> Option<f64> + Send + Sync> {
    let file = context.home.evaluation_file();
    Arc::new(move || evaluation::read(&file))
}

pub(crate) fn time_zone(context: &Context) -> TimeZone {
    let named = context.settings.time_zone().and_then(|name| TimeZone::get(name).ok());
    named.unwrap_or_else(TimeZone::system)
}
