//! What a question is about.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::words;

/// Further telling words of a question are ignored: a pasted page is not a question.
const TERMS_MAX: usize = 16;

/// Words that say the same, a group a line, in both languages: “cole” finds “colegio”, and “sister”
/// finds “hermana”. Only the question is widened, so the list may change without a new index.
static SYNONYMS: LazyLock<HashMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let mut synonyms: HashMap<String, BTreeSet<String>> = HashMap::new();
    for line in include_str!("synonyms.txt").lines() {
        let group: BTreeSet<String> =
            words::split(line).flat_map(|word| words::stems_of(&word)).collect();
        for word in words::split(line) {
            synonyms.entry(word).or_default().extend(group.iter().cloned());
        }
    }
    synonyms
});

/// Verbs and nouns that fit nearly everything: they add to a fit but do not make one.
const LIGHT_WORDS: &str = "
llamo llama llaman llamas llamaba llamar nombre nombres name names named call called calls
tengo tiene tienes tenemos tienen tenia tuve tuvo tener hago hace haces hacer hacen hice hizo
gusta gustan gustaba gustar encanta like likes liked want wants wanted get got go goes going gone went
voy va vas vamos van iba ir quiere quieren queria querer make makes made think thing things cosa cosas
dia dias day days vez veces time times hoy manana ayer today tomorrow yesterday tipo kind
favorito favorita favoritos favoritas preferido preferida favourite favorite numero number";

/// Words after which the kind of the answer follows: whoever told “mi coche nuevo es un Seat” or
/// “leo a Borges” need not have said the word. Folded.
const ASKING_WORDS: &str = "que cual cuantos cuantas what which many much";

/// They open a question (“¿en qué ciudad…?”, “how many apples…?”).
const ASKING_PLACES: usize = 2;

/// Words after which the thing meant follows: “mi hermana”, “our boiler”. Folded.
const POSSESSIVES: &str = "mi mis nuestro nuestra nuestros nuestras my our";

/// Words by which a person speaks of their own life. Folded.
const PERSONAL_WORDS: &str = "
yo mi mis me mio mia mios mias conmigo nuestro nuestra nuestros nuestras nos soy estoy tengo vivo trabajo voy
i my me mine our we us am";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// Any of these stems stands for the word.
    pub(crate) stems: BTreeSet<String>,
    pub(crate) light: bool,
    /// Whether it names a thing of one's own: who asks about “mi sobrina” means nobody else.
    pub(crate) own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) terms: Vec<Term>,
    /// Whether it is about the life of the one who asks.
    pub(crate) personal: bool,
}

impl Question {
    /// Returns `None` when the question has no telling word.
    pub(crate) fn read(text: &str) -> Option<Question> {
        let folded: Vec<String> = words::split(text).map(|word| words::fold(&word)).collect();
        let language = words::language_of(&folded);
        let personal = is_personal(text);
        let mut terms: Vec<Term> = Vec::new();
        let (mut own, mut asked_for) = (false, false);
        for (place, (word, folded)) in words::split(text).zip(&folded).enumerate() {
            if words::is_stop(folded, language) {
                own = is_in(POSSESSIVES, folded);
                asked_for = place < ASKING_PLACES && is_in(ASKING_WORDS, folded);
                continue;
            }
            let stems = words::stems_of(&word);
            let light = std::mem::take(&mut asked_for) || is_in(LIGHT_WORDS, folded);
            let known = terms.iter().any(|term| !term.stems.is_disjoint(&stems));
            if !known && terms.len() < TERMS_MAX {
                terms.push(Term { stems: widened(stems, folded), light, own: own && !light });
            }
            // “Mi color favorito” and “my favourite colour” both mean the colour.
            own = own && light;
        }
        if terms.iter().all(|term| term.light) {
            // “¿Cómo me llamo?” has nothing else to hold on to; “¿Cómo te llamas?” asks for nothing
            // that was told.
            if !personal {
                return None;
            }
            for term in &mut terms {
                term.light = false;
            }
        }
        (!terms.is_empty()).then_some(Question { terms, personal })
    }
}

fn widened(mut stems: BTreeSet<String>, folded: &str) -> BTreeSet<String> {
    if let Some(group) = SYNONYMS.get(folded) {
        stems.extend(group.iter().cloned());
    }
    stems
}

/// Returns whether somebody speaks of their own life here.
pub(crate) fn is_personal(text: &str) -> bool {
    words::split(text).any(|word| is_in(PERSONAL_WORDS, &words::fold(&word)))
}

/// Returns whether a text only asks, or asks for something.
pub(crate) fn only_asks(text: &str) -> bool {
    let mut sentences = text.split_inclusive(['.', '!', '?', '…', '\n']).filter_map(|sentence| {
        let first = words::split(sentence).next()?;
        Some((sentence.trim_end().ends_with('?'), first))
    });
    sentences.all(|(marked, first)| marked || opens_request(&first))
}

/// The accented forms: “que” and “como” open statements too.
fn opens_request(first: &str) -> bool {
    const OPENERS: &str = "
    qué quién quiénes cuál cuáles cuándo cuánto cuánta cuántos cuántas dónde cómo
    dime cuéntame explícame explica hola buenas gracias oye
    who what where when why which how whose do does did is are can could tell explain hi hello hey thanks please";
    is_in(OPENERS, first)
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}
