//! The socket to one engine process: who waits for which answer, and whether it still lives.

use std::collections::HashMap;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, TryLockError};
use std::time::Duration;

use sarai_core::clock::Clock;
use sarai_core::engine::{EngineError, Generation};
use sarai_engine_protocol::frame::{self, FrameError};
use sarai_engine_protocol::{Body, Call, DraftReport, Event, Request, Status, Timings};

use super::convert;
use super::mailbox::{Letter, Mailbox};
use super::settings::Deadlines;
use crate::lock::lock;

/// Why nothing more comes from the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Closing {
    /// It closed its end, most likely by ending.
    EndOfStream,
    /// It sent what is no event.
    Garbage(String),
    /// It was silent for this long.
    Stalled { seconds: u32 },
}

/// Shared by the asking threads, the reading thread and the supervisor.
pub(crate) struct Connection {
    writer: Mutex<UnixStream>,
    routes: Mutex<Routes>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Default)]
struct Routes {
    last_id: u64,
    open: HashMap<u64, Route>,
    closing: Option<Closing>,
    /// Set once the cause is known; later requests get it at once.
    lost: Option<EngineError>,
    /// When any request last heard something.
    progress: Duration,
    ping_sent: Option<Duration>,
    /// The ping that is not answered yet, and since when.
    ping_open: Option<(u64, Duration)>,
    status: Option<Status>,
}

#[derive(Debug)]
struct Route {
    mailbox: Arc<Mailbox>,
    /// When this request last heard something; `None` while it waits its turn in the engine.
    heard: Option<Duration>,
}

impl Connection {
    pub(crate) fn new(socket: UnixStream, clock: Arc<dyn Clock>) -> Connection {
        let routes = Routes { progress: clock.elapsed(), ..Routes::default() };
        Connection { writer: Mutex::new(socket), routes: Mutex::new(routes), clock }
    }

    /// Sends a call. Whatever becomes of it is told by the ticket; an error here means that it was
    /// never sent.
    pub(crate) fn call(self: &Arc<Self>, call: Call) -> Result<Ticket, EngineError> {
        let mailbox = Arc::new(Mailbox::default());
        let id = {
            let mut routes = lock(&self.routes);
            if let Some(error) = &routes.lost {
                return Err(error.clone());
            }
            if routes.open.is_empty() {
                routes.progress = self.clock.elapsed();
            }
            let id = routes.fresh_id();
            routes.open.insert(id, Route { mailbox: Arc::clone(&mailbox), heard: None });
            id
        };
        let ticket = Ticket { connection: Arc::clone(self), id, mailbox, ended: false };
        match self.write(&Request { id, call }) {
            // The reading thread finds out why, and the supervisor ends the ticket with the cause.
            Ok(()) | Err(FrameError::Io(_) | FrameError::Closed) => Ok(ticket),
            Err(error) => Err(EngineError::Protocol(error.to_string())),
        }
    }

    /// Sends a call whose answer nobody waits for.
    pub(crate) fn tell(&self, call: Call) {
        let id = lock(&self.routes).fresh_id();
        if let Err(error) = self.write(&Request { id, call }) {
            tracing::debug!(%error, "could not write to the engine process");
        }
    }

    /// Has a beginning computed, unless there is something to do. A hint: nobody waits for it.
    pub(crate) fn prepare(&self, generation: &Generation) {
        match convert::generate(generation, 0) {
            Ok(request) => self.tell(Call::Prepare(Box::new(request))),
            Err(error) => tracing::debug!(%error, "nothing is prepared"),
        }
    }

    fn write(&self, request: &Request) -> Result<(), FrameError> {
        let mut writer = lock(&self.writer);
        let result = frame::write(&mut *writer, request);
        self.after_write(&writer, &result);
        result
    }

    /// A frame written by half leaves the stream useless: the process must go.
    fn after_write(&self, writer: &UnixStream, result: &Result<(), FrameError>) {
        let Err(FrameError::Io(error)) = result else { return };
        if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) {
            let seconds = writer.write_timeout().ok().flatten().map_or(0, whole_seconds);
            self.close(Closing::Stalled { seconds });
        }
        shut(writer);
    }

    /// Notes why the connection is over. The first cause counts.
    pub(crate) fn close(&self, closing: Closing) {
        lock(&self.routes).closing.get_or_insert(closing);
    }

    pub(crate) fn closing(&self) -> Option<Closing> {
        lock(&self.routes).closing.clone()
    }

    /// Returns the resident memory of the process as it last told.
    pub(crate) fn resident_bytes(&self) -> Option<u64> {
        lock(&self.routes).status.as_ref().map(|status| status.resident_bytes)
    }

    /// Returns what the process has measured, as it last told.
    pub(crate) fn timings(&self) -> Option<Timings> {
        lock(&self.routes).status.as_ref()?.timings.clone()
    }

    /// Returns what became of the smaller model, as the process last told.
    pub(crate) fn draft(&self) -> Option<DraftReport> {
        lock(&self.routes).status.as_ref()?.draft.clone()
    }

    /// Takes an event from the reading thread to whoever waits for it.
    pub(crate) fn deliver(&self, event: Event) {
        let now = self.clock.elapsed();
        let mut routes = lock(&self.routes);
        match &event.body {
            Body::Pong if routes.ping_open.is_some_and(|(id, _)| id == event.id) => {
                routes.ping_open = None;
            }
            Body::Status(status) => routes.status = Some(status.clone()),
            _ => {}
        }
        let Some(route) = routes.open.get_mut(&event.id) else { return };
        // One that waits, from the beginning or again, is late only when none makes progress.
        route.heard = (!matches!(event.body, Body::Queued { .. })).then_some(now);
        let mailbox = Arc::clone(&route.mailbox);
        if event.body.is_final() {
            routes.open.remove(&event.id);
        }
        routes.progress = now;
        drop(routes);
        mailbox.post(event.body);
    }

    /// Ends every request with `error`, those to come too; all but `kept`.
    pub(crate) fn lose(&self, error: &EngineError, kept: Option<&Ticket>) {
        let mut routes = lock(&self.routes);
        routes.lost.get_or_insert_with(|| error.clone());
        routes.open.retain(|id, route| {
            let keep = kept.is_some_and(|ticket| ticket.id == *id);
            if !keep {
                route.mailbox.fail(error.clone());
            }
            keep
        });
    }

    /// Asks for a sign of life when one is due, and judges the silence. Returns how long it may be
    /// before the next look.
    pub(crate) fn watch(&self, deadlines: &Deadlines) -> Duration {
        self.look(deadlines, Routes::stalled)
    }

    /// The same while a model is loaded: mapping a large file is silent for as long as the disk
    /// takes, so only the answers to pings are judged. Loading has its own deadline.
    pub(crate) fn watch_pulse(&self, deadlines: &Deadlines) -> Duration {
        self.look(deadlines, Routes::without_pulse)
    }

    fn look(
        &self,
        deadlines: &Deadlines,
        missed: fn(&Routes, Duration, &Deadlines) -> Option<u32>,
    ) -> Duration {
        let now = self.clock.elapsed();
        let mut routes = lock(&self.routes);
        if let Some(seconds) = missed(&routes, now, deadlines) {
            routes.closing.get_or_insert(Closing::Stalled { seconds });
            return Duration::ZERO;
        }
        let period = if routes.open.is_empty() { deadlines.ping_idle } else { deadlines.ping_busy };
        let due = routes.ping_sent.is_none_or(|sent| now.saturating_sub(sent) >= period);
        drop(routes);
        if due {
            self.ping(now);
        }
        period.min(deadlines.pong).min(deadlines.stall)
    }

    /// While somebody writes a long request the ping is left out: that write has its own deadline.
    fn ping(&self, now: Duration) {
        let writer = match self.writer.try_lock() {
            Ok(writer) => writer,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let (ping, status) = {
            let mut routes = lock(&self.routes);
            routes.ping_sent = Some(now);
            let ids = (routes.fresh_id(), routes.fresh_id());
            routes.ping_open.get_or_insert((ids.0, now));
            ids
        };
        let mut output = &*writer;
        let result = frame::write(&mut output, &Request { id: ping, call: Call::Ping })
            .and_then(|()| frame::write(&mut output, &Request { id: status, call: Call::Status }));
        self.after_write(&writer, &result);
    }

    fn forget(&self, id: u64) -> bool {
        lock(&self.routes).open.remove(&id).is_some()
    }
}

impl Routes {
    fn fresh_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Returns the deadline that was missed, in seconds. A request that waits its turn in the
    /// engine is late only when none makes progress.
    fn stalled(&self, now: Duration, deadlines: &Deadlines) -> Option<u32> {
        let late = |route: &Route| {
            now.saturating_sub(route.heard.unwrap_or(self.progress)) >= deadlines.stall
        };
        let stalled = || self.open.values().any(late).then(|| whole_seconds(deadlines.stall));
        self.without_pulse(now, deadlines).or_else(stalled)
    }

    /// Returns the deadline of the last ping, in seconds, when it was missed.
    fn without_pulse(&self, now: Duration, deadlines: &Deadlines) -> Option<u32> {
        let (_, since) = self.ping_open?;
        let silent = now.saturating_sub(since) >= deadlines.pong;
        silent.then(|| whole_seconds(deadlines.pong))
    }
}

/// A request that was sent. Dropped before its end, it is cancelled in the engine.
pub(crate) struct Ticket {
    connection: Arc<Connection>,
    id: u64,
    mailbox: Arc<Mailbox>,
    ended: bool,
}

impl Ticket {
    /// Waits for the next letter. `None` when `patience` ran out.
    pub(crate) fn next(&mut self, patience: Duration) -> Option<Letter> {
        let letter = self.mailbox.next(patience);
        self.ended |= matches!(letter, Some(Letter::End(_)));
        letter
    }

    /// Asks the engine to stop this request; its end still comes.
    pub(crate) fn cancel(&self) {
        self.connection.tell(Call::Cancel { target: self.id });
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.ended && self.connection.forget(self.id) {
            self.cancel();
        }
    }
}

/// Returns the duration in seconds, a begun one counted.
pub(crate) fn whole_seconds(duration: Duration) -> u32 {
    let begun = u64::from(duration.subsec_nanos() > 0);
    u32::try_from(duration.as_secs().saturating_add(begun)).unwrap_or(u32::MAX)
}

fn shut(socket: &UnixStream) {
    // Fails only when it is shut already.
    drop(socket.shutdown(Shutdown::Both));
}
