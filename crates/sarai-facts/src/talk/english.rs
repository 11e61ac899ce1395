//! Talk about the memory, in English.

use super::{Forgettable, Talk, Words};

const OWN: &[&str] = &["me", "myself", "my life"];
const DETERMINERS: &[&str] = &["the|a|an", "my|your|his|her|our|their"];
const POLITE: &[&str] = &["please", "hey", "sarai", "and", "ok", "okay", "so"];

pub(super) fn read(words: Words<'_>) -> Option<Talk> {
    let words = words.skip(POLITE).skip(POLITE).without_end(&["please", "sarai"]);
    know(words).or_else(|| since(words)).or_else(|| who(words)).or_else(|| forget(words))
}

fn subject(words: Words<'_>) -> Option<String> {
    words.subject(OWN, DETERMINERS)
}

fn know(words: Words<'_>) -> Option<Talk> {
    let asked = words.skip(&["tell|show me"]).skip(&["everything|all that", "everything|all"]);
    let rest = asked.after_any(&[
        "what do you know|remember",
        "what you know|remember",
        "you know|remember",
        "what have i told you",
        "what i have told you",
        "what i've told you",
        "what did i tell you",
        "what have you learned|learnt",
    ])?;
    let subject = subject(rest.after("about|of")?)?;
    Some(Talk::KnowAbout { subject })
}

fn since(words: Words<'_>) -> Option<Talk> {
    let rest = words.after_any(&["since when", "how long have you known"])?;
    let rest = rest.skip(&["do you know", "have you known", "is that so"]).skip(&["that"]);
    Some(Talk::SinceWhen { what: rest.written() })
}

fn who(words: Words<'_>) -> Option<Talk> {
    let rest = words.after_any(&[
        "who told you",
        "who said so",
        "who said",
        "how do you know",
        "where did you hear|get|learn",
        "where do you have",
        "when did i tell you",
        "when did i say",
    ])?;
    if rest.is_any(&["that", "this", "it", "so"]) {
        return Some(Talk::WhoTold { what: None });
    }
    Some(Talk::WhoTold { what: rest.skip(&["that", "about"]).written() })
}

fn forget(words: Words<'_>) -> Option<Talk> {
    let asked = words.skip(&["i want you to", "can|could|would you", "i need you to"]);
    let (rest, plainly) = match asked.after("forget") {
        Some(rest) => (rest, true),
        None => (asked.after("delete|erase|remove")?, false),
    };
    let rest = rest.without_end(&["from your memory", "from memory"]);
    what(rest, plainly).map(Talk::Forget)
}

/// Returns what is to be forgotten. “Delete” may mean files, so it must say what it means.
fn what(rest: Words<'_>, plainly: bool) -> Option<Forgettable> {
    let everything = [
        "everything",
        "everything you know",
        "everything about me",
        "everything you know about me",
        "everything i told you",
        "everything i have told you",
        "everything i've told you",
        "what you know about me",
        "all my data",
        "all about me",
    ];
    if rest.is_any(&everything) {
        return Some(Forgettable::Everything);
    }
    let last = [
        "the last thing i said|told",
        "the last thing i told you",
        "what i just said",
        "what i just told you",
        "my last message",
    ];
    if rest.is_any(&last) {
        return Some(Forgettable::Last);
    }
    // An idiom for “never mind”.
    if rest.is_any(&["it", "that", "this", "about it", "about that", "about this"]) {
        return None;
    }
    let about = rest.after_any(&[
        "everything|all you know|remember about",
        "what you know|remember about",
        "everything i told you about",
        "everything i have told you about",
        "everything i've told you about",
        "what i told you about",
        "what i have told you about",
        "what i've told you about",
        "everything|all about",
    ]);
    let about = about.or_else(|| if plainly { rest.after("about") } else { None });
    if let Some(about) = about {
        return Some(Forgettable::About { subject: subject(about)? });
    }
    if let Some(said) = rest.after("that") {
        return said.written().map(|words| Forgettable::Fact { words });
    }
    let named = rest.after_any(DETERMINERS).is_some_and(|named| !named.is_empty());
    if plainly && named {
        return rest.written().map(|words| Forgettable::Fact { words });
    }
    None
}
