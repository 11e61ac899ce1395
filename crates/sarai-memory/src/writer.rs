//! The one thread that writes. It owns its connection; work comes through a bounded channel and is
//! answered after its commit.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use crate::care::journal::Journal;

/// More callers than this wait to hand in their work.
const WAITING_MAX: usize = 64;

/// What the writing thread works with.
pub(crate) struct Desk {
    pub(crate) connection: Connection,
    /// `None` in memory.
    pub(crate) journal: Option<Journal>,
}

type Job = Box<dyn FnOnce(&mut Desk) + Send>;

/// A handle to the writing thread. Dropping it finishes the work handed in, closes the connection
/// and joins the thread.
pub(crate) struct Writer {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(desk: Desk) -> io::Result<Writer> {
        let (jobs, inbox) = sync_channel(WAITING_MAX);
        let thread = thread::Builder::new()
            .name("sarai-memory-writer".to_owned())
            .spawn(move || work(desk, &inbox))?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs `job` on the writing thread and returns what it returned; `None` when it panicked or
    /// the thread is gone.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Desk) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = sync_channel(1);
        let job: Job = Box::new(move |desk| {
            // Who asked may have gone away; the work is done all the same.
            drop(reply.send(job(desk)));
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

fn work(mut desk: Desk, inbox: &Receiver<Job>) {
    for job in inbox {
        // A transaction rolls back while its panic unwinds, so the connection stays sound.
        if catch_unwind(AssertUnwindSafe(|| job(&mut desk))).is_err() {
            tracing::error!("a piece of work of the memory writer panicked");
        }
    }
    let Desk { connection, journal } = desk;
    if let Err(error) = connection.execute_batch("PRAGMA optimize") {
        tracing::warn!(%error, "could not update the statistics of the memory");
    }
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "could not close the memory");
    }
    // After the database: nobody else may open either of them before.
    drop(journal);
}

#[cfg(test)]
mod tests {
    use super::{Desk, Writer};
    use rusqlite::Connection;

    #[test]
    fn a_panic_costs_its_caller_only() {
        let connection = Connection::open_in_memory().unwrap();
        let desk = Desk { connection, journal: None };
        let writer = Writer::start(desk).unwrap();
        let lost: Option<()> = writer.run(|_| panic!("a defect"));
        assert_eq!(lost, None);
        let two = writer.run(|desk| desk.connection.query_row("SELECT 2", [], |row| row.get(0)));
        assert_eq!(two, Some(Ok(2)));
    }
}
