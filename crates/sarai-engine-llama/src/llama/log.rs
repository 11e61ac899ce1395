//! Passes on what llama.cpp says.
#![expect(unsafe_code, reason = "llama.cpp reports through a C callback")]

use std::ffi::{CStr, c_char, c_void};
use std::sync::Once;

use llama_cpp_sys_2 as sys;
use sarai_engine_native::log::{Level, heard};

/// Sends llama.cpp's log to ours. Does nothing when done before.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: no other call into llama.cpp happens before this one, as it asks; the callback
        // is a function that lives as long as the program and needs no data.
        unsafe { sys::llama_log_set(Some(on_log), std::ptr::null_mut()) };
        // SAFETY: a function that lives as long as the program.
        unsafe { sys::ggml_set_abort_callback(Some(on_assertion)) };
    });
}

unsafe extern "C" fn on_log(level: sys::ggml_log_level, text: *const c_char, _data: *mut c_void) {
    if text.is_null() {
        return;
    }
    // SAFETY: llama.cpp passes a string that ends with NUL and lives during the call.
    let text = unsafe { CStr::from_ptr(text) };
    let level = match level {
        sys::GGML_LOG_LEVEL_ERROR => Level::Error,
        sys::GGML_LOG_LEVEL_WARN => Level::Warning,
        sys::GGML_LOG_LEVEL_CONT => Level::Continued,
        _ => Level::Detail,
    };
    heard(level, &text.to_string_lossy());
}

/// The process ends after this. Without it ggml starts a debugger to print a backtrace.
unsafe extern "C" fn on_assertion(message: *const c_char) {
    // SAFETY: ggml passes a string that ends with NUL and lives during the call.
    let message = unsafe { CStr::from_ptr(message) };
    tracing::error!("assertion in llama.cpp: {}", message.to_string_lossy());
}
