//! Who owns the home, where it listens, and what becomes of those who come meanwhile.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use rustix::fs::{FlockOperation, flock};

use crate::house::{House, wait_until};

/// A home that answers through a server which does not answer.
fn house() -> House {
    House::new()
        .with("SARAI_ENGINE_UPSTREAM_URL", "http://127.0.0.1:9/v1")
        .with("SARAI_ENGINE_UPSTREAM_MODEL", "nobody")
}

/// Holds the home as `sarai bench` does: without listening.
fn hold(house: &House) -> File {
    fs::create_dir_all(house.path("run")).unwrap();
    let lock = File::create(house.path("run/lock")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    lock
}

#[test]
fn an_exposed_server_is_shown_where_it_can_be_reached() {
    let serving = house().serve_with(&["serve", "--port", "0", "--address", "0.0.0.0", "--expose"]);
    assert!(serving.address.starts_with("127.0.0.1:"), "{}", serving.address);
    assert_eq!(serving.client.get("/livez").status, 200);
    let said = serving.end();
    assert!(said.contains("`server.allowed_hosts`"), "{said}");
}

#[test]
fn the_address_that_was_asked_for_is_answered_under_its_own_name() {
    let serving = house().serve_with(&["serve", "--port", "0", "--address", "127.0.0.2"]);
    assert!(serving.address.starts_with("127.0.0.2:"), "{}", serving.address);
    assert_eq!(serving.client.get("/livez").status, 200);
    let said = serving.end();
    assert!(!said.contains("allowed_hosts"), "{said}");
    assert!(said.contains("Las preguntas van a http://127.0.0.1:9/v1."), "{said}");
    assert!(!said.contains("Nada sale"), "{said}");
}

#[test]
fn an_argument_that_is_no_text_is_refused() {
    let noise = OsString::from_vec(b"--lang=\xff".to_vec());
    House::new().run(&[OsString::from("doctor"), noise]).failed(2);
    let noise = OsString::from_vec(b"hola \xff".to_vec());
    House::new().run(&[OsString::from("chat"), noise]).failed(2);
}

#[test]
fn a_home_whose_path_is_no_text_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(OsString::from_vec(b"casa-\xf1".to_vec()));
    let mut command = House::new().command(&["config", "path"]);
    let output = command.env("SARAI_HOME", &path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(path.join("config").is_dir());
}

#[test]
fn a_home_that_is_just_being_given_up_is_waited_for() {
    let house = house();
    let lock = hold(&house);
    let mut command = house.command(&["chat", "hola"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut said = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    assert_eq!(line, "esperando a la otra SARAi…\n");
    drop(lock);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut said, &mut rest).unwrap();
    // It became the owner, and asked the server that does not answer.
    assert!(rest.contains("127.0.0.1:9"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(5));
}

#[test]
fn a_home_that_stays_held_is_told() {
    let house = house().with("SARAI_LANG", "en");
    let _lock = hold(&house);
    let ran = house.run(&["chat", "hello"]).failed(5);
    assert!(
        ran.stderr.contains("is using `HOME") && ran.stderr.contains("`sarai bench`"),
        "{ran:?}"
    );
}

#[test]
fn a_failed_start_leaves_nothing_behind() {
    let house = House::new();
    house.run(&["serve", "--port", "0"]).failed(5);
    assert!(!house.path("run/address").exists());
    assert!(!house.path("run/sarai.sock").exists());
}

#[test]
fn a_model_that_cannot_be_brought_is_told_and_what_to_do() {
    let house = House::new();
    // Never started: there is no model to start it with.
    let engine = house.file("sarai-engine-llama", b"#!/bin/sh\nexit 1\n");
    fs::set_permissions(&engine, fs::Permissions::from_mode(0o755)).unwrap();
    let folder = engine.trim_end_matches("/sarai-engine-llama").to_owned();
    let house = house.with("SARAI_ENGINE_FOLDER", folder).with("SARAI_MODEL_NAME", "lfm2-1.2b");
    let serving = house.serve();
    wait_until("the pull fails", || serving.client.get("/readyz").body.contains("failed"));
    let said = serving.end();
    assert!(said.contains("error: ") && said.contains("consejo: "), "{said}");
    let ran = house.run(&["chat", "hola"]).failed(5);
    assert!(ran.stderr.contains("no se puede contestar: "), "{ran:?}");
}

#[test]
fn a_model_that_the_running_one_refuses_is_not_written_down() {
    let house = house();
    // A model with nothing in it, whose head is in order.
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    bytes.extend(0_u64.to_le_bytes());
    bytes.extend(1_u64.to_le_bytes());
    for (text, kind) in [("general.architecture", Some(8_u32)), ("llama", None)] {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(kind.map(u32::to_le_bytes).into_iter().flatten());
    }
    bytes.extend([0; 64]);
    let path = house.file("tiny.gguf", &bytes);
    house.run(&["models", "import", &path, "tiny"]).succeeded();
    house.run(&["models", "verify", "tiny"]).succeeded();
    let serving = house.serve();
    // The server that answers in place of an engine does not offer it.
    house.run(&["models", "use", "tiny"]).failed(4);
    assert!(!house.path("config/sarai.toml").exists());
    serving.end();
    house.run(&["models", "use", "tiny"]).succeeded();
    assert!(fs::read_to_string(house.path("config/sarai.toml")).unwrap().contains("tiny"));
}

#[test]
fn a_name_that_no_conversation_can_have_is_refused_at_once() {
    let ran = House::new().run(&["chat", "--session", "dos palabras", "hola"]).failed(2);
    assert!(ran.stderr.contains("`dos palabras`") && ran.stderr.contains("consejo: "), "{ran:?}");
}

#[test]
fn the_doctor_asks_the_other_server_instead_of_an_engine_of_ours() {
    let checks = house().run(&["doctor", "--json"]).failed(1).json();
    let of = |id: &str| checks.as_array().unwrap().iter().find(|check| check["check"] == id);
    assert_eq!(of("upstream").unwrap()["verdict"], "bad", "{checks}");
    assert!(of("engine").is_none() && of("model").is_none(), "{checks}");
}

#[test]
fn a_reader_who_leaves_ends_the_command_quietly() {
    for arguments in [&["completions", "bash"][..], &["models", "list"], &["config", "schema"]] {
        let mut command = House::new().command(arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        assert_eq!(said, "");
    }
}
