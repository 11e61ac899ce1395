//! Literals, classes, groups and how often they come.

use super::{Reader, is_of_name};
use crate::class::Class;
use crate::expression::Expression;
use crate::problem::{Fault, Place, Problem};

/// Most repetitions that can be counted.
const TIMES_MAX: u32 = 2000;

/// Most signs of repetition after one another: each is one level more.
const SIGNS_MAX: usize = 4;

impl Reader {
    /// Reads what stands for itself, or returns `None` where a sequence ends.
    pub(super) fn element(&mut self, depth: usize) -> Result<Option<Expression>, Problem> {
        let place = self.place;
        let Some(next) = self.peek() else { return Ok(None) };
        Ok(Some(match next {
            '"' => self.literal(place)?,
            '[' => self.class(place)?,
            '.' => {
                self.next();
                Expression::Class(Class::any())
            }
            '(' => {
                self.next();
                self.skip_blank(true);
                let inner = self.choice(depth + 1)?;
                if !self.take(")") {
                    return match self.peek() {
                        Some(found) => self.fail(Fault::Unexpected(found)),
                        None => Err(place.problem(Fault::GroupUnclosed)),
                    };
                }
                inner
            }
            '<' | '!' => return self.fail(Fault::TokensUnsupported),
            '*' | '+' | '?' | '{' => return self.fail(Fault::NothingToRepeat),
            name if is_of_name(name) => Expression::Rule(self.name()?),
            _ => return Ok(None),
        }))
    }

    fn literal(&mut self, place: Place) -> Result<Expression, Problem> {
        self.next();
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                None | Some('\n') => return Err(place.problem(Fault::LiteralUnclosed)),
                Some('"') => break,
                Some(_) => parts.push(Expression::Class(Class::one(self.character()?))),
            }
        }
        self.next();
        Ok(Expression::Sequence(parts))
    }

    fn class(&mut self, place: Place) -> Result<Expression, Problem> {
        self.next();
        let negated = self.take("^");
        let mut ranges = Vec::new();
        loop {
            let from_place = self.place;
            match self.peek() {
                None | Some('\n') => return Err(place.problem(Fault::ClassUnclosed)),
                Some(']') => break,
                Some(_) => {}
            }
            let from = self.character()?;
            // A hyphen at the end stands for itself.
            let is_range = self.peek() == Some('-') && self.text.get(self.at + 1) != Some(&']');
            let to = if is_range {
                self.next();
                if self.peek().is_none_or(|one| one == '\n') {
                    return Err(place.problem(Fault::ClassUnclosed));
                }
                self.character()?
            } else {
                from
            };
            if to < from {
                return Err(from_place.problem(Fault::RangeReversed(from, to)));
            }
            ranges.push((from, to));
        }
        self.next();
        let class = Class::of(ranges);
        let class = if negated { class.negated() } else { class };
        if class.is_empty() {
            return Err(place.problem(Fault::ClassEmpty));
        }
        Ok(Expression::Class(class))
    }

    /// Reads a character, which a backslash may stand before.
    fn character(&mut self) -> Result<char, Problem> {
        let place = self.place;
        let unknown = || place.problem(Fault::EscapeUnknown);
        match self.next() {
            Some('\\') => {}
            Some(plain) => return Ok(plain),
            None => return Err(unknown()),
        }
        match self.next() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(same @ ('\\' | '"' | '[' | ']' | '^' | '-')) => Ok(same),
            Some('x') => self.hexadecimal(2).ok_or_else(unknown),
            Some('u') => self.hexadecimal(4).ok_or_else(unknown),
            Some('U') => self.hexadecimal(8).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<char> {
        let mut value = 0;
        for _ in 0..digits {
            value = value << 4 | self.peek()?.to_digit(16)?;
            self.next();
        }
        char::from_u32(value)
    }

    /// Reads how often `part` comes.
    pub(super) fn repeated(&mut self, mut part: Expression) -> Result<Expression, Problem> {
        for signs in 0.. {
            let place = self.place;
            let (least, most) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => self.bounds()?,
                _ => return Ok(part),
            };
            if signs == SIGNS_MAX {
                return Err(place.problem(Fault::TooDeep));
            }
            self.next();
            let inner = Box::new(part);
            part = if let Some(most) = most {
                Expression::Times { inner, least, most }
            } else {
                self.loops += 1;
                Expression::Loop { inner, least, number: self.loops - 1 }
            };
            self.skip_spaces();
        }
        Ok(part)
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(|one| matches!(one, ' ' | '\t')) {
            self.next();
        }
    }

    /// Reads `{m}`, `{m,}` or `{m,n}` up to the closing brace.
    fn bounds(&mut self) -> Result<(u32, Option<u32>), Problem> {
        let place = self.place;
        self.next();
        let least = self.count(place)?;
        let most = if self.take(",") {
            self.skip_spaces();
            if self.peek() == Some('}') { None } else { Some(self.count(place)?) }
        } else {
            Some(least)
        };
        if self.peek() != Some('}') {
            return Err(place.problem(Fault::RepetitionUnreadable));
        }
        if most.is_some_and(|most| most < least) {
            return Err(place.problem(Fault::RepetitionReversed));
        }
        Ok((least, most))
    }

    fn count(&mut self, place: Place) -> Result<u32, Problem> {
        self.skip_spaces();
        let mut digits = String::new();
        while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
            digits.push(digit);
            self.next();
        }
        self.skip_spaces();
        if digits.is_empty() {
            return Err(place.problem(Fault::RepetitionUnreadable));
        }
        let count = digits.parse::<u32>().ok().filter(|count| *count <= TIMES_MAX);
        count.ok_or_else(|| place.problem(Fault::RepetitionTooLong(TIMES_MAX)))
    }
}
