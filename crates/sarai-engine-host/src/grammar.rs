//! Keeps an answer inside a JSON schema or a grammar.
//!
//! The sampled token is checked first and the mask over the vocabulary computed only when it is
//! refused, which is rare: that keeps the cost below a percent of a token.

mod gbnf;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{ApproximateTokEnv, InferenceCapabilities, TokEnv, TokRxInfo, TokTrie};
use llguidance::{Matcher, ParserFactory};
use sarai_engine_protocol::{Constraint, Failure};
use sarai_grammar::Gbnf;
use serde_json::{Value, json};

use self::gbnf::Compiled;
use crate::backend::{Token, Vocabulary};

/// Marks a token as no text for the parser.
const SPECIAL: u8 = TokTrie::SPECIAL_TOKEN_MARKER;

/// Most tokens that closing a cut answer may take.
const CLOSING_TOKENS_MAX: usize = 512;

/// Most work of the parser for one mask; a fraction of a second.
const MASK_ITEMS_MAX: usize = 5_000_000;
const MASK_FUEL_MAX: u64 = 5_000_000;

/// The token table of a vocabulary, built once in the background.
pub(crate) struct Grammars {
    table: Table,
    vocabulary: Arc<Vocabulary>,
    /// For each byte a token that is just this byte.
    single: Arc<[Option<Token>; 256]>,
    compiled: Compiled,
}

enum Table {
    Building(Option<JoinHandle<Result<ParserFactory, String>>>),
    Ready(Box<ParserFactory>),
    Failed(String),
}

impl Grammars {
    pub(crate) fn new(vocabulary: &Arc<Vocabulary>) -> Grammars {
        let shared = Arc::clone(vocabulary);
        let worker = thread::Builder::new().name("token table".to_owned());
        let table = match worker.spawn(move || factory(&shared)) {
            Ok(handle) => Table::Building(Some(handle)),
            Err(error) => Table::Failed(error.to_string()),
        };
        let mut single = [None; 256];
        for (token, bytes) in (0..).zip(&vocabulary.bytes) {
            if let [byte] = bytes.as_slice()
                && !is_control(vocabulary, token)
            {
                single[usize::from(*byte)].get_or_insert(token);
            }
        }
        Grammars {
            table,
            vocabulary: Arc::clone(vocabulary),
            single: Arc::new(single),
            compiled: Compiled::default(),
        }
    }

    /// Returns the grammar of a constraint, or `None` if everything is allowed.
    pub(crate) fn answer(&mut self, constraint: &Constraint) -> Result<Option<Grammar>, Failure> {
        let mut schema = match constraint {
            Constraint::Free => return Ok(None),
            Constraint::JsonObject => json!({"type": "object"}),
            Constraint::JsonSchema(Value::Bool(true)) => json!({}),
            Constraint::JsonSchema(schema) => schema.clone(),
            Constraint::Gbnf(text) => return self.gbnf(text).map(Some),
        };
        let Value::Object(fields) = &mut schema else {
            return Err(bad("a schema is a JSON object"));
        };
        // One space, as models write it: in loose JSON small models lose themselves in white space,
        // and where there is a choice of spaces nothing can be said without a choice.
        let style = json!({
            "whitespace_flexible": false, "item_separator": ", ", "key_separator": ": ",
        });
        fields.insert("x-guidance".to_owned(), style);
        let factory = self.factory()?;
        let grammar = TopLevelGrammar::from_json_schema(schema);
        let parser = catch_unwind(AssertUnwindSafe(|| factory.create_parser(grammar)))
            .map_err(|_| bad("the schema broke the grammar compiler"))?;
        let matcher = Matcher::new(parser);
        if let Some(reason) = matcher.get_error() {
            return Err(bad(&reason));
        }
        Ok(Some(self.begin(matcher, None)))
    }

    fn gbnf(&mut self, text: &str) -> Result<Grammar, Failure> {
        let mut compiled = std::mem::take(&mut self.compiled);
        let found = self.factory().and_then(|factory| compiled.find(text, factory));
        self.compiled = compiled;
        let (matcher, gbnf) = found?;
        Ok(self.begin(matcher, Some(gbnf)))
    }

    fn begin(&self, matcher: Matcher, gbnf: Option<Arc<Gbnf>>) -> Grammar {
        Grammar {
            matcher,
            vocabulary: Arc::clone(&self.vocabulary),
            single: Arc::clone(&self.single),
            place: Place::Outside,
            gbnf,
            said: Vec::new(),
        }
    }

    fn factory(&mut self) -> Result<&ParserFactory, Failure> {
        if let Table::Building(handle) = &mut self.table {
            let built = handle.take().map(JoinHandle::join);
            self.table = match built {
                Some(Ok(Ok(factory))) => Table::Ready(Box::new(factory)),
                Some(Ok(Err(reason))) => Table::Failed(reason),
                Some(Err(_)) | None => Table::Failed("the token table broke".to_owned()),
            };
        }
        match &self.table {
            Table::Ready(factory) => Ok(factory),
            Table::Failed(reason) => Err(bad(reason)),
            Table::Building(_) => Err(bad("the token table is not ready")),
        }
    }
}

impl Drop for Grammars {
    fn drop(&mut self) {
        if let Table::Building(handle) = &mut self.table
            && handle.take().map(JoinHandle::join).is_some_and(|built| built.is_err())
        {
            tracing::warn!("the token table broke");
        }
    }
}

/// Where in a JSON text the end of the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Inside,
    Escaped,
}

/// What may come next in one answer.
pub(crate) struct Grammar {
    matcher: Matcher,
    vocabulary: Arc<Vocabulary>,
    single: Arc<[Option<Token>; 256]>,
    place: Place,
    /// What a cut answer is closed by; a schema has nothing of the kind.
    gbnf: Option<Arc<Gbnf>>,
    /// The answer so far.
    said: Vec<u8>,
}

impl Grammar {
    /// Returns whether `token` may come next. The end may if the answer is a whole value.
    pub(crate) fn allows(&mut self, token: Token) -> Result<bool, Failure> {
        let ends = self.vocabulary.ends.contains(&token);
        if !ends && (is_control(&self.vocabulary, token) || self.bytes(token).is_empty()) {
            return Ok(false);
        }
        let valid = self.matcher.validate_tokens(&[token]).map_err(|error| broken(&error))?;
        Ok(valid == 1)
    }

    /// Returns how many of these tokens, one after the other, may come next.
    pub(crate) fn allows_so_many(&mut self, tokens: &[Token]) -> usize {
        let text = |token: &&Token| {
            !is_control(&self.vocabulary, **token) && !self.bytes(**token).is_empty()
        };
        let text = tokens.iter().take_while(text).count();
        // A parser that broke says so when the next token is chosen.
        self.matcher.validate_tokens(&tokens[..text]).unwrap_or(0)
    }

    /// Returns the tokens that come next whatever is chosen, split as `tokenize` splits them. A word
    /// that may go on, and a space before one, is left to be chosen: a longer token could stand there,
    /// and the model knows words by their longest.
    pub(crate) fn forced(&mut self, tokenize: impl FnOnce(&str) -> Vec<Token>) -> Vec<Token> {
        let bytes = self.matcher.compute_ff_bytes();
        let whole = match str::from_utf8(&bytes) {
            Ok(text) => text,
            Err(error) => str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        };
        if whole.is_empty() {
            return Vec::new();
        }
        let mut tokens = tokenize(whole);
        // Some tokenizers put a space before any text.
        let same = tokens.iter().flat_map(|token| self.bytes(*token)).eq(whole.as_bytes());
        if !same {
            return Vec::new();
        }
        tokens.pop_if(|last| !self.bytes(*last).last().is_some_and(u8::is_ascii_punctuation));
        let allowed = self.allows_so_many(&tokens);
        tokens.truncate(allowed);
        tokens
    }

    /// Makes every token impossible that may not come next.
    pub(crate) fn mask(&mut self, logits: &mut [f32]) -> Result<(), Failure> {
        let mask = self.matcher.compute_mask_or_eos().map_err(|error| broken(&error))?;
        let mut possible = false;
        for (token, logit) in (0..).zip(logits.iter_mut()) {
            if mask.len() > token as usize && mask.is_allowed(token) {
                possible |= logit.is_finite();
            } else {
                *logit = f32::NEG_INFINITY;
            }
        }
        if possible { Ok(()) } else { Err(bad("no token of the vocabulary continues the answer")) }
    }

    /// Notes the next token. Returns whether nothing can follow it.
    pub(crate) fn accept(&mut self, token: Token) -> Result<bool, Failure> {
        self.matcher.consume_token(token).map_err(|error| broken(&error))?;
        for byte in self.vocabulary.bytes.get(token as usize).into_iter().flatten() {
            self.said.push(*byte);
            self.place = match (self.place, byte) {
                (Place::Outside, b'"') | (Place::Escaped, _) => Place::Inside,
                (Place::Inside, b'"') => Place::Outside,
                (Place::Inside, b'\\') => Place::Escaped,
                (place, _) => place,
            };
        }
        Ok(self.matcher.is_stopped())
    }

    /// Returns tokens that make a whole value of an answer that was cut: strings, lists and objects
    /// are closed, and what the schema demands is filled in with the least there is; a text of a
    /// grammar takes the shortest way to its end.
    pub(crate) fn close(&mut self) -> Result<Vec<Token>, Failure> {
        let cut = String::from_utf8_lossy(&self.said).into_owned();
        let closed = match self.gbnf.as_ref().map(Arc::clone) {
            Some(gbnf) => gbnf::close(&gbnf, &self.said, &self.matcher),
            None => self.close_json(),
        };
        closed.map_err(|failure| match failure {
            Failure::BadConstraint { reason } => Failure::Unfinished { reason, text: cut },
            other => other,
        })
    }

    fn close_json(&mut self) -> Result<Vec<Token>, Failure> {
        let mut tokens = Vec::new();
        while !self.is_whole()? {
            if tokens.len() == CLOSING_TOKENS_MAX {
                return Err(bad("the answer was cut by the token limit and cannot be closed"));
            }
            let token = self.shortest_way_out()?;
            tokens.push(token);
            self.accept(token)?;
        }
        Ok(tokens)
    }

    fn is_whole(&mut self) -> Result<bool, Failure> {
        if self.matcher.is_stopped() {
            return match self.matcher.get_error() {
                Some(reason) => Err(bad(&reason)),
                None => Ok(true),
            };
        }
        self.matcher.is_accepting().map_err(|error| broken(&error))
    }

    fn shortest_way_out(&mut self) -> Result<Token, Failure> {
        let preferred: &[u8] = match self.place {
            Place::Outside => b"}],:\" 0ntf[{-",
            Place::Inside => b"\"",
            Place::Escaped => b"n",
        };
        let mask = self.matcher.compute_mask().map_err(|error| broken(&error))?;
        let allowed = |token: &Token| mask.len() > *token as usize && mask.is_allowed(*token);
        let single = preferred.iter().filter_map(|byte| self.single[usize::from(*byte)]);
        if let Some(token) = single.into_iter().find(allowed) {
            return Ok(token);
        }
        let text = |token: &Token| !is_control(&self.vocabulary, *token);
        mask.iter()
            .filter(text)
            .min_by_key(|token| (self.bytes(*token).len(), *token))
            .ok_or_else(|| bad("the answer was cut by the token limit and cannot be closed"))
    }

    fn bytes(&self, token: Token) -> &[u8] {
        self.vocabulary.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }
}

fn factory(vocabulary: &Vocabulary) -> Result<ParserFactory, String> {
    let word = |(bytes, control): (&Vec<u8>, &bool)| {
        if *control && !bytes.is_empty() {
            [&[SPECIAL], bytes.as_slice()].concat()
        } else {
            bytes.clone()
        }
    };
    let words: Vec<Vec<u8>> = vocabulary.bytes.iter().zip(&vocabulary.control).map(word).collect();
    let size = u32::try_from(words.len()).map_err(|error| error.to_string())?;
    let Some(end) =
        vocabulary.ends.first().filter(|_| vocabulary.ends.iter().all(|end| *end < size))
    else {
        return Err("the vocabulary has no token that ends an answer".to_owned());
    };
    let trie = TokTrie::from(&TokRxInfo::new(size, *end), &words).with_eos_tokens(&vocabulary.ends);
    let environment: TokEnv = Arc::new(ApproximateTokEnv::new(trie));
    let slices = llguidance::earley::SlicedBiasComputer::json_slices();
    let mut factory = ParserFactory::new(&environment, InferenceCapabilities::default(), &slices)
        .map_err(|error| error.to_string())?;
    factory.quiet();
    factory.limits_mut().verbose_errors = false;
    // Grammars are read character by character: a slow step is better than no answer.
    factory.limits_mut().step_max_items = MASK_ITEMS_MAX;
    factory.limits_mut().step_lexer_fuel = MASK_FUEL_MAX;
    Ok(factory)
}

fn is_control(vocabulary: &Vocabulary, token: Token) -> bool {
    vocabulary.control.get(token as usize).copied().unwrap_or(true)
}

fn bad(reason: &str) -> Failure {
    Failure::BadConstraint { reason: reason.to_owned() }
}

fn broken(error: &impl std::fmt::Display) -> Failure {
    Failure::BadConstraint { reason: error.to_string() }
}
