//! Licences, bans and sources of the locked packages, as `deny.toml` lists them.
//!
//! `cargo deny` checks the same file and more; it takes minutes to build, so it runs where it is
//! installed, and this runs everywhere.

mod licence;

use anyhow::{Context as _, bail};
use serde_json::Value;
use toml::Table;

use crate::shell;
use crate::workspace::{self, packages, text};

/// How `cargo metadata` calls the public registry.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Fails with every package that the lists refuse.
pub(crate) fn check() -> anyhow::Result<()> {
    let file = workspace::root().join("deny.toml");
    let lists: Table = std::fs::read_to_string(&file)
        .with_context(|| format!("could not read `{}`", file.display()))?
        .parse()
        .context("could not read `deny.toml`")?;
    let violations = violations(&lists, &workspace::metadata(false)?)?;
    if !violations.is_empty() {
        bail!("deny:\n  {}", violations.join("\n  "));
    }
    if shell::which("cargo-deny").is_some() {
        shell::run(&mut workspace::command(&[
            "cargo",
            "deny",
            "--offline",
            "check",
            "bans",
            "licenses",
            "sources",
        ]))?;
    }
    Ok(())
}

fn violations(lists: &Table, metadata: &Value) -> anyhow::Result<Vec<String>> {
    let allowed = strings(&lists["licenses"]["allow"])?;
    let bans = lists["bans"]["deny"].as_array().context("`bans.deny` is not a list")?;
    let mut found = Vec::new();
    let foreign = || packages(metadata).filter(|package| !package["source"].is_null());
    for package in foreign() {
        let name = text(package, "name");
        let expression = text(package, "license");
        if !licence::allows(expression, &allowed) {
            found.push(format!("{name}: licence `{expression}` is not allowed"));
        }
        if text(package, "source") != REGISTRY {
            found.push(format!("{name}: does not come from the registry"));
        }
    }
    for ban in bans {
        let banned = ban["crate"].as_str().context("a ban names no `crate`")?;
        let reason = ban["reason"].as_str().context("a ban gives no `reason`")?;
        let wrappers = ban.get("wrappers").map_or(Ok(Vec::new()), strings)?;
        for package in packages(metadata).filter(|package| depends_on(package, banned)) {
            let name = text(package, "name");
            if foreign().any(|locked| text(locked, "name") == banned) && !wrappers.contains(&name) {
                found.push(format!("{name}: must not bring {banned}: {reason}"));
            }
        }
    }
    Ok(found)
}

/// Returns whether a package needs another in every case; what is optional for it or for other
/// systems is in the lock file only if somebody else wants it.
fn depends_on(package: &Value, name: &str) -> bool {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    dependencies
        .filter(|dependency| text(dependency, "kind") != "dev" && dependency["optional"] != true)
        .any(|dependency| text(dependency, "name") == name)
}

fn strings(value: &toml::Value) -> anyhow::Result<Vec<&str>> {
    let list = value.as_array().context("not a list")?;
    list.iter().map(|item| item.as_str().context("not a list of texts")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{REGISTRY, violations};

    #[track_caller]
    fn check(packages: &Value, expected: &[&str]) {
        let lists = "[licenses]\nallow = ['MIT']\n\
                     [bans]\ndeny = [{ crate = 'old', wrappers = ['kept'], reason = 'it is old' }]";
        let found = violations(&lists.parse().unwrap(), &json!({ "packages": packages })).unwrap();
        assert_eq!(found, expected);
    }

    #[test]
    fn only_listed_licences_pass() {
        let package =
            |licence: &str| json!([{ "name": "a", "license": licence, "source": REGISTRY }]);
        check(&package("MIT OR GPL-3.0"), &[]);
        check(&package("GPL-3.0"), &["a: licence `GPL-3.0` is not allowed"]);
        check(&package(""), &["a: licence `` is not allowed"]);
    }

    #[test]
    fn our_own_crates_need_no_listed_licence() {
        check(&json!([{ "name": "ours", "license": "ours", "source": null }]), &[]);
    }

    #[test]
    fn only_the_registry_is_a_source() {
        let package = json!([{ "name": "a", "license": "MIT", "source": "git+https://host/a" }]);
        check(&package, &["a: does not come from the registry"]);
    }

    #[test]
    fn a_banned_crate_is_refused_but_below_its_wrapper() {
        let user = |name: &str| {
            json!([
                { "name": "old", "license": "MIT", "source": REGISTRY },
                { "name": name, "license": "MIT", "source": REGISTRY,
                  "dependencies": [{ "name": "old", "kind": null, "optional": false }] },
            ])
        };
        check(&user("kept"), &[]);
        check(&user("new"), &["new: must not bring old: it is old"]);
    }
}
