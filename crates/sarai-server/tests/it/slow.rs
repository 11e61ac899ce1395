//! Tests that need more than this code: an outside program or a browser.

mod browser;
mod clients;
mod program;
mod schemathesis;
