//! Bringing one's own file.

use std::fs;
use std::path::Path;

use sarai_core::id::ModelName;
use sarai_models::{Catalogue, Digest, ModelError, Pin, Progress, Removal, State, Store};

use crate::support::{FILE, HUB_SOURCE, NAME, Told, catalogue, model_file, quiet};

fn name(text: &str) -> ModelName {
    ModelName::new(text).unwrap()
}

struct Scene {
    file: Vec<u8>,
    catalogue: Catalogue,
    store: Store,
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Scene {
        let file = model_file(20_000);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine.gguf"), &file).unwrap();
        Scene {
            catalogue: catalogue(Some(Digest::of(&file)), file.len(), HUB_SOURCE),
            store: Store::open(folder.path().join("models")).unwrap(),
            folder,
            file,
        }
    }

    fn import(&self, file: &str, as_name: &str) -> Result<sarai_models::Import, ModelError> {
        let path = self.folder.path().join(file);
        self.store.import(&self.catalogue, &path, &name(as_name), &mut quiet)
    }
}

#[test]
fn a_known_model_is_taken_under_its_own_file_name() {
    let scene = Scene::new();
    let imported = scene.import("mine.gguf", NAME).unwrap();
    assert_eq!(imported.installed.path, scene.store.folder().join(FILE));
    assert_eq!(imported.installed.source, "import");
    assert_eq!(imported.header.unwrap().architecture, "qwen2");
    assert_eq!(imported.same_as, Some(name(NAME)));
    assert!(fs::read(scene.store.path_of(NAME).unwrap()).unwrap() == scene.file);
    scene.store.verify(NAME, &mut quiet).unwrap();
}

#[test]
fn any_other_name_is_free_and_the_file_is_recognised() {
    let scene = Scene::new();
    let imported = scene.import("mine.gguf", "casa/mi:modelo").unwrap();
    assert_eq!(imported.installed.path, scene.store.folder().join("casa-mi-modelo.gguf"));
    assert_eq!(imported.same_as, Some(name(NAME)));
    let listing = scene.store.list(&scene.catalogue).unwrap();
    let line = listing.last().unwrap();
    assert_eq!((line.state, line.pin), (State::Installed, Pin::Recorded));
    assert_eq!((line.licence.as_str(), line.bytes), ("MIT", scene.file.len() as u64));
    assert!(line.model.is_none());

    let error = scene.import("mine.gguf", "casa:mi/modelo").unwrap_err();
    assert!(matches!(error, ModelError::FileTaken { .. }), "{error}");
    scene.import("mine.gguf", "casa/mi:modelo").unwrap();
    scene.store.remove(&scene.catalogue, "casa/mi:modelo", Removal::KeepPin).unwrap();
    assert!(scene.store.list(&scene.catalogue).unwrap().iter().all(|line| line.model.is_some()));
    assert!(scene.folder.path().join("mine.gguf").exists());
}

#[test]
fn a_file_that_is_not_the_known_model_is_refused() {
    let scene = Scene::new();
    fs::write(scene.folder.path().join("other.gguf"), model_file(20_001)).unwrap();
    let error = scene.import("other.gguf", NAME).unwrap_err();
    assert!(matches!(error, ModelError::WrongHash { .. }), "{error}");
    assert!(scene.store.path_of(NAME).is_err());
}

#[test]
fn what_is_no_model_is_refused() {
    let scene = Scene::new();
    for (file, content) in
        [("empty.gguf", &b""[..]), ("page.gguf", b"<html>"), ("cut.gguf", b"GGUF\x03")]
    {
        fs::write(scene.folder.path().join(file), content).unwrap();
        let error = scene.import(file, "x").unwrap_err();
        assert!(matches!(error, ModelError::NotAModel { .. }), "{error}");
    }
    let error = scene.import("missing.gguf", "x").unwrap_err();
    assert!(error.to_string().starts_with("could not read"), "{error}");
}

#[test]
fn another_disk_is_copied_from_if_there_is_space() {
    let scene = Scene::new();
    // Memory is another disk than the temporary folder on every Linux where it is mounted.
    let Ok(disk) = tempfile::tempdir_in("/dev/shm") else { return };
    let path = disk.path().join("far.gguf");
    fs::write(&path, &scene.file).unwrap();
    let full = Store::open_measured_by(scene.store.folder(), |_: &Path| Ok(100)).unwrap();
    let linked = fs::hard_link(&path, scene.folder.path().join("probe")).is_ok();
    let result = full.import(&scene.catalogue, &path, &name(NAME), &mut quiet);
    if !linked {
        assert!(matches!(result, Err(ModelError::NoSpace { free: 100, .. })), "{result:?}");
    }
    let mut told = Told::default();
    scene
        .store
        .import(&scene.catalogue, &path, &name(NAME), &mut |progress: Progress<'_>| {
            told.hear(progress)
        })
        .unwrap();
    told.has("checking");
    drop(disk);
    scene.store.verify(NAME, &mut quiet).unwrap();
}
