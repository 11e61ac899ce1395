//! Any sequence of claims keeps what must always be so.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sarai_core::fact::{Fact, FactSource, FactStatus};
use sarai_facts::fold::fold;
use sarai_facts::lookup::Facts;
use sarai_facts::notebook::Notebook;
use sarai_facts::relations::{self, Nature};

use super::{claim, heard, tell};

const ALL: usize = usize::MAX;

/// A claim of a small world, so that claims meet often.
fn any_claim(marks: &'static [&'static str]) -> impl Strategy<Value = String> {
    let subjects = ["yo", "hermana", "hermana+Ana", "hermana+Eva", "Ana", "jefe+Luis", "coche"];
    let sayings = [
        "vivir_en | Madrid",
        "vivir_en | Sevilla",
        "live_in | Lugo",
        "mudarse_a | Vigo",
        "gustar | café",
        "odiar | café",
        "encantar | té",
        "tener | perro",
        "tener | dos perros",
        "tener | 5 años",
        "have | 6 años",
        "llamarse | Ana",
        "llamarse | Eva",
        "ser | hermana",
        "ser | enfermera",
        "estar_en | garaje",
        "vender | coche",
        "dejar | trabajo",
        "comprar | pan",
    ];
    let any = proptest::sample::select::<&str>;
    (any(subjects.to_vec()), any(sayings.to_vec()), any(marks.to_vec()))
        // `Ana no se llama Ana` takes away the name it is found by.
        .prop_filter("not named by what it denies", |(subject, saying, marks)| {
            let denied = saying.strip_prefix("llamarse | ").filter(|_| marks.contains("no"));
            denied.is_none_or(|name| !subject.contains(name))
        })
        .prop_map(|(subject, saying, marks)| format!("{subject} | {saying} | {marks}"))
}

fn messages(
    marks: &'static [&'static str],
    claims_max: usize,
) -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(any_claim(marks), 1..=claims_max), 1..12)
}

const PLAIN: &[&str] = &["", "", "", "no", "past", "planned when=1970-02-01"];
const EVERY: &[&str] =
    &["", "", "", "no", "past", "planned when=1970-02-01", "end", "end no", "replace", "reply"];

fn tell_all(notebook: &mut Notebook, claims: &[String], index: usize) {
    for text in claims {
        tell(notebook, &claim(text), &heard(FactSource::UserInput, index));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 3))]

    #[test]
    fn nothing_is_lost_and_mentions_are_counted(messages in messages(EVERY, 3)) {
        let mut notebook = Notebook::new();
        let mut before: Vec<Fact> = Vec::new();
        for (index, claims) in messages.iter().enumerate() {
            tell_all(&mut notebook, claims, index);
            let facts = notebook.facts();
            for (old, new) in before.iter().zip(&facts) {
                prop_assert_eq!(old.id, new.id);
                prop_assert_eq!((&old.relation, old.negated), (&new.relation, new.negated));
                let grown = new.mentions - old.mentions;
                prop_assert!(grown <= 1, "one message counts once");
                prop_assert!(old.status != FactStatus::Superseded || new.status == old.status);
                prop_assert!(new.confidence >= old.confidence && new.confidence <= 0.99);
            }
            prop_assert!(facts.len() >= before.len());
            before = facts;
        }
        for fact in &before {
            let closed = fact.status == FactStatus::Superseded;
            prop_assert_eq!(closed, fact.valid_to.is_some());
            prop_assert_eq!(closed, fact.expired.is_some());
            prop_assert!(closed || fact.superseded_by.is_none());
        }
        let told: usize = messages.iter().map(Vec::len).sum();
        let mentions: u32 = before.iter().map(|fact| fact.mentions).sum();
        prop_assert!(mentions as usize <= told);
    }

    #[test]
    fn one_value_is_current_at_a_time_across_messages(messages in messages(EVERY, 3)) {
        let mut notebook = Notebook::new();
        for (index, claims) in messages.iter().enumerate() {
            tell_all(&mut notebook, claims, index);
        }
        let mut values: BTreeMap<(i64, &str), BTreeSet<String>> = BTreeMap::new();
        for id in 1..=64 {
            let entity = sarai_facts::lookup::EntityId(id);
            for fact in notebook.of(entity, &[], ALL).unwrap() {
                let group = relations::group(&fact.relation).map_or("", |group| group.name);
                let single = matches!(group, "home" | "place");
                if single && fact.status == FactStatus::Current && !fact.negated {
                    let turn = fact.evidence.unwrap().turn.to_string();
                    values.entry((id, group)).or_default().insert(turn);
                }
            }
        }
        for (key, turns) in values {
            // Two entities may turn out to be one, each with a value of its own until then.
            let merged = messages.iter().flatten().any(|text| text.contains('+') || text.contains("ser | hermana") || text.contains("llamarse"));
            prop_assert!(turns.len() == 1 || merged, "{key:?}: {turns:?}");
        }
    }

    #[test]
    fn a_message_read_again_changes_nothing(messages in messages(PLAIN, 1)) {
        let mut notebook = Notebook::new();
        for (index, claims) in messages.iter().enumerate() {
            tell_all(&mut notebook, claims, index);
            let once = notebook.facts();
            tell_all(&mut notebook, claims, index);
            prop_assert_eq!(once, notebook.facts());
        }
    }

    #[test]
    fn the_notebook_keeps_what_a_simple_map_keeps(
        told in prop::collection::vec((0..3_usize, 0..2_usize, 0..4_usize), 1..30),
    ) {
        let subjects = ["yo", "hermana", "coche"];
        let objects = ["Madrid", "Sevilla", "Lugo", "Vigo"];
        let mut notebook = Notebook::new();
        let mut lives: BTreeMap<&str, &str> = BTreeMap::new();
        let mut likes: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (index, (subject, relation, object)) in told.into_iter().enumerate() {
            let (subject, object) = (subjects[subject], objects[object]);
            let relation = ["vivir_en", "gustar"][relation];
            tell_all(&mut notebook, &[format!("{subject} | {relation} | {object}")], index);
            if relation == "gustar" {
                likes.insert((subject, object));
            } else {
                lives.insert(subject, object);
            }
        }
        for subject in subjects {
            let current = |relation: &str| -> BTreeSet<String> {
                let facts = notebook.about_in(subject, &[relation], ALL).unwrap();
                let current = facts.into_iter().filter(|fact| fact.status == FactStatus::Current);
                current.map(|fact| fact.object).collect()
            };
            let home: BTreeSet<String> = lives.get(subject).map(|&home| home.to_owned()).into_iter().collect();
            prop_assert_eq!(current("vivir_en"), home);
            let liked: BTreeSet<String> =
                likes.iter().filter(|(who, _)| *who == subject).map(|(_, what)| (*what).to_owned()).collect();
            prop_assert_eq!(current("gustar"), liked);
        }
    }

    #[test]
    fn lookups_find_what_a_walk_through_all_facts_finds(messages in messages(EVERY, 2)) {
        let mut notebook = Notebook::new();
        for (index, claims) in messages.iter().enumerate() {
            tell_all(&mut notebook, claims, index);
        }
        let mut all = notebook.facts();
        all.reverse();
        for fact in &all {
            let label = fold(&fact.subject);
            let about = notebook.about(&fact.subject, ALL).unwrap();
            prop_assert!(about.contains(fact));
            prop_assert!(about.is_sorted_by(|one, other| one.id > other.id));
            let shown: Vec<&Fact> = all.iter().filter(|other| fold(&other.subject) == label).collect();
            prop_assert!(shown.iter().all(|other| about.contains(other)));
            prop_assert!(notebook.with_object(&fact.object, ALL).unwrap().contains(fact));
            let verb = fact.relation.split('_').next().unwrap();
            let by_verb: Vec<&Fact> =
                all.iter().filter(|other| other.relation.split('_').next() == Some(verb)).collect();
            let with_verb = notebook.with_verb(verb, ALL).unwrap();
            prop_assert!(with_verb.iter().eq(by_verb));
            let word = fold(fact.object.split(' ').next_back().unwrap());
            prop_assert!(notebook.mentioning(&word, ALL).unwrap().contains(fact));
            prop_assert!(notebook.about(&fact.subject, 1).unwrap().len() == 1);
            prop_assert!(!notebook.entities(&fact.subject).unwrap().is_empty());
        }
        prop_assert!(notebook.about("nobody", ALL).unwrap().is_empty());
    }
}

#[test]
fn the_catalogue_is_consistent() {
    let mut seen = BTreeSet::new();
    for name in ["home", "name", "being", "having", "liking", "work"] {
        let group = relations::group_called(name).unwrap();
        for form in group.all_forms() {
            assert!(seen.insert(form), "{form} is in two groups");
            assert_eq!(relations::group(form), Some(group));
        }
    }
    assert_eq!(relations::nature("vivir_en"), Nature::Functional);
    assert_eq!(relations::nature("tejer"), Nature::Additive);
    assert_eq!(relations::inverse("tener"), Some("pertenecer_a"));
    assert_eq!(relations::inverse("belong_to"), Some("have"));
    assert_eq!(relations::inverse("casarse_con"), Some("casarse_con"));
    assert_eq!(relations::inverse("tejer"), None);
}
