//! HTTP/1.1 by hand, one request a connection, so that a test sees and sends exact bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::Value;

use super::PATIENCE;

#[derive(Clone)]
pub(crate) struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Request {
        let (method, path) = (method.to_owned(), path.to_owned());
        Request { method, path, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn get(path: &str) -> Request {
        Request::new("GET", path)
    }

    pub(crate) fn post(path: &str, body: &Value) -> Request {
        Request::new("POST", path).bytes(body.to_string().as_bytes())
    }

    pub(crate) fn bytes(mut self, body: &[u8]) -> Request {
        body.clone_into(&mut self.body);
        self.header("content-type", "application/json")
    }

    /// Sets a header; an empty value leaves it out.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn key(self, key: &str) -> Request {
        self.header("authorization", &format!("Bearer {key}"))
    }

    fn written(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let given = |name: &str| self.headers.iter().any(|(given, _)| given == name);
        let mut put = |name: &str, value: &str| {
            for part in [name, ": ", value, "\r\n"] {
                head.push_str(part);
            }
        };
        if !given("host") {
            put("host", host);
        }
        put("connection", "close");
        put("content-length", &self.body.len().to_string());
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            put(name, value);
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

/// A request on its way. Dropped, the client has hung up.
pub(crate) struct Connection {
    reader: BufReader<Box<dyn Read + Send>>,
    head: bool,
}

/// The whole of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Connection {
    pub(crate) fn tcp(address: SocketAddr, request: &Request) -> Connection {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&request.written(&address.to_string())).unwrap();
        Connection { reader: BufReader::new(Box::new(stream)), head: request.method == "HEAD" }
    }

    pub(crate) fn unix(path: &Path, request: &Request) -> Connection {
        let mut stream = UnixStream::connect(path).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&request.written("sarai")).unwrap();
        Connection { reader: BufReader::new(Box::new(stream)), head: request.method == "HEAD" }
    }

    /// Returns the next line, without its end.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Reads until a line holds `words`.
    pub(crate) fn wait_for(&mut self, words: &str) {
        loop {
            let mut line = String::new();
            let bytes = self.reader.read_line(&mut line).unwrap();
            assert!(bytes > 0, "the answer ended before {words:?}");
            if line.contains(words) {
                return;
            }
        }
    }

    /// Reads to the end, as it comes over the wire.
    pub(crate) fn read_rest(mut self) -> String {
        let mut rest = String::new();
        self.reader.read_to_string(&mut rest).unwrap();
        rest
    }

    pub(crate) fn read(mut self) -> Answer {
        let status = self.line();
        let status = status.split(' ').nth(1).expect("a status line").parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_owned(), value.to_owned()));
        }
        let mut answer = Answer { status, headers, body: String::new() };
        let bytes = if self.head {
            Vec::new()
        } else if answer.header("transfer-encoding") == Some("chunked") {
            self.chunks()
        } else {
            let mut bytes = Vec::new();
            self.reader.read_to_end(&mut bytes).unwrap();
            bytes
        };
        answer.body = String::from_utf8(bytes).unwrap();
        answer
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.line(), 16).expect("the size of a chunk");
            let mut chunk = vec![0; size];
            self.reader.read_exact(&mut chunk).unwrap();
            bytes.extend(chunk);
            self.line();
            if size == 0 {
                return bytes;
            }
        }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Returns the data of each event of a stream, comments left out.
    pub(crate) fn data(&self) -> Vec<&str> {
        self.body.lines().filter_map(|line| line.strip_prefix("data: ")).collect()
    }

    /// Returns the events of a stream whose data is JSON.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        let data = self.data().into_iter().filter(|data| *data != "[DONE]");
        data.map(|data| serde_json::from_str(data).unwrap()).collect()
    }

    /// Returns status, code and named parameter of an error in OpenAI's shape.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String, String) {
        let error = &self.json()["error"];
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        (self.status, text(&error["code"]), text(&error["param"]))
    }
}
