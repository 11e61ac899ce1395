//! Tests of asking.
