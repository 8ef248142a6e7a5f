//! Beyond the tutorial: hundreds of URLs, sixteen in flight, and something always goes wrong.
//!
//! Look at the generator: it is asked for a URL only when there is room for one more, so it might as well be endless.
//! Every URL has exactly one outcome, a page or an error that says why; one that fails spoils no other.
//!
//! What Rust does differently: the outcomes are a `Stream`, Python's `async for`, in the order in which they come.
//! Python's `gather` takes a list, has no limit (one adds a semaphore), and raises the first error that it meets.
//!
//! Run it: `cargo run --example fetch_bounded`, or `cargo run --example fetch_bounded -- --limit 4 https://example.com …`
#![feature(coroutines)]

use std::num::NonZero;
use std::time::{Duration, Instant};

use async_std::task::block_on;
use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use yieldfrom::Generator;
use yieldfrom::fetch::{Event, Fetcher, Tally};

#[path = "shared/arguments.rs"]
mod arguments;
#[path = "shared/urls.rs"]
mod urls;
use urls::SERVER;

const HELP: &str = "
Fetches many URLs, so many at a time, and counts how they ended.

Usage: fetch_bounded [--limit N] [URL]...

    --limit N    fetch so many at a time (16)

Without URLs it fetches 300 of a server of its own; a path alone, as in /flaky/2/503, is that server's too.";

fn main() {
    let ([limit], given) = arguments::parse(HELP, ["limit"]);
    let limit = limit.map_or(NonZero::new(16).unwrap(), |text| arguments::number(HELP, &text));

    let bar = ProgressBar::new(if given.is_empty() { 300 } else { given.len() as u64 }); // none but on a terminal
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len}, {eta} left").expect("a template"));
    let say = {
        let bar = bar.clone();
        move |line: String| bar.suspend(|| println!("{line}"))
    };

    let retries = say.clone();
    let fetcher = Fetcher::builder()
        .limit(limit)
        .idle_timeout(Duration::from_secs(1))
        .observer(move |event| {
            if let Event::Retrying { url, tries, .. } = event {
                retries(format!("Try {tries} of {}", urls::name(url)));
            }
        })
        .build();

    let urls = Generator::new(
        #[coroutine]
        || {
            if !given.is_empty() {
                for url in given {
                    yield urls::complete(url);
                }
                return;
            }
            for n in 0..300 {
                yield SERVER.url(&match n {
                    50 => "/flaky/1/503".to_owned(), // there at the second try
                    100 => "/status/404".to_owned(),
                    150 => "/delay/60000".to_owned(), // longer than anyone waits
                    _ => format!("/delay/{}?{n}", n % 5 * 10),
                });
            }
        },
    );

    let (began, mut tally) = (Instant::now(), Tally::default());
    block_on(async {
        let mut outcomes = fetcher.stream(urls);
        while let Some(fetched) = outcomes.next().await {
            match &fetched.result {
                Ok(page) if page.is_success() => {}
                Ok(page) => say(format!("Status {} of {}", page.status, urls::name(&fetched.url))),
                Err(error) => say(format!("Failed {}: {}", urls::name(&fetched.url), error.failure())),
            }
            tally.count(&fetched.span(began));
            bar.inc(1);
        }
    });
    bar.finish_and_clear();
    println!("=> {} URLs: {tally}", tally.total());
    println!("=> duration = {:.2} s", began.elapsed().as_secs_f64());
    if SERVER.counts().requests > 0 {
        println!(
            "The server saw {} requests, at most {} at a time.",
            SERVER.counts().requests,
            SERVER.counts().most_in_flight
        );
    }
}
