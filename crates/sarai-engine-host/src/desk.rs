//! What the reading thread and the working thread share: which requests live, which are to stop.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The requests in work and the flag that interrupts a batch.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    state: Mutex<State>,
    abort: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct State {
    /// Requests that can be cancelled, and whether they were.
    live: HashMap<u64, bool>,
    /// Requests whose tokens are in the batch being computed.
    computing: Vec<u64>,
    /// The batch being computed is nobody's.
    measuring: bool,
    closed: bool,
}

impl Desk {
    /// Puts a request on the desk, and interrupts what is only measured. `false` when one of that id
    /// is there already.
    pub(crate) fn register(&self, id: u64) -> bool {
        let mut state = self.lock();
        if state.live.contains_key(&id) {
            return false;
        }
        state.live.insert(id, false);
        if state.measuring {
            self.abort.store(true, Ordering::SeqCst);
        }
        true
    }

    /// Takes a finished request off.
    pub(crate) fn finish(&self, id: u64) {
        self.lock().live.remove(&id);
    }

    /// Asks a request to stop; interrupts the batch that computes it. Nothing happens to one that
    /// has ended.
    pub(crate) fn cancel(&self, id: u64) {
        let mut state = self.lock();
        if let Some(cancelled) = state.live.get_mut(&id) {
            *cancelled = true;
        }
        if state.computing.contains(&id) {
            self.abort.store(true, Ordering::SeqCst);
        }
    }

    pub(crate) fn is_cancelled(&self, id: u64) -> bool {
        self.lock().live.get(&id).copied().unwrap_or(false)
    }

    /// Says that nobody listens any more: whatever is being computed is in vain.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        self.abort.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Begins a batch with tokens of these requests. `false` when one of them was cancelled since
    /// the batch was put together: then nothing may be computed.
    pub(crate) fn begin_batch(&self, ids: &[u64]) -> bool {
        let mut state = self.lock();
        if state.closed || ids.iter().any(|id| state.live.get(id) == Some(&true)) {
            return false;
        }
        self.abort.store(false, Ordering::SeqCst);
        state.computing = ids.to_vec();
        true
    }

    /// Begins a batch that is broken off when somebody comes. `false` when somebody is there; all but
    /// `own`, for whom it is computed, if it is for anybody, and who has not cancelled it.
    pub(crate) fn begin_measuring(&self, own: Option<u64>) -> bool {
        let mut state = self.lock();
        let others = state.live.iter().any(|(id, cancelled)| Some(*id) != own || *cancelled);
        if state.closed || others {
            return false;
        }
        self.abort.store(false, Ordering::SeqCst);
        state.computing.extend(own);
        state.measuring = true;
        true
    }

    pub(crate) fn end_batch(&self) {
        let mut state = self.lock();
        state.computing.clear();
        state.measuring = false;
    }

    /// The flag that the native library watches while it computes.
    pub(crate) fn abort(&self) -> &Arc<AtomicBool> {
        &self.abort
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::Desk;

    #[test]
    fn cancelling_interrupts_only_the_batch_that_computes_the_request() {
        let desk = Desk::default();
        assert!(desk.register(1) && desk.register(2) && !desk.register(2));
        assert!(desk.begin_batch(&[1]));
        desk.cancel(2);
        assert!(!desk.abort().load(Ordering::SeqCst));
        desk.cancel(1);
        assert!(desk.abort().load(Ordering::SeqCst));
        desk.end_batch();

        assert!(!desk.begin_batch(&[1]), "cancelled between two batches");
        desk.finish(1);
        assert!(desk.begin_batch(&[3]) && !desk.abort().load(Ordering::SeqCst));
    }

    #[test]
    fn who_comes_does_not_wait_for_what_is_only_measured() {
        let desk = Desk::default();
        assert!(desk.begin_measuring(None) && !desk.abort().load(Ordering::SeqCst));
        assert!(desk.register(1) && desk.abort().load(Ordering::SeqCst));
        desk.end_batch();
        assert!(!desk.begin_measuring(None));
        assert!(desk.begin_batch(&[1]) && desk.register(2));
        assert!(!desk.abort().load(Ordering::SeqCst));
        desk.end_batch();
        desk.finish(1);
        desk.finish(2);
        assert!(desk.begin_measuring(None));
    }

    #[test]
    fn who_is_measured_for_may_cancel_and_gives_way() {
        let desk = Desk::default();
        assert!(desk.register(1) && desk.begin_measuring(Some(1)));
        assert!(!desk.abort().load(Ordering::SeqCst));
        assert!(desk.register(2) && desk.abort().load(Ordering::SeqCst));
        desk.end_batch();
        assert!(!desk.begin_measuring(Some(1)));
        desk.finish(2);
        assert!(desk.begin_measuring(Some(1)));
        desk.cancel(1);
        assert!(desk.abort().load(Ordering::SeqCst));
        desk.end_batch();
        assert!(!desk.begin_measuring(Some(1)));
    }

    #[test]
    fn cancelling_what_has_ended_does_nothing() {
        let desk = Desk::default();
        desk.cancel(9);
        assert!(!desk.is_cancelled(9) && desk.register(9) && !desk.is_cancelled(9));
    }

    #[test]
    fn nothing_is_computed_for_a_peer_that_left() {
        let desk = Desk::default();
        desk.close();
        assert!(desk.is_closed() && !desk.begin_batch(&[]));
    }
}
