//! What a question asks for and which words an answer must fit.

use std::sync::LazyLock;

use sarai_core::language::Language;

use crate::asking::lexicon::{self, Group};
use crate::asking::lists::List;
use crate::asking::words::{self, Word};
use crate::asking::{interrogative, verbs};

/// What kind of thing would answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Anything: the object of what fits, as a rule.
    What,
    Who,
    Where,
    When,
    /// A number or an amount.
    Amount,
    /// How long it lasts or has lasted.
    Duration,
    /// What somebody or something is called.
    Name,
    Manner,
    Reason,
    /// Yes or no, and nothing else.
    Whether,
    /// It does not say: yes or no, or what is noted under these words.
    Open,
}

/// What a word does in the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A proper name.
    Name,
    /// Somebody or something of the speaker's or of somebody's: “mi hermana”.
    Party,
    /// What the answer is one of: “queso” in “qué queso”.
    Kind,
    /// A verb that says little: to be, to have, to do.
    Light,
    /// A day, a part of it, an adverb of time.
    Time,
    Plain,
}

/// How the speaker takes part in what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    Absent,
    /// Only as the owner of something: “mi perro”.
    Owner,
    /// As somebody it happens to: “me”.
    Touched,
    /// As the one asked about: “¿dónde vivo?”, “mi cumpleaños”.
    Subject,
}

/// The time a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Era {
    Now,
    Past,
    /// What was before something else took its place: “antes”, “used to”.
    Before,
}

/// A word of the question that carries meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub word: Word,
    pub key: String,
    pub verb_keys: Vec<String>,
    /// What it says as a verb.
    pub verb_groups: Vec<Group>,
    /// What it asks for as a noun.
    pub noun_groups: &'static [Group],
    pub role: Role,
    /// Whether a complement follows it: `contacto` in “el contacto del cliente”.
    pub is_head: bool,
    /// The preposition before it, folded.
    pub preposition: Option<String>,
    /// Whether it is said to be the speaker's: “mi móvil”.
    pub is_own: bool,
    /// Whether it says whose something is: “el hermano de *Inés*”.
    pub is_complement: bool,
    /// Keys of other names that who it means has: `ines` of “mi mujer”.
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    pub language: Language,
    pub wanted: Wanted,
    /// The preposition of what is asked for: “con quién”, “where … from”.
    pub preposition: Option<String>,
    pub speaker: Speaker,
    pub terms: Vec<Term>,
    pub negated: bool,
    pub era: Era,
    /// Whether it offers a choice: “el tren o el autobús”.
    pub offers: bool,
}

/// What is asked about somebody by a noun of theirs: “mi cumpleaños” asks about the speaker.
const ATTRIBUTES: &[&str] = &[
    "name", "age", "birthday", "born", "live", "work", "like", "health", "fear", "measure",
    "weigh", "earn", "wear", "take", "study",
];

static WRAPPERS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    let lines = include_str!("../../data/asking/wrappers.txt").lines();
    let mut found: Vec<Vec<&str>> =
        lines.filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect()).collect();
    found.sort_by_key(|wrapper| std::cmp::Reverse(wrapper.len()));
    found
});

/// Reads a question. Any text has some reading; one without terms asks nothing.
pub(super) fn read(text: &str, language: Language) -> Question {
    let all = words::words(text);
    let skipped = wrapper_length(&all);
    let asked = &all[skipped..];
    let opening = interrogative::find(asked, text);
    let mut question = Question {
        language,
        wanted: opening.wanted,
        preposition: opening.preposition.clone(),
        speaker: Speaker::Absent,
        terms: Vec::new(),
        negated: asked
            .iter()
            .any(|word| matches!(word.folded.as_str(), "no" | "not" | "nunca" | "never"))
            || asked.windows(2).any(|pair| {
                pair[0].folded == "sin"
                    && ["ar", "er", "ir"].iter().any(|ending| pair[1].folded.ends_with(ending))
            }),
        era: era(asked),
        offers: asked.iter().any(|word| matches!(word.folded.as_str(), "o" | "u" | "or")),
    };
    question.terms =
        (0..asked.len()).filter_map(|at| term(asked, at, &opening, language)).collect();
    drop_field(&mut question);
    asks_occupation(&mut question, asked);
    question.speaker = speaker(asked, &question.terms, text, language);
    interrogative::refine(&mut question, asked);
    question
}

/// “¿Qué no soporto *en la comida*?” names the field of what is liked or not, which nobody says.
fn drop_field(question: &mut Question) {
    let feels = |term: &Term| {
        let groups = ["like", "dislike", "tolerate"].into_iter().filter_map(lexicon::group);
        groups.into_iter().any(|group| term.verb_groups.contains(&group))
    };
    if question.wanted != Wanted::What || !question.terms.iter().any(feels) {
        return;
    }
    question.terms.retain(|term| {
        let field = matches!(term.preposition.as_deref(), Some("en" | "de" | "para" | "in" | "to"))
            && (lexicon::is_kind(&term.key) || matches!(term.key.as_str(), "comer" | "beber"));
        !field || feels(term)
    });
}

/// “¿Qué hace mi padre?” and “what does my dad do?” ask what somebody works as.
fn asks_occupation(question: &mut Question, asked: &[Word]) {
    let Some(work) = lexicon::group("work").filter(|_| question.wanted == Wanted::What) else {
        return;
    };
    let somebody = |term: &Term| matches!(term.role, Role::Name | Role::Party);
    let does = |term: &Term| term.verb_keys.iter().any(|key| key == "hacer");
    let only =
        question.terms.iter().all(|term| somebody(term) || does(term) && term.role == Role::Light);
    // “what do I do?”
    let own = asked.iter().any(|word| word.folded == "i") && question.terms.is_empty();
    if !only || !own && !question.terms.iter().any(somebody) {
        return;
    }
    if let Some(term) = question.terms.iter_mut().find(|term| does(term)) {
        term.role = Role::Plain;
        term.verb_groups.push(work);
    } else if let Some(word) = asked.last().filter(|word| word.folded == "do") {
        question.terms.push(Term {
            word: word.clone(),
            key: word.folded.clone(),
            verb_keys: Vec::new(),
            verb_groups: vec![work],
            noun_groups: &[],
            role: Role::Plain,
            is_head: false,
            preposition: None,
            is_own: false,
            is_complement: false,
            aliases: Vec::new(),
        });
    }
}

fn era(asked: &[Word]) -> Era {
    let used_to = asked
        .windows(2)
        .any(|pair| matches!(pair[0].folded.as_str(), "used" | "use") && pair[1].folded == "to");
    if used_to || asked.iter().any(|word| List::Before.has(&word.folded)) {
        Era::Before
    } else if asked.iter().any(is_past) {
        Era::Past
    } else {
        Era::Now
    }
}

fn is_past(word: &Word) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.folded.ends_with(ending));
    List::PastForm.has(word.folded.as_str())
        || (word.text.ends_with(['ó', 'é', 'í']) && word.text.chars().count() > 3)
        || (word.folded.len() > 5
            && ends(&["aste", "iste", "aron", "ieron", "abas", "aban", "abamos"]))
}

/// Returns how many words at the beginning only lead to the question.
fn wrapper_length(all: &[Word]) -> usize {
    let mut skipped = 0;
    loop {
        let rest = &all[skipped..];
        let fits = |wrapper: &&Vec<&str>| {
            wrapper.len() < rest.len()
                && wrapper.iter().zip(rest).all(|(expected, word)| *expected == word.folded)
        };
        let Some(wrapper) = WRAPPERS.iter().find(fits) else { return skipped };
        skipped += wrapper.len();
    }
}

fn term(
    asked: &[Word],
    at: usize,
    opening: &interrogative::Opening,
    language: Language,
) -> Option<Term> {
    let word = &asked[at];
    let folded = word.folded.as_str();
    let before =
        at.checked_sub(1).and_then(|before| asked.get(before)).map_or("", |word| &word.folded);
    let in_kind = opening.kind.contains(&at);
    let next = |ahead: usize| asked.get(at + ahead).map_or("", |word| word.folded.as_str());
    // “té” is no pronoun, nor is “como” more than a conjunction without its verb.
    let full = match folded {
        "te" => word.text.ends_with('é'),
        "como" => at == 0 || matches!(before, "yo" | "que" | "no" | "nunca"),
        _ => in_kind,
    };
    if leads_to_verb(asked, at) || opening.at == Some(at) || (List::Empty.has(folded) && !full) {
        return None;
    }
    let mut verb_keys = verbs::keys(folded);
    let nominal = List::Article.has(before)
        || List::Possessive.has(before)
        || (before == "a" && language == Language::English);
    let light = verb_keys.iter().any(|key| List::Light.has(key.as_str()));
    // “¿sabe conducir?” asks who drives.
    let infinitive = next(1).len() > 3
        && ["ar", "er", "ir"].iter().any(|ending| next(1).ends_with(ending))
        || (next(1), next(2)) == ("how", "to");
    let modal = infinitive && verb_keys.iter().any(|key| List::Modal.has(key.as_str()));
    if modal {
        verb_keys.retain(|key| List::Modal.has(key.as_str()));
    }
    let light = light || modal;
    let key = words::key(folded);
    let capital = word.text.starts_with(char::is_uppercase) && (at > 0 || !opening.is_question);
    let shouted = asked.iter().all(|word| !word.text.contains(char::is_lowercase));
    let role = if in_kind {
        Role::Kind
    } else if light && !nominal {
        Role::Light
    } else if List::Day.has(folded) && !is_verb_asked(&verb_keys, opening, at) {
        Role::Time
    } else if capital && !shouted {
        Role::Name
    } else if List::Possessive.has(before) || is_person(folded) {
        Role::Party
    } else {
        Role::Plain
    };
    let verbal = matches!(role, Role::Plain | Role::Light) && !nominal;
    let preposition = asked[..at].iter().rev().map(|word| word.folded.as_str());
    let preposition = preposition
        .take(3)
        .find(|word| !List::Article.has(word) && !List::Possessive.has(word))
        .filter(|word| List::Preposition.has(word));
    Some(Term {
        verb_groups: match (verbal, modal) {
            // “¿has estado en Japón?” asks for a journey.
            _ if is_journey(asked, at) => lexicon::group("visit").into_iter().collect(),
            (true, false) => lexicon::verb_groups(&verb_keys),
            _ => Vec::new(),
        },
        verb_keys: if verbal { verb_keys } else { Vec::new() },
        noun_groups: if role == Role::Light { &[] } else { lexicon::noun_groups(&key) },
        is_complement: matches!(preposition, Some("de" | "of")) || next(1) == "'s",
        preposition: preposition.map(str::to_owned),
        is_head: nominal && matches!(next(1), "de" | "of"),
        is_own: List::Own.has(before),
        aliases: Vec::new(),
        word: word.clone(),
        key,
        role,
    })
}

/// Returns whether a word that can be a time is the verb of the question: “¿qué desayuno?”.
fn is_verb_asked(verb_keys: &[String], opening: &interrogative::Opening, at: usize) -> bool {
    opening.at.is_some_and(|asking| asking + 1 == at) && !lexicon::verb_groups(verb_keys).is_empty()
}

/// Returns whether a verb only leads to the next: “qué *voy* a correr”, “quién *acaba* de llegar”.
fn leads_to_verb(asked: &[Word], at: usize) -> bool {
    let next = |ahead: usize| asked.get(at + ahead).map_or("", |word| word.folded.as_str());
    // “where did I use to live?”
    if next(1) == "to" && matches!(asked[at].folded.as_str(), "used" | "use") {
        return true;
    }
    let infinitive =
        ["ar", "er", "ir", "arse", "erse", "irse"].iter().any(|end| next(2).ends_with(end));
    let verb = match next(1) {
        "a" => "ir",
        "de" => "acab",
        _ => return false,
    };
    infinitive && verbs::keys(&asked[at].folded).iter().any(|key| key == verb)
}

/// Returns whether the verb says that somebody has been somewhere: “he estado en”, “been to”.
fn is_journey(asked: &[Word], at: usize) -> bool {
    let near =
        |at: Option<usize>| at.and_then(|at| asked.get(at)).map_or("", |word| word.folded.as_str());
    let perfect = verbs::keys(near(at.checked_sub(1))).iter().any(|key| key == "haber");
    let in_place = asked[at..].iter().take(4).any(|word| word.folded == "en");
    match asked[at].folded.as_str() {
        "been" => asked[at..].iter().take(4).any(|word| word.folded == "to"),
        "estado" => perfect && in_place,
        "estuve" | "estuvo" | "estuvimos" | "estuvieron" => in_place,
        _ => false,
    }
}

/// Returns whether the word names somebody by what they are to somebody.
pub(super) fn is_person(folded: &str) -> bool {
    List::Person.has(folded)
        || folded.strip_suffix('s').is_some_and(|one| List::Person.has(one))
        || words::is_gendered(&words::key(folded))
}

fn speaker(asked: &[Word], terms: &[Term], text: &str, language: Language) -> Speaker {
    let has = |list: &[&str]| asked.iter().any(|word| list.contains(&word.folded.as_str()));
    if text.contains("Sé ")
        || text.contains(" sé ")
        || has(&["i", "we", "yo", "nosotros", "nosotras", "sigo", "seguimos", "hemos"])
        || (language == Language::Spanish && has(&["he"]))
        || text.contains("mí")
    {
        return Speaker::Subject;
    }
    let touched = has(&["me", "nos", "us"]);
    let likes = ["like", "hurt"].into_iter().filter_map(lexicon::group);
    let likes: Vec<Group> = likes.collect();
    if touched
        && terms.iter().any(|term| term.verb_groups.iter().any(|group| likes.contains(group)))
    {
        return Speaker::Subject;
    }
    let said_so = terms.iter().any(|term| {
        (!term.verb_groups.is_empty() || term.role == Role::Light || term.role == Role::Plain)
            && !term.verb_keys.is_empty()
            && term.preposition.is_none()
            && !term.word.text.ends_with('ó')
            && (verbs::is_first_person(&term.word.folded)
                || term.word.text.ends_with(['é', 'í']) && term.word.text.len() > 4)
    });
    if said_so {
        return Speaker::Subject;
    }
    let owned = asked.windows(2).filter(|pair| List::Own.has(pair[0].folded.as_str()));
    let owned: Vec<&Word> = owned.map(|pair| &pair[1]).collect();
    let groups: Vec<Group> = ATTRIBUTES.iter().filter_map(|name| lexicon::group(name)).collect();
    let attribute = |word: &&&Word| {
        let own = terms.iter().find(|term| term.word == ***word);
        own.is_some_and(|term| term.noun_groups.iter().any(|group| groups.contains(group)))
            && !asked.windows(2).any(|pair| pair[0] == ***word && pair[1].folded == "'s")
    };
    if owned.iter().any(|word| attribute(&word)) {
        return Speaker::Subject;
    }
    if touched {
        return Speaker::Touched;
    }
    if owned.is_empty() { Speaker::Absent } else { Speaker::Owner }
}
