//! The engine as the assistant sees it.

// So that clippy takes the helpers for tests too.
#[cfg(test)]
mod house;
#[cfg(test)]
mod local;
#[cfg(test)]
mod slow;
#[cfg(test)]
mod stand_in;
#[cfg(test)]
mod upstream;
