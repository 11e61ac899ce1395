//! The one place where the engine process reads a clock: to say how long things took.

use std::time::Instant;

/// Milliseconds since it was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "durations are reported, no decision rests on them"
    )]
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    pub(crate) fn ms(self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }
}
