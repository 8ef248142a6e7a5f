//! Why there is no page: one type for every way in which a fetch can fail.
//!
//! The engine below says *what* failed ([`Failure`]); the layer above adds *which URL* ([`FetchError`]). Both are
//! errors in sentences, cheap to clone, and their causes are reached through [`Error::source`].

use std::boxed::Box;
use std::error::Error;
use std::fmt;
use std::io;
use std::string::String;
use std::sync::Arc;
use std::time::Duration;

/// A URL that gave no page, and why.
///
/// ```
/// # async_std::task::block_on(async {
/// use yieldfrom::fetch::{Failure, Fetcher};
///
/// let error = Fetcher::new().fetch("gopher://example.org/").await.unwrap_err();
/// assert_eq!(error.url(), "gopher://example.org/");
/// assert_eq!(error.kind(), "bad url");
/// assert!(matches!(error.failure(), Failure::BadUrl { .. }));
/// assert_eq!(error.to_string(), "gopher://example.org/: not a URL to fetch: the scheme is neither http nor https");
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct FetchError(Box<(String, Failure)>);

impl FetchError {
    pub(super) fn new(url: String, failure: Failure) -> Self {
        FetchError(Box::new((url, failure)))
    }

    /// The URL as it was asked for, whatever redirects were followed since.
    pub fn url(&self) -> &str {
        &self.0.0
    }

    /// What failed, to match on.
    pub fn failure(&self) -> &Failure {
        &self.0.1
    }

    /// What failed in a word or two that never change, for a tally: see [`Failure::kind`].
    pub fn kind(&self) -> &'static str {
        self.0.1.kind()
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.url(), self.failure())
    }
}

impl Error for FetchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failure().source()
    }
}

/// A shared cause, so that an outcome can be cloned.
pub(super) type Cause = Arc<dyn Error + Send + Sync>;

/// What was being waited for when a deadline passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The name, the connection, and for https the handshake.
    Connect,
    /// The head of the answer: its status and its headers.
    Head,
    /// The body of the answer.
    Body,
    /// The next try, after one that failed.
    Retry,
}

/// What failed. New ways may be added, so a `match` needs a last arm.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The text is no URL that can be fetched: malformed, or neither http nor https.
    BadUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// The name of the host could not be resolved.
    Dns(Arc<io::Error>),
    /// The host is there, and nobody listens at the port.
    Refused,
    /// The connection could not be made for another reason: unreachable, no sockets left.
    Connect(Arc<io::Error>),
    /// The handshake failed: a certificate that nobody vouches for, another name in it, no common protocol.
    Tls(Arc<io::Error>),
    /// A deadline passed.
    Timeout {
        /// What was being waited for.
        phase: Phase,
        /// The deadline that passed.
        limit: Duration,
    },
    /// The body is larger than the cap, counted after decompression. The rest was not read.
    TooLarge {
        /// The cap in bytes.
        limit: usize,
    },
    /// More redirects than allowed; a loop of them ends so.
    TooManyRedirects {
        /// How many were allowed.
        limit: u32,
    },
    /// A redirect to where this layer does not go: malformed, or neither http nor https.
    BadRedirect {
        /// Where the server sent us, with what is not ASCII in percent notation.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The answer is not HTTP, or contradicts itself.
    Malformed(Cause),
    /// The connection ended before the answer did.
    CutShort(Cause),
    /// The body says that it is compressed and cannot be decompressed.
    BadEncoding(Arc<io::Error>),
    /// This fetch panicked, by the hand of an observer for one. The others go on.
    Panicked {
        /// What the panic said.
        message: String,
    },
}

impl Failure {
    /// The failure in a word or two that never change, for a tally.
    ///
    /// ```
    /// use yieldfrom::fetch::Failure;
    ///
    /// assert_eq!(Failure::TooLarge { limit: 10 }.kind(), "too large");
    /// ```
    pub fn kind(&self) -> &'static str {
        match self {
            Failure::BadUrl { .. } => "bad url",
            Failure::Dns(_) => "dns",
            Failure::Refused => "refused",
            Failure::Connect(_) => "connect",
            Failure::Tls(_) => "tls",
            Failure::Timeout { .. } => "timeout",
            Failure::TooLarge { .. } => "too large",
            Failure::TooManyRedirects { .. } => "redirects",
            Failure::BadRedirect { .. } => "bad redirect",
            Failure::Malformed(_) => "malformed",
            Failure::CutShort(_) => "cut short",
            Failure::BadEncoding(_) => "encoding",
            Failure::Panicked { .. } => "panicked",
        }
    }

    /// Whether no request went out, so that another try repeats nothing.
    pub(super) fn before_request(&self) -> bool {
        matches!(
            self,
            Failure::Dns(_)
                | Failure::Refused
                | Failure::Connect(_)
                | Failure::Timeout { phase: Phase::Connect, .. }
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::BadUrl { reason } => write!(f, "not a URL to fetch: {reason}"),
            Failure::Dns(_) => f.write_str("the name of the host is not known"),
            Failure::Refused => f.write_str("the connection was refused"),
            Failure::Connect(_) => f.write_str("no connection could be made"),
            Failure::Tls(_) => f.write_str("no secure connection could be agreed on"),
            Failure::Timeout { phase, limit } => match phase {
                Phase::Connect => write!(f, "no connection within {limit:?}"),
                Phase::Head => write!(f, "no answer within {limit:?}"),
                Phase::Body => write!(f, "the body did not end within {limit:?}"),
                Phase::Retry => write!(f, "no try succeeded within {limit:?}"),
            },
            Failure::TooLarge { limit } => write!(f, "the body is larger than {limit} bytes"),
            Failure::TooManyRedirects { limit } => write!(f, "more than {limit} redirects"),
            Failure::BadRedirect { location, reason } => write!(f, "redirected to {location:?}: {reason}"),
            Failure::Malformed(_) => f.write_str("the answer is malformed"),
            Failure::CutShort(_) => f.write_str("the answer was cut short"),
            Failure::BadEncoding(_) => f.write_str("the body cannot be decompressed"),
            Failure::Panicked { message } => write!(f, "the fetch panicked: {message}"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Failure::Dns(cause)
            | Failure::Connect(cause)
            | Failure::Tls(cause)
            | Failure::BadEncoding(cause) => Some(&**cause),
            Failure::Malformed(cause) | Failure::CutShort(cause) => Some(&**cause),
            _ => None,
        }
    }
}
