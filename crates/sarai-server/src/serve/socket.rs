//! The Unix socket: opened by its owner only, removed at the end.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use super::ServeError;

/// A socket in the file system, bound and not yet served.
#[derive(Debug)]
pub(super) struct SocketFile {
    listener: UnixListener,
    path: OwnedPath,
}

/// A socket being served.
pub(super) struct Listening {
    listener: tokio::net::UnixListener,
    _path: OwnedPath,
}

impl SocketFile {
    /// Binds in a folder that nobody else can enter and moves the socket into place, so that there
    /// is no moment in which others could connect, nor one without a socket.
    pub(super) fn bind(path: &Path) -> Result<SocketFile, ServeError> {
        if UnixStream::connect(path).is_ok() {
            return Err(ServeError::SocketInUse(path.to_owned()));
        }
        let failed = |source| ServeError::Socket { path: path.to_owned(), source };
        let private = path.with_extension(format!("{}", std::process::id()));
        let bound = bind_privately(&private, path);
        let cleared = match fs::remove_dir_all(&private) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        let listener = bound.map_err(failed)?;
        let socket = SocketFile { listener, path: OwnedPath(path.to_owned()) };
        cleared.map_err(failed)?;
        Ok(socket)
    }

    pub(super) fn listen(self) -> Result<Listening, ServeError> {
        let SocketFile { listener, path } = self;
        let begun = listener
            .set_nonblocking(true)
            .and_then(|()| tokio::net::UnixListener::from_std(listener));
        match begun {
            Ok(listener) => Ok(Listening { listener, _path: path }),
            Err(source) => Err(ServeError::Socket { path: path.0.clone(), source }),
        }
    }
}

fn bind_privately(private: &Path, path: &Path) -> io::Result<UnixListener> {
    DirBuilder::new().mode(0o700).create(private)?;
    let made = private.join("s");
    let listener = UnixListener::bind(&made)?;
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    fs::rename(&made, path)?;
    Ok(listener)
}

/// Waits for the next connection; for ever when there is no socket.
pub(super) async fn accept(socket: Option<&Listening>) -> io::Result<tokio::net::UnixStream> {
    match socket {
        Some(socket) => Ok(socket.listener.accept().await?.0),
        None => std::future::pending().await,
    }
}

/// Removes the file when the server ends.
#[derive(Debug)]
struct OwnedPath(PathBuf);

impl Drop for OwnedPath {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::debug!(%error, "could not remove the socket");
        }
    }
}
