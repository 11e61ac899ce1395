//! What the ledger and the answers need to look up among the facts there are.

use std::error::Error;

use sarai_core::fact::Fact;
use thiserror::Error;

use crate::claim::{Gender, Kind, Number};

/// The facts of one person, as a reader of them needs them. One implementation keeps them in
/// SQLite, the other ([`crate::notebook::Notebook`]) in memory.
///
/// Names are matched folded, by every name an entity has and by its label
/// ([`crate::naming::label`]). Superseded facts are included; the
/// newest come first. Each call returns at most `limit` facts.
pub trait Facts {
    /// Returns the facts whose subject has this name.
    fn about(&self, name: &str, limit: usize) -> Lookup<Vec<Fact>>;

    /// Returns the facts whose subject has this name and whose relation is one of these.
    fn about_in(&self, name: &str, relations: &[&str], limit: usize) -> Lookup<Vec<Fact>>;

    /// Returns the facts whose object has this name.
    fn with_object(&self, name: &str, limit: usize) -> Lookup<Vec<Fact>>;

    /// Returns the facts whose relation begins with this verb: itself or followed by `_`.
    fn with_verb(&self, verb: &str, limit: usize) -> Lookup<Vec<Fact>>;

    /// Returns the facts in whose subject's or object's names this folded word occurs, whole.
    fn mentioning(&self, word: &str, limit: usize) -> Lookup<Vec<Fact>>;

    /// Returns the facts whose subject is this entity and whose relation is one of these, or any
    /// when none is given.
    fn of(&self, entity: EntityId, relations: &[&str], limit: usize) -> Lookup<Vec<Fact>>;

    /// Returns the entities that have this name, oldest first.
    fn entities(&self, name: &str) -> Lookup<Vec<Entity>>;
}

pub type Lookup<T> = Result<T, LookupError>;

/// The facts could not be read.
#[derive(Debug, Error)]
#[error("could not look up facts: {0}")]
pub struct LookupError(#[source] pub Box<dyn Error + Send + Sync>);

/// The key of an entity, unique in its home and never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub i64);

/// Somebody or something facts speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    pub id: EntityId,
    /// The name it was first called by.
    pub name: String,
    /// Every name it has, that one included, as written.
    pub names: Vec<String>,
    pub kind: Kind,
    pub gender: Option<Gender>,
    pub number: Option<Number>,
}
