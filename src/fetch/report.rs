//! What happened: one span for every fetch, with the whole run around them.
//!
//! The strategies fill it, the waterfall draws it. It is plain data, so that a test can write one down.

use core::fmt;
use std::collections::BTreeMap;
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

impl Report {
    /// Counts the spans by their ending.
    ///
    /// ```
    /// use std::time::Duration;
    /// use yieldfrom::fetch::{Ending, Report, Span};
    ///
    /// let span = |index, ending| Span {
    ///     index,
    ///     url: format!("http://localhost/{index}"),
    ///     started: Duration::ZERO,
    ///     ended: Duration::from_millis(5),
    ///     ending,
    ///     tries: 1,
    ///     hops: 0,
    ///     bytes: 1200,
    /// };
    /// let report = Report {
    ///     strategy: "at once".into(),
    ///     spans: vec![
    ///         span(0, Ending::Page { status: 200 }),
    ///         span(1, Ending::Page { status: 404 }),
    ///         span(2, Ending::Failed { kind: "timeout" }),
    ///     ],
    ///     total: Duration::from_millis(5),
    ///     in_flight_max: 3,
    ///     threads: 1,
    /// };
    /// assert_eq!(report.tally().ok(), 1);
    /// assert_eq!(report.tally().to_string(), "1 ok, 1 of status 404, 1 failed (timeout); 3.6 kB");
    /// ```
    pub fn tally(&self) -> Tally {
        self.spans.iter().collect()
    }
}

/// How many fetches ended how, and what they brought.
///
/// Collect it from spans, or [`count`](Tally::count) them as they come; what it keeps does not grow with their
/// number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pages by their status.
    pub pages: BTreeMap<u16, usize>,
    /// Failures by their kind.
    pub failed: BTreeMap<&'static str, usize>,
    /// Tries beyond the first of each.
    pub retries: u64,
    /// Redirects that were followed.
    pub hops: u64,
    /// The bytes of all bodies.
    pub bytes: u64,
}

impl Tally {
    /// Adds one span.
    pub fn count(&mut self, span: &Span) {
        match span.ending {
            Ending::Page { status } => *self.pages.entry(status).or_default() += 1,
            Ending::Failed { kind } => *self.failed.entry(kind).or_default() += 1,
        }
        self.retries += u64::from(span.tries.saturating_sub(1));
        self.hops += u64::from(span.hops);
        self.bytes += span.bytes;
    }

    /// How many were counted.
    pub fn total(&self) -> usize {
        self.pages.values().sum::<usize>() + self.failed.values().sum::<usize>()
    }

    /// How many are pages whose status says success: 200 to 299.
    pub fn ok(&self) -> usize {
        self.pages.range(200..300).map(|(_, count)| count).sum()
    }
}

impl<'a> FromIterator<&'a Span> for Tally {
    fn from_iter<I: IntoIterator<Item = &'a Span>>(spans: I) -> Self {
        let mut tally = Tally::default();
        spans.into_iter().for_each(|span| tally.count(span));
        tally
    }
}

/// In a line: `97 ok, 1 of status 404, 2 failed (1 refused, 1 timeout), 3 retries; 12.0 kB`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ok", self.ok())?;
        for (status, count) in self.pages.iter().filter(|(status, _)| !(200..300).contains(*status)) {
            write!(f, ", {count} of status {status}")?;
        }
        let failed: usize = self.failed.values().sum();
        if let (1, Some((kind, _))) = (self.failed.len(), self.failed.first_key_value()) {
            write!(f, ", {failed} failed ({kind})")?;
        } else if failed > 0 {
            write!(f, ", {failed} failed (")?;
            for (place, (kind, count)) in self.failed.iter().enumerate() {
                write!(f, "{}{count} {kind}", if place == 0 { "" } else { ", " })?;
            }
            f.write_str(")")?;
        }
        for (count, one, many) in [(self.retries, "retry", "retries"), (self.hops, "redirect", "redirects")] {
            if count > 0 {
                write!(f, ", {count} {}", if count == 1 { one } else { many })?;
            }
        }
        write!(f, "; {}", Bytes(self.bytes))
    }
}

/// A number of bytes with a few digits: `999 B`, `1.2 kB`, `34.5 MB`.
pub(super) struct Bytes(pub(super) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut size = self.0 as f64;
        if size < 1000.0 {
            return write!(f, "{} B", self.0);
        }
        let mut unit = "B";
        for larger in ["kB", "MB", "GB", "TB", "PB", "EB"] {
            if size < 999.95 {
                break;
            }
            (size, unit) = (size / 1000.0, larger);
        }
        write!(f, "{size:.1} {unit}")
    }
}

/// A duration with about three digits: `85 µs`, `412 ms`, `1.50 s`, `75.3 s`.
pub(super) struct Seconds(pub(super) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        match seconds {
            0.0 => f.write_str("0 s"),
            ..0.000_999_5 => write!(f, "{:.0} µs", seconds * 1e6),
            ..0.999_5 => write!(f, "{:.0} ms", seconds * 1e3),
            ..9.995 => write!(f, "{seconds:.2} s"),
            ..99.95 => write!(f, "{seconds:.1} s"),
            _ => write!(f, "{seconds:.0} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec;

    use super::*;

    fn span(ending: Ending) -> Span {
        Span {
            index: 0,
            url: "http://localhost/".into(),
            started: Duration::ZERO,
            ended: Duration::from_millis(1),
            ending,
            tries: 1,
            hops: 0,
            bytes: 10,
        }
    }

    #[test]
    fn a_tally_counts_every_ending_once() {
        let mut retried = span(Ending::Page { status: 204 });
        (retried.tries, retried.hops) = (3, 1);
        let spans = vec![
            span(Ending::Page { status: 200 }),
            retried,
            span(Ending::Page { status: 404 }),
            span(Ending::Page { status: 503 }),
            span(Ending::Failed { kind: "timeout" }),
            span(Ending::Failed { kind: "timeout" }),
            span(Ending::Failed { kind: "refused" }),
        ];
        let tally: Tally = spans.iter().collect();
        assert_eq!((tally.total(), tally.ok(), tally.bytes), (7, 2, 70));
        assert_eq!(
            tally.to_string(),
            "2 ok, 1 of status 404, 1 of status 503, 3 failed (1 refused, 2 timeout), 2 retries, 1 redirect; 70 B"
        );
        assert_eq!(Tally::default().to_string(), "0 ok; 0 B");
    }

    #[test]
    fn sizes_and_durations_have_few_digits() {
        for (bytes, text) in
            [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_999, "1.0 MB")]
        {
            assert_eq!(Bytes(bytes).to_string(), text);
        }
        assert_eq!(Bytes(u64::MAX).to_string(), "18.4 EB");
        for (micros, text) in [
            (0, "0 s"),
            (85, "85 µs"),
            (999, "999 µs"),
            (1_000, "1 ms"),
            (412_300, "412 ms"),
            (999_499, "999 ms"),
            (999_500, "1.00 s"),
            (1_500_000, "1.50 s"),
            (75_320_000, "75.3 s"),
            (3_600_000_000, "3600 s"),
        ] {
            assert_eq!(Seconds(Duration::from_micros(micros)).to_string(), text);
        }
    }
}
