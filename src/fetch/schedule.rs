//! Which URL may start: within both limits, with a place kept for its result.
//!
//! It decides and does nothing: the strategies run what it hands out, on threads or in one task.

use std::collections::{HashMap, VecDeque};
use std::iter::Fuse;
use std::num::NonZeroUsize;
use std::string::String;

use url::Url;

use super::connect::Origin;
use super::error::Failure;
use super::one;

/// A URL that was pulled.
pub(super) struct Job {
    pub(super) index: usize,
    pub(super) text: String,
    pub(super) url: Result<Url, Failure>,
    /// The host whose room it takes, to be given back with [`Schedule::done`].
    pub(super) host: Option<Origin>,
}

/// What to do next.
pub(super) enum Next {
    /// Run this one.
    Start(Job),
    /// Nothing can start before something is done.
    Full,
    /// All is done.
    Over,
}

/// Pulls URLs, as late as can be.
pub(super) struct Schedule<I> {
    urls: Fuse<I>,
    pulled: usize,
    limit: usize,
    taken: usize,
    per_host: Option<usize>,
    hosts: HashMap<Origin, Host>,
    /// Those whose host had no room when they were pulled and has now. Their room is taken already.
    ready: VecDeque<Job>,
    /// How many wait for their hosts. They take no place in all, so others overtake them; but they are bounded too.
    parked: usize,
}

#[derive(Default)]
struct Host {
    taken: usize,
    parked: VecDeque<Job>,
}

impl<I: Iterator<Item: Into<String>>> Schedule<I> {
    pub(super) fn new(urls: I, limit: NonZeroUsize, per_host: Option<NonZeroUsize>) -> Self {
        Schedule {
            urls: urls.fuse(),
            pulled: 0,
            limit: limit.get(),
            taken: 0,
            per_host: per_host.map(NonZeroUsize::get),
            hosts: HashMap::new(),
            ready: VecDeque::new(),
            parked: 0,
        }
    }

    pub(super) fn next(&mut self) -> Next {
        if self.taken == self.limit {
            return Next::Full;
        }
        if let Some(job) = self.ready.pop_front() {
            self.taken += 1;
            return Next::Start(job);
        }
        // As many may be parked as may run: enough to find another host in any but the most one-sided input.
        while self.parked < self.limit {
            let Some(text) = self.urls.next() else {
                return if self.taken == 0 { Next::Over } else { Next::Full };
            };
            let text = text.into();
            let mut job = Job { index: self.pulled, url: one::parse(&text), text, host: None };
            self.pulled += 1;
            if let Some(room) = self.per_host
                && let Ok(url) = &job.url
            {
                let origin = Origin::of(url);
                let host = self.hosts.entry(origin.clone()).or_default();
                job.host = Some(origin);
                if host.taken == room {
                    host.parked.push_back(job);
                    self.parked += 1;
                    continue;
                }
                host.taken += 1;
            }
            self.taken += 1;
            return Next::Start(job);
        }
        Next::Full
    }

    /// The result of one was taken.
    pub(super) fn done(&mut self, host: Option<Origin>) {
        self.taken -= 1;
        let Some(origin) = host else { return };
        let Some(host) = self.hosts.get_mut(&origin) else { return };
        if let Some(job) = host.parked.pop_front() {
            // The place at the host goes over to the next one.
            self.parked -= 1;
            self.ready.push_back(job);
        } else {
            host.taken -= 1;
            if host.taken == 0 {
                self.hosts.remove(&origin);
            }
        }
    }
}
