//! Words that must not be in the tree, and spaces at the ends of lines.

use super::File;

/// Each with the reason. Written in two halves, so that this file does not hold them.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "finish it"),
    (concat!("FIX", "ME"), "finish it"),
    (concat!("XX", "X"), "finish it"),
    (concat!("to", "do!("), "finish it"),
    (concat!("unimple", "mented!("), "finish it"),
    (concat!("#[ig", "nore"), "fix the test, or delete it"),
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/fa", "rm/"), "a path of one machine"),
    (concat!("index.crat", "es.io"), "name the package and its client, not the registry's host"),
    (concat!("static.crat", "es.io"), "name the package and its client, not the registry's host"),
    (concat!("py", "pi.org"), "name the package and its client, not the registry's host"),
    (concat!("pythonho", "sted."), "name the package and its client, not the registry's host"),
    (concat!("np", "mjs."), "name the package and its client, not the registry's host"),
    (concat!("deb.deb", "ian."), "name the package and its client, not the registry's host"),
];

/// Endings of files whose lines are checked for trailing spaces.
const PROSE_AND_CODE: &[&str] =
    &[".rs", ".toml", ".md", ".html", ".css", ".js", ".mjs", ".py", ".json", ".txt"];

/// Returns every forbidden word and trailing space of a file.
pub(super) fn check(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let lines_count = PROSE_AND_CODE.iter().any(|ending| file.path.ends_with(ending));
    for (number, line) in file.text.lines().enumerate() {
        let place = format!("{}:{}", file.path, number + 1);
        for (word, reason) in FORBIDDEN {
            if contains_word(line, word) {
                found.push(format!("{place}: `{word}`: {reason}"));
            }
        }
        if lines_count && line.ends_with([' ', '\t']) {
            found.push(format!("{place}: a space at the end of the line"));
        }
    }
    found
}

/// Returns whether a line has the word, not as a part of a longer one.
fn contains_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        let joins = |neighbour: Option<char>, edge: Option<char>| {
            edge.is_some_and(char::is_alphanumeric)
                && neighbour.is_some_and(|c| c.is_alphanumeric() || c == '_')
        };
        let ends_open = word.ends_with(['.', '/', '(']) || word.starts_with('#');
        !joins(before, word.chars().next())
            && (ends_open || !joins(after, word.chars().next_back()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::{FORBIDDEN, check, contains_word};

    #[test]
    fn each_forbidden_word_is_found() {
        for (word, _) in FORBIDDEN {
            let file =
                File { path: "a.md".into(), text: format!("first\nsee {word}x y\n{word} b") };
            let found = check(&file).join("\n");
            assert!(found.contains("a.md:3:"), "{word}: {found}");
        }
    }

    #[test]
    fn a_part_of_a_longer_word_is_not_the_word() {
        assert!(contains_word("// AB: x", "AB"));
        assert!(!contains_word("CABLE", "AB"));
        assert!(!contains_word("AB_C", "AB"));
        assert!(contains_word("x=/ab/c", "/ab/"));
    }

    #[test]
    fn spaces_at_the_end_of_a_line_are_found() {
        let file = |path: &str| File { path: path.into(), text: "a\nb \n".into() };
        assert_eq!(check(&file("a.rs")), ["a.rs:2: a space at the end of the line"]);
        assert_eq!(check(&file("a.gguf")), Vec::<String>::new());
    }
}
