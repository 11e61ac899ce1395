//! Facts that might answer, taken apart into the words that a question is compared with.

use std::collections::{BTreeSet, HashMap};

use sarai_core::fact::{Fact, FactStatus, SPEAKER};

use crate::asking::lexicon::{self, Group};
use crate::asking::lists::List;
use crate::asking::question::{self, Question, Role, Speaker, Term};
use crate::asking::words::{self, Word};
use crate::asking::{kinship, verbs};
use crate::fold::fold;
use crate::lookup::{Facts, Lookup};
use crate::naming;

/// The most facts one look-up brings.
const FACTS_MAX: usize = 48;
/// The most words looked up for one term.
const VARIANTS_MAX: usize = 14;
/// The most facts compared with the question.
const CANDIDATES_MAX: usize = 240;
/// The most nouns looked up for what is the speaker's.
const ATTRIBUTES_MAX: usize = 24;
/// The most entities followed to the facts about them.
const HOPS_MAX: usize = 8;

/// A name as keys of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub keys: Vec<String>,
    /// How many of the keys come before a complement: `clave` in “clave de la alarma”.
    pub head: usize,
    /// Whether it names somebody by what they are to somebody: “hermano de Inés”.
    pub is_person: bool,
    /// Whether the complement names somebody: “cumpleaños de Alma”.
    pub is_somebodys: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub fact: Fact,
    /// Every name of the subject, as written.
    pub subject_names: Vec<String>,
    pub subject: Vec<Name>,
    pub object: Vec<Name>,
    pub verb_keys: Vec<String>,
    pub groups: Vec<Group>,
    /// What follows the verb in the relation: `en`, `from`.
    pub preposition: String,
    /// The words it was told with.
    pub told: Vec<Word>,
}

impl Candidate {
    pub(super) fn is_of_speaker(&self) -> bool {
        matches!(
            self.fact.subject.as_str(),
            SPEAKER | "nosotros" | "nosotras" | "we" | "I" | "user"
        )
    }

    pub(super) fn is_object_speaker(&self) -> bool {
        matches!(self.fact.object.as_str(), SPEAKER | "me" | "mí" | "nosotros" | "us")
    }

    pub(super) fn has_verb(&self, keys: &[&str]) -> bool {
        self.verb_keys.iter().any(|key| keys.contains(&key.as_str()))
    }

    pub(super) fn in_group(&self, names: &[&str]) -> bool {
        names
            .iter()
            .filter_map(|name| lexicon::group(name))
            .any(|group| self.groups.contains(&group))
    }
}

/// Returns the name as keys.
pub(super) fn name(text: &str) -> Name {
    let all = words::words(text);
    let possessive = all.iter().position(|word| word.folded == "'s");
    let link =
        all.iter().position(|word| matches!(word.folded.as_str(), "de" | "of" | "for" | "para"));
    let meaning = |words: &[Word]| -> Vec<String> {
        let meaning = words.iter().filter(|word| !List::Link.has(word.folded.as_str()));
        meaning.map(|word| words::key(&word.folded)).collect()
    };
    let people = |words: &[Word]| words.iter().any(|word| question::is_person(&word.folded));
    let named = |words: &[Word]| {
        words.iter().any(|word| word.text.starts_with(char::is_uppercase)) || people(words)
    };
    let (head_words, rest) = match (possessive, link) {
        (Some(at), _) => (&all[at..], &all[..at]),
        (None, Some(at)) => (&all[..at], &all[at..]),
        (None, None) => (&all[..], &all[..0]),
    };
    let mut keys = meaning(head_words);
    let head = keys.len();
    keys.extend(meaning(rest));
    Name {
        head: if head == 0 || naming::is_proper(text) { keys.len() } else { head },
        keys,
        is_person: people(head_words),
        is_somebodys: named(rest),
    }
}

/// Looks up the facts that have to do with the question: a bounded number, each once, the surest
/// first.
pub(super) fn gather(question: &Question, known: &dyn Facts) -> Lookup<Vec<Candidate>> {
    let mut pool = Pool { facts: Vec::new(), seen: BTreeSet::new() };
    let relations = relations(question);
    let relations: Vec<&str> = relations.iter().map(String::as_str).collect();
    if question.speaker != Speaker::Absent || question.terms.is_empty() {
        pool.add(known.about_in(SPEAKER, &relations, FACTS_MAX)?);
        pool.add(known.about(SPEAKER, FACTS_MAX)?);
        pool.add(known.about("nosotros", FACTS_MAX)?);
    }
    let nouns =
        || question.terms.iter().filter(|term| !matches!(term.role, Role::Light | Role::Time));
    for term in nouns().filter(|term| matches!(term.role, Role::Name | Role::Party)) {
        pool.add(known.about_in(&term.word.folded, &relations, FACTS_MAX)?);
    }
    for variant in nouns().flat_map(variants) {
        pool.add(known.mentioning(&variant, FACTS_MAX)?);
    }
    // Where much is known already by names, verbs alone bring nothing closer.
    if pool.facts.len() < FACTS_MAX {
        for term in question.terms.iter().filter(|term| !term.verb_keys.is_empty()) {
            for base in verbs::bases(&term.word.folded) {
                pool.add(known.with_verb(&base, FACTS_MAX)?);
            }
            for verb in term.verb_groups.iter().flat_map(|group| lexicon::verbs_of(*group)) {
                pool.add(known.with_verb(verb, FACTS_MAX / 4)?);
            }
        }
    }
    if question.speaker == Speaker::Subject {
        // What is the speaker's may answer for them: the wage, the wedding.
        let verbs = question.terms.iter().filter(|term| term.role == Role::Plain);
        let groups = verbs.flat_map(|term| term.verb_groups.iter().chain(term.noun_groups));
        let nouns: BTreeSet<&str> =
            groups.flat_map(|group| lexicon::nouns_of(*group)).copied().collect();
        for noun in nouns.into_iter().take(ATTRIBUTES_MAX) {
            pool.add(known.about(noun, FACTS_MAX / 4)?);
        }
    }
    // Two hops: “el marido de mi prima” may be known as Juan, and Juan's home by that name.
    let ends = pool.facts.iter().flat_map(|fact| [&fact.object, &fact.subject]);
    let ends: BTreeSet<String> = ends
        .filter(|end| *end != SPEAKER && end.split(' ').count() < 4)
        .take(HOPS_MAX * 4)
        .cloned()
        .collect();
    for end in ends.iter().take(HOPS_MAX) {
        pool.add(known.about(end, FACTS_MAX / 4)?);
    }
    pool.add_heirs(known)?;
    pool.facts.truncate(CANDIDATES_MAX);
    let mut names = Names { known, found: HashMap::new() };
    pool.facts.into_iter().map(|fact| candidate(fact, &mut names)).collect()
}

/// The names entities have, each looked up once.
struct Names<'a> {
    known: &'a dyn Facts,
    found: HashMap<String, Vec<String>>,
}

impl Names<'_> {
    fn of(&mut self, label: &str) -> Lookup<Vec<String>> {
        if let Some(names) = self.found.get(label) {
            return Ok(names.clone());
        }
        let mut names = vec![label.to_owned()];
        // What is long is a description and has no other name.
        if label != SPEAKER && label.split(' ').count() < 6 {
            for entity in self.known.entities(label)?.into_iter().take(2) {
                names.extend(entity.names);
            }
            names.dedup();
        }
        self.found.insert(label.to_owned(), names.clone());
        Ok(names)
    }
}

struct Pool {
    facts: Vec<Fact>,
    seen: BTreeSet<i64>,
}

impl Pool {
    fn add(&mut self, facts: Vec<Fact>) {
        for fact in facts {
            if self.seen.insert(fact.id.0) {
                self.facts.push(fact);
            }
        }
    }

    /// Adds what took the place of what was found.
    fn add_heirs(&mut self, known: &dyn Facts) -> Lookup<()> {
        let mut missing: BTreeSet<i64> = BTreeSet::new();
        let mut owners: BTreeSet<String> = BTreeSet::new();
        for fact in &self.facts {
            let Some(heir) = fact.superseded_by.filter(|heir| !self.seen.contains(&heir.0)) else {
                continue;
            };
            missing.insert(heir.0);
            owners.extend([fact.subject.clone(), SPEAKER.to_owned()]);
        }
        for owner in owners.iter().take(HOPS_MAX) {
            let facts = known.about(owner, FACTS_MAX)?;
            self.add(facts.into_iter().filter(|fact| missing.contains(&fact.id.0)).collect());
        }
        Ok(())
    }
}

/// Returns the relations that the question's verbs may be kept under, prepositions included.
fn relations(question: &Question) -> Vec<String> {
    const AFTER: &[&str] = &[
        "", "_en", "_a", "_de", "_con", "_por", "_in", "_at", "_on", "_from", "_with", "_for",
        "_to", "_as",
    ];
    let mut verbs: Vec<String> = Vec::new();
    for term in &question.terms {
        if !term.verb_keys.is_empty() {
            verbs.extend(verbs::bases(&term.word.folded));
        }
        let groups = term.verb_groups.iter().chain(term.noun_groups);
        verbs.extend(
            groups.flat_map(|group| lexicon::verbs_of(*group)).map(|verb| (*verb).to_owned()),
        );
    }
    verbs.sort();
    verbs.dedup();
    verbs.truncate(48);
    verbs.iter().flat_map(|verb| AFTER.iter().map(move |after| format!("{verb}{after}"))).collect()
}

/// Returns the words under which a term may be kept.
fn variants(term: &Term) -> Vec<String> {
    let word = &term.word.folded;
    let mut found = vec![word.clone(), term.key.clone()];
    let base = term.key.trim_end_matches(['a', 'o', 'e']);
    if words::is_gendered(&term.key) {
        found.push(format!("{}s", term.key));
    } else {
        found.extend(
            ["o", "a", "e", "os", "as", "es", "s"].iter().map(|ending| format!("{base}{ending}")),
        );
    }
    found.extend(term.aliases.iter().cloned());
    found.extend(word.split('-').take(1).map(str::to_owned));
    found.extend(lexicon::synonyms(&term.key).map(str::to_owned));
    let mut seen = BTreeSet::new();
    found.retain(|variant| variant.len() > 1 && seen.insert(variant.clone()));
    found.truncate(VARIANTS_MAX);
    // The mother-in-law may be known as the mother of the wife.
    for relative in kinship::relatives(&term.key) {
        found.push(relative.to_owned());
        found.extend(lexicon::synonyms(relative).take(2).map(str::to_owned));
    }
    found
}

/// Returns what the brother of somebody is to the speaker.
fn kin(subject: &[Name], labels: &[String], names: &mut Names<'_>) -> Lookup<Option<Name>> {
    let of_somebody = |name: &Name| name.is_person && name.is_somebodys && name.head == 1;
    let found = subject.iter().zip(labels).find(|(name, _)| of_somebody(name));
    let Some((name, label)) = found else { return Ok(None) };
    let mut whom = Vec::new();
    for word in words::words(label) {
        if words::key(&word.folded) != name.keys[0] && !List::Link.has(&word.folded) {
            whom.extend(names.of(&word.text)?.iter().flat_map(|other| self::name(other).keys));
        }
    }
    Ok(kinship::name(&name.keys[0], &whom))
}

fn candidate(fact: Fact, names: &mut Names<'_>) -> Lookup<Candidate> {
    let subject_names = names.of(&fact.subject)?;
    let (verb, preposition) = fact.relation.split_once(['_', ' ']).unwrap_or((&fact.relation, ""));
    let verb = &fold(verb);
    let mut verb_keys = verbs::base_keys(verb);
    // `be_born`, `aprender_nadar`: what follows may tell more than the verb.
    let parts =
        preposition.split('_').filter(|part| part.len() > 2 && !List::Preposition.has(part));
    verb_keys.extend(parts.flat_map(verbs::keys));
    let mut groups = lexicon::verb_groups(&verb_keys);
    let begins =
        ["start", "begin", "join", "empezar", "comenzar", "entrar"].contains(&verb.as_str());
    if begins && !preposition.is_empty() {
        groups.extend(lexicon::group("work"));
    }
    // Where somebody has been they have gone.
    let been = ["estar", "be"].contains(&verb.as_str()) && fact.status == FactStatus::Past;
    if been && matches!(preposition, "en" | "in" | "to") {
        groups.extend(lexicon::group("visit"));
    }
    // `saber | nadar` says who swims.
    let able =
        ["saber", "poder", "aprender", "know", "learn", "can", "be"].contains(&verb.as_str());
    let infinitive = ["ar", "er", "ir"].iter().any(|ending| fact.object.ends_with(ending));
    if able && infinitive && !fact.object.contains(' ') {
        verb_keys.extend(verbs::base_keys(&fold(&fact.object)));
    }
    if ["get", "be", "estar"].contains(&verb.as_str()) {
        let married = lexicon::group("marry");
        let states = name(&fact.object).keys;
        let is_married = |key: &String| {
            married.is_some_and(|group| lexicon::verb_groups(&verbs::keys(key)).contains(&group))
        };
        groups.extend(married.filter(|_| states.first().is_some_and(is_married)));
    }
    // What is only done, to nothing, is kept with `sí`, `*` or the verb as its object.
    let done = !fact.object.contains(' ')
        && verbs::keys(&fold(&fact.object)).iter().any(|key| verb_keys.first() == Some(key))
        && !able;
    let nothing = done || matches!(fact.object.as_str(), "sí" | "yes" | "*" | "no");
    // A name given is a word, not whoever has it.
    let is_name = lexicon::group("name").is_some_and(|name| groups.contains(&name));
    let object_names = match (nothing, is_name) {
        (true, _) => Vec::new(),
        (false, true) => vec![fact.object.clone()],
        (false, false) => names.of(&fact.object)?,
    };
    // “mi jefa es Ana” makes both one: what is said of her is the name.
    let one = object_names.iter().any(|name| subject_names.contains(name));
    let object_names = if one && !nothing { vec![fact.object.clone()] } else { object_names };
    let mut subject: Vec<Name> = subject_names.iter().map(|text| name(text)).collect();
    subject.extend(kin(&subject, &subject_names, names)?);
    Ok(Candidate {
        subject,
        object: object_names.iter().map(|text| name(text)).collect(),
        groups,
        preposition: preposition.rsplit('_').next().unwrap_or_default().to_owned(),
        told: fact
            .evidence
            .as_ref()
            .map(|evidence| words::words(&evidence.text))
            .unwrap_or_default(),
        subject_names,
        verb_keys,
        fact,
    })
}
