//! How far the assistant is from being able to answer.

use crate::id::ModelName;

/// What stands between now and the next answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Readiness {
    /// Nothing has been asked of the engine yet.
    Starting,
    /// The model file is being fetched.
    Downloading {
        model: ModelName,
        bytes_done: u64,
        bytes_total: u64,
    },
    /// The engine reads the weights; `fraction` from 0 to 1.
    Loading {
        model: ModelName,
        fraction: f32,
    },
    Ready {
        model: ModelName,
    },
    /// The engine process died or hung and comes back after a pause.
    Restarting {
        model: ModelName,
        reason: String,
    },
    /// Nothing will happen until somebody acts.
    Failed {
        reason: String,
    },
}

impl Readiness {
    pub fn is_ready(&self) -> bool {
        matches!(self, Readiness::Ready { .. })
    }

    /// Returns the stable name of the phase, as `/readyz` and `/health` show it.
    pub fn phase(&self) -> &'static str {
        match self {
            Readiness::Starting => "starting",
            Readiness::Downloading { .. } => "downloading",
            Readiness::Loading { .. } => "loading",
            Readiness::Ready { .. } => "ready",
            Readiness::Restarting { .. } => "restarting",
            Readiness::Failed { .. } => "failed",
        }
    }
}
