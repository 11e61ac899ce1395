//! Who gets in.
