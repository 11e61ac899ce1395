//! The head of a GGUF file, read without trusting a word of it.
//!
//! Lengths in the file are claims: text is read up to a limit and memory grows only with bytes that
//! are really there.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use sarai_core::language::Language;
use thiserror::Error;

/// The first bytes of every GGUF file.
pub const MAGIC: [u8; 4] = *b"GGUF";

/// Most key-value pairs in a head.
const PAIRS_MAX: u64 = 65_536;
/// Longest key, and longest value kept, in bytes.
const KEY_BYTES_MAX: u64 = 1_024;
const TEXT_BYTES_MAX: u64 = 4_096;
/// Longest head read at all: vocabularies take some ten megabytes.
const HEAD_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Deepest array of arrays.
const DEPTH_MAX: u32 = 4;

/// What the head of a model file says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub version: u32,
    pub tensors: u64,
    /// `general.architecture`, such as `qwen2`.
    pub architecture: String,
    /// `general.name`.
    pub name: Option<String>,
    /// `ARCHITECTURE.context_length`.
    pub context_tokens: Option<u32>,
    pub has_chat_template: bool,
    /// `general.file_type` as people write it, such as `Q4_K_M`.
    pub quantisation: Option<&'static str>,
}

/// Why bytes are not a model file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GgufError {
    #[error("the file is empty")]
    Empty,
    #[error("the file begins with {0:?} instead of GGUF")]
    NotGguf(String),
    #[error("version {0} of the format is not supported")]
    Version(u32),
    #[error("the head of the file is cut off")]
    CutOff,
    #[error("the head of the file is damaged: {0}")]
    Damaged(&'static str),
    #[error("the file could not be read: {0}")]
    Read(String),
}

impl GgufError {
    /// Returns the reason in `language`.
    pub fn reason(&self, language: Language) -> String {
        match (self, language) {
            (_, Language::English) => self.to_string(),
            (GgufError::Empty, _) => "el archivo está vacío".to_owned(),
            (GgufError::NotGguf(start), _) => {
                format!("el archivo empieza por {start:?} en vez de GGUF")
            }
            (GgufError::Version(version), _) => {
                format!("no se conoce la versión {version} del formato")
            }
            (GgufError::CutOff, _) => "la cabecera del archivo está cortada".to_owned(),
            (GgufError::Damaged(what), _) => {
                format!("la cabecera del archivo está dañada ({what})")
            }
            (GgufError::Read(reason), _) => format!("no se pudo leer el archivo: {reason}"),
        }
    }
}

impl From<io::Error> for GgufError {
    fn from(error: io::Error) -> GgufError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => GgufError::CutOff,
            _ => GgufError::Read(error.to_string()),
        }
    }
}

/// Reads the head of the file at `path`.
pub fn read_file(path: &Path) -> Result<Header, GgufError> {
    read(&mut BufReader::with_capacity(1 << 16, File::open(path)?))
}

/// Reads a head from `input`, at most 256 MiB of it.
pub fn read(input: &mut dyn Read) -> Result<Header, GgufError> {
    let mut input = input.take(HEAD_BYTES_MAX);
    check_magic(&mut input)?;
    let version = read_u32(&mut input)?;
    if !(2..=3).contains(&version) {
        return Err(GgufError::Version(version));
    }
    let tensors = read_u64(&mut input)?;
    let pairs = read_u64(&mut input)?;
    if pairs > PAIRS_MAX {
        return Err(GgufError::Damaged("too many keys"));
    }
    let mut facts = Facts::default();
    for _ in 0..pairs {
        facts.read_pair(&mut input)?;
    }
    let architecture =
        facts.architecture.ok_or(GgufError::Damaged("general.architecture is missing"))?;
    let context_key = format!("{architecture}.context_length");
    let context_tokens =
        facts.contexts.into_iter().find(|(key, _)| *key == context_key).map(|(_, value)| value);
    Ok(Header {
        version,
        tensors,
        name: facts.name,
        context_tokens: context_tokens.and_then(|value| u32::try_from(value).ok()),
        has_chat_template: facts.has_chat_template,
        quantisation: facts.file_type.and_then(quantisation),
        architecture,
    })
}

fn check_magic(input: &mut impl Read) -> Result<(), GgufError> {
    let mut start = Vec::new();
    input.take(4).read_to_end(&mut start)?;
    if start == MAGIC {
        return Ok(());
    }
    if start.is_empty() {
        return Err(GgufError::Empty);
    }
    input.take(12).read_to_end(&mut start)?;
    Err(GgufError::NotGguf(String::from_utf8_lossy(&start).into_owned()))
}

/// The pairs worth keeping, as they come by.
#[derive(Default)]
struct Facts {
    architecture: Option<String>,
    name: Option<String>,
    file_type: Option<u64>,
    contexts: Vec<(String, u64)>,
    has_chat_template: bool,
}

impl Facts {
    fn read_pair(&mut self, input: &mut impl Read) -> Result<(), GgufError> {
        let key =
            read_text(input, KEY_BYTES_MAX)?.ok_or(GgufError::Damaged("a key is too long"))?;
        let value = read_value(input, 0)?;
        match (key.as_str(), value) {
            ("general.architecture", Value::Text(text)) => self.architecture = Some(text),
            ("general.name", Value::Text(text)) => self.name = Some(text),
            ("general.file_type", Value::Number(number)) => self.file_type = Some(number),
            ("tokenizer.chat_template", Value::Text(_) | Value::Skipped) => {
                self.has_chat_template = true;
            }
            (_, Value::Number(number)) if key.ends_with(".context_length") => {
                self.contexts.push((key, number));
            }
            _ => {}
        }
        Ok(())
    }
}

enum Value {
    Text(String),
    Number(u64),
    Skipped,
}

fn read_value(input: &mut impl Read, depth: u32) -> Result<Value, GgufError> {
    let kind = read_u32(input)?;
    read_value_of(input, kind, depth)
}

fn read_value_of(input: &mut impl Read, kind: u32, depth: u32) -> Result<Value, GgufError> {
    match kind {
        // Signed numbers are never negative where we look: read as bits.
        0 | 1 | 7 => Ok(Value::Number(u64::from(read_bytes::<1>(input)?[0]))),
        2 | 3 => Ok(Value::Number(u64::from(u16::from_le_bytes(read_bytes(input)?)))),
        4 | 5 => Ok(Value::Number(u64::from(read_u32(input)?))),
        10 | 11 => Ok(Value::Number(read_u64(input)?)),
        6 => skip(input, 4).map(|()| Value::Skipped),
        12 => skip(input, 8).map(|()| Value::Skipped),
        8 => Ok(read_text(input, TEXT_BYTES_MAX)?.map_or(Value::Skipped, Value::Text)),
        9 => read_array(input, depth).map(|()| Value::Skipped),
        _ => Err(GgufError::Damaged("a value of an unknown type")),
    }
}

fn read_array(input: &mut impl Read, depth: u32) -> Result<(), GgufError> {
    if depth >= DEPTH_MAX {
        return Err(GgufError::Damaged("arrays too deep"));
    }
    let kind = read_u32(input)?;
    let length = read_u64(input)?;
    let width = match kind {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        10..=12 => 8,
        // Each of these takes bytes, so a lying length ends with the file.
        _ => {
            for _ in 0..length {
                read_value_of(input, kind, depth + 1)?;
            }
            return Ok(());
        }
    };
    skip(input, length.checked_mul(width).ok_or(GgufError::Damaged("an array is too long"))?)
}

/// Returns the text, or `None` if it was longer than `bytes_max` and therefore skipped.
fn read_text(input: &mut impl Read, bytes_max: u64) -> Result<Option<String>, GgufError> {
    let length = read_u64(input)?;
    if length > bytes_max {
        skip(input, length)?;
        return Ok(None);
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(GgufError::CutOff);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn skip(input: &mut impl Read, bytes: u64) -> Result<(), GgufError> {
    let skipped = io::copy(&mut input.take(bytes), &mut io::sink())?;
    if skipped == bytes { Ok(()) } else { Err(GgufError::CutOff) }
}

fn read_u32(input: &mut impl Read) -> Result<u32, GgufError> {
    read_bytes(input).map(u32::from_le_bytes)
}

fn read_u64(input: &mut impl Read) -> Result<u64, GgufError> {
    read_bytes(input).map(u64::from_le_bytes)
}

fn read_bytes<const N: usize>(input: &mut impl Read) -> Result<[u8; N], GgufError> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Names of `general.file_type`, after llama.cpp's `llama_ftype`.
fn quantisation(file_type: u64) -> Option<&'static str> {
    Some(match file_type {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        7 => "Q8_0",
        8 => "Q5_0",
        9 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K_S",
        12 => "Q3_K_M",
        13 => "Q3_K_L",
        14 => "Q4_K_S",
        15 => "Q4_K_M",
        16 => "Q5_K_S",
        17 => "Q5_K_M",
        18 => "Q6_K",
        19 => "IQ2_XXS",
        20 => "IQ2_XS",
        21 => "Q2_K_S",
        22 => "IQ3_XS",
        23 => "IQ3_XXS",
        24 => "IQ1_S",
        25 => "IQ4_NL",
        26 => "IQ3_S",
        27 => "IQ3_M",
        28 => "IQ2_S",
        29 => "IQ2_M",
        30 => "IQ4_XS",
        31 => "IQ1_M",
        32 => "BF16",
        36 => "TQ1_0",
        37 => "TQ2_0",
        38 => "MXFP4",
        _ => return None,
    })
}
