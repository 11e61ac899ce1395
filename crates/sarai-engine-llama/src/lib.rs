//! llama.cpp behind the backend contract of the engine host.
//!
//! `llama` is all there is, and the only part with `unsafe`: a thin layer that gives llama.cpp's
//! objects owners and checks every argument that C++ would answer with an abort. Everything above it
//! is shared with the other engines, in `sarai-engine-native`.

mod llama;

use sarai_engine_host::backend::Loader;
use sarai_engine_native::NativeLoader;
use sarai_engine_native::quantize::Quantization;

/// Returns what opens GGUF files with llama.cpp.
pub fn loader() -> impl Loader {
    NativeLoader::<llama::Context>::default()
}

/// Writes a model file anew with weights of another precision. What is written by half after an error
/// is of no use. The error is what llama.cpp says.
pub fn quantize(quantization: &Quantization) -> Result<(), String> {
    llama::Model::quantize(quantization)
}
