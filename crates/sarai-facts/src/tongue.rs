//! Which language a message is in.

use sarai_core::language::Language;

use crate::fold::fold;
use crate::reading::Discourse;

/// Words that only one of the two languages has, folded. Frequent ones decide most messages.
const SPANISH: &[&str] = &[
    "el", "la", "los", "las", "un", "una", "de", "del", "al", "en", "y", "que", "mi", "mis", "tu",
    "su", "es", "soy", "son", "se", "por", "para", "con", "yo", "ella", "muy", "ya", "tengo",
    "tiene", "vivo", "vive", "gusta", "como", "donde", "cuando", "quien", "si", "llamo", "llama",
    "esta", "estoy", "ha", "he", "has", "lo", "le", "les", "pero", "ahora", "hoy", "ayer", "te",
    "nos", "desde", "hasta", "sobre", "sin", "fue", "era", "mucho", "mucha", "muchas", "muchos",
    "bien", "gracias", "porque", "nada", "todo", "todos", "este", "eso", "aqui", "tambien",
    "siempre", "nunca", "voy", "va", "hola", "hermano", "hermana", "madre", "padre", "mama",
    "papa", "hijo", "hija", "anos", "casa", "trabajo", "trabaja", "dice", "hay", "nuestro",
    "nuestra", "sus", "tus", "ni", "o", "e", "cada", "otro", "otra", "mas",
];
const ENGLISH: &[&str] = &[
    "the",
    "an",
    "of",
    "and",
    "my",
    "your",
    "his",
    "her",
    "their",
    "is",
    "are",
    "was",
    "were",
    "i",
    "he",
    "she",
    "they",
    "we",
    "it",
    "that",
    "this",
    "to",
    "in",
    "on",
    "at",
    "with",
    "for",
    "have",
    "has",
    "had",
    "do",
    "does",
    "did",
    "not",
    "what",
    "where",
    "when",
    "who",
    "how",
    "yes",
    "name",
    "i'm",
    "it's",
    "don't",
    "now",
    "today",
    "yesterday",
    "but",
];

/// Returns the language of `text`: of its own words, else of the messages before, else the house's.
pub(crate) fn of(text: &str, discourse: &Discourse<'_>) -> Language {
    let earlier = discourse.earlier.iter().rev().map(|earlier| earlier.text.as_str());
    let decided = std::iter::once(text).chain(earlier).find_map(decide);
    decided.unwrap_or(discourse.language)
}

/// Returns the language of `text`, or `None` when its words do not tell.
pub fn decide(text: &str) -> Option<Language> {
    if text.contains(['ñ', '¿', '¡', 'á', 'í', 'ó', 'ú', 'Á', 'Í', 'Ó', 'Ú', 'Ñ']) {
        return Some(Language::Spanish);
    }
    let count = |list: &[&str]| {
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '\''));
        words.filter(|word| list.contains(&fold(word).as_str())).count()
    };
    match (count(SPANISH), count(ENGLISH)) {
        (spanish, english) if spanish > english => Some(Language::Spanish),
        (spanish, english) if english > spanish => Some(Language::English),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sarai_core::language::Language;

    use super::decide;

    #[test]
    fn frequent_words_and_letters_tell_the_language() {
        assert_eq!(decide("mi hermana vive en Madrid"), Some(Language::Spanish));
        assert_eq!(decide("My sister lives in Madrid"), Some(Language::English));
        assert_eq!(decide("¿Lucía?"), Some(Language::Spanish));
        assert_eq!(decide("Madrid 2580"), None);
    }
}
