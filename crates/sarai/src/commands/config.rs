//! `sarai config`: look at the configuration, check it, change it.

use std::path::{Path, PathBuf};

use sarai_core::explain::Explanation;
use sarai_core::language::Language;
use serde_json::{Value as Json, json};
use toml_edit::{DocumentMut, Item, Table, Value};

use crate::args::Config;
use crate::config::{Environment, KEYS, Key, Kind, Settings};
use crate::home::Home;
use crate::output;
use crate::trouble::{Exit, OrTrouble as _, Outcome, Trouble};

pub(super) fn run(
    command: &Config,
    home: &Home,
    environment: &Environment,
    language: Language,
) -> Outcome {
    let path = home.settings_file();
    let load = || Settings::load(&path, environment).or_trouble(language);
    match command {
        Config::Path => output::line(&path.display().to_string()),
        Config::Schema(options) => schema(options.json, language),
        Config::Check { file } => check(file.as_deref().unwrap_or(&path), environment, language),
        Config::Show(options) => show(&load()?, options.json),
        Config::Get { key } => get(&load()?, find(key, language)?),
        Config::Set { key, value } => {
            set(&path, find(key, language)?, value, environment, language)
        }
    }
}

fn find(path: &str, language: Language) -> Outcome<&'static Key> {
    Key::find(path).ok_or_else(|| {
        Trouble::new(
            Exit::NotFound,
            match language {
                Language::Spanish => format!("no existe la clave `{path}`"),
                Language::English => format!("there is no key `{path}`"),
            },
            language.pick(
                "`sarai config schema` muestra todas las claves",
                "`sarai config schema` shows all keys",
            ),
        )
    })
}

fn schema(as_json: bool, language: Language) -> Outcome {
    if as_json {
        let keys = KEYS.iter().map(|key| {
            json!({
                "key": key.path,
                "variable": key.variable(),
                "takes": takes(key.kind, Language::English),
                "default": plain(&key.default.parse().unwrap_or_else(|_| Value::from(""))),
                "meaning": {"es": key.spanish, "en": key.english},
            })
        });
        return output::json(&Json::Array(keys.collect()));
    }
    let text = KEYS.iter().map(|key| {
        format!(
            "{} = {}\n    {}\n    {} · {}",
            key.path,
            key.default,
            language.pick(key.spanish, key.english),
            takes(key.kind, language),
            key.variable(),
        )
    });
    output::line(&text.collect::<Vec<_>>().join("\n\n"))
}

fn takes(kind: Kind, language: Language) -> String {
    match kind {
        Kind::Text => language.pick("texto", "text").to_owned(),
        Kind::Word(words) => words.join(" | "),
        Kind::Number { min, max } => match language {
            Language::Spanish => format!("número de {min} a {max}"),
            Language::English => format!("number from {min} to {max}"),
        },
        Kind::Switch => "true | false".to_owned(),
        Kind::Texts => language.pick("lista de textos", "list of texts").to_owned(),
    }
}

fn check(path: &Path, environment: &Environment, language: Language) -> Outcome {
    if !path.exists() {
        let message = match language {
            Language::Spanish => {
                format!("`{}` no existe: valen los valores por defecto", path.display())
            }
            Language::English => format!("`{}` does not exist: the defaults count", path.display()),
        };
        output::tell(&message);
    }
    Settings::load(path, environment).or_trouble(language)?;
    output::tell(language.pick("la configuración está bien", "the configuration is fine"));
    Ok(())
}

fn show(settings: &Settings, as_json: bool) -> Outcome {
    if as_json {
        let entries = settings.entries().map(|(key, value, origin)| {
            (key.path.to_owned(), json!({"value": plain(value), "origin": origin.name()}))
        });
        return output::json(&Json::Object(entries.collect()));
    }
    let rows = settings.entries().map(|(key, value, origin)| {
        vec![key.path.to_owned(), value.to_string().trim().to_owned(), origin.name().to_owned()]
    });
    output::line(&output::table(&rows.collect::<Vec<_>>()))
}

fn get(settings: &Settings, key: &Key) -> Outcome {
    let value =
        settings.entries().find(|(known, _, _)| known.path == key.path).map(|(_, value, _)| value);
    match value.map(plain) {
        Some(Json::String(text)) => output::line(&text),
        Some(other) => output::line(&other.to_string()),
        None => Ok(()),
    }
}

fn set(
    path: &Path,
    key: &'static Key,
    text: &str,
    environment: &Environment,
    language: Language,
) -> Outcome {
    write(path, key, text, environment, language)?;
    output::tell(&match language {
        Language::Spanish => format!("`{}` cambiada en `{}`", key.path, path.display()),
        Language::English => format!("`{}` changed in `{}`", key.path, path.display()),
    });
    Ok(())
}

/// Writes one value into the file. Comments and layout stay; a file that would be wrong is not
/// written.
pub(super) fn write(
    path: &Path,
    key: &'static Key,
    text: &str,
    environment: &Environment,
    language: Language,
) -> Outcome {
    let current = match std::fs::read_to_string(path) {
        Ok(current) => current,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(path, &error, language)),
    };
    Settings::parse(path, &current, environment).or_trouble(language)?;
    let value = match key.kind {
        Kind::Text | Kind::Word(_) => Value::from(text),
        Kind::Texts => text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect(),
        Kind::Number { .. } | Kind::Switch => text.parse().unwrap_or_else(|_| Value::from(text)),
    };
    let mut document =
        current.parse::<DocumentMut>().map_err(|error| failed(path, &error, language))?;
    let mut names = key.path.split('.').collect::<Vec<_>>();
    let leaf = names.pop().unwrap_or_default();
    let mut table = document.as_table_mut();
    for name in names {
        let entry = table.entry(name).or_insert_with(|| {
            let mut section = Table::new();
            section.set_implicit(true);
            Item::Table(section)
        });
        let Some(below) = entry.as_table_mut() else {
            return Err(failed(path, &format!("`{name}`"), language));
        };
        table = below;
    }
    match table.get_mut(leaf).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = value;
            *old.decor_mut() = decor;
        }
        None => drop(table.insert(leaf, Item::Value(value))),
    }
    let changed = document.to_string();
    Settings::parse(path, &changed, environment).or_trouble(language)?;
    let draft = draft_of(path);
    std::fs::write(&draft, changed)
        .and_then(|()| std::fs::rename(&draft, path))
        .map_err(|error| failed(path, &error, language))
}

fn draft_of(path: &Path) -> PathBuf {
    path.with_extension("toml.new")
}

fn failed(path: &Path, error: &dyn std::fmt::Display, language: Language) -> Trouble {
    let message = match language {
        Language::Spanish => format!("no se pudo cambiar `{}`: {error}", path.display()),
        Language::English => format!("could not change `{}`: {error}", path.display()),
    };
    Trouble { exit: Exit::Failed, explanation: Explanation::without_hint(message) }
}

/// Returns a TOML value as JSON.
fn plain(value: &Value) -> Json {
    match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Boolean(switch) => Json::from(*switch.value()),
        Value::Array(items) => items.iter().map(plain).collect(),
        other => Json::from(other.to_string().trim()),
    }
}

#[cfg(test)]
mod tests {
    use sarai_core::language::Language;

    use super::write;
    use crate::config::{Environment, Key, Settings};
    use crate::trouble::Exit;

    #[test]
    fn a_changed_value_keeps_the_comments_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sarai.toml");
        std::fs::write(&path, "# mi casa\n[server]\nport = 9000 # el de siempre\n").unwrap();
        let set = |key: &str, text: &str| {
            let key = Key::find(key).unwrap();
            write(&path, key, text, &Environment::default(), Language::Spanish)
        };
        set("server.port", "9001").unwrap();
        set("engine.threads", "2").unwrap();
        set("server.allowed_hosts", "casa.lan, casa").unwrap();

        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# mi casa\n[server]\nport = 9001 # el de siempre\n"), "{text}");
        let settings = Settings::load(&path, &Environment::default()).unwrap();
        assert_eq!((settings.port(), settings.threads()), (9001, 2));
        assert_eq!(settings.allowed_hosts(), ["casa.lan", "casa"]);

        let refused = set("server.port", "muchos").unwrap_err();
        assert_eq!(refused.exit, Exit::Usage);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}
