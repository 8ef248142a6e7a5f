//! Stage 10 of 11: five URLs on one thread.
//!
//! Look at `fetch`: it is the coroutine of stage 5 with an event loop in place of the hand that sends. It yields a
//! future, stands still while others run, and is sent the page. The same in today's words is below it: an `async fn`
//! is such a coroutine too, `await` yields for it, and both cost the same.
//!
//! What Rust does differently: nothing runs by itself. `block_on` drives the one task, and `join_all` all those within
//! it; a task that nobody drives fetches nothing.
//!
//! Run it: `cargo run --example fetch_async`, or `cargo run --example fetch_async -- https://example.com …`
#![feature(coroutines)]

use std::future::Future;
use std::time::Instant;

use async_std::task::block_on;
use futures::future::join_all;
use yieldfrom::Task;
use yieldfrom::fetch::{FetchError, Fetcher, Page};

#[path = "shared/arguments.rs"]
mod arguments;
#[path = "shared/urls.rs"]
mod urls;

const HELP: &str = "
Fetches URLs on one thread, all at once: by generator-based coroutines, then by async functions.

Usage: fetch_async [URL]...

Without URLs it fetches five of a server of its own; a path alone, as in /status/404, is that server's too.";

// Python: @asyncio.coroutine
fn fetch(fetcher: Fetcher, url: String) -> impl Future<Output = ()> {
    Task::new(
        #[coroutine]
        move |_: Option<Result<Page, FetchError>>| {
            println!("Start {}", urls::name(&url));
            let page = (yield fetcher.fetch(&url)).unwrap(); // Python: page = yield from session.get(url)
            urls::say_done(&url, &page);
        },
    )
}

// Python: @asyncio.coroutine
fn fetch_all(fetcher: Fetcher, urls: Vec<String>) -> impl Future<Output = ()> {
    Task::new(
        #[coroutine]
        move |_: Option<Vec<()>>| {
            let fetches = urls.into_iter().map(|url| fetch(fetcher.clone(), url));
            yield join_all(fetches); // Python: yield from gather(*tasks)
        },
    )
}

mod today {
    use super::*;

    async fn fetch(fetcher: &Fetcher, url: String) {
        println!("Start {}", urls::name(&url));
        let page = fetcher.fetch(&url).await;
        urls::say_done(&url, &page);
    }

    pub(crate) async fn fetch_all(fetcher: &Fetcher, urls: Vec<String>) {
        join_all(urls.into_iter().map(|url| fetch(fetcher, url))).await;
    }
}

fn main() {
    let urls = urls::given_or_demo(arguments::arguments(HELP));
    let fetcher = Fetcher::new();

    println!("generator-based coroutines");
    let start = Instant::now();
    block_on(fetch_all(fetcher.clone(), urls.clone())); // Python: loop.run_until_complete(…)
    println!("=> duration = {:.2} s", start.elapsed().as_secs_f64());

    println!("\nasync functions");
    let start = Instant::now();
    block_on(today::fetch_all(&fetcher, urls));
    println!("=> duration = {:.2} s", start.elapsed().as_secs_f64());
}
