//! A coroutine as a future: Python's generator-based coroutine and the `Task` that drives it.
//!
//! It is the send-driven coroutine of [`Generator::send`](crate::Generator::send) with an event loop in place of
//! the hand that calls `send`: the body yields a future, and is sent that future's output once it is ready.

use core::fmt;
use core::future::Future;
use core::ops::{Coroutine, CoroutineState};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project::pin_project;

use crate::State;

/// Drives a coroutine that yields futures and is sent their outputs; it is itself a future of what the body
/// returns.
///
/// The first resumption is Python's `next` and carries `None`; every later one carries `Some(output)` of the future
/// that was yielded last. So the body's parameter is an `Option` of that output (the compiler wants the type written
/// down), and `(yield future).unwrap()` reads as Python's `yield from future`:
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use std::future::{Ready, ready};
/// use yieldfrom::Task;
///
/// // Stands for the request of a URL.
/// fn request(url: &str) -> Ready<usize> {
///     ready(url.len())
/// }
///
/// let fetch = |url: &'static str| {
///     Task::new(
///         #[coroutine]
///         move |_: Option<usize>| {
///             let page = (yield request(url)).unwrap(); // Python: page = yield from request(url)
///             (url, page)
///         },
///     )
/// };
///
/// // Python: loop.run_until_complete(asyncio.gather(fetch("/a"), fetch("/long")))
/// let pages = async_std::task::block_on(futures::future::join_all([fetch("/a"), fetch("/long")]));
/// assert_eq!(pages, [("/a", 2), ("/long", 5)]);
/// ```
///
/// | Python | here |
/// |---|---|
/// | `@asyncio.coroutine` `def` … `yield from future` | `#[coroutine] move \|_: Option<Output>\| { … (yield future).unwrap() … }` |
/// | `asyncio.Task(coroutine)` | `Task::new(coroutine)`; it runs when it is polled, not before |
/// | `loop.run_until_complete(task)` | `async_std::task::block_on(task)`, or any other executor |
/// | `asyncio.gather(*tasks)` | `futures::future::join_all(tasks)` |
/// | `task.cancel()` | drop it: the future that it waits for goes first, then the body's variables |
/// | `async def` … `await future` | `async` … `future.await`: what to write today, it costs the same |
///
/// # Futures of different types
///
/// All futures that one body yields have one type. Box those that differ; their outputs still have one type, which
/// may be an enum:
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use std::future::{Future, ready};
/// use std::pin::Pin;
/// use yieldfrom::Task;
///
/// type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
///
/// let task = Task::new(
///     #[coroutine]
///     |_: Option<i32>| {
///         let seven = (yield Box::pin(ready(7)) as Boxed<'_, i32>).unwrap();
///         let eight = (yield Box::pin(async move { seven + 1 })).unwrap();
///         seven * eight
///     },
/// );
/// assert_eq!(async_std::task::block_on(task), 56);
/// ```
///
/// # Bodies that borrow across `yield`
///
/// A `static` body is pinned within the task, so it needs no box of its own:
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::Task;
///
/// let task = Task::new(
///     #[coroutine]
///     static move |_: Option<i32>| {
///         let mut seen = vec![1, 2];
///         for number in &mut seen {
///             *number += (yield std::future::ready(10)).unwrap();
///         }
///         seen
///     },
/// );
/// assert_eq!(async_std::task::block_on(task), [11, 12]);
/// ```
///
/// # Panics
///
/// Polling it again after it has returned, or after its body has panicked, panics, as with an `async` block.
///
/// # Cost
///
/// No allocation, and about as many instructions as the same `async` block. Its size is that of the body and one
/// future and a word.
///
/// Source: `asyncio.Task` before Python 3.5, and [PEP 3156](https://peps.python.org/pep-3156/).
#[pin_project]
#[must_use = "a task does nothing unless it is polled"]
pub struct Task<C, F> {
    // Before the body, so that it is dropped before the body, as an `async` block drops what it awaits.
    #[pin]
    turn: Turn<F>,
    #[pin]
    body: C,
}

/// Whose turn it is.
#[pin_project(project = TurnProjection)]
enum Turn<F> {
    /// The body's, for the first time.
    Created,
    /// The future's, which the body yielded.
    Waiting(#[pin] F),
    /// Nobody's. Stands also while the body runs, so that a body that panics is never resumed again.
    Closed,
}

impl<C, F> Task<C, F>
where
    F: Future,
    C: Coroutine<Option<F::Output>, Yield = F>,
{
    /// A task that runs `body`; nothing of it runs before the first poll.
    pub fn new(body: C) -> Self {
        Task { turn: Turn::Created, body }
    }
}

impl<C, F> Task<C, F> {
    /// Where the body stands: `Created`, `Suspended` while it waits for a future, or `Closed`.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use futures::FutureExt;
    /// use yieldfrom::{State, Task};
    ///
    /// let (answer, question) = futures::channel::oneshot::channel();
    /// let mut task = Task::new(
    ///     #[coroutine]
    ///     |_: Option<_>| (yield question).unwrap(),
    /// );
    /// assert_eq!(task.state(), State::Created);
    /// assert_eq!((&mut task).now_or_never(), None);
    /// assert_eq!(task.state(), State::Suspended);
    /// answer.send(42).unwrap();
    /// assert_eq!((&mut task).now_or_never(), Some(Ok(42)));
    /// assert_eq!(task.state(), State::Closed);
    /// ```
    pub fn state(&self) -> State {
        match self.turn {
            Turn::Created => State::Created,
            Turn::Waiting(_) => State::Suspended,
            Turn::Closed => State::Closed,
        }
    }
}

impl<C, F> Future for Task<C, F>
where
    F: Future,
    C: Coroutine<Option<F::Output>, Yield = F>,
{
    type Output = C::Return;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Return> {
        let mut this = self.project();
        loop {
            let sent = match this.turn.as_mut().project() {
                TurnProjection::Created => None,
                TurnProjection::Waiting(future) => Some(ready!(future.poll(cx))),
                TurnProjection::Closed => panic!("a task was polled after it had ended"),
            };
            this.turn.set(Turn::Closed);
            match this.body.as_mut().resume(sent) {
                CoroutineState::Yielded(future) => this.turn.set(Turn::Waiting(future)),
                CoroutineState::Complete(value) => return Poll::Ready(value),
            }
        }
    }
}

#[cfg(feature = "stream")]
impl<C, F> futures::future::FusedFuture for Task<C, F>
where
    F: Future,
    C: Coroutine<Option<F::Output>, Yield = F>,
{
    fn is_terminated(&self) -> bool {
        self.state() == State::Closed
    }
}

impl<C, F> fmt::Debug for Task<C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("state", &self.state()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use core::cell::RefCell;
    use core::future::{Ready, ready};
    use core::marker::PhantomPinned;
    use core::mem::size_of_val;
    use core::pin::pin;
    use core::task::Waker;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::vec::Vec;

    use super::*;

    extern crate std;

    /// Pending so many times before it gives its number; wakes at once.
    struct Later(u32, u32);

    impl Future for Later {
        type Output = u32;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
            if self.0 == 0 {
                return Poll::Ready(self.1);
            }
            self.0 -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }

    fn poll<T: Future>(task: Pin<&mut T>) -> Poll<T::Output> {
        task.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn the_first_resumption_is_next_and_the_others_carry_outputs() {
        let task = Task::new(
            #[coroutine]
            |first: Option<u32>| {
                let second = yield ready(1);
                let third = yield ready(2);
                [first, second, third]
            },
        );
        assert_eq!(poll(pin!(task)), Poll::Ready([None, Some(1), Some(2)]));
    }

    #[test]
    fn nothing_runs_before_the_first_poll() {
        let ran = RefCell::new(false);
        let task = Task::new(
            #[coroutine]
            |_| {
                *ran.borrow_mut() = true;
                yield ready(());
            },
        );
        assert!(!*ran.borrow());
        assert_eq!(poll(pin!(task)), Poll::Ready(()));
        assert!(*ran.borrow());
    }

    #[test]
    fn a_pending_future_leaves_the_body_where_it_is() {
        let mut task = pin!(Task::new(
            #[coroutine]
            |_: Option<u32>| {
                let a = (yield Later(2, 20)).unwrap();
                let b = (yield Later(1, 10)).unwrap();
                a + b
            },
        ));
        assert_eq!(poll(task.as_mut()), Poll::Pending);
        assert_eq!(poll(task.as_mut()), Poll::Pending);
        assert_eq!(task.state(), State::Suspended);
        assert_eq!(poll(task.as_mut()), Poll::Pending);
        assert_eq!(poll(task.as_mut()), Poll::Ready(30));
        assert_eq!(task.state(), State::Closed);
    }

    #[test]
    fn a_body_without_a_future_of_its_own_to_wait_for_just_returns() {
        let task = Task::new(
            #[coroutine]
            |_| {
                if false {
                    yield ready(());
                }
                7
            },
        );
        assert_eq!(poll(pin!(task)), Poll::Ready(7));
    }

    #[test]
    fn a_static_body_may_borrow_across_yields() {
        let task = Task::new(
            #[coroutine]
            static |_: Option<u32>| {
                let text = [1, 2, 3];
                let mut sum = 0;
                for number in &text {
                    sum += number * (yield Later(1, 10)).unwrap();
                }
                sum
            },
        );
        let mut task = pin!(task);
        for _ in 0..3 {
            assert_eq!(poll(task.as_mut()), Poll::Pending);
        }
        assert_eq!(poll(task), Poll::Ready(60));
    }

    #[test]
    fn a_future_that_must_not_move_is_pinned_within_the_task() {
        /// Panics if it has moved between two polls.
        struct Fixed(Option<*const Fixed>, PhantomPinned);
        impl Future for Fixed {
            type Output = ();
            fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
                let here: *const Fixed = &*self;
                match self.0 {
                    Some(there) => {
                        assert_eq!(here, there);
                        Poll::Ready(())
                    }
                    None => {
                        self.set(Fixed(Some(here), PhantomPinned));
                        Poll::Pending
                    }
                }
            }
        }
        let mut task = pin!(Task::new(
            #[coroutine]
            |_| {
                for _ in 0..2 {
                    yield Fixed(None, PhantomPinned);
                }
            },
        ));
        assert_eq!(poll(task.as_mut()), Poll::Pending);
        assert_eq!(poll(task.as_mut()), Poll::Pending);
        assert_eq!(poll(task.as_mut()), Poll::Ready(()));
    }

    #[test]
    fn polling_after_the_end_panics_and_runs_nothing() {
        let mut task = pin!(Task::new(
            #[coroutine]
            |_| {
                yield ready(());
            },
        ));
        assert_eq!(poll(task.as_mut()), Poll::Ready(()));
        let panic = catch_unwind(AssertUnwindSafe(|| poll(task.as_mut()))).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"a task was polled after it had ended"));
    }

    #[test]
    fn a_body_that_panicked_is_never_resumed() {
        let runs = RefCell::new(0);
        let mut task = pin!(Task::new(
            #[coroutine]
            |_| {
                yield Later(1, 1);
                *runs.borrow_mut() += 1;
                if *runs.borrow() > 0 {
                    panic!("the body's own");
                }
            },
        ));
        assert_eq!(poll(task.as_mut()), Poll::Pending);
        for expected in ["the body's own", "a task was polled after it had ended"] {
            let panic = catch_unwind(AssertUnwindSafe(|| poll(task.as_mut()))).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&expected));
            assert_eq!(task.state(), State::Closed);
        }
        assert_eq!(*runs.borrow(), 1);
    }

    #[test]
    fn dropping_cancels_the_future_first_then_the_body() {
        struct Note<'a>(&'static str, &'a RefCell<Vec<&'static str>>);
        impl Drop for Note<'_> {
            fn drop(&mut self) {
                self.1.borrow_mut().push(self.0);
            }
        }
        impl Future for Note<'_> {
            type Output = ();
            fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
                Poll::Pending
            }
        }
        let log = RefCell::new(Vec::new());
        {
            let mut task = pin!(Task::new(
                #[coroutine]
                |_| {
                    let _finally = Note("body", &log);
                    yield Note("future", &log);
                },
            ));
            assert_eq!(poll(task.as_mut()), Poll::Pending);
        }
        assert_eq!(*log.borrow(), ["future", "body"]);
    }

    #[test]
    fn a_ready_future_is_gone_before_the_body_goes_on() {
        struct Guard<'a>(&'a RefCell<u32>);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                *self.0.borrow_mut() += 1;
            }
        }
        impl Future for Guard<'_> {
            type Output = ();
            fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
                Poll::Ready(())
            }
        }
        let dropped = RefCell::new(0);
        let task = Task::new(
            #[coroutine]
            |_| {
                yield Guard(&dropped);
                *dropped.borrow()
            },
        );
        assert_eq!(poll(pin!(task)), Poll::Ready(1));
    }

    #[test]
    fn it_is_as_large_as_body_and_future_and_a_word() {
        fn check<C: Coroutine<Option<u64>, Yield = Ready<u64>>>(body: C) {
            let parts = size_of_val(&body) + size_of::<Ready<u64>>();
            assert!(size_of_val(&Task::new(body)) <= parts + size_of::<usize>());
        }
        check(
            #[coroutine]
            |_: Option<u64>| {
                let mut sum = 0;
                for number in 0..3u64 {
                    sum += (yield ready(number)).unwrap();
                }
                sum
            },
        );
    }

    #[test]
    fn it_allocates_nothing() {
        let allocations = allocation_counter::measure(|| {
            let mut task = pin!(Task::new(
                #[coroutine]
                |_: Option<u32>| {
                    let mut sum = 0;
                    for number in 0..100 {
                        sum += (yield Later(1, number)).unwrap();
                    }
                    sum
                },
            ));
            for _ in 0..100 {
                assert_eq!(poll(task.as_mut()), Poll::Pending);
            }
            assert_eq!(poll(task), Poll::Ready(4950));
        });
        assert_eq!(allocations.count_total, 0);
    }

    #[test]
    fn it_is_a_future_that_threads_may_share_out() {
        fn check<T: Send + Sync + Unpin>(_: &T) {}
        check(&Task::new(
            #[coroutine]
            |_: Option<i32>| (yield ready(1)).unwrap(),
        ));
    }
}
