//! From TOML text to checked models.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;

use sarai_core::id::ModelName;
use serde::Deserialize;
use toml::Spanned;

use super::problem::{CatalogueError, CatalogueProblem};
use super::{HubFile, Model, Purpose, PythonPackages, Source};
use crate::digest::Digest;
use crate::form::Form;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCatalogue {
    #[serde(default, rename = "model")]
    models: Vec<Spanned<RawModel>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawModel {
    name: Spanned<String>,
    title: Spanned<String>,
    file: Spanned<String>,
    sha256: Option<Spanned<String>>,
    bytes: Spanned<u64>,
    licence: Spanned<String>,
    languages: Spanned<Vec<String>>,
    parameters: u64,
    context_tokens: Spanned<u32>,
    ram_bytes: u64,
    purposes: Spanned<Vec<String>>,
    better_chat_than: Option<Spanned<String>>,
    draft: Option<Spanned<String>>,
    #[serde(rename = "source")]
    sources: Spanned<Vec<Spanned<RawSource>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    hub: Option<RawHub>,
    python: Option<RawPython>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHub {
    repository: Spanned<String>,
    file: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPython {
    package: Spanned<String>,
    version: Spanned<String>,
    member: Option<Spanned<String>>,
    platform: Option<Spanned<String>>,
    parts: Spanned<u32>,
    part_bytes: u64,
}

/// Reads the models of `text`, which is the file at `path`.
pub(super) fn models(path: &Path, text: &str) -> Result<Vec<Model>, CatalogueError> {
    let place = Place { path, text };
    let raw: RawCatalogue = toml::from_str(text).map_err(|error| place.toml(&error))?;
    raw.models.into_iter().map(|model| place.model(model)).collect()
}

/// Checks that no two models claim the same name or file.
pub(super) fn check_together(path: &Path, models: &[Model]) -> Result<(), CatalogueError> {
    let mut names = HashSet::new();
    let mut files = HashSet::new();
    for model in models {
        let taken = if !names.insert(model.name.as_str()) {
            ("name", model.name.to_string())
        } else if !files.insert(model.file.as_str()) {
            ("file", model.file.clone())
        } else {
            continue;
        };
        let problem = CatalogueProblem::Taken { key: taken.0.to_owned(), value: taken.1 };
        return Err(CatalogueError { path: path.to_owned(), line: 1, problem });
    }
    Ok(())
}

/// Returns whether `name` is a plain file name of a model: no folder, nothing hidden.
pub(crate) fn is_model_file_name(name: &str) -> bool {
    Form::of(name).is_some()
        && name.len() <= 128
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

struct Place<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Place<'_> {
    fn model(&self, raw: Spanned<RawModel>) -> Result<Model, CatalogueError> {
        let span = raw.span();
        let raw = raw.into_inner();
        let sha256 = raw.sha256.as_ref().map(|text| self.digest(text)).transpose()?;
        let bytes = *raw.bytes.get_ref();
        self.demand(bytes > 0, &raw.bytes, "bytes", ("above zero", "mayor que cero"))?;
        self.demand(
            *raw.context_tokens.get_ref() > 0,
            &raw.context_tokens,
            "context_tokens",
            ("above zero", "mayor que cero"),
        )?;
        self.demand(
            is_model_file_name(raw.file.get_ref()),
            &raw.file,
            "file",
            (
                "a plain file name that ends in .gguf, .whl or .bin",
                "un nombre de archivo que acabe en .gguf, .whl o .bin",
            ),
        )?;
        self.demand(
            sha256.is_some() || Form::of(raw.file.get_ref()) == Some(Form::Gguf),
            &raw.file,
            "file",
            ("pinned by `sha256` unless it is a .gguf", "fijo con `sha256` si no es un .gguf"),
        )?;
        self.filled(&raw.title, "title")?;
        self.filled(&raw.licence, "licence")?;
        let sources = self.sources(raw.sources, sha256.is_some(), bytes, &span)?;
        Ok(Model {
            name: self.name(&raw.name, "name")?,
            title: raw.title.into_inner(),
            file: raw.file.into_inner(),
            sha256,
            bytes,
            licence: raw.licence.into_inner(),
            languages: self.languages(raw.languages)?,
            parameters: raw.parameters,
            context_tokens: raw.context_tokens.into_inner(),
            ram_bytes: raw.ram_bytes,
            purposes: self.purposes(&raw.purposes)?,
            better_chat_than: raw
                .better_chat_than
                .map(|name| self.name(&name, "better_chat_than"))
                .transpose()?,
            draft: raw.draft.map(|name| self.name(&name, "draft")).transpose()?,
            sources,
        })
    }

    fn name(&self, text: &Spanned<String>, key: &str) -> Result<ModelName, CatalogueError> {
        ModelName::new(text.get_ref().as_str()).map_err(|_| {
            let expected = (
                "1 to 128 letters, digits, `.`, `_`, `:`, `/` or `-`",
                "de 1 a 128 letras, cifras, `.`, `_`, `:`, `/` o `-`",
            );
            self.bad(&text.span(), key, expected)
        })
    }

    fn digest(&self, text: &Spanned<String>) -> Result<Digest, CatalogueError> {
        let expected = ("64 hexadecimal digits", "64 cifras hexadecimales");
        text.get_ref().parse().map_err(|_| self.bad(&text.span(), "sha256", expected))
    }

    fn languages(&self, codes: Spanned<Vec<String>>) -> Result<Vec<String>, CatalogueError> {
        let is_code = |code: &String| {
            (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        let valid = !codes.get_ref().is_empty() && codes.get_ref().iter().all(is_code);
        let expected = (
            "a list of ISO 639 codes, such as [\"es\"]",
            "una lista de códigos ISO 639 ([\"es\"])",
        );
        self.demand(valid, &codes, "languages", expected)?;
        Ok(codes.into_inner())
    }

    fn purposes(&self, names: &Spanned<Vec<String>>) -> Result<Vec<Purpose>, CatalogueError> {
        let purpose =
            |name: &String| Purpose::ALL.into_iter().find(|purpose| purpose.name() == name);
        let purposes: Option<Vec<Purpose>> = names.get_ref().iter().map(purpose).collect();
        let expected = (
            "a list of \"chat\", \"embedding\", \"draft\", \"grammar\"",
            "una lista de \"chat\", \"embedding\", \"draft\", \"grammar\"",
        );
        purposes
            .filter(|purposes| !purposes.is_empty())
            .ok_or_else(|| self.bad(&names.span(), "purposes", expected))
    }

    fn sources(
        &self,
        raw: Spanned<Vec<Spanned<RawSource>>>,
        pinned: bool,
        bytes: u64,
        model: &Range<usize>,
    ) -> Result<Vec<Source>, CatalogueError> {
        if raw.get_ref().is_empty() {
            return Err(self.error(model, CatalogueProblem::MissingKey("source".to_owned())));
        }
        raw.into_inner().into_iter().map(|source| self.source(source, pinned, bytes)).collect()
    }

    fn source(
        &self,
        raw: Spanned<RawSource>,
        pinned: bool,
        bytes: u64,
    ) -> Result<Source, CatalogueError> {
        let span = raw.span();
        match raw.into_inner() {
            RawSource { hub: Some(hub), python: None } => self.hub(hub),
            RawSource { hub: None, python: Some(_) } if !pinned => {
                Err(self.error(&span, CatalogueProblem::UnpinnedPackages))
            }
            RawSource { hub: None, python: Some(python) } => self.python(python, bytes),
            _ => Err(self.error(&span, CatalogueProblem::SourceKind)),
        }
    }

    fn hub(&self, raw: RawHub) -> Result<Source, CatalogueError> {
        let is_repository = matches!(
            raw.repository.get_ref().split('/').collect::<Vec<_>>()[..],
            [owner, name] if is_plain(owner) && is_plain(name)
        );
        let expected = ("`owner/name`", "`dueño/nombre`");
        self.demand(is_repository, &raw.repository, "repository", expected)?;
        let is_file = raw.file.get_ref().split('/').all(is_plain);
        let expected = ("a path inside the repository", "una ruta dentro del repositorio");
        self.demand(is_file, &raw.file, "file", expected)?;
        Ok(Source::Hub(HubFile {
            repository: raw.repository.into_inner(),
            file: raw.file.into_inner(),
        }))
    }

    fn python(&self, raw: RawPython, bytes: u64) -> Result<Source, CatalogueError> {
        let expected = ("a package name", "un nombre de paquete");
        let bare = raw.package.get_ref().replace("{part}", "1").replace("{part:02}", "01");
        self.demand(is_plain(&bare), &raw.package, "package", expected)?;
        let expected = ("one exact version", "una versión exacta");
        self.demand(is_plain(raw.version.get_ref()), &raw.version, "version", expected)?;
        if let Some(member) = &raw.member {
            self.filled(member, "member")?;
        }
        if let Some(platform) = &raw.platform {
            let expected = ("the platform of a wheel", "la plataforma de un paquete");
            self.demand(is_plain(platform.get_ref()), platform, "platform", expected)?;
        }
        let (parts, part_bytes) = (*raw.parts.get_ref(), raw.part_bytes);
        let is_whole = raw.member.is_none();
        self.demand(
            !is_whole || parts == 1,
            &raw.parts,
            "parts",
            ("1 without a `member`", "1 si no hay `member`"),
        )?;
        if part_bytes == 0 || bytes.div_ceil(part_bytes) != u64::from(parts) {
            let problem = CatalogueProblem::PartsDoNotFit { parts, part_bytes, bytes };
            return Err(self.error(&raw.parts.span(), problem));
        }
        Ok(Source::Python(PythonPackages {
            package: raw.package.into_inner(),
            version: raw.version.into_inner(),
            member: raw.member.map(Spanned::into_inner),
            platform: raw.platform.map(Spanned::into_inner),
            parts,
            part_bytes,
        }))
    }

    fn filled(&self, text: &Spanned<String>, key: &str) -> Result<(), CatalogueError> {
        let expected = ("some text", "un texto con algo dentro");
        self.demand(!text.get_ref().trim().is_empty(), text, key, expected)
    }

    fn demand<T>(
        &self,
        holds: bool,
        value: &Spanned<T>,
        key: &str,
        expected: (&'static str, &'static str),
    ) -> Result<(), CatalogueError> {
        if holds { Ok(()) } else { Err(self.bad(&value.span(), key, expected)) }
    }

    fn bad(
        &self,
        span: &Range<usize>,
        key: &str,
        expected: (&'static str, &'static str),
    ) -> CatalogueError {
        self.error(span, CatalogueProblem::BadValue { key: key.to_owned(), expected })
    }

    fn error(&self, span: &Range<usize>, problem: CatalogueProblem) -> CatalogueError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        CatalogueError { path: self.path.to_owned(), line, problem }
    }

    /// Sorts serde's messages into problems, so that they can be told in Spanish too.
    fn toml(&self, error: &toml::de::Error) -> CatalogueError {
        let span = error.span().unwrap_or(0..0);
        let message = error.message();
        let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
        let problem = if message.starts_with("unknown field") {
            CatalogueProblem::UnknownKey(quoted())
        } else if message.starts_with("missing field") {
            CatalogueProblem::MissingKey(quoted())
        } else if message.starts_with("invalid type") || message.starts_with("invalid value") {
            CatalogueProblem::BadValue { key: self.key_at(span.start), expected: wanted(message) }
        } else {
            CatalogueProblem::Syntax(message.to_owned())
        };
        self.error(&span, problem)
    }

    /// Returns the key before the value at `offset`.
    fn key_at(&self, offset: usize) -> String {
        let before = self.text.get(..offset).unwrap_or_default();
        let assignment = before.rsplit('\n').next().unwrap_or_default();
        let left = assignment.rsplit_once('=').map_or(assignment, |(left, _)| left);
        let key = left.rsplit([',', '{', '[']).next().unwrap_or_default();
        key.trim().to_owned()
    }
}

fn wanted(message: &str) -> (&'static str, &'static str) {
    let expected = message.rsplit("expected ").next().unwrap_or_default();
    if expected.contains("string") {
        ("a text in quotes", "un texto entre comillas")
    } else if expected.starts_with('u') || expected.contains("integer") {
        (
            "a whole number, not negative, not too large",
            "un entero, ni negativo ni demasiado grande",
        )
    } else if expected.contains("sequence") {
        ("a list in brackets", "una lista entre corchetes")
    } else {
        ("of another type", "de otro tipo")
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text != "."
        && text != ".."
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}
