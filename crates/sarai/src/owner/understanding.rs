//! What the memory reads and searches with: the files that are installed and wanted.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use sarai_core::explain::Explain;
use sarai_core::syntax::Parse;
use sarai_core::vector::Embed;
use sarai_embedding::Encoder;
use sarai_memory::Understanding;
use sarai_parser::Parser;

use super::wiring::time_zone;
use crate::commands::Context;
use crate::models::Models;
use crate::output;

/// The names of the files in the catalogue.
pub(crate) const PARSERS: [&str; 2] = ["es-core-news-sm", "en-core-web-sm"];
pub(crate) const EMBEDDINGS: &str = "multilingual-e5-small";

/// Opens what is installed, side by side. A file that cannot be read is told of and left out: the
/// memory works without it, a little worse.
pub(crate) fn open(context: &Context) -> Understanding {
    let plain = Understanding {
        time_zone: time_zone(context),
        learns_from_answers: context.settings.learns_from_answers(),
        ..Understanding::plain(context.language)
    };
    let Ok(models) = Models::open(&context.home, context.language) else { return plain };
    let installed = |name: &str| models.store.path_of(name).ok();
    let parsers = if context.settings.uses_parsers() { &PARSERS[..] } else { &[] };
    let parsers: Vec<_> = parsers.iter().filter_map(|name| installed(name)).collect();
    let embeddings = context.settings.uses_embeddings().then(|| installed(EMBEDDINGS)).flatten();

    thread::scope(|scope| {
        let parsers: Vec<_> =
            parsers.iter().map(|path| scope.spawn(move || parser(context, path))).collect();
        let embed = embeddings.as_deref().and_then(|path| encoder(context, path));
        let parsers = parsers.into_iter().filter_map(|parser| parser.join().ok().flatten());
        Understanding { parsers: parsers.collect(), embed, ..plain }
    })
}

fn parser(context: &Context, path: &Path) -> Option<Arc<dyn Parse>> {
    match Parser::open(path) {
        Ok(parser) => Some(Arc::new(parser)),
        Err(error) => left_out(context, &error),
    }
}

fn encoder(context: &Context, path: &Path) -> Option<Arc<dyn Embed>> {
    match Encoder::open(path) {
        Ok(encoder) => Some(Arc::new(encoder)),
        Err(error) => left_out(context, &error),
    }
}

fn left_out<T>(context: &Context, error: &dyn Explain) -> Option<T> {
    let explanation = error.explain(context.language);
    let warning = context.language.pick("aviso", "warning");
    output::tell(&format!("{warning}: {}", explanation.message));
    if let Some(hint) = explanation.hint {
        output::tell(&hint);
    }
    None
}
