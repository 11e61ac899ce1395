//! The SARAi program.
#![forbid(unsafe_code)]

fn main() {}
