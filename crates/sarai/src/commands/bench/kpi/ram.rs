//! The memory that the program and its engine have while something runs.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use sarai_core::engine::Engine as _;
use sarai_engine::LocalEngine;

use crate::commands::bench::statistics::quantile;
use crate::trouble::Outcome;

const PERIOD: Duration = Duration::from_millis(100);

/// Resident bytes of both processes together, one sample after another.
pub(super) struct Ram(Vec<f64>);

impl Ram {
    /// Watches until `work` is done.
    pub(super) fn watch<T>(
        engine: &LocalEngine,
        work: impl FnOnce() -> Outcome<T>,
    ) -> Outcome<(T, Ram)> {
        let (done, over) = sync_channel::<()>(1);
        thread::scope(|scope| {
            let watcher = scope.spawn(move || {
                let mut samples = Vec::new();
                while over.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                    if let Some(bytes) = engine.health().resident_bytes {
                        samples.push(own_bytes() + as_number(bytes));
                    }
                }
                samples
            });
            let outcome = work();
            drop(done);
            let samples = watcher.join().unwrap_or_default();
            Ok((outcome?, Ram(samples)))
        })
    }

    /// Returns the bytes that this part of the samples does not exceed; 0 without samples.
    pub(super) fn quantile(&self, part: f64) -> f64 {
        quantile(&self.0, part)
    }

    pub(super) fn samples(&self) -> usize {
        self.0.len()
    }
}

/// Returns the resident memory of this process; 0 where the system does not tell.
fn own_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    as_number(kib.unwrap_or(0)) * 1024.0
}

#[expect(clippy::cast_precision_loss, reason = "a figure to be read needs no 53 bits")]
fn as_number(bytes: u64) -> f64 {
    bytes as f64
}
