//! The pages, as a browser without a script sees them.

use serde_json::json;

use crate::support::{Answer, KEY, Request, Server};

/// Signs a browser in. Returns its cookie.
fn sign_in(server: &Server) -> String {
    let link = server.post("/api/sarai/sign-in-links", &json!({})).json();
    let answer = server.send(Request::get(link["path"].as_str().unwrap()));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// Asks as a browser does, from a page of ours.
fn browse(request: Request, cookie: &str) -> Request {
    request
        .header("cookie", cookie)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
}

fn form(path: &str, fields: &str) -> Request {
    let request = Request::new("POST", path).bytes(fields.as_bytes());
    request.header("content-type", "application/x-www-form-urlencoded")
}

fn page(server: &Server, path: &str, cookie: &str) -> Answer {
    server.send(browse(Request::get(path), cookie))
}

#[test]
fn a_page_allows_nothing_from_outside_and_nothing_inline() {
    let server = Server::saying(&[]);
    let answer = page(&server, "/", &sign_in(&server));
    assert_eq!(answer.status, 200);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    for inline in [" style=", " onclick=", "<style", "http://", "https://", "<script>"] {
        assert!(!answer.body.contains(inline), "{inline} in the page");
    }
}

#[test]
fn every_file_that_a_page_names_is_there_and_kept_by_the_browser() {
    let server = Server::saying(&[]);
    let body = page(&server, "/", &sign_in(&server)).body;
    let named = body.split("\"/assets/").skip(1).map(|rest| rest.split(['"', '#']).next().unwrap());
    let mut names: Vec<String> = named.map(str::to_owned).collect();
    let script = server.send(Request::get("/assets/main.js")).body;
    let imported = script.split("from \"./").skip(1).map(|rest| rest.split('"').next().unwrap());
    names.extend(imported.map(str::to_owned));
    assert!(names.len() > 6, "{names:?}");
    for name in names {
        let answer = server.send(Request::get(&format!("/assets/{name}")));
        assert_eq!(answer.status, 200, "{name}");
        assert!(answer.header("content-type").is_some_and(|kind| kind != "text/html"), "{name}");
        let tag = answer.header("etag").unwrap();
        let again = Request::get(&format!("/assets/{name}")).header("if-none-match", tag);
        assert_eq!(server.send(again).status, 304, "{name}");
    }
    assert_eq!(server.send(Request::get("/assets/nada.js")).status, 404);
    let icon = server.send(Request::get("/favicon.ico"));
    assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/svg+xml")));
}

#[test]
fn hostile_words_are_shown_as_words() {
    let attack = "<script>alert(1)</script>\"'&";
    let server = Server::saying(&[attack]);
    let cookie = sign_in(&server);
    let told = server.post("/api/sarai/turns", &json!({ "message": attack }));
    let id = told.header("x-sarai-conversation").unwrap();
    for path in ["/".to_owned(), format!("/c/{id}"), "/conversations".to_owned()] {
        let answer = page(&server, &path, &cookie);
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("<script>alert"), "{path}");
        assert!(answer.body.contains("&#60;script&#62;alert(1)"), "{path}: {}", answer.body);
    }
    let search = page(&server, "/conversations?query=%22%3E%3Cscript%3Ealert(1)", &cookie);
    assert!(!search.body.contains("<script>alert"));
}

#[test]
fn asking_by_form_answers_with_the_page_of_the_conversation() {
    let server = Server::saying(&["Buenas.", "Otra vez."]);
    let cookie = sign_in(&server);
    let asked = server.send(browse(form("/ask", "conversation=&message=Hola+a+todos"), &cookie));
    assert_eq!(asked.status, 303, "{}", asked.body);
    let path = asked.header("location").unwrap().to_owned();
    let shown = page(&server, &path, &cookie);
    assert!(shown.body.contains("<h1 class=\"name\">Hola a todos</h1>"));
    assert!(shown.body.contains(">Buenas.</div>"));
    let id = path.strip_prefix("/c/").unwrap();
    let fields = format!("conversation={id}&message=y+ahora");
    let again = server.send(browse(form("/ask", &fields), &cookie));
    assert_eq!(again.header("location"), Some(path.as_str()));
    assert!(page(&server, &path, &cookie).body.contains(">Otra vez.</div>"));
}

#[test]
fn a_question_that_failed_is_still_in_the_box() {
    let failing = sarai_testkit::Line::Fail(sarai_core::engine::EngineError::OutOfMemory);
    let server = Server::scripted(vec![failing]);
    let cookie = sign_in(&server);
    let asked = server.send(browse(form("/ask", "message=una+%3Cb%3E+larga"), &cookie));
    assert_eq!(asked.status, 503);
    assert!(asked.body.contains(">una &#60;b&#62; larga</textarea>"), "{}", asked.body);
    assert!(asked.body.contains("The engine ran out of memory"));
    let misnamed = server.send(browse(form("/ask", "conversation=a+b&message=x"), &cookie));
    assert_eq!(misnamed.status, 400);
    let empty = server.send(browse(form("/ask", "message="), &cookie));
    assert_eq!(empty.status, 400);
}

#[test]
fn another_site_cannot_act_in_the_name_of_a_browser() {
    let server = Server::saying(&["No."]);
    let cookie = sign_in(&server);
    for request in [form("/ask", "message=hola"), form("/sign-out", "")] {
        let foreign = request.header("cookie", &cookie).header("sec-fetch-site", "cross-site");
        assert_eq!(server.send(foreign).status, 403);
    }
    let turn = Request::post("/api/sarai/turns", &json!({ "message": "hola" }));
    let foreign = turn.header("cookie", &cookie).header("origin", "http://malo.example");
    assert_eq!(server.send(foreign).status, 403);
    assert_eq!(server.get("/api/sarai/conversations").json()["conversations"], json!([]));
}

#[test]
fn a_stranger_sees_a_page_and_no_conversation() {
    let server = Server::saying(&["Buenas."]);
    server.post("/api/sarai/turns", &json!({ "message": "algo privado" }));
    for path in ["/", "/conversations", "/c/x"] {
        let answer = page(&server, path, "");
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.body.contains("sarai serve"), "{path}");
        assert!(!answer.body.contains("algo privado"), "{path}");
    }
    let used = page(&server, "/sign-in/inventado", "");
    assert_eq!(used.status, 410);
    assert!(used.body.contains("sarai chat"));
}

#[test]
fn signing_out_ends_the_browsers_session() {
    let server = Server::saying(&[]);
    let cookie = sign_in(&server);
    let answer = server.send(browse(form("/sign-out", ""), &cookie));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
}

#[test]
fn a_chosen_language_wins_over_the_browsers() {
    let server = Server::saying(&[]);
    let cookie = sign_in(&server);
    let shown = |cookie: &str, accepted: &str| {
        let request = browse(Request::get("/"), cookie).header("accept-language", accepted);
        let body = server.send(request).body;
        body.split("lang=\"").nth(1).unwrap()[..2].to_owned()
    };
    assert_eq!(shown(&cookie, "es-ES"), "es");
    assert_eq!(shown(&cookie, "fr"), "en");
    let request = browse(Request::get("/language/es"), &cookie);
    let chosen = server.send(request.header("referer", "http://127.0.0.1/conversations"));
    assert_eq!((chosen.status, chosen.header("location")), (303, Some("/conversations")));
    let choice = chosen.header("set-cookie").unwrap().split(';').next().unwrap();
    assert_eq!(shown(&format!("{cookie}; {choice}"), "en-GB"), "es");
    assert_eq!(page(&server, "/language/fr", &cookie).status, 404);
}

#[test]
fn unknown_pages_are_pages() {
    let server = Server::saying(&[]);
    let cookie = sign_in(&server);
    for path in ["/nada", "/c/nadie"] {
        let answer = page(&server, path, &cookie);
        assert_eq!(answer.status, 404);
        assert!(answer.body.contains("<a class=\"button\" href=\"/\">"), "{}", answer.body);
    }
    assert_eq!(page(&server, "/assets/%FF", &cookie).status, 404);
    for path in ["/c/dos%20palabras", "/c/%FF", "/conversations?query=a&query=b"] {
        let answer = page(&server, path, &cookie);
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.body.contains("<html lang="), "{path}: {}", answer.body);
    }
    let strange = Request::post("/ask", &json!({ "message": "no form" }));
    assert_eq!(server.send(browse(strange, &cookie)).status, 400);
}

/// Every sentence that asks or exclaims in Spanish opens with its mark.
#[test]
fn spanish_questions_open_with_their_mark() {
    let server = Server::saying(&["Buenas."]);
    let cookie = format!("{}; sarai_language=es", sign_in(&server));
    let asked = server.send(browse(form("/ask", "message=hola"), &cookie));
    let mut marks = 0;
    for path in ["/", "/conversations", asked.header("location").unwrap(), "/nada"] {
        let answer = page(&server, path, &cookie);
        assert!(answer.body.contains("<html lang=\"es\">"), "{path}");
        for text in texts(&answer.body) {
            for (opening, closing) in [('¿', '?'), ('¡', '!')] {
                let count = |mark| text.matches(mark).count();
                assert_eq!(count(opening), count(closing), "{text}");
                marks += count(closing);
            }
        }
    }
    assert!(marks > 2, "the pages ask something");
}

/// Returns the texts of a page, those of attributes included.
fn texts(html: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        texts.push(text.to_owned());
        for name in ["placeholder=\"", "aria-label=\"", "title=\""] {
            let value = tag.split_once(name).and_then(|(_, rest)| rest.split('"').next());
            texts.extend(value.map(str::to_owned));
        }
    }
    texts
}

/// A link that was opened by the key alone belongs to nobody's browser.
#[test]
fn a_page_opens_with_the_key_too() {
    let server = Server::saying(&[]);
    let answer = server.send(Request::get("/").key(KEY).header("accept", "text/html"));
    assert_eq!(answer.status, 200);
}
