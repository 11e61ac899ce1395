//! A deterministic stand-in for a native library.
//!
//! Its next token is a pure function of the tokens a sequence holds, so a sequence that was cut,
//! copied or continued wrongly says something visibly wrong. Asked `di «…»` it says what is between
//! the marks; otherwise it babbles letters that depend on everything before.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use sarai_engine_host::backend::{
    Backend, BackendError, BatchToken, LoadProgress, Loader, Sequence, Token, Vocabulary,
};
use sarai_engine_host::clock::Clock;
use sarai_engine_protocol::{Load, ModelDescription};

pub(crate) const IM_START: Token = 256;
pub(crate) const IM_END: Token = 257;
pub(crate) const BOS: Token = 258;

/// Found in any text, like a word, and shown.
pub(crate) const START: Token = 267;

/// Tokens of several bytes; some are only a part of a character.
const WORDS: [&[u8]; 8] =
    [b"hola", b" mundo", "ción".as_bytes(), b"\xc3", "¿qué".as_bytes(), b"{\"", b"\":", b"user"];

/// Looks at each batch before it is computed and may fail it.
pub(crate) type Hook = dyn FnMut(&[BatchToken], &AtomicBool) -> Result<(), BackendError> + Send;

/// Whose tokens a batch is computed with.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Attention {
    Own,
    All,
}

/// What a toy is made of.
#[derive(Clone)]
pub(crate) struct Toy {
    pub(crate) context_tokens: usize,
    pub(crate) sequences: u32,
    pub(crate) batch_tokens_max: usize,
    pub(crate) outputs_max: usize,
    pub(crate) template: Option<String>,
    pub(crate) adds_bos: bool,
    pub(crate) can_forget: bool,
    pub(crate) attention: Attention,
    /// Tokens in the context beside those of the sequences in the last batch.
    pub(crate) idle_tokens: Arc<Mutex<usize>>,
    /// Letters it says at random: the logits of `a`, `b` and so on after each of them, and of nothing
    /// else.
    pub(crate) dice: Option<&'static [&'static [f32]]>,
    pub(crate) hook: Arc<Mutex<Option<Box<Hook>>>>,
    /// Tokens computed since it was made.
    pub(crate) computed: Arc<Mutex<usize>>,
    pub(crate) time: Time,
    /// Says the same in other tokens, and begins every text with a space.
    pub(crate) has_other_words: bool,
    /// What is loaded to guess, and how often it was.
    pub(crate) partner: Option<Box<Toy>>,
    pub(crate) partners_loaded: Arc<Mutex<usize>>,
}

/// The time that batches take: so much of a token's for each one more.
#[derive(Clone)]
pub(crate) struct Time {
    pub(crate) further: Arc<Mutex<f64>>,
    /// Milliseconds of one token.
    first: f64,
    ms: Arc<Mutex<f64>>,
}

impl Default for Time {
    fn default() -> Time {
        Time { further: Arc::default(), first: 10.0, ms: Arc::default() }
    }
}

impl Time {
    pub(crate) fn of(further: f64) -> Time {
        Time { further: Arc::new(Mutex::new(further)), ..Time::default() }
    }

    /// The time of a model that takes `first` milliseconds for a token, on the same clock.
    pub(crate) fn beside(&self, first: f64) -> Time {
        Time { further: Arc::default(), first, ms: Arc::clone(&self.ms) }
    }

    fn pass(&self, tokens: usize) {
        let further = *self.further.lock().unwrap();
        *self.ms.lock().unwrap() += self.first * (1.0 + further * (tokens - 1) as f64);
    }
}

impl Clock for Time {
    fn elapsed_ms(&self) -> f64 {
        *self.ms.lock().unwrap()
    }
}

impl Default for Toy {
    fn default() -> Toy {
        Toy {
            context_tokens: 4096,
            sequences: 8,
            batch_tokens_max: 512,
            outputs_max: 64,
            template: None,
            adds_bos: false,
            can_forget: true,
            attention: Attention::Own,
            idle_tokens: Arc::default(),
            dice: None,
            hook: Arc::default(),
            computed: Arc::default(),
            time: Time::default(),
            has_other_words: false,
            partner: None,
            partners_loaded: Arc::default(),
        }
    }
}

impl Toy {
    pub(crate) fn with_hook(
        self,
        hook: impl FnMut(&[BatchToken], &AtomicBool) -> Result<(), BackendError> + Send + 'static,
    ) -> Toy {
        *self.hook.lock().unwrap() = Some(Box::new(hook));
        self
    }

    fn loaded(&self, context_tokens: u32) -> Loaded {
        let context_tokens = self.context_tokens.min(context_tokens as usize);
        let mut vocabulary = vocabulary(self.adds_bos);
        if self.has_other_words {
            let words = (BOS as usize + 1)..START as usize;
            vocabulary.bytes[words].reverse();
            vocabulary.bytes[..256].reverse();
        }
        Loaded {
            toy: Toy { context_tokens, ..self.clone() },
            vocabulary: Arc::new(vocabulary),
            cells: vec![Vec::new(); self.sequences as usize],
            logits: Vec::new(),
        }
    }

    pub(crate) fn computed(&self) -> usize {
        *self.computed.lock().unwrap()
    }
}

impl Loader for Toy {
    fn name(&self) -> String {
        "toy 1".to_owned()
    }

    fn load(
        &self,
        load: &Load,
        progress: &mut LoadProgress<'_>,
    ) -> Result<Box<dyn Backend>, BackendError> {
        progress(0.5);
        if load.path == Path::new("missing.gguf") {
            return Err(BackendError::Load("no such file".to_owned()));
        }
        if load.path == Path::new("huge.gguf") {
            return Err(BackendError::OutOfMemory("no room".to_owned()));
        }
        progress(1.0);
        Ok(Box::new(self.loaded(load.context_tokens)))
    }

    fn load_draft(
        &self,
        _: &Path,
        context_tokens: u32,
        _: u32,
    ) -> Result<Box<dyn Backend>, BackendError> {
        *self.partners_loaded.lock().unwrap() += 1;
        let partner = self.partner.as_ref().ok_or(BackendError::Load("no such file".to_owned()))?;
        let partner =
            Toy { sequences: 1, outputs_max: 1, batch_tokens_max: 64, ..*partner.clone() };
        Ok(Box::new(partner.loaded(context_tokens)))
    }
}

pub(crate) fn vocabulary(adds_bos: bool) -> Vocabulary {
    let mut bytes: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![byte]).collect();
    bytes.extend([b"<|im_start|>".to_vec(), b"<|im_end|>".to_vec(), b"<s>".to_vec()]);
    bytes.extend(WORDS.map(<[u8]>::to_vec));
    bytes.push(b"<|start|>".to_vec());
    let control = (0..bytes.len()).map(|token| (256..259).contains(&token)).collect();
    let matched = (0..bytes.len()).map(|token| token == START as usize).collect();
    Vocabulary {
        bytes,
        control,
        matched,
        ends: vec![IM_END],
        bos: Some(BOS),
        eos: Some(IM_END),
        adds_bos,
    }
}

struct Loaded {
    toy: Toy,
    vocabulary: Arc<Vocabulary>,
    cells: Vec<Vec<Token>>,
    logits: Vec<Option<Vec<f32>>>,
}

impl Loaded {
    fn text(&self, tokens: &[Token]) -> Vec<u8> {
        tokens.iter().flat_map(|token| self.vocabulary.bytes[*token as usize].clone()).collect()
    }

    fn next(&self, tokens: &[Token]) -> Vec<f32> {
        if let Some(dice) = self.toy.dice {
            let letter = tokens.last().map_or(0, |token| token - u32::from(b'a'));
            let mut logits = vec![f32::NEG_INFINITY; self.vocabulary.bytes.len()];
            for (place, logit) in (usize::from(b'a')..).zip(dice[letter as usize]) {
                logits[place] = *logit;
            }
            return logits;
        }
        let hash = tokens.iter().fold(7_u32, |hash, token| {
            hash.wrapping_mul(0x0100_0193).wrapping_add(*token).rotate_left(5)
        });
        let text = self.text(tokens);
        let choice = match demanded(&text) {
            Some((demand, said)) if demand.len() == said.len() && demand == said => IM_END,
            Some((demand, said)) if demand.starts_with(said) => {
                let rest = &demand[said.len()..];
                longest(&self.vocabulary, rest).unwrap_or(u32::from(b'?'))
            }
            Some(_) => u32::from(b'!'),
            None if hash.is_multiple_of(61) => IM_END,
            None => u32::from(b'a') + (hash >> 8) % 26,
        };
        let other =
            |token: u32| (token.wrapping_mul(31).wrapping_add(hash) % 17) as f32 * -0.5 + 1.0;
        let mut logits: Vec<f32> = (0..self.vocabulary.bytes.len() as u32).map(other).collect();
        logits[choice as usize] = 5.0;
        logits
    }
}

/// What the last question demands and how much of it was said.
fn demanded(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let opening = "di «".as_bytes();
    let begin = find_last(text, opening)? + opening.len();
    let length = find_last(&text[begin..], "»".as_bytes())?;
    let answer = find_last(text, b"assistant\n")? + b"assistant\n".len();
    (answer > begin).then(|| (&text[begin..begin + length], &text[answer..]))
}

fn find_last(text: &[u8], part: &[u8]) -> Option<usize> {
    (0..=text.len().checked_sub(part.len())?).rev().find(|index| text[*index..].starts_with(part))
}

fn longest(vocabulary: &Vocabulary, text: &[u8]) -> Option<Token> {
    let fits =
        |token: &usize| !vocabulary.control[*token] && text.starts_with(&vocabulary.bytes[*token]);
    let token = (0..vocabulary.bytes.len())
        .filter(fits)
        .max_by_key(|token| vocabulary.bytes[*token].len())?;
    Some(token as Token)
}

impl Backend for Loaded {
    fn description(&self) -> ModelDescription {
        ModelDescription {
            architecture: "toy".to_owned(),
            title: "Toy".to_owned(),
            parameters: 0,
            vocabulary: self.vocabulary.bytes.len() as u32,
            context_tokens: self.toy.context_tokens as u32,
            context_tokens_trained: 4096,
            embedding_length: 4,
            threads: 1,
            template_source: "file".to_owned(),
            load_ms: 1.0,
        }
    }

    fn vocabulary(&self) -> Arc<Vocabulary> {
        Arc::clone(&self.vocabulary)
    }

    fn template(&self) -> Option<String> {
        self.toy.template.clone()
    }

    fn tokenize(&self, text: &str, special: bool) -> Vec<Token> {
        let text = if self.toy.has_other_words { format!(" {text}") } else { text.to_owned() };
        let mut rest = text.as_bytes();
        let mut tokens = Vec::new();
        while !rest.is_empty() {
            let control = (256..259_u32)
                .find(|token| special && rest.starts_with(&self.vocabulary.bytes[*token as usize]));
            let token = control.or_else(|| longest(&self.vocabulary, rest)).unwrap();
            rest = &rest[self.vocabulary.bytes[token as usize].len()..];
            tokens.push(token);
        }
        tokens
    }

    fn sequences(&self) -> u32 {
        self.toy.sequences
    }

    fn batch_tokens_max(&self) -> usize {
        self.toy.batch_tokens_max
    }

    fn outputs_max(&self) -> usize {
        self.toy.outputs_max
    }

    fn forgets_parts(&self) -> bool {
        self.toy.can_forget
    }

    fn decode(
        &mut self,
        batch: &[BatchToken],
        abort: &Arc<AtomicBool>,
    ) -> Result<(), BackendError> {
        assert!(batch.len() <= self.toy.batch_tokens_max && !batch.is_empty());
        let held: usize = self.cells.iter().map(Vec::len).sum();
        let busy = |index: usize| batch.iter().any(|one| one.sequence as usize == index);
        let idle = self.cells.iter().enumerate().filter(|(index, _)| !busy(*index));
        *self.toy.idle_tokens.lock().unwrap() = idle.map(|(_, cells)| cells.len()).sum();
        let result = match &mut *self.toy.hook.lock().unwrap() {
            Some(hook) => hook(batch, abort),
            None => Ok(()),
        };
        let result = result.and_then(|()| {
            if held + batch.len() > self.toy.context_tokens {
                Err(BackendError::Full)
            } else {
                Ok(())
            }
        });
        // A failed batch leaves a part of itself behind.
        let computed = if result.is_ok() { batch.len() } else { batch.len() / 2 };
        self.logits.clear();
        for one in &batch[..computed] {
            let cells = &mut self.cells[one.sequence as usize];
            // Two tokens at one place, or a gap, are no error: they are nonsense.
            let token =
                if cells.len() == one.position as usize { one.token } else { u32::from(b'#') };
            cells.push(token);
            let logits = one.wants_logits.then(|| self.next(&self.cells[one.sequence as usize]));
            self.logits.push(logits);
        }
        *self.toy.computed.lock().unwrap() += computed;
        self.toy.time.pass(batch.len());
        assert!(batch.iter().filter(|one| one.wants_logits).count() <= self.toy.outputs_max);
        result
    }

    fn logits(&mut self, index: usize) -> &mut [f32] {
        self.logits[index].as_mut().expect("logits were asked for")
    }

    fn truncate(&mut self, sequence: Sequence, length: u32) -> bool {
        let cells = &mut self.cells[sequence as usize];
        if self.toy.can_forget || length == 0 || length as usize == cells.len() {
            cells.truncate(length as usize);
            return true;
        }
        cells.clear();
        false
    }

    fn copy_prefix(&mut self, from: Sequence, to: Sequence, length: u32) {
        self.cells[to as usize] = self.cells[from as usize][..length as usize].to_vec();
    }

    fn save(
        &mut self,
        sequence: Sequence,
        tokens: &[Token],
        path: &Path,
    ) -> Result<u64, BackendError> {
        assert_eq!(tokens, self.cells[sequence as usize]);
        let bytes: Vec<u8> = tokens.iter().flat_map(|token| token.to_le_bytes()).collect();
        std::fs::write(path, &bytes).map_err(|error| BackendError::Native(error.to_string()))?;
        Ok(bytes.len() as u64)
    }

    fn restore(&mut self, sequence: Sequence, path: &Path) -> Result<Vec<Token>, BackendError> {
        let bytes = std::fs::read(path).map_err(|error| BackendError::Native(error.to_string()))?;
        self.unpack(sequence, &bytes)?;
        Ok(self.cells[sequence as usize].clone())
    }

    fn minds_idle(&self) -> bool {
        self.toy.attention == Attention::All
    }

    fn pack(&mut self, sequence: Sequence) -> Result<Vec<u8>, BackendError> {
        let cells = &self.cells[sequence as usize];
        Ok(cells.iter().flat_map(|token| token.to_le_bytes()).collect())
    }

    fn unpack(&mut self, sequence: Sequence, packed: &[u8]) -> Result<(), BackendError> {
        let token = |four: &[u8]| u32::from_le_bytes([four[0], four[1], four[2], four[3]]);
        self.cells[sequence as usize] = packed.chunks_exact(4).map(token).collect();
        Ok(())
    }

    fn embed(&mut self, tokens: &[Token]) -> Result<Vec<f32>, BackendError> {
        if self.text(tokens).starts_with(b"no embedding") {
            return Err(BackendError::Native("this text cannot be embedded".to_owned()));
        }
        let length = (tokens.len() as f32).hypot(1.0);
        Ok(vec![tokens.len() as f32 / length, 1.0 / length, 0.0, 0.0])
    }
}
