//! Listening, and stopping in an orderly way.

mod socket;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use sarai_core::explain::{Explain, Explanation, FailureKind};
use sarai_core::language::Language;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::socket::SocketFile;
use crate::auth::Peer;
use crate::router::router;
use crate::state::{Options, Services, State};

/// Connections from the network at once. More wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 256;
/// Connections of the owner's socket at once. They have a limit of their own, so that nobody on the
/// network can keep the owner out.
const SOCKET_CONNECTIONS_MAX: usize = 64;
/// A client that does not finish its headers, or asks nothing more, is let go.
const HEADERS_TIMEOUT: Duration = Duration::from_mins(1);
/// After a failed accept, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long answers may still take once the server is to stop.
const GRACE: Duration = Duration::from_secs(1);
/// How long stopped answers may take to say so.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long the engine may take to notice that nobody listens.
const WORK_ENDS: Duration = Duration::from_secs(10);

/// Listeners that are open and do not answer yet.
#[derive(Debug)]
pub struct Bound {
    tcp: Option<TcpListener>,
    address: Option<SocketAddr>,
    socket: Option<SocketFile>,
}

/// Opens the first address of `listen` that is free, and the Unix socket. Without addresses only
/// the socket is opened.
///
/// The socket can be opened by its owner only. One that a dead server left behind is replaced; one
/// that answers is an error.
pub fn bind(listen: &[SocketAddr], socket: Option<&Path>) -> Result<Bound, ServeError> {
    let tcp = if listen.is_empty() { None } else { Some(first_free(listen)?) };
    let address =
        tcp.as_ref().map(TcpListener::local_addr).transpose().map_err(ServeError::Listen)?;
    let socket = socket.map(SocketFile::bind).transpose()?;
    Ok(Bound { tcp, address, socket })
}

fn asynchronous(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

/// Waits for a connection; for ever where nothing is listened to.
async fn accept(
    listener: Option<&tokio::net::TcpListener>,
) -> io::Result<(tokio::net::TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

fn first_free(listen: &[SocketAddr]) -> Result<TcpListener, ServeError> {
    let mut refused = Vec::new();
    for address in listen {
        match TcpListener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => refused.push((*address, error)),
        }
    }
    Err(ServeError::NoAddress(refused))
}

impl Bound {
    /// Returns the address that was free.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Answers requests until `shutdown` is cancelled; then lets answers finish for a moment, stops
    /// the rest, and returns when every task and thread of the server has ended.
    pub async fn serve(
        self,
        services: Services,
        options: Options,
        shutdown: CancellationToken,
    ) -> Result<(), ServeError> {
        if options.api_key.is_empty() {
            return Err(ServeError::NoKey);
        }
        let state = State::new(services, options);
        let app = router(&state);
        let tcp = self.tcp.map(asynchronous).transpose().map_err(ServeError::Listen)?;
        let socket = self.socket.map(SocketFile::listen).transpose()?;
        let (mut connections, mut owners) = (JoinSet::new(), JoinSet::new());
        loop {
            let free = connections.len() < CONNECTIONS_MAX;
            let free_for_owner = owners.len() < SOCKET_CONNECTIONS_MAX;
            tokio::select! {
                () = shutdown.cancelled() => break,
                Some(_) = connections.join_next() => {}
                Some(_) = owners.join_next() => {}
                accepted = accept(tcp.as_ref()), if free => match accepted {
                    Ok((stream, peer)) => {
                        // Tokens are small; waiting to fill a packet would only delay them.
                        let _without_delay = stream.set_nodelay(true);
                        let peer = Peer::Network(peer);
                        connections.spawn(converse(stream, peer, app.clone(), shutdown.clone()));
                    }
                    Err(error) => pause_after(&error).await,
                },
                accepted = socket::accept(socket.as_ref()), if free_for_owner => match accepted {
                    Ok(stream) => {
                        let (app, shutdown) = (app.clone(), shutdown.clone());
                        owners.spawn(converse(stream, Peer::Socket, app, shutdown));
                    }
                    Err(error) => pause_after(&error).await,
                },
            }
        }
        drop((tcp, socket));
        wind_down(&state, connections, owners).await;
        Ok(())
    }
}

async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "could not accept a connection");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

/// Speaks HTTP with one client until it leaves, or until the server ends.
async fn converse<S>(stream: S, peer: Peer, app: Router, shutdown: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(peer);
        app.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn wind_down(state: &State, mut connections: JoinSet<()>, mut owners: JoinSet<()>) {
    if !ends_within(GRACE, all_of(&mut connections, &mut owners)).await {
        state.stopping.cancel();
        if !ends_within(LAST_WORDS, all_of(&mut connections, &mut owners)).await {
            connections.shutdown().await;
            owners.shutdown().await;
        }
    }
    state.stopping.cancel();
    state.tasks.close();
    if !ends_within(WORK_ENDS, state.tasks.wait()).await {
        tracing::warn!(left = state.tasks.len(), "the engine did not let go of its last answers");
    }
}

async fn all_of(connections: &mut JoinSet<()>, owners: &mut JoinSet<()>) {
    while connections.join_next().await.is_some() {}
    while owners.join_next().await.is_some() {}
}

async fn ends_within(limit: Duration, work: impl Future<Output = ()>) -> bool {
    tokio::time::timeout(limit, work).await.is_ok()
}

/// Why the server does not serve.
#[derive(Debug, Error)]
pub enum ServeError {
    #[error("no address is free: {}", list(.0))]
    NoAddress(Vec<(SocketAddr, io::Error)>),
    #[error("listen: {0}")]
    Listen(#[source] io::Error),
    #[error("another server answers at `{}`", .0.display())]
    SocketInUse(PathBuf),
    #[error("open socket `{}`: {source}", path.display())]
    Socket { path: PathBuf, source: io::Error },
    #[error("the API key is empty")]
    NoKey,
}

fn list(refused: &[(SocketAddr, io::Error)]) -> String {
    let refused = refused.iter().map(|(address, error)| format!("{address} ({error})"));
    refused.collect::<Vec<_>>().join(", ")
}

impl Explain for ServeError {
    fn kind(&self) -> FailureKind {
        match self {
            ServeError::NoAddress(_) | ServeError::SocketInUse(_) => FailureKind::Unavailable,
            ServeError::NoKey => FailureKind::Invalid,
            ServeError::Listen(_) | ServeError::Socket { .. } => FailureKind::Failed,
        }
    }

    fn explain(&self, language: Language) -> Explanation {
        let (spanish, english) = match self {
            ServeError::NoAddress(refused) => (
                Explanation::new(
                    format!("no hay ninguna dirección libre: {}", list(refused)),
                    "elige otro puerto con `server.port` en la configuración",
                ),
                Explanation::new(
                    format!("no address is free: {}", list(refused)),
                    "choose another port with `server.port` in the configuration",
                ),
            ),
            ServeError::Listen(error) => (
                Explanation::without_hint(format!("no se pudo escuchar: {error}")),
                Explanation::without_hint(format!("could not listen: {error}")),
            ),
            ServeError::SocketInUse(path) => (
                Explanation::new(
                    format!("ya hay otro SARAi en marcha en `{}`", path.display()),
                    "usa ese o ciérralo primero",
                ),
                Explanation::new(
                    format!("another SARAi is running at `{}`", path.display()),
                    "use that one or stop it first",
                ),
            ),
            ServeError::Socket { path, source } => (
                Explanation::new(
                    format!("no se pudo abrir el zócalo `{}`: {source}", path.display()),
                    "comprueba los permisos y el espacio de esa carpeta",
                ),
                Explanation::new(
                    format!("could not open the socket `{}`: {source}", path.display()),
                    "check the permissions and the space of that folder",
                ),
            ),
            ServeError::NoKey => (
                Explanation::new(
                    "la clave de la API está vacía",
                    "borra el archivo de la clave: se hará otra al arrancar",
                ),
                Explanation::new(
                    "the API key is empty",
                    "delete the key file: another is made at the next start",
                ),
            ),
        };
        match language {
            Language::Spanish => spanish,
            Language::English => english,
        }
    }
}
