//! The assistant's side of an engine: starts and watches the engine process, or speaks to an upstream server.
#![forbid(unsafe_code)]
