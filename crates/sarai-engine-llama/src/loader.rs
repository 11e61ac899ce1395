//! Opens a model file with llama.cpp.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use sarai_engine_host::backend::{Backend, BackendError, BatchToken, LoadProgress, Loader};
use sarai_engine_protocol::Load;

use crate::backend::LlamaBackend;
use crate::llama::{self, Context, ContextOptions, Model};
use crate::topology;

/// The binding this crate is pinned to.
const BINDING: &str = "llama-cpp-sys-2 0.1.161";

/// Tokens computed as one piece. Larger ones are not faster, and the answer to a cancel waits for
/// a layer of such a piece at most.
const BATCH_TOKENS_MAX: u32 = 512;

/// Outcomes of one batch: enough for every running generation and for checking drafts.
const OUTPUTS_MAX: u32 = 64;

/// A sequence costs nothing until it is used, and each one can keep the prefix of a session.
const SEQUENCES_MIN: u32 = 16;

/// llama.cpp's own limit.
const SEQUENCES_MAX: u32 = 256;

/// Less makes no sense, and llama.cpp rounds up to it.
const CONTEXT_TOKENS_MIN: u32 = 256;

/// Opens GGUF files.
#[derive(Debug, Clone, Copy)]
pub struct LlamaLoader;

impl Loader for LlamaLoader {
    fn name(&self) -> String {
        format!("llama.cpp {} ({BINDING})", llama::version())
    }

    fn load(
        &self,
        load: &Load,
        progress: &mut LoadProgress<'_>,
    ) -> Result<Box<dyn Backend>, BackendError> {
        let started = Instant::now();
        let model = open(&load.path, progress)?;
        let sequences = (load.parallel.saturating_mul(2)).clamp(SEQUENCES_MIN, SEQUENCES_MAX);
        let options = ContextOptions {
            sequences,
            outputs_max: OUTPUTS_MAX.max(sequences),
            ..generation_options(&model, load.context_tokens, load.threads)
        };
        let mut context = create_context(&model, options)?;
        warm_up(&model, &mut context)?;
        let load_ms = started.elapsed().as_secs_f64() * 1000.0;
        Ok(Box::new(LlamaBackend::new(model, context, load_ms)))
    }
}

/// Loads a model file, with a message that says which and why if it cannot be.
pub(crate) fn open(path: &Path, progress: &mut dyn FnMut(f32)) -> Result<Rc<Model>, BackendError> {
    let refuse =
        |reason: &str| BackendError::Load(format!("could not load `{}`: {reason}", path.display()));
    // llama.cpp's own messages for these two are about its internals.
    let mut magic = [0; 4];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut magic))
        .map_err(|error| refuse(&error.to_string()))?;
    if &magic != b"GGUF" {
        return Err(refuse("it is not a GGUF file"));
    }
    Model::load(path, progress).map(Rc::new).map_err(|reason| refuse(&reason))
}

/// Returns the options for one sequence that generates.
pub(crate) fn generation_options(
    model: &Model,
    context_tokens: u32,
    threads: u32,
) -> ContextOptions {
    let trained = model.context_tokens_trained().max(CONTEXT_TOKENS_MIN);
    ContextOptions {
        context_tokens: context_tokens.clamp(CONTEXT_TOKENS_MIN, trained),
        batch_tokens_max: BATCH_TOKENS_MAX,
        outputs_max: OUTPUTS_MAX,
        sequences: 1,
        threads: if threads == 0 { topology::physical_cores() } else { threads },
        embeddings: false,
    }
}

/// Creates a context, with a message that tells a lack of memory apart.
pub(crate) fn create_context(
    model: &Rc<Model>,
    options: ContextOptions,
) -> Result<Context, BackendError> {
    Context::create(Rc::clone(model), options).map_err(|reason| {
        let context = format!("for a context of {} tokens: {reason}", options.context_tokens);
        if reason.contains("alloc") {
            BackendError::OutOfMemory(format!("not enough memory {context}"))
        } else {
            BackendError::Load(format!("llama.cpp refused {context}"))
        }
    })
}

/// Computes one token, so that the first question does not wait for pages and buffers.
pub(crate) fn warm_up(model: &Model, context: &mut Context) -> Result<(), BackendError> {
    let token = model.bos().or(model.eos()).unwrap_or(0);
    let batch = [BatchToken { token, position: 0, sequence: 0, wants_logits: true }];
    let outcome = context.decode(&batch, &AtomicBool::new(false));
    context.clear();
    outcome.map_err(|error| BackendError::Load(format!("the model does not compute: {error:?}")))
}
