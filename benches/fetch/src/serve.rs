//! The server: a bare listener on loopback that answers after as many milliseconds as the path says, and counts.
//!
//! It runs on one thread and does as little as it can, so that what is measured is the client.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::net::Ipv4Addr;
use std::process;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

use crate::Result;

/// The size of every body.
pub(crate) const BODY: usize = 1024;

/// What was counted since the last time that somebody asked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) requests: usize,
    pub(crate) most_in_flight: usize,
    in_flight: usize,
}

/// Asks a server for its counts, and sets them back.
pub(crate) fn ask(address: &str) -> Result<Counts> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(b"GET /counts HTTP/1.1\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (requests, most) = answer.split_once(' ').ok_or("the server did not count")?;
    Ok(Counts { requests: requests.parse()?, most_in_flight: most.parse()?, in_flight: 0 })
}

/// Serves until the input ends.
pub(crate) fn serve() -> io::Result<()> {
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", listener.local_addr()?);
        let counts = Rc::new(Cell::new(Counts::default()));
        loop {
            let (stream, _) = listener.accept().await?;
            // A connection that breaks is the client's to notice.
            tokio::task::spawn_local(talk(stream, Rc::clone(&counts)));
        }
    })
}

async fn talk(mut stream: TcpStream, counts: Rc<Cell<Counts>>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nserver: bench\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\
         content-type: text/plain; charset=utf-8\r\ncache-control: no-cache\r\ncontent-length: {BODY}\r\n\r\n"
    )
    .into_bytes();
    answer.resize(answer.len() + BODY, b'x');
    let (mut head, mut filled) = ([0; 2048], 0);
    loop {
        // One request at a time: nobody here sends the next before the answer is there.
        while !head[..filled].ends_with(b"\r\n\r\n") {
            match stream.read(&mut head[filled..]).await? {
                0 => return Ok(()),
                more => filled += more,
            }
        }
        let path = head[..filled].strip_prefix(b"GET /").unwrap_or_default();
        if path.starts_with(b"counts ") {
            let Counts { requests, most_in_flight, in_flight } = counts.get();
            counts.set(Counts { in_flight, ..Counts::default() });
            return stream.write_all(format!("{requests} {most_in_flight}").as_bytes()).await;
        }
        let digits = path.iter().take_while(|byte| byte.is_ascii_digit());
        let delay = digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        filled = 0;

        let mut now = counts.get();
        now.requests += 1;
        now.in_flight += 1;
        now.most_in_flight = now.most_in_flight.max(now.in_flight);
        counts.set(now);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        let now = counts.get();
        counts.set(Counts { in_flight: now.in_flight - 1, ..now });
        stream.write_all(&answer).await?;
    }
}
