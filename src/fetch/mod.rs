//! Fetching many URLs at once: bounded, every URL accounted for, nothing that hangs.
//!
//! A [`Fetcher`] takes URLs from whatever can be iterated, such as a generator, and gives for each exactly one outcome: a
//! [`Page`] or a [`FetchError`].
//!
//! | what you want | what to call |
//! |---|---|
//! | one page, to await or to yield from a coroutine | [`Fetcher::fetch`] |
//! | many, as they come | [`Fetcher::stream`] |
//! | many, in the order of the input | [`Fetcher::gather`] |
//! | to compare: the same URLs by three strategies | [`Fetcher::one_after_another`], [`Fetcher::on_threads`], [`Fetcher::at_once`] |
//! | to see when each was under way, and to count how they ended | [`Waterfall`], [`Tally`] |
//!
//! ```
//! use yieldfrom::fetch::{DemoServer, Fetcher};
//!
//! let server = DemoServer::start()?;
//! let urls = ["/delay/60", "/delay/20", "/nowhere"].map(|path| server.url(path));
//! let run = Fetcher::new().at_once(urls);
//! let status: Vec<u16> = run.fetched.iter().map(|one| one.result.as_ref().unwrap().status).collect();
//! assert_eq!(status, [200, 200, 404]);
//! assert_eq!(run.report.in_flight_max, 3);
//! # std::io::Result::Ok(())
//! ```
//!
//! What holds for every fetch, and can be set with [`Fetcher::builder`]:
//!
//! | | default |
//! |---|---|
//! | in flight at one time | 64 |
//! | in flight to one host | as many |
//! | time for a connection | 10 s |
//! | time for the head of the answer, and between two pieces of its body | 20 s |
//! | time for the whole, with connecting, redirects and further tries | 60 s |
//! | further tries | 2, after about 0.1 s and 0.2 s |
//! | redirects | 10, to http and https only |
//! | size of a body, decompressed | 16 MiB |
//!
//! Repeated is only what may be repeated: a request that found no connection, and answers 429, 502, 503 and 504,
//! whose `Retry-After` is heeded as far as the time for the whole allows. A non-2xx answer is a page with its
//! status, as with every client that people know.
//!
//! Below are surf, hyper 1 and rustls on async-std's sockets; there is no other runtime beside. `http` and its
//! header types are part of this interface. Proxies are not supported: `HTTP_PROXY` is not looked at.

mod bell;
#[cfg_attr(
    any(yieldfrom_no_board, not(any(target_os = "linux", target_os = "android"))),
    path = "no_board.rs"
)]
mod board;
mod body;
mod client;
mod connect;
mod demo_server;
mod error;
mod flight;
mod one;
mod pool;
mod report;
mod runtime;
mod schedule;
mod strategy;
mod watch;
mod waterfall;

use std::borrow::Cow;
use std::boxed::Box;
use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use std::vec::Vec;

use futures_rustls::rustls::RootCertStore;
use futures_rustls::rustls::pki_types::CertificateDer;
use futures_rustls::rustls::pki_types::pem::PemObject;
use http::{HeaderMap, HeaderValue, header};

use self::bell::Alarms;
use self::board::Board;
use self::client::{Client, Method};
use self::connect::Connector;
use self::one::Rules;
use self::watch::Watch;

pub use self::demo_server::{Counts, DemoServer};
pub use self::error::{Failure, FetchError, Phase};
pub use self::report::{Ending, Report, Span, Tally};
pub use self::strategy::{Fetches, Run};
pub use self::waterfall::Waterfall;
pub use http;

/// Fetches URLs. Cheap to clone; the clones share connections.
///
/// ```
/// use std::num::NonZero;
/// use std::time::Duration;
/// use yieldfrom::fetch::Fetcher;
///
/// let fetcher = Fetcher::builder()
///     .limit(NonZero::new(8).unwrap())
///     .limit_per_host(NonZero::new(2).unwrap())
///     .timeout(Duration::from_secs(15))
///     .build();
/// # drop(fetcher);
/// ```
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    client: Client,
    rules: Rules,
    limit: NonZeroUsize,
    per_host: Option<NonZeroUsize>,
    observer: Option<Box<Observer>>,
}

/// Takes a lock whether or not somebody panicked with it: nothing that is guarded here is left half-done.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Observer = dyn Fn(Event<'_>) + Send + Sync;

impl Inner {
    fn observe(&self, event: Event<'_>) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }
}

impl Default for Fetcher {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { rules, limit, per_host, .. } = &*self.0;
        f.debug_struct("Fetcher")
            .field("limit", limit)
            .field("per_host", per_host)
            .field("rules", rules)
            .finish()
    }
}

impl Fetcher {
    /// A fetcher with the defaults that the [module](self) lists.
    pub fn new() -> Self {
        Builder::default().build()
    }

    /// A fetcher with settings of your own.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Fetches one page. The future owns all that it needs, so that a coroutine can yield it to its event loop.
    ///
    /// The limits in flight are not for single fetches: whoever polls this future has decided to start it.
    ///
    /// ```
    /// use yieldfrom::fetch::{DemoServer, Fetcher};
    ///
    /// let server = DemoServer::start()?;
    /// let page = async_std::task::block_on(Fetcher::new().fetch(server.url("/bytes/3"))).unwrap();
    /// assert_eq!((page.status, page.text().as_ref()), (200, "abc"));
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// The future gives a [`FetchError`] when there is no page.
    pub fn fetch(&self, url: impl Into<String>) -> Fetch {
        self.single(Method::Get, url.into())
    }

    /// Asks for the head of a page alone: its `body` is empty, its headers are those that [`fetch`](Self::fetch)
    /// would give.
    ///
    /// # Errors
    ///
    /// As for [`fetch`](Self::fetch).
    pub fn head(&self, url: impl Into<String>) -> Fetch {
        self.single(Method::Head, url.into())
    }

    fn single(&self, method: Method, url: String) -> Fetch {
        let inner = Arc::clone(&self.0);
        Fetch(Box::pin(async move {
            let watch = Arc::new(Watch::new(inner.rules.whole, inner.rules.idle));
            let parsed = one::parse(&url);
            let fetch = one::fetch(&inner.client, &inner.rules, method, parsed, &watch, |_, _| {});
            one::caught(fetch).await.map_err(|failure| FetchError::new(url, failure))
        }))
    }
}

/// One fetch under way: see [`Fetcher::fetch`]. Nothing happens before it is polled; dropping it closes its
/// connection.
#[must_use = "futures do nothing unless polled"]
pub struct Fetch(Pin<Box<dyn Future<Output = Result<Page, FetchError>> + Send>>);

impl Future for Fetch {
    type Output = Result<Page, FetchError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // It waits by itself, also when it is awaited within an observer of a run.
        Board::within(None, || self.0.as_mut().poll(cx))
    }
}

impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetch").finish_non_exhaustive()
    }
}

/// An answer, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it was found: the URL after all redirects, without its fragment.
    pub url: String,
    /// The status as it came: 200, 404, also one that no standard knows.
    pub status: u16,
    /// The headers as they came; values need not be text. When the body was decompressed, those that spoke of it as
    /// it was sent (`Content-Encoding`, `Content-Length`) are left out.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

impl Page {
    /// The body as text. It is taken for UTF-8; what is not becomes U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Whether the status is one of success: 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The one outcome of one URL.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The URL as it was given.
    pub url: String,
    /// Its place in the input, from 0.
    pub index: usize,
    /// When it was started.
    pub started: Instant,
    /// When its outcome was known.
    pub ended: Instant,
    /// How often it was tried: 1 when nothing had to be repeated, 0 when the URL is none.
    pub tries: u32,
    /// How many redirects were followed.
    pub hops: u32,
    /// The page, or why there is none.
    pub result: Result<Page, FetchError>,
}

impl Fetched {
    /// This outcome as part of a report that began then.
    pub fn span(&self, began: Instant) -> Span {
        let (ending, bytes) = match &self.result {
            Ok(page) => (Ending::Page { status: page.status }, page.body.len() as u64),
            Err(error) => (Ending::Failed { kind: error.kind() }, 0),
        };
        Span {
            index: self.index,
            url: self.url.clone(),
            started: self.started.saturating_duration_since(began),
            ended: self.ended.saturating_duration_since(began),
            ending,
            tries: self.tries,
            hops: self.hops,
            bytes,
        }
    }
}

/// What happens during a run, for an [observer](Builder::observer): a line in a log, a progress bar.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A fetch begins.
    Started {
        /// The place of the URL in the input.
        index: usize,
        /// The URL as it was given.
        url: &'a str,
    },
    /// A try failed, and there will be another.
    Retrying {
        /// The place of the URL in the input.
        index: usize,
        /// The URL as it was given.
        url: &'a str,
        /// Which try the next one is: 2 for the first repetition.
        tries: u32,
        /// How long it waits before.
        wait: Duration,
    },
    /// There is an outcome.
    Done(&'a Fetched),
}

/// Settings for a [`Fetcher`]: see the [module](self) for the defaults.
pub struct Builder {
    limit: NonZeroUsize,
    per_host: Option<NonZeroUsize>,
    connect: Duration,
    rules: Rules,
    user_agent: HeaderValue,
    certificates: Vec<CertificateDer<'static>>,
    observer: Option<Box<Observer>>,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            limit: const { NonZeroUsize::new(64).unwrap() },
            per_host: None,
            connect: Duration::from_secs(10),
            rules: Rules {
                whole: Duration::from_secs(60),
                idle: Duration::from_secs(20),
                retries: 2,
                backoff: Duration::from_millis(100),
                redirects: 10,
                cap: 16 << 20,
                gzip: true,
                alarms: Alarms::default(),
            },
            user_agent: HeaderValue::from_static(concat!("yieldfrom/", env!("CARGO_PKG_VERSION"))),
            certificates: Vec::new(),
            observer: None,
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("limit", &self.limit)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// How many may be in flight at one time in one run: a stream, a gather, a strategy. Results that nobody has
    /// taken yet count too.
    pub fn limit(mut self, limit: NonZeroUsize) -> Self {
        self.limit = limit;
        self
    }

    /// How many of them may go to one host, which is a scheme, a name and a port. Those that wait for a busy host
    /// hold up no others; as many as the limit may wait.
    pub fn limit_per_host(mut self, limit: NonZeroUsize) -> Self {
        self.per_host = Some(limit);
        self
    }

    /// How long it may take to connect: name, socket and handshake.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect = time;
        self
    }

    /// How long it may take until the head of the answer is there, and from one piece of the body to the next.
    pub fn idle_timeout(mut self, time: Duration) -> Self {
        self.rules.idle = time;
        self
    }

    /// How long the whole may take: connecting, head, body, redirects and further tries together.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.rules.whole = time;
        self
    }

    /// How many further tries there are when the first has failed; 0 for none.
    pub fn retries(mut self, times: u32) -> Self {
        self.rules.retries = times;
        self
    }

    /// How long to wait before the second try, at least; up to twice as long by chance, so that many who failed at
    /// one moment do not come back at one moment. Each further wait is twice the one before.
    pub fn backoff(mut self, first: Duration) -> Self {
        self.rules.backoff = first;
        self
    }

    /// How many redirects are followed; one more is an error.
    pub fn redirects(mut self, times: u32) -> Self {
        self.rules.redirects = times;
        self
    }

    /// How many bytes a body may have, after decompression.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.rules.cap = bytes;
        self
    }

    /// Whether to ask for gzip and undo it. Without it, bodies are handed over as they come.
    pub fn gzip(mut self, yes: bool) -> Self {
        self.rules.gzip = yes;
        self
    }

    /// What to call ourselves. The default is `yieldfrom/` and the version.
    ///
    /// # Errors
    ///
    /// [`BuildError::UserAgent`] when a header cannot hold it: a line break in it, for one.
    pub fn user_agent(mut self, name: &str) -> Result<Self, BuildError> {
        self.user_agent = HeaderValue::from_str(name).map_err(|_| BuildError::UserAgent(name.into()))?;
        Ok(self)
    }

    /// Trusts these certificates beside those that the system trusts: one in DER, or any number in PEM.
    ///
    /// # Errors
    ///
    /// [`BuildError::Certificate`] when there is none in it that can be read.
    pub fn trust(mut self, certificates: &[u8]) -> Result<Self, BuildError> {
        let mut found: Vec<_> = CertificateDer::pem_slice_iter(certificates)
            .collect::<Result<_, _>>()
            .map_err(|_| BuildError::Certificate)?;
        if found.is_empty() {
            found.push(CertificateDer::from(certificates.to_vec()));
        }
        let mut store = RootCertStore::empty();
        for certificate in &found {
            store.add(certificate.clone()).map_err(|_| BuildError::Certificate)?;
        }
        self.certificates.append(&mut found);
        Ok(self)
    }

    /// Sees what happens during a run, in true order and on the threads on which it happens. It should be quick: the
    /// fetches wait for it. When it panics, the fetch that it was called for has failed, and no other.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use yieldfrom::fetch::{DemoServer, Event, Fetcher};
    ///
    /// let server = DemoServer::start()?;
    /// let (tell, heard) = mpsc::channel();
    /// let fetcher = Fetcher::builder()
    ///     .observer(move |event| match event {
    ///         Event::Started { index, .. } => tell.send(format!("Start {index}")).unwrap(),
    ///         Event::Done(fetched) => tell.send(format!("Done {}", fetched.index)).unwrap(),
    ///         _ => {}
    ///     })
    ///     .build();
    /// fetcher.at_once(["/delay/150", "/delay/50"].map(|path| server.url(path)));
    /// let lines: Vec<String> = heard.try_iter().collect();
    /// assert_eq!(lines, ["Start 0", "Start 1", "Done 1", "Done 0"]);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn observer(mut self, observer: impl Fn(Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The fetcher.
    pub fn build(self) -> Fetcher {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::USER_AGENT, self.user_agent);
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        if self.rules.gzip {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        // As many as may be in flight should find room in the pool afterwards.
        let idle = self.limit.get().max(256);
        let client = Client::new(Connector::new(self.certificates), self.connect, headers, idle);
        Fetcher(Arc::new(Inner {
            client,
            rules: self.rules,
            limit: self.limit,
            per_host: self.per_host,
            observer: self.observer,
        }))
    }
}

/// A setting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// This cannot stand in a header.
    UserAgent(String),
    /// There is no certificate in it.
    Certificate,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::UserAgent(name) => write!(f, "{name:?} cannot stand in a header"),
            BuildError::Certificate => {
                f.write_str("there is no certificate in it, neither in PEM nor in DER")
            }
        }
    }
}

impl std::error::Error for BuildError {}
