//! The string literals of Rust source, as far as looking at their words needs.

/// A literal: where it starts, and what is between its quotes, escapes as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Literal<'a> {
    pub start: usize,
    pub text: &'a str,
}

/// Returns the literals outside comments, in order.
pub(super) fn literals(source: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        at += if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            raw(rest, at, &mut found)
        } else if let Some(literal) = rest.strip_prefix('"') {
            let length = plain(literal);
            found.push(Literal { start: at, text: &literal[..length] });
            length + 2
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\") {
            // A character, which may be a quote.
            3
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    found
}

/// Returns how many bytes there are before the closing quote.
fn plain(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.find(|character| {
        let closes = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        closes
    });
    end.unwrap_or(rest.len().saturating_sub(1))
}

/// Reads a raw literal, if it is one, and returns the length of what was read.
fn raw<'a>(rest: &'a str, start: usize, found: &mut Vec<Literal<'a>>) -> usize {
    let marks = rest[1..].len() - rest[1..].trim_start_matches('#').len();
    let open = 1 + marks;
    if !rest[open..].starts_with('"') {
        return 1;
    }
    let close = format!("\"{}", &rest[1..open]);
    let Some(length) = rest[open + 1..].find(&close) else { return rest.len() };
    found.push(Literal { start, text: &rest[open + 1..open + 1 + length] });
    open + 1 + length + close.len()
}

#[cfg(test)]
mod tests {
    use super::literals;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let texts: Vec<&str> = literals(source).iter().map(|literal| literal.text).collect();
        assert_eq!(texts, expected, "{source}");
    }

    #[test]
    fn literals_are_found_and_nothing_else() {
        check("let a = \"uno\"; // \"dos\"\nlet b = \"tres\";", &["uno", "tres"]);
        check("f(\"dice \\\"sí\\\"\", \"\", 'x')", &["dice \\\"sí\\\"", ""]);
        check("f('\"', \"a\", '\\'', \"ñ\")", &["a", "ñ"]);
        check("f(r\"uno\\\", r#\"di \"sí\"\"#, \"z\")", &["uno\\", "di \"sí\"", "z"]);
        check("let r#type = \"x\";", &["x"]);
        check("open \"never closed", &["never close"]);
    }
}
