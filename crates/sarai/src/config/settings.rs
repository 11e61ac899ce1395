//! The values of the keys, checked, each with where it came from.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sarai_core::id::ModelName;
use sarai_core::language::Language;
use sarai_engine::{DraftChoice, Drafting};
use toml_edit::{Document, Item, Value};

use super::check::{bad_type, check};
use super::environment::Environment;
use super::keys::{KEYS, Key, Kind};
use super::problem::Problem;

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File,
    Environment,
}

impl Origin {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Origin::Default => "default",
            Origin::File => "file",
            Origin::Environment => "environment",
        }
    }
}

/// The values of all keys.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    values: Vec<(&'static Key, Value, Origin)>,
}

/// Another server that answers in place of the local engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upstream {
    pub url: String,
    pub model: String,
    pub key_file: Option<PathBuf>,
}

impl Settings {
    /// Reads the file at `path`, if there is one, and the environment over it.
    pub(crate) fn load(path: &Path, environment: &Environment) -> Result<Settings, Problem> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(Problem::Read { path: path.to_owned(), source }),
        };
        Settings::parse(path, &text, environment)
    }

    /// Checks `text` as the content of `path`, and the environment over it.
    pub(crate) fn parse(
        path: &Path,
        text: &str,
        environment: &Environment,
    ) -> Result<Settings, Problem> {
        let document = Document::parse(text).map_err(|error| Problem::Syntax {
            path: path.to_owned(),
            reason: error.to_string().trim().to_owned(),
        })?;
        let mut settings = Settings::defaults();
        let mut found = Vec::new();
        collect(document.as_item(), String::new(), &mut found);
        for (name, item) in found {
            let place = format!("{}:{}", path.display(), line_of(text, &item));
            let key = Key::find(&name).ok_or_else(|| Problem::UnknownKey {
                place: place.clone(),
                near: nearest(&name),
                key: name.clone(),
            })?;
            let value = item.into_value().map_err(|_| bad_type(&place, key))?;
            settings.set(key, value, Origin::File, &place)?;
        }
        settings.take_environment(environment)?;
        Ok(settings)
    }

    fn defaults() -> Settings {
        let values = KEYS.iter().map(|key| {
            // A default that does not parse is caught by the tests, and by every start.
            let value = key.default.parse().unwrap_or_else(|_| Value::from(""));
            (key, value, Origin::Default)
        });
        Settings { values: values.collect() }
    }

    fn take_environment(&mut self, environment: &Environment) -> Result<(), Problem> {
        for key in KEYS {
            let variable = key.variable();
            let Some(text) = environment.get(&variable) else { continue };
            let value = match key.kind {
                Kind::Text | Kind::Word(_) => Value::from(text),
                Kind::Texts => {
                    text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
                }
                Kind::Number { .. } | Kind::Switch => {
                    text.parse().map_err(|_| bad_type(&variable, key))?
                }
            };
            self.set(key, value, Origin::Environment, &variable)?;
        }
        Ok(())
    }

    fn set(
        &mut self,
        key: &'static Key,
        value: Value,
        origin: Origin,
        place: &str,
    ) -> Result<(), Problem> {
        check(key, &value, place)?;
        if let Some(entry) = self.values.iter_mut().find(|(known, _, _)| known.path == key.path) {
            entry.1 = value;
            entry.2 = origin;
        }
        Ok(())
    }

    /// Returns all keys with their values, in the order of the table.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'static Key, &Value, Origin)> {
        self.values.iter().map(|(key, value, origin)| (*key, value, *origin))
    }

    fn value(&self, path: &str) -> Option<&Value> {
        self.values.iter().find(|(key, _, _)| key.path == path).map(|(_, value, _)| value)
    }

    fn text(&self, path: &str) -> &str {
        self.value(path).and_then(Value::as_str).unwrap_or_default()
    }

    fn number<T: TryFrom<i64>>(&self, path: &str) -> Option<T> {
        self.value(path).and_then(Value::as_integer).and_then(|number| T::try_from(number).ok())
    }

    pub(crate) fn language(&self, environment: &Environment) -> Language {
        match self.text("assistant.language") {
            // The person's own word goes before the file's.
            _ if environment.get("SARAI_LANG").is_some() => environment.language(),
            "es" => Language::Spanish,
            "en" => Language::English,
            _ => environment.language(),
        }
    }

    /// Returns the IANA name of the time zone, or `None` for the system's.
    pub(crate) fn time_zone(&self) -> Option<&str> {
        Some(self.text("assistant.time_zone")).filter(|name| *name != "auto")
    }

    /// Returns the default model. The check made sure that it is a name.
    pub(crate) fn model(&self) -> Option<ModelName> {
        ModelName::new(self.text("model.name")).ok()
    }

    pub(crate) fn context_tokens(&self) -> u32 {
        self.number("engine.context_tokens").unwrap_or(8192)
    }

    pub(crate) fn threads(&self) -> u32 {
        self.number("engine.threads").unwrap_or(0)
    }

    pub(crate) fn parallel(&self) -> u32 {
        self.number("engine.parallel").unwrap_or(1)
    }

    pub(crate) fn waiting_max(&self) -> u32 {
        self.number("engine.waiting_max").unwrap_or(16)
    }

    pub(crate) fn stall_seconds(&self) -> u64 {
        self.number("engine.stall_seconds").unwrap_or(120)
    }

    pub(crate) fn state_bytes_max(&self) -> u64 {
        self.number::<u64>("engine.state_megabytes").unwrap_or(0) * 1024 * 1024
    }

    pub(crate) fn drafting(&self) -> Drafting {
        let percent: u8 = self.number("engine.drafting_acceptance_min").unwrap_or(60);
        if self.switch("engine.drafting") {
            Drafting::Measured { acceptance_min: f32::from(percent) / 100.0 }
        } else {
            Drafting::Off
        }
    }

    /// Returns which smaller model may guess; `None` when the setting is no model name.
    pub(crate) fn draft_model(&self) -> Option<DraftChoice> {
        match self.text("engine.draft_model") {
            "auto" => Some(DraftChoice::Partner),
            "none" | "" => Some(DraftChoice::None),
            name => ModelName::new(name).map(DraftChoice::Named).ok(),
        }
    }

    pub(crate) fn compares_engines(&self) -> bool {
        self.switch("engine.compare")
    }

    pub(crate) fn engine_folder(&self) -> Option<PathBuf> {
        Some(self.text("engine.folder")).filter(|folder| !folder.is_empty()).map(PathBuf::from)
    }

    pub(crate) fn upstream(&self) -> Option<Upstream> {
        let url = self.text("engine.upstream.url");
        let key_file = self.text("engine.upstream.key_file");
        (!url.is_empty()).then(|| Upstream {
            url: url.to_owned(),
            model: self.text("engine.upstream.model").to_owned(),
            key_file: (!key_file.is_empty()).then(|| PathBuf::from(key_file)),
        })
    }

    pub(crate) fn learns_from_answers(&self) -> bool {
        self.switch("memory.learn_from_answers")
    }

    /// Returns after how long without a question the model may read what the rules could not, if it
    /// may at all.
    pub(crate) fn background_reading(&self) -> Option<Duration> {
        let seconds = self.number("memory.background_idle_seconds").unwrap_or(60);
        self.switch("memory.background_reading").then(|| Duration::from_secs(seconds))
    }

    pub(crate) fn uses_parsers(&self) -> bool {
        self.switch("memory.parsers")
    }

    pub(crate) fn uses_embeddings(&self) -> bool {
        self.switch("memory.embeddings")
    }

    pub(crate) fn address(&self) -> IpAddr {
        self.text("server.address").parse().unwrap_or(IpAddr::from([127, 0, 0, 1]))
    }

    pub(crate) fn port(&self) -> u16 {
        self.number("server.port").unwrap_or(8080)
    }

    pub(crate) fn expose(&self) -> bool {
        self.switch("server.expose")
    }

    fn switch(&self, path: &str) -> bool {
        self.value(path).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(crate) fn allowed_hosts(&self) -> Vec<String> {
        let hosts = self.value("server.allowed_hosts").and_then(Value::as_array);
        let hosts = hosts.into_iter().flatten().filter_map(Value::as_str);
        hosts.map(str::to_owned).collect()
    }

    pub(crate) fn body_bytes_max(&self) -> usize {
        self.number::<usize>("server.body_megabytes").unwrap_or(8) * 1024 * 1024
    }

    pub(crate) fn log_level(&self) -> &str {
        self.text("log.level")
    }
}

/// Lists every leaf below `item` with its dotted path.
fn collect(item: &Item, path: String, found: &mut Vec<(String, Item)>) {
    match item.as_table_like() {
        Some(table) => {
            for (name, item) in table.iter() {
                let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                collect(item, path, found);
            }
        }
        None if !item.is_none() => found.push((path, item.clone())),
        None => {}
    }
}

fn line_of(text: &str, item: &Item) -> usize {
    let offset = item.span().map_or(0, |span| span.start).min(text.len());
    text[..offset].matches('\n').count() + 1
}

/// Returns the known key most like `name`, if one is near.
fn nearest(name: &str) -> Option<&'static str> {
    let distances = KEYS.iter().map(|key| (distance(name, key.path), key.path));
    distances.min().filter(|(distance, _)| *distance <= 4).map(|(_, path)| path)
}

/// Levenshtein distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row = (0..=b.len()).collect::<Vec<_>>();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use sarai_core::explain::Explain;
    use sarai_core::language::Language;

    use super::{Environment, Origin, Settings};

    fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::parse(Path::new("sarai.toml"), text, &Environment::of(variables))
            .map_err(|problem| problem.explain(Language::English).message)
    }

    #[track_caller]
    fn check_refused(text: &str, variables: &[(&str, &str)], expected: &str) {
        assert_eq!(parse(text, variables).map(|_| ()).unwrap_err(), expected);
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        let settings = parse("", &[]).unwrap();
        assert_eq!(settings.port(), 8080);
        assert_eq!(settings.model().unwrap().as_str(), "qwen2.5-coder-1.5b");
        assert!(settings.entries().all(|(_, _, origin)| origin == Origin::Default));
        assert_eq!(settings.upstream(), None);
    }

    #[test]
    fn the_file_goes_over_the_defaults_and_the_environment_over_the_file() {
        let text = "[server]\nport = 9000\nallowed_hosts = [\"casa.lan\"]\n[engine]\nthreads = 3\n";
        let settings = parse(text, &[("SARAI_SERVER_PORT", "9001")]).unwrap();
        assert_eq!((settings.port(), settings.threads()), (9001, 3));
        assert_eq!(settings.allowed_hosts(), ["casa.lan"]);
    }

    #[test]
    fn a_wrong_key_or_value_names_the_place_and_the_reason() {
        check_refused("\n[server]\nprot = 1\n", &[], "sarai.toml:3: there is no key `server.prot`");
        check_refused(
            "[server]\nport = \"x\"\n",
            &[],
            "sarai.toml:2: `server.port` must be a whole number",
        );
        check_refused(
            "[server]\nport = 70000\n",
            &[],
            "sarai.toml:2: `server.port` is 70000 and must be between 0 and 65535",
        );
        check_refused(
            "[log]\nlevel = \"loud\"\n",
            &[],
            "sarai.toml:2: `log.level` must be one of: error, warn, info, debug, trace",
        );
        check_refused(
            "",
            &[("SARAI_SERVER_PORT", "x")],
            "SARAI_SERVER_PORT: `server.port` must be a whole number",
        );
        check_refused(
            "[server]\naddress = \"casa\"\n",
            &[],
            "sarai.toml:2: `server.address` is not an IP address: casa",
        );
        assert!(parse("[server\n", &[]).unwrap_err().starts_with("`sarai.toml` is not TOML"));
    }

    #[test]
    fn the_model_reads_in_the_background_only_when_it_is_told_to() {
        let reads = |text| parse(text, &[]).unwrap().background_reading();
        assert_eq!(reads(""), None);
        assert_eq!(reads("[memory]\nbackground_idle_seconds = 5\n"), None);
        assert_eq!(reads("[memory]\nbackground_reading = true\n"), Some(Duration::from_mins(1)));
        let text = "[memory]\nbackground_reading = true\nbackground_idle_seconds = 5\n";
        assert_eq!(reads(text), Some(Duration::from_secs(5)));
    }

    #[test]
    fn a_misspelt_key_is_recognised() {
        let problem =
            Settings::parse(Path::new("s"), "[server]\nprot = 1\n", &Environment::default());
        let hint = problem.unwrap_err().explain(Language::Spanish).hint.unwrap();
        assert!(hint.contains("¿querías decir `server.port`?"), "{hint}");
    }
}
