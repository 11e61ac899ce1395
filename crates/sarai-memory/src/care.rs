//! Care: what keeps the memory whole, small and safe.

pub(crate) mod archive;
pub(crate) mod backup;
pub(crate) mod files;
pub(crate) mod journal;
mod keep;
mod nightly;
pub(crate) mod opening;
mod recovery;
mod replay;
mod salvage;
pub(crate) mod tables;
mod transfer;
mod vacuum;

pub use archive::Rotated;
pub use backup::BackedUp;
pub use nightly::{Checked, Night};
pub use recovery::{Recovery, RecoverySource};
pub use transfer::{Exported, ImportRefusal, Imported, RefusedLine};
pub use vacuum::{Sizes, Vacuumed};
