//! The relation catalogue: which relations mean the same, and how their facts live together.

mod table;

use crate::fold::fold;

/// How the facts of one relation and one subject live together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// One value at a time: a later one takes the place of the earlier.
    Functional,
    /// Many values at a time.
    Additive,
    /// Something that happened: each stands for itself.
    Event,
    /// Many values at a time, and what holds one way holds the other way too.
    Symmetric,
}

/// Relations that mean the same, in both languages.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    pub name: &'static str,
    pub nature: Nature,
    pub forms: &'static [&'static str],
    /// Forms that say the contrary: `odiar` among those of `gustar`.
    pub opposite: &'static [&'static str],
}

/// Verbs that end facts of their subject.
#[derive(Debug, PartialEq, Eq)]
pub struct Ending {
    pub verbs: &'static [&'static str],
    /// The names of the groups they end; any relation, when empty.
    pub ends: &'static [&'static str],
    /// Whether they end all facts of those, and not only those of the same object.
    pub all: bool,
}

/// Verbs that end a state which other words name: who got the `alta` is `ingresado` no more.
#[derive(Debug, PartialEq, Eq)]
pub struct Passing {
    pub verbs: &'static [&'static str],
    /// How one of the words of their object begins; any object, when empty.
    pub objects: &'static [&'static str],
    /// How one of the words of what they end begins.
    pub states: &'static [&'static str],
}

/// Verbs that begin something without saying what: `empecé en la panadería`, `estoy con Irene`.
#[derive(Debug, PartialEq, Eq)]
pub struct Beginning {
    pub verbs: &'static [&'static str],
    /// The names of the groups in which it can follow something, and the relation it then has.
    pub follows: &'static [(&'static str, &'static str)],
    /// Whether it begins such a thing only if that ended just now.
    pub just_now: bool,
}

impl Group {
    /// Returns every form, contrary ones included.
    pub fn all_forms(&self) -> impl Iterator<Item = &'static str> {
        self.forms.iter().chain(self.opposite).copied()
    }
}

/// Returns the group of `relation`, if it has one.
pub fn group(relation: &str) -> Option<&'static Group> {
    table::GROUPS.iter().find(|group| group.all_forms().any(|form| form == relation))
}

/// Returns the group called `name`.
pub fn group_called(name: &str) -> Option<&'static Group> {
    table::GROUPS.iter().find(|group| group.name == name)
}

/// Returns the relations that mean the same as `relation` or its contrary, itself included.
pub fn variants(relation: &str) -> Vec<&str> {
    group(relation).map_or_else(|| vec![relation], |group| group.all_forms().collect())
}

/// Returns whether `relation` says the contrary of what its group is named for.
pub fn is_contrary(relation: &str) -> bool {
    group(relation).is_some_and(|group| group.opposite.contains(&relation))
}

/// Returns how facts of `relation` live together; what the catalogue does not know adds up.
pub fn nature(relation: &str) -> Nature {
    group(relation).map_or(Nature::Additive, |group| group.nature)
}

/// Returns the relation that says the same from the object to the subject.
pub fn inverse(relation: &str) -> Option<&'static str> {
    if nature(relation) == Nature::Symmetric {
        return group(relation)?.forms.iter().find(|form| **form == relation).copied();
    }
    table::INVERSES.iter().find_map(|(one, other)| match relation {
        _ if relation == *one => Some(*other),
        _ if relation == *other => Some(*one),
        _ => None,
    })
}

/// Returns what `relation` ends, if it ends anything.
pub fn ending(relation: &str) -> Option<&'static Ending> {
    let plainly = |verb: &&str| verb.contains('_') && plain(verb) == relation;
    table::ENDINGS
        .iter()
        .find(|ending| ending.verbs.contains(&relation))
        .or_else(|| table::ENDINGS.iter().find(|ending| ending.verbs.iter().any(plainly)))
}

/// Returns how the words of the states begin that `relation`, said of `object`, ends: `ingresad`
/// for `dar | alta`; `object` is folded.
pub fn states_ended(relation: &str, object: &str) -> Vec<&'static str> {
    let of_it = |stems: &[&str]| {
        stems.is_empty()
            || object.split_whitespace().any(|word| stems.iter().any(|stem| word.starts_with(stem)))
    };
    let said = |passing: &&Passing| passing.verbs.contains(&relation) && of_it(passing.objects);
    table::SPANISH_PASSINGS
        .iter()
        .chain(table::PASSINGS)
        .filter(said)
        .flat_map(|passing| passing.states)
        .copied()
        .collect()
}

/// Returns how the words of the states begin in which a thing is no more that somebody did
/// `relation` to: `rot` for `arreglar`.
pub fn states_mended(relation: &str) -> Vec<&'static str> {
    let done = |passing: &&Passing| passing.verbs.contains(&relation);
    table::MENDINGS.iter().filter(done).flat_map(|passing| passing.states).copied().collect()
}

/// Returns what `relation` can be the beginning of.
pub fn beginning(relation: &str) -> Option<&'static Beginning> {
    let mut all = table::SPANISH_BEGINNINGS.iter().chain(table::BEGINNINGS);
    all.find(|beginning| beginning.verbs.contains(&relation))
}

/// Returns a relation without the pronoun of its verb: `divorciar_de` for `divorciarse_de`.
fn plain(relation: &str) -> String {
    let (verb, rest) = relation.split_once('_').unwrap_or((relation, ""));
    let reflexive = ["arse", "erse", "irse"].iter().any(|ending| verb.ends_with(ending));
    let verb = if reflexive { &verb[..verb.len() - 2] } else { verb };
    format!("{verb}_{rest}")
}

/// Returns whether `relation`, told as past, says what is so since: `mudarse_a`, `turn`.
pub fn arrives(relation: &str) -> bool {
    table::ARRIVALS.contains(&relation)
}

/// Returns whether `relation` puts its object in the place of something else.
pub fn exchanges(relation: &str) -> bool {
    table::EXCHANGES.contains(&relation)
}

/// Returns whether `relation` says where somebody is sent to learn from now on.
pub fn enrols(relation: &str) -> bool {
    table::ENROLMENTS.contains(&relation)
}

/// Returns whether `relation` calls a plan off.
pub fn cancels(relation: &str) -> bool {
    table::CANCELS.contains(&relation)
}

/// Returns whether `relation` says the new value of what has one at a time.
pub fn changes(relation: &str) -> bool {
    table::CHANGES.contains(&relation)
}

/// Returns whether `relation`, said without an object, ends what somebody does for a living.
pub fn retires(relation: &str) -> bool {
    table::RETIREMENTS.contains(&relation)
}

/// Returns whether its object is no more where it was, once `relation` is told of it.
pub fn transfers(relation: &str) -> bool {
    table::TRANSFERS.contains(&relation.split('_').next().unwrap_or_default())
}

/// Returns whether `relation` says that its subject died or is gone.
pub fn dies(relation: &str) -> bool {
    table::DEATHS.contains(&relation.split('_').next().unwrap_or_default())
        || table::DEATHS.contains(&relation)
        || relation.starts_with("pass_away_")
}

/// Returns whether `relation` parts two who were a couple.
pub fn parts(relation: &str) -> bool {
    ending(relation)
        .is_some_and(|ending| ending.ends.contains(&"romance") && !ending.ends.contains(&"work"))
}

/// Returns whether `name` says what somebody is to the one they love: `novia`, `husband`.
pub fn is_partner(name: &str) -> bool {
    head_is_in(name, table::PARTNERS)
}

/// Returns the same role of the other gender: `jefa` for `jefe`.
pub fn counterpart(name: &str) -> Option<String> {
    let head = name.split(' ').next()?;
    let rest = &name[head.len()..];
    let other = match head.chars().last()? {
        'a' => ["o", "e", ""].map(|end| format!("{}{end}", &head[..head.len() - 1])),
        'o' | 'e' => [format!("{}a", &head[..head.len() - 1]), String::new(), String::new()],
        _ => [format!("{head}a"), String::new(), String::new()],
    };
    let known = |word: &&String| !word.is_empty() && is_single_role(word) && is_post(word);
    other.iter().find(known).map(|word| format!("{word}{rest}"))
}

/// Returns whether `relation` moves what is planned to another time.
pub fn moves(relation: &str) -> bool {
    table::MOVES.contains(&relation)
}

/// Returns whether `name` says what somebody is to somebody: `hermana`, `jefe`, `friend`.
pub fn is_role(name: &str) -> bool {
    is_single_role(name) || head_is_in(name, table::ROLES)
}

/// Returns whether only one person at a time is `name` to somebody: `marido`, `boss`.
pub fn is_single_role(name: &str) -> bool {
    head_is_in(name, table::SINGLE_ROLES)
}

/// Returns whether one person can follow another as `name`: `jefe`, `novia`, but not `madre`.
pub fn is_post(name: &str) -> bool {
    is_single_role(name) && !head_is_in(name, table::PARENTS)
}

/// Returns the words for who does something for somebody, and can be followed by another.
pub fn services() -> impl Iterator<Item = &'static str> {
    table::SERVICES.iter().copied()
}

/// Returns whether `name` is who does something for somebody: `boss`, `mum's carer`.
pub fn is_service(name: &str) -> bool {
    head_is_in(name, table::SERVICES)
}

/// Returns whether `name` stands for something that has one value at a time: `PIN de la alarma`,
/// `comida favorita`, `phone number`.
pub fn is_attribute(name: &str) -> bool {
    let folded = fold(name);
    let favourite = |word: &str| {
        ["favorit", "favourit", "prefer", "preferid"].iter().any(|stem| word.starts_with(stem))
    };
    folded.split_whitespace().any(favourite) || head_is_in(name, table::ATTRIBUTES)
}

/// Returns the word that stands for all that mean the same as `word`.
pub fn canonical(word: &str) -> &str {
    let row = table::SYNONYMS.iter().find(|row| row.contains(&word));
    row.and_then(|row| row.first()).map_or(word, |first| first)
}

/// Returns every word for the same thing as `word`, itself included.
pub fn words_for(word: &str) -> Vec<&str> {
    let row = table::SYNONYMS.iter().find(|row| row.contains(&word));
    row.map_or_else(|| vec![word], |row| row.to_vec())
}

/// Returns whether the noun that `name` is about is in `list`: the first in Spanish (`PIN de la
/// alarma`) and of an English `of`, the last in English (`house alarm code`).
fn head_is_in(name: &str, list: &[&str]) -> bool {
    let folded = fold(name);
    if list.contains(&folded.as_str()) {
        return true;
    }
    let mut words = folded.split_whitespace();
    let first = words.next().unwrap_or_default();
    if list.contains(&first) {
        return true;
    }
    let before_link: Vec<&str> = folded
        .split_whitespace()
        .take_while(|word| !["of", "for", "de", "del"].contains(word))
        .collect();
    before_link.last().is_some_and(|last| list.contains(last))
}
