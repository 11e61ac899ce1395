//! Standard output for data, standard error for everything else.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sarai_core::explain::Explanation;
use sarai_core::language::Language;
use serde_json::Value;

use crate::trouble::{Exit, Outcome, Trouble};

/// Writes a line of data. A reader who left ends the command quietly, as `yes | head -1` does.
pub(crate) fn line(text: &str) -> Outcome {
    write_all(&format!("{text}\n"))
}

/// Writes a piece of an answer at once.
pub(crate) fn piece(text: &str) -> Outcome {
    write_all(text)
}

/// Writes a JSON document.
pub(crate) fn json(value: &Value) -> Outcome {
    line(&format!("{value:#}"))
}

/// Writes bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Outcome {
    let mut output = io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(|error| Trouble {
        exit: match error.kind() {
            io::ErrorKind::BrokenPipe => Exit::Quiet,
            _ => Exit::Failed,
        },
        explanation: sarai_core::explain::Explanation::without_hint(error.to_string()),
    })
}

fn write_all(text: &str) -> Outcome {
    if io::stdout().is_terminal() {
        bytes(harmless(text).as_bytes())
    } else {
        bytes(text.as_bytes())
    }
}

/// Drops what a terminal would obey instead of show: a model may say anything.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let harms = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if text.contains(harms) {
        Cow::Owned(text.chars().filter(|character| !harms(*character)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Tells the person something that is not data.
pub(crate) fn tell(text: &str) {
    let text = if io::stderr().is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
    // With standard error closed there is nobody to tell.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Leaves the line of a prompt, and has the terminal no longer mark what is pasted.
pub(crate) fn end_paste_marks() {
    if io::stdout().is_terminal() {
        drop(writeln!(io::stdout().lock(), "\x1b[?2004l"));
    }
}

/// Tells the person what failed and what to do.
pub(crate) fn tell_failure(explanation: &Explanation, language: Language) {
    tell(&format!("error: {}", explanation.message));
    if let Some(hint) = &explanation.hint {
        tell(&format!("{}: {hint}", language.pick("consejo", "hint")));
    }
}

/// Returns a bar for bytes on standard error, with speed and time left.
pub(crate) fn bytes_bar(total: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    let template = "{msg} [{bar:30}] {bytes}/{total_bytes}  {bytes_per_sec}  {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// Overwrites the status line of a terminal; elsewhere says nothing.
pub(crate) fn status(text: &str) {
    if io::stderr().is_terminal() {
        drop(write!(io::stderr().lock(), "\r\x1b[K{text}"));
        drop(io::stderr().flush());
    }
}

/// Aligns rows in columns, two spaces apart.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width_of = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = (0..columns).map(width_of).collect::<Vec<_>>();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text.pop();
    text
}

/// Returns the figures of a document as rows for [`table`]: the path of each and its value. Of
/// lists, only what has a `name` is told, under that name: the rest are samples, for programs.
pub(crate) fn figures(document: &Value) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    collect_figures("", document, &mut rows);
    rows
}

fn collect_figures(above: &str, value: &Value, rows: &mut Vec<Vec<String>>) {
    let path =
        |name: &str| if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
    let shown = match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                collect_figures(&path(name), value, rows);
            }
            return;
        }
        Value::Array(values) => {
            for value in values {
                if let Some(name) = value["name"].as_str() {
                    let mut figures = value.clone();
                    figures.as_object_mut().map(|fields| fields.remove("name"));
                    collect_figures(&path(name), &figures, rows);
                }
            }
            return;
        }
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            format!("{:.3}", number.as_f64().unwrap_or_default())
        }
        other => other.to_string(),
    };
    rows.push(vec![above.to_owned(), shown]);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{figures, harmless, table};

    #[test]
    fn a_hostile_model_cannot_command_the_terminal() {
        assert_eq!(harmless("\x1b]0;title\x07a\r\u{9b}2J\tb\n"), "]0;titlea2J\tb\n");
        assert_eq!(harmless("¿Qué tal? 👋"), "¿Qué tal? 👋");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["año", "x"], ["a", "y"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "año  x\na    y");
    }

    #[test]
    fn figures_are_told_by_their_path_and_samples_are_not() {
        let rows = figures(&json!({ "a": { "b": 1.25, "c": [1, 2] }, "d": "x", "e": 7 }));
        assert_eq!(rows, [["a.b", "1.250"], ["d", "x"], ["e", "7"]]);
        let rows = figures(&json!({ "a": [{ "name": "S+V", "p99_ms": 0.5, "all": [0.5] }] }));
        assert_eq!(rows, [["a.S+V.p99_ms", "0.500"]]);
    }
}
