//! What `cargo xtask run` ends in: with a terminal the page and a chat; with text piped in, its
//! answer; with nothing piped in, the answer to one built-in question and how fast it came.

mod readers;

use std::io::{self, IsTerminal as _};

use super::Context;
use super::chat::{self, Asking};
use super::serve::{executor, listen_address, listen_for_interrupts, welcome};
use crate::args::Serve;
use crate::output;
use crate::owner::{Access, Duty};
use crate::trouble::Outcome;

/// Enough for a sentence and a figure of speed.
const ANSWER_TOKENS_MAX: u32 = 96;

pub(super) fn run(context: &Context) -> Outcome {
    if io::stdin().is_terminal() {
        return converse(context);
    }
    let piped = chat::read_piped(context.language)?;
    if !piped.trim().is_empty() {
        return chat::answer_once(context, &Asking::of(piped));
    }
    let question = context
        .language
        .pick("¿Quién eres? Contesta con una frase.", "Who are you? Answer in one sentence.");
    output::tell(&format!("» {question}"));
    let options = chat::Options { tokens_max: Some(ANSWER_TOKENS_MAX), ..chat::Options::default() };
    let asking =
        Asking { options, use_memory: false, tells_speed: true, ..Asking::of(question.to_owned()) };
    chat::answer_once(context, &asking)?;
    // After the answer: nobody waits for these.
    readers::bring(context)
}

fn converse(context: &Context) -> Outcome {
    let address = listen_address(context, &Serve::default())?;
    let executor = executor()?;
    let interrupt = listen_for_interrupts(&executor)?;
    let mut access =
        Access::gain(context, &executor, Duty::Whole { listen: Some(address) }, &interrupt.next())?;
    let options = chat::Options::default();
    let outcome = readers::Background::begin(context).and_then(|_readers| {
        welcome(context, &access, address)?;
        chat::converse(context, &executor, &mut access, &interrupt, &options)
    });
    access.release(&executor);
    outcome
}
