//! Sentences by what they are an example of, each with all its claims.

use super::check;

#[test]
fn first_person_and_possessives() {
    check("I live in Leeds.", "yo | live_in | Leeds");
    check("My aunt lives in Toronto", "aunt | live_in | Toronto");
    check("I have a canoe and a kayak", "yo | have | canoe; yo | have | kayak");
    check("My cousin's daughter plays the cello", "cousin's daughter | play | cello");
}
