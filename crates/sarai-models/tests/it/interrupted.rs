//! A pull that is killed at any moment leaves a state from which the next one succeeds.

use std::fs;
use std::ops::ControlFlow;

use proptest::prelude::*;
use sarai_models::{Digest, ModelError, Progress, State, Store};

use crate::support::{
    FILE, HUB_SOURCE, HubServer, NAME, catalogue, model_file, only_hub, pull_expecting,
    pull_failing,
};

/// What a killed pull may leave: a beginning of the file, maybe damaged by the power failing, and
/// whether the record was written and its new version begun.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each may happen with or without the others")]
struct Remains {
    length: usize,
    flipped: Option<usize>,
    recorded: bool,
    record_begun: bool,
    named: bool,
    pinned: bool,
}

fn remains() -> impl Strategy<Value = Remains> {
    let flipped = prop::option::of(0..40_000_usize);
    (0..=50_000_usize, flipped, any::<[bool; 4]>()).prop_map(
        |(length, flipped, [recorded, record_begun, named, pinned])| Remains {
            length,
            flipped,
            recorded,
            record_begun,
            named,
            pinned,
        },
    )
}

#[track_caller]
fn check(remains: &Remains) -> HubServer {
    let file = model_file(40_000);
    let digest = Digest::of(&file);
    let folder = tempfile::tempdir().unwrap();
    let short: String = digest.to_string().chars().take(12).collect();
    let mut beginning = file.clone();
    beginning.resize(remains.length, 7);
    if let Some(byte) = remains.flipped.and_then(|at| beginning.get_mut(at)) {
        *byte ^= 0x80;
    }
    let name = if remains.named { FILE.to_owned() } else { format!("{FILE}.{short}.part") };
    fs::write(folder.path().join(name), &beginning).unwrap();
    if remains.recorded {
        let bytes = file.len();
        let record = format!(
            "[[model]]\nname = \"{NAME}\"\nfile = \"{FILE}\"\nsha256 = \"{digest}\"\nbytes = {bytes}\nsource = \"hub\"\nlicence = \"MIT\"\n"
        );
        fs::write(folder.path().join("models.lock"), record).unwrap();
    }
    if remains.record_begun {
        fs::write(folder.path().join("models.lock.new"), b"[[mod").unwrap();
    }
    let server = HubServer::with_file(&file);
    let store = Store::open(folder.path()).unwrap();
    let pin = remains.pinned.then_some(digest);
    let catalogue = catalogue(pin, file.len(), HUB_SOURCE);
    pull_expecting(&store, &catalogue, &only_hub(&server.endpoint()), &file);
    let parts = fs::read_dir(folder.path()).unwrap().flatten();
    let parts = parts.filter(|entry| entry.file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(parts.count(), 0);
    server
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 5))]

    #[test]
    fn any_remains_are_healed_by_the_next_pull(remains in remains()) {
        check(&remains);
    }
}

const WHOLE: Remains = Remains {
    length: 40_000 + HEAD,
    flipped: None,
    recorded: true,
    record_begun: false,
    named: false,
    pinned: false,
};

/// The head of [`model_file`].
const HEAD: usize = 232;

#[test]
fn a_whole_part_only_needs_its_name() {
    assert_eq!(model_file(0).len(), HEAD);
    let server = check(&WHOLE);
    assert!(server.seen().is_empty(), "no network is needed: {:?}", server.seen());
}

#[test]
fn a_beginning_is_gone_on_from() {
    let server = check(&Remains { length: 10_000, ..WHOLE });
    assert_eq!(server.ranges(), [Some("bytes=10000-".to_owned())]);
}

#[test]
fn a_damaged_beginning_is_fetched_again_once() {
    let server = check(&Remains { length: 10_000, flipped: Some(5_000), ..WHOLE });
    assert_eq!(server.ranges(), [Some("bytes=10000-".to_owned()), None]);
}

#[test]
fn a_stopped_pull_keeps_what_had_arrived() {
    let file = model_file(3 << 20);
    let server = HubServer::with_file(&file);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let catalogue = catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE);
    let sources = only_hub(&server.endpoint());
    let mut arrived = 0;
    let result = store.pull(&catalogue, NAME, &sources, &mut |progress| match progress {
        Progress::Receiving { done, .. } if done > 1 << 20 => {
            arrived = done;
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    assert!(matches!(result, Err(ModelError::Cancelled)), "{result:?}");
    let listing = store.list(&catalogue).unwrap();
    let line = listing.iter().find(|line| line.name.as_str() == NAME).unwrap();
    assert_eq!(line.state, State::Partial { bytes: arrived });
    pull_expecting(&store, &catalogue, &sources, &file);
    assert_eq!(server.ranges()[1], Some(format!("bytes={arrived}-")));
}

#[test]
fn a_model_gets_its_name_only_after_its_record() {
    let file = model_file(1_000);
    let server = HubServer::with_file(&file);
    let folder = tempfile::tempdir().unwrap();
    // The record cannot be written where a folder is.
    let obstacle = folder.path().join("models.lock.new");
    fs::create_dir(&obstacle).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let catalogue = catalogue(None, file.len(), HUB_SOURCE);
    let sources = only_hub(&server.endpoint());
    let (error, _) = pull_failing(&store, &catalogue, &sources);
    assert!(matches!(error, ModelError::Io { .. }), "{error}");
    assert!(!folder.path().join(FILE).exists());
    fs::remove_dir(&obstacle).unwrap();
    pull_expecting(&store, &catalogue, &sources, &file);
    assert_eq!(server.ranges(), [None], "the part was whole");
}
