//! The page in a real browser: `tests/browser/*.test.mjs`, run by Node against a server of ours.
//!
//! Needs Chromium and, in the folder that `SARAI_TEST_NODE_MODULES` names, the packages
//! `playwright-core` and `axe-core`.

mod engine;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use self::engine::BrowserEngine;
use super::program::named;
use crate::support::{KEY, Server, Setup};

const CHROMIUM: [&str; 3] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// Runs one file of browser tests; what Node prints is shown when one fails.
#[track_caller]
fn check(file: &str, engine: BrowserEngine) {
    let server = Server::start(Setup { engine: Arc::new(engine), ..Setup::default() });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let output = node()
        .current_dir(&folder)
        .args(["--test", "--test-reporter=tap", file])
        .env("SARAI_TEST_NODE_MODULES", named("SARAI_TEST_NODE_MODULES"))
        .env("SARAI_TEST_CHROMIUM", chromium())
        .env("SARAI_TEST_URL", format!("http://{}", server.address))
        .env("SARAI_TEST_KEY", KEY)
        .output()
        .expect("`node` is not installed");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    // A file without a test would succeed too.
    assert!(said.contains("# fail 0") && !said.contains("# pass 0"), "{said}");
}

#[expect(clippy::disallowed_methods, reason = "the browser is driven by a program of its own")]
fn node() -> Command {
    Command::new("node")
}

fn chromium() -> &'static str {
    let found = CHROMIUM.into_iter().find(|path| Path::new(path).exists());
    found.expect("Chromium is not installed: run `cargo xtask test`")
}

#[test]
fn signing_in_and_out() {
    check("sign-in.test.mjs", BrowserEngine::new());
}

#[test]
fn asking_streaming_stopping_failing() {
    check("chat.test.mjs", BrowserEngine::new());
}

#[test]
fn conversations_from_mouse_and_keyboard() {
    check("conversations.test.mjs", BrowserEngine::new());
}

#[test]
fn no_barriers() {
    check("access.test.mjs", BrowserEngine::new());
}

#[test]
fn the_first_start() {
    check("first-start.test.mjs", BrowserEngine::loading());
}

#[test]
fn markdown() {
    check("markdown.test.mjs", BrowserEngine::new());
}
