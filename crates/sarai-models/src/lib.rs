//! The catalogue of models: where their files come from, and whether they are what they claim.
#![forbid(unsafe_code)]
