//! The household's models: the catalogue with its additions, and the store of weights.

use std::path::Path;

use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_engine::{ModelFile, ModelFiles};
use sarai_models::{Catalogue, DEFAULT_ENDPOINT, Form, Hub, PipCommand, Sources, State, Store};

use crate::commands::Context;
use crate::config::Environment;
use crate::home::Home;
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

/// What is known and what is here.
#[derive(Debug, Clone)]
pub(crate) struct Models {
    pub catalogue: Catalogue,
    pub store: Store,
}

impl Models {
    pub(crate) fn open(home: &Home, language: Language) -> Outcome<Models> {
        let catalogue = read_catalogue(&home.catalogue_file(), language)?;
        let store = Store::open(home.models_folder()).or_trouble(language)?;
        Ok(Models { catalogue, store })
    }

    /// Returns whether `name` is read by something else than the engine.
    fn is_beside_engine(&self, name: &ModelName) -> bool {
        self.catalogue.find(name.as_str()).is_some_and(|model| model.form() != Form::Gguf)
    }

    /// Returns whether `name` can be used now.
    pub(crate) fn is_installed(&self, name: &ModelName) -> bool {
        self.store.path_of(name.as_str()).is_ok()
    }
}

fn read_catalogue(path: &Path, language: Language) -> Outcome<Catalogue> {
    match std::fs::read_to_string(path) {
        Ok(text) => Catalogue::extended(path, &text).or_trouble(language),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Catalogue::built_in().or_trouble(language)
        }
        Err(error) => Err(Trouble::new(
            Exit::Failed,
            match language {
                Language::Spanish => format!("no se pudo leer `{}`: {error}", path.display()),
                Language::English => format!("could not read `{}`: {error}", path.display()),
            },
            language
                .pick("comprueba los permisos del archivo", "check the permissions of the file"),
        )),
    }
}

/// Returns where weights may come from.
pub(crate) fn sources(context: &Context) -> Sources {
    Sources { folders: Vec::new(), hub: hub(&context.environment), pip: PipCommand::usual() }
}

/// Returns the hub, or the mirror that `HF_ENDPOINT` names.
pub(crate) fn hub(environment: &Environment) -> Hub {
    let endpoint = environment.get("HF_ENDPOINT").unwrap_or(DEFAULT_ENDPOINT);
    Hub { token: environment.get("HF_TOKEN").map(str::to_owned), ..Hub::new(endpoint) }
}

impl ModelFiles for Models {
    fn find(&self, name: &ModelName) -> Option<ModelFile> {
        if self.is_beside_engine(name) {
            return None;
        }
        let path = self.store.path_of(name.as_str()).ok()?;
        let list = self.store.list(&self.catalogue).ok()?;
        let listing = list.into_iter().find(|listing| listing.name == *name)?;
        let sha256 = listing.sha256.map(|digest| digest.to_string()).unwrap_or_default();
        Some(ModelFile { path, sha256, template: None })
    }

    fn partner(&self, name: &ModelName) -> Option<ModelName> {
        self.catalogue.find(name.as_str())?.draft.clone()
    }

    fn installed(&self) -> Vec<ModelName> {
        let Ok(list) = self.store.list(&self.catalogue) else { return Vec::new() };
        let installed = list.into_iter().filter(|listing| listing.state == State::Installed);
        let names = installed.map(|listing| listing.name);
        names.filter(|name| !self.is_beside_engine(name)).collect()
    }
}
