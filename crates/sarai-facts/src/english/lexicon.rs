//! What is known of words by themselves: their class, their verb forms, names and their gender.

mod inflection;
mod people;
mod spelling;

pub(super) use inflection::{Form, Inflection, is_verb, verb_forms};
pub(super) use people::{
    gender_of, is_ambiguous_name, is_animal, is_given_name, is_group, is_kin, is_person, is_role,
};
pub(super) use spelling::{contraction, repaired, spelled_together};

/// The class of a word, as far as the word alone tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tag {
    /// `the`, `a`, `this`, `some`.
    Determiner,
    /// `my`, `her`.
    Possessive,
    /// `I`, `them`, `someone`.
    Pronoun,
    Preposition,
    /// `and`, `but`, `or`.
    And,
    /// `because`, `when`, `if`.
    Subordinator,
    /// `who`, `which`, `whose`.
    Relative,
    Not,
    Adverb,
    Modal,
    Be,
    Have,
    Do,
    /// `to`.
    To,
    /// `'s`, before it is known whether it is a genitive or a verb.
    Genitive,
    Number,
    Interjection,
    Mark,
    /// Nouns, adjectives, verbs and names.
    Open,
}

const DETERMINERS: &[&str] = &[
    "the", "a", "an", "this", "that", "these", "those", "some", "any", "no", "every", "each", "both",
    "all", "another", "either", "neither", "several", "many", "few", "half",
];
const POSSESSIVES: &[&str] = &["my", "your", "his", "her", "its", "our", "their"];
const PRONOUNS: &[&str] = &[
    "i", "me", "you", "he", "him", "she", "it", "we", "us", "they", "them", "mine", "yours", "hers",
    "ours", "theirs", "myself", "yourself", "himself", "herself", "itself", "ourselves",
    "themselves", "someone", "somebody", "everyone", "everybody", "anyone", "anybody", "nobody",
    "everything", "something", "anything", "nothing", "there", "none",
];
const PREPOSITIONS: &[&str] = &[
    "in", "on", "at", "from", "with", "without", "for", "by", "of", "about", "into", "onto", "over",
    "under", "near", "behind", "between", "among", "through", "across", "against", "during", "off",
    "around", "beside", "besides", "inside", "outside", "above", "below", "beneath", "opposite",
    "towards", "toward", "past", "up", "down", "out", "upstairs", "along", "via", "per", "like",
    "as", "than", "within", "throughout", "except",
];
const SUBORDINATORS: &[&str] = &[
    "because", "although", "though", "when", "whenever", "while", "whilst", "if", "unless", "until",
    "till", "since", "after", "before", "whether", "once", "whereas", "cause",
];
const RELATIVES: &[&str] =
    &["who", "which", "whose", "where", "whom", "what", "why", "how", "whatever", "whoever"];
const ADVERBS: &[&str] = &[
    "always", "usually", "often", "sometimes", "rarely", "never", "just", "also", "too", "really",
    "very", "quite", "still", "already", "yet", "now", "again", "anymore", "finally", "actually",
    "basically", "currently", "recently", "lately", "soon", "then", "here", "only", "even", "ever",
    "absolutely", "totally", "completely", "probably", "definitely", "maybe", "perhaps", "possibly",
    "apparently", "obviously", "literally", "mostly", "mainly", "normally", "generally", "almost",
    "nearly", "pretty", "rather", "instead", "away", "together", "abroad", "ago", "therefore",
    "however", "anyway", "otherwise", "hopefully", "sadly", "unfortunately", "luckily",
    "temporarily", "permanently", "originally", "previously", "formerly", "officially",
    "eventually", "especially", "particularly", "somehow", "somewhere", "seriously", "honestly",
    "nowadays", "so", "hardly", "barely", "truly", "simply", "secretly", "kinda", "sorta", "btw",
    "aswell", "longer", "everywhere", "nowhere", "anywhere", "next-door", "constantly", "regularly",
    "occasionally", "twice", "initially", "exactly", "roughly", "approximately", "personally",
    "deeply", "severely", "mildly", "badly", "fully", "newly", "happily", "suddenly", "back",
    "online", "well",
];
const MODALS: &[&str] =
    &["will", "would", "shall", "should", "can", "could", "may", "might", "must", "ought", "'d"];
const INTERJECTIONS: &[&str] = &[
    "hi", "hello", "hey", "hiya", "yo", "heya", "morning", "evening", "thanks", "thank", "please",
    "oh", "ah", "uh", "um", "er", "erm", "hmm", "mm", "ok", "okay", "lol", "haha", "hahaha", "lmao",
    "omg", "wow", "ugh", "yay", "yeah", "yes", "yep", "yup", "nope", "nah", "sorry", "cheers",
    "bye", "xx", "x", "right", "alright", "aye", "sure", "damn", "dang", "gosh", "phew", "whoops",
    "oops", "eh", "huh", "rofl", "welp", "ooh", "aw", "bro", "dude", "folks", "btw", "fyi", "mate",
];
const BE: &[&str] = &["am", "is", "are", "was", "were", "be", "been", "being", "'m", "'re"];
const HAVE: &[&str] = &["have", "has", "had", "having", "'ve"];
const DO: &[&str] = &["do", "does", "did"];

/// Frequent words that are no names, though a sentence may begin with them.
const COMMON: &[&str] = &[
    "mum", "mom", "dad", "mother", "father", "sister", "brother", "wife", "husband", "son",
    "daughter", "dentist", "doctor", "new", "old", "good", "happy", "birthday", "number", "address",
    "code", "password", "bins", "people", "kids", "children", "parents", "dinner", "lunch",
    "breakfast", "school", "house", "home", "car", "keys", "key", "gate", "door", "garage", "first",
    "second", "last", "next", "today", "tomorrow", "yesterday", "tonight", "milk", "coffee", "tea",
    "yoga", "gym", "grandma", "grandad", "granny", "gran", "nan", "uncle", "aunt", "one", "two",
    "three", "four", "five", "six", "seven", "eight", "nine", "ten", "same", "long", "quick",
    "little", "other", "most", "more", "less", "least", "much", "such", "own", "big", "small",
    "great", "bad", "best", "worst", "true", "false", "not", "late", "early", "ready", "busy",
    "swimming", "football", "piano", "guitar", "cat", "dog", "appointment", "meeting", "phone",
    "mobile", "cell", "landline", "postcode", "wifi", "shoe", "favourite", "favorite", "allergic",
];

/// Returns the class of a folded word.
pub(super) fn tag(lower: &str) -> Tag {
    let classes: [(&[&str], Tag); 14] = [
        (&["not", "n't", "nt"], Tag::Not),
        (&["to"], Tag::To),
        (&["'s"], Tag::Genitive),
        (&["and", "but", "or", "nor", "&"], Tag::And),
        (BE, Tag::Be),
        (HAVE, Tag::Have),
        (DO, Tag::Do),
        (MODALS, Tag::Modal),
        (POSSESSIVES, Tag::Possessive),
        (DETERMINERS, Tag::Determiner),
        (PRONOUNS, Tag::Pronoun),
        (PREPOSITIONS, Tag::Preposition),
        (SUBORDINATORS, Tag::Subordinator),
        (RELATIVES, Tag::Relative),
    ];
    if let Some((_, tag)) = classes.iter().find(|(words, _)| words.contains(&lower)) {
        return *tag;
    }
    if ADVERBS.contains(&lower) || is_adverb_by_ending(lower) {
        Tag::Adverb
    } else if INTERJECTIONS.contains(&lower) {
        Tag::Interjection
    } else if is_number(lower) {
        Tag::Number
    } else {
        Tag::Open
    }
}

/// Returns whether a word is so common that a capital at the head of a sentence makes it no name.
pub(super) fn is_common(lower: &str) -> bool {
    let singular = lower.strip_suffix('s').unwrap_or(lower);
    COMMON.contains(&lower)
        || COMMON.contains(&singular)
        || is_kin(lower)
        || is_role(lower)
        || is_animal(lower)
        || is_adjective(lower)
}

fn is_adverb_by_ending(lower: &str) -> bool {
    const NOT: &[&str] = &[
        "family", "italy", "july", "lily", "emily", "molly", "sally", "kelly", "holly", "polly",
        "billy", "daily", "weekly", "monthly", "yearly", "early", "friendly", "lovely", "lonely",
        "elderly", "silly", "ugly", "only", "jelly", "belly", "reply", "supply", "apply", "bully",
        "likely", "curly", "costly", "deadly", "lively", "fly", "ally", "rely", "bubbly", "woolly",
        "smelly", "chilly", "hilly", "assembly", "butterfly", "ripley", "beverly", "dolly", "milly",
        "tilly", "nelly", "willy", "lolly", "holy", "poly", "trolly", "elly", "kimberly",
        "fortnightly", "multiply", "comply", "imply", "anomaly", "monopoly", "timely", "orderly",
    ];
    lower.len() > 4 && lower.ends_with("ly") && !NOT.contains(&lower)
}

/// Returns whether a word is a number in digits or letters.
pub(super) fn is_number(lower: &str) -> bool {
    const WORDS: &[&str] = &[
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
        "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
        "hundred", "thousand", "million", "dozen",
    ];
    let bare = lower.trim_start_matches(['+', '£', '$', '€', '#']);
    let mut parts = lower.split('-');
    bare.starts_with(|c: char| c.is_ascii_digit()) || parts.all(|part| WORDS.contains(&part))
}

const ADJECTIVES: &[&str] = &[
    "allergic", "asthmatic", "diabetic", "epileptic", "coeliac", "celiac", "vegan", "vegetarian",
    "pescatarian", "pregnant", "intolerant", "married", "divorced", "single", "engaged", "widowed",
    "separated", "retired", "unemployed", "self-employed", "dead", "alive", "ill", "sick", "tired",
    "hungry", "thirsty", "deaf", "blind", "ready", "late", "early", "busy", "away", "home", "fine",
    "ok", "great", "lovely", "scared", "terrified", "afraid", "obsessed", "fond", "keen", "bad",
    "good", "due", "older", "younger", "taller", "shorter", "left-handed", "right-handed",
    "dyslexic", "autistic", "colourblind", "colorblind", "short-sighted", "lactose-intolerant",
    "gluten-free", "jewish", "muslim", "christian", "catholic", "hindu", "buddhist", "french",
    "german", "italian", "spanish", "scottish", "irish", "welsh", "english", "british", "american",
    "canadian", "australian", "indian", "pakistani", "chinese", "japanese", "korean", "polish",
    "portuguese", "brazilian", "mexican", "dutch", "swedish", "norwegian", "danish", "finnish",
    "russian", "ukrainian", "greek", "turkish", "nigerian", "kenyan", "ghanaian", "egyptian",
    "happy", "sad", "angry", "nervous", "anxious", "worried", "excited", "bored", "broken", "lost",
    "full", "empty", "open", "closed", "free", "available", "missing", "expensive", "cheap", "blue",
    "red", "green", "yellow", "black", "white", "grey", "gray", "purple", "pink", "orange", "brown",
    "tall", "short", "big", "small", "old", "young", "new", "shy", "funny", "clever", "smart",
    "lazy", "strict", "kind", "nice", "friendly", "annoying", "half", "religious", "teetotal",
    "sober", "adopted", "transgender", "gay", "lesbian", "bisexual", "straight", "non-binary",
    "disabled", "bedridden", "housebound", "hospitalised", "hospitalized", "stuck", "sore", "hot",
    "cold", "warm", "wet", "dry", "clean", "dirty", "safe", "dangerous", "wrong", "correct", "true",
    "false", "important", "special", "different", "same", "proud", "jealous", "able", "unable",
    "bilingual", "homeless", "bald", "blond", "blonde", "ginger", "overdue", "expired", "poorly",
    "unwell", "sensitive", "addicted", "qualified", "responsible", "famous", "popular", "local",
    "overweight", "fluent", "rubbish", "terrible", "awful", "amazing", "brilliant", "hopeless",
];

/// Returns whether a word says how somebody or something is.
pub(super) fn is_adjective(lower: &str) -> bool {
    ADJECTIVES.contains(&lower)
}
