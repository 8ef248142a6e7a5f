//! The URLs that the fetch examples fetch, and what they say of them.
#![allow(dead_code)] // each example takes what it needs

use std::sync::LazyLock;

use yieldfrom::fetch::{DemoServer, FetchError, Page};

use crate::arguments;

/// The server that the examples talk to when they are given no URLs. It runs to the end of the program.
pub(crate) static SERVER: LazyLock<DemoServer> = LazyLock::new(|| {
    DemoServer::start().unwrap_or_else(|error| arguments::fail("the server of the examples", error))
});

/// The URLs as given, or else five of the server, the slowest first.
pub(crate) fn given_or_demo(given: Vec<String>) -> Vec<String> {
    let five = [500, 400, 300, 200, 100].map(|ms| format!("/delay/{ms}"));
    let urls = if given.is_empty() { five.to_vec() } else { given };
    urls.into_iter().map(complete).collect()
}

/// A path alone is one of the server's.
pub(crate) fn complete(url: String) -> String {
    if url.starts_with('/') { SERVER.url(&url) } else { url }
}

/// The path alone for the server, whose port is another each time.
pub(crate) fn name(url: &str) -> &str {
    url.strip_prefix(&SERVER.url("")).unwrap_or(url)
}

/// Says how a fetch ended; a page is done whatever its status.
pub(crate) fn say_done(url: &str, result: &Result<Page, FetchError>) {
    match result {
        Ok(page) if page.is_success() => println!("Done {}", name(url)),
        Ok(page) => println!("Done {} (status {})", name(url), page.status),
        Err(error) => println!("Failed {}: {}", name(url), error.failure()),
    }
}
