//! The real clock and the real randomness.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sarai_core::clock::{Clock, Timestamp};
use sarai_core::random::Random;
use sysinfo::{CpuRefreshKind, RefreshKind, System};

/// The clock of this machine.
#[derive(Debug)]
pub(crate) struct SystemClock {
    start: Instant,
}

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock that everybody else takes")]
    pub(crate) fn new() -> SystemClock {
        SystemClock { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock that everybody else takes")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// Returns the name of this machine's processor, if it tells.
pub(crate) fn processor() -> Option<String> {
    let kind = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
    let system = System::new_with_specifics(kind).ok()?;
    system.cpus().first().map(|cpu| cpu.brand().trim().to_owned())
}

/// Random bits from the operating system.
#[derive(Debug)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::expect_used, reason = "without randomness no key and no id would be safe")]
    fn bits(&self) -> u128 {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        u128::from_ne_bytes(bytes)
    }
}
