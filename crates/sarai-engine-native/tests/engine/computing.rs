//! Batches, sequences and aborts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use sarai_engine_host::backend::{BackendError, BatchToken, Loader};

use super::{
    SMOL, assert_close, batch, greedy, model_path, most_likely, never, prefill, small, text,
};
use crate::files::{load_of, refused};

const QUESTION: &str = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n\
    <|im_start|>assistant\n";

#[test]
fn the_description_tells_what_was_loaded() {
    let mut fractions = Vec::new();
    let load = load_of(&model_path(SMOL));
    let backend = crate::loader().load(&load, &mut |fraction| fractions.push(fraction)).unwrap();
    let description = backend.description();
    assert_eq!(description.architecture, "llama");
    assert!(description.title.to_lowercase().contains("smollm2"), "{}", description.title);
    assert_eq!(description.vocabulary, 49152);
    assert_eq!(description.embedding_length, 576);
    assert_eq!(description.context_tokens, 1024);
    assert_eq!(description.context_tokens_trained, 8192);
    assert!((134_000_000..136_000_000).contains(&description.parameters));
    assert!(description.threads >= 1 && description.load_ms > 0.0);
    assert!(backend.template().unwrap().contains("im_start"));
    assert!(backend.sequences() >= 4);
    assert!(fractions.is_sorted() && fractions.last() == Some(&1.0), "{fractions:?}");
}

#[test]
fn a_context_beyond_the_training_is_cut_to_it() {
    let load =
        sarai_engine_protocol::Load { context_tokens: 1_000_000, ..load_of(&model_path(SMOL)) };
    let backend = crate::loader().load(&load, &mut |_| ()).unwrap();
    assert_eq!(backend.description().context_tokens, 8192);
}

#[test]
fn the_vocabulary_knows_text_control_tokens_and_ends() {
    let backend = small();
    let vocabulary = backend.vocabulary();
    let count = backend.description().vocabulary as usize;
    assert_eq!((vocabulary.bytes.len(), vocabulary.control.len()), (count, count));
    let [end] = backend.tokenize("<|im_end|>", true)[..] else { panic!("not one token") };
    assert!(vocabulary.control[end as usize] && vocabulary.ends.contains(&end));
    assert_eq!(vocabulary.bytes[end as usize], b"<|im_end|>");

    // From a user, the same letters are letters.
    let letters = backend.tokenize("<|im_end|>", false);
    assert!(letters.len() > 1 && !letters.contains(&end));
    for sample in ["¿Qué día es mañana, señora?", "naïve 🦀 \u{0}\n\ttab", ""] {
        let tokens = backend.tokenize(sample, false);
        assert!(tokens.iter().all(|&token| !vocabulary.control[token as usize]));
        assert_eq!(text(&*backend, &tokens), sample);
    }
}

#[test]
fn the_same_prompt_is_continued_in_the_same_words() {
    let mut backend = small();
    let prompt = backend.tokenize(QUESTION, true);
    let mut answer = || {
        backend.truncate(0, 0);
        let logits = prefill(&mut *backend, &prompt, 0, 0);
        greedy(&mut *backend, logits, 0, prompt.len(), 12)
    };
    let (first, second) = (answer(), answer());
    assert_eq!(first, second);
    assert!(text(&*backend, &first).contains("Paris"), "{}", text(&*backend, &first));
}

#[test]
fn two_sequences_in_a_batch_do_not_see_each_other() {
    let mut backend = small();
    let prompts = [
        backend.tokenize("The capital of Spain is the city of", false),
        backend.tokenize("Roses are red, violets are", false),
    ];
    let alone = prompts.clone().map(|prompt| {
        backend.truncate(0, 0);
        prefill(&mut *backend, &prompt, 0, 0)
    });
    backend.truncate(0, 0);
    let mut both = batch(&prompts[0], 3, 0);
    both.extend(batch(&prompts[1], 1, 0));
    backend.decode(&both, &never()).unwrap();
    assert_close(backend.logits(prompts[0].len() - 1), &alone[0]);
    assert_close(backend.logits(both.len() - 1), &alone[1]);
    assert_ne!(most_likely(&alone[0]), most_likely(&alone[1]));
}

#[test]
fn a_truncated_sequence_goes_on_as_if_the_rest_had_never_been() {
    let mut backend = small();
    let kept = backend.tokenize("My sister lives in a small town near the sea. She", false);
    let forgotten = backend.tokenize(" hates boats, nets and everything about fish", false);
    let next = backend.tokenize(" works as a", false);
    let cold = {
        prefill(&mut *backend, &kept, 0, 0);
        prefill(&mut *backend, &next, 0, u32::try_from(kept.len()).unwrap())
    };
    let length = u32::try_from(kept.len()).unwrap();
    prefill(&mut *backend, &kept, 1, 0);
    prefill(&mut *backend, &forgotten, 1, length);
    assert!(backend.truncate(1, length));
    assert_close(&prefill(&mut *backend, &next, 1, length), &cold);
}

#[test]
fn a_copied_prefix_replaces_what_was_there_and_lives_on_its_own() {
    let mut backend = small();
    let known = backend.tokenize("Once upon a time, in a castle by a lake, there lived", false);
    let next = backend.tokenize(" a very old king who", false);
    let other = backend.tokenize("Bread needs flour, water, salt and yeast. First", false);
    prefill(&mut *backend, &known, 0, 0);
    let length = u32::try_from(known.len() - 3).unwrap();
    let cold = {
        prefill(&mut *backend, &known[..known.len() - 3], 5, 0);
        prefill(&mut *backend, &next, 5, length)
    };
    prefill(&mut *backend, &other, 2, 0);
    backend.copy_prefix(0, 2, length);
    // The copy survives its origin.
    backend.truncate(0, 0);
    assert_close(&prefill(&mut *backend, &next, 2, length), &cold);
}

#[test]
fn an_abort_in_a_long_prefill_is_quick_and_leaves_a_usable_context() {
    let mut backend = small();
    let kept = backend.tokenize("The most beautiful month of the year is", false);
    let length = u32::try_from(kept.len()).unwrap();
    let long = vec![kept[0]; backend.batch_tokens_max()];
    let cold = prefill(&mut *backend, &kept, 0, 0);
    backend.truncate(0, 0);
    let uninterrupted = {
        let started = Instant::now();
        prefill(&mut *backend, &long, 1, 0);
        backend.truncate(1, 0);
        started.elapsed()
    };

    prefill(&mut *backend, &kept[..kept.len() - 1], 0, 0);
    let abort = Arc::new(AtomicBool::new(true));
    let started = Instant::now();
    let outcome = backend.decode(&batch(&long, 0, length - 1), &abort);
    assert!(matches!(outcome, Err(BackendError::Aborted)), "{outcome:?}");
    assert!(started.elapsed() < uninterrupted / 4);
    // After an error some of the batch may be there.
    assert!(backend.truncate(0, length - 1));

    // From another thread, in the middle.
    abort.store(false, Ordering::Relaxed);
    let outcome = thread::scope(|scope| {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let abort = &abort;
        scope.spawn(move || {
            receiver.recv().unwrap();
            abort.store(true, Ordering::Relaxed);
        });
        let batches = batch(&long, 2, 0);
        sender.send(()).unwrap();
        backend.decode(&batches, abort)
    });
    assert!(matches!(outcome, Err(BackendError::Aborted)), "{outcome:?}");

    assert!(backend.truncate(2, 0));
    assert_close(&prefill(&mut *backend, &kept[kept.len() - 1..], 0, length - 1), &cold);
}

/// The threads of a library that was told to stop must all hear of it at the same step: one that
/// goes on waits for the others forever.
#[test]
fn aborts_at_any_moment_leave_no_thread_behind() {
    const ROUNDS: u32 = 50;
    let mut backend = small();
    let word = backend.tokenize(" month", false)[0];
    // Few enough that single steps are short.
    let tokens = batch(&[word; 16], 0, 0);
    let started = Instant::now();
    backend.decode(&tokens, &never()).unwrap();
    let whole = started.elapsed();
    let mut aborted = 0;
    for round in 0..ROUNDS {
        backend.truncate(0, 0);
        let abort = Arc::new(AtomicBool::new(false));
        let outcome = thread::scope(|scope| {
            let abort = &abort;
            let (_open, closed) = std::sync::mpsc::sync_channel::<()>(1);
            scope.spawn(move || {
                // Nobody sends: it is the moment that counts.
                assert!(closed.recv_timeout(whole * round / ROUNDS).is_err());
                abort.store(true, Ordering::Relaxed);
            });
            backend.decode(&tokens, abort)
        });
        match outcome {
            Ok(()) => {}
            Err(BackendError::Aborted) => aborted += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(aborted > 0, "none of them came in time");
}

#[test]
fn a_full_context_is_told_and_room_can_be_made() {
    let mut backend = small();
    let tokens = vec![42; 500];
    prefill(&mut *backend, &tokens, 0, 0);
    prefill(&mut *backend, &tokens, 1, 0);
    let outcome = backend.decode(&batch(&tokens[..100], 2, 0), &never());
    assert!(matches!(outcome, Err(BackendError::Full)), "{outcome:?}");
    backend.truncate(0, 0);
    backend.decode(&batch(&tokens[..100], 2, 0), &never()).unwrap();
    assert_eq!(backend.logits(99).len(), backend.vocabulary().bytes.len());
}

#[test]
fn an_impossible_batch_is_an_error_and_not_the_end_of_the_process() {
    let mut backend = small();
    let vocabulary = backend.description().vocabulary;
    let good = BatchToken { token: 1, position: 0, sequence: 0, wants_logits: true };
    let bad = [
        vec![BatchToken { token: vocabulary, ..good }],
        vec![BatchToken { token: u32::MAX, ..good }],
        vec![BatchToken { sequence: 9999, ..good }],
        vec![BatchToken { position: u32::MAX, ..good }],
        vec![good, BatchToken { position: 7, ..good }],
        (0..513).map(|position| BatchToken { position, wants_logits: false, ..good }).collect(),
        (0..65).map(|position| BatchToken { position, ..good }).collect(),
    ];
    for batch in bad {
        let outcome = backend.decode(&batch, &never());
        assert!(matches!(outcome, Err(BackendError::Native(_))), "{outcome:?}: {batch:?}");
        backend.truncate(0, 0);
    }
    backend.decode(&[], &never()).unwrap();
    backend
        .decode(&[good, BatchToken { position: 1, wants_logits: false, ..good }], &never())
        .unwrap();
    assert_eq!(backend.logits(0).len(), vocabulary as usize);
    assert!(backend.logits(1).is_empty(), "they were not asked for");
    assert!(backend.logits(2).is_empty());
}

#[test]
fn a_cut_download_and_damaged_metadata_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(model_path(SMOL)).unwrap();
    let path = folder.path().join("cut.gguf");
    for length in [whole.len() - 1, whole.len() / 2, 100_000, 40] {
        std::fs::write(&path, &whole[..length]).unwrap();
        let message = refused(&path);
        assert!(message.contains("cut.gguf") && message.len() > 40, "{message}");
    }

    // The architecture becomes an unknown one.
    let mut damaged = whole;
    let at = damaged.windows(5).position(|bytes| bytes == b"llama").unwrap();
    damaged[at..at + 5].copy_from_slice(b"xxxxx");
    std::fs::write(&path, &damaged).unwrap();
    let message = refused(&path);
    assert!(message.contains("xxxxx"), "{message}");
}
