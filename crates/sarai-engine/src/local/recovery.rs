//! When a lost engine process starts again, and with how much context. Pure.

use std::time::Duration;

const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// A process that served this long was healthy: the next pause is short again.
const HEALTHY_AFTER: Duration = Duration::from_mins(1);
/// Starts of the default model that may fail in a row.
pub(crate) const STARTS_MAX: u32 = 3;
/// An engine out of memory is not shrunk below this.
const CONTEXT_TOKENS_MIN: u32 = 1024;

/// What is remembered between two lives of the engine process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recovery {
    configured_tokens: u32,
    context_tokens: u32,
    pause: Duration,
    failed_starts: u32,
    ready_since: Option<Duration>,
}

impl Recovery {
    pub(crate) fn new(context_tokens: u32) -> Recovery {
        let configured_tokens = context_tokens;
        Recovery {
            configured_tokens,
            context_tokens,
            pause: PAUSE_MIN,
            failed_starts: 0,
            ready_since: None,
        }
    }

    /// Returns the context to start with.
    pub(crate) fn context_tokens(&self) -> u32 {
        self.context_tokens
    }

    /// The model was loaded.
    pub(crate) fn loaded(&mut self, now: Duration) {
        self.failed_starts = 0;
        self.ready_since = Some(now);
    }

    /// A serving process was lost. Returns the pause before the next start.
    pub(crate) fn lost(&mut self, now: Duration, out_of_memory: bool) -> Duration {
        if self.ready_since.is_some_and(|since| now.saturating_sub(since) >= HEALTHY_AFTER) {
            self.pause = PAUSE_MIN;
            // Memory was short a while ago; that is no reason to stay small for ever.
            self.context_tokens = self.configured_tokens;
        }
        self.next_pause(out_of_memory)
    }

    /// A start failed. Returns the pause before the next, or `None` when `starts_max` have failed
    /// in a row.
    pub(crate) fn not_started(&mut self, starts_max: u32, out_of_memory: bool) -> Option<Duration> {
        self.failed_starts += 1;
        let pause = self.next_pause(out_of_memory);
        (self.failed_starts < starts_max).then_some(pause)
    }

    fn next_pause(&mut self, out_of_memory: bool) -> Duration {
        if out_of_memory && self.context_tokens > CONTEXT_TOKENS_MIN {
            self.context_tokens = (self.context_tokens / 2).max(CONTEXT_TOKENS_MIN);
        }
        self.ready_since = None;
        let pause = self.pause;
        self.pause = (pause * 2).min(PAUSE_MAX);
        pause
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{PAUSE_MAX, Recovery, STARTS_MAX};

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_a_healthy_minute_forgives() {
        let mut recovery = Recovery::new(8192);
        let mut pauses = Vec::new();
        for start in 0..10 {
            recovery.loaded(seconds(start));
            pauses.push(recovery.lost(seconds(start + 1), false).as_millis());
        }
        assert_eq!(
            pauses,
            [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, PAUSE_MAX.as_millis()]
        );

        recovery.loaded(seconds(100));
        assert_eq!(recovery.lost(seconds(160), false).as_millis(), 200);
    }

    #[test]
    fn three_failed_starts_in_a_row_are_the_end() {
        let mut recovery = Recovery::new(8192);
        assert!(recovery.not_started(STARTS_MAX, false).is_some());
        assert!(recovery.not_started(STARTS_MAX, false).is_some());
        recovery.loaded(seconds(1));
        assert!(recovery.not_started(STARTS_MAX, false).is_some());
        assert!(recovery.not_started(STARTS_MAX, false).is_some());
        assert_eq!(recovery.not_started(STARTS_MAX, false), None);
    }

    #[test]
    fn a_healthy_minute_brings_the_configured_context_back() {
        let mut recovery = Recovery::new(8192);
        recovery.lost(seconds(1), true);
        recovery.lost(seconds(2), true);
        assert_eq!(recovery.context_tokens(), 2048);
        recovery.loaded(seconds(3));
        recovery.lost(seconds(100), false);
        assert_eq!(recovery.context_tokens(), 8192);
        recovery.loaded(seconds(101));
        recovery.lost(seconds(200), true);
        assert_eq!(recovery.context_tokens(), 4096);
    }

    #[track_caller]
    fn check_context(tokens: u32, losses: u32, expected: u32) {
        let mut recovery = Recovery::new(tokens);
        for _ in 0..losses {
            recovery.lost(seconds(1), true);
        }
        assert_eq!(recovery.context_tokens(), expected);
    }

    #[test]
    fn out_of_memory_halves_the_context_but_not_to_nothing() {
        check_context(8192, 0, 8192);
        check_context(8192, 1, 4096);
        check_context(8192, 9, 1024);
        check_context(1500, 1, 1024);
        check_context(512, 1, 512);
    }
}
