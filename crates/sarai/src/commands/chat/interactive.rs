//! A conversation in the terminal: edited lines, a history, Ctrl-C for the answer and not the
//! program.

use std::path::PathBuf;

use sarai_core::language::Language;
use serde_json::Value;
use tokio::runtime::Handle;

use super::keyboard::{Keyboard, Typed};
use super::{Options, waiting};
use crate::commands::Context;
use crate::interrupt::Interrupt;
use crate::link::{Link, TurnEvent, encoded};
use crate::output;
use crate::owner::{Access, Duty};
use crate::trouble::{Exit, Outcome};

/// Converses until the person leaves.
pub(in crate::commands) fn converse(
    context: &Context,
    runtime: &Handle,
    access: &mut Access,
    interrupt: &Interrupt,
    options: &Options,
) -> Outcome {
    let language = context.language;
    if let (Access::Guest(_), Some(url)) = (&*access, access.sign_in_url(context)?) {
        output::tell(&format!("  {}  {url}", language.pick("página", "page")));
    }
    waiting::until_ready(context, access.link(), &interrupt.next())?;
    let mut keyboard = Keyboard::open(context.home.history_file(), interrupt)?;
    let mut talk = Talk::new(context, access.link().clone(), options);
    talk.greet()?;
    loop {
        match runtime.block_on(keyboard.next())? {
            Typed::Line(line) if line.is_empty() => {}
            Typed::Line(line) => match talk.hear(&line, interrupt)? {
                Next::Leave => return Ok(()),
                Next::GoOn => {}
                Next::Lost => {
                    *access = Access::gain(
                        context,
                        runtime,
                        Duty::Whole { listen: None },
                        &interrupt.next(),
                    )?;
                    talk.link = access.link().clone();
                    tell_new_way(access, language);
                    waiting::until_ready(context, access.link(), &interrupt.next())?;
                }
            },
            Typed::Nothing => output::tell(
                language.pick("(Ctrl-D o /salir para salir)", "(Ctrl-D or /exit to leave)"),
            ),
            Typed::End => return Ok(()),
        }
    }
}

/// Tells what became of a conversation whose owner left.
fn tell_new_way(access: &Access, language: Language) {
    output::tell(match access {
        Access::Owner(_) => language.pick(
            "La otra SARAi se ha ido: ahora contesta esta. Repite la pregunta.",
            "The other SARAi has left: this one answers now. Ask again.",
        ),
        Access::Guest(_) => language.pick(
            "SARAi vuelve a estar en marcha. Repite la pregunta.",
            "SARAi is running again. Ask again.",
        ),
    });
}

enum Next {
    GoOn,
    Leave,
    /// Nobody is there any more at the other end.
    Lost,
}

/// One conversation in the terminal.
struct Talk<'a> {
    link: Link,
    options: &'a Options,
    language: Language,
    conversation: Option<String>,
    /// Where it is written down which conversation to go on with next time.
    last: PathBuf,
    trace: Value,
}

impl<'a> Talk<'a> {
    fn new(context: &Context, link: Link, options: &'a Options) -> Talk<'a> {
        let last = context.home.root().join("state/last-chat");
        let mut conversation = options.session.clone();
        if conversation.is_none() && !options.begins_anew && !options.without_memory {
            conversation = std::fs::read_to_string(&last).ok().map(|id| id.trim().to_owned());
        }
        let language = context.language;
        Talk { link, options, language, conversation, last, trace: Value::Null }
    }

    /// Says how to begin; a remembered conversation that was deleted meanwhile is forgotten.
    fn greet(&mut self) -> Outcome {
        if let Some(id) = &self.conversation
            && self.options.session.is_none()
        {
            match self.link.get(&format!("/api/sarai/conversations/{}", encoded(id))) {
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
        let question = question.split_whitespace().collect::<Vec<_>>().join(" ");
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
                if !self.options.without_memory {
                    self.forget();
                }
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
            question => return self.ask(question, interrupt),
        }
        Ok(Next::GoOn)
    }

    fn ask(&mut self, question: &str, interrupt: &Interrupt) -> Outcome<Next> {
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
                self.remember(closing.answer["conversation"].as_str());
            }
            // One failed answer does not end the conversation.
            Err(trouble) => {
                if trouble.exit == Exit::Unavailable && !self.link.is_alive() {
                    // Its hint would be to start what is about to be started.
                    output::tell(&format!("error: {}", trouble.explanation.message));
                    return Ok(Next::Lost);
                }
                output::tell_failure(&trouble.explanation, self.language);
            }
        }
        Ok(Next::GoOn)
    }

    /// Writes down which conversation to go on with next time, once an answer is kept in it.
    fn remember(&self, stored: Option<&str>) {
        let Some(id) = stored.filter(|_| !self.options.without_memory) else { return };
        if let Err(error) = std::fs::write(&self.last, id) {
            tracing::warn!(%error, "the conversation will not be found next time");
        }
    }

    fn forget(&self) {
        match std::fs::remove_file(&self.last) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "the conversation before will be found next time");
            }
            _ => {}
        }
    }
}
