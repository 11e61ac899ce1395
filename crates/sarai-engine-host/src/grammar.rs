//! Keeps an answer inside a JSON schema or a grammar.
//!
//! The sampled token is checked first and the mask over the vocabulary computed only when it is
//! refused, which is rare: that keeps the cost below a percent of a token.

mod budget;
mod gbnf;
mod json;
mod reserve;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{ApproximateTokEnv, InferenceCapabilities, TokEnv, TokRxInfo, TokTrie};
use llguidance::{Matcher, ParserFactory};
use sarai_engine_protocol::{Constraint, Failure};
use sarai_grammar::Reading;
use serde_json::{Value, json};

use self::budget::Budget;
use self::gbnf::Compiled;
use self::reserve::{Reserve, Way};
use crate::backend::{Token, Vocabulary};

/// Marks a token as no text for the parser.
const SPECIAL: u8 = TokTrie::SPECIAL_TOKEN_MARKER;

/// Most work of the parser for one mask; a fraction of a second.
const MASK_ITEMS_MAX: usize = 5_000_000;
const MASK_FUEL_MAX: u64 = 5_000_000;

/// The token table of a vocabulary, built once in the background.
pub(crate) struct Grammars {
    table: Table,
    vocabulary: Arc<Vocabulary>,
    /// Takes bytes as tokens; made when it is needed.
    of_bytes: Option<Box<ParserFactory>>,
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
        Grammars {
            table,
            vocabulary: Arc::clone(vocabulary),
            of_bytes: None,
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
        let budget = Budget::of(&schema);
        let matcher = compile(self.factory()?, schema.clone())?;
        let reader = json::Reader::new(compile(self.factory_of_bytes()?, schema)?);
        let reserve = Reserve::new(Way::Json(Box::new(reader)), budget.leap);
        Ok(Some(self.begin(matcher, reserve, budget.most)))
    }

    fn gbnf(&mut self, text: &str) -> Result<Grammar, Failure> {
        let mut compiled = std::mem::take(&mut self.compiled);
        let found = self.factory().and_then(|factory| compiled.find(text, factory));
        self.compiled = compiled;
        let (matcher, gbnf) = found.map_err(of_gbnf)?;
        let leap = gbnf.farthest() as usize;
        let way = Way::Gbnf { reading: Reading::new(gbnf), read: 0 };
        Ok(Grammar { is_gbnf: true, ..self.begin(matcher, Reserve::new(way, leap), None) })
    }

    fn begin(&self, matcher: Matcher, reserve: Reserve, tokens_max: Option<usize>) -> Grammar {
        let vocabulary = Arc::clone(&self.vocabulary);
        let said = Vec::new();
        Grammar { matcher, vocabulary, reserve, said, tokens_max, is_gbnf: false }
    }

    fn factory_of_bytes(&mut self) -> Result<&ParserFactory, Failure> {
        if self.of_bytes.is_none() {
            let factory = limited(&ApproximateTokEnv::single_byte_env(), &[]);
            self.of_bytes = Some(Box::new(factory.map_err(|reason| bad(&reason))?));
        }
        self.of_bytes.as_deref().ok_or_else(|| bad("there is no parser of bytes"))
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

fn compile(factory: &ParserFactory, schema: Value) -> Result<Matcher, Failure> {
    let grammar = TopLevelGrammar::from_json_schema(schema);
    let parser = catch_unwind(AssertUnwindSafe(|| factory.create_parser(grammar)))
        .map_err(|_| bad("the schema broke the grammar compiler"))?;
    let matcher = Matcher::new(parser);
    match matcher.get_error() {
        Some(reason) => Err(bad(&reason)),
        None => Ok(matcher),
    }
}

/// What may come next in one answer.
pub(crate) struct Grammar {
    matcher: Matcher,
    vocabulary: Arc<Vocabulary>,
    reserve: Reserve,
    /// The answer so far.
    said: Vec<u8>,
    /// The most tokens that an answer can have, if there is such a thing.
    pub(crate) tokens_max: Option<usize>,
    is_gbnf: bool,
}

/// Splits a text into tokens.
pub(crate) type Tokenize<'a> = dyn Fn(&str) -> Vec<Token> + 'a;

impl Grammar {
    /// Returns whether `token` may come next. The end may if the answer is a whole value.
    pub(crate) fn allows(&mut self, token: Token) -> Result<bool, Failure> {
        let ends = self.vocabulary.ends.contains(&token);
        if !ends && (is_control(&self.vocabulary, token) || self.bytes(token).is_empty()) {
            return Ok(false);
        }
        let valid =
            self.matcher.validate_tokens(&[token]).map_err(|error| self.blame(broken(&error)))?;
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
        let mask =
            self.matcher.compute_mask_or_eos().map_err(|error| self.blame(broken(&error)))?;
        let mut possible = false;
        for (token, logit) in (0..).zip(logits.iter_mut()) {
            if mask.len() > token as usize && mask.is_allowed(token) {
                possible |= logit.is_finite();
            } else {
                *logit = f32::NEG_INFINITY;
            }
        }
        if possible {
            Ok(())
        } else {
            Err(self.blame(bad("no token of the vocabulary continues the answer")))
        }
    }

    /// Notes the next token. Returns whether nothing can follow it.
    pub(crate) fn accept(&mut self, token: Token) -> Result<bool, Failure> {
        self.matcher.consume_token(token).map_err(|error| self.blame(broken(&error)))?;
        self.said.extend(self.vocabulary.bytes.get(token as usize).into_iter().flatten());
        Ok(self.matcher.is_stopped())
    }

    /// Returns the least tokens that any answer has, where they can be found, and keeps room for them
    /// in an answer of `limit`.
    pub(crate) fn least(&mut self, limit: usize, tokenize: &Tokenize<'_>) -> Option<usize> {
        let rest = self.reserve.end_of(&self.said)?;
        let split = splitter(&self.matcher, &self.vocabulary, tokenize);
        let least = split(&rest)?.len();
        self.reserve.covers(&self.said, &[], limit, &split);
        Some(least)
    }

    /// Returns what ends the answer in place of `token`, where after it too little would be left of
    /// the `left` tokens that may still be said.
    pub(crate) fn end_instead(
        &mut self,
        token: Token,
        left: usize,
        tokenize: &Tokenize<'_>,
    ) -> Result<Option<Vec<Token>>, Failure> {
        if self.reserve.is_safe() {
            return Ok(None);
        }
        let more = self.vocabulary.bytes.get(token as usize).map_or(&[][..], Vec::as_slice);
        let split = splitter(&self.matcher, &self.vocabulary, tokenize);
        if self.reserve.covers(&self.said, more, left.saturating_sub(1), &split) {
            return Ok(None);
        }
        drop(split);
        self.close(left, tokenize).map(Some)
    }

    /// Returns at most `left` tokens that make a whole text of the answer, about the fewest there
    /// are: strings, lists and objects are closed, and what must be there is filled in.
    pub(crate) fn close(
        &mut self,
        left: usize,
        tokenize: &Tokenize<'_>,
    ) -> Result<Vec<Token>, Failure> {
        if self.is_whole()? {
            return Ok(Vec::new());
        }
        let split = splitter(&self.matcher, &self.vocabulary, tokenize);
        let closing = self.reserve.end_of(&self.said).and_then(|rest| split(&rest));
        closing.filter(|closing| closing.len() <= left).ok_or_else(|| Failure::Unfinished {
            reason: "the token limit leaves no room for the shortest way to the end".to_owned(),
            text: String::from_utf8_lossy(&self.said).into_owned(),
            needed: None,
        })
    }

    fn is_whole(&mut self) -> Result<bool, Failure> {
        if self.matcher.is_stopped() {
            return match self.matcher.get_error() {
                Some(reason) => Err(self.blame(bad(&reason))),
                None => Ok(true),
            };
        }
        self.matcher.is_accepting().map_err(|error| self.blame(broken(&error)))
    }

    /// Says what went wrong of what the answer must fit.
    fn blame(&self, failure: Failure) -> Failure {
        if self.is_gbnf { of_gbnf(failure) } else { failure }
    }

    fn bytes(&self, token: Token) -> &[u8] {
        self.vocabulary.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }
}

/// Returns what splits a text into as few tokens as there are: as the model would, or by always taking
/// the longest. `None` comes of a text that the vocabulary has no tokens for.
fn splitter<'a>(
    matcher: &Matcher,
    vocabulary: &'a Vocabulary,
    tokenize: &'a Tokenize<'a>,
) -> impl Fn(&[u8]) -> Option<Vec<Token>> + use<'a> {
    let environment = matcher.tok_env().ok();
    move |text| {
        let same = |tokens: &Vec<Token>| {
            let bytes = |token: &Token| vocabulary.bytes.get(*token as usize);
            tokens.iter().all(|token| !is_control(vocabulary, *token))
                && tokens.iter().filter_map(bytes).flatten().eq(text)
        };
        // Some tokenizers put a space before any text.
        let usual = str::from_utf8(text).ok().map(tokenize).filter(same);
        let environment = environment.as_ref();
        let longest = environment.map(|one| one.tok_trie().greedy_tokenize(text)).filter(same);
        usual.into_iter().chain(longest).min_by_key(Vec::len)
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
    limited(&environment, &llguidance::earley::SlicedBiasComputer::json_slices())
}

/// Makes a factory of parsers that have their limits.
fn limited(environment: &TokEnv, slices: &[String]) -> Result<ParserFactory, String> {
    let mut factory = ParserFactory::new(environment, InferenceCapabilities::default(), slices)
        .map_err(|error| error.to_string())?;
    factory.quiet();
    factory.limits_mut().verbose_errors = false;
    // Grammars are read character by character: a slow step is better than no answer.
    factory.limits_mut().step_max_items = MASK_ITEMS_MAX;
    factory.limits_mut().step_lexer_fuel = MASK_FUEL_MAX;
    Ok(factory)
}

/// Says of a grammar what was said of a schema.
fn of_gbnf(failure: Failure) -> Failure {
    match failure {
        Failure::BadConstraint { reason } => Failure::BadGrammar { reason },
        other => other,
    }
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
