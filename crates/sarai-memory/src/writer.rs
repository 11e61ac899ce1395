//! The one thread that writes. It owns its connection; work comes through a bounded channel and is
//! answered after its commit.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

/// More callers than this wait to hand in their work.
const WAITING_MAX: usize = 64;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the writing thread. Dropping it finishes the work handed in, closes the connection
/// and joins the thread.
pub(crate) struct Writer {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> io::Result<Writer> {
        let (jobs, inbox) = sync_channel(WAITING_MAX);
        let thread = thread::Builder::new()
            .name("sarai-memory-writer".to_owned())
            .spawn(move || work(connection, &inbox))?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs `job` on the writing thread and returns what it returned; `None` when it panicked or
    /// the thread is gone.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = sync_channel(1);
        let job: Job = Box::new(move |connection| {
            // Who asked may have gone away; the work is done all the same.
            drop(reply.send(job(connection)));
        });
        self.jobs.as_ref()?.send(job).ok()?;
        answer.recv().ok()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the memory writer ended with a panic");
        }
    }
}

fn work(mut connection: Connection, inbox: &Receiver<Job>) {
    for job in inbox {
        // A transaction rolls back while its panic unwinds, so the connection stays sound.
        if catch_unwind(AssertUnwindSafe(|| job(&mut connection))).is_err() {
            tracing::error!("a piece of work of the memory writer panicked");
        }
    }
    if let Err(error) = connection.execute_batch("PRAGMA optimize") {
        tracing::warn!(%error, "could not update the statistics of the memory");
    }
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "could not close the memory");
    }
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use rusqlite::Connection;

    #[test]
    fn a_panic_costs_its_caller_only() {
        let writer = Writer::start(Connection::open_in_memory().unwrap()).unwrap();
        let lost: Option<()> = writer.run(|_| panic!("a defect"));
        assert_eq!(lost, None);
        let two = writer.run(|connection| connection.query_row("SELECT 2", [], |row| row.get(0)));
        assert_eq!(two, Some(Ok(2)));
    }
}
