//! Evaluates items of the entity-memory sets in the real store and writes a result a line.
//!
//! `store_eval ITEMS.jsonl > OUT.jsonl`; `-` reads standard input. The parsers are the wheels in
//! the folder that `SARAI_TEST_PARSERS` names; without it patterns read alone.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use sarai_core::language::Language;
use sarai_core::syntax::Parse;
use sarai_memory::{Understanding, eval};
use sarai_parser::Parser;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: store_eval ITEMS.jsonl")?;
    let items = if path == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        std::fs::read_to_string(&path)?
    };
    let understanding =
        Understanding { parsers: parsers()?, ..Understanding::plain(Language::Spanish) };
    eprintln!("{} parsers", understanding.parsers.len());
    for item in items.lines().filter(|line| !line.trim().is_empty()) {
        println!("{}", eval::eval_item(&serde_json::from_str(item)?, &understanding)?);
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "how a developer says where the parsers are")]
fn parsers() -> Result<Vec<Arc<dyn Parse>>, Box<dyn Error>> {
    let mut parsers: Vec<Arc<dyn Parse>> = Vec::new();
    let Ok(folder) = std::env::var("SARAI_TEST_PARSERS") else { return Ok(parsers) };
    let mut files: Vec<_> = Path::new(&folder)
        .read_dir()?
        .map(|file| Ok(file?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.sort();
    let named = |name: &str| name.starts_with("es_core_news") || name.starts_with("en_core_web");
    for file in files {
        if file.file_name().and_then(|name| name.to_str()).is_some_and(named) {
            parsers.push(Arc::new(Parser::open(&file)?));
        }
    }
    Ok(parsers)
}
