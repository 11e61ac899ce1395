//! The words of a sentence, and what the small ones mean.

use std::ops::Range;

use sarai_core::fact::FactStatus;
use sarai_core::language::Language;

use crate::fold::fold;

/// One word.
pub(super) struct Word {
    /// In bytes of the message.
    pub(super) span: Range<usize>,
    /// In lower case.
    pub(super) low: String,
    pub(super) fold: String,
    /// Whether a mark stands between it and the word before.
    pub(super) after_mark: bool,
}

const DETERMINERS: &[&str] = &[
    "el", "la", "los", "las", "un", "una", "unos", "unas", "mi", "mis", "tu", "tus", "su", "sus",
    "nuestro", "nuestra", "nuestros", "nuestras", "este", "esta", "ese", "esa", "the", "a", "an",
    "my", "your", "his", "her", "its", "our", "their", "this", "that",
];

const PREPOSITIONS: &[&str] = &[
    "a", "al", "con", "de", "del", "desde", "en", "entre", "hacia", "hasta", "para", "por",
    "sobre", "at", "by", "for", "from", "in", "into", "of", "on", "to", "with", "about",
];

/// Words that name nothing by themselves.
const EMPTY: &[&str] = &[
    "que",
    "y",
    "e",
    "o",
    "ni",
    "no",
    "si",
    "se",
    "me",
    "te",
    "le",
    "les",
    "lo",
    "nos",
    "os",
    "el",
    "ella",
    "ellos",
    "ellas",
    "eso",
    "esto",
    "ello",
    "yo",
    "tu",
    "usted",
    "quien",
    "como",
    "cuando",
    "donde",
    "and",
    "or",
    "not",
    "it",
    "he",
    "she",
    "they",
    "them",
    "him",
    "i",
    "you",
    "we",
    "us",
    "who",
    "what",
    "when",
    "where",
    "which",
    "something",
    "algo",
    "alguien",
    "nada",
    "nadie",
];

const NO: &[&str] = &[
    "no", "ni", "nunca", "jamas", "tampoco", "nada", "nadie", "ningun", "ninguno", "ninguna",
    "not", "never", "cannot", "nobody", "nothing", "none", "neither", "nor", "sin", "without",
];

/// Past forms that no ending shows.
const PAST: &[&str] = &[
    "fue", "fui", "era", "eran", "hizo", "hice", "tuvo", "tuve", "estuvo", "estuve", "puso",
    "puse", "dijo", "dije", "vino", "vine", "quiso", "quise", "supo", "supe", "trajo", "traje",
    "dio", "di", "vio", "vi", "anduvo", "was", "were", "had", "went", "did", "got", "took", "gave",
    "made", "said", "bought", "told", "left", "lost", "found", "sold", "sent", "won", "broke",
    "came", "lent", "taught", "wrote",
];

const SPANISH_PAST: &[&str] =
    &["aron", "ieron", "aba", "aban", "aste", "iste", "ía", "ían", "ó", "é", "í"];
const SPANISH_FUTURE: &[&str] = &["ré", "rá", "rás", "rán", "remos"];

/// Cuts a sentence that begins at `offset` of its message into words. What stands between quotation
/// marks is somebody else's and left out.
pub(super) fn words(sentence: &str, offset: usize) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut start = None;
    let (mut after_mark, mut quoted) = (false, false);
    let ends = sentence.char_indices().chain([(sentence.len(), ' ')]);
    for (at, c) in ends {
        let inside = c.is_alphanumeric() || matches!(c, '\'' | '’') || joins(sentence, at, c);
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let text = &sentence[from..at];
                let span = offset + from..offset + at;
                let low = text.to_lowercase();
                if !quoted {
                    found.push(Word { span, fold: fold(&low), low, after_mark });
                    after_mark = false;
                }
                start = None;
            }
            _ => {}
        }
        quoted = match c {
            '«' | '“' | '‘' => true,
            '»' | '”' => false,
            '"' => !quoted,
            _ => quoted,
        };
        after_mark |= !inside && !c.is_whitespace() && c != '-';
    }
    found
}

/// Returns whether a mark stands inside a number, such as 1.80 or 18:30.
fn joins(sentence: &str, at: usize, c: char) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    matches!(c, '.' | ',' | ':' | '/')
        && digit(sentence[..at].chars().next_back())
        && digit(sentence[at + c.len_utf8()..].chars().next())
}

/// Returns the folded words of a name, without articles and possessives.
pub(super) fn content(named: &str) -> Vec<String> {
    let folded = words(named, 0).into_iter().map(|word| word.fold);
    folded.filter(|word| !is_determiner(word)).collect()
}

pub(super) fn is_determiner(folded: &str) -> bool {
    // “a” is a preposition in one language and an article in the other; neither names anything.
    DETERMINERS.contains(&folded)
}

pub(super) fn is_preposition(folded: &str) -> bool {
    PREPOSITIONS.contains(&folded)
}

/// Returns whether what follows this word is no verb. Spanish articles that are pronouns too, such
/// as “la”, tell nothing.
pub(super) fn leads_a_noun(folded: &str, language: Language) -> bool {
    match language {
        Language::Spanish => is_determiner(folded) && !matches!(folded, "la" | "los" | "las"),
        Language::English => {
            is_determiner(folded) || is_preposition(folded) && !matches!(folded, "to" | "a")
        }
    }
}

/// Returns whether a word names nothing by itself.
pub(super) fn is_light(folded: &str) -> bool {
    EMPTY.contains(&folded) || is_preposition(folded)
}

pub(super) fn is_speaker(folded: &str) -> bool {
    matches!(folded, "yo" | "i" | "me")
}

/// Returns whether the word says that the speaker does it.
pub(super) fn says_i(folded: &str) -> bool {
    matches!(folded, "yo" | "i" | "nosotros" | "nosotras" | "we")
        || ["i'", "we'"].iter().any(|begin| folded.starts_with(begin))
}

pub(super) fn is_no(folded: &str) -> bool {
    NO.contains(&folded) || folded.ends_with("n't")
}

/// Returns when a verb's form says that it is so.
pub(super) fn status(verb: &Word, before: Option<&str>, language: Language) -> FactStatus {
    let ends = |endings: &[&str]| endings.iter().any(|ending| verb.low.ends_with(ending));
    let perfect = matches!(before, Some("he" | "has" | "ha" | "hemos" | "han" | "habia"));
    let (past, future) = match language {
        Language::Spanish => {
            let future = ends(SPANISH_FUTURE) || matches!(before, Some("voy" | "va" | "a"));
            (perfect || ends(SPANISH_PAST) && !future, future)
        }
        Language::English => {
            let future = matches!(before, Some("will"));
            let past = ends(&["ed"]) || matches!(before, Some("have" | "has" | "had"));
            (past, future)
        }
    };
    if past || PAST.contains(&verb.fold.as_str()) {
        FactStatus::Past
    } else if future {
        FactStatus::Planned
    } else {
        FactStatus::Current
    }
}
