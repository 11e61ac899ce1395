//! The parser as its callers see it: with a tiny model that is made here, and with the real ones.

// So that clippy takes the helpers for tests too.
#[cfg(test)]
mod damage;
#[cfg(test)]
mod model;
#[cfg(test)]
mod packed;
#[cfg(test)]
mod sentences;
#[cfg(test)]
mod slow;
