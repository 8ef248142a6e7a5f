//! The engine: surf in front, hyper below, and nothing else of this crate knows either.
//!
//! surf is a front for any [`HttpClient`]; this one is ours, because none that comes with it is safe to use (see
//! the README). It sends one request and hands over one answer. Redirects, tries and deadlines are the layer's.
//!
//! Three things are done differently from the usual pool over hyper:
//!
//! - An HTTP/1 connection is polled by the fetch that uses it, not by a task of its own. So nothing is spawned,
//!   nothing is woken across threads, and dropping a fetch closes its connection there and then: there is no way
//!   for a late answer to reach the next request. While it waits in the pool nobody polls it; before it is used
//!   again it is polled once, which finds out whether the server has closed it.
//! - The head of the answer travels beside surf's response. http-types knows a closed set of status codes, and
//!   header values in ASCII only; the net knows more. It also saves a `String` for each header.
//! - The body is read in the pieces in which it arrives, without a copy in between.

use std::boxed::Box;
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread_local;
use std::time::Duration;
use std::vec::Vec;

use futures::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite};
use futures::lock::Mutex as AsyncMutex;
use http::{HeaderMap, HeaderValue, Request, Response, Uri, header};
use http_body_util::Empty;
use http_client::{HttpClient, async_trait, http_types};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::rt::{Executor, Read, ReadBufCursor, Write};
use url::{Position, Url};

use super::connect::{Connector, Io, Origin};
use super::error::{Failure, Phase};
use super::lock;
use super::pool::Pool;
use super::runtime::{self, Running};
use super::watch::Watch;

/// How many headers an answer may have. hyper's own limit, 100, is too few for some sites; but only up to that one it
/// needs no memory of 64 bytes a header for every answer. So an answer that was too large is asked for once more, on a
/// connection with room for this many.
const HEADERS: usize = 512;

/// For how many https hosts it is remembered which HTTP they speak.
const GATES: usize = 1024;

/// What to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Head,
}

/// surf, over our engine.
#[derive(Debug)]
pub(super) struct Client(surf::Client);

/// The head of an answer, and its body still to be read.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    body: surf::Body,
}

/// The head as it came, beside surf's response.
struct Head(u16, HeaderMap);

impl Client {
    /// `headers` go with every request, the connector has the time `connect` for a connection, and so many are kept
    /// when they are idle.
    pub(super) fn new(connector: Connector, connect: Duration, headers: HeaderMap, idle: usize) -> Self {
        Client(surf::Client::with_http_client(Engine(Arc::new(Lines {
            connector,
            connect,
            headers,
            plain: Pool::new(idle),
            shared: Pool::new(idle),
            gates: Mutex::default(),
        }))))
    }

    /// Sends one request. The caller has found the URL to be http or https.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &Url,
        watch: &Arc<Watch>,
    ) -> Result<Answer, Failure> {
        let method = match method {
            Method::Get => http_types::Method::Get,
            Method::Head => http_types::Method::Head,
        };
        let mut request = surf::Request::new(method, url.clone());
        request.set_ext(Arc::clone(watch));
        match self.0.send(request).await {
            Ok(response) => {
                let mut response: http_types::Response = response.into();
                let Head(status, headers) = response
                    .ext_mut()
                    .remove()
                    .unwrap_or_else(|| Head(response.status().into(), HeaderMap::new()));
                Ok(Answer { status, headers, body: response.take_body() })
            }
            Err(error) => Err(error.downcast().unwrap_or_else(|other| Failure::Malformed(text(other)))),
        }
    }
}

impl Answer {
    /// The next piece of the body; an empty one is the end. It is read once it has been [consumed](Self::consume).
    pub(super) async fn piece(&mut self) -> Result<&[u8], Failure> {
        self.body.fill_buf().await.map_err(|error| match error.downcast() {
            Ok(failure) => failure,
            Err(error) => Failure::CutShort(Arc::new(error)),
        })
    }

    pub(super) fn consume(&mut self, amount: usize) {
        Pin::new(&mut self.body).consume(amount);
    }
}

/// surf's error without the backtrace that its `Debug` prints.
fn text(error: surf::Error) -> Arc<dyn Error + Send + Sync> {
    Arc::from(Box::<dyn Error + Send + Sync>::from(std::format!("{error}")))
}

type NoBody = Empty<Bytes>;

/// A connection as hyper sees it.
struct Wire(Io);

thread_local! {
    /// Where bytes land before hyper takes them. Its own buffer is memory that nothing was written to yet, which no
    /// socket can be given without `unsafe` or clearing it for every read; a copy of what has arrived costs less.
    static LANDING: RefCell<[u8; 32 * 1024]> = const { RefCell::new([0; 32 * 1024]) };
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        LANDING.with_borrow_mut(|landing| {
            let room = landing.len().min(buf.remaining());
            let read = ready!(Pin::new(&mut self.0).poll_read(cx, &mut landing[..room]))?;
            buf.put_slice(&landing[..read]);
            Poll::Ready(Ok(()))
        })
    }
}

impl Write for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

/// An HTTP/1 connection: whoever holds it polls it.
struct Line {
    sender: http1::SendRequest<NoBody>,
    connection: Connection,
    used: bool,
}

/// Dropped as soon as it has ended: a request that it has not taken up by then is refused only so. Kept, it would let
/// that request wait for ever when the server closes the connection at the moment when it is used again.
struct Connection(Option<http1::Connection<Wire, NoBody>>);

impl Connection {
    /// Lets it read and write.
    fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(connection) = &mut self.0
            && Pin::new(connection).poll(cx).is_ready()
        {
            // How it ended is told to the request under way, which is who wants to know.
            self.0 = None;
        }
    }
}

impl Line {
    /// Whether it can take the next request.
    fn is_free(&mut self, cx: &mut Context<'_>) -> bool {
        self.connection.drive(cx);
        self.connection.0.is_some() && self.sender.is_ready()
    }

    async fn ask(&mut self, request: Request<NoBody>) -> hyper::Result<Response<Incoming>> {
        let mut answer = pin!(self.sender.send_request(request));
        poll_fn(|cx| {
            self.connection.drive(cx);
            answer.as_mut().poll(cx)
        })
        .await
    }
}

/// An HTTP/2 connection: many requests share it, so it has a task of its own, which ends with the last of them.
#[derive(Clone)]
struct Shared {
    sender: http2::SendRequest<NoBody>,
    _tasks: Tasks,
}

/// What hyper wants to have spawned for one connection; dropping the last handle cancels it.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<Vec<Running>>>);

impl Tasks {
    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.0);
        tasks.retain_mut(|task| !task.is_finished());
        tasks.push(runtime::spawn(future));
    }
}

/// Tasks as hyper sees them. It holds no handle that would keep the tasks alive from within.
#[derive(Clone)]
struct Spawner(std::sync::Weak<Mutex<Vec<Running>>>);

impl<F: Future + Send + 'static> Executor<F> for Spawner {
    fn execute(&self, future: F) {
        if let Some(tasks) = self.0.upgrade() {
            Tasks(tasks).spawn(async {
                future.await;
            });
        }
    }
}

/// What an answer's body comes from.
enum Source {
    Line(Box<Line>),
    Shared(Shared),
}

/// Connections, in use and idle.
struct Lines {
    connector: Connector,
    connect: Duration,
    headers: HeaderMap,
    plain: Pool<Box<Line>>,
    shared: Pool<Shared>,
    /// For each https origin a gate: until it is known whether the server speaks HTTP/2, one fetch connects and the
    /// others wait, so that they share its connection rather than make as many as they are. `true`: it does not.
    gates: Mutex<HashMap<Origin, Arc<AsyncMutex<bool>>>>,
}

impl Lines {
    /// A connection that waits in the pool and still stands.
    async fn pooled(&self, origin: &Origin) -> Option<Source> {
        if origin.tls
            && let Some(shared) = self.shared.share(origin, |shared| !shared.sender.is_closed())
        {
            return Some(Source::Shared(shared));
        }
        while let Some(mut line) = self.plain.take(origin) {
            if poll_fn(|cx| Poll::Ready(line.is_free(cx))).await {
                return Some(Source::Line(line));
            }
        }
        None
    }

    async fn open(&self, origin: &Origin, roomy: bool) -> Result<Source, Failure> {
        let io = self.connector.connect(origin, self.connect).await?;
        let lost = |error| Failure::Connect(Arc::new(io::Error::other(error)));
        if io.is_http2() {
            let tasks = Tasks::default();
            let (sender, connection) = http2::Builder::new(Spawner(Arc::downgrade(&tasks.0)))
                .handshake(Wire(io))
                .await
                .map_err(lost)?;
            tasks.spawn(async {
                // How it ended is told to the requests under way.
                let _ = connection.await;
            });
            let shared = Shared { sender, _tasks: tasks };
            self.shared.put(origin.clone(), shared.clone());
            return Ok(Source::Shared(shared));
        }
        let mut builder = http1::Builder::new();
        if roomy {
            builder.max_headers(HEADERS);
        }
        let (sender, connection) = builder.handshake(Wire(io)).await.map_err(lost)?;
        Ok(Source::Line(Box::new(Line { sender, connection: Connection(Some(connection)), used: false })))
    }

    fn gate(&self, origin: &Origin) -> Arc<AsyncMutex<bool>> {
        let mut gates = lock(&self.gates);
        if gates.len() >= GATES && !gates.contains_key(origin) {
            gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        Arc::clone(gates.entry(origin.clone()).or_default())
    }

    /// A connection to ask on.
    async fn line(&self, origin: &Origin, roomy: bool) -> Result<Source, Failure> {
        if !roomy && let Some(line) = self.pooled(origin).await {
            return Ok(line);
        }
        if !origin.tls || roomy {
            return self.open(origin, roomy).await;
        }
        let gate = self.gate(origin);
        let mut http1_only = gate.lock().await;
        if *http1_only {
            drop(http1_only);
            return self.open(origin, false).await;
        }
        if let Some(line) = self.pooled(origin).await {
            return Ok(line);
        }
        let line = self.open(origin, false).await?;
        *http1_only = matches!(line, Source::Line(_));
        Ok(line)
    }

    fn request(&self, get: bool, url: &Url, http2: bool) -> Result<Request<NoBody>, Failure> {
        let bad = |error: http::Error| Failure::BadUrl { reason: std::format!("{error}") };
        let (from, host) = (
            &url[Position::BeforePath..Position::AfterQuery],
            &url[Position::BeforeHost..Position::AfterPort],
        );
        // HTTP/2 says the whole address, HTTP/1 the path, with the host in a header.
        let uri = if http2 { &url[..Position::AfterQuery] } else { from };
        let uri = Uri::try_from(uri).map_err(|error| bad(error.into()))?;
        let mut request = Request::new(NoBody::new());
        *request.method_mut() = if get { http::Method::GET } else { http::Method::HEAD };
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        *headers = self.headers.clone();
        if !http2 {
            headers.insert(header::HOST, HeaderValue::from_str(host).map_err(|error| bad(error.into()))?);
        }
        Ok(request)
    }

    async fn send(
        self: &Arc<Self>,
        get: bool,
        url: &Url,
        watch: Arc<Watch>,
    ) -> Result<http_types::Response, Failure> {
        let origin = Origin::of(url);
        let mut roomy = false;
        loop {
            watch.enter(Phase::Connect);
            let late = Err(Failure::Timeout { phase: Phase::Connect, limit: self.connect });
            let source = match if roomy { None } else { self.pooled(&origin).await } {
                Some(source) => source,
                None => {
                    // Boxed, as it is rare and large: else its frame, with the handshake's, is in that of every fetch.
                    let line = Box::pin(self.line(&origin, roomy));
                    runtime::timeout(self.connect, line).await.unwrap_or(late)?
                }
            };
            watch.enter(Phase::Head);
            let (answer, source) = match source {
                Source::Line(mut line) => {
                    let used = std::mem::replace(&mut line.used, true);
                    match line.ask(self.request(get, url, false)?).await {
                        Ok(answer) => (answer, Source::Line(line)),
                        // The server closed it at the moment when it was taken up again. Nothing was answered, and
                        // what we ask may be asked twice, so another connection takes over.
                        Err(error) if used && is_lost(&error) => continue,
                        Err(error) if !roomy && error.is_parse_too_large() => {
                            roomy = true;
                            continue;
                        }
                        Err(error) => return Err(failure(error)),
                    }
                }
                Source::Shared(mut shared) => {
                    match shared.sender.send_request(self.request(get, url, true)?).await {
                        Ok(answer) => (answer, Source::Shared(shared)),
                        // It was never sent: the connection had ended.
                        Err(error) if error.is_canceled() => continue,
                        Err(error) => return Err(failure(error)),
                    }
                }
            };
            watch.enter(Phase::Body);
            return Ok(self.response(answer, source, origin, watch).await);
        }
    }

    async fn response(
        self: &Arc<Self>,
        answer: Response<Incoming>,
        source: Source,
        origin: Origin,
        watch: Arc<Watch>,
    ) -> http_types::Response {
        let (mut head, body) = answer.into_parts();
        detach(&mut head.headers);
        let status = head.status.as_u16();
        // The nearest status that surf has a name for; the true one is beside it.
        let known = http_types::StatusCode::try_from(status).unwrap_or(http_types::StatusCode::Ok);
        let mut response = http_types::Response::new(known);
        response.ext_mut().insert(Head(status, head.headers));
        let mut pieces = Pieces {
            piece: Bytes::new(),
            body,
            source: Some(source),
            origin,
            lines: Arc::clone(self),
            watch,
        };
        if pieces.body.is_end_stream() {
            poll_fn(|cx| {
                pieces.give_back(cx);
                Poll::Ready(())
            })
            .await;
        } else {
            response.set_body(http_types::Body::from_reader(Alone(Mutex::new(pieces)), None));
        }
        response
    }
}

/// Gives the values one small buffer of their own. They come as slices of the connection's, and a page that is kept
/// would keep all of that: eight kilobytes at least, for some hundred bytes of headers.
fn detach(headers: &mut HeaderMap) {
    let mut all = Vec::with_capacity(headers.values().map(HeaderValue::len).sum());
    for value in headers.values() {
        all.extend_from_slice(value.as_bytes());
    }
    let mut all = Bytes::from(all);
    for value in headers.values_mut() {
        if let Ok(own) = HeaderValue::from_maybe_shared(all.split_to(value.len())) {
            *value = own;
        }
    }
}

/// A body that is read piece by piece. When it has ended, its connection goes back to the pool; when it is dropped
/// before, its connection is closed.
struct Pieces {
    piece: Bytes,
    body: Incoming,
    source: Option<Source>,
    origin: Origin,
    lines: Arc<Lines>,
    watch: Arc<Watch>,
}

impl Pieces {
    fn give_back(&mut self, cx: &mut Context<'_>) {
        if let Some(Source::Line(mut line)) = self.source.take()
            && line.is_free(cx)
        {
            self.lines.plain.put(self.origin.clone(), line);
        }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.piece.is_empty() && self.source.is_some() {
            let mut frame = Pin::new(&mut self.body).poll_frame(cx);
            if frame.is_pending()
                && let Some(Source::Line(line)) = &mut self.source
            {
                line.connection.drive(cx);
                frame = Pin::new(&mut self.body).poll_frame(cx);
            }
            match ready!(frame) {
                Some(Ok(frame)) => {
                    self.watch.touch();
                    // What is not data are trailers, which nobody asked for.
                    self.piece = frame.into_data().unwrap_or_default();
                }
                Some(Err(error)) => {
                    self.source = None;
                    return Poll::Ready(Err(io::Error::other(failure(error))));
                }
                None => self.give_back(cx),
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Shared by nobody, though http-types wants a body that could be: the lock is never taken.
struct Alone<T>(Mutex<T>);

impl<T> Alone<T> {
    fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncBufRead for Alone<Pieces> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let pieces = self.get_mut().get_mut();
        ready!(pieces.poll_piece(cx))?;
        Poll::Ready(Ok(&pieces.piece))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let piece = &mut self.get_mut().get_mut().piece;
        let amount = amount.min(piece.len());
        let _read = piece.split_to(amount);
    }
}

impl AsyncRead for Alone<Pieces> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let piece = ready!(self.as_mut().poll_fill_buf(cx))?;
        let amount = piece.len().min(buf.len());
        buf[..amount].copy_from_slice(&piece[..amount]);
        self.consume(amount);
        Poll::Ready(Ok(amount))
    }
}

/// The engine as surf sees it.
struct Engine(Arc<Lines>);

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for Engine {
    async fn send(&self, request: http_types::Request) -> Result<http_types::Response, http_types::Error> {
        let watch = request.ext().get::<Arc<Watch>>().cloned();
        let watch = watch.unwrap_or_else(|| Arc::new(Watch::new(Duration::MAX, Duration::MAX)));
        let get = request.method() == http_types::Method::Get;
        let answer = self.0.send(get, request.url(), watch).await;
        answer.map_err(|failure| http_types::Error::new(http_types::StatusCode::BadGateway, failure))
    }
}

/// The cause of the error that came from the socket.
fn from_socket(error: &hyper::Error) -> Option<&io::Error> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        cause = error.source();
    }
    None
}

/// Whether the connection ended without any answer.
fn is_lost(error: &hyper::Error) -> bool {
    error.is_canceled()
        || error.is_closed()
        || error.is_incomplete_message()
        || from_socket(error).is_some_and(is_end)
}

fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), ConnectionReset | ConnectionAborted | BrokenPipe | NotConnected | UnexpectedEof)
}

/// hyper's error in our words.
fn failure(error: hyper::Error) -> Failure {
    let cut = !error.is_parse() && (is_lost(&error) || from_socket(&error).is_none());
    let cause = Arc::new(error);
    if cut { Failure::CutShort(cause) } else { Failure::Malformed(cause) }
}
