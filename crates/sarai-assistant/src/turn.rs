//! The way of one turn: recall, route, retrieve, generate, store, respond.

mod generate;
mod history;
mod prepare;
mod recall;
mod record;
mod respond;
mod retrieve;
mod store;
mod talk;

use sarai_core::route::{self, Route};
use sarai_core::trace::Stage;
use sarai_core::turn::{Answer, Input, Reply, TurnError};

use self::history::History;
pub use self::prepare::opening;
use self::record::Record;
use crate::{Listener, Parts};

/// Answers `input`. HTTP, command line, voice and scheduler all enter here.
pub(crate) fn answer(
    parts: &Parts,
    input: &Input,
    listener: &mut Listener<'_>,
) -> Result<Answer, TurnError> {
    let mut record = Record::new(parts.clock.as_ref());
    let history = history::open(parts, input)?;
    if let Some(conversation) = &history.conversation {
        // A caller who is gone by now breaks again at the engine's first event.
        let _: std::ops::ControlFlow<()> = listener(Reply::Conversation(conversation));
    }

    if let Some(about) = talk::about_memory(parts, input, &history) {
        return Ok(talk_about(parts, input, &history, &about, listener, record));
    }
    let recalled =
        record.stage(Stage::Recall, |note| recall::turns_that_fit(parts, input, &history, note));
    let route = record.stage(Stage::Route, |note| {
        let route = route::decide(input, &recalled);
        note.used(route.name());
        route
    });
    let context =
        record.stage(Stage::Retrieve, |note| retrieve::context_for(parts, route, recalled, note));
    let reply = record.stage(Stage::Generate, |note| {
        generate::reply_to(parts, input, &history, &context, listener, note)
    })?;
    let trace = record.trace(&reply.completion);
    let stored = record
        .stage(Stage::Store, |note| store::exchange(parts, input, &history, &reply, trace, note));
    prepare::for_the_next(parts, input, &history, &context, &reply);

    Ok(respond::answer(reply, stored, record))
}

/// A message about the memory itself needs no model: route, generate, store, respond.
fn talk_about(
    parts: &Parts,
    input: &Input,
    history: &History,
    about: &talk::About,
    listener: &mut Listener<'_>,
    mut record: Record<'_>,
) -> Answer {
    record.stage(Stage::Route, |note| note.used(Route::Recount.name()));
    let reply = record.stage(Stage::Generate, |note| {
        talk::reply_to(parts, input, history, about, listener, note)
    });
    let trace = record.trace(&reply.completion);
    let stored = if about.leaves_no_trace() {
        None
    } else {
        record
            .stage(Stage::Store, |note| store::exchange(parts, input, history, &reply, trace, note))
    };
    respond::answer(reply, stored, record)
}
