//! A loaded model with its template, and prompts made by it.

use std::sync::Arc;

use sarai_engine_protocol::{
    Constraint, Failure, Generate, Load, Message, ModelDescription, PromptInput, Tool,
};

use crate::backend::{Backend, BackendError, LoadProgress, Loader, Token, Vocabulary};
use crate::fit::{Fitted, fit};
use crate::generation::Prompt;
use crate::grammar::{Grammar, Grammars};
use crate::sequences::token_count;
use crate::template::Template;

/// Room kept for the answer when neither the caller nor its form names a limit, or a larger one.
const ANSWER_TOKENS: usize = 256;

/// The one model of this process.
pub(crate) struct Model {
    pub(crate) backend: Box<dyn Backend>,
    pub(crate) vocabulary: Arc<Vocabulary>,
    pub(crate) description: ModelDescription,
    template: Template,
    grammars: Grammars,
}

impl Model {
    pub(crate) fn load(
        loader: &dyn Loader,
        load: &Load,
        progress: &mut LoadProgress<'_>,
    ) -> Result<Model, Failure> {
        let backend = loader.load(load, progress).map_err(|error| match error {
            BackendError::OutOfMemory(reason) => Failure::OutOfMemory { reason },
            other => Failure::LoadFailed { reason: other.to_string() },
        })?;
        let vocabulary = backend.vocabulary();
        let in_file = backend.template();
        let template = Template::new(load.template.as_deref(), in_file.as_deref(), &vocabulary)?;
        let mut description = backend.description();
        template.source().clone_into(&mut description.template_source);
        let grammars = Grammars::new(&vocabulary);
        Ok(Model { backend, vocabulary, description, template, grammars })
    }

    pub(crate) fn render(&self, messages: &[Message], tools: &[Tool]) -> Result<String, Failure> {
        self.template.render(messages, tools)
    }

    /// Returns the tokens of a text in which nothing has a special meaning.
    pub(crate) fn tokenize(&self, text: &str) -> Vec<Token> {
        self.backend.tokenize(text, false)
    }

    pub(crate) fn tokenize_with_bos(&self, text: &str) -> Vec<Token> {
        self.with_bos(self.tokenize(text))
    }

    /// Makes the prompt of a request, leaving out old messages if it would not fit.
    pub(crate) fn prompt(&mut self, request: &Generate) -> Result<Prompt, Failure> {
        let context_tokens = self.description.context_tokens as usize;
        let grammar = self.grammars.answer(&request.constraint)?;
        let limit = request.tokens_max.map(|max| max as usize);
        let limit = limit.or(grammar.as_ref().and_then(|grammar| grammar.tokens_max));
        let reserve = limit.unwrap_or(ANSWER_TOKENS).min(ANSWER_TOKENS).min(context_tokens / 4);
        let room = context_tokens - reserve;
        let stops = match &request.prompt {
            PromptInput::Messages(_) => self.template.stops(),
            PromptInput::Text(_) => &[],
        };
        let fitted = match &request.prompt {
            PromptInput::Messages(messages) => fit(messages, room, |messages| {
                let text = self.template.render(messages, &request.tools)?;
                Ok(self.with_bos(self.backend.tokenize(&text, true)))
            })?,
            PromptInput::Text(text) => {
                let tokens = self.tokenize_with_bos(text);
                Fitted { tokens, messages_dropped: 0 }
            }
        };
        if fitted.tokens.len() > room {
            let needed = token_count(fitted.tokens.len());
            return Err(Failure::ContextExceeded { needed, available: token_count(room) });
        }
        if fitted.tokens.is_empty() {
            return Err(Failure::BadRequest { reason: "the prompt is empty".to_owned() });
        }
        let left = context_tokens - fitted.tokens.len();
        let limit = limit.unwrap_or(left).min(left);
        Ok(Prompt {
            grammar: grammar.map(|grammar| self.with_room(grammar, limit)).transpose()?,
            tokens_max: fitted.tokens.len() + limit,
            tokens: fitted.tokens,
            messages_dropped: fitted.messages_dropped,
            stops: stops.iter().map(|stop| (*stop).to_owned()).collect(),
        })
    }

    /// Returns the grammar of an answer of at most `limit` tokens, unless no text of it is so short.
    fn with_room(&self, mut grammar: Grammar, limit: usize) -> Result<Grammar, Failure> {
        match grammar.least(limit, &|text| self.tokenize(text)) {
            Some(least) if least > limit => Err(Failure::Unfinished {
                reason: format!("the shortest answer has {least} tokens and the limit is {limit}"),
                text: String::new(),
                needed: Some(token_count(least)),
            }),
            _ => Ok(grammar),
        }
    }

    /// Returns what every prompt begins with that goes on from these messages with another question.
    pub(crate) fn beginning(&mut self, request: &Generate) -> Result<Vec<Token>, Failure> {
        let PromptInput::Messages(messages) = &request.prompt else { return Ok(Vec::new()) };
        // What two questions without a common letter have in common is none of theirs.
        let mut with = |question: &str| {
            let mut messages = messages.clone();
            messages.push(Message {
                role: "user".to_owned(),
                content: question.to_owned(),
                droppable: false,
                tool_calls: Vec::new(),
                tool_call_id: None,
            });
            let asked = Generate {
                prompt: PromptInput::Messages(messages),
                constraint: Constraint::Free,
                ..request.clone()
            };
            Ok(self.prompt(&asked)?.tokens)
        };
        let (one, other) = (with("0")?, with("¿")?);
        let common = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
        Ok(one.into_iter().take(common).collect())
    }

    fn with_bos(&self, mut tokens: Vec<Token>) -> Vec<Token> {
        if let Some(bos) = self.vocabulary.bos
            && self.vocabulary.adds_bos
            && tokens.first() != Some(&bos)
        {
            tokens.insert(0, bos);
        }
        tokens
    }
}
