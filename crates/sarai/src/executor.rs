//! The threads of this process.

use std::ops::Deref;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

/// How long work that cannot be stopped may hold up the end of the process.
const LAST_WORK: Duration = Duration::from_secs(2);

/// A runtime whose end does not wait for work that hangs.
#[derive(Debug)]
pub(crate) struct Executor {
    handle: Handle,
    /// Taken at the end only.
    runtime: Option<Runtime>,
}

impl Executor {
    pub(crate) fn new() -> std::io::Result<Executor> {
        let runtime = Builder::new_multi_thread().enable_all().thread_name("sarai").build()?;
        Ok(Executor { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }
}

impl Deref for Executor {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(LAST_WORK);
        }
    }
}
