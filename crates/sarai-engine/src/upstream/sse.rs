//! Server-sent events, as much of them as answers need.

/// The longest event, in bytes. A longer one is a broken server.
const EVENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// One thing read from the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// The `data` of an event, its lines joined.
    Data(String),
    /// A comment: the server says that it is still there.
    Comment,
}

/// An event without end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Reads events from bytes that come in any pieces.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    line: Vec<u8>,
    data: Option<String>,
    /// A line feed now belongs to the carriage return before.
    after_return: bool,
}

impl Parser {
    /// Reads some more bytes and appends what became complete.
    pub(crate) fn push(&mut self, bytes: &[u8], events: &mut Vec<Event>) -> Result<(), TooLong> {
        for byte in bytes {
            let ended_before = std::mem::take(&mut self.after_return);
            match byte {
                b'\n' if ended_before => {}
                b'\n' => self.end_line(events),
                b'\r' => {
                    self.after_return = true;
                    self.end_line(events);
                }
                byte => self.line.push(*byte),
            }
            let bytes = self.line.len() + self.data.as_ref().map_or(0, String::len);
            if bytes > EVENT_BYTES_MAX {
                return Err(TooLong);
            }
        }
        Ok(())
    }

    fn end_line(&mut self, events: &mut Vec<Event>) {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        if line.is_empty() {
            events.extend(self.data.take().map(Event::Data));
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match (field, &mut self.data) {
            ("", _) => events.push(Event::Comment),
            ("data", Some(data)) => {
                data.push('\n');
                data.push_str(value);
            }
            ("data", data) => *data = Some(value.to_owned()),
            // `event`, `id` and `retry` say nothing that an answer needs.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{EVENT_BYTES_MAX, Event, Parser, TooLong};

    fn read(pieces: &[&[u8]]) -> Vec<Event> {
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for piece in pieces {
            parser.push(piece, &mut events).unwrap();
        }
        events
    }

    #[track_caller]
    fn check(stream: &str, data: &[&str]) {
        let events = read(&[stream.as_bytes()]);
        let expected = data.iter().map(|data| Event::Data((*data).to_owned()));
        assert_eq!(events, expected.collect::<Vec<_>>());
    }

    #[test]
    fn events_end_with_an_empty_line() {
        check("data: uno\n\ndata:dos\n\n", &["uno", "dos"]);
        check("data: uno\r\n\r\ndata: dos\r\rdata: tres\n\n", &["uno", "dos", "tres"]);
        check("data: uno\ndata:  dos\n\n", &["uno\n dos"]);
        check("event: x\nid: 1\nretry: 5\nnonsense\ndata\n\n", &[""]);
        check("data: cut", &[]);
        check("\n\n\n", &[]);
    }

    #[test]
    fn a_comment_is_a_sign_of_life() {
        assert_eq!(read(&[b": ping\n\n"]), [Event::Comment]);
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut parser = Parser::default();
        let bytes = vec![b'x'; EVENT_BYTES_MAX + 1];
        assert_eq!(parser.push(&bytes, &mut Vec::new()), Err(TooLong));
        let mut parser = Parser::default();
        let lines = "data: 1234\n".repeat(EVENT_BYTES_MAX / 5 + 1);
        assert_eq!(parser.push(lines.as_bytes(), &mut Vec::new()), Err(TooLong));
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_cut_does_not_matter(
            bytes in prop::collection::vec(prop::sample::select(b"data: x\xc3\xb1\r\n".to_vec()), 0..200),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let mut cuts = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect::<Vec<_>>();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect::<Vec<_>>();
            assert_eq!(read(&pieces), read(&[&bytes]));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            read(&[&bytes]);
        }
    }
}
