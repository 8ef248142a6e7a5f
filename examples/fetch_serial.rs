//! Stage 8 of 11: five URLs, one after the other.
//!
//! Look at the order, each Done right after its Start, and at the duration: it is the sum of all. Nothing else can
//! happen on this thread meanwhile.
//!
//! What Rust does differently: `fetch` gives a future, which does nothing until somebody drives it; `block_on` does
//! that and waits, as `urlopen` would. And a URL that cannot be fetched is an `Err` of its own; `urlopen` would raise,
//! and end the loop.
//!
//! Run it: `cargo run --example fetch_serial`, or `cargo run --example fetch_serial -- https://example.com …`

use std::time::Instant;

use async_std::task::block_on;
use yieldfrom::fetch::Fetcher;

#[path = "shared/arguments.rs"]
mod arguments;
#[path = "shared/urls.rs"]
mod urls;

const HELP: &str = "
Fetches URLs one after the other.

Usage: fetch_serial [URL]...

Without URLs it fetches five of a server of its own; a path alone, as in /status/404, is that server's too.";

fn main() {
    let urls = urls::given_or_demo(arguments::arguments(HELP));

    let fetcher = Fetcher::new();
    let start = Instant::now();
    for url in urls {
        println!("Start {}", urls::name(&url));
        let page = block_on(fetcher.fetch(&url)); // Python: urlopen(url)
        urls::say_done(&url, &page);
    }
    println!("=> duration = {:.2} s", start.elapsed().as_secs_f64());
}
