//! `sarai models`: what there is, pull, verify, remove, import, use; `optimise` in its own file.

mod optimise;

use std::cell::Cell;
use std::ops::ControlFlow;
use std::path::Path;

use indicatif::ProgressBar;
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_models::{Listing, Pin, Progress, Removal, State, hub_reachable};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::serve::{executor, listen_for_interrupts};
use super::{Context, config};
use crate::args::Models as Command;
use crate::config::Key;
use crate::link::Link;
use crate::models::{Models, hub, sources};
use crate::output;
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

pub(super) fn run(context: &Context, command: &Command) -> Outcome {
    let models = Models::open(&context.home, context.language)?;
    match command {
        Command::List(options) => list(context, &models, options.json),
        Command::Pull { name } => pull(context, &models, name.as_deref()),
        Command::Verify { name } => verify(context, &models, name.as_deref()),
        Command::Remove { name, forget } => {
            let removal = if *forget { Removal::Forget } else { Removal::KeepPin };
            remove(context, &models, name, removal)
        }
        Command::Import { path, name } => import(context, &models, path, name.as_deref()),
        Command::Use { name } => choose(context, &models, name),
        Command::Optimise(options) => optimise::run(context, &models, options),
    }
}

fn list(context: &Context, models: &Models, as_json: bool) -> Outcome {
    let language = context.language;
    let listings = models.store.list(&models.catalogue).or_trouble(language)?;
    let current = context.settings.model();
    if as_json {
        let all = listings.iter().map(|listing| as_value(listing, current.as_ref()));
        return output::json(&Value::Array(all.collect()));
    }
    let mut rows = vec![
        [
            "",
            language.pick("NOMBRE", "NAME"),
            language.pick("TAMAÑO", "SIZE"),
            language.pick("ESTADO", "STATE"),
            language.pick("IDIOMAS", "LANGUAGES"),
            language.pick("LICENCIA", "LICENCE"),
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    rows.extend(listings.iter().map(|listing| {
        let mark = if Some(&listing.name) == current.as_ref() { "*" } else { "" };
        let languages = listing.model.map(|model| model.languages.join(" ")).unwrap_or_default();
        vec![
            mark.to_owned(),
            listing.name.to_string(),
            size(listing.bytes),
            state(listing, language),
            languages,
            listing.licence.clone(),
        ]
    }));
    output::line(&output::table(&rows))?;
    recommend(context, models);
    Ok(())
}

fn as_value(listing: &Listing<'_>, current: Option<&ModelName>) -> Value {
    let state = match listing.state {
        State::Installed => "installed",
        State::Partial { .. } => "partial",
        State::Damaged { .. } => "damaged",
        State::Absent => "absent",
    };
    let pin = match listing.pin {
        Pin::Pinned => "pinned",
        Pin::Recorded => "recorded",
        Pin::Unpinned => "unpinned",
    };
    json!({
        "name": listing.name.as_str(),
        "title": listing.model.map(|model| model.title.as_str()),
        "state": state,
        "pin": pin,
        "current": Some(&listing.name) == current,
        "bytes": listing.bytes,
        "sha256": listing.sha256.map(|digest| digest.to_string()),
        "licence": listing.licence,
        "languages": listing.model.map(|model| model.languages.clone()).unwrap_or_default(),
        "source": listing.source,
    })
}

fn state(listing: &Listing<'_>, language: Language) -> String {
    let unpinned = match listing.pin {
        Pin::Unpinned => language.pick(" (sin fijar)", " (unpinned)"),
        Pin::Pinned | Pin::Recorded => "",
    };
    let word = match listing.state {
        State::Installed => language.pick("instalado", "installed").to_owned(),
        State::Absent => language.pick("se puede traer", "can be pulled").to_owned(),
        State::Damaged { .. } => language.pick("dañado", "damaged").to_owned(),
        State::Partial { bytes } => {
            format!("{} {}", language.pick("a medias:", "partial:"), size(bytes))
        }
    };
    format!("{word}{unpinned}")
}

pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// Names a better model of the same size, where it could be had now.
fn recommend(context: &Context, models: &Models) {
    let Some(current) = context.settings.model() else { return };
    let Some(better) = models.catalogue.better_chat_than(current.as_str()) else { return };
    if models.is_installed(&better.name) || !hub_reachable(&hub(&context.environment).endpoint) {
        return;
    }
    output::tell(&match context.language {
        Language::Spanish => format!(
            "\n{} conversa mejor en español y ocupa lo mismo: sarai models pull {name} && sarai models use {name}",
            better.title,
            name = better.name
        ),
        Language::English => format!(
            "\n{} converses better in Spanish and is no larger: sarai models pull {name} && sarai models use {name}",
            better.title,
            name = better.name
        ),
    });
}

fn pull(context: &Context, models: &Models, name: Option<&str>) -> Outcome {
    let name = named(context, name)?;
    let shown = Shown::new(context.language);
    let installed = with_interrupt(|stop| {
        let sources = sources(context);
        models.store.pull(&models.catalogue, name.as_str(), &sources, &mut |progress| {
            shown.show(progress);
            flow(stop)
        })
    })?;
    shown.clear();
    let installed = installed.or_trouble(context.language)?;
    output::tell(&match context.language {
        Language::Spanish => {
            format!("{name}: comprobado, {} ({})", size(installed.bytes), installed.source)
        }
        Language::English => {
            format!("{name}: verified, {} ({})", size(installed.bytes), installed.source)
        }
    });
    output::line(&installed.path.display().to_string())
}

fn verify(context: &Context, models: &Models, name: Option<&str>) -> Outcome {
    let language = context.language;
    let names = if let Some(name) = name {
        check_known(models, name, language)?;
        vec![name.to_owned()]
    } else {
        let listings = models.store.list(&models.catalogue).or_trouble(language)?;
        let here = listings
            .iter()
            .filter(|listing| matches!(listing.state, State::Installed | State::Damaged { .. }));
        here.map(|listing| listing.name.to_string()).collect()
    };
    if names.is_empty() {
        output::tell(language.pick("no hay ningún modelo instalado", "no model is installed"));
    }
    let shown = Shown::new(language);
    let mut first_bad = None;
    for name in names {
        let verified = with_interrupt(|stop| {
            models.store.verify(&name, &mut |progress| {
                shown.show(progress);
                flow(stop)
            })
        })?;
        shown.clear();
        match verified {
            Ok(_) => output::line(&format!("{name}: {}", language.pick("correcto", "correct")))?,
            Err(error) => {
                let trouble = Trouble::of(&error, language);
                if trouble.exit == Exit::Interrupted {
                    return Err(trouble);
                }
                output::line(&format!("{name}: {}", trouble.explanation.message))?;
                first_bad.get_or_insert(trouble);
            }
        }
    }
    first_bad.map_or(Ok(()), Err)
}

fn remove(context: &Context, models: &Models, name: &str, removal: Removal) -> Outcome {
    check_known(models, name, context.language)?;
    let freed =
        models.store.remove(&models.catalogue, name, removal).or_trouble(context.language)?;
    output::tell(&match context.language {
        Language::Spanish => format!("{name}: borrado, {} libres más", size(freed)),
        Language::English => format!("{name}: removed, {} freed", size(freed)),
    });
    Ok(())
}

fn import(context: &Context, models: &Models, path: &Path, name: Option<&str>) -> Outcome {
    let language = context.language;
    if !path.exists() {
        let message = match language {
            Language::Spanish => format!("no existe el archivo `{}`", path.display()),
            Language::English => format!("there is no file `{}`", path.display()),
        };
        let hint = language.pick("da la ruta de un archivo GGUF", "give the path of a GGUF file");
        return Err(Trouble::new(Exit::NotFound, message, hint));
    }
    let stem =
        path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.map_or(stem, str::to_owned);
    let name = ModelName::new(name).map_err(|error| {
        let hint = language.pick("da un nombre detrás del archivo", "give a name after the file");
        Trouble::new(Exit::Usage, error.to_string(), hint)
    })?;
    let shown = Shown::new(language);
    let imported = with_interrupt(|stop| {
        models.store.import(&models.catalogue, path, &name, &mut |progress| {
            shown.show(progress);
            flow(stop)
        })
    })?;
    shown.clear();
    let imported = imported.or_trouble(language)?;
    if let Some(known) = imported.same_as.filter(|known| *known != name) {
        output::tell(&match language {
            Language::Spanish => format!("es el mismo archivo que `{known}` del catálogo"),
            Language::English => format!("it is the same file as `{known}` of the catalogue"),
        });
    }
    output::line(&imported.installed.path.display().to_string())
}

fn choose(context: &Context, models: &Models, name: &str) -> Outcome {
    let language = context.language;
    check_known(models, name, language)?;
    check_chats(models, name, language)?;
    models.store.path_of(name).or_trouble(language)?;
    let key =
        Key::find("model.name").ok_or_else(|| Trouble::new(Exit::Failed, "model.name", ""))?;
    let executor = executor()?;
    let link = Link::to(context, &executor);
    let running = link.is_alive();
    if running {
        link.call(&hyper::Method::PUT, "/api/sarai/model", Some(&json!({ "name": name })))?;
    }
    let file = context.home.settings_file();
    config::write(&file, key, name, &context.environment, language)?;
    output::tell(&match (language, running) {
        (Language::Spanish, true) => format!("`{name}` contesta desde ahora"),
        (Language::Spanish, false) => format!("`{name}` contestará desde el próximo arranque"),
        (Language::English, true) => format!("`{name}` answers from now on"),
        (Language::English, false) => format!("`{name}` will answer from the next start on"),
    });
    Ok(())
}

/// Checks that `name` is a model of the catalogue or an imported one.
fn check_known(models: &Models, name: &str, language: Language) -> Outcome {
    let listings = models.store.list(&models.catalogue).or_trouble(language)?;
    if listings.iter().any(|listing| listing.name.as_str() == name) {
        return Ok(());
    }
    models.catalogue.get(name).map(drop).or_trouble(language)
}

/// Checks that `name` is not a model of the catalogue for something else than to converse.
fn check_chats(models: &Models, name: &str, language: Language) -> Outcome {
    let Some(model) = models.catalogue.find(name).filter(|model| !model.chats()) else {
        return Ok(());
    };
    let purposes: Vec<&str> =
        model.purposes.iter().map(|purpose| purpose.title(language)).collect();
    let purposes = purposes.join(", ");
    let message = match language {
        Language::Spanish => format!("`{name}` no conversa: es un modelo de {purposes}"),
        Language::English => format!("`{name}` does not converse: it is a model for {purposes}"),
    };
    let hint = language.pick(
        "SARAi lo usa por su cuenta; elige aquí uno que converse, como qwen2.5-coder-1.5b",
        "SARAi uses it by itself; choose one here that converses, such as qwen2.5-coder-1.5b",
    );
    Err(Trouble::new(Exit::Refused, message, hint))
}

fn named(context: &Context, name: Option<&str>) -> Outcome<ModelName> {
    let language = context.language;
    let name = match name {
        Some(name) => name.to_owned(),
        None => context.settings.model().map(|name| name.to_string()).unwrap_or_default(),
    };
    ModelName::new(name).map_err(|error| {
        Trouble::new(Exit::Usage, error.to_string(), {
            language.pick(
                "mira los nombres con `sarai models list`",
                "see the names with `sarai models list`",
            )
        })
    })
}

/// Runs something long that Ctrl-C should end between two steps and not in the middle of one.
pub(super) fn with_interrupt<T>(work: impl FnOnce(&CancellationToken) -> T) -> Outcome<T> {
    let executor = executor()?;
    let interrupt = listen_for_interrupts(&executor)?;
    Ok(work(&interrupt.next()))
}

pub(super) fn flow(stop: &CancellationToken) -> ControlFlow<()> {
    if stop.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Progress of files on standard error; a bar on a terminal, a line a source elsewhere.
pub(super) struct Shown {
    language: Language,
    bar: ProgressBar,
    /// Whether it was told that another process is waited for.
    waits: Cell<bool>,
}

impl Shown {
    pub(super) fn new(language: Language) -> Shown {
        Shown { language, bar: output::bytes_bar(None), waits: Cell::new(false) }
    }

    pub(super) fn show(&self, progress: Progress<'_>) {
        let language = self.language;
        match progress {
            Progress::Waiting if self.waits.replace(true) => {}
            Progress::Waiting => self.tell(language.pick(
                "otro proceso está cambiando los modelos; se espera a que acabe…",
                "another process is changing the models; waiting for it…",
            )),
            Progress::Trying { source } => {
                self.bar.reset();
                self.tell(&match language {
                    Language::Spanish => format!("se prueba {source}…"),
                    Language::English => format!("trying {source}…"),
                });
            }
            Progress::SourceFailed { source, reason } => self.tell(&match language {
                Language::Spanish => format!("{source} no puede: {}", reason.reason(language)),
                Language::English => format!("{source} cannot: {}", reason.reason(language)),
            }),
            Progress::Checking { done, total } => {
                self.step(language.pick("comprobando", "checking"), done, total);
            }
            Progress::Receiving { done, total, part, parts } => {
                let part = if parts > 1 { format!(" {part}/{parts}") } else { String::new() };
                let word = language.pick("descargando", "downloading");
                self.step(&format!("{word}{part}"), done, total);
            }
        }
    }

    fn tell(&self, text: &str) {
        self.bar.suspend(|| output::tell(text));
    }

    fn step(&self, word: &str, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_message(word.to_owned());
        self.bar.set_position(done);
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_read_at_a_glance() {
        assert_eq!(size(98_362_432), "98 MB");
        assert_eq!(size(1_117_320_768), "1.1 GB");
    }
}
