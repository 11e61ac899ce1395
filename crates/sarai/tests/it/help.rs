//! Help, errors of the command line, and what is written for other programs.

use std::fs;
use std::os::unix::fs::symlink;

use expect_test::{Expect, expect};

use crate::house::House;

#[track_caller]
fn check(language: &str, arguments: &[&str], code: i32, said: &Expect) {
    let house = House::new().with("SARAI_LANG", language);
    let ran = house.run(arguments).failed(code);
    said.assert_eq(&format!("{}{}", ran.stdout, ran.stderr));
}

#[test]
fn help_in_spanish() {
    check(
        "es",
        &["serve", "--help"],
        0,
        &expect![[r#"
            pone en marcha la API y la página web, solo para esta máquina

            Uso: sarai serve [OPTIONS]

            Opciones:
                  --port <N>           puerto en el que se escucha
                  --address <ADDRESS>  dirección en la que se escucha
                  --expose             permite una dirección de fuera de esta máquina
              -h, --help               muestra esta ayuda
                  --lang <es|en>       idioma de los mensajes
                  --verbose            cuenta más por la salida de errores
        "#]],
    );
}

#[test]
fn help_in_english() {
    check(
        "en",
        &["--help"],
        0,
        &expect![[r#"
            SARAi: an assistant for your home that runs entirely on your computer

            Usage: sarai [OPTIONS] <COMMAND>

            Commands:
              chat         ask one thing, or converse if you give no message
              serve        start the API and the web page, for this machine only
              models       the models: what there is, pull, verify, remove
              memory       what SARAi knows of you: search, correct, forget
              doctor       look whether all is well and say how to mend what is not
              config       the configuration
              grammar      grammars that give an answer its form
              bench        measurements on this machine
              version      show the version and the engine's
              completions  write completions for a shell

            Options:
                  --lang <es|en>  language of the messages
                  --verbose       tell more on standard error
              -V, --version       show the version
              -h, --help          show this help
        "#]],
    );
}

#[test]
fn the_language_of_the_command_line_goes_first() {
    let house = House::new();
    let ran = house.run(&["--lang", "en", "--help"]).succeeded();
    assert!(ran.stdout.contains("an assistant for your home"), "{ran:?}");
}

#[test]
fn a_wrong_command_names_the_near_one() {
    check(
        "es",
        &["chta"],
        2,
        &expect![[r#"
        error: no existe la orden `chta`
        consejo: ¿querías decir `chat`? `--help` lo cuenta todo
    "#]],
    );
    check(
        "en",
        &["chta"],
        2,
        &expect![[r#"
        error: there is no command `chta`
        hint: did you mean `chat`? `--help` tells everything
    "#]],
    );
}

#[test]
fn a_wrong_option_is_told() {
    check(
        "es",
        &["serve", "--puerto", "1"],
        2,
        &expect![[r#"
        error: aquí sobra `--puerto`
        consejo: ¿querías decir `--port`? `--help` lo cuenta todo
    "#]],
    );
    check(
        "en",
        &["serve", "--prot", "1"],
        2,
        &expect![[r#"
        error: `--prot` means nothing here
        hint: did you mean `--port`? `--help` tells everything
    "#]],
    );
}

#[test]
fn a_wrong_value_is_told() {
    check(
        "es",
        &["serve", "--port", "muchos"],
        2,
        &expect![[r#"
        error: `muchos` no vale para `--port <N>`
        consejo: `--help` lo cuenta todo
    "#]],
    );
    check(
        "en",
        &["serve", "--port", "many"],
        2,
        &expect![[r#"
        error: `many` is no value for `--port <N>`
        hint: `--help` tells everything
    "#]],
    );
}

#[test]
fn a_missing_word_is_told() {
    check(
        "es",
        &["config", "set", "server.port"],
        2,
        &expect![[r#"
        error: falta <VALUE>
        consejo: `--help` lo cuenta todo
    "#]],
    );
    check(
        "en",
        &["config", "get"],
        2,
        &expect![[r#"
        error: <KEY> is missing
        hint: `--help` tells everything
    "#]],
    );
}

#[test]
fn completions_are_for_the_shell_asked_for() {
    let house = House::new();
    for (shell, words) in
        [("bash", "complete -F"), ("zsh", "#compdef sarai"), ("fish", "complete -c sarai")]
    {
        let ran = house.run(&["completions", shell]).succeeded();
        assert!(ran.stdout.contains(words), "{shell}: {ran:?}");
    }
    assert!(house.run(&["man"]).succeeded().stdout.contains(".TH sarai"));
}

#[test]
fn the_version_is_told_to_people_and_programs() {
    let house = House::new();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(house.run(&["--version"]).succeeded().stdout, format!("sarai {version}\n"));
    assert!(house.run(&["version"]).succeeded().stdout.contains(version));
    assert_eq!(house.run(&["version", "--json"]).succeeded().json()["sarai"], version);
}

#[test]
fn of_a_portable_folder_the_engine_is_taken_that_this_processor_runs() {
    if !cfg!(target_arch = "x86_64") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let level = folder.path().join("x86-64-v2");
    fs::create_dir(&level).unwrap();
    // Says something to `--version` on every system, and then ends.
    symlink("/bin/echo", level.join("sarai-engine-llama")).unwrap();
    let house = House::new().with("SARAI_ENGINE_FOLDER", folder.path().to_str().unwrap());
    let told = house.run(&["version"]).succeeded().stdout;
    assert!(told.ends_with(", x86-64-v2\n"), "{told}");
}
