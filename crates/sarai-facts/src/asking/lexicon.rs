//! What words have to do with each other: verbs that say the same, nouns that name the same, and
//! what belongs to a kind.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::asking::{verbs, words};
use crate::fold::fold;

/// A group of verbs that say the same thing about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Group(usize);

/// Whether an object is of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belongs {
    Yes,
    /// It is of other kinds, or the kind knows all of its members and this is none.
    No,
    Unknown,
}

struct Lexicon {
    group_names: Vec<&'static str>,
    /// The verbs of each group, in their base forms.
    group_verbs: Vec<Vec<&'static str>>,
    /// The nouns that ask for each group.
    group_nouns: Vec<Vec<&'static str>>,
    by_verb: HashMap<String, Vec<Group>>,
    by_noun: HashMap<String, Vec<Group>>,
    synonyms: Vec<Vec<&'static str>>,
    by_synonym: HashMap<String, Vec<usize>>,
    kinds: HashMap<String, Vec<usize>>,
    members: HashMap<String, Vec<usize>>,
    complete: Vec<bool>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// Returns the lines `name: words` of a list, comments left out.
pub(super) fn entries(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    lines(list).filter_map(|line| line.split_once(": "))
}

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Returns the group of this name in `verbs.txt`.
pub(super) fn group(name: &str) -> Option<Group> {
    LEXICON.group_names.iter().position(|found| *found == name).map(Group)
}

/// Returns the groups of a verb by its keys.
pub(super) fn verb_groups(keys: &[String]) -> Vec<Group> {
    let mut found: Vec<Group> =
        keys.iter().filter_map(|key| LEXICON.by_verb.get(key)).flatten().copied().collect();
    found.dedup();
    found
}

/// Returns the groups a noun asks for, as “nombre” asks for a name.
pub(super) fn noun_groups(key: &str) -> &'static [Group] {
    LEXICON.by_noun.get(key).map_or(&[], Vec::as_slice)
}

/// Returns the base forms of the verbs of a group.
pub(super) fn verbs_of(group: Group) -> &'static [&'static str] {
    LEXICON.group_verbs.get(group.0).map_or(&[], Vec::as_slice)
}

/// Returns the nouns that ask for a group.
pub(super) fn nouns_of(group: Group) -> &'static [&'static str] {
    LEXICON.group_nouns.get(group.0).map_or(&[], Vec::as_slice)
}

/// Returns whether two keys are of nouns that name the same.
pub(super) fn are_synonyms(one: &str, other: &str) -> bool {
    let lines = |key: &str| LEXICON.by_synonym.get(key).map_or(&[][..], Vec::as_slice);
    lines(one).iter().any(|line| lines(other).contains(line))
}

/// Returns the other words for a noun.
pub(super) fn synonyms(key: &str) -> impl Iterator<Item = &'static str> {
    let lines = LEXICON.by_synonym.get(key).map_or(&[][..], Vec::as_slice);
    lines.iter().flat_map(|line| &LEXICON.synonyms[*line]).copied()
}

/// Returns whether the word with key `kind` names a kind whose members are known.
pub(super) fn is_kind(kind: &str) -> bool {
    LEXICON.kinds.contains_key(kind)
}

/// Returns whether one of `object`'s keys is a member of the kind.
pub(super) fn belongs(object: &[String], kind: &str) -> Belongs {
    let member = |key: &String| LEXICON.members.get(key);
    let kinds = LEXICON
        .kinds
        .get(kind)
        .or_else(|| synonyms(kind).find_map(|synonym| LEXICON.kinds.get(&key(synonym))));
    let Some(kinds) = kinds else {
        // Another thing that is known is no car.
        let is_known = |key: &String| member(key).is_some() || LEXICON.by_synonym.contains_key(key);
        // A red one may be a car.
        let colours = LEXICON.kinds.get("color");
        let is_colour = |key: &String| {
            let of = member(key).into_iter().flatten();
            colours.is_some_and(|colours| of.into_iter().any(|kind| colours.contains(kind)))
        };
        let other = LEXICON.members.contains_key(kind)
            && object.iter().filter(|key| !is_colour(key)).any(is_known);
        return if other { Belongs::No } else { Belongs::Unknown };
    };
    if object.iter().filter_map(member).flatten().any(|of| kinds.contains(of)) {
        return Belongs::Yes;
    }
    let elsewhere = object.iter().any(|key| member(key).is_some());
    let complete = kinds.iter().any(|kind| LEXICON.complete[*kind]);
    if elsewhere || complete { Belongs::No } else { Belongs::Unknown }
}

impl Lexicon {
    fn load() -> Lexicon {
        let mut lexicon = Lexicon {
            group_names: Vec::new(),
            group_verbs: Vec::new(),
            group_nouns: Vec::new(),
            by_verb: HashMap::new(),
            by_noun: HashMap::new(),
            synonyms: Vec::new(),
            by_synonym: HashMap::new(),
            kinds: HashMap::new(),
            members: HashMap::new(),
            complete: Vec::new(),
        };
        for (name, listed) in entries(include_str!("../../data/asking/verbs.txt")) {
            lexicon.add_group(name, listed);
        }
        for line in lines(include_str!("../../data/asking/nouns.txt")) {
            let at = lexicon.synonyms.len();
            lexicon.synonyms.push(line.split(' ').collect());
            for noun in line.split(' ') {
                lexicon.by_synonym.entry(key(noun)).or_default().push(at);
            }
        }
        for (at, (kind, members)) in
            entries(include_str!("../../data/asking/kinds.txt")).enumerate()
        {
            lexicon.complete.push(kind.ends_with('!'));
            for name in kind.trim_end_matches('!').split(' ') {
                lexicon.kinds.entry(key(name)).or_default().push(at);
            }
            for member in members.split(' ') {
                lexicon.members.entry(key(member)).or_default().push(at);
            }
        }
        lexicon
    }

    fn add_group(&mut self, name: &'static str, listed: &'static str) {
        let group = Group(self.group_names.len());
        let (verbs, nouns) = listed.split_once(" | ").unwrap_or((listed, ""));
        self.group_names.push(name);
        self.group_verbs.push(verbs.split(' ').collect());
        self.group_nouns.push(nouns.split(' ').filter(|noun| !noun.is_empty()).collect());
        for verb in verbs.split(' ') {
            for key in verbs::base_keys(verb) {
                self.by_verb.entry(key).or_default().push(group);
            }
        }
        for noun in nouns.split(' ').filter(|noun| !noun.is_empty()) {
            self.by_noun.entry(key(noun)).or_default().push(group);
        }
    }
}

fn key(noun: &str) -> String {
    words::key(&fold(noun))
}
