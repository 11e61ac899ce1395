//! Ctrl-C: stops what is running now, not the program.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

/// Turns Ctrl-C and a polite end (SIGTERM) into cancelled tokens.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    current: Arc<Mutex<CancellationToken>>,
    ended: CancellationToken,
}

impl Interrupt {
    /// Begins to listen. From here on Ctrl-C no longer ends the process by itself.
    pub(crate) fn listen(runtime: &Handle) -> std::io::Result<Interrupt> {
        use tokio::signal::unix::{SignalKind, signal};
        let guard = runtime.enter();
        let mut interrupts = signal(SignalKind::interrupt())?;
        let mut ends = signal(SignalKind::terminate())?;
        drop(guard);
        let interrupt = Interrupt {
            current: Arc::new(Mutex::new(CancellationToken::new())),
            ended: CancellationToken::new(),
        };
        let listening = interrupt.clone();
        runtime.spawn(async move {
            loop {
                tokio::select! {
                    received = interrupts.recv() => if received.is_none() { return },
                    _ = ends.recv() => listening.ended.cancel(),
                }
                listening.current.lock().unwrap_or_else(PoisonError::into_inner).cancel();
            }
        });
        Ok(interrupt)
    }

    /// Returns a token that the next Ctrl-C cancels.
    pub(crate) fn next(&self) -> CancellationToken {
        let fresh = CancellationToken::new();
        if self.ended.is_cancelled() {
            fresh.cancel();
        }
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        fresh
    }

    /// Returns the token that is cancelled once the process is asked to end.
    pub(crate) fn end(&self) -> CancellationToken {
        self.ended.clone()
    }
}
