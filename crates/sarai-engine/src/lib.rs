//! The assistant's side of an engine: [`LocalEngine`] starts and watches the engine process,
//! [`UpstreamEngine`] speaks to a server with OpenAI's API.
#![forbid(unsafe_code)]

mod builds;
mod local;
mod lock;
mod spawn;
mod upstream;

pub use sarai_engine_protocol::{BATCH_SIZES, DraftTimings, Drafting, PROMPT_TOKENS, Timings};

pub use builds::{executable, level_of};
pub use local::{
    Deadlines, DraftChoice, DraftRecord, EngineRecord, LocalEngine, LocalSettings,
    MeasurementsFile, ModelFile, ModelFiles, Opening, Verdict, records,
};
pub use spawn::ENGINE_ENVIRONMENT;
pub use upstream::{
    ApiKey, ApiKeyError, UpstreamEngine, UpstreamSettings, UpstreamTimeouts, UpstreamUrl,
    UpstreamUrlError,
};
