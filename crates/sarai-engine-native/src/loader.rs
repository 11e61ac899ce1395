//! Opens a model file with a native library.

use std::fs::File;
use std::io::Read;
use std::marker::PhantomData;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use sarai_engine_host::backend::{Backend, BackendError, BatchToken, LoadProgress, Loader};
use sarai_engine_protocol::Load;

use crate::backend::NativeBackend;
use crate::library::{ContextOptions, NativeContext, NativeModel};
use crate::topology;

/// Tokens computed as one piece. Larger ones are not faster, and the answer to a cancel waits for
/// a layer of such a piece at most.
const BATCH_TOKENS_MAX: u32 = 512;

/// The same for a model that only guesses: it reads a few tokens mostly, and must be small.
const DRAFT_BATCH_TOKENS_MAX: u32 = 64;

/// Outcomes of one batch: enough for every running generation and for checking drafts.
const OUTPUTS_MAX: u32 = 64;

/// A sequence costs nothing until it is used, and each one can keep the prefix of a session.
const SEQUENCES_MIN: u32 = 16;

/// The libraries' own limit.
const SEQUENCES_MAX: u32 = 256;

/// Less makes no sense, and the libraries round up to it.
const CONTEXT_TOKENS_MIN: u32 = 256;

/// Opens GGUF files with the library that `C` is a context of.
pub struct NativeLoader<C>(PhantomData<C>);

impl<C> Default for NativeLoader<C> {
    fn default() -> NativeLoader<C> {
        NativeLoader(PhantomData)
    }
}

impl<C: NativeContext + 'static> Loader for NativeLoader<C> {
    fn name(&self) -> String {
        format!("{} {}", C::Model::LIBRARY, C::Model::version())
    }

    fn load(
        &self,
        load: &Load,
        progress: &mut LoadProgress<'_>,
    ) -> Result<Box<dyn Backend>, BackendError> {
        let sequences = (load.parallel.saturating_mul(2)).clamp(SEQUENCES_MIN, SEQUENCES_MAX);
        let options = ContextOptions {
            context_tokens: load.context_tokens,
            batch_tokens_max: BATCH_TOKENS_MAX,
            outputs_max: OUTPUTS_MAX.max(sequences),
            sequences,
            threads: load.threads,
            embeddings: false,
        };
        start::<C>(&load.path, options, progress)
    }

    fn load_draft(
        &self,
        path: &Path,
        context_tokens: u32,
        threads: u32,
    ) -> Result<Box<dyn Backend>, BackendError> {
        let options = ContextOptions {
            context_tokens,
            batch_tokens_max: DRAFT_BATCH_TOKENS_MAX,
            outputs_max: 1,
            sequences: 1,
            threads,
            embeddings: false,
        };
        start::<C>(path, options, &mut |_| ())
    }
}

/// Opens a model and makes it ready. Of `options`, the context is brought to what the model can, and
/// 0 threads are as many as there are cores.
fn start<C: NativeContext + 'static>(
    path: &Path,
    options: ContextOptions,
    progress: &mut LoadProgress<'_>,
) -> Result<Box<dyn Backend>, BackendError> {
    let started = Instant::now();
    let model = Rc::new(open::<C::Model>(path, progress)?);
    let trained = model.context_tokens_trained().max(CONTEXT_TOKENS_MIN);
    let options = ContextOptions {
        context_tokens: options.context_tokens.clamp(CONTEXT_TOKENS_MIN, trained),
        threads: if options.threads == 0 { topology::physical_cores() } else { options.threads },
        ..options
    };
    let mut context: C = create_context(&model, options)?;
    warm_up(&*model, &mut context)?;
    let load_ms = started.elapsed().as_secs_f64() * 1000.0;
    Ok(Box::new(NativeBackend::new(model, context, load_ms)))
}

/// Loads a model file, with a message that says which and why if it cannot be.
fn open<M: NativeModel>(path: &Path, progress: &mut LoadProgress<'_>) -> Result<M, BackendError> {
    let refuse =
        |reason: &str| BackendError::Load(format!("could not load `{}`: {reason}", path.display()));
    // The library's own messages for these two are about its internals.
    let mut magic = [0; 4];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut magic))
        .map_err(|error| refuse(&error.to_string()))?;
    if &magic != b"GGUF" {
        return Err(refuse("it is not a GGUF file"));
    }
    M::load(path, progress).map_err(|reason| refuse(&reason))
}

/// Creates a context, with a message that tells a lack of memory apart.
fn create_context<C: NativeContext>(
    model: &Rc<C::Model>,
    options: ContextOptions,
) -> Result<C, BackendError> {
    C::create(Rc::clone(model), options).map_err(|reason| {
        let context = format!("for a context of {} tokens: {reason}", options.context_tokens);
        if reason.contains("alloc") {
            BackendError::OutOfMemory(format!("not enough memory {context}"))
        } else {
            BackendError::Load(format!("{} refused {context}", C::Model::LIBRARY))
        }
    })
}

/// Computes one token, so that the first question does not wait for pages and buffers.
fn warm_up(model: &impl NativeModel, context: &mut impl NativeContext) -> Result<(), BackendError> {
    let token = model.bos().or(model.eos()).unwrap_or(0);
    let batch = [BatchToken { token, position: 0, sequence: 0, wants_logits: true }];
    let outcome = context.decode(&batch, &AtomicBool::new(false));
    context.clear();
    outcome.map_err(|error| BackendError::Load(format!("the model does not compute: {error:?}")))
}
