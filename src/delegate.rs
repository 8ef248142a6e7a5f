//! Delegation: `yield_from!`, the open channel between the outermost caller and the innermost generator.
//!
//! The macro is a loop around one call. It asks what kind of thing the inner one is (`Kind` markers,
//! chosen by autoref), then hands each signal that comes in at the `yield` to `Delegate::turn`, which does what
//! [PEP 380](https://peps.python.org/pep-0380/) spells out for that kind and that rung. The inner one is borrowed
//! anew at each turn, never over a `yield`.

use core::cell::Cell;
use core::marker::PhantomData;
use core::ops::{Coroutine, CoroutineState};

use crate::hint::resume;
use crate::{Generator, Raised, Resume, Signal};

/// Yields everything that an iterator, a coroutine or a [`Generator`] yields, as if its body stood here: Python's
/// `yield from`.
///
/// What is sent or thrown to the outer generator goes to the inner one, and the inner one's return value is the
/// value of the expression.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]
/// use yieldfrom::{Generator, yield_from};
///
/// let both = Generator::new(#[coroutine] || {
///     yield_from!("AB".chars());
///     yield_from!(['C', 'D']);
/// });
/// assert!(both.eq("ABCD".chars()));
/// ```
///
/// # What can be delegated to, and what comes of it
///
/// | inner | value of the expression | in a body of the third rung |
/// |---|---|---|
/// | any `IntoIterator` | `()` | `Result<(), Raised<E>>` |
/// | a coroutine that returns `T` | `T` | `Result<T, Raised<E>>` |
/// | a [`Generator`] whose body returns `T` | `Option<T>`: `None` when it had ended before | `Result<Option<T>, Raised<E>>` |
///
/// A coroutine of the outer body's own rung fits, and in a body of the third rung one of a lower rung fits too: an
/// error or a closing then ends it where it stands, since it has no way to see them.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]
/// use yieldfrom::{Generator, Stop, yield_from};
///
/// let mut outer = Generator::new(#[coroutine] |_: Option<i32>| {
///     let sum = yield_from!(#[coroutine] |_: Option<i32>| {
///         let a = (yield "a?").unwrap_or(0);
///         let b = (yield "b?").unwrap_or(0);
///         a + b
///     });
///     format!("the sum is {sum}")
/// });
/// assert_eq!(outer.start(), Ok("a?"));
/// assert_eq!(outer.send(40), Ok("b?"));
/// assert_eq!(outer.send(2), Err(Stop::Returned("the sum is 42".to_string())));
/// ```
///
/// # Where the inner one lives
///
/// A variable, or a field of one, is resumed where it stands, as in Python: it has to be `mut`, and it can be used
/// again afterwards. Any other expression is evaluated once and lives until the delegation ends.
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]
/// use yieldfrom::{Generator, yield_from};
///
/// let mut evens = (0..6).step_by(2);
/// let outer = Generator::new(#[coroutine] move || {
///     yield_from!(evens); // a variable: resumed where it stands
///     yield_from!(evens); // it has ended: nothing is yielded
///     yield_from!((1..6).step_by(2)); // an expression
/// });
/// assert!(outer.eq([0, 2, 4, 1, 3, 5]));
/// ```
///
/// # Cost
///
/// Nothing per item and level when inlined, and eight bytes a level, as long as a captured inner one is delegated
/// to by name: moved into a local first, it has a place of its own in the frame beside the captured one, and the
/// frame doubles at each level.
///
/// # What does not compile
///
/// Outside a coroutine there is nothing to yield from:
///
/// ```compile_fail,E0627
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]
/// yieldfrom::yield_from!(1..3);
/// ```
///
/// In a body of the second rung a value could be sent while it delegates to an iterator, which cannot take it.
/// Python raises `AttributeError` when that happens; here it does not compile, and `for x in 1..3 { yield x; }`
/// says that the sent values are not wanted:
///
/// ```compile_fail,E0277
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]
/// use yieldfrom::{Generator, yield_from};
///
/// Generator::new(#[coroutine] |_: Option<i32>| {
///     yield_from!(1..3);
/// });
/// ```
///
/// Neither does delegating to something that yields nothing:
///
/// ```compile_fail,E0599
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes, yield_expr)]
/// use yieldfrom::{Generator, yield_from};
///
/// Generator::new(#[coroutine] || {
///     yield_from!(5);
/// });
/// ```
#[macro_export]
macro_rules! yield_from {
    (&mut $variable:ident $(. $field:tt)*) => {{
        use $crate::__delegate::*;
        let kind = (&&&Probe(&$variable $(. $field)*)).kind();
        let mut signal = next();
        loop {
            match turn(&mut $variable $(. $field)*, kind, signal) {
                ::core::ops::CoroutineState::Yielded(value) => signal = yield value,
                ::core::ops::CoroutineState::Complete(value) => break value,
            }
        }
    }};
    ($variable:ident $(. $field:tt)*) => {
        $crate::yield_from!(&mut $variable $(. $field)*)
    };
    ($inner:expr) => {{
        #[allow(unused_imports)]
        use $crate::__delegate::*;
        // One variable, and nothing beside it that lives over a `yield`: a second one would double the frame.
        let mut inner = (&&Probe(&held($inner))).begin();
        $crate::yield_from!(&mut inner)
    }};
}

/// What [`yield_from!`] expands to. Not for use by hand, and it may change.
pub mod __delegate {
    pub use super::{
        BeginCoroutine, BeginIterable, Delegate, KindOfIterable, KindOfNative, KindOfTracked, Probe, held,
        next, turn,
    };
}

/// The signal that delegation begins with: "next", even when the inner one has been started before.
pub fn next<R: Signal>() -> R {
    R::NEXT
}

/// One turn of the loop in [`yield_from!`]: a function, so that the macro names no type.
#[inline(always)]
pub fn turn<D, R, K>(inner: &mut D, kind: K, signal: R) -> CoroutineState<D::Item, D::Output>
where
    D: Delegate<R, K>,
{
    inner.turn(kind, signal)
}

/// Asks, by autoref, what kind of thing an inner one is: a tracked generator before a coroutine before an iterator.
pub struct Probe<'a, D>(pub &'a D);

/// The inner one is a [`Generator`] with resume type `R`.
pub struct Tracked<R>(PhantomData<fn(R)>);

/// The inner one is any other coroutine with resume type `R`.
pub struct Native<R>(PhantomData<fn(R)>);

/// The inner one is an iterator, or can become one.
#[derive(Clone, Copy)]
pub struct Iterable;

impl<R> Clone for Tracked<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Tracked<R> {}

impl<R> Clone for Native<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Native<R> {}

/// Picks `Tracked`.
pub trait KindOfTracked<R> {
    /// The kind of what is probed.
    fn kind(&self) -> Tracked<R> {
        Tracked(PhantomData)
    }
}

/// Picks `Native`.
pub trait KindOfNative<R> {
    /// The kind of what is probed.
    fn kind(&self) -> Native<R> {
        Native(PhantomData)
    }
}

/// Picks `Iterable`.
pub trait KindOfIterable {
    /// The kind of what is probed.
    fn kind(&self) -> Iterable {
        Iterable
    }
}

impl<D: DropBody<R>, R> KindOfTracked<R> for &&Probe<'_, D> {}
impl<C: Coroutine<R>, R> KindOfNative<R> for &Probe<'_, C> {}
impl<I: IntoIterator> KindOfIterable for Probe<'_, I> {}

/// Holds the value of an expression until `BeginCoroutine::begin` or `BeginIterable::begin` takes it out.
pub fn held<D>(inner: D) -> Cell<Option<D>> {
    Cell::new(Some(inner))
}

fn take<D>(held: &Cell<Option<D>>) -> D {
    held.take().expect("`yield_from!` begins once")
}

/// Begins with a coroutine as it is.
pub trait BeginCoroutine<R> {
    /// What was held.
    type Inner;

    /// Takes it out.
    fn begin(&self) -> Self::Inner;
}

/// Begins with the iterator of an iterable.
pub trait BeginIterable {
    /// The iterator of what was held.
    type Inner;

    /// Takes it out and makes it an iterator.
    fn begin(&self) -> Self::Inner;
}

impl<C: Coroutine<R>, R> BeginCoroutine<R> for &Probe<'_, Cell<Option<C>>> {
    type Inner = C;

    fn begin(&self) -> C {
        take(self.0)
    }
}

impl<I: IntoIterator> BeginIterable for Probe<'_, Cell<Option<I>>> {
    type Inner = I::IntoIter;

    fn begin(&self) -> I::IntoIter {
        take(self.0).into_iter()
    }
}

/// Something of kind `K` that a body with resume type `R` can delegate to.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` cannot delegate to `{Self}` in a body with resume type `{R}`",
    note = "values sent to an iterator or to a generator of another rung would be lost; \
            `for x in … {{ yield x; }}` says that they are not wanted",
    note = "a variable must be an iterator or a coroutine itself: write `yield_from!(x.into_iter())` for a collection"
)]
pub trait Delegate<R, K> {
    /// What it yields.
    type Item;
    /// The value of the `yield_from!` expression.
    type Output;

    /// Passes one signal on.
    fn turn(&mut self, kind: K, signal: R) -> CoroutineState<Self::Item, Self::Output>;
}

/// A tracked generator, owned or borrowed: it can be ended where it stands.
pub trait DropBody<R>: Coroutine<R> + Unpin {
    /// Drops the body.
    fn drop_body(&mut self);
}

impl<C, R> DropBody<R> for Generator<C, R>
where
    C: Coroutine<R> + Unpin,
{
    fn drop_body(&mut self) {
        Generator::drop_body(self);
    }
}

impl<D: DropBody<R>, R> DropBody<R> for &mut D {
    fn drop_body(&mut self) {
        D::drop_body(self);
    }
}

#[inline(always)]
fn map_complete<Y, T, U>(state: CoroutineState<Y, T>, map: impl FnOnce(T) -> U) -> CoroutineState<Y, U> {
    match state {
        CoroutineState::Yielded(value) => CoroutineState::Yielded(value),
        CoroutineState::Complete(value) => CoroutineState::Complete(map(value)),
    }
}

/// What a lower rung can receive of the third rung's signals.
trait Lower<Q, E> {
    fn lower(self) -> Result<Q, Raised<E>>;
}

impl<S, E> Lower<Option<S>, E> for Resume<S, E> {
    #[inline(always)]
    fn lower(self) -> Result<Option<S>, Raised<E>> {
        self.received()
    }
}

impl<S, E> Lower<(), E> for Resume<S, E> {
    #[inline(always)]
    fn lower(self) -> Result<(), Raised<E>> {
        match self.received()? {
            None => Ok(()),
            Some(_) => Err(Raised::CannotSend),
        }
    }
}

// Iterators.

impl<I: Iterator> Delegate<(), Iterable> for I {
    type Item = I::Item;
    type Output = ();

    #[inline(always)]
    fn turn(&mut self, _: Iterable, (): ()) -> CoroutineState<I::Item, ()> {
        match self.next() {
            Some(value) => CoroutineState::Yielded(value),
            None => CoroutineState::Complete(()),
        }
    }
}

impl<I: Iterator, S, E> Delegate<Resume<S, E>, Iterable> for I {
    type Item = I::Item;
    type Output = Result<(), Raised<E>>;

    #[inline(always)]
    fn turn(&mut self, kind: Iterable, signal: Resume<S, E>) -> CoroutineState<I::Item, Self::Output> {
        match signal.lower() {
            Ok(()) => map_complete(Delegate::<(), _>::turn(self, kind, ()), Ok),
            Err(raised) => CoroutineState::Complete(Err(raised)),
        }
    }
}

// Coroutines and generators of the outer body's own rung. (Apart from the third, where `close` needs a word more.)

macro_rules! same_rung {
    ($($signal:ty, $kind:ident, [$($parameter:ident)?];)*) => {$(
        impl<C: Coroutine<$signal> + Unpin $(, $parameter)?> Delegate<$signal, $kind<$signal>> for C {
            type Item = C::Yield;
            type Output = C::Return;

            #[inline(always)]
            fn turn(&mut self, _: $kind<$signal>, signal: $signal) -> CoroutineState<C::Yield, C::Return> {
                resume(self, signal)
            }
        }
    )*};
}

same_rung! {
    (), Native, [];
    (), Tracked, [];
    Option<S>, Native, [S];
    Option<S>, Tracked, [S];
}

/// Closes the innermost first; then the exit, or what was raised in its place, is raised in the outer body.
#[inline(always)]
fn close<C, S, E, T>(inner: &mut C, into_raised: impl FnOnce(T) -> Option<Raised<E>>) -> Raised<E>
where
    C: Coroutine<Resume<S, E>, Return = T> + Unpin,
{
    match resume(inner, Resume::Close) {
        CoroutineState::Yielded(_) => Raised::IgnoredExit,
        CoroutineState::Complete(end) => into_raised(end).unwrap_or(Raised::Exit),
    }
}

impl<C, S, E, T> Delegate<Resume<S, E>, Native<Resume<S, E>>> for C
where
    C: Coroutine<Resume<S, E>, Return = Result<T, Raised<E>>> + Unpin,
{
    type Item = C::Yield;
    type Output = Result<T, Raised<E>>;

    #[inline(always)]
    fn turn(
        &mut self,
        _: Native<Resume<S, E>>,
        signal: Resume<S, E>,
    ) -> CoroutineState<C::Yield, Self::Output> {
        match signal {
            Resume::Close => CoroutineState::Complete(Err(close(self, Result::err))),
            signal => resume(self, signal),
        }
    }
}

impl<C, S, E, T> Delegate<Resume<S, E>, Tracked<Resume<S, E>>> for C
where
    C: Coroutine<Resume<S, E>, Return = Option<Result<T, Raised<E>>>> + Unpin,
{
    type Item = C::Yield;
    type Output = Result<Option<T>, Raised<E>>;

    #[inline(always)]
    fn turn(
        &mut self,
        _: Tracked<Resume<S, E>>,
        signal: Resume<S, E>,
    ) -> CoroutineState<C::Yield, Self::Output> {
        match signal {
            Resume::Close => CoroutineState::Complete(Err(close(self, |end| end.and_then(Result::err)))),
            signal => map_complete(resume(self, signal), Option::transpose),
        }
    }
}

// Coroutines and generators of a lower rung in a body of the third.

macro_rules! lower_rung {
    ($($inner:ty),*) => {$(
        impl<C, S, E> Delegate<Resume<S, E>, Native<$inner>> for C
        where
            C: Coroutine<$inner> + Unpin,
        {
            type Item = C::Yield;
            type Output = Result<C::Return, Raised<E>>;

            #[inline(always)]
            fn turn(
                &mut self,
                _: Native<$inner>,
                signal: Resume<S, E>,
            ) -> CoroutineState<C::Yield, Self::Output> {
                match Lower::<$inner, E>::lower(signal) {
                    Ok(signal) => map_complete(resume(self, signal), Ok),
                    Err(raised) => CoroutineState::Complete(Err(raised)),
                }
            }
        }

        impl<C, S, E> Delegate<Resume<S, E>, Tracked<$inner>> for C
        where
            C: DropBody<$inner>,
        {
            type Item = C::Yield;
            type Output = Result<C::Return, Raised<E>>;

            #[inline(always)]
            fn turn(
                &mut self,
                _: Tracked<$inner>,
                signal: Resume<S, E>,
            ) -> CoroutineState<C::Yield, Self::Output> {
                match Lower::<$inner, E>::lower(signal) {
                    Ok(signal) => map_complete(resume(self, signal), Ok),
                    Err(Raised::CannotSend) => CoroutineState::Complete(Err(Raised::CannotSend)),
                    Err(raised) => {
                        self.drop_body();
                        CoroutineState::Complete(Err(raised))
                    }
                }
            }
        }
    )*};
}

lower_rung!((), Option<S>);
