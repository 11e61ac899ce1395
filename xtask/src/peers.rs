//! `cargo xtask peers`: builds or installs the programs that SARAi's speed is compared with. No part
//! of CI.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::shell::{self, command, say};
use crate::{packages, tools, workspace};

/// The source package and what it must hash to, in the words of `pip`. It carries the whole tree of
/// llama.cpp, the server included, which the package itself does not build.
const LLAMA_CPP: &str = "xtask/peers/llama-cpp.txt";
/// The name of that package.
const PACKAGE: &str = "llama-cpp-python";
/// As fast as it can be made here, and without what a bench does not use. The page of the server
/// would be fetched from a hub.
const OPTIONS: &[&str] = &[
    "-DCMAKE_BUILD_TYPE=Release",
    "-DGGML_NATIVE=ON",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
];

/// The packages of the second peer, and its server, which is ours.
const OPENVINO: &str = "xtask/peers/openvino.txt";
const OPENVINO_SERVER: &str = "xtask/peers/openvino-server.py";

/// Installs `openvino-genai`, once, and prints where a server is that answers with it.
pub(crate) fn install_openvino() -> anyhow::Result<()> {
    let folder = tools::folder().join("peers/openvino");
    let list = workspace::root().join(OPENVINO);
    let message = "installing OpenVINO GenAI, 70 MB";
    let python = tools::python_with(&list, &folder.join("python"), message)?;
    let server = folder.join("openvino-server");
    let script = workspace::root().join(OPENVINO_SERVER);
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', "'\\''"));
    let text = format!("#!/bin/sh\nexec {} {} \"$@\"\n", quoted(&python), quoted(&script));
    std::fs::write(&server, text)
        .and_then(|()| std::fs::set_permissions(&server, Permissions::from_mode(0o755)))
        .with_context(|| format!("could not write `{}`", server.display()))?;
    shell::print(&server.display().to_string());
    Ok(())
}

/// Builds llama.cpp's own server, once, and prints where it is.
pub(crate) fn build() -> anyhow::Result<()> {
    let folder = tools::folder().join("peers/llama-cpp");
    let server = folder.join("build/bin/llama-server");
    let list = workspace::root().join(LLAMA_CPP);
    let built = server.exists();
    tools::once(&list, &folder, || {
        packages::ensure(packages::BUILD)?;
        packages::ensure(packages::PULL)?;
        say("fetching the source of llama.cpp, 77 MB");
        fetch(&list, &folder)?;
        if !built {
            say("building llama-server and llama-bench: about ten minutes on two cores, once");
        }
        compile(&folder)
    })?;
    anyhow::ensure!(
        server.exists(),
        "there is no `{}`; delete `{}` and try again",
        server.display(),
        folder.display()
    );
    shell::print(&server.display().to_string());
    Ok(())
}

/// Fetches the pinned package and unpacks it into `source`. `pip` refuses one of another hash.
fn fetch(list: &Path, folder: &Path) -> anyhow::Result<()> {
    let (package, source) = (folder.join("package"), folder.join("source"));
    for fresh in [&package, &source] {
        if fresh.exists() {
            std::fs::remove_dir_all(fresh)
                .with_context(|| format!("could not empty `{}`", fresh.display()))?;
        }
        std::fs::create_dir_all(fresh)
            .with_context(|| format!("could not create `{}`", fresh.display()))?;
    }
    let words = ["python3", "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary"];
    let mut pip = command(&words);
    pip.args([PACKAGE, "--require-hashes", "--requirement"]).arg(list).arg("--dest").arg(&package);
    run(pip.env("PIP_ROOT_USER_ACTION", "ignore"))?;
    let archive = only_file(&package)?;
    let mut tar = command(&["tar", "--extract", "--strip-components", "1", "--file"]);
    run(tar.arg(archive).arg("--directory").arg(&source))
}

fn compile(folder: &Path) -> anyhow::Result<()> {
    let build = folder.join("build");
    let mut configure = command(&["cmake", "-S"]);
    configure.arg(folder.join("source/vendor/llama.cpp")).arg("-B").arg(&build);
    run(configure.args(["-G", "Unix Makefiles"]).args(OPTIONS))?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut make = command(&["cmake", "--build"]);
    make.arg(&build).args(["--target", "llama-server", "llama-bench", "--parallel"]);
    run(make.arg(cores.to_string()))
}

/// Runs a command whose words are no data: standard output is for the path.
fn run(command: &mut Command) -> anyhow::Result<()> {
    shell::run(command.stdin(Stdio::null()).stdout(std::io::stderr()))
}

/// Returns the one file of a folder.
fn only_file(folder: &Path) -> anyhow::Result<PathBuf> {
    let files = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>())
        .with_context(|| format!("could not list `{}`", folder.display()))?;
    match <[PathBuf; 1]>::try_from(files) {
        Ok([file]) => Ok(file),
        Err(files) => anyhow::bail!("`{}` has {} files, not one", folder.display(), files.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::{LLAMA_CPP, PACKAGE, only_file};
    use crate::workspace;

    #[test]
    fn the_source_is_pinned_by_version_and_hash() {
        let list = std::fs::read_to_string(workspace::root().join(LLAMA_CPP)).unwrap();
        let lines: Vec<&str> = list.lines().collect();
        let [line] = lines[..] else { panic!("{list}") };
        let (package, hash) = line.split_once(" --hash=sha256:").unwrap();
        assert_eq!(package.split_once("==").map(|(name, _)| name), Some(PACKAGE));
        assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    }

    #[test]
    fn a_download_is_one_file() {
        let folder = std::env::temp_dir().join(format!("sarai-xtask-peers-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(only_file(&folder).is_err());
        std::fs::write(folder.join("a.tar.gz"), "x").unwrap();
        assert_eq!(only_file(&folder).unwrap(), folder.join("a.tar.gz"));
        std::fs::write(folder.join("b.tar.gz"), "x").unwrap();
        let error = only_file(&folder).unwrap_err().to_string();
        assert!(error.ends_with("has 2 files, not one"), "{error}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
