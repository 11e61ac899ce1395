//! Brings what the memory understands with, once the model that answers is there: the grammars of
//! both languages and the embedding model. They are small, and SARAi answers without them.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use sarai_core::explain::Explain as _;
use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_models::{Model, ModelError};

use super::super::Context;
use super::super::models::{Shown, flow, size, with_interrupt};
use crate::models::{Models, sources};
use crate::output;
use crate::owner::understanding::{EMBEDDINGS, PARSERS};
use crate::trouble::{Exit, Outcome, Trouble};

/// How often is looked whether the model that answers is there.
const LOOK: Duration = Duration::from_secs(1);

/// Brings what is missing and shows how far it is. A failure is told and ends nothing: the next
/// start tries again.
pub(super) fn bring(context: &Context) -> Outcome {
    let models = Models::open(&context.home, context.language)?;
    let missing = missing(context, &models);
    let Some(words) = announcement(&missing, context.language) else { return Ok(()) };
    output::tell(&words);
    let shown = Shown::new(context.language);
    for model in missing {
        let pulled = with_interrupt(|stop| {
            models.store.pull(
                &models.catalogue,
                model.name.as_str(),
                &sources(context),
                &mut |told| {
                    shown.show(told);
                    flow(stop)
                },
            )
        })?;
        shown.clear();
        match pulled {
            Ok(_) => {}
            Err(error @ ModelError::Cancelled) => {
                return Err(Trouble::of(&error, context.language));
            }
            Err(error) => output::tell_failure(&error.explain(context.language), context.language),
        }
    }
    Ok(())
}

/// A pull in the background. It ends when it is dropped; the next start goes on where it was.
pub(super) struct Background {
    stop: Option<SyncSender<()>>,
    worker: Option<JoinHandle<()>>,
}

impl Background {
    /// Says what is missing, and brings it once the model that answers is there.
    pub(super) fn begin(context: &Context) -> Outcome<Background> {
        let nothing = Background { stop: None, worker: None };
        let models = Models::open(&context.home, context.language)?;
        // With an engine elsewhere nothing is brought to this machine unasked.
        let Some(chat) = context.settings.model().filter(|_| context.settings.upstream().is_none())
        else {
            return Ok(nothing);
        };
        let missing: Vec<Model> = missing(context, &models).into_iter().cloned().collect();
        let words = announcement(&missing.iter().collect::<Vec<_>>(), context.language);
        let Some(words) = words else { return Ok(nothing) };
        output::tell(&words);
        let (stop, stopped) = sync_channel(0);
        let pull = Pull { models, chat, missing, sources: Arc::new(sources(context)), stopped };
        let worker = std::thread::Builder::new()
            .name("readers".to_owned())
            .spawn(move || pull.run())
            .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
        Ok(Background { stop: Some(stop), worker: Some(worker) })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(worker) = self.worker.take()
            && worker.join().is_err()
        {
            tracing::error!("the pull of grammars and vectors panicked");
        }
    }
}

struct Pull {
    models: Models,
    /// What answers goes first: only one pull at a time changes the folder.
    chat: ModelName,
    missing: Vec<Model>,
    sources: Arc<sarai_models::Sources>,
    /// Closed when it is time to end.
    stopped: Receiver<()>,
}

impl Pull {
    fn run(&self) {
        while !self.models.is_installed(&self.chat) {
            if self.stopped.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
        for model in &self.missing {
            let name = model.name.as_str();
            let pulled =
                self.models.store.pull(&self.models.catalogue, name, &self.sources, &mut |_| {
                    match self.stopped.try_recv() {
                        Err(std::sync::mpsc::TryRecvError::Empty) => ControlFlow::Continue(()),
                        _ => ControlFlow::Break(()),
                    }
                });
            match pulled {
                Ok(installed) => tracing::info!(model = name, bytes = installed.bytes, "brought"),
                Err(ModelError::Cancelled) => return,
                Err(error) => tracing::warn!(model = name, %error, "could not be brought"),
            }
        }
    }
}

/// Returns the files that the memory would use and that are not there.
fn missing<'a>(context: &Context, models: &'a Models) -> Vec<&'a Model> {
    let parsers = PARSERS.iter().filter(|_| context.settings.uses_parsers());
    let embeddings = Some(&EMBEDDINGS).filter(|_| context.settings.uses_embeddings());
    let wanted = parsers.chain(embeddings).filter_map(|name| models.catalogue.find(name));
    wanted.filter(|model| !models.is_installed(&model.name)).collect()
}

/// Says what is brought, how large it is and under which licence. `None` if there is nothing.
fn announcement(missing: &[&Model], language: Language) -> Option<String> {
    if missing.is_empty() {
        return None;
    }
    let total = size(missing.iter().map(|model| model.bytes).sum());
    let one = |model: &&Model| format!("{} ({}, {})", model.name, size(model.bytes), model.licence);
    let list: Vec<String> = missing.iter().map(one).collect();
    let list = list.join(", ");
    Some(match language {
        Language::Spanish => {
            format!("para entender mejor lo que se recuerda se traen {total}: {list}")
        }
        Language::English => format!("to understand memories better, {total} are fetched: {list}"),
    })
}

#[cfg(test)]
mod tests {
    use sarai_core::language::Language;
    use sarai_models::Catalogue;

    use super::announcement;

    #[test]
    fn size_and_licence_are_told_before_anything_is_fetched() {
        let catalogue = Catalogue::built_in().unwrap();
        let models = ["es-core-news-sm", "en-core-web-sm"].map(|name| catalogue.get(name).unwrap());
        let said = announcement(&models, Language::Spanish).unwrap();
        assert!(
            said.contains("26 MB") && said.contains("es-core-news-sm (13 MB, GPL-3.0)"),
            "{said}"
        );
        let said = announcement(&models, Language::English).unwrap();
        assert!(said.contains("en-core-web-sm (12 MB, MIT)"), "{said}");
        assert_eq!(announcement(&[], Language::English), None);
    }
}
