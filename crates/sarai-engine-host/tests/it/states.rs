//! Conversations go on after a restart.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sarai_engine_protocol::{Body, Call, Failure, Finish, Generate, Load};

use crate::client::{Client, check_said, in_session, load, say};
use crate::queue::held;
use crate::toy::Toy;

const LONG: &str = "una respuesta tan larga que merece la pena guardarla en el disco, con muchas \
                    palabras y hasta alguna ñ para que no falte de nada";

fn kept_in(folder: &Path) -> Load {
    Load { state_folder: Some(folder.to_owned()), ..load() }
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|one| one == extension))
        .collect();
    found.sort();
    found
}

fn ask() -> Generate {
    in_session(say(LONG), "s")
}

#[test]
fn a_restart_finds_the_prefix_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let states = folder.path().join("state/sessions");
    let mut client = Client::with(&Toy::default(), &kept_in(&states));
    let first = client.generate(ask());
    client.unload();
    for path in fs::read_dir(&states).unwrap().map(|file| file.unwrap().path()) {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!path.to_string_lossy().ends_with("tmp"));
    }
    assert_eq!(fs::metadata(&states).unwrap().permissions().mode() & 0o777, 0o700);

    let toy = Toy::default();
    let mut client = Client::with(&toy, &kept_in(&states));
    // By its content, whatever the session is called.
    let again = client.generate(in_session(say(LONG), "otra"));
    check_said(&again, LONG, &Finish::End);
    assert_eq!(again.told.cached_tokens, first.told.prompt_tokens - 1);
    assert_eq!(toy.computed(), again.told.completion_tokens as usize + 1);
}

#[test]
fn short_conversations_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    client.generate(in_session(say("ya"), "s"));
    client.generate(say(LONG));
    client.unload();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_broken_state_is_removed_and_the_prompt_computed() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    client.generate(ask());
    client.unload();
    let state = files(folder.path(), "state").remove(0);
    let mut bytes = fs::read(&state).unwrap();
    bytes[8] ^= 1;
    fs::write(&state, bytes).unwrap();

    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    let answer = client.generate(Generate { tokens_max: Some(10), ..ask() });
    check_said(&answer, &LONG[..10], &Finish::Length);
    assert_eq!(answer.told.cached_tokens, 0);
    assert!(client.end());
    let header = files(folder.path(), "json");
    assert!(header.is_empty() || fs::read(&state).unwrap().len() > 8, "only a new one is there");
}

#[test]
fn what_is_half_written_is_cleared_away_and_foreign_files_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    client.generate(ask());
    client.unload();
    let name = "ab".repeat(32);
    for file in [format!("{name}.tmp"), format!("{name}.state"), "leeme.txt".to_owned()] {
        fs::write(folder.path().join(file), "x").unwrap();
    }
    let header = files(folder.path(), "json").remove(0);
    fs::write(&header, "{").unwrap();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    assert_eq!(
        client.ask(Call::RestoreState { session: "s".to_owned() }),
        Body::Restored { tokens: 0 }
    );
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["leeme.txt"]);
}

#[test]
fn states_of_other_weights_or_another_context_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    client.generate(ask());
    client.unload();
    for other in [
        Load { sha256: "1".repeat(64), ..kept_in(folder.path()) },
        Load { context_tokens: 2048, ..kept_in(folder.path()) },
    ] {
        let mut client = Client::with(&Toy::default(), &other);
        let answer = client.generate(Generate { tokens_max: Some(1), session: None, ..ask() });
        assert_eq!(answer.told.cached_tokens, 0);
        client.unload();
    }
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    assert!(client.generate(ask()).told.cached_tokens > 0);
}

#[test]
fn the_least_recently_used_states_go_first() {
    let folder = tempfile::tempdir().unwrap();
    // The toy writes four bytes a token; each conversation has about 300 of them.
    let small = Load { state_bytes_max: 3000, ..kept_in(folder.path()) };
    let long = |letter: &str| say(&letter.repeat(120));
    let mut client = Client::with(&Toy::default(), &small);
    for letter in ["a", "b", "c"] {
        client.generate(in_session(long(letter), letter));
        client.ask(Call::SaveState { session: letter.to_owned() });
    }
    client.unload();
    assert_eq!(files(folder.path(), "state").len(), 2);
    let mut client = Client::with(&Toy::default(), &small);
    let restored = |client: &mut Client, session: &str| match client
        .ask(Call::RestoreState { session: session.to_owned() })
    {
        Body::Restored { tokens } => tokens > 0,
        other => panic!("{other:?}"),
    };
    assert!(
        !restored(&mut client, "a") && restored(&mut client, "b") && restored(&mut client, "c")
    );
}

#[test]
fn saving_and_restoring_on_demand_tell_how_much() {
    let folder = tempfile::tempdir().unwrap();
    let session = || "s".to_owned();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    assert_eq!(
        client.ask(Call::SaveState { session: session() }),
        Body::Saved { tokens: 0, bytes: 0 }
    );
    let answer = client.generate(in_session(say("poco"), "s"));
    let tokens = answer.told.prompt_tokens + answer.told.completion_tokens - 1;
    let Body::Saved { tokens: saved, bytes } = client.ask(Call::SaveState { session: session() })
    else {
        panic!()
    };
    assert!((tokens..=tokens + 1).contains(&saved) && bytes == u64::from(saved) * 4);
    drop(client);
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    let restored = client.ask(Call::RestoreState { session: session() });
    assert_eq!(restored, Body::Restored { tokens: saved });
    let again = client.generate(in_session(say("poco"), "s"));
    assert_eq!(again.told.cached_tokens, answer.told.prompt_tokens - 1);
}

#[test]
fn a_forgotten_session_is_gone_from_memory_and_disk_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut other =
        Client::with(&Toy::default(), &Load { sha256: "1".repeat(64), ..kept_in(folder.path()) });
    other.generate(ask());
    other.unload();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    client.generate(ask());
    client.generate(in_session(say(&"otra ".repeat(40)), "t"));
    for session in ["s", "t"] {
        client.ask(Call::SaveState { session: session.to_owned() });
    }
    assert_eq!(files(folder.path(), "state").len(), 3);

    assert_eq!(client.ask(Call::Forget { session: "s".to_owned() }), Body::Done);
    assert_eq!((files(folder.path(), "state").len(), files(folder.path(), "json").len()), (1, 1));
    let brief = |text: &str| Generate { tokens_max: Some(1), ..say(text) };
    let lost = client.generate(brief(LONG)).told;
    assert!(lost.cached_tokens < 40, "{lost:?}");
    let kept = client.generate(brief(&"otra ".repeat(40))).told;
    assert_eq!(kept.cached_tokens, kept.prompt_tokens - 1);
    client.unload();
    assert_eq!(files(folder.path(), "state").len(), 1);
}

#[test]
fn a_session_forgotten_while_it_is_in_work_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (toy, hold) = held();
    let mut client = Client::with(&toy, &Load { parallel: 1, ..kept_in(folder.path()) });
    let ids = [ask(), ask()].map(|request| client.send(Call::Generate(Box::new(request))));
    let forget = client.send(Call::Forget { session: "s".to_owned() });
    assert_eq!(client.ask(Call::Ping), Body::Pong);
    hold.store(false, Ordering::SeqCst);
    assert_eq!(client.last(forget), Body::Done);
    for id in ids {
        let answer = client.answer(id);
        check_said(&answer, LONG, &Finish::End);
        assert_eq!(answer.told.cached_tokens, 0);
    }
    let Body::Status(status) = client.ask(Call::Status) else { panic!() };
    assert_eq!(status.cached_tokens, 0);
    client.unload();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_state_that_cannot_be_removed_is_not_called_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    client.generate(ask());
    client.ask(Call::SaveState { session: "s".to_owned() });
    let state = files(folder.path(), "state").remove(0);
    fs::remove_file(&state).unwrap();
    fs::create_dir(&state).unwrap();
    let forget = || Call::Forget { session: "s".to_owned() };
    assert!(matches!(client.ask(forget()), Body::Failed(Failure::Backend { .. })));
    fs::remove_dir(&state).unwrap();
    assert_eq!(client.ask(forget()), Body::Done);
    assert!(files(folder.path(), "json").is_empty());
}

#[test]
fn a_state_without_room_beside_the_busy_costs_no_idle_prefix() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = Client::with(&Toy::default(), &kept_in(folder.path()));
    client.generate(in_session(Generate { tokens_max: None, ..say(&"x".repeat(500)) }, "large"));
    client.unload();

    // The long answer stops at its second word, when its prompt is in place.
    let hold = Arc::new(AtomicBool::new(false));
    let held = Arc::clone(&hold);
    let toy = Toy::default().with_hook(move |batch, _| {
        while batch.len() == 1 && held.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Ok(())
    });
    let mut client = Client::with(&toy, &kept_in(folder.path()));
    client.generate(say("idle"));
    hold.store(true, Ordering::SeqCst);
    let busy = client.send(Call::Generate(Box::new(say(&"y".repeat(3300)))));
    client.wait(busy, |body| matches!(body, Body::Piece { .. }));
    let restore = client.send(Call::RestoreState { session: "large".to_owned() });
    assert_eq!(client.ask(Call::Ping), Body::Pong);
    hold.store(false, Ordering::SeqCst);
    assert_eq!(client.last(restore), Body::Restored { tokens: 0 });
    client.send(Call::Cancel { target: busy });
    client.last(busy);
    let again = client.generate(say("idle")).told;
    assert_eq!(again.cached_tokens, again.prompt_tokens - 1);
}

#[test]
fn without_a_folder_there_are_no_states_but_answers() {
    let mut client = Client::new(&Toy::default());
    for call in [
        Call::SaveState { session: "s".to_owned() },
        Call::RestoreState { session: "s".to_owned() },
    ] {
        assert!(matches!(client.ask(call), Body::Failed(Failure::Unsupported { .. })));
    }
    assert_eq!(client.ask(Call::Forget { session: "s".to_owned() }), Body::Done);
    // A folder that cannot be made is a warning, not the end.
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut client = Client::with(&Toy::default(), &kept_in(file.path()));
    check_said(&client.generate(ask()), LONG, &Finish::End);
}

#[test]
fn a_disk_that_refuses_costs_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let states = folder.path().join("states");
    let mut client = Client::with(&Toy::default(), &kept_in(&states));
    fs::remove_dir(&states).unwrap();
    check_said(&client.generate(ask()), LONG, &Finish::End);
    let saved = client.ask(Call::SaveState { session: "s".to_owned() });
    assert!(matches!(saved, Body::Failed(Failure::Backend { .. })));
    client.unload();
}
