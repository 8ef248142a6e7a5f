//! What the fetch tests share: a watchdog, and waiting with a bound.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use yieldfrom::fetch::{Builder, Fetcher};

/// Runs a test, and fails it by its name when it hangs: long before any limit of the machine that runs it.
pub(crate) fn watched(test: impl FnOnce() + Send + 'static) {
    const LIMIT: Duration = Duration::from_secs(20);
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let (tell, done) = channel();
    let work = thread::spawn(move || {
        test();
        let _ = tell.send(());
    });
    match done.recv_timeout(LIMIT) {
        Err(RecvTimeoutError::Timeout) => panic!("{name} did not end within {LIMIT:?}"),
        Ok(()) | Err(RecvTimeoutError::Disconnected) => {
            work.join().unwrap_or_else(|panic| resume_unwind(panic))
        }
    }
}

/// Waits until it is so, and fails when it never is.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(5), "this never came true: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Settings with which a test that runs into a deadline does so soon.
pub(crate) fn impatient() -> Builder {
    Fetcher::builder()
        .connect_timeout(Duration::from_millis(1000))
        .idle_timeout(Duration::from_millis(1000))
        .timeout(Duration::from_millis(2500))
        .retries(0)
        .body_limit(1 << 20)
}
