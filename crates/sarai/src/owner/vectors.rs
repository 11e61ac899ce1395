//! Makes the vectors that are missing, in the background.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use sarai_memory::Memory;

use crate::trouble::{Exit, Outcome, Trouble};

/// Messages at a time: the work ends soon after it is told to.
const TOGETHER: usize = 16;

/// The work in progress. It ends by itself when no vector is missing.
pub(super) struct Vectors {
    stop: Arc<AtomicBool>,
    worker: JoinHandle<()>,
}

impl Vectors {
    /// Begins, on a thread of its own.
    pub(super) fn begin(memory: &Memory) -> Outcome<Vectors> {
        let stop = Arc::new(AtomicBool::new(false));
        let (memory, told) = (memory.clone(), Arc::clone(&stop));
        let worker = std::thread::Builder::new()
            .name("vectors".to_owned())
            .spawn(move || work(&memory, &told))
            .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
        Ok(Vectors { stop, worker })
    }

    /// Ends it, waiting for the messages in hand.
    pub(super) fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        if self.worker.join().is_err() {
            tracing::error!("the maker of vectors was lost");
        }
    }
}

fn work(memory: &Memory, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        match memory.embed_pending(TOGETHER) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "vectors stay missing; recall goes by words there");
                return;
            }
        }
    }
}
