//! Spelling as people chat: contractions, missing apostrophes, short forms.

/// Two words written as one.
pub(in crate::english) struct Together {
    pub first: &'static str,
    pub second: &'static str,
    /// Characters of the first.
    pub cut: usize,
}

const TOGETHER: &[(&str, &str, &str, usize)] = &[
    ("im", "I", "am", 1),
    ("ive", "I", "have", 1),
    ("dont", "do", "not", 2),
    ("doesnt", "does", "not", 4),
    ("didnt", "did", "not", 3),
    ("isnt", "is", "not", 2),
    ("arent", "are", "not", 3),
    ("wasnt", "was", "not", 3),
    ("werent", "were", "not", 4),
    ("cant", "can", "not", 2),
    ("cannot", "can", "not", 3),
    ("wont", "will", "not", 2),
    ("couldnt", "could", "not", 5),
    ("wouldnt", "would", "not", 5),
    ("shouldnt", "should", "not", 6),
    ("havent", "have", "not", 4),
    ("hasnt", "has", "not", 3),
    ("hadnt", "had", "not", 3),
    ("aint", "is", "not", 2),
    ("ain't", "is", "not", 2),
    ("won't", "will", "not", 2),
    ("can't", "can", "not", 2),
    ("shan't", "shall", "not", 3),
    ("youre", "you", "are", 3),
    ("theyre", "they", "are", 4),
    ("weve", "we", "have", 2),
    ("theyve", "they", "have", 4),
    ("youve", "you", "have", 3),
    ("hes", "he", "is", 2),
    ("shes", "she", "is", 3),
    ("thats", "that", "is", 4),
    ("whats", "what", "is", 4),
    ("wheres", "where", "is", 5),
    ("whos", "who", "is", 3),
    ("theres", "there", "is", 5),
    ("heres", "here", "is", 4),
    ("it'll", "it", "will", 2),
    ("itll", "it", "will", 2),
    ("gonna", "going", "to", 3),
    ("wanna", "want", "to", 3),
    ("gotta", "got", "to", 3),
    ("mums", "mum", "'s", 3),
    ("moms", "mom", "'s", 3),
    ("dads", "dad", "'s", 3),
    ("wifes", "wife", "'s", 4),
    ("husbands", "husband", "'s", 7),
    ("boyfriends", "boyfriend", "'s", 9),
    ("girlfriends", "girlfriend", "'s", 10),
];

/// Returns the two words of one that is written together.
pub(in crate::english) fn spelled_together(folded: &str) -> Option<Together> {
    let found = TOGETHER.iter().find(|entry| entry.0 == folded)?;
    Some(Together { first: found.1, second: found.2, cut: found.3 })
}

const ENDINGS: &[(&str, &str)] = &[
    ("n't", "not"),
    ("'m", "am"),
    ("'re", "are"),
    ("'ve", "have"),
    ("'ll", "will"),
    ("'d", "'d"),
    ("'s", "'s"),
];

/// Returns the parts of a contraction and how many characters the first has.
pub(in crate::english) fn contraction(folded: &str) -> Option<(String, &'static str, usize)> {
    ENDINGS.iter().find_map(|(ending, second)| {
        let first = folded.strip_suffix(ending).filter(|first| !first.is_empty())?;
        Some((first.to_owned(), *second, first.chars().count()))
    })
}

const SHORT: &[(&str, &str)] = &[
    ("u", "you"),
    ("ur", "your"),
    ("r", "are"),
    ("n", "and"),
    ("y", "why"),
    ("i", "I"),
    ("cuz", "because"),
    ("coz", "because"),
    ("cos", "because"),
    ("cus", "because"),
    ("bc", "because"),
    ("b/c", "because"),
    ("w/", "with"),
    ("w/o", "without"),
    ("tho", "though"),
    ("altho", "although"),
    ("thru", "through"),
    ("tmrw", "tomorrow"),
    ("tmr", "tomorrow"),
    ("tmw", "tomorrow"),
    ("tomoz", "tomorrow"),
    ("tomorow", "tomorrow"),
    ("tommorow", "tomorrow"),
    ("tommorrow", "tomorrow"),
    ("2moro", "tomorrow"),
    ("2nite", "tonight"),
    ("tonite", "tonight"),
    ("wk", "week"),
    ("wks", "weeks"),
    ("wknd", "weekend"),
    ("bday", "birthday"),
    ("b-day", "birthday"),
    ("bf", "boyfriend"),
    ("gf", "girlfriend"),
    ("bro", "brother"),
    ("sis", "sister"),
    ("fav", "favourite"),
    ("fave", "favourite"),
    ("pls", "please"),
    ("plz", "please"),
    ("thx", "thanks"),
    ("ty", "thanks"),
    ("yr", "year"),
    ("yrs", "years"),
    ("hrs", "hours"),
    ("ppl", "people"),
    ("prob", "probably"),
    ("probs", "probably"),
    ("def", "definitely"),
    ("defo", "definitely"),
    ("deffo", "definitely"),
    ("dunno", "wonder"),
    ("appt", "appointment"),
    ("hav", "have"),
    ("wif", "with"),
    ("luv", "love"),
    ("wen", "when"),
    ("wuz", "was"),
    ("becuase", "because"),
    ("becasue", "because"),
    ("evry", "every"),
    ("definately", "definitely"),
    ("allergy's", "allergies"),
    ("alergic", "allergic"),
    ("allergik", "allergic"),
    ("freind", "friend"),
    ("recieve", "receive"),
    ("wierd", "weird"),
    ("collegue", "colleague"),
    ("nite", "night"),
    ("rly", "really"),
    ("atm", "currently"),
    ("rn", "currently"),
];

/// Returns the usual spelling of a short form, already folded.
pub(in crate::english) fn repaired(folded: &str) -> Option<&'static str> {
    SHORT.iter().find(|(short, _)| *short == folded).map(|(_, usual)| *usual)
}
