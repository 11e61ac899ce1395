//! What claims do to what is known.

mod names;
mod rules;
mod sequences;

use sarai_core::clock::Timestamp;
use sarai_core::fact::{Evidence, Extractor, Fact, FactSource, FactStatus, SPEAKER};
use sarai_core::id::{ConversationId, TurnId};
use sarai_facts::claim::{Claim, Effect, Kind, Party};
use sarai_facts::ledger::{self, Heard};
use sarai_facts::notebook::Notebook;

/// Reads a claim written as `subject | relation | object | marks`. More names follow a `+`, and a
/// kind a `:`, as in `hermana+Lucía:person`. Marks are words: `no`, `past`, `planned`,
/// `when=2025-06-03`, `since=2019`, `end`, `replace`, `replace=Madrid`, `reply`.
fn claim(text: &str) -> Claim {
    let parts: Vec<&str> = text.split('|').map(str::trim).collect();
    let marks: Vec<&str> = parts.get(3).map_or(vec![], |marks| marks.split_whitespace().collect());
    let value = |name: &str| {
        marks.iter().find_map(|mark| mark.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
    };
    let has = |name: &str| marks.contains(&name);
    let status = match () {
        () if has("past") => FactStatus::Past,
        () if has("planned") => FactStatus::Planned,
        () => FactStatus::Current,
    };
    let effect = match () {
        () if has("end") => Effect::End,
        () if has("replace") => Effect::Replace { old: None },
        () => value("replace").map_or(Effect::Add, |old| Effect::Replace { old: Some(old) }),
    };
    Claim {
        subject: party(parts[0]),
        relation: parts[1].to_owned(),
        object: party(parts[2]),
        negated: has("no"),
        status,
        when: value("when"),
        since: value("since"),
        effect,
        extractor: if has("reply") { Extractor::Reply } else { Extractor::Grammar },
        span: 0..0,
    }
}

fn party(text: &str) -> Party {
    let (names, kind) =
        text.rsplit_once(':').map_or((text, None), |(names, kind)| (names, Some(kind)));
    let mut names = names.split('+').map(str::to_owned);
    let name = names.next().expect("a name");
    if name == SPEAKER {
        return Party::speaker();
    }
    let kind = match kind {
        Some("person") => Kind::Person,
        Some("animal") => Kind::Animal,
        Some("time") => Kind::Time,
        Some(other) => panic!("unknown kind {other}"),
        None => Kind::Thing,
    };
    Party { also: names.collect(), kind, ..Party::named(name) }
}

/// A message: by whom, and what it claims.
#[derive(Clone, Copy)]
struct Message<'a> {
    source: FactSource,
    claims: &'a [&'a str],
}

fn heard(source: FactSource, index: usize) -> Heard {
    let at = Timestamp(i64::try_from(index).unwrap() * 86_400_000);
    let message =
        (ConversationId::new("talk").unwrap(), TurnId::new(format!("turn-{index}")).unwrap());
    Heard { source, at, day: at.date(), confidence: 0.9, message: Some(message) }
}

fn tell(notebook: &mut Notebook, claim: &Claim, heard: &Heard) {
    let (conversation, turn) = heard.message.clone().unwrap();
    let evidence = Evidence {
        conversation,
        turn,
        said: heard.at,
        text: "…".to_owned(),
        subject: None,
        object: None,
    };
    let changes = ledger::settle(claim, heard, notebook).unwrap();
    notebook.apply(&changes, heard, Some(&evidence));
}

/// Tells a fresh notebook these messages, a day each.
fn told(messages: &[Message<'_>]) -> Notebook {
    let mut notebook = Notebook::new();
    for (index, message) in messages.iter().enumerate() {
        let heard = heard(message.source, index);
        for text in message.claims {
            tell(&mut notebook, &claim(text), &heard);
        }
    }
    notebook
}

/// Writes a fact as `subject | relation | object`, with what is not as usual after it.
fn line(fact: &Fact) -> String {
    let line = format!("{} | {} | {}", fact.subject, fact.relation, fact.object);
    let mut marks: Vec<String> = Vec::new();
    marks.extend(fact.negated.then(|| "no".to_owned()));
    marks.extend((fact.status != FactStatus::Current).then(|| fact.status.name().to_owned()));
    marks.extend((fact.mentions > 1).then(|| format!("x{}", fact.mentions)));
    marks.extend((fact.source != FactSource::UserInput).then(|| fact.source.name().to_owned()));
    if marks.is_empty() { line } else { format!("{line} | {}", marks.join(" ")) }
}

/// Checks what is kept after the user's messages, each a list of claims.
#[track_caller]
fn check(messages: &[&[&str]], kept: &[&str]) {
    let by_user = |claims| Message { source: FactSource::UserInput, claims };
    let messages: Vec<Message<'_>> = messages.iter().copied().map(by_user).collect();
    check_from(&messages, kept);
}

/// Checks what is kept after messages of anybody's.
#[track_caller]
fn check_from(messages: &[Message<'_>], kept: &[&str]) {
    let found: Vec<String> = told(messages).facts().iter().map(line).collect();
    assert_eq!(found, kept);
}
