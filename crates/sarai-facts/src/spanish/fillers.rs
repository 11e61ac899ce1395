//! Turns of talk that say nothing, taken out before reading.

use crate::spanish::words::Word;

/// Dropped wherever they stand. Longer ones come before what they begin with.
const ANYWHERE: &[&str] = &[
    "lo que pasa es que",
    "la verdad es que",
    "el caso es que",
    "la cosa es que",
    "para que lo sepas",
    "por si te interesa",
    "por si acaso",
    "menos mal que",
    "la verdad que",
    "por desgracia",
    "en realidad",
    "por cierto",
    "por suerte",
    "de hecho",
    "o sea que",
    "o sea",
    "como sabes",
    "yo solito",
    "yo solita",
    "yo sola",
    "yo solo",
    "ya sabes que",
    "en fin",
];

/// Dropped where a clause begins.
const OPENING: &[&str] = &[
    "que digo yo que",
    "te cuento que",
    "le cuento que",
    "te comento que",
    "le comento que",
    "resulta que",
    "al final",
    "pues nada que",
    "pues nada",
    "nada que",
    "total que",
    "vamos que",
    "te cuento un poco",
    "le cuento",
    "os cuento",
    "te cuento",
    "le comento",
    "te comento",
    "os comento",
    "que sepas que",
    "que no se te olvide que",
    "que no se os olvide que",
    "no se te olvide que",
    "para que sepas",
    "por fin",
    "de momento",
    "por ahora",
    "es que",
    "a ver",
];

/// Labels that only announce what follows their colon.
const LABELS: &[&str] = &[
    "nota",
    "pd",
    "ps",
    "posdata",
    "recordatorio",
    "apunte",
    "aviso",
    "ojo",
    "info",
    "importante",
    "dato",
    "update",
    "novedad",
    "toma nota",
    "tomad nota",
    "tome nota",
    "apunta esto",
    "anota esto",
    "dato importante",
    "muy importante",
    "que conste",
];

/// Words that only announce that something follows their comma or colon.
const ANNOUNCED: &[&str] = &[
    "y otra cosa mas",
    "y otra cosa",
    "y una cosa mas",
    "y una cosa",
    "otra cosa mas",
    "otra cosa",
    "otra cosita",
    "una cosa mas",
    "una cosa seria",
    "una cosa",
    "una cosita",
    "cambiando de tema",
    "por otro lado",
    "por otra parte",
    "aparte de eso",
    "aparte",
    "antes de que se me olvide",
    "ahora que me acuerdo",
    "ahora que lo pienso",
    "ya que estamos",
    "hablando de todo un poco",
];

/// Words that are written with a point and end no sentence.
const ABBREVIATIONS: &[&str] =
    &["dr", "dra", "sr", "sra", "srta", "prof", "profa", "lic", "ing", "arq", "av", "avda", "tel"];

/// Returns the words without what only keeps talk going.
pub(super) fn without(words: &[Word]) -> Vec<Word> {
    let words = &unmarked(words)[..];
    let mut kept: Vec<Word> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let opens = kept.last().is_none_or(|last| {
            last.mark || last.one_of(&["bueno", "pues", "mira", "y", "pero", "eh", "oye", "hola"])
        });
        let anywhere = ANYWHERE.iter().find_map(|filler| count(&words[at..], filler));
        let opening =
            OPENING.iter().filter(|_| opens).find_map(|filler| count(&words[at..], filler));
        let hailed = at == 0 || kept.iter().all(|word| word.mark || word.one_of(HAILS));
        let hail = count(&words[at..], "que tal").filter(|count| {
            hailed && words.get(at + count).is_some_and(|word| word.mark && word.text != "?")
        });
        let label = LABELS.iter().find_map(|label| count(&words[at..], label)).filter(|count| {
            kept.iter().all(|word| word.mark)
                && words.get(at + count).is_some_and(|word| word.text == ":")
        });
        let announced = ANNOUNCED.iter().filter(|_| opens).find_map(|words_of| {
            count(&words[at..], words_of)
                .filter(|count| words.get(at + count).is_some_and(|word| word.mark))
        });
        let opening = announced.or(opening).or(hail).or(label);
        let asked = words[at].is("a") && words.get(at + 2).is_some_and(|word| word.is("si"));
        if let Some(count) = anywhere.or(opening).filter(|_| !asked) {
            at += count;
            let opened = kept.last().is_none_or(|last| last.mark);
            at += usize::from(opened && words.get(at).is_some_and(|word| word.mark));
        } else {
            kept.push(words[at].clone());
            at += 1;
        }
    }
    uncleft(kept)
}

/// Words before `¿qué tal?`.
const HAILS: &[&str] =
    &["hola", "buenas", "buenos", "dias", "tardes", "noches", "hey", "oye", "che"];

/// Leaves out the point after an abbreviation: `Dra. Solís`.
fn unmarked(words: &[Word]) -> Vec<Word> {
    let point = |at: usize| {
        at > 0
            && words[at].text == "."
            && words[at - 1].one_of(ABBREVIATIONS)
            && words[at - 1].span.end == words[at].span.start
            && at + 1 < words.len()
    };
    (0..words.len()).filter(|at| !point(*at)).map(|at| words[at].clone()).collect()
}

/// How many words a filler takes, when they begin with it.
fn count(words: &[Word], filler: &str) -> Option<usize> {
    let mut count = 0;
    for word in filler.split(' ') {
        if !words
            .get(count)
            .is_some_and(|own| own.is(word) && (filler == "que tal" || !own.low.contains('é')))
        {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// `lo que más me gusta es el campo` is `me gusta el campo`.
fn uncleft(words: Vec<Word>) -> Vec<Word> {
    let likes = |word: &Word| {
        word.one_of(&[
            "gusta", "encanta", "apasiona", "molesta", "preocupa", "chifla", "mola", "fascina",
        ])
    };
    let Some(at) = words.windows(2).position(|two| two[0].is("lo") && two[1].is("que")) else {
        return words;
    };
    let end = words[at..].iter().position(|word| word.mark).map_or(words.len(), |end| at + end);
    let verb = (at..end).find(|next| likes(&words[*next])).filter(|verb| *verb <= at + 5);
    let is = verb.and_then(|verb| {
        (verb + 1..end.min(verb + 3)).find(|next| words[*next].one_of(&["es", "son"]))
    });
    let Some(is) = is else { return words };
    let dropped = |next: usize| {
        next == at
            || next == at + 1
            || next == is
            || (next < is && next > at && words[next].is("mas"))
    };
    words
        .iter()
        .enumerate()
        .filter(|(next, _)| !dropped(*next))
        .map(|(_, word)| word.clone())
        .collect()
}
