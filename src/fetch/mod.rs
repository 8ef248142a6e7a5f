//! Fetching many URLs at once.

mod report;
mod waterfall;

pub use report::{Ending, Report, Span, Tally};
pub use waterfall::Waterfall;
