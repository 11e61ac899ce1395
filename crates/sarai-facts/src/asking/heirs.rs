//! What took the place of something answers for it: “what does he take for his back?” is answered
//! by naproxen, when ibuprofen was told with the back.

use crate::asking::candidate::Candidate;
use crate::asking::meet::{self, Met, Place};
use crate::asking::question::{Question, Role};

/// How much what was told of the predecessor counts.
const INHERITED: f64 = 0.85;

/// Meets what is left where the facts that `candidate` took the place of are met. What they held
/// is no more: their objects do not count, but for the words around them.
pub(super) fn inherit(
    question: &Question,
    candidate: &Candidate,
    others: &[Candidate],
    met: &mut [Met],
) {
    let before = others.iter().filter(|other| other.fact.superseded_by == Some(candidate.fact.id));
    for predecessor in before {
        for (term, met) in question.terms.iter().zip(met.iter_mut()) {
            let weak = met.place == Place::Told && met.degree < INHERITED;
            if (met.place != Place::Nowhere && !weak) || term.role == Role::Kind {
                continue;
            }
            let then = meet::meet(question, term, predecessor);
            let place = match then.place {
                Place::Relation => Place::Relation,
                Place::Subject => Place::Beside,
                Place::Object | Place::Told => Place::Told,
                Place::Beside | Place::Kind | Place::Nowhere | Place::Against => continue,
            };
            let degree = then.degree * INHERITED;
            if degree > met.degree {
                *met = Met { place, degree };
            }
        }
    }
}
