//! What a suspended `yield` can receive: the resume type, in three rungs.
//!
//! | resume type | the body sees | Python |
//! |---|---|---|
//! | `()` | nothing: it can only be asked for the next value | `yield x` |
//! | `Option<S>` | `None` for `next`, `Some(s)` for `send(s)` | `r = yield x` |
//! | [`Resume<S, E>`](Resume) | next, a sent value, a thrown error, or that it is being closed | `try: r = yield x` |
//!
//! A body takes the lowest rung that it needs.

use core::error::Error;
use core::fmt;

/// A resume type: it knows how Python's `next` looks in its rung.
///
/// ```
/// use yieldfrom::{Resume, Signal};
///
/// assert_eq!(Option::<i32>::NEXT, None);
/// assert_eq!(Resume::<i32, String>::NEXT, Resume::Next);
/// ```
///
/// Source: [PEP 342](https://peps.python.org/pep-0342/), where `next(g)` is `g.send(None)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resume type of a generator",
    note = "resume types are `()`, `Option<S>` and `Resume<S, E>`; \
            give the body's parameter one of them: `#[coroutine] |_: Option<f64>| …`"
)]
pub trait Signal {
    /// What the suspended `yield` receives from `next`.
    const NEXT: Self;
}

/// A resume type that carries sent values: the second and the third rung.
///
/// It is the bound of what works on both:
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// # use std::ops::Coroutine;
/// use yieldfrom::{Generator, Resume, SendSignal};
///
/// fn send_twice<C, R>(generator: &mut Generator<C, R>, value: R::Sent) -> Option<C::Yield>
/// where
///     C: Coroutine<R> + Unpin,
///     R: SendSignal<Sent: Copy>,
/// {
///     generator.send(value).ok()?;
///     generator.send(value).ok()
/// }
///
/// let mut sum = Generator::new(#[coroutine] |_: Option<i32>| {
///     let mut sum = 0;
///     while let Some(n) = (yield sum) { sum += n }
/// });
/// sum.start().unwrap();
/// assert_eq!(send_twice(&mut sum, 21), Some(42));
/// ```
#[diagnostic::on_unimplemented(
    message = "a generator with resume type `{Self}` cannot be sent values",
    note = "give the body's parameter a resume type that can carry them: `#[coroutine] |_: Option<f64>| …`"
)]
pub trait SendSignal: Signal {
    /// The type of the values that are sent.
    type Sent;

    /// What the suspended `yield` receives from `send(value)`.
    // Not named `send`: for a generator that cannot be sent anything, rustc would propose to call this one.
    fn sent(value: Self::Sent) -> Self;
}

impl Signal for () {
    const NEXT: Self = ();
}

impl<S> Signal for Option<S> {
    const NEXT: Self = None;
}

impl<S> SendSignal for Option<S> {
    type Sent = S;

    fn sent(value: S) -> Self {
        Some(value)
    }
}

/// The resume type of the whole protocol: what came in at the `yield`.
///
/// Most bodies ask with [`received`](Resume::received) and let `?` pass errors and closing on; a body that
/// catches matches on the variants.
///
/// ```
/// use yieldfrom::{Raised, Resume};
///
/// let signal: Resume<i32, String> = Resume::Send(5);
/// assert_eq!(signal.received(), Ok(Some(5)));
///
/// let signal: Resume<i32, String> = Resume::Throw("no such key".into());
/// assert_eq!(signal.received(), Err(Raised::Error("no such key".into())));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resume<S, E> {
    /// `next`: go on.
    Next,
    /// `send(value)`: go on with this value.
    Send(S),
    /// `throw(error)`: this error is raised at the `yield`.
    Throw(E),
    /// `close()`: Python raises `GeneratorExit` at the `yield`.
    Close,
}

impl<S, E> Resume<S, E> {
    /// The value of Python's `yield` expression: `Some` for a sent value, `None` for `next`.
    ///
    /// # Errors
    ///
    /// What Python raises at the `yield`: the thrown error, or the exit when the generator is being closed.
    pub fn received(self) -> Result<Option<S>, Raised<E>> {
        match self {
            Resume::Next => Ok(None),
            Resume::Send(value) => Ok(Some(value)),
            Resume::Throw(error) => Err(Raised::Error(error)),
            Resume::Close => Err(Raised::Exit),
        }
    }
}

impl<S, E> Signal for Resume<S, E> {
    const NEXT: Self = Resume::Next;
}

impl<S, E> SendSignal for Resume<S, E> {
    type Sent = S;

    fn sent(value: S) -> Self {
        Resume::Send(value)
    }
}

/// What a body of the third rung can raise: the error side of its `Result`.
///
/// `?` on a plain `E` inside such a body becomes [`Raised::Error`].
///
/// ```
/// # #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use std::num::ParseIntError;
/// use yieldfrom::{Generator, Raised, Resume, Stop};
///
/// let mut sum = Generator::new(#[coroutine] |_: Resume<&str, ParseIntError>| {
///     let mut sum = 0;
///     while let Some(text) = (yield sum).received()? {
///         sum += text.parse::<i32>()?;
///     }
///     Ok(sum)
/// });
/// assert_eq!(sum.start(), Ok(0));
/// assert_eq!(sum.send("20"), Ok(20));
/// let Err(Stop::Returned(Err(Raised::Error(error)))) = sum.send("two") else { unreachable!() };
/// assert_eq!(error.to_string(), "invalid digit found in string");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Raised<E> {
    /// An error of the generator's own type.
    Error(E),
    /// Python's `GeneratorExit`: the body is being closed, or passes an exit on.
    Exit,
    /// Python's `RuntimeError: generator ignored GeneratorExit`: a body yielded when it was told to close.
    IgnoredExit,
    /// Python's `AttributeError: … has no attribute 'send'`: a value was sent while the body delegated to
    /// something that takes none. The value is dropped.
    CannotSend,
    /// Python's `ValueError: generator already executing`: a generator was closed, or delegated to, while its body
    /// was running. It is unharmed.
    AlreadyRunning,
}

impl<E> From<E> for Raised<E> {
    fn from(error: E) -> Self {
        Raised::Error(error)
    }
}

impl<E> Raised<E> {
    /// The generator's own error, if it is one.
    ///
    /// ```
    /// use yieldfrom::Raised;
    ///
    /// assert_eq!(Raised::Error("no such key").into_error(), Some("no such key"));
    /// assert_eq!(Raised::<&str>::Exit.into_error(), None);
    /// ```
    pub fn into_error(self) -> Option<E> {
        match self {
            Raised::Error(error) => Some(error),
            Raised::Exit | Raised::IgnoredExit | Raised::CannotSend | Raised::AlreadyRunning => None,
        }
    }
}

impl<E: fmt::Display> fmt::Display for Raised<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Raised::Error(error) => error.fmt(f),
            Raised::Exit => f.write_str("the generator was told to close"),
            Raised::IgnoredExit => f.write_str("the generator ignored that it was told to close"),
            Raised::CannotSend => f.write_str("a value was sent to an iterator, which takes none"),
            Raised::AlreadyRunning => f.write_str("the generator is already running"),
        }
    }
}

impl<E: Error> Error for Raised<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Raised::Error(error) => error.source(),
            Raised::Exit | Raised::IgnoredExit | Raised::CannotSend | Raised::AlreadyRunning => None,
        }
    }
}
