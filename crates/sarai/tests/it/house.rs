//! A home of its own for each test, and the program run in it.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::Client;

/// A home, and how the program is started in it.
pub(crate) struct House {
    folder: TempDir,
    program: PathBuf,
    variables: Vec<(String, String)>,
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    /// The home is written as `HOME` in both.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Ran {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl House {
    /// A home without models or engine, in Spanish.
    pub(crate) fn new() -> House {
        House::of(Path::new(env!("CARGO_BIN_EXE_sarai")))
    }

    pub(crate) fn of(program: &Path) -> House {
        let folder = TempDir::new().unwrap();
        let house = House { folder, program: program.to_owned(), variables: Vec::new() };
        // Nobody answers there: no test asks the hub for anything.
        house.with("SARAI_LANG", "es").with("HF_ENDPOINT", "http://127.0.0.1:9")
    }

    /// Sets a variable of its environment.
    pub(crate) fn with(mut self, variable: &str, value: impl AsRef<str>) -> House {
        self.variables.push((variable.to_owned(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join("home").join(below)
    }

    /// Writes the configuration file.
    pub(crate) fn configure(&self, text: &str) {
        fs::create_dir_all(self.path("config")).unwrap();
        fs::write(self.path("config/sarai.toml"), text).unwrap();
    }

    /// Writes a file beside the home and returns its path.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where these tests start sarai")]
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(&self.program);
        let foreign = std::env::vars_os().map(|(name, _)| name).filter(|name| {
            let name = name.to_string_lossy();
            ["SARAI_", "HF_", "LC_", "LANG"].iter().any(|prefix| name.starts_with(prefix))
        });
        for name in foreign {
            command.env_remove(name);
        }
        command.env("SARAI_HOME", self.path("")).env_remove("XDG_DATA_HOME");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.args(arguments);
        command
    }

    /// Runs a command to its end, with nothing to read.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ran {
        self.run_with(arguments, b"")
    }

    /// Runs a command to its end, with `input` piped in.
    pub(crate) fn run_with<S: AsRef<OsStr>>(&self, arguments: &[S], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read its input closes it early.
        drop(child.stdin.take().unwrap().write_all(input));
        self.ran(&child.wait_with_output().unwrap())
    }

    pub(crate) fn ran(&self, output: &Output) -> Ran {
        let home = self.path("");
        let home = home.to_str().unwrap().trim_end_matches('/');
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace(home, "HOME");
        Ran {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Starts `serve` on a free port.
    pub(crate) fn serve(&self) -> Serving {
        self.serve_with(&["serve", "--port", "0"])
    }

    /// Starts `serve` and waits until it says where it listens.
    pub(crate) fn serve_with(&self, arguments: &[&str]) -> Serving {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "serve ended: {said}");
            said.push_str(&line);
            if let Some((_, rest)) = line.split_once("http://")
                && let Some(address) = rest.trim_end().strip_suffix("/v1")
            {
                break address.to_owned();
            }
        };
        let key = fs::read_to_string(self.path("keys/api.key")).unwrap().trim().to_owned();
        Serving {
            child,
            client: Client::new(&address, &key),
            said: Some(collect(stderr, said)),
            key,
            address,
        }
    }
}

/// Keeps reading what `serve` says, so that it never waits for a reader.
fn collect(mut stderr: BufReader<ChildStderr>, mut said: String) -> JoinHandle<String> {
    let worker = std::thread::Builder::new().name("stderr-of-serve".to_owned());
    let worker = worker.spawn(move || {
        let mut rest = Vec::new();
        stderr.read_to_end(&mut rest).unwrap();
        said.push_str(&String::from_utf8_lossy(&rest));
        said
    });
    worker.unwrap()
}

/// A running `serve`. Dropped, it is killed.
pub(crate) struct Serving {
    child: Child,
    said: Option<JoinHandle<String>>,
    pub(crate) client: Client,
    pub(crate) key: String,
    pub(crate) address: String,
}

impl Serving {
    pub(crate) fn process(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Asks it to end, as a service manager does. Returns what it said on standard error.
    pub(crate) fn end(self) -> String {
        kill_process(self.process(), Signal::TERM).unwrap();
        let (status, said) = self.wait();
        assert!(status.success(), "{status}: {said}");
        assert!(!said.contains("panicked"), "{said}");
        said
    }

    /// Ends it without warning.
    pub(crate) fn kill(self) {
        kill_process(self.process(), Signal::KILL).unwrap();
        self.wait();
    }

    fn wait(mut self) -> (std::process::ExitStatus, String) {
        let status = self.child.wait().unwrap();
        (status, self.said.take().unwrap().join().unwrap())
    }

    /// Waits until it can answer.
    pub(crate) fn ready(self) -> Serving {
        wait_until("ready", || self.client.get("/readyz").status == 200);
        self
    }

    /// Returns the engine's process.
    pub(crate) fn engine(&self) -> Pid {
        let parent = self.child.id().to_string();
        let processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        let mut children = processes.into_iter().filter_map(|process| {
            let stat = fs::read_to_string(process.join("stat")).ok()?;
            let fields = stat.rsplit_once(") ")?.1.split(' ').collect::<Vec<_>>();
            let pid = process.file_name()?.to_str()?.parse().ok()?;
            (fields.get(1) == Some(&parent.as_str())).then(|| Pid::from_raw(pid))?
        });
        children.next().expect("an engine process")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if self.said.is_some() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// Looks again and again until `holds`; the profile's time limit ends a wait in vain.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if holds() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
    panic!("in vain: {what}");
}
