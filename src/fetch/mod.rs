//! Fetching many URLs at once.

mod report;

pub use report::{Ending, Report, Span};
