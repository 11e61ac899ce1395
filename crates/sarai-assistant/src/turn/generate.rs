//! Generate: ask the engine, pass its words on, and tell words from tool calls.

use std::ops::ControlFlow;

use sarai_core::engine::{Completion, Constraint, EngineEvent, Generation, Sampling, TokenLogprob};
use sarai_core::language::Language;
use sarai_core::prompt::{self, Prompt};
use sarai_core::tool::{Tool, ToolCall, ToolChoice};
use sarai_core::turn::{Input, Mode, Reply, Transcript, TurnError};

use super::history::History;
use super::record::Note;
use super::retrieve::Context;
use crate::tool_calls::{self, Scanner};
use crate::{Listener, Parts};

/// What the engine came to, with words and calls told apart.
pub(super) struct Generated {
    pub(super) completion: Completion,
    pub(super) text: String,
    pub(super) tool_calls: Vec<ToolCall>,
    pub(super) logprobs: Vec<TokenLogprob>,
}

/// Generates the reply. Its failure is the only one that ends a turn.
pub(super) fn reply_to(
    parts: &Parts,
    input: &Input,
    history: &History,
    context: &Context,
    listener: &mut Listener<'_>,
    note: &mut Note,
) -> Result<Generated, TurnError> {
    let generation = generation_for(parts, input, history, context)?;
    let mut hearing = Hearing::new(input, listener);
    let completion = parts.engine.generate(&generation, &mut |event| hearing.hear(event))?;
    if completion.messages_dropped > 0 {
        note.used(left_out(completion.messages_dropped, parts.language));
    }
    let (tool_calls, rest, logprobs) =
        hearing.finish(input, || format!("call_{}", parts.random.id()));
    let text = match &rest {
        Some(text) => text.clone(),
        None => completion.text.clone(),
    };
    Ok(Generated { completion, text, tool_calls, logprobs })
}

/// Says how much of the history the model did not see.
fn left_out(messages: u32, language: Language) -> String {
    match (language, messages) {
        (Language::Spanish, 1) => "sin el mensaje más antiguo".to_owned(),
        (Language::Spanish, _) => format!("sin los {messages} mensajes más antiguos"),
        (Language::English, 1) => "without the oldest message".to_owned(),
        (Language::English, _) => format!("without the {messages} oldest messages"),
    }
}

fn generation_for(
    parts: &Parts,
    input: &Input,
    history: &History,
    context: &Context,
) -> Result<Generation, TurnError> {
    let default_max = match input.mode {
        Mode::Assistant => Some(parts.limits.answer_tokens_default),
        Mode::Bare => None,
    };
    Ok(Generation {
        model: input.model.clone(),
        prompt: prompt_for(parts, input, history, context)?,
        tools: offered(input).to_vec(),
        sampling: input.sampling.unwrap_or(Sampling::CHAT),
        tokens_max: input.tokens_max.or(default_max),
        stop: input.stop.clone(),
        constraint: constraint_for(input)?,
        session: history.conversation.as_ref().map(ToString::to_string),
        top_logprobs: input.top_logprobs,
    })
}

pub(super) fn offered(input: &Input) -> &[Tool] {
    match input.tool_choice {
        ToolChoice::None => &[],
        _ => &input.tools,
    }
}

fn prompt_for(
    parts: &Parts,
    input: &Input,
    history: &History,
    context: &Context,
) -> Result<Prompt, TurnError> {
    if let Transcript::Continue { text } = &input.transcript {
        return Ok(prompt::continuation(text, &parts.limits)?);
    }
    let prompt = prompt::Parts {
        persona: context.persona.as_ref(),
        today: context.today.as_ref(),
        said: &history.said,
        recalled: &context.recalled,
        tools: offered(input),
        language: parts.language,
    };
    Ok(prompt::assemble(prompt, &parts.limits)?)
}

fn constraint_for(input: &Input) -> Result<Constraint, TurnError> {
    match &input.tool_choice {
        ToolChoice::Auto | ToolChoice::None => Ok(input.constraint.clone()),
        ToolChoice::Required => tool_calls::schema_of_any(&input.tools),
        ToolChoice::Named(name) => tool_calls::schema_of(&input.tools, name),
    }
    .map_err(TurnError::Tools)
}

/// Listens to the engine on behalf of the caller.
struct Hearing<'a, 'b> {
    listener: &'a mut Listener<'b>,
    scanner: Scanner,
    logprobs: Vec<TokenLogprob>,
    /// How many of `logprobs` were told.
    told: usize,
}

impl<'a, 'b> Hearing<'a, 'b> {
    fn new(input: &Input, listener: &'a mut Listener<'b>) -> Hearing<'a, 'b> {
        let scanner = match input.tool_choice {
            ToolChoice::None => Scanner::words_only(),
            ToolChoice::Auto if input.tools.is_empty() => Scanner::words_only(),
            ToolChoice::Auto => Scanner::words_or_calls(),
            ToolChoice::Required | ToolChoice::Named(_) => Scanner::calls_only(),
        };
        Hearing { listener, scanner, logprobs: Vec::new(), told: 0 }
    }

    fn hear(&mut self, event: EngineEvent<'_>) -> ControlFlow<()> {
        match event {
            EngineEvent::Queued { ahead } => (self.listener)(Reply::Queued { ahead }),
            EngineEvent::Prefill { done, total } => (self.listener)(Reply::Prefill { done, total }),
            EngineEvent::Piece { text, logprobs } => {
                self.logprobs.extend_from_slice(logprobs);
                match self.scanner.push(text) {
                    Some(words) => {
                        let begin = self.told;
                        let end = tokens_before(&self.logprobs, self.scanner.held_bytes());
                        self.told = end.max(begin);
                        let logprobs = &self.logprobs[begin..self.told];
                        (self.listener)(Reply::Text { text: &words, logprobs })
                    }
                    // Held back, but a caller who left must be noticed all the same.
                    None => (self.listener)(Reply::Text { text: "", logprobs: &[] }),
                }
            }
        }
    }

    /// Returns the calls, the words if they are not all that was generated, and the logprobs.
    fn finish(
        self,
        input: &Input,
        new_id: impl FnMut() -> String,
    ) -> (Vec<ToolCall>, Option<String>, Vec<TokenLogprob>) {
        let outcome = self.scanner.finish(&input.tools, new_id);
        if !outcome.late_words.is_empty() {
            let logprobs = &self.logprobs[self.told..];
            let late = Reply::Text { text: &outcome.late_words, logprobs };
            // The generation is over: there is nothing left to stop.
            let _: ControlFlow<()> = (self.listener)(late);
        }
        (outcome.calls, outcome.words, self.logprobs)
    }
}

/// Returns how many of `tokens` begin before the last `held_bytes` bytes of what they spell.
fn tokens_before(tokens: &[TokenLogprob], held_bytes: usize) -> usize {
    if held_bytes == 0 {
        return tokens.len();
    }
    let mut held = 0;
    let begin = |entry: &&TokenLogprob| {
        held += entry.token.0.len();
        held <= held_bytes
    };
    tokens.len() - tokens.iter().rev().take_while(begin).count()
}

#[cfg(test)]
mod tests {
    use sarai_core::language::Language;

    use super::left_out;

    #[test]
    fn what_the_model_did_not_see_is_said_in_both_languages() {
        let said = |count| [Language::Spanish, Language::English].map(|l| left_out(count, l));
        assert_eq!(said(1), ["sin el mensaje más antiguo", "without the oldest message"]);
        assert_eq!(said(4), ["sin los 4 mensajes más antiguos", "without the 4 oldest messages"]);
    }
}
