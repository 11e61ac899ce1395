//! The prompts that the benches ask: a line of JSON each.

use std::fs;
use std::path::Path;

use sarai_core::conversation::{Recalled, Said, Speaker};
use sarai_core::engine::{Constraint, Generation};
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::prompt::{self, Parts};
use sarai_core::text::{Origin, Text};
use serde::Deserialize;
use serde_json::Value;

use super::stopwatch::greedy;
use crate::trouble::{Exit, Outcome, Trouble};

/// The prompts that come with SARAi: chat, code, JSON and quoting, Spanish and English.
const OURS: &str = include_str!("../../../bench/prompts.jsonl");

/// A question of some kind.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Task {
    pub(super) kind: String,
    messages: Vec<Message>,
    /// What the answer must be; without one, an answer of the kind `json` is any object.
    #[serde(default)]
    pub(super) schema: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
struct Message {
    role: Role,
    content: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    System,
    User,
    Assistant,
}

impl Task {
    /// Returns the request of up to `tokens` tokens, chosen greedily so that it can be repeated.
    pub(super) fn generation(&self, tokens: u32, language: Language) -> Outcome<Generation> {
        let said: Vec<Said> = self.messages.iter().map(said).collect();
        let parts = Parts {
            persona: None,
            said: &said,
            recalled: &Recalled::default(),
            today: None,
            tools: &[],
            language,
        };
        let limits = Limits { message_bytes_max: usize::MAX, ..Limits::SMALL };
        let prompt = prompt::assemble(parts, &limits)
            .map_err(|error| Trouble::new(Exit::Usage, error.to_string(), ""))?;
        let constraint = match &self.schema {
            Some(schema) => Constraint::JsonSchema(schema.to_string()),
            None if self.kind == "json" => Constraint::JsonObject,
            None => Constraint::Free,
        };
        Ok(Generation { constraint, ..greedy(prompt, tokens) })
    }
}

fn said(message: &Message) -> Said {
    let (speaker, origin) = match message.role {
        Role::System => (Speaker::Client, Origin::Client),
        Role::User => (Speaker::User, Origin::User),
        Role::Assistant => (Speaker::Assistant, Origin::Model),
    };
    Said::new(speaker, Text::new(origin, message.content.clone()))
}

/// Reads the prompts of a file, or ours.
pub(super) fn read(path: Option<&Path>, language: Language) -> Outcome<Vec<Task>> {
    let Some(path) = path else { return tasks(OURS, "prompts.jsonl", language) };
    let name = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| Trouble::new(Exit::NotFound, format!("`{name}`: {error}"), ""))?;
    tasks(&text, &name, language)
}

fn tasks(text: &str, name: &str, language: Language) -> Outcome<Vec<Task>> {
    let hint = language.pick(
        "cada línea es {\"kind\": …, \"messages\": [{\"role\": …, \"content\": …}]}",
        "each line is {\"kind\": …, \"messages\": [{\"role\": …, \"content\": …}]}",
    );
    let lines = (1_usize..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let tasks: Vec<Task> = lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                Trouble::new(Exit::Usage, format!("`{name}`:{number}: {error}"), hint)
            })
        })
        .collect::<Outcome<_>>()?;
    if tasks.is_empty() {
        let message = language.pick("no hay ninguna pregunta", "there is no prompt");
        return Err(Trouble::new(Exit::Usage, format!("`{name}`: {message}"), hint));
    }
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use super::{OURS, tasks};
    use sarai_core::language::Language;

    #[test]
    fn our_prompts_are_of_four_kinds_and_all_can_be_asked() {
        let ours = tasks(OURS, "ours", Language::Spanish).unwrap();
        for kind in ["chat", "code", "json", "quote"] {
            let of_kind: Vec<_> = ours.iter().filter(|task| task.kind == kind).collect();
            assert!(of_kind.len() >= 20, "{kind}");
            assert!(of_kind.iter().all(|task| task.schema.is_some() == (kind == "json")));
        }
        assert!(ours.iter().all(|task| task.generation(8, Language::Spanish).is_ok()));
    }

    #[test]
    fn a_line_that_is_no_prompt_is_named() {
        let good = r#"{"kind":"chat","messages":[{"role":"user","content":"hola"}]}"#;
        let trouble = tasks(&format!("{good}\n\n{{}}"), "mine", Language::English).unwrap_err();
        let message = trouble.explanation.message;
        assert!(message.contains("`mine`:3:"), "{message}");
        assert!(tasks("\n", "mine", Language::English).is_err());
        assert_eq!(tasks(good, "mine", Language::English).unwrap().len(), 1);
    }
}
