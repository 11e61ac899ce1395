//! Words: how a text is split, folded and reduced to stems, in Spanish and in English.

mod stop;

use std::collections::BTreeSet;

use rust_stemmers::{Algorithm, Stemmer};
use sarai_core::language::Language;

/// Longer words are data, such as a key or an address: they are kept whole up to here.
const WORD_CHARS_MAX: usize = 64;

/// Words of a text that recall looks at: some forty pages.
const STEMMED_WORDS_MAX: usize = 20_000;

/// Splits a text into lower-case words. An apostrophe ends a word, as it does in the index.
pub(crate) fn split(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !(c.is_alphanumeric() || is_combining(c)))
        .map(|word| word.chars().take(WORD_CHARS_MAX).flat_map(char::to_lowercase).collect())
        .filter(|word: &String| word.chars().any(char::is_alphanumeric))
}

/// Returns a lower-case word without its accents.
pub(crate) fn fold(word: &str) -> String {
    word.chars().filter(|c| !is_combining(*c)).map(fold_char).collect()
}

/// Returns the stems of one lower-case word, folded: the Spanish one with and without its accents,
/// and the English one. Text seldom says its language, so a word is indexed and asked for by all.
pub(crate) fn stems_of(word: &str) -> BTreeSet<String> {
    let spanish = Stemmer::create(Algorithm::Spanish);
    let english = Stemmer::create(Algorithm::English);
    let folded = fold(word);
    BTreeSet::from([
        fold(&spanish.stem(word)),
        fold(&spanish.stem(&folded)),
        fold(&english.stem(&folded)),
    ])
}

/// Returns the stems of the words of a text, each once, with blanks between. Of a very long text
/// only the beginning is indexed for recall; search finds all of it.
pub(crate) fn stems(text: &str) -> String {
    let words: BTreeSet<String> = split(text).take(STEMMED_WORDS_MAX).collect();
    let stems: BTreeSet<String> = words.iter().flat_map(|word| stems_of(word)).collect();
    stems.into_iter().collect::<Vec<_>>().join(" ")
}

/// Returns whether a folded word carries no meaning of its own in `language`.
pub(crate) fn is_stop(folded: &str, language: Language) -> bool {
    stop::list(language).contains(folded)
}

/// Guesses the language of folded words by their small words; Spanish when nothing tells.
pub(crate) fn language_of(folded: &[String]) -> Language {
    let hits = |language| folded.iter().filter(|word| is_stop(word, language)).count();
    if hits(Language::English) > hits(Language::Spanish) {
        Language::English
    } else {
        Language::Spanish
    }
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// The Latin letters of western Europe; other letters are kept.
fn fold_char(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ę' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ī' => 'i',
        'ñ' | 'ń' => 'n',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ō' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        'š' | 'ś' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{fold, language_of, split, stems};
    use sarai_core::language::Language;

    #[test]
    fn a_text_is_split_into_lower_case_words() {
        let words: Vec<String> = split("¡Hola, SOY Ángel! Don't; a\u{301}rbol 3,5").collect();
        assert_eq!(words, ["hola", "soy", "ángel", "don", "t", "a\u{301}rbol", "3", "5"]);
    }

    #[test]
    fn accents_are_folded_both_ways_of_writing_them() {
        assert_eq!(fold("corazón"), "corazon");
        assert_eq!(fold("corazo\u{301}n"), "corazon");
        assert_eq!(fold("pingüino"), "pinguino");
        assert_eq!(fold("niño"), "nino");
    }

    #[track_caller]
    fn check_same(one: &str, other: &str) {
        let common = |a: &str, b: &str| {
            stems(a).split(' ').any(|stem| stems(b).split(' ').any(|s| s == stem))
        };
        assert!(common(one, other), "{:?} and {:?}", stems(one), stems(other));
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        check_same("vive", "vivo");
        check_same("vivía", "vivia");
        check_same("trabajo", "trabajaba");
        check_same("teléfono", "TELEFONOS");
        check_same("living", "lives");
        check_same("hermanas", "hermana");
    }

    #[track_caller]
    fn check_language(text: &str, language: Language) {
        let words: Vec<String> = split(text).map(|word| fold(&word)).collect();
        assert_eq!(language_of(&words), language, "{text}");
    }

    #[test]
    fn small_words_tell_the_language() {
        check_language("¿Dónde vive mi hermana?", Language::Spanish);
        check_language("Where does my sister live?", Language::English);
        check_language("Toby", Language::Spanish);
    }
}
