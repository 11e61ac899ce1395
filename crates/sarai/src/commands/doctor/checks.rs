//! What the doctor looks at.

pub(crate) mod engines;
mod upstream;

use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use sarai_core::explain::Explain as _;
use sarai_core::language::Language;
use sarai_models::{free_bytes, hub_reachable};
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use super::Check;
use crate::commands::Context;
use crate::commands::serve::executor;
use crate::link::Link;
use crate::models::{Models, hub};
use crate::owner::wiring::engine_executable;
use crate::spawn;
use crate::trouble::Outcome;

const GIB: u64 = 1024 * 1024 * 1024;
/// Below this the default model does not fit beside anything else.
const MEMORY_BYTES_FAIR: u64 = 3 * GIB;
const DISK_BYTES_FAIR: u64 = 2 * GIB;

pub(super) fn all(context: &Context) -> Outcome<Vec<Check>> {
    let models = Models::open(&context.home, context.language)?;
    let executor = executor()?;
    let link = Link::to(context, &executor);
    let status = link.get("/api/sarai/status").ok();
    let mut checks = vec![processor(context), memory(context), disk(context), home(context)];
    match context.settings.upstream() {
        Some(upstream) => checks.push(upstream::check(context, &upstream)),
        None => checks.extend(local(context, &models)),
    }
    checks.push(match &status {
        Some(status) => running(context, status),
        None => port(context),
    });
    checks.push(hub_check(context, &models));
    checks.push(language(context));
    Ok(checks)
}

fn local(context: &Context, models: &Models) -> Vec<Check> {
    let mut checks = vec![engine(context), model(context, models)];
    checks.extend(engines::checks(context, models));
    checks
}

fn processor(context: &Context) -> Check {
    let cores = sysinfo::System::physical_core_count().unwrap_or(1);
    #[cfg(target_arch = "x86_64")]
    let (fast, features) = (
        std::arch::is_x86_feature_detected!("avx2"),
        [
            ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
            ("AVX-512", std::arch::is_x86_feature_detected!("avx512f")),
            ("VNNI", std::arch::is_x86_feature_detected!("avx512vnni")),
        ],
    );
    #[cfg(not(target_arch = "x86_64"))]
    let (fast, features) = (true, [(std::env::consts::ARCH, true)]);
    let features = features.iter().filter(|(_, there)| *there).map(|(name, _)| *name);
    let features = features.collect::<Vec<_>>().join(", ");
    let finding = match context.language {
        Language::Spanish => format!("procesador: {cores} núcleos físicos, {features}"),
        Language::English => format!("processor: {cores} physical cores, {features}"),
    };
    if fast {
        return Check::good("processor", finding);
    }
    let remedy = context.language.pick(
        "sin AVX2 las respuestas serán lentas: usa un modelo pequeño, como smollm2-135m",
        "without AVX2 answers will be slow: use a small model, such as smollm2-135m",
    );
    Check::fair("processor", finding, remedy)
}

fn memory(context: &Context) -> Check {
    let kind = RefreshKind::nothing().with_memory(MemoryRefreshKind::everything());
    let (free, total) = match System::new_with_specifics(kind) {
        Ok(system) => (system.available_memory(), system.total_memory()),
        Err(error) => return Check::fair("memory", error.to_string(), "free -h"),
    };
    let finding = match context.language {
        Language::Spanish => format!("memoria: {} libres de {}", gib(free), gib(total)),
        Language::English => format!("memory: {} free of {}", gib(free), gib(total)),
    };
    if free >= MEMORY_BYTES_FAIR {
        return Check::good("memory", finding);
    }
    let remedy = context.language.pick(
        "cierra otros programas, baja `engine.context_tokens` o usa un modelo más pequeño",
        "close other programs, lower `engine.context_tokens` or use a smaller model",
    );
    Check::fair("memory", finding, remedy)
}

fn disk(context: &Context) -> Check {
    let root = context.home.root();
    let free = match free_bytes(root) {
        Ok(free) => free,
        Err(error) => {
            return Check::bad("disk", format!("{}: {error}", root.display()), "SARAI_HOME");
        }
    };
    let finding = match context.language {
        Language::Spanish => format!("disco: {} libres en `{}`", gib(free), root.display()),
        Language::English => format!("disk: {} free in `{}`", gib(free), root.display()),
    };
    if free >= DISK_BYTES_FAIR {
        return Check::good("disk", finding);
    }
    let remedy = context.language.pick(
        "libera espacio, o quita modelos con `sarai models remove`",
        "free some space, or remove models with `sarai models remove`",
    );
    Check::fair("disk", finding, remedy)
}

fn home(context: &Context) -> Check {
    let keys = context.home.root().join("keys");
    let open_to = |path: &Path| path.metadata().map(|meta| meta.permissions().mode() & 0o077);
    let finding = match context.language {
        Language::Spanish => format!("claves: solo tú puedes leer `{}`", keys.display()),
        Language::English => format!("keys: only you can read `{}`", keys.display()),
    };
    match open_to(&keys) {
        Ok(0) => Check::good("keys", finding),
        Ok(_) => {
            let finding = match context.language {
                Language::Spanish => format!("claves: otros pueden leer `{}`", keys.display()),
                Language::English => format!("keys: others can read `{}`", keys.display()),
            };
            Check::bad("keys", finding, format!("chmod -R go= '{}'", keys.display()))
        }
        Err(error) => Check::bad("keys", format!("{}: {error}", keys.display()), "SARAI_HOME"),
    }
}

fn engine(context: &Context) -> Check {
    let language = context.language;
    let path = match engine_executable(context) {
        Ok(path) => path,
        Err(trouble) => {
            let hint = trouble.explanation.hint.unwrap_or_default();
            return Check::bad("engine", trouble.explanation.message, hint);
        }
    };
    match spawn::version_of(&path) {
        Ok(version) => {
            Check::good("engine", format!("{}: {version}", language.pick("motor", "engine")))
        }
        Err(error) => Check::bad(
            "engine",
            format!(
                "{}: {error}",
                language.pick("el motor no arranca", "the engine does not start")
            ),
            language.pick(
                "vuelve a construirlo con `cargo xtask run`",
                "build it again with `cargo xtask run`",
            ),
        ),
    }
}

fn model(context: &Context, models: &Models) -> Check {
    let language = context.language;
    let Some(name) = context.settings.model() else {
        return Check::bad("model", "model.name", "sarai models list");
    };
    // Its head only: to look at all of it, as `models verify` does, takes long with a large one.
    let described = models.store.describe(name.as_str());
    match models.store.path_of(name.as_str()).and_then(|path| described.map(|_| path)) {
        Ok(path) => {
            let word = language.pick("modelo", "model");
            Check::good("model", format!("{word}: {name} (`{}`)", path.display()))
        }
        Err(error) => {
            let explanation = error.explain(language);
            let hint = explanation.hint.unwrap_or_else(|| format!("sarai models pull {name}"));
            Check::bad("model", explanation.message, hint)
        }
    }
}

fn running(context: &Context, status: &serde_json::Value) -> Check {
    let language = context.language;
    let phase = status["readiness"]["phase"].as_str().unwrap_or("?");
    let restarts = status["engine"]["restarts"].as_u64().unwrap_or(0);
    let finding = match language {
        Language::Spanish => format!("en marcha: {phase}, {restarts} reinicios del motor"),
        Language::English => format!("running: {phase}, {restarts} engine restarts"),
    };
    match phase {
        "failed" => {
            let reason = status["readiness"]["reason"].as_str().unwrap_or_default();
            Check::bad("running", format!("{finding}: {reason}"), "sarai models verify")
        }
        _ => Check::good("running", finding),
    }
}

fn port(context: &Context) -> Check {
    let address = SocketAddr::new(context.settings.address(), context.settings.port());
    match TcpListener::bind(address) {
        Ok(_) => Check::good(
            "port",
            match context.language {
                Language::Spanish => format!("puerto: {address} está libre"),
                Language::English => format!("port: {address} is free"),
            },
        ),
        Err(error) => Check::fair(
            "port",
            match context.language {
                Language::Spanish => format!("puerto: {address} no se puede usar: {error}"),
                Language::English => format!("port: {address} cannot be used: {error}"),
            },
            context.language.pick(
                "se usará el siguiente libre; para elegir otro, `sarai config set server.port N`",
                "the next free one will be used; to choose another, `sarai config set server.port N`",
            ),
        ),
    }
}

fn hub_check(context: &Context, models: &Models) -> Check {
    let language = context.language;
    let endpoint = hub(&context.environment).endpoint;
    if !hub_reachable(&endpoint) {
        return Check::good(
            "hub",
            match language {
                Language::Spanish => format!(
                    "modelos nuevos: {endpoint} no está al alcance (no hace falta para contestar)"
                ),
                Language::English => {
                    format!("new models: {endpoint} is out of reach (not needed to answer)")
                }
            },
        );
    }
    let finding = match language {
        Language::Spanish => format!("modelos nuevos: {endpoint} está al alcance"),
        Language::English => format!("new models: {endpoint} can be reached"),
    };
    let current = context.settings.model().map(|name| name.to_string()).unwrap_or_default();
    match models
        .catalogue
        .better_chat_than(&current)
        .filter(|better| !models.is_installed(&better.name))
    {
        None => Check::good("hub", finding),
        Some(better) => Check::fair(
            "hub",
            finding,
            match language {
                Language::Spanish => {
                    format!(
                        "{} conversa mejor en español: sarai models pull {}",
                        better.title, better.name
                    )
                }
                Language::English => {
                    format!(
                        "{} converses better in Spanish: sarai models pull {}",
                        better.title, better.name
                    )
                }
            },
        ),
    }
}

fn language(context: &Context) -> Check {
    let zone = jiff::tz::TimeZone::system();
    let zone = context.settings.time_zone().or(zone.iana_name()).unwrap_or("UTC").to_owned();
    let code = context.language.code();
    Check::good(
        "locale",
        match context.language {
            Language::Spanish => format!("idioma: {code}, zona horaria: {zone}"),
            Language::English => format!("language: {code}, time zone: {zone}"),
        },
    )
}

fn gib(bytes: u64) -> String {
    format!("{}.{} GiB", bytes / GIB, bytes % GIB * 10 / GIB)
}
