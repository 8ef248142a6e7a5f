//! The life of one fetch: tries, redirects, deadlines, and exactly one outcome.

use std::any::Any;
use std::borrow::ToOwned;
use std::format;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::string::{String, ToString};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder, ExponentialBuilder};
use futures::FutureExt;
use http::HeaderMap;
use http::header::{LOCATION, RETRY_AFTER};
use url::Url;

use super::Page;
use super::bell::Alarms;
use super::body;
use super::client::{Client, Method};
use super::error::{Failure, Phase};
use super::runtime;
use super::watch::Watch;

/// What holds for every fetch.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) whole: Duration,
    pub(super) idle: Duration,
    pub(super) retries: u32,
    pub(super) backoff: Duration,
    pub(super) redirects: u32,
    pub(super) cap: usize,
    pub(super) gzip: bool,
    pub(super) alarms: Alarms,
}

/// The URL as a request needs it: http or https, with a host, without what stays at home.
pub(super) fn parse(text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text).map_err(|error| Failure::BadUrl { reason: error.to_string() })?;
    clean(url).map_err(|reason| Failure::BadUrl { reason: reason.to_owned() })
}

fn clean(mut url: Url) -> Result<Url, &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the scheme is neither http nor https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        // Leaving them out in silence would fetch another page than the one that was meant.
        return Err("a user name or password in a URL is not supported");
    }
    if url.port() == Some(0) {
        return Err("nobody can listen at port 0");
    }
    url.set_fragment(None);
    Ok(url)
}

/// Fetches one URL, whatever it takes within the rules. It ends by itself, and in a value or a panic.
pub(super) async fn fetch(
    client: &Client,
    rules: &Rules,
    method: Method,
    url: Result<Url, Failure>,
    watch: &Arc<Watch>,
    retrying: impl Fn(u32, Duration),
) -> Result<Page, Failure> {
    let mut journey = Journey { client, rules, method, url: url?, watch };
    watch.over(&rules.alarms, pin!(journey.travel(&retrying))).await?
}

/// Runs a future and turns its panic into a failure.
pub(super) fn caught<T, F: Future<Output = Result<T, Failure>>>(
    future: F,
) -> impl Future<Output = Result<T, Failure>> + use<T, F> {
    // What a panic left half-done is dropped with the future: the connection first of all.
    AssertUnwindSafe(future)
        .catch_unwind()
        .map(|result| result.unwrap_or_else(|panic| Err(panicked(&*panic))))
}

/// What a panic said.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Failure {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Failure::Panicked { message: text.unwrap_or("no message").to_owned() }
}

struct Journey<'a> {
    client: &'a Client,
    rules: &'a Rules,
    method: Method,
    url: Url,
    watch: &'a Arc<Watch>,
}

impl Journey<'_> {
    async fn travel(&mut self, retrying: &impl Fn(u32, Duration)) -> Result<Page, Failure> {
        let mut waits = ExponentialBuilder::new()
            .with_min_delay(self.rules.backoff)
            .with_max_times(self.rules.retries as usize)
            .with_jitter()
            .build();
        self.watch.count_try();
        loop {
            let answer = match self.client.send(self.method, &self.url, self.watch).await {
                Ok(answer) => answer,
                Err(failure) => {
                    match waits.next() {
                        Some(wait) if failure.before_request() && wait < self.watch.left() => {
                            self.wait(wait, retrying).await;
                        }
                        _ => return Err(failure),
                    }
                    continue;
                }
            };
            if let Some(location) = redirection(answer.status, &answer.headers) {
                self.follow(location)?;
                body::discard(answer).await;
                continue;
            }
            if matches!(answer.status, 429 | 502 | 503 | 504)
                && let Some(wait) = waits.next()
                && let wait = wait.max(retry_after(&answer.headers).unwrap_or_default())
                && wait < self.watch.left()
            {
                body::discard(answer).await;
                self.wait(wait, retrying).await;
                continue;
            }
            let mut answer = answer;
            let body = body::read(&mut answer, self.rules.cap, self.rules.gzip).await?;
            return Ok(Page {
                url: self.url.as_str().to_owned(),
                status: answer.status,
                headers: answer.headers,
                body,
            });
        }
    }

    async fn wait(&self, time: Duration, retrying: &impl Fn(u32, Duration)) {
        self.watch.enter(Phase::Retry);
        retrying(self.watch.tries() + 1, time);
        runtime::sleep(time).await;
        self.watch.count_try();
    }

    fn follow(&mut self, location: String) -> Result<(), Failure> {
        let next = self.url.join(&location).map_err(|error| error.to_string());
        match next.and_then(|url| clean(url).map_err(ToOwned::to_owned)) {
            Err(reason) => Err(Failure::BadRedirect { location, reason }),
            Ok(_) if self.watch.hops() >= self.rules.redirects => {
                Err(Failure::TooManyRedirects { limit: self.rules.redirects })
            }
            Ok(url) => {
                self.url = url;
                self.watch.count_hop();
                Ok(())
            }
        }
    }
}

/// Where the answer sends us. Without a Location, or with an empty one, it is a page like any other.
fn redirection(status: u16, headers: &HeaderMap) -> Option<String> {
    let location = headers.get(LOCATION).filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308))?;
    let mut text = String::new();
    for &byte in location.as_bytes() {
        if byte.is_ascii() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(text).filter(|text| !text.is_empty())
}

/// How long the server asks us to wait: in seconds, or until a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::now()).ok()
}
