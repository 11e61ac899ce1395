//! Coverage of lines, for each crate, with a floor for those that are pure or a subsystem.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::shell::{self, Unavailable, command, output, say};
use crate::{packages, tools, workspace};

const FLOOR_PERCENT: f64 = 90.0;
const CRATES: &[&str] = &[
    "sarai-core",
    "sarai-engine-protocol",
    "sarai-engine-host",
    "sarai-engine",
    "sarai-models",
    "sarai-parser",
    "sarai-memory",
    "sarai-facts",
    "sarai-embedding",
    "sarai-assistant",
];

/// Measures, prints, and fails below the floor.
pub(crate) fn run() -> anyhow::Result<()> {
    tools::cargo_tool(tools::NEXTEST)?;
    tools::cargo_tool(tools::LLVM_COV)?;
    let llvm = llvm()?;
    let report = tools::folder().join("coverage.json");
    std::fs::create_dir_all(tools::folder()).context("could not create a folder for the report")?;
    let words =
        ["cargo", "llvm-cov", "nextest", "--locked", "--profile", "ci", "--json", "--summary-only"];
    let mut measure = workspace::command(&words);
    measure.env("LLVM_COV", llvm.join("llvm-cov")).env("LLVM_PROFDATA", llvm.join("llvm-profdata"));
    measure.arg("--output-path").arg(&report);
    for name in CRATES {
        measure.args(["-p", name]);
    }
    shell::run(&mut measure)?;
    let text = std::fs::read_to_string(&report).context("could not read the report of coverage")?;
    let lines = lines(&serde_json::from_str(&text)?, &workspace::root());
    say(&format!("coverage of lines\n{}", table(&lines)));
    let below = below(&lines);
    if !below.is_empty() {
        bail!("below {FLOOR_PERCENT} %: {}", below.join(", "));
    }
    Ok(())
}

/// Lines of a crate: all of them, and those that ran.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Lines {
    count: u64,
    covered: u64,
}

impl Lines {
    #[expect(clippy::cast_precision_loss, reason = "no crate has 2^52 lines")]
    fn percent(self) -> f64 {
        if self.count == 0 { 0.0 } else { 100.0 * self.covered as f64 / self.count as f64 }
    }
}

fn lines(report: &Value, root: &Path) -> BTreeMap<String, Lines> {
    let mut crates = BTreeMap::<String, Lines>::new();
    for file in report["data"][0]["files"].as_array().into_iter().flatten() {
        let path = Path::new(workspace::text(file, "filename"));
        let Ok(path) = path.strip_prefix(root.join("crates")) else { continue };
        let Some(name) = path.iter().next() else { continue };
        let lines = crates.entry(name.to_string_lossy().into_owned()).or_default();
        lines.count += file["summary"]["lines"]["count"].as_u64().unwrap_or_default();
        lines.covered += file["summary"]["lines"]["covered"].as_u64().unwrap_or_default();
    }
    crates
}

fn table(crates: &BTreeMap<String, Lines>) -> String {
    let row = |(name, lines): (&String, &Lines)| {
        format!(
            "{name:<24} {:>6} of {:>6} {:>6.1} %\n",
            lines.covered,
            lines.count,
            lines.percent()
        )
    };
    crates.iter().map(row).collect()
}

/// Returns the crates that are below the floor. One without a line measured is.
fn below(crates: &BTreeMap<String, Lines>) -> Vec<&'static str> {
    let percent = |name: &str| crates.get(name).copied().unwrap_or_default().percent();
    CRATES.iter().copied().filter(|name| percent(name) < FLOOR_PERCENT).collect()
}

/// Returns the folder of the LLVM tools that read what this compiler writes.
fn llvm() -> anyhow::Result<PathBuf> {
    let version = output(&mut command(&["rustc", "-vV"]))?;
    let major = llvm_major(&version).context("`rustc -vV` names no version of LLVM")?;
    let sysroot = output(&mut command(&["rustc", "--print", "sysroot"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let component = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin");
    let system = PathBuf::from(format!("/usr/lib/llvm-{major}/bin"));
    let has_tools = |folder: &PathBuf| {
        ["llvm-cov", "llvm-profdata"].iter().all(|tool| folder.join(tool).exists())
    };
    let find = || [&component, &system].into_iter().find(|folder| has_tools(folder)).cloned();
    if let Some(folder) = find() {
        return Ok(folder);
    }
    let package = format!("llvm-{major}");
    if let Some(root) = packages::apt_as_root() {
        say(&format!("installing {package}, which reads coverage"));
        if let Err(error) = packages::apt(root, &[&package]) {
            say(&format!("{error:#}"));
        }
    }
    if find().is_none() {
        shell::succeeds(&mut command(&["rustup", "component", "add", "llvm-tools"]));
    }
    find().ok_or_else(|| {
        let hint = "type `rustup component add llvm-tools`, or install the package";
        Unavailable(format!("no LLVM {major} tools: {hint} `{package}`")).into()
    })
}

fn llvm_major(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("LLVM version: "))?.split('.').next()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::{CRATES, Lines, below, lines, llvm_major};

    #[test]
    fn lines_are_summed_for_each_crate() {
        let file = |name: &str, count: u64, covered: u64| json!({ "filename": name, "summary": { "lines": { "count": count, "covered": covered } } });
        let report = json!({ "data": [{ "files": [
            file("/r/crates/sarai-core/src/a.rs", 10, 9),
            file("/r/crates/sarai-core/src/b.rs", 10, 6),
            file("/r/crates/sarai-memory/src/lib.rs", 5, 5),
            file("/elsewhere/crates/x/src/lib.rs", 5, 0),
        ] }] });
        let lines = lines(&report, Path::new("/r"));
        assert_eq!(lines.len(), 2);
        assert_eq!(lines["sarai-core"], Lines { count: 20, covered: 15 });
        assert!((lines["sarai-core"].percent() - 75.0).abs() < 1e-9);
    }

    #[test]
    fn a_crate_below_the_floor_or_not_measured_fails() {
        let mut crates: std::collections::BTreeMap<_, _> = CRATES
            .iter()
            .map(|name| ((*name).to_owned(), Lines { count: 10, covered: 9 }))
            .collect();
        assert_eq!(below(&crates), Vec::<&str>::new());
        crates.insert("sarai-memory".to_owned(), Lines { count: 1000, covered: 899 });
        crates.remove("sarai-core");
        assert_eq!(below(&crates), ["sarai-core", "sarai-memory"]);
    }

    #[test]
    fn the_compiler_says_which_llvm_it_uses() {
        assert_eq!(llvm_major("rustc 1.95.0\nhost: x\nLLVM version: 22.1.2\n"), Some("22"));
        assert_eq!(llvm_major("rustc 1.95.0"), None);
    }
}
