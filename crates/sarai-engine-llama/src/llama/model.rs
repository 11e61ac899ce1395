//! A loaded model file and its vocabulary.
#![expect(unsafe_code, reason = "calls llama.cpp")]

use std::ffi::{CStr, CString, c_char, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::Once;

use llama_cpp_sys_2 as sys;
use sarai_engine_host::backend::LoadProgress;
use sarai_engine_native::batch::below;
use sarai_engine_native::buffers::{capacity, filled};
use sarai_engine_native::library::NativeModel;
use sarai_engine_native::log::watch;
use sarai_engine_native::quantize::{Precision, Quantization};

use super::log;

/// The binding this crate is pinned to.
const BINDING: &str = "llama-cpp-sys-2 0.1.161";

/// Longest metadata value read, in bytes.
const METADATA_BYTES_MAX: usize = 512;

/// A model in memory.
pub(crate) struct Model {
    model: NonNull<sys::llama_model>,
    /// Belongs to `model` and lives as long.
    vocabulary: *const sys::llama_vocab,
}

impl NativeModel for Model {
    const LIBRARY: &'static str = "llama.cpp";

    fn version() -> String {
        // SAFETY: returns a string constant that ends with NUL.
        let version = unsafe { CStr::from_ptr(sys::llama_version()) };
        format!("{} ({BINDING})", version.to_string_lossy())
    }

    fn load(path: &Path, progress: &mut LoadProgress<'_>) -> Result<Model, String> {
        initialize();
        let path = CString::new(path.as_os_str().as_bytes())
            .map_err(|_| "the path has a NUL byte in it".to_owned())?;
        let mut progress = progress;
        // SAFETY: returns a plain structure.
        let mut parameters = unsafe { sys::llama_model_default_params() };
        parameters.load_mode = sys::LLAMA_LOAD_MODE_MMAP;
        parameters.progress_callback = Some(on_progress);
        parameters.progress_callback_user_data = (&raw mut progress).cast();
        let (model, complaints) = watch(|| {
            // SAFETY: the path ends with NUL; the callback's data is the reference above, which
            // outlives the call, and llama.cpp forgets it on return.
            unsafe { sys::llama_model_load_from_file(path.as_ptr(), parameters) }
        });
        let model = NonNull::new(model).ok_or(complaints)?;
        // SAFETY: the model is valid; its vocabulary exists from loading on.
        let vocabulary = unsafe { sys::llama_model_get_vocab(model.as_ptr()) };
        let model = Model { model, vocabulary };
        // SAFETY: the vocabulary lives as long as the model.
        let kind = unsafe { sys::llama_vocab_type(model.vocabulary) };
        if kind == sys::LLAMA_VOCAB_TYPE_NONE {
            return Err("the file has no vocabulary".to_owned());
        }
        Ok(model)
    }

    fn metadata(&self, key: &str) -> Option<String> {
        let key = CString::new(key).ok()?;
        let mut value = [0_u8; METADATA_BYTES_MAX];
        // SAFETY: the key ends with NUL; the buffer is as long as said, and llama.cpp ends what it
        // writes into it with NUL.
        let length = unsafe {
            sys::llama_model_meta_val_str(
                self.as_ptr(),
                key.as_ptr(),
                value.as_mut_ptr().cast::<c_char>(),
                value.len(),
            )
        };
        let value = CStr::from_bytes_until_nul(&value).ok().filter(|_| length >= 0)?;
        Some(value.to_string_lossy().into_owned())
    }

    fn parameters(&self) -> u64 {
        // SAFETY: the model is valid.
        unsafe { sys::llama_model_n_params(self.as_ptr()) }
    }

    fn context_tokens_trained(&self) -> u32 {
        // SAFETY: the model is valid.
        count(unsafe { sys::llama_model_n_ctx_train(self.as_ptr()) })
    }

    fn embedding_length(&self) -> u32 {
        // SAFETY: the model is valid.
        count(unsafe { sys::llama_model_n_embd_out(self.as_ptr()) })
    }

    fn can_forget_a_part(&self) -> bool {
        // SAFETY: the model is valid.
        unsafe {
            !sys::llama_model_is_recurrent(self.as_ptr())
                && !sys::llama_model_is_hybrid(self.as_ptr())
        }
    }

    fn template(&self) -> Option<String> {
        // SAFETY: the model is valid; without a name the default template is looked up.
        let template = unsafe { sys::llama_model_chat_template(self.as_ptr(), ptr::null()) };
        if template.is_null() {
            return None;
        }
        // SAFETY: a string that ends with NUL and belongs to the model; it is copied at once.
        Some(unsafe { CStr::from_ptr(template) }.to_string_lossy().into_owned())
    }

    fn vocabulary_tokens(&self) -> u32 {
        // SAFETY: the vocabulary lives as long as the model.
        count(unsafe { sys::llama_vocab_n_tokens(self.vocabulary) })
    }

    fn token_bytes(&self, token: u32) -> Vec<u8> {
        let Some(token) = self.known(token) else {
            return Vec::new();
        };
        filled(64, |bytes: &mut [u8]| {
            // SAFETY: the token exists; the buffer is as long as said.
            unsafe {
                sys::llama_token_to_piece(
                    self.vocabulary,
                    token,
                    bytes.as_mut_ptr().cast::<c_char>(),
                    capacity(bytes),
                    0,
                    true,
                )
            }
        })
    }

    fn is_control(&self, token: u32) -> bool {
        const NO_TEXT: sys::llama_token_attr = sys::LLAMA_TOKEN_ATTR_CONTROL
            | sys::LLAMA_TOKEN_ATTR_UNKNOWN
            | sys::LLAMA_TOKEN_ATTR_UNUSED;
        self.known(token).is_none_or(|token| {
            // SAFETY: the token exists.
            unsafe { sys::llama_vocab_get_attr(self.vocabulary, token) & NO_TEXT != 0 }
        })
    }

    fn is_matched(&self, token: u32) -> bool {
        self.known(token).is_some_and(|token| {
            // SAFETY: the token exists.
            let attributes = unsafe { sys::llama_vocab_get_attr(self.vocabulary, token) };
            attributes & sys::LLAMA_TOKEN_ATTR_USER_DEFINED != 0
        })
    }

    fn is_end(&self, token: u32) -> bool {
        self.known(token).is_some_and(|token| {
            // SAFETY: the token exists.
            unsafe { sys::llama_vocab_is_eog(self.vocabulary, token) }
        })
    }

    fn bos(&self) -> Option<u32> {
        // SAFETY: the vocabulary lives as long as the model.
        u32::try_from(unsafe { sys::llama_vocab_bos(self.vocabulary) }).ok()
    }

    fn eos(&self) -> Option<u32> {
        // SAFETY: the vocabulary lives as long as the model.
        u32::try_from(unsafe { sys::llama_vocab_eos(self.vocabulary) }).ok()
    }

    fn adds_bos(&self) -> bool {
        // SAFETY: the vocabulary lives as long as the model.
        unsafe { sys::llama_vocab_get_add_bos(self.vocabulary) }
    }

    fn tokenize(&self, text: &str, special: bool) -> Vec<u32> {
        let Ok(length) = i32::try_from(text.len()) else {
            return Vec::new();
        };
        // A guess that suits most text.
        let tokens = filled(text.len() / 3 + 16, |tokens: &mut [i32]| {
            // SAFETY: text and buffer are as long as said.
            unsafe {
                sys::llama_tokenize(
                    self.vocabulary,
                    text.as_ptr().cast::<c_char>(),
                    length,
                    tokens.as_mut_ptr(),
                    capacity(tokens),
                    false,
                    special,
                )
            }
        });
        tokens.into_iter().filter_map(|token| u32::try_from(token).ok()).collect()
    }
}

impl Model {
    /// Writes a model file anew with weights of another precision.
    pub(crate) fn quantize(quantization: &Quantization) -> Result<(), String> {
        initialize();
        let path = |path: &Path| {
            CString::new(path.as_os_str().as_bytes())
                .map_err(|_| "the path has a NUL byte in it".to_owned())
        };
        let (from, to) = (path(&quantization.model)?, path(&quantization.out)?);
        // SAFETY: returns a plain structure.
        let mut parameters = unsafe { sys::llama_model_quantize_default_params() };
        parameters.nthread = i32::try_from(quantization.threads).unwrap_or(0);
        parameters.allow_requantize = true;
        parameters.pure_ = quantization.all;
        parameters.ftype = match quantization.precision {
            Precision::Q2K => sys::LLAMA_FTYPE_MOSTLY_Q2_K,
            Precision::Q3KM => sys::LLAMA_FTYPE_MOSTLY_Q3_K_M,
            Precision::Q4_0 => sys::LLAMA_FTYPE_MOSTLY_Q4_0,
            Precision::Q4KM => sys::LLAMA_FTYPE_MOSTLY_Q4_K_M,
            Precision::Q5KM => sys::LLAMA_FTYPE_MOSTLY_Q5_K_M,
            Precision::Q6K => sys::LLAMA_FTYPE_MOSTLY_Q6_K,
            Precision::Q8_0 => sys::LLAMA_FTYPE_MOSTLY_Q8_0,
        };
        // SAFETY: both paths end with NUL; the parameters hold no pointer of ours. C++ exceptions are
        // caught inside.
        let (outcome, complaints) = watch(|| unsafe {
            sys::llama_model_quantize(from.as_ptr(), to.as_ptr(), &raw const parameters)
        });
        if outcome == 0 { Ok(()) } else { Err(complaints) }
    }

    pub(super) fn as_ptr(&self) -> *mut sys::llama_model {
        self.model.as_ptr()
    }

    /// Returns the token in llama.cpp's type if the vocabulary has it.
    fn known(&self, token: u32) -> Option<sys::llama_token> {
        below(token, self.vocabulary_tokens())
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: contexts hold a reference-counted handle of the model, so none is left.
        unsafe { sys::llama_model_free(self.model.as_ptr()) };
    }
}

fn initialize() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::install();
        // SAFETY: called once, before any other use.
        unsafe { sys::llama_backend_init() };
    });
}

/// A count that llama.cpp gives as a signed number.
fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// A panic of the listener ends the process: it must not unwind into C++.
unsafe extern "C" fn on_progress(fraction: f32, data: *mut c_void) -> bool {
    // SAFETY: `data` is the reference made in `Model::load`, alive and not used by anyone else
    // while the file is loaded.
    let progress = unsafe { &mut *data.cast::<&mut dyn FnMut(f32)>() };
    progress(fraction);
    true
}
