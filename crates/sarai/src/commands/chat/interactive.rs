//! A conversation in the terminal: edited lines, a history, Ctrl-C for the answer and not the
//! program.

use std::path::Path;

use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor};
use sarai_core::language::Language;
use serde_json::Value;

use super::{Options, waiting};
use crate::commands::Context;
use crate::interrupt::Interrupt;
use crate::link::{Link, TurnEvent};
use crate::output;
use crate::owner::Access;
use crate::trouble::{Exit, Outcome, Trouble};

const HISTORY_LINES_MAX: usize = 1000;

/// Converses until the person leaves.
pub(in crate::commands) fn converse(
    context: &Context,
    access: &Access,
    interrupt: &Interrupt,
    options: &Options,
) -> Outcome {
    let language = context.language;
    let link = access.link();
    if let (Access::Guest(_), Some(url)) = (access, access.sign_in_url(context)?) {
        output::tell(&format!("  {}  {url}", language.pick("página", "page")));
    }
    waiting::until_ready(context, link, &interrupt.next())?;
    let mut editor = editor(&context.home.history_file())?;
    let last = context.home.root().join("state/last-chat");
    let mut talk =
        Talk { link, options, language, conversation: options.session.clone(), trace: Value::Null };
    if talk.conversation.is_none() && !options.begins_anew {
        talk.conversation = std::fs::read_to_string(&last).ok().map(|id| id.trim().to_owned());
    }
    talk.greet()?;
    while !interrupt.ended() {
        match editor.readline("» ") {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                // A line that the history refuses is only not offered again.
                let _refused = editor.add_history_entry(line.trim());
                match talk.hear(line.trim(), interrupt)? {
                    Next::Leave => break,
                    Next::GoOn => talk.remember(&last),
                }
            }
            Err(ReadlineError::Interrupted) => {
                output::tell(
                    language.pick("(Ctrl-D o /salir para salir)", "(Ctrl-D or /exit to leave)"),
                );
            }
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(Trouble::new(Exit::Failed, error.to_string(), "")),
        }
    }
    if let Err(error) = editor.save_history(&context.home.history_file()) {
        tracing::warn!(%error, "the lines typed were not kept");
    }
    Ok(())
}

fn editor(history: &Path) -> Outcome<DefaultEditor> {
    let failed = |error: ReadlineError| Trouble::new(Exit::Failed, error.to_string(), "");
    let config = Config::builder().max_history_size(HISTORY_LINES_MAX).map_err(failed)?.build();
    let mut editor = DefaultEditor::with_config(config).map_err(failed)?;
    if history.exists()
        && let Err(error) = editor.load_history(history)
    {
        tracing::warn!(%error, "the lines typed before cannot be read");
    }
    Ok(editor)
}

enum Next {
    GoOn,
    Leave,
}

/// One conversation in the terminal.
struct Talk<'a> {
    link: &'a Link,
    options: &'a Options,
    language: Language,
    conversation: Option<String>,
    trace: Value,
}

impl Talk<'_> {
    /// Says how to begin; a remembered conversation that was deleted meanwhile is forgotten.
    fn greet(&mut self) -> Outcome {
        if let Some(id) = &self.conversation
            && self.options.session.is_none()
        {
            match self.link.get(&format!("/api/sarai/conversations/{id}")) {
                Ok(conversation) => self.say_where_we_were(&conversation),
                Err(trouble) if matches!(trouble.exit, Exit::NotFound | Exit::Usage) => {
                    self.conversation = None;
                }
                Err(trouble) => return Err(trouble),
            }
        }
        output::tell(self.language.pick(
            "Escribe lo que quieras. /ayuda muestra las órdenes, Ctrl-C corta la respuesta.",
            "Write what you like. /help shows the commands, Ctrl-C stops the answer.",
        ));
        Ok(())
    }

    fn say_where_we_were(&self, conversation: &Value) {
        let last = conversation["turns"].as_array().and_then(|turns| turns.last());
        let question = last.and_then(|turn| turn["question"].as_str()).unwrap_or_default();
        let question = question.chars().take(60).collect::<String>();
        output::tell(&match self.language {
            Language::Spanish => {
                format!(
                    "Seguimos donde estábamos («{question}»). /nueva empieza otra conversación."
                )
            }
            Language::English => {
                format!("We go on where we were (“{question}”). /new begins another conversation.")
            }
        });
    }

    fn hear(&mut self, line: &str, interrupt: &Interrupt) -> Outcome<Next> {
        match line {
            "/salir" | "/exit" | "/quit" => return Ok(Next::Leave),
            "/nueva" | "/new" => {
                self.conversation = None;
                output::tell(self.language.pick("Conversación nueva.", "New conversation."));
            }
            "/traza" | "/trace" => output::tell(&format!("{:#}", self.trace)),
            "/ayuda" | "/help" => output::tell(self.language.pick(
                "/nueva  empieza otra conversación\n/traza  cómo se hizo la última respuesta\n/salir  termina",
                "/new    begin another conversation\n/trace  how the last answer was made\n/exit   leave",
            )),
            command if command.starts_with('/') && !command.contains(' ') => {
                output::tell(&match self.language {
                    Language::Spanish => format!("no existe la orden {command}; mira /ayuda"),
                    Language::English => format!("there is no command {command}; see /help"),
                });
            }
            question => self.ask(question, interrupt)?,
        }
        Ok(Next::GoOn)
    }

    fn ask(&mut self, question: &str, interrupt: &Interrupt) -> Outcome {
        let stop = interrupt.next();
        let request = self.options.request(question, self.conversation.as_deref());
        let mut conversation = None;
        let mut begun = false;
        let closing = self.link.turn(&request, &stop, &mut |event| match event {
            TurnEvent::Conversation(id) => conversation = Some(id.to_owned()),
            TurnEvent::Queued { ahead } => output::status(&format!("… {ahead}")),
            TurnEvent::Prefill { done, total } if done < total => {
                output::status(&format!("… {} %", done * 100 / total.max(1)));
            }
            TurnEvent::Text(text) if !text.is_empty() => {
                // Clears the line, so only before the first words.
                if !begun {
                    output::status("");
                    begun = true;
                }
                // A terminal that went away ends the loop at its next line.
                drop(output::piece(text));
            }
            TurnEvent::Prefill { .. } | TurnEvent::Text(_) => {}
        });
        if !begun {
            output::status("");
        }
        self.conversation = conversation.or(self.conversation.take());
        match closing {
            Ok(closing) if closing.stopped => {
                output::line(self.language.pick(" [cortada]", " [stopped]"))?;
            }
            Ok(closing) => {
                output::line("\n")?;
                for reason in closing.degraded() {
                    output::tell(&format!("{}: {reason}", self.language.pick("aviso", "warning")));
                }
                self.trace = closing.answer["trace"].clone();
            }
            // One failed answer does not end the conversation.
            Err(trouble) => {
                output::tell(&format!("error: {}", trouble.explanation.message));
                if let Some(hint) = trouble.explanation.hint {
                    output::tell(&format!("{}: {hint}", self.language.pick("consejo", "hint")));
                }
            }
        }
        Ok(())
    }

    /// Writes down which conversation to go on with next time.
    fn remember(&self, last: &Path) {
        let Some(id) = &self.conversation else { return };
        if let Err(error) = std::fs::write(last, id) {
            tracing::warn!(%error, "the conversation will not be found next time");
        }
    }
}
