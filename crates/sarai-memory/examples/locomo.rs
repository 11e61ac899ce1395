//! Evaluates recall on `LoCoMo` in the real store and prints the figures as JSON.
//!
//! `locomo locomo10.json`. The embedding model is `e5-small-q4.bin` in the folder that
//! `SARAI_TEST_EMBEDDINGS` names; without it recall goes by words alone.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sarai_core::clock::{Clock, Timestamp};
use sarai_core::language::Language;
use sarai_core::vector::Embed;
use sarai_embedding::Encoder;
use sarai_memory::{Understanding, locomo};

/// Measures in real time; what day it is does not matter.
struct Stopwatch(Instant);

impl Clock for Stopwatch {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[expect(clippy::disallowed_methods, reason = "what is measured is the time of this machine")]
fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: locomo locomo10.json")?;
    let data = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let mut embed: Option<Arc<dyn Embed>> = None;
    if let Some(folder) = std::env::var_os("SARAI_TEST_EMBEDDINGS") {
        embed = Some(Arc::new(Encoder::open(&Path::new(&folder).join("e5-small-q4.bin"))?));
    } else {
        eprintln!("without SARAI_TEST_EMBEDDINGS recall goes by words alone");
    }
    let understanding = Understanding { embed, ..Understanding::plain(Language::English) };
    let clock: Arc<dyn Clock> = Arc::new(Stopwatch(Instant::now()));
    let figures = locomo::evaluate(&data, &understanding, &clock)?;
    println!("{}", serde_json::to_string_pretty(&figures)?);
    Ok(())
}
