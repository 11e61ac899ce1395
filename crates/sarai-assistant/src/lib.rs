//! Answers a turn by joining memory and engine. Knows no HTTP and no llama.cpp.
#![forbid(unsafe_code)]
