//! Async generators as streams and back: they wait, end for ever, allocate nothing.
#![feature(async_for_loop, async_iterator, gen_blocks)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures::channel::mpsc;
use futures::executor::block_on;
use futures::{Stream, StreamExt};
use yieldfrom::stream::{from_async_iter, into_async_iter};

async gen fn doubled(mut numbers: mpsc::UnboundedReceiver<u32>) -> u32 {
    while let Some(number) = numbers.next().await {
        yield number * 2;
    }
}

#[test]
fn an_async_generator_waits_and_goes_on() {
    let (sender, receiver) = mpsc::unbounded();
    let mut stream = pin!(from_async_iter(doubled(receiver)));
    let cx = &mut Context::from_waker(Waker::noop());
    assert_eq!(stream.as_mut().poll_next(cx), Poll::Pending);
    sender.unbounded_send(4).unwrap();
    assert_eq!(stream.as_mut().poll_next(cx), Poll::Ready(Some(8)));
    assert_eq!(stream.as_mut().poll_next(cx), Poll::Pending);
    drop(sender);
    assert_eq!(stream.as_mut().poll_next(cx), Poll::Ready(None));
}

#[test]
fn an_async_generator_that_has_ended_stays_so() {
    let mut stream = pin!(from_async_iter(async gen { yield 1 }));
    let cx = &mut Context::from_waker(Waker::noop());
    assert_eq!(stream.as_mut().poll_next(cx), Poll::Ready(Some(1)));
    for _ in 0..3 {
        assert_eq!(stream.as_mut().poll_next(cx), Poll::Ready(None));
    }
}

#[test]
fn there_and_back_gives_the_same_items_and_hints() {
    let back = from_async_iter(into_async_iter(futures::stream::iter(1..=3)));
    assert_eq!(Stream::size_hint(&back), (3, Some(3)));
    assert_eq!(block_on(back.collect::<Vec<u32>>()), [1, 2, 3]);
}

#[test]
fn for_await_runs_over_a_stream() {
    let seen = block_on(async {
        let mut seen = Vec::new();
        for await number in into_async_iter(futures::stream::iter([3, 4])) {
            seen.push(number);
        }
        seen
    });
    assert_eq!(seen, [3, 4]);
}

#[test]
fn the_adapters_allocate_nothing_and_add_nothing() {
    let mut sum = 0;
    let allocations = allocation_counter::measure(|| {
        let iter = async gen {
            for number in 0..100 {
                yield number;
            }
        };
        let size = size_of_val(&iter);
        let mut stream = pin!(from_async_iter(into_async_iter(from_async_iter(iter))));
        assert_eq!(size_of_val(&*stream), size);
        let cx = &mut Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(number)) = stream.as_mut().poll_next(cx) {
            sum += number;
        }
    });
    assert_eq!(sum, 4950);
    assert_eq!(allocations.count_total, 0);
}
