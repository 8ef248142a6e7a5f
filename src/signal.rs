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
#[diagnostic::on_unimplemented(
    message = "a generator with resume type `{Self}` cannot be sent values",
    note = "give the body's parameter a resume type that can carry them: `#[coroutine] |_: Option<f64>| …`"
)]
pub trait SendSignal: Signal {
    /// The type of the values that are sent.
    type Sent;

    /// What the suspended `yield` receives from `send(value)`.
    fn send(value: Self::Sent) -> Self;
}

impl Signal for () {
    const NEXT: Self = ();
}

impl<S> Signal for Option<S> {
    const NEXT: Self = None;
}

impl<S> SendSignal for Option<S> {
    type Sent = S;

    fn send(value: S) -> Self {
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

    fn send(value: S) -> Self {
        Resume::Send(value)
    }
}

/// What a body of the third rung can raise: the error side of its `Result`.
///
/// `?` on a plain `E` inside such a body becomes [`Raised::Error`].
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
