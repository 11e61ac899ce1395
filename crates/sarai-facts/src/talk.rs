//! Talk about the memory itself: what do you know, since when, who told you, forget it.
//!
//! Only a whole message counts: “olvídate de eso y cuéntame un chiste” is no order to forget.

mod english;
mod spanish;

use sarai_core::fact::SPEAKER;

use crate::fold::fold;

/// What is wanted of the memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Talk {
    /// What is known about somebody or something; [`SPEAKER`] for the speaker.
    KnowAbout {
        subject: String,
    },
    /// Since when something is known or holds; `None` for what was just talked about.
    SinceWhen {
        what: Option<String>,
    },
    /// Who told something, and when.
    WhoTold {
        what: Option<String>,
    },
    Forget(Forgettable),
}

/// What is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forgettable {
    /// What these words say or name.
    Fact {
        words: String,
    },
    /// All about somebody or something.
    About {
        subject: String,
    },
    /// What was told in the message before.
    Last,
    Everything,
}

/// Words of a message; longer ones are no such talk.
const WORDS_MAX: usize = 40;

/// Returns what is wanted when the message is about the memory itself.
pub fn read(text: &str) -> Option<Talk> {
    let message = Message::of(text)?;
    let words = message.all();
    spanish::read(words).or_else(|| english::read(words))
}

/// The words of a message, as written and folded.
struct Message<'a> {
    words: Vec<(&'a str, String)>,
}

impl<'a> Message<'a> {
    fn of(text: &'a str) -> Option<Message<'a>> {
        let mark = |c: char| !(c.is_alphanumeric() || c == '\'' || c == '’');
        let trimmed = text.split_whitespace().map(|word| word.trim_matches(mark));
        let words: Vec<_> = trimmed
            .filter(|word| !word.is_empty())
            .take(WORDS_MAX + 1)
            .map(|word| (word, fold(word)))
            .collect();
        (!words.is_empty() && words.len() <= WORDS_MAX).then_some(Message { words })
    }

    fn all(&self) -> Words<'_> {
        Words(&self.words)
    }
}

/// Some words that follow one another.
#[derive(Clone, Copy)]
struct Words<'a>(&'a [(&'a str, String)]);

impl<'a> Words<'a> {
    /// Returns the rest after these words. A word may name several: `dime|cuentame`.
    fn after(self, beginning: &str) -> Option<Words<'a>> {
        let mut rest = self.0;
        for alternatives in beginning.split(' ') {
            let ((_, first), others) = rest.split_first()?;
            if !alternatives.split('|').any(|word| word == first) {
                return None;
            }
            rest = others;
        }
        Some(Words(rest))
    }

    /// Returns the rest after the first of these beginnings that is there.
    fn after_any(self, beginnings: &[&str]) -> Option<Words<'a>> {
        beginnings.iter().find_map(|beginning| self.after(beginning))
    }

    /// Returns the rest after a beginning that may be there.
    fn skip(self, beginnings: &[&str]) -> Words<'a> {
        self.after_any(beginnings).unwrap_or(self)
    }

    /// Returns the words before an end that may be there.
    fn without_end(self, ends: &[&str]) -> Words<'a> {
        for end in ends {
            let length = end.split(' ').count();
            let begin = self.0.len().saturating_sub(length);
            if Words(&self.0[begin..]).is(end) {
                return Words(&self.0[..begin]);
            }
        }
        self
    }

    /// Returns whether these are all the words.
    fn is(self, words: &str) -> bool {
        self.after(words).is_some_and(Words::is_empty)
    }

    fn is_any(self, all: &[&str]) -> bool {
        all.iter().any(|words| self.is(words))
    }

    fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    fn first(self) -> Option<&'a str> {
        self.0.first().map(|(written, _)| *written)
    }

    /// Returns the words as written; `None` when there are none.
    fn written(self) -> Option<String> {
        let words: Vec<&str> = self.0.iter().map(|(written, _)| *written).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Returns whom the words name, without article or possessive.
    fn subject(self, own: &[&str], determiners: &[&str]) -> Option<String> {
        if self.is_any(own) {
            return Some(SPEAKER.to_owned());
        }
        self.skip(determiners).written()
    }
}
