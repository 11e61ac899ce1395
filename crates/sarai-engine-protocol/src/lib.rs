//! What the assistant and an engine process say to each other.
//!
//! One Unix socket pair, given to the child as its standard input. Each side sends frames
//! ([`frame`]) that hold one JSON value: the assistant sends [`Request`]s, the engine [`Event`]s
//! carrying the id of the request they belong to. A request ends with exactly one final event
//! ([`Body::is_final`]); before it, any number of others may come. Requests run side by side and
//! their events interleave. The assistant closing the socket ends the engine process.
#![forbid(unsafe_code)]

pub mod frame;
mod message;

pub use message::{
    BATCH_SIZES, Body, Call, Choice, Constraint, DraftModel, DraftReport, DraftTimings, Drafted,
    Drafting, Event, Examination, Examine, Failure, Finish, Generate, Generated, Load, Message,
    ModelDescription, PROMPT_TOKENS, PromptInput, Request, Sampling, Status, Timings, TokenLogprob,
    Tool, ToolCall, VERSION,
};
