//! Stage 9 of 11: five URLs on five threads.
//!
//! Look at the order: all are started before the first is done, and the quickest is done first. Each thread takes the
//! next URL when it is free, as the workers of Python's `ThreadPoolExecutor` do.
//!
//! What Rust does differently: no lock of the interpreter keeps threads apart, so the compiler insists on one around
//! the list that they share. `thread::scope` waits for its threads, and so they may borrow what is `main`'s.
//!
//! Run it: `cargo run --example fetch_threads`, or `cargo run --example fetch_threads -- https://example.com …`

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use async_std::task::block_on;
use yieldfrom::fetch::Fetcher;

#[path = "shared/arguments.rs"]
mod arguments;
#[path = "shared/urls.rs"]
mod urls;

const HELP: &str = "
Fetches URLs on five threads.

Usage: fetch_threads [URL]...

Without URLs it fetches five of a server of its own; a path alone, as in /status/404, is that server's too.";

fn main() {
    let urls = urls::given_or_demo(arguments::arguments(HELP));

    let fetcher = Fetcher::new();
    let start = Instant::now();
    let waiting = Mutex::new(urls.iter());
    let next = || {
        let mut waiting = waiting.lock().unwrap();
        // Said while the list is locked, so that the lines come in its order.
        waiting.next().inspect(|url| println!("Start {}", urls::name(url)))
    };
    thread::scope(|executor| {
        for _ in 0..5 {
            executor.spawn(|| {
                while let Some(url) = next() {
                    let page = block_on(fetcher.fetch(url));
                    urls::say_done(url, &page);
                }
            });
        }
    });
    println!("=> duration = {:.2} s", start.elapsed().as_secs_f64());
}
