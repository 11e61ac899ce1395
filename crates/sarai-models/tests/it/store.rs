//! The folder of models: verifying, removing, listing, space, two at once.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::symlink;
use std::sync::mpsc::sync_channel;

use sarai_core::explain::Explain;
use sarai_core::language::Language;
use sarai_models::{
    Catalogue, Digest, ModelError, Progress, Removal, Sources, State, Store, free_bytes,
};

use crate::support::{
    FILE, HUB_SOURCE, HubServer, NAME, catalogue, model_file, only_hub, pull_expecting,
    pull_failing, quiet,
};

struct Scene {
    file: Vec<u8>,
    server: HubServer,
    catalogue: Catalogue,
    store: Store,
    folder: tempfile::TempDir,
}

impl Scene {
    fn sources(&self) -> Sources {
        only_hub(&self.server.endpoint())
    }

    fn state(&self) -> State {
        let listing = self.store.list(&self.catalogue).unwrap();
        listing.iter().find(|line| line.name.as_str() == NAME).unwrap().state
    }
}

fn scene() -> Scene {
    let file = model_file(50_000);
    let folder = tempfile::tempdir().unwrap();
    Scene {
        server: HubServer::with_file(&file),
        catalogue: catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE),
        store: Store::open(folder.path()).unwrap(),
        folder,
        file,
    }
}

fn installed_scene() -> Scene {
    let scene = scene();
    pull_expecting(&scene.store, &scene.catalogue, &scene.sources(), &scene.file);
    scene
}

#[test]
fn a_flipped_bit_is_found_and_the_next_pull_heals_it() {
    let scene = installed_scene();
    scene.store.verify(NAME, &mut quiet).unwrap();
    let path = scene.folder.path().join(FILE);
    let mut bytes = scene.file.clone();
    bytes[33_333] ^= 0x01;
    fs::write(&path, bytes).unwrap();

    let error = scene.store.verify(NAME, &mut quiet).unwrap_err();
    assert!(matches!(error, ModelError::WrongHash { .. }), "{error}");
    assert_eq!(scene.state(), State::Installed, "a list does not hash");
    pull_expecting(&scene.store, &scene.catalogue, &scene.sources(), &scene.file);
    assert!(scene.folder.path().join("probe.gguf.damaged").exists());
    scene.store.verify(NAME, &mut quiet).unwrap();
    let freed = scene.store.remove(&scene.catalogue, NAME, Removal::KeepPin).unwrap();
    assert_eq!(freed, 2 * scene.file.len() as u64, "the damaged one too");
}

#[test]
fn a_truncated_file_is_refused_without_hashing() {
    let scene = installed_scene();
    let path = scene.folder.path().join(FILE);
    fs::write(&path, &scene.file[..100]).unwrap();
    let error = scene.store.path_of(NAME).unwrap_err();
    assert!(matches!(error, ModelError::WrongLength { found: 100, .. }), "{error}");
    assert!(scene.store.verify(NAME, &mut quiet).is_err());
    assert_eq!(scene.state(), State::Damaged { bytes: 100 });
    let hint = error.explain(Language::Spanish).hint.unwrap();
    assert_eq!(hint, "ejecuta `sarai models pull probe`");
}

#[test]
fn an_installed_model_is_not_fetched_again() {
    let scene = installed_scene();
    let before = scene.server.seen().len();
    let (installed, told) =
        pull_expecting(&scene.store, &scene.catalogue, &scene.sources(), &scene.file);
    assert_eq!(scene.server.seen().len(), before);
    assert_eq!(installed.source, "hub house/probe");
    assert_eq!(told.0, ["checking"]);
    assert_eq!(scene.store.describe(NAME).unwrap().name.as_deref(), Some("Probe"));
}

#[test]
fn a_file_that_lies_there_already_is_taken_if_it_is_the_right_one() {
    let scene = scene();
    fs::write(scene.folder.path().join(FILE), &scene.file).unwrap();
    assert!(scene.store.path_of(NAME).is_err(), "nobody has checked it");
    let (installed, _) =
        pull_expecting(&scene.store, &scene.catalogue, &scene.sources(), &scene.file);
    assert_eq!(installed.source, "file");
    assert!(scene.server.seen().is_empty());
}

#[test]
fn another_folder_is_tried_before_the_network() {
    let scene = scene();
    let disk = tempfile::tempdir().unwrap();
    let empty = tempfile::tempdir().unwrap();
    let mut sources = scene.sources();
    sources.folders = vec![empty.path().to_owned(), disk.path().to_owned()];

    fs::write(disk.path().join(FILE), b"GGUF of another length").unwrap();
    let (installed, told) = pull_expecting(&scene.store, &scene.catalogue, &sources, &scene.file);
    assert_eq!(installed.source, "hub house/probe");
    told.has("has a file of 22 bytes");
    scene.store.remove(&scene.catalogue, NAME, Removal::Forget).unwrap();

    fs::write(disk.path().join(FILE), &scene.file).unwrap();
    let (installed, told) = pull_expecting(&scene.store, &scene.catalogue, &sources, &scene.file);
    assert!(installed.source.starts_with("folder "), "{installed:?}");
    assert!(!told.0.iter().any(|line| line.starts_with("failed")), "{told:?}");
}

#[test]
fn an_unpinned_file_in_a_folder_has_nobody_to_vouch_for_it() {
    let scene = scene();
    let catalogue = catalogue(None, 1, HUB_SOURCE);
    let disk = tempfile::tempdir().unwrap();
    fs::write(disk.path().join(FILE), &scene.file).unwrap();
    let mut sources = scene.sources();
    sources.folders = vec![disk.path().to_owned()];
    let (installed, told) = pull_expecting(&scene.store, &catalogue, &sources, &scene.file);
    assert_eq!(installed.source, "hub house/probe");
    told.has("does not say the sha256");
}

#[test]
fn too_little_space_is_told_before_a_byte_is_written() {
    let scene = scene();
    let store = Store::open_measured_by(scene.folder.path(), |_| Ok(49_999)).unwrap();
    let (error, _) = pull_failing(&store, &scene.catalogue, &scene.sources());
    let needed = scene.file.len() as u64;
    assert!(
        matches!(error, ModelError::NoSpace { free: 49_999, needed: n, .. } if n == needed),
        "{error}"
    );
    assert!(scene.server.ranges().is_empty());
    assert_eq!(scene.state(), State::Absent);
    assert!(free_bytes(scene.folder.path()).unwrap() > 0);
    let blind = |_: &std::path::Path| Err(std::io::ErrorKind::Other.into());
    let store = Store::open_measured_by(scene.folder.path(), blind).unwrap();
    let (error, _) = pull_failing(&store, &scene.catalogue, &scene.sources());
    assert!(error.to_string().starts_with("could not measure the space of"), "{error}");
}

#[test]
fn a_disk_that_fills_up_on_the_way_ends_the_pull_with_advice() {
    let scene = scene();
    let short: String = Digest::of(&scene.file).to_string().chars().take(12).collect();
    // Every write to this device fails as on a full disk.
    let part = scene.folder.path().join(format!("{FILE}.{short}.part"));
    symlink("/dev/full", &part).unwrap();
    let mut told = false;
    let error = scene
        .store
        .pull(&scene.catalogue, NAME, &scene.sources(), &mut |progress| {
            told |= matches!(progress, Progress::Receiving { .. });
            ControlFlow::Continue(())
        })
        .unwrap_err();
    let ModelError::Io { .. } = error else { panic!("{error}") };
    let hint = error.explain(Language::Spanish).hint.unwrap();
    assert!(hint.starts_with("libera espacio en el disco"), "{hint}");
    assert!(!told, "nothing had arrived");
}

#[test]
fn the_second_of_two_pulls_waits_and_finds_the_model() {
    let scene = scene();
    let (first_is_in, wait_for_first) = sync_channel(1);
    let (second_waits, wait_for_second) = sync_channel(1);
    let sources = scene.sources();
    let (scene, sources) = (&scene, &sources);
    let (second, first) = std::thread::scope(|scope| {
        let first = scope.spawn(move || {
            scene.store.pull(&scene.catalogue, NAME, sources, &mut |progress| {
                if matches!(progress, Progress::Trying { .. }) {
                    first_is_in.send(()).unwrap();
                    wait_for_second.recv().unwrap();
                }
                ControlFlow::Continue(())
            })
        });
        wait_for_first.recv().unwrap();
        let busy = scene.store.remove(&scene.catalogue, NAME, Removal::Forget).unwrap_err();
        assert!(matches!(busy, ModelError::Busy { .. }), "{busy}");
        let mut waited = 0;
        let second = scene.store.pull(&scene.catalogue, NAME, sources, &mut |progress| {
            if matches!(progress, Progress::Waiting) {
                waited += 1;
                if waited == 1 {
                    second_waits.send(()).unwrap();
                }
            }
            ControlFlow::Continue(())
        });
        assert!(waited >= 1);
        (second.unwrap(), first.join().unwrap().unwrap())
    });
    assert_eq!(first, second);
    assert_eq!(scene.server.ranges(), [None], "fetched once");
}

#[test]
fn who_does_not_want_to_wait_need_not() {
    let scene = scene();
    let lock = fs::File::create(scene.folder.path().join(".lock")).unwrap();
    lock.lock().unwrap();
    let mut waited = 0;
    let result = scene.store.pull(&scene.catalogue, NAME, &scene.sources(), &mut |progress| {
        waited += u32::from(matches!(progress, Progress::Waiting));
        // Not at once: who waits is asked again.
        if waited == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(result, Err(ModelError::Cancelled)), "{result:?}");
}

#[test]
fn what_is_not_there_cannot_be_used_or_removed() {
    let scene = scene();
    for error in [
        scene.store.path_of(NAME).unwrap_err(),
        scene.store.verify(NAME, &mut quiet).unwrap_err(),
        scene.store.describe("nobody").unwrap_err(),
        scene.store.remove(&scene.catalogue, NAME, Removal::KeepPin).unwrap_err(),
        scene.store.remove(&scene.catalogue, "nobody", Removal::Forget).unwrap_err(),
    ] {
        assert!(matches!(error, ModelError::NotInstalled { .. }), "{error}");
    }
    let installed = installed_scene();
    installed.store.remove(&installed.catalogue, NAME, Removal::KeepPin).unwrap();
    let error = installed.store.path_of(NAME).unwrap_err();
    assert!(matches!(error, ModelError::NotInstalled { .. }), "{error}");
}

#[test]
fn a_damaged_record_is_an_error_and_not_an_empty_one() {
    let scene = installed_scene();
    let path = scene.folder.path().join("models.lock");
    let good = fs::read_to_string(&path).unwrap();
    let digest = Digest::of(&scene.file).to_string();
    for bad in [
        good.replace("sha256", "sha512"),
        good.replace(&digest, "abc"),
        good.replace("probe.gguf", "../probe.gguf"),
        good.replace("\"probe\"", "\"pro be\""),
        "[[model]".to_owned(),
    ] {
        assert_ne!(bad, good);
        fs::write(&path, bad).unwrap();
        let error = scene.store.path_of(NAME).unwrap_err();
        assert!(matches!(error, ModelError::Record { .. }), "{error}");
    }
    fs::write(&path, [0xff, 0xfe]).unwrap();
    let error = scene.store.list(&scene.catalogue).unwrap_err();
    assert!(matches!(error, ModelError::Record { .. }), "{error}");
}

#[test]
fn a_store_needs_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), b"").unwrap();
    let error = Store::open(folder.path().join("file/models")).unwrap_err();
    assert!(error.to_string().starts_with("could not create"), "{error}");
}
