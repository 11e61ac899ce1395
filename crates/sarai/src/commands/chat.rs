//! `sarai chat`: one answer, or a conversation in the terminal.

mod interactive;
mod keyboard;
mod waiting;

use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use sarai_core::id::{ConversationId, ID_BYTES_MAX};
use sarai_core::language::Language;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

pub(super) use self::interactive::converse;
use super::serve::{executor, listen_for_interrupts};
use super::{Context, grammar};
use crate::args::Chat;
use crate::link::{Closing, Link, TurnEvent};
use crate::output;
use crate::owner::{Access, Duty};
use crate::trouble::{Exit, Outcome, Trouble};

/// Most bytes taken from a pipe. The assistant's own limit is far below; this one protects memory.
const PIPED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How to ask, whatever is asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    pub(super) session: Option<String>,
    pub(super) begins_anew: bool,
    pub(super) model: Option<String>,
    pub(super) without_memory: bool,
    pub(super) schema: Option<Value>,
    pub(super) grammar: Option<String>,
    pub(super) tokens_max: Option<u32>,
    pub(super) temperature: Option<f32>,
    pub(super) seed: Option<u64>,
}

impl Options {
    fn read(chat: &Chat, language: Language) -> Outcome<Options> {
        Ok(Options {
            session: chat
                .session
                .as_deref()
                .map(|name| session_name(name, language))
                .transpose()?,
            begins_anew: chat.new,
            model: chat.model.clone(),
            without_memory: chat.no_memory,
            schema: chat.schema.as_deref().map(|path| read_schema(path, language)).transpose()?,
            grammar: chat
                .grammar
                .as_deref()
                .map(|grammar| grammar::read(grammar, language))
                .transpose()?,
            tokens_max: chat.tokens_max,
            temperature: chat.temperature,
            seed: chat.seed,
        })
    }

    /// Returns the request for `message` in `conversation`.
    pub(super) fn request(&self, message: &str, conversation: Option<&str>) -> Value {
        json!({
            "message": message,
            "conversation": conversation,
            "model": self.model,
            "memory": !self.without_memory,
            "schema": self.schema,
            "grammar": self.grammar,
            "tokens_max": self.tokens_max,
            "temperature": self.temperature,
            "seed": self.seed,
        })
    }
}

/// One question from the command line.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub(super) message: String,
    pub(super) options: Options,
    pub(super) use_memory: bool,
    pub(super) as_json: bool,
    pub(super) tells_speed: bool,
}

impl Asking {
    pub(super) fn of(message: String) -> Asking {
        Asking {
            message,
            options: Options::default(),
            use_memory: true,
            as_json: false,
            tells_speed: false,
        }
    }
}

pub(super) fn run(context: &Context, chat: &Chat) -> Outcome {
    let language = context.language;
    let options = Options::read(chat, language)?;
    let piped = if io::stdin().is_terminal() { None } else { Some(read_piped(language)?) };
    let message = match (&chat.message, piped) {
        (Some(message), Some(piped)) if !piped.trim().is_empty() => format!("{message}\n\n{piped}"),
        (Some(message), _) => message.clone(),
        (None, Some(piped)) => piped,
        (None, None) => {
            let executor = executor()?;
            let interrupt = listen_for_interrupts(&executor)?;
            let mut access =
                Access::gain(context, &executor, Duty::Whole { listen: None }, &interrupt.next())?;
            let outcome = converse(context, &executor, &mut access, &interrupt, &options);
            access.release(&executor);
            return outcome;
        }
    };
    let asking =
        Asking { options, use_memory: !chat.no_memory, as_json: chat.json, ..Asking::of(message) };
    answer_once(context, &asking)
}

/// Checks the name of a conversation before anything begins.
fn session_name(name: &str, language: Language) -> Outcome<String> {
    if ConversationId::new(name).is_ok() {
        return Ok(name.to_owned());
    }
    let message = match language {
        Language::Spanish => format!("`{name}` no vale como nombre de conversación"),
        Language::English => format!("`{name}` cannot name a conversation"),
    };
    let hint = match language {
        Language::Spanish => format!(
            "usa letras sin acento, números y `.` `_` `:` `/` `-`, {ID_BYTES_MAX} como mucho"
        ),
        Language::English => format!(
            "use letters without accents, digits and `.` `_` `:` `/` `-`, {ID_BYTES_MAX} at most"
        ),
    };
    Err(Trouble::new(Exit::Usage, message, hint))
}

/// Reads all of standard input as text.
pub(super) fn read_piped(language: Language) -> Outcome<String> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(PIPED_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let (message, hint) = match language {
            Language::Spanish => (
                format!("la entrada no es texto UTF-8: el byte {offset} no vale"),
                "conviértela antes, por ejemplo con `iconv -f latin1 -t utf8`",
            ),
            Language::English => (
                format!("the input is not UTF-8 text: byte {offset} is wrong"),
                "convert it first, for example with `iconv -f latin1 -t utf8`",
            ),
        };
        Trouble::new(Exit::Usage, message, hint)
    })
}

fn read_schema(path: &Path, language: Language) -> Outcome<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let schema =
        text.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
    schema.map_err(|reason| {
        let (message, hint) = match language {
            Language::Spanish => (
                format!("el esquema `{}` no se puede usar: {reason}", path.display()),
                "tiene que ser un archivo con un esquema JSON",
            ),
            Language::English => (
                format!("the schema `{}` cannot be used: {reason}", path.display()),
                "it must be a file with a JSON Schema",
            ),
        };
        Trouble::new(Exit::Usage, message, hint)
    })
}

/// Asks one question and writes its answer to standard output as it comes.
pub(super) fn answer_once(context: &Context, asking: &Asking) -> Outcome {
    let language = context.language;
    if asking.message.trim().is_empty() {
        return Err(Trouble::new(
            Exit::Usage,
            language.pick("no hay ninguna pregunta", "there is no question"),
            language.pick(
                "escribe `sarai chat \"tu pregunta\"`, o `sarai chat` en un terminal",
                "write `sarai chat \"your question\"`, or `sarai chat` in a terminal",
            ),
        ));
    }
    let executor = executor()?;
    let interrupt = listen_for_interrupts(&executor)?;
    let stop = interrupt.next();
    let access = Access::gain(context, &executor, Duty::Whole { listen: None }, &stop)?;
    let outcome = waiting::until_ready(context, access.link(), &stop)
        .and_then(|()| ask(access.link(), asking, &stop))
        .and_then(|closing| close(context, asking, &closing));
    access.release(&executor);
    outcome
}

fn ask(link: &Link, asking: &Asking, stop: &CancellationToken) -> Outcome<Closing> {
    let options = Options { without_memory: !asking.use_memory, ..asking.options.clone() };
    let request = options.request(&asking.message, options.session.as_deref());
    let mut written = Ok(());
    let mut begun = false;
    let closing = link.turn(&request, stop, &mut |event| match event {
        TurnEvent::Queued { ahead } => output::status(&format!("… {ahead}")),
        TurnEvent::Prefill { done, total } if done < total => {
            output::status(&format!("… {} %", done * 100 / total.max(1)));
        }
        TurnEvent::Text(text) if !asking.as_json && !text.is_empty() => {
            // Clears the line, so only before the first words.
            if !begun {
                output::status("");
                begun = true;
            }
            if written.is_ok() {
                written = output::piece(text);
                if written.is_err() {
                    // The reader of our output left: so does the question.
                    stop.cancel();
                }
            }
        }
        TurnEvent::Conversation(_) | TurnEvent::Prefill { .. } | TurnEvent::Text(_) => {}
    })?;
    written?;
    Ok(closing)
}

fn close(context: &Context, asking: &Asking, closing: &Closing) -> Outcome {
    let language = context.language;
    if asking.as_json {
        output::json(&closing.answer)?;
    } else {
        output::line("")?;
    }
    if closing.stopped {
        return Err(Trouble::new(
            Exit::Interrupted,
            language.pick("respuesta interrumpida", "answer interrupted"),
            language.pick("lo dicho hasta aquí queda guardado", "what was said so far is kept"),
        ));
    }
    for reason in closing.degraded() {
        output::tell(&format!("{}: {reason}", language.pick("aviso", "warning")));
    }
    if asking.tells_speed
        && let Some(speed) = closing.tokens_per_second()
    {
        output::tell(&match language {
            Language::Spanish => format!("({speed:.1} fichas por segundo)"),
            Language::English => format!("({speed:.1} tokens a second)"),
        });
    }
    Ok(())
}
