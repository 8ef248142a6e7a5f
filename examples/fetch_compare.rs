//! Stage 11 of 11: the same URLs three times, one after the other, on threads, and at once; side by side.
//!
//! Look at the bars: they share one time axis. Threads and the event loop take as long as the slowest URL, and the
//! event loop needs one thread for it. Each strategy has a fetcher of its own, so that none finds connections that
//! another has opened.
//!
//! What Rust does differently: a future does not care who drives it, so all three strategies share one `fetch`. Python
//! needs a second library for the third, as `urlopen` blocks its thread.
//!
//! Run it: `cargo run --example fetch_compare`, or `cargo run --example fetch_compare -- --svg waterfall.svg https://example.com …`

use std::fs;
use std::io;
use std::num::NonZero;

use yieldfrom::fetch::{Fetcher, Waterfall};

#[path = "shared/arguments.rs"]
mod arguments;
#[path = "shared/urls.rs"]
mod urls;

const HELP: &str = "
Fetches URLs one after the other, on threads, and at once, and draws when each was under way.

Usage: fetch_compare [--svg FILE] [URL]...

    --svg FILE    also write the drawing as a picture

Without URLs it fetches five of a server of its own; a path alone, as in /status/404, is that server's too.";

fn main() {
    let ([svg], given) = arguments::parse(HELP, ["svg"]);
    let urls = urls::given_or_demo(given);

    let threads = NonZero::new(urls.len().min(5)).expect("there are URLs");
    let reports = [
        Fetcher::new().one_after_another(&urls).report,
        Fetcher::new().on_threads(threads, &urls).report,
        Fetcher::new().at_once(&urls).report,
    ];
    let waterfall = Waterfall::new(&reports).fit(&io::stdout());
    print!("{waterfall}");
    if let Some(file) = svg {
        fs::write(&file, waterfall.svg()).unwrap_or_else(|error| arguments::fail(&file, error));
        println!("\nwritten to {file}");
    }
}
