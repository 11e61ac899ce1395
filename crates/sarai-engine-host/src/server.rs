//! The process as the assistant sees it: one thread reads requests, one works on them.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::thread;

use sarai_engine_protocol::frame::{self, FrameError};
use sarai_engine_protocol::{Body, Call, Failure, Load, Request, VERSION};
use serde::Deserialize;

use crate::backend::Loader;
use crate::clock::{Clock, Stopwatch};
use crate::desk::Desk;
use crate::drafting::Drafter;
use crate::drafting::model::Partner;
use crate::model::Model;
use crate::outlet::Outlet;
use crate::scheduler::{Bounds, Scheduler, Surroundings};
use crate::state_files::{Origin, StateFiles};

/// Requests read and not yet looked at. They are looked at after every batch.
const INBOX: usize = 256;

/// Serves one assistant until it closes the socket or unloads.
pub fn serve(stream: UnixStream, loader: &dyn Loader) -> io::Result<()> {
    serve_with(stream, loader, &Stopwatch::start())
}

/// Serves as [`serve`] does, and times batches with `clock`.
pub fn serve_with(stream: UnixStream, loader: &dyn Loader, clock: &dyn Clock) -> io::Result<()> {
    let reading = stream.try_clone()?;
    let outlet = Outlet::new(stream);
    let desk = Desk::default();
    let (inbox, requests) = sync_channel(INBOX);
    thread::scope(|scope| {
        let (desk, outlet) = (&desk, &outlet);
        thread::Builder::new()
            .name("requests".to_owned())
            .spawn_scoped(scope, move || read_requests(reading, desk, outlet, &inbox))?;
        // However the work ends, also by a panic, the reader must not wait for ever.
        let _hang_up = HangUp(outlet);
        Worker { loader, clock, desk, outlet, requests, scheduler: None }.work();
        Ok(())
    })
}

struct HangUp<'a>(&'a Outlet);

impl Drop for HangUp<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Answers pings and cancels at once; passes on everything else.
fn read_requests(
    mut stream: UnixStream,
    desk: &Desk,
    outlet: &Outlet,
    inbox: &SyncSender<Request>,
) {
    loop {
        let request = match frame::read_bytes(&mut stream) {
            Ok(json) => parse(&json),
            Err(FrameError::Closed) => break,
            Err(error) => {
                tracing::warn!(%error, "the connection is lost");
                break;
            }
        };
        match request {
            Err((id, reason)) => outlet.send(id, Body::Failed(Failure::BadRequest { reason })),
            Ok(Request { id, call: Call::Ping }) => outlet.send(id, Body::Pong),
            Ok(Request { id, call: Call::Cancel { target } }) => {
                desk.cancel(target);
                outlet.send(id, Body::Done);
            }
            Ok(request) => {
                if !pass_on(request, desk, outlet, inbox) {
                    break;
                }
            }
        }
    }
    desk.close();
}

/// Reads a request. One that cannot be read still has an id if it can be found, else 0, which
/// nobody waits for: what is nested too deeply to be read is skipped without being taken apart.
fn parse(json: &[u8]) -> Result<Request, (u64, String)> {
    #[derive(Deserialize)]
    struct Only {
        id: u64,
    }
    serde_json::from_slice(json).map_err(|error| {
        let id = serde_json::from_slice(json).map_or(0, |only: Only| only.id);
        (id, error.to_string())
    })
}

/// Returns `false` when nobody works any more.
fn pass_on(request: Request, desk: &Desk, outlet: &Outlet, inbox: &SyncSender<Request>) -> bool {
    let id = request.id;
    let can_be_cancelled =
        matches!(request.call, Call::Generate(_) | Call::Embed { .. } | Call::Examine(_));
    if can_be_cancelled && !desk.register(id) {
        let reason = format!("request {id} is in work already");
        outlet.send(id, Body::Failed(Failure::BadRequest { reason }));
        return true;
    }
    match inbox.try_send(request) {
        Ok(()) => true,
        Err(TrySendError::Full(_)) => {
            if can_be_cancelled {
                desk.finish(id);
            }
            outlet.send(id, Body::Failed(Failure::Busy));
            true
        }
        Err(TrySendError::Disconnected(_)) => false,
    }
}

/// The thread that owns the model.
struct Worker<'a> {
    loader: &'a dyn Loader,
    clock: &'a dyn Clock,
    desk: &'a Desk,
    outlet: &'a Outlet,
    requests: Receiver<Request>,
    scheduler: Option<Scheduler<'a>>,
}

impl Worker<'_> {
    /// Works until the peer has left or asks to unload.
    fn work(&mut self) {
        while !self.desk.is_closed() {
            let request = match self.requests.try_recv() {
                Ok(request) => Some(request),
                Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) if self.has_work() => None,
                Err(TryRecvError::Empty) => match self.requests.recv() {
                    Ok(request) => Some(request),
                    Err(_) => return,
                },
            };
            match request {
                Some(Request { id, call: Call::Unload }) => {
                    self.unload();
                    self.outlet.send(id, Body::Done);
                    return;
                }
                Some(request) => self.answer(request),
                None => self.step(),
            }
        }
    }

    /// Returns whether there is something to compute. If not, saves one prefix that is worth it, or
    /// else measures a batch, or a model that guesses.
    fn has_work(&mut self) -> bool {
        let loader = self.loader;
        self.scheduler.as_mut().is_some_and(|one| {
            one.has_work() || one.save_one() || one.measure_one() || one.load_partner(loader)
        })
    }

    fn step(&mut self) {
        if let Some(scheduler) = &mut self.scheduler {
            scheduler.step();
        }
    }

    fn answer(&mut self, Request { id, call }: Request) {
        let body = match call {
            Call::Hello { version } if version == VERSION => {
                Body::Hello { version, backend: self.loader.name() }
            }
            Call::Hello { .. } => Body::Failed(Failure::Version { spoken: VERSION }),
            Call::Load(load) => match self.load(id, &load) {
                Ok(body) => body,
                Err(failure) => Body::Failed(failure),
            },
            call => {
                let Some(scheduler) = &mut self.scheduler else {
                    let reason = "no model is loaded".to_owned();
                    self.desk.finish(id);
                    return self.outlet.send(id, Body::Failed(Failure::WrongState { reason }));
                };
                match work_on(scheduler, id, call) {
                    Some(body) => body,
                    None => return,
                }
            }
        };
        self.outlet.send(id, body);
    }

    fn load(&mut self, id: u64, load: &Load) -> Result<Body, Failure> {
        if self.scheduler.is_some() {
            let reason = "a model is loaded already".to_owned();
            return Err(Failure::WrongState { reason });
        }
        let outlet = self.outlet;
        let mut progress = |fraction: f32| outlet.send(id, Body::Loading { fraction });
        let model = Model::load(self.loader, load, &mut progress)?;
        let description = model.description.clone();
        let bounds =
            Bounds { parallel: load.parallel as usize, waiting_max: load.waiting_max as usize };
        let files = self.state_files(load, &model);
        let surroundings = Surroundings { desk: self.desk, outlet: self.outlet, clock: self.clock };
        let forgets = model.backend.forgets_parts();
        let drafter = Drafter::new(load.drafting, forgets, load.timings.clone());
        let partner = load.draft.clone().map(|draft| Partner::new(draft, load.threads));
        let drafting = (drafter, partner);
        let mut scheduler = Scheduler::new(model, files, bounds, drafting, surroundings);
        if scheduler.knows_partner() {
            scheduler.load_partner(self.loader);
        }
        self.scheduler = Some(scheduler);
        Ok(Body::Described(description))
    }

    fn unload(&mut self) {
        if let Some(mut scheduler) = self.scheduler.take() {
            scheduler.cancel_all();
            while scheduler.save_one() {}
        }
    }

    /// Opens the folder of states. Without it sessions are kept in memory only.
    fn state_files(&self, load: &Load, model: &Model) -> Option<StateFiles> {
        let origin = Origin {
            backend: self.loader.name(),
            weights: load.sha256.clone(),
            context_tokens: model.description.context_tokens,
        };
        let folder = load.state_folder.as_deref().filter(|_| load.state_bytes_max > 0)?;
        StateFiles::open(folder, load.state_bytes_max, origin)
            .inspect_err(|error| tracing::warn!(%error, "sessions are not kept on disk"))
            .ok()
    }
}

/// Answers what a loaded model can; `None` when the events come later.
fn work_on(scheduler: &mut Scheduler<'_>, id: u64, call: Call) -> Option<Body> {
    let model = &mut scheduler.model;
    Some(match call {
        Call::Describe => Body::Described(model.description.clone()),
        Call::Render { messages, tools } => match model.render(&messages, &tools) {
            Ok(prompt) => Body::Rendered { prompt },
            Err(failure) => Body::Failed(failure),
        },
        Call::Tokenize { text } => Body::Tokenized { tokens: model.tokenize(&text) },
        Call::Status => Body::Status(scheduler.status(resident_bytes())),
        Call::Generate(request) => {
            scheduler.submit(id, &request);
            return None;
        }
        Call::Prepare(request) => {
            scheduler.prepare(id, &request);
            return None;
        }
        Call::Embed { texts } => {
            scheduler.embed(id, texts);
            return None;
        }
        Call::Examine(examine) => {
            scheduler.examine(id, &examine);
            return None;
        }
        Call::SaveState { session } => scheduler.save(&session),
        Call::RestoreState { session } => scheduler.restore(&session),
        Call::Forget { session } => scheduler.forget(&session),
        // Answered before they come here.
        Call::Hello { .. } | Call::Ping | Call::Load(_) | Call::Cancel { .. } | Call::Unload => {
            return None;
        }
    })
}

/// Returns the memory this process has in RAM, or 0 where the system does not tell.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
