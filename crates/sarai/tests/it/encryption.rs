//! A home whose memory only its passphrase opens, at the command line.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::termios::{LocalModes, tcgetattr};

use crate::house::House;
use crate::terminal::Terminal;

const SARAI: &str = env!("CARGO_BIN_EXE_sarai");
const VARIABLE: &str = "SARAI_MEMORY_PASSPHRASE_FILE";
const TELL: &[&str] = &["memory", "ingest", "--session", "casa", "Mi gata se llama Nebulosa"];
const ASK: &[&str] = &["memory", "ask", "¿Cómo se llama mi gata?"];

/// A house whose commands begin with `setsid`: they have the terminal they are given, or none.
fn alone() -> House {
    House::of(Path::new("setsid"))
}

fn words(first: &[&'static str], arguments: &[&'static str]) -> Vec<&'static str> {
    [first, &[SARAI], arguments].concat()
}

#[track_caller]
fn assert_nowhere(folder: &Path, told: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_nowhere(&path, told);
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(told.len()).any(|part| part == told.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn the_passphrase_comes_out_of_a_file() {
    let house = House::new();
    let right = house.file("frase", b"el zaguan de la tia Petra\n");
    let wrong = house.file("otra", b"el patio de la tia Petra\n");
    fs::set_permissions(&wrong, Permissions::from_mode(0o600)).unwrap();
    let house = house.with(VARIABLE, &right);
    fs::set_permissions(&right, Permissions::from_mode(0o644)).unwrap();
    let refused = house.run(TELL).failed(3);
    assert!(refused.stderr.contains("chmod 600"), "{refused:?}");
    assert!(!house.path("state/memory.key").exists());

    fs::set_permissions(&right, Permissions::from_mode(0o600)).unwrap();
    house.run(TELL).succeeded();
    assert!(house.run(ASK).succeeded().stdout.starts_with("Nebulosa"));
    assert_nowhere(&house.path(""), "Nebulosa");

    let house = house.with(VARIABLE, &wrong);
    let refused = house.run(ASK).failed(3);
    assert!(refused.stderr.contains("no es la frase de paso"), "{refused:?}");
    let house = house.with(VARIABLE, &right);
    assert!(house.run(ASK).succeeded().stdout.starts_with("Nebulosa"));
}

#[test]
fn where_there_is_no_file_and_no_terminal_it_says_what_to_do() {
    let refused = alone().run(&words(&["--wait"], ASK)).failed(3);
    assert!(refused.stderr.contains(VARIABLE), "{refused:?}");
}

#[test]
fn at_a_terminal_it_is_asked_for_and_not_shown() {
    let house = alone();
    let start = |arguments| Terminal::open(&house, &words(&["--ctty", "--wait"], arguments));
    let mut terminal = start(TELL);
    terminal.wait_for("frase de paso nueva");
    terminal.wait_for("): ");
    terminal.press("zaguan\n");
    assert!(!terminal.wait_for("otra vez: ").contains("zaguan"));
    terminal.press("patio\n");
    terminal.wait_for("no son iguales");
    assert_eq!(terminal.code(), Some(3));

    let mut terminal = start(TELL);
    for question in ["): ", "otra vez: "] {
        terminal.wait_for(question);
        terminal.press("zaguan\n");
    }
    assert_eq!(terminal.code(), Some(0));

    let mut terminal = start(ASK);
    terminal.wait_for("frase de paso de la memoria: ");
    terminal.press("zag\u{3}");
    terminal.wait_for("no se ha abierto nada");
    assert_eq!(terminal.code(), Some(130));
    let modes = tcgetattr(&terminal.other_end).unwrap().local_modes;
    assert!(modes.contains(LocalModes::ECHO | LocalModes::ISIG));

    let mut terminal = start(ASK);
    terminal.wait_for("frase de paso de la memoria: ");
    terminal.press("zaguan\n");
    terminal.wait_for("Nebulosa");
    assert_eq!(terminal.code(), Some(0));
}
