//! Room in a context that others have left in pieces.

use sarai_engine_host::backend::{Backend, BatchToken, Token};

use super::{most_likely, never, prefill, small};

const SEQUENCES: u32 = 16;
/// So many of each nearly fill the context of 1024.
const LENGTH: u32 = 60;
const PROMPT_TOKENS: usize = 256;

/// How the prompt gets into the context.
#[derive(Clone, Copy, PartialEq)]
enum Prompt {
    Computed,
    Unpacked,
}

/// Fills the context, empties every second sequence, and asks for more cells in a row than any of
/// the holes has. Neither the prompt nor those that stay may notice.
#[track_caller]
fn check(filled: impl Fn(&mut dyn Backend, &[Token]), placed: Prompt) {
    let mut backend = small();
    let text = "Every morning the baker opens the shop before the sun is up. ".repeat(30);
    let words = backend.tokenize(&text, false);
    let next = backend.tokenize(" and then", false);
    let prompt = &words[3..3 + PROMPT_TOKENS];
    let alone = prefill(&mut *backend, prompt, 0, 0);
    let (last, before) = prompt.split_last().unwrap();
    let before = u32::try_from(before.len()).unwrap();
    backend.truncate(0, before);
    let packed = backend.pack(0).unwrap();
    backend.truncate(0, 0);
    prefill(&mut *backend, &words[..LENGTH as usize], 0, 0);
    let undisturbed = prefill(&mut *backend, &next, 0, LENGTH);
    backend.truncate(0, 0);

    filled(&mut *backend, &words[..LENGTH as usize]);
    for sequence in (0..SEQUENCES).step_by(2) {
        assert!(backend.truncate(sequence, 0));
    }
    let again = match placed {
        Prompt::Computed => prefill(&mut *backend, prompt, 0, 0),
        Prompt::Unpacked => {
            backend.unpack(0, &packed).unwrap();
            prefill(&mut *backend, &[*last], 0, before)
        }
    };
    assert_same(&again, &alone);
    for sequence in [1, 7, 15] {
        assert_same(&prefill(&mut *backend, &next, sequence, LENGTH), &undisturbed);
    }
}

/// Where a long prompt lies decides how its sums are rounded, so single logits may differ by more
/// than those of a short one. With the cells of another in it, most differ by whole units.
#[track_caller]
fn assert_same(one: &[f32], other: &[f32]) {
    let sum: f64 = one.iter().zip(other).map(|(a, b)| f64::from((a - b).abs())).sum();
    let mean = sum / f64::from(u32::try_from(one.len()).unwrap());
    assert!(mean < 0.6, "logits differ by {mean} in the mean");
    assert_eq!(most_likely(one), most_likely(other));
}

fn whole_sequences(backend: &mut dyn Backend, words: &[Token]) {
    for sequence in 0..SEQUENCES {
        prefill(backend, words, sequence, 0);
    }
}

/// As sequences that are generated side by side lie.
fn single_tokens(backend: &mut dyn Backend, words: &[Token]) {
    let words: Vec<_> = words.iter().copied().zip(0..).collect();
    for chunk in words.chunks(12) {
        let batch: Vec<_> = chunk
            .iter()
            .flat_map(|&(token, position)| {
                (0..SEQUENCES).map(move |sequence| BatchToken {
                    token,
                    position,
                    sequence,
                    wants_logits: false,
                })
            })
            .collect();
        backend.decode(&batch, &never()).unwrap();
    }
}

#[test]
fn a_prompt_finds_room_between_whole_sequences() {
    check(whole_sequences, Prompt::Computed);
}

#[test]
fn a_prompt_finds_room_between_single_tokens() {
    check(single_tokens, Prompt::Computed);
}

#[test]
fn what_was_packed_finds_room_between_whole_sequences() {
    check(whole_sequences, Prompt::Unpacked);
}

#[test]
fn what_was_packed_finds_room_between_single_tokens() {
    check(single_tokens, Prompt::Unpacked);
}
