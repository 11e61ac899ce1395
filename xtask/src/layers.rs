//! Which crate may use which. Arrows point down only; what is not in these tables is refused.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;

use crate::workspace::{self, packages, text};

/// Each crate with the crates of ours that it may use. A new edge is a change of architecture: edit
/// this table and the diagram in `ARCHITECTURE.md`, and add a decision record.
const INSIDE: &[(&str, &[&str])] = &[
    // Edges
    (
        "sarai",
        &[
            "sarai-assistant",
            "sarai-core",
            "sarai-embedding",
            "sarai-engine",
            "sarai-engine-protocol",
            "sarai-grammar",
            "sarai-memory",
            "sarai-models",
            "sarai-parser",
            "sarai-server",
        ],
    ),
    ("sarai-server", &["sarai-assistant", "sarai-core", "sarai-grammar"]),
    // Orchestration
    ("sarai-assistant", &["sarai-core", "sarai-memory"]),
    // Subsystems
    ("sarai-engine", &["sarai-core", "sarai-engine-protocol"]),
    ("sarai-embedding", &["sarai-core"]),
    ("sarai-facts", &["sarai-core"]),
    ("sarai-memory", &["sarai-core", "sarai-facts"]),
    ("sarai-parser", &["sarai-core"]),
    ("sarai-models", &["sarai-core"]),
    // Core
    ("sarai-core", &[]),
    ("sarai-grammar", &["sarai-core"]),
    ("sarai-engine-protocol", &[]),
    // Child processes
    ("sarai-engine-llama", &["sarai-engine-host", "sarai-engine-native"]),
    ("sarai-engine-ik", &["sarai-engine-host", "sarai-engine-native"]),
    ("sarai-engine-native", &["sarai-engine-host", "sarai-engine-protocol"]),
    ("sarai-engine-host", &["sarai-engine-protocol", "sarai-grammar"]),
    // Support
    ("sarai-testkit", &["sarai-core"]),
    ("xtask", &[]),
];

/// What tests may use beyond that. The testkit is for the tests of every crate.
const INSIDE_TESTS: &[(&str, &[&str])] = &[
    ("sarai-memory", &["sarai-embedding", "sarai-parser"]),
    ("sarai-server", &["sarai-memory"]),
    ("sarai-engine", &["sarai-engine-host"]),
    ("sarai-engine-host", &["sarai-core", "sarai-engine"]),
    ("sarai-facts", &["sarai-parser"]),
    ("sarai-engine-llama", &["sarai-engine-protocol"]),
    ("sarai-engine-ik", &["sarai-engine-protocol"]),
];

/// Heavy crates of others, with the crates of ours that may use them outside tests.
const OUTSIDE: &[(&str, &[&str])] = &[
    // Below the edges code is synchronous.
    ("tokio", &["sarai", "sarai-server"]),
    ("tokio-stream", &["sarai", "sarai-server"]),
    ("tokio-util", &["sarai", "sarai-server"]),
    ("hyper", &["sarai", "sarai-server"]),
    ("hyper-util", &["sarai", "sarai-server"]),
    ("axum", &["sarai-server"]),
    ("tower", &["sarai-server"]),
    ("tower-http", &["sarai-server"]),
    ("askama", &["sarai-server"]),
    ("prometheus-client", &["sarai-server"]),
    // People and their terminals.
    ("anyhow", &["sarai", "xtask"]),
    ("clap", &["sarai"]),
    ("indicatif", &["sarai"]),
    ("rustyline", &["sarai"]),
    ("toml_edit", &["sarai"]),
    ("tracing-subscriber", &["sarai", "sarai-engine-native"]),
    // The network.
    ("ureq", &["sarai", "sarai-engine", "sarai-models"]),
    ("zip", &["sarai-models", "sarai-parser"]),
    // SQL.
    ("rusqlite", &["sarai-memory"]),
    ("rusqlite_migration", &["sarai-memory"]),
    // Native code, and what only makes sense beside it.
    ("llama-cpp-sys-2", &["sarai-engine-llama"]),
    ("ik-llama-cpp-sys", &["sarai-engine-ik"]),
    ("llguidance", &["sarai-engine-host"]),
    ("toktrie", &["sarai-engine-host"]),
    ("minijinja", &["sarai-engine-host"]),
    ("minijinja-contrib", &["sarai-engine-host"]),
];

/// Crates that may use nothing from outside but this: no serialisation, no I/O.
const AUSTERE: &[(&str, &[&str])] =
    &[("sarai-core", &["thiserror"]), ("sarai-testkit", &["thiserror"])];

/// Fails with every edge that no table allows.
pub(crate) fn check() -> anyhow::Result<()> {
    let violations = violations(&members(&workspace::metadata(true)?));
    if !violations.is_empty() {
        bail!("layers:\n  {}", violations.join("\n  "));
    }
    Ok(())
}

struct Member {
    name: String,
    uses: BTreeSet<String>,
    tests_use: BTreeSet<String>,
}

fn members(metadata: &serde_json::Value) -> Vec<Member> {
    let names = |package: &serde_json::Value, tests: bool| {
        let all = package["dependencies"].as_array().into_iter().flatten();
        let some = all.filter(|dependency| (text(dependency, "kind") == "dev") == tests);
        some.map(|dependency| text(dependency, "name").to_owned()).collect()
    };
    let member = |package| Member {
        name: text(package, "name").to_owned(),
        uses: names(package, false),
        tests_use: names(package, true),
    };
    packages(metadata).map(member).collect()
}

fn violations(members: &[Member]) -> Vec<String> {
    let inside: BTreeMap<&str, &[&str]> = INSIDE.iter().copied().collect();
    let ours: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let mut found = Vec::new();
    for row in inside.keys().filter(|row| !ours.contains(*row)) {
        found.push(format!("the table has {row}, which is not in the workspace"));
    }
    for Member { name, uses, tests_use } in members {
        let Some(allowed) = inside.get(name.as_str()) else {
            found.push(format!("{name} is not in the table of allowed edges"));
            continue;
        };
        let in_tests = row(INSIDE_TESTS, name).unwrap_or_default();
        for used in uses {
            let refused = if ours.contains(used.as_str()) {
                !allowed.contains(&used.as_str())
            } else {
                !outside_allows(name, used)
            };
            if refused {
                found.push(format!("{name} must not depend on {used}"));
            }
        }
        for used in tests_use.iter().filter(|used| ours.contains(used.as_str())) {
            let used = used.as_str();
            if !allowed.contains(&used) && !in_tests.contains(&used) && used != "sarai-testkit" {
                found.push(format!("the tests of {name} must not depend on {used}"));
            }
        }
    }
    found
}

fn outside_allows(name: &str, used: &str) -> bool {
    row(OUTSIDE, used).is_none_or(|users| users.contains(&name))
        && row(AUSTERE, name).is_none_or(|allowed| allowed.contains(&used))
}

fn row<'a>(table: &[(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(row, _)| *row == name).map(|(_, values)| *values)
}

#[cfg(test)]
mod tests {
    use super::{INSIDE, Member, members, violations};
    use crate::workspace;

    fn table() -> Vec<Member> {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let member = |(name, uses): &(&str, &[&str])| Member {
            name: (*name).to_owned(),
            uses: own(uses),
            tests_use: own(&["sarai-testkit", "proptest"]),
        };
        INSIDE.iter().map(member).collect()
    }

    #[track_caller]
    fn check(name: &str, uses: &str, tests_use: &str, expected: &[&str]) {
        let mut members = table();
        let member = members.iter_mut().find(|member| member.name == name).unwrap();
        member.uses.extend(uses.split_whitespace().map(str::to_owned));
        member.tests_use.extend(tests_use.split_whitespace().map(str::to_owned));
        assert_eq!(violations(&members), expected);
    }

    #[test]
    fn crates_depend_only_downwards() {
        let members = members(&workspace::metadata(true).unwrap());
        assert!(members.iter().any(|member| member.uses.contains("sarai-core")));
        assert_eq!(violations(&members), Vec::<String>::new());
    }

    #[test]
    fn an_edge_that_is_not_in_the_table_is_refused() {
        check("sarai-memory", "sarai-core serde", "", &[]);
        check(
            "sarai-memory",
            "sarai-engine",
            "",
            &["sarai-memory must not depend on sarai-engine"],
        );
        check(
            "sarai-core",
            "",
            "sarai-memory",
            &["the tests of sarai-core must not depend on sarai-memory"],
        );
        check("sarai-server", "", "sarai-memory", &[]);
    }

    #[test]
    fn heavy_crates_stay_where_they_belong() {
        check("sarai-server", "tokio", "", &[]);
        check("sarai-assistant", "", "tokio", &[]);
        check("sarai-assistant", "tokio", "", &["sarai-assistant must not depend on tokio"]);
        check("sarai-core", "serde", "", &["sarai-core must not depend on serde"]);
    }

    #[test]
    fn table_and_workspace_name_the_same_crates() {
        let mut members = table();
        members.retain(|member| member.name != "sarai-models");
        members.push(Member {
            name: "sarai-voice".to_owned(),
            uses: [].into(),
            tests_use: [].into(),
        });
        let found = violations(&members).join("\n");
        assert!(found.contains("the table has sarai-models"), "{found}");
        assert!(found.contains("sarai-voice is not in the table"), "{found}");
    }
}
