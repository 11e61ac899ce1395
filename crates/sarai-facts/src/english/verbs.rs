//! Verb groups: `have been living`, `isn't going to move`, `used to smoke`.

use super::lexicon::{self, Form, Inflection, Tag};
use super::phrases::Phrases;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    Past,
    Present,
    Future,
}

/// A finite verb with its auxiliaries.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing an auxiliary adds")]
pub(super) struct VerbGroup {
    /// The base form of the main verb.
    pub base: String,
    pub tense: Tense,
    pub is_perfect: bool,
    pub is_progressive: bool,
    pub is_passive: bool,
    pub is_negated: bool,
    /// `would`, `might`, `should`.
    pub is_hypothetical: bool,
    /// `can`, `can't`.
    pub is_ability: bool,
    /// `have to`, `must`.
    pub is_duty: bool,
    pub used_to: bool,
    /// `no longer`, `used to`, `not any more`.
    pub no_longer: bool,
    pub is_still: bool,
    /// `up`, `off`: a part of the verb's meaning.
    pub particle: Option<String>,
    pub start: usize,
    pub end: usize,
}

impl VerbGroup {
    pub(super) fn at(start: usize) -> VerbGroup {
        VerbGroup {
            base: String::new(),
            tense: Tense::Present,
            is_perfect: false,
            is_progressive: false,
            is_passive: false,
            is_negated: false,
            is_hypothetical: false,
            is_ability: false,
            is_duty: false,
            used_to: false,
            no_longer: false,
            is_still: false,
            particle: None,
            start,
            end: start,
        }
    }

    pub(super) fn is_be(&self) -> bool {
        self.base == "be"
    }
}

impl Phrases<'_> {
    /// Reads a finite verb group. `is_open` says that any verb form counts, as after a pronoun.
    pub(super) fn verb_group(&self, at: usize, is_open: bool) -> Option<VerbGroup> {
        let mut group = VerbGroup::at(at);
        let mut index = self.skip_adverbs(at, &mut group);
        let first = self.word(index)?;
        match first.tag {
            Tag::Modal => index = self.modal(index, &mut group),
            Tag::Do => {
                let past = first.is(&["did"]);
                let inner = self.skip_adverbs(index + 1, &mut group);
                let has_verb = self.form(inner, &[Inflection::Base]).is_some()
                    || self.is(inner, &["have", "be", "do"]);
                group.tense = if past { Tense::Past } else { Tense::Present };
                if !has_verb {
                    "do".clone_into(&mut group.base);
                    group.end = index + 1;
                    return Some(self.with_particle(group));
                }
                index = inner;
            }
            _ => {}
        }
        self.main(index, group, is_open)
    }

    fn modal(&self, index: usize, group: &mut VerbGroup) -> usize {
        match self.words[index].lower.as_str() {
            "will" | "shall" => group.tense = Tense::Future,
            "can" => group.is_ability = true,
            "could" if self.has_tag(index + 1, &[Tag::Not]) => {
                group.is_ability = true;
                group.tense = Tense::Past;
            }
            "must" => group.is_duty = true,
            // `I'd been`, `he'd gone`.
            "'d" if self.form(index + 1, &[Inflection::Participle]).is_some()
                && self.form(index + 1, &[Inflection::Base]).is_none()
                || self.is(index, &["'d"])
                    && self.is(index + 1, &["been", "had", "never", "always"]) =>
            {
                group.tense = Tense::Past;
                group.is_perfect = true;
            }
            _ => group.is_hypothetical = true,
        }
        self.skip_adverbs(index + 1, group)
    }

    /// Skips adverbs and `not`, and notes what they say.
    fn skip_adverbs(&self, at: usize, group: &mut VerbGroup) -> usize {
        let mut index = at;
        while let Some(word) = self.word(index) {
            match word.tag {
                Tag::Not => group.is_negated = true,
                Tag::Adverb if word.is(&["never", "hardly", "barely"]) => group.is_negated = true,
                Tag::Adverb
                    if word
                        .is(&["maybe", "perhaps", "possibly", "probably", "nearly", "almost"]) =>
                {
                    group.is_hypothetical = true;
                }
                Tag::Adverb if word.is(&["back"]) && self.is(index + 1, &["from"]) => break,
                Tag::Adverb if word.is(&["still"]) => group.is_still = true,
                Tag::Adverb
                    if word.is(&["here", "there", "back", "away", "well"]) && index > at =>
                {
                    break;
                }
                Tag::Adverb => {}
                Tag::Determiner if word.is(&["no"]) && self.is(index + 1, &["longer", "more"]) => {
                    group.no_longer = true;
                    group.is_negated = true;
                    index += 1;
                }
                Tag::Determiner if word.is(&["both", "all", "each"]) && index > at => {}
                _ => break,
            }
            index += 1;
        }
        index
    }

    fn form(&self, at: usize, wanted: &[Inflection]) -> Option<&Form> {
        self.word(at)?.form(|form| wanted.contains(&form.inflection))
    }

    fn main(&self, at: usize, mut group: VerbGroup, is_open: bool) -> Option<VerbGroup> {
        let word = self.word(at)?;
        let bare_wanted = group.end > at || at > group.start;
        match word.tag {
            Tag::Be => Some(self.be(at, group)),
            Tag::Have => Some(self.have(at, group)),
            Tag::Do => {
                "do".clone_into(&mut group.base);
                group.tense = if word.is(&["did"]) { Tense::Past } else { group.tense };
                group.end = at + 1;
                Some(group)
            }
            Tag::Open if word.is(&["used"]) && self.is(at + 1, &["to"]) => {
                group.used_to = true;
                group.tense = Tense::Past;
                let mut inner = self.main(at + 2, group, true)?;
                inner.tense = Tense::Past;
                Some(inner)
            }
            Tag::Open => self.plain(at, group, is_open || bare_wanted),
            // `my keys live by the door`, `like` is listed as a preposition.
            Tag::Preposition if !word.forms.is_empty() && is_open && !word.is(&["up"]) => {
                self.plain(at, group, true)
            }
            _ => None,
        }
    }

    fn plain(&self, at: usize, mut group: VerbGroup, is_open: bool) -> Option<VerbGroup> {
        let word = self.word(at)?;
        let finite = [Inflection::Past, Inflection::Third, Inflection::Base];
        if let Some(form) = self.form(at, &finite) {
            form.base.clone_into(&mut group.base);
            if form.inflection == Inflection::Past
                && group.tense == Tense::Present
                && self.is_past_here(at, &group)
            {
                group.tense = Tense::Past;
            }
        } else if is_open && !word.is_name {
            let (base, past) = guessed(&word.lower)?;
            group.base = base;
            if past {
                group.tense = Tense::Past;
            }
        } else {
            return None;
        }
        group.end = at + 1;
        Some(self.with_particle(group))
    }

    /// `read`, `put`, `cut` look the same in the present: with a modal or `do` it is the base form.
    fn is_past_here(&self, at: usize, group: &VerbGroup) -> bool {
        let helped = (group.start..at).any(|index| self.has_tag(index, &[Tag::Modal, Tag::Do]));
        let ambiguous = self.form(at, &[Inflection::Base]).is_some();
        let always_past = self
            .is(at, &["put", "quit", "hit", "cut", "set", "let", "found", "left", "saw", "split"]);
        !helped && (!ambiguous || always_past)
    }

    fn be(&self, at: usize, mut group: VerbGroup) -> VerbGroup {
        let word = &self.words[at];
        if word.is(&["was", "were"]) {
            group.tense = Tense::Past;
        }
        let index = self.skip_adverbs(at + 1, &mut group);
        "be".clone_into(&mut group.base);
        group.end = index;
        if (self.is(index, &["going", "about", "planning"])) && self.is(index + 1, &["to"]) {
            let inner = VerbGroup { tense: Tense::Future, ..group.clone() };
            if let Some(found) = self.infinitive(index + 2, inner) {
                return found;
            }
        }
        if self.is(index, &["able"])
            && self.is(index + 1, &["to"])
            && let Some(found) = self.infinitive(index + 2, group.clone())
        {
            return found;
        }
        if self.is(index, &["used"]) && self.is(index + 1, &["to"]) {
            return group;
        }
        if self.is(index, &["being", "been"]) {
            group.end = index + 1;
            let next = self.skip_adverbs(index + 1, &mut group);
            return self.participle(next, group);
        }
        self.participle(index, group)
    }

    /// After a form of `be`: `-ing` or a participle.
    fn participle(&self, index: usize, mut group: VerbGroup) -> VerbGroup {
        let next = self.word(index);
        if let Some(form) = self.form(index, &[Inflection::Gerund])
            && next.is_some_and(|word| {
                !word.is(&["missing", "boring", "annoying", "amazing", "outgoing"])
            })
        {
            form.base.clone_into(&mut group.base);
            group.is_progressive = true;
            group.end = index + 1;
            return self.with_particle(group);
        }
        if next.is_some_and(|word| word.is(&["having"])) {
            "have".clone_into(&mut group.base);
            group.is_progressive = true;
            group.end = index + 1;
            return group;
        }
        if let Some(form) = self.form(index, &[Inflection::Participle])
            && !lexicon::is_used("state", &self.words[index].lower)
            && !self.words[index].is_name
            && (self.form(index, &[Inflection::Base]).is_none()
                || self.is(index + 1, &["by", "in", "on", "at"]))
        {
            form.base.clone_into(&mut group.base);
            group.is_passive = true;
            group.end = index + 1;
            return self.with_particle(group);
        }
        group
    }

    fn have(&self, at: usize, mut group: VerbGroup) -> VerbGroup {
        if self.words[at].is(&["had"]) {
            group.tense = Tense::Past;
        }
        let index = self.skip_adverbs(at + 1, &mut group);
        "have".clone_into(&mut group.base);
        group.end = index;
        if self.is(index, &["to"]) || self.is(index, &["got"]) && self.is(index + 1, &["to"]) {
            let inner = VerbGroup { is_duty: true, ..group.clone() };
            let start = index + if self.is(index, &["got"]) { 2 } else { 1 };
            return self.infinitive(start, inner).unwrap_or(group);
        }
        if self.is(index, &["got"]) {
            group.end = index + 1;
            return group;
        }
        if self.is(index, &["been"]) {
            group.is_perfect = true;
            let next = self.skip_adverbs(index + 1, &mut group);
            "be".clone_into(&mut group.base);
            group.end = next;
            return self.participle(next, group);
        }
        // `we've had to sell it`: they did.
        if self.is(index, &["had"]) && self.is(index + 1, &["to"]) {
            let inner = VerbGroup { tense: Tense::Past, ..group.clone() };
            return self.infinitive(index + 2, inner).unwrap_or(group);
        }
        if self.is(index, &["had", "done"]) {
            group.is_perfect = true;
            let base = if self.is(index, &["had"]) { "have" } else { "do" };
            base.clone_into(&mut group.base);
            group.end = index + 1;
            return group;
        }
        if let Some(form) = self.form(index, &[Inflection::Participle])
            && (self.form(index, &[Inflection::Base]).is_none_or(|form| !form.is_homograph)
                || self.words[at].lower == "have" && self.words[at].span.len() < 4
                || self.is(index + 1, &["out", "off", "up", "down", "away"]))
        {
            group.is_perfect = true;
            form.base.clone_into(&mut group.base);
            group.end = index + 1;
            return self.with_particle(group);
        }
        if let Some(base) = self.unknown_participle(at, index) {
            group.is_perfect = true;
            group.base = base;
            group.end = index + 1;
            return self.with_particle(group);
        }
        group
    }

    /// `I've onboarded the cat`: a verb that is in no list, after `'ve` or before an object.
    fn unknown_participle(&self, have: usize, at: usize) -> Option<String> {
        let word = self.word(at)?;
        let known = word.tag != Tag::Open || !word.forms.is_empty() || word.is_name;
        let short = self.words[have].lower == "have" && self.words[have].span.len() < 4;
        let object = self.has_tag(
            at + 1,
            &[Tag::Determiner, Tag::Possessive, Tag::Pronoun, Tag::Preposition, Tag::To],
        );
        if known || !(short || object) || lexicon::is_adjective(&word.lower) {
            return None;
        }
        guessed(&word.lower).filter(|(_, past)| *past).map(|(base, _)| base)
    }

    /// Reads a base form after `to`.
    pub(super) fn infinitive(&self, at: usize, mut group: VerbGroup) -> Option<VerbGroup> {
        let index = self.skip_adverbs(at, &mut group);
        let word = self.word(index)?;
        group.base = match word.tag {
            Tag::Be if word.is(&["be"]) => "be".to_owned(),
            Tag::Have if word.is(&["have"]) => "have".to_owned(),
            Tag::Do if word.is(&["do"]) => "do".to_owned(),
            Tag::Open | Tag::Preposition => self.form(index, &[Inflection::Base])?.base.to_owned(),
            _ => return None,
        };
        group.end = index + 1;
        if group.is_be() {
            return Some(self.participle(group.end, group));
        }
        Some(self.with_particle(group))
    }

    /// `started working` is to work since; `got promoted` is to be promoted.
    fn aspect(&self, mut group: VerbGroup) -> VerbGroup {
        let index = group.end;
        if ["start", "begin"].contains(&group.base.as_str())
            && !group.is_passive
            && let Some(form) = self.form(index, &[Inflection::Gerund])
            && self.has_tag(
                index + 1,
                &[
                    Tag::Preposition,
                    Tag::To,
                    Tag::Determiner,
                    Tag::Possessive,
                    Tag::Open,
                    Tag::Number,
                ],
            )
        {
            form.base.clone_into(&mut group.base);
            group.is_progressive = group.tense != Tense::Past && !group.is_perfect;
            group.is_perfect = false;
            if group.tense == Tense::Past {
                group.tense = Tense::Present;
            }
            group.end = index + 1;
        } else if ["start", "begin", "grow"].contains(&group.base.as_str())
            && !group.is_passive
            && group.tense != Tense::Future
            && (group.tense == Tense::Past || group.is_perfect)
            && self.has_tag(index, &[Tag::To])
            && let Some(form) = self.form(index + 1, &[Inflection::Base])
        {
            // `started to like mushrooms`
            form.base.clone_into(&mut group.base);
            group.is_perfect = false;
            group.tense = Tense::Present;
            group.end = index + 2;
        } else if group.base == "get"
            && !group.is_passive
            && self.form(index, &[Inflection::Participle]).is_some()
            && self.form(index, &[Inflection::Base, Inflection::Gerund]).is_none()
        {
            return self.participle(index, group);
        }
        group
    }

    fn with_particle(&self, group: VerbGroup) -> VerbGroup {
        let mut group = self.aspect(group);
        let Some(next) = self.word(group.end) else { return group };
        if lexicon::belongs(&group.base, &next.lower) {
            // `work out of London` and `back in March` are no particles of the verb.
            let is_place = ["go", "move", "get", "come"].contains(&group.base.as_str())
                && self.has_tag(group.end + 1, &[Tag::Determiner, Tag::Possessive])
                && ["in", "on"].contains(&next.lower.as_str());
            if !is_place {
                group.particle = Some(next.lower.clone());
                group.end += 1;
            }
        } else if lexicon::is_used("particle", &next.lower)
            && (self.is_end(group.end + 1)
                || self.has_tag(group.end + 1, &[Tag::Preposition, Tag::To, Tag::Adverb]))
        {
            group.particle = Some(next.lower.clone());
            group.end += 1;
        }
        group
    }
}

/// Returns the base form a verb that is not in the list would have, and whether it is past.
fn guessed(lower: &str) -> Option<(String, bool)> {
    if !lower.chars().all(char::is_alphabetic) || lower.len() < 4 {
        return None;
    }
    if let Some(stem) = lower.strip_suffix("ed") {
        let single = stem.strip_suffix(['p', 'b', 't', 'g', 'n', 'm', 'd', 'r']);
        let doubled =
            single.filter(|single| stem.chars().next_back() == single.chars().next_back());
        return Some((doubled.unwrap_or(stem).to_owned(), true));
    }
    let stem = lower.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'u', 'i']))?;
    Some((stem.to_owned(), false))
}
