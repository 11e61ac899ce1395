//! Everything of an engine process but the native library: protocol server, sessions, template, sampling, grammar.
#![forbid(unsafe_code)]

use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

pub mod backend;
mod batch;
pub mod clock;
mod desk;
mod drafting;
mod embedding;
mod examination;
mod fit;
mod generation;
mod grammar;
mod model;
mod outlet;
mod prefixes;
mod random;
mod sampler;
mod scheduler;
mod sequences;
mod server;
pub mod simulation;
mod state_files;
mod stream_text;
mod template;

pub use server::{serve, serve_with};

/// The life of an engine process: serves the assistant at the other end of its standard input.
pub fn run(loader: &dyn backend::Loader) -> ExitCode {
    let served = std::io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|socket| serve(UnixStream::from(socket), loader));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "standard input is not the socket of an assistant");
            ExitCode::FAILURE
        }
    }
}
