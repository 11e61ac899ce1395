//! The hub path, against a server that behaves like the hub and against broken ones.

use std::time::Duration;

use sarai_models::{
    Digest, Hub, ModelError, Pin, SourceError, Sources, State, Store, hub_reachable,
};

use crate::support::hub_server::Behaviour;
use crate::support::{
    HUB_SOURCE, HubServer, NAME, catalogue, model_file, only_hub, pull_expecting, pull_failing,
};

const MEGABYTE: usize = 1 << 20;

/// A store in a folder of its own.
fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("models")).unwrap();
    (folder, store)
}

/// Pulls `file`, pinned, from a hub with `change`, and returns the ranges that were asked for.
#[track_caller]
fn check(change: impl FnOnce(&mut Behaviour), ranges: &[Option<&str>]) {
    let file = model_file(3 * MEGABYTE);
    let mut behaviour = Behaviour::of(file.clone());
    change(&mut behaviour);
    let server = HubServer::start(behaviour);
    let (_folder, store) = store();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);
    pull_expecting(&store, &catalogue, &only_hub(&server.endpoint()), &file);
    let expected: Vec<_> = ranges.iter().map(|range| range.map(str::to_owned)).collect();
    assert_eq!(server.ranges(), expected);
}

/// Pulls a pinned file from a hub with `change`; it must fail for the returned reason.
#[track_caller]
fn check_refused(change: impl FnOnce(&mut Behaviour)) -> SourceError {
    let file = model_file(10_000);
    let mut behaviour = Behaviour::of(file.clone());
    change(&mut behaviour);
    let server = HubServer::start(behaviour);
    let (_folder, store) = store();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);
    let mut sources = only_hub(&server.endpoint());
    sources.hub.silence_timeout = Duration::from_millis(100);
    let (error, told) = pull_failing(&store, &catalogue, &sources);
    told.has("failed hub house/probe");
    assert!(store.path_of(NAME).is_err());
    let ModelError::NoSource { mut failures, .. } = error else { panic!("{error}") };
    assert_eq!(failures.len(), 1);
    failures.remove(0).reason
}

#[test]
fn a_pinned_model_is_fetched_through_the_redirect() {
    let file = model_file(3 * MEGABYTE);
    let server = HubServer::with_file(&file);
    let (_folder, store) = store();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);

    let (installed, told) =
        pull_expecting(&store, &catalogue, &only_hub(&server.endpoint()), &file);

    assert_eq!(installed.source, "hub house/probe");
    told.has("trying hub house/probe");
    assert_eq!(server.seen()[0].path, "/house/probe/resolve/main/probe-q4.gguf");
    let listing = store.list(&catalogue).unwrap();
    let line = listing.iter().find(|line| line.name.as_str() == NAME).unwrap();
    assert_eq!((line.state, line.pin), (State::Installed, Pin::Pinned));
}

#[test]
fn a_plain_mirror_without_redirects_or_hashes_serves_a_pinned_model() {
    check(
        |behaviour| {
            behaviour.redirect_to = None;
            behaviour.linked_etag = None;
        },
        &[],
    );
}

#[test]
fn a_broken_connection_is_resumed_where_it_broke() {
    check(
        |behaviour| behaviour.breaks = [1_500_000, 0, 200_000].into(),
        &[None, Some("bytes=1500000-"), Some("bytes=1500000-"), Some("bytes=1700000-")],
    );
}

#[test]
fn a_server_that_ignores_ranges_is_read_again_from_the_start() {
    check(
        |behaviour| {
            behaviour.breaks = [1_000_000].into();
            behaviour.ignores_ranges = true;
        },
        &[None, Some("bytes=1000000-")],
    );
}

#[test]
fn a_range_nobody_asked_for_is_not_believed() {
    check(
        |behaviour| {
            behaviour.breaks = [1_000_000].into();
            behaviour.sends_other_range = true;
        },
        &[None, Some("bytes=1000000-"), None],
    );
}

#[test]
fn a_connection_that_brings_nothing_three_times_is_given_up() {
    let reason = check_refused(|behaviour| behaviour.breaks = [7_000, 0, 0, 0, 0].into());
    assert!(matches!(reason, SourceError::Broken { done: 7_000, .. }), "{reason}");
}

#[test]
fn silence_is_a_broken_connection() {
    let reason = check_refused(|behaviour| behaviour.falls_silent_after = Some(0));
    assert!(matches!(reason, SourceError::Broken { done: 0, .. }), "{reason}");
}

#[test]
fn each_refusal_is_told_apart() {
    let status = |status| move |behaviour: &mut Behaviour| behaviour.status = Some(status);
    assert_eq!(check_refused(status(404)), SourceError::NotFound);
    assert_eq!(check_refused(status(401)), SourceError::Forbidden(401));
    assert_eq!(check_refused(status(403)), SourceError::Forbidden(403));
    assert_eq!(check_refused(status(500)), SourceError::Status(500));
    let reason = check_refused(|behaviour| behaviour.loops = true);
    assert!(matches!(reason, SourceError::Redirect(_)), "{reason}");
    let reason = check_refused(|behaviour| {
        behaviour.linked_etag = None;
        behaviour.redirect_to = Some("ftp://elsewhere".to_owned());
    });
    assert_eq!(reason, SourceError::Redirect("ftp://elsewhere/cdn/file".to_owned()));
}

#[test]
fn another_file_is_refused_before_it_is_fetched() {
    let other = Digest::of(b"other");
    let reason = check_refused(|behaviour| behaviour.linked_etag = Some(other.to_string()));
    assert!(matches!(reason, SourceError::OtherFile { offered, .. } if offered == other));
    let reason = check_refused(|behaviour| behaviour.linked_size = Some(5));
    assert!(matches!(reason, SourceError::OtherLength { offered: 5, .. }), "{reason}");
}

#[test]
fn a_web_page_is_not_taken_for_a_model() {
    let page = |behaviour: &mut Behaviour| {
        let length = behaviour.file.len();
        behaviour.file = b"<!doctype html><title>Sign in to the network</title>".to_vec();
        behaviour.file.resize(length, b' ');
    };
    assert_eq!(check_refused(page), SourceError::WebPage);
    let honest = |behaviour: &mut Behaviour| {
        behaviour.linked_etag = None;
        behaviour.content_type = "text/html; charset=utf-8";
    };
    assert_eq!(check_refused(honest), SourceError::WebPage);
}

#[test]
fn a_foreign_file_is_refused_at_its_first_bytes() {
    let reason = check_refused(|behaviour| behaviour.file[..4].copy_from_slice(b"PK\x03\x04"));
    assert!(matches!(reason, SourceError::NotAModel(_)), "{reason}");
}

#[test]
fn a_file_with_the_wrong_hash_is_removed() {
    let file = model_file(10_000);
    let mut behaviour = Behaviour::of(file.clone());
    behaviour.file[9_000] ^= 1;
    let server = HubServer::start(behaviour);
    let (_folder, store) = store();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);
    let (error, _) = pull_failing(&store, &catalogue, &only_hub(&server.endpoint()));
    assert!(error.to_string().contains("delivered a file with sha256"), "{error}");
    let left: Vec<_> = std::fs::read_dir(store.folder()).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "only the lock: {left:?}");
}

#[test]
fn a_longer_or_shorter_file_than_announced_is_refused() {
    let longer = check_refused(|behaviour| behaviour.file.extend([0; 100]));
    assert!(matches!(longer, SourceError::OtherLength { .. }), "{longer}");
    let shorter = check_refused(|behaviour| behaviour.file.truncate(5_000));
    assert!(matches!(shorter, SourceError::Broken { done: 5_000, .. }), "{shorter}");
    let empty = check_refused(|behaviour| behaviour.file.clear());
    assert!(matches!(empty, SourceError::Broken { done: 0, .. }), "{empty}");
}

#[test]
fn an_unreachable_hub_is_told_and_answers_no_probe() {
    let file = model_file(10);
    let (_folder, store) = store();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);
    let nowhere = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let (error, _) = pull_failing(&store, &catalogue, &only_hub(&nowhere));
    assert!(error.to_string().contains("could not be reached"), "{error}");
    assert!(!hub_reachable(&nowhere));
    assert!(!hub_reachable("not an address"));
}

#[test]
fn a_probe_tells_a_hub_from_a_gateway_that_lets_nothing_through() {
    let server = HubServer::with_file(b"GGUF");
    assert!(hub_reachable(&server.endpoint()));
    let mut closed = Behaviour::of(Vec::new());
    closed.status = Some(403);
    assert!(!hub_reachable(&HubServer::start(closed).endpoint()));
}

#[test]
fn the_token_stays_with_the_hub() {
    let file = model_file(10_000);
    let store_of_files = HubServer::with_file(&file);
    let mut behaviour = Behaviour::of(file.clone());
    behaviour.redirect_to = Some(store_of_files.endpoint());
    let server = HubServer::start(behaviour);
    let (_folder, store) = store();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);
    let hub = Hub { token: Some("secret".to_owned()), ..Hub::new(server.endpoint() + "/") };
    assert!(!format!("{hub:?}").contains("secret"));
    let sources = Sources { folders: Vec::new(), hub, pip: Vec::new() };

    pull_expecting(&store, &catalogue, &sources, &file);

    let to_hub = server.seen();
    assert!(to_hub.iter().all(|seen| seen.authorization.as_deref() == Some("Bearer secret")));
    let elsewhere = store_of_files.seen();
    assert!(!elsewhere.is_empty());
    assert!(elsewhere.iter().all(|seen| seen.authorization.is_none()), "{elsewhere:?}");
}

#[test]
fn an_unpinned_model_is_held_to_what_the_hub_said_first() {
    let first = model_file(20_000);
    let (_folder, store) = store();
    let catalogue = catalogue(None, 1, HUB_SOURCE);
    let state = |store: &Store| {
        let listing = store.list(&catalogue).unwrap();
        let line = listing.iter().find(|line| line.name.as_str() == NAME).unwrap();
        (line.pin, line.sha256, line.state)
    };
    assert_eq!(state(&store), (Pin::Unpinned, None, State::Absent));

    let server = HubServer::with_file(&first);
    pull_expecting(&store, &catalogue, &only_hub(&server.endpoint()), &first);
    let digest = Some(Digest::of(&first));
    assert_eq!(state(&store), (Pin::Recorded, digest, State::Installed));

    store.remove(&catalogue, NAME, sarai_models::Removal::KeepPin).unwrap();
    assert_eq!(state(&store), (Pin::Recorded, digest, State::Absent));
    let second = model_file(30_000);
    let changed = HubServer::with_file(&second);
    let (error, _) = pull_failing(&store, &catalogue, &only_hub(&changed.endpoint()));
    assert!(error.to_string().contains("has another file"), "{error}");
    pull_expecting(&store, &catalogue, &only_hub(&server.endpoint()), &first);

    store.remove(&catalogue, NAME, sarai_models::Removal::Forget).unwrap();
    assert_eq!(state(&store), (Pin::Unpinned, None, State::Absent));
    pull_expecting(&store, &catalogue, &only_hub(&changed.endpoint()), &second);
}

#[test]
fn an_unpinned_model_needs_a_hash_and_a_length_from_the_hub() {
    let file = model_file(1_000);
    let (_folder, store) = store();
    let catalogue = catalogue(None, file.len(), HUB_SOURCE);
    let mut behaviour = Behaviour::of(file.clone());
    behaviour.linked_etag = Some("0123456789abcdef".to_owned());
    let server = HubServer::start(behaviour);
    let (error, _) = pull_failing(&store, &catalogue, &only_hub(&server.endpoint()));
    assert!(error.to_string().contains("does not say the sha256"), "{error}");

    // The hash comes with the file, its length is that of the answer.
    let mut behaviour = Behaviour::of(file.clone());
    behaviour.redirect_to = None;
    behaviour.linked_size = None;
    let server = HubServer::start(behaviour);
    pull_expecting(&store, &catalogue, &only_hub(&server.endpoint()), &file);
}
