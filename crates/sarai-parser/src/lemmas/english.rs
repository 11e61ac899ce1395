//! English base forms: endings are replaced, known words and irregular ones win.

use super::{Finder, Inflected};
use crate::spelling::is_letter;

impl Finder<'_> {
    pub(super) fn english(&self, word: Inflected<'_>) -> String {
        let lower = word.text.to_lowercase();
        if matches!(word.pos, "" | "eol" | "space") || is_base(word) {
            return lower;
        }
        if !self.has_tables(word.pos) {
            return if word.pos == "propn" { word.text.to_owned() } else { lower };
        }
        let (mut known, mut odd, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for (old, new) in self.rules(word.pos) {
            let Some(stem) = lower.strip_suffix(old.as_str()) else { continue };
            let form = format!("{stem}{new}");
            match () {
                () if form.is_empty() => {}
                () if self.is_known(word.pos, &form) => known.push(form),
                () if form.chars().all(is_letter) => unknown.push(form),
                () => odd.push(form),
            }
        }
        // The last rule that leads to a known word wins, but the first of the others. An irregular
        // form goes before all of them unless a rule has led to it as well.
        let regular = || known.iter().chain(&odd);
        let mut irregular = self.irregular(word.pos, &lower).iter().rev();
        let irregular = irregular.find(|form| !regular().any(|other| other == *form));
        let found = irregular.or(known.last()).or(odd.first()).or(unknown.first());
        found.cloned().unwrap_or_else(|| word.text.to_owned())
    }
}

/// Whether the features say that the word is a base form.
fn is_base(word: Inflected<'_>) -> bool {
    let infinitive = word.has("VerbForm=Inf");
    let present =
        word.has("VerbForm=Fin") && word.has("Tense=Pres") && word.value("Number").is_none();
    infinitive
        || word.has("VerbForm=None")
        || word.has("Degree=Pos")
        || (word.pos == "noun" && word.has("Number=Sing"))
        || (word.pos == "verb" && present)
}
