//! Spanish base forms: rules chosen by the features, with changes of vowels and accents.

use super::{Finder, Inflected, has};

/// Pronouns that may be written at the end of a verb, the longer ones first.
const ATTACHED: [&str; 11] = ["las", "les", "los", "nos", "me", "te", "se", "la", "le", "lo", "os"];
/// A verb has at most this many of them.
const ATTACHED_MAX: usize = 4;
const PERSONAL: &str = "PronType=Prs";

impl Finder<'_> {
    pub(super) fn spanish(&self, word: Inflected<'_>) -> String {
        let lower = word.text.to_lowercase();
        match word.pos {
            "" | "eol" | "space" => return lower,
            "propn" => return word.text.to_owned(),
            "adp" | "cconj" | "intj" | "part" | "punct" | "sconj" | "sym" | "x" => {
                return if word.begins_sentence { lower } else { word.text.to_owned() };
            }
            _ => {}
        }
        if let Some(lemma) = self.irregular(word.pos, &lower).first() {
            return lemma.clone();
        }
        let pos = if word.pos == "aux" { "verb" } else { word.pos };
        match pos {
            "verb" if word.has(PERSONAL) => self.verb_with_pronouns(&lower, word.features),
            "verb" => self.verb(&lower, self.rule("verb", word.features)),
            "noun" | "adj" => self.noun(pos, &lower, word.features),
            "det" => self.determiner("det", &lower),
            "pron" => self.determiner("pron", &lower),
            "adv" => self.fixed("adverbs", &lower).unwrap_or(lower),
            "num" => self.fixed("num", &lower).unwrap_or_else(|| number(&lower)),
            _ => lower,
        }
    }

    /// Returns the first rule whose features the word all has.
    fn rule(&self, pos: &str, features: &[String]) -> &str {
        let fits = |wanted: &[String]| wanted.iter().all(|feature| has(features, feature));
        let found = self.groups(pos).iter().find(|(_, wanted)| fits(wanted));
        found.map_or("", |(name, _)| name)
    }

    /// Returns what the table says of exactly this word.
    fn fixed(&self, table: &str, word: &str) -> Option<String> {
        self.rules(table).iter().find(|(old, _)| old == word).map(|(_, new)| new.clone())
    }

    /// Returns the word with each of the endings of a rule replaced that it has.
    fn replaced(&self, rule: &str, word: &str) -> Vec<String> {
        let replace = |(old, new): &(String, String)| {
            let form = format!("{}{new}", word.strip_suffix(old.as_str())?);
            (form != word).then_some(form)
        };
        self.rules(rule).iter().filter_map(replace).collect()
    }

    fn noun(&self, pos: &str, word: &str, features: &[String]) -> String {
        let mut forms = self.replaced(self.rule(pos, features), word);
        if has(features, "Number=Plur") {
            // `órdenes` and `jóvenes` lose an accent too.
            let ends = |form: &&String| form.ends_with(['n', 's']);
            let plain: Vec<String> =
                forms.iter().filter(ends).flat_map(|form| self.without_accents(form)).collect();
            forms.extend(plain);
        }
        let known = forms.iter().find(|form| self.is_known(pos, form));
        known.or(forms.first()).cloned().unwrap_or_else(|| word.to_owned())
    }

    fn without_accents<'a>(&'a self, form: &'a str) -> impl Iterator<Item = String> + 'a {
        self.rules("accents").iter().map(move |(old, new)| form.replace(old.as_str(), new))
    }

    fn determiner(&self, pos: &str, word: &str) -> String {
        if let Some(found) =
            self.fixed(pos, word).or_else(|| self.fixed("det_and_pron_fixed", word))
        {
            return found;
        }
        let mut forms = Vec::new();
        for (old, new) in self.rules("det_and_pron_general") {
            match word.strip_suffix(old.as_str()) {
                Some(stem) => forms.push(format!("{stem}{new}")),
                // A rule that does not fit a determiner leaves it as it is, and still counts.
                None if pos == "det" => forms.push(word.to_owned()),
                None => {}
            }
        }
        forms.push(word.to_owned());
        let known = forms.iter().find(|form| self.is_known(pos, form));
        known.or(forms.first()).cloned().unwrap_or_default()
    }

    fn verb(&self, word: &str, rule: &str) -> String {
        let forms = self.replaced(rule, word);
        if let Some(known) = forms.iter().find(|form| self.is_known("verb", form)) {
            return known.clone();
        }
        let changed = forms.iter().find_map(|form| self.other_vowel(form));
        changed.or(forms.into_iter().next()).unwrap_or_else(|| word.to_owned())
    }

    /// Returns the known verb that differs by a vowel, such as `contar` for `cuentar`.
    fn other_vowel(&self, form: &str) -> Option<String> {
        let known = |form: String| self.is_known("verb", &form).then_some(form);
        let one = self.rules("voc_alt_1").iter().find_map(|(old, new)| {
            form.match_indices(old.as_str()).find_map(|(place, _)| {
                known(format!("{}{new}{}", &form[..place], &form[place + old.len()..]))
            })
        });
        one.or_else(|| {
            let two = self.rules("voc_alt_2").iter();
            two.filter(|(old, _)| form.contains(old.as_str()))
                .find_map(|(old, new)| known(form.replacen(old.as_str(), new, 1)))
        })
    }

    /// Returns the base form of the verb, then those of the pronouns at its end: `decir él`.
    fn verb_with_pronouns(&self, word: &str, features: &[String]) -> String {
        let (mut verb, mut pronouns) = (word.to_owned(), Vec::new());
        while pronouns.len() < ATTACHED_MAX
            && let Some(pronoun) = ATTACHED.into_iter().find(|end| verb.ends_with(end))
        {
            verb.truncate(verb.len() - pronoun.len());
            pronouns.insert(0, pronoun);
        }
        for (old, new) in self.rules("accents") {
            verb = verb.replace(old.as_str(), new);
        }
        let verb = match self.irregular("verb", &verb).first() {
            Some(lemma) => lemma.clone(),
            None => self.verb(&verb, self.rule("verb", features)),
        };
        let pronoun = |pronoun: &str| match self.irregular("pron", pronoun).first() {
            Some(lemma) => lemma.clone(),
            None => self.determiner("pron", pronoun),
        };
        let pronouns: Vec<String> = pronouns.into_iter().map(pronoun).collect();
        format!("{verb} {}", pronouns.join(" "))
    }
}

/// Returns the number with a point for its decimals and none between its thousands.
fn number(word: &str) -> String {
    let whole = word.split(',').next().unwrap_or_default();
    let thousands = whole.rsplit_once('.').is_some_and(|(_, last)| {
        last.len() == 3 && last.bytes().all(|digit| digit.is_ascii_digit())
    });
    let word = if thousands { word.replace('.', "") } else { word.to_owned() };
    word.replace(',', ".")
}
