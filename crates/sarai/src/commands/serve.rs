//! `sarai serve`: the API and the web page, until told to stop.

use std::net::SocketAddr;

use sarai_core::language::Language;
use tokio::runtime::Runtime;

use super::Context;
use crate::args::Serve;
use crate::interrupt::Interrupt;
use crate::output;
use crate::owner::{Access, Busy, Owner};
use crate::trouble::{Exit, Outcome, Trouble};

pub(super) fn run(context: &Context, serve: &Serve) -> Outcome {
    let address = listen_address(context, serve)?;
    let runtime = runtime()?;
    let interrupt = listen_for_interrupts(&runtime)?;
    let owner = match Owner::begin(context, &runtime, Some(address)) {
        Ok(owner) => owner,
        Err(Busy::Owned) => return Err(owned(context)),
        Err(Busy::Trouble(trouble)) => return Err(trouble),
    };
    let access = Access::Owner(Box::new(owner));
    let outcome = welcome(context, &access, address);
    if outcome.is_ok() {
        runtime.block_on(interrupt.next().cancelled());
        output::tell(context.language.pick("cerrando…", "closing…"));
    }
    access.release(&runtime);
    outcome
}

/// Returns the runtime of this process.
pub(super) fn runtime() -> Outcome<Runtime> {
    let built =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("sarai").build();
    built.map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))
}

pub(super) fn listen_for_interrupts(runtime: &Runtime) -> Outcome<Interrupt> {
    Interrupt::listen(runtime.handle())
        .map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))
}

fn listen_address(context: &Context, serve: &Serve) -> Outcome<SocketAddr> {
    let language = context.language;
    let ip = serve.address.unwrap_or_else(|| context.settings.address());
    if !ip.is_loopback() && !serve.expose && !context.settings.expose() {
        let message = match language {
            Language::Spanish => format!("{ip} no es solo de esta máquina"),
            Language::English => format!("{ip} is not of this machine only"),
        };
        let hint = language.pick(
            "si quieres que otros lleguen a SARAi, añade --expose; la clave seguirá haciendo falta",
            "if you want others to reach SARAi, add --expose; the key will still be needed",
        );
        return Err(Trouble::new(Exit::Refused, message, hint));
    }
    Ok(SocketAddr::new(ip, serve.port.unwrap_or_else(|| context.settings.port())))
}

fn owned(context: &Context) -> Trouble {
    let root = context.home.root().display();
    let (message, hint) = match context.language {
        Language::Spanish => (
            format!("SARAi ya está en marcha en `{root}`"),
            "úsala con `sarai chat`, o ciérrala antes de empezar otra",
        ),
        Language::English => (
            format!("SARAi is already running in `{root}`"),
            "use it with `sarai chat`, or close it before you start another",
        ),
    };
    Trouble::new(Exit::Unavailable, message, hint)
}

/// Says where everything is.
pub(super) fn welcome(context: &Context, access: &Access, wanted: SocketAddr) -> Outcome {
    let language = context.language;
    let Access::Owner(owner) = access else { return Ok(()) };
    let Some(address) = owner.address() else { return Ok(()) };
    if wanted.port() != 0 && address.port() != wanted.port() {
        output::tell(&match language {
            Language::Spanish => {
                format!("el puerto {} está ocupado: se usa el {}", wanted.port(), address.port())
            }
            Language::English => {
                format!("port {} is taken: using {}", wanted.port(), address.port())
            }
        });
    }
    let link = access.sign_in_url(context)?.unwrap_or_default();
    let key = context.home.api_key_file();
    let rows = [
        (language.pick("página", "page"), link),
        (language.pick("API", "API"), format!("http://{address}/v1")),
        (language.pick("clave", "key"), key.display().to_string()),
        (language.pick("datos", "data"), context.home.root().display().to_string()),
    ];
    let rows = rows.map(|(name, value)| vec![format!("  {name}"), value]);
    output::tell(&output::table(&rows));
    output::tell(language.pick(
        "  El enlace de la página vale una sola vez y 15 minutos. Nada sale de esta máquina. Ctrl-C cierra.",
        "  The page's link works once, for 15 minutes. Nothing leaves this machine. Ctrl-C closes.",
    ));
    Ok(())
}
