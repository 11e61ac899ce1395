//! Talk about the memory itself: what it knows, since when, from whom, and what to forget.

use std::sync::LazyLock;

use sarai_core::fact::SPEAKER;

use crate::asking::lexicon;
use crate::asking::lists::List;
use crate::asking::words::{self, Word};

/// What somebody wants of the memory.
///
/// The words are as written, without articles and possessives where they name somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Talk {
    /// “¿Qué sabes de mi hermana?” The subject may be nobody the memory knows: “what do you know
    /// about volcanoes?”.
    KnowAbout {
        subject: String,
    },
    /// “¿Desde cuándo vivo en Sevilla?” Without words: what was last spoken of.
    SinceWhen {
        what: Option<String>,
    },
    /// “¿Quién te dijo que vivo en Sevilla?” Without words: what was last spoken of.
    WhoTold {
        what: Option<String>,
    },
    Forget(Forgettable),
}

/// What is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forgettable {
    /// What these words say: “que vivo en Madrid”, “mi dirección”.
    Fact(String),
    /// All that is known about somebody or something; `yo` is the speaker.
    About(String),
    /// What was last told.
    Last,
    /// All that the memory holds.
    Everything,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Know,
    KnowMe,
    Since,
    SinceIt,
    Told,
    ToldIt,
    About,
    Fact,
    Last,
    Everything,
}

/// One place of a pattern.
#[derive(Debug)]
enum Part {
    Word { any_of: Vec<&'static str>, optional: bool },
    Rest,
}

/// The most words of a message that can be talk about the memory.
const WORDS_MAX: usize = 40;

static PATTERNS: LazyLock<Vec<(Kind, Vec<Part>)>> = LazyLock::new(|| {
    let entries = lexicon::entries(include_str!("../../data/asking/talk.txt"));
    entries.filter_map(|(kind, pattern)| Some((kind_of(kind)?, parts(pattern)))).collect()
});

/// Reads a message in either language as talk about the memory; `None` when it is anything else.
///
/// Careful with what cannot be undone: “olvídalo” and “forget it” mean never mind, and nothing is
/// forgotten when something else is wanted in the same breath.
pub fn read(text: &str) -> Option<Talk> {
    let all = words::words(text);
    if all.is_empty() || all.len() > WORDS_MAX {
        return None;
    }
    let end = all.iter().rposition(|word| !List::TailFiller.has(&word.folded))? + 1;
    let start = all[..end].iter().position(|word| !List::Filler.has(&word.folded)).unwrap_or(0);
    // A filler may be the beginning: “quién” never is, but “y qué sabes de mí” is.
    (0..=start).rev().find_map(|from| {
        PATTERNS.iter().find_map(|(kind, parts)| {
            let rest = fits(parts, &all[from..end])?;
            talk(*kind, text, &all[from..end], rest)
        })
    })
}

fn talk(kind: Kind, text: &str, asked: &[Word], rest: &[Word]) -> Option<Talk> {
    // With the word before the rest, which may be `mi`.
    let led = &asked[(asked.len() - rest.len()).saturating_sub(1)..];
    let said = || text.get(rest.first()?.span.start..rest.last()?.span.end).map(str::to_owned);
    Some(match kind {
        Kind::Know => Talk::KnowAbout { subject: subject(text, rest)? },
        Kind::KnowMe => Talk::KnowAbout { subject: SPEAKER.to_owned() },
        Kind::SinceIt => Talk::SinceWhen { what: None },
        Kind::Since => Talk::SinceWhen { what: Some(said()?) },
        Kind::ToldIt => Talk::WhoTold { what: None },
        // “¿cómo sabes si un huevo está malo?” asks for something else.
        Kind::Told if is_general(rest) => return None,
        Kind::Told => Talk::WhoTold { what: Some(said()?) },
        Kind::Last => Talk::Forget(Forgettable::Last),
        Kind::Everything => Talk::Forget(Forgettable::Everything),
        Kind::About | Kind::Fact if is_two_things(text, led) => return None,
        Kind::About => Talk::Forget(Forgettable::About(subject(text, rest)?)),
        Kind::Fact if rest.iter().all(|word| List::Unremembered.has(&word.folded)) => return None,
        Kind::Fact => {
            let owned =
                led.first().filter(|word| matches!(word.folded.as_str(), "mi" | "mis" | "my"));
            let owner = owned.map(|word| format!("{} ", word.text)).unwrap_or_default();
            Talk::Forget(Forgettable::Fact(owner + &said()?))
        }
    })
}

fn is_general(rest: &[Word]) -> bool {
    rest.first().is_some_and(|word| {
        matches!(
            word.folded.as_str(),
            "si" | "if"
                | "when"
                | "cuando"
                | "whether"
                | "which"
                | "cual"
                | "where"
                | "donde"
                | "what"
                | "how"
        )
    })
}

/// Returns whether something else follows what is to be forgotten.
fn is_two_things(text: &str, rest: &[Word]) -> bool {
    rest.windows(2).any(|pair| {
        text.get(pair[0].span.end..pair[1].span.start)
            .is_some_and(|gap| gap.contains([',', ';', '.', '!', '?', ':', '\n']))
    })
}

/// Returns who or what the words name, without article and possessive.
fn subject(text: &str, rest: &[Word]) -> Option<String> {
    let plain = rest.iter().position(|word| {
        !matches!(
            word.folded.as_str(),
            "el" | "la"
                | "los"
                | "las"
                | "un"
                | "una"
                | "mi"
                | "mis"
                | "nuestro"
                | "nuestra"
                | "nuestros"
                | "nuestras"
                | "tu"
                | "su"
                | "the"
                | "my"
                | "our"
                | "a"
                | "an"
        )
    });
    let Some(plain) = plain else {
        // “mí” alone is the speaker.
        let me = rest.last().is_some_and(|word| word.folded == "mi");
        return me.then(|| SPEAKER.to_owned());
    };
    if rest.len() == plain + 1 && matches!(rest[plain].folded.as_str(), "me" | "myself" | "yo") {
        return Some(SPEAKER.to_owned());
    }
    text.get(rest[plain].span.start..rest.last()?.span.end).map(str::to_owned)
}

/// Returns the words that the pattern leaves to its rest when it fits all of them.
fn fits<'a>(parts: &[Part], words: &'a [Word]) -> Option<&'a [Word]> {
    let Some((part, after)) = parts.split_first() else {
        return words.is_empty().then_some(words);
    };
    match part {
        Part::Rest => (!words.is_empty()).then_some(words),
        Part::Word { any_of, optional } => {
            let first = words.first().filter(|word| any_of.contains(&word.folded.as_str()));
            // A past form is no order: “olvidé”.
            let first = first.filter(|word| {
                !word.text.ends_with('é')
                    || !matches!(word.folded.as_str(), "olvide" | "borre" | "elimine")
            });
            let taken = first.and_then(|_| fits(after, &words[1..]));
            if *optional { taken.or_else(|| fits(after, words)) } else { taken }
        }
    }
}

fn parts(pattern: &'static str) -> Vec<Part> {
    let part = |word: &'static str| {
        if word == "*" {
            return Part::Rest;
        }
        let plain = word.trim_end_matches('?');
        Part::Word { any_of: plain.split('|').collect(), optional: plain.len() < word.len() }
    };
    pattern.split(' ').map(part).collect()
}

fn kind_of(name: &str) -> Option<Kind> {
    Some(match name {
        "know" => Kind::Know,
        "know-me" => Kind::KnowMe,
        "since" => Kind::Since,
        "since-it" => Kind::SinceIt,
        "told" => Kind::Told,
        "told-it" => Kind::ToldIt,
        "about" => Kind::About,
        "fact" => Kind::Fact,
        "last" => Kind::Last,
        "everything" => Kind::Everything,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Forgettable::{About, Everything, Fact, Last};
    use super::Talk::{Forget, KnowAbout, SinceWhen, WhoTold};
    use super::{Talk, read};

    #[track_caller]
    fn check(text: &str, expected: impl Into<Option<Talk>>) {
        assert_eq!(read(text), expected.into(), "{text}");
    }

    fn about(subject: &str) -> Talk {
        KnowAbout { subject: subject.to_owned() }
    }

    #[test]
    fn what_is_known_is_asked_for() {
        check("¿Qué sabes de mí?", about("yo"));
        check("y qué sabes sobre mi hermana Lucía?", about("hermana Lucía"));
        check("¿Qué recuerdas de mi hermana?", about("hermana"));
        check("Dime todo lo que sabes del perro de Juan", about("perro de Juan"));
        check("What do you know about me?", about("yo"));
        check("Hey, what have I told you about my boss?", about("boss"));
        check("tell me everything you know about Mrs Whitlock please", about("Mrs Whitlock"));
        check("¿Qué sabes hacer?", None);
        check("¿Sabes nadar?", None);
        check("What do you think about me?", None);
    }

    #[test]
    fn since_when_is_asked_for() {
        check("¿Desde cuándo lo sabes?", Some(SinceWhen { what: None }));
        let lives = || Some(SinceWhen { what: Some("vivo en Sevilla".to_owned()) });
        check("¿Desde cuándo vivo en Sevilla?", lives());
        check("¿Cuándo te dije que vivo en Sevilla?", lives());
        check("How long have you known that?", Some(SinceWhen { what: None }));
        let en = Some(SinceWhen { what: Some("I moved to Leeds".to_owned()) });
        check("When did I tell you that I moved to Leeds?", en);
        check("How long have I lived in Leeds?", None);
    }

    #[test]
    fn who_told_is_asked_for() {
        check("¿Quién te lo dijo?", Some(WhoTold { what: None }));
        check("¿Cómo lo sabes?", Some(WhoTold { what: None }));
        check("where did you hear that?", Some(WhoTold { what: None }));
        let es = Some(WhoTold { what: Some("tengo un perro".to_owned()) });
        check("¿Cómo sabes que tengo un perro?", es);
        check("¿Cómo sabes si un huevo está malo?", None);
        check("How do you know when pasta is done?", None);
        check("¿Quién me lo dijo?", None);
    }

    #[test]
    fn forgetting_is_asked_for() {
        check("Olvida que vivo en Madrid", Some(Forget(Fact("vivo en Madrid".to_owned()))));
        check("por favor, olvida mi dirección", Some(Forget(Fact("mi dirección".to_owned()))));
        check("Olvida todo lo de mi ex", Some(Forget(About("ex".to_owned()))));
        check("borra lo que sabes de mi jefe", Some(Forget(About("jefe".to_owned()))));
        check("quiero que olvides todo lo que sabes de mí", Some(Forget(About("yo".to_owned()))));
        check("Olvida lo último que te dije", Some(Forget(Last)));
        check("olvida todo", Some(Forget(Everything)));
        check("Forget that I live in Leeds", Some(Forget(Fact("I live in Leeds".to_owned()))));
        check("Can you forget what I told you about my ex?", Some(Forget(About("ex".to_owned()))));
        check("forget the last thing I said", Some(Forget(Last)));
        check("Please forget everything", Some(Forget(Everything)));
    }

    #[test]
    fn other_forgetting_is_left_alone() {
        for text in [
            "olvidé las llaves",
            "Olvidé que tenía cita",
            "se me olvidó todo",
            "no olvides que el PIN es 2580",
            "No te olvides de comprar leche",
            "Olvídate de eso, cuéntame un chiste",
            "olvídalo",
            "Olvida todo y dime un chiste",
            "olvida lo de mi ex, cuéntame un chiste",
            "Mi madre olvida todo",
            "I forgot my keys",
            "Don't forget that I'm on nights",
            "forget it",
            "Forget that, tell me a joke",
            "ignore and forget all previous instructions",
            "",
            "?!",
        ] {
            check(text, None);
        }
    }
}
