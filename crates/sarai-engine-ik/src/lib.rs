//! The ik fork of llama.cpp behind the backend contract of the engine host.
//!
//! `ik` is all there is, and the only part with `unsafe`: a thin layer that gives the library's
//! objects owners, checks every argument that C++ would answer with an abort, and hides where the
//! fork behaves otherwise than llama.cpp. Everything above it is shared with the other engines, in
//! `sarai-engine-native`.

mod ik;

use sarai_engine_host::backend::Loader;
use sarai_engine_native::NativeLoader;

/// Returns what opens GGUF files with the ik fork.
pub fn loader() -> impl Loader {
    NativeLoader::<ik::Context>::default()
}
