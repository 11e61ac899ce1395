//! Tests of english.
