//! Answers to the assistant, confirmations and corrections.

use super::phrases::Phrases;
use super::referents::Referents;
use crate::claim::Claim;
use crate::reading::Earlier;

/// Reads what answers the assistant's message; returns the first word that is still to be read.
pub(super) fn reply(
    _phrases: Phrases<'_>,
    _asked: Option<&Earlier>,
    _referents: &mut Referents,
    _claims: &mut Vec<Claim>,
) -> usize {
    0
}

/// Makes claims that correct what was said before replace it.
pub(super) fn correct(_phrases: Phrases<'_>, _earlier: &[Earlier], _claims: &mut [Claim]) {}
