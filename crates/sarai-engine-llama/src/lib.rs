//! llama.cpp behind the backend contract of the engine host.
//!
//! `llama` is the only part with `unsafe`: a thin layer that gives llama.cpp's objects owners and
//! checks every argument that C++ would answer with an abort. Everything above it is safe code.

mod backend;
pub mod bench_loop;
mod embedding;
mod llama;
mod loader;
mod state;
mod topology;

pub use loader::LlamaLoader;
