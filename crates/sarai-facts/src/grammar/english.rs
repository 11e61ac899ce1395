//! What the root of an English sentence says, in the labels of `ClearNLP`.

use sarai_core::fact::FactStatus;

use super::{Root, Tree, Who};

/// How words depend that are no part of a name.
pub(super) const LOOSE: &[&str] = &[
    "acl",
    "advcl",
    "advmod",
    "appos",
    "aux",
    "auxpass",
    "cc",
    "ccomp",
    "conj",
    "csubj",
    "dep",
    "dobj",
    "mark",
    "nsubj",
    "nsubjpass",
    "parataxis",
    "punct",
    "relcl",
    "xcomp",
];

/// Words before a name that are no part of it.
pub(super) const DETERMINERS: &[&str] =
    &["the", "a", "an", "my", "your", "his", "her", "its", "our", "their", "this", "that", "some"];

/// Verbs that tell nothing by themselves.
const EMPTY: &[&str] = &[
    "be", "do", "can", "may", "must", "want", "know", "think", "believe", "seem", "say", "tell",
    "make", "see", "give", "go", "come", "guess", "suppose", "imagine", "hope", "wish", "need",
    "remember", "forget", "talk", "ask", "let", "try",
];

/// Returns what the root says; nothing of a wish, an order or a condition.
pub(super) fn root(tree: Tree<'_>) -> Option<Root> {
    let root = tree.root()?;
    let verb = tree.token(root);
    if verb.pos != "VERB" || tree.child(root, &["ccomp", "csubj"]).is_some() {
        return None;
    }
    let lemma = verb.lemma.to_lowercase();
    if EMPTY.contains(&lemma.as_str()) {
        return None;
    }
    let auxiliaries: Vec<String> = tree
        .children(root)
        .filter(|child| tree.token(*child).label == "aux")
        .map(|child| tree.token(child).text.to_lowercase())
        .collect();
    let doubts = ["would", "could", "might", "may", "should", "'d", "’d", "can", "must"];
    if auxiliaries.iter().any(|aux| doubts.contains(&aux.as_str())) {
        return None;
    }
    // What nearly happened did not.
    let unsure = ["nearly", "almost", "maybe", "perhaps", "probably", "possibly"];
    let hedged = tree
        .children(root)
        .any(|child| unsure.contains(&tree.token(child).text.to_lowercase().as_str()));
    if hedged {
        return None;
    }
    let named = tree.child(root, &["nsubj"])?;
    let subject = match tree.token(named).text.to_lowercase().as_str() {
        "i" => Who::Speaker,
        "we" => Who::Household,
        _ if ["NOUN", "PROPN"].contains(&tree.token(named).pos.as_str()) => Who::Named(named),
        _ => return None,
    };
    let (relation, object) = object(tree, root, &lemma)?;
    let will = ["will", "'ll", "’ll"];
    let has = ["have", "has", "had", "'ve", "’ve"];
    let among = |words: &[&str]| auxiliaries.iter().any(|aux| words.contains(&aux.as_str()));
    Some(Root {
        relation,
        subject,
        object,
        negated: tree.child(root, &["neg"]).is_some()
            || tree.children(root).any(|child| tree.token(child).text.to_lowercase() == "never"),
        status: if among(&will) {
            FactStatus::Planned
        } else if verb.feature("Tense") == Some("Past") || among(&has) || among(&["did"]) {
            FactStatus::Past
        } else {
            FactStatus::Current
        },
    })
}

/// Returns the object and the relation to it: the direct one, else the first with a preposition.
fn object(tree: Tree<'_>, root: usize, lemma: &str) -> Option<(String, usize)> {
    let noun = |place: &usize| ["NOUN", "PROPN", "NUM"].contains(&tree.token(*place).pos.as_str());
    if let Some(object) = tree.child(root, &["dobj"]).filter(noun) {
        return Some((lemma.to_owned(), object));
    }
    let preposition = tree.child(root, &["prep"])?;
    let object = tree.child(preposition, &["pobj"]).filter(noun)?;
    Some((format!("{lemma}_{}", tree.token(preposition).text.to_lowercase()), object))
}
