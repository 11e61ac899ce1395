//! Prints the grammar of a text as a table, and how long that took.
//!
//! `cargo run --release -p sarai-parser --example parse -- WHEEL "texto"`; without a text, the
//! lines of the standard input are read. With `--bench` only the times are printed.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a tool for developers")]

use std::env;
use std::error::Error;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use sarai_core::syntax::{Parse, Sentence};
use sarai_parser::Parser;

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, words): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|word| word.starts_with("--"));
    let (wheel, text) = words.split_first().ok_or("usage: parse [--bench] WHEEL [TEXT]")?;
    let text = if text.is_empty() { input()? } else { text.join(" ") };

    let start = Instant::now();
    let parser = Parser::open(Path::new(wheel))?;
    let opened = start.elapsed();

    let (mut sentences, mut tokens, mut spent) = (0, 0, Duration::ZERO);
    for line in text.lines() {
        let start = Instant::now();
        let parsed = parser.parse(line);
        spent += start.elapsed();
        sentences += parsed.len();
        tokens += parsed.iter().map(|sentence| sentence.tokens.len()).sum::<usize>();
        if !flags.iter().any(|flag| flag == "--bench") {
            parsed.iter().for_each(print);
        }
    }
    println!("opened in {opened:?}; {sentences} sentences, {tokens} tokens in {spent:?}");
    Ok(())
}

fn input() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn print(sentence: &Sentence) {
    for (place, token) in sentence.tokens.iter().enumerate() {
        println!(
            "{place:>3} {:<16} {:<6} {:<16} {:<10} {:>3} {:<14} {}",
            token.text,
            token.pos,
            token.lemma,
            token.label,
            token.head,
            sentence.tokens[token.head].text,
            token.features.join("|"),
        );
    }
    println!();
}
