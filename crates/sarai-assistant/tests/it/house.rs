//! A household to test in.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use sarai_assistant::{Assistant, Parts};
use sarai_core::clock::Clock;
use sarai_core::conversation::{Said, Speaker};
use sarai_core::engine::{Constraint, Generation};
use sarai_core::id::{ConversationId, PersonId};
use sarai_core::language::Language;
use sarai_core::limits::Limits;
use sarai_core::text::{Origin, Text};
use sarai_core::tool::{Tool, ToolChoice};
use sarai_core::turn::{Answer, Entry, Input, Mode, Reply, Transcript, TurnError};
use sarai_memory::Memory;
use sarai_testkit::{ScriptedEngine, SeededRandom, SimulatedClock};

pub(crate) struct House {
    pub(crate) assistant: Assistant,
    pub(crate) engine: Arc<ScriptedEngine>,
    pub(crate) person: PersonId,
    clock: Arc<SimulatedClock>,
}

impl House {
    pub(crate) fn new(engine: ScriptedEngine) -> House {
        House::reading_after(engine, None)
    }

    /// One whose model may read what the rules could not, after this long without a turn.
    pub(crate) fn reading_after(
        engine: ScriptedEngine,
        background_reading: Option<Duration>,
    ) -> House {
        let engine = Arc::new(engine);
        let clock = Arc::new(SimulatedClock::default());
        let time: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let memory = Memory::in_memory(Arc::clone(&time)).unwrap();
        let assistant = Assistant::new(Parts {
            engine: Arc::clone(&engine) as Arc<dyn sarai_core::engine::Engine>,
            memory,
            clock: time,
            random: Arc::new(SeededRandom::new(7)),
            limits: Limits::SMALL,
            language: Language::Spanish,
            time_zone: TimeZone::UTC,
            recall_rate: Arc::new(|| None),
            background_reading,
        });
        let person = assistant.first_person().unwrap();
        House { assistant, engine, person, clock }
    }

    pub(crate) fn saying(answers: &[&str]) -> House {
        House::new(ScriptedEngine::saying(answers))
    }

    /// What an engine may read before the first question.
    pub(crate) fn opening(&self) -> Generation {
        sarai_assistant::opening(&*self.clock, &TimeZone::UTC, Language::Spanish).unwrap()
    }

    pub(crate) fn days_pass(&self, days: u64) {
        self.clock.advance(Duration::from_secs(days * 86_400));
    }

    /// An input that names nothing but what is to be answered.
    pub(crate) fn input(&self, transcript: Transcript) -> Input {
        Input {
            person: self.person.clone(),
            entry: Entry::CommandLine,
            mode: Mode::Assistant,
            model: None,
            transcript,
            use_memory: true,
            sampling: None,
            tokens_max: None,
            stop: Vec::new(),
            constraint: Constraint::Free,
            tools: Vec::new(),
            tool_choice: ToolChoice::Auto,
            top_logprobs: None,
        }
    }

    pub(crate) fn answer(&self, input: &Input) -> Result<Answer, TurnError> {
        self.assistant.answer(input, &mut |_| ControlFlow::Continue(()))
    }

    /// Says `message` in a kept conversation; a new one without `conversation`.
    #[track_caller]
    pub(crate) fn say(&self, message: &str, conversation: Option<&ConversationId>) -> Answer {
        let message = Text::user(message);
        let input = self.input(Transcript::Kept { conversation: conversation.cloned(), message });
        self.answer(&input).unwrap()
    }

    /// Returns what the engine was asked last.
    pub(crate) fn last_asked(&self) -> Generation {
        self.engine.seen().pop().unwrap()
    }

    /// Returns the messages the engine was asked to answer last, as `role: content`.
    pub(crate) fn last_prompt(&self) -> Vec<String> {
        let asked = self.last_asked();
        let messages = asked.prompt.messages().unwrap().iter();
        messages
            .map(|message| format!("{}: {}", message.role().name(), message.content()))
            .collect()
    }
}

/// Returns what a client resends.
pub(crate) fn resent(lines: &[(Speaker, &str)]) -> Transcript {
    let messages = lines.iter().map(|(speaker, text)| {
        let origin = match speaker {
            Speaker::User => Origin::User,
            Speaker::Assistant => Origin::Model,
            Speaker::Tool => Origin::Tool,
            Speaker::Client => Origin::Client,
        };
        Said::new(*speaker, Text::new(origin, *text))
    });
    Transcript::Given { conversation: None, messages: messages.collect() }
}

pub(crate) fn tool(name: &str) -> Tool {
    Tool {
        name: name.to_owned(),
        description: format!("usa {name}"),
        parameters: r#"{"type":"object"}"#.to_owned(),
    }
}

/// Listens until the answer has said `words`, then asks to stop.
pub(crate) fn until(words: &str) -> impl FnMut(Reply<'_>) -> ControlFlow<()> {
    let mut said = String::new();
    move |reply| {
        if let Reply::Text { text, .. } = reply {
            said.push_str(text);
        }
        if said.contains(words) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
