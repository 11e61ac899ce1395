//! Every operation of `/openapi.json` is tried with good and bad data by schemathesis: no failure of
//! the server, no undocumented status, no answer that breaks its schema.

use std::sync::Arc;

use super::program;
use crate::support::{KEY, ObedientEngine, Server, Setup};

#[test]
fn the_document_tells_the_truth() {
    let server =
        Server::start(Setup { engine: Arc::new(ObedientEngine::default()), ..Setup::default() });
    let schemathesis = program::named("SARAI_TEST_PYTHON").with_file_name("schemathesis");
    let (url, key) = (format!("http://{}", server.address), format!("Authorization: Bearer {KEY}"));
    let document = format!("{url}/openapi.json");
    let said = program::run(
        &schemathesis,
        &[
            "run",
            &document,
            "--url",
            &url,
            "--header",
            &key,
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            "10",
            // Some rules no schema can express, such as a tool chosen that was not offered: valid
            // data may be answered 400.
            "--exclude-checks",
            "positive_data_acceptance",
            "--seed",
            "1",
            "--suppress-health-check",
            "all",
            "--no-color",
        ],
        &server,
    );
    assert!(said.contains(" passed"), "{said}");
    let document = server.get("/openapi.json").json();
    let figures = server.get("/metrics").body;
    for path in document["paths"].as_object().unwrap().keys() {
        let route = path.replace("/models/{id}", "/models/{*id}");
        assert!(figures.contains(&format!("route=\"{route}\",status=\"")), "{path} was not tried");
    }
    assert!(!figures.contains("status=\"500\""), "{figures}");
}
