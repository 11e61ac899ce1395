//! Passes on what the library says.
#![expect(unsafe_code, reason = "the library reports through a C callback")]

use std::ffi::{CStr, c_char, c_void};
use std::sync::Once;

use ik_llama_cpp_sys as sys;
use sarai_engine_native::log::{Level, heard};

/// Where there is no graphics card, every load begins with warnings that all of its memory is in use.
const NO_GRAPHICS_CARD: &str = "Free memory 0 MiB on device";

/// Sends the library's log to ours. Does nothing when done before.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: no other call into the library happens before this one; the callback is a
        // function that lives as long as the program and needs no data.
        unsafe { sys::llama_log_set(Some(on_log), std::ptr::null_mut()) };
    });
}

unsafe extern "C" fn on_log(level: sys::ggml_log_level, text: *const c_char, _data: *mut c_void) {
    if text.is_null() {
        return;
    }
    // SAFETY: the library passes a string that ends with NUL and lives during the call.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    let level = match level {
        sys::GGML_LOG_LEVEL_WARN if text.starts_with(NO_GRAPHICS_CARD) => Level::Detail,
        sys::GGML_LOG_LEVEL_ERROR => Level::Error,
        sys::GGML_LOG_LEVEL_WARN => Level::Warning,
        sys::GGML_LOG_LEVEL_CONT => Level::Continued,
        _ => Level::Detail,
    };
    heard(level, &text);
}
