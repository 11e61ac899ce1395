//! Grammars in GBNF.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use llguidance::api::TopLevelGrammar;
use llguidance::{Matcher, ParserFactory};
use sarai_engine_protocol::Failure;
use sarai_grammar::{Gbnf, parse, to_lark};

use super::{bad, broken};

/// Most grammars that are kept. Compiling a large one takes a part of a second.
const KEPT_MAX: usize = 8;

/// Grammars that were compiled, the latest last.
#[derive(Default)]
pub(super) struct Compiled {
    kept: VecDeque<Kept>,
}

struct Kept {
    text: String,
    gbnf: Arc<Gbnf>,
    /// Nothing was read with it.
    matcher: Matcher,
}

impl Compiled {
    /// Returns a parser of the grammar, and the grammar.
    pub(super) fn find(
        &mut self,
        text: &str,
        factory: &ParserFactory,
    ) -> Result<(Matcher, Arc<Gbnf>), Failure> {
        let known = self.kept.iter().position(|kept| kept.text == text);
        let kept = match known.and_then(|index| self.kept.remove(index)) {
            Some(kept) => kept,
            None => compile(text, factory)?,
        };
        let found = (kept.matcher.clone(), Arc::clone(&kept.gbnf));
        self.kept.push_back(kept);
        if self.kept.len() > KEPT_MAX {
            self.kept.pop_front();
        }
        Ok(found)
    }
}

fn compile(text: &str, factory: &ParserFactory) -> Result<Kept, Failure> {
    let gbnf = parse(text).map_err(|problem| broken(&problem))?;
    let lark = TopLevelGrammar::from_lark(to_lark(&gbnf));
    let parser = catch_unwind(AssertUnwindSafe(|| factory.create_parser(lark)))
        .map_err(|_| bad("the grammar broke the grammar compiler"))?;
    let matcher = Matcher::new(parser);
    match matcher.get_error() {
        Some(reason) => Err(bad(&reason)),
        None => Ok(Kept { text: text.to_owned(), gbnf: Arc::new(gbnf), matcher }),
    }
}
