//! The way to the assistant: through the process that owns the home, or as that process.

use std::time::Duration;

use sarai_core::clock::Clock as _;
use sarai_core::language::Language;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{Busy, Duty, Owner};
use crate::commands::Context;
use crate::link::Link;
use crate::output;
use crate::system::SystemClock;
use crate::trouble::{Exit, Outcome, Trouble};

const PAUSE: Duration = Duration::from_millis(100);
/// After this the person is told what is waited for.
const SILENCE_MAX: Duration = Duration::from_secs(1);
/// Long enough for an owner that is ending to let its last answers go.
const PATIENCE: Duration = Duration::from_secs(15);

/// A way to the assistant.
pub(crate) enum Access {
    Guest(Link),
    Owner(Box<Owner>),
}

impl Access {
    /// Finds the owner of the home, or becomes it for this duty.
    ///
    /// An owner that is just starting or ending holds the home without answering: it is waited for.
    pub(crate) fn gain(
        context: &Context,
        runtime: &Handle,
        duty: Duty,
        stop: &CancellationToken,
    ) -> Outcome<Access> {
        let language = context.language;
        let clock = SystemClock::new();
        let link = Link::to(context, runtime);
        let mut told = false;
        loop {
            match Owner::begin(context, runtime, duty) {
                Ok(owner) => return Ok(Access::Owner(Box::new(owner))),
                Err(Busy::Trouble(trouble)) => return Err(trouble),
                Err(Busy::Owned) if link.is_alive() => return Ok(Access::Guest(link)),
                Err(Busy::Owned) => {}
            }
            if clock.elapsed() >= PATIENCE {
                return Err(silent(context));
            }
            if clock.elapsed() >= SILENCE_MAX && !told {
                told = true;
                output::tell(
                    language.pick("esperando a la otra SARAi…", "waiting for the other SARAi…"),
                );
            }
            if !link.pause(PAUSE, stop) {
                let hint = language.pick("no se ha empezado nada", "nothing was begun");
                let word = language.pick("interrumpido", "interrupted");
                return Err(Trouble::new(Exit::Interrupted, word, hint));
            }
        }
    }

    /// Returns a link that signs a browser in, once; `None` when the owner has no page open.
    pub(crate) fn sign_in_url(&self, context: &Context) -> Outcome<Option<String>> {
        let Ok(address) = std::fs::read_to_string(context.home.address_file()) else {
            return Ok(None);
        };
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
    pub(crate) fn release(self, runtime: &Handle) {
        if let Access::Owner(owner) = self {
            owner.end(runtime);
        }
    }
}

/// Something holds the home for long and does not answer.
fn silent(context: &Context) -> Trouble {
    let root = context.home.root().display();
    let (message, hint) = match context.language {
        Language::Spanish => (
            format!("otra SARAi está usando `{root}` y no contesta"),
            "si es `sarai bench`, espera a que acabe; si no, ciérrala y prueba otra vez",
        ),
        Language::English => (
            format!("another SARAi is using `{root}` and does not answer"),
            "if it is `sarai bench`, wait for its end; otherwise close it and try again",
        ),
    };
    Trouble::new(Exit::Unavailable, message, hint)
}
