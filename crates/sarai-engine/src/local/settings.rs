//! What a local engine needs to know.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::engine::Generation;
use sarai_core::id::ModelName;
use sarai_core::random::Random;
use sarai_engine_protocol::Drafting;

use super::measurements::MeasurementsFile;

/// How to run the engine process.
#[derive(Clone)]
pub struct LocalSettings {
    /// The engine executable, such as `sarai-engine-llama`. It serves every model that it can load,
    /// and others are compared with it.
    pub executable: PathBuf,
    /// Other engine executables, which may be missing. One of them serves a model once it has been
    /// found, while nobody waited, to compute the same and to be quicker. Without `measurements` none
    /// ever does.
    pub rivals: Vec<PathBuf>,
    /// Loaded at the start, and meant by requests that name no model. `None` when it is not known
    /// yet; see `use_model`.
    pub model: Option<ModelName>,
    /// Where the models are.
    pub models: Arc<dyn ModelFiles>,
    /// Tokens of context that all sessions share. Halved, for one run of the program, when the
    /// system ends the process for want of memory.
    pub context_tokens: u32,
    /// 0 takes the physical cores.
    pub threads: u32,
    /// Generations computed at the same time, at least 1; more wait.
    pub parallel: u32,
    /// Requests that may wait; one more fails with `Busy`.
    pub waiting_max: u32,
    /// Where computed prefixes of sessions are kept. `None` keeps them in memory only.
    pub state_folder: Option<PathBuf>,
    /// All files of the state folder together.
    pub state_bytes_max: u64,
    /// How much of an answer is guessed ahead.
    pub drafting: Drafting,
    /// Which smaller model may guess too. It is in memory only where it gains time.
    pub draft_model: DraftChoice,
    /// Where what is measured of engines and models is kept; `None` measures at every start.
    pub measurements: Option<MeasurementsFile>,
    /// What every new conversation begins with: read as soon as a model is loaded, before anybody
    /// asks. `None` reads nothing ahead of the first question.
    pub opening: Option<Opening>,
    pub deadlines: Deadlines,
    pub clock: Arc<dyn Clock>,
    /// Draws the seeds that callers do not name.
    pub random: Arc<dyn Random>,
}

/// Tells what conversations begin with at present; `None` when that cannot be said.
pub type Opening = Arc<dyn Fn() -> Option<Generation> + Send + Sync>;

/// How long each thing may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// From the start of the process to its first word.
    pub hello: Duration,
    /// Loading a model.
    pub load: Duration,
    /// From a ping to its pong, and writing one request.
    pub pong: Duration,
    /// From one event of a running request to its next.
    pub stall: Duration,
    /// What a request waits for an engine that loads, restarts or serves another model.
    pub waiting: Duration,
    /// From asking a generation to stop to its end.
    pub cancel: Duration,
    /// Saving and ending in an orderly way, before the process is killed.
    pub unload: Duration,
    /// Without a request for this long, engines are compared.
    pub comparing: Duration,
    /// Between two pings while requests are in flight.
    pub ping_busy: Duration,
    /// Between two pings while nothing happens.
    pub ping_idle: Duration,
}

impl Deadlines {
    /// For one household on a CPU.
    pub const HOUSEHOLD: Deadlines = Deadlines {
        hello: Duration::from_secs(30),
        load: Duration::from_mins(5),
        pong: Duration::from_secs(10),
        stall: Duration::from_mins(2),
        waiting: Duration::from_mins(1),
        // A slow processor may need most of it for the part of a prompt that it is computing.
        cancel: Duration::from_secs(90),
        unload: Duration::from_secs(10),
        comparing: Duration::from_secs(30),
        ping_busy: Duration::from_secs(2),
        ping_idle: Duration::from_secs(15),
    };
}

/// Which smaller model guesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftChoice {
    None,
    /// The one that goes with the model in use, if it is installed.
    Partner,
    Named(ModelName),
}

/// Finds installed models by name.
pub trait ModelFiles: Send + Sync {
    /// Returns the file of `name`, or `None` when it is not installed.
    fn find(&self, name: &ModelName) -> Option<ModelFile>;

    /// Returns the smaller model that goes with `name`, installed or not.
    fn partner(&self, name: &ModelName) -> Option<ModelName>;

    /// Returns the names of the installed models.
    fn installed(&self) -> Vec<ModelName>;
}

/// A model on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    pub path: PathBuf,
    /// Identifies the weights in saved states.
    pub sha256: String,
    /// Replaces the chat template in the file.
    pub template: Option<String>,
}
