//! `sarai memory forget`: shows what would go, asks, and says what went.

use std::io::{self, BufRead as _, IsTerminal as _};

use hyper::Method;
use sarai_core::language::Language;
use serde_json::{Value, json};

use super::{path_with, shown};
use crate::args::Forget;
use crate::commands::Context;
use crate::link::Link;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

pub(super) fn run(context: &Context, link: &Link, options: &Forget) -> Outcome {
    let language = context.language;
    let body = request(options).ok_or_else(|| {
        Trouble::new(
            Exit::Usage,
            language.pick("no se dice qué olvidar", "it is not said what to forget"),
            language.pick(
                "da el número de un hecho, o `--subject`, `--verb`, `--object`, `--session` o `--everything`",
                "give the number of a fact, or `--subject`, `--verb`, `--object`, `--session` or `--everything`",
            ),
        )
    })?;
    if !options.yes {
        confirm(context, link, options)?;
    }
    let answer = link.patient().call(&Method::POST, "/api/sarai/memory/forget", Some(&body))?;
    if options.json {
        return output::json(&answer);
    }
    let forgotten = &answer["forgotten"];
    let count = |name: &str| forgotten[name].as_array().map_or(0, Vec::len);
    let (facts, turns) = (count("facts"), &forgotten["turns"]);
    output::line(&match language {
        Language::Spanish => {
            format!("olvidado: {facts} hechos y {turns} turnos, con sus palabras")
        }
        Language::English => format!("forgotten: {facts} facts and {turns} turns, words included"),
    })
}

fn request(options: &Forget) -> Option<Value> {
    if let Some(id) = options.id {
        return Some(json!({ "fact": id }));
    }
    if let Some(session) = &options.session {
        return Some(json!({ "conversation": session }));
    }
    if options.everything {
        return Some(json!({ "everything": true }));
    }
    let Forget { subject, verb, object, .. } = options;
    if subject.is_none() && verb.is_none() && object.is_none() {
        return None;
    }
    Some(json!({ "matching": { "subject": subject, "verb": verb, "object": object } }))
}

/// Shows what would go and asks; without a terminal to ask at, refuses.
fn confirm(context: &Context, link: &Link, options: &Forget) -> Outcome {
    let language = context.language;
    if !io::stdin().is_terminal() {
        return Err(Trouble::new(
            Exit::Refused,
            language.pick("olvidar no se puede deshacer", "forgetting cannot be undone"),
            language.pick("si es lo que quieres, añade `--yes`", "if you mean it, add `--yes`"),
        ));
    }
    let facts = if let Some(id) = options.id {
        vec![link.get(&format!("/api/sarai/memory/facts/{id}"))?["fact"].clone()]
    } else {
        let parameters = [
            ("subject", options.subject.clone()),
            ("verb", options.verb.clone()),
            ("object", options.object.clone()),
            ("history", Some("true".to_owned())),
        ];
        let answer = link.get(&path_with("/api/sarai/memory/facts", &parameters))?;
        answer["facts"].as_array().cloned().unwrap_or_default()
    };
    if options.session.is_none() {
        output::tell(&shown::table(&facts, language));
    }
    output::tell(language.pick(
        "Se borrará de verdad, con las frases de las que salió. ¿Seguro? [s/N]",
        "It will truly be deleted, with the sentences it came from. Sure? [y/N]",
    ));
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
    match answer.trim().to_lowercase().as_str() {
        "s" | "sí" | "si" | "y" | "yes" => Ok(()),
        _ => Err(Trouble::new(
            Exit::Refused,
            language.pick("no se ha olvidado nada", "nothing was forgotten"),
            language.pick("contesta `s` para olvidar", "answer `y` to forget"),
        )),
    }
}
