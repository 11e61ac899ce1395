//! What the root of a Spanish sentence says, in the labels of Universal Dependencies.

use sarai_core::fact::FactStatus;

use super::{Root, Tree, Who};

/// How words depend that are no part of a name.
pub(super) const LOOSE: &[&str] = &[
    "acl",
    "acl:relcl",
    "advcl",
    "advmod",
    "appos",
    "aux",
    "cc",
    "ccomp",
    "conj",
    "cop",
    "csubj",
    "dep",
    "iobj",
    "mark",
    "nsubj",
    "obj",
    "obl",
    "parataxis",
    "punct",
    "xcomp",
];

/// Words before a name that are no part of it.
pub(super) const DETERMINERS: &[&str] = &[
    "el", "la", "los", "las", "lo", "un", "una", "unos", "unas", "mi", "mis", "tu", "tus", "su",
    "sus", "nuestro", "nuestra", "nuestros", "nuestras", "este", "esta", "ese", "esa",
];

/// Verbs that tell nothing by themselves.
const EMPTY: &[&str] = &[
    "ser",
    "estar",
    "haber",
    "poder",
    "deber",
    "querer",
    "saber",
    "creer",
    "pensar",
    "parecer",
    "decir",
    "contar",
    "hacer",
    "ver",
    "dar",
    "ir",
    "venir",
    "pasar",
    "suponer",
    "imaginar",
    "esperar",
    "desear",
    "necesitar",
    "recordar",
    "olvidar",
    "hablar",
    "preguntar",
];

/// Returns what the root says; nothing of a wish, an order or a condition.
pub(super) fn root(tree: Tree<'_>) -> Option<Root> {
    let root = tree.root()?;
    let verb = tree.token(root);
    if verb.pos != "VERB" || tree.child(root, &["ccomp", "csubj"]).is_some() {
        return None;
    }
    let aux = tree.child(root, &["aux", "aux:pass"]);
    let finite = aux.map_or(verb, |aux| tree.token(aux));
    if finite.feature("VerbForm") != Some("Fin") || finite.feature("Mood") != Some("Ind") {
        return None;
    }
    let guessed = verb.lemma.split(' ').next().unwrap_or_default().to_lowercase();
    let lemma = crate::spanish::base_form(&verb.text).map_or(guessed, str::to_owned);
    let known = lemma.ends_with("ar") || lemma.ends_with("er") || lemma.ends_with("ir");
    if !known || EMPTY.contains(&lemma.as_str()) {
        return None;
    }
    let subject = match tree.child(root, &["nsubj"]) {
        Some(named) if ["NOUN", "PROPN"].contains(&tree.token(named).pos.as_str()) => {
            Who::Named(named)
        }
        Some(_) => return None,
        None => match (finite.feature("Person"), finite.feature("Number")) {
            (Some("1"), Some("Sing")) => Who::Speaker,
            (Some("1"), Some("Plur")) => Who::Household,
            _ => return None,
        },
    };
    let (relation, object) = object(tree, root, &lemma)?;
    let says_no = |child: usize| {
        ["no", "nunca", "jamás", "tampoco"]
            .contains(&tree.token(child).text.to_lowercase().as_str())
    };
    Some(Root {
        relation,
        subject,
        object,
        negated: tree.children(root).any(says_no),
        status: match finite.feature("Tense") {
            Some("Past" | "Imp") => FactStatus::Past,
            Some("Fut") => FactStatus::Planned,
            _ => FactStatus::Current,
        },
    })
}

/// Returns the object and the relation to it: the direct one, else the first with a preposition.
fn object(tree: Tree<'_>, root: usize, lemma: &str) -> Option<(String, usize)> {
    let noun = |place: &usize| ["NOUN", "PROPN", "NUM"].contains(&tree.token(*place).pos.as_str());
    if let Some(object) = tree.child(root, &["obj"]).filter(noun) {
        return Some((lemma.to_owned(), object));
    }
    let place = tree.child(root, &["obl", "obl:arg"]).filter(noun)?;
    let preposition = tree.child(place, &["case"])?;
    let preposition = match tree.token(preposition).text.to_lowercase().as_str() {
        "al" => "a".to_owned(),
        "del" => "de".to_owned(),
        other => other.to_owned(),
    };
    Some((format!("{lemma}_{preposition}"), place))
}
