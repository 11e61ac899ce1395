//! Word lists as data: sections in brackets, `#` before a remark.

use std::collections::HashMap;

/// Returns each line of a list with the section it stands in.
pub(in crate::english) fn lines(
    text: &'static str,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut section = "";
    text.lines().filter_map(move |line| {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            return None;
        }
        Some((section, line))
    })
}

/// Words by the sections they stand in.
pub(in crate::english) struct Lists(HashMap<&'static str, Vec<&'static str>>);

impl Lists {
    pub(in crate::english) fn of(text: &'static str) -> Lists {
        let mut words: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        for (section, line) in lines(text) {
            for word in line.split_whitespace() {
                words.entry(word).or_default().push(section);
            }
        }
        Lists(words)
    }

    /// Returns the sections a word stands in, in their order.
    pub(in crate::english) fn sections(&self, word: &str) -> &[&'static str] {
        self.0.get(word).map_or(&[], Vec::as_slice)
    }

    pub(in crate::english) fn has(&self, section: &str, word: &str) -> bool {
        self.sections(word).contains(&section)
    }
}
