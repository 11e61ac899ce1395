//! Facts as the page shows them.

use std::ops::Range;

use sarai_core::fact::{Evidence, Extractor, Fact, FactSource, FactStatus, SPEAKER};
use sarai_core::language::Language;

/// The facts of one day.
pub(super) struct DayView {
    /// ISO date.
    pub(super) date: String,
    pub(super) facts: Vec<FactView>,
}

/// One fact.
pub(super) struct FactView {
    pub(super) id: i64,
    /// What is shown for the subject: `tú` for the speaker.
    pub(super) who: String,
    pub(super) subject: String,
    pub(super) relation: String,
    pub(super) shown_relation: String,
    pub(super) object: String,
    pub(super) when: String,
    pub(super) status: &'static str,
    /// Whether it is believed, and so can be corrected.
    pub(super) holds: bool,
    pub(super) source: &'static str,
    pub(super) mentions: u32,
    pub(super) date: String,
    /// The sentence it came from, in parts: whether each is subject or object, and its words.
    pub(super) sentence: Vec<(bool, String)>,
    /// Path of the turn in its conversation; empty without one.
    pub(super) turn_path: String,
}

impl FactView {
    pub(super) fn of(fact: &Fact, language: Language) -> FactView {
        let not = if fact.negated { language.pick("no ", "not ") } else { "" };
        let evidence = fact.evidence.as_ref();
        FactView {
            id: fact.id.0,
            who: if fact.subject == SPEAKER {
                language.pick("Tú", "You").to_owned()
            } else {
                fact.subject.clone()
            },
            subject: fact.subject.clone(),
            relation: fact.relation.clone(),
            shown_relation: format!("{not}{}", fact.relation.replace('_', " ")),
            object: fact.object.clone(),
            when: fact.when.clone().unwrap_or_default(),
            status: status(fact.status, language),
            holds: fact.expired.is_none(),
            source: source(fact, language),
            mentions: fact.mentions,
            date: evidence.map_or(fact.learned, |evidence| evidence.said).date(),
            sentence: evidence.map(marked).unwrap_or_default(),
            turn_path: evidence.map(turn_path).unwrap_or_default(),
        }
    }
}

/// Puts facts under the day they were told, in the order given.
pub(super) fn by_day(facts: &[Fact], language: Language) -> Vec<DayView> {
    let mut days: Vec<DayView> = Vec::new();
    for fact in facts {
        let view = FactView::of(fact, language);
        match days.last_mut() {
            Some(day) if day.date == view.date => day.facts.push(view),
            _ => days.push(DayView { date: view.date.clone(), facts: vec![view] }),
        }
    }
    days
}

fn status(status: FactStatus, language: Language) -> &'static str {
    match status {
        FactStatus::Current => "",
        FactStatus::Past => language.pick("pasado", "past"),
        FactStatus::Planned => language.pick("previsto", "planned"),
        FactStatus::Superseded => language.pick("ya no vale", "no longer holds"),
    }
}

fn source(fact: &Fact, language: Language) -> &'static str {
    match (fact.source, &fact.evidence) {
        (FactSource::UserInput, None) => language.pick("anotado a mano", "noted by hand"),
        (FactSource::UserInput, Some(_)) if fact.extractor == Extractor::Model => language
            .pick("lo leyó el modelo en lo que dijiste", "the model read it in what you said"),
        (FactSource::UserInput, Some(_)) => language.pick("lo dijiste tú", "you said so"),
        (FactSource::Assistant, _) => language.pick("lo dijo SARAi", "SARAi said so"),
        (FactSource::Rag, _) => language.pick("de un documento", "from a document"),
        (FactSource::Skill, _) => language.pick("de una habilidad", "from a skill"),
    }
}

/// Cuts a sentence at its subject and its object.
fn marked(evidence: &Evidence) -> Vec<(bool, String)> {
    let text = evidence.text.as_str();
    let whole = |span: &Range<usize>| text.get(span.clone()).is_some_and(|part| !part.is_empty());
    let spans = [&evidence.subject, &evidence.object];
    let spans = spans.into_iter().flatten().filter(|span| whole(span));
    let mut spans: Vec<Range<usize>> = spans.cloned().collect();
    spans.sort_by_key(|span| span.start);
    let mut parts = Vec::new();
    let mut end = 0;
    for span in spans {
        if span.start < end {
            continue;
        }
        parts.push((false, text[end..span.start].to_owned()));
        parts.push((true, text[span.clone()].to_owned()));
        end = span.end;
    }
    parts.push((false, text[end..].to_owned()));
    parts.retain(|(_, words)| !words.is_empty());
    parts
}

fn turn_path(evidence: &Evidence) -> String {
    let conversation = evidence.conversation.as_str().replace('/', "%2F");
    format!("/c/{conversation}#turn-{}", evidence.turn.as_str())
}

#[cfg(test)]
mod tests {
    use sarai_core::clock::Timestamp;
    use sarai_core::fact::Evidence;
    use sarai_core::id::{ConversationId, TurnId};

    use super::marked;

    #[track_caller]
    fn check(
        text: &str,
        subject: Option<(usize, usize)>,
        object: Option<(usize, usize)>,
        parts: &[(bool, &str)],
    ) {
        let evidence = Evidence {
            conversation: ConversationId::new("a").unwrap(),
            turn: TurnId::new("1").unwrap(),
            said: Timestamp(0),
            text: text.to_owned(),
            subject: subject.map(|(from, to)| from..to),
            object: object.map(|(from, to)| from..to),
        };
        let found = marked(&evidence);
        let found: Vec<_> = found.iter().map(|(mark, words)| (*mark, words.as_str())).collect();
        assert_eq!(found, parts);
    }

    #[test]
    fn subject_and_object_are_marked_in_their_sentence() {
        let ana = [(true, "Ana"), (false, " vive en "), (true, "Lugo"), (false, ".")];
        check("Ana vive en Lugo.", Some((0, 3)), Some((12, 16)), &ana);
        check("Vivo en Lugo", None, Some((8, 12)), &[(false, "Vivo en "), (true, "Lugo")]);
    }

    #[test]
    fn spans_that_do_not_fit_the_sentence_mark_nothing() {
        check("año", Some((2, 3)), Some((9, 12)), &[(false, "año")]);
        check("abc", Some((0, 2)), Some((1, 3)), &[(true, "ab"), (false, "c")]);
    }
}
