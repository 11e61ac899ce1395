//! `sarai memory`: what is known, where it came from, and how to correct or forget it.
//!
//! Every command but `eval` asks the owner of the home, in the native API.

mod eval;
mod forget;
mod shown;
mod transfer;

use std::io::{self, IsTerminal as _};

use hyper::Method;
use sarai_core::language::Language;
use serde_json::{Value, json};

use super::Context;
use super::chat::read_piped;
use super::serve::{executor, listen_for_interrupts};
use crate::args::{Ask, Edit, Ingest, List, Memory as Command, Recall, Role, Rotate, Show, Store};
use crate::link::{Link, encoded};
use crate::output;
use crate::owner::{Access, Duty};
use crate::trouble::{Exit, Outcome, Trouble};

pub(super) fn run(context: &Context, command: &Command) -> Outcome {
    match command {
        Command::Eval(options) => return eval::run(context, options),
        // Read before the home is taken: whoever types may take his time.
        Command::Ingest(options) => {
            let text = ingested_text(options, context.language)?;
            return with_link(context, |link| ingest(context, link, options, &text));
        }
        _ => {}
    }
    with_link(context, |link| match command {
        Command::Store(options) => store(context, link, options),
        Command::Recall(options) => recall(context, link, options),
        Command::Ask(options) => ask(context, link, options),
        Command::List(options) => list(context, link, options),
        Command::Show(options) => show(context, link, options),
        Command::Edit(options) => edit(context, link, options),
        Command::Forget(options) => forget::run(context, link, options),
        Command::Undo(options) => undo(context, link, options.json),
        Command::Vacuum(options) => vacuum(context, link, options.json),
        Command::Rotate(options) => rotate(context, link, options),
        Command::Stats(options) => stats(context, link, options.json),
        Command::Backup { file, json } => transfer::backup(context, link, file.as_deref(), *json),
        Command::Export { file } => transfer::export(context, link, file.as_deref()),
        Command::Import { file, json } => transfer::import(context, link, file, *json),
        // Answered above.
        Command::Eval(_) | Command::Ingest(_) => Ok(()),
    })
}

/// Finds the owner of the home, or is one for as long as `work` takes.
fn with_link(context: &Context, work: impl FnOnce(&Link) -> Outcome) -> Outcome {
    let executor = executor()?;
    let interrupt = listen_for_interrupts(&executor)?;
    let access = Access::gain(context, &executor, Duty::Memory, &interrupt.next())?;
    let outcome = work(access.link());
    access.release(&executor);
    outcome
}

/// Returns a path with the parameters that have a value.
fn path_with(path: &str, parameters: &[(&str, Option<String>)]) -> String {
    let given = parameters.iter().filter_map(|(name, value)| {
        value.as_ref().map(|value| format!("{name}={}", encoded(value)))
    });
    let query = given.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn ingested_text(options: &Ingest, language: Language) -> Outcome<String> {
    let text = match options.text.as_deref() {
        Some("-") => read_piped(language)?,
        None if !io::stdin().is_terminal() => read_piped(language)?,
        None => String::new(),
        Some(text) => text.to_owned(),
    };
    if text.trim().is_empty() {
        return Err(Trouble::new(
            Exit::Usage,
            language.pick("no hay ningún mensaje que leer", "there is no message to read"),
            language.pick(
                "escribe `sarai memory ingest --session casa \"Vivo en Lugo\"`",
                "write `sarai memory ingest --session home \"I live in Leeds\"`",
            ),
        ));
    }
    Ok(text)
}

fn ingest(context: &Context, link: &Link, options: &Ingest, text: &str) -> Outcome {
    let role = match options.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let body = json!({
        "session": options.session,
        "role": role,
        "date": options.date,
        "text": text,
    });
    let answer = link.call(&Method::POST, "/api/sarai/memory/ingest", Some(&body))?;
    if options.json { output::json(&answer) } else { shown::ingested(&answer, context.language) }
}

fn store(context: &Context, link: &Link, options: &Store) -> Outcome {
    let body = json!({
        "subject": options.subject,
        "relation": options.relation,
        "object": options.object,
        "negated": options.negated,
        "when": options.when,
        "confidence": options.confidence,
        "source": options.source,
    });
    let answer = link.call(&Method::POST, "/api/sarai/memory/facts", Some(&body))?;
    if options.json { output::json(&answer) } else { shown::stored(&answer, context.language) }
}

fn recall(context: &Context, link: &Link, options: &Recall) -> Outcome {
    let parameters = [
        ("subject", options.subject.clone()),
        ("verb", options.verb.clone()),
        ("object", options.object.clone()),
        ("as_of", options.as_of.clone()),
        ("history", options.history.then(|| "true".to_owned())),
        ("limit", options.limit.map(|limit| limit.to_string())),
    ];
    let answer = link.get(&path_with("/api/sarai/memory/facts", &parameters))?;
    facts(context, &answer, options.json)
}

fn list(context: &Context, link: &Link, options: &List) -> Outcome {
    let parameters = [
        ("query", options.words.clone()),
        ("history", options.history.then(|| "true".to_owned())),
        ("limit", options.limit.map(|limit| limit.to_string())),
    ];
    let answer = link.get(&path_with("/api/sarai/memory/facts", &parameters))?;
    facts(context, &answer, options.json)
}

fn facts(context: &Context, answer: &Value, as_json: bool) -> Outcome {
    if as_json {
        return output::json(answer);
    }
    let language = context.language;
    let facts = answer["facts"].as_array().map(Vec::as_slice).unwrap_or_default();
    if facts.is_empty() {
        output::tell(language.pick("no hay ningún hecho así", "there is no such fact"));
        return Ok(());
    }
    output::line(&shown::table(facts, language))
}

fn ask(context: &Context, link: &Link, options: &Ask) -> Outcome {
    let body =
        json!({ "question": options.question, "date": options.date, "limit": options.limit });
    let answer = link.call(&Method::POST, "/api/sarai/memory/ask", Some(&body))?;
    if options.json { output::json(&answer) } else { shown::answers(&answer, context.language) }
}

fn show(context: &Context, link: &Link, options: &Show) -> Outcome {
    let answer = link.get(&format!("/api/sarai/memory/facts/{}", options.id))?;
    if options.json { output::json(&answer) } else { shown::whole(&answer, context.language) }
}

fn edit(context: &Context, link: &Link, options: &Edit) -> Outcome {
    let body = json!({
        "subject": options.subject,
        "relation": options.relation,
        "object": options.object,
        "when": options.when,
    });
    let path = format!("/api/sarai/memory/facts/{}", options.id);
    let answer = link.call(&Method::PATCH, &path, Some(&body))?;
    if options.json { output::json(&answer) } else { shown::stored(&answer, context.language) }
}

fn undo(context: &Context, link: &Link, as_json: bool) -> Outcome {
    let answer = link.call(&Method::POST, "/api/sarai/memory/undo", None)?;
    if as_json {
        return output::json(&answer);
    }
    let language = context.language;
    if answer["fact"].is_null() {
        output::tell(language.pick("no hay nada que deshacer", "there is nothing to undo"));
        return Ok(());
    }
    output::line(&shown::table(std::slice::from_ref(&answer["fact"]), language))
}

fn vacuum(context: &Context, link: &Link, as_json: bool) -> Outcome {
    let answer = link.patient().call(&Method::POST, "/api/sarai/memory/vacuum", None)?;
    if as_json { output::json(&answer) } else { shown::before_and_after(&answer, context.language) }
}

fn rotate(context: &Context, link: &Link, options: &Rotate) -> Outcome {
    let body = json!({ "days": options.days });
    let answer = link.patient().call(&Method::POST, "/api/sarai/memory/rotate", Some(&body))?;
    if options.json {
        return output::json(&answer);
    }
    let count = &answer["archived"];
    let file = answer["file"].as_str();
    output::line(&match (context.language, file) {
        (Language::Spanish, Some(file)) => format!("{count} sucesos llevados a `{file}`"),
        (Language::English, Some(file)) => format!("{count} events moved to `{file}`"),
        (Language::Spanish, None) => "no hay sucesos tan antiguos".to_owned(),
        (Language::English, None) => "there are no events as old as that".to_owned(),
    })
}

fn stats(context: &Context, link: &Link, as_json: bool) -> Outcome {
    let answer = link.get("/api/sarai/memory/stats")?;
    if as_json { output::json(&answer) } else { shown::statistics(&answer, context.language) }
}

#[cfg(test)]
mod tests {
    use super::path_with;

    #[test]
    fn only_what_was_given_is_asked_for() {
        assert_eq!(path_with("/a", &[("b", None)]), "/a");
        let given = [("b", Some("año nuevo".to_owned())), ("c", None), ("d", Some("1".to_owned()))];
        assert_eq!(path_with("/a", &given), "/a?b=a%C3%B1o%20nuevo&d=1");
    }
}
