//! Everything that a server can do wrong, as a table of scripts.

use std::io;
use std::time::Duration;

use futures::io::AsyncWriteExt;

use crate::fetch::runtime::{self, TcpStream};

/// One way to misbehave.
pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    steps: &'static [Step],
}

/// What the server does next. After the last step it closes the connection.
enum Step {
    /// Sends this.
    Send(&'static [u8]),
    /// Sends this so many times.
    Repeat(&'static [u8], usize),
    /// Sends this over and over.
    Forever(&'static [u8]),
    /// Sends this byte by byte.
    Slowly(&'static [u8]),
    /// Does nothing until the client gives up.
    Wait,
    /// Goes on as if nothing had happened, with the next request.
    GoOn,
}

use Step::{Forever, GoOn, Repeat, Send, Slowly, Wait};

pub(super) fn find(name: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.name == name)
}

/// Plays a fault; true when the connection stays open after it. The caller ends it by its deadline or when the client
/// has gone.
pub(super) async fn play(fault: &Fault, stream: &mut TcpStream) -> io::Result<bool> {
    for step in fault.steps {
        match step {
            Send(bytes) => stream.write_all(bytes).await?,
            Repeat(bytes, times) => {
                for _ in 0..*times {
                    stream.write_all(bytes).await?;
                }
            }
            Forever(bytes) => {
                // Many at once, as fast as the client can read.
                let many = bytes.repeat(1 + 16 * 1024 / bytes.len());
                loop {
                    stream.write_all(&many).await?;
                }
            }
            Slowly(bytes) => {
                for byte in *bytes {
                    stream.write_all(&[*byte]).await?;
                    runtime::sleep(Duration::from_millis(100)).await;
                }
            }
            Wait => std::future::pending().await,
            GoOn => return Ok(true),
        }
    }
    Ok(false)
}

macro_rules! faults {
    ($($name:literal: $what:literal => [$($step:expr),*];)*) => {
        &[$(Fault { name: $name, what: $what, steps: &[$($step),*] }),*]
    };
}

pub(super) const FAULTS: &[Fault] = faults! {
    // Time.
    "never": "never answers" => [Wait];
    "stall-head": "stops within the head" => [Send(b"HTTP/1.1 200 OK\r\nContent-"), Wait];
    "stall-body": "stops within the body" => [Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), Wait];
    "slow-head": "a head of one byte at a time" => [
        Slowly(b"HTTP/1.1 200 OK\r\nX-Slow: yes, very slow indeed, and it does not get any faster\r\nContent-Length: 2\r\n\r\nok")
    ];
    "slow-body": "a body of one byte at a time" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n"),
        Slowly(b"012345678901234567890123456789012345678901234567890123456789")
    ];
    // Floods.
    "endless-line": "a status line without end" => [Send(b"HTTP/1.1 200 "), Forever(b"very ")];
    "endless-head": "headers without end" => [Send(b"HTTP/1.1 200 OK\r\n"), Forever(b"X-More: and more\r\n")];
    "endless-interim": "interim answers without end" => [Forever(b"HTTP/1.1 100 Continue\r\n\r\n")];
    "endless-body": "a body without end or length" => [Send(b"HTTP/1.1 200 OK\r\n\r\n"), Forever(b"more")];
    "endless-chunks": "chunks without end" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), Forever(b"4\r\nmore\r\n")
    ];
    "endless-extension": "a chunk extension without end" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;"), Forever(b"more=more;")
    ];
    "endless-trailers": "trailers without end" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"), Forever(b"X-More: and more\r\n")
    ];
    // Cut short.
    "reset": "resets the connection before any answer" => [];
    "close": "closes before any answer" => [];
    "close-head": "closes within the head" => [Send(b"HTTP/1.1 200 OK\r\nContent-")];
    "close-length": "closes within a body of known length" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    ];
    "close-chunk": "closes within a chunk" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf")
    ];
    "close-chunks": "closes between two chunks" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
    ];
    // Not HTTP.
    "garbage": "speaks another protocol" => [Send(b"SSH-2.0-OpenSSH_9.9\r\nhello\r\n\r\n")];
    "binary": "sends bytes that mean nothing" => [Send(b"\x00\x01\x02\xff\xfe\r\n\r\n")];
    "status-long": "a status of four digits" => [Send(b"HTTP/1.1 1000 Much\r\nContent-Length: 0\r\n\r\n")];
    "status-word": "a status that is no number" => [Send(b"HTTP/1.1 ok OK\r\nContent-Length: 0\r\n\r\n")];
    "header-nul": "NUL in a header" => [Send(b"HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 2\r\n\r\nok")];
    "headers-10000": "ten thousand headers" => [
        Send(b"HTTP/1.1 200 OK\r\n"), Repeat(b"X-More: and more\r\n", 10_000), Send(b"Content-Length: 2\r\n\r\nok")
    ];
    // Lengths.
    "length-word": "a length that is no number" => [Send(b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok")];
    "length-negative": "a negative length" => [Send(b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok")];
    "length-overflow": "a length beyond 64 bits" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nok")
    ];
    "length-huge": "a length of exabytes" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nok")
    ];
    "lengths-differ": "two lengths that contradict each other" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\noki")
    ];
    "chunk-overflow": "a chunk beyond 64 bits" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nok\r\n0\r\n\r\n")
    ];
    "chunk-word": "a chunk size that is no number" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ntwo\r\nok\r\n0\r\n\r\n")
    ];
    "chunk-negative": "a negative chunk size" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n")
    ];
    // Compression.
    "gzip-garbage": "says gzip and is not" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\nnot gzip yet")
    ];
    "gzip-cut": "gzip without its end" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 13\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff\x4b\x4c\x4a")
    ];
    // Odd, and right all the same.
    "interim": "two interim answers before the true one" => [
        Send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    ];
    "no-content-length": "204 with a length" => [Send(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n"), GoOn];
    "not-modified-length": "304 with a length" => [
        Send(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n"), GoOn
    ];
    "http10": "HTTP/1.0, ended by closing" => [Send(b"HTTP/1.0 200 OK\r\n\r\nok")];
    "no-length": "no length, ended by closing" => [Send(b"HTTP/1.1 200 OK\r\n\r\nok")];
    "lengths-same": "the same length twice" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")
    ];
    "length-and-chunks": "a length and chunks: the chunks hold" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
    ];
    "chunk-extension": "chunks with extensions" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\no\r\n1;c=\"d\"\r\nk\r\n0;e\r\n\r\n")
    ];
    "trailers": "chunks with trailers" => [
        Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-After: all\r\n\r\n")
    ];
    "capitals": "everything in capitals" => [
        Send(b"HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n2\r\nok\r\n0\r\n\r\n")
    ];
    "header-utf8": "UTF-8 in a header" => [
        Send(b"HTTP/1.1 200 OK\r\nX-Name: caf\xc3\xa9\r\nContent-Length: 2\r\n\r\nok")
    ];
    "header-bytes": "bytes in a header that are no UTF-8" => [
        Send(b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9\xff\r\nContent-Length: 2\r\n\r\nok")
    ];
    "headers-400": "four hundred headers" => [
        Send(b"HTTP/1.1 200 OK\r\n"), Repeat(b"X-More: and more\r\n", 400), Send(b"Content-Length: 2\r\n\r\nok")
    ];
    "redirect-nowhere": "a redirect without a place" => [
        Send(b"HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok")
    ];
    "second-answer": "two answers to one request" => [
        Send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"), Wait
    ];
};
