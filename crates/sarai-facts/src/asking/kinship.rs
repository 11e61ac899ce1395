//! What somebody's relative is to the speaker: the brother of the wife is a brother-in-law.

use std::sync::LazyLock;

use crate::asking::candidate::Name;
use crate::asking::{lexicon, words};

/// A relative of somebody, and what they are to the speaker.
struct Bond {
    kin: String,
    relative: String,
    of: Vec<String>,
}

static BONDS: LazyLock<Vec<Bond>> = LazyLock::new(|| {
    let mut bonds = Vec::new();
    for (kin, ways) in lexicon::entries(include_str!("../../data/asking/kinship.txt")) {
        for (relative, of) in ways.split("; ").filter_map(|way| way.split_once(" of ")) {
            let of = of.split(' ').map(words::key).collect();
            bonds.push(Bond { kin: words::key(kin), relative: words::key(relative), of });
        }
    }
    bonds
});

/// Returns the words for those who may be `kin` to the speaker without being called so.
pub(super) fn relatives(kin: &str) -> impl Iterator<Item = &'static str> {
    let bonds = BONDS.iter();
    let of_kin = move |bond: &&Bond| bond.kin == kin || lexicon::are_synonyms(&bond.kin, kin);
    let found: Vec<&str> = bonds.filter(of_kin).map(|bond| bond.relative.as_str()).collect();
    found.into_iter()
}

/// Returns the name that `relative of whom` has for the speaker. `whom` are the keys of all names
/// of who is meant by the complement.
pub(super) fn name(relative: &str, whom: &[String]) -> Option<Name> {
    let same = |one: &str, other: &str| one == other || lexicon::are_synonyms(one, other);
    let bond = BONDS.iter().find(|bond| {
        same(relative, &bond.relative)
            && whom.iter().any(|whom| bond.of.iter().any(|of| same(whom, of)))
    })?;
    Some(Name { keys: vec![bond.kin.clone()], head: 1, is_person: true, is_somebodys: false })
}
