//! A clock that a test moves.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sarai_core::clock::{Clock, Timestamp};

/// A clock that stands still until [`SimulatedClock::advance`].
#[derive(Debug)]
pub struct SimulatedClock {
    start: Timestamp,
    passed_ms: AtomicI64,
}

impl SimulatedClock {
    pub fn new(start: Timestamp) -> SimulatedClock {
        SimulatedClock { start, passed_ms: AtomicI64::new(0) }
    }

    pub fn advance(&self, duration: Duration) {
        let ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.passed_ms.fetch_add(ms, Ordering::SeqCst);
    }

    fn passed(&self) -> Duration {
        Duration::from_millis(self.passed_ms.load(Ordering::SeqCst).unsigned_abs())
    }
}

impl Default for SimulatedClock {
    /// Starts on 2026-11-22 at noon UTC.
    fn default() -> SimulatedClock {
        SimulatedClock::new(Timestamp(1_795_348_800_000))
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.start.after(self.passed())
    }

    fn elapsed(&self) -> Duration {
        self.passed()
    }
}
