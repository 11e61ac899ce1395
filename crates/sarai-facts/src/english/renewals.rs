//! Words put as the reader expects them where people tell of something new: `I've got a new number,
//! 07700 900222` is `new number: 07700 900222`.

use super::lexicon::Tag;
use super::words::Word;

/// What may stand before `new` when it only announces it.
const ANNOUNCING: &[&str] = &[
    "i", "we", "'ve", "have", "got", "get", "just", "finally", "a", "my", "our", "the", "there",
    "'s",
];

/// The most words that name what is new.
const THING_MAX: usize = 3;

/// Reads the announcement of a new value as a note of it.
pub(super) fn announce(words: &mut Vec<Word>) {
    let mut start = 0;
    while start < words.len() {
        let end =
            words[start..].iter().position(Word::is_stop).map_or(words.len(), |at| start + at);
        if let Some((new, mark)) = announced(&words[start..end]) {
            let mark = start + mark;
            ":".clone_into(&mut words[mark].lower);
            ":".clone_into(&mut words[mark].text);
            words.drain(start..start + new);
            start = end - new + 1;
        } else {
            start = end + 1;
        }
    }
}

/// Returns where `new` stands and the mark before the value.
fn announced(sentence: &[Word]) -> Option<(usize, usize)> {
    let new = sentence.iter().position(|word| word.is(&["new"]))?;
    let mark = sentence.iter().position(Word::is_mark).filter(|mark| *mark > new + 1)?;
    let leads = sentence[..new].iter().all(|word| word.is(ANNOUNCING));
    let named = mark - new - 1 <= THING_MAX && sentence[mark].is(&[",", ":", "-"]);
    let value = &sentence[mark + 1..];
    let coded = value.first()?.text.contains(|c: char| c.is_ascii_digit());
    let alone = value.iter().all(|word| word.text.contains(|c: char| c.is_ascii_digit()));
    (leads && named && coded && alone).then_some((new, mark))
}

/// `swapped her for Sophie`: no noun follows, so `her` is who and not whose.
pub(super) fn free_pronouns(words: &mut [Word]) {
    for at in 1..words.len() {
        let free = words.get(at + 1).is_none_or(|next| {
            next.is_mark() || matches!(next.tag, Tag::Preposition | Tag::To | Tag::And)
        });
        if words[at].is(&["her"]) && words[at].tag == Tag::Possessive && free {
            words[at].tag = Tag::Pronoun;
        }
    }
}
