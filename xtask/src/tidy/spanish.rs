//! Spanish opens its questions and its exclamations: `¿` and `¡` are not optional.

use super::File;
use super::literals::literals;

/// Words that give Spanish away, beside its accents. None of them is English.
const SPANISH_WORDS: &[&str] = &[
    "el", "los", "las", "que", "una", "del", "para", "por", "esta", "este", "ya", "tu", "su", "se",
];

/// Returns every Spanish text that closes a question or an exclamation it never opened.
pub(super) fn check(file: &File) -> Vec<String> {
    let texts = if file.is_rust() {
        spoken(&file.text)
    } else if is_spanish_page(&file.path) {
        file.text.lines().enumerate().map(|(line, text)| (line + 1, text)).collect()
    } else {
        Vec::new()
    };
    let wrong = texts.into_iter().filter(|(_, text)| !opens_what_it_closes(text));
    wrong
        .map(|(line, text)| format!("{}:{line}: `{}` lacks its ¿ or ¡", file.path, text.trim()))
        .collect()
}

/// Returns whether a file is a catalogue or a page in Spanish, by its name: `es.toml`, `x.es.md`.
fn is_spanish_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').rev().skip(1).any(|part| part == "es" || part.ends_with("_es"))
}

/// Returns the Spanish literals with their lines: the first argument of every `pick`, and what looks
/// like Spanish. Tests are left out: people who write to SARAi need not care.
fn spoken(source: &str) -> Vec<(usize, &str)> {
    let source = source.split("#[cfg(test)]").next().unwrap_or(source);
    let is_picked = |start: usize| source[..start].trim_end().ends_with(".pick(");
    let spoken = literals(source)
        .into_iter()
        .filter(|literal| is_picked(literal.start) || looks_spanish(literal.text));
    spoken
        .map(|literal| (source[..literal.start].matches('\n').count() + 1, literal.text))
        .collect()
}

fn looks_spanish(text: &str) -> bool {
    let mut words = text.split(|character: char| !character.is_alphabetic());
    text.contains(['á', 'é', 'í', 'ó', 'ú', 'ñ'])
        || words.any(|word| SPANISH_WORDS.contains(&word.to_lowercase().as_str()))
}

fn opens_what_it_closes(text: &str) -> bool {
    closings(text, '?') <= text.matches('¿').count()
        && closings(text, '!') <= text.matches('¡').count()
}

/// Counts the marks that end a sentence: after a letter or a placeholder, before a gap. That leaves
/// out `?query=`, `{:?}`, `!=` and the mark that ends a word of code.
fn closings(text: &str, mark: char) -> usize {
    let ends = |(start, _): &(usize, &str)| {
        let before = text[..*start].chars().next_back();
        let after = text[start + 1..].chars().next();
        before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '}' | '»' | '…' | '.' | ')'))
            && after.is_none_or(|c| {
                c.is_whitespace() || matches!(c, '"' | '<' | '»' | ')' | '\\' | ',')
            })
    };
    text.match_indices(mark).filter(ends).count()
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::{check, is_spanish_page};

    #[track_caller]
    fn count(path: &str, text: &str, expected: usize) {
        let found = check(&File { path: path.into(), text: text.into() });
        assert_eq!(found.len(), expected, "{found:?}");
    }

    #[test]
    fn a_question_opens() {
        count("a.rs", concat!("language.pi", "ck(\"¿Seguro?\", \"Sure?\")"), 0);
        count("a.rs", concat!("language.pi", "ck(\"Seguro?\", \"Sure?\")"), 1);
        count("a.rs", concat!("language.pi", "ck(\n    \"Hola! ¿Sí?\", \"Hi!\")"), 1);
        count("a.rs", concat!("language.pi", "ck(\"Dice \\\"¡hola!\\\" y «¿sí?»\", \"x\")"), 0);
        count("a.rs", "let english = \"Sure?\";", 0);
        count("a.rs", "Text(\"stop\", \"Parar?\", \"Stop?\")", 0);
        count("a.rs", "Text(\"sure\", \"Borrar la conversación?\", \"Delete it?\")", 1);
        count("a.rs", "#[cfg(test)]\nask(\"dónde está Ana?\")", 0);
    }

    #[test]
    fn marks_of_code_do_not_count() {
        count("a.rs", concat!("language.pi", "ck(\"abre /?clave=1 y a != b\", \"x\")"), 0);
        count("a.rs", concat!("language.pi", "ck(\"valor {x:?}\", \"x\")"), 0);
    }

    #[test]
    fn catalogues_and_pages_are_known_by_their_name() {
        assert!(is_spanish_page("README.es.md"));
        assert!(is_spanish_page("crates/a/texts/es.toml"));
        assert!(is_spanish_page("crates/a/templates/help_es.html"));
        assert!(!is_spanish_page("docs/es/notes.md"));
        assert!(!is_spanish_page("crates/a/src/rules.toml"));
        count("es.toml", "stop = \"Parar\"\nsure = \"Seguro?\"\n", 1);
    }
}
