//! Which engine serves, and what is learned about the others while nobody waits.

use sarai_core::engine::EngineError;
use sarai_core::id::ModelName;
use sarai_engine_protocol::{Body, Call, Failure, Timings};

use super::{LOAD_LOOK, Stop, Supervisor};
use crate::local::agreement::{self, Verdict};
use crate::local::convert;
use crate::local::lineup::{EngineBuild, Lesson, Lineup};
use crate::local::mailbox::Letter;
use crate::local::measurements::{Measured, Subject};
use crate::local::process::Process;

impl Supervisor {
    /// Returns the engine to start for a model.
    pub(super) fn choose(&mut self, sha256: &str) -> EngineBuild {
        if let Some(next) = self.next.take() {
            return next;
        }
        self.lineup().best(&|engine| self.known(&engine.subject(sha256, self.settings.threads)))
    }

    pub(super) fn known(&self, subject: &Subject) -> Measured {
        self.settings.measurements.as_ref().map(|file| file.find(subject)).unwrap_or_default()
    }

    pub(super) fn note(&self, subject: &Subject, change: impl FnOnce(&mut Measured)) {
        if let Some(file) = &self.settings.measurements {
            file.note(subject, change);
        }
    }

    /// Whether there may be something to learn about the engines that are there.
    pub(super) fn may_learn(&self) -> bool {
        self.settings.measurements.is_some() && self.settled.as_ref() != Some(&self.lineup())
    }

    /// Learns about the engines once nobody has wanted anything for a while. Returns the engine that
    /// is to serve in place of this one: to be tried, or because it is the best.
    pub(super) fn learn(
        &mut self,
        process: &Process,
        engine: &EngineBuild,
        subject: &Subject,
    ) -> Option<EngineBuild> {
        if self.desk.idle()? < self.settings.deadlines.comparing {
            return None;
        }
        let lineup = self.lineup();
        let known = |one: &EngineBuild| self.known(&one.subject(&subject.sha256, subject.threads));
        let other = match lineup.lesson(&known) {
            // The one that serves, too: what it was told of itself at its start it does not measure.
            Some(Lesson::Engine(next)) => return Some(next),
            Some(Lesson::Reference) if engine.is_reference() => {
                if !self.examine_reference(process, subject) {
                    self.settle(lineup);
                }
                return None;
            }
            Some(Lesson::Reference) => lineup.reference().clone(),
            None => {
                let best = lineup.best(&known);
                self.settle(lineup);
                best
            }
        };
        (other != *engine).then_some(other)
    }

    /// Returns what an engine is told of itself at its start, so that it need not measure it.
    pub(super) fn timings_to_tell(
        &self,
        engine: &EngineBuild,
        subject: &Subject,
    ) -> Option<Timings> {
        let known = |one: &EngineBuild| self.known(&one.subject(&subject.sha256, subject.threads));
        let doubtful = self.lineup().is_doubtful(engine, &known);
        self.known(subject).timings.filter(|_| !doubtful)
    }

    /// Examines the engine that was just loaded, and says whether it may go on.
    pub(super) fn compare(
        &self,
        process: &Process,
        model: &ModelName,
        subject: &Subject,
    ) -> Result<(), Stop> {
        let reference = self.lineup().reference().subject(&subject.sha256, subject.threads);
        let Some(reference) = self.known(&reference).examination else {
            return Err(Stop::Abandoned);
        };
        let call = Call::Examine(agreement::examine());
        let ticket = process.connection.call(call).map_err(Stop::Told)?;
        let verdict = match self.await_end(process, ticket, model, self.settings.deadlines.load)? {
            Body::Examined(examination) => agreement::compare(&reference, &examination),
            other => return Err(Stop::Told(convert::unexpected(&other))),
        };
        tracing::info!(engine = %subject.engine, ?verdict, "compared with the reference");
        let agrees = verdict.agrees();
        self.note(subject, |measured| measured.verdict = Some(verdict));
        if agrees { Ok(()) } else { Err(Stop::Abandoned) }
    }

    /// An engine that failed does not serve this model again until it is built anew; the reference
    /// has nobody to take its place.
    pub(super) fn distrust(&self, engine: &EngineBuild, subject: &Subject, error: &EngineError) {
        if engine.is_reference() {
            return;
        }
        tracing::warn!(engine = %subject.engine, %error, "the reference takes its place");
        let verdict = Verdict::Fails { reason: error.to_string() };
        self.note(subject, |measured| measured.verdict = Some(verdict));
    }

    /// Has the process that serves examined. `false` when that cannot be done with this model.
    fn examine_reference(&self, process: &Process, subject: &Subject) -> bool {
        let connection = &process.connection;
        let Ok(mut ticket) = connection.call(Call::Examine(agreement::examine())) else {
            return true;
        };
        // Who comes breaks it off in the engine.
        while connection.closing().is_none() && self.desk.idle().is_some() {
            connection.watch(&self.settings.deadlines);
            match ticket.next(LOAD_LOOK) {
                Some(Letter::End(Ok(Body::Examined(examination)))) => {
                    self.note(subject, |measured| measured.examination = Some(examination));
                    return true;
                }
                Some(Letter::End(Ok(Body::Failed(Failure::Busy)) | Err(_))) => return true,
                Some(Letter::End(Ok(other))) => {
                    tracing::info!(?other, "engines are not compared with this model");
                    return false;
                }
                Some(_) | None => {}
            }
        }
        true
    }

    fn settle(&mut self, lineup: Lineup) {
        self.settled = Some(lineup);
        self.desk.settle();
    }

    fn lineup(&self) -> Lineup {
        Lineup::look(&self.settings.executable, &self.settings.rivals)
    }
}
