//! Stage after stage: generators that take an iterator and are one, and coroutines that feed other coroutines.
//!
//! Pulling (`for x in …`) runs from the last stage back to the input, one item at a time. Pushing (`send`) runs
//! from the source forward, and can fan out: [`broadcast`].

use core::ops::Coroutine;

use crate::{Generator, SendSignal, State};

/// Chains generators left to right, in the order in which the items pass them.
///
/// A stage is a function that takes an iterator and gives one: a generator function, most often. std's adaptors
/// work in between.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// # use std::ops::Coroutine;
/// use yieldfrom::{Generator, Through};
///
/// fn squares(
///     input: impl Iterator<Item = u32> + Unpin,
/// ) -> Generator<impl Coroutine<Yield = u32, Return = ()>> {
///     Generator::new(#[coroutine] move || for n in input { yield n * n })
/// }
///
/// fn running_sum(
///     input: impl Iterator<Item = u32> + Unpin,
/// ) -> Generator<impl Coroutine<Yield = u32, Return = ()>> {
///     Generator::new(#[coroutine] move || {
///         let mut sum = 0;
///         for n in input {
///             sum += n;
///             yield sum;
///         }
///     })
/// }
///
/// let stages = (1..=5).through(squares).filter(|n| n % 2 == 1).through(running_sum);
/// assert!(stages.eq([1, 10, 35]));
/// ```
///
/// # Cost
///
/// None: `input.through(stage)` is `stage(input)`.
pub trait Through: IntoIterator + Sized {
    /// Hands the items on to a stage.
    fn through<G>(self, stage: impl FnOnce(Self::IntoIter) -> G) -> G {
        stage(self.into_iter())
    }
}

impl<I: IntoIterator> Through for I {}

/// Something that values can be pushed into: a coroutine that is sent them.
///
/// It forgets what the coroutine yields and returns, so that sinks with different bodies fit in one list of
/// `&mut dyn Sink<S>`.
pub trait Sink<S> {
    /// Sends a value, to a just-created coroutine after starting it.
    ///
    /// # Errors
    ///
    /// The value, when the coroutine has ended and cannot receive it.
    fn push(&mut self, value: S) -> Result<(), S>;
}

impl<C, R> Sink<R::Sent> for Generator<C, R>
where
    C: Coroutine<R> + Unpin,
    R: SendSignal,
{
    fn push(&mut self, value: R::Sent) -> Result<(), R::Sent> {
        if self.state() == State::Created {
            // A body that ends without a `yield` refuses the value below.
            drop(self.start());
        }
        match self.send(value) {
            Ok(_) => Ok(()),
            Err(stop) => stop.into_refused().map_or(Ok(()), Err),
        }
    }
}

/// A coroutine that sends what it is sent to several sinks, which stay with the caller.
///
/// It yields how many sinks received the last value. A sink that has ended is passed over; when none is left, the
/// coroutine returns the value that nobody received.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use yieldfrom::{Generator, Stop, broadcast};
///
/// let mut sum = Generator::new(#[coroutine] |_: Option<u32>| {
///     let mut sum = 0;
///     while let Some(n) = (yield) { sum += n }
///     sum
/// });
/// let mut first_two = Generator::new(#[coroutine] |_: Option<u32>| ((yield), (yield)));
///
/// let mut both = broadcast([&mut sum, &mut first_two]);
/// assert_eq!(both.start(), Ok(2));
/// for (n, receivers) in [(1, 2), (2, 2), (3, 1)] {
///     assert_eq!(both.send(n), Ok(receivers));
/// }
/// drop(both);
/// assert_eq!(sum.start(), Err(Stop::Returned(6))); // `next` ends it
/// ```
///
/// # Cost
///
/// A clone and an indirect call for each sink and value. No allocation.
///
/// Source: David Beazley, [A Curious Course on Coroutines and Concurrency](https://www.dabeaz.com/coroutines/), 2009.
pub fn broadcast<'a, S: Clone, const N: usize>(
    mut sinks: [&'a mut dyn Sink<S>; N],
) -> Generator<impl Coroutine<Option<S>, Yield = usize, Return = S> + Unpin + use<'a, S, N>, Option<S>> {
    Generator::new(
        #[coroutine]
        move |_: Option<S>| {
            let mut receivers = N;
            loop {
                let Some(value) = yield receivers else { continue };
                receivers = sinks.iter_mut().filter_map(|sink| sink.push(value.clone()).ok()).count();
                if receivers == 0 {
                    return value;
                }
            }
        },
    )
}
