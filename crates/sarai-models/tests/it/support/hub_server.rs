//! A server that behaves like the hub, and like one that is broken in a chosen way.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use sarai_models::Digest;

/// How the server answers. The default is a hub with nothing wrong.
#[derive(Debug, Clone)]
pub(crate) struct Behaviour {
    pub(crate) file: Vec<u8>,
    /// What the hub says the sha256 is.
    pub(crate) linked_etag: Option<String>,
    pub(crate) linked_size: Option<u64>,
    /// Sends the file from another address, as the hub does; else from this one.
    pub(crate) redirect_to: Option<String>,
    /// Answers everything with this status.
    pub(crate) status: Option<u16>,
    pub(crate) content_type: &'static str,
    /// Sends the whole file whatever was asked for.
    pub(crate) ignores_ranges: bool,
    /// Sends a range nobody asked for.
    pub(crate) sends_other_range: bool,
    /// For each `GET` of the file: close the connection after this many bytes of the body.
    pub(crate) breaks: VecDeque<usize>,
    /// Sends this many bytes of the body, then nothing, and does not close.
    pub(crate) falls_silent_after: Option<usize>,
    /// Redirects for ever.
    pub(crate) loops: bool,
}

impl Behaviour {
    pub(crate) fn of(file: Vec<u8>) -> Behaviour {
        Behaviour {
            linked_etag: Some(Digest::of(&file).to_string()),
            linked_size: Some(file.len() as u64),
            file,
            redirect_to: Some(String::new()),
            status: None,
            content_type: "application/octet-stream",
            ignores_ranges: false,
            sends_other_range: false,
            breaks: VecDeque::new(),
            falls_silent_after: None,
            loops: false,
        }
    }
}

/// One request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) range: Option<String>,
    pub(crate) authorization: Option<String>,
}

pub(crate) struct HubServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stopping: Arc<AtomicBool>,
    worker: Option<JoinHandle<()>>,
}

impl HubServer {
    pub(crate) fn start(behaviour: Behaviour) -> HubServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let stopping = Arc::new(AtomicBool::new(false));
        let worker = std::thread::Builder::new().name("hub".to_owned()).spawn({
            let (seen, stopping) = (Arc::clone(&seen), Arc::clone(&stopping));
            let mut behaviour = behaviour;
            move || {
                for stream in listener.incoming() {
                    if stopping.load(Ordering::SeqCst) {
                        return;
                    }
                    // A client that hangs up in the middle is part of the tests.
                    drop(answer(&mut behaviour, &stream.unwrap(), &seen));
                }
            }
        });
        HubServer { address, seen, stopping, worker: Some(worker.unwrap()) }
    }

    pub(crate) fn with_file(file: &[u8]) -> HubServer {
        HubServer::start(Behaviour::of(file.to_vec()))
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns the ranges of the requests for the file itself.
    pub(crate) fn ranges(&self) -> Vec<Option<String>> {
        let gets = self.seen().into_iter().filter(|seen| seen.method == "GET");
        gets.filter(|seen| seen.path.starts_with("/cdn/")).map(|seen| seen.range).collect()
    }
}

impl Drop for HubServer {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        drop(self.worker.take().map(JoinHandle::join));
    }
}

fn answer(
    behaviour: &mut Behaviour,
    stream: &TcpStream,
    seen: &Mutex<Vec<Seen>>,
) -> std::io::Result<()> {
    let request = read_request(stream)?;
    seen.lock().unwrap().push(request.clone());
    let mut out = stream;
    if let Some(status) = behaviour.status {
        return write!(
            out,
            "HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }
    if behaviour.loops {
        let location = format!("{}x", request.path);
        return write!(
            out,
            "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }
    let is_file = request.path.starts_with("/cdn/");
    match &behaviour.redirect_to {
        Some(elsewhere) if !is_file => {
            let etag = behaviour.linked_etag.as_ref();
            let etag = etag.map_or(String::new(), |etag| format!("X-Linked-ETag: \"{etag}\"\r\n"));
            let size = behaviour.linked_size;
            let size = size.map_or(String::new(), |size| format!("X-Linked-Size: {size}\r\n"));
            write!(
                out,
                "HTTP/1.1 302 Found\r\nLocation: {elsewhere}/cdn/file\r\n{etag}{size}Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
        }
        _ => send_file(behaviour, stream, &request),
    }
}

fn send_file(behaviour: &mut Behaviour, stream: &TcpStream, request: &Seen) -> std::io::Result<()> {
    let mut out = stream;
    let total = behaviour.file.len();
    let asked = request
        .range
        .as_deref()
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let from = asked.filter(|_| !behaviour.ignores_ranges);
    let from = if behaviour.sends_other_range { from.map(|from| from / 2) } else { from };
    let body = &behaviour.file[from.unwrap_or(0).min(total)..];
    let head = match from {
        Some(from) => format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{total}\r\n",
            total.saturating_sub(1)
        ),
        None => "HTTP/1.1 200 OK\r\n".to_owned(),
    };
    let etag = behaviour.linked_etag.as_ref().filter(|_| behaviour.redirect_to.is_none());
    let etag = etag.map_or(String::new(), |etag| format!("ETag: \"{etag}\"\r\n"));
    write!(
        out,
        "{head}{etag}Content-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        behaviour.content_type,
        body.len()
    )?;
    if request.method == "HEAD" {
        return Ok(());
    }
    if let Some(bytes) = behaviour.falls_silent_after {
        out.write_all(&body[..bytes.min(body.len())])?;
        // Until the client gives up and closes.
        return stream.take(1).read_to_end(&mut Vec::new()).map(|_| ());
    }
    let cut = behaviour.breaks.pop_front().unwrap_or(body.len()).min(body.len());
    out.write_all(&body[..cut])
}

fn read_request(stream: &TcpStream) -> std::io::Result<Seen> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut words = first.split(' ').map(str::to_owned);
    let mut seen = Seen {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        range: None,
        authorization: None,
    };
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else { return Ok(seen) };
        match name.to_ascii_lowercase().as_str() {
            "range" => seen.range = Some(value.to_owned()),
            "authorization" => seen.authorization = Some(value.to_owned()),
            _ => {}
        }
    }
    Ok(seen)
}
