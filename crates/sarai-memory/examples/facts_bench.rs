//! Measures the store and prints the figures as one JSON object.
//!
//! `facts_bench FOLDER [FACTS [DAYS [REPEATS [QUERIES]]]]`; the folder must be empty. The parsers are the wheels in the
//! folder that `SARAI_TEST_PARSERS` names; without it patterns read alone.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sarai_core::clock::{Clock, Timestamp};
use sarai_core::language::Language;
use sarai_core::syntax::Parse;
use sarai_memory::Understanding;
use sarai_memory::bench::{Bench, Size};
use sarai_parser::Parser;
use sarai_testkit::SeededRandom;

struct Watch(Instant);

impl Clock for Watch {
    #[expect(clippy::disallowed_methods, reason = "the clock itself")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[expect(clippy::disallowed_methods, reason = "an example measures with the real clock")]
fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(
        arguments.next().ok_or("usage: facts_bench FOLDER [FACTS [DAYS [REPEATS [QUERIES]]]]")?,
    );
    let mut size = Size::FULL;
    for part in [&mut size.facts, &mut size.days, &mut size.repeats, &mut size.queries] {
        if let Some(count) = arguments.next() {
            *part = count.parse()?;
        }
    }
    let parsers = match std::env::var("SARAI_TEST_PARSERS") {
        Ok(folder) => parsers(Path::new(&folder))?,
        Err(_) => Vec::new(),
    };
    let bench = Bench {
        folder: &folder,
        clock: Arc::new(Watch(Instant::now())),
        random: &SeededRandom::new(1),
        understanding: Understanding { parsers, ..Understanding::plain(Language::Spanish) },
        size,
    };
    println!(
        "{}",
        bench.run(&|stage| eprintln!("{:>6.1} s {stage}", started.elapsed().as_secs_f64()))?
    );
    Ok(())
}

fn parsers(folder: &Path) -> Result<Vec<Arc<dyn Parse>>, Box<dyn Error>> {
    let mut parsers: Vec<Arc<dyn Parse>> = Vec::new();
    let named = |name: &str| name.starts_with("es_core_news") || name.starts_with("en_core_web");
    for file in folder.read_dir()? {
        let path = file?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(named) {
            parsers.push(Arc::new(Parser::open(&path)?));
        }
    }
    Ok(parsers)
}
