//! A context: the computed sequences of a model, and the computing.
#![expect(unsafe_code, reason = "calls llama.cpp")]

use std::ffi::c_void;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use llama_cpp_sys_2 as sys;
use sarai_engine_host::backend::BatchToken;
use sarai_engine_native::batch::{Arrays, Batch, below};
use sarai_engine_native::library::{ContextOptions, DecodeError, NativeContext, NativeModel};
use sarai_engine_native::log::{watch, watch_quietly};

use super::Model;

/// A context and the model it computes.
pub(crate) struct Context {
    native: NonNull<sys::llama_context>,
    model: Rc<Model>,
    options: ContextOptions,
    batch: Batch,
}

impl NativeContext for Context {
    type Model = Model;

    // Its attention leaves out the cells that are masked.
    const MINDS_IDLE: bool = false;

    fn create(model: Rc<Model>, options: ContextOptions) -> Result<Context, String> {
        let threads = i32::try_from(options.threads).map_err(|_| "too many threads".to_owned())?;
        // SAFETY: returns a plain structure.
        let mut parameters = unsafe { sys::llama_context_default_params() };
        parameters.n_ctx = options.context_tokens;
        parameters.n_batch = options.batch_tokens_max;
        parameters.n_ubatch = options.batch_tokens_max;
        parameters.n_seq_max = options.sequences;
        // llama.cpp asserts that there is room for one outcome of each sequence.
        parameters.n_outputs_max = options.outputs_max.max(options.sequences);
        parameters.n_threads = threads;
        parameters.n_threads_batch = threads;
        parameters.flash_attn_type = sys::LLAMA_FLASH_ATTN_TYPE_AUTO;
        parameters.embeddings = options.embeddings;
        if options.embeddings {
            parameters.pooling_type = sys::LLAMA_POOLING_TYPE_NONE;
        }
        parameters.no_perf = true;
        // One buffer for all sequences: a copy of a prefix then costs nothing.
        parameters.kv_unified = true;
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
        // SAFETY: the context is valid.
        unsafe { sys::llama_get_causal_attn(self.native.as_ptr()) }
    }

    fn decode(&mut self, tokens: &[BatchToken], abort: &AtomicBool) -> Result<(), DecodeError> {
        self.batch.fill(tokens, &*self.model, &self.options).map_err(DecodeError::Failed)?;
        if tokens.is_empty() {
            return Ok(());
        }
        let context = self.native.as_ptr();
        let batch = native(self.batch.arrays());
        // Complaints are not logged: an abort and a full context are answers, not errors.
        let (code, complaints) = watch_quietly(|| {
            // SAFETY: the callback reads an atomic that outlives its registration, which ends
            // before this closure does. The batch's arrays are as long as its count and live in
            // `self.batch`; its tokens, sequences and number of outputs were checked by `fill`.
            unsafe {
                let data = ptr::from_ref(abort).cast_mut().cast::<c_void>();
                sys::llama_set_abort_callback(context, Some(on_abort_asked), data);
                let code = sys::llama_decode(context, batch);
                sys::llama_set_abort_callback(context, None, ptr::null_mut());
                code
            }
        });
        match code {
            0 => Ok(()),
            1 => Err(DecodeError::Full),
            2 => Err(DecodeError::Aborted),
            _ => Err(DecodeError::Failed(format!("decoding failed ({code}): {complaints}"))),
        }
    }

    fn logits(&mut self, index: usize) -> &mut [f32] {
        let Some(index) = self.batch.output(index) else {
            return &mut [];
        };
        // SAFETY: the context is valid; the index is checked, and by llama.cpp once more.
        let logits = unsafe { sys::llama_get_logits_ith(self.native.as_ptr(), index) };
        // SAFETY: a row of logits has one for each of the vocabulary and belongs to the context,
        // which stays borrowed with what is returned.
        unsafe { row(logits, self.model.vocabulary_tokens()) }
    }

    fn embedding(&mut self, index: usize) -> &mut [f32] {
        let Some(index) = self.batch.output(index) else {
            return &mut [];
        };
        // SAFETY: the context is valid; the index is checked, and by llama.cpp once more.
        let state = unsafe { sys::llama_get_embeddings_ith(self.native.as_ptr(), index) };
        // SAFETY: a row of states is as long as the model's embedding and belongs to the context,
        // which stays borrowed with what is returned.
        unsafe { row(state, self.model.embedding_length()) }
    }

    fn remove(&mut self, sequence: u32, positions: Range<u32>) -> bool {
        let Some(sequence) = self.known(sequence) else {
            return true;
        };
        // SAFETY: the sequence exists; llama.cpp accepts any range and takes an absent memory.
        unsafe {
            let memory = sys::llama_get_memory(self.native.as_ptr());
            sys::llama_memory_seq_rm(
                memory,
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
        // SAFETY: both sequences exist; llama.cpp accepts any range and takes an absent memory.
        unsafe {
            let memory = sys::llama_get_memory(self.native.as_ptr());
            sys::llama_memory_seq_cp(
                memory,
                from,
                to,
                position(positions.start),
                position(positions.end),
            );
        }
    }

    fn length(&self, sequence: u32) -> u32 {
        self.known(sequence).map_or(0, |sequence| {
            // SAFETY: the sequence exists; an empty one has the last position -1.
            let last = unsafe {
                let memory = sys::llama_get_memory(self.native.as_ptr());
                sys::llama_memory_seq_pos_max(memory, sequence)
            };
            u32::try_from(last + 1).unwrap_or(0)
        })
    }

    fn clear(&mut self) {
        // SAFETY: the context is valid; llama.cpp takes an absent memory.
        unsafe {
            let memory = sys::llama_get_memory(self.native.as_ptr());
            sys::llama_memory_clear(memory, false);
        }
    }

    fn state(&mut self, sequence: u32) -> Result<Vec<u8>, String> {
        let sequence = self.known(sequence).ok_or("no such sequence")?;
        let context = self.native.as_ptr();
        // SAFETY: the sequence exists.
        let mut state = vec![0; unsafe { sys::llama_state_seq_get_size(context, sequence) }];
        let (bytes, complaints) = watch(|| {
            // SAFETY: the sequence exists, the buffer is as long as said.
            unsafe {
                let buffer = state.as_mut_ptr();
                sys::llama_state_seq_get_data(context, buffer, state.len(), sequence)
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
        let (bytes, complaints) = watch(|| {
            // SAFETY: the sequence exists; llama.cpp checks each read against the length.
            unsafe {
                let context = self.native.as_ptr();
                sys::llama_state_seq_set_data(context, state.as_ptr(), state.len(), sequence)
            }
        });
        if bytes == state.len() { Ok(()) } else { Err(complaints) }
    }
}

impl Context {
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

/// A batch in the form llama.cpp reads.
fn native(arrays: Arrays) -> sys::llama_batch {
    sys::llama_batch {
        n_tokens: arrays.count,
        token: arrays.tokens,
        embd: ptr::null_mut(),
        pos: arrays.positions,
        n_seq_id: arrays.sequence_counts,
        seq_id: arrays.sequences,
        logits: arrays.outputs,
    }
}

/// Returns a row of outcomes, empty where llama.cpp has none.
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

/// llama.cpp takes a negative end as "to the last one".
fn position(number: u32) -> sys::llama_pos {
    i32::try_from(number).unwrap_or(-1)
}

unsafe extern "C" fn on_abort_asked(data: *mut c_void) -> bool {
    // SAFETY: `data` is the flag given to `Context::decode`, borrowed until it returns; only
    // shared access to an atomic is made.
    unsafe { &*data.cast::<AtomicBool>() }.load(Ordering::Relaxed)
}
