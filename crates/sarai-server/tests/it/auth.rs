//! Who gets in.

use serde_json::json;

use crate::chat::hello;
use crate::support::{Answer, Connection, KEY, Request, Server, Setup};

#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.error().1.as_str()), (status, code), "{}", answer.body);
}

fn sign_in(server: &Server) -> String {
    let link = server.post("/api/sarai/sign-in-links", &json!({})).json();
    let answer = server.send(Request::get(link["path"].as_str().unwrap()));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    let cookie = answer.header("set-cookie").unwrap();
    for word in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    cookie.split(';').next().unwrap().to_owned()
}

#[test]
fn the_key_opens_as_bearer_and_as_header() {
    let server = Server::saying(&[]);
    let models = || Request::get("/v1/models");
    assert_eq!(server.send(models().key(KEY)).status, 200);
    assert_eq!(server.send(models().header("authorization", &format!("bearer {KEY}"))).status, 200);
    assert_eq!(server.send(models().header("x-api-key", KEY)).status, 200);
}

#[test]
fn a_stranger_is_told_so_in_the_shape_of_the_path() {
    let server = Server::saying(&[]);
    let wrong = [
        Request::get("/v1/models"),
        Request::get("/v1/models").key("sk-otra"),
        Request::get("/v1/models").key(&KEY[1..]),
        Request::get("/v1/models").header("x-api-key", "sk-otra"),
        Request::get("/v1/models").header("authorization", &format!("Basic {KEY}")),
        Request::get("/v1/models").header("cookie", "sarai_session=9999999999999.x.00"),
        Request::get("/no/such/path"),
    ];
    for request in wrong {
        let answer = server.send(request);
        check(&answer, 401, "invalid_api_key");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
        assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
    }
    let anthropic = server.send(Request::post("/v1/messages", &hello()));
    assert_eq!(anthropic.status, 401);
    assert_eq!(anthropic.json()["error"]["type"], "authentication_error");
    let native = server.send(Request::get("/api/sarai/status"));
    assert_eq!((native.status, &native.json()["error"]["kind"]), (401, &json!("refused")));
}

#[test]
fn what_tells_nothing_of_anybody_is_open() {
    let server = Server::saying(&[]);
    for path in ["/livez", "/readyz", "/openapi.json", "/metrics", "/health"] {
        assert_eq!(server.send(Request::get(path)).status, 200, "{path}");
    }
    // Open to be read, not to be changed.
    check(&server.send(Request::new("POST", "/livez")), 401, "invalid_api_key");
}

#[test]
fn a_name_that_is_not_ours_is_refused() {
    let server = Server::saying(&[]);
    let as_host =
        |host: &str| server.send(Request::get("/v1/models").key(KEY).header("host", host));
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "casa.local:80"] {
        assert_eq!(as_host(host).status, 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", ""] {
        check(&as_host(host), 403, "host_not_allowed");
    }
    let open = server.send(Request::get("/livez").header("host", "evil.example"));
    check(&open, 403, "host_not_allowed");
    let absolute = Request::get("http://evil.example/v1/models").key(KEY);
    check(&server.send(absolute), 403, "host_not_allowed");
}

#[test]
fn a_link_signs_one_browser_in_once() {
    let server = Server::saying(&[]);
    let link = server.post("/api/sarai/sign-in-links", &json!({})).json();
    let path = link["path"].as_str().unwrap();
    // A preview looks without using it up.
    assert_eq!(server.send(Request::new("HEAD", path)).status, 200);
    assert_eq!(server.send(Request::get(path)).status, 303);
    check(&server.send(Request::get(path)), 410, "sign_in_link_used");
    check(&server.send(Request::get("/sign-in/nobody")), 410, "sign_in_link_used");
}

#[test]
fn a_link_ends_after_fifteen_minutes() {
    let server = Server::saying(&[]);
    let link = || server.post("/api/sarai/sign-in-links", &json!({})).json();
    let (early, late) = (link(), link());
    server.clock.advance(std::time::Duration::from_secs(15 * 60 - 1));
    assert_eq!(server.send(Request::get(early["path"].as_str().unwrap())).status, 303);
    server.clock.advance(std::time::Duration::from_secs(1));
    let late = server.send(Request::get(late["path"].as_str().unwrap()));
    check(&late, 410, "sign_in_link_used");
}

#[test]
fn only_the_newest_links_are_kept() {
    let server = Server::saying(&[]);
    let links: Vec<String> = (0..17)
        .map(|_| server.post("/api/sarai/sign-in-links", &json!({})).json())
        .map(|link| link["path"].as_str().unwrap().to_owned())
        .collect();
    check(&server.send(Request::get(&links[0])), 410, "sign_in_link_used");
    assert_eq!(server.send(Request::get(&links[1])).status, 303);
}

#[test]
fn a_signed_in_browser_reads_and_changes_from_our_pages_only() {
    let server = Server::saying(&[]);
    let cookie = sign_in(&server);
    let browser = |request: Request| request.header("cookie", &format!("a=b; {cookie}"));
    assert_eq!(server.send(browser(Request::get("/v1/models"))).status, 200);
    let ask = || browser(Request::post("/v1/chat/completions", &hello()));
    check(&server.send(ask()), 403, "origin_not_allowed");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        check(&server.send(ask().header(name, value)), 403, "origin_not_allowed");
    }
    assert_eq!(server.send(ask().header("sec-fetch-site", "same-origin")).status, 200);
    let ours = format!("http://{}", server.address);
    assert_eq!(server.send(ask().header("origin", &ours)).status, 200);
    // A browser does not invite another.
    let invite = browser(Request::post("/api/sarai/sign-in-links", &json!({})));
    let invited = server.send(invite.header("sec-fetch-site", "same-origin"));
    assert_eq!((invited.status, &invited.json()["error"]["code"]), (403, &json!("key_needed")));
}

#[test]
fn a_session_ends_and_cannot_be_made_longer() {
    let server = Server::saying(&[]);
    let cookie = sign_in(&server);
    let with =
        |cookie: &str| server.send(Request::get("/v1/models").header("cookie", cookie)).status;
    assert_eq!(with(&cookie), 200);
    let longer = cookie.replacen("sarai_session=1", "sarai_session=9", 1);
    assert_ne!(longer, cookie);
    assert_eq!(with(&longer), 401);
    server.clock.advance(std::time::Duration::from_hours(30 * 24));
    assert_eq!(with(&cookie), 401);
}

#[test]
fn the_socket_is_its_owners_and_needs_no_key() {
    use std::os::unix::fs::PermissionsExt;

    let server = Server::start(Setup { socket: true, ..Setup::default() });
    let path = server.socket.as_deref().unwrap();
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    let ask = |request: Request| Connection::unix(path, &request).read();
    assert_eq!(ask(Request::get("/v1/models")).status, 200);
    assert_eq!(ask(Request::get("/v1/models").header("host", "evil.example")).status, 200);
    assert_eq!(ask(Request::post("/v1/chat/completions", &hello())).status, 200);
    assert_eq!(ask(Request::post("/api/sarai/sign-in-links", &json!({}))).status, 200);
}
