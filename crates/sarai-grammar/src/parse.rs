//! Reads the text of a grammar.

mod elements;

use std::collections::HashMap;

use crate::check;
use crate::expression::{Expression, Gbnf, Rule};
use crate::problem::{Fault, Place, Problem};

/// Most bytes of a grammar.
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// Most parentheses one inside the other.
const DEPTH_MAX: usize = 64;

/// Reads a grammar and checks it.
pub fn parse(text: &str) -> Result<Gbnf, Problem> {
    let start = Place { line: 1, column: 1 };
    if text.len() > TEXT_BYTES_MAX {
        return Err(start.problem(Fault::TooLarge));
    }
    let mut reader = Reader::new(text);
    reader.skip_blank(true);
    while reader.peek().is_some() {
        reader.rule()?;
        reader.skip_blank(true);
    }
    let Reader { names, symbols, loops, .. } = reader;
    let undefined = |symbol: &Symbol| {
        let fault = Fault::Undefined(symbol.name.clone());
        symbol.rule.is_none().then(|| symbol.place.problem(fault))
    };
    if let Some(problem) = symbols.iter().find_map(undefined) {
        return Err(problem);
    }
    let Some(root) = names.get("root").copied() else {
        return Err(start.problem(Fault::NoRoot));
    };
    let rule = |symbol: Symbol| {
        let Symbol { name, rule, .. } = symbol;
        rule.map(|(place, body)| Rule { name, place, body })
    };
    check::check(symbols.into_iter().filter_map(rule).collect(), root, loops)
}

/// A name, and its rule once that was read.
struct Symbol {
    name: String,
    /// Where it was read first.
    place: Place,
    rule: Option<(Place, Expression)>,
}

struct Reader {
    text: Vec<char>,
    at: usize,
    place: Place,
    names: HashMap<String, usize>,
    symbols: Vec<Symbol>,
    loops: usize,
}

impl Reader {
    fn new(text: &str) -> Reader {
        let names = HashMap::new();
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).chars().collect();
        let place = Place { line: 1, column: 1 };
        Reader { text, at: 0, place, names, symbols: Vec::new(), loops: 0 }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        if next == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        Some(next)
    }

    fn take(&mut self, wanted: &str) -> bool {
        let mut rest = self.text[self.at..].iter();
        let found = wanted.chars().all(|one| rest.next() == Some(&one));
        for _ in wanted.chars().filter(|_| found) {
            self.next();
        }
        found
    }

    fn fail<T>(&self, fault: Fault) -> Result<T, Problem> {
        Err(self.place.problem(fault))
    }

    /// Passes white space and comments; ends of lines only where they mean nothing.
    fn skip_blank(&mut self, across_lines: bool) {
        while let Some(next) = self.peek() {
            match next {
                '#' => {
                    while self.peek().is_some_and(|one| one != '\n') {
                        self.next();
                    }
                    continue;
                }
                ' ' | '\t' => {}
                '\n' | '\r' if across_lines => {}
                _ => return,
            }
            self.next();
        }
    }

    fn rule(&mut self) -> Result<(), Problem> {
        let place = self.place;
        let number = self.name()?;
        self.skip_blank(false);
        if !self.take("::=") {
            return self.fail(Fault::DefinitionExpected);
        }
        self.skip_blank(true);
        let body = self.choice(0)?;
        if let Some(found) = self.peek()
            && !matches!(found, '\n' | '\r')
        {
            return self.fail(Fault::Unexpected(found));
        }
        let symbol = &mut self.symbols[number];
        if let Some((before, _)) = &symbol.rule {
            let (name, line) = (symbol.name.clone(), before.line);
            return Err(place.problem(Fault::DefinedTwice { name, line }));
        }
        symbol.rule = Some((place, body));
        Ok(())
    }

    /// Reads a name and returns its number.
    fn name(&mut self) -> Result<usize, Problem> {
        let place = self.place;
        let mut name = String::new();
        while let Some(next) = self.peek().filter(|one| is_of_name(*one)) {
            name.push(next);
            self.next();
        }
        if name.is_empty() {
            return self.fail(Fault::NameExpected);
        }
        let next = self.symbols.len();
        let number = *self.names.entry(name.clone()).or_insert(next);
        if number == next {
            self.symbols.push(Symbol { name, place, rule: None });
        }
        Ok(number)
    }

    fn choice(&mut self, depth: usize) -> Result<Expression, Problem> {
        if depth > DEPTH_MAX {
            return self.fail(Fault::TooDeep);
        }
        let mut ways = vec![self.sequence(depth)?];
        while self.continues_with_a_bar(depth > 0) {
            self.skip_blank(true);
            ways.push(self.sequence(depth)?);
        }
        Ok(if ways.len() == 1 { ways.remove(0) } else { Expression::Choice(ways) })
    }

    /// Passes a bar, also one at the beginning of the next line: no rule begins so.
    fn continues_with_a_bar(&mut self, in_group: bool) -> bool {
        let (at, place) = (self.at, self.place);
        self.skip_blank(true);
        if self.take("|") {
            return true;
        }
        if !in_group {
            (self.at, self.place) = (at, place);
        }
        false
    }

    fn sequence(&mut self, depth: usize) -> Result<Expression, Problem> {
        let mut parts = Vec::new();
        while let Some(part) = self.element(depth)? {
            self.skip_blank(depth > 0);
            let part = self.repeated(part)?;
            parts.push(part);
            self.skip_blank(depth > 0);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Sequence(parts) })
    }
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}
