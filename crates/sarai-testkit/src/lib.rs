//! A scripted engine, a simulated clock and seeded randomness. For tests only.
#![forbid(unsafe_code)]

mod clock;
mod random;
mod scripted_engine;

pub use clock::SimulatedClock;
pub use random::SeededRandom;
pub use scripted_engine::{Line, ScriptedEngine};
