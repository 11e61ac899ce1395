//! Talk about the memory itself, and what only sounds like it.

use sarai_facts::asking::talk::{Forgettable, Talk, read};

fn know(subject: &str) -> Talk {
    Talk::KnowAbout { subject: subject.to_owned() }
}

fn since(what: Option<&str>) -> Talk {
    Talk::SinceWhen { what: what.map(str::to_owned) }
}

fn who(what: Option<&str>) -> Talk {
    Talk::WhoTold { what: what.map(str::to_owned) }
}

fn fact(words: &str) -> Talk {
    Talk::Forget(Forgettable::Fact(words.to_owned()))
}

fn about(subject: &str) -> Talk {
    Talk::Forget(Forgettable::About(subject.to_owned()))
}

#[track_caller]
fn check(cases: &[(&str, Talk)]) {
    for (message, talk) in cases {
        assert_eq!(read(message).as_ref(), Some(talk), "{message}");
    }
}

#[test]
fn one_asks_what_is_known() {
    check(&[
        ("¿Qué sabes de mí?", know("yo")),
        ("que sabes de mi", know("yo")),
        ("Dime todo lo que sabes sobre mi hermana Lucía", know("hermana Lucía")),
        ("¿Qué recuerdas de la boda?", know("boda")),
        ("¿Qué te he contado?", know("yo")),
        ("¿Qué te he contado de Andrés?", know("Andrés")),
        ("What do you know about me?", know("yo")),
        ("Tell me everything you know about my brother", know("brother")),
        ("What have I told you about Leeds?", know("Leeds")),
    ]);
}

#[test]
fn one_asks_since_when_and_from_whom() {
    check(&[
        ("¿Desde cuándo?", since(None)),
        ("¿Desde cuándo lo sabes?", since(None)),
        ("¿desde cuándo sabes que vivo en Lugo?", since(Some("vivo en Lugo"))),
        ("¿Desde cuándo vivo en Sevilla?", since(Some("vivo en Sevilla"))),
        ("Since when?", since(None)),
        ("¿Quién te lo dijo?", who(None)),
        ("¿Y quién te ha dicho eso?", who(None)),
        ("¿Cómo sabes que tengo un perro?", who(Some("tengo un perro"))),
        ("¿Cuándo te dije que me gusta el queso?", since(Some("me gusta el queso"))),
        ("Who told you that?", who(None)),
        ("How do you know that I have a dog?", who(Some("I have a dog"))),
    ]);
}

#[test]
fn one_orders_to_forget() {
    let last = Talk::Forget(Forgettable::Last);
    let everything = Talk::Forget(Forgettable::Everything);
    check(&[
        ("Olvida que vivo en Madrid", fact("vivo en Madrid")),
        ("Por favor, olvida que tengo coche.", fact("tengo coche")),
        ("Olvide que mi hija vive en Lugo", fact("mi hija vive en Lugo")),
        ("olvida mi número de teléfono", fact("mi número de teléfono")),
        ("Olvida todo lo de mi ex", about("ex")),
        ("Borra lo que sabes de Andrés", about("Andrés")),
        ("quiero que olvides lo que te conté sobre la operación", about("operación")),
        ("Olvida lo último que te he dicho", last.clone()),
        ("olvida lo que te acabo de contar", last.clone()),
        ("Olvida todo", everything.clone()),
        ("Borra todo lo que sabes de mí", about("yo")),
        ("Forget that I live in Leeds", fact("I live in Leeds")),
        ("Forget my address, please", fact("my address")),
        ("Forget what I told you about my ex", about("ex")),
        ("Forget what I just told you", last),
        ("Forget everything you know about me", about("yo")),
        ("Forget everything", everything),
    ]);
}

#[test]
fn what_only_sounds_like_it_is_not() {
    for message in [
        "Olvidé las llaves en casa",
        "No olvides que el lunes tengo médico",
        "Olvídate de eso y cuéntame un chiste",
        "olvídalo",
        "Se me olvidó comprar pan",
        "Borra el archivo de la lista",
        "¿Qué sabes hacer?",
        "¿Qué sabes?",
        "Desde que vivo en Lugo llueve",
        "¿Quién te gusta?",
        "Forget it",
        "forget about it",
        "Don't forget that I have a meeting",
        "I forgot my keys",
        "Delete the file",
        "Who told Ana about the party?",
        "What do you know?",
        "",
        "¿?",
    ] {
        assert_eq!(read(message), None, "{message}");
    }
    assert_eq!(read(&"olvida que ".repeat(60)), None);
}
