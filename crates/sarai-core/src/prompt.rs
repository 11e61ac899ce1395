//! The only place where text with an origin becomes prompt text.
//!
//! The parts are ordered by how seldom they change, so that the engine's prefix cache survives from
//! turn to turn: our own words and the date, the client's words, the history, and last what was
//! recalled with the question.
//!
//! Every origin has its one place. Instructions are ours alone. What a client sets stands after our
//! words in the system message, below a line of ours that says whose it is. What a tool returned
//! stands in the template's own role for it. What was recalled stands in quoted lines before the
//! question, named as data, with a hard cap; what is only to be read stands alone in the same way.
//! Any other pair of speaker and origin is refused.

mod notes;

use thiserror::Error;

use crate::conversation::{Recalled, Said, Speaker};
use crate::explain::{Explain, Explanation, FailureKind};
use crate::language::Language;
use crate::limits::Limits;
use crate::text::{Origin, Text};
use crate::tool::{Tool, ToolCall};

/// What a model is given to answer, or to read ahead. Made by the functions of this module only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt(Body);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Body {
    Chat(Vec<Message>),
    Continuation(String),
}

impl Prompt {
    /// Returns the messages, or `None` for a bare continuation.
    pub fn messages(&self) -> Option<&[Message]> {
        match &self.0 {
            Body::Chat(messages) => Some(messages),
            Body::Continuation(_) => None,
        }
    }

    /// Returns the text of a bare continuation.
    pub fn continuation_text(&self) -> Option<&str> {
        match &self.0 {
            Body::Chat(_) => None,
            Body::Continuation(text) => Some(text),
        }
    }
}

/// The part a message plays in a chat template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    System,
    User,
    Assistant,
    Tool,
}

impl Role {
    /// Returns the name that chat templates use.
    pub fn name(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "tool",
        }
    }
}

/// One message of a prompt.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    role: Role,
    content: String,
    droppable: bool,
    tool_calls: Vec<ToolCall>,
    tool_call_id: Option<String>,
}

impl Message {
    pub fn role(&self) -> Role {
        self.role
    }

    pub fn content(&self) -> &str {
        &self.content
    }

    /// Returns whether the engine may leave this message out when the context is too small.
    pub fn droppable(&self) -> bool {
        self.droppable
    }

    pub fn tool_calls(&self) -> &[ToolCall] {
        &self.tool_calls
    }

    pub fn tool_call_id(&self) -> Option<&str> {
        self.tool_call_id.as_deref()
    }
}

/// Shows role and length only: what a person said does not belong in a log.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({}, {} bytes)", self.role.name(), self.content.len())
    }
}

/// What a prompt is made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Our own words; `None` for the bare model. Its origin must be [`Origin::System`].
    pub persona: Option<&'a Text>,
    /// All messages in order; the last is to be answered.
    pub said: &'a [Said],
    /// Facts and earlier turns, the best first.
    pub recalled: &'a Recalled,
    /// What is true today, such as the date. It stands with our own words, where it breaks the
    /// prefix once a day and not once a turn. Its origin must be [`Origin::System`].
    pub today: Option<&'a Text>,
    /// The tools offered with the prompt. The engine's template writes them; their length counts here.
    pub tools: &'a [Tool],
    /// The language of our markers.
    pub language: Language,
}

/// Why no prompt could be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PromptError {
    #[error("there is no message to answer")]
    Empty,
    #[error("a message has {bytes} bytes, more than {bytes_max}")]
    MessageTooLong { bytes: usize, bytes_max: usize },
    #[error("the prompt has {bytes} bytes, more than {bytes_max}")]
    TooLong { bytes: usize, bytes_max: usize },
    #[error("text of origin `{}` cannot be an instruction", .0.name())]
    NotOurs(Origin),
    #[error("text of origin `{}` cannot be said by `{}`", origin.name(), speaker.name())]
    NotTheirs { speaker: Speaker, origin: Origin },
}

impl Explain for PromptError {
    fn kind(&self) -> FailureKind {
        match self {
            PromptError::NotOurs(_) | PromptError::NotTheirs { .. } => FailureKind::Refused,
            _ => FailureKind::Invalid,
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        match (self, language) {
            (PromptError::Empty, Language::Spanish) => {
                Explanation::new("no hay ningún mensaje que responder", "escribe una pregunta")
            }
            (PromptError::Empty, Language::English) => {
                Explanation::new("there is no message to answer", "write a question")
            }
            (
                PromptError::MessageTooLong { bytes, bytes_max }
                | PromptError::TooLong { bytes, bytes_max },
                Language::Spanish,
            ) => Explanation::new(
                format!("el mensaje ocupa {bytes} bytes y el máximo son {bytes_max}"),
                "acórtalo o envíalo por partes",
            ),
            (
                PromptError::MessageTooLong { bytes, bytes_max }
                | PromptError::TooLong { bytes, bytes_max },
                Language::English,
            ) => Explanation::new(
                format!("the message has {bytes} bytes and the limit is {bytes_max}"),
                "shorten it or send it in parts",
            ),
            (PromptError::NotOurs(origin), Language::Spanish) => Explanation::without_hint(
                format!("un texto de origen `{}` no puede dar instrucciones", origin.name()),
            ),
            (PromptError::NotOurs(origin), Language::English) => Explanation::without_hint(
                format!("text of origin `{}` cannot give instructions", origin.name()),
            ),
            (PromptError::NotTheirs { speaker, origin }, Language::Spanish) => {
                Explanation::without_hint(format!(
                    "un texto de origen `{}` no puede ir en boca de `{}`",
                    origin.name(),
                    speaker.name()
                ))
            }
            (PromptError::NotTheirs { speaker, origin }, Language::English) => {
                Explanation::without_hint(format!(
                    "text of origin `{}` cannot be put in the mouth of `{}`",
                    origin.name(),
                    speaker.name()
                ))
            }
        }
    }
}

/// Makes the prompt of a chat. Every cap of `limits` is checked here and nowhere else.
///
/// The oldest messages beyond `history_messages_max` are left out; the engine may leave out more of
/// them when the context is too small. The message to be answered is never cut.
pub fn assemble(parts: Parts<'_>, limits: &Limits) -> Result<Prompt, PromptError> {
    let said = after_the_oldest(parts.said, limits.history_messages_max);
    let answered = said.iter().rposition(|message| message.speaker != Speaker::Client);
    let Some(answered) = answered else { return Err(PromptError::Empty) };
    if said[answered].text.is_blank() && said[answered].speaker == Speaker::User {
        return Err(PromptError::Empty);
    }
    check_origins(parts.said)?;
    check_sizes(&parts, said, limits)?;

    let question = said.iter().rposition(|message| message.speaker == Speaker::User);
    let mut messages = Vec::with_capacity(said.len() + 1);
    messages.extend(system_message(&parts)?);
    for (index, message) in said.iter().enumerate() {
        let Some(role) = role_of(message.speaker) else { continue };
        let content = if Some(index) == question {
            format!("{}{}", notes::before_question(&parts, limits), message.text.as_str())
        } else {
            message.text.as_str().to_owned()
        };
        messages.push(Message {
            role,
            content,
            droppable: question.is_some_and(|question| index < question),
            tool_calls: message.tool_calls.clone(),
            tool_call_id: message.tool_call_id.clone(),
        });
    }
    Ok(Prompt(Body::Chat(messages)))
}

/// Makes what the prompt of every new conversation begins with, for an engine to read ahead: our own
/// words and what is true today. Their origin must be [`Origin::System`].
pub fn opening(persona: &Text, today: &Text, language: Language) -> Result<Prompt, PromptError> {
    let parts = Parts {
        persona: Some(persona),
        today: Some(today),
        said: &[],
        recalled: &Recalled::default(),
        tools: &[],
        language,
    };
    Ok(Prompt(Body::Chat(system_message(&parts)?.into_iter().collect())))
}

/// Makes the prompt of a bare continuation: no roles, no template, nothing of ours.
pub fn continuation(text: &Text, limits: &Limits) -> Result<Prompt, PromptError> {
    let bytes = text.as_str().len();
    if bytes > limits.message_bytes_max {
        return Err(PromptError::MessageTooLong { bytes, bytes_max: limits.message_bytes_max });
    }
    Ok(Prompt(Body::Continuation(text.as_str().to_owned())))
}

/// Makes the prompt of a reading: our own words, then one line of somebody else's as data, quoted
/// and named as such.
pub fn reading(ours: &Text, read: &Text, language: Language) -> Result<Prompt, PromptError> {
    let message = |role, content: String| Message {
        role,
        content,
        droppable: false,
        tool_calls: Vec::new(),
        tool_call_id: None,
    };
    if read.is_blank() {
        return Err(PromptError::Empty);
    }
    let ours = message(Role::System, self::ours(ours)?.to_owned());
    let read = message(Role::User, notes::as_data(read.as_str(), language));
    Ok(Prompt(Body::Chat(vec![ours, read])))
}

/// Leaves out the oldest messages, so that what is left does not begin with an answer.
fn after_the_oldest(said: &[Said], messages_max: usize) -> &[Said] {
    let excess = said.len().saturating_sub(messages_max.max(1));
    if excess == 0 {
        return said;
    }
    let begin = said[excess..].iter().position(|message| message.speaker == Speaker::User);
    &said[begin.map_or(said.len() - 1, |offset| excess + offset)..]
}

/// Refuses text that speaks with another's voice.
fn check_origins(said: &[Said]) -> Result<(), PromptError> {
    for message in said {
        let (speaker, origin) = (message.speaker, message.text.origin());
        let own = match speaker {
            Speaker::User => Origin::User,
            Speaker::Assistant => Origin::Model,
            Speaker::Tool => Origin::Tool,
            Speaker::Client => Origin::Client,
        };
        if origin != own {
            return Err(PromptError::NotTheirs { speaker, origin });
        }
    }
    Ok(())
}

/// Checks everything that enters the prompt: `said` is what is left of the history, and the client's
/// messages enter however old they are.
fn check_sizes(parts: &Parts<'_>, said: &[Said], limits: &Limits) -> Result<(), PromptError> {
    let history = said.iter().filter(|message| message.speaker != Speaker::Client);
    let entering = || history.clone().chain(client_messages(parts));
    let longest = entering().map(|message| message.text.as_str().len()).max().unwrap_or(0);
    if longest > limits.message_bytes_max {
        return Err(PromptError::MessageTooLong {
            bytes: longest,
            bytes_max: limits.message_bytes_max,
        });
    }
    let ours = [parts.persona, parts.today].into_iter().flatten().map(|text| text.as_str().len());
    let tools = parts.tools.iter().map(tool_bytes);
    let bytes = ours.chain(entering().map(said_bytes)).chain(tools).sum::<usize>();
    if bytes > limits.prompt_bytes_max {
        return Err(PromptError::TooLong { bytes, bytes_max: limits.prompt_bytes_max });
    }
    Ok(())
}

fn said_bytes(message: &Said) -> usize {
    let calls = message.tool_calls.iter().map(|call| call.name.len() + call.arguments.len());
    message.text.as_str().len() + calls.sum::<usize>()
}

fn tool_bytes(tool: &Tool) -> usize {
    tool.name.len() + tool.description.len() + tool.parameters.len()
}

fn client_messages<'a>(parts: &Parts<'a>) -> impl Iterator<Item = &'a Said> {
    parts.said.iter().filter(|message| message.speaker == Speaker::Client)
}

fn role_of(speaker: Speaker) -> Option<Role> {
    match speaker {
        Speaker::User => Some(Role::User),
        Speaker::Assistant => Some(Role::Assistant),
        Speaker::Tool => Some(Role::Tool),
        Speaker::Client => None,
    }
}

fn ours(text: &Text) -> Result<&str, PromptError> {
    match text.origin() {
        Origin::System => Ok(text.as_str()),
        other => Err(PromptError::NotOurs(other)),
    }
}

/// Our words first, then the client's, marked as such: one message, because many templates know only
/// one. To the bare model the client's words go alone.
fn system_message(parts: &Parts<'_>) -> Result<Option<Message>, PromptError> {
    let mut paragraphs = Vec::new();
    for text in [parts.persona, parts.today].into_iter().flatten() {
        paragraphs.push(ours(text)?);
    }
    let mut client = client_messages(parts).map(|message| message.text.as_str()).peekable();
    if !paragraphs.is_empty() && client.peek().is_some() {
        paragraphs.push(parts.language.pick(
            "Lo que sigue lo pide el programa que pregunta, no SARAi:",
            "The following comes from the program that asks, not from SARAi:",
        ));
    }
    paragraphs.extend(client);
    if paragraphs.is_empty() {
        return Ok(None);
    }
    Ok(Some(Message {
        role: Role::System,
        content: paragraphs.join("\n\n"),
        droppable: false,
        tool_calls: Vec::new(),
        tool_call_id: None,
    }))
}

#[cfg(test)]
mod tests;
