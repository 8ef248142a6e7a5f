//! https: who is trusted, and both versions of HTTP over it.
//!
//! The server is hyper's, over certificates that are made here and that nobody else vouches for.

mod fetch_support;

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use async_std::net::TcpListener;
use async_std::task::{block_on, sleep, spawn};
use fetch_support::{impatient, until, watched};
use futures::StreamExt;
use futures_rustls::TlsAcceptor;
use futures_rustls::rustls::ServerConfig;
use futures_rustls::rustls::crypto::ring;
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use smol_hyper::rt::FuturesIo;
use yieldfrom::fetch::{Failure, Fetcher};

/// What the server has seen.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    closed: AtomicUsize,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
}

/// Takes part in the count as long as it lives, also when its request is cancelled.
struct InFlight(Arc<Seen>);

impl InFlight {
    fn new(seen: &Arc<Seen>) -> Self {
        let now = seen.in_flight.fetch_add(1, SeqCst) + 1;
        seen.most_in_flight.fetch_max(now, SeqCst);
        InFlight(Arc::clone(seen))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, SeqCst);
    }
}

#[derive(Clone)]
struct Spawn;

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for Spawn {
    fn execute(&self, future: F) {
        spawn(future);
    }
}

/// Says by which version it was asked, after the milliseconds that the path names.
async fn answer(request: Request<Incoming>, seen: Arc<Seen>) -> Result<Response<Full<Bytes>>, Infallible> {
    let _in_flight = InFlight::new(&seen);
    let path = request.uri().path();
    sleep(Duration::from_millis(path.trim_start_matches('/').parse().unwrap_or(0))).await;
    let host = request.uri().authority().map_or_else(
        || request.headers()["host"].to_str().unwrap().to_owned(),
        |authority| authority.to_string(),
    );
    let text = format!("{:?} {path} at {}", request.version(), host.split(':').next().unwrap());
    Ok(Response::new(Full::new(text.into())))
}

struct TlsServer {
    port: u16,
    /// The certificate of the authority, in PEM.
    authority: String,
    seen: Arc<Seen>,
}

impl TlsServer {
    /// A server with a certificate for `localhost`, which speaks these protocols.
    fn start(protocols: &[&str]) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));

        let listener = block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let server = TlsServer { port, authority: authority.pem(), seen: Arc::clone(&seen) };
        spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
                spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    seen.connections.fetch_add(1, SeqCst);
                    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    let counts = Arc::clone(&seen);
                    let service = service_fn(move |request| answer(request, Arc::clone(&counts)));
                    let io = FuturesIo::new(stream);
                    let _ = if http2 {
                        http2::Builder::new(Spawn).serve_connection(io, service).await
                    } else {
                        http1::Builder::new().serve_connection(io, service).await
                    };
                    seen.closed.fetch_add(1, SeqCst);
                });
            }
        });
        server
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    fn trusted(&self) -> Fetcher {
        Fetcher::builder().trust(self.authority.as_bytes()).unwrap().retries(0).build()
    }

    fn connections(&self) -> usize {
        self.seen.connections.load(SeqCst)
    }
}

#[test]
fn a_stranger_is_refused() {
    watched(|| {
        let server = TlsServer::start(&["http/1.1"]);
        let error = block_on(impatient().build().fetch(server.url("/"))).unwrap_err();
        assert!(matches!(error.failure(), Failure::Tls(_)), "{error:?}");
        assert!(std::error::Error::source(&error).is_some());
    });
}

#[test]
fn another_name_is_refused() {
    watched(|| {
        let server = TlsServer::start(&["http/1.1"]);
        let error =
            block_on(server.trusted().fetch(format!("https://127.0.0.1:{}/", server.port))).unwrap_err();
        assert_eq!(error.kind(), "tls", "{error:?}");
    });
}

#[test]
fn who_does_not_speak_tls_is_refused() {
    watched(|| {
        let server = yieldfrom::fetch::DemoServer::start().unwrap();
        let url = server.url("/").replace("http:", "https:");
        let error = block_on(impatient().build().fetch(url)).unwrap_err();
        assert_eq!(error.kind(), "tls", "{error:?}");
    });
}

#[test]
fn certificates_in_pem_and_der() {
    watched(|| {
        let server = TlsServer::start(&[]);
        let page = block_on(server.trusted().fetch(server.url("/0"))).unwrap();
        assert_eq!(page.text(), format!("{:?} /0 at localhost", Version::HTTP_11));
        for nothing in
            [b"".as_slice(), b"nothing", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"]
        {
            assert!(Fetcher::builder().trust(nothing).is_err());
        }
        let base64: String = server.authority.lines().filter(|line| !line.starts_with('-')).collect();
        let der = decode(&base64);
        let fetcher = Fetcher::builder().trust(&der).unwrap().build();
        assert_eq!(block_on(fetcher.fetch(server.url("/0"))).unwrap().status, 200);
    });
}

fn decode(base64: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = base64.bytes().filter_map(|byte| DIGITS.iter().position(|digit| *digit == byte));
    let bits: Vec<bool> =
        digits.flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1 == 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit))).collect()
}

#[test]
fn http_1_over_tls() {
    watched(|| {
        let server = TlsServer::start(&["http/1.1"]);
        let fetcher = server.trusted();
        let run = fetcher.at_once((0..20).map(|n| server.url(&format!("/{}", 20 + n % 2))));
        for (n, one) in run.fetched.iter().enumerate() {
            let expected = format!("HTTP/1.1 /{} at localhost", 20 + n % 2);
            assert_eq!(one.result.as_ref().unwrap().text(), expected);
        }
        assert!(server.connections() <= 20);
        assert!(
            server.seen.most_in_flight.load(SeqCst) > 1,
            "they wait for each other no longer than they must"
        );
        fetcher.one_after_another((0..20).map(|_| server.url("/0")));
        assert!(server.connections() <= 20, "{}", server.connections());
    });
}

#[test]
fn http_2_over_tls_shares_one_connection() {
    watched(|| {
        let server = TlsServer::start(&["h2", "http/1.1"]);
        let fetcher = server.trusted();
        let run = fetcher.at_once((0..50).map(|_| server.url("/100")));
        for one in &run.fetched {
            assert_eq!(one.result.as_ref().unwrap().text(), "HTTP/2.0 /100 at localhost");
        }
        assert_eq!((server.connections(), server.seen.most_in_flight.load(SeqCst)), (1, 50));
        let run = fetcher.on_threads(NonZeroUsize::new(3).unwrap(), (0..9).map(|_| server.url("/1")));
        assert!(run.fetched.iter().all(|one| one.result.is_ok()));
        assert_eq!(server.connections(), 1);
    });
}

#[test]
fn a_cancelled_stream_of_http_2_leaves_the_others_alone() {
    watched(|| {
        let server = TlsServer::start(&["h2"]);
        let fetcher = server.trusted();
        assert_eq!(block_on(fetcher.fetch(server.url("/0"))).unwrap().status, 200);
        block_on(async {
            let lasting = async_std::task::spawn(fetcher.fetch(server.url("/400")));
            let mut many = fetcher.stream((0..10).map(|n| server.url(if n == 0 { "/0" } else { "/10000" })));
            assert!(many.next().await.unwrap().result.is_ok());
            until("all are in flight", || server.seen.in_flight.load(SeqCst) == 10);
            drop(many);
            until("one is in flight", || server.seen.in_flight.load(SeqCst) == 1);
            assert_eq!(lasting.await.unwrap().text(), "HTTP/2.0 /400 at localhost");
        });
        assert_eq!((server.connections(), server.seen.closed.load(SeqCst)), (1, 0));
        drop(fetcher);
        until("the connection is closed with its fetcher", || server.seen.closed.load(SeqCst) == 1);
    });
}
