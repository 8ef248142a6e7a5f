//! From the origin of a URL to a stream of bytes: name, socket, and for https the handshake.

use std::boxed::Box;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::string::{String, ToString};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;
use std::vec::Vec;

use futures::io::{AsyncRead, AsyncWrite};
use futures_rustls::TlsConnector;
use futures_rustls::client::TlsStream;
use futures_rustls::rustls::crypto::ring;
use futures_rustls::rustls::pki_types::{CertificateDer, ServerName};
use futures_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::bell::Doorman;
use super::board::{Board, Seat};
use super::error::{Failure, Phase};
use super::runtime::{self, TcpStream};

/// Whom a connection leads to. Two URLs with the same one share their connections and the limit per host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    pub(super) tls: bool,
    pub(super) host: String,
    pub(super) port: u16,
}

impl Origin {
    /// The origin of a URL that was found to be http or https.
    pub(super) fn of(url: &Url) -> Self {
        Origin {
            tls: url.scheme() == "https",
            host: url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_string(),
            port: url.port_or_known_default().unwrap_or(80),
        }
    }
}

/// How many reads in a row may find bytes waiting before the task gives way.
///
/// A server on the same machine can write as fast as we read; without this a flood that never becomes a head or a
/// piece of body would keep one poll busy for ever, and no deadline could be noticed.
const ROW: u8 = 16;

/// A connection, plain or secured.
#[derive(Debug)]
pub(super) struct Io {
    wire: Wire,
    row: u8,
}

#[derive(Debug)]
enum Wire {
    Plain(Socket),
    Secured(Box<TlsStream<Socket>>),
}

/// A socket that is read only when the system has said that there is something to read: by way of the board of
/// whoever polls it, or of async-std's reactor.
#[derive(Debug)]
struct Socket {
    stream: TcpStream,
    doorman: Doorman,
    seat: Option<Seat>,
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let Socket { stream, doorman, seat } = self.get_mut();
        let board = Board::current();
        if seat.as_ref().map(Seat::board) != board.as_ref().map(Arc::as_ptr) {
            // Whatever has come so far, nobody may have rung for.
            *seat = board.and_then(|board| board.seat(stream, doorman.bell()));
            doorman.bell().note();
        }
        let (seated, room) = (seat.is_some(), buf.len());
        doorman.poll(cx, |cx| {
            Pin::new(stream).poll_read(cx, buf).map(|read| {
                // Less than there was room for was all there is, and the board rings for what comes now.
                let all = seated && read.as_ref().is_ok_and(|&read| read < room);
                (read, !all)
            })
        })
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_close(cx)
    }
}

impl Io {
    /// Whether both ends agreed on HTTP/2.
    pub(super) fn is_http2(&self) -> bool {
        match &self.wire {
            Wire::Plain(_) => false,
            Wire::Secured(stream) => stream.get_ref().1.alpn_protocol() == Some(b"h2"),
        }
    }
}

impl AsyncRead for Io {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        if self.row == ROW {
            self.row = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let read = match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Wire::Secured(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        self.row = if read.is_ready() { self.row + 1 } else { 0 };
        read
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Wire::Secured(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Wire::Secured(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_close(cx),
            Wire::Secured(stream) => Pin::new(stream).poll_close(cx),
        }
    }
}

/// Makes connections.
#[derive(Default)]
pub(super) struct Connector {
    /// Who may vouch for a server beside those whom the system trusts.
    extra: Vec<CertificateDer<'static>>,
    /// Made for the first https URL: reading the system's certificates takes some milliseconds.
    tls: OnceLock<TlsConnector>,
}

impl Connector {
    pub(super) fn new(extra: Vec<CertificateDer<'static>>) -> Self {
        Connector { extra, tls: OnceLock::new() }
    }

    /// A connection within the time.
    pub(super) async fn connect(&self, origin: &Origin, time: Duration) -> Result<Io, Failure> {
        let attempt = async {
            let addresses = match origin.host.parse::<IpAddr>() {
                Ok(ip) => vec![SocketAddr::new(ip, origin.port)],
                Err(_) => runtime::resolve(&origin.host, origin.port)
                    .await
                    .map_err(|error| Failure::Dns(Arc::new(error)))?,
            };
            let stream = runtime::connect(&addresses, time).await.map_err(|error| match error.kind() {
                io::ErrorKind::ConnectionRefused => Failure::Refused,
                io::ErrorKind::TimedOut => Failure::Timeout { phase: Phase::Connect, limit: time },
                _ => Failure::Connect(Arc::new(error)),
            })?;
            let stream = Socket { stream, doorman: Doorman::new(), seat: None };
            if !origin.tls {
                return Ok(Io { wire: Wire::Plain(stream), row: 0 });
            }
            self.secure(origin, stream).await.map_err(|error| Failure::Tls(Arc::new(error)))
        };
        let late = Err(Failure::Timeout { phase: Phase::Connect, limit: time });
        runtime::timeout(time, attempt).await.unwrap_or(late)
    }

    async fn secure(&self, origin: &Origin, stream: Socket) -> io::Result<Io> {
        let name = ServerName::try_from(origin.host.clone()).map_err(io::Error::other)?;
        let connector = match self.tls.get() {
            Some(connector) => connector,
            None => {
                let made = self.tls()?;
                self.tls.get_or_init(|| made)
            }
        };
        let stream = connector.connect(name, stream).await?;
        Ok(Io { wire: Wire::Secured(Box::new(stream)), row: 0 })
    }

    fn tls(&self) -> io::Result<TlsConnector> {
        let mut roots = RootCertStore::empty();
        // A system without certificates is no error yet: the caller may have brought all that are needed.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        for certificate in &self.extra {
            roots.add(certificate.clone()).map_err(io::Error::other)?;
        }
        // The provider is named: what else the program links must not decide it.
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsConnector::from(Arc::new(config)))
    }
}
