//! The tracked generator: a coroutine body together with its state.
//!
//! Everything above (delegation, pipelines, recursion) can be built on bare coroutines too; this is the type that
//! keeps Python's rules about *when* a body may be resumed.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::mem;
use core::ops::{Coroutine, CoroutineState};
use core::pin::Pin;

use crate::{Raised, Resume, SendSignal, Signal, State, Stop, hint};

/// A coroutine body and its state: what calling a generator function gives in Python.
///
/// `C` is the body: anything that is a [`Coroutine`], most often a `#[coroutine]` closure. `R` is what a suspended
/// `yield` receives, and decides what can be done with the generator:
///
/// | `R` | operations |
/// |---|---|
/// | `()` | [`start`](Self::start), [`close`](Self::close), iteration |
/// | `Option<S>` | also [`send`](Self::send) |
/// | [`Resume<S, E>`] | also [`throw`](Self::throw), and a [`close`](#method.close-2) that the body sees |
///
/// It is an [`Iterator`] for each `R`: `next` sends the rung's "next". What the body returns is not lost by
/// iterating: [`take_return`](Self::take_return) hands it out.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Generator, State};
///
/// let mut countdown = Generator::new(#[coroutine] || {
///     for n in [3, 2, 1] {
///         yield n;
///     }
///     "lift-off"
/// });
/// assert_eq!(countdown.state(), State::Created);
/// assert_eq!(countdown.start(), Ok(3));
/// assert_eq!(countdown.state(), State::Suspended);
/// assert_eq!(countdown.by_ref().collect::<Vec<_>>(), [2, 1]);
/// assert_eq!(countdown.state(), State::Closed);
/// assert_eq!(countdown.take_return(), Some("lift-off"));
/// assert_eq!(countdown.next(), None); // for ever
/// ```
///
/// # Bodies that borrow across a `yield`
///
/// A body marked `static` may hold references to its own locals over a `yield`, and must then not be moved. It
/// comes pinned, on the stack or in a box, through the same type:
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use std::pin::pin;
/// use yieldfrom::Generator;
///
/// let body = pin!(#[coroutine] static || {
///     let text = String::from("to be or not");
///     for word in text.split(' ') {
///         yield word.len();
///     }
/// });
/// assert!(Generator::new(body).eq([2, 2, 2, 3]));
/// ```
///
/// Unpinned it is refused:
///
/// ```compile_fail,E0277
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::Generator;
///
/// Generator::new(#[coroutine] static || yield 1); // wrap the body in `Box::pin(…)` or `pin!(…)`
/// ```
///
/// Nightly compilers have open faults around movable bodies that *reborrow* across a `yield` and are moved after
/// their start ([rust#161026](https://github.com/rust-lang/rust/issues/161026)). Pin such a body too, or leave
/// the generator where it was when it was started.
///
/// # Cost
///
/// No allocation. The size is the body's and at most one word more; a return value that is larger than the body
/// counts instead of it. A `for` loop over a generator with one `yield` in its innermost loop compiles to the
/// instructions of the hand-written loop, which resuming a bare coroutine does not; two yields a turn cost about
/// 8 more, a body behind a `Pin` or a `Box` what it costs bare.
///
/// Source: [PEP 255](https://peps.python.org/pep-0255/) and [PEP 342](https://peps.python.org/pep-0342/).
#[must_use = "a generator does nothing until it is resumed"]
pub struct Generator<C: Coroutine<R>, R = ()> {
    slot: Slot<C, C::Return>,
    signal: PhantomData<fn(R)>,
}

/// The tag of this enum lives in the spare values of `started`, so that it costs no more than the flag.
enum Slot<C, T> {
    Body {
        started: bool,
        body: C,
    },
    /// Reached by iterating, and nobody has asked for the value yet.
    Returned(T),
    Closed,
}

// A pinned `Generator` pins nothing inside: bodies are `Unpin`, and the returned value is only ever moved.
impl<C: Coroutine<R>, R> Unpin for Generator<C, R> {}

/// Leaves the slot closed, and the body dropped, when the body unwinds.
struct CloseOnUnwind<'a, C, T>(&'a mut Slot<C, T>);

impl<C, T> Drop for CloseOnUnwind<'_, C, T> {
    // Out of line it would be given the slot's address, and the slot could not live in registers.
    #[inline(always)]
    fn drop(&mut self) {
        *self.0 = Slot::Closed;
    }
}

impl<C, R> Generator<C, R>
where
    C: Coroutine<R> + Unpin,
{
    /// Takes a body; none of it runs. Python: calling the generator function.
    pub const fn new(body: C) -> Self {
        Generator { slot: Slot::Body { started: false, body }, signal: PhantomData }
    }

    /// Where it stands. [`State::Running`] cannot be seen from here: while the body runs, `self` is borrowed.
    pub const fn state(&self) -> State {
        match self.slot {
            Slot::Body { started: false, .. } => State::Created,
            Slot::Body { started: true, .. } => State::Suspended,
            Slot::Returned(_) | Slot::Closed => State::Closed,
        }
    }

    /// What the body returned, if it ended while the generator was iterated and nobody has asked before.
    ///
    /// `start`, `send`, `throw` and `close` hand the return value out themselves.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::Generator;
    ///
    /// let mut lines = Generator::new(#[coroutine] || {
    ///     yield "one";
    ///     yield "two";
    ///     2
    /// });
    /// for line in &mut lines {
    ///     println!("{line}");
    /// }
    /// assert_eq!(lines.take_return(), Some(2));
    /// assert_eq!(lines.take_return(), None);
    /// ```
    pub fn take_return(&mut self) -> Option<C::Return> {
        if matches!(self.slot, Slot::Returned(_)) {
            let Slot::Returned(value) = mem::replace(&mut self.slot, Slot::Closed) else { unreachable!() };
            Some(value)
        } else {
            None
        }
    }

    /// Resumes the body; `None` when there is none any more. A body that returns is dropped on the spot.
    #[inline(always)]
    fn resume_body(&mut self, signal: R) -> Option<CoroutineState<C::Yield, C::Return>> {
        let unwinding = CloseOnUnwind(&mut self.slot);
        let outcome = match unwinding.0 {
            Slot::Body { started, body } => {
                *started = true;
                Some(hint::resume(body, signal))
            }
            Slot::Returned(_) | Slot::Closed => None,
        };
        mem::forget(unwinding);
        if let Some(CoroutineState::Complete(_)) = outcome {
            self.slot = Slot::Closed;
        }
        outcome
    }

    /// `resume_body` as the public operations tell it; `refused` goes back to the caller of a closed generator.
    #[inline(always)]
    fn operate<V>(&mut self, signal: R, refused: V) -> Result<C::Yield, Stop<C::Return, V>> {
        match self.resume_body(signal) {
            Some(CoroutineState::Yielded(value)) => Ok(value),
            Some(CoroutineState::Complete(value)) => Err(Stop::Returned(value)),
            None => Err(Stop::AlreadyClosed(refused)),
        }
    }

    /// Drops the body where it stands.
    pub(crate) fn drop_body(&mut self) {
        if let Slot::Body { .. } = self.slot {
            self.slot = Slot::Closed;
        }
    }
}

impl<C, R> Generator<C, R>
where
    C: Coroutine<R> + Unpin,
    R: Signal,
{
    /// Runs to the next `yield`: Python's `next(g)`, with what happened as a `Result`.
    ///
    /// The name is for what it is mostly used for: bringing a coroutine to its first `yield`, where it waits for
    /// values to be sent. A started one it simply takes to the next `yield`.
    ///
    /// # Errors
    ///
    /// [`Stop::Returned`] when the body returned instead, [`Stop::AlreadyClosed`] when it had ended before.
    ///
    /// # Panics
    ///
    /// If the body panics; the generator is then closed.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::{Generator, Stop};
    ///
    /// let mut once = Generator::new(#[coroutine] || yield 'a');
    /// assert_eq!(once.start(), Ok('a'));
    /// assert_eq!(once.start(), Err(Stop::Returned(())));
    /// assert_eq!(once.start(), Err(Stop::AlreadyClosed(())));
    /// ```
    #[inline]
    pub fn start(&mut self) -> Result<C::Yield, Stop<C::Return>> {
        self.operate(R::NEXT, ())
    }

    /// Sends a value to the `yield` at which the body is suspended, and runs to the next one: Python's
    /// `g.send(value)`.
    ///
    /// # Errors
    ///
    /// [`Stop::Returned`] when the body returned instead of yielding. A value that cannot be received comes back:
    /// in [`Stop::JustCreated`], since no `yield` waits for it yet (nothing runs, and the generator can still be
    /// started), or in [`Stop::AlreadyClosed`].
    ///
    /// # Panics
    ///
    /// If the body panics; the generator is then closed.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::{Generator, State, Stop};
    ///
    /// let mut doubler = Generator::new(#[coroutine] |_: Option<i32>| {
    ///     let mut doubled = 0;
    ///     while let Some(n) = (yield doubled) {
    ///         doubled = 2 * n;
    ///     }
    ///     "no more"
    /// });
    /// assert_eq!(doubler.send(1), Err(Stop::JustCreated(1)));
    /// assert_eq!(doubler.state(), State::Created);
    ///
    /// assert_eq!(doubler.start(), Ok(0));
    /// assert_eq!(doubler.send(21), Ok(42));
    /// assert_eq!(doubler.start(), Err(Stop::Returned("no more")));
    /// assert_eq!(doubler.send(4), Err(Stop::AlreadyClosed(4)));
    /// ```
    ///
    /// A generator with resume type `()` has no `yield` that could receive anything:
    ///
    /// ```compile_fail,E0599
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::Generator;
    ///
    /// let mut numbers = Generator::new(#[coroutine] || yield 1);
    /// numbers.send(5);
    /// ```
    #[inline]
    pub fn send(&mut self, value: R::Sent) -> Result<C::Yield, Stop<C::Return, R::Sent>>
    where
        R: SendSignal,
    {
        match self.slot {
            Slot::Body { started: true, .. } => match self.resume_body(R::send(value)) {
                Some(CoroutineState::Yielded(value)) => Ok(value),
                Some(CoroutineState::Complete(value)) => Err(Stop::Returned(value)),
                None => unreachable!("the slot holds a body"),
            },
            Slot::Body { started: false, .. } => Err(Stop::JustCreated(value)),
            Slot::Returned(_) | Slot::Closed => Err(Stop::AlreadyClosed(value)),
        }
    }
}

/// The first rung: the body only yields.
impl<C> Generator<C>
where
    C: Coroutine<()> + Unpin,
{
    /// Drops the body where it stands, its locals with it: what Python does with `finally`, Rust does with `Drop`.
    ///
    /// On a closed generator it does nothing.
    pub fn close(&mut self) {
        self.drop_body();
    }
}

/// The second rung: the body receives values.
impl<C, S> Generator<C, Option<S>>
where
    C: Coroutine<Option<S>> + Unpin,
{
    /// Drops the body where it stands, its locals with it: what Python does with `finally`, Rust does with `Drop`.
    ///
    /// On a closed generator it does nothing.
    pub fn close(&mut self) {
        self.drop_body();
    }
}

/// The third rung: the body receives values, errors and that it is being closed. What it raises is the `Err` that
/// it returns.
impl<C, S, E, T> Generator<C, Resume<S, E>>
where
    C: Coroutine<Resume<S, E>, Return = Result<T, Raised<E>>> + Unpin,
{
    /// Raises an error at the `yield` at which the body is suspended: Python's `g.throw(error)`.
    ///
    /// A body that catches it and yields makes this `Ok`. A just-created generator is closed without its body
    /// having run, and the error comes out.
    ///
    /// # Errors
    ///
    /// [`Stop::Returned`] with what the body returned: `Ok(value)` when it caught the error and ended, `Err(raised)`
    /// when it did not catch it or raised another. On a closed generator the error comes back in
    /// [`Stop::AlreadyClosed`].
    ///
    /// # Panics
    ///
    /// If the body panics; the generator is then closed.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::{Generator, Raised, Resume, Stop};
    ///
    /// let mut resilient = Generator::new(#[coroutine] |_: Resume<(), &str>| {
    ///     if let Err(Raised::Error(error)) = (yield "working").received() {
    ///         println!("caught: {error}");
    ///     }
    ///     (yield "still working").received()?;
    ///     Ok("done")
    /// });
    /// assert_eq!(resilient.start(), Ok("working"));
    /// assert_eq!(resilient.throw("a spark"), Ok("still working"));
    /// assert_eq!(resilient.throw("a fire"), Err(Stop::Returned(Err(Raised::Error("a fire")))));
    /// assert_eq!(resilient.throw("smoke"), Err(Stop::AlreadyClosed("smoke")));
    /// ```
    pub fn throw(&mut self, error: E) -> Result<C::Yield, Stop<C::Return, E>> {
        match self.state() {
            State::Created => {
                self.drop_body();
                Err(Stop::Returned(Err(Raised::Error(error))))
            }
            State::Closed => Err(Stop::AlreadyClosed(error)),
            State::Suspended | State::Running => match self.resume_body(Resume::Throw(error)) {
                Some(CoroutineState::Yielded(value)) => Ok(value),
                Some(CoroutineState::Complete(value)) => Err(Stop::Returned(value)),
                None => unreachable!("the slot holds a body"),
            },
        }
    }

    /// Raises the exit itself at the `yield`: Python's `g.throw(GeneratorExit)`.
    ///
    /// Unlike [`close`](#method.close-2) it treats the exit as any other error: when the body does not catch it, it
    /// comes out, and a body that yields in answer is not blamed.
    ///
    /// # Errors
    ///
    /// As [`throw`](Self::throw).
    ///
    /// # Panics
    ///
    /// If the body panics; the generator is then closed.
    pub fn throw_exit(&mut self) -> Result<C::Yield, Stop<C::Return>> {
        if self.state() == State::Created {
            self.drop_body();
            return Err(Stop::Returned(Err(Raised::Exit)));
        }
        self.operate(Resume::Close, ())
    }

    /// Tells the body to close, and lets it clean up: Python's `g.close()`.
    ///
    /// Gives the value that the body returned in answer, as Python does from 3.13 on; `None` when it passed the
    /// exit on, and when there was nothing to close.
    ///
    /// # Errors
    ///
    /// [`Raised::IgnoredExit`] when the body yielded instead of ending; what it yielded is dropped, and the
    /// generator is suspended and usable. What else the body raises comes out as it is.
    ///
    /// # Panics
    ///
    /// If the body panics; the generator is then closed.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::{Generator, Raised, Resume};
    ///
    /// let mut total = Generator::new(#[coroutine] |_: Resume<u32, ()>| {
    ///     let mut sum = 0;
    ///     loop {
    ///         match (yield sum).received() {
    ///             Ok(n) => sum += n.unwrap_or(0),
    ///             Err(Raised::Exit) => return Ok(sum),
    ///             Err(other) => return Err(other),
    ///         }
    ///     }
    /// });
    /// total.start().unwrap();
    /// total.send(40).unwrap();
    /// total.send(2).unwrap();
    /// assert_eq!(total.close(), Ok(Some(42)));
    /// assert_eq!(total.close(), Ok(None));
    /// ```
    pub fn close(&mut self) -> Result<Option<T>, Raised<E>> {
        if self.state() == State::Created {
            self.drop_body();
            return Ok(None);
        }
        match self.resume_body(Resume::Close) {
            Some(CoroutineState::Yielded(_)) => Err(Raised::IgnoredExit),
            Some(CoroutineState::Complete(Ok(value))) => Ok(Some(value)),
            Some(CoroutineState::Complete(Err(Raised::Exit))) | None => Ok(None),
            Some(CoroutineState::Complete(Err(raised))) => Err(raised),
        }
    }
}

impl<C, R> Iterator for Generator<C, R>
where
    C: Coroutine<R> + Unpin,
    R: Signal,
{
    type Item = C::Yield;

    #[inline]
    fn next(&mut self) -> Option<C::Yield> {
        match self.resume_body(R::NEXT)? {
            CoroutineState::Yielded(value) => Some(value),
            CoroutineState::Complete(value) => {
                self.slot = Slot::Returned(value);
                None
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self.slot {
            Slot::Body { .. } => (0, None),
            Slot::Returned(_) | Slot::Closed => (0, Some(0)),
        }
    }
}

impl<C, R> FusedIterator for Generator<C, R>
where
    C: Coroutine<R> + Unpin,
    R: Signal,
{
}

/// So that a generator can stand wherever a body can. Unlike a bare body it may be resumed after its end: it then
/// completes with `None`.
impl<C, R> Coroutine<R> for Generator<C, R>
where
    C: Coroutine<R> + Unpin,
{
    type Yield = C::Yield;
    type Return = Option<C::Return>;

    #[inline]
    fn resume(mut self: Pin<&mut Self>, signal: R) -> CoroutineState<C::Yield, Option<C::Return>> {
        match self.resume_body(signal) {
            Some(CoroutineState::Yielded(value)) => CoroutineState::Yielded(value),
            Some(CoroutineState::Complete(value)) => CoroutineState::Complete(Some(value)),
            None => CoroutineState::Complete(None),
        }
    }
}

impl<C, R> fmt::Debug for Generator<C, R>
where
    C: Coroutine<R> + Unpin,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generator").field("state", &self.state()).finish_non_exhaustive()
    }
}

/// A generator whose body is a boxed trait object, so that generators of different bodies have one type.
///
/// `Y` is what it yields, `R` its resume type, `T` what it returns. [`Generator::boxed`] makes one.
#[cfg(feature = "alloc")]
pub type BoxedGenerator<'a, Y, R = (), T = ()> =
    Generator<Pin<alloc::boxed::Box<dyn Coroutine<R, Yield = Y, Return = T> + 'a>>, R>;

#[cfg(feature = "alloc")]
impl<'a, Y, R, T> BoxedGenerator<'a, Y, R, T> {
    /// Boxes a body, `static` or not.
    ///
    /// # Cost
    ///
    /// One allocation, and an indirect call at each resumption.
    ///
    /// ```
    /// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
    /// use yieldfrom::{BoxedGenerator, Generator};
    ///
    /// let shelf: Vec<BoxedGenerator<'_, u32>> = vec![
    ///     Generator::boxed(#[coroutine] || yield 1),
    ///     Generator::boxed(#[coroutine] || for n in 2..4 { yield n }),
    /// ];
    /// assert!(shelf.into_iter().flatten().eq([1, 2, 3]));
    /// ```
    pub fn boxed(body: impl Coroutine<R, Yield = Y, Return = T> + 'a) -> Self {
        Generator::new(alloc::boxed::Box::pin(body))
    }
}

#[cfg(test)]
mod tests {
    use core::mem::size_of_val;

    use super::*;

    #[test]
    fn the_state_costs_at_most_a_word() {
        let limit = 3_u64;
        let body = #[coroutine]
        move || {
            for n in 0..limit {
                yield n;
            }
            "done"
        };
        let bare = size_of_val(&body);
        assert!(size_of_val(&Generator::new(body)) <= bare + 8);

        let body = #[coroutine]
        |_: Option<u8>| {
            yield 'a';
        };
        let bare = size_of_val(&body);
        assert!(size_of_val(&Generator::new(body)) <= bare + 1);
    }

    #[test]
    fn nothing_is_promised_but_the_end() {
        let mut one = Generator::new(
            #[coroutine]
            || yield 1,
        );
        assert_eq!(one.size_hint(), (0, None));
        assert_eq!(one.by_ref().count(), 1);
        assert_eq!(one.size_hint(), (0, Some(0)));
        assert_eq!(one.take_return(), Some(()));
        assert_eq!(one.size_hint(), (0, Some(0)));
    }
}
