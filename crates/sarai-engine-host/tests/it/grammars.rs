//! Answers that must be texts of a grammar.

use sarai_engine_protocol::{Constraint, Failure, Finish, Generate, Sampling};
use sarai_grammar::{named, parse, recognises, shortest_completion};

use crate::client::{Client, GREEDY, check_said, question, say};
use crate::toy::Toy;

fn within(request: Generate, grammar: &str) -> Generate {
    Generate { constraint: Constraint::Gbnf(grammar.to_owned()), ..request }
}

#[track_caller]
fn check_valid(text: &str, grammar: &str) {
    assert!(recognises(&parse(grammar).unwrap(), text), "{text}");
}

const GREETING: &str = r#"root ::= "¡" word ("," " " word){0,2} "!" | "(" root ")"
word ::= [a-zñ]+ | "🦜""#;

#[test]
fn an_answer_that_fits_is_said_as_it_is() {
    let mut client = Client::new(&Toy::default());
    for text in ["¡hola!", "(¡hola, ñu, 🦜!)"] {
        check_said(&client.generate(within(say(text), GREETING)), text, &Finish::End);
    }
}

#[test]
fn what_it_says_beside_the_grammar_becomes_valid_all_the_same() {
    let mut client = Client::new(&Toy::default());
    for seed in 0..6 {
        let sampling = Sampling { temperature: 1.5, seed, ..GREEDY };
        let asked = within(say("Claro: ¡Hola! (buenas)"), GREETING);
        let answer = client.generate(Generate { sampling, tokens_max: Some(40), ..asked });
        check_valid(&answer.text, GREETING);
    }
}

#[test]
fn a_cut_answer_is_completed_wherever_it_was_cut() {
    let mut client = Client::new(&Toy::default());
    let code = "def f(a):\n    if a:\n        return [1, 2]\n    return {'a': f\"{a}\"}\n";
    let query = "SELECT a, COUNT(*) FROM \"t\" WHERE b IN (1, 2) AND c = 'x' ORDER BY a";
    let text = |name| named(name).unwrap().text;
    for (said, grammar) in
        [("((¡hola, ñu, 🦜!))", GREETING), (code, text("python")), (query, text("sql"))]
    {
        let gbnf = parse(grammar).unwrap();
        let shortest = shortest_completion(&gbnf, b"").unwrap();
        for limit in (0..60).step_by(3) {
            let asked = Generate { tokens_max: Some(limit), ..within(say(said), grammar) };
            let answer = match client.within_limit(asked) {
                Ok(answer) => answer,
                Err(needed) => {
                    assert!(needed as usize <= shortest.len(), "{needed}");
                    continue;
                }
            };
            check_valid(&answer.text, grammar);
            // What is opened takes room twice.
            let shared = answer.text.bytes().zip(said.bytes()).take_while(|(a, b)| a == b).count();
            assert!(
                2 * shared + shortest.len() >= (limit as usize).min(said.len() / 2),
                "{limit}: {}",
                answer.text
            );
        }
    }
}

#[test]
fn a_limit_below_the_shortest_text_is_an_error_that_names_its_tokens() {
    let toy = Toy::default();
    let mut client = Client::new(&toy);
    let grammar = "root ::= ([a] [b]){100}";
    let asked = within(say("abababab"), grammar);
    let asked = |limit| Generate { tokens_max: Some(limit), ..asked.clone() };
    assert_eq!(client.within_limit(asked(4)).unwrap_err(), 200);
    assert_eq!(client.within_limit(asked(199)).unwrap_err(), 200);
    assert_eq!(toy.computed(), 0);
    assert_eq!(client.within_limit(asked(200)).unwrap().text, "ab".repeat(100));
}

#[test]
fn a_grammar_that_cannot_be_used_is_refused_before_anything_is_computed() {
    let toy = Toy::default();
    let mut client = Client::new(&toy);
    for (grammar, told) in [("root ::= other", "line 1, column 10"), ("", "line 1, column 1")] {
        let failure = client.fail(within(question("algo"), grammar));
        let Failure::BadGrammar { reason } = failure else { panic!("{grammar}: {failure:?}") };
        assert!(reason.contains(told), "{reason}");
    }
    assert_eq!(toy.computed(), 0);
    check_said(&client.generate(say("sigo aquí")), "sigo aquí", &Finish::End);
}

#[test]
fn more_grammars_than_are_kept_are_used_one_after_the_other() {
    let mut client = Client::new(&Toy::default());
    for round in 0..24 {
        let word = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"][round % 10];
        let grammar = format!("root ::= \"{word}\"");
        assert_eq!(client.generate(within(question("algo"), &grammar)).text, word);
    }
}
