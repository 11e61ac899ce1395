//! Titles of conversations: one line, not too long.

/// A title made from a question is cut at the word border before this many characters.
const FROM_QUESTION_CHARS_MAX: usize = 60;

/// A title given by a person is cut after this many characters.
const GIVEN_CHARS_MAX: usize = 200;

/// Returns the title of a conversation that starts with `question`.
pub(crate) fn from_question(question: &str) -> String {
    let line = one_line(question);
    if line.is_empty() {
        return "…".to_owned();
    }
    let Some((end, _)) = line.char_indices().nth(FROM_QUESTION_CHARS_MAX) else { return line };
    let head = &line[..end];
    // One endless word is cut inside.
    let cut = if line[end..].starts_with(' ') {
        head
    } else {
        head.rsplit_once(' ').map_or(head, |cut| cut.0)
    };
    format!("{}…", cut.trim_end_matches(|c: char| c.is_whitespace() || ",;:.-–—(¿¡".contains(c)))
}

/// Returns `title` as it is kept; `None` when nothing is left of it.
pub(crate) fn given(title: &str) -> Option<String> {
    let line: String = one_line(title).chars().take(GIVEN_CHARS_MAX).collect();
    (!line.is_empty()).then(|| line.trim_end().to_owned())
}

/// Joins lines and drops what would disturb a list: control characters and doubled blanks.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{from_question, given};

    #[track_caller]
    fn check(question: &str, title: &str) {
        assert_eq!(from_question(question), title);
    }

    #[test]
    fn a_title_is_the_start_of_the_question() {
        check("¿Cuál es la capital de Francia?", "¿Cuál es la capital de Francia?");
        check("  una\r\n línea\ty\u{0} otra ", "una línea y otra");
        check(" \n ", "…");
    }

    #[test]
    fn a_long_question_is_cut_between_words() {
        check(
            "Mañana quiero que me recuerdes comprar pan, leche, huevos y tomates",
            "Mañana quiero que me recuerdes comprar pan, leche, huevos y…",
        );
        let endless = "ñ".repeat(100);
        check(&endless, &format!("{}…", "ñ".repeat(60)));
        check(&format!("{} más", "ñ".repeat(60)), &format!("{}…", "ñ".repeat(60)));
    }

    #[test]
    fn a_given_title_is_one_short_line_or_nothing() {
        assert_eq!(given(" Viaje\na  Cuenca ").as_deref(), Some("Viaje a Cuenca"));
        assert_eq!(given(" \t\n"), None);
        assert_eq!(given(&"á".repeat(300)).unwrap().chars().count(), 200);
    }
}
