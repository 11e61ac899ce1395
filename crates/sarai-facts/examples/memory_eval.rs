//! Reads items of the entity-memory sets and writes what is kept and answered, a line each.
//!
//! `memory_eval ITEMS.jsonl > OUT.jsonl`; `-` reads standard input. The wheels of the parsers are
//! taken from the folder in `SARAI_TEST_PARSERS`; without it, patterns read alone.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::error::Error;
use std::io::Read;

use jiff::civil::Date;
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Evidence, Fact, FactSource};
use sarai_core::id::{ConversationId, TurnId};
use sarai_core::language::Language;
use sarai_core::syntax::Parse;
use sarai_facts::asking::{self, Asking};
use sarai_facts::claim::Claim;
use sarai_facts::ledger::{self, Heard};
use sarai_facts::notebook::Notebook;
use sarai_facts::reading::{self, Discourse, Earlier, Role};
use sarai_parser::Parser;
use serde_json::{Value, json};

/// The day of turns that do not tell theirs.
const DAY: Date = jiff::civil::date(2025, 6, 2);
/// How sure a first mention by the user is.
const CONFIDENCE: f64 = 0.9;
/// How the names of the parsers' wheels begin.
const PARSERS: &[&str] = &["es_core_news_sm", "en_core_web_sm"];
const ANSWERS_MAX: usize = 5;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let path = std::env::args().nth(1).ok_or("usage: memory_eval ITEMS.jsonl")?;
    let items = if path == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        std::fs::read_to_string(&path)?
    };
    let parsers = parsers()?;
    let parsers: Vec<&dyn Parse> = parsers.iter().map(|parser| parser as &dyn Parse).collect();
    for item in items.lines().filter(|line| !line.trim().is_empty()) {
        println!("{}", evaluate(&serde_json::from_str(item)?, &parsers)?);
    }
    Ok(())
}

/// Opens the parsers there are.
fn parsers() -> Result<Vec<Parser>, Failure> {
    #[expect(clippy::disallowed_methods, reason = "an example is an edge")]
    let Some(folder) = std::env::var_os("SARAI_TEST_PARSERS") else {
        return Ok(Vec::new());
    };
    let mut parsers = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if PARSERS.iter().any(|model| name.starts_with(model)) {
            parsers.push(Parser::open(&path)?);
        }
    }
    Ok(parsers)
}

/// Returns what a fresh notebook keeps and answers when it is told the turns of `item`.
pub(crate) fn evaluate(item: &Value, parsers: &[&dyn Parse]) -> Result<Value, Failure> {
    let language = match item["lang"].as_str() {
        Some("en") => Language::English,
        _ => Language::Spanish,
    };
    let mut notebook = Notebook::new();
    let mut earlier: Vec<Earlier> = Vec::new();
    let mut day = DAY;
    for (index, turn) in list(&item["turns"]).iter().enumerate() {
        let text = turn["text"].as_str().ok_or("a turn without text")?;
        day = turn["date"].as_str().map_or(Ok(day), str::parse)?;
        let by_user = turn["role"].as_str() != Some("assistant");
        let role = if by_user { Role::User } else { Role::Assistant };
        let mut claims = Vec::new();
        if by_user {
            let discourse = Discourse { day, earlier: &earlier, masked: &[], parsers, language };
            let said = Said { text, day, index };
            claims = said.learn(&discourse, &mut notebook)?;
        }
        earlier.push(Earlier { role, text: text.to_owned(), claims });
    }
    let asking = Asking { day, parsers, language };
    let mut answers = Vec::new();
    for probe in list(&item["probes"]) {
        let question = probe["q"].as_str().ok_or("a probe without a question")?;
        let found = asking::answers(question, &asking, &notebook, ANSWERS_MAX)?;
        answers.push(found.into_iter().map(|answer| answer.text).collect::<Vec<_>>());
    }
    Ok(json!({ "id": item["id"], "triples": triples(&notebook), "answers": answers }))
}

/// A turn of the user's.
struct Said<'a> {
    text: &'a str,
    day: Date,
    index: usize,
}

impl Said<'_> {
    /// Reads the turn and keeps what it claims. Returns the claims as they were kept.
    fn learn(
        &self,
        discourse: &Discourse<'_>,
        notebook: &mut Notebook,
    ) -> Result<Vec<Claim>, Failure> {
        let conversation = ConversationId::new("evaluation")?;
        let turn = TurnId::new(format!("turn-{}", self.index))?;
        let midnight = self.day.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_millisecond();
        let heard = Heard {
            source: FactSource::UserInput,
            at: Timestamp(midnight.saturating_add(i64::try_from(self.index)?)),
            day: self.day.to_string(),
            confidence: CONFIDENCE,
            message: Some((conversation.clone(), turn.clone())),
        };
        let reading = reading::read(self.text, discourse);
        let mut kept = Vec::new();
        for claim in &reading.claims {
            let evidence = Evidence {
                conversation: conversation.clone(),
                turn: turn.clone(),
                said: heard.at,
                text: self.text.to_owned(),
                subject: claim.subject.span.clone(),
                object: claim.object.span.clone(),
            };
            let changes = ledger::settle(claim, &heard, notebook)?;
            notebook.apply(&changes, &heard, Some(&evidence));
            kept.push(ledger::resolved(claim, notebook)?);
        }
        Ok(kept)
    }
}

fn triples(notebook: &Notebook) -> Vec<Value> {
    let triple = |fact: Fact| {
        json!({
            "subject": fact.subject,
            "relation": fact.relation,
            "object": fact.object,
            "negated": fact.negated,
            "status": fact.status.name(),
            "when": fact.when.or(fact.valid_from),
            "confidence": fact.confidence,
        })
    };
    notebook.facts().into_iter().map(triple).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
