//! Speaks HTTP: OpenAI and Anthropic shapes, the web page, health, metrics.
#![forbid(unsafe_code)]
