//! The catalogue of models: where their files come from, and whether they are what they claim.
//!
//! Nothing here reads the environment: the address of the hub, a token and the ways to run `pip` are
//! arguments. The sha256 of a model is known before its first byte is used; nothing in it is run.
#![forbid(unsafe_code)]

mod catalogue;
mod digest;
mod error;
mod form;
pub mod gguf;
mod hub;
mod part;
mod python;
mod record;
mod source;
mod spawn;
mod store;

pub use catalogue::{
    Catalogue, CatalogueError, CatalogueProblem, DEFAULT_MODEL, HubFile, Model, Purpose,
    PythonPackages, Source,
};
pub use digest::Digest;
pub use error::{ModelError, Operation, SourceError, SourceFailure};
pub use form::Form;
pub use hub::{DEFAULT_ENDPOINT, Hub, hub_reachable};
pub use source::{Listener, Progress, Sources};
pub use spawn::PipCommand;
pub use store::{Import, Installed, Listing, Pin, Removal, State, Store, free_bytes};
