//! Lines typed in a terminal, edited and with a history, while the program can still be ended.

use std::path::PathBuf;

use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_util::sync::CancellationToken;

use crate::interrupt::Interrupt;
use crate::output;
use crate::trouble::{Exit, Outcome, Trouble};

const HISTORY_LINES_MAX: usize = 1000;
const PROMPT: &str = "» ";

/// What came from the keyboard.
pub(super) enum Typed {
    Line(String),
    /// Ctrl-C at the prompt.
    Nothing,
    End,
}

/// The editor reads on a thread of its own: nothing can call it back from a read.
pub(super) struct Keyboard {
    wanted: Sender<()>,
    lines: Receiver<Result<String, ReadlineError>>,
    ended: CancellationToken,
    terminal: Terminal,
}

impl Keyboard {
    pub(super) fn open(history: Option<PathBuf>, interrupt: &Interrupt) -> Outcome<Keyboard> {
        let failed = |error: ReadlineError| Trouble::new(Exit::Failed, error.to_string(), "");
        let config = Config::builder().max_history_size(HISTORY_LINES_MAX).map_err(failed)?.build();
        let mut editor = DefaultEditor::with_config(config).map_err(failed)?;
        if let Some(history) = history.as_ref().filter(|history| history.exists())
            && let Err(error) = editor.load_history(history)
        {
            tracing::warn!(%error, "the lines typed before cannot be read");
        }
        let (wanted, wishes) = channel(1);
        let (sender, lines) = channel(1);
        // Not joined: it may be reading when the program ends, and ends with it.
        std::thread::Builder::new()
            .name("keyboard".to_owned())
            .spawn(move || read(editor, history.as_deref(), wishes, &sender))
            .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))?;
        Ok(Keyboard { wanted, lines, ended: interrupt.end(), terminal: Terminal::now() })
    }

    /// Waits for the next line, or for the request to end.
    pub(super) async fn next(&mut self) -> Outcome<Typed> {
        if self.ended.is_cancelled() || self.wanted.send(()).await.is_err() {
            return Ok(Typed::End);
        }
        tokio::select! {
            () = self.ended.cancelled() => {
                // The read goes on until the process ends; the terminal must not stay as it set it.
                self.terminal.restore();
                Ok(Typed::End)
            }
            typed = self.lines.recv() => match typed {
                Some(Ok(line)) => Ok(Typed::Line(line.trim().to_owned())),
                Some(Err(ReadlineError::Interrupted)) => Ok(Typed::Nothing),
                Some(Err(ReadlineError::Eof)) | None => Ok(Typed::End),
                Some(Err(error)) => Err(Trouble::new(Exit::Failed, error.to_string(), "")),
            }
        }
    }
}

/// Reads a line whenever one is wanted, and keeps each for the next time at once.
fn read(
    mut editor: DefaultEditor,
    history: Option<&std::path::Path>,
    mut wishes: Receiver<()>,
    sender: &Sender<Result<String, ReadlineError>>,
) {
    while wishes.blocking_recv().is_some() {
        let typed = editor.readline(PROMPT);
        if let Ok(line) = &typed
            && !line.trim().is_empty()
        {
            // A line that the history refuses is only not offered again.
            let _refused = editor.add_history_entry(line.trim());
            if let Some(history) = history
                && let Err(error) = editor.save_history(history)
            {
                tracing::warn!(%error, "the lines typed were not kept");
            }
        }
        if sender.blocking_send(typed).is_err() {
            return;
        }
    }
}

/// How the terminal was before the editor took it.
struct Terminal(Option<rustix::termios::Termios>);

impl Terminal {
    fn now() -> Terminal {
        Terminal(rustix::termios::tcgetattr(std::io::stdin()).ok())
    }

    fn restore(&self) {
        output::end_paste_marks();
        if let Some(before) = &self.0
            && let Err(error) = rustix::termios::tcsetattr(
                std::io::stdin(),
                rustix::termios::OptionalActions::Now,
                before,
            )
        {
            tracing::warn!(%error, "the terminal stays as the editor left it");
        }
    }
}
