//! What is held after conversations, read and settled, a day between messages.

use jiff::ToSpan;
use jiff::civil::date;
use sarai_core::clock::Timestamp;
use sarai_core::fact::{Evidence, Fact, FactSource, FactStatus};
use sarai_core::id::{ConversationId, TurnId};
use sarai_core::language::Language;
use sarai_facts::ledger::{self, Heard};
use sarai_facts::notebook::Notebook;
use sarai_facts::reading::{self, Discourse, Earlier, Role};

mod changes;
mod endings;
mod english;
mod idle;
mod replacements;
mod speakers;
mod successions;

/// Tells a fresh notebook these messages, the first on a Monday.
fn told(messages: &[&str]) -> Notebook {
    let mut notebook = Notebook::new();
    let mut earlier: Vec<Earlier> = Vec::new();
    for (index, text) in messages.iter().enumerate() {
        let days = i64::try_from(index).unwrap();
        let day = date(2025, 6, 2).checked_add(days.days()).unwrap();
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        let turn = TurnId::new(format!("turn-{index}")).unwrap();
        let heard = Heard {
            source: FactSource::UserInput,
            at: Timestamp(midnight.as_millisecond()),
            day: day.to_string(),
            confidence: 0.9,
            message: Some((ConversationId::new("talk").unwrap(), turn)),
        };
        let evidence = Evidence {
            conversation: ConversationId::new("talk").unwrap(),
            turn: TurnId::new(format!("turn-{index}")).unwrap(),
            said: heard.at,
            text: (*text).to_owned(),
            subject: None,
            object: None,
        };
        let discourse = Discourse {
            day,
            earlier: &earlier,
            masked: &[],
            parsers: &[],
            language: Language::Spanish,
        };
        let mut kept = Vec::new();
        for claim in reading::read(text, &discourse).claims {
            let changes = ledger::settle(&claim, &heard, &notebook).unwrap();
            notebook.apply(&changes, &heard, Some(&evidence));
            kept.push(ledger::resolved(&claim, &notebook).unwrap());
        }
        earlier.push(Earlier { role: Role::User, text: (*text).to_owned(), claims: kept });
    }
    notebook
}

/// Writes a fact as `subject | relation | object`, with what is not as usual after it.
fn line(fact: &Fact) -> String {
    let no = if fact.negated { " | no" } else { "" };
    let status = match fact.status {
        FactStatus::Current => String::new(),
        other => format!(" | {}", other.name()),
    };
    format!("{} | {} | {}{no}{status}", fact.subject, fact.relation, fact.object)
}

/// Checks what is still held after these messages.
#[track_caller]
fn check(messages: &[&str], held: &[&str]) {
    let facts = told(messages).facts();
    let open = facts.iter().filter(|fact| fact.status != FactStatus::Superseded);
    let found: Vec<String> = open.map(line).collect();
    assert_eq!(found, held, "{messages:?}");
}
