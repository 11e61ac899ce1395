//! The one place where the engine process reads a clock.

use std::time::Instant;

/// Tells how much time has passed. How much is guessed ahead depends on it, and nothing else does.
pub trait Clock {
    /// Milliseconds since some moment that stays the same.
    fn elapsed_ms(&self) -> f64;
}

/// Milliseconds since it was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "the process of the engine has no other clock")]
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    pub(crate) fn ms(self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }
}

impl Clock for Stopwatch {
    fn elapsed_ms(&self) -> f64 {
        self.ms()
    }
}
