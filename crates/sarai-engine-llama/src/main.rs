//! The engine process on llama.cpp.
fn main() {}
