//! Tests of spanish.
