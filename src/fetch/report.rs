//! What happened: one span for every fetch, with the whole run around them.
//!
//! The strategies fill it, the waterfall draws it. It is plain data, so that a test can write one down.

use std::string::String;
use std::time::Duration;
use std::vec::Vec;

/// What one strategy did with its URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the strategy is called, as a reader should see it: "one after the other".
    pub strategy: String,
    /// One span for every URL that was pulled, in the order of the input.
    pub spans: Vec<Span>,
    /// From the first pull to the last outcome.
    pub total: Duration,
    /// The most fetches that were under way at one time.
    pub in_flight_max: usize,
    /// The threads that ran them.
    pub threads: usize,
}

/// One fetch, from its first try to its one outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The place of the URL in the input, from 0.
    pub index: usize,
    /// The URL as it was asked for, before any redirect.
    pub url: String,
    /// When it was started, counted from the beginning of the report.
    pub started: Duration,
    /// When its outcome was known, counted from the beginning of the report.
    pub ended: Duration,
    /// How it ended.
    pub ending: Ending,
    /// How often it was tried: 1 when nothing had to be repeated.
    pub tries: u32,
    /// How many redirects were followed.
    pub hops: u32,
    /// The size of the body in bytes, as it was handed over.
    pub bytes: u64,
}

/// How one fetch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// There is a page. Its status may be any, 404 as well as 200.
    Page {
        /// The HTTP status of the answer.
        status: u16,
    },
    /// There is no page.
    Failed {
        /// The kind of the error in a word or two, for a tally: "timeout", "refused".
        kind: &'static str,
    },
}
