//! The owner of the home: the one process that writes, listens on the socket and runs the engine.

mod access;
mod address;
mod no_engine;
#[cfg(not(feature = "encryption"))]
mod no_vault;
mod preparation;
mod reader;
pub(crate) mod understanding;
#[cfg(feature = "encryption")]
mod vault;
mod vectors;
pub(crate) mod wiring;

use std::net::SocketAddr;
use std::path::PathBuf;

use sarai_core::explain::Explanation;
use sarai_core::random::Random as _;
use sarai_server::Options;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use self::access::Access;
pub(crate) use self::address::reachable;
use self::address::{cannot_listen, host_of, ports_from};
#[cfg(not(feature = "encryption"))]
use self::no_vault::Vault;
use self::preparation::Preparation;
#[cfg(feature = "encryption")]
use self::vault::Vault;
use self::wiring::Wiring;
use crate::commands::Context;
use crate::home::{HomeError, Ownership};
use crate::link::Link;
use crate::system::SystemRandom;
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

/// This process as the owner of the home.
pub(crate) struct Owner {
    link: Link,
    address: Option<SocketAddr>,
    _published: Published,
    shutdown: CancellationToken,
    server: JoinHandle<Result<(), sarai_server::ServeError>>,
    preparation: Preparation,
    wiring: Wiring,
    // Given up last.
    _ownership: Ownership,
}

/// What an owner does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Everything, for whoever comes, and on `listen` where given.
    Whole { listen: Option<SocketAddr> },
    /// Looks after the memory, without an engine and for this process alone: others wait for its
    /// end, as they do for an owner that is just starting.
    Memory,
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
    /// Takes the home and starts serving.
    pub(crate) fn begin(context: &Context, runtime: &Handle, duty: Duty) -> Result<Owner, Busy> {
        let language = context.language;
        let ownership = match context.home.own() {
            Ok(ownership) => ownership,
            Err(HomeError::Owned(_)) => return Err(Busy::Owned),
            Err(error) => return Err(Busy::Trouble(Trouble::of(&error, language))),
        };
        let vault = Vault::unlock(context)?;
        // What is bound keeps its callers waiting until it is served; so all that can fail comes
        // before the engine starts.
        let mut options = options(context)?;
        let (listen, socket) = match duty {
            Duty::Whole { listen } => (listen, context.home.socket()),
            Duty::Memory => (None, context.home.memory_socket()),
        };
        let addresses = listen.map(ports_from).unwrap_or_default();
        let bound = sarai_server::bind(&addresses, Some(&socket))
            .map_err(|error| cannot_listen(&error, listen, language))?;
        let address = bound.address();
        options.allowed_hosts.extend(address.map(host_of));
        let published = publish(context, address)?;
        let (wiring, preparation) = Wiring::new(context, duty, vault)?;
        let shutdown = CancellationToken::new();
        let services = wiring.services(&preparation);
        let server = runtime.spawn(bound.serve(services, options, shutdown.clone()));
        Ok(Owner {
            link: Link::new(socket, language, runtime.clone()),
            address,
            _published: published,
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

    /// Returns why the first model could not be brought, once that is so; waits for ever otherwise.
    pub(crate) async fn failure(&self) -> Explanation {
        self.preparation.failure().await
    }

    /// Stops listening, ends the engine and gives the home up.
    pub(crate) fn end(self, runtime: &Handle) {
        self.shutdown.cancel();
        match runtime.block_on(self.server) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the server ended badly"),
            Err(error) => tracing::error!(%error, "the server was lost"),
        }
        self.preparation.end();
        self.wiring.end();
    }
}

/// The address as guests find it, while its owner lives.
struct Published(PathBuf);

impl Drop for Published {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the published address stays behind");
        }
    }
}

/// Tells guests the address; an owner that died may have left another.
fn publish(context: &Context, address: Option<SocketAddr>) -> Outcome<Published> {
    let file = context.home.address_file();
    let published = match address {
        Some(address) => std::fs::write(&file, reachable(address).to_string()),
        None => std::fs::remove_file(&file),
    };
    match published {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Trouble::new(
            Exit::Failed,
            format!("`{}`: {error}", file.display()),
            "sarai doctor",
        )),
        _ => Ok(Published(file)),
    }
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

#[cfg(test)]
mod tests {
    use super::{from_hex, hex};

    #[test]
    fn a_key_survives_its_file() {
        let key = super::random_key();
        assert_eq!(from_hex(&hex(&key)), Some(key));
        assert_eq!(from_hex("abc"), None);
    }
}
