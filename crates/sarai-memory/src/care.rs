//! Care: what keeps the memory whole, small and safe.

mod backup;
pub(crate) mod files;
pub(crate) mod journal;
pub(crate) mod opening;
mod recovery;
mod replay;
mod salvage;
pub(crate) mod tables;

pub use recovery::{Recovery, RecoverySource};
