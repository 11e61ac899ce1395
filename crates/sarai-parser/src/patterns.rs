//! Python's regular expressions, read as they are and searched quickly.

use fancy_regex::{Regex as Full, RegexBuilder};
use regex::Regex as Loose;

/// Steps after which a search gives up: no word of people comes near.
const STEPS_MAX: usize = 200_000;

/// An expression that may look around.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// The expression without its conditions on what is around. What it does not find is not there,
    /// and it knows far sooner.
    loose: Loose,
    full: Full,
}

impl Pattern {
    pub(crate) fn new(expression: &str) -> Result<Pattern, String> {
        let loose = Loose::new(&without_looking_around(expression))
            .map_err(|error| format!("a pattern cannot be read: {error}"))?;
        let full = RegexBuilder::new(expression)
            .backtrack_limit(STEPS_MAX)
            .build()
            .map_err(|error| format!("a pattern cannot be read: {error}"))?;
        Ok(Pattern { loose, full })
    }

    /// Returns where the first match is. A search that takes too long finds nothing.
    pub(crate) fn find(&self, text: &str) -> Option<std::ops::Range<usize>> {
        if !self.loose.is_match(text) {
            return None;
        }
        self.full.find(text).ok()?.map(|found| found.range())
    }

    /// Returns where all matches are, from left to right.
    pub(crate) fn find_all(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        if !self.loose.is_match(text) {
            return Vec::new();
        }
        self.full.find_iter(text).map_while(Result::ok).map(|found| found.range()).collect()
    }
}

/// Returns the expression without its groups `(?=…)`, `(?!…)`, `(?<=…)` and `(?<!…)`.
fn without_looking_around(expression: &str) -> String {
    const OPENINGS: [&str; 4] = ["(?=", "(?!", "(?<=", "(?<!"];
    let mut kept = String::with_capacity(expression.len());
    // How deep we are in groups, and how deep the outermost left-out group began.
    let (mut depth, mut left_out) = (0_usize, None::<usize>);
    let mut in_class = false;
    let mut rest = expression;
    while let Some(letter) = rest.chars().next() {
        let escaped =
            if letter == '\\' { rest[1..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        let (piece, after) = rest.split_at(letter.len_utf8() + escaped);
        match letter {
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                if left_out.is_none() && OPENINGS.iter().any(|opening| rest.starts_with(opening)) {
                    left_out = Some(depth);
                }
                depth += 1;
            }
            _ => {}
        }
        if left_out.is_none() {
            kept.push_str(piece);
        }
        if letter == ')' && !in_class {
            depth = depth.saturating_sub(1);
            if left_out == Some(depth) {
                left_out = None;
            }
        }
        rest = after;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{Pattern, without_looking_around};

    #[track_caller]
    fn check(expression: &str, loose: &str) {
        assert_eq!(without_looking_around(expression), loose);
    }

    #[test]
    fn only_conditions_on_what_is_around_are_left_out() {
        check(r"(?<=[0-9])\+$|a(?!b(c)\))d", r"\+$|ad");
        check(r"(?:a|b)[(?=)]\(?=(?=é)(?<!f)g", r"(?:a|b)[(?=)]\(?=g");
        check("ñ\\", "ñ\\");
        check(")(", ")(");
    }

    #[test]
    fn matches_are_found_with_their_conditions() {
        let pattern = Pattern::new(r"(?<=[0-9])km").unwrap();
        assert_eq!(pattern.find("akm 5km"), Some(5..7));
        assert_eq!(pattern.find("akm"), None);
        assert_eq!(pattern.find("a"), None);
        assert_eq!(pattern.find_all("1km km 2km"), [1..3, 8..10]);
        assert!(pattern.find_all("m").is_empty());
    }

    #[test]
    fn a_search_without_end_finds_nothing() {
        let pattern = Pattern::new(r"(?=x)(?:x+x+)+y").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(pattern.find(&"x".repeat(60)), None);
    }
}
