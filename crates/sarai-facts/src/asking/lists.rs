//! Lists of words that questions are read by, kept in `lists.txt`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::asking::lexicon;

/// A list of folded words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Empty,
    Possessive,
    Own,
    Article,
    Preposition,
    Light,
    Day,
    Before,
    PastForm,
    Auxiliary,
    AskingPreposition,
    LargeNumber,
    Gendered,
    Time,
    BesideTime,
    OpensTime,
    ClosesTime,
    Link,
    EndsPhrase,
    OpensPhrase,
    OpensWhether,
    Person,
    Unremembered,
    TailFiller,
    Filler,
    Loss,
    NumberNoun,
    Slack,
    FirstPerson,
    Beside,
    CityKind,
    PartOfCity,
    Unit,
    Modal,
    Provider,
}

static LISTS: LazyLock<HashMap<&str, HashSet<&str>>> = LazyLock::new(|| {
    let entries = lexicon::entries(include_str!("../../data/asking/lists.txt"));
    entries.map(|(name, words)| (name, words.split(' ').collect())).collect()
});

impl List {
    pub(super) fn has(self, word: &str) -> bool {
        LISTS.get(self.name()).is_some_and(|words| words.contains(word))
    }

    fn name(self) -> &'static str {
        match self {
            List::Empty => "empty",
            List::Possessive => "possessive",
            List::Own => "own",
            List::Article => "article",
            List::Preposition => "preposition",
            List::Light => "light",
            List::Day => "day",
            List::Before => "before",
            List::PastForm => "past-form",
            List::Auxiliary => "auxiliary",
            List::AskingPreposition => "asking-preposition",
            List::LargeNumber => "large-number",
            List::Gendered => "gendered",
            List::Time => "time",
            List::BesideTime => "beside-time",
            List::OpensTime => "opens-time",
            List::ClosesTime => "closes-time",
            List::Link => "link",
            List::EndsPhrase => "ends-phrase",
            List::OpensPhrase => "opens-phrase",
            List::OpensWhether => "opens-whether",
            List::Person => "person",
            List::Unremembered => "unremembered",
            List::TailFiller => "tail-filler",
            List::Filler => "filler",
            List::Loss => "loss",
            List::NumberNoun => "number-noun",
            List::Slack => "slack",
            List::FirstPerson => "first-person",
            List::Beside => "beside",
            List::CityKind => "city-kind",
            List::PartOfCity => "part-of-city",
            List::Unit => "unit",
            List::Modal => "modal",
            List::Provider => "provider",
        }
    }
}
