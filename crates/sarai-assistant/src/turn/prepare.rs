//! Before a turn: lets the engine read what the next prompt will begin with, while the person reads
//! or thinks.
//!
//! What was recalled stands before the last question only, so from that question on the next prompt is
//! new to the engine.

use jiff::tz::TimeZone;
use sarai_core::clock::Clock;
use sarai_core::conversation::{Recalled, Said, Speaker};
use sarai_core::engine::{Constraint, Finish, Generation, Sampling};
use sarai_core::language::Language;
use sarai_core::prompt;
use sarai_core::text::Text;
use sarai_core::turn::{Input, Mode};

use super::generate::{Generated, offered};
use super::history::History;
use super::retrieve::{self, Context};
use crate::{Parts, persona};

/// Returns what the prompt of every new conversation begins with, as a request that an engine may
/// prepare for.
pub fn opening(clock: &dyn Clock, time_zone: &TimeZone, language: Language) -> Option<Generation> {
    let today = retrieve::today(clock, time_zone, language);
    let prompt = prompt::opening(&persona::words(language), &today, language).ok()?;
    Some(Generation {
        model: None,
        prompt,
        tools: Vec::new(),
        sampling: Sampling::GREEDY,
        tokens_max: Some(1),
        stop: Vec::new(),
        constraint: Constraint::Free,
        session: None,
        top_logprobs: None,
    })
}

/// Tells the engine what comes after a turn, where the conversation is kept and may go on.
pub(super) fn for_the_next(
    parts: &Parts,
    input: &Input,
    history: &History,
    context: &Context,
    reply: &Generated,
) {
    let goes_on = input.mode == Mode::Assistant && reply.completion.finish != Finish::Cancelled;
    let Some(conversation) = history.conversation.as_ref().filter(|_| goes_on) else { return };
    if !reply.tool_calls.is_empty() || reply.text.trim().is_empty() {
        return;
    }
    let mut said = history.said.clone();
    said.push(Said::new(Speaker::Assistant, Text::model(reply.text.clone())));
    let recalled = Recalled::default();
    let next = prompt::Parts {
        persona: context.persona.as_ref(),
        today: context.today.as_ref(),
        said: &said,
        recalled: &recalled,
        tools: offered(input),
        language: parts.language,
    };
    // A history that is too long now fails the next turn, which says so.
    let Ok(prompt) = prompt::assemble(next, &parts.limits) else { return };
    parts.engine.prepare(&Generation {
        model: input.model.clone(),
        prompt,
        tools: offered(input).to_vec(),
        sampling: Sampling::GREEDY,
        tokens_max: input.tokens_max.or(Some(parts.limits.answer_tokens_default)),
        stop: Vec::new(),
        constraint: Constraint::Free,
        session: Some(conversation.to_string()),
        top_logprobs: None,
    });
}
