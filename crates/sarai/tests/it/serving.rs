//! `sarai serve` with another server in place of the engine: the door, the port, the keys.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::house::House;

/// A home that answers through a server which does not answer.
fn house() -> House {
    House::new()
        .with("SARAI_ENGINE_UPSTREAM_URL", "http://127.0.0.1:9/v1")
        .with("SARAI_ENGINE_UPSTREAM_MODEL", "nobody")
}

#[test]
fn one_home_has_one_owner() {
    let house = house();
    let serving = house.serve();
    let ran = house.run(&["serve", "--port", "0"]).failed(5);
    assert!(ran.stderr.contains("SARAi ya está en marcha en `HOME"), "{ran:?}");
    let said = serving.end();
    assert!(said.contains("cerrando…"), "{said}");
    assert!(!house.path("run/address").exists());
    house.serve().end();
}

#[test]
fn an_owner_that_was_killed_leaves_the_home_free() {
    let house = house();
    house.serve().kill();
    house.serve().end();
}

#[test]
fn a_taken_port_moves_aside_and_says_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let house = house();
    let serving = house.serve_with(&["serve", "--port", &port.to_string()]);
    assert_ne!(serving.address, format!("127.0.0.1:{port}"));
    assert_eq!(serving.client.get("/livez").status, 200);
    let said = serving.end();
    assert!(said.contains(&format!("el puerto {port} está ocupado: se usa el")), "{said}");
}

#[test]
fn the_keys_are_for_their_owner_only() {
    let house = house();
    let serving = house.serve();
    for file in ["api.key", "cookie.key"] {
        let mode = fs::metadata(house.path("keys").join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let socket = fs::metadata(house.path("run/sarai.sock")).unwrap().permissions().mode();
    assert_eq!(socket & 0o077, 0);
    let refused = serving.client.with_key("wrong").get("/v1/models");
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (401, &json!("invalid_api_key"))
    );
    let key = serving.key.clone();
    let said = serving.end();
    assert!(!said.contains(&key), "the key itself is not shown: {said}");
    let again = house.serve();
    assert_eq!(again.key, key, "the key outlives its server");
}

#[test]
fn ten_megabytes_are_too_much() {
    let house = house();
    let serving = house.serve();
    let refused = serving.client.chat(&"a".repeat(10 * 1024 * 1024), 1);
    assert_eq!(refused.status, 413);
    assert!(refused.json()["error"]["message"].as_str().is_some_and(|text| text.contains('8')));
    assert_eq!(serving.client.get("/livez").status, 200);
}

#[test]
fn an_unreachable_server_is_told_to_who_asks() {
    let house = house();
    let ran = house.run(&["chat", "hola"]).failed(5);
    assert!(ran.stderr.contains("127.0.0.1:9") && ran.stderr.contains("consejo:"), "{ran:?}");
}
