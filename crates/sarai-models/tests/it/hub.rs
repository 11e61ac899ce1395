//! The hub path, against a server that behaves like the hub and against broken ones.

use sarai_models::{Digest, Pin, State, Store};

use crate::support::hub_server::Behaviour;
use crate::support::{HUB_SOURCE, HubServer, catalogue, model_file, only_hub, pull_expecting};

const MEGABYTE: usize = 1 << 20;

#[test]
fn a_pinned_model_is_fetched_through_the_redirect() {
    let file = model_file(3 * MEGABYTE);
    let server = HubServer::with_file(&file);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);

    let (installed, told) =
        pull_expecting(&store, &catalogue, &only_hub(&server.endpoint()), &file);

    assert_eq!(installed.source, "hub house/probe");
    told.has("trying hub house/probe");
    assert_eq!(server.seen()[0].path, "/house/probe/resolve/main/probe-q4.gguf");
    let listing = store.list(&catalogue).unwrap();
    let line = listing.iter().find(|line| line.name.as_str() == "probe").unwrap();
    assert_eq!((line.state, line.pin), (State::Installed, Pin::Pinned));
}

#[test]
fn a_broken_connection_is_resumed_where_it_broke() {
    let file = model_file(3 * MEGABYTE);
    let mut behaviour = Behaviour::of(file.clone());
    behaviour.breaks = [1_500_000].into();
    let server = HubServer::start(behaviour);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);

    pull_expecting(&store, &catalogue, &only_hub(&server.endpoint()), &file);

    assert_eq!(server.ranges(), [None, Some("bytes=1500000-".to_owned())]);
}
