//! What cannot be done is told with what to do, an exit code, and no panic.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use expect_test::{Expect, expect};

use crate::house::House;

#[track_caller]
fn check(house: &House, arguments: &[&str], input: &[u8], code: i32, said: &Expect) {
    let ran = house.run_with(arguments, input).failed(code);
    assert_eq!(ran.stdout, "");
    said.assert_eq(&ran.stderr);
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let latin1 = b"\xbfQu\xe9 hora es?";
    check(
        &House::new(),
        &["chat"],
        latin1,
        2,
        &expect![[r#"
        error: la entrada no es texto UTF-8: el byte 0 no vale
        consejo: conviértela antes, por ejemplo con `iconv -f latin1 -t utf8`
    "#]],
    );
    check(
        &House::new().with("SARAI_LANG", "en"),
        &["chat"],
        latin1,
        2,
        &expect![[r#"
        error: the input is not UTF-8 text: byte 0 is wrong
        hint: convert it first, for example with `iconv -f latin1 -t utf8`
    "#]],
    );
}

#[test]
fn nothing_asked_is_nothing_answered() {
    check(
        &House::new(),
        &["chat"],
        b"",
        2,
        &expect![[r#"
        error: no hay ninguna pregunta
        consejo: escribe `sarai chat "tu pregunta"`, o `sarai chat` en un terminal
    "#]],
    );
    check(
        &House::new().with("SARAI_LANG", "en"),
        &["chat", "  "],
        b"",
        2,
        &expect![[r#"
        error: there is no question
        hint: write `sarai chat "your question"`, or `sarai chat` in a terminal
    "#]],
    );
}

#[test]
fn the_network_is_served_only_when_asked_for() {
    check(
        &House::new(),
        &["serve", "--address", "0.0.0.0"],
        b"",
        3,
        &expect![[r#"
        error: 0.0.0.0 no es solo de esta máquina
        consejo: si quieres que otros lleguen a SARAi, añade --expose; la clave seguirá haciendo falta
    "#]],
    );
    let house = House::new().with("SARAI_LANG", "en").with("SARAI_SERVER_ADDRESS", "::");
    check(
        &house,
        &["serve"],
        b"",
        3,
        &expect![[r#"
        error: :: is not of this machine only
        hint: if you want others to reach SARAi, add --expose; the key will still be needed
    "#]],
    );
}

#[test]
fn a_missing_engine_is_told_with_where_it_was_looked_for() {
    let house = House::new();
    let ran = house.run(&["chat", "hola"]).failed(5);
    assert!(ran.stderr.contains("falta el motor: no existe `"), "{ran:?}");
    let house = house.with("SARAI_ENGINE_FOLDER", "/no/such/folder");
    check(
        &house,
        &["serve", "--port", "0"],
        b"",
        5,
        &expect![[r#"
        error: falta el motor: no existe `/no/such/folder/sarai-engine-llama`
        consejo: constrúyelo con `cargo xtask run`, o di dónde está con `engine.folder`
    "#]],
    );
}

#[test]
fn an_unknown_model_in_the_configuration_is_told() {
    let house = House::new().with("SARAI_LANG", "en");
    house.configure("[model]\nname = \"nobody\"\n");
    check(
        &house,
        &["chat", "hello"],
        b"",
        4,
        &expect![[r#"
            error: there is no model `nobody`
            hint: these are known: qwen2.5-coder-1.5b, qwen2.5-coder-0.5b, smollm2-135m, qwen2.5-1.5b, qwen2.5-7b, lfm2-1.2b, solar-10.7b, embeddinggemma-300m, es-core-news-sm, en-core-web-sm, multilingual-e5-small
        "#]],
    );
}

#[test]
fn a_schema_that_cannot_be_read_is_told() {
    let house = House::new();
    let path = house.file("schema.json", b"{");
    let ran = house.run(&["chat", "--schema", &path, "hola"]).failed(2);
    assert!(ran.stderr.contains("el esquema"), "{ran:?}");
}

#[test]
fn a_home_that_cannot_be_made_is_told() {
    let house = House::new();
    // Not a folder: the owner of everything could write into any folder.
    fs::write(house.path("").to_str().unwrap().trim_end_matches('/'), "a file").unwrap();
    check(
        &house,
        &["chat", "hola"],
        b"",
        1,
        &expect![[r#"
        error: no se pudo usar `HOME/config`: Not a directory (os error 20)
        consejo: comprueba los permisos y el espacio libre, o elige otra carpeta con SARAI_HOME
    "#]],
    );
}

#[test]
fn what_is_wrong_with_the_house_is_told_to_programs() {
    let house = House::new();
    let ran = house.run(&["doctor", "--json"]).failed(1);
    let checks = ran.json();
    let checks = checks.as_array().unwrap();
    let verdict = |id: &str| {
        let check = checks.iter().find(|check| check["check"] == id).unwrap();
        assert!(check["finding"].as_str().is_some_and(|text| !text.is_empty()), "{check}");
        // What is not good says what to do.
        assert_eq!(check["verdict"] == "good", check["remedy"].is_null(), "{check}");
        check["verdict"].as_str().unwrap()
    };
    assert_eq!((verdict("engine"), verdict("model")), ("bad", "bad"));
    for id in ["processor", "memory", "disk", "keys", "port", "hub", "locale"] {
        verdict(id);
    }
    let keys = house.path("keys");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o755)).unwrap();
    let ran = house.run(&["doctor"]).failed(1);
    assert!(ran.stdout.contains("✗") && ran.stdout.contains("→"), "{ran:?}");
}
