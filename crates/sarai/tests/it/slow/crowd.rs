//! More clients than places, and a client that leaves.

use std::thread;
use std::time::Duration;

use super::{SMALL, house_with, timed};
use crate::house::wait_until;

const STORY: &str = "Write a very long story about the sea.";

#[test]
fn ten_clients_are_all_told_something() {
    let house =
        house_with(SMALL).with("SARAI_ENGINE_PARALLEL", "2").with("SARAI_ENGINE_WAITING_MAX", "2");
    let serving = house.serve().ready();
    let answers = thread::scope(|scope| {
        let clients = (0..10).map(|_| scope.spawn(|| serving.client.chat(STORY, 48)));
        let clients = clients.collect::<Vec<_>>();
        clients.into_iter().map(|client| client.join().unwrap()).collect::<Vec<_>>()
    });
    for answer in &answers {
        let refused = [429, 503].contains(&answer.status)
            && answer.retry_after.as_ref().is_some_and(|seconds| seconds.parse::<u32>().is_ok());
        assert!(answer.status == 200 || refused, "{answer:?}");
    }
    let answered = answers.iter().filter(|answer| answer.status == 200).count();
    assert!((2..10).contains(&answered), "{answered} of 10");
    println!("{answered} answered, {} told to come back", 10 - answered);
    assert!(!serving.client.chat(STORY, 4).words().is_empty());
    serving.end();
}

#[test]
fn a_client_that_hangs_up_frees_its_place_at_once() {
    let house =
        house_with(SMALL).with("SARAI_ENGINE_PARALLEL", "1").with("SARAI_ENGINE_WAITING_MAX", "0");
    let serving = house.serve().ready();
    let mut story = serving.client.turn(STORY, 4000);
    for _ in 0..3 {
        story.wait_for("\"text\"");
    }
    assert_eq!(serving.client.chat(STORY, 1).status, 429, "there is one place");
    drop(story);
    let free = || wait_until("a free place", || serving.client.chat("Hello", 1).status == 200);
    let ((), waited) = timed(free);
    println!("free after {waited:?}");
    assert!(waited < Duration::from_secs(10), "{waited:?}");
    serving.end();
}
