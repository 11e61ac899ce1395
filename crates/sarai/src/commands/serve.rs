//! `sarai serve`: the API and the web page, until told to stop.

use std::net::SocketAddr;

use sarai_core::language::Language;
use tokio::runtime::Handle;

use super::Context;
use crate::args::Serve;
use crate::executor::Executor;
use crate::interrupt::Interrupt;
use crate::output;
use crate::owner::{Access, Busy, Duty, Owner, reachable};
use crate::trouble::{Exit, Outcome, Trouble};

pub(super) fn run(context: &Context, serve: &Serve) -> Outcome {
    let address = listen_address(context, serve)?;
    let executor = executor()?;
    let interrupt = listen_for_interrupts(&executor)?;
    // Before anything begins: a Ctrl-C meanwhile is meant for all of it.
    let stop = interrupt.next();
    let owner = match Owner::begin(context, &executor, Duty::Whole { listen: Some(address) }) {
        Ok(owner) => owner,
        Err(Busy::Owned) => return Err(owned(context)),
        Err(Busy::Trouble(trouble)) => return Err(trouble),
    };
    let access = Access::Owner(Box::new(owner));
    let outcome = welcome(context, &access, address);
    output::tell(context.language.pick("  Ctrl-C cierra.", "  Ctrl-C closes."));
    if outcome.is_ok() {
        executor.block_on(async {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tell_failure(context, &access) => {}
            }
        });
        output::tell(context.language.pick("cerrando…", "closing…"));
    }
    access.release(&executor);
    outcome
}

/// Tells why the first model cannot be brought, should that happen. Never ends.
async fn tell_failure(context: &Context, access: &Access) {
    if let Access::Owner(owner) = access {
        let explanation = owner.failure().await;
        output::tell_failure(&explanation, context.language);
    }
    std::future::pending::<()>().await;
}

/// Returns the threads of this process.
pub(super) fn executor() -> Outcome<Executor> {
    Executor::new().map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))
}

pub(super) fn listen_for_interrupts(runtime: &Handle) -> Outcome<Interrupt> {
    Interrupt::listen(runtime).map_err(|error| Trouble::new(Exit::Failed, error.to_string(), ""))
}

/// Returns where to listen; what others can reach must have been asked for.
pub(super) fn listen_address(context: &Context, serve: &Serve) -> Outcome<SocketAddr> {
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
    let shown = reachable(address);
    let link = access.sign_in_url(context)?.unwrap_or_default();
    let key = context.home.api_key_file();
    let rows = [
        (language.pick("página", "page"), link),
        (language.pick("API", "API"), format!("http://{shown}/v1")),
        (language.pick("clave", "key"), key.display().to_string()),
        (language.pick("datos", "data"), context.home.root().display().to_string()),
    ];
    let rows = rows.map(|(name, value)| vec![format!("  {name}"), value]);
    output::tell(&output::table(&rows));
    let once = language.pick(
        "  El enlace de la página vale una sola vez y 15 minutos.",
        "  The page's link works once, for 15 minutes.",
    );
    let whereto = whereto(context, address);
    output::tell(format!("{once} {whereto}").trim_end());
    if address.ip().is_unspecified() {
        output::tell(language.pick(
            "  Para llegar desde otra máquina, añade el nombre o la dirección de esta a `server.allowed_hosts`.",
            "  To be reached from another machine, add the name or address of this one to `server.allowed_hosts`.",
        ));
    }
    Ok(())
}

/// Says where questions go and who may come.
fn whereto(context: &Context, address: SocketAddr) -> String {
    let language = context.language;
    match (context.settings.upstream(), address.ip().is_loopback()) {
        (None, true) => {
            let alone = language.pick("Nada sale de esta máquina.", "Nothing leaves this machine.");
            alone.to_owned()
        }
        (Some(upstream), _) => match language {
            Language::Spanish => format!("Las preguntas van a {}.", upstream.url),
            Language::English => format!("Questions go to {}.", upstream.url),
        },
        (None, false) => {
            let open = language.pick(
                "Contesta a quien llegue por la red con la clave.",
                "It answers whoever comes over the network with the key.",
            );
            open.to_owned()
        }
    }
}
