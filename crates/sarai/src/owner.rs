//! The owner of the home: the one process that writes, listens on the socket and runs the engine.

mod preparation;
pub(crate) mod wiring;

use std::net::SocketAddr;
use std::path::PathBuf;

use sarai_core::language::Language;
use sarai_core::random::Random as _;
use sarai_server::Options;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::preparation::Preparation;
use self::wiring::Wiring;
use crate::commands::Context;
use crate::home::{HomeError, Ownership};
use crate::link::Link;
use crate::system::SystemRandom;
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

/// How many ports after the wanted one are tried.
const PORTS_TRIED: u16 = 10;

/// This process as the owner of the home.
pub(crate) struct Owner {
    link: Link,
    address: Option<SocketAddr>,
    address_file: PathBuf,
    shutdown: CancellationToken,
    server: JoinHandle<Result<(), sarai_server::ServeError>>,
    preparation: Preparation,
    wiring: Wiring,
    // Given up last.
    _ownership: Ownership,
}

/// A way to the assistant: through the process that owns the home, or as that process.
pub(crate) enum Access {
    Guest(Link),
    Owner(Box<Owner>),
}

impl Access {
    /// Finds the owner of the home, or becomes it.
    pub(crate) fn gain(context: &Context, runtime: &Runtime) -> Outcome<Access> {
        match Owner::begin(context, runtime, None) {
            Ok(owner) => Ok(Access::Owner(Box::new(owner))),
            Err(Busy::Owned) => {
                let link = link_to(context, runtime);
                link.get("/livez")?;
                Ok(Access::Guest(link))
            }
            Err(Busy::Trouble(trouble)) => Err(trouble),
        }
    }

    /// Returns a link that signs a browser in, once; `None` when the owner has no page open.
    pub(crate) fn sign_in_url(&self, context: &Context) -> Outcome<Option<String>> {
        let address = match self {
            Access::Owner(owner) => owner.address.map(|address| address.to_string()),
            Access::Guest(_) => std::fs::read_to_string(context.home.address_file()).ok(),
        };
        let Some(address) = address else { return Ok(None) };
        let answer = self.link().call(&hyper::Method::POST, "/api/sarai/sign-in-links", None)?;
        let path = answer["path"].as_str().unwrap_or("/");
        Ok(Some(format!("http://{address}{path}")))
    }

    pub(crate) fn link(&self) -> &Link {
        match self {
            Access::Guest(link) => link,
            Access::Owner(owner) => &owner.link,
        }
    }

    /// Ends what was begun, waiting until everything is written.
    pub(crate) fn release(self, runtime: &Runtime) {
        if let Access::Owner(owner) = self {
            owner.end(runtime);
        }
    }
}

/// Why this process does not own the home.
pub(crate) enum Busy {
    Owned,
    Trouble(Trouble),
}

impl From<Trouble> for Busy {
    fn from(trouble: Trouble) -> Busy {
        Busy::Trouble(trouble)
    }
}

impl Owner {
    /// Takes the home and starts serving: on the socket, and on `listen` where given.
    pub(crate) fn begin(
        context: &Context,
        runtime: &Runtime,
        listen: Option<SocketAddr>,
    ) -> Result<Owner, Busy> {
        let language = context.language;
        let ownership = match context.home.own() {
            Ok(ownership) => ownership,
            Err(HomeError::Owned(_)) => return Err(Busy::Owned),
            Err(error) => return Err(Busy::Trouble(Trouble::of(&error, language))),
        };
        let (wiring, preparation) = Wiring::new(context)?;
        let socket = context.home.socket();
        let addresses = listen.map(ports_from).unwrap_or_default();
        let bound = sarai_server::bind(&addresses, Some(&socket));
        let bound = bound.map_err(|error| cannot_listen(&error, listen, language))?;
        let address = bound.address();
        publish(context, address)?;
        let shutdown = CancellationToken::new();
        let services = wiring.services(&preparation);
        let options = options(context)?;
        let server = runtime.spawn(bound.serve(services, options, shutdown.clone()));
        Ok(Owner {
            link: link_to(context, runtime),
            address,
            address_file: context.home.address_file(),
            shutdown,
            server,
            preparation,
            wiring,
            _ownership: ownership,
        })
    }

    /// Returns the address it listens on, besides the socket.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Stops listening, ends the engine and gives the home up.
    pub(crate) fn end(self, runtime: &Runtime) {
        self.shutdown.cancel();
        match runtime.block_on(self.server) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the server ended badly"),
            Err(error) => tracing::error!(%error, "the server was lost"),
        }
        self.preparation.end();
        self.wiring.end();
        if let Err(error) = std::fs::remove_file(&self.address_file)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the published address stays behind");
        }
    }
}

/// Tells guests the address; an owner that died may have left another.
fn publish(context: &Context, address: Option<SocketAddr>) -> Outcome {
    let file = context.home.address_file();
    let published = match address {
        Some(address) => std::fs::write(&file, address.to_string()),
        None => std::fs::remove_file(&file),
    };
    match published {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Trouble::new(
            Exit::Failed,
            format!("`{}`: {error}", file.display()),
            "sarai doctor",
        )),
        _ => Ok(()),
    }
}

fn link_to(context: &Context, runtime: &Runtime) -> Link {
    Link::new(context.home.socket(), context.language, runtime.handle().clone())
}

fn ports_from(wanted: SocketAddr) -> Vec<SocketAddr> {
    if wanted.port() == 0 {
        return vec![wanted];
    }
    let ports = (0..PORTS_TRIED).filter_map(|offset| wanted.port().checked_add(offset));
    ports.map(|port| SocketAddr::new(wanted.ip(), port)).collect()
}

fn options(context: &Context) -> Outcome<Options> {
    let language = context.language;
    let fresh = || format!("sarai-{}", SystemRandom.id());
    let api_key = context.home.api_key(fresh).or_trouble(language)?;
    let cookie_key = context.home.cookie_key(|| hex(&random_key())).or_trouble(language)?;
    let settings = &context.settings;
    Ok(Options {
        language,
        api_key,
        cookie_key: from_hex(&cookie_key).ok_or_else(|| {
            Trouble::new(
                Exit::Failed,
                language.pick("la clave de las cookies está dañada", "the cookie key is damaged"),
                language.pick(
                    "borra `keys/cookie.key` y vuelve a entrar",
                    "delete `keys/cookie.key` and sign in again",
                ),
            )
        })?,
        allowed_hosts: settings.allowed_hosts(),
        body_bytes_max: settings.body_bytes_max(),
        waiting_max: (settings.parallel() + settings.waiting_max()) as usize,
    })
}

fn random_key() -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(&SystemRandom.bits().to_ne_bytes());
    key[16..].copy_from_slice(&SystemRandom.bits().to_ne_bytes());
    key
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

fn cannot_listen(
    error: &sarai_server::ServeError,
    listen: Option<SocketAddr>,
    language: Language,
) -> Trouble {
    let port = listen.map_or(0, |address| address.port());
    let (message, hint) = match language {
        Language::Spanish => (
            format!("no se puede escuchar: {error}"),
            format!(
                "elige otro puerto, por ejemplo `sarai serve --port {}`",
                port.saturating_add(20)
            ),
        ),
        Language::English => (
            format!("cannot listen: {error}"),
            format!(
                "choose another port, such as `sarai serve --port {}`",
                port.saturating_add(20)
            ),
        ),
    };
    Trouble::new(Exit::Unavailable, message, hint)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{from_hex, hex, ports_from};

    #[test]
    fn a_key_survives_its_file() {
        let key = super::random_key();
        assert_eq!(from_hex(&hex(&key)), Some(key));
        assert_eq!(from_hex("abc"), None);
    }

    #[test]
    fn the_next_ports_are_tried_and_zero_means_any() {
        let ports = |text: &str| {
            ports_from(text.parse().unwrap()).iter().map(SocketAddr::port).collect::<Vec<_>>()
        };
        assert_eq!(ports("127.0.0.1:8080"), (8080..8090).collect::<Vec<_>>());
        assert_eq!(ports("127.0.0.1:0"), [0]);
        assert_eq!(ports("127.0.0.1:65535"), [65535]);
    }
}
