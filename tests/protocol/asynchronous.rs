//! Rows 71-73: what stands for Python's async generators is nightly's `async gen`. (Rows 74-77 are ruled out by
//! types or ownership.) How they become streams is in tests/stream.rs.

use std::async_iter::AsyncIterator;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};

use crate::Log;

fn poll<A: AsyncIterator>(generator: Pin<&mut A>) -> Poll<Option<A::Item>> {
    generator.poll_next(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn row_71_an_async_generator_takes_no_values_and_reads_them_from_a_channel() {
    // There is no `asend`, hence nothing to refuse: a value that is early waits in the channel.
    let (sender, receiver) = mpsc::channel();
    let mut doubled = pin!(async gen move {
        for number in receiver {
            yield 2 * number;
        }
    });
    sender.send(21).unwrap();
    assert_eq!(poll(doubled.as_mut()), Poll::Ready(Some(42)));
    drop(sender);
    assert_eq!(poll(doubled.as_mut()), Poll::Ready(None));
}

#[test]
fn row_72_an_async_generator_ends_for_ever_and_returns_nothing() {
    let mut once = pin!(async gen { yield 1 });
    assert_eq!(poll(once.as_mut()), Poll::Ready(Some(1)));
    for _ in 0..3 {
        assert_eq!(poll(once.as_mut()), Poll::Ready(None));
    }
}

#[test]
fn row_73_closing_an_async_generator_is_dropping_it_also_while_it_waits() {
    let log = Log::default();
    let noted = log.clone();
    let mut waits = Box::pin(async gen move {
        let _finally = noted.at_drop("finally");
        yield 1;
        poll_fn::<(), _>(|_| Poll::Pending).await;
        noted.note("never");
    });
    assert_eq!(poll(waits.as_mut()), Poll::Ready(Some(1)));
    assert_eq!(poll(waits.as_mut()), Poll::Pending);
    drop(waits);
    assert_eq!(log.take(), ["finally"]);
}
