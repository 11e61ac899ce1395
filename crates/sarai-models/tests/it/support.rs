//! What the tests share: a small model file, a catalogue that knows it, a store for it.

pub(crate) mod hub_server;
pub(crate) mod pip;

use std::ops::ControlFlow;
use std::path::Path;

use sarai_models::{Catalogue, Digest, Hub, Installed, ModelError, Progress, Sources, Store};

pub(crate) use hub_server::HubServer;

/// The name of the model that `catalogue` adds.
pub(crate) const NAME: &str = "probe";
pub(crate) const FILE: &str = "probe.gguf";

/// Returns a valid model file of about `filling` bytes.
pub(crate) fn model_file(filling: usize) -> Vec<u8> {
    let mut file = GgufWriter::new(3)
        .text("general.architecture", "qwen2")
        .text("general.name", "Probe")
        .number("general.file_type", 15)
        .number("qwen2.context_length", 4_096)
        .text("tokenizer.chat_template", "{{ messages }}")
        .finish();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    file.extend((0..filling).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    }));
    file
}

/// Writes the head of a GGUF file.
pub(crate) struct GgufWriter {
    version: u32,
    pairs: u64,
    body: Vec<u8>,
}

impl GgufWriter {
    pub(crate) fn new(version: u32) -> GgufWriter {
        GgufWriter { version, pairs: 0, body: Vec::new() }
    }

    pub(crate) fn text(self, key: &str, value: &str) -> GgufWriter {
        let mut bytes = (value.len() as u64).to_le_bytes().to_vec();
        bytes.extend(value.as_bytes());
        self.pair(key, 8, &bytes)
    }

    pub(crate) fn number(self, key: &str, value: u32) -> GgufWriter {
        self.pair(key, 4, &value.to_le_bytes())
    }

    pub(crate) fn pair(mut self, key: &str, kind: u32, value: &[u8]) -> GgufWriter {
        self.pairs += 1;
        self.body.extend((key.len() as u64).to_le_bytes());
        self.body.extend(key.as_bytes());
        self.body.extend(kind.to_le_bytes());
        self.body.extend(value);
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        let mut file = b"GGUF".to_vec();
        file.extend(self.version.to_le_bytes());
        file.extend(0_u64.to_le_bytes());
        file.extend(self.pairs.to_le_bytes());
        file.extend(self.body);
        file
    }
}

/// Returns a catalogue with one more model, called [`NAME`], from `sources` (TOML).
pub(crate) fn catalogue(sha256: Option<Digest>, bytes: usize, sources: &str) -> Catalogue {
    let pin = sha256.map_or_else(String::new, |digest| format!("sha256 = \"{digest}\""));
    let text = format!(
        r#"
[[model]]
name = "{NAME}"
title = "Probe"
file = "{FILE}"
{pin}
bytes = {bytes}
licence = "MIT"
languages = ["es"]
parameters = 1
context_tokens = 4096
ram_bytes = 1
purposes = ["chat"]
{sources}
"#
    );
    Catalogue::extended(Path::new("own.toml"), &text).unwrap()
}

pub(crate) const HUB_SOURCE: &str = r#"
[[model.source]]
hub = { repository = "house/probe", file = "probe-q4.gguf" }
"#;

/// Returns sources with nothing but the hub at `endpoint`.
pub(crate) fn only_hub(endpoint: &str) -> Sources {
    Sources { folders: Vec::new(), hub: Hub::new(endpoint), pip: Vec::new() }
}

/// What a pull told, as lines.
#[derive(Debug, Default)]
pub(crate) struct Told(pub(crate) Vec<String>, u64);

impl Told {
    pub(crate) fn hear(&mut self, progress: Progress<'_>) -> ControlFlow<()> {
        match progress {
            Progress::Waiting => self.0.push("waiting".to_owned()),
            Progress::Trying { source } => {
                self.1 = 0;
                self.0.push(format!("trying {source}"));
            }
            Progress::SourceFailed { source, reason } => {
                self.0.push(format!("failed {source}: {reason}"));
            }
            Progress::Checking { done, total } => {
                assert!(done <= total);
                self.0.push("checking".to_owned());
            }
            Progress::Receiving { done, total, part, parts } => {
                assert!(done <= total && part <= parts);
                let goes_back = done < self.1 && parts > 1;
                assert!(!goes_back, "progress went back from {} to {done}", self.1);
                self.1 = done;
                self.0.push("receiving".to_owned());
            }
        }
        self.0.dedup();
        ControlFlow::Continue(())
    }

    #[track_caller]
    pub(crate) fn has(&self, words: &str) {
        assert!(self.0.iter().any(|line| line.contains(words)), "no {words:?} in {self:?}");
    }
}

/// Pulls [`NAME`] and checks that the file that came is `expected`.
#[track_caller]
pub(crate) fn pull_expecting(
    store: &Store,
    catalogue: &Catalogue,
    sources: &Sources,
    expected: &[u8],
) -> (Installed, Told) {
    let mut told = Told::default();
    let result = store.pull(catalogue, NAME, sources, &mut |progress| told.hear(progress));
    let installed = result.unwrap_or_else(|error| panic!("{error}\n{told:?}"));
    assert!(std::fs::read(&installed.path).unwrap() == expected, "another file was installed");
    assert_eq!(installed.sha256, Digest::of(expected));
    assert_eq!(store.path_of(NAME).unwrap(), installed.path);
    (installed, told)
}

/// Pulls [`NAME`], which must fail.
#[track_caller]
pub(crate) fn pull_failing(
    store: &Store,
    catalogue: &Catalogue,
    sources: &Sources,
) -> (ModelError, Told) {
    let mut told = Told::default();
    let result = store.pull(catalogue, NAME, sources, &mut |progress| told.hear(progress));
    (result.unwrap_err(), told)
}

/// Goes on, whatever it is told.
pub(crate) fn quiet(_: Progress<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
