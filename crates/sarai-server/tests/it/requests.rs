//! Requests that are wrong.
