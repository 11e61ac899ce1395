//! What the engine executables on llama.cpp and its forks share.
//!
//! An engine gives its library's objects owners (`library.rs` says what they must offer) and takes
//! the rest from here: the backend contract of the host, loading, vectors, the files of saved
//! sequences, the log, the command line. There is no `unsafe` here; the calls into C++ are all in
//! the crates of the engines.
#![forbid(unsafe_code)]

mod backend;
pub mod batch;
mod bench_loop;
pub mod buffers;
pub mod command;
mod embedding;
pub mod library;
mod loader;
pub mod log;
pub mod quantize;
mod state;
mod topology;

pub use loader::NativeLoader;
