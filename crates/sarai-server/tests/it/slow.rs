//! Tests that need more than this code: an outside program or a browser.

mod clients;
mod program;
mod schemathesis;
