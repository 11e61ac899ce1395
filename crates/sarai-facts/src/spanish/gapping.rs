//! Clauses that leave their verb to the one before: `mi hermano vive en Lugo y mi hermana en Vigo`.

use std::ops::Range;

use crate::claim::Kind;
use crate::spanish::clauses::{Clause, Link};
use crate::spanish::lists::{self, Sort};
use crate::spanish::parts::{Line, Part, Token};
use crate::spanish::phrases::{self, Form, Opening, Phrase};

/// Returns the clauses with those added that leave out their verb.
pub(super) fn filled(line: &Line, clauses: Vec<Clause>) -> Vec<Clause> {
    let mut found = Vec::with_capacity(clauses.len());
    for mut clause in clauses {
        let mut added = Vec::new();
        while let Some((at, next)) = gap(line, &clause) {
            clause.after.end = at;
            added.insert(0, next);
        }
        let mut rest = Vec::new();
        for mut next in added {
            while let Some((at, more)) = gap(line, &next) {
                next.after.end = at;
                rest.push(more);
            }
            rest.push(next);
        }
        let more = resumed(line, &mut clause, &found);
        found.push(clause);
        found.append(&mut rest);
        found.extend(more);
    }
    found
}

/// `tengo un hermano que es bombero y una hermana que…`: the second noun goes with the first verb.
fn resumed(line: &Line, clause: &mut Clause, done: &[Clause]) -> Option<Clause> {
    let host =
        done.last().filter(|host| clause.link == Link::Relative && host.link != Link::Relative)?;
    let at = clause.after.clone().rev().find(|at| line.part(*at) == Some(Part::And))?;
    let opens = line
        .tokens
        .get(at + 1)
        .is_some_and(|token| token.one_of(&["un", "una", "otro", "otra", "unos", "unas"]));
    let noun = phrases::phrases(line, at + 1..clause.after.end);
    let alone = matches!(&noun[..], [only] if only.form == Form::Noun && only.bare());
    let listed = line.part(at + 1) == Some(Part::Name);
    let end = clause.after.end + usize::from(line.is(clause.after.end, ","));
    if !(opens || listed) || !alone || line.part(end) != Some(Part::Link) {
        return None;
    }
    let mut next = host.clone();
    next.after = at + 1..clause.after.end;
    next.link = Link::Free;
    clause.after.end = at;
    Some(next)
}

/// Finds the last joint after which a subject and its own object follow.
fn gap(line: &Line, clause: &Clause) -> Option<(usize, Clause)> {
    let joints: Vec<usize> = clause
        .after
        .clone()
        .filter(|at| {
            matches!(line.part(*at), Some(Part::And | Part::But))
                || line.is(*at, ",")
                || line.is(*at, ";")
        })
        .collect();
    joints.into_iter().rev().find_map(|at| {
        let start = (at + 1..clause.after.end)
            .find(|next| !matches!(line.part(*next), Some(Part::Mark | Part::And | Part::But)))?;
        if let Some(next) = echoed(line, clause, at, start) {
            return Some((at, next));
        }
        if at <= clause.after.start {
            return None;
        }
        affirmed(line, clause, at, start)
            .or_else(|| denied(line, clause, start))
            .or_else(|| contrasted(line, clause, at, start))
            .map(|next| (at, next))
    })
}

/// `y mi madre no`, `pero yo sí`, `y yo tampoco`: the same is said of another.
fn echoed(line: &Line, clause: &Clause, at: usize, start: usize) -> Option<Clause> {
    let last = (start..clause.after.end).rev().find(|at| line.part(*at) != Some(Part::Mark))?;
    let negated = match line.tokens[last].word.fold.as_str() {
        "no" | "tampoco" => true,
        "si" => false,
        "tambien" => clause.group.negated,
        _ => return None,
    };
    let found = phrases::phrases(line, start..last);
    let [only] = &found[..] else { return None };
    let speaker = only.form == Form::Pronoun && only.head == "yo";
    let felt = ["le", "les", "me", "nos"].into_iter().any(|clitic| clause.group.has(clitic));
    let person = only.form == Form::Noun && known(only) || speaker;
    if !person || only.words.start != start || only.words.end != last {
        return None;
    }
    let mut next = elsewhere(line, clause, only, felt && only.with("a"));
    if !only.bare() && !felt {
        return None;
    }
    next.after = clause.after.start..at;
    next.group.negated = negated;
    Some(next)
}

/// The clause said of another: of this subject, or of whom it is felt by.
fn elsewhere(line: &Line, clause: &Clause, subject: &Phrase, felt: bool) -> Clause {
    let mut next = clause.clone();
    next.before = subject.words.clone();
    next.link = Link::Free;
    next.antecedent = None;
    next.group.words = subject.words.end..subject.words.end;
    if felt {
        next.group.clitics.retain(|clitic| !matches!(clitic.as_str(), "me" | "te" | "nos" | "le"));
        let own =
            (subject.words.clone()).any(|at| line.is(at, "mi") && at + 1 == subject.words.end);
        let clitic = match (own, subject.plural()) {
            (true, _) => "me",
            (_, true) => "les",
            _ => "le",
        };
        next.group.clitics.push(clitic.to_owned());
    } else {
        let own = subject.form == Form::Pronoun && subject.head == "yo";
        for form in &mut next.group.forms {
            form.person = if own { 1 } else { 3 };
            form.plural = !own && subject.plural();
        }
    }
    next
}

/// `garaje no`, `a mi padre tampoco`.
fn denied(line: &Line, clause: &Clause, start: usize) -> Option<Clause> {
    let end = clause.after.end;
    let last = (start..end).rev().find(|at| line.part(*at) != Some(Part::Mark))?;
    let denies = line.is(last, "no") || line.is(last, "tampoco");
    if !denies || last <= start || clause.group.negated && line.is(last, "no") {
        return None;
    }
    let found = phrases::phrases(line, start..last);
    let single = found.len() == 1
        && found.iter().all(|phrase| phrase.form == Form::Noun && phrase.words.end == last);
    single.then(|| {
        let mut next = clause.clone();
        next.group.negated = true;
        next.link = Link::Free;
        next.after = start..last;
        next
    })
}

/// `no tengo perro pero sí gato`, `no es médico sino enfermero`.
fn affirmed(line: &Line, clause: &Clause, at: usize, start: usize) -> Option<Clause> {
    let yes = line.is(start, "si");
    if !clause.group.negated || line.part(at) != Some(Part::But) || !(yes || line.is(at, "sino")) {
        return None;
    }
    let mut next = clause.clone();
    next.group.negated = false;
    next.group.words = next.group.finite..next.group.words.end.max(next.group.finite + 1);
    next.link = Link::Free;
    next.after = start + usize::from(yes)..clause.after.end;
    Some(next)
}

/// A subject of its own, and what it has in the place of what was said.
fn contrasted(line: &Line, clause: &Clause, at: usize, start: usize) -> Option<Clause> {
    let said = phrases::phrases(line, clause.after.start..at);
    let own = phrases::phrases(line, start..clause.after.end);
    let first = said
        .iter()
        .find(|phrase| matches!(phrase.form, Form::Noun | Form::Adverb | Form::Action))
        .or_else(|| said.iter().find(|phrase| phrase.form == Form::Time))?;
    let felt = ["le", "les", "me", "nos"].into_iter().any(|clitic| clause.group.has(clitic));
    if let [only] = &own[..] {
        return described(line, clause, start, only)
            .or_else(|| halved(line, clause, first, only))
            .or_else(|| parted(line, clause, first, only));
    }
    let [subject, object, ..] = &own[..] else { return None };
    let kept = |words: Range<usize>| words.start == start;
    // `y el pequeño, Bellas Artes`: the comma stands for the verb.
    let paused = line.part(at) == Some(Part::And) && line.is(subject.words.end, ",");
    let alike = (object.form == Form::Noun || object.form == first.form)
        && object.preposition == first.preposition
        && object.words.start == subject.words.end + usize::from(paused);
    let dative = felt
        && subject.with("a")
        && object.bare()
        && matches!(object.form, Form::Noun | Form::Action);
    let third = clause.group.person(3, false) || clause.group.person(3, true);
    let own = clause.group.person(1, false) && (kin(subject) || person(subject));
    let subjected = (third || own)
        && subject.bare()
        && (plain(subject) || person(subject))
        && alike
        && (!first.bare()
            || known(subject)
            || person(subject)
            || paused
            || named(line, subject, object));
    if !(kept(subject.words.clone()) && (subjected || dative)) {
        return None;
    }
    let mut next = elsewhere(line, clause, subject, dative);
    next.after = subject.words.end..clause.after.end;
    Some(next)
}

/// `y él té`, `y yo un Renault`.
fn person(phrase: &Phrase) -> bool {
    phrase.form == Form::Pronoun && matches!(phrase.head.as_str(), "yo" | "el" | "ella")
}

/// `y Fede las bebidas`: a name and a thing with its article are two, and no list.
fn named(line: &Line, subject: &Phrase, object: &Phrase) -> bool {
    line.part(subject.words.start) == Some(Part::Name)
        && !matches!(object.opening, Opening::Bare | Opening::None)
}

/// `y Luis 7`, `y Mateo aparato`, `y mi padre de Puebla`: what reads as one is two.
fn parted(line: &Line, clause: &Clause, first: &Phrase, only: &Phrase) -> Option<Clause> {
    let start = only.words.start;
    let name = |token: &Token| lists::names().contains_key(&token.word.fold);
    let called = line.part(start) == Some(Part::Name) && line.tokens.get(start).is_some_and(name);
    let counts = first.parties.iter().any(|party| party.kind == Kind::Quantity);
    let split = if called {
        let thing = match line.part(start + 1)? {
            Part::Number => counts,
            Part::Noun => first.bare() && first.opening == Opening::Bare,
            _ => false,
        };
        thing.then_some(start + 1)?
    } else {
        let owned = line.part(start) == Some(Part::Possessive);
        let of = first.with("de") && line.tokens.get(start + 2)?.one_of(&["de", "del"]);
        (owned && of).then_some(start + 2)?
    };
    let told = clause.group.person(3, false) || clause.group.person(1, false);
    if !told || !only.bare() || only.parties.len() != 1 {
        return None;
    }
    let subject = phrases::phrases(line, start..split).pop()?;
    let mut next = elsewhere(line, clause, &subject, false);
    next.after = split..clause.after.end;
    Some(next)
}

/// Whether a phrase names a relative or another person by what they are to the speaker.
fn kin(phrase: &Phrase) -> bool {
    phrase.opening == Opening::Possessive
        && phrase.parties.iter().all(|party| party.kind == Kind::Person)
}

/// `y mi madre maestra`, after what somebody is.
fn described(line: &Line, clause: &Clause, start: usize, only: &Phrase) -> Option<Clause> {
    if clause.group.is(&["llamar"]) {
        let name = (start + 1..only.words.end).find(|at| {
            line.part(*at) == Some(Part::Name)
                || lists::names().contains_key(&line.tokens[*at].word.fold)
        })?;
        let mut next = clause.clone();
        next.before = start..name;
        next.after = name..clause.after.end;
        next.link = Link::Free;
        next.antecedent = None;
        next.group.words = name..name;
        return (name > start + 1).then_some(next);
    }
    let elliptic = line.part(start) == Some(Part::Article) && line.is(start + 1, "de");
    let number = (start + 2..only.words.end).find(|at| line.part(*at) == Some(Part::Number));
    if let Some(number) = number.filter(|_| elliptic && clause.group.is(&["ser"])) {
        let mut next = clause.clone();
        next.before = start..number;
        next.after = number..clause.after.end;
        next.link = Link::Free;
        next.antecedent = None;
        next.group.words = number..number;
        return Some(next);
    }
    let kin = line.part(start) == Some(Part::Possessive)
        && line
            .tokens
            .get(start + 1)
            .is_some_and(|token| lists::sort(&token.word.fold) == Some(Sort::Kin));
    let third = clause.group.person(3, false) || clause.group.person(3, true);
    let split = start + 2;
    if !clause.group.is(&["ser", "estar"])
        || !third
        || !kin
        || only.words.start != start
        || only.words.end <= split
        || line.part(split) != Some(Part::Noun)
    {
        return None;
    }
    let mut next = clause.clone();
    next.before = start..split;
    next.after = split..clause.after.end;
    next.link = Link::Free;
    next.antecedent = None;
    next.group.words = split..split;
    Some(next)
}

/// `y mi hijo violín`, after a bare noun: `mi hija estudia piano`.
fn halved(line: &Line, clause: &Clause, first: &Phrase, only: &Phrase) -> Option<Clause> {
    let start = only.words.start;
    let split = start + 2;
    let relative = line.tokens.get(start + 1).is_some_and(|token| {
        matches!(lists::sort(&token.word.fold), Some(Sort::Kin | Sort::Person))
    });
    let object = phrases::phrases(line, split..only.words.end);
    let bare = |phrase: &Phrase| {
        phrase.form == Form::Noun && phrase.bare() && phrase.opening == Opening::Bare
    };
    let [object] = &object[..] else { return None };
    let adjective = line.tokens.get(split).is_some_and(|token| {
        token.one_of(&["mayor", "menor", "pequeno", "pequena", "mediano", "chico", "grande"])
    });
    let fits = line.part(start) == Some(Part::Possessive)
        && relative
        && bare(first)
        && bare(object)
        && !adjective
        && first.parties.iter().all(|party| party.kind == Kind::Thing)
        && !clause.group.is(&["ser", "estar", "llamar"]);
    if !fits {
        return None;
    }
    let mut subject = phrases::phrases(line, start..split);
    let subject = subject.pop()?;
    let mut next = elsewhere(line, clause, &subject, false);
    next.after = split..clause.after.end;
    Some(next)
}

fn plain(phrase: &Phrase) -> bool {
    phrase.form == Form::Noun
        && phrase.parties.len() == 1
        && phrase.opening != Opening::Indefinite
        && phrase.opening != Opening::Number
}

/// Whether a phrase names somebody or something of one's own rather than one more object.
fn known(phrase: &Phrase) -> bool {
    phrase.opening == Opening::Possessive
        || phrase.parties.iter().all(|party| matches!(party.kind, Kind::Person | Kind::Animal))
}
