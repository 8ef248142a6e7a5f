//! A server on loopback for every example and test: set delays, sizes and statuses, and [faults](faults) on purpose.
//!
//! A bare listener, as only that can misbehave at will. It counts, so that concurrency is proved by counting and not
//! by the clock.

mod faults;
mod site;

use std::borrow::ToOwned;
use std::collections::HashMap;
use std::format;
use std::hash::Hash;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::pin;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use std::vec;
use std::vec::Vec;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures::future::{Either, select};
use futures::io::{AsyncReadExt, AsyncWriteExt};
use futures::stream::{FuturesUnordered, StreamExt};

use super::bell::Alarms;
use super::lock;
use super::runtime::{self, Running, TcpListener, TcpStream};

/// No exchange takes longer, whatever its path asks for.
const DEADLINE: Duration = Duration::from_secs(60);

/// So much is read at a time.
const PIECE: usize = 4096;

/// The head of a request is no longer.
const HEAD: usize = 64 * 1024;

/// So many connections are open at one time; more wait to be accepted.
const CONNECTIONS: usize = 4096;

/// So many paths, hosts and flaky targets are told apart.
const NAMES: usize = 16 * 1024;

/// A server on 127.0.0.1, at a port that was free, until it is dropped.
///
/// | path | answer |
/// |---|---|
/// | `/delay/MS` | after so many milliseconds |
/// | `/together/N` | as soon as N requests have been in flight at one time |
/// | `/bytes/N` | a body of N bytes: the alphabet, over and over |
/// | `/status/N` | that status |
/// | `/gzip/N` | as `/bytes/N`, compressed |
/// | `/bomb/N` | N MiB of zeros, compressed a thousandfold |
/// | `/redirect/N` | N redirects, then a page |
/// | `/loop` | a redirect to itself |
/// | `/redirect-to?WHERE` | a redirect to WHERE, which is in percent notation and need not make sense |
/// | `/flaky/N/STATUS` | that status N times, then a page |
/// | `/busy/SECONDS` | 429 with that `Retry-After`, once, then a page |
/// | `/echo` | the head of the request as it came |
/// | `/site/` | a small site of some pages, with loops and dead links |
/// | `/fault/NAME` | misbehaves: see [`DemoServer::faults`] |
///
/// A query (`/delay/300?first`) is ignored; it tells apart URLs that are otherwise the same. `/flaky` and `/busy`
/// count each such URL on its own.
///
/// ```
/// use yieldfrom::fetch::{DemoServer, Fetcher};
///
/// let server = DemoServer::start()?;
/// let run = Fetcher::new().one_after_another([server.url("/bytes/5"), server.url("/status/404")]);
/// assert_eq!(run.fetched[0].result.as_ref().unwrap().text(), "abcde");
/// assert_eq!(run.fetched[1].result.as_ref().unwrap().status, 404);
///
/// let counts = server.counts();
/// assert_eq!((counts.requests, counts.connections, counts.most_in_flight), (2, 1, 1));
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct DemoServer {
    address: SocketAddr,
    books: Arc<Books>,
    _task: Running,
}

/// What a [`DemoServer`] has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that arrived.
    pub requests: usize,
    /// Connections that were made. It is counted for the server as a whole only.
    pub connections: usize,
    /// Connections that are open now. It is counted for the server as a whole only.
    pub open: usize,
    /// Requests that arrived and whose answers have not been sent.
    pub in_flight: usize,
    /// The most of them at one time.
    pub most_in_flight: usize,
}

impl Counts {
    fn enter(&mut self) {
        self.requests += 1;
        self.in_flight += 1;
        self.most_in_flight = self.most_in_flight.max(self.in_flight);
    }
}

impl DemoServer {
    /// Starts a server. It runs on the threads of async-std's executor, and stops when it is dropped: all its
    /// connections are closed.
    ///
    /// # Errors
    ///
    /// When there is no port to be had.
    pub fn start() -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let books = Arc::new(Books::default());
        let task = runtime::spawn(accept(TcpListener::from(listener), Arc::clone(&books)));
        Ok(DemoServer { address, books, _task: task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The same by the name `localhost`, which clients take for another host.
    pub fn url_by_name(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }

    /// What it has counted.
    pub fn counts(&self) -> Counts {
        self.books.open().all
    }

    /// What it has counted for one path, without its query.
    pub fn counts_for_path(&self, path: &str) -> Counts {
        self.books.open().paths.get(path).copied().unwrap_or_default()
    }

    /// What it has counted for one host, as requests name it: `localhost:8080`.
    pub fn counts_for_host(&self, host: &str) -> Counts {
        self.books.open().hosts.get(host).copied().unwrap_or_default()
    }

    /// The names for `/fault/NAME`, each with what it does.
    pub fn faults() -> impl Iterator<Item = (&'static str, &'static str)> {
        faults::FAULTS.iter().map(|fault| (fault.name, fault.what))
    }
}

/// What is counted.
#[derive(Debug, Default)]
struct Books(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    all: Counts,
    paths: HashMap<String, Counts>,
    hosts: HashMap<String, Counts>,
    tries: HashMap<String, u32>,
}

impl Books {
    fn open(&self) -> MutexGuard<'_, Entries> {
        lock(&self.0)
    }

    /// How often this very URL was asked for before.
    fn earlier(&self, target: &str) -> u32 {
        let mut entries = self.open();
        let Some(tries) = named(&mut entries.tries, target) else { return 0 };
        *tries += 1;
        *tries - 1
    }
}

/// The entry of that name, as long as there is room for it.
fn named<'a, V: Default>(map: &'a mut HashMap<String, V>, name: &str) -> Option<&'a mut V> {
    if !map.contains_key(name) {
        if map.len() >= NAMES {
            return None;
        }
        map.insert(name.to_owned(), V::default());
    }
    map.get_mut(name)
}

/// An open connection.
struct Open(Arc<Books>);

impl Open {
    fn new(books: &Arc<Books>) -> Self {
        let mut entries = books.open();
        entries.all.connections += 1;
        entries.all.open += 1;
        Open(Arc::clone(books))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open().all.open -= 1;
    }
}

/// A request in flight.
struct Flight<'a> {
    books: &'a Books,
    path: &'a str,
    host: &'a str,
}

impl<'a> Flight<'a> {
    fn new(books: &'a Books, path: &'a str, host: &'a str) -> Self {
        let entries = &mut *books.open();
        entries.all.enter();
        if let Some(counts) = named(&mut entries.paths, path) {
            counts.enter();
        }
        if let Some(counts) = named(&mut entries.hosts, host) {
            counts.enter();
        }
        Flight { books, path, host }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        fn leave<K: Hash + Eq + std::borrow::Borrow<str>>(map: &mut HashMap<K, Counts>, name: &str) {
            if let Some(counts) = map.get_mut(name) {
                counts.in_flight -= 1;
            }
        }
        let mut entries = self.books.open();
        entries.all.in_flight -= 1;
        leave(&mut entries.paths, self.path);
        leave(&mut entries.hosts, self.host);
    }
}

/// Accepts connections and serves them all, in one task that owns them: dropping it closes them.
async fn accept(listener: TcpListener, books: Arc<Books>) {
    let alarms = Alarms::default();
    let mut served = FuturesUnordered::new();
    loop {
        let next = async {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => return stream,
                    // No more files to be had, for one: others will be closed.
                    Err(_) => runtime::sleep(Duration::from_millis(10)).await,
                }
            }
        };
        let room = served.len() < CONNECTIONS;
        let next = async { if room { next.await } else { std::future::pending().await } };
        let one_served = async {
            if served.next().await.is_none() {
                std::future::pending().await
            }
        };
        // New ones first: whoever waits to be served has waited longest for us.
        let stream = match select(pin!(next), pin!(one_served)).await {
            Either::Left((stream, _)) => stream,
            Either::Right(_) => continue,
        };
        let open = Open::new(&books);
        let alarms = &alarms;
        served.push(async move {
            // The client has gone, which is what it may do.
            let _ = serve(stream, &open.0, alarms).await;
        });
    }
}

/// Answers one request after the other.
async fn serve(mut stream: TcpStream, books: &Books, alarms: &Alarms) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    // Not all at once: a request that is to be reset must have been left unread in part.
    let mut some = 20;
    loop {
        let until = Instant::now() + DEADLINE;
        let left = || until.checked_duration_since(Instant::now()).ok_or(());
        let exchanged = pin!(exchange(&mut stream, &mut buffer, some, books));
        if !matches!(alarms.over(left, exchanged).await, Ok(Ok(true))) {
            return Ok(());
        }
        some = PIECE;
    }
}

/// Takes one request and answers it; false when it was the last.
async fn exchange(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    mut some: usize,
    books: &Books,
) -> io::Result<bool> {
    let length = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if buffer.starts_with(b"GET /fault/reset ") || buffer.len() > HEAD {
            return Ok(false);
        }
        if read_more(stream, buffer, some).await? == 0 {
            return Ok(false);
        }
        some = PIECE;
        // Another protocol, TLS for one: there is no end of the head to wait for.
        if !buffer[0].is_ascii_uppercase() {
            return bad_request(stream).await;
        }
    };
    let head: Vec<u8> = buffer.drain(..length).collect();
    let head = String::from_utf8_lossy(&head);
    let Some(request) = Request::parse(&head) else { return bad_request(stream).await };
    let _flight = Flight::new(books, request.path, request.host);
    let mut writer = stream.clone();
    let answered = answer(&mut writer, &request, books);
    // Whoever hangs up before the answer is there is noticed, and is in flight no longer.
    let gone = async {
        while read_more(stream, buffer, PIECE).await.is_ok_and(|read| read != 0) && buffer.len() <= HEAD {}
    };
    match select(pin!(answered), pin!(gone)).await {
        Either::Left((answered, _)) => answered,
        Either::Right(_) => Ok(false),
    }
}

async fn bad_request(stream: &mut TcpStream) -> io::Result<bool> {
    stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await?;
    Ok(false)
}

async fn read_more(stream: &mut TcpStream, buffer: &mut Vec<u8>, most: usize) -> io::Result<usize> {
    let mut some = [0; PIECE];
    let read = stream.read(&mut some[..most]).await?;
    buffer.extend_from_slice(&some[..read]);
    Ok(read)
}

/// The head of a request, as far as it matters here.
struct Request<'a> {
    text: &'a str,
    get: bool,
    target: &'a str,
    path: &'a str,
    query: &'a str,
    host: &'a str,
}

impl<'a> Request<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut lines = text.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let get = match words.next()? {
            "GET" => true,
            "HEAD" => false,
            _ => return None,
        };
        let target = words.next().filter(|target| target.starts_with('/'))?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let host =
            lines.filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("host"));
        Some(Request { text, get, target, path, query, host: host.map_or("", |(_, host)| host.trim()) })
    }
}

/// Answers one request; false when the connection is to be closed after it.
async fn answer(stream: &mut TcpStream, request: &Request<'_>, books: &Books) -> io::Result<bool> {
    let mut parts = request.path.split('/').skip(1);
    let kind = parts.next().unwrap_or_default();
    let word = parts.next().unwrap_or_default();
    let number: Option<u32> = word.parse().ok();
    match (kind, number) {
        ("delay", Some(time)) => {
            runtime::sleep(Duration::from_millis(time.into())).await;
            send(stream, request, 200, "", format!("waited {time} ms\n").as_bytes()).await
        }
        ("together", Some(many)) => {
            // Bounded by the deadline of every exchange.
            while books.open().all.most_in_flight < many as usize {
                runtime::sleep(Duration::from_millis(2)).await;
            }
            send(stream, request, 200, "", format!("{many} together\n").as_bytes()).await
        }
        ("bytes", Some(size)) => send_alphabet(stream, request, size as usize).await,
        ("status", Some(status @ 200..=999)) => {
            send(stream, request, status, "", format!("status {status}\n").as_bytes()).await
        }
        ("gzip", Some(size)) => send_packed(stream, request, (0..size).map(letter)).await,
        ("bomb", Some(size @ 0..=1024)) => {
            let packed = pack(&mut std::iter::repeat_n([0; 1 << 16].as_slice(), size as usize * 16))?;
            send(stream, request, 200, "Content-Encoding: gzip\r\n", &packed).await
        }
        ("redirect", Some(0)) => send(stream, request, 200, "", b"arrived\n").await,
        ("redirect", Some(more)) => {
            send(stream, request, 302, &format!("Location: /redirect/{}\r\n", more - 1), b"").await
        }
        ("loop", _) => send(stream, request, 302, "Location: /loop\r\n", b"").await,
        ("redirect-to", _) => {
            let mut head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ".to_vec();
            head.extend(unescape(request.query));
            head.extend(b"\r\n\r\n");
            stream.write_all(&head).await?;
            Ok(true)
        }
        ("flaky", Some(times)) => {
            let status = parts.next().and_then(|status| status.parse().ok()).unwrap_or(503);
            if books.earlier(request.target) < times {
                send(stream, request, status, "", b"not yet\n").await
            } else {
                send(stream, request, 200, "", b"at last\n").await
            }
        }
        ("busy", Some(seconds)) => {
            if books.earlier(request.target) == 0 {
                send(stream, request, 429, &format!("Retry-After: {seconds}\r\n"), b"busy\n").await
            } else {
                send(stream, request, 200, "", b"at last\n").await
            }
        }
        ("echo", _) => send(stream, request, 200, "", request.text.as_bytes()).await,
        ("site", _) => match site::page(request.path) {
            Some(site::Answer::Page(html)) => {
                send(stream, request, 200, "Content-Type: text/html; charset=utf-8\r\n", html.as_bytes())
                    .await
            }
            Some(site::Answer::Moved(to)) => {
                send(stream, request, 301, &format!("Location: {to}\r\n"), b"").await
            }
            None => send(stream, request, 404, "", b"no such page\n").await,
        },
        ("fault", _) => match faults::find(word) {
            Some(fault) => faults::play(fault, stream).await,
            None => send(stream, request, 404, "", b"no such fault\n").await,
        },
        _ => send(stream, request, 404, "", b"nothing here\n").await,
    }
}

/// Sends a whole answer. `headers` are further ones, each with its line's end.
async fn send(
    stream: &mut TcpStream,
    request: &Request<'_>,
    status: u32,
    headers: &str,
    body: &[u8],
) -> io::Result<bool> {
    let bare = status == 204 || status == 304;
    let mut all = format!("HTTP/1.1 {status} {}\r\n{headers}", reason(status)).into_bytes();
    if !bare {
        write!(all, "Content-Length: {}\r\n", body.len())?;
    }
    all.extend_from_slice(b"\r\n");
    if request.get && !bare {
        all.extend_from_slice(body);
    }
    stream.write_all(&all).await?;
    Ok(true)
}

fn reason(status: u32) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        404 => "Not Found",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "As Asked",
    }
}

fn letter(n: u32) -> u8 {
    b'a' + (n % 26) as u8
}

/// A body of any size in pieces of one.
async fn send_alphabet(stream: &mut TcpStream, request: &Request<'_>, size: usize) -> io::Result<bool> {
    // A multiple of 26, so that one piece continues the other.
    const ROUNDS: u32 = 26 * 1024;
    let piece: Vec<u8> = (0..ROUNDS.min(size as u32)).map(letter).collect();
    if size == piece.len() {
        return send(stream, request, 200, "", &piece).await;
    }
    stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n").as_bytes()).await?;
    let mut left = if request.get { size } else { 0 };
    while left > 0 {
        let some = left.min(piece.len());
        stream.write_all(&piece[..some]).await?;
        left -= some;
    }
    Ok(true)
}

async fn send_packed(
    stream: &mut TcpStream,
    request: &Request<'_>,
    body: impl Iterator<Item = u8>,
) -> io::Result<bool> {
    let body: Vec<u8> = body.take(1 << 24).collect();
    let packed = pack(&mut [body.as_slice()].into_iter())?;
    send(stream, request, 200, "Content-Encoding: gzip\r\n", &packed).await
}

fn pack(pieces: &mut dyn Iterator<Item = &[u8]>) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    for piece in pieces {
        encoder.write_all(piece)?;
    }
    encoder.finish()
}

/// Undoes percent notation; what could end the header is left out.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().iter();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(&byte) = bytes.next() {
        let digits = bytes.as_slice().get(..2).filter(|_| byte == b'%');
        let escaped = digits.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        if escaped.is_some() {
            bytes.nth(1);
        }
        let byte = escaped.unwrap_or(byte);
        if !matches!(byte, b'\r' | b'\n' | 0) {
            plain.push(byte);
        }
    }
    plain
}
