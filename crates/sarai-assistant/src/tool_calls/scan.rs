//! Reads a model's output as it comes and holds back what may be a tool call.

use sarai_core::tool::{Tool, ToolCall};
use serde_json::Value;

/// Most calls taken from one answer.
const CALLS_MAX: usize = 32;

/// What opens a call. Checked where a line begins, or anywhere for the tags.
const TAGS: [&str; 3] = ["<tool_call>", "<tools>", "<function_call>"];
const FENCES: [&str; 2] = ["```json", "```\n{"];

/// Reads the output of one generation.
#[derive(Debug)]
pub(crate) struct Scanner {
    mode: ScanMode,
    /// Everything generated.
    all: String,
    /// How much of `all` was passed on as words.
    passed: usize,
    /// Where a call seems to begin: nothing is passed on from there.
    call_begins: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScanMode {
    WordsOnly,
    WordsOrCalls,
    CallsOnly,
}

/// What an output came to.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) calls: Vec<ToolCall>,
    /// Words that were held back and turned out to be no call. Not yet passed on.
    pub(crate) late_words: String,
    /// All words, when they are not simply everything generated.
    pub(crate) words: Option<String>,
}

impl Scanner {
    /// Every output is words.
    pub(crate) fn words_only() -> Scanner {
        Scanner::new(ScanMode::WordsOnly)
    }

    /// The model was offered tools and may call them.
    pub(crate) fn words_or_calls() -> Scanner {
        Scanner::new(ScanMode::WordsOrCalls)
    }

    /// A grammar forces a call: nothing is words.
    pub(crate) fn calls_only() -> Scanner {
        Scanner::new(ScanMode::CallsOnly)
    }

    fn new(mode: ScanMode) -> Scanner {
        Scanner { mode, all: String::new(), passed: 0, call_begins: None }
    }

    /// Takes the next piece; returns the words that can be passed on now, if any.
    pub(crate) fn push(&mut self, piece: &str) -> Option<String> {
        match self.mode {
            ScanMode::WordsOnly => return Some(piece.to_owned()),
            ScanMode::CallsOnly => {
                self.all.push_str(piece);
                return None;
            }
            ScanMode::WordsOrCalls => self.all.push_str(piece),
        }
        if self.call_begins.is_none() {
            self.call_begins = call_begin(&self.all[self.passed..], self.passed == 0)
                .map(|offset| self.passed + offset);
        }
        let end = match self.call_begins {
            Some(begin) => begin,
            None => self.passed + certain_words(&self.all[self.passed..], self.passed == 0),
        };
        let words = &self.all[self.passed..end];
        let words = (!words.is_empty()).then(|| words.to_owned());
        self.passed = end;
        words
    }

    /// Returns how many bytes were taken and neither passed on nor known to be a call.
    pub(crate) fn held_bytes(&self) -> usize {
        self.all.len() - self.passed
    }

    /// Ends the output: reads the calls of `tools` in what was held back.
    pub(crate) fn finish(self, tools: &[Tool], mut new_id: impl FnMut() -> String) -> Outcome {
        if self.mode == ScanMode::WordsOnly {
            return Outcome { calls: Vec::new(), late_words: String::new(), words: None };
        }
        let (words, held) = self.all.split_at(self.passed);
        let calls = calls_in(held, tools)
            .into_iter()
            .take(CALLS_MAX)
            .map(|(name, arguments)| ToolCall { id: new_id(), name, arguments })
            .collect::<Vec<_>>();
        if calls.is_empty() {
            return Outcome { calls, late_words: held.to_owned(), words: Some(self.all) };
        }
        Outcome { calls, late_words: String::new(), words: Some(words.trim_end().to_owned()) }
    }
}

/// Returns where in `text` a call surely or probably begins. Bare JSON is one only as a whole answer.
fn call_begin(text: &str, at_the_beginning: bool) -> Option<usize> {
    let tags = TAGS.iter().filter_map(|tag| text.find(tag));
    let fences = FENCES.iter().filter_map(|fence| text.find(fence));
    let bare = (at_the_beginning && text.trim_start().starts_with(['{', '['])).then_some(0);
    tags.chain(fences).chain(bare).min()
}

/// Returns how many bytes of `text` cannot become the opening of a call, whatever follows.
fn certain_words(text: &str, at_the_beginning: bool) -> usize {
    if at_the_beginning && text.trim().is_empty() {
        return 0;
    }
    let openings = TAGS.iter().chain(&FENCES);
    let held = openings.filter_map(|opening| {
        (1..opening.len()).rev().find(|length| text.ends_with(&opening[..*length]))
    });
    text.len() - held.max().unwrap_or(0)
}

/// Reads every JSON value in `text` that calls one of `tools`.
fn calls_in(text: &str, tools: &[Tool]) -> Vec<(String, String)> {
    let mut calls = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find(['{', '[']) {
        rest = &rest[begin..];
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                collect_calls(&value, tools, &mut calls);
                rest = &rest[values.byte_offset()..];
            }
            _ => rest = &rest[1..],
        }
    }
    calls
}

fn collect_calls(value: &Value, tools: &[Tool], calls: &mut Vec<(String, String)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect_calls(value, tools, calls)),
        Value::Object(object) => {
            let call = object.get("function").and_then(Value::as_object).unwrap_or(object);
            let Some(name) = call.get("name").and_then(Value::as_str) else { return };
            let arguments = ["arguments", "parameters"].iter().find_map(|key| call.get(*key));
            let Some(arguments) = arguments.and_then(arguments_object) else { return };
            if tools.iter().any(|tool| tool.name == name) {
                calls.push((name.to_owned(), arguments));
            }
        }
        _ => {}
    }
}

/// Returns the arguments as a JSON object in text; some models write that text as a string.
fn arguments_object(arguments: &Value) -> Option<String> {
    match arguments {
        Value::Object(_) => Some(arguments.to_string()),
        Value::String(text) => {
            let inner: Value = serde_json::from_str(text).ok()?;
            inner.is_object().then(|| inner.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sarai_core::tool::Tool;

    use super::Scanner;

    fn tools() -> Vec<Tool> {
        ["luz", "hora"]
            .map(|name| Tool {
                name: name.to_owned(),
                description: String::new(),
                parameters: "{}".to_owned(),
            })
            .to_vec()
    }

    /// Feeds `output` in pieces of every size and checks words passed at once, calls, and all words.
    #[track_caller]
    fn check(output: &str, calls: &[(&str, &str)], words: &str) {
        for size in [1, 2, 3, 7, 1000] {
            let mut scanner = Scanner::words_or_calls();
            let letters = output.chars().collect::<Vec<_>>();
            let mut passed = String::new();
            for piece in letters.chunks(size) {
                passed.extend(scanner.push(&piece.iter().collect::<String>()));
            }
            let mut ids = 0;
            let outcome = scanner.finish(&tools(), || {
                ids += 1;
                ids.to_string()
            });
            let found = outcome
                .calls
                .iter()
                .map(|call| (call.name.as_str(), call.arguments.as_str()))
                .collect::<Vec<_>>();
            assert_eq!(found, calls, "in pieces of {size}");
            assert_eq!(outcome.words.as_deref(), Some(words), "in pieces of {size}");
            passed.push_str(&outcome.late_words);
            assert_eq!(passed.trim_end(), words.trim_end(), "in pieces of {size}");
        }
    }

    #[test]
    fn words_stay_words() {
        check("Son las tres, a < b y `x`.", &[], "Son las tres, a < b y `x`.");
        check("```python\nprint({})\n```\n", &[], "```python\nprint({})\n```\n");
        check("<tool_belt> no es nada", &[], "<tool_belt> no es nada");
        check("La función {f} llama a [g].", &[], "La función {f} llama a [g].");
        check("", &[], "");
    }

    #[test]
    fn a_call_is_read_however_it_is_announced() {
        let call = r#"{"name": "luz", "arguments": {"sala": "cocina"}}"#;
        let expected = [("luz", r#"{"sala":"cocina"}"#)];
        check(&format!("<tool_call>\n{call}\n</tool_call>"), &expected, "");
        check(&format!("Enciendo la luz.\n<tool_call>{call}"), &expected, "Enciendo la luz.");
        check(&format!("```json\n{call}\n```"), &expected, "");
        check(call, &expected, "");
        check(&format!("<tools>\n{call}\n</tools>"), &expected, "");
        check(r#"{"name": "luz", "arguments": "{\"sala\":\"cocina\"}"}"#, &expected, "");
        check(r#"{"function": {"name": "luz", "parameters": {"sala": "cocina"}}}"#, &expected, "");
    }

    #[test]
    fn several_calls_keep_their_order() {
        let output = "<tool_call>{\"name\":\"hora\",\"arguments\":{}}</tool_call>\n\
                      <tool_call>{\"name\":\"luz\",\"arguments\":{}}</tool_call>";
        check(output, &[("hora", "{}"), ("luz", "{}")], "");
        check(
            r#"[{"name":"hora","arguments":{}},{"name":"luz","arguments":{}}]"#,
            &[("hora", "{}"), ("luz", "{}")],
            "",
        );
    }

    #[test]
    fn what_calls_no_offered_tool_is_given_back_as_words() {
        for output in [
            r#"{"name": "puerta", "arguments": {}}"#,
            r#"{"name": "luz"}"#,
            r#"{"name": "luz", "arguments": [1]}"#,
            "```json\n{\"receta\": true}\n```",
            "<tool_call>{\"name\": \"luz\", \"argum",
        ] {
            check(output, &[], output);
        }
    }

    #[test]
    fn with_a_forced_call_nothing_is_words() {
        let mut scanner = Scanner::calls_only();
        assert_eq!(scanner.push(r#"{"name":"hora","arguments":{}}"#), None);
        let outcome = scanner.finish(&tools(), || "1".to_owned());
        assert_eq!(outcome.calls.len(), 1);
        assert_eq!(outcome.words.as_deref(), Some(""));
    }
}
