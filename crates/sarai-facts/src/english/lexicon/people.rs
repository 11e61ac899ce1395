//! Words for people and animals, and given names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::claim::Gender;

const NAMES: &str = include_str!("../../../data/english/names.txt");

/// Kin and the like, by gender: every one of them is somebody's.
const KIN_FEMININE: &[&str] = &[
    "mother", "mum", "mom", "mummy", "mommy", "mam", "ma", "sister", "sis", "daughter", "wife",
    "aunt", "auntie", "aunty", "grandmother", "grandma", "granny", "gran", "nan", "nana", "nanna",
    "niece", "granddaughter", "girlfriend", "fiancee", "stepmother", "stepmum", "stepmom",
    "stepsister", "stepdaughter", "godmother", "goddaughter", "mother-in-law", "sister-in-law",
    "daughter-in-law", "missus", "grandmom", "abuela", "bride",
];
const KIN_MASCULINE: &[&str] = &[
    "father", "dad", "daddy", "papa", "pa", "brother", "bro", "son", "husband", "hubby", "uncle",
    "grandfather", "grandad", "granddad", "grandpa", "gramps", "nephew", "grandson", "boyfriend",
    "fiance", "stepfather", "stepdad", "stepbrother", "stepson", "godfather", "godson",
    "father-in-law", "brother-in-law", "son-in-law", "abuelo", "groom",
];
const KIN_EITHER: &[&str] = &[
    "parent", "child", "kid", "baby", "sibling", "cousin", "spouse", "partner", "ex", "twin",
    "in-law", "toddler", "youngest", "eldest", "oldest", "grandchild", "grandparent", "relative",
    "family", "folks", "teenager", "newborn", "godchild", "stepchild", "other-half",
];
const FEMININE: &[&str] = &[
    "woman", "lady", "girl", "actress", "waitress", "landlady", "midwife", "queen", "housewife",
    "saleswoman", "hostess", "mrs", "ms", "miss",
];
const MASCULINE: &[&str] = &[
    "man", "guy", "bloke", "boy", "lad", "chap", "gentleman", "waiter", "landlord", "postman",
    "fireman", "king", "handyman", "salesman", "milkman", "mr", "policeman",
];
const PERSONS: &[&str] = &[
    "friend", "mate", "bestie", "buddy", "pal", "neighbour", "neighbor", "boss", "colleague",
    "coworker", "co-worker", "flatmate", "roommate", "housemate", "classmate", "teammate", "client",
    "customer", "person", "student", "pupil", "tutor", "coach", "chef", "cook", "nurse", "dentist",
    "gp", "physio", "surgeon", "vet", "accountant", "lawyer", "solicitor", "architect", "plumber",
    "electrician", "mechanic", "builder", "cleaner", "nanny", "childminder", "babysitter", "carer",
    "therapist", "psychologist", "psychiatrist", "counsellor", "supervisor", "manager", "assistant",
    "secretary", "receptionist", "hairdresser", "barber", "priest", "vicar", "pastor", "rabbi",
    "imam", "teacher", "professor", "doctor", "gardener", "agent", "broker", "guide", "editor",
    "crush", "date", "guest", "tenant", "patient", "apprentice", "intern", "employee", "owner",
    "engineer", "developer", "designer", "driver", "pilot", "writer", "artist", "musician",
    "singer", "player", "baker", "butcher", "farmer", "fisherman", "sailor", "soldier", "officer",
    "journalist", "photographer", "translator", "librarian", "scientist", "researcher", "lecturer",
    "pharmacist", "optician", "paramedic", "firefighter", "waiter", "waitress", "barista",
    "bartender", "cashier", "clerk", "consultant", "analyst", "director", "ceo", "founder",
    "specialist", "consultant", "cardiologist", "dermatologist", "member", "captain", "president",
    "mayor", "judge", "witness", "expert", "beginner", "trainer", "instructor", "godparent",
    "guardian", "someone", "somebody", "mentor", "penpal", "stylist", "groomer", "painter",
    "carpenter", "welder", "courier", "caretaker", "janitor", "porter", "beautician", "midwife",
    "veterinarian", "dietitian", "nutritionist", "recruiter", "realtor",
];
const ANIMALS: &[&str] = &[
    "dog", "puppy", "cat", "kitten", "hamster", "rabbit", "bunny", "horse", "pony", "parrot",
    "budgie", "canary", "tortoise", "turtle", "goldfish", "snake", "lizard", "gecko", "guinea-pig",
    "chicken", "hen", "goat", "sheep", "cow", "pig", "donkey", "ferret", "rat", "mouse", "gerbil",
    "labrador", "poodle", "beagle", "spaniel", "terrier", "greyhound", "collie", "pug", "dachshund",
    "retriever", "alsatian", "husky", "corgi", "chihuahua", "whippet", "pet", "bird", "pup", "mare",
    "bulldog", "rottweiler", "dalmatian", "tabby", "iguana", "cockatiel", "mutt", "kitty", "duck",
];
const GROUPS: &[&str] = &[
    "parents", "kids", "children", "people", "twins", "in-laws", "folks", "siblings", "family",
    "boys", "girls", "men", "women", "police", "team",
];
/// Given names that are as often another word when they are written small.
const AMBIGUOUS: &[&str] = &[
    "will", "mark", "may", "hope", "faith", "joy", "grace", "rose", "bill", "sue", "pat", "ray",
    "rob", "drew", "dean", "jay", "guy", "poppy", "daisy", "ivy", "holly", "heather", "amber",
    "ruby", "pearl", "violet", "olive", "iris", "jade", "april", "june", "august", "dawn", "eve",
    "summer", "autumn", "frank", "jack", "gene", "glen", "clay", "art", "max", "chase", "hunter",
    "grant", "miles", "rich", "don", "ash", "sandy", "robin", "jasmine", "lily", "penny", "kit",
    "josh", "carol", "bob", "nick", "pete", "dick", "gus", "bruno", "sky", "skye", "hazel",
    "ginger", "willow", "bella", "tara", "al", "ed", "jo", "mercedes", "paris", "jordan", "georgia",
    "florence", "victoria", "charlotte", "sydney", "austin", "chelsea", "india", "kerry", "nan",
    "nana", "mia", "ana", "ida", "len", "lee", "kim", "reed", "ella", "harry", "flora", "viola",
    "melody", "misty", "rusty", "stormy", "kai", "sal", "dot", "wren", "sage", "fern", "eden",
    "scott", "morgan", "blake", "spencer", "reading", "lesley", "bailey", "noor", "mina", "dana",
];

static GENDERS: LazyLock<HashMap<&'static str, Option<Gender>>> = LazyLock::new(|| {
    let mut genders = HashMap::new();
    let mut gender = None;
    for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
        match line {
            "[feminine]" => gender = Some(Gender::Feminine),
            "[masculine]" => gender = Some(Gender::Masculine),
            "[either]" => gender = None,
            names => genders.extend(names.split_whitespace().map(|name| (name, gender))),
        }
    }
    genders
});

pub(in crate::english) fn is_given_name(lower: &str) -> bool {
    GENDERS.contains_key(lower)
}

/// Returns whether a given name, written small, is as often another word.
pub(in crate::english) fn is_ambiguous_name(lower: &str) -> bool {
    AMBIGUOUS.contains(&lower)
}

/// Returns the gender of a word for a person or of a given name, when it has one.
pub(in crate::english) fn gender_of(lower: &str) -> Option<Gender> {
    if KIN_FEMININE.contains(&lower) || FEMININE.contains(&lower) {
        Some(Gender::Feminine)
    } else if KIN_MASCULINE.contains(&lower) || MASCULINE.contains(&lower) {
        Some(Gender::Masculine)
    } else {
        GENDERS.get(lower).copied().flatten()
    }
}

/// Returns whether a word is for somebody's relative.
pub(in crate::english) fn is_kin(lower: &str) -> bool {
    let lists = [KIN_FEMININE, KIN_MASCULINE, KIN_EITHER];
    lists.iter().any(|list| list.contains(&lower) || list.contains(&singular(lower)))
}

/// Returns whether a word is for a person by what they do or are to somebody.
pub(in crate::english) fn is_role(lower: &str) -> bool {
    let lists = [PERSONS, FEMININE, MASCULINE];
    lists.iter().any(|list| list.contains(&lower) || list.contains(&singular(lower)))
        || (lower.len() > 5
            && ["ologist", "mate", "woman", "ician", "-worker"].iter().any(|end| lower.ends_with(end)))
}

pub(in crate::english) fn is_animal(lower: &str) -> bool {
    ANIMALS.contains(&lower) || ANIMALS.contains(&singular(lower))
}

pub(in crate::english) fn is_person(lower: &str) -> bool {
    is_kin(lower) || is_role(lower) || is_given_name(lower)
}

/// Returns whether a word is for several people.
pub(in crate::english) fn is_group(lower: &str) -> bool {
    GROUPS.contains(&lower)
}

fn singular(lower: &str) -> &str {
    lower.strip_suffix('s').unwrap_or(lower)
}
