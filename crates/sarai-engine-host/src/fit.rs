//! Makes a conversation fit the context by leaving out its oldest turns.

use sarai_engine_protocol::{Failure, Message};

use crate::backend::Token;
use crate::sequences::token_count;

/// Turns are left out by so many at once, so that the beginning of the prompt, and with it what is
/// already computed, stays the same over several questions.
const TURNS_AT_ONCE: usize = 4;

/// A prompt that fits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fitted {
    pub(crate) tokens: Vec<Token>,
    pub(crate) messages_dropped: u32,
}

/// Returns the tokens of `messages`, at most `room`, without as few of the oldest droppable turns as
/// necessary. The last question and what follows it always stay.
pub(crate) fn fit(
    messages: &[Message],
    room: usize,
    tokenize: impl Fn(&[Message]) -> Result<Vec<Token>, Failure>,
) -> Result<Fitted, Failure> {
    let whole = tokenize(messages)?;
    if whole.len() <= room {
        return Ok(Fitted { tokens: whole, messages_dropped: 0 });
    }
    let turns = droppable_turns(messages);
    let steps = turns.len().div_ceil(TURNS_AT_ONCE);
    let without = |step: usize| {
        let gone: Vec<usize> = turns.iter().take(step * TURNS_AT_ONCE).flatten().copied().collect();
        let kept = messages.iter().enumerate().filter(|(index, _)| !gone.contains(index));
        let kept: Vec<Message> = kept.map(|(_, message)| message.clone()).collect();
        tokenize(&kept).map(|tokens| Fitted { tokens, messages_dropped: token_count(gone.len()) })
    };
    let mut needed = whole.len();
    let mut best = None;
    // The more is left out, the shorter it gets: the fewest steps are found by halving.
    let (mut low, mut high) = (1, steps + 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        let fitted = without(middle)?;
        if fitted.tokens.len() <= room {
            high = middle;
            best = Some(fitted);
        } else {
            low = middle + 1;
            needed = fitted.tokens.len();
        }
    }
    best.ok_or(Failure::ContextExceeded {
        needed: token_count(needed),
        available: token_count(room),
    })
}

/// Returns the turns that may go, oldest first, each as indexes of its droppable messages. A turn
/// goes from a question up to the next one.
fn droppable_turns(messages: &[Message]) -> Vec<Vec<usize>> {
    let last_question = messages.iter().rposition(|message| message.role == "user").unwrap_or(0);
    let mut turns: Vec<Vec<usize>> = Vec::new();
    let mut begins = true;
    for (index, message) in messages.iter().enumerate().take(last_question) {
        begins |= message.role == "user";
        if message.droppable {
            match turns.last_mut().filter(|_| !begins) {
                Some(turn) => turn.push(index),
                None => turns.push(vec![index]),
            }
            begins = false;
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use sarai_engine_protocol::{Failure, Message};

    use super::fit;

    /// `s` system, `u` and `a` droppable question and answer, `U` a question that must stay.
    fn conversation(roles: &str) -> Vec<Message> {
        roles
            .chars()
            .map(|role| Message {
                role: match role {
                    's' => "system",
                    'a' => "assistant",
                    _ => "user",
                }
                .to_owned(),
                content: role.to_string(),
                droppable: role == 'u' || role == 'a',
                tool_calls: Vec::new(),
                tool_call_id: None,
            })
            .collect()
    }

    /// A message is ten tokens. Returns the roles kept, or how much is needed.
    #[track_caller]
    fn check(roles: &str, room: usize, kept: &str, dropped: u32) {
        let tokenize = |messages: &[Message]| -> Result<Vec<u32>, Failure> {
            let one = |message: &Message| vec![u32::from(message.content.as_bytes()[0]); 10];
            Ok(messages.iter().flat_map(one).collect())
        };
        let fitted = fit(&conversation(roles), room, tokenize).unwrap();
        let text: String =
            fitted.tokens.iter().step_by(10).filter_map(|token| char::from_u32(*token)).collect();
        assert_eq!((text.as_str(), fitted.messages_dropped), (kept, dropped));
    }

    #[test]
    fn what_fits_stays_whole() {
        check("suauaU", 60, "suauaU", 0);
    }

    #[test]
    fn the_oldest_turns_go_by_four_so_that_the_beginning_stays_the_same() {
        check("suauauauauauaU", 130, "suauaU", 8);
        check("suauauauauauauaU", 130, "suauauaU", 8);
        check("suauauauauauauauauaU", 130, "suauauauauaU", 8);
        check("suauauauauauauauauauauaU", 130, "suauauaU", 16);
    }

    #[test]
    fn the_last_question_and_undroppable_messages_stay() {
        check("suaUauaU", 40, "sUU", 5);
    }

    #[test]
    fn what_cannot_fit_is_refused_with_numbers() {
        let tokenize = |messages: &[Message]| Ok(vec![0; messages.len() * 10]);
        let failure = fit(&conversation("suaU"), 15, tokenize).unwrap_err();
        assert_eq!(failure, Failure::ContextExceeded { needed: 20, available: 15 });
    }
}
