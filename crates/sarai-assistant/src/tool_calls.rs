//! Tells tool calls from words in what a model wrote, and says which schema forces a call.
//!
//! Models announce calls in different ways: `<tool_call>{…}</tool_call>` (Hermes, Qwen), a fenced
//! JSON block, or bare JSON. All are read; what turns out to be none is given back as words.

mod scan;
mod schema;

pub(crate) use scan::Scanner;
pub(crate) use schema::{schema_of, schema_of_any};
