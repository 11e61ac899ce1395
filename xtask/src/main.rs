//! Project automation. `cargo xtask --help` lists what there is.
#![forbid(unsafe_code)]

mod background;
mod ci;
mod coverage;
mod deny;
mod dist;
mod layers;
mod models;
mod packages;
mod peers;
mod shell;
mod start;
mod steps;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use shell::{Unavailable, say};

const HELP: &str = "\
usage: cargo xtask COMMAND

    run [ARGUMENTS]   install what the build needs, build, fetch the default model, start SARAi
    test              the same set-up, then every test, the real-model ones included
    soak [FILTER]     the long versions of the seeded tests; SARAI_SOAK_ROUNDS and SARAI_SOAK_SEED
    bench ARGUMENTS   build, then `sarai bench`
    peers             build llama-server, which `bench --peer` compares with; minutes, once
    peers openvino    install OpenVINO GenAI, for `bench turns --peer`, with a server around it
    dist [LEVEL…]     build an archive for other machines: engines for each level of x86-64
    ci                all of CI: format, clippy, layers, tidy, deny, docs, test, coverage
    layers            check which crate may use which
    tidy              check what the compiler does not: heads, ratchets, forgotten files, words
    coverage          measure the lines that tests reach, for each crate
    deny              check licences, bans and sources of the locked packages
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(code) => code,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::from(if error.is::<Unavailable>() { 5 } else { 1 })
        }
    }
}

fn dispatch(words: &[&str]) -> anyhow::Result<ExitCode> {
    match words {
        ["run", arguments @ ..] => return start::run(arguments),
        ["bench", arguments @ ..] => return start::bench(arguments),
        ["test"] => test::run()?,
        ["soak", arguments @ ..] => test::soak(arguments)?,
        ["dist", levels @ ..] => dist::run(levels)?,
        ["peers"] => peers::build()?,
        ["peers", "openvino"] => peers::install_openvino()?,
        ["ci"] => ci::run()?,
        ["coverage"] => coverage::run()?,
        ["layers"] => layers::check()?,
        ["tidy"] => tidy::check()?,
        ["deny"] => deny::check()?,
        [] | ["--help" | "-h" | "help", ..] => shell::print(HELP),
        [unknown, ..] => {
            say(&format!("error: no command, or not with these arguments: `{unknown}`\n\n{HELP}"));
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}
