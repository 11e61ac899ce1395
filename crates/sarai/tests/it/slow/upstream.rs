//! One SARAi as the engine of another.

use super::{MIDDLE, house_with, named};
use crate::house::House;

/// A home that answers through `address`.
fn guest(address: &str, model: &str, key: &str) -> House {
    let house = House::of(&named("SARAI_TEST_SARAI"));
    let key = house.file("upstream.key", key.as_bytes());
    house
        .with("SARAI_ENGINE_UPSTREAM_URL", format!("http://{address}/v1"))
        .with("SARAI_ENGINE_UPSTREAM_MODEL", model)
        .with("SARAI_ENGINE_UPSTREAM_KEY_FILE", key)
}

#[test]
fn another_sarai_answers_in_place_of_the_engine() {
    let host = house_with(MIDDLE);
    let first = host.serve().ready();
    for model in ["sarai".to_owned(), format!("sarai/raw:{MIDDLE}")] {
        let house = guest(&first.address, &model, &format!("{}\n", first.key));
        let ran = house.run(&["chat", "--tokens-max", "16", "Saluda."]).succeeded();
        assert!(!ran.stdout.trim().is_empty(), "{ran:?}");
        let second = house.serve().ready();
        assert!(!second.client.chat("Saluda.", 16).words().is_empty());
        assert!(!second.client.chat_streamed("Saluda.", 16).words().is_empty());
        second.end();
    }
    let ran = guest(&first.address, "sarai", "wrong").run(&["chat", "Saluda."]);
    assert!(ran.code == Some(5) || ran.code == Some(3), "{ran:?}");
    assert!(ran.stderr.contains(&first.address) && ran.stderr.contains("consejo:"), "{ran:?}");
    assert!(["clave", "key"].iter().any(|word| ran.stderr.contains(word)), "{ran:?}");
    first.end();
}
