//! The URLs that the fetch examples fetch, and what they say of them.
#![allow(dead_code)] // each example takes what it needs

use std::io;

use yieldfrom::fetch::{DemoServer, FetchError, Page};

/// The URLs as given; when there are none, five of a server that this starts, the slowest first.
pub(crate) fn given_or_demo(given: Vec<String>) -> io::Result<(DemoServer, Vec<String>)> {
    let server = DemoServer::start()?;
    let five = [500, 400, 300, 200, 100].map(|ms| server.url(&format!("/delay/{ms}")));
    Ok((server, if given.is_empty() { five.to_vec() } else { given }))
}

/// The path alone for the server of the examples, whose port is another each time.
pub(crate) fn name(url: &str) -> &str {
    url.strip_prefix("http://127.0.0.1:")
        .and_then(|rest| rest.find('/').map(|path| &rest[path..]))
        .unwrap_or(url)
}

/// Says how a fetch ended; a page is done whatever its status.
pub(crate) fn say_done(url: &str, result: &Result<Page, FetchError>) {
    match result {
        Ok(page) if page.is_success() => println!("Done {}", name(url)),
        Ok(page) => println!("Done {} (status {})", name(url), page.status),
        Err(error) => println!("Failed {}: {}", name(url), error.failure()),
    }
}
