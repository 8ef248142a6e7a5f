//! Beyond the tutorial: a crawler whose memory is a coroutine.
//!
//! Look at `frontier`: it yields the URLs to fetch next and is sent what they brought, and between the two it simply
//! stands in its `for` loop; what it has seen and how deep it is are its local variables. It knows nothing of the
//! network, and `main` nothing of links. Loops, dead links and an endless site end it all the same: it goes so deep and
//! takes so many pages, no more.
//!
//! What Rust does differently: what is yielded, what is sent, and what is returned are three types, so that URLs and
//! outcomes cannot change places.
//!
//! Run it: `cargo run --example crawl`, or `cargo run --example crawl -- --depth 2 https://example.com`
#![feature(coroutines, coroutine_trait)]

use std::collections::HashSet;
use std::num::NonZero;
use std::ops::Coroutine;

use async_std::task::block_on;
use url::Url;
use yieldfrom::fetch::{Fetched, Fetcher};
use yieldfrom::{Generator, Stop};

#[path = "shared/arguments.rs"]
mod arguments;
#[path = "shared/urls.rs"]
mod urls;

const HELP: &str = "
Follows the links of a page within its host.

Usage: crawl [--depth N] [--pages N] [URL]

    --depth N    follow so many links in a row (3)
    --pages N    fetch so many pages (100)

Without a URL it crawls a small site of a server of its own.";

/// Yields the URLs of one depth after the other, and is sent their outcomes. Returns how many there were.
fn frontier(
    start: Url,
    depth_max: usize,
    pages_max: NonZero<usize>,
) -> impl Coroutine<Option<Vec<Fetched>>, Yield = Vec<String>, Return = usize> {
    #[coroutine]
    move |_: Option<Vec<Fetched>>| {
        let mut seen = HashSet::from([start.clone()]);
        let mut next = vec![start.to_string()];
        for _ in 0..=depth_max {
            let outcomes = (yield next).unwrap_or_default();
            next = Vec::new();
            for link in outcomes.iter().flat_map(links) {
                if link.origin() == start.origin()
                    && seen.len() < pages_max.get()
                    && seen.insert(link.clone())
                {
                    next.push(link.into());
                }
            }
            if next.is_empty() {
                break;
            }
        }
        seen.len() - next.len() // those of the last depth are seen, but not fetched
    }
}

/// Where a page points to. It reads no more of HTML than it needs here; a crawler for the world takes a parser.
fn links(outcome: &Fetched) -> Vec<Url> {
    let Ok(page) = &outcome.result else { return Vec::new() };
    let Ok(base) = Url::parse(&page.url) else { return Vec::new() };
    let text = page.text();
    let targets = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut links: Vec<Url> = targets.filter_map(|target| base.join(target).ok()).collect();
    links.iter_mut().for_each(|link| link.set_fragment(None));
    links
}

fn main() {
    let ([depth, pages], given) = arguments::parse(HELP, ["depth", "pages"]);
    let depth_max = depth.map_or(3, |text| arguments::number(HELP, &text));
    let pages_max = pages.map_or(NonZero::new(100).unwrap(), |text| arguments::number(HELP, &text));
    let start = arguments::at_most_one(HELP, given).unwrap_or("/site/".to_owned());
    let start = urls::complete(start);
    let start =
        Url::parse(&start).unwrap_or_else(|error| arguments::refuse(HELP, format!("{start}: {error}")));

    let polite = NonZero::new(4).unwrap();
    let fetcher = Fetcher::builder().limit_per_host(polite).build();
    let mut frontier = Generator::new(frontier(start, depth_max, pages_max));
    let mut step = frontier.start().map_err(Stop::into_returned);
    let mut depth = 0;
    while let Ok(urls) = step {
        println!("Depth {depth}");
        let outcomes = block_on(fetcher.gather(urls));
        outcomes.iter().for_each(say);
        step = frontier.send(outcomes).map_err(Stop::into_returned);
        depth += 1;
    }
    println!("=> {} fetched", step.unwrap_err().expect("it is sent something only while it waits"));
}

fn say(outcome: &Fetched) {
    let from = urls::name(&outcome.url);
    match &outcome.result {
        Ok(page) if outcome.hops > 0 => println!("  {}  {from} -> {}", page.status, urls::name(&page.url)),
        Ok(page) => println!("  {}  {from}", page.status),
        Err(error) => println!("  ---  {from}: {}", error.failure()),
    }
}
