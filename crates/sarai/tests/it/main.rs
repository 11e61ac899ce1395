//! The program as a person meets it: commands, exit codes, texts, files.

// So that clippy takes the helpers for tests too.
#[cfg(test)]
mod client;
#[cfg(test)]
mod house;

#[cfg(test)]
mod configuration;
#[cfg(feature = "encryption")]
#[cfg(test)]
mod encryption;
#[cfg(test)]
mod grammar;
#[cfg(test)]
mod help;
#[cfg(test)]
mod memory;
mod models;
#[cfg(test)]
mod owner;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod simulating;
#[cfg(test)]
mod terminal;

#[cfg(test)]
mod slow;
