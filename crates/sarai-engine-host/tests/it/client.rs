//! The assistant's end of the socket.

use std::collections::BTreeMap;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use sarai_engine_host::serve_with;
use sarai_engine_protocol::frame;
use sarai_engine_protocol::{
    Body, Call, Constraint, Drafting, Event, Failure, Finish, Generate, Generated, Load, Message,
    PromptInput, Request, Sampling, TokenLogprob,
};

use crate::toy::Toy;

/// A served toy.
pub(crate) struct Client {
    pub(crate) stream: UnixStream,
    served: Option<JoinHandle<std::io::Result<()>>>,
    last_id: u64,
    /// Events read and not yet asked for.
    pub(crate) events: BTreeMap<u64, Vec<Body>>,
}

/// What came of a generation.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) pieces: Vec<String>,
    pub(crate) logprobs: Vec<TokenLogprob>,
    pub(crate) told: Generated,
}

pub(crate) fn load() -> Load {
    Load {
        path: PathBuf::from("toy.gguf"),
        sha256: "0".repeat(64),
        context_tokens: 4096,
        threads: 1,
        parallel: 4,
        waiting_max: 8,
        template: None,
        state_folder: None,
        state_bytes_max: 1 << 20,
        drafting: Drafting::Off,
        timings: None,
        draft: None,
    }
}

impl Client {
    /// Serves a toy without loading it.
    pub(crate) fn unloaded(toy: &Toy) -> Client {
        let (stream, other) = UnixStream::pair().unwrap();
        let toy = toy.clone();
        let served =
            thread::Builder::new().spawn(move || serve_with(other, &toy, &toy.time)).unwrap();
        Client { stream, served: Some(served), last_id: 0, events: BTreeMap::new() }
    }

    pub(crate) fn new(toy: &Toy) -> Client {
        Client::with(toy, &load())
    }

    pub(crate) fn with(toy: &Toy, load: &Load) -> Client {
        let mut client = Client::unloaded(toy);
        match client.ask(Call::Load(load.clone())) {
            Body::Described(_) => client,
            other => panic!("could not load: {other:?}"),
        }
    }

    pub(crate) fn send(&mut self, call: Call) -> u64 {
        self.last_id += 1;
        frame::write(&mut self.stream, &Request { id: self.last_id, call }).unwrap();
        self.last_id
    }

    /// Reads until an event of `id` pleases `until`, and returns it.
    pub(crate) fn wait(&mut self, id: u64, until: impl Fn(&Body) -> bool) -> Body {
        loop {
            let event: Event = frame::read(&mut self.stream).unwrap();
            let pleases = event.id == id && until(&event.body);
            self.events.entry(event.id).or_default().push(event.body.clone());
            if pleases {
                return event.body;
            }
        }
    }

    /// Returns the last word on a request.
    pub(crate) fn last(&mut self, id: u64) -> Body {
        let told = self.events.get(&id).and_then(|events| events.last());
        match told.filter(|body| body.is_final()) {
            Some(body) => body.clone(),
            None => self.wait(id, Body::is_final),
        }
    }

    pub(crate) fn ask(&mut self, call: Call) -> Body {
        let id = self.send(call);
        self.last(id)
    }

    pub(crate) fn answer(&mut self, id: u64) -> Answer {
        let told = match self.last(id) {
            Body::Generated(told) => told,
            other => panic!("no answer: {other:?}"),
        };
        let mut answer =
            Answer { text: String::new(), pieces: Vec::new(), logprobs: Vec::new(), told };
        for body in &self.events[&id] {
            if let Body::Piece { text, logprobs } = body {
                answer.text.push_str(text);
                answer.pieces.push(text.clone());
                answer.logprobs.extend(logprobs.iter().cloned());
            }
        }
        answer
    }

    pub(crate) fn generate(&mut self, request: Generate) -> Answer {
        let id = self.send(Call::Generate(Box::new(request)));
        self.answer(id)
    }

    pub(crate) fn fail(&mut self, request: Generate) -> Failure {
        match self.ask(Call::Generate(Box::new(request))) {
            Body::Failed(failure) => failure,
            other => panic!("no failure: {other:?}"),
        }
    }

    /// Returns the answer, or the tokens of the shortest one where the limit is lower than that.
    pub(crate) fn within_limit(&mut self, request: Generate) -> Result<Answer, u32> {
        let limit = request.tokens_max.unwrap();
        let id = self.send(Call::Generate(Box::new(request)));
        if let Body::Failed(Failure::Unfinished { needed: Some(needed), text, .. }) = self.last(id)
        {
            assert!(needed > limit && text.is_empty(), "{needed} {limit} {text}");
            return Err(needed);
        }
        let answer = self.answer(id);
        assert!(answer.told.completion_tokens <= limit, "{limit}: {}", answer.text);
        Ok(answer)
    }

    /// Ends the process and returns whether it ended well.
    pub(crate) fn end(mut self) -> bool {
        let served = self.served.take().unwrap();
        drop(self);
        served.join().unwrap().is_ok()
    }

    /// Unloads and waits for the end of the process.
    pub(crate) fn unload(mut self) {
        assert_eq!(self.ask(Call::Unload), Body::Done);
        assert!(self.served.take().unwrap().join().unwrap().is_ok());
    }
}

pub(crate) fn message(role: &str, content: &str) -> Message {
    Message {
        role: role.to_owned(),
        content: content.to_owned(),
        droppable: false,
        tool_calls: Vec::new(),
        tool_call_id: None,
    }
}

pub(crate) const GREEDY: Sampling = Sampling {
    temperature: 0.0,
    top_p: 1.0,
    top_k: 0,
    min_p: 0.0,
    repeat_penalty: 1.0,
    presence_penalty: 0.0,
    frequency_penalty: 0.0,
    seed: 7,
};

pub(crate) fn conversation(messages: Vec<Message>) -> Generate {
    Generate {
        prompt: PromptInput::Messages(messages),
        tools: Vec::new(),
        sampling: GREEDY,
        tokens_max: Some(200),
        stop: Vec::new(),
        constraint: Constraint::Free,
        session: None,
        top_logprobs: None,
    }
}

pub(crate) fn question(text: &str) -> Generate {
    conversation(vec![message("user", text)])
}

/// Asks the toy to say exactly this.
pub(crate) fn say(text: &str) -> Generate {
    question(&format!("di «{text}»"))
}

pub(crate) fn in_session(request: Generate, session: &str) -> Generate {
    Generate { session: Some(session.to_owned()), ..request }
}

#[track_caller]
pub(crate) fn check_said(answer: &Answer, text: &str, finish: &Finish) {
    assert_eq!((answer.text.as_str(), &answer.told.finish), (text, finish));
}
