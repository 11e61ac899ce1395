//! Talk about the memory, in Spanish.

use super::{Forgettable, Talk, Words};

const OWN: &[&str] = &["mi", "mi vida", "yo"];
const DETERMINERS: &[&str] =
    &["el|la|los|las|un|una", "mi|mis|tu|tus|su|sus|nuestro|nuestra|nuestros|nuestras"];
const ABOUT: &[&str] = &["de|sobre|del", "acerca de|del", "respecto a|de"];
const POLITE: &[&str] = &["por favor", "porfa", "oye", "sarai", "venga", "y", "vale", "pues"];

pub(super) fn read(words: Words<'_>) -> Option<Talk> {
    let words = words.skip(POLITE).skip(POLITE).without_end(&["por favor", "porfa", "sarai"]);
    know(words).or_else(|| since(words)).or_else(|| who(words)).or_else(|| forget(words))
}

fn subject(words: Words<'_>) -> Option<String> {
    words.subject(OWN, DETERMINERS)
}

fn know(words: Words<'_>) -> Option<Talk> {
    let asked = words.skip(&["dime|cuentame|repiteme|ensename|muestrame"]).skip(&["todo"]);
    let known = asked.after_any(&[
        "que|lo sabes|recuerdas",
        "que|lo que sabes|recuerdas",
        "que te acuerdas",
        "lo que te acuerdas",
        "que|lo conoces",
        "que tienes guardado|apuntado|anotado",
        "lo que tienes guardado|apuntado|anotado",
        "que te he contado|dicho",
        "lo que te he contado|dicho",
        "que te conte|dije",
        "que has aprendido",
        "que cosas sabes|recuerdas",
    ])?;
    if known.is_empty() {
        let told = words.is_any(&["que te he contado", "que te he contado de mi"]);
        return told.then(|| Talk::KnowAbout { subject: sarai_core::fact::SPEAKER.to_owned() });
    }
    let subject = subject(known.after_any(ABOUT)?)?;
    Some(Talk::KnowAbout { subject })
}

fn since(words: Words<'_>) -> Option<Talk> {
    let rest = words.after("desde cuando")?;
    let rest =
        rest.skip(&["lo sabes", "sabes eso", "sabes que", "lo recuerdas", "es asi", "es eso"]);
    Some(Talk::SinceWhen { what: rest.written() })
}

fn who(words: Words<'_>) -> Option<Talk> {
    let rest = words.after_any(&[
        "quien te lo|la|los|las dijo|conto",
        "quien te lo|la|los|las ha dicho|contado",
        "quien te dijo|conto",
        "quien te ha dicho|contado",
        "quien lo dijo|dice",
        "como lo sabes",
        "como sabes",
        "de donde lo sabes",
        "de donde sabes",
        "de donde lo has sacado",
        "de donde has sacado",
        "de donde sacas",
        "por que lo sabes",
        "cuando te lo dije|conte",
        "cuando te lo he dicho|contado",
        "cuando te dije|conte",
    ])?;
    let rest = rest.skip(&["que"]);
    if rest.is_any(&["eso", "esto"]) {
        return Some(Talk::WhoTold { what: None });
    }
    Some(Talk::WhoTold { what: rest.written() })
}

fn forget(words: Words<'_>) -> Option<Talk> {
    let asked =
        words.skip(&["quiero que", "necesito que", "puedes|podrias|puede|podria", "te pido que"]);
    // “Olvidé las llaves” is a past; only the spelling tells it from an order to somebody formal.
    if asked.first().is_some_and(|word| word.to_lowercase().ends_with('é')) {
        return None;
    }
    let (rest, plainly) = match asked.after("olvida|olvide|olvides|olvidar|olvidate|olvidarte") {
        Some(rest) => (rest.skip(&["de"]), true),
        None => {
            (asked.after("borra|borre|borres|borrar|elimina|elimine|elimines|eliminar")?, false)
        }
    };
    let rest = rest.without_end(&["de tu memoria", "de la memoria"]);
    what(rest, plainly).map(Talk::Forget)
}

/// Returns what is to be forgotten. “Borra” may mean files or lists, so it must say what it means.
fn what(rest: Words<'_>, plainly: bool) -> Option<Forgettable> {
    let everything = [
        "todo",
        "todo lo que sabes",
        "todo lo que sabes de mi",
        "todo lo que te he contado|dicho",
        "todo lo que recuerdas",
        "todo lo que recuerdas de mi",
        "lo que sabes de mi",
        "toda mi informacion",
        "todos mis datos",
    ];
    if rest.is_any(&everything) {
        return Some(Forgettable::Everything);
    }
    let last = [
        "lo ultimo",
        "lo ultimo que te he dicho|contado",
        "lo ultimo que te dije|conte",
        "lo que te acabo de decir|contar",
        "lo que acabo de decir|contar|decirte|contarte",
        "mi ultimo mensaje",
    ];
    if rest.is_any(&last) {
        return Some(Forgettable::Last);
    }
    let about = rest.after_any(&[
        "todo lo que sabes|recuerdas de|sobre|del",
        "lo que sabes|recuerdas de|sobre|del",
        "todo lo que te he contado|dicho de|sobre|del",
        "lo que te he contado|dicho de|sobre|del",
        "todo lo que te conte|dije de|sobre|del",
        "lo que te conte|dije de|sobre|del",
        "todo lo de|del",
        "lo de|del",
        "todo sobre",
        "todo acerca de|del",
    ]);
    if let Some(about) = about {
        return Some(Forgettable::About { subject: subject(about)? });
    }
    if let Some(said) = rest.after("que") {
        return said.written().map(|words| Forgettable::Fact { words });
    }
    let named = rest.after_any(DETERMINERS).is_some_and(|named| !named.is_empty());
    if plainly && named {
        return rest.written().map(|words| Forgettable::Fact { words });
    }
    None
}
