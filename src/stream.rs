//! Async generators as [`futures::Stream`]s, and streams as the standard library's async iterators.
//!
//! Nightly's `async gen` is Python's `async def` with `yield` in it, and what it gives is a
//! [`core::async_iter::AsyncIterator`]. Libraries speak [`futures::Stream`]. Both poll alike; these two adapters
//! carry one over to the other.
//!
//! ```
//! # #![feature(async_for_loop, async_iterator, gen_blocks)]
//! use futures::StreamExt;
//! use std::pin::pin;
//! use yieldfrom::stream::{from_async_iter, into_async_iter};
//!
//! // Python: async def countdown(n): …
//! async gen fn countdown(n: u32) -> u32 {
//!     for left in (1..=n).rev() {
//!         async_std::task::yield_now().await; // Python: await asyncio.sleep(0)
//!         yield left;
//!     }
//! }
//!
//! async_std::task::block_on(async {
//!     // Python: async for left in countdown(3)
//!     let mut stream = pin!(from_async_iter(countdown(3)));
//!     let mut seen = vec![];
//!     while let Some(left) = stream.next().await {
//!         seen.push(left);
//!     }
//!     assert_eq!(seen, [3, 2, 1]);
//!
//!     // The same with the loop that nightly has for it, over any stream.
//!     let evens = futures::stream::iter(1..=6).filter(|n| std::future::ready(n % 2 == 0));
//!     let mut seen = vec![];
//!     for await even in into_async_iter(evens) {
//!         seen.push(even);
//!     }
//!     assert_eq!(seen, [2, 4, 6]);
//! });
//! ```
//!
//! | Python | here |
//! |---|---|
//! | `async def f(): … yield x` | `async gen fn f() -> X { … yield x }` |
//! | `async for x in f():` | `while let Some(x) = s.next().await`, or `for await x in f()` |
//! | `[x async for x in f()]` | `from_async_iter(f()).collect::<Vec<_>>().await` |
//! | `await anext(a)` | `s.next().await` |
//! | `await a.aclose()` | drop it |
//! | `asend`, `athrow` | nothing: `async gen` has no resume argument; give it a channel to read |
//!
//! A plain generator waits for nothing, so it needs no adapter: it is an iterator, and `futures::stream::iter` makes
//! a stream of it.
//!
//! ```
//! # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
//! use futures::{StreamExt, stream};
//! use yieldfrom::Generator;
//!
//! let squares = Generator::new(
//!     #[coroutine]
//!     || {
//!         for n in 1.. {
//!             yield n * n;
//!         }
//!     },
//! );
//! let three = async_std::task::block_on(stream::iter(squares).take(3).collect::<Vec<u32>>());
//! assert_eq!(three, [1, 4, 9]);
//! ```
//!
//! Source: [PEP 525](https://peps.python.org/pep-0525/), asynchronous generators.

use core::async_iter::AsyncIterator;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures::Stream;
use pin_project::pin_project;

/// Makes a stream of an async iterator, such as an `async gen` block.
///
/// What an `async gen` block gives cannot be moved once it runs: pin the stream ([`core::pin::pin!`], or
/// `StreamExt::boxed`) before calling `next` on it.
///
/// ```
/// # #![feature(gen_blocks)]
/// use futures::StreamExt;
/// use yieldfrom::stream::from_async_iter;
///
/// let letters = from_async_iter(async gen {
///     for letter in "AB".chars() {
///         yield letter;
///     }
/// });
/// assert_eq!(async_std::task::block_on(letters.collect::<String>()), "AB");
/// ```
///
/// # Cost
///
/// None: no allocation, no state of its own, one call that inlines.
pub fn from_async_iter<A: AsyncIterator>(iter: A) -> FromAsyncIter<A> {
    FromAsyncIter { iter }
}

/// The stream of an async iterator; [`from_async_iter`] makes it.
#[pin_project]
#[derive(Clone, Debug)]
#[must_use = "a stream does nothing unless it is polled"]
pub struct FromAsyncIter<A> {
    #[pin]
    iter: A,
}

impl<A: AsyncIterator> Stream for FromAsyncIter<A> {
    type Item = A::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<A::Item>> {
        self.project().iter.poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.iter.size_hint()
    }
}

/// Makes an async iterator of a stream, for `for await`.
///
/// ```
/// # #![feature(async_for_loop, async_iterator)]
/// use yieldfrom::stream::into_async_iter;
///
/// async_std::task::block_on(async {
///     let mut sum = 0;
///     for await number in into_async_iter(futures::stream::iter([1, 2, 3])) {
///         sum += number;
///     }
///     assert_eq!(sum, 6);
/// });
/// ```
///
/// # Cost
///
/// None: no allocation, no state of its own, one call that inlines.
pub fn into_async_iter<S: Stream>(stream: S) -> IntoAsyncIter<S> {
    IntoAsyncIter { stream }
}

/// The async iterator of a stream; [`into_async_iter`] makes it.
#[pin_project]
#[derive(Clone, Debug)]
#[must_use = "an async iterator does nothing unless it is polled"]
pub struct IntoAsyncIter<S> {
    #[pin]
    stream: S,
}

impl<S: Stream> AsyncIterator for IntoAsyncIter<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.project().stream.poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}
