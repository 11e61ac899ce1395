//! The memory of a program without encryption: it has no passphrase.

use std::path::Path;
use std::sync::Arc;

use sarai_core::clock::Clock;
use sarai_memory::{Memory, MemoryError};

use crate::commands::Context;
use crate::trouble::Outcome;

/// A memory that is kept as it is told.
pub(super) struct Vault;

impl Vault {
    #[expect(clippy::unnecessary_wraps, reason = "with encryption there may be no passphrase")]
    pub(super) fn unlock(_: &Context) -> Outcome<Vault> {
        Ok(Vault)
    }

    #[expect(clippy::unused_self, reason = "with encryption it has the key")]
    pub(super) fn open(self, path: &Path, clock: Arc<dyn Clock>) -> Result<Memory, MemoryError> {
        Memory::open(path, clock)
    }
}
