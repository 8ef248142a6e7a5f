//! Everything that a server can do wrong, and what is right to make of it: one test a trap.
//!
//! None may panic, none may hang, and whatever happened, the next request of the same fetcher gets its own answer.

mod fetch_support;

use std::error::Error;
use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use async_std::task::block_on;
use fetch_support::{impatient, until, watched};
use yieldfrom::fetch::{DemoServer, Failure, FetchError, Fetcher, Page, Phase};

/// Fetches a path of a fresh server, and then another, which must be untouched by what happened before.
fn fetch(path: &'static str, check: fn(Result<Page, FetchError>)) {
    watched(move || {
        let server = DemoServer::start().unwrap();
        let fetcher = impatient().build();
        let url = server.url(path);
        let result = block_on(fetcher.fetch(&url));
        if let Err(error) = &result {
            assert_eq!(error.url(), url);
            presentable(error);
        }
        check(result);
        let after = block_on(fetcher.fetch(server.url("/bytes/7"))).unwrap();
        assert_eq!((after.status, after.text().as_ref()), (200, "abcdefg"));
        until("nothing is in flight any more", || server.counts().in_flight == 0);
    });
}

/// What a reader gets to see is in sentences, without the innards of the engine.
fn presentable(error: &dyn Error) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    assert!(!text.contains("backtrace") && !text.contains("Error {"), "{text}");
}

macro_rules! traps {
    ($($name:ident: $path:literal, $check:expr;)*) => {
        $(#[test]
        fn $name() {
            fetch($path, $check);
        })*

        /// Faults that have no test are faults that nobody looked at.
        #[test]
        fn every_fault_is_tested() {
            let tested = [$($path),*];
            for (name, what) in DemoServer::faults() {
                assert!(tested.contains(&format!("/fault/{name}").as_str()), "{name}: {what}");
            }
        }
    };
}

fn kind(result: Result<Page, FetchError>, kind: &str) {
    match result {
        Ok(page) => panic!("a page, where {kind:?} was expected: {page:?}"),
        Err(error) => assert_eq!(error.kind(), kind, "{error:?}"),
    }
}

fn late(result: Result<Page, FetchError>, expected: Phase) {
    match result.as_ref().map_err(FetchError::failure) {
        Err(Failure::Timeout { phase, .. }) => assert_eq!(*phase, expected),
        other => panic!("no timeout: {other:?}"),
    }
}

fn page(result: Result<Page, FetchError>, status: u16, body: &str) {
    let page = result.unwrap();
    assert_eq!((page.status, page.text().as_ref()), (status, body));
}

traps! {
    never_answers: "/fault/never", |it| late(it, Phase::Head);
    stalls_in_the_head: "/fault/stall-head", |it| late(it, Phase::Head);
    stalls_in_the_body: "/fault/stall-body", |it| late(it, Phase::Body);
    head_of_one_byte_at_a_time: "/fault/slow-head", |it| late(it, Phase::Head);
    body_of_one_byte_at_a_time: "/fault/slow-body", |it| late(it, Phase::Body);

    endless_status_line: "/fault/endless-line", |it| kind(it, "malformed");
    endless_head: "/fault/endless-head", |it| kind(it, "malformed");
    endless_interim_answers: "/fault/endless-interim", |it| late(it, Phase::Head);
    endless_body: "/fault/endless-body", |it| kind(it, "too large");
    endless_chunks: "/fault/endless-chunks", |it| kind(it, "too large");
    endless_chunk_extension: "/fault/endless-extension", |it| kind(it, "malformed");
    endless_trailers: "/fault/endless-trailers", |it| kind(it, "malformed");

    reset: "/fault/reset", |it| kind(it, "cut short");
    closed_before_any_answer: "/fault/close", |it| kind(it, "cut short");
    closed_in_the_head: "/fault/close-head", |it| kind(it, "cut short");
    closed_within_the_length: "/fault/close-length", |it| kind(it, "cut short");
    closed_in_a_chunk: "/fault/close-chunk", |it| kind(it, "cut short");
    closed_between_chunks: "/fault/close-chunks", |it| kind(it, "cut short");

    garbage: "/fault/garbage", |it| kind(it, "malformed");
    binary: "/fault/binary", |it| kind(it, "malformed");
    status_of_four_digits: "/fault/status-long", |it| kind(it, "malformed");
    status_of_letters: "/fault/status-word", |it| kind(it, "malformed");
    nul_in_a_header: "/fault/header-nul", |it| kind(it, "malformed");
    ten_thousand_headers: "/fault/headers-10000", |it| kind(it, "malformed");

    length_of_letters: "/fault/length-word", |it| kind(it, "malformed");
    negative_length: "/fault/length-negative", |it| kind(it, "malformed");
    length_that_overflows: "/fault/length-overflow", |it| kind(it, "malformed");
    huge_length: "/fault/length-huge", |it| kind(it, "cut short");
    lengths_that_differ: "/fault/lengths-differ", |it| kind(it, "malformed");
    chunk_that_overflows: "/fault/chunk-overflow", |it| kind(it, "malformed");
    chunk_of_letters: "/fault/chunk-word", |it| kind(it, "malformed");
    negative_chunk: "/fault/chunk-negative", |it| kind(it, "malformed");

    gzip_that_is_none: "/fault/gzip-garbage", |it| kind(it, "encoding");
    gzip_without_its_end: "/fault/gzip-cut", |it| kind(it, "encoding");
    gzip_bomb: "/bomb/8", |it| kind(it, "too large");
    gzip: "/gzip/1000", |it| {
        let page = it.unwrap();
        assert_eq!((page.body.len(), &page.body[..5]), (1000, b"abcde".as_slice()));
        assert!(!page.headers.contains_key("content-encoding") && !page.headers.contains_key("content-length"));
    };
    body_at_the_cap: "/bytes/1048576", |it| assert_eq!(it.unwrap().body.len(), 1 << 20);
    body_beyond_the_cap: "/bytes/1048577", |it| {
        assert!(matches!(it.unwrap_err().failure(), Failure::TooLarge { limit: 1048576 }));
    };

    interim_answers: "/fault/interim", |it| page(it, 200, "ok");
    no_content_with_a_length: "/fault/no-content-length", |it| page(it, 204, "");
    not_modified_with_a_length: "/fault/not-modified-length", |it| page(it, 304, "");
    http_1_0: "/fault/http10", |it| page(it, 200, "ok");
    no_length: "/fault/no-length", |it| page(it, 200, "ok");
    the_same_length_twice: "/fault/lengths-same", |it| page(it, 200, "ok");
    length_and_chunks: "/fault/length-and-chunks", |it| page(it, 200, "ok");
    chunk_extensions: "/fault/chunk-extension", |it| page(it, 200, "ok");
    trailers: "/fault/trailers", |it| page(it, 200, "ok");
    capitals: "/fault/capitals", |it| page(it, 200, "ok");
    utf8_in_a_header: "/fault/header-utf8", |it| {
        assert_eq!(it.unwrap().headers["x-name"].as_bytes(), "café".as_bytes());
    };
    bytes_in_a_header: "/fault/header-bytes", |it| {
        assert_eq!(it.unwrap().headers["x-name"].as_bytes(), b"caf\xe9\xff");
    };
    four_hundred_headers: "/fault/headers-400", |it| page(it, 200, "ok");
    two_answers_to_one_request: "/fault/second-answer", |it| page(it, 200, "ok");
    status_299: "/status/299", |it| page(it, 299, "status 299\n");
    status_520: "/status/520", |it| page(it, 520, "status 520\n");
    status_999: "/status/999", |it| page(it, 999, "status 999\n");
    not_found: "/nowhere", |it| page(it, 404, "nothing here\n");

    redirect_without_a_place: "/fault/redirect-nowhere", |it| page(it, 302, "ok");
    redirect_to_an_empty_place: "/redirect-to?", |it| page(it, 302, "");
    relative_redirect: "/redirect-to?bytes/3", |it| page(it, 200, "abc");
    redirect_with_a_fragment: "/redirect-to?/bytes/3%23part", |it| {
        let page = it.unwrap();
        assert!(page.url.ends_with("/bytes/3"), "{}", page.url);
    };
    redirect_in_utf8: "/redirect-to?/echo/caf%C3%A9", |it| {
        assert!(it.unwrap().text().starts_with("GET /echo/caf%C3%A9 HTTP/1.1\r\n"));
    };
    redirect_in_other_bytes: "/redirect-to?/echo/caf%E9", |it| {
        assert!(it.unwrap().text().starts_with("GET /echo/caf%E9 HTTP/1.1\r\n"));
    };
    redirect_to_a_file: "/redirect-to?file:///etc/passwd", |it| {
        match it.unwrap_err().failure() {
            Failure::BadRedirect { location, .. } => assert_eq!(location, "file:///etc/passwd"),
            other => panic!("{other:?}"),
        }
    };
    redirect_to_nonsense: "/redirect-to?http://[", |it| kind(it, "bad redirect");
    nine_redirects: "/redirect/9", |it| page(it, 200, "arrived\n");
}

#[test]
fn redirects_have_an_end_and_are_counted() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = impatient().redirects(3).build();
        let run =
            fetcher.one_after_another([server.url("/redirect-to?/redirect-to"), server.url("/redirect/3")]);
        // Where the first leads there is no place to go on to, so its last answer is the page.
        assert_eq!((run.fetched[0].hops, run.fetched[0].result.as_ref().unwrap().status), (1, 302));
        assert_eq!(run.fetched[1].hops, 3);
        let before = server.counts().requests;
        let error = block_on(fetcher.fetch(server.url("/redirect/100"))).unwrap_err();
        assert!(matches!(error.failure(), Failure::TooManyRedirects { limit: 3 }));
        assert_eq!(server.counts().requests - before, 4, "the first, and three more");
    });
}

#[test]
fn a_loop_of_redirects_ends() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let error = block_on(impatient().build().fetch(server.url("/loop"))).unwrap_err();
        assert_eq!(error.kind(), "redirects", "{error:?}");
        assert_eq!(server.counts().requests, 11);
    });
}

#[test]
fn head_has_headers_and_no_body() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = impatient().build();
        for path in ["/bytes/1000", "/gzip/1000"] {
            let page = block_on(fetcher.head(server.url(path))).unwrap();
            assert_eq!((page.status, page.body.len()), (200, 0));
        }
        let page = block_on(fetcher.head(server.url("/bytes/1000"))).unwrap();
        assert_eq!(page.headers["content-length"], "1000");
        assert_eq!(server.counts().connections, 1);
    });
}

#[test]
fn a_refused_connection() {
    watched(|| {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error = block_on(impatient().build().fetch(format!("http://127.0.0.1:{port}/"))).unwrap_err();
        assert!(matches!(error.failure(), Failure::Refused), "{error:?}");
    });
}

#[test]
fn an_unknown_host() {
    watched(|| {
        // `.invalid` is reserved for not being known. Without a network the lookup may also take too long.
        let error = block_on(impatient().build().fetch("http://nobody.invalid/")).unwrap_err();
        assert!(matches!(error.kind(), "dns" | "timeout"), "{error:?}");
    });
}

#[test]
fn bad_urls() {
    watched(|| {
        let fetcher = impatient().build();
        for url in [
            "",
            "bad url",
            "http://",
            "http://[",
            "//host/path",
            "/path",
            "file:///etc/passwd",
            "data:,x",
            "http://host:99999/",
            "http://user:secret@host/",
            "http://host:0/",
            "http://a b/",
        ] {
            let error = block_on(fetcher.fetch(url)).unwrap_err();
            assert_eq!((error.kind(), error.url()), ("bad url", url), "{error}");
            presentable(&error);
        }
    });
}

#[test]
fn fragments_stay_at_home() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let page = block_on(impatient().build().fetch(server.url("/echo?a=b#c"))).unwrap();
        assert!(page.text().starts_with("GET /echo?a=b HTTP/1.1\r\n"));
        assert!(page.url.ends_with("/echo?a=b"));
    });
}

#[test]
fn what_a_request_says() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = impatient().user_agent("gardener/1.0").unwrap().build();
        let text = block_on(fetcher.fetch(server.url("/echo"))).unwrap().text().to_lowercase();
        let mut lines: Vec<&str> = text.trim_end().lines().collect();
        lines[1..].sort_unstable();
        let host = format!("host: {}", server.address());
        let expected =
            ["get /echo http/1.1", "accept-encoding: gzip", "accept: */*", &host, "user-agent: gardener/1.0"];
        assert_eq!(lines, expected);
        assert!(Fetcher::builder().user_agent("two\r\nlines").is_err());
    });
}

#[test]
fn a_full_backlog() {
    watched(|| {
        use socket2::{Domain, Socket, Type};
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
        listener.listen(1).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        // Nobody accepts: some connections find room, the rest is not even refused.
        let fetcher = impatient().limit(16.try_into().unwrap()).build();
        let run = fetcher.at_once((0..16).map(|n| format!("http://{address}/{n}")));
        let connect = |failure: &Failure| matches!(failure, Failure::Timeout { phase: Phase::Connect, .. });
        let late = run.fetched.iter().filter(|it| connect(it.result.as_ref().unwrap_err().failure())).count();
        assert!(late > 0, "{run:?}");
        assert!(run.fetched.iter().all(|it| it.result.as_ref().unwrap_err().kind() == "timeout"));
    });
}

/// A server that closes a connection as soon as it has answered: the next request must not fall into the gap.
#[test]
fn connections_closed_while_they_wait_are_not_used() {
    watched(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = [0; 1024];
                std::io::Read::read(&mut stream, &mut head).unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
                // And closes, without having said so.
            }
        });
        let fetcher = impatient().build();
        for _ in 0..50 {
            let page = block_on(fetcher.fetch(format!("http://{address}/"))).unwrap();
            assert_eq!(page.text(), "ok");
        }
    });
}

#[test]
fn a_late_answer_reaches_nobody_else() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let hasty = Fetcher::builder().timeout(Duration::from_millis(30)).build();
        for _ in 0..10 {
            let error = block_on(hasty.fetch(server.url("/delay/60"))).unwrap_err();
            assert_eq!(error.kind(), "timeout");
            let page = block_on(hasty.fetch(server.url("/bytes/2"))).unwrap();
            assert_eq!(page.text(), "ab");
        }
    });
}
