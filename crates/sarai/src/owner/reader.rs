//! Reads in the background what the rules could not, whenever nobody asks anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use sarai_assistant::Assistant;

use crate::trouble::{Exit, Outcome, Trouble};

/// How often it is looked whether there is time to read.
const PERIOD: Duration = Duration::from_secs(5);

/// The reader on its thread.
pub(super) struct Reader {
    stop: Arc<AtomicBool>,
    /// Dropped to wake the thread for its end.
    awake: SyncSender<()>,
    worker: JoinHandle<()>,
}

impl Reader {
    /// Begins to wait for a quiet time.
    pub(super) fn begin(assistant: &Arc<Assistant>) -> Outcome<Reader> {
        let stop = Arc::new(AtomicBool::new(false));
        let (awake, end) = sync_channel(0);
        let (assistant, told) = (Arc::clone(assistant), Arc::clone(&stop));
        let worker = std::thread::Builder::new()
            .name("background-reader".to_owned())
            .spawn(move || work(&assistant, &told, &end))
            .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
        Ok(Reader { stop, awake, worker })
    }

    /// Ends it, within a token of the sentence in hand.
    pub(super) fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.awake);
        if self.worker.join().is_err() {
            tracing::error!("the background reader was lost");
        }
    }
}

fn work(assistant: &Assistant, stop: &AtomicBool, end: &Receiver<()>) {
    while end.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
        assistant.read_leftovers(&|| stop.load(Ordering::Relaxed));
    }
}
