//! Sends events to the assistant, from either thread.

use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, PoisonError};

use sarai_engine_protocol::frame::{self, FrameError};
use sarai_engine_protocol::{Body, Event, Failure};

/// The writing half of the socket.
#[derive(Debug)]
pub(crate) struct Outlet {
    stream: Mutex<UnixStream>,
}

impl Outlet {
    pub(crate) fn new(stream: UnixStream) -> Outlet {
        Outlet { stream: Mutex::new(stream) }
    }

    /// Sends one event. A peer that does not take it has left: the socket is shut down, by which the
    /// reading thread learns of it.
    pub(crate) fn send(&self, id: u64, body: Body) {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let result = match frame::write(&mut *stream, &Event { id, body }) {
            Err(FrameError::TooLong { bytes }) => {
                let reason = format!("the answer has {bytes} bytes, more than a frame can hold");
                let body = Body::Failed(Failure::BadRequest { reason });
                frame::write(&mut *stream, &Event { id, body })
            }
            result => result,
        };
        if let Err(error) = result {
            tracing::debug!(%error, "could not send an event");
            hang_up(&stream);
        }
    }

    /// Closes the socket for both threads.
    pub(crate) fn close(&self) {
        hang_up(&self.stream.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn hang_up(stream: &UnixStream) {
    if let Err(error) = stream.shutdown(Shutdown::Both) {
        tracing::debug!(%error, "the socket was closed before");
    }
}
