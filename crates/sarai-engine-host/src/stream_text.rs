//! Turns tokens into text that may be shown: whole characters only, nothing of a stop string.

use std::collections::VecDeque;

use sarai_engine_protocol::TokenLogprob;

/// New text with the logprobs of the tokens it completes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) logprobs: Vec<TokenLogprob>,
}

impl Piece {
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.logprobs.is_empty()
    }
}

/// The text of one answer as it grows.
#[derive(Debug, Clone, Default)]
pub(crate) struct StreamText {
    stops: Vec<String>,
    /// The beginning of a character whose rest has not come.
    bytes: Vec<u8>,
    /// Characters that may still become a stop string.
    held: String,
    /// Bytes of text handed out.
    shown: usize,
    /// Each with the length of text that must be shown before it belongs to a piece.
    logprobs: VecDeque<(usize, TokenLogprob)>,
}

impl StreamText {
    pub(crate) fn new(stops: Vec<String>) -> StreamText {
        let stops = stops.into_iter().filter(|stop| !stop.is_empty()).collect();
        StreamText { stops, ..StreamText::default() }
    }

    /// Takes the bytes of a token. Returns what may be shown, and the stop string if one is complete:
    /// then the text before it is all there is.
    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        logprob: Option<TokenLogprob>,
    ) -> (Piece, Option<String>) {
        self.bytes.extend_from_slice(bytes);
        self.decode();
        if let Some(logprob) = logprob {
            // A token that ends inside a character belongs to the text which completes that one.
            let complete = self.shown + self.held.len() + usize::from(!self.bytes.is_empty());
            self.logprobs.push_back((complete, logprob));
        }
        if let Some((index, stop)) = self.find_stop() {
            let stop = stop.to_owned();
            self.bytes.clear();
            return (self.show(index), Some(stop));
        }
        let free = self.held.len() - self.may_become_stop();
        (self.show(free), None)
    }

    /// Returns what was held back, at the end of the answer.
    pub(crate) fn flush(&mut self) -> Piece {
        if !self.bytes.is_empty() {
            self.bytes.clear();
            self.held.push(char::REPLACEMENT_CHARACTER);
        }
        let mut piece = self.show(self.held.len());
        piece.logprobs.extend(self.logprobs.drain(..).map(|(_, logprob)| logprob));
        piece
    }

    /// Moves whole characters from `bytes` to `held`; what can never become one is U+FFFD.
    fn decode(&mut self) {
        let mut rest = self.bytes.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.held.push_str(text);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (valid, after) = rest.split_at(error.valid_up_to());
                    self.held.push_str(&String::from_utf8_lossy(valid));
                    rest = after;
                    let Some(broken) = error.error_len() else { break };
                    self.held.push(char::REPLACEMENT_CHARACTER);
                    rest = &rest[broken..];
                }
            }
        }
        self.bytes = rest.to_vec();
    }

    /// Returns where the first complete stop string begins; of two at one place, the longer.
    fn find_stop(&self) -> Option<(usize, &str)> {
        self.stops
            .iter()
            .filter_map(|stop| self.held.find(stop.as_str()).map(|index| (index, stop.as_str())))
            .min_by_key(|(index, stop)| (*index, std::cmp::Reverse(stop.len())))
    }

    /// Returns the length of the longest end of `held` that begins a stop string.
    fn may_become_stop(&self) -> usize {
        let begins = |stop: &String| {
            let longest = self.held.len().min(stop.len() - 1);
            (1..=longest)
                .rev()
                .find(|length| self.held.as_bytes().ends_with(&stop.as_bytes()[..*length]))
        };
        self.stops.iter().filter_map(begins).max().unwrap_or(0)
    }

    fn show(&mut self, length: usize) -> Piece {
        let text: String = self.held.drain(..length).collect();
        self.shown += text.len();
        let complete = self.logprobs.iter().take_while(|(end, _)| *end <= self.shown).count();
        let logprobs = self.logprobs.drain(..complete).map(|(_, logprob)| logprob).collect();
        Piece { text, logprobs }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};
    use sarai_engine_protocol::TokenLogprob;

    use super::StreamText;

    fn logprob(bytes: &[u8]) -> TokenLogprob {
        TokenLogprob { token: bytes.to_vec(), logprob: -1.0, top: Vec::new() }
    }

    #[test]
    fn what_may_become_a_stop_string_is_held_and_no_more() {
        let mut text = StreamText::new(vec!["fin.".to_owned(), "ñu".to_owned()]);
        assert_eq!(text.push(b"al fi", None).0.text, "al ");
        assert_eq!(text.push(b"n", None).0.text, "");
        assert_eq!(text.push(b"al f", None).0.text, "final ");
        assert_eq!(text.push("ñ".as_bytes(), None).0.text, "f");
        let (piece, stop) = text.push(b"u y mas", None);
        assert_eq!((piece.text.as_str(), stop.as_deref()), ("", Some("ñu")));
    }

    #[test]
    fn the_first_stop_string_counts_and_of_two_the_longer() {
        let stops = vec!["b".to_owned(), "bc".to_owned(), "d".to_owned()];
        let (piece, stop) = StreamText::new(stops).push(b"abcd", None);
        assert_eq!((piece.text.as_str(), stop.as_deref()), ("a", Some("bc")));
    }

    #[test]
    fn a_logprob_waits_for_the_character_it_belongs_to() {
        let mut text = StreamText::new(Vec::new());
        let (piece, _) = text.push(b"a\xc3", Some(logprob(b"a\xc3")));
        assert_eq!((piece.text.as_str(), piece.logprobs.len()), ("a", 0));
        let (piece, _) = text.push(b"\xb1", Some(logprob(b"\xb1")));
        assert_eq!((piece.text.as_str(), piece.logprobs.len()), ("ñ", 2));
        let (piece, _) = text.push(b"\xc3", Some(logprob(b"\xc3")));
        assert!(piece.is_empty());
        let piece = text.flush();
        assert_eq!((piece.text.as_str(), piece.logprobs.len()), ("\u{fffd}", 1));
    }

    proptest! {
        #[test]
        fn all_text_comes_out_whatever_the_tokens(
            text in "[aéñ🦜 .]{0,20}",
            cuts in prop::collection::vec(1..4_usize, 80),
        ) {
            let mut stream = StreamText::new(vec!["zz".to_owned(), "a.é".to_owned()]);
            let (mut shown, mut stopped) = (String::new(), false);
            let mut rest = text.as_bytes();
            for cut in cuts {
                let (token, after) = rest.split_at(cut.min(rest.len()));
                rest = after;
                let (piece, stop) = stream.push(token, None);
                shown.push_str(&piece.text);
                stopped |= stop.is_some();
                if stopped {
                    break;
                }
            }
            if !stopped {
                shown.push_str(&stream.flush().text);
            }
            if !stopped {
                prop_assert_eq!(&text, &shown);
            }
            prop_assert_eq!(stopped, shown.len() < text.len() && text[shown.len()..].starts_with("a.é"));
        }

        #[test]
        fn any_bytes_become_text(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut stream = StreamText::new(Vec::new());
            let mut shown = String::new();
            for byte in &bytes {
                shown.push_str(&stream.push(&[*byte], None).0.text);
            }
            shown.push_str(&stream.flush().text);
            prop_assert_eq!(String::from_utf8_lossy(&bytes), shown);
        }
    }
}
