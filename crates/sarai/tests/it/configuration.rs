//! The configuration, from the command line.

use std::os::unix::fs::PermissionsExt as _;

use expect_test::expect;

use crate::house::House;

#[test]
fn an_unknown_key_is_told_with_its_line_and_the_near_one() {
    let house = House::new();
    house.configure("[server]\nadress = \"127.0.0.1\"\n");
    let ran = house.run(&["chat", "hola"]).failed(2);
    expect![[r#"
        error: HOME/config/sarai.toml:2: no existe la clave `server.adress`
        consejo: ¿querías decir `server.address`? `sarai config schema` las muestra todas
    "#]]
    .assert_eq(&ran.stderr);
    assert_eq!(house.run(&["serve"]).failed(2).stderr, ran.stderr);
    assert_eq!(house.run(&["config", "check"]).failed(2).stderr, ran.stderr);
    let ran = house.with("SARAI_LANG", "en").run(&["chat", "hello"]).failed(2);
    expect![[r#"
        error: HOME/config/sarai.toml:2: there is no key `server.adress`
        hint: did you mean `server.address`? `sarai config schema` shows all
    "#]]
    .assert_eq(&ran.stderr);
}

#[test]
fn a_bad_value_is_told_with_what_would_be_good() {
    let house = House::new();
    house.configure("[server]\nport = 70000\n");
    expect![[r#"
        error: HOME/config/sarai.toml:2: `server.port` es 70000 y tiene que estar entre 0 y 65535
        consejo: `sarai config schema` dice qué admite cada clave
    "#]]
    .assert_eq(&house.run(&["config", "check"]).failed(2).stderr);
    house.configure("[server]\nport = \n");
    let ran = house.run(&["doctor"]).failed(2);
    assert!(ran.stderr.contains("sarai.toml") && ran.stderr.contains("consejo:"), "{ran:?}");
    let house = House::new().with("SARAI_SERVER_PORT", "x");
    let ran = house.run(&["config", "show"]).failed(2);
    assert!(ran.stderr.contains("SARAI_SERVER_PORT"), "{ran:?}");
}

#[test]
fn a_value_that_was_set_is_there_afterwards() {
    let house = House::new();
    house.run(&["config", "set", "server.port", "9001"]).succeeded();
    assert_eq!(house.run(&["config", "get", "server.port"]).succeeded().stdout, "9001\n");
    let shown = house.run(&["config", "show", "--json"]).succeeded().json();
    assert_eq!(shown["server.port"]["value"], 9001);
    assert_eq!(shown["server.port"]["origin"], "file");
    assert_eq!(shown["engine.parallel"]["origin"], "default");
    let refused = house.run(&["config", "set", "server.port", "muchos"]).failed(2);
    assert!(refused.stderr.contains("server.port"), "{refused:?}");
    assert_eq!(house.run(&["config", "get", "server.port"]).succeeded().stdout, "9001\n");
    expect![[r#"
        error: no existe la clave `server.prot`
        consejo: `sarai config schema` muestra todas las claves
    "#]]
    .assert_eq(&house.run(&["config", "get", "server.prot"]).failed(4).stderr);
    let path = house.run(&["config", "path"]).succeeded().stdout;
    assert_eq!(path, "HOME/config/sarai.toml\n");
}

#[test]
fn every_key_is_explained_in_both_languages() {
    let keys = House::new().run(&["config", "schema", "--json"]).succeeded().json();
    let keys = keys.as_array().unwrap();
    assert!(keys.iter().any(|key| key["key"] == "server.port" && key["default"] == 8080));
    for key in keys {
        for language in ["es", "en"] {
            assert!(
                key["meaning"][language].as_str().is_some_and(|text| !text.is_empty()),
                "{key}"
            );
        }
        assert!(key["variable"].as_str().unwrap().starts_with("SARAI_"), "{key}");
    }
}

#[test]
fn only_the_owner_of_the_home_can_look_into_it() {
    let house = House::new();
    house.run(&["config", "set", "server.port", "9001"]).succeeded();
    let mode = house.path("").metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o700);
}
