//! Why an encrypted memory does not open, and what to do about it.

use std::io;
use std::path::PathBuf;

use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Nothing was changed.
    #[error("this is not the passphrase of the memory `{}`", path.display())]
    WrongPassphrase { path: PathBuf },

    /// Encrypted, and opened without a key.
    #[error("the memory `{}` is encrypted", path.display())]
    Sealed { path: PathBuf },

    /// There before anybody chose a passphrase.
    #[error("the memory `{}` is not encrypted", path.display())]
    NotSealed { path: PathBuf },

    /// Encrypted, but what makes the key of the passphrase is not there.
    #[error("`{}` is encrypted, and its file with the ending `.key` is gone", path.display())]
    KeyGone { path: PathBuf },

    #[error("`{}` does not say how to open the memory", path.display())]
    Unreadable { path: PathBuf },

    #[error("could not use `{}`: {source}", path.display())]
    Disk { path: PathBuf, source: io::Error },
}

impl Explain for SealError {
    fn kind(&self) -> FailureKind {
        match self {
            SealError::WrongPassphrase { .. }
            | SealError::Sealed { .. }
            | SealError::NotSealed { .. } => FailureKind::Refused,
            SealError::KeyGone { .. } | SealError::Unreadable { .. } | SealError::Disk { .. } => {
                FailureKind::Failed
            }
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        let (message, hint) = match language {
            Language::Spanish => self.in_spanish(),
            Language::English => (self.to_string(), self.hint()),
        };
        Explanation::new(message, hint)
    }
}

impl SealError {
    fn in_spanish(&self) -> (String, &'static str) {
        match self {
            SealError::WrongPassphrase { path } => (
                format!("esa no es la frase de paso de la memoria `{}`", path.display()),
                "no se ha tocado nada; repite con la correcta: sin ella nadie puede abrirla",
            ),
            SealError::Sealed { path } => (
                format!("la memoria `{}` está cifrada", path.display()),
                "no se ha tocado nada; usa una SARAi compilada con `--features encryption`",
            ),
            SealError::NotSealed { path } => (
                format!("la memoria `{}` no está cifrada", path.display()),
                "no se ha tocado nada; expórtala con la SARAi sin cifrado (`sarai memory export`), aparta la carpeta `state` e impórtala con esta",
            ),
            SealError::KeyGone { path } => (
                format!("`{}` está cifrado y falta su archivo `.key`", path.display()),
                "no se ha tocado nada; pon en `state/memory.key` una copia: hay una junto a cada copia de seguridad",
            ),
            SealError::Unreadable { path } => (
                format!("`{}` no dice cómo se abre la memoria", path.display()),
                "no se ha tocado nada; pon en su sitio una copia: hay una junto a cada copia de seguridad",
            ),
            SealError::Disk { path, source } => (
                format!("no se pudo usar `{}`: {source}", path.display()),
                "comprueba los permisos y el espacio libre",
            ),
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            SealError::WrongPassphrase { .. } => {
                "nothing was changed; try again with the right one: without it nobody can open it"
            }
            SealError::Sealed { .. } => {
                "nothing was changed; use a SARAi built with `--features encryption`"
            }
            SealError::NotSealed { .. } => {
                "nothing was changed; export it with the SARAi without encryption (`sarai memory export`), move the folder `state` away, and import it with this one"
            }
            SealError::KeyGone { .. } => {
                "nothing was changed; put a copy back as `state/memory.key`: there is one beside each backup"
            }
            SealError::Unreadable { .. } => {
                "nothing was changed; put a copy in its place: there is one beside each backup"
            }
            SealError::Disk { .. } => "check the permissions and the free space",
        }
    }
}
