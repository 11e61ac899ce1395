//! A context: the computed sequences of a model, and the computing.
#![expect(unsafe_code, reason = "calls the library")]

use std::cell::Cell;
use std::ffi::c_void;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ik_llama_cpp_sys as sys;
use sarai_engine_host::backend::BatchToken;
use sarai_engine_native::batch::{Arrays, Batch, below};
use sarai_engine_native::library::{ContextOptions, DecodeError, NativeContext, NativeModel};
use sarai_engine_native::log::{watch, watch_quietly};

use super::Model;

/// Most attempts to put the cache in order for one batch.
const DEFRAGMENTATIONS_MAX: usize = 8;

/// How long the threads of the library are given to pass a step before it is told to stop.
///
/// At each step the first of them asks whether to stop, and all look at the answer after they have
/// waited for one another. One that is late in looking, because the system runs something else, would
/// see the answer of the next step already and leave, and the others would wait for it forever. (In
/// llama.cpp the answer says which step it belongs to.)
const STEP_PASSED: Duration = Duration::from_millis(20);

/// The flags of a state that holds everything.
const WHOLE: sys::llama_state_seq_flags = 0;

/// A context and the model it computes.
pub(crate) struct Context {
    native: NonNull<sys::llama_context>,
    model: Rc<Model>,
    options: ContextOptions,
    batch: Batch,
}

impl NativeContext for Context {
    type Model = Model;

    // Its attention computes with every cell up to the last one used, and masks the result.
    const MINDS_IDLE: bool = true;

    fn create(model: Rc<Model>, options: ContextOptions) -> Result<Context, String> {
        // SAFETY: returns a plain structure.
        let mut parameters = unsafe { sys::llama_context_default_params() };
        parameters.n_ctx = options.context_tokens;
        parameters.n_batch = options.batch_tokens_max;
        parameters.n_ubatch = options.batch_tokens_max;
        parameters.n_seq_max = options.sequences;
        parameters.n_threads = options.threads;
        parameters.n_threads_batch = options.threads;
        // Its kernels are built for a cache of f16 and a few more types; with others, or without
        // it, the process would end at the first batch or lose what makes this library fast.
        parameters.flash_attn = true;
        parameters.type_k = sys::GGML_TYPE_F16;
        parameters.type_v = sys::GGML_TYPE_F16;
        // Else the cache is put in order during a batch, where an abort would leave it half moved.
        parameters.defrag_thold = -1.0;
        parameters.embeddings = options.embeddings;
        if options.embeddings {
            parameters.pooling_type = sys::LLAMA_POOLING_TYPE_NONE;
        }
        let (context, complaints) = watch(|| {
            // SAFETY: the model is valid, and `Context::model` keeps it so; the parameters hold no
            // pointer of ours.
            unsafe { sys::llama_init_from_model(model.as_ptr(), parameters) }
        });
        let native = NonNull::new(context).ok_or(complaints)?;
        Ok(Context { native, model, options, batch: Batch::default() })
    }

    fn context_tokens(&self) -> u32 {
        // SAFETY: the context is valid.
        unsafe { sys::llama_n_ctx(self.native.as_ptr()) }
    }

    fn options(&self) -> &ContextOptions {
        &self.options
    }

    fn is_causal(&self) -> bool {
        self.model.is_causal()
    }

    fn decode(&mut self, tokens: &[BatchToken], abort: &AtomicBool) -> Result<(), DecodeError> {
        self.batch.fill(tokens, &*self.model, &self.options).map_err(DecodeError::Failed)?;
        if tokens.is_empty() {
            return Ok(());
        }
        // Complaints are not logged: an abort and a full context are answers, not errors.
        let (outcome, complaints) = watch_quietly(|| {
            let mut outcome = self.compute(abort);
            for _ in 0..DEFRAGMENTATIONS_MAX {
                if outcome != Outcome::NoPlace || !self.has_cells(tokens.len()) {
                    break;
                }
                self.defragment();
                outcome = self.compute(abort);
            }
            outcome
        });
        match outcome {
            Outcome::Computed => Ok(()),
            Outcome::NoPlace => Err(DecodeError::Full),
            Outcome::Aborted => Err(DecodeError::Aborted),
            Outcome::Failed(code) => {
                Err(DecodeError::Failed(format!("decoding failed ({code}): {complaints}")))
            }
        }
    }

    fn logits(&mut self, index: usize) -> &mut [f32] {
        let Some(index) = self.batch.output(index) else {
            return &mut [];
        };
        // SAFETY: the context is valid; the index is checked, and by the library once more.
        let logits = unsafe { sys::llama_get_logits_ith(self.native.as_ptr(), index) };
        // SAFETY: a row of logits has one for each of the vocabulary and belongs to the context,
        // which stays borrowed with what is returned.
        unsafe { row(logits, self.model.vocabulary_tokens()) }
    }

    fn embedding(&mut self, index: usize) -> &mut [f32] {
        let Some(index) = self.batch.output(index) else {
            return &mut [];
        };
        // SAFETY: the context is valid; the index is checked, and by the library once more.
        let state = unsafe { sys::llama_get_embeddings_ith(self.native.as_ptr(), index) };
        // SAFETY: a row of states is as long as the model's embedding and belongs to the context,
        // which stays borrowed with what is returned.
        unsafe { row(state, self.model.embedding_length()) }
    }

    fn remove(&mut self, sequence: u32, positions: Range<u32>) -> bool {
        let Some(sequence) = self.known(sequence) else {
            return true;
        };
        // SAFETY: the sequence exists; the library accepts any range.
        unsafe {
            sys::llama_kv_cache_seq_rm(
                self.native.as_ptr(),
                sequence,
                position(positions.start),
                position(positions.end),
            )
        }
    }

    fn share(&mut self, from: u32, to: u32, positions: Range<u32>) {
        let (Some(from), Some(to)) = (self.known(from), self.known(to)) else {
            return;
        };
        // SAFETY: both sequences exist; the library accepts any range.
        unsafe {
            sys::llama_kv_cache_seq_cp(
                self.native.as_ptr(),
                from,
                to,
                position(positions.start),
                position(positions.end),
            );
        }
        // A recurrent state would be copied at the start of the next batch, where an abort would
        // leave half of it. For other models there is nothing to do.
        self.update();
    }

    fn length(&self, sequence: u32) -> u32 {
        self.known(sequence).map_or(0, |sequence| {
            // SAFETY: the sequence exists; an empty one has the last position -1.
            let last = unsafe { sys::llama_kv_cache_seq_pos_max(self.native.as_ptr(), sequence) };
            u32::try_from(last + 1).unwrap_or(0)
        })
    }

    fn clear(&mut self) {
        // `llama_kv_cache_clear` would write zeros over all of the reserved memory, which is not in
        // use before.
        // SAFETY: the context is valid; -1 is any sequence, any start and any end.
        unsafe { sys::llama_kv_cache_seq_rm(self.native.as_ptr(), -1, -1, -1) };
    }

    fn state(&mut self, sequence: u32) -> Result<Vec<u8>, String> {
        let sequence = self.known(sequence).ok_or("no such sequence")?;
        let context = self.native.as_ptr();
        // SAFETY: the sequence exists.
        let mut state = vec![0; unsafe { sys::llama_state_seq_get_size(context, sequence, WHOLE) }];
        let (bytes, complaints) = watch(|| {
            // SAFETY: the sequence exists, the buffer is as long as said.
            unsafe {
                let buffer = state.as_mut_ptr();
                sys::llama_state_seq_get_data(context, buffer, state.len(), sequence, WHOLE)
            }
        });
        if bytes == 0 {
            return Err(complaints);
        }
        state.truncate(bytes);
        Ok(state)
    }

    fn set_state(&mut self, sequence: u32, state: &[u8]) -> Result<(), String> {
        let sequence = self.known(sequence).ok_or("no such sequence")?;
        let context = self.native.as_ptr();
        let (bytes, complaints) = watch_quietly(|| {
            // SAFETY: the sequence exists; the library checks each read against the length.
            let set = || unsafe {
                sys::llama_state_seq_set_data(context, state.as_ptr(), state.len(), sequence, WHOLE)
            };
            let mut bytes = set();
            for _ in 0..DEFRAGMENTATIONS_MAX {
                if bytes > 0 {
                    break;
                }
                // Like a batch, it needs cells that follow each other.
                self.defragment();
                bytes = set();
            }
            bytes
        });
        if bytes == state.len() { Ok(()) } else { Err(complaints) }
    }
}

impl Context {
    /// Computes the batch once.
    fn compute(&mut self, abort: &AtomicBool) -> Outcome {
        let watch = Watch {
            abort,
            answered: AtomicBool::new(false),
            // A short wait at the first step costs nothing that matters.
            step_begun: Cell::new(Instant::now()),
        };
        let context = self.native.as_ptr();
        let batch = native(self.batch.arrays());
        // SAFETY: the callback reads what outlives its registration, which ends before this function
        // does. The batch's arrays are as long as its count and live in `self.batch`; its tokens,
        // sequences and number of outputs were checked by `fill`.
        let code = unsafe {
            let data = ptr::from_ref(&watch).cast_mut().cast::<c_void>();
            sys::llama_set_abort_callback(context, Some(on_abort_asked), data);
            let code = sys::llama_decode(context, batch);
            sys::llama_set_abort_callback(context, None, ptr::null_mut());
            code
        };
        match code {
            // An aborted batch is reported as computed, and its outcome is what memory held before.
            _ if watch.answered.into_inner() => Outcome::Aborted,
            0 => Outcome::Computed,
            1 => Outcome::NoPlace,
            code => Outcome::Failed(code),
        }
    }

    /// Returns whether so many cells of the cache are free, wherever they are.
    fn has_cells(&self, count: usize) -> bool {
        // SAFETY: the context is valid.
        let used = unsafe { sys::llama_get_kv_cache_used_cells(self.native.as_ptr()) };
        usize::try_from(used).is_ok_and(|used| used + count <= self.context_tokens() as usize)
    }

    /// Moves what is at the end of the cache into the holes before it: a batch needs cells that
    /// follow each other. One call moves a limited number of pieces.
    fn defragment(&mut self) {
        // SAFETY: the context is valid.
        unsafe { sys::llama_kv_cache_defrag(self.native.as_ptr()) };
        self.update();
    }

    /// Does what waits to be done to the cache. No abort callback is set meanwhile: it would be asked
    /// here, too.
    fn update(&mut self) {
        // Its result is about the shifting of positions, which is not used.
        // SAFETY: the context is valid.
        unsafe { sys::llama_kv_cache_update(self.native.as_ptr()) };
    }

    fn known(&self, sequence: u32) -> Option<sys::llama_seq_id> {
        below(sequence, self.options.sequences)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: nothing else holds the context; its model is freed later.
        unsafe { sys::llama_free(self.native.as_ptr()) };
    }
}

/// What became of one attempt to compute a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Computed,
    /// No row of free cells is long enough.
    NoPlace,
    Aborted,
    Failed(i32),
}

/// What the abort callback reads, and what it answered.
struct Watch<'a> {
    abort: &'a AtomicBool,
    answered: AtomicBool,
    /// When it was asked last. Only ever asked by the thread that computes the batch.
    step_begun: Cell<Instant>,
}

/// A batch in the form the library reads.
fn native(arrays: Arrays) -> sys::llama_batch {
    sys::llama_batch {
        n_tokens: arrays.count,
        token: arrays.tokens,
        embd: ptr::null_mut(),
        pos: arrays.positions,
        n_seq_id: arrays.sequence_counts,
        seq_id: arrays.sequences,
        logits: arrays.outputs,
        // Meant for where an array is missing. The last one also decides whether the graph of the
        // batch before is used again, so it is not left to chance.
        all_pos_0: 0,
        all_pos_1: 0,
        all_seq_id: 0,
    }
}

/// Returns a row of outcomes, empty where the library has none.
///
/// # Safety
/// `values` is null, or points to `count` values that nobody else uses during `'a`.
unsafe fn row<'a>(values: *mut f32, count: u32) -> &'a mut [f32] {
    if values.is_null() {
        return &mut [];
    }
    // SAFETY: as promised by the caller.
    unsafe { std::slice::from_raw_parts_mut(values, count as usize) }
}

/// The library takes a negative end as "to the last one".
fn position(number: u32) -> sys::llama_pos {
    i32::try_from(number).unwrap_or(-1)
}

unsafe extern "C" fn on_abort_asked(data: *mut c_void) -> bool {
    // SAFETY: `data` is the watch made in `Context::compute`, borrowed until it returns; the library
    // asks from the thread that called it only.
    let watch = unsafe { &*data.cast::<Watch<'_>>() };
    let asked = watch.abort.load(Ordering::Relaxed);
    if asked {
        while let Some(left) = STEP_PASSED.checked_sub(watch.step_begun.get().elapsed()) {
            thread::park_timeout(left);
        }
        watch.answered.store(true, Ordering::Relaxed);
    }
    watch.step_begun.set(Instant::now());
    asked
}
