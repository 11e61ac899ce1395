//! `sarai models`, as far as it goes without a model.

use expect_test::expect;

use crate::house::House;

#[test]
fn the_catalogue_is_listed_for_programs() {
    let list = House::new().run(&["models", "list", "--json"]).succeeded().json();
    let list = list.as_array().unwrap();
    let default = list.iter().find(|model| model["current"] == true).unwrap();
    assert_eq!(default["name"], "qwen2.5-coder-1.5b");
    assert_eq!(default["state"], "absent");
    assert_eq!(default["pin"], "pinned");
    assert_eq!(default["bytes"], 1_117_320_768);
    assert!(list.iter().any(|model| model["pin"] == "unpinned"), "{list:?}");
}

#[test]
fn the_catalogue_is_listed_for_people() {
    let ran = House::new().run(&["models", "list"]).succeeded();
    let first = ran.stdout.lines().next().unwrap();
    assert!(first.contains("NOMBRE") && first.contains("LICENCIA"), "{ran:?}");
    assert!(ran.stdout.contains("*  qwen2.5-coder-1.5b"), "{ran:?}");
    assert!(ran.stdout.contains("1.1 GB"), "{ran:?}");
}

#[test]
fn with_no_model_there_is_nothing_to_verify() {
    let house = House::new();
    expect![[r#"
        no hay ningún modelo instalado
    "#]]
    .assert_eq(&house.run(&["models", "verify"]).succeeded().stderr);
    let ran = house.run(&["models", "verify", "smollm2-135m"]).failed(4);
    expect![[r#"
        error: el modelo `smollm2-135m` no está instalado
        consejo: ejecuta `sarai models pull smollm2-135m`
    "#]]
    .assert_eq(&ran.stderr);
}

#[test]
fn a_foreign_file_is_refused() {
    let house = House::new();
    let photo = house.file("foto.gguf", b"\xff\xd8\xff\xe0 a picture of the sea");
    let ran = house.run(&["models", "import", &photo]).failed(2);
    assert!(ran.stderr.contains("no es un modelo") && ran.stderr.contains("GGUF"), "{ran:?}");
    let ran = house.run(&["models", "import", "/no/such/file.gguf"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("consejo:"), "{ran:?}");
    let list = house.run(&["models", "list", "--json"]).succeeded().json();
    assert!(list.as_array().unwrap().iter().all(|model| model["state"] == "absent"), "{list}");
}

#[test]
fn only_a_model_that_converses_can_be_chosen() {
    let house = House::new();
    for (name, purpose) in [("es-core-news-sm", "gramática"), ("multilingual-e5-small", "vectores")]
    {
        let ran = house.run(&["models", "use", name]).failed(3);
        let message = format!("`{name}` no conversa: es un modelo de {purpose}");
        assert!(ran.stderr.contains(&message) && ran.stderr.contains("consejo:"), "{ran:?}");
    }
    let list = house.run(&["models", "list", "--json"]).succeeded().json();
    let licence = |name: &str| {
        let mut models = list.as_array().unwrap().iter();
        models.find(|model| model["name"] == name).unwrap()["licence"].clone()
    };
    assert_eq!(licence("es-core-news-sm"), "GPL-3.0");
    assert_eq!(licence("en-core-web-sm"), "MIT");
}

#[test]
fn a_model_nobody_knows_is_told_with_those_there_are() {
    let house = House::new();
    for word in ["pull", "use", "verify", "remove"] {
        let ran = house.run(&["models", word, "nobody"]).failed(4);
        assert!(ran.stderr.contains("`nobody`") && ran.stderr.contains("smollm2-135m"), "{ran:?}");
    }
}
