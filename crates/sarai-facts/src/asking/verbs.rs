//! Which verb a form belongs to, as far as a short question needs to know.

use crate::asking::lists::List;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Base forms by the irregular forms they have.
static IRREGULAR: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut forms: HashMap<&str, Vec<&str>> = HashMap::new();
    for (base, listed) in super::lexicon::entries(include_str!("../../data/asking/forms.txt")) {
        for form in listed.split(' ').chain([base]) {
            forms.entry(form).or_default().push(base);
        }
    }
    forms
});

/// Endings of Spanish forms, the longest first. Folded.
const SPANISH_ENDINGS: &[&str] = &[
    "iendose", "andose", "iremos", "aremos", "eremos", "asteis", "isteis", "abamos", "iamos",
    "ieron", "iendo", "arse", "erse", "irse", "yendo", "yeron", "aban", "aron", "aste", "iste",
    "ando", "amos", "emos", "imos", "aran", "eran", "iran", "ados", "idos", "adas", "idas", "abas",
    "aba", "ado", "ido", "ada", "ida", "ian", "ias", "ara", "era", "ira", "ais", "eis", "io", "ia",
    "an", "en", "as", "es", "ar", "er", "ir", "is", "yo", "ye", "o", "a", "e", "i",
];

/// Endings that only forms of verbs have. Folded.
const VERBAL_ENDINGS: &[&str] = &[
    "iendo", "ando", "iendose", "andose", "imos", "emos", "amos", "ieron", "aron", "iste", "aste",
];

/// Returns what the forms of one verb have in common, for every verb this folded form may be of.
pub(crate) fn keys(form: &str) -> Vec<String> {
    if let Some(bases) = IRREGULAR.get(form) {
        return distinct(bases.iter().map(|base| (*base).to_owned()));
    }
    let irregular = distinct(VERBAL_ENDINGS.iter().flat_map(|ending| irregular(form, ending)));
    if !irregular.is_empty() {
        return irregular;
    }
    let mut found = vec![spanish(form)];
    // “espera” is of `esperar`, and not of a verb with the ending `era`.
    let short = form.trim_end_matches(['n', 's']);
    if let Some(short) = short.strip_suffix(['a', 'e', 'o']).filter(|short| short.len() > 1) {
        found.push(respelled(&unbroken(short)));
    }
    found.push(english(form));
    distinct(found.into_iter())
}

/// Irregular verbs have regular forms too: “saliendo”.
fn irregular(form: &str, ending: &str) -> Vec<String> {
    let Some(stem) = form.strip_suffix(ending).filter(|stem| stem.len() > 1) else {
        return Vec::new();
    };
    let bases = ["ar", "er", "ir"].map(|ending| format!("{stem}{ending}"));
    let known = |base: &String| {
        let bases = IRREGULAR.get(base.as_str()).filter(|bases| bases.contains(&base.as_str()));
        bases.map(|bases| bases[0].to_owned())
    };
    bases.iter().filter_map(known).collect()
}

/// Leaves out what is empty and what is there already.
fn distinct(keys: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for key in keys {
        if !key.is_empty() && !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

/// Returns the key of a verb in its base form.
pub(crate) fn base_keys(base: &str) -> Vec<String> {
    let plain = ["arse", "erse", "irse"].iter().find(|ending| base.ends_with(*ending));
    let base = if plain.is_some() { &base[..base.len() - 2] } else { base };
    if IRREGULAR.get(base).is_some_and(|bases| bases.contains(&base)) {
        return vec![base.to_owned()];
    }
    if ["ar", "er", "ir"].iter().any(|ending| base.ends_with(ending)) {
        return vec![spanish(base), english(base)];
    }
    vec![english(base)]
}

/// Returns the base forms this folded form may have, for looking relations up.
pub(super) fn bases(form: &str) -> Vec<String> {
    if let Some(bases) = IRREGULAR.get(form) {
        return bases.iter().map(|base| (*base).to_owned()).collect();
    }
    let mut found = Vec::new();
    let stem = stripped(form);
    if stem.len() > 2 {
        for stem in [stem.to_owned(), unbroken(stem), respelled(stem)] {
            for ending in ["ar", "er", "ir", "arse", "erse", "irse"] {
                found.push(format!("{stem}{ending}"));
            }
        }
    }
    let base = english(form);
    found.extend([form.to_owned(), format!("{base}e"), base]);
    found.sort();
    found.dedup();
    found
}

/// Returns whether the form looks like a Spanish first person: “vivo”, “calzo”.
pub(crate) fn is_first_person(form: &str) -> bool {
    List::FirstPerson.has(form)
        || (form.len() > 2
            && form.ends_with('o')
            && !form.ends_with("ado")
            && !form.ends_with("ido")
            && !form.ends_with("ndo"))
        || (form.len() > 4 && (form.ends_with("aba") || form.ends_with("mos")))
}

fn spanish(form: &str) -> String {
    respelled(&unbroken(stripped(form)))
}

fn stripped(form: &str) -> &str {
    let ending = SPANISH_ENDINGS
        .iter()
        .find(|ending| form.strip_suffix(*ending).is_some_and(|stem| stem.chars().count() > 1));
    ending.map_or(form, |ending| &form[..form.len() - ending.len()])
}

/// Undoes a broken vowel: `duerm` is `dorm`, `piens` is `pens`.
fn unbroken(stem: &str) -> String {
    if let Some(at) = stem.rfind("ue").filter(|at| *at > 0 && !stem[..*at].ends_with(['q', 'g'])) {
        return format!("{}o{}", &stem[..at], &stem[at + 2..]);
    }
    if let Some(at) = stem.rfind("ie").filter(|at| *at > 0) {
        return format!("{}e{}", &stem[..at], &stem[at + 2..]);
    }
    stem.to_owned()
}

/// Gives the end of a stem one spelling: `toqu` is `toc`, `cruz` is `cruc`, `recoj` is `recog`.
fn respelled(stem: &str) -> String {
    for (written, plain) in
        [("qu", "c"), ("gu", "g"), ("zc", "c"), ("z", "c"), ("j", "g"), ("uy", "u")]
    {
        if let Some(rest) = stem.strip_suffix(written).filter(|rest| rest.len() > 1) {
            return format!("{rest}{plain}");
        }
    }
    stem.to_owned()
}

fn english(form: &str) -> String {
    let cut = |ending: &str| form.strip_suffix(ending).filter(|stem| stem.len() > 2);
    // “married” and “marries” are of `marry`.
    if let Some(stem) = cut("ied").or_else(|| cut("ies")) {
        return stem.to_owned();
    }
    let stem = cut("ing").or_else(|| cut("ed"));
    let stem = stem.or_else(|| cut("es")).or_else(|| cut("s").filter(|stem| !stem.ends_with('s')));
    let stem = stem.unwrap_or(form);
    let mut last = stem.chars().rev();
    let doubled = stem.len() > 3
        && last.next().is_some_and(|c| {
            !matches!(c, 'l' | 's' | 'e' | 'o') && last.next() == Some(c) && c.is_ascii()
        });
    let stem = if doubled { &stem[..stem.len() - 1] } else { stem };
    let stem = stem.strip_suffix('e').filter(|rest| rest.len() > 1).unwrap_or(stem);
    stem.strip_suffix('y').filter(|rest| rest.len() > 2).unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{base_keys, keys};

    #[track_caller]
    fn check(form: &str, base: &str) {
        let bases = base_keys(base);
        assert!(keys(form).iter().any(|key| bases.contains(key)), "{form} {base}");
    }

    #[test]
    fn a_form_and_its_base_have_a_key_in_common() {
        for (form, base) in [
            ("vivo", "vivir"),
            ("cultiva", "cultivar"),
            ("tejio", "tejer"),
            ("duerme", "dormir"),
            ("toco", "tocar"),
            ("toque", "tocar"),
            ("recojo", "recoger"),
            ("llamo", "llamarse"),
            ("calzo", "calzar"),
            ("nacio", "nacer"),
            ("gustan", "gustar"),
            ("lives", "live"),
            ("stopped", "stop"),
            ("supports", "support"),
            ("studies", "study"),
            ("lent", "lend"),
            ("quebre", "quebrar"),
            ("murio", "morir"),
            ("ando", "andar"),
            ("married", "marry"),
            ("estudia", "estudiar"),
            ("espera", "esperar"),
            ("uso", "usar"),
        ] {
            check(form, base);
        }
    }
}
