//! Which of several engines serves a model: the quickest that computes what the reference computes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sarai_engine_protocol::{PROMPT_TOKENS, Timings};

use super::agreement::Verdict;
use super::measurements::{DraftRecord, Measured, MeasurementsFile, Subject};

/// A turn by which engines are compared: tokens that are read, and tokens that are written.
const TURN_READ: f64 = 100.0;
const TURN_WRITTEN: f64 = 64.0;

/// How much quicker than the reference another engine must be.
const GAIN_MIN: f64 = 0.03;

/// How often engines are measured that are nearly as quick as one another: on a machine that does
/// other things, too, single measurements vary by a third.
const STARTS: u32 = 3;

/// How many times the quickest one's turn may take with an engine that is nearly as quick.
const CLOSE: f64 = 1.5;

/// An executable that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EngineBuild {
    pub(crate) path: PathBuf,
    /// What tells this build from another one at the same place.
    build: String,
    is_reference: bool,
}

/// The executables that are there, the reference first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lineup(Vec<EngineBuild>);

/// What to learn next, while nobody waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lesson {
    /// What the reference makes of the text, by the process that serves.
    Reference,
    /// Whether this one agrees, or how quick it is: it is to be started.
    Engine(EngineBuild),
}

/// An engine as a user sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineRecord {
    /// The name of the executable.
    pub name: String,
    pub is_reference: bool,
    /// `None` while it is not compared with the reference, and of the reference itself.
    pub verdict: Option<Verdict>,
    pub timings: Option<Timings>,
    /// Whether it serves the model by what is known now.
    pub serves: bool,
    /// Smaller models that were tried beside the model.
    pub drafts: Vec<DraftRecord>,
}

impl EngineBuild {
    pub(crate) fn subject(&self, sha256: &str, threads: u32) -> Subject {
        Subject { sha256: sha256.to_owned(), engine: self.build.clone(), threads }
    }

    pub(crate) fn is_reference(&self) -> bool {
        self.is_reference
    }

    fn at(path: &Path, is_reference: bool) -> Option<EngineBuild> {
        let data = fs::metadata(path).ok()?;
        let changed = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_millis();
        let build = format!("{} {} {changed}", name_of(path), data.len());
        Some(EngineBuild { path: path.to_path_buf(), build, is_reference })
    }
}

impl Lineup {
    /// Looks which executables are there. The reference is taken to be, so that its absence is told
    /// by whoever starts it.
    pub(crate) fn look(reference: &Path, rivals: &[PathBuf]) -> Lineup {
        let first = EngineBuild::at(reference, true).unwrap_or_else(|| EngineBuild {
            path: reference.to_path_buf(),
            build: name_of(reference),
            is_reference: true,
        });
        let rivals = rivals.iter().filter_map(|path| EngineBuild::at(path, false));
        Lineup(std::iter::once(first).chain(rivals).collect())
    }

    pub(crate) fn reference(&self) -> &EngineBuild {
        &self.0[0]
    }

    /// Returns the engine that serves the model, by what is known.
    pub(crate) fn best(&self, known: &dyn Fn(&EngineBuild) -> Measured) -> EngineBuild {
        let mut best = &self.0[0];
        let Some(reference) = known(best).timings else { return best.clone() };
        let mut least = turn_ms(&reference) * (1.0 - GAIN_MIN);
        for rival in &self.0[1..] {
            let Measured { timings, verdict, .. } = known(rival);
            let Some(timings) = timings.filter(|_| verdict.is_some_and(|it| it.agrees())) else {
                continue;
            };
            let ms = turn_ms(&timings);
            if ms < least {
                (best, least) = (rival, ms);
            }
        }
        best.clone()
    }

    /// Returns what is not known yet. Nothing before the reference is measured: that is done by the
    /// process that serves first, and where it cannot be done nothing can be compared.
    pub(crate) fn lesson(&self, known: &dyn Fn(&EngineBuild) -> Measured) -> Option<Lesson> {
        let reference = known(&self.0[0]);
        reference.timings?;
        let unknown = |rival: &&EngineBuild| {
            let Measured { timings, verdict, .. } = known(rival);
            verdict.is_none_or(|verdict| verdict.agrees() && timings.is_none())
        };
        let Some(rival) = self.0[1..].iter().find(unknown) else {
            return self.doubtful(known).map(|engine| Lesson::Engine(engine.clone()));
        };
        let compared = reference.examination.is_some();
        Some(if compared { Lesson::Engine(rival.clone()) } else { Lesson::Reference })
    }

    /// Whether the engine is to measure what a start of it takes, although something is known.
    pub(crate) fn is_doubtful(
        &self,
        engine: &EngineBuild,
        known: &dyn Fn(&EngineBuild) -> Measured,
    ) -> bool {
        // What is known well is the usual case, and takes one look.
        known(engine).starts < STARTS
            && matches!(self.lesson(known), Some(Lesson::Engine(next)) if next == *engine)
    }

    /// Returns the engine to measure once more, so that those that are close take turns.
    fn doubtful(&self, known: &dyn Fn(&EngineBuild) -> Measured) -> Option<&EngineBuild> {
        let timed = self.0.iter().filter_map(|engine| {
            let Measured { timings, verdict, starts, .. } = known(engine);
            let may_serve = engine.is_reference || verdict.is_some_and(|it| it.agrees());
            Some((engine, turn_ms(&timings.filter(|_| may_serve)?), starts))
        });
        let timed: Vec<(&EngineBuild, f64, u32)> = timed.collect();
        let least = timed.iter().map(|(_, ms, _)| *ms).fold(f64::INFINITY, f64::min);
        let close = timed.iter().filter(|(_, ms, _)| *ms <= least * CLOSE);
        if close.clone().count() < 2 {
            return None;
        }
        let (engine, _, starts) = close.min_by_key(|(_, _, starts)| *starts)?;
        (*starts < STARTS).then_some(*engine)
    }
}

/// Returns what is known of the executables with a model, the reference first; those that are not
/// there are left out.
pub fn records(
    file: &MeasurementsFile,
    executables: (&Path, &[PathBuf]),
    sha256: &str,
    threads: u32,
) -> Vec<EngineRecord> {
    let lineup = Lineup::look(executables.0, executables.1);
    let known = |engine: &EngineBuild| file.find(&engine.subject(sha256, threads));
    let best = lineup.best(&known);
    let record = |engine: &EngineBuild| {
        let Measured { timings, verdict, drafts, .. } = known(engine);
        EngineRecord {
            name: name_of(&engine.path),
            is_reference: engine.is_reference,
            verdict,
            timings,
            serves: *engine == best,
            drafts,
        }
    };
    lineup.0.iter().map(record).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns what a turn takes.
fn turn_ms(timings: &Timings) -> f64 {
    TURN_READ / f64::from(PROMPT_TOKENS) * timings.prompt_ms + TURN_WRITTEN * timings.batch_ms[0]
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use sarai_engine_protocol::{Examination, Timings};

    use super::{EngineBuild, Lesson, Lineup, STARTS};
    use crate::local::agreement::Verdict;
    use crate::local::measurements::Measured;

    fn engine(name: &str) -> EngineBuild {
        EngineBuild {
            path: PathBuf::from(name),
            build: name.to_owned(),
            is_reference: name == "reference",
        }
    }

    /// Of an engine: its milliseconds of a token and of a prompt, and whether it agrees; of the
    /// reference, whether it is examined.
    type Known = (Option<(f64, f64)>, Option<bool>);

    #[track_caller]
    fn check(known: &[Known], best: &str, lesson: &str) {
        let names = ["reference", "second", "third"];
        let lineup = Lineup(names[..known.len()].iter().map(|name| engine(name)).collect());
        let measured = |engine: &EngineBuild| {
            let at = names.iter().position(|name| **name == *engine.build).unwrap();
            let (timings, agrees) = known[at];
            let verdict = agrees.filter(|_| at > 0).map(|agrees| {
                let (reference, engine) = (1.0, 1.0);
                if agrees {
                    Verdict::Agrees { reference, engine }
                } else {
                    Verdict::Differs { reference, engine: 9.0 }
                }
            });
            Measured {
                timings: timings
                    .map(|(token, prompt)| Timings { batch_ms: [token; 5], prompt_ms: prompt }),
                examination: agrees.filter(|_| at == 0).map(|_| Examination::default()),
                verdict,
                starts: STARTS,
                drafts: Vec::new(),
            }
        };
        assert_eq!(lineup.best(&measured).build, best);
        let found = match lineup.lesson(&measured) {
            None => "nothing".to_owned(),
            Some(Lesson::Reference) => "reference".to_owned(),
            Some(Lesson::Engine(engine)) => engine.build,
        };
        assert_eq!(found, lesson);
    }

    #[test]
    fn one_engine_has_nothing_to_learn() {
        check(&[(None, None)], "reference", "nothing");
        check(&[(Some((30.0, 400.0)), None)], "reference", "nothing");
    }

    #[test]
    fn the_reference_serves_until_a_quicker_one_agrees() {
        let reference = (Some((30.0, 400.0)), Some(true));
        check(&[(None, None), (None, None)], "reference", "nothing");
        check(&[(Some((30.0, 400.0)), None), (None, None)], "reference", "reference");
        check(&[reference, (None, None)], "reference", "second");
        check(&[reference, (None, Some(true))], "reference", "second");
        check(&[reference, (None, Some(false))], "reference", "nothing");
        check(&[reference, (Some((30.0, 250.0)), Some(true))], "second", "nothing");
        check(&[reference, (Some((30.0, 250.0)), Some(false))], "reference", "nothing");
        check(&[reference, (Some((30.0, 250.0)), None)], "reference", "second");
    }

    /// Of an engine: what a token and 64 of a prompt take, and how often that was measured.
    #[track_caller]
    fn check_turns(known: [(f64, u32); 2], expected: Option<&str>) {
        let lineup = Lineup(["reference", "second"].map(engine).to_vec());
        let measured = |engine: &EngineBuild| {
            let (ms, starts) = known[usize::from(!engine.is_reference)];
            Measured {
                timings: Some(Timings { batch_ms: [ms; 5], prompt_ms: ms }),
                examination: Some(Examination::default()),
                verdict: Some(Verdict::Agrees { reference: 1.0, engine: 1.0 }),
                starts,
                drafts: Vec::new(),
            }
        };
        let next = lineup.lesson(&measured).map(|lesson| match lesson {
            Lesson::Reference => "the text".to_owned(),
            Lesson::Engine(engine) => engine.build,
        });
        assert_eq!(next.as_deref(), expected);
        for name in ["reference", "second"] {
            let doubtful = lineup.is_doubtful(&engine(name), &measured);
            assert_eq!(doubtful, expected == Some(name));
        }
    }

    #[test]
    fn engines_that_are_close_are_measured_again_in_turns() {
        check_turns([(30.0, 1), (29.0, 1)], Some("reference"));
        check_turns([(30.0, 2), (29.0, 1)], Some("second"));
        check_turns([(30.0, STARTS), (44.0, 2)], Some("second"));
        check_turns([(30.0, STARTS), (29.0, STARTS)], None);
        check_turns([(30.0, 1), (46.0, 1)], None);
        check_turns([(46.0, 1), (30.0, 1)], None);
    }

    #[test]
    fn a_little_quicker_is_not_enough_and_the_quickest_wins() {
        let reference = (Some((30.0, 400.0)), Some(true));
        // 30 * 64 + 400 * 100 / 64 = 2,545 ms a turn.
        check(&[reference, (Some((29.5, 400.0)), Some(true))], "reference", "nothing");
        check(&[reference, (Some((33.0, 100.0)), Some(true))], "second", "nothing");
        let third = (Some((30.0, 200.0)), Some(true));
        check(&[reference, (Some((30.0, 250.0)), Some(true)), third], "third", "nothing");
        check(&[reference, (None, Some(false)), (None, None)], "reference", "third");
    }
}
