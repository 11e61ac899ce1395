//! What the rule for drafts does, time by time.

use proptest::prelude::*;

use super::{Class, Controller, Making, Step};
use crate::drafting::costs::{Costs, SIZES, number};

/// Milliseconds of one token in these tests.
const ONE: f64 = 40.0;

/// A draft that is found costs nothing.
const FOUND: Making = Making { begin_ms: 0.0, token_ms: 0.0 };

/// What a batch really costs, and what comes of a draft.
struct World {
    real: Costs,
    believed: Costs,
    /// Milliseconds of a token of the model that guesses.
    token_ms: f64,
}

impl World {
    fn new(further: f64, error: f64, token_ms: f64) -> World {
        let of = |further: f64| {
            Costs::measured(SIZES.map(|size| ONE * (1.0 + further * number(size - 1))))
        };
        World { real: of(further), believed: of(further * error), token_ms }
    }

    /// Decodes as long as there are drafts, each with its class, length and how much of it is
    /// right. Returns what all took, what it would have taken, and how much was guessed.
    fn live(&self, drafts: &[(Class, usize, usize)]) -> (f64, f64, usize) {
        let mut controller = Controller::new(0.6);
        controller.calibrate(self.believed.clone());
        let (mut took, mut plain, mut guessed) = (0.0, 0.0, 0);
        for (class, available, right) in drafts {
            let is_made = *class == Class::Model;
            let making = Making { token_ms: if is_made { self.token_ms } else { 0.0 }, ..FOUND };
            // A model stops guessing when it is not sure.
            let offered = if is_made { 15 } else { *available };
            let asked = controller.length(*class, offered, 0, making);
            let length = asked.min(*available);
            let accepted = length.min(*right);
            let steps = if asked > 0 { asked.min(length + 1) } else { 0 };
            let making_ms = making.token_ms * number(steps);
            let ms = making_ms + ONE * self.real.ratio(length + 1);
            let draft = (asked > 0).then_some((*class, length, accepted));
            controller.note(Step {
                draft,
                others: 0,
                emitted: accepted + 1,
                ms,
                making_ms,
                reading_ms: 0.0,
            });
            took += ms;
            plain += ONE * number(accepted + 1);
            guessed += length;
        }
        (took, plain, guessed)
    }
}

fn class() -> impl Strategy<Value = Class> {
    let classes = [Class::Short, Class::Middle, Class::Long, Class::Model];
    prop::sample::select(classes.to_vec())
}

proptest! {
    #[test]
    fn drafting_never_costs_more_than_a_fiftieth_and_a_few_tokens(
        further in 0.0_f64..1.0,
        error in 0.8_f64..1.2,
        token_ms in 0.0_f64..ONE,
        drafts in prop::collection::vec((class(), 0_usize..16, 0_usize..16), 1..600),
    ) {
        let (took, plain, _) = World::new(further, error, token_ms).live(&drafts);
        prop_assert!(took <= 1.03 * plain + 8.0 * ONE, "{took} {plain}");
    }
}

#[test]
fn what_is_always_right_is_soon_guessed_at_full_length() {
    let (took, plain, _) = World::new(0.2, 1.0, 0.0).live(&vec![(Class::Long, 15, 15); 60]);
    assert!(plain > 3.0 * took, "{took} {plain}");
}

#[test]
fn what_is_never_right_is_hardly_guessed() {
    let (took, plain, guessed) = World::new(0.8, 1.0, 0.0).live(&vec![(Class::Long, 15, 0); 2000]);
    assert!(guessed < 60 && took < 1.02 * plain + 4.0 * ONE, "{guessed} {took} {plain}");
}

#[test]
fn what_begins_to_pay_is_soon_guessed_again() {
    let drafts = |right, count| vec![(Class::Long, 15, right); count];
    let world = World::new(0.2, 1.0, 0.0);
    let (bad_ms, ..) = world.live(&drafts(0, 100));
    let (all_ms, plain, _) = world.live(&[drafts(0, 100), drafts(15, 400)].concat());
    let gain = (plain - 100.0 * ONE) / (all_ms - bad_ms);
    assert!(gain > 3.0, "{gain}");
}

/// Notes steps in which a token took so long.
fn plainly(controller: &mut Controller, steps: usize, ms: f64) {
    for _ in 0..steps {
        let step = Step { draft: None, others: 0, emitted: 1, ms, ..NO_DRAFT };
        controller.note(step);
    }
}

const NO_DRAFT: Step =
    Step { draft: None, others: 0, emitted: 1, ms: 0.0, making_ms: 0.0, reading_ms: 0.0 };

#[test]
fn a_neighbour_that_is_gone_is_soon_forgotten() {
    let mut controller = Controller::new(0.6);
    plainly(&mut controller, 100, 4.0 * ONE);
    plainly(&mut controller, 5, ONE);
    let known = controller.plain_token_ms(0).unwrap();
    assert!(known < 1.3 * ONE, "{known}");
    // A step that was quicker by chance counts as any other.
    plainly(&mut controller, 100, ONE);
    plainly(&mut controller, 1, 0.9 * ONE);
    assert!(controller.plain_token_ms(0).unwrap() > 0.98 * ONE);
}

#[test]
fn a_model_leaves_something_to_lose_to_what_is_found() {
    let mut controller = Controller::new(0.6);
    controller.calibrate(Costs::measured([10.0, 10.5, 11.0, 12.0, 14.0]));
    plainly(&mut controller, 1, 10.0);
    let making = Making { begin_ms: 0.0, token_ms: 1.0 };
    assert!(controller.length(Class::Model, 15, 0, making) > 0);
    // Two plain steps are lost, of four that may be.
    let draft = Some((Class::Model, 1, 1));
    controller.note(Step { draft, emitted: 2, ms: 41.0, making_ms: 30.5, ..NO_DRAFT });
    assert_eq!(controller.length(Class::Model, 15, 0, making), 0);
    assert!(controller.length(Class::Long, 15, 0, FOUND) > 0);
}

#[test]
fn a_model_does_not_read_for_longer_than_it_could_make_good() {
    let mut controller = Controller::new(0.6);
    controller.calibrate(Costs::measured([10.0, 10.5, 11.0, 12.0, 14.0]));
    plainly(&mut controller, 10_000, 10.0);
    let length =
        |begin_ms| controller.length(Class::Model, 15, 0, Making { begin_ms, token_ms: 1.0 });
    assert!(length(70.0) > 0);
    assert_eq!(length(90.0), 0);
}

#[test]
fn what_a_model_reads_once_is_not_held_against_its_guesses() {
    let mut controller = Controller::new(0.6);
    controller.calibrate(Costs::measured([10.0, 10.5, 11.0, 12.0, 14.0]));
    plainly(&mut controller, 5000, 10.0);
    let draft = Some((Class::Model, 3, 3));
    let made = Step { draft, emitted: 4, ms: 26.0, making_ms: 15.0, ..NO_DRAFT };
    controller.note(Step { ms: 326.0, making_ms: 315.0, reading_ms: 300.0, ..made });
    for _ in 0..3 {
        controller.note(made);
    }
    let making = Making { begin_ms: 0.0, token_ms: 5.0 };
    assert!(controller.length(Class::Model, 15, 0, making) > 1);
}

#[test]
fn a_model_guesses_where_its_tokens_are_cheap() {
    let drafts = vec![(Class::Model, 7, 7); 200];
    let (took, plain, _) = World::new(0.1, 1.0, 4.0).live(&drafts);
    assert!(plain > 2.0 * took, "{took} {plain}");
    let (took, plain, guessed) = World::new(0.8, 1.0, 15.0).live(&drafts);
    assert!(guessed < 20 && took < 1.02 * plain + 4.0 * ONE, "{guessed} {took} {plain}");
}

#[track_caller]
fn check_could_pay(further: f64, token_ms: f64, expected: bool) {
    let mut controller = Controller::new(0.6);
    let costs = SIZES.map(|size| ONE * (1.0 + further * number(size - 1)));
    controller.calibrate(Costs::measured(costs));
    assert_eq!(controller.could_pay(ONE, token_ms), expected, "{further} {token_ms}");
}

#[test]
fn a_model_is_kept_only_where_good_guesses_would_gain_time() {
    for (further, token_ms, expected) in [
        // Two cores: a token more costs nearly as much as the first.
        (0.8, 12.0, false),
        (0.8, 0.1, true),
        (0.5, 12.0, true),
        (0.5, 20.0, false),
        // Many cores wait for the memory.
        (0.05, 4.0, true),
        (0.05, 36.0, false),
    ] {
        check_could_pay(further, token_ms, expected);
    }
}

#[test]
fn nothing_is_guessed_before_it_is_known_what_a_token_takes() {
    assert_eq!(Controller::new(0.6).length(Class::Long, 15, 0, FOUND), 0);
}

#[test]
fn beside_others_drafts_are_short() {
    let mut controller = Controller::new(0.6);
    controller.calibrate(Costs::measured([10.0, 10.5, 11.0, 12.0, 14.0]));
    controller.note(Step {
        draft: None,
        others: 0,
        emitted: 1,
        ms: 10.0,
        making_ms: 0.0,
        reading_ms: 0.0,
    });
    for _ in 0..6 {
        let draft = Some((Class::Long, 3, 3));
        controller.note(Step {
            draft,
            others: 0,
            emitted: 4,
            ms: 11.0,
            making_ms: 0.0,
            reading_ms: 0.0,
        });
    }
    assert!(controller.length(Class::Long, 15, 0, FOUND) > 3);
    assert!(controller.length(Class::Long, 15, 2, FOUND) <= 3);
}
