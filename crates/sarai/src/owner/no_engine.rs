//! The engine of an owner that only looks after the memory: there is none.

use sarai_core::engine::{
    Completion, Embeddings, Engine, EngineError, EngineHealth, Generation, ModelSummary, Sink,
};
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;

/// Answers nothing. Nobody but the command that owns the home can ask it.
pub(super) struct NoEngine;

impl Engine for NoEngine {
    fn generate(&self, _: &Generation, _: &mut Sink<'_>) -> Result<Completion, EngineError> {
        Err(EngineError::NotReady(Readiness::Starting))
    }

    fn embed(&self, _: Option<&ModelName>, _: &[String]) -> Result<Embeddings, EngineError> {
        Err(EngineError::NotReady(Readiness::Starting))
    }

    fn models(&self) -> Vec<ModelSummary> {
        Vec::new()
    }

    fn readiness(&self) -> Readiness {
        Readiness::Starting
    }

    fn health(&self) -> EngineHealth {
        EngineHealth {
            backend: None,
            restarts: 0,
            last_failure: None,
            active: 0,
            waiting: 0,
            resident_bytes: None,
        }
    }
}
