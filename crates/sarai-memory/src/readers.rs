//! A few read-only connections, lent one at a time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// Readers wait here while all connections are lent.
pub(crate) struct Readers {
    free: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Readers {
    /// Keeps `connections`, of which there must be at least one.
    pub(crate) fn new(connections: Vec<Connection>) -> Readers {
        debug_assert!(!connections.is_empty());
        Readers { free: Mutex::new(connections), returned: Condvar::new() }
    }

    /// Runs `work` on a connection of its own.
    pub(crate) fn run<T>(&self, work: impl FnOnce(&mut Connection) -> T) -> T {
        let mut loan = Loan { readers: self, connection: Some(self.take()) };
        match loan.connection.as_mut() {
            Some(connection) => work(connection),
            None => unreachable!("a loan holds its connection until it is dropped"),
        }
    }

    fn take(&self) -> Connection {
        let mut free = self.lock();
        loop {
            if let Some(connection) = free.pop() {
                return connection;
            }
            free = self.returned.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the connection back even when the work panics.
struct Loan<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.lock().push(connection);
            self.readers.returned.notify_one();
        }
    }
}
