//! The local engine with a child that is real and a model that is not.

mod answers;
mod drafts;
mod ends;
mod loss;
mod rivals;
mod starts;
mod swaps;
