//! Keeps the engine process: starts it, watches it, swaps its model, and starts it again when it is
//! lost. One thread, and the only one that owns a [`Process`]. There is never more than one: two
//! would hold the model twice.

mod comparing;

use std::sync::Arc;
use std::time::Duration;

use sarai_core::engine::EngineError;
use sarai_core::id::ModelName;
use sarai_core::readiness::Readiness;
use sarai_engine_protocol::{
    Body, Call, DraftModel, DraftReport, Drafting, Load, ModelDescription, Timings, VERSION,
};

use super::connection::{Closing, Connection, Ticket, whole_seconds};
use super::convert;
use super::desk::{Desk, Loaded, Order, Phase};
use super::leftover::Leftover;
use super::lineup::{EngineBuild, Lineup};
use super::mailbox::Letter;
use super::measurements::{DraftRecord, Subject};
use super::process::Process;
use super::recovery::{Recovery, STARTS_MAX};
use super::settings::{DraftChoice, LocalSettings, ModelFile};

/// How soon a change of orders is noticed while a model loads.
const LOAD_LOOK: Duration = Duration::from_millis(100);

pub(crate) struct Supervisor {
    settings: LocalSettings,
    desk: Arc<Desk>,
    leftover: Arc<Leftover>,
    recovery: Recovery,
    /// What the recovery is about: a new model or a new wish of the owner begins afresh.
    serving: Option<(ModelName, u64)>,
    /// The engine that serves next, whatever is known of it.
    next: Option<EngineBuild>,
    /// The engines of which all is known with this model, or as much as can be.
    settled: Option<Lineup>,
    /// What is started now was never compared with the reference: it gives way to whoever comes.
    trying: bool,
}

/// A process that has loaded its model.
struct Started {
    process: Process,
    description: ModelDescription,
    engine: EngineBuild,
    subject: Subject,
    is_measured: bool,
}

/// Why a start came to nothing.
enum Stop {
    /// Something else is wanted now.
    Abandoned,
    /// The process is lost; its autopsy tells why.
    Lost,
    /// The process said why.
    Told(EngineError),
}

impl Supervisor {
    pub(crate) fn new(
        settings: LocalSettings,
        desk: Arc<Desk>,
        leftover: Arc<Leftover>,
    ) -> Supervisor {
        let recovery = Recovery::new(settings.context_tokens);
        Supervisor {
            settings,
            desk,
            leftover,
            recovery,
            serving: None,
            next: None,
            settled: None,
            trying: false,
        }
    }

    /// Works until the desk is stopped.
    pub(crate) fn run(mut self) {
        loop {
            match self.desk.order() {
                Order::Stop => return,
                Order::Rest => {
                    self.desk.rest();
                    self.desk.pause(None);
                }
                Order::Serve { model, wishes } => {
                    let serving = Some((model.clone(), wishes));
                    if self.serving != serving {
                        self.recovery = Recovery::new(self.settings.context_tokens);
                        self.serving = serving;
                        (self.next, self.settled) = (None, None);
                    }
                    self.desk.begin(&model);
                    self.serve(&model);
                }
            }
        }
    }

    /// One life of the process.
    fn serve(&mut self, model: &ModelName) {
        let Some(file) = self.settings.models.find(model) else {
            return self.not_started(model, &EngineError::ModelNotFound(model.clone()));
        };
        let engine = self.choose(&file.sha256);
        let subject = engine.subject(&file.sha256, self.settings.threads);
        self.trying = !engine.is_reference() && self.known(&subject).verdict.is_none();
        match self.start(model, file, engine.clone(), subject.clone()) {
            Ok(started) => self.attend(started, model),
            Err(None) => self.leave(model),
            Err(Some(error)) => {
                let tried = self.trying;
                self.distrust(&engine, &subject, &error);
                if tried { self.leave(model) } else { self.not_started(model, &error) }
            }
        }
    }

    /// Starts the process and loads the model. The error is `None` when something else is wanted, or
    /// the engine turned out not to compute what the reference does.
    fn start(
        &mut self,
        model: &ModelName,
        file: ModelFile,
        engine: EngineBuild,
        subject: Subject,
    ) -> Result<Started, Option<EngineError>> {
        let desk = Arc::clone(&self.desk);
        let started = Process::start(&engine.path, &self.settings, move || desk.wake());
        let process = started.map_err(|error| {
            let executable = engine.path.display();
            let reason = format!("could not start `{executable}`: {error}");
            EngineError::LoadFailed { model: model.clone(), reason }
        })?;
        let told = self.timings_to_tell(&engine, &subject);
        let is_measured = told.is_some();
        let loaded = self.greet(&process, model).and_then(|()| {
            let description = self.load(&process, model, file, &subject, told)?;
            if self.trying {
                self.compare(&process, model, &subject)?;
            }
            Ok(description)
        });
        self.trying = self.trying && loaded.is_err();
        match loaded {
            Ok(description) => Ok(Started { process, description, engine, subject, is_measured }),
            Err(Stop::Abandoned) => Err(None),
            Err(Stop::Told(error)) => Err(Some(error)),
            Err(Stop::Lost) => Err(Some(match process.autopsy() {
                EngineError::Crashed { reason } => {
                    EngineError::LoadFailed { model: model.clone(), reason }
                }
                error => error,
            })),
        }
    }

    fn greet(&self, process: &Process, model: &ModelName) -> Result<(), Stop> {
        let call = Call::Hello { version: VERSION };
        let ticket = process.connection.call(call).map_err(Stop::Told)?;
        match self.await_end(process, ticket, model, self.settings.deadlines.hello)? {
            Body::Hello { version: VERSION, backend } => {
                self.desk.name_backend(backend);
                Ok(())
            }
            Body::Hello { version, .. } => Err(Stop::Told(convert::wrong_version(version))),
            other => Err(Stop::Told(convert::unexpected(&other))),
        }
    }

    fn load(
        &self,
        process: &Process,
        model: &ModelName,
        file: ModelFile,
        subject: &Subject,
        timings: Option<Timings>,
    ) -> Result<ModelDescription, Stop> {
        let settings = &self.settings;
        let known = self.known(subject);
        let draft = self.draft_of(model).map(|draft| DraftModel {
            timings: known.draft(&draft.sha256).map(|record| record.timings),
            path: draft.path,
        });
        let call = Call::Load(Load {
            path: file.path,
            sha256: file.sha256,
            context_tokens: self.recovery.context_tokens(),
            threads: settings.threads,
            parallel: settings.parallel.max(1),
            waiting_max: settings.waiting_max,
            template: file.template,
            state_folder: settings.state_folder.clone(),
            state_bytes_max: settings.state_bytes_max,
            drafting: settings.drafting,
            timings,
            draft,
        });
        self.desk.enter_phase(Phase::Loading { model: model.clone(), fraction: 0.0 });
        let ticket = process.connection.call(call).map_err(Stop::Told)?;
        match self.await_end(process, ticket, model, settings.deadlines.load)? {
            Body::Described(description) => Ok(description),
            other => Err(Stop::Told(convert::unexpected(&other))),
        }
    }

    /// Returns the smaller model that may guess for this one.
    fn draft_of(&self, model: &ModelName) -> Option<ModelFile> {
        let settings = &self.settings;
        let name = match &settings.draft_model {
            _ if settings.drafting == Drafting::Off => None,
            DraftChoice::None => None,
            DraftChoice::Partner => settings.models.partner(model),
            DraftChoice::Named(name) => Some(name.clone()),
        };
        settings.models.find(&name.filter(|name| name != model)?)
    }

    /// Keeps what the process has found out about the smaller model, if it is not what it `told`
    /// before.
    fn note_draft(
        &self,
        connection: &Connection,
        model: &ModelName,
        subject: &Subject,
        told: &mut Option<DraftReport>,
    ) {
        let report = connection.draft();
        if report == *told {
            return;
        }
        told.clone_from(&report);
        let Some(DraftReport { timings: Some(timings), in_use, .. }) = report else { return };
        let Some(draft) = self.draft_of(model) else { return };
        let record = DraftRecord { sha256: draft.sha256, timings, in_use };
        self.note(subject, |measured| measured.note_draft(record));
    }

    fn await_end(
        &self,
        process: &Process,
        mut ticket: Ticket,
        model: &ModelName,
        deadline: Duration,
    ) -> Result<Body, Stop> {
        let begun = self.settings.clock.elapsed();
        loop {
            match ticket.next(LOAD_LOOK.min(deadline)) {
                Some(Letter::End(Ok(Body::Failed(failure)))) => {
                    return Err(Stop::Told(convert::failure(failure, model, 1)));
                }
                Some(Letter::End(Ok(body))) => return Ok(body),
                Some(Letter::End(Err(_))) => return Err(Stop::Lost),
                Some(Letter::Loading { fraction }) => {
                    self.desk.enter_phase(Phase::Loading { model: model.clone(), fraction });
                }
                Some(_) | None => {}
            }
            if !self.is_wanted(model) || (self.trying && self.desk.idle().is_none()) {
                return Err(Stop::Abandoned);
            }
            if self.settings.clock.elapsed().saturating_sub(begun) >= deadline {
                let seconds = whole_seconds(deadline);
                process.connection.close(Closing::Stalled { seconds });
            } else if matches!(self.desk.phase(), Phase::Loading { .. }) {
                process.connection.watch_pulse(&self.settings.deadlines);
            }
            if process.connection.closing().is_some() {
                return Err(Stop::Lost);
            }
        }
    }

    fn not_started(&mut self, model: &ModelName, error: &EngineError) {
        tracing::warn!(%model, %error, "the engine process did not start");
        // Another model than the default was one request's wish: one try is enough.
        let starts_max = if self.desk.is_default(model) { STARTS_MAX } else { 1 };
        let out_of_memory = *error == EngineError::OutOfMemory;
        match self.recovery.not_started(starts_max, out_of_memory) {
            Some(pause) => {
                self.desk.restart(model, error);
                self.rest(pause);
            }
            None => self.desk.give_up(model, error),
        }
    }

    /// Watches a process that serves, until it is lost or something else is wanted.
    fn attend(&mut self, started: Started, model: &ModelName) {
        let Started { process, description, engine, subject, mut is_measured } = started;
        let mut draft = None;
        let connection = Arc::clone(&process.connection);
        self.recovery.loaded(self.settings.clock.elapsed());
        tracing::info!(%model, context_tokens = description.context_tokens, "the engine is ready");
        if let Some(opening) = self.settings.opening.as_ref().and_then(|opening| opening()) {
            // Before anybody can ask: what is asked then breaks it off.
            connection.prepare(&opening);
        }
        let loaded =
            Loaded { model: model.clone(), description, connection: Arc::clone(&connection) };
        self.leftover.serves();
        self.desk.ready(loaded, self.may_learn());
        while connection.closing().is_none() {
            if !self.is_wanted(model) {
                return self.retire(process);
            }
            let mut patience = connection.watch(&self.settings.deadlines);
            if !is_measured && let Some(timings) = connection.timings() {
                self.note(&subject, |measured| measured.note_timings(timings));
                is_measured = true;
            }
            self.note_draft(&connection, model, &subject, &mut draft);
            if is_measured && self.may_learn() {
                if let Some(other) = self.learn(&process, &engine, &subject)
                    && self.desk.withdraw()
                {
                    self.next = Some(other);
                    return self.farewell(process, Readiness::Starting);
                }
                patience = patience.min(self.settings.deadlines.comparing.max(LOAD_LOOK));
            }
            if !patience.is_zero() {
                self.desk.pause(Some(patience));
            }
        }
        // Whoever comes during the autopsy waits for the next process.
        self.desk.enter_phase(Phase::Starting);
        let error = process.autopsy();
        tracing::warn!(%model, %error, "the engine process was lost");
        self.distrust(&engine, &subject, &error);
        let now = self.settings.clock.elapsed();
        let pause = self.recovery.lost(now, error == EngineError::OutOfMemory);
        self.desk.restart(model, &error);
        connection.lose(&error, None);
        self.rest(pause);
    }

    /// Ends a healthy process, because the memory or another model is wanted.
    fn retire(&self, process: Process) {
        let stopped = self.desk.order() == Order::Stop;
        let readiness = if stopped { self.desk.readiness() } else { Readiness::Starting };
        self.desk.enter_phase(Phase::Starting);
        self.farewell(process, readiness);
        self.desk.ended();
    }

    /// Ends a healthy process. Whoever still asks it is told this readiness.
    fn farewell(&self, process: Process, readiness: Readiness) {
        process.unload(self.settings.deadlines.unload, &EngineError::NotReady(readiness));
        self.leftover.left();
    }

    /// There is no process now, and none was lost.
    fn leave(&self, model: &ModelName) {
        if self.is_wanted(model) {
            self.desk.enter_phase(Phase::Starting);
        } else {
            self.desk.ended();
        }
    }

    /// Pauses before the next start, unless something else is wanted, or the same anew.
    fn rest(&self, pause: Duration) {
        let begun = self.settings.clock.elapsed();
        while self.serves_its_order() {
            let rested = self.settings.clock.elapsed().saturating_sub(begun);
            match pause.saturating_sub(rested) {
                Duration::ZERO => return,
                rest => self.desk.pause(Some(rest)),
            }
        }
    }

    fn serves_its_order(&self) -> bool {
        match self.desk.order() {
            Order::Serve { model, wishes } => self.serving == Some((model, wishes)),
            Order::Stop | Order::Rest => false,
        }
    }

    fn is_wanted(&self, model: &ModelName) -> bool {
        matches!(self.desk.order(), Order::Serve { model: wanted, .. } if wanted == *model)
    }
}
