//! The shortest way to the end of a JSON text that has begun.
//!
//! It is looked for byte by byte, with a parser of the same schema whose tokens are bytes.

use llguidance::Matcher;

/// The longest way that is looked for.
const WAY_BYTES_MAX: usize = 4096;

/// How often it is asked what may come next, for one way.
const QUESTIONS_MAX: usize = 2000;

/// Of what may come next, these are tried.
const TRIED_MAX: usize = 12;

/// Bytes that end something, the outermost first; where one of them may come, nothing is shorter.
const ENDING: &[u8] = b"}],:";

/// What is tried first: ways on that are likely short. In a string only the quote is.
const FIRST: &[u8] = b"\"01ntf[{-a ";

/// Where in a JSON text its end is.
#[derive(Debug, Clone, Default)]
struct Place {
    /// Whether what is open is an object, the innermost last.
    open: Vec<bool>,
    in_string: bool,
    escaped: bool,
    /// Whether a name of a field comes next, or is being said.
    at_name: bool,
}

impl Place {
    fn note(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_string => self.escaped = true,
            b'"' => self.in_string = !self.in_string,
            _ if self.in_string => {}
            b'{' | b'[' => {
                self.open.push(byte == b'{');
                self.at_name = byte == b'{';
            }
            b'}' | b']' => {
                self.open.pop();
                self.at_name = false;
            }
            b',' => self.at_name = self.open.last() == Some(&true),
            b':' => self.at_name = false,
            _ => {}
        }
    }
}

/// A JSON text that has begun.
#[derive(Clone)]
pub(super) struct Reader {
    /// Takes bytes as tokens.
    matcher: Matcher,
    read: usize,
    place: Place,
}

impl Reader {
    pub(super) fn new(matcher: Matcher) -> Reader {
        Reader { matcher, read: 0, place: Place::default() }
    }

    /// Reads on in `said`, which is what it was before, and more of it. `false` where that cannot be.
    pub(super) fn read(&mut self, said: &[u8]) -> bool {
        let Some(unread) = said.get(self.read..) else { return false };
        let tokens: Vec<u32> = unread.iter().copied().map(u32::from).collect();
        self.read = said.len();
        for byte in unread {
            self.place.note(*byte);
        }
        self.matcher.consume_tokens(&tokens).is_ok()
    }

    /// Returns whether `more` and `rest` after it make a whole value of what was read.
    pub(super) fn ends_with(&mut self, more: &[u8], rest: &[u8]) -> bool {
        let Ok(environment) = self.matcher.tok_env() else { return false };
        let mut tokens: Vec<u32> = more.iter().chain(rest).copied().map(u32::from).collect();
        if tokens.is_empty() {
            return self.is_whole();
        }
        tokens.push(environment.tok_trie().eos_token());
        matches!(self.matcher.validate_tokens(&tokens), Ok(valid) if valid == tokens.len())
    }

    /// Returns about the shortest text that makes a whole value of what was read and `more`.
    pub(super) fn rest_after(&self, more: &[u8]) -> Option<Vec<u8>> {
        let mut after = self.clone();
        if after.push_all(more) { after.rest() } else { None }
    }

    fn rest(mut self) -> Option<Vec<u8>> {
        let mut rest = Vec::new();
        let mut questions = QUESTIONS_MAX;
        while !self.is_whole() {
            let step = self.step(&mut questions)?;
            rest.extend(step);
            if rest.len() > WAY_BYTES_MAX {
                return None;
            }
        }
        Some(rest)
    }

    fn push(&mut self, byte: u8) -> bool {
        let taken = matches!(self.matcher.try_consume_tokens(&[u32::from(byte)]), Ok(1));
        if taken {
            self.place.note(byte);
        }
        taken
    }

    fn push_all(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().all(|byte| self.push(*byte))
    }

    fn is_whole(&mut self) -> bool {
        if self.matcher.is_stopped() {
            return self.matcher.get_error().is_none();
        }
        self.matcher.is_accepting().unwrap_or(false)
    }

    /// Returns the bytes that may come next, those that are likely short ways first.
    fn next(&mut self, questions: &mut usize) -> Vec<u8> {
        *questions = questions.saturating_sub(1);
        let Ok(mask) = self.matcher.compute_mask() else { return Vec::new() };
        let allowed = |byte: &u8| mask.is_allowed(u32::from(*byte));
        let mut next: Vec<u8> = FIRST.iter().copied().filter(allowed).collect();
        next.extend((0..=u8::MAX).filter(|byte| allowed(byte) && !FIRST.contains(byte)));
        next
    }

    /// Goes on where there is but one way, or one that is surely the shortest.
    fn sure(&mut self) -> Option<Vec<u8>> {
        let forced = self.matcher.compute_ff_bytes();
        if !forced.is_empty() {
            return self.push_all(&forced).then_some(forced);
        }
        let ending: &[u8] = match (self.place.in_string, self.place.at_name) {
            // Which field is the best depends on what it brings.
            (true, true) => b"",
            (true, false) => b"\"",
            (false, _) => ENDING,
        };
        ending.iter().find(|byte| self.push(**byte)).map(|byte| vec![*byte])
    }

    /// Goes on by what leads soonest out of what is open here.
    fn step(&mut self, questions: &mut usize) -> Option<Vec<u8>> {
        if let Some(sure) = self.sure() {
            return Some(sure);
        }
        let next = self.next(questions);
        let least = self.place.open.len().saturating_sub(usize::from(self.place.at_name));
        let mut best: Option<(Vec<u8>, Reader)> = None;
        for byte in next.into_iter().take(TRIED_MAX) {
            let shorter_than = best.as_ref().map_or(WAY_BYTES_MAX, |(way, _)| way.len());
            if *questions == 0 && best.is_some() {
                break;
            }
            if let Some(found) = self.way_by(byte, least, shorter_than, questions) {
                best = Some(found);
            }
        }
        let (way, reader) = best?;
        // Inside what was opened there may be a shorter way than the first.
        if self.place.at_name || matches!(way.first(), Some(b'{' | b'[')) {
            let first = *way.first()?;
            return self.push(first).then(|| vec![first]);
        }
        *self = reader;
        Some(way)
    }

    /// Returns the first way that begins with `byte` and ends what is open down to `least`, where it
    /// is shorter than so many bytes, and where it leads.
    fn way_by(
        &self,
        byte: u8,
        least: usize,
        shorter_than: usize,
        questions: &mut usize,
    ) -> Option<(Vec<u8>, Reader)> {
        let mut reader = self.clone();
        let mut way = vec![byte];
        if !reader.push(byte) {
            return None;
        }
        while way.len() < shorter_than {
            if reader.is_whole() || reader.is_out(least, self.place.at_name) {
                return Some((way, reader));
            }
            if let Some(sure) = reader.sure() {
                way.extend(sure);
            } else {
                let next = *reader.next(questions).first()?;
                if !reader.push(next) {
                    return None;
                }
                way.push(next);
            }
        }
        None
    }

    /// Whether a value has ended that stands in `least` others, or with `of_object` the object.
    fn is_out(&mut self, least: usize, of_object: bool) -> bool {
        let open = self.place.open.len();
        if self.place.in_string || open > least {
            return false;
        }
        of_object || open < least || ENDING[..3].iter().any(|byte| self.may_come(*byte))
    }

    fn may_come(&mut self, byte: u8) -> bool {
        matches!(self.matcher.validate_tokens(&[u32::from(byte)]), Ok(1))
    }
}
